// Scopes: few names in line, many in a table, insertion order kept.
#include <criterion/criterion.h>

#include "arena.h"
#include "intern.h"
#include "scope.h"
#include "type.h"

static Object *obj(int i) {
    return object_new(OBJ_VAR, intern_z(arena_printf(type_arena(), "x%d", i)), (Pos)i + 1, NULL, NULL);
}

static void check_order(Object *o, void *arg) {
    int *next = arg;
    cr_expect_eq(o->pos, (Pos)++ * next);
}

Test(scope, finds_all_of_many) {
    enum { N = 5000 };
    Scope *s = scope_new(NULL);
    for (int i = 0; i < N; i++) cr_assert_null(scope_insert(s, obj(i)));
    for (int i = 0; i < N; i++) {
        Object *again = obj(i), *first = scope_insert(s, again);
        cr_assert(first && first != again && first->pos == (Pos)i + 1);
    }
    cr_expect_null(scope_find(s, intern_z("y")));
    int n = 0;
    scope_each(s, check_order, &n);
    cr_expect_eq(n, N);
}

Test(scope, looks_outwards_and_respects_where_a_name_begins) {
    Scope *outer = scope_new(NULL), *inner = scope_new(outer), *where;
    Object *a = obj(1), *b = obj(1);
    scope_insert(outer, a);
    scope_insert(inner, b);
    b->scope_pos = 100;
    cr_expect_eq(scope_lookup(inner, a->name, 0, &where), b);
    cr_expect_eq(where, inner);
    cr_expect_eq(scope_lookup(inner, a->name, 50, &where), a);
    cr_expect_eq(where, outer);
    cr_expect_eq(scope_parent(inner), outer);
}
