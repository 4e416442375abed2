// A table by pointer: see ptrmap.h.
//
// Floor 0. Open addressing, at most half full; the order of entries is never looked at, so that addresses do
// not show in what is made.
#include "ptrmap.h"

#include <stdint.h>

static uint32_t hash_ptr(const void *p) {
    return (uint32_t)(((uintptr_t)p >> 4) * 0x9E3779B97F4A7C15ull >> 32);
}

static struct PtrMapEntry *ptrmap_slot(const PtrMap *m, const void *key) {
    uint32_t i = hash_ptr(key) & (uint32_t)(m->cap - 1);
    while (m->v[i].key && m->v[i].key != key) i = (i + 1) & (uint32_t)(m->cap - 1);
    return &m->v[i];
}

void *ptrmap_get(const PtrMap *m, const void *key) { return m->cap ? ptrmap_slot(m, key)->value : NULL; }

void ptrmap_put(Arena *a, PtrMap *m, const void *key, void *value) {
    if (m->n * 2 >= m->cap) {
        PtrMap old = *m;
        m->cap = old.cap ? old.cap * 2 : 64;
        m->v = arena_alloc(a, sizeof *m->v * (size_t)m->cap);
        for (int i = 0; i < old.cap; i++)
            if (old.v[i].key) *ptrmap_slot(m, old.v[i].key) = old.v[i];
    }
    struct PtrMapEntry *e = ptrmap_slot(m, key);
    if (!e->key) m->n++;
    e->key = key;
    e->value = value;
}
