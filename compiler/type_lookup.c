/* type_lookup.c: fields and methods of a type, as selectors find them, and method sets.
 *
 * Floor 1. The search goes breadth first through embedded fields: the shallowest depth that has the name
 * wins, and two of that depth are ambiguous. A type that occurs several times at one depth counts twice.
 */
#include <stdlib.h>

#include "intern.h"
#include "package.h"
#include "scope.h"
#include "type.h"

typedef Vec(int) Path;

typedef struct Embedded { /* a type reached at the present depth */
    Type *type;
    Path path;
    bool indirect;  /* a pointer was followed on the way */
    bool multiples; /* reached several times at this depth */
} Embedded;
typedef Vec(Embedded) EmbeddedList;

static Path path_plus(const Path *path, int i) {
    Path p = {.v = ARENA_NEW_N(type_arena(), int, path->n + 1), .n = path->n + 1, .cap = path->n + 1};
    if (path->n) memcpy(p.v, path->v, sizeof *p.v * (size_t)path->n);
    p.v[path->n] = i;
    return p;
}

static bool same_name(const char *a, Package *pa, const char *b, Package *pb) {
    return a == b && (pa == pb || intern_is_exported(a));
}

static Type *origin_of(Type *named) { return named->named.origin ? named->named.origin : named; }

/* The declared method `name` of a named type, its signature in terms of the instance's arguments. */
static bool named_method(Type *named, const char *name, Package *pkg, Method *out) {
    Type *origin = origin_of(named);
    if (!origin->named.methods.n) return false;
    for (int i = 0; i < origin->named.methods.n; i++) {
        const Method *m = &origin->named.methods.v[i];
        if (!same_name(m->name, m->pkg, name, pkg)) continue;
        *out = *m;
        if (!m->obj->type && type_resolve_object) type_resolve_object(m->obj);
        out->sig = m->obj->type;
        if (named != origin && out->sig && out->sig->kind == TYPE_FUNC && m->obj->func) {
            TypeList params = {0};
            for (int j = 0; j < m->obj->func->recv_tparams.n; j++) {
                Object *p = m->obj->func->recv_tparams.v[j]->obj;
                if (!p || !p->type) return true;
                vec_push(type_arena(), &params, p->type);
            }
            if (params.n == named->named.targs.n)
                out->sig = type_subst(out->sig, &params, &named->named.targs);
        }
        return true;
    }
    return false;
}

/* Of types that occur several times at one depth one is kept, marked. */
static void consolidate(EmbeddedList *list) {
    int n = 0;
    for (int i = 0; i < list->n; i++) {
        int j = 0;
        while (j < n && !type_identical(list->v[j].type, list->v[i].type)) j++;
        if (j < n)
            list->v[j].multiples = true;
        else
            list->v[n++] = list->v[i];
    }
    list->n = n;
}

static bool seen_before(const TypeList *seen, Type *t) {
    for (int i = 0; i < seen->n; i++)
        if (seen->v[i] == t || (t->named.origin && type_identical(seen->v[i], t))) return true;
    return false;
}

static void found(Lookup *l, const Embedded *e, int kind, int index) {
    if (l->kind != LOOKUP_NONE || e->multiples) {
        Path p = path_plus(&e->path, index);
        *l = (Lookup){.kind = LOOKUP_AMBIGUOUS};
        memcpy(&l->path, &p, sizeof p);
        return;
    }
    l->kind = kind;
    l->indirect = e->indirect;
}

static void search_struct(Lookup *l, const Embedded *e, Type *st, const char *name, Package *pkg,
                          EmbeddedList *next) {
    for (int i = 0; i < st->struct_.fields.n; i++) {
        StructField *f = &st->struct_.fields.v[i];
        if (same_name(f->name, f->pkg, name, pkg)) {
            found(l, e, LOOKUP_FIELD, i);
            if (l->kind == LOOKUP_AMBIGUOUS) return;
            Path p = path_plus(&e->path, i);
            memcpy(&l->path, &p, sizeof p);
            l->field = f;
            continue;
        }
        if (l->kind == LOOKUP_NONE && f->embedded) {
            bool pointer;
            Type *t = type_deref(f->type, &pointer);
            vec_push(type_arena(), next,
                     ((Embedded){t, path_plus(&e->path, i), e->indirect || pointer, e->multiples}));
        }
    }
}

/* Looks at one type of the present depth; what it embeds goes to `next`. */
static void search_one(Lookup *l, const Embedded *e, const char *name, Package *pkg, TypeList *seen,
                       EmbeddedList *next) {
    Type *t = type_unalias(e->type);
    Method m;
    if (t->kind == TYPE_NAMED) {
        if (seen_before(seen, t)) return;
        vec_push(type_arena(), seen, t);
        if (named_method(t, name, pkg, &m)) {
            found(l, e, LOOKUP_METHOD, 0);
            if (l->kind == LOOKUP_AMBIGUOUS) return;
            memcpy(&l->path, &e->path, sizeof e->path);
            l->method = m;
            l->recv = t;
            return;
        }
    }
    Type *u = type_under(t);
    if (u->kind == TYPE_STRUCT) {
        search_struct(l, e, u, name, pkg, next);
    } else if (u->kind == TYPE_INTERFACE) {
        const Method *im = type_iface_method(u, name, pkg);
        if (!im) return;
        found(l, e, LOOKUP_IFACE_METHOD, 0);
        if (l->kind == LOOKUP_AMBIGUOUS) return;
        memcpy(&l->path, &e->path, sizeof e->path);
        l->method = *im;
        l->recv = t;
    }
}

static Lookup lookup(Type *t, const char *name, Package *pkg, bool addressable) {
    Lookup l = {0};
    bool pointer;
    if (name[0] == '_' && !name[1]) return l;
    Type *base = type_deref(t, &pointer);
    if (pointer && type_under(base)->kind == TYPE_INTERFACE)
        return l; /* pointers to interfaces have no methods */
    EmbeddedList now = {0}, next = {0};
    TypeList seen = {0};
    Embedded first = {.type = base, .indirect = pointer};
    now.v = &first;
    now.n = now.cap = 1;
    while (now.n) {
        next = (EmbeddedList){0};
        for (int i = 0; i < now.n && l.kind != LOOKUP_AMBIGUOUS; i++)
            search_one(&l, &now.v[i], name, pkg, &seen, &next);
        if (l.kind != LOOKUP_NONE) break;
        if (next.n > 1) consolidate(&next);
        now = next;
    }
    if (l.kind == LOOKUP_METHOD && l.method.ptr_recv && !l.indirect && !addressable) {
        Lookup needed = {.kind = LOOKUP_PTR_NEEDED, .method = l.method, .recv = l.recv, .indirect = true};
        memcpy(&needed.path, &l.path, sizeof l.path);
        return needed;
    }
    return l;
}

/* A named pointer type has its base's fields, but no methods. */
Lookup type_lookup(Type *t, const char *name, Package *pkg, bool addressable) {
    Type *n = type_unalias(t);
    if (n->kind == TYPE_NAMED && type_under(n)->kind == TYPE_POINTER) {
        Lookup l = lookup(type_under(n), name, pkg, false);
        if (l.kind == LOOKUP_METHOD || l.kind == LOOKUP_IFACE_METHOD || l.kind == LOOKUP_PTR_NEEDED)
            l = (Lookup){0};
        return l;
    }
    return lookup(t, name, pkg, addressable);
}

/* ---- method sets
 * ------------------------------------------------------------------------------------------- */

typedef struct Name {
    const char *name;
    Package *pkg;
} Name;
typedef Vec(Name) NameList;

static void add_name(NameList *names, const char *name, Package *pkg) {
    for (int i = 0; i < names->n; i++)
        if (same_name(names->v[i].name, names->v[i].pkg, name, pkg)) return;
    vec_push(type_arena(), names, ((Name){name, pkg}));
}

/* All method names that occur in t or in what it embeds. */
static void collect_names(Type *t, NameList *names, TypeList *seen) {
    t = type_unalias(type_deref(t, NULL));
    if (seen_before(seen, t)) return;
    vec_push(type_arena(), seen, t);
    if (t->kind == TYPE_NAMED) {
        const Type *origin = origin_of(t);
        for (int i = 0; i < origin->named.methods.n; i++)
            add_name(names, origin->named.methods.v[i].name, origin->named.methods.v[i].pkg);
    }
    Type *u = type_under(t);
    if (u->kind == TYPE_INTERFACE) {
        type_iface_complete(u);
        for (int i = 0; i < u->iface.all.n; i++)
            add_name(names, u->iface.all.v[i].name, u->iface.all.v[i].pkg);
    }
    if (u->kind != TYPE_STRUCT) return;
    for (int i = 0; i < u->struct_.fields.n; i++)
        if (u->struct_.fields.v[i].embedded) collect_names(u->struct_.fields.v[i].type, names, seen);
}

static int compare_names(const void *a, const void *b) {
    const Name *x = a, *y = b;
    int d = strcmp(x->name, y->name);
    if (d) return d;
    return strcmp(x->pkg ? x->pkg->path : "", y->pkg ? y->pkg->path : "");
}

MethodSet type_method_set(Type *t) {
    MethodSet set = {0};
    NameList names = {0};
    TypeList seen = {0};
    collect_names(t, &names, &seen);
    if (names.n) qsort(names.v, (size_t)names.n, sizeof *names.v, compare_names);
    for (int i = 0; i < names.n; i++) {
        Lookup l = type_lookup(t, names.v[i].name, names.v[i].pkg, false);
        if (l.kind != LOOKUP_METHOD && l.kind != LOOKUP_IFACE_METHOD) continue;
        vec_push(type_arena(), &set, ((MethodSetEntry){l, names.v[i].name}));
    }
    return set;
}
