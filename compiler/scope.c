/* scope.c: lexical scopes.
 *
 * Floor 2. Most scopes hold a few names and are searched in line; from SCOPE_LINEAR names on a table with
 * open addressing maps names to objects. Names are interned, so that pointers are compared. Insertion order
 * is kept for scope_each, which makes everything that walks a scope deterministic.
 */
#include "scope.h"

#include "intern.h"
#include "type.h"

enum { SCOPE_LINEAR = 8 };

struct Scope {
    Scope *parent;
    ObjectList objects;
    Object **table; /* of `size` slots, a power of two, at most half full; NULL while linear */
    uint32_t size;
};

Scope *scope_new(Scope *parent) {
    Scope *s = ARENA_NEW(type_arena(), Scope);
    s->parent = parent;
    return s;
}

Scope *scope_parent(Scope *s) { return s->parent; }

static Object **slot_of(const Scope *s, const char *name) {
    uint32_t i = intern_hash(name) & (s->size - 1);
    while (s->table[i] && s->table[i]->name != name) i = (i + 1) & (s->size - 1);
    return &s->table[i];
}

static void rehash(Scope *s) {
    s->size = s->size ? s->size * 2 : 4 * SCOPE_LINEAR;
    s->table = ARENA_NEW_N(type_arena(), Object *, s->size);
    for (int i = 0; i < s->objects.n; i++) *slot_of(s, s->objects.v[i]->name) = s->objects.v[i];
}

Object *scope_find(Scope *s, const char *name) {
    if (s->table) return *slot_of(s, name);
    for (int i = 0; i < s->objects.n; i++)
        if (s->objects.v[i]->name == name) return s->objects.v[i];
    return NULL;
}

Object *scope_insert(Scope *s, Object *obj) {
    Object *other = scope_find(s, obj->name);
    if (other) return other;
    vec_push(type_arena(), &s->objects, obj);
    if (!obj->parent) obj->parent = s;
    if (s->table) *slot_of(s, obj->name) = obj;
    if (s->table ? (uint32_t)s->objects.n * 2 > s->size : s->objects.n > SCOPE_LINEAR) rehash(s);
    return NULL;
}

Object *scope_lookup(Scope *s, const char *name, Pos at, Scope **where) {
    for (; s; s = s->parent) {
        Object *obj = scope_find(s, name);
        if (!obj || (at && obj->scope_pos > at)) continue;
        if (where) *where = s;
        return obj;
    }
    return NULL;
}

void scope_each(Scope *s, void (*visit)(Object *, void *), void *arg) {
    for (int i = 0; i < s->objects.n; i++) visit(s->objects.v[i], arg);
}

Object *object_new(ObjectKind kind, const char *name, Pos pos, Type *type, Package *pkg) {
    Object *obj = ARENA_NEW(type_arena(), Object);
    obj->kind = kind;
    obj->name = name;
    obj->pos = pos;
    obj->type = type;
    obj->pkg = pkg;
    return obj;
}

bool object_exported(const char *name) { return intern_is_exported(name); }
