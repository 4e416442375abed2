// Syntax errors, found and worded as Go's compiler does.
//
// Floor 2.
#pragma once
#include <stdbool.h>

#include "source.h"
#include "tree.h"

// Checks that a file is lexically and grammatically sound and reports what is not. tree, if not NULL, gets
// the tree of a file that is.
//
// Of a file that is not, *rest gets a copy of the text, which the caller frees, with the broken declarations
// at top level blanked out: what remains may be looked at for other errors. NULL if nothing remains.
bool syntax_check(SourceFile *source, Tree *tree, char **rest);

// The tree of a text of the same size, which stands in for the file's; false, reporting nothing, if it has
// none.
bool syntax_tree(SourceFile *source, const char *text, Tree *tree);
