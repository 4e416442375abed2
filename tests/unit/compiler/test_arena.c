#include <criterion/criterion.h>
#include <stdint.h>

#include "arena.h"
#include "vec.h"

Test(arena, blocks_are_zeroed_aligned_and_apart) {
    Arena *a = arena_new();
    char *previous_end = NULL;
    for (size_t size = 1; size < 3000; size += 7) {
        char *p = arena_alloc(a, size);
        cr_assert((uintptr_t)p % 16 == 0);
        for (size_t i = 0; i < size; i++) cr_assert(p[i] == 0);
        cr_assert(p != previous_end - 1);
        memset(p, 0xFF, size);
        previous_end = p + size;
    }
    arena_free(a);
}

Test(arena, a_large_block_does_not_waste_the_current_chunk) {
    Arena *a = arena_new();
    char *first = arena_alloc(a, 16);
    char *large = arena_alloc(a, 1 << 20);
    large[(1 << 20) - 1] = 1;
    char *second = arena_alloc(a, 16);
    cr_assert_eq(second, first + 16);
    arena_free(a);
}

Test(arena, a_large_block_may_come_first) {
    Arena *a = arena_new();
    memset(arena_alloc(a, 1 << 20), 1, 1 << 20);
    memset(arena_alloc(a, 100), 1, 100);
    arena_free(a);
}

Test(arena, strings) {
    Arena *a = arena_new();
    cr_assert_str_eq(arena_strdup(a, "abcdef", 3), "abc");
    cr_assert_str_eq(arena_strdup(a, "", 0), "");
    cr_assert_str_eq(arena_printf(a, "%s-%d", "x", 42), "x-42");
    cr_assert_eq(strlen(arena_printf(a, "%*s", 100000, "")), 100000);
    arena_free(a);
}

Test(vec, pushes_and_pops) {
    Arena *a = arena_new();
    Vec(int) v = {0};
    for (int i = 0; i < 1000; i++) vec_push(a, &v, i);
    cr_assert_eq(v.n, 1000);
    for (int i = 0; i < 1000; i++) cr_assert_eq(v.v[i], i);
    cr_assert_eq(vec_last(&v), 999);
    cr_assert_eq(vec_pop(&v), 999);
    cr_assert_eq(v.n, 999);
    arena_free(a);
}
