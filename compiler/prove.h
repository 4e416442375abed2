// What the files of the pass that removes checks share. See prove.c.
//
// Floor 4.
#pragma once
#include "facts.h"
#include "ir.h"

typedef enum TermKind { TERM_VALUE, TERM_LEN, TERM_CAP } TermKind;

typedef struct Term {
    TermKind kind;
    const IrExpr *path; // an integer; a slice or string
    uint32_t hash;
    bool memory; // stores and calls may change it
    int next;    // of the same bucket
} Term;

typedef struct Linear { // term + c
    int term;
    int64_t c;
} Linear;

enum { PROVE_BUCKETS = 256 };

typedef struct Prove {
    Arena *a;
    IrFunc *f;
    FactBase base;
    Facts now;       // what holds where the walk is
    Vec(Term) terms; // by number; 0 is the number zero
    int bucket[PROVE_BUCKETS];
    bool *shared; // by IrVar.id: others may have its address
    int depth;    // of recursion over expressions
    int loops;    // around the walk
    Vec(struct Exit) exits;
    bool *backward;  // by IrLabel.id: some goto stands behind it
    Facts *at_label; // by IrLabel.id: what holds at all gotos so far
} Prove;

// prove_term.c: what may change a place, and what is known of expressions.
bool prove_is_shared(Prove *p, const IrVar *v);
bool prove_is_path(Prove *p, const IrExpr *e, bool *memory);
int prove_term(Prove *p, TermKind kind, const IrExpr *path); // -1: no term can be had
bool prove_linear(Prove *p, const IrExpr *e, Linear *out);
bool prove_le(Prove *p, const IrExpr *e, Linear b);        // e <= b
bool prove_ge(Prove *p, const IrExpr *e, Linear b);        // e >= b
bool prove_length(Prove *p, const IrExpr *x, Linear *out); // of a slice, string or array
const IrExpr *prove_strip(const IrExpr *e);                // without bitcasts that change no representation

void prove_forget_var(Prove *p, const IrVar *v);      // it has been assigned
void prove_forget_memory(Prove *p);                   // anything may have been stored
void prove_forget_place(Prove *p, const IrExpr *dst); // a store to this place
bool prove_changes(Prove *p, const IrExpr *dst, int term);
void prove_assume(Prove *p, const IrExpr *cond, bool holds);
