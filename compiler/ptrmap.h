// A table by pointer. Insertion only.
//
// Floor 0.
#pragma once
#include "arena.h"

typedef struct PtrMap {
    struct PtrMapEntry {
        const void *key;
        void *value;
    } * v;
    int n, cap;
} PtrMap;

void *ptrmap_get(const PtrMap *m, const void *key);                 // NULL: not in it
void ptrmap_put(Arena *a, PtrMap *m, const void *key, void *value); // replaces
