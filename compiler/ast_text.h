/* ast_text.h: expressions as messages quote them.
 *
 * Floor 1.
 */
#ifndef AST_TEXT_H
#define AST_TEXT_H

#include "ast.h"

/* One line of source text for e: bodies of function literals and elements of composite literals shortened to
 * "…", as Go's messages have it. In the arena; never NULL, "" for NULL. */
const char *expr_text(Arena *arena, const Expr *e);

#endif
