/* unify.c: finds what type parameters must stand for to make two types equal, or one assignable to the other.
 *
 * Floor 3. As the section "Type unification" of the language specification has it: structural, with two
 * loosenings where types need not be exact: a defined type may stand for its underlying type literal, and an
 * interface unifies with a type through the methods that they share. Elements of composite types unify
 * exactly.
 */
#include "unify.h"

enum { MAX_DEPTH = 50 };

typedef struct Pair {
    Type *a, *b;
    const struct Pair *up;
} Pair;

void unify_init(Unifier *u, Checker *c, const TypeList *tparams, const TypeList *targs) {
    *u = (Unifier){.c = c, .tparams = tparams};
    u->slot = ARENA_NEW_N(c->arena, int, tparams->n);
    u->value = ARENA_NEW_N(c->arena, Type *, tparams->n);
    for (int i = 0; i < tparams->n; i++) {
        u->slot[i] = i;
        u->value[i] = i < targs->n ? targs->v[i] : NULL;
    }
}

int unify_index(const Unifier *u, Type *t) {
    t = type_unalias(t);
    if (t->kind != TYPE_PARAM) return -1;
    for (int i = 0; i < u->tparams->n; i++)
        if (u->tparams->v[i] == t) return i;
    return -1;
}

Type *unify_at(const Unifier *u, int i) { return u->value[u->slot[i]]; }
void unify_set(Unifier *u, int i, Type *t) { u->value[u->slot[i]] = t; }

int unify_unknowns(const Unifier *u) {
    int n = 0;
    for (int i = 0; i < u->tparams->n; i++) n += !unify_at(u, i);
    return n;
}

static bool join(Unifier *u, int x, int y) {
    const int sx = u->slot[x], sy = u->slot[y];
    if (sx == sy) return true;
    if (u->value[sx] && u->value[sy]) return false;
    const int keep = u->value[sx] ? sx : sy, drop = u->value[sx] ? sy : sx;
    for (int i = 0; i < u->tparams->n; i++)
        if (u->slot[i] == drop) u->slot[i] = keep;
    return true;
}

static Type *as_interface(Type *t) {
    return type_is_interface(t) ? type_iface_complete(type_under(t)) : NULL;
}
static bool is_named(Type *t) { return type_unalias(t)->kind == TYPE_NAMED; }

static bool nify(Unifier *u, Type *x, Type *y, int mode, const Pair *up);

static bool nify_lists(Unifier *u, const TypeList *x, const TypeList *y, int mode, const Pair *up) {
    if (x->n != y->n) return false;
    for (int i = 0; i < x->n; i++)
        if (!nify(u, x->v[i], y->v[i], mode, up)) return false;
    return true;
}

/* x's slot has a type already: it must go with y. Where either would do, a defined type is kept, and a
 * channel with a direction. */
static bool nify_known(Unifier *u, int i, Type *y, int mode, const Pair *up) {
    Type *x = unify_at(u, i);
    if (!nify(u, x, y, mode, up)) return false;
    Type *xi = as_interface(x), *yi = as_interface(y);
    if (xi && yi) {
        if (is_named(x) && is_named(y)) return type_identical(x, y);
        if (xi->iface.all.n != yi->iface.all.n) return false;
    } else if (xi || yi) {
        return false;
    }
    if (mode & UNIFY_EXACT || is_named(x)) return true;
    Type *under = type_under(y);
    if (is_named(y) || (under->kind == TYPE_CHAN && under->chan.dir != CHAN_BOTH)) unify_set(u, i, y);
    return true;
}

static bool same_terms(Type *a, Type *b) {
    Type *x = type_new_interface(), *y = type_new_interface();
    x->iface.complete = y->iface.complete = true;
    x->iface.has_terms = a->iface.has_terms;
    y->iface.has_terms = b->iface.has_terms;
    memcpy(&x->iface.terms, &a->iface.terms, sizeof a->iface.terms);
    memcpy(&y->iface.terms, &b->iface.terms, sizeof b->iface.terms);
    return type_identical(x, y);
}

static bool compared_before(const Pair *up, Type *x, Type *y) {
    for (; up; up = up->up)
        if ((up->a == x && up->b == y) || (up->a == y && up->b == x)) return true;
    return false;
}

/* The methods of the smaller interface must be among those of the larger; exact: they must be the same. */
static bool nify_interfaces(Unifier *u, Type *x, Type *y, bool exact, const Pair *up) {
    if (x->iface.comparable != y->iface.comparable || !same_terms(x, y)) return false;
    if (exact && x->iface.all.n != y->iface.all.n) return false;
    if (compared_before(up, x, y)) return true;
    const Pair here = {x, y, up};
    Type *small = x->iface.all.n <= y->iface.all.n ? x : y, *large = small == x ? y : x;
    for (int i = 0; i < small->iface.all.n; i++) {
        const Method *m = &small->iface.all.v[i];
        const Method *n = type_iface_method(large, m->name, m->pkg);
        if (!n || !nify(u, m->sig, n->sig, UNIFY_EXACT, &here)) return false;
    }
    return true;
}

/* An interface and a type that is none: through the type's methods. */
static bool nify_methods(Unifier *u, Type *iface, Type *t, const Pair *up) {
    for (int i = 0; i < iface->iface.all.n; i++) {
        const Method *m = &iface->iface.all.v[i];
        Lookup l = type_lookup(t, m->name, m->pkg, false);
        if (l.kind != LOOKUP_METHOD && l.kind != LOOKUP_IFACE_METHOD) return false;
        Type *sig = l.method.sig;
        if (!sig || sig->kind != TYPE_FUNC || sig->func.tparams.n || !nify(u, m->sig, sig, UNIFY_EXACT, up))
            return false;
    }
    return true;
}

static bool nify_structs(Unifier *u, Type *x, Type *y, int mode, const Pair *up) {
    if (x->struct_.fields.n != y->struct_.fields.n) return false;
    for (int i = 0; i < x->struct_.fields.n; i++) {
        const StructField *f = &x->struct_.fields.v[i], *g = &y->struct_.fields.v[i];
        if (f->embedded != g->embedded || f->name != g->name ||
            (f->pkg != g->pkg && !object_exported(f->name)) || f->tag_len != g->tag_len ||
            (f->tag_len && memcmp(f->tag, g->tag, (size_t)f->tag_len)))
            return false;
        if (!nify(u, f->type, g->type, mode, up)) return false;
    }
    return true;
}

/* Neither is a bound type parameter, aliases are gone. mode is that of elements. */
static bool nify_literals(Unifier *u, Type *x, Type *y, int mode, int elem_mode, const Pair *up) {
    if (x->kind == TYPE_PARAM) { /* of an enclosing function: its core type stands for it */
        Type *core = type_core(x);
        return core && nify(u, core, y, UNIFY_ASSIGN, up);
    }
    if (x->kind != y->kind) return false;
    switch (x->kind) {
    case TYPE_ARRAY:
        return (x->array.len < 0 || y->array.len < 0 || x->array.len == y->array.len) &&
               nify(u, x->array.elem, y->array.elem, elem_mode, up);
    case TYPE_SLICE:
    case TYPE_POINTER: return nify(u, x->elem, y->elem, elem_mode, up);
    case TYPE_STRUCT: return nify_structs(u, x, y, elem_mode, up);
    case TYPE_TUPLE: return nify_lists(u, &x->tuple.types, &y->tuple.types, mode, up);
    case TYPE_FUNC:
        return x->func.variadic == y->func.variadic &&
               nify_lists(u, &x->func.params, &y->func.params, elem_mode, up) &&
               nify_lists(u, &x->func.results, &y->func.results, elem_mode, up);
    case TYPE_INTERFACE: return nify_interfaces(u, type_iface_complete(x), type_iface_complete(y), true, up);
    case TYPE_MAP:
        return nify(u, x->map.key, y->map.key, elem_mode, up) &&
               nify(u, x->map.elem, y->map.elem, elem_mode, up);
    case TYPE_CHAN:
        return (!(mode & UNIFY_EXACT) || x->chan.dir == y->chan.dir) &&
               nify(u, x->chan.elem, y->chan.elem, elem_mode, up);
    case TYPE_NAMED:
        return x->named.origin && x->named.origin == y->named.origin &&
               nify_lists(u, &x->named.targs, &y->named.targs, mode, up);
    case TYPE_UNION: return false;
    default: return true; /* predeclared types of one kind */
    }
}

static bool nify_inner(Unifier *u, Type *x, Type *y, int mode, const Pair *up) {
    if (type_unalias(x) == type_unalias(y)) return true;
    /* A defined type, or a bound type parameter alone, stands left where it can: fewer cases below. */
    if (is_named(x) || unify_index(u, y) >= 0) {
        Type *t = x;
        x = y;
        y = t;
    }
    const TypeKind xk = type_unalias(x)->kind;
    if (!(mode & UNIFY_EXACT) && is_named(y) && xk != TYPE_NAMED && xk != TYPE_PARAM &&
        !type_is_interface(x)) {
        y = type_under(y);
        if (type_unalias(x) == y) return true;
    }
    const int px = unify_index(u, x), py = unify_index(u, y);
    if (px >= 0 && py >= 0) return join(u, px, py) || nify(u, unify_at(u, px), unify_at(u, py), mode, up);
    if (px >= 0) {
        if (unify_at(u, px)) return nify_known(u, px, y, mode, up);
        unify_set(u, px, y);
        return true;
    }
    if (!(mode & UNIFY_EXACT)) {
        Type *xi = as_interface(x), *yi = as_interface(y);
        if (xi && yi) return nify_interfaces(u, xi, yi, false, up);
        if (xi || yi) return nify_methods(u, xi ? xi : yi, xi ? y : x, up);
    }
    if (type_is_param(y)) {
        Type *t = x;
        x = y;
        y = t;
    }
    return nify_literals(u, type_unalias(x), type_unalias(y), mode,
                         mode & UNIFY_ASSIGN ? mode | UNIFY_EXACT : mode, up);
}

static bool nify(Unifier *u, Type *x, Type *y, int mode, const Pair *up) {
    if (!x || !y || u->depth > MAX_DEPTH) return false;
    u->depth++;
    const bool ok = nify_inner(u, x, y, mode, up);
    u->depth--;
    return ok;
}

bool unify(Unifier *u, Type *x, Type *y, UnifyMode mode) { return nify(u, x, y, (int)mode, NULL); }
