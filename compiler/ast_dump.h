// The AST as S-expressions, for `gol dump --stage=ast` and for tests.
//
// Floor 1.
#pragma once
#include <stdio.h>

#include "ast.h"

// A declaration or statement a line, indented; expressions on one line. Shows what the CST pass builds, not
// what the checker adds.
void ast_dump_file(FILE *out, const AstFile *file);

void ast_dump_expr(FILE *out, const Expr *e); // without a newline; "nil" for NULL
