// Arenas: a list of chunks, each zeroed when it is made, so that a block costs an addition and a comparison.
//
// Invariant: the bytes from `next` to `end` of the newest chunk are zero and belong to nobody.
#include "arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, FIRST_CHUNK = 16 << 10, LARGEST_CHUNK = 4 << 20 };

typedef struct Chunk Chunk;
struct Chunk {
    Chunk *older;
    size_t size; // keeps the payload behind it aligned
};

struct Arena {
    char *next, *end;
    Chunk *newest;
    size_t chunk_size; // of the next ordinary chunk; doubles, so that small arenas stay small
    size_t used;
};

static void *checked_calloc(size_t size) {
    void *p = calloc(1, size);
    if (!p) {
        fputs("gol: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

Arena *arena_new(void) {
    Arena *a = checked_calloc(sizeof *a);
    a->chunk_size = FIRST_CHUNK;
    return a;
}

void arena_free(Arena *a) {
    if (!a) return;
    for (Chunk *c = a->newest, *older; c; c = older) {
        older = c->older;
        free(c);
    }
    free(a);
}

static Chunk *add_chunk(Arena *a, size_t payload) {
    Chunk *c = checked_calloc(sizeof *c + payload);
    c->size = payload;
    c->older = a->newest;
    a->newest = c;
    return c;
}

// A block that no ordinary chunk should be given up for gets a chunk to itself, behind the current one.
static void *alloc_large(Arena *a, size_t size) {
    Chunk *current = a->newest;
    Chunk *c = add_chunk(a, size);
    if (current) {
        a->newest = current;
        c->older = current->older;
        current->older = c;
    }
    return c + 1;
}

void *arena_alloc(Arena *a, size_t size) {
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    a->used += size;
    if (size <= (size_t)(a->end - a->next)) {
        void *p = a->next;
        a->next += size;
        return p;
    }
    if (size > a->chunk_size / 4) return alloc_large(a, size);
    Chunk *c = add_chunk(a, a->chunk_size);
    a->next = (char *)(c + 1) + size;
    a->end = (char *)(c + 1) + c->size;
    if (a->chunk_size < LARGEST_CHUNK) a->chunk_size *= 2;
    return c + 1;
}

char *arena_strdup(Arena *a, const char *s, size_t n) {
    char *p = arena_alloc(a, n + 1);
    memcpy(p, s, n);
    return p;
}

char *arena_vprintf(Arena *a, const char *fmt, va_list args) {
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    char *p = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
    vsnprintf(p, (size_t)(n < 0 ? 0 : n) + 1, fmt, again);
    va_end(again);
    return p;
}

char *arena_printf(Arena *a, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    char *p = arena_vprintf(a, fmt, args);
    va_end(args);
    return p;
}

size_t arena_used(const Arena *a) { return a->used; }
