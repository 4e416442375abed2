// Growable arrays in an arena: `Vec(Node *) nodes = {0}; vec_push(arena, &nodes, n);`, then
// nodes.v[0..nodes.n).
//
// Growing abandons the old block to the arena, so a pointer to an element is good until the next push only.
#pragma once
#include <string.h>

#include "arena.h"

#define Vec(T)                                                                                               \
    struct {                                                                                                 \
        T *v;                                                                                                \
        int n, cap;                                                                                          \
    }

#define vec_push(arena, vec, ...)                                                                            \
    do {                                                                                                     \
        if ((vec)->n == (vec)->cap)                                                                          \
            (vec)->v = vec_grow((arena), (vec)->v, sizeof *(vec)->v, (vec)->n, &(vec)->cap);                 \
        (vec)->v[(vec)->n++] = (__VA_ARGS__);                                                                \
    } while (0)

#define vec_last(vec) ((vec)->v[(vec)->n - 1])
#define vec_pop(vec)  ((vec)->v[--(vec)->n])

// A larger copy of the n elements at v; *cap is raised.
static inline void *vec_grow(Arena *a, const void *v, size_t element, int n, int *cap) {
    *cap = *cap ? *cap * 2 : 4;
    void *grown = arena_alloc(a, element * (size_t)*cap);
    if (n) memcpy(grown, v, element * (size_t)n);
    return grown;
}
