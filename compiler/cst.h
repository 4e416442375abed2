// Source to tree: parses a file and builds the AST.
//
// Floor 2.
#pragma once
#include <stdio.h>

#include "ast.h"

// How deep an AST may be. Everything that walks one may recurse; the limit is what keeps that safe. The
// sanitizer's frames are several times as large.
#if defined(__SANITIZE_ADDRESS__)
enum { CST_DEPTH_LIMIT = 2000 };
#else
enum { CST_DEPTH_LIMIT = 10000 };
#endif

// Parses a file and gives its tree, which lives as long as the process. Reports what Go's scanner and parser
// would; false, with *out NULL, if there was an error.
bool cst_parse_file(SourceFile *source, AstFile **out);

// The concrete syntax tree as an S-expression, a node a line (`gol dump --stage=cst`). Reports syntax errors,
// and is false, if there is none.
bool cst_dump(SourceFile *source, FILE *out);
