/* unify.h: unification of types with type parameters to be found, for infer.c.
 *
 * Floor 3.
 */
#ifndef UNIFY_H
#define UNIFY_H

#include "check.h"

typedef enum UnifyMode {
    UNIFY_INEXACT = 0,
    UNIFY_ASSIGN =
        1, /* at the top level y is assigned to x: channel directions and defined types may differ */
    UNIFY_EXACT = 2, /* the types must become identical */
} UnifyMode;

/* Type parameters that turn out to be equal share a slot. */
typedef struct Unifier {
    Checker *c;
    const TypeList *tparams;
    int *slot;    /* of each type parameter */
    Type **value; /* of each slot; NULL: unknown */
    int depth;
} Unifier;

void unify_init(Unifier *u, Checker *c, const TypeList *tparams, const TypeList *targs);
bool unify(Unifier *u, Type *x, Type *y, UnifyMode mode);
int unify_index(const Unifier *u, Type *t); /* of a bound type parameter, or -1 */
Type *unify_at(const Unifier *u, int i);    /* what type parameter i is known to be, or NULL */
void unify_set(Unifier *u, int i, Type *t);
int unify_unknowns(const Unifier *u);

#endif
