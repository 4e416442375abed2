// Memory of a compilation: allocation by bumping a pointer, release of everything at once.
//
// Nothing is freed singly. What must live as long as the compilation comes from one arena that the pipeline
// owns; work of one function or one file may have an arena of its own.
#pragma once
#include <stdarg.h>
#include <stddef.h>

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *a); // the arena and all that came from it; NULL is allowed

// A zeroed block, aligned to 16 bytes. Never NULL: running out of memory ends the process.
void *arena_alloc(Arena *a, size_t size);

// A NUL-terminated copy of the n bytes at s.
char *arena_strdup(Arena *a, const char *s, size_t n);

char *arena_printf(Arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *a, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

// Bytes handed out so far, for statistics.
size_t arena_used(const Arena *a);

#define ARENA_NEW(arena, Type)      ((Type *)arena_alloc((arena), sizeof(Type)))
#define ARENA_NEW_N(arena, Type, n) ((Type *)arena_alloc((arena), sizeof(Type) * (size_t)(n)))
