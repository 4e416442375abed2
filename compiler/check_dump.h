/* check_dump.h: what the checker found, for `gol dump --stage=types` and for the comparison with Go.
 *
 * Floor 3.
 */
#ifndef CHECK_DUMP_H
#define CHECK_DUMP_H

#include <stdio.h>

#include "ast.h"

/* A line an expression, in source order: `FILE:LINE:COL-LINE:COL mode type value`; below it, where there is
 * one, its selection (`select …`), type arguments (`targs …`) and a literal's captured variables (`captures
 * …`). Parentheses, names being declared, packages and built-in functions are left out. */
void check_dump_package(FILE *out, const Package *pkg);

#endif
