// Syntax errors, found and worded as Go's compiler does.
//
// Floor 2.
#pragma once
#include <stdbool.h>

#include "source.h"

// Checks that a file is lexically and grammatically sound and reports what is not. Makes no tree.
bool syntax_check(SourceFile *source);
