/* type_subst.c: putting type arguments in place of type parameters, and instances of generic types.
 *
 * Floor 1. What does not change is shared. An instance of a named type has no right-hand side of its own
 * until somebody asks (type.c): recursive generic types end there.
 */
#include "package.h"
#include "scope.h"
#include "type.h"

typedef struct Subst {
    const TypeList *params, *args;
} Subst;

static Type *subst(const Subst *s, Type *t);

/* True when something changed; *out is then a new list. */
static bool subst_list(const Subst *s, const TypeList *in, TypeList *out) {
    Type *changed = NULL;
    *out = *in;
    for (int i = 0; i < in->n; i++) {
        Type *t = subst(s, in->v[i]);
        if (t == in->v[i]) continue;
        if (!changed) {
            out->v = ARENA_NEW_N(type_arena(), Type *, in->n);
            out->cap = in->n;
            memcpy(out->v, in->v, sizeof *in->v * (size_t)in->n);
        }
        out->v[i] = changed = t;
    }
    return changed;
}

static Type *subst_struct(const Subst *s, Type *t) {
    Type *copy = NULL;
    for (int i = 0; i < t->struct_.fields.n; i++) {
        Type *f = subst(s, t->struct_.fields.v[i].type);
        if (f == t->struct_.fields.v[i].type) continue;
        if (!copy) {
            copy = type_new_struct();
            for (int j = 0; j < t->struct_.fields.n; j++)
                vec_push(type_arena(), &copy->struct_.fields, t->struct_.fields.v[j]);
        }
        copy->struct_.fields.v[i].type = f;
    }
    return copy ? copy : t;
}

/* A generic function within what is substituted gets type parameters of its own when their constraints, or
 * what uses them, change. */
static Type *subst_generic_func(const Subst *s, Type *t) {
    for (int i = 0; i < s->params->n; i++)
        if (s->params->v[i] == t->func.tparams.v[0]) return NULL;
    TypeList params = {0}, args = {0}, fresh = {0};
    for (int i = 0; i < s->params->n; i++) {
        vec_push(type_arena(), &params, s->params->v[i]);
        vec_push(type_arena(), &args, s->args->v[i]);
    }
    for (int i = 0; i < t->func.tparams.n; i++) {
        Type *p = t->func.tparams.v[i];
        Object *obj = object_new(OBJ_TYPE, p->param.obj->name, p->param.obj->pos, NULL, p->param.obj->pkg);
        vec_push(type_arena(), &fresh, type_new_param(obj, p->param.index));
        vec_push(type_arena(), &params, p);
        vec_push(type_arena(), &args, fresh.v[i]);
    }
    const Subst all = {&params, &args};
    for (int i = 0; i < fresh.n; i++) {
        fresh.v[i]->param.constraint = subst(&all, t->func.tparams.v[i]->param.constraint);
        fresh.v[i]->param.canon = t->func.tparams.v[i];
    }
    TypeList ps, rs;
    subst_list(&all, &t->func.params, &ps);
    subst_list(&all, &t->func.results, &rs);
    Type *f = type_new_func(ps, rs, t->func.variadic);
    f->func.tparams = fresh;
    f->func.param_objs = t->func.param_objs;
    f->func.result_objs = t->func.result_objs;
    return f;
}

static Type *subst_func(const Subst *s, Type *t) {
    if (t->func.tparams.n) {
        Type *f = subst_generic_func(s, t);
        if (f) return f;
    }
    TypeList params, results;
    const bool p = subst_list(s, &t->func.params, &params), r = subst_list(s, &t->func.results, &results);
    if (!p && !r) return t;
    Type *f = type_new_func(params, results, t->func.variadic);
    f->func.tparams = t->func.tparams;
    f->func.param_objs = t->func.param_objs;
    f->func.result_objs = t->func.result_objs;
    return f;
}

static Type *subst_union(const Subst *s, Type *t) {
    Type *copy = NULL;
    for (int i = 0; i < t->union_.terms.n; i++) {
        Type *u = subst(s, t->union_.terms.v[i].type);
        if (u == t->union_.terms.v[i].type) continue;
        if (!copy) {
            copy = ARENA_NEW(type_arena(), Type);
            copy->kind = TYPE_UNION;
            for (int j = 0; j < t->union_.terms.n; j++)
                vec_push(type_arena(), &copy->union_.terms, t->union_.terms.v[j]);
        }
        copy->union_.terms.v[i].type = u;
    }
    return copy ? copy : t;
}

static Type *subst_interface(const Subst *s, Type *t) {
    TypeList embeds;
    bool changed = subst_list(s, &t->iface.embeds, &embeds);
    Type *copy = type_new_interface();
    for (int i = 0; i < t->iface.methods.n; i++) {
        Method m = t->iface.methods.v[i];
        if (m.sig) m.sig = subst(s, m.sig);
        changed |= m.sig != t->iface.methods.v[i].sig;
        vec_push(type_arena(), &copy->iface.methods, m);
    }
    if (!changed) return t;
    copy->iface.embeds = embeds;
    memcpy(&copy->iface.embed_pos, &t->iface.embed_pos, sizeof t->iface.embed_pos);
    copy->iface.implicit = t->iface.implicit;
    return copy;
}

static Type *subst_named(const Subst *s, Type *t);

static Type *subst(const Subst *s, Type *t) {
    if (!t) return type_basic(TYPE_INVALID);
    Type *a, *b;
    TypeList list;
    switch (t->kind) {
    case TYPE_PARAM:
        for (int i = 0; i < s->params->n; i++)
            if (s->params->v[i] == t) return s->args->v[i] ? s->args->v[i] : t;
        return t;
    case TYPE_ARRAY:
        a = subst(s, t->array.elem);
        return a == t->array.elem ? t : type_new_array(a, t->array.len);
    case TYPE_SLICE: a = subst(s, t->elem); return a == t->elem ? t : type_new_slice(a);
    case TYPE_POINTER: a = subst(s, t->elem); return a == t->elem ? t : type_new_pointer(a);
    case TYPE_MAP:
        a = subst(s, t->map.key);
        b = subst(s, t->map.elem);
        return a == t->map.key && b == t->map.elem ? t : type_new_map(a, b);
    case TYPE_CHAN: a = subst(s, t->chan.elem); return a == t->chan.elem ? t : type_new_chan(t->chan.dir, a);
    case TYPE_STRUCT: return subst_struct(s, t);
    case TYPE_FUNC: return subst_func(s, t);
    case TYPE_INTERFACE: return subst_interface(s, t);
    case TYPE_UNION: return subst_union(s, t);
    case TYPE_TUPLE: return subst_list(s, &t->tuple.types, &list) ? type_new_tuple(list) : t;
    case TYPE_NAMED: return subst_named(s, t);
    case TYPE_ALIAS:
        if (t->alias.targs.n)
            return subst_list(s, &t->alias.targs, &list) ? type_instantiate(t->alias.origin, &list) : t;
        a = t->alias.target ? subst(s, t->alias.target) : t;
        return a == t->alias.target ? t : a;
    default: return t;
    }
}

Type *type_subst(Type *t, const TypeList *params, const TypeList *args) {
    if (!params->n) return t;
    const Subst s = {params, args};
    return subst(&s, t);
}

/* ---- instances
 * --------------------------------------------------------------------------------------------- */

static struct {
    Type **v;
    uint32_t size, n;
} instances;

static uint32_t instance_hash(Type *generic, const TypeList *args) {
    uint32_t h = (uint32_t)((uintptr_t)generic >> 4) * 2654435761u;
    for (int i = 0; i < args->n; i++) h = (h ^ type_hash(args->v[i])) * 16777619u;
    return h;
}

static const TypeList *instance_args(Type *t) {
    return t->kind == TYPE_ALIAS ? &t->alias.targs : &t->named.targs;
}
static Type *instance_origin(Type *t) { return t->kind == TYPE_ALIAS ? t->alias.origin : t->named.origin; }

static bool args_identical(const TypeList *a, const TypeList *b) {
    if (a->n != b->n) return false;
    for (int i = 0; i < a->n; i++)
        if (!type_identical(a->v[i], b->v[i])) return false;
    return true;
}

static void instances_grow(void) {
    uint32_t old = instances.size;
    Type **v = instances.v;
    instances.size = old ? old * 2 : 256;
    instances.v = ARENA_NEW_N(type_arena(), Type *, instances.size);
    for (uint32_t i = 0; i < old; i++) {
        if (!v[i]) continue;
        uint32_t j = instance_hash(instance_origin(v[i]), instance_args(v[i])) & (instances.size - 1);
        while (instances.v[j]) j = (j + 1) & (instances.size - 1);
        instances.v[j] = v[i];
    }
}

/* The slot for an instance: the instance itself or an empty place. */
static Type **instance_slot(Type *generic, const TypeList *args) {
    if (instances.n * 2 >= instances.size) instances_grow();
    uint32_t i = instance_hash(generic, args) & (instances.size - 1);
    while (instances.v[i]) {
        Type *t = instances.v[i];
        if (instance_origin(t) == generic && args_identical(instance_args(t), args)) break;
        i = (i + 1) & (instances.size - 1);
    }
    return &instances.v[i];
}

static TypeList copy_list(const TypeList *list) {
    TypeList copy = {.v = ARENA_NEW_N(type_arena(), Type *, list->n), .n = list->n, .cap = list->n};
    if (list->n) memcpy(copy.v, list->v, sizeof *list->v * (size_t)list->n);
    return copy;
}

static Type *new_instance(Type *generic, const TypeList *args) {
    Type *t = ARENA_NEW(type_arena(), Type);
    t->kind = generic->kind;
    if (generic->kind == TYPE_ALIAS) {
        t->alias.obj = generic->alias.obj;
        t->alias.origin = generic;
        t->alias.targs = copy_list(args);
        if (generic->alias.target)
            t->alias.target = type_subst(generic->alias.target, &generic->alias.tparams, args);
    } else {
        t->named.obj = generic->named.obj;
        t->named.origin = generic;
        t->named.targs = copy_list(args);
        t->named.local_id = generic->named.local_id;
        t->named.local_in = generic->named.local_in;
        t->named.local_number = generic->named.local_number;
    }
    return t;
}

Type *type_instantiate(Type *generic, const TypeList *args) {
    if (generic->kind == TYPE_FUNC) {
        const Subst s = {&generic->func.tparams, args};
        TypeList params, results;
        subst_list(&s, &generic->func.params, &params);
        subst_list(&s, &generic->func.results, &results);
        Type *f = type_new_func(params, results, generic->func.variadic);
        f->func.param_objs = generic->func.param_objs;
        f->func.result_objs = generic->func.result_objs;
        return f;
    }
    Type **slot = instance_slot(generic, args);
    if (*slot) return *slot;
    Type *t = new_instance(generic, args);
    slot = instance_slot(generic, args); /* an alias may have made instances meanwhile */
    if (*slot) return *slot;
    *slot = t;
    instances.n++;
    return t;
}

/* A type declared in a generic function gets the function's arguments in front of its own, once these are
 * known: within the function they are left out. */
static Type *subst_local(const Subst *s, Type *t, Type *origin) {
    TypeList implicit, own, all = {0};
    const bool outer = subst_list(s, &origin->named.implicit, &implicit),
               inner = subst_list(s, &t->named.targs, &own);
    if (!outer) return inner ? type_instantiate(origin, &own) : t;
    for (int i = 0; i < implicit.n; i++) vec_push(type_arena(), &all, implicit.v[i]);
    for (int i = 0; i < own.n; i++) vec_push(type_arena(), &all, own.v[i]);
    return type_instantiate(origin, &all);
}

static Type *subst_named(const Subst *s, Type *t) {
    Type *origin = t->named.origin ? t->named.origin : t;
    const int n = t->named.targs.n, own = origin->named.tparams.n, implicit = origin->named.implicit.n;
    if (implicit && n == (t == origin ? 0 : own)) return subst_local(s, t, origin);
    if (!n) return t;
    if (n != own && n != own + implicit) return type_basic(TYPE_INVALID);
    TypeList list;
    return subst_list(s, &t->named.targs, &list) ? type_instantiate(origin, &list) : t;
}
