// Facts about numbers: differences that are known not to be exceeded.
//
// Floor 4. A term is a small number that the user of this module has given to a variable, a length and the
// like; term 0 is the number zero. A fact (u, v, c) says u <= v + c. What follows from facts by adding them
// up is found by searching for a shortest path, as in the elimination of array bounds checks on demand (ABCD,
// Bodik, Gupta, Sarkar 2000).
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "vec.h"

typedef struct Fact {
    int u, v;
    int64_t c;
} Fact;

typedef struct Facts {
    bool dead; // what is here is not reached: everything holds
    Vec(Fact) list;
} Facts;

typedef struct TermBounds { // what holds of a term whenever it is looked at
    int64_t lo, hi;
} TermBounds;

typedef struct FactBase { // the terms
    Arena *arena;
    Vec(TermBounds) bounds;
    struct {
        int64_t *v;
        bool *known;
        int cap;
    } distance; // scratch of a search
} FactBase;

void facts_init(FactBase *b, Arena *a);
int facts_new_term(FactBase *b, int64_t lo, int64_t hi);

void facts_add(FactBase *b, Facts *f, int u, int v, int64_t c);
void facts_equal(FactBase *b, Facts *f, int u, int v, int64_t c); // u == v + c
bool facts_hold(FactBase *b, const Facts *f, int u, int v, int64_t c);
// The least c with u <= v + c that is known; false: none.
bool facts_least(FactBase *b, const Facts *f, int u, int v, int64_t *c);

void facts_forget(FactBase *b, Facts *f, int u); // u is no longer what it was
void facts_shift(Facts *f, int u, int64_t c);    // u has become u + c, without overflow
Facts facts_copy(FactBase *b, const Facts *f);
void facts_meet(FactBase *b, Facts *f, const Facts *other); // what holds in both
