/* type_set.c: type sets of interfaces, and what implements or satisfies an interface.
 *
 * Floor 1. The type set of an interface is its methods plus a list of terms (T or ~T; none: all types) plus
 * `comparable`. Terms are kept without overlaps. An interface with terms is never `comparable` itself: the
 * terms that are not comparable are dropped instead.
 */
#include "intern.h"
#include "diag.h"
#include "scope.h"
#include "type.h"
#include "package.h"

typedef struct Terms {
    bool limited; /* false: all types, list unused */
    Vec(UnionTerm) list;
} Terms;

enum { MAX_TERMS = 100 };

bool type_terms_disjoint(const UnionTerm *x, const UnionTerm *y) {
    Type *a = y->tilde ? type_under(x->type) : x->type;
    Type *b = x->tilde ? type_under(y->type) : y->type;
    return !type_identical(a, b);
}

static void add_term(Terms *t, UnionTerm term) {
    for (int i = 0; i < t->list.n; i++) {
        if (type_terms_disjoint(&t->list.v[i], &term)) continue;
        if (term.tilde && !t->list.v[i].tilde) { /* the new one covers the old; others may be covered too */
            memmove(&t->list.v[i], &t->list.v[i + 1], sizeof *t->list.v * (size_t)(t->list.n - i - 1));
            t->list.n--;
            i--;
            continue;
        }
        return;
    }
    vec_push(type_arena(), &t->list, term);
}

static void union_terms(Terms *into, const Terms *other) {
    if (!other->limited) {
        into->limited = false;
        return;
    }
    for (int i = 0; into->limited && i < other->list.n; i++) add_term(into, other->list.v[i]);
}

static Terms intersect_terms(const Terms *a, const Terms *b) {
    if (!a->limited) return *b;
    if (!b->limited) return *a;
    Terms out = {.limited = true};
    for (int i = 0; i < a->list.n; i++)
        for (int j = 0; j < b->list.n; j++) {
            const UnionTerm *x = &a->list.v[i], *y = &b->list.v[j];
            if (!type_terms_disjoint(x, y)) add_term(&out, !x->tilde || y->tilde ? *x : *y);
        }
    return out;
}

static Terms iface_terms(Type *iface) {
    type_iface_complete(iface);
    Terms t = {.limited = iface->iface.has_terms};
    for (int i = 0; i < iface->iface.terms.n; i++) vec_push(type_arena(), &t.list, iface->iface.terms.v[i]);
    return t;
}

static Terms union_type_terms(Type *u, Pos pos) {
    Terms all = {.limited = true};
    for (int i = 0; i < u->union_.terms.n && all.limited; i++) {
        UnionTerm term = u->union_.terms.v[i];
        Type *under = type_under(term.type);
        Terms one = {.limited = true};
        if (under->kind == TYPE_INVALID) continue;
        if (under->kind == TYPE_INTERFACE)
            one = iface_terms(under);
        else if (!term.tilde || type_identical(term.type, under))
            vec_push(type_arena(), &one.list, term);
        union_terms(&all, &one);
        if (all.limited && all.list.n > MAX_TERMS) {
            diag_error(pos, 0, "cannot handle more than %d union terms (implementation limitation)",
                       MAX_TERMS);
            return (Terms){0};
        }
    }
    return all;
}

/* Ordered by name, then package path for unexported ones. */
static int compare_methods(const Method *a, const Method *b) {
    if (a->name != b->name) return strcmp(a->name, b->name);
    if (a->pkg == b->pkg || intern_is_exported(a->name)) return 0;
    return strcmp(a->pkg ? a->pkg->path : "", b->pkg ? b->pkg->path : "");
}

typedef struct MethodList {
    Vec(Method) list;
    Vec(Pos) pos;
} MethodList;

static void duplicate_method(Pos pos, Pos other, const char *name) {
    diag_error(pos, 0, "duplicate method %s", name);
    diag_note(other, "other declaration of method %s", name);
}

/* Methods that come from two embedded interfaces must be identical. While types are being completed that
 * cannot be told, so it is asked when the outermost interface is done. */
typedef struct Doubt {
    Type *a, *b;
    Pos pos, other;
    const char *name;
} Doubt;

static Vec(Doubt) doubts;
static int completing;

static void settle_doubts(void) {
    completing++; /* comparing may complete others */
    for (int i = 0; i < doubts.n; i++) {
        const Doubt d = doubts.v[i];
        if (!type_identical(d.a, d.b)) duplicate_method(d.pos, d.other, d.name);
    }
    doubts.n = 0;
    completing--;
}

/* Most interfaces have few methods: a search in line is quick, and large ones are rare enough. */
static void add_method(MethodList *all, const Method *m, Pos pos, bool is_explicit) {
    for (int i = 0; i < all->list.n; i++) {
        if (all->list.v[i].name != m->name || compare_methods(&all->list.v[i], m)) continue;
        if (is_explicit)
            duplicate_method(pos, all->pos.v[i], m->name);
        else if (all->list.v[i].sig != m->sig)
            vec_push(type_arena(), &doubts,
                     ((Doubt){all->list.v[i].sig, m->sig, pos, all->pos.v[i], m->name}));
        return;
    }
    vec_push(type_arena(), &all->list, *m);
    vec_push(type_arena(), &all->pos, pos);
}

static void sort_methods(MethodList *all) {
    for (int i = 1; i < all->list.n; i++) {
        Method m = all->list.v[i];
        int j = i;
        for (; j > 0 && compare_methods(&m, &all->list.v[j - 1]) < 0; j--)
            all->list.v[j] = all->list.v[j - 1];
        all->list.v[j] = m;
    }
}

static void drop_incomparable(Terms *t) {
    int n = 0;
    for (int i = 0; i < t->list.n; i++)
        if (type_strictly_comparable(t->list.v[i].type)) t->list.v[n++] = t->list.v[i];
    t->list.n = n;
}

Type *type_iface_complete(Type *iface) {
    if (iface->iface.complete || iface->iface.completing) return iface;
    iface->iface.completing = true;
    completing++;
    MethodList all = {0};
    Terms terms = {0};
    bool comparable = iface->iface.comparable;
    for (int i = 0; i < iface->iface.methods.n; i++) {
        const Method *m = &iface->iface.methods.v[i];
        add_method(&all, m, m->obj ? m->obj->pos : 0, true);
    }
    for (int i = 0; i < iface->iface.embeds.n; i++) {
        Pos pos = i < iface->iface.embed_pos.n ? iface->iface.embed_pos.v[i] : 0;
        Type *e = iface->iface.embeds.v[i], *u = type_under(e);
        Terms own = {.limited = true};
        bool own_comparable = false;
        if (u->kind == TYPE_INTERFACE) {
            own = iface_terms(u);
            own_comparable = u->iface.comparable;
            for (int j = 0; j < u->iface.all.n; j++) add_method(&all, &u->iface.all.v[j], pos, false);
        } else if (u->kind == TYPE_UNION) {
            own = union_type_terms(u, pos);
        } else if (u->kind == TYPE_INVALID) {
            continue;
        } else {
            vec_push(type_arena(), &own.list, ((UnionTerm){false, e}));
        }
        terms = intersect_terms(&terms, &own);
        comparable |= own_comparable;
        if (comparable && terms.limited) {
            drop_incomparable(&terms);
            comparable = false;
        }
    }
    sort_methods(&all);
    memcpy(&iface->iface.all, &all.list, sizeof all.list);
    memcpy(&iface->iface.terms, &terms.list, sizeof terms.list);
    iface->iface.has_terms = terms.limited;
    iface->iface.comparable = comparable;
    iface->iface.complete = true;
    iface->iface.completing = false;
    if (!--completing && doubts.n) settle_doubts();
    return iface;
}

static Type *empty_interface(void) {
    static Type *t;
    if (!t) t = type_iface_complete(type_new_interface());
    return t;
}

Type *type_param_iface(Type *param) {
    if (param->param.iface) return param->param.iface;
    Type *bound = param->param.constraint;
    if (!bound || type_is_param(bound)) return empty_interface();
    Type *u = type_under(bound);
    if (u->kind == TYPE_INVALID) return empty_interface();
    if (u->kind != TYPE_INTERFACE) {
        u = type_new_interface();
        vec_push(type_arena(), &u->iface.embeds, bound);
        u->iface.implicit = true;
    }
    return param->param.iface = type_iface_complete(u);
}

bool type_set_is_empty(Type *iface) {
    type_iface_complete(iface);
    return iface->iface.has_terms && !iface->iface.terms.n;
}

bool type_iface_is_constraint(Type *iface) {
    type_iface_complete(iface);
    return iface->iface.has_terms || iface->iface.comparable;
}

Method *type_iface_method(Type *iface, const char *name, Package *pkg) {
    type_iface_complete(iface);
    for (int i = 0; i < iface->iface.all.n; i++) {
        Method *m = &iface->iface.all.v[i];
        if (m->name == name && (m->pkg == pkg || intern_is_exported(name))) return m;
    }
    return NULL;
}

bool type_set_all(Type *t, bool (*f)(Type *, Type *, void *), void *arg) {
    Type *p = type_unalias(t);
    if (p->kind != TYPE_PARAM) return f(t, type_under(t), arg);
    Type *iface = type_param_iface(p);
    if (!iface->iface.has_terms || !iface->iface.terms.n) return f(NULL, NULL, arg);
    for (int i = 0; i < iface->iface.terms.n; i++) {
        Type *e = iface->iface.terms.v[i].type;
        if (!f(e, type_under(e), arg)) return false;
    }
    return true;
}

static bool all_are(Type *t, Type *under, void *arg) {
    bool (*const *is)(Type *) = arg;
    (void)under;
    return t && (*is)(t);
}

bool type_all(Type *t, bool (*is)(Type *)) {
    return type_is_param(t) ? type_set_all(t, all_are, &is) : is(t);
}

/* ---- core types
 * -------------------------------------------------------------------------------------------- */

typedef struct Core {
    Type *type, *under;
    const char *why;
} Core;

#define TEXT(t) type_string((t), type_text_package)

static bool core_step(Type *t, Type *u, void *arg) {
    Core *core = arg;
    if (!u) {
        core->why = "no specific type";
        return false;
    }
    if (!core->under) {
        core->type = t;
        core->under = u;
        return true;
    }
    if (core->under->kind == TYPE_CHAN && u->kind == TYPE_CHAN) {
        const ChanDir had = core->under->chan.dir;
        if (!type_identical(core->under->chan.elem, u->chan.elem)) {
            core->why = arena_printf(type_arena(), "channels %s and %s have different element types",
                                     TEXT(core->type), TEXT(t));
            return false;
        }
        if (had == u->chan.dir || u->chan.dir == CHAN_BOTH) return true;
        if (had == CHAN_BOTH) {
            core->type = t;
            core->under = u;
            return true;
        }
        core->why = arena_printf(type_arena(), "channels %s and %s have conflicting directions",
                                 TEXT(core->type), TEXT(t));
        return false;
    }
    if (type_identical(core->under, u)) return true;
    core->why =
        arena_printf(type_arena(), "%s and %s have different underlying types", TEXT(core->type), TEXT(t));
    return false;
}

Type *type_core_why(Type *t, const char **why) {
    Core core = {0};
    const bool ok = type_set_all(t, core_step, &core);
    if (why) *why = core.why;
    return ok ? core.under : NULL;
}

Type *type_core(Type *t) { return type_core_why(t, NULL); }

/* ---- implementing
 * ------------------------------------------------------------------------------------------ */

static bool is_interface_pointer(Type *t) {
    Type *u = type_under(t);
    return u->kind == TYPE_POINTER && type_under(u->elem)->kind == TYPE_INTERFACE;
}

static const char *interface_pointer_text(Type *t) {
    return arena_printf(type_arena(),
                        type_is_param(type_under(t)->elem)
                            ? "type %s is pointer to type parameter, not type parameter"
                            : "type %s is pointer to interface, not interface",
                        TEXT(t));
}

static Type *method_sig(const Method *m) {
    if (!m->sig && m->obj && type_resolve_object) type_resolve_object(m->obj);
    return m->sig ? m->sig : m->obj ? m->obj->type : NULL;
}

static const char *method_text(const Method *m, Package *rel) {
    Type *sig = method_sig(m);
    return arena_printf(type_arena(), "%s%s", m->name, sig ? type_signature_string(sig, rel) : "()");
}

static const char *wrong_signature(const Method *have, const Method *want) {
    const char *h = method_text(have, type_text_package), *w = method_text(want, type_text_package);
    if (h == w || !strcmp(h, w)) h = method_text(have, NULL), w = method_text(want, NULL);
    if (!strcmp(h, w)) return arena_printf(type_arena(), "(wrong type for method %s)", want->name);
    return arena_printf(type_arena(), "(wrong type for method %s)\n\t\thave %s\n\t\twant %s", want->name, h,
                        w);
}

/* A method of t whose name differs from m's in case alone, or in package. */
static bool fold_equal(const char *a, const char *b) { return !strcasecmp(a, b); }

static const Method *similar_method(Type *t, const Method *m) {
    Type *base = type_unalias(type_deref(t, NULL));
    if (base->kind != TYPE_NAMED) return NULL;
    if (base->named.origin) base = base->named.origin;
    for (int i = 0; i < base->named.methods.n; i++)
        if (fold_equal(base->named.methods.v[i].name, m->name)) return &base->named.methods.v[i];
    return NULL;
}

static const char *not_found(Type *t, Type *iface, const Method *m) {
    if (is_interface_pointer(t)) return arena_printf(type_arena(), "(%s)", interface_pointer_text(t));
    if (is_interface_pointer(iface)) return arena_printf(type_arena(), "(%s)", interface_pointer_text(iface));
    const Method *f = type_under(t)->kind == TYPE_INTERFACE ? NULL : similar_method(t, m);
    if (!f) return arena_printf(type_arena(), "(missing method %s)", m->name);
    if (f->name == m->name) return arena_printf(type_arena(), "(unexported method %s)", m->name);
    return arena_printf(type_arena(), "(missing method %s)\n\t\thave %s\n\t\twant %s", m->name,
                        method_text(f, type_text_package), method_text(m, type_text_package));
}

static bool invalid_embedded(Type *t, int depth) {
    Type *u = type_under(t);
    if (u->kind == TYPE_POINTER) u = type_under(u->elem);
    if (u->kind != TYPE_STRUCT || depth > 10) return false;
    for (int i = 0; i < u->struct_.fields.n; i++) {
        const StructField *f = &u->struct_.fields.v[i];
        if (f->embedded && (!type_is_valid(f->type) || invalid_embedded(f->type, depth + 1))) return true;
    }
    return false;
}

/* NULL: t has method m. */
static const char *missing(Type *t, Type *iface, const Method *m, bool is_static, bool *wrong) {
    Type *u = type_under(t);
    *wrong = false;
    if (u->kind == TYPE_INTERFACE) {
        const Method *f = type_iface_method(u, m->name, m->pkg);
        if (!f) return is_static ? not_found(t, iface, m) : NULL;
        if (type_identical(f->sig, m->sig)) return NULL;
        *wrong = true;
        return wrong_signature(f, m);
    }
    Lookup l = type_lookup(t, m->name, m->pkg, false);
    switch (l.kind) {
    case LOOKUP_AMBIGUOUS: return arena_printf(type_arena(), "(ambiguous selector %s.%s)", TEXT(t), m->name);
    case LOOKUP_PTR_NEEDED:
        *wrong = true;
        return arena_printf(type_arena(), "(method %s has pointer receiver)", m->name);
    case LOOKUP_FIELD:
        return arena_printf(type_arena(), "(%s.%s is a field, not a method)", TEXT(t), m->name);
    case LOOKUP_METHOD:
    case LOOKUP_IFACE_METHOD: break;
    default: return not_found(t, iface, m);
    }
    Type *sig = method_sig(&l.method);
    if (!sig || type_identical(sig, m->sig)) return NULL;
    *wrong = true;
    return wrong_signature(&l.method, m);
}

bool type_has_methods(Type *t, Type *iface, bool is_static, const char **why, bool *wrong_type) {
    Type *u = type_under(iface);
    if (!type_is_valid(t) || u->kind != TYPE_INTERFACE) return true;
    type_iface_complete(u);
    for (int i = 0; i < u->iface.all.n; i++) {
        bool wrong;
        const char *text = missing(t, iface, &u->iface.all.v[i], is_static, &wrong);
        if (!text) continue;
        if (invalid_embedded(t, 0)) return true;
        if (why) *why = text;
        if (wrong_type) *wrong_type = wrong;
        return false;
    }
    return true;
}

static bool includes(const UnionTerm *term, Type *t) {
    return type_identical(term->type, term->tilde ? type_under(t) : t);
}

static bool mentions(Type *constraint, Type *t) {
    constraint = type_unalias(constraint);
    if (constraint->kind == TYPE_INTERFACE) {
        for (int i = 0; i < constraint->iface.embeds.n; i++)
            if (mentions(constraint->iface.embeds.v[i], t)) return true;
        return false;
    }
    if (constraint->kind == TYPE_UNION) {
        for (int i = 0; i < constraint->union_.terms.n; i++)
            if (mentions(constraint->union_.terms.v[i].type, t)) return true;
        return false;
    }
    return type_identical(constraint, t);
}

static const char *not_in_set(Type *t, Type *constraint, Type *iface) {
    for (int i = 0; i < iface->iface.terms.n; i++) {
        const UnionTerm *term = &iface->iface.terms.v[i];
        const UnionTerm wider = {true, term->type};
        if (term->tilde || !type_identical(term->type, type_under(term->type)) || !includes(&wider, t))
            continue;
        return arena_printf(type_arena(), "possibly missing ~ for %s in %s", TEXT(term->type),
                            TEXT(constraint));
    }
    if (mentions(iface, t))
        return arena_printf(type_arena(), "%s mentions %s, but %s is not in the type set of %s",
                            TEXT(constraint), TEXT(t), TEXT(t), TEXT(constraint));
    return arena_printf(type_arena(), "%s missing in %s", TEXT(t),
                        type_terms_string(iface, NULL)); /* as Go: qualified */
}

static bool comparable_enough(Type *t, Type *iface, bool constraint, const char *verb, const char **why) {
    bool wanted = iface->iface.comparable;
    if (iface->iface.has_terms) { /* all of the terms are comparable: so must t be */
        wanted = iface->iface.terms.n > 0;
        for (int i = 0; i < iface->iface.terms.n && wanted; i++)
            wanted = type_strictly_comparable(iface->iface.terms.v[i].type);
    }
    if (!wanted || type_strictly_comparable(t) || (constraint && type_comparable_p(t))) return true;
    if (why) *why = arena_printf(type_arena(), "%s does not %s comparable", TEXT(t), verb);
    return false;
}

static bool implements(Type *t, Type *constraint, bool satisfy, const char **why) {
    const char *verb = satisfy ? "satisfy" : "implement", *detail = NULL;
    Type *tu = type_under(t), *cu = type_under(constraint);
    if (tu->kind == TYPE_INVALID || cu->kind == TYPE_INVALID) return true;
    if (tu->kind == TYPE_POINTER && type_under(tu->elem)->kind == TYPE_INVALID) return true;
    if (cu->kind != TYPE_INTERFACE) {
        detail = is_interface_pointer(cu)
                     ? interface_pointer_text(constraint)
                     : arena_printf(type_arena(), "%s is not an interface", TEXT(constraint));
        if (why)
            *why =
                arena_printf(type_arena(), "%s does not %s %s (%s)", TEXT(t), verb, TEXT(constraint), detail);
        return false;
    }
    type_iface_complete(cu);
    if (!cu->iface.all.n && !cu->iface.has_terms && !cu->iface.comparable) return true;
    if (tu->kind == TYPE_INTERFACE && type_set_is_empty(tu)) return true;
    if (type_set_is_empty(cu)) {
        if (why) *why = arena_printf(type_arena(), "cannot %s %s (empty type set)", verb, TEXT(constraint));
        return false;
    }
    if (!type_has_methods(t, constraint, true, &detail, NULL)) {
        if (why)
            *why =
                arena_printf(type_arena(), "%s does not %s %s %s", TEXT(t), verb, TEXT(constraint), detail);
        return false;
    }
    if (!cu->iface.has_terms) return comparable_enough(t, cu, satisfy, verb, why);
    if (tu->kind == TYPE_INTERFACE) {
        bool within = tu->iface.has_terms;
        for (int i = 0; within && i < tu->iface.terms.n; i++) {
            bool found = false;
            for (int j = 0; j < cu->iface.terms.n && !found; j++)
                found = !type_terms_disjoint(&tu->iface.terms.v[i], &cu->iface.terms.v[j]) &&
                        (!tu->iface.terms.v[i].tilde || cu->iface.terms.v[j].tilde);
            within = found;
        }
        if (within) return comparable_enough(t, cu, satisfy, verb, why);
        if (why) *why = arena_printf(type_arena(), "%s does not %s %s", TEXT(t), verb, TEXT(constraint));
        return false;
    }
    for (int i = 0; i < cu->iface.terms.n; i++)
        if (includes(&cu->iface.terms.v[i], t)) return comparable_enough(t, cu, satisfy, verb, why);
    if (why)
        *why = arena_printf(type_arena(), "%s does not %s %s (%s)", TEXT(t), verb, TEXT(constraint),
                            not_in_set(t, constraint, cu));
    return false;
}

bool type_implements(Type *t, Type *iface, const char **why) { return implements(t, iface, false, why); }
bool type_satisfies(Type *t, Type *constraint, const char **why) {
    return implements(t, constraint, true, why);
}
