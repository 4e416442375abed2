// Syntax errors, found and worded as Go's compiler does.
//
// Floor 2.
#pragma once
#include <stdbool.h>

#include "source.h"

// Checks that a file is lexically and grammatically sound and reports what is not. Makes no tree.
//
// Of a file that is not, *rest gets a copy of the text, which the caller frees, with the broken declarations
// at top level blanked out: what remains may be looked at for other errors. NULL if nothing remains.
bool syntax_check(SourceFile *source, char **rest);
