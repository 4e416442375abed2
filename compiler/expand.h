// What the files of expansion share. See expand.c.
//
// Floor 4.
#pragma once
#include "ir.h"
#include "ptrmap.h"

// The copy of a function's body in the place of a call.
typedef struct Copy {
    Arena *a;
    IrModule *m;
    IrFunc *from, *to;
    PtrMap vars;    // IrVar * → the variable that stands for it; parameters and captures are given
    PtrMap targets; // IrStmt * that is left or continued → its copy
    PtrMap labels, funcs;
    IrVarList outs;  // take the results
    IrStmt *block;   // left by return; NULL: the return is the last statement
    bool foreign;    // of another package: -m does not name what is in it
    IrStmtList body; // the result
} Copy;

// Copies from->body: into to's variables, with functions within it copied, too. (expand_copy.c)
void expand_copy(Copy *c);

// Takes away closures and function literals that nothing refers to any more, and looks again at which
// variables have their address taken. f: an outermost function. (expand_clean.c)
void expand_clean(IrModule *m);
