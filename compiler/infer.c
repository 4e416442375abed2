/* infer.c: type inference for calls of generic functions, and for assignments of them.
 *
 * Floor 3. First the typed arguments are unified with their parameters' types; then constraints with a core
 * type, or with methods, tell more about what is known, until nothing changes; then untyped constants give
 * their default types; at last what was inferred in terms of other type parameters is resolved.
 */
#include "unify.h"

typedef struct Inference {
    Checker *c;
    Unifier u;
    Pos pos;
    const char *fn_text;
    bool reverse;
    const TypeList *tparams;
} Inference;

/* ---- mentions
 * ---------------------------------------------------------------------------------------------- */

typedef struct Seen {
    Type *type;
    const struct Seen *up;
} Seen;

static bool mentions(const TypeList *tparams, Type *t, const Seen *up);

static bool list_mentions(const TypeList *tparams, const TypeList *list, const Seen *up) {
    for (int i = 0; i < list->n; i++)
        if (mentions(tparams, list->v[i], up)) return true;
    return false;
}

static bool mentions(const TypeList *tparams, Type *t, const Seen *up) {
    if (!t) return false;
    t = type_unalias(t);
    if (t->kind < TYPE_ARRAY) return false;
    for (const Seen *s = up; s; s = s->up)
        if (s->type == t) return false;
    const Seen here = {t, up};
    switch (t->kind) {
    case TYPE_ARRAY: return mentions(tparams, t->array.elem, &here);
    case TYPE_SLICE:
    case TYPE_POINTER: return mentions(tparams, t->elem, &here);
    case TYPE_MAP: return mentions(tparams, t->map.key, &here) || mentions(tparams, t->map.elem, &here);
    case TYPE_CHAN: return mentions(tparams, t->chan.elem, &here);
    case TYPE_NAMED: return list_mentions(tparams, &t->named.targs, &here);
    case TYPE_TUPLE: return list_mentions(tparams, &t->tuple.types, &here);
    case TYPE_FUNC:
        return list_mentions(tparams, &t->func.params, &here) ||
               list_mentions(tparams, &t->func.results, &here);
    case TYPE_STRUCT:
        for (int i = 0; i < t->struct_.fields.n; i++)
            if (mentions(tparams, t->struct_.fields.v[i].type, &here)) return true;
        return false;
    case TYPE_INTERFACE:
        type_iface_complete(t);
        for (int i = 0; i < t->iface.all.n; i++)
            if (mentions(tparams, t->iface.all.v[i].sig, &here)) return true;
        for (int i = 0; i < t->iface.terms.n; i++)
            if (mentions(tparams, t->iface.terms.v[i].type, &here)) return true;
        return false;
    case TYPE_UNION:
        for (int i = 0; i < t->union_.terms.n; i++)
            if (mentions(tparams, t->union_.terms.v[i].type, &here)) return true;
        return false;
    case TYPE_PARAM:
        for (int i = 0; i < tparams->n; i++)
            if (tparams->v[i] == t) return true;
        return false;
    default: return false;
    }
}

/* ---- errors
 * ------------------------------------------------------------------------------------------------ */

static bool fail(Inference *in, Pos from, Pos to, const char *msg) {
    if (in->reverse || !in->fn_text)
        check_error(in->c, from, to, "%s", msg);
    else
        check_error(in->c, from, to, "in call to %s, %s", in->fn_text, msg);
    return false;
}

static const char *names_of(Checker *c, const TypeList *ts) {
    const char *s = "";
    for (int i = 0; i < ts->n; i++) {
        const char *sep = !i ? "" : ts->n == 2 ? " and " : i == ts->n - 1 ? ", and " : ", ";
        s = check_printf(c, "%s%s%s", s, sep, ts->v[i]->param.obj->name);
    }
    return s;
}

static TypeList inferred(const Inference *in) {
    TypeList list = {0};
    for (int i = 0; i < in->tparams->n; i++) vec_push(in->c->arena, &list, unify_at(&in->u, i));
    return list;
}

static bool mismatch(Inference *in, Type *param, Type *arg_type, const Expr *arg) {
    Checker *c = in->c;
    const TypeList found = inferred(in);
    const char *at = check_type_text(c, arg_type), *x = expr_text(c->arena, arg),
               *p = check_type_text(c, param);
    bool none = true;
    for (int i = 0; i < found.n; i++) none &= !found.v[i];
    Type *t = type_subst(param, in->tparams, &found);
    const char *msg;
    if (none)
        msg = check_printf(c, "type %s of %s does not match %s (cannot infer %s)", at, x, p,
                           names_of(c, in->tparams));
    else if (t == param)
        msg = check_printf(c, "type %s of %s does not match %s", at, x, p);
    else if (in->reverse)
        msg = check_printf(c, "inferred type %s for %s does not match type %s of %s", check_type_text(c, t),
                           p, at, x);
    else
        msg = check_printf(c, "type %s of %s does not match inferred type %s for %s", at, x,
                           check_type_text(c, t), p);
    return fail(in, arg->pos, arg->end, msg);
}

/* ---- constraints
 * ------------------------------------------------------------------------------------------- */

/* The one type that a constraint's terms allow, or their core type. */
static Type *core_term(Type *tparam, bool *tilde, bool *single) {
    Type *iface = type_param_iface(tparam);
    *tilde = *single = false;
    if (!iface->iface.has_terms || !iface->iface.terms.n) return NULL;
    if (iface->iface.terms.n == 1) {
        *single = true;
        *tilde = iface->iface.terms.v[0].tilde;
        return iface->iface.terms.v[0].type;
    }
    for (int i = 0; i < iface->iface.terms.n; i++) *tilde |= iface->iface.terms.v[i].tilde;
    return type_core(tparam);
}

/* Unifies the methods that a constraint asks for with those of the known type. */
static bool unify_methods(Inference *in, Type *tx, Type *iface, const char **why) {
    Checker *c = in->c;
    for (int i = 0; i < iface->iface.all.n; i++) {
        const Method *m = &iface->iface.all.v[i];
        Type *sig = NULL;
        if (type_is_interface(tx) || type_is_param(tx)) {
            const Method *f = type_iface_method(type_under(tx), m->name, m->pkg);
            if (f) sig = f->sig;
        } else {
            Lookup l = type_lookup(tx, m->name, m->pkg, false);
            if (l.kind == LOOKUP_PTR_NEEDED)
                *why = check_printf(c, "(method %s has pointer receiver)", m->name);
            if (l.kind == LOOKUP_PTR_NEEDED) return false;
            if (l.kind == LOOKUP_METHOD || l.kind == LOOKUP_IFACE_METHOD) sig = l.method.sig;
        }
        *why = check_printf(c, "(missing method %s)", m->name);
        if (!sig) return false;
        if (unify(&in->u, sig, m->sig, UNIFY_EXACT)) continue;
        const char *have = type_signature_string(sig, c->pkg), *want = type_signature_string(m->sig, c->pkg);
        if (!strcmp(have, want))
            *why = check_printf(c, "(wrong type for method %s)", m->name);
        else
            *why = check_printf(c, "(wrong type for method %s)\n\t\thave %s%s\n\t\twant %s%s", m->name,
                                m->name, have, m->name, want);
        return false;
    }
    return true;
}

static bool use_constraint(Inference *in, int i) {
    Checker *c = in->c;
    Type *tparam = in->tparams->v[i], *tx = unify_at(&in->u, i);
    bool tilde, single;
    const char *why;
    Type *core = core_term(tparam, &tilde, &single);
    if (core && tx) {
        if (!unify(&in->u, tx, core, UNIFY_INEXACT))
            return fail(in, in->pos, 0,
                        check_printf(c, "%s (type %s) does not satisfy %s", check_type_text(c, tparam),
                                     check_type_text(c, tx), check_type_text(c, tparam->param.constraint)));
    } else if (core && single && !tilde) {
        unify_set(&in->u, i, core);
    }
    if (tx && !mentions(in->tparams, tx, NULL) && !unify_methods(in, tx, type_param_iface(tparam), &why))
        return fail(in, in->pos, 0,
                    check_printf(c, "%s (type %s) does not satisfy %s %s", check_type_text(c, tparam),
                                 check_type_text(c, tx), check_type_text(c, tparam->param.constraint), why));
    return true;
}

static bool use_constraints(Inference *in) {
    for (int left = in->tparams->n + 1; left; left--) {
        const int unknown = unify_unknowns(&in->u);
        for (int i = 0; i < in->tparams->n; i++)
            if (!use_constraint(in, i)) return false;
        if (unify_unknowns(&in->u) == unknown) break;
    }
    return true;
}

/* ---- untyped arguments
 * ------------------------------------------------------------------------------------- */

static Type *larger_untyped(Type *a, Type *b) {
    if (a == b) return a;
    if (!type_is_numeric(a) || !type_is_numeric(b)) return NULL;
    return a->kind > b->kind ? a : b;
}

static bool use_untyped(Inference *in, const TypeList *params, const ExprList *args) {
    TypeList max = {.v = ARENA_NEW_N(in->c->arena, Type *, in->tparams->n), .n = in->tparams->n};
    for (int i = 0; i < args->n; i++) {
        const Expr *arg = args->v[i];
        const int p = params->v[i]->kind == TYPE_PARAM ? unify_index(&in->u, params->v[i]) : -1;
        if (p < 0 || arg->mode == MODE_NIL || !type_is_untyped(arg->type) || unify_at(&in->u, p)) continue;
        Type *m = max.v[p] ? larger_untyped(max.v[p], arg->type) : arg->type;
        if (!m)
            return fail(in, arg->pos, arg->end,
                        check_printf(in->c, "mismatched types %s and %s (cannot infer %s)",
                                     check_type_text(in->c, max.v[p]), check_type_text(in->c, arg->type),
                                     check_type_text(in->c, in->tparams->v[p])));
        max.v[p] = m;
    }
    for (int i = 0; i < max.n; i++)
        if (max.v[i]) unify_set(&in->u, i, type_default(max.v[i]));
    return true;
}

/* ---- results
 * ----------------------------------------------------------------------------------------------- */

/* Forgets type parameters whose inferred types lead back to themselves. */
static void kill_cycles(Inference *in, TypeList *list) {
    for (int i = 0; i < list->n; i++) {
        TypeList one = {.v = (Type **)&in->tparams->v[i], .n = 1};
        Type *t = list->v[i];
        for (int steps = 0; t && steps <= list->n;
             steps++) { /* follow what t mentions, one round for each parameter */
            if (mentions(&one, t, NULL)) {
                list->v[i] = NULL;
                break;
            }
            Type *next = type_subst(t, in->tparams, list);
            if (next == t) break;
            t = next;
        }
    }
}

static bool resolve(Inference *in, const TypeList *targs, TypeList *list) {
    kill_cycles(in, list);
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 0; i < list->n; i++) {
            if (!list->v[i] || (i < targs->n && targs->v[i])) continue;
            Type *t = type_subst(list->v[i], in->tparams, list);
            if (t == list->v[i]) continue;
            list->v[i] = t;
            changed = true;
        }
    }
    for (int i = 0; i < list->n; i++) {
        if (list->v[i] && !mentions(in->tparams, list->v[i], NULL)) continue;
        const Object *obj = in->tparams->v[i]->param.obj;
        return fail(in, in->pos, 0,
                    check_printf(in->c, "cannot infer %s (declared at %s)", obj->name,
                                 check_pos_text(in->c, obj->pos)));
    }
    return true;
}

bool check_infer(Checker *c, Pos pos, const char *fn_text, const TypeList *tparams, const TypeList *targs,
                 const TypeList *params, const ExprList *args, bool reverse, TypeList *out) {
    bool complete = targs->n == tparams->n;
    for (int i = 0; i < targs->n; i++) complete &= targs->v[i] != NULL;
    if (complete) {
        *out = *targs;
        return true;
    }
    for (int i = 0; i < args->n; i++)
        if (args->v[i]->mode == MODE_INVALID) return false;
    Inference in = {.c = c, .pos = pos, .fn_text = fn_text, .reverse = reverse, .tparams = tparams};
    unify_init(&in.u, c, tparams, targs);
    TypeList given = {0}, ps = {0};
    for (int i = 0; i < tparams->n; i++) vec_push(c->arena, &given, i < targs->n ? targs->v[i] : NULL);
    for (int i = 0; i < params->n; i++) vec_push(c->arena, &ps, type_subst(params->v[i], tparams, &given));
    for (int i = 0; i < args->n; i++) {
        Type *t = args->v[i]->type;
        if (type_is_untyped(t) || (!mentions(tparams, ps.v[i], NULL) && !mentions(tparams, t, NULL)))
            continue;
        if (!unify(&in.u, ps.v[i], t, UNIFY_ASSIGN)) return mismatch(&in, ps.v[i], t, args->v[i]);
    }
    if (!use_constraints(&in) || !use_untyped(&in, &ps, args)) return false;
    *out = inferred(&in);
    return resolve(&in, targs, out);
}

void check_rename_tparams(Checker *c, const TypeList *tparams, TypeList *fresh) {
    for (int i = 0; i < tparams->n; i++) {
        const Object *old = tparams->v[i]->param.obj;
        Object *obj = object_new(OBJ_TYPE, old->name, old->pos, NULL, old->pkg);
        vec_push(c->arena, fresh, type_new_param(obj, tparams->v[i]->param.index));
    }
    for (int i = 0; i < tparams->n; i++) {
        fresh->v[i]->param.constraint = type_subst(tparams->v[i]->param.constraint, tparams, fresh);
        fresh->v[i]->param.canon = tparams->v[i];
    }
}
