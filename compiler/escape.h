// What the files of escape analysis share. See escape.c.
//
// Floor 4.
#pragma once
#include "ir.h"

typedef struct Loc Loc;

typedef struct Edge { // value of src, dereferenced `derefs` times (-1: its address), flows to the owner
    Loc *src;
    int derefs;
} Edge;

typedef enum LocKind { LOC_VAR, LOC_ALLOC, LOC_RESULT, LOC_HEAP } LocKind;

struct Loc {
    LocKind kind;
    IrFunc *f;
    IrVar *var;    // LOC_VAR
    IrExpr *alloc; // LOC_ALLOC: NEW, CLOSURE, MAKESLICE, what escape_is_text
    int loop_depth;
    int block_depth; // of the declaration: 0 is the function's outermost block
    Vec(Edge) edges;
    bool escapes;
    bool addressed; // its address flows somewhere
    const char *why;
    Loc *pointee;   // LOC_VAR that holds the address of just this allocation
    IrFunc *callee; // LOC_VAR that holds just this closure
    // Of a parameter: fewest dereferences with which it reaches the heap, a result; -1: not at all
    int leak_heap, leak_result;
    int gen, derefs; // of the walk
    bool queued;
};

typedef struct EscFunc { // IrFunc.esc
    Loc *result;
    bool analysed;
    int index, low; // Tarjan
    bool on_stack, in_batch;
    Vec(IrFunc *) members; // of an outermost function: itself, its literals and thunks
    int64_t slots;         // bytes given to allocations that stay
} EscFunc;

typedef Vec(Loc *) LocList;

// Rewrites what stays on the stack and prints what options ask for. (escape_apply.c)
void escape_apply(IrModule *m, LocList *locs, const EscapeOptions *options);
// Makes a string, or bytes or runes of one, which can lie in the function's frame while it is short.
bool escape_is_text(const IrExpr *e);
bool escape_fits_stack(int64_t size, bool explicit_var);
