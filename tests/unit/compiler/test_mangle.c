// Names in the emitted C: what a Go name becomes, and that different names stay different.
#include <criterion/criterion.h>
#include <string.h>

#include "arena.h"
#include "mangle.h"

static Arena *a;
static void set_up(void) { a = arena_new(); }
static void tear_down(void) { arena_free(a); }
TestSuite(mangle, .init = set_up, .fini = tear_down);

Test(mangle, plain_names_stay) {
    cr_assert_str_eq(mangle_ident(a, "Zebra9_x"), "Zebra9_x");
    cr_assert_str_eq(mangle_path(a, "sync/atomic"), "sync_atomic");
}

Test(mangle, what_could_be_misread_is_escaped) {
    cr_assert_str_eq(mangle_ident(a, "a__b"), "a_Z5f_Z5fb");
    cr_assert_str_eq(mangle_ident(a, "_x"), "_Z5fx");
    cr_assert_str_eq(mangle_ident(a, "a_Z5f"), "a_Z5fZ5f");
    cr_assert_str_eq(mangle_ident(a, "\xcf\x80"), "_Zcf_Z80");
    cr_assert_str_eq(mangle_path(a, "a/b_c.d"), "a_b_Z5fc_Z2ed");
    cr_assert_str_eq(mangle_path(a, "a/Z5f"), "a__Z5a5f");
}

Test(mangle, different_names_differ) {
    const char *names[] = {"a_b", "a__b", "a_Z5fb", "a_Z5f_Z5fb", "_a_b", "a_b_", "ab", "A_b", "Z5f", "_"};
    const int n = sizeof names / sizeof *names;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            cr_assert_str_neq(mangle_ident(a, names[i]), mangle_ident(a, names[j]), "%s, %s", names[i],
                              names[j]);
    cr_assert_str_neq(mangle_path(a, "a/b"), mangle_path(a, "a_b"));
}

Test(mangle, c_keeps_its_words) {
    const char *words[] = {"int", "while", "linux", "Slice", "memcpy", "gol_x", "NULL", "UINT8_MAX"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_assert(mangle_is_reserved(words[i]), "%s", words[i]);
    cr_assert_not(mangle_is_reserved("n"));
    cr_assert_not(mangle_is_reserved("intx"));
}
