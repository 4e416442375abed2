// Types: identity, texts, layout, lookup, type sets, instances.
#include <criterion/criterion.h>

#include "intern.h"
#include "package.h"
#include "type.h"
#include "universe.h"

static Type *basic(TypeKind k) { return type_basic(k); }

static Type *struct_of(int n, const char *const *names, Type *const *types, bool embedded) {
    Type *t = type_new_struct();
    for (int i = 0; i < n; i++)
        vec_push(type_arena(), &t->struct_.fields,
                 ((StructField){.name = intern_z(names[i]), .type = types[i], .embedded = embedded}));
    return t;
}

static Type *named(const char *name, Type *rhs) {
    Type *t = type_new_named(object_new(OBJ_TYPE, intern_z(name), 0, NULL, NULL));
    t->named.rhs = rhs;
    return t;
}

static Type *func_of(Type *param, Type *result) {
    TypeList p = {0}, r = {0};
    if (param) vec_push(type_arena(), &p, param);
    if (result) vec_push(type_arena(), &r, result);
    return type_new_func(p, r, false);
}

static void add_method(Type *t, const char *name, Type *sig, bool ptr) {
    Object *obj = object_new(OBJ_FUNC, intern_z(name), 0, sig, NULL);
    vec_push(type_arena(), &t->named.methods,
             ((Method){.name = obj->name, .sig = sig, .obj = obj, .ptr_recv = ptr}));
}

static Type *interface_of(const char *name, Type *sig) {
    Type *t = type_new_interface();
    vec_push(type_arena(), &t->iface.methods, ((Method){.name = intern_z(name), .sig = sig}));
    return t;
}

#define STRING(t, want) cr_expect_str_eq(type_string(t, NULL), want, "got %s", type_string(t, NULL))

Test(type, texts, .init = (void (*)(void))universe_scope) {
    STRING(type_new_map(basic(TYPE_STRING), type_new_slice(type_byte)), "map[string][]byte");
    STRING(type_new_chan(CHAN_BOTH, type_new_chan(CHAN_RECV, basic(TYPE_INT))), "chan (<-chan int)");
    STRING(type_new_array(type_new_pointer(type_rune), 3), "[3]*rune");
    STRING(func_of(type_any, type_error), "func(any) error");
    STRING(interface_of("M", func_of(NULL, basic(TYPE_INT))), "interface{M() int}");
    STRING(basic(TYPE_UNTYPED_FLOAT), "untyped float");
}

Test(type, identity, .init = (void (*)(void))universe_scope) {
    cr_expect(type_identical(type_byte, basic(TYPE_UINT8)));
    cr_expect(type_identical(type_new_slice(basic(TYPE_INT)), type_new_slice(basic(TYPE_INT))));
    cr_expect(!type_identical(type_new_slice(basic(TYPE_INT)), type_new_slice(basic(TYPE_UINT))));
    cr_expect(!type_identical(named("T", basic(TYPE_INT)), named("T", basic(TYPE_INT))));
    cr_expect(type_identical(type_any, type_iface_complete(type_new_interface())));
    cr_expect(!type_identical(type_new_chan(CHAN_SEND, type_byte), type_new_chan(CHAN_BOTH, type_byte)));
    cr_expect(type_identical(interface_of("M", func_of(type_byte, NULL)),
                             interface_of("M", func_of(basic(TYPE_UINT8), NULL))));
    cr_expect_eq(type_canon(type_new_slice(type_byte)), type_canon(type_new_slice(basic(TYPE_UINT8))));
}

Test(type, layout, .init = (void (*)(void))universe_scope) {
    const char *const names[] = {"a", "b", "c"};
    Type *fields[] = {basic(TYPE_BOOL), basic(TYPE_INT64), basic(TYPE_BOOL)};
    Type *s = struct_of(3, names, fields, false);
    cr_expect_eq(type_size(s), 24);
    cr_expect_eq(type_align(s), 8);
    cr_expect_eq(type_field_offset(s, 2), 16);
    cr_expect_eq(type_ptrdata(s), 0);
    Type *tail[] = {basic(TYPE_INT32), type_new_array(basic(TYPE_INT), 0)};
    cr_expect_eq(type_size(struct_of(2, names, tail, false)), 16,
                 "a field of size zero at the end takes a byte");
    cr_expect_eq(type_size(type_new_struct()), 0);
    cr_expect_eq(type_size(type_new_array(type_new_array(basic(TYPE_INT), INT64_MAX / 8), 100)),
                 INT64_MAX / 2);
    Type *ptrs[] = {basic(TYPE_INT), type_error, basic(TYPE_INT)};
    cr_expect_eq(type_ptrdata(struct_of(3, names, ptrs, false)), 24);
    cr_expect(type_is_direct(type_new_array(type_new_pointer(s), 1)));
    cr_expect(!type_is_direct(s));
}

Test(type, lookup_goes_through_embedded_fields, .init = (void (*)(void))universe_scope) {
    const char *const x[] = {"x"}, *const inner[] = {"Inner"}, *const two[] = {"A", "B"};
    Type *ints[] = {basic(TYPE_INT)};
    Type *in = named("Inner", struct_of(1, x, ints, false));
    add_method(in, "M", func_of(NULL, NULL), false);
    add_method(in, "P", func_of(NULL, NULL), true);
    Type *value[] = {in}, *pointer[] = {type_new_pointer(in)};
    Type *by_value = struct_of(1, inner, value, true), *by_pointer = struct_of(1, inner, pointer, true);
    Lookup l = type_lookup(by_value, intern_z("x"), NULL, false);
    cr_expect_eq(l.kind, LOOKUP_FIELD);
    cr_expect_eq(l.path.n, 2);
    cr_expect_eq(type_lookup(by_value, intern_z("P"), NULL, false).kind, LOOKUP_PTR_NEEDED);
    cr_expect_eq(type_lookup(by_value, intern_z("P"), NULL, true).kind, LOOKUP_METHOD);
    cr_expect_eq(type_lookup(by_pointer, intern_z("P"), NULL, false).kind, LOOKUP_METHOD);
    cr_expect_eq(type_lookup(by_value, intern_z("none"), NULL, false).kind, LOOKUP_NONE);
    cr_expect_eq(type_method_set(by_value).n, 1);
    cr_expect_eq(type_method_set(by_pointer).n, 2);
    Type *a = named("A", struct_of(1, x, ints, false)), *b = named("B", struct_of(1, x, ints, false)),
         *both[] = {a, b};
    cr_expect_eq(type_lookup(struct_of(2, two, both, true), intern_z("x"), NULL, false).kind,
                 LOOKUP_AMBIGUOUS);
}

Test(type, implementing, .init = (void (*)(void))universe_scope) {
    const char *why = NULL;
    Type *t = named("T", basic(TYPE_INT)), *i = interface_of("M", func_of(NULL, NULL));
    cr_expect(!type_implements(t, i, &why));
    cr_expect_str_eq(why, "T does not implement interface{M()} (missing method M)");
    add_method(t, "M", func_of(NULL, NULL), true);
    cr_expect(!type_implements(t, i, &why));
    cr_expect_str_eq(why, "T does not implement interface{M()} (method M has pointer receiver)");
    cr_expect(type_implements(type_new_pointer(t), i, &why));
    cr_expect(type_satisfies(basic(TYPE_STRING), type_comparable, NULL));
    cr_expect(!type_satisfies(type_new_slice(t), type_comparable, &why));
    cr_expect_str_eq(why, "[]T does not satisfy comparable");
}

Test(type, instances_are_interned, .init = (void (*)(void))universe_scope) {
    const char *const x[] = {"x"};
    Type *g = named("G", NULL), *p = type_new_param(object_new(OBJ_TYPE, intern_z("P"), 0, NULL, NULL), 0);
    p->param.constraint = type_any;
    vec_push(type_arena(), &g->named.tparams, p);
    Type *fields[] = {type_new_pointer(p)};
    g->named.rhs = struct_of(1, x, fields, false);
    TypeList bytes = {0}, uints = {0};
    vec_push(type_arena(), &bytes, type_byte);
    vec_push(type_arena(), &uints, basic(TYPE_UINT8));
    Type *a = type_instantiate(g, &bytes);
    cr_expect_eq(a, type_instantiate(g, &uints));
    STRING(a, "G[byte]");
    STRING(type_under(a), "struct{x *byte}");
    cr_expect(type_has_params(g->named.rhs));
    cr_expect(!type_has_params(a));
}
