/* type.c: making types, asking about them, identity.
 *
 * Floor 1. See type.h. Identity follows the language specification; cyclic interfaces are compared under the
 * assumption that a pair that is being compared is identical.
 */
#include "type.h"

#include "intern.h"
#include "scope.h"

Type *type_error, *type_any, *type_comparable;
void (*type_resolve_object)(Object *obj);
Package *type_text_package;

static Type basic[TYPE_UNTYPED_NIL + 1], byte_type, rune_type;
Type *type_byte = &byte_type, *type_rune = &rune_type;

Arena *type_arena(void) {
    static Arena *arena;
    if (!arena) arena = arena_new();
    return arena;
}

static Type *new_type(TypeKind kind) {
    Type *t = ARENA_NEW(type_arena(), Type);
    t->kind = kind;
    return t;
}

Type *type_basic(TypeKind kind) {
    if (basic[TYPE_BOOL].kind != TYPE_BOOL) {
        for (int i = 0; i <= TYPE_UNTYPED_NIL; i++) basic[i].kind = (TypeKind)i;
        byte_type.kind = TYPE_UINT8;
        rune_type.kind = TYPE_INT32;
    }
    return &basic[kind];
}

Type *type_new_array(Type *elem, int64_t len) {
    Type *t = new_type(TYPE_ARRAY);
    t->array.elem = elem;
    t->array.len = len;
    return t;
}

static Type *new_with_elem(TypeKind kind, Type *elem) {
    Type *t = new_type(kind);
    t->elem = elem;
    return t;
}

Type *type_new_slice(Type *elem) { return new_with_elem(TYPE_SLICE, elem); }
Type *type_new_pointer(Type *elem) { return new_with_elem(TYPE_POINTER, elem); }

Type *type_new_map(Type *key, Type *elem) {
    Type *t = new_type(TYPE_MAP);
    t->map.key = key;
    t->map.elem = elem;
    return t;
}

Type *type_new_chan(ChanDir dir, Type *elem) {
    Type *t = new_type(TYPE_CHAN);
    t->chan.dir = dir;
    t->chan.elem = elem;
    return t;
}

Type *type_new_tuple(TypeList types) {
    Type *t = new_type(TYPE_TUPLE);
    t->tuple.types = types;
    return t;
}

Type *type_new_func(TypeList params, TypeList results, bool variadic) {
    Type *t = new_type(TYPE_FUNC);
    t->func.params = params;
    t->func.results = results;
    t->func.variadic = variadic;
    return t;
}

Type *type_new_named(Object *obj) {
    Type *t = new_type(TYPE_NAMED);
    t->named.obj = obj;
    if (!obj->type) obj->type = t;
    return t;
}

Type *type_new_struct(void) { return new_type(TYPE_STRUCT); }
Type *type_new_interface(void) { return new_type(TYPE_INTERFACE); }

Type *type_new_param(Object *obj, int index) {
    Type *t = new_type(TYPE_PARAM);
    t->param.obj = obj;
    t->param.index = index;
    if (!obj->type) obj->type = t;
    return t;
}

Type *type_unalias(Type *t) {
    for (int n = 0; t && t->kind == TYPE_ALIAS; n++) {
        if (!t->alias.target && t->alias.origin &&
            t->alias.origin->alias.target) /* instance made while in progress */
            t->alias.target =
                type_subst(t->alias.origin->alias.target, &t->alias.origin->alias.tparams, &t->alias.targs);
        if (!t->alias.target && t->alias.obj && type_resolve_object) type_resolve_object(t->alias.obj);
        t = t->alias.target && n < 1000 ? t->alias.target : type_basic(TYPE_INVALID);
    }
    return t;
}

bool type_is_valid(Type *t) { return type_unalias(t)->kind != TYPE_INVALID; }

/* An instance's right-hand side is its origin's with the arguments in place, made when first asked for. */
static Type *named_rhs(Type *t) {
    if (!t->named.rhs && t->named.origin) {
        Type *origin = t->named.origin;
        if (!origin->named.rhs && type_resolve_object) type_resolve_object(origin->named.obj);
        if (!origin->named.rhs) return NULL;
        TypeList params = {0};
        if (t->named.targs.n > origin->named.tparams.n)
            for (int i = 0; i < origin->named.implicit.n; i++)
                vec_push(type_arena(), &params, origin->named.implicit.v[i]);
        for (int i = 0; i < origin->named.tparams.n; i++)
            vec_push(type_arena(), &params, origin->named.tparams.v[i]);
        t->named.rhs = params.n == t->named.targs.n ? type_subst(origin->named.rhs, &params, &t->named.targs)
                                                    : type_basic(TYPE_INVALID);
    } else if (!t->named.rhs && type_resolve_object) {
        type_resolve_object(t->named.obj);
    }
    return t->named.rhs;
}

/* Follows named types to a type literal. A cycle of names is reported where it is declared; here it ends in
 * the invalid type. While a right-hand side is not known yet, the answer is the invalid type as well, but is
 * not kept. */
static Type *named_under(Type *t) {
    if (t->named.underlying) return t->named.underlying;
    if (t->named.resolving) return type_basic(TYPE_INVALID);
    t->named.resolving = true;
    Type *rhs = named_rhs(t);
    Type *under = type_unalias(rhs);
    if (under && under->kind == TYPE_NAMED) under = named_under(under);
    t->named.resolving = false;
    if (!rhs) return type_basic(TYPE_INVALID);
    if (under->kind == TYPE_PARAM) under = type_basic(TYPE_INVALID);
    if (under->kind != TYPE_INVALID || rhs->kind == TYPE_INVALID) t->named.underlying = under;
    return under;
}

Type *type_under(Type *t) {
    t = type_unalias(t);
    if (t->kind == TYPE_NAMED) return named_under(t);
    if (t->kind == TYPE_PARAM) return type_param_iface(t);
    return t;
}

Type *type_deref(Type *t, bool *was_pointer) {
    Type *p = type_unalias(t);
    bool pointer = p->kind == TYPE_POINTER;
    if (was_pointer) *was_pointer = pointer;
    return pointer ? p->elem : t;
}

Type *type_default(Type *t) {
    switch (t->kind) {
    case TYPE_UNTYPED_BOOL: return type_basic(TYPE_BOOL);
    case TYPE_UNTYPED_INT: return type_basic(TYPE_INT);
    case TYPE_UNTYPED_RUNE: return type_rune;
    case TYPE_UNTYPED_FLOAT: return type_basic(TYPE_FLOAT64);
    case TYPE_UNTYPED_COMPLEX: return type_basic(TYPE_COMPLEX128);
    case TYPE_UNTYPED_STRING: return type_basic(TYPE_STRING);
    default: return t;
    }
}

/* ---- predicates: of the underlying type; a type parameter is none of these (see type_all)
 * ------------------ */

static TypeKind under_kind(Type *t) { return type_under(t)->kind; }

bool type_is_bool(Type *t) {
    TypeKind k = under_kind(t);
    return k == TYPE_BOOL || k == TYPE_UNTYPED_BOOL;
}

bool type_is_integer(Type *t) {
    TypeKind k = under_kind(t);
    return (k >= TYPE_INT && k <= TYPE_UINTPTR) || k == TYPE_UNTYPED_INT || k == TYPE_UNTYPED_RUNE;
}

bool type_is_unsigned(Type *t) {
    TypeKind k = under_kind(t);
    return k >= TYPE_UINT && k <= TYPE_UINTPTR;
}

bool type_is_float(Type *t) {
    TypeKind k = under_kind(t);
    return k == TYPE_FLOAT32 || k == TYPE_FLOAT64 || k == TYPE_UNTYPED_FLOAT;
}

bool type_is_complex(Type *t) {
    TypeKind k = under_kind(t);
    return k == TYPE_COMPLEX64 || k == TYPE_COMPLEX128 || k == TYPE_UNTYPED_COMPLEX;
}

bool type_is_numeric(Type *t) {
    TypeKind k = under_kind(t);
    return (k >= TYPE_INT && k <= TYPE_COMPLEX128) || (k >= TYPE_UNTYPED_INT && k <= TYPE_UNTYPED_COMPLEX);
}

bool type_is_string(Type *t) {
    TypeKind k = under_kind(t);
    return k == TYPE_STRING || k == TYPE_UNTYPED_STRING;
}

bool type_is_untyped(Type *t) { return t->kind >= TYPE_UNTYPED_BOOL && t->kind <= TYPE_UNTYPED_NIL; }
bool type_is_typed(Type *t) { return !type_is_untyped(t); }
bool type_is_interface(Type *t) { return !type_is_param(t) && under_kind(t) == TYPE_INTERFACE; }
bool type_is_pointer(Type *t) { return under_kind(t) == TYPE_POINTER; }
bool type_is_param(Type *t) { return type_unalias(t)->kind == TYPE_PARAM; }

/* Whether t has a name: identity and assignability tell such types from literals. */
bool type_is_named(Type *t) {
    TypeKind k = type_unalias(t)->kind;
    return k < TYPE_ARRAY || k == TYPE_NAMED || k == TYPE_PARAM;
}

bool type_is_ordered(Type *t) { return (type_is_numeric(t) && !type_is_complex(t)) || type_is_string(t); }

bool type_is_constant_kind(Type *t) { return type_is_bool(t) || type_is_numeric(t) || type_is_string(t); }

static bool set_has_nil(Type *t, Type *under, void *arg) {
    (void)t, (void)arg;
    return under && type_has_nil(under);
}

bool type_has_nil(Type *t) {
    if (type_is_param(t)) return type_set_all(t, set_has_nil, NULL);
    switch (under_kind(t)) {
    case TYPE_UNSAFE_POINTER:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_FUNC:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_INTERFACE:
    case TYPE_UNTYPED_NIL: return true;
    default: return false;
    }
}

bool type_is_generic(Type *t) {
    if (t->kind == TYPE_ALIAS && t->alias.tparams.n && !t->alias.targs.n) return true;
    t = type_unalias(t);
    return t->kind == TYPE_NAMED && t->named.tparams.n && !t->named.origin;
}

/* ---- mentions of type parameters
 * --------------------------------------------------------------------------- */

typedef struct Seen {
    Type *type;
    struct Seen *up;
} Seen;

static bool has_params(Type *t, const Seen *seen);

static bool list_has_params(const TypeList *list, const Seen *seen) {
    for (int i = 0; i < list->n; i++)
        if (has_params(list->v[i], seen)) return true;
    return false;
}

static bool has_params(Type *t, const Seen *seen) {
    if (!t) return false;
    switch (t->kind) {
    case TYPE_ARRAY: return has_params(t->array.elem, seen);
    case TYPE_SLICE:
    case TYPE_POINTER: return has_params(t->elem, seen);
    case TYPE_MAP: return has_params(t->map.key, seen) || has_params(t->map.elem, seen);
    case TYPE_CHAN: return has_params(t->chan.elem, seen);
    case TYPE_NAMED:
        if (!t->named.origin && t->named.implicit.n) return true;
        return list_has_params(&t->named.targs, seen);
    case TYPE_ALIAS: return list_has_params(&t->alias.targs, seen) || has_params(t->alias.target, seen);
    case TYPE_PARAM: return true;
    case TYPE_TUPLE: return list_has_params(&t->tuple.types, seen);
    case TYPE_FUNC: return list_has_params(&t->func.params, seen) || list_has_params(&t->func.results, seen);
    case TYPE_UNION:
        for (int i = 0; i < t->union_.terms.n; i++)
            if (has_params(t->union_.terms.v[i].type, seen)) return true;
        return false;
    case TYPE_STRUCT:
    case TYPE_INTERFACE: break;
    default: return false;
    }
    for (const Seen *s = seen; s; s = s->up)
        if (s->type == t) return false;
    const Seen here = {t, (Seen *)seen};
    if (t->kind == TYPE_STRUCT) {
        for (int i = 0; i < t->struct_.fields.n; i++)
            if (has_params(t->struct_.fields.v[i].type, &here)) return true;
        return false;
    }
    for (int i = 0; i < t->iface.methods.n; i++)
        if (has_params(t->iface.methods.v[i].sig, &here)) return true;
    return list_has_params(&t->iface.embeds, &here);
}

bool type_has_params(Type *t) { return has_params(t, NULL); }

/* ---- comparability
 * ----------------------------------------------------------------------------------------- */

/* NULL: comparable. Otherwise why not, "" where nothing helps. */
static const char *incomparable(Type *t, bool dynamic, const Seen *seen) {
    for (const Seen *s = seen; s; s = s->up)
        if (s->type == t) return NULL;
    const Seen here = {t, (Seen *)seen};
    Type *u = type_under(t);
    switch (u->kind) {
    case TYPE_UNTYPED_NIL: return "";
    case TYPE_STRUCT:
        for (int i = 0; i < u->struct_.fields.n; i++) {
            Type *f = u->struct_.fields.v[i].type;
            if (incomparable(f, dynamic, &here))
                return arena_printf(type_arena(), "struct containing %s cannot be compared",
                                    type_string(f, type_text_package));
        }
        return NULL;
    case TYPE_ARRAY:
        if (!incomparable(u->array.elem, dynamic, &here)) return NULL;
        return arena_printf(type_arena(), "%s cannot be compared", type_string(t, type_text_package));
    case TYPE_INTERFACE:
        if (dynamic && !type_is_param(t)) return NULL;
        type_iface_complete(u);
        if (!u->iface.has_terms) return u->iface.comparable ? NULL : "incomparable types in type set";
        if (!u->iface.terms.n) return "empty type set";
        for (int i = 0; i < u->iface.terms.n; i++)
            if (incomparable(u->iface.terms.v[i].type, false, &here)) return "incomparable types in type set";
        return NULL;
    case TYPE_SLICE:
    case TYPE_MAP:
    case TYPE_FUNC:
    case TYPE_TUPLE:
    case TYPE_UNION: return "";
    default: return NULL;
    }
}

bool type_comparable_p(Type *t) { return !incomparable(t, true, NULL); }
bool type_strictly_comparable(Type *t) { return !incomparable(t, false, NULL); }
const char *type_incomparable_why(Type *t) {
    const char *why = incomparable(t, true, NULL);
    return why ? why : "";
}

/* ---- identity
 * ---------------------------------------------------------------------------------------------- */

typedef struct Pair {
    Type *a, *b;
    struct Pair *up;
} Pair;

static bool identical(Type *a, Type *b, const Pair *up);

static bool lists_identical(const TypeList *a, const TypeList *b, const Pair *up) {
    if (a->n != b->n) return false;
    for (int i = 0; i < a->n; i++)
        if (!identical(a->v[i], b->v[i], up)) return false;
    return true;
}

static bool same_name(const char *a, Package *pa, const char *b, Package *pb) {
    return a == b && (pa == pb || intern_is_exported(a));
}

static bool structs_identical(Type *a, Type *b, const Pair *up) {
    if (a->struct_.fields.n != b->struct_.fields.n) return false;
    for (int i = 0; i < a->struct_.fields.n; i++) {
        const StructField *f = &a->struct_.fields.v[i], *g = &b->struct_.fields.v[i];
        if (f->embedded != g->embedded || !same_name(f->name, f->pkg, g->name, g->pkg) ||
            f->tag_len != g->tag_len || (f->tag_len && memcmp(f->tag, g->tag, (size_t)f->tag_len)))
            return false;
        if (!identical(f->type, g->type, up)) return false;
    }
    return true;
}

static bool funcs_identical(Type *a, Type *b, const Pair *up) {
    if (a->func.tparams.n != b->func.tparams.n || a->func.variadic != b->func.variadic) return false;
    if (a->func.tparams.n) {
        for (int i = 0; i < a->func.tparams.n; i++) {
            Type *bound =
                type_subst(b->func.tparams.v[i]->param.constraint, &b->func.tparams, &a->func.tparams);
            if (!identical(a->func.tparams.v[i]->param.constraint, bound, up)) return false;
        }
        b = type_instantiate(b, &a->func.tparams);
    }
    return lists_identical(&a->func.params, &b->func.params, up) &&
           lists_identical(&a->func.results, &b->func.results, up);
}

static bool term_subset(const UnionTerm *x, const UnionTerm *y) {
    return !type_terms_disjoint(x, y) && (!x->tilde || y->tilde);
}

static bool terms_within(Type *a, Type *b) { /* both with terms */
    for (int i = 0; i < a->iface.terms.n; i++) {
        bool found = false;
        for (int j = 0; j < b->iface.terms.n && !found; j++)
            found = term_subset(&a->iface.terms.v[i], &b->iface.terms.v[j]);
        if (!found) return false;
    }
    return true;
}

static bool ifaces_identical(Type *a, Type *b, const Pair *up) {
    type_iface_complete(a);
    type_iface_complete(b);
    if (a->iface.comparable != b->iface.comparable || a->iface.has_terms != b->iface.has_terms ||
        a->iface.all.n != b->iface.all.n)
        return false;
    if (a->iface.has_terms && !(terms_within(a, b) && terms_within(b, a))) return false;
    for (const Pair *p = up; p; p = p->up)
        if ((p->a == a && p->b == b) || (p->a == b && p->b == a)) return true;
    const Pair here = {a, b, (Pair *)up};
    for (int i = 0; i < a->iface.all.n; i++) {
        const Method *m = &a->iface.all.v[i], *n = &b->iface.all.v[i];
        if (!same_name(m->name, m->pkg, n->name, n->pkg)) return false;
    }
    for (int i = 0; i < a->iface.all.n; i++)
        if (!identical(a->iface.all.v[i].sig, b->iface.all.v[i].sig, &here)) return false;
    return true;
}

static bool unions_identical(Type *a, Type *b) {
    Type *x = type_new_interface(), *y = type_new_interface();
    vec_push(type_arena(), &x->iface.embeds, a);
    vec_push(type_arena(), &y->iface.embeds, b);
    return ifaces_identical(x, y, NULL);
}

static bool identical(Type *a, Type *b, const Pair *up) {
    if (a == b) return true;
    if (!a || !b) return false;
    a = type_unalias(a);
    b = type_unalias(b);
    if (a == b) return true;
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case TYPE_ARRAY:
        return (a->array.len < 0 || b->array.len < 0 || a->array.len == b->array.len) &&
               identical(a->array.elem, b->array.elem, up);
    case TYPE_SLICE:
    case TYPE_POINTER: return identical(a->elem, b->elem, up);
    case TYPE_STRUCT: return structs_identical(a, b, up);
    case TYPE_FUNC: return funcs_identical(a, b, up);
    case TYPE_INTERFACE: return ifaces_identical(a, b, up);
    case TYPE_MAP: return identical(a->map.key, b->map.key, up) && identical(a->map.elem, b->map.elem, up);
    case TYPE_CHAN: return a->chan.dir == b->chan.dir && identical(a->chan.elem, b->chan.elem, up);
    case TYPE_NAMED:
        return a->named.origin && a->named.origin == b->named.origin &&
               lists_identical(&a->named.targs, &b->named.targs, NULL);
    case TYPE_TUPLE: return lists_identical(&a->tuple.types, &b->tuple.types, up);
    case TYPE_UNION: return unions_identical(a, b);
    case TYPE_PARAM: return false;
    default: return true; /* predeclared: byte and uint8 */
    }
}

bool type_identical(Type *a, Type *b) { return identical(a, b, NULL); }

/* ---- hashing
 * ----------------------------------------------------------------------------------------------- */

static uint32_t mix(uint32_t h, uint32_t v) { return (h ^ v) * 16777619u; }

static uint32_t hash_list(uint32_t h, const TypeList *list) {
    h = mix(h, (uint32_t)list->n);
    for (int i = 0; i < list->n; i++) h = mix(h, type_hash(list->v[i]));
    return h;
}

static uint32_t name_hash(const Object *obj) { return obj && obj->name ? intern_hash(obj->name) : 1; }

/* Interfaces hash alike by number of methods alone, and not at all before they are complete: the same
 * methods can be written in many ways. */
uint32_t type_hash(Type *t) {
    t = type_unalias(t);
    if (t->hash) return t->hash;
    uint32_t h = mix(2166136261u, (uint32_t)t->kind);
    switch (t->kind) {
    case TYPE_ARRAY: h = mix(mix(h, (uint32_t)t->array.len), type_hash(t->array.elem)); break;
    case TYPE_SLICE:
    case TYPE_POINTER: h = mix(h, type_hash(t->elem)); break;
    case TYPE_STRUCT:
        for (int i = 0; i < t->struct_.fields.n; i++) {
            h = mix(h, intern_hash(t->struct_.fields.v[i].name));
            h = mix(h, type_hash(t->struct_.fields.v[i].type));
        }
        break;
    case TYPE_FUNC:
        h = mix(h, (uint32_t)t->func.tparams.n);
        if (t->func.tparams.n) break;
        h = hash_list(hash_list(mix(h, t->func.variadic), &t->func.params), &t->func.results);
        break;
    case TYPE_MAP: h = mix(mix(h, type_hash(t->map.key)), type_hash(t->map.elem)); break;
    case TYPE_CHAN: h = mix(mix(h, (uint32_t)t->chan.dir), type_hash(t->chan.elem)); break;
    case TYPE_NAMED: h = hash_list(mix(h, name_hash(t->named.obj)), &t->named.targs); break;
    case TYPE_PARAM: h = mix(mix(h, name_hash(t->param.obj)), (uint32_t)t->param.index); break;
    case TYPE_TUPLE: h = hash_list(h, &t->tuple.types); break;
    default: break;
    }
    t->hash = h ? h : 1;
    return t->hash;
}

/* Open addressing over all types that were asked for. */
static struct {
    Type **v;
    uint32_t size, n;
} canon;

static void canon_grow(void) {
    uint32_t old = canon.size;
    Type **v = canon.v;
    canon.size = old ? old * 2 : 1024;
    canon.v = ARENA_NEW_N(type_arena(), Type *, canon.size);
    for (uint32_t i = 0; i < old; i++) {
        if (!v[i]) continue;
        uint32_t j = v[i]->hash & (canon.size - 1);
        while (canon.v[j]) j = (j + 1) & (canon.size - 1);
        canon.v[j] = v[i];
    }
}

Type *type_canon(Type *t) {
    t = type_unalias(t);
    if (canon.n * 2 >= canon.size) canon_grow();
    if (t == type_byte || t == type_rune) t = type_basic(t->kind);
    uint32_t h = type_hash(t), i = h & (canon.size - 1);
    for (; canon.v[i]; i = (i + 1) & (canon.size - 1))
        if (canon.v[i] == t || (canon.v[i]->hash == h && identical(canon.v[i], t, NULL))) return canon.v[i];
    canon.v[i] = t;
    canon.n++;
    return t;
}
