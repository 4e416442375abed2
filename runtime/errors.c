/* errors.c: the runtime's own error values, and the panics that checks in emitted code raise.
 *
 * Floor 3. Go values of types of package runtime, with hand-written descriptors: boundsError, plainError,
 * errorString, *TypeAssertionError, *PanicNilError. Each has Error() string and RuntimeError(). The texts are
 * Go's. The exported ones are also declared in stdlib/runtime/runtime.gol: where a program links that
 * package, its descriptors take the place of the weak ones here, under the compiler's names.
 *
 * Methods take an interface's data word; they are called from emitted code, on any stack.
 */
#include <signal.h>

#include "val.h"
#include "panic.h"
#include "rt.h"

#define S(lit) GOL_STR(lit)

static void runtime_error(Ptr data GOL_UNUSED) {}

#define METHODS(name, error)                                                                                 \
    static const gol_method name##_methods[] = {                                                             \
        {GOL_STR_INIT("Error"), GOL_STR_INIT(""), &rt_type_func_string, (void *)(error)},                    \
        {GOL_STR_INIT("RuntimeError"), GOL_STR_INIT(""), &rt_type_func, (void *)runtime_error},              \
    }
#define UNCOMMON(name, goname, n, methods)                                                                   \
    static const gol_uncommon name##_uncommon = {GOL_STR_INIT(goname), GOL_STR_INIT("runtime"), n, methods}

/* ---- errorString, plainError ------------------------------------------------------------------------- */

static String error_string_error(Ptr data) {
    return gol_str_concat2(NULL, S("runtime error: "), *(String *)data);
}
static String plain_error_error(Ptr data) { return *(String *)data; }

METHODS(error_string, error_string_error);
UNCOMMON(error_string, "errorString", 2, error_string_methods);
const gol_type gol_T_runtime__errorString = {
    .size = sizeof(String),
    .ptrdata = 8,
    .hash = 0x51a7e001,
    .align = 8,
    .kind = GOL_STRING,
    .flags = GOL_TYPE_NAMED,
    .equal = gol_eq_str,
    .hashof = gol_hash_str,
    .str = GOL_STR_INIT("runtime.errorString"),
    .uncommon = &error_string_uncommon,
};
METHODS(plain_error, plain_error_error);
UNCOMMON(plain_error, "plainError", 2, plain_error_methods);
const gol_type gol_T_runtime__plainError = {
    .size = sizeof(String),
    .ptrdata = 8,
    .hash = 0x51a7e002,
    .align = 8,
    .kind = GOL_STRING,
    .flags = GOL_TYPE_NAMED,
    .equal = gol_eq_str,
    .hashof = gol_hash_str,
    .str = GOL_STR_INIT("runtime.plainError"),
    .uncommon = &plain_error_uncommon,
};

void rt_panic_error_str(String msg) {
    GOL_STACK_CHECK();
    gol_panic((Eface){&gol_T_runtime__errorString, gol_box_string(msg)});
}
void rt_panic_error_string(const char *msg) { rt_panic_error_str(rt_str_c(msg)); }
void rt_panic_plain_str(String msg) {
    GOL_STACK_CHECK();
    gol_panic((Eface){&gol_T_runtime__plainError, gol_box_string(msg)});
}
void rt_panic_plain(const char *msg) {
    GOL_STACK_CHECK();
    gol_panic((Eface){&gol_T_runtime__plainError, gol_box_string(rt_str_c(msg))});
}

/* ---- boundsError ------------------------------------------------------------------------------------- */

typedef struct GOL_ALIAS {
    Int64 x;
    Int y;
    Bool is_signed;
    Uint8 code;
} BoundsError;

enum {
    BOUNDS_INDEX,
    BOUNDS_SLICE_ALEN,
    BOUNDS_SLICE_ACAP,
    BOUNDS_SLICE_B,
    BOUNDS_SLICE3_ALEN,
    BOUNDS_SLICE3_ACAP,
    BOUNDS_SLICE3_B,
    BOUNDS_SLICE3_C,
    BOUNDS_CONVERT
};

/* x and y stand for the numbers; a negative x says it all alone. */
static const struct {
    const char *both, *negative;
} bounds_texts[] = {
    [BOUNDS_INDEX] = {"index out of range [%x] with length %y", "index out of range [%x]"},
    [BOUNDS_SLICE_ALEN] = {"slice bounds out of range [:%x] with length %y",
                           "slice bounds out of range [:%x]"},
    [BOUNDS_SLICE_ACAP] = {"slice bounds out of range [:%x] with capacity %y",
                           "slice bounds out of range [:%x]"},
    [BOUNDS_SLICE_B] = {"slice bounds out of range [%x:%y]", "slice bounds out of range [%x:]"},
    [BOUNDS_SLICE3_ALEN] = {"slice bounds out of range [::%x] with length %y",
                            "slice bounds out of range [::%x]"},
    [BOUNDS_SLICE3_ACAP] = {"slice bounds out of range [::%x] with capacity %y",
                            "slice bounds out of range [::%x]"},
    [BOUNDS_SLICE3_B] = {"slice bounds out of range [:%x:%y]", "slice bounds out of range [:%x:]"},
    [BOUNDS_SLICE3_C] = {"slice bounds out of range [%x:%y:]", "slice bounds out of range [%x::]"},
    [BOUNDS_CONVERT] = {"cannot convert slice with length %y to array or pointer to array with length %x",
                        ""},
};

static String bounds_error_error(Ptr data) {
    GOL_STACK_CHECK();
    const BoundsError *e = data;
    Bool neg = e->is_signed && e->x < 0;
    const char *f = neg ? bounds_texts[e->code].negative : bounds_texts[e->code].both;
    char *out = gol_alloc(128, 0), *p = out;
    memcpy(p, "runtime error: ", 15);
    p += 15;
    for (; *f; f++) {
        if (*f != '%') {
            *p++ = *f;
            continue;
        }
        char buf[24];
        String n = *++f == 'x' ? rt_str_itoa(buf, neg ? 0 - (Uint64)e->x : (Uint64)e->x, neg)
                               : rt_str_itoa(buf, (Uint64)e->y, false);
        memcpy(p, n.ptr, (size_t)n.len);
        p += n.len;
    }
    return (String){(Uint8 *)out, p - out};
}

static Bool bounds_error_equal(const void *a, const void *b) {
    const BoundsError *x = a, *y = b;
    return x->x == y->x && x->y == y->y && x->is_signed == y->is_signed && x->code == y->code;
}
static Uint64 bounds_error_hash(const void *p, Uint64 seed) {
    const BoundsError *e = p;
    return gol_hash_mem64(&e->x, gol_hash_mem64(&e->y, seed + e->code));
}

METHODS(bounds_error, bounds_error_error);
UNCOMMON(bounds_error, "boundsError", 2, bounds_error_methods);
static const gol_field bounds_error_fields[] = {
    {GOL_STR_INIT("x"), GOL_STR_INIT("runtime"), GOL_STR_INIT(""), &gol_type_int64, offsetof(BoundsError, x),
     false},
    {GOL_STR_INIT("y"), GOL_STR_INIT("runtime"), GOL_STR_INIT(""), &gol_type_int, offsetof(BoundsError, y),
     false},
    {GOL_STR_INIT("signed"), GOL_STR_INIT("runtime"), GOL_STR_INIT(""), &gol_type_bool,
     offsetof(BoundsError, is_signed), false},
    {GOL_STR_INIT("code"), GOL_STR_INIT("runtime"), GOL_STR_INIT(""), &gol_type_uint8,
     offsetof(BoundsError, code), false},
};
const gol_type gol_T_runtime__boundsError = {
    .size = sizeof(BoundsError),
    .hash = 0x51a7e003,
    .align = 8,
    .kind = GOL_STRUCT,
    .flags = GOL_TYPE_NAMED,
    .equal = bounds_error_equal,
    .hashof = bounds_error_hash,
    .str = GOL_STR_INIT("runtime.boundsError"),
    .uncommon = &bounds_error_uncommon,
    .nmembers = 4,
    .members = bounds_error_fields,
};

static GOL_NORETURN void panic_bounds(Int64 x, Bool is_signed, Int y, Uint8 code) {
    GOL_STACK_CHECK();
    BoundsError *e = gol_alloc(sizeof *e, 0);
    *e = (BoundsError){x, y, is_signed, code};
    gol_panic((Eface){&gol_T_runtime__boundsError, e});
}

void gol_panic_index(Int i, Int len) { panic_bounds(i, true, len, BOUNDS_INDEX); }
void gol_panic_index_u(Uint i, Int len) { panic_bounds((Int64)i, false, len, BOUNDS_INDEX); }
void gol_panic_slice_alen(Int i, Int len, Bool uns) { panic_bounds(i, !uns, len, BOUNDS_SLICE_ALEN); }
void gol_panic_slice_acap(Int i, Int cap, Bool uns) { panic_bounds(i, !uns, cap, BOUNDS_SLICE_ACAP); }
void gol_panic_slice_b(Int i, Int j, Bool uns) { panic_bounds(i, !uns, j, BOUNDS_SLICE_B); }
void gol_panic_slice3_alen(Int i, Int len, Bool uns) { panic_bounds(i, !uns, len, BOUNDS_SLICE3_ALEN); }
void gol_panic_slice3_acap(Int i, Int cap, Bool uns) { panic_bounds(i, !uns, cap, BOUNDS_SLICE3_ACAP); }
void gol_panic_slice3_b(Int i, Int j, Bool uns) { panic_bounds(i, !uns, j, BOUNDS_SLICE3_B); }
void gol_panic_slice3_c(Int i, Int j, Bool uns) { panic_bounds(i, !uns, j, BOUNDS_SLICE3_C); }
void gol_panic_slice_convert(Int have, Int want) { panic_bounds(want, true, have, BOUNDS_CONVERT); }

/* ---- TypeAssertionError ------------------------------------------------------------------------------ */

typedef struct GOL_ALIAS {
    const gol_type *iface, *concrete, *asserted;
    String missing;
} TypeAssertionError;

String runtime__TypeAssertionError__Error(Ptr data);
void runtime__TypeAssertionError__RuntimeError(Ptr data);
void runtime__TypeAssertionError__RuntimeError(Ptr data GOL_UNUSED) {}
String runtime__TypeAssertionError__Error(Ptr data) {
    GOL_STACK_CHECK();
    const TypeAssertionError *e = data;
    String inter = e->iface ? e->iface->str : S("interface"), as = e->asserted->str;
    if (e->concrete == NULL) return rt_str_cat(4, S("interface conversion: "), inter, S(" is nil, not "), as);
    String cs = e->concrete->str;
    if (e->missing.len != 0)
        return rt_str_cat(6, S("interface conversion: "), cs, S(" is not "), as, S(": missing method "),
                          e->missing);
    String note = {NULL, 0};
    if (gol_str_eq(cs, as)) {
        String none = {NULL, 0};
        String a = e->concrete->uncommon ? e->concrete->uncommon->pkgpath : none;
        String b = e->asserted->uncommon ? e->asserted->uncommon->pkgpath : none;
        note = gol_str_eq(a, b) ? S(" (types from different scopes)") : S(" (types from different packages)");
    }
    return rt_str_cat(7, S("interface conversion: "), inter, S(" is "), cs, S(", not "), as, note);
}

UNCOMMON(type_assertion_base, "TypeAssertionError", 0, NULL);
static const gol_field type_assertion_fields[] = {
    {GOL_STR_INIT("_interface"), GOL_STR_INIT("runtime"), GOL_STR_INIT(""), &gol_type_unsafe_pointer, 0,
     false},
    {GOL_STR_INIT("concrete"), GOL_STR_INIT("runtime"), GOL_STR_INIT(""), &gol_type_unsafe_pointer, 8, false},
    {GOL_STR_INIT("asserted"), GOL_STR_INIT("runtime"), GOL_STR_INIT(""), &gol_type_unsafe_pointer, 16,
     false},
    {GOL_STR_INIT("missingMethod"), GOL_STR_INIT("runtime"), GOL_STR_INIT(""), &gol_type_string, 24, false},
};
extern const gol_type gol_T_ptr_runtime__TypeAssertionError, gol_T_ptr_runtime__PanicNilError;
GOL_WEAK const gol_type gol_T_runtime__TypeAssertionError = {
    .size = sizeof(TypeAssertionError),
    .ptrdata = 32,
    .hash = 0x51a7e004,
    .align = 8,
    .kind = GOL_STRUCT,
    .flags = GOL_TYPE_NAMED,
    .str = GOL_STR_INIT("runtime.TypeAssertionError"),
    .uncommon = &type_assertion_base_uncommon,
    .ptrto = &gol_T_ptr_runtime__TypeAssertionError,
    .nmembers = 4,
    .members = type_assertion_fields,
};
METHODS(type_assertion, runtime__TypeAssertionError__Error);
static const gol_uncommon type_assertion_uncommon = {GOL_STR_INIT(""), GOL_STR_INIT(""), 2,
                                                     type_assertion_methods};
GOL_WEAK const gol_type gol_T_ptr_runtime__TypeAssertionError = {
    .size = 8,
    .ptrdata = 8,
    .hash = 0x51a7e005,
    .align = 8,
    .kind = GOL_POINTER,
    .flags = GOL_TYPE_DIRECT | GOL_TYPE_MEMEQ,
    .equal = gol_eq_mem64,
    .hashof = gol_hash_mem64,
    .str = GOL_STR_INIT("*runtime.TypeAssertionError"),
    .uncommon = &type_assertion_uncommon,
    .elem = &gol_T_runtime__TypeAssertionError,
};

void rt_panic_type_assert(const gol_type *iface, const gol_type *have, const gol_type *want, String missing) {
    GOL_STACK_CHECK();
    TypeAssertionError *e = gol_alloc(sizeof *e, sizeof *e);
    *e = (TypeAssertionError){iface, have, want, missing};
    gol_panic((Eface){&gol_T_ptr_runtime__TypeAssertionError, e});
}
void gol_panic_assert(const gol_type *have, const gol_type *want, const gol_type *iface) {
    rt_panic_type_assert(iface, have, want, (String){NULL, 0});
}

/* ---- PanicNilError ----------------------------------------------------------------------------------- */

String runtime__PanicNilError__Error(Ptr data);
void runtime__PanicNilError__RuntimeError(Ptr data);
void runtime__PanicNilError__RuntimeError(Ptr data GOL_UNUSED) {}
String runtime__PanicNilError__Error(Ptr data GOL_UNUSED) {
    return S("runtime error: panic called with nil argument");
}
UNCOMMON(panic_nil_base, "PanicNilError", 0, NULL);
GOL_WEAK const gol_type gol_T_runtime__PanicNilError = {
    .size = 8,
    .hash = 0x51a7e006,
    .align = 8,
    .kind = GOL_STRUCT,
    .flags = GOL_TYPE_NAMED,
    .str = GOL_STR_INIT("runtime.PanicNilError"),
    .uncommon = &panic_nil_base_uncommon,
    .ptrto = &gol_T_ptr_runtime__PanicNilError,
};
METHODS(panic_nil, runtime__PanicNilError__Error);
static const gol_uncommon panic_nil_uncommon = {GOL_STR_INIT(""), GOL_STR_INIT(""), 2, panic_nil_methods};
GOL_WEAK const gol_type gol_T_ptr_runtime__PanicNilError = {
    .size = 8,
    .ptrdata = 8,
    .hash = 0x51a7e007,
    .align = 8,
    .kind = GOL_POINTER,
    .flags = GOL_TYPE_DIRECT | GOL_TYPE_MEMEQ,
    .equal = gol_eq_mem64,
    .hashof = gol_hash_mem64,
    .str = GOL_STR_INIT("*runtime.PanicNilError"),
    .uncommon = &panic_nil_uncommon,
    .elem = &gol_T_runtime__PanicNilError,
};
Eface rt_panic_nil_error(void) { return (Eface){&gol_T_ptr_runtime__PanicNilError, gol_alloc(8, 0)}; }

/* ---- the rest ---------------------------------------------------------------------------------------- */

/* Fixed texts need no memory: the box is static. */
#define FIXED(fn, type, text)                                                                                \
    void fn(void) {                                                                                          \
        static const String msg = GOL_STR_INIT(text);                                                        \
        gol_panic((Eface){&type, (Ptr)&msg});                                                                \
    }
FIXED(gol_panic_divide, gol_T_runtime__errorString, "integer divide by zero")
FIXED(gol_panic_shift, gol_T_runtime__errorString, "negative shift amount")
FIXED(gol_panic_makeslice_len, gol_T_runtime__errorString, "makeslice: len out of range")
FIXED(gol_panic_makeslice_cap, gol_T_runtime__errorString, "makeslice: cap out of range")
FIXED(gol_panic_makechan, gol_T_runtime__plainError, "makechan: size out of range")
FIXED(gol_panic_unsafe_slice, gol_T_runtime__errorString, "unsafe.Slice: len out of range")
FIXED(gol_panic_unsafe_string, gol_T_runtime__errorString, "unsafe.String: len out of range")
FIXED(gol_panic_unsafe_slice_nil, gol_T_runtime__errorString, "unsafe.Slice: ptr is nil and len is not zero")
FIXED(gol_panic_unsafe_string_nil, gol_T_runtime__errorString,
      "unsafe.String: ptr is nil and len is not zero")
static GOL_NORETURN void range_done(void), range_panic(void), range_exhausted(void),
    range_missing_panic(void);
FIXED(range_done, gol_T_runtime__errorString,
      "range function continued iteration after function for loop body returned false")
FIXED(range_panic, gol_T_runtime__errorString, "range function continued iteration after loop body panic")
FIXED(range_exhausted, gol_T_runtime__errorString, "range function continued iteration after whole loop exit")
FIXED(range_missing_panic, gol_T_runtime__errorString,
      "range function recovered a loop body panic and did not resume panicking")

void gol_panic_range(Int state) { /* the states are those of compiler/lower_rangefunc.c */
    switch (state) {
    case 0: range_done();
    case 2: range_panic();
    case 3: range_exhausted();
    default: range_missing_panic();
    }
}

static const String nil_text = GOL_STR_INIT("invalid memory address or nil pointer dereference");

/* Go gets a SIGSEGV for this, and says so. */
void gol_panic_nil(void) {
    rt_panic_fault((Eface){&gol_T_runtime__errorString, (Ptr)&nil_text},
                   (uintptr_t)__builtin_return_address(0), 0);
}
/* A fault in emitted code that no check of the compiler came before: integer division by a vector
 * instruction's trap excepted, it is an address. */
void rt_sigpanic(void) {
    static const String divide = GOL_STR_INIT("integer divide by zero"),
                        address = GOL_STR_INIT("invalid memory address or nil pointer dereference");
    M *m = rt_m();
    if (m->sigcode == SIGFPE) gol_panic((Eface){&gol_T_runtime__errorString, (Ptr)&divide});
    rt_panic_fault((Eface){&gol_T_runtime__errorString, (Ptr)&address}, m->sigpc, m->sigaddr);
}

void gol_panic_wrap(String pkg, String typ, String meth) {
    GOL_STACK_CHECK();
    String s = rt_str_cat(9, S("value method "), pkg, S("."), typ, S("."), meth, S(" called using nil *"),
                          typ, S(" pointer"));
    gol_panic((Eface){&gol_T_runtime__plainError, gol_box_string(s)});
}
