/* universe.c: predeclared objects and package unsafe.
 *
 * Floor 1.
 */
#include "universe.h"

#include "constant.h"
#include "intern.h"
#include "package.h"
#include "type.h"

Object *universe_iota, *universe_nil, *universe_error_method;
Package *package_unsafe;

const BuiltinInfo builtin_info[] = {
    [BUILTIN_NONE] = {"", 0, false, BUILTIN_EXPRESSION},
    [BUILTIN_APPEND] = {"append", 1, true, BUILTIN_EXPRESSION},
    [BUILTIN_CAP] = {"cap", 1, false, BUILTIN_EXPRESSION},
    [BUILTIN_CLEAR] = {"clear", 1, false, BUILTIN_STATEMENT},
    [BUILTIN_CLOSE] = {"close", 1, false, BUILTIN_STATEMENT},
    [BUILTIN_COMPLEX] = {"complex", 2, false, BUILTIN_EXPRESSION},
    [BUILTIN_COPY] = {"copy", 2, false, BUILTIN_STATEMENT},
    [BUILTIN_DELETE] = {"delete", 2, false, BUILTIN_STATEMENT},
    [BUILTIN_IMAG] = {"imag", 1, false, BUILTIN_EXPRESSION},
    [BUILTIN_LEN] = {"len", 1, false, BUILTIN_EXPRESSION},
    [BUILTIN_MAKE] = {"make", 1, true, BUILTIN_EXPRESSION},
    [BUILTIN_MAX] = {"max", 1, true, BUILTIN_EXPRESSION},
    [BUILTIN_MIN] = {"min", 1, true, BUILTIN_EXPRESSION},
    [BUILTIN_NEW] = {"new", 1, false, BUILTIN_EXPRESSION},
    [BUILTIN_PANIC] = {"panic", 1, false, BUILTIN_STATEMENT},
    [BUILTIN_PRINT] = {"print", 0, true, BUILTIN_STATEMENT},
    [BUILTIN_PRINTLN] = {"println", 0, true, BUILTIN_STATEMENT},
    [BUILTIN_REAL] = {"real", 1, false, BUILTIN_EXPRESSION},
    [BUILTIN_RECOVER] = {"recover", 0, false, BUILTIN_STATEMENT},
    [BUILTIN_UNSAFE_ADD] = {"Add", 2, false, BUILTIN_EXPRESSION},
    [BUILTIN_UNSAFE_ALIGNOF] = {"Alignof", 1, false, BUILTIN_EXPRESSION},
    [BUILTIN_UNSAFE_OFFSETOF] = {"Offsetof", 1, false, BUILTIN_EXPRESSION},
    [BUILTIN_UNSAFE_SIZEOF] = {"Sizeof", 1, false, BUILTIN_EXPRESSION},
    [BUILTIN_UNSAFE_SLICE] = {"Slice", 2, false, BUILTIN_EXPRESSION},
    [BUILTIN_UNSAFE_SLICEDATA] = {"SliceData", 1, false, BUILTIN_EXPRESSION},
    [BUILTIN_UNSAFE_STRING] = {"String", 2, false, BUILTIN_EXPRESSION},
    [BUILTIN_UNSAFE_STRINGDATA] = {"StringData", 1, false, BUILTIN_EXPRESSION},
};

static Scope *universe;

static Object *declare(Scope *scope, ObjectKind kind, const char *name, Type *type, Package *pkg) {
    Object *obj = object_new(kind, intern_z(name), 0, type, pkg);
    obj->state = 2;
    scope_insert(scope, obj);
    return obj;
}

static void declare_basic_types(void) {
    static const struct {
        const char *name;
        TypeKind kind;
    } types[] = {
        {"bool", TYPE_BOOL},           {"int", TYPE_INT},
        {"int8", TYPE_INT8},           {"int16", TYPE_INT16},
        {"int32", TYPE_INT32},         {"int64", TYPE_INT64},
        {"uint", TYPE_UINT},           {"uint8", TYPE_UINT8},
        {"uint16", TYPE_UINT16},       {"uint32", TYPE_UINT32},
        {"uint64", TYPE_UINT64},       {"uintptr", TYPE_UINTPTR},
        {"float32", TYPE_FLOAT32},     {"float64", TYPE_FLOAT64},
        {"complex64", TYPE_COMPLEX64}, {"complex128", TYPE_COMPLEX128},
        {"string", TYPE_STRING},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        declare(universe, OBJ_TYPE, types[i].name, type_basic(types[i].kind), NULL);
    declare(universe, OBJ_TYPE, "byte", type_byte, NULL);
    declare(universe, OBJ_TYPE, "rune", type_rune, NULL);
}

static Type *declare_named(const char *name, Type *under) {
    Object *obj = declare(universe, OBJ_TYPE, name, NULL, NULL);
    Type *t = type_new_named(obj);
    t->named.rhs = t->named.underlying = under;
    return t;
}

static void declare_interfaces(void) {
    Object *any = declare(universe, OBJ_TYPE, "any", NULL, NULL);
    type_any = ARENA_NEW(type_arena(), Type);
    type_any->kind = TYPE_ALIAS;
    type_any->alias.obj = any;
    type_any->alias.target = type_iface_complete(type_new_interface());
    any->type = type_any;

    TypeList results = {0};
    vec_push(type_arena(), &results, type_basic(TYPE_STRING));
    Type *sig = type_new_func((TypeList){0}, results, false), *iface = type_new_interface();
    universe_error_method = object_new(OBJ_FUNC, intern_z("Error"), 0, sig, NULL);
    universe_error_method->state = 2;
    vec_push(type_arena(), &iface->iface.methods,
             ((Method){.name = universe_error_method->name, .sig = sig, .obj = universe_error_method}));
    type_error = declare_named("error", type_iface_complete(iface));

    Type *comparable = type_new_interface();
    comparable->iface.comparable = true;
    type_comparable = declare_named("comparable", type_iface_complete(comparable));
}

static void declare_unsafe(void) {
    package_unsafe = ARENA_NEW(type_arena(), Package);
    package_unsafe->path = package_unsafe->name = intern_z("unsafe");
    package_unsafe->scope = scope_new(universe);
    package_unsafe->state = 2;
    declare(package_unsafe->scope, OBJ_TYPE, "Pointer", type_basic(TYPE_UNSAFE_POINTER), package_unsafe);
    for (int b = BUILTIN_UNSAFE_ADD; b <= BUILTIN_UNSAFE_STRINGDATA; b++)
        declare(package_unsafe->scope, OBJ_BUILTIN, builtin_info[b].name, type_basic(TYPE_INVALID),
                package_unsafe)
            ->builtin = b;
}

Scope *universe_scope(void) {
    if (universe) return universe;
    universe = scope_new(NULL);
    declare_basic_types();
    declare_interfaces();
    declare(universe, OBJ_CONST, "true", type_basic(TYPE_UNTYPED_BOOL), NULL)->val = const_bool(true);
    declare(universe, OBJ_CONST, "false", type_basic(TYPE_UNTYPED_BOOL), NULL)->val = const_bool(false);
    universe_iota = declare(universe, OBJ_CONST, "iota", type_basic(TYPE_UNTYPED_INT), NULL);
    universe_iota->val = const_int64(0);
    universe_nil = declare(universe, OBJ_NIL, "nil", type_basic(TYPE_UNTYPED_NIL), NULL);
    for (int b = BUILTIN_APPEND; b <= BUILTIN_RECOVER; b++)
        declare(universe, OBJ_BUILTIN, builtin_info[b].name, type_basic(TYPE_INVALID), NULL)->builtin = b;
    declare_unsafe();
    return universe;
}

Package *universe_unsafe(void) {
    universe_scope();
    return package_unsafe;
}
