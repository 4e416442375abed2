/* typedesc.c: descriptors of the predeclared types; equality and hashing of the predeclared shapes.
 *
 * Floor 3. The compiler emits descriptors for every other type and composes its equal and hashof functions
 * from the ones here. A descriptor stands at one address in a program, so identity is pointer equality; only
 * the descriptors of the runtime's own method types can have a twin in emitted code, which rt_type_same
 * (used when an itab is built, never later) looks through.
 *
 * Equality and hashing panic for interfaces that hold a value of an uncomparable type, with Go's texts. The
 * functions use little stack and may call emitted code, which checks the stack itself.
 */
#include "val.h"
#include "hash.h"
#include "rt.h"

/* ---- equality ---------------------------------------------------------------------------------------- */

Bool gol_eq_mem8(const void *a, const void *b) { return *(const Uint8 *)a == *(const Uint8 *)b; }
Bool gol_eq_mem16(const void *a, const void *b) { return *(const Uint16 *)a == *(const Uint16 *)b; }
Bool gol_eq_mem32(const void *a, const void *b) { return *(const Uint32 *)a == *(const Uint32 *)b; }
Bool gol_eq_mem64(const void *a, const void *b) { return *(const Uint64 *)a == *(const Uint64 *)b; }
Bool gol_eq_mem128(const void *a, const void *b) { return memcmp(a, b, 16) == 0; }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wfloat-equal"
Bool gol_eq_f32(const void *a, const void *b) { return *(const Float32 *)a == *(const Float32 *)b; }
Bool gol_eq_f64(const void *a, const void *b) { return *(const Float64 *)a == *(const Float64 *)b; }
#pragma GCC diagnostic pop

Bool gol_eq_c64(const void *a, const void *b) {
    return gol_c64_eq(*(const Complex64 *)a, *(const Complex64 *)b);
}
Bool gol_eq_c128(const void *a, const void *b) {
    return gol_c128_eq(*(const Complex128 *)a, *(const Complex128 *)b);
}
Bool gol_eq_str(const void *a, const void *b) { return gol_str_eq(*(const String *)a, *(const String *)b); }

static GOL_NORETURN void panic_type(const char *what, const gol_type *t) {
    rt_panic_error_str(rt_str_cat(2, rt_str_c(what), t->str));
}

Bool gol_eface_eq(Eface a, Eface b) {
    if (a.type != b.type) return false;
    if (a.type == NULL) return true;
    if (GOL_UNLIKELY(a.type->equal == NULL)) panic_type("comparing uncomparable type ", a.type);
    if (a.type->flags & GOL_TYPE_DIRECT) return a.data == b.data;
    /* The same box is equal to itself unless a float in it is a NaN: only bytes may take the short way. */
    if (a.data == b.data && (a.type->flags & GOL_TYPE_MEMEQ)) return true;
    return gol_type_equal(a.type, a.data, b.data);
}
Bool gol_eq_efacep(const void *a, const void *b) {
    return gol_eface_eq(*(const Eface *)a, *(const Eface *)b);
}
Bool gol_eq_ifacep(const void *a, const void *b) {
    return gol_iface_eq(*(const Iface *)a, *(const Iface *)b);
}

/* ---- hashing ----------------------------------------------------------------------------------------- */

Uint64 gol_hash_mem8(const void *p, Uint64 seed) { return rt_hash_u64(*(const Uint8 *)p, seed); }
Uint64 gol_hash_mem16(const void *p, Uint64 seed) { return rt_hash_u64(*(const Uint16 *)p, seed); }
Uint64 gol_hash_mem32(const void *p, Uint64 seed) { return rt_hash_u64(*(const Uint32 *)p, seed); }
Uint64 gol_hash_mem64(const void *p, Uint64 seed) { return rt_hash_u64(*(const Uint64 *)p, seed); }
Uint64 gol_hash_mem128(const void *p, Uint64 seed) { return rt_hash_bytes(p, seed, 16); }
Uint64 gol_hash_bytes(const void *p, Uint64 seed, Uintptr n) { return rt_hash_bytes(p, seed, n); }
Uint64 gol_hash_str(const void *p, Uint64 seed) {
    const String *s = p;
    return rt_hash_bytes(s->ptr, seed, (Uintptr)s->len);
}

/* +0 and -0 are equal and hash alike; a NaN equals nothing, so any hash will do, and a random one keeps
 * many of them from filling one probe sequence. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wfloat-equal"
static Uint64 hash_float(Float64 f, Uint64 seed) {
    Uint64 bits;
    if (f == 0) return rt_hash_u64(0, seed);
    if (f != f) return rt_hash_u64(rt_rand(), seed);
    memcpy(&bits, &f, 8);
    return rt_hash_u64(bits, seed);
}
#pragma GCC diagnostic pop
Uint64 gol_hash_f32(const void *p, Uint64 seed) { return hash_float((Float64) * (const Float32 *)p, seed); }
Uint64 gol_hash_f64(const void *p, Uint64 seed) { return hash_float(*(const Float64 *)p, seed); }
Uint64 gol_hash_c64(const void *p, Uint64 seed) {
    return gol_hash_f32((const Float32 *)p + 1, gol_hash_f32(p, seed));
}
Uint64 gol_hash_c128(const void *p, Uint64 seed) {
    return gol_hash_f64((const Float64 *)p + 1, gol_hash_f64(p, seed));
}

static Uint64 hash_dynamic(const gol_type *t, Ptr data, Uint64 seed) {
    if (t == NULL) return rt_hash_u64(0, seed);
    if (GOL_UNLIKELY(t->hashof == NULL)) panic_type("hash of unhashable type ", t);
    if (t->flags & GOL_TYPE_DIRECT) return gol_type_hash(t, &data, seed ^ t->hash);
    return gol_type_hash(t, data, seed ^ t->hash);
}
Uint64 gol_hash_eface(const void *p, Uint64 seed) {
    const Eface *e = p;
    return hash_dynamic(e->type, e->data, seed);
}
Uint64 gol_hash_iface(const void *p, Uint64 seed) {
    const Iface *i = p;
    return hash_dynamic(gol_iface_type(*i), i->data, seed);
}

const gol_type *rt_unhashable(const gol_type *t, const void *p) {
    GOL_STACK_CHECK();
    const gol_type *bad = NULL;
    if (t->hashof == NULL) return t;
    if (t->kind == GOL_INTERFACE) {
        const Eface *e = p;
        const gol_type *of = t->nmembers ? gol_iface_type(*(const Iface *)p) : e->type;
        if (of == NULL) return NULL;
        return rt_unhashable(of, of->flags & GOL_TYPE_DIRECT ? (const void *)&e->data : e->data);
    }
    if (t->kind == GOL_ARRAY && !(t->elem->flags & GOL_TYPE_MEMEQ))
        for (Int i = 0; i < t->len && !bad; i++)
            bad = rt_unhashable(t->elem, (const char *)p + (Uintptr)i * t->elem->size);
    if (t->kind == GOL_STRUCT) {
        const gol_field *f = t->members;
        for (Int i = 0; i < t->nmembers && !bad; i++)
            if (!gol_str_eq(f[i].name, GOL_STR("_")))
                bad = rt_unhashable(f[i].type, (const char *)p + f[i].offset);
    }
    return bad;
}

/* ---- types that reflect has made --------------------------------------------------------------------- */

/* Arrays and structs; other made types have the functions of their shape. */
Bool gol_made_equal(const gol_type *t, const void *a, const void *b) {
    GOL_STACK_CHECK();
    const char *x = a, *y = b;
    if (t->kind == GOL_ARRAY) {
        for (Int i = 0; i < t->len; i++, x += t->elem->size, y += t->elem->size)
            if (!gol_type_equal(t->elem, x, y)) return false;
        return true;
    }
    const gol_field *f = t->members;
    for (Int i = 0; i < t->nmembers; i++)
        if (!gol_str_eq(f[i].name, GOL_STR("_")) &&
            !gol_type_equal(f[i].type, x + f[i].offset, y + f[i].offset))
            return false;
    return true;
}

Uint64 gol_made_hash(const gol_type *t, const void *p, Uint64 seed) {
    GOL_STACK_CHECK();
    const char *x = p;
    if (t->kind == GOL_ARRAY) {
        for (Int i = 0; i < t->len; i++, x += t->elem->size) seed = gol_type_hash(t->elem, x, seed);
        return seed;
    }
    const gol_field *f = t->members;
    for (Int i = 0; i < t->nmembers; i++)
        if (!gol_str_eq(f[i].name, GOL_STR("_"))) seed = gol_type_hash(f[i].type, x + f[i].offset, seed);
    return seed;
}

/* ---- identity by structure --------------------------------------------------------------------------- */

static Bool str_same(String a, String b) { return gol_str_eq(a, b); }

Bool rt_type_same(const gol_type *a, const gol_type *b) {
    if (a == b) return true;
    if (a == NULL || b == NULL || a->kind != b->kind || a->size != b->size || !str_same(a->str, b->str))
        return false;
    if ((a->flags ^ b->flags) & (GOL_TYPE_NAMED | GOL_TYPE_VARIADIC)) return false;
    if (a->flags & GOL_TYPE_NAMED) {
        return a->uncommon != NULL && b->uncommon != NULL &&
               str_same(a->uncommon->pkgpath, b->uncommon->pkgpath) &&
               str_same(a->uncommon->name, b->uncommon->name);
    }
    if (a->len != b->len || a->nmembers != b->nmembers || a->nresults != b->nresults) return false;
    if ((a->elem || b->elem) && !rt_type_same(a->elem, b->elem)) return false;
    if ((a->key || b->key) && !rt_type_same(a->key, b->key)) return false;
    switch (a->kind) {
    case GOL_FUNC: {
        const gol_type *const *x = a->members, *const *y = b->members;
        for (Int i = 0; i < a->nmembers + a->nresults; i++)
            if (!rt_type_same(x[i], y[i])) return false;
        return true;
    }
    case GOL_STRUCT: {
        const gol_field *x = a->members, *y = b->members;
        for (Int i = 0; i < a->nmembers; i++)
            if (!str_same(x[i].name, y[i].name) || !str_same(x[i].pkgpath, y[i].pkgpath) ||
                !str_same(x[i].tag, y[i].tag) || x[i].embedded != y[i].embedded ||
                !rt_type_same(x[i].type, y[i].type))
                return false;
        return true;
    }
    case GOL_INTERFACE: {
        const gol_imethod *x = a->members, *y = b->members;
        for (Int i = 0; i < a->nmembers; i++)
            if (!str_same(x[i].name, y[i].name) || !str_same(x[i].pkgpath, y[i].pkgpath) ||
                !rt_type_same(x[i].type, y[i].type))
                return false;
        return true;
    }
    default: return true;
    }
}

/* ---- descriptors ------------------------------------------------------------------------------------- */

/* Hashes only have to differ between types: spaced by a prime from the kind. */
#define KIND_HASH(kind) ((Uint32)(kind)*0x9e3779b1u)

/* *T is the compiler's, if the program mentions it: else the address of a weak symbol that nobody defines,
 * NULL. */
#define BASIC(cname, goname, ctype, kind_, flags_, eq, hash_)                                                \
    static const gol_uncommon uncommon_##cname = {GOL_STR_INIT(goname), GOL_STR_INIT(""), 0, NULL};          \
    extern const gol_type gol_T_ptr_##cname GOL_WEAK;                                                        \
    const gol_type gol_type_##cname = {                                                                      \
        .size = sizeof(ctype),                                                                               \
        .hash = KIND_HASH(kind_),                                                                            \
        .align = __alignof__(ctype),                                                                         \
        .kind = kind_,                                                                                       \
        .flags = GOL_TYPE_NAMED | (flags_),                                                                  \
        .equal = eq,                                                                                         \
        .hashof = hash_,                                                                                     \
        .str = GOL_STR_INIT(goname),                                                                         \
        .uncommon = &uncommon_##cname,                                                                       \
        .ptrto = &gol_T_ptr_##cname,                                                                         \
    }

BASIC(bool, "bool", Bool, GOL_BOOL, GOL_TYPE_MEMEQ, gol_eq_mem8, gol_hash_mem8);
BASIC(int, "int", Int, GOL_INT, GOL_TYPE_MEMEQ, gol_eq_mem64, gol_hash_mem64);
BASIC(int8, "int8", Int8, GOL_INT8, GOL_TYPE_MEMEQ, gol_eq_mem8, gol_hash_mem8);
BASIC(int16, "int16", Int16, GOL_INT16, GOL_TYPE_MEMEQ, gol_eq_mem16, gol_hash_mem16);
BASIC(int32, "int32", Int32, GOL_INT32, GOL_TYPE_MEMEQ, gol_eq_mem32, gol_hash_mem32);
BASIC(int64, "int64", Int64, GOL_INT64, GOL_TYPE_MEMEQ, gol_eq_mem64, gol_hash_mem64);
BASIC(uint, "uint", Uint, GOL_UINT, GOL_TYPE_MEMEQ, gol_eq_mem64, gol_hash_mem64);
BASIC(uint8, "uint8", Uint8, GOL_UINT8, GOL_TYPE_MEMEQ, gol_eq_mem8, gol_hash_mem8);
BASIC(uint16, "uint16", Uint16, GOL_UINT16, GOL_TYPE_MEMEQ, gol_eq_mem16, gol_hash_mem16);
BASIC(uint32, "uint32", Uint32, GOL_UINT32, GOL_TYPE_MEMEQ, gol_eq_mem32, gol_hash_mem32);
BASIC(uint64, "uint64", Uint64, GOL_UINT64, GOL_TYPE_MEMEQ, gol_eq_mem64, gol_hash_mem64);
BASIC(uintptr, "uintptr", Uintptr, GOL_UINTPTR, GOL_TYPE_MEMEQ, gol_eq_mem64, gol_hash_mem64);
BASIC(float32, "float32", Float32, GOL_FLOAT32, 0, gol_eq_f32, gol_hash_f32);
BASIC(float64, "float64", Float64, GOL_FLOAT64, 0, gol_eq_f64, gol_hash_f64);
BASIC(complex64, "complex64", Complex64, GOL_COMPLEX64, 0, gol_eq_c64, gol_hash_c64);
BASIC(complex128, "complex128", Complex128, GOL_COMPLEX128, 0, gol_eq_c128, gol_hash_c128);

static const gol_uncommon uncommon_string = {GOL_STR_INIT("string"), GOL_STR_INIT(""), 0, NULL};
extern const gol_type gol_T_ptr_string GOL_WEAK, gol_T_ptr_error GOL_WEAK, gol_T_ptr_any GOL_WEAK;
const gol_type gol_type_string = {
    .size = sizeof(String),
    .ptrdata = 8,
    .hash = KIND_HASH(GOL_STRING),
    .align = 8,
    .kind = GOL_STRING,
    .flags = GOL_TYPE_NAMED,
    .equal = gol_eq_str,
    .hashof = gol_hash_str,
    .str = GOL_STR_INIT("string"),
    .uncommon = &uncommon_string,
    .ptrto = &gol_T_ptr_string,
};
static const gol_uncommon uncommon_unsafe_pointer = {GOL_STR_INIT("Pointer"), GOL_STR_INIT("unsafe"), 0,
                                                     NULL};
const gol_type gol_type_unsafe_pointer = {
    .size = 8,
    .ptrdata = 8,
    .hash = KIND_HASH(GOL_UNSAFEPOINTER),
    .align = 8,
    .kind = GOL_UNSAFEPOINTER,
    .flags = GOL_TYPE_NAMED | GOL_TYPE_DIRECT | GOL_TYPE_MEMEQ,
    .equal = gol_eq_mem64,
    .hashof = gol_hash_mem64,
    .str = GOL_STR_INIT("unsafe.Pointer"),
    .uncommon = &uncommon_unsafe_pointer,
};

const gol_type gol_type_eface = {
    .size = sizeof(Eface),
    .ptrdata = 16,
    .hash = KIND_HASH(GOL_INTERFACE),
    .align = 8,
    .kind = GOL_INTERFACE,
    .equal = gol_eq_efacep,
    .hashof = gol_hash_eface,
    .str = GOL_STR_INIT("interface {}"),
    .ptrto = &gol_T_ptr_any,
};

static const gol_type *const func_string_members[] = {&gol_type_string};
GOL_WEAK const gol_type rt_type_func_string = {
    .size = 8,
    .ptrdata = 8,
    .hash = KIND_HASH(41),
    .align = 8,
    .kind = GOL_FUNC,
    .flags = GOL_TYPE_DIRECT,
    .str = GOL_STR_INIT("func() string"),
    .nresults = 1,
    .members = func_string_members,
};
GOL_WEAK const gol_type rt_type_func = {
    .size = 8,
    .ptrdata = 8,
    .hash = KIND_HASH(42),
    .align = 8,
    .kind = GOL_FUNC,
    .flags = GOL_TYPE_DIRECT,
    .str = GOL_STR_INIT("func()"),
};

static const gol_uncommon uncommon_error = {GOL_STR_INIT("error"), GOL_STR_INIT(""), 0, NULL};
static const gol_imethod error_methods[] = {{GOL_STR_INIT("Error"), GOL_STR_INIT(""), &rt_type_func_string}};
const gol_type gol_type_error = {
    .size = sizeof(Iface),
    .ptrdata = 16,
    .hash = KIND_HASH(43),
    .align = 8,
    .kind = GOL_INTERFACE,
    .flags = GOL_TYPE_NAMED,
    .equal = gol_eq_ifacep,
    .hashof = gol_hash_iface,
    .str = GOL_STR_INIT("error"),
    .uncommon = &uncommon_error,
    .ptrto = &gol_T_ptr_error,
    .nmembers = 1,
    .members = error_methods,
};
static const gol_imethod stringer_methods[] = {
    {GOL_STR_INIT("String"), GOL_STR_INIT(""), &rt_type_func_string}};
const gol_type rt_type_stringer = {
    .size = sizeof(Iface),
    .ptrdata = 16,
    .hash = KIND_HASH(44),
    .align = 8,
    .kind = GOL_INTERFACE,
    .equal = gol_eq_ifacep,
    .hashof = gol_hash_iface,
    .str = GOL_STR_INIT("interface { String() string }"),
    .nmembers = 1,
    .members = stringer_methods,
};
