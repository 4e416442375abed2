/* gol.h: what a translated program sees of the runtime.
 *
 * Floor 0. The only header that emitted C and the C files of the standard library include. It fixes the
 * shape of every Go value in C, the stack check, and the runtime entry points (prefix gol_). What the
 * compiler may call is listed once more, a line each, in compiler/rtcalls.def.
 *
 * Rules that hold everywhere:
 *  - Every scalar typedef and every emitted struct is `may_alias`: Go has no type based aliasing, so plain
 *    `gcc -O2` must not assume any.
 *  - Nothing outside a goroutine's stack points into it (stacks move). Pointers that the runtime is given
 *    ("elem", "key", "rec") may point into the caller's stack; the runtime copies, it never keeps them
 *    across a point where the goroutine can move or park, other than on that same stack.
 *  - Memory from gol_new and friends is zeroed, and collected.
 */
#ifndef GOL_H
#define GOL_H

#ifdef GOL_EMITTED /* what a person would not write, but a translation may well hold */
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-label"
#pragma GCC diagnostic ignored "-Wunused-value"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wtautological-compare"
#if defined __clang__ || __GNUC__ >= 12
#pragma GCC diagnostic ignored "-Winfinite-recursion"
#endif
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wself-assign"
#pragma GCC diagnostic ignored "-Wparentheses-equality"
#pragma GCC diagnostic ignored "-Wunneeded-internal-declaration"
#pragma GCC diagnostic ignored "-Wunused-const-variable"
#else
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* gcc's induction variable optimisation may walk a pointer far away from the local array that it is for, and
 * keep only that across a call. Such a word would not be seen as belonging to the stack when the stack moves.
 */
#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("no-ivopts")
/* A slice's header is written a word at a time and then read again by 16 byte loads where gcc copies it as a
 * whole or makes vectors of neighbours: the processor cannot forward the stores to such a load, and waits
 * some fifteen cycles. A tuning that copies by words avoids it.
 */
#ifdef GOL_EMITTED
#pragma GCC optimize("no-tree-slp-vectorize")
/* A function that jumps to its last callee would be missing in tracebacks and in what runtime.Caller counts,
 * and one that calls itself so would never overflow the stack.
 */
#pragma GCC optimize("no-optimize-sibling-calls")
#pragma GCC target("tune=core2")
#endif
#endif

/* x*y + z is rounded twice, as Go does on this machine: also by who computes it beforehand, and where there
 * is an instruction that rounds once.
 */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__FMA__)
#pragma GCC optimize("fp-contract=off")
#endif

#define GOL_ALIAS    __attribute__((may_alias))
#define GOL_COLD     __attribute__((cold, noinline))
#define GOL_NORETURN __attribute__((noreturn, cold, noinline))
#define GOL_WEAK     __attribute__((weak))
#ifdef __clang__
#define GOL_NO_TAIL_CALLS __attribute__((disable_tail_calls)) /* gcc: above */
#else
#define GOL_NO_TAIL_CALLS
#endif
#define GOL_FN                                                                                               \
    __attribute__((section("gol_text"))) GOL_NO_TAIL_CALLS /* every emitted function: preemption looks here  \
                                                            */
#define GOL_NOINLINE __attribute__((noinline))
#define GOL_UNUSED   __attribute__((unused))
#define GOL_BRANCH   __asm__("") /* in the body of an if: it stays one */
#ifdef __clang__
#define GOL_COLD_LABEL (void)0 /* clang knows the attribute on functions only */
#else
#define GOL_COLD_LABEL __attribute__((cold))
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GOL_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GOL_SANITIZED
#endif
#endif
#define GOL_LIKELY(x)   __builtin_expect(!!(x), 1)
#define GOL_UNLIKELY(x) __builtin_expect(!!(x), 0)

/* ---- values ------------------------------------------------------------------------------------------ */

typedef int8_t Int8 GOL_ALIAS;
typedef int16_t Int16 GOL_ALIAS;
typedef int32_t Int32 GOL_ALIAS;
typedef int64_t Int64 GOL_ALIAS;
typedef int64_t Int GOL_ALIAS;
typedef uint8_t Uint8 GOL_ALIAS;
typedef uint16_t Uint16 GOL_ALIAS;
typedef uint32_t Uint32 GOL_ALIAS;
typedef uint64_t Uint64 GOL_ALIAS;
typedef uint64_t Uint GOL_ALIAS;
typedef uint64_t Uintptr GOL_ALIAS;
typedef float Float32 GOL_ALIAS;
typedef double Float64 GOL_ALIAS;
typedef bool Bool GOL_ALIAS;
typedef void *Ptr GOL_ALIAS; /* every Go pointer, unsafe.Pointer, and the data word of an interface */

typedef struct GOL_ALIAS {
    Float32 re, im;
} Complex64;
typedef struct GOL_ALIAS {
    Float64 re, im;
} Complex128;
typedef struct GOL_ALIAS {
    const Uint8 *ptr;
    Int len;
} String;
typedef struct GOL_ALIAS {
    Ptr ptr;
    Int len, cap;
} Slice; /* of any element type */

typedef struct gol_type gol_type;
typedef struct gol_itab gol_itab;
typedef struct gol_map gol_map;   /* opaque: runtime/map.c */
typedef struct gol_chan gol_chan; /* opaque: runtime/chan.c */
typedef gol_map *Map;
typedef gol_chan *Chan;

typedef struct GOL_ALIAS {
    const gol_type *type;
    Ptr data;
} Eface; /* interface without methods */
typedef struct GOL_ALIAS {
    const gol_itab *itab;
    Ptr data;
} Iface; /* interface with methods */

/* A func value points to its code followed by what it captured. The code takes the func value itself as an
 * extra last argument: ((Int (*)(Int, void *))f->code)(x, f). nil is NULL. */
typedef struct GOL_ALIAS gol_func {
    void *code;
} gol_func;
typedef gol_func *Func;

#define GOL_STR(lit) ((String){(const Uint8 *)("" lit), sizeof(lit) - 1})
#define GOL_STR_INIT(lit)                                                                                    \
    { (const Uint8 *)("" lit), sizeof(lit) - 1 } /* in static initialisers */

/* ---- type descriptors -------------------------------------------------------------------------------- */

enum gol_kind { /* as reflect.Kind */
                GOL_INVALID,
                GOL_BOOL,
                GOL_INT,
                GOL_INT8,
                GOL_INT16,
                GOL_INT32,
                GOL_INT64,
                GOL_UINT,
                GOL_UINT8,
                GOL_UINT16,
                GOL_UINT32,
                GOL_UINT64,
                GOL_UINTPTR,
                GOL_FLOAT32,
                GOL_FLOAT64,
                GOL_COMPLEX64,
                GOL_COMPLEX128,
                GOL_ARRAY,
                GOL_CHAN,
                GOL_FUNC,
                GOL_INTERFACE,
                GOL_MAP,
                GOL_POINTER,
                GOL_SLICE,
                GOL_STRING,
                GOL_STRUCT,
                GOL_UNSAFEPOINTER
};

enum gol_type_flag {
    GOL_TYPE_DIRECT = 1,   /* pointer-shaped: an interface holds the value itself in its data word */
    GOL_TYPE_NAMED = 2,    /* declared or predeclared name */
    GOL_TYPE_VARIADIC = 4, /* func type whose last parameter is ...T */
    GOL_TYPE_MEMEQ = 8,    /* equality is equality of the bytes */
    GOL_TYPE_MADE = 16,    /* made by reflect: equal and hashof only tell that there are such */
};

typedef struct {
    String name;
    String pkgpath; /* empty when exported */
    String tag;
    const gol_type *type;
    Uintptr offset;
    Bool embedded;
} gol_field;

typedef struct { /* a method of an interface type */
    String name;
    String pkgpath;       /* empty when exported */
    const gol_type *type; /* func type without receiver */
} gol_imethod;

typedef struct { /* a method in the method set of a concrete type */
    String name;
    String pkgpath;       /* empty when exported */
    const gol_type *type; /* func type without receiver */
    void *code;           /* takes the data word of an interface as first argument */
} gol_method;

typedef struct {
    String name;    /* "T", with type arguments if any */
    String pkgpath; /* "main", "sync/atomic" */
    Int nmethods;
    const gol_method *methods; /* sorted by name, then pkgpath */
} gol_uncommon;

/* One per type, at one address in a program: emitted as weak symbols whose names spell the type's
 * structure, so pointer equality is type identity. (Types that reflect makes at run time are looked up
 * against these first.) internal/abi.Type in stdlib mirrors this struct: keep them in step. */
struct gol_type {
    Uintptr size;
    Uintptr ptrdata; /* bytes of the prefix that can hold pointers; 0: pointer free */
    Uint32 hash;     /* of the type's identity */
    Uint8 align, kind, flags, spare;
    Bool (*equal)(const void *, const void *);   /* NULL: not comparable */
    Uint64 (*hashof)(const void *, Uint64 seed); /* NULL: not comparable; panics for a bad dynamic type */
    String str;                   /* as reflect.Type.String: "main.T", "[]int", "map[string]*main.T" */
    const gol_uncommon *uncommon; /* NULL: no name of its own and no methods */
    const gol_type *ptrto;        /* *T, where the program mentions it; else NULL */
    const gol_type *elem;         /* array, chan, map, pointer, slice */
    const gol_type *key;          /* map */
    const gol_type *slice;        /* []elem of an array; else NULL */
    Int len;                      /* array: length; chan: direction, 1 receive, 2 send, 3 both */
    Int nmembers;                 /* struct: fields; interface: methods; func: parameters */
    Int nresults;                 /* func */
    const void
        *members; /* gol_field[], gol_imethod[] (sorted by name), const gol_type *[] (params, results) */
};

/* *a == *b, and the hash of *p, of a type that is comparable. */
Bool gol_made_equal(const gol_type *t, const void *a, const void *b);
Uint64 gol_made_hash(const gol_type *t, const void *p, Uint64 seed);
static inline Bool gol_type_equal(const gol_type *t, const void *a, const void *b) {
    return GOL_UNLIKELY(t->flags & GOL_TYPE_MADE) ? gol_made_equal(t, a, b) : t->equal(a, b);
}
static inline Uint64 gol_type_hash(const gol_type *t, const void *p, Uint64 seed) {
    return GOL_UNLIKELY(t->flags & GOL_TYPE_MADE) ? gol_made_hash(t, p, seed) : t->hashof(p, seed);
}

/* A list of descriptors of types without a name, so that reflect finds them before it makes one of its own.
 * The linker joins the lists of all files; who reads them is internal/abi. */
#define GOL_TYPE_LIST                                                                                        \
    static const gol_type *gol_types_here[] __attribute__((section("gol_types"), used, aligned(8)))

struct gol_itab {
    const gol_type *iface;
    const gol_type *type;
    void *fun[]; /* in the order of the interface's methods */
};

/* Equality and hashing of the predeclared shapes, for descriptors. */
Bool gol_eq_mem8(const void *, const void *), gol_eq_mem16(const void *, const void *),
    gol_eq_mem32(const void *, const void *), gol_eq_mem64(const void *, const void *),
    gol_eq_mem128(const void *, const void *), gol_eq_f32(const void *, const void *),
    gol_eq_f64(const void *, const void *), gol_eq_c64(const void *, const void *),
    gol_eq_c128(const void *, const void *), gol_eq_str(const void *, const void *),
    gol_eq_ifacep(const void *, const void *), gol_eq_efacep(const void *, const void *);
Uint64 gol_hash_mem8(const void *, Uint64), gol_hash_mem16(const void *, Uint64),
    gol_hash_mem32(const void *, Uint64), gol_hash_mem64(const void *, Uint64),
    gol_hash_mem128(const void *, Uint64), gol_hash_f32(const void *, Uint64),
    gol_hash_f64(const void *, Uint64), gol_hash_c64(const void *, Uint64),
    gol_hash_c128(const void *, Uint64), gol_hash_str(const void *, Uint64),
    gol_hash_iface(const void *, Uint64), gol_hash_eface(const void *, Uint64);
Uint64 gol_hash_bytes(const void *, Uint64 seed, Uintptr size);

/* Descriptors of the predeclared types: gol_type_int, gol_type_string, … (runtime/typedesc.c). */
extern const gol_type gol_type_bool, gol_type_int, gol_type_int8, gol_type_int16, gol_type_int32,
    gol_type_int64, gol_type_uint, gol_type_uint8, gol_type_uint16, gol_type_uint32, gol_type_uint64,
    gol_type_uintptr, gol_type_float32, gol_type_float64, gol_type_complex64, gol_type_complex128,
    gol_type_string, gol_type_unsafe_pointer, gol_type_eface /* interface {} */, gol_type_error /* error */;

/* ---- the stack check --------------------------------------------------------------------------------- */

/* Bytes below a stack's limit that an unchecked chain of frames may use. */
#define GOL_STACK_RESERVE 1024

extern __thread uintptr_t gol_stack_limit __attribute__((tls_model("local-exec")));
void gol_morestack(void);       /* preserves every register; runtime/ctx_amd64.S */
void gol_morestack_frame(void); /* as above; the wanted bytes in %r11 */

/* First statement of a function that may call: moves or grows the stack, or yields, when rsp is at or
 * below the limit. The slow path steps over the red zone, which a function may use whose calls were all
 * inlined. GOL_STACK_CHECK_FRAME(n) makes room for a callee with a frame of n bytes. */
#define GOL_STACK_CHECK()                                                                                    \
    do {                                                                                                     \
        __label__ grow, ok;                                                                                  \
        __asm__ goto("cmpq %%fs:gol_stack_limit@tpoff, %%rsp\n\tjbe %l0" : : : "cc", "memory" : grow);       \
        goto ok;                                                                                             \
    grow:                                                                                                    \
        GOL_COLD_LABEL;                                                                                      \
        __asm__ volatile("leaq -128(%%rsp), %%rsp\n\tcall gol_morestack\n\tleaq 128(%%rsp), %%rsp"           \
                         :                                                                                   \
                         :                                                                                   \
                         : "memory");                                                                        \
    ok:;                                                                                                     \
    } while (0)
/* For leaves whose frames are small once the compiler has optimised them. */
#ifdef __OPTIMIZE__
#define GOL_STACK_CHECK_PLAIN() ((void)0)
#else
#define GOL_STACK_CHECK_PLAIN() GOL_STACK_CHECK()
#endif
#define GOL_STACK_CHECK_FRAME(n)                                                                             \
    do {                                                                                                     \
        __label__ grow, ok;                                                                                  \
        __asm__ goto("leaq -%c0(%%rsp), %%r11\n\tcmpq %%fs:gol_stack_limit@tpoff, %%r11\n\tjbe %l1\n\t"      \
                     "cmpq %%rsp, %%r11\n\tja %l1"                                                           \
                     :                                                                                       \
                     : "i"(n)                                                                                \
                     : "cc", "memory", "r11"                                                                 \
                     : grow);                                                                                \
        goto ok;                                                                                             \
    grow:                                                                                                    \
        GOL_COLD_LABEL;                                                                                      \
        __asm__ volatile("movq %0, %%r11\n\tleaq -128(%%rsp), %%rsp\n\tcall gol_morestack_frame\n\t"         \
                         "leaq 128(%%rsp), %%rsp"                                                            \
                         :                                                                                   \
                         : "i"(n)                                                                            \
                         : "memory", "r11");                                                                 \
    ok:;                                                                                                     \
    } while (0)

/* Runs fn(arg) on the thread's system stack. fn must not park, and must not call emitted code. */
void gol_systemstack(void (*fn)(void *), void *arg);

/* ---- functions known by name (tracebacks, runtime.Caller) -------------------------------------------- */

typedef struct {
    const void *entry;
    const char *symbol; /* C name, as debug information spells it */
    const char *name;   /* Go name: "main.(*T).M", "main.f.func1" */
    const char *file;   /* as given to the compiler, or absolute */
    Int line;           /* of the func keyword */
    Int nparams;        /* the receiver counted: traces show main.f() or main.f(...) */
} gol_funcinfo;
#define GOL_FUNCINFO(sym, goname, gofile, goline, n)                                                         \
    static const gol_funcinfo gol_info_##sym __attribute__((section("gol_funcs"), used, aligned(8))) = {     \
        (const void *)(sym), #sym, goname, gofile, goline, n}
/* Frames of functions without an entry (thunks, wrappers, the runtime) are left out of traces. */

/* ---- panics raised by checks; all recoverable, Go's texts -------------------------------------------- */

GOL_NORETURN void gol_panic(Eface v);              /* panic(v); nil becomes *runtime.PanicNilError */
GOL_NORETURN void gol_panic_index(Int i, Int len); /* index out of range [i] with length len */
GOL_NORETURN void gol_panic_index_u(Uint i, Int len);
GOL_NORETURN void
gol_panic_slice_alen(Int i, Int len,
                     Bool uns); /* slice bounds out of range [:i] with length len (string, array) */
GOL_NORETURN void gol_panic_slice_acap(Int i, Int cap, Bool uns);  /* … [:i] with capacity cap */
GOL_NORETURN void gol_panic_slice_b(Int i, Int j, Bool uns);       /* … [i:j] */
GOL_NORETURN void gol_panic_slice3_alen(Int i, Int len, Bool uns); /* … [::i] with length len */
GOL_NORETURN void gol_panic_slice3_acap(Int i, Int cap, Bool uns); /* … [::i] with capacity cap */
GOL_NORETURN void gol_panic_slice3_b(Int i, Int j, Bool uns);      /* … [:i:j] */
GOL_NORETURN void gol_panic_slice3_c(Int i, Int j, Bool uns);      /* … [i:j:] */
GOL_NORETURN void gol_panic_slice_convert(Int have,
                                          Int want); /* cannot convert slice with length x to array … */
GOL_NORETURN void gol_panic_nil(void);               /* invalid memory address or nil pointer dereference */
GOL_NORETURN void gol_panic_divide(void);            /* integer divide by zero */
GOL_NORETURN void gol_panic_shift(void);             /* negative shift amount */
GOL_NORETURN void gol_panic_makeslice_len(void);
GOL_NORETURN void gol_panic_makeslice_cap(void);
GOL_NORETURN void gol_panic_makechan(void);
GOL_NORETURN void gol_panic_unsafe_slice(void);
GOL_NORETURN void gol_panic_unsafe_slice_nil(void);
GOL_NORETURN void gol_panic_unsafe_string_nil(void);
GOL_NORETURN void gol_panic_unsafe_string(void);
GOL_NORETURN void gol_panic_wrap(String pkg, String typ,
                                 String meth); /* value method called using nil pointer */
GOL_NORETURN void gol_panic_assert(const gol_type *have, const gol_type *want,
                                   const gol_type *iface); /* x.(T) fails */
GOL_NORETURN void
gol_panic_range(Int state); /* range over a function: yield called too often, or a panic swallowed */
GOL_NORETURN void gol_unreachable(void); /* the end of a function that cannot be reached: a throw */

static inline void *gol_nilcheck(const void *p) {
    if (GOL_UNLIKELY(p == NULL)) gol_panic_nil();
    return (void *)p;
}
#define GOL_NIL(p) ((__typeof__(p))gol_nilcheck(p)) /* p, checked */
static inline Int gol_index(Int i, Int len) {
    if (GOL_UNLIKELY((Uint)i >= (Uint)len)) gol_panic_index(i, len);
    return i;
}
static inline Int gol_index_u(Uint i, Int len) { /* index of an unsigned type */
    if (GOL_UNLIKELY(i >= (Uint)len)) gol_panic_index_u(i, len);
    return (Int)i;
}

/* ---- arithmetic that C leaves undefined -------------------------------------------------------------- */

/* Wrap-around: GOL_ADD(Int32, a, b). The result has type T. Unsigned types need none of these. */
#define GOL_ADD(T, a, b) ((T)((Uint64)(a) + (Uint64)(b)))
#define GOL_SUB(T, a, b) ((T)((Uint64)(a) - (Uint64)(b)))
#define GOL_MUL(T, a, b) ((T)((Uint64)(a) * (Uint64)(b)))
#define GOL_NEG(T, a)    ((T)(0 - (Uint64)(a)))

/* Shifts: the count is unsigned (a negative signed count panics before: gol_shift_count). */
static inline Uint gol_shift_count(Int n) {
    if (GOL_UNLIKELY(n < 0)) gol_panic_shift();
    return (Uint)n;
}
#define GOL_SHL(T, a, n)   ((T)((Uint)(n) < 64 ? (Uint64)(a) << ((Uint)(n)&63) : 0)) /* any integer type T */
#define GOL_SHR_U(T, a, n) ((T)((Uint)(n) < 64 ? (Uint64)(a) >> ((Uint)(n)&63) : 0)) /* unsigned T */
#define GOL_SHR_S(T, a, n) ((T)((Int64)(a) >> ((Uint)(n) < 64 ? (Uint)(n) : 63)))    /* signed T */

/* The same where `a` may panic: it is evaluated for any count. */
static inline Uint64 gol_shl(Uint64 a, Uint n) { return n < 64 ? a << n : 0; }
static inline Uint64 gol_shr(Uint64 a, Uint n) { return n < 64 ? a >> n : 0; }
#define GOL_SHL_CHECKED(T, a, n) ((T)gol_shl((Uint64)(a), (Uint)(n)))
#define GOL_SHR_CHECKED(T, a, n) ((T)gol_shr((Uint64)(a), (Uint)(n))) /* unsigned T */

#define GOL_DIVISION(T, S)                                                                                   \
    static inline T gol_div_##S(T a, T b) {                                                                  \
        if (GOL_UNLIKELY(b == 0)) gol_panic_divide();                                                        \
        return b == -1 ? GOL_NEG(T, a) : (T)(a / b);                                                         \
    }                                                                                                        \
    static inline T gol_rem_##S(T a, T b) {                                                                  \
        if (GOL_UNLIKELY(b == 0)) gol_panic_divide();                                                        \
        return b == -1 ? 0 : (T)(a % b);                                                                     \
    }
#define GOL_DIVISION_U(T, S)                                                                                 \
    static inline T gol_div_##S(T a, T b) {                                                                  \
        if (GOL_UNLIKELY(b == 0)) gol_panic_divide();                                                        \
        return (T)(a / b);                                                                                   \
    }                                                                                                        \
    static inline T gol_rem_##S(T a, T b) {                                                                  \
        if (GOL_UNLIKELY(b == 0)) gol_panic_divide();                                                        \
        return (T)(a % b);                                                                                   \
    }
GOL_DIVISION(Int8, i8)
GOL_DIVISION(Int16, i16)
GOL_DIVISION(Int32, i32)
GOL_DIVISION(Int64, i64)
GOL_DIVISION_U(Uint8, u8)
GOL_DIVISION_U(Uint16, u16)
GOL_DIVISION_U(Uint32, u32)
GOL_DIVISION_U(Uint64, u64)

/* Float to integer, out of range included, as Go does on amd64. */
static inline Int64 gol_f64_i64(Float64 f) {
    Int64 r;
    __asm__("cvttsd2siq %1, %0" : "=r"(r) : "x"(f));
    return r;
}
static inline Uint64 gol_f64_u64(Float64 f) {
    return f < 9223372036854775808.0 ? (Uint64)gol_f64_i64(f)
                                     : (Uint64)gol_f64_i64(f - 9223372036854775808.0) ^ (1ull << 63);
}

static inline Complex128 gol_c128(Complex64 a) { return (Complex128){a.re, a.im}; }
static inline Complex64 gol_c64(Complex128 a) { return (Complex64){(Float32)a.re, (Float32)a.im}; }
static inline Complex128 gol_c128_add(Complex128 a, Complex128 b) {
    return (Complex128){a.re + b.re, a.im + b.im};
}
static inline Complex128 gol_c128_sub(Complex128 a, Complex128 b) {
    return (Complex128){a.re - b.re, a.im - b.im};
}
static inline Complex128 gol_c128_neg(Complex128 a) { return (Complex128){-a.re, -a.im}; }
static inline Complex64 gol_c64_add(Complex64 a, Complex64 b) {
    return (Complex64){a.re + b.re, a.im + b.im};
}
static inline Complex64 gol_c64_sub(Complex64 a, Complex64 b) {
    return (Complex64){a.re - b.re, a.im - b.im};
}
static inline Complex64 gol_c64_neg(Complex64 a) { return (Complex64){-a.re, -a.im}; }
/* min and max: NaN if either is, and -0 < +0. */
#define GOL_MINMAX(T, S)                                                                                     \
    static inline T gol_min_##S(T a, T b) {                                                                  \
        if (__builtin_isunordered(a, b)) return a + b;                                                       \
        if (a < b || b < a) return a < b ? a : b;                                                            \
        return __builtin_signbit(a) ? a : b;                                                                 \
    }                                                                                                        \
    static inline T gol_max_##S(T a, T b) {                                                                  \
        if (__builtin_isunordered(a, b)) return a + b;                                                       \
        if (a < b || b < a) return a < b ? b : a;                                                            \
        return __builtin_signbit(a) ? b : a;                                                                 \
    }
GOL_MINMAX(Float64, f64)
GOL_MINMAX(Float32, f32)

Complex128 gol_c128_div(Complex128 a, Complex128 b); /* Go's rules for infinities and NaN */
static inline Complex128 gol_c128_mul(Complex128 a, Complex128 b) {
    return (Complex128){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
/* By way of Complex128, as Go's compiler has it: terms that cancel keep their digits. */
static inline Complex64 gol_c64_mul(Complex64 a, Complex64 b) {
    return gol_c64(gol_c128_mul(gol_c128(a), gol_c128(b)));
}
static inline Complex64 gol_c64_div(Complex64 a, Complex64 b) {
    return gol_c64(gol_c128_div(gol_c128(a), gol_c128(b)));
}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wfloat-equal"
static inline Bool gol_c128_eq(Complex128 a, Complex128 b) { return a.re == b.re && a.im == b.im; }
static inline Bool gol_c64_eq(Complex64 a, Complex64 b) { return a.re == b.re && a.im == b.im; }
#pragma GCC diagnostic pop

/* ---- instructions behind library functions: math, math/bits, sync/atomic ----------------------------------
 */

static inline Float64 gol_sqrt(Float64 x) {
    Float64 r;
    __asm__("sqrtsd %1, %0" : "=x"(r) : "x"(x));
    return r;
}
static inline Float64 gol_fabs(Float64 x) { return __builtin_fabs(x); }
static inline Int gol_clz64(Uint64 x) { return x ? __builtin_clzll(x) : 64; }
static inline Int gol_clz32(Uint32 x) { return x ? __builtin_clz(x) : 32; }
static inline Int gol_ctz64(Uint64 x) { return x ? __builtin_ctzll(x) : 64; }
static inline Int gol_ctz32(Uint32 x) { return x ? __builtin_ctz(x) : 32; }
extern Bool gol_has_popcnt; /* the processor's instruction: all but the oldest have it */
static inline Int gol_popcount64(Uint64 x) {
    if (GOL_UNLIKELY(!gol_has_popcnt)) return __builtin_popcountll(x);
    Uint64 n;
    __asm__("popcntq %1, %0" : "=r"(n) : "r"(x) : "cc");
    return (Int)n;
}
static inline Uint64 gol_mul_high(Uint64 x, Uint64 y) {
    return (Uint64)((__extension__(unsigned __int128) x * y) >> 64);
}
static inline Int gol_len64(Uint64 x) { return 64 - gol_clz64(x); }
static inline Uint64 gol_bswap64(Uint64 x) { return __builtin_bswap64(x); }
static inline Uint32 gol_bswap32(Uint32 x) { return __builtin_bswap32(x); }
/* p is a pointer to an integer or pointer type, which the operation has. */
#define gol_atomic_load(p)     __atomic_load_n(GOL_NIL(p), __ATOMIC_SEQ_CST)
#define gol_atomic_store(p, v) __atomic_store_n(GOL_NIL(p), (v), __ATOMIC_SEQ_CST)
#define gol_atomic_swap(p, v)  __atomic_exchange_n(GOL_NIL(p), (v), __ATOMIC_SEQ_CST)
#define gol_atomic_add(p, d)   __atomic_add_fetch(GOL_NIL(p), (d), __ATOMIC_SEQ_CST)
/* An expected value that is no constant was read before, so somebody else has changed it: others are at work
 * on that cache line, and who tries again at once keeps them from it. So it waits for a moment (contend.c).
 */
GOL_COLD void gol_contended(void);
#define gol_atomic_cas(p, from, to)                                                                          \
    __extension__({                                                                                          \
        __typeof__(*(p)) gol_cas_from = (from);                                                              \
        Bool gol_cas_done = __atomic_compare_exchange_n(GOL_NIL(p), &gol_cas_from, (to), false,              \
                                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                 \
        if (!__builtin_constant_p(from) && GOL_UNLIKELY(!gol_cas_done)) gol_contended();                     \
        gol_cas_done;                                                                                        \
    })

/* ---- memory ------------------------------------------------------------------------------------------ */

Ptr gol_new(const gol_type *t);                 /* zeroed; size 0 gives &gol_zerobase */
Ptr gol_new_array(const gol_type *elem, Int n); /* n >= 0, n*size known not to overflow */
Ptr gol_alloc(Uintptr size,
              Uintptr ptrdata); /* closures, boxes: zeroed, pointers within the first ptrdata bytes */
/* A closure or record: the bytes of *init in memory of its own. */
static inline Ptr gol_closure(const void *init, Uintptr size, Uintptr ptrdata) {
    return memcpy(gol_alloc(size, ptrdata), init, size);
}
/* The code of a func value; nil panics. */
static inline void *gol_code(Func f) { return ((Func)gol_nilcheck(f))->code; }
extern Uint64 gol_zerobase;
extern const Uint8 gol_zero_value[1024]; /* the zero value of any small type, read only */

/* ---- strings ----------------------------------------------------------------------------------------- */

static inline Bool gol_str_eq(String a, String b) {
    return a.len == b.len && (a.ptr == b.ptr || memcmp(a.ptr, b.ptr, (size_t)a.len) == 0);
}
/* The same for a constant that is not empty, which C compilers compare by a word or two. Not by asking
 * __builtin_constant_p(b.len) above: gcc 12 inlines as if it were, then takes a.len for b.len, and leaves
 * nothing where it should compare. */
static inline Bool gol_str_is(String a, String constant) {
    return a.len == constant.len && memcmp(a.ptr, constant.ptr, (size_t)constant.len) == 0;
}
Int gol_str_cmp(String a, String b); /* <0, 0, >0 */
/* room: GOL_SHORT bytes (gol_str_to_runes_in: GOL_SHORT runes) of the function's own, for a short result that
 * does not outlive it; NULL: none. */
#define GOL_SHORT 32
String gol_str_concat(Ptr room, const String *parts,
                      Int n); /* one allocation; none when at most one part is not empty */
String gol_str_concat2(Ptr room, String a, String b);
String gol_str_concat3(Ptr room, String a, String b, String c);
String gol_str_from_rune(Int64 r); /* string(i) */
String gol_str_from_bytes(Slice b);
String gol_str_from_runes(Slice r);
Slice gol_str_to_bytes(String s);
Slice gol_str_to_runes(String s);
String gol_str_from_rune_in(Int64 r, Ptr room);
String gol_str_from_bytes_in(Slice b, Ptr room);
String gol_str_from_runes_in(Slice r, Ptr room);
Slice gol_str_to_bytes_in(String s, Ptr room);
Slice gol_str_to_runes_in(String s, Ptr room);
/* for i, r := range s: the rune at i (0xFFFD for a bad sequence) into *r; returns the index after it. */
Int gol_str_decode(String s, Int i, Int32 *r);

/* ---- slices ------------------------------------------------------------------------------------------ */

Slice gol_makeslice(const gol_type *elem, Int len, Int cap); /* checks; panics as Go */
/* Room for n more elements behind s.len: returns s itself or a copy with Go's growth; len is s.len+n. */
Slice gol_growslice(const gol_type *elem, Slice s, Int n);
/* memmove, where C may not conclude from a size of 0 that the pointers are not NULL. */
static inline void gol_move(void *to, const void *from, Uintptr n) {
    if (n > 0) memmove(to, from, n);
}
/* append(s, t...), and append([]byte, string...): here where there is room. */
Slice gol_append_grow(const gol_type *elem, Slice s, const void *from, Int n);
static inline Slice gol_append_slice(const gol_type *elem, Slice s, Slice t) {
    if (GOL_UNLIKELY(t.len > s.cap - s.len)) return gol_append_grow(elem, s, t.ptr, t.len);
    gol_move((char *)s.ptr + (Uintptr)s.len * elem->size, t.ptr, (Uintptr)t.len * elem->size);
    s.len += t.len;
    return s;
}
static inline Slice gol_append_string(Slice s, String t) {
    if (GOL_UNLIKELY(t.len > s.cap - s.len)) return gol_append_grow(&gol_type_uint8, s, t.ptr, t.len);
    gol_move((char *)s.ptr + s.len, t.ptr, (Uintptr)t.len);
    s.len += t.len;
    return s;
}
static inline Int gol_copy(const gol_type *elem, Slice dst, Slice src) {
    Int n = dst.len < src.len ? dst.len : src.len;
    gol_move(dst.ptr, src.ptr, (Uintptr)n * elem->size);
    return n;
}
static inline Int gol_copy_string(Slice dst, String src) {
    Int n = dst.len < src.len ? dst.len : src.len;
    gol_move(dst.ptr, src.ptr, (Uintptr)n);
    return n;
}
#define GOL_AT(T, s, i)      (((T *)(s).ptr)[i]) /* i checked before */
#define GOL_INDEX(T, s, i)   (*(T *)gol_index_slice((s), (i), sizeof(T)))
#define GOL_INDEX_U(T, s, i) (*(T *)gol_index_slice_u((s), (i), sizeof(T)))
static inline Ptr gol_index_slice(Slice s, Int i, Uintptr size) {
    return (char *)s.ptr + (Uintptr)gol_index(i, s.len) * size;
}
static inline Ptr gol_index_slice_u(Slice s, Uint i, Uintptr size) {
    return (char *)s.ptr + (Uintptr)gol_index_u(i, s.len) * size;
}
static inline Uint8 gol_str_at(String s, Int i) { return s.ptr[gol_index(i, s.len)]; }
static inline Uint8 gol_str_at_u(String s, Uint i) { return s.ptr[gol_index_u(i, s.len)]; }
/* Keeps a slice of capacity 0 from pointing past its array: s.ptr + (cap ? off : 0). */
static inline Ptr gol_slice_ptr(Ptr p, Int off, Int newcap) {
    return (char *)p + (off & (newcap ? -1 : 0)); /* off in bytes */
}

/* s[lo:hi] and the like, with Go's checks in Go's order. uns: which of lo (1), hi (2), max (4) came from an
 * unsigned 64 bit type, for the message only. */
static inline String gol_substr(String s, Int lo, Int hi, int uns) {
    if (GOL_UNLIKELY((Uint)hi > (Uint)s.len)) gol_panic_slice_alen(hi, s.len, (uns & 2) != 0);
    if (GOL_UNLIKELY((Uint)lo > (Uint)hi)) gol_panic_slice_b(lo, hi, (uns & 1) != 0);
    return (String){(const Uint8 *)gol_slice_ptr((Ptr)s.ptr, lo, hi - lo), hi - lo};
}
static inline String gol_substr_from(String s, Int lo, int uns) {
    if (GOL_UNLIKELY((Uint)lo > (Uint)s.len)) gol_panic_slice_b(lo, s.len, (uns & 1) != 0);
    return (String){(const Uint8 *)gol_slice_ptr((Ptr)s.ptr, lo, s.len - lo), s.len - lo};
}
static inline Slice gol_subslice(Slice s, Uintptr elemsize, Int lo, Int hi, int uns) {
    if (GOL_UNLIKELY((Uint)hi > (Uint)s.cap)) gol_panic_slice_acap(hi, s.cap, (uns & 2) != 0);
    if (GOL_UNLIKELY((Uint)lo > (Uint)hi)) gol_panic_slice_b(lo, hi, (uns & 1) != 0);
    return (Slice){gol_slice_ptr(s.ptr, lo * (Int)elemsize, s.cap - lo), hi - lo, s.cap - lo};
}
static inline Slice gol_subslice_from(Slice s, Uintptr elemsize, Int lo, int uns) {
    if (GOL_UNLIKELY((Uint)lo > (Uint)s.len)) gol_panic_slice_b(lo, s.len, (uns & 1) != 0);
    return (Slice){gol_slice_ptr(s.ptr, lo * (Int)elemsize, s.cap - lo), s.len - lo, s.cap - lo};
}
static inline Slice gol_subslice3(Slice s, Uintptr elemsize, Int lo, Int hi, Int max, int uns) {
    if (GOL_UNLIKELY((Uint)max > (Uint)s.cap)) gol_panic_slice3_acap(max, s.cap, (uns & 4) != 0);
    if (GOL_UNLIKELY((Uint)hi > (Uint)max)) gol_panic_slice3_b(hi, max, (uns & 2) != 0);
    if (GOL_UNLIKELY((Uint)lo > (Uint)hi)) gol_panic_slice3_c(lo, hi, (uns & 1) != 0);
    return (Slice){gol_slice_ptr(s.ptr, lo * (Int)elemsize, max - lo), hi - lo, max - lo};
}
static inline Slice gol_subarray(const void *array, Int len, Uintptr elemsize, Int lo, Int hi, int uns) {
    if (GOL_UNLIKELY((Uint)hi > (Uint)len)) gol_panic_slice_alen(hi, len, (uns & 2) != 0);
    if (GOL_UNLIKELY((Uint)lo > (Uint)hi)) gol_panic_slice_b(lo, hi, (uns & 1) != 0);
    return (Slice){gol_slice_ptr((Ptr)array, lo * (Int)elemsize, len - lo), hi - lo, len - lo};
}
static inline Slice gol_subarray3(const void *array, Int len, Uintptr elemsize, Int lo, Int hi, Int max,
                                  int uns) {
    if (GOL_UNLIKELY((Uint)max > (Uint)len)) gol_panic_slice3_alen(max, len, (uns & 4) != 0);
    if (GOL_UNLIKELY((Uint)hi > (Uint)max)) gol_panic_slice3_b(hi, max, (uns & 2) != 0);
    if (GOL_UNLIKELY((Uint)lo > (Uint)hi)) gol_panic_slice3_c(lo, hi, (uns & 1) != 0);
    return (Slice){gol_slice_ptr((Ptr)array, lo * (Int)elemsize, max - lo), hi - lo, max - lo};
}
/* The conversion of a slice to an array of n elements, or to a pointer to one: where they are. */
static inline Ptr gol_slice_array(Slice s, Int n) {
    if (GOL_UNLIKELY(s.len < n)) gol_panic_slice_convert(s.len, n);
    return s.ptr;
}
/* append: n more elements behind s.len, not yet set. */
static inline Slice gol_extend(const gol_type *elem, Slice s, Int n) {
    if (GOL_UNLIKELY(n > s.cap - s.len)) return gol_growslice(elem, s, n);
    s.len += n;
    return s;
}
/* s = append(s, …): room for n more in s itself. */
static inline void gol_append_room(const gol_type *elem, Slice *s, Int n) {
    if (GOL_UNLIKELY(n > s->cap - s->len))
        *s = gol_growslice(elem, *s, n);
    else
        s->len += n;
}
static inline Bool gol_memeq(const void *a, const void *b, Int size) {
    return memcmp(a, b, (size_t)size) == 0;
}
static inline void gol_memclr(void *p, Uintptr size) { memset(p, 0, size); }

/* ---- maps -------------------------------------------------------------------------------------------- */

Map gol_makemap(const gol_type *t, Int hint); /* t is the map type throughout; a hint < 0 counts as 0 */
Ptr gol_map_get(const gol_type *t, Map m, const void *key); /* the element, or NULL */
Ptr gol_map_put(const gol_type *t, Map m,
                const void *key); /* the element's place, inserted zeroed; nil map panics */
void gol_map_delete(const gol_type *t, Map m, const void *key);
void gol_map_clear(const gol_type *t, Map m);
Int gol_map_len(Map m);
/* The same for keys of 4 or 8 bytes compared as memory, and strings. */
Ptr gol_map_get32(const gol_type *t, Map m, Uint32 key), gol_map_put32(const gol_type *t, Map m, Uint32 key);
Ptr gol_map_get64(const gol_type *t, Map m, Uint64 key), gol_map_put64(const gol_type *t, Map m, Uint64 key);
Ptr gol_map_getstr(const gol_type *t, Map m, String key),
    gol_map_putstr(const gol_type *t, Map m, String key);
/* m[k] as a value: what gol_map_get found, else a zero value; for elements of at most 1024 bytes. */
static inline Ptr gol_map_or_zero(Ptr elem) { return elem ? elem : (Ptr)gol_zero_value; }
typedef struct GOL_ALIAS {
    Ptr key, elem; /* NULL key: the end */
    Uint64 state[12];
} gol_mapiter;
void gol_map_iter(const gol_type *t, Map m,
                  gol_mapiter *it); /* starts at a random place, on the first entry */
void gol_map_next(gol_mapiter *it);

/* ---- interfaces -------------------------------------------------------------------------------------- */

Ptr gol_box(const gol_type *t, const void *v); /* the data word for *v; t not GOL_TYPE_DIRECT */
Ptr gol_box64(Uint64 v); /* any pointer-free 8 byte value; small ones need no allocation */
Ptr gol_box32(Uint32 v), gol_box16(Uint16 v), gol_box8(Uint8 v);
Ptr gol_box_string(String s);
Ptr gol_box_slice(Slice s);
/* The itab of a dynamic type for an interface type: NULL if t is NULL or lacks a method. */
const gol_itab *gol_itab_find(const gol_type *iface, const gol_type *t);
/* x.(I) with panic; have is NULL for a nil interface. */
const gol_itab *gol_itab_assert(const gol_type *iface, const gol_type *t);
Bool gol_eface_eq(Eface a, Eface b); /* panics for an uncomparable dynamic type */
static inline const gol_type *gol_iface_type(Iface i) { return i.itab ? i.itab->type : NULL; }
static inline Eface gol_iface_eface(Iface i) { return (Eface){gol_iface_type(i), i.data}; }
static inline Bool gol_iface_eq(Iface a, Iface b) {
    return gol_eface_eq(gol_iface_eface(a), gol_iface_eface(b));
}

/* ---- goroutines, channels, select -------------------------------------------------------------------- */

/* go: code(ctx) in a new goroutine. *ctx, size bytes, is copied onto its stack; code gets the copy. */
void gol_go(void (*code)(void *ctx), const void *ctx, Uintptr size);

/* Coroutines: body() in a goroutine that waits until gol_coro_switch hands it the processor; then the caller
 * waits, until body hands it back in the same way, or at its very end by gol_coro_end. Two goroutines share
 * one, and one of them waits. */
Ptr gol_coro_new(Func body);
void gol_coro_switch(Ptr coro);
void gol_coro_end(Ptr coro);

Chan gol_makechan(const gol_type *chantype, Int size);
void gol_chan_send(Chan c, const void *elem);
void gol_chan_recv(Chan c, void *elem);  /* elem may be NULL: drop the value */
Bool gol_chan_recv2(Chan c, void *elem); /* v, ok = <-c */
void gol_chan_close(Chan c);
Int gol_chan_len(Chan c), gol_chan_cap(Chan c);

typedef struct GOL_ALIAS {
    Chan c;     /* nil: never ready */
    void *elem; /* send: the value; receive: where to, or NULL */
    Bool send;
} gol_scase;
/* The index of the case that went ahead; -1 for default (block false). *received: v, ok = <-c. */
Int gol_select(gol_scase *cases, Int n, Bool block, Bool *received);
GOL_NORETURN void gol_block_forever(void); /* select {} */

/* ---- defer, panic, recover --------------------------------------------------------------------------- */

/* A deferred call: a record of the function's frame, followed by what the call needs. On the stack when
 * its defer statement runs at most once a call, on the heap when one of the function's may run more often
 * (then all records of the function are: a heap record must not point into the stack). */
typedef struct GOL_ALIAS gol_defer {
    struct gol_defer *next;
    void (*code)(void *rec); /* called once with the record itself */
} gol_defer;

/* The frame of a function with defer statements: a C local. Holds saved registers as words on the stack, so
 * that moving the stack adjusts them; the G links frames by their distance from the stack's top. */
typedef struct GOL_ALIAS gol_frame {
    Uint64 regs[8]; /* rbx rbp r12 r13 r14 r15 rsp rip */
    Uint64 prev;    /* distance of the next outer frame from the stack's top, 0: none */
    gol_defer *defers;
    Ptr results; /* what gol_frame_recovered returns */
} gol_frame;

/* First thing in such a function: links the frame, and saves where to go on when a panic was recovered by one
 * of the frame's deferred calls: *results, the named results, escapes here, so that C keeps it in memory.
 * There are two ways.
 *
 * GOL_FRAME_ENTER(frame, results, recovered): the statement `recovered` runs then. It may use nothing that
 * the function has at hand, but for the pointer that gol_frame_recovered returns, since C takes it to run at
 * the entry: it may have put other things where a parameter or the place of a large result was noted.
 *
 * gol_frame_enter, for large results: returns false, and true a second time, when the function calls
 * gol_frame_leave and returns its results. C keeps all that lives across such a call in memory. */
Bool gol_frame_enter(gol_frame *f, void *results) __attribute__((returns_twice));
void *gol_frame_recovered(void); /* leaves the innermost frame; its `results` */

#define GOL_G_HI    16 /* G.hi, G.frame (runtime/rt.h) */
#define GOL_G_FRAME 120
#ifdef GOL_SANITIZED /* they add to each way out of a function */
#define GOL_FRAME_ENTER(f, out, recovered)                                                                   \
    do {                                                                                                     \
        if (gol_frame_enter(&(f), (out))) {                                                                  \
            recovered;                                                                                       \
        }                                                                                                    \
    } while (0)
#else
#define GOL_FRAME_ENTER(f, out, recovered)                                                                   \
    do {                                                                                                     \
        __label__ entered, back;                                                                             \
        __asm__ goto("movq %%rbx, (%0)\n\tmovq %%rbp, 8(%0)\n\tmovq %%r12, 16(%0)\n\t"                       \
                     "movq %%r13, 24(%0)\n\tmovq %%r14, 32(%0)\n\tmovq %%r15, 40(%0)\n\t"                    \
                     "movq %%rsp, 48(%0)\n\tleaq %l[back](%%rip), %%rax\n\tmovq %%rax, 56(%0)\n\t"           \
                     "movq %%fs:rt_tls_g@tpoff, %%r11\n\tmovq %c2(%%r11), %%rax\n\t"                         \
                     "movq %%rax, 64(%0)\n\tmovq %c3(%%r11), %%rax\n\tsubq %0, %%rax\n\t"                    \
                     "movq %%rax, %c2(%%r11)\n\tmovq $0, 72(%0)\n\tmovq %1, 80(%0)"                          \
                     :                                                                                       \
                     : "r"(&(f)), "r"((void *)(out)), "i"(GOL_G_FRAME), "i"(GOL_G_HI)                        \
                     : "rax", "r11", "cc", "memory"                                                          \
                     : back);                                                                                \
        goto entered;                                                                                        \
    back:                                                                                                    \
        GOL_COLD_LABEL;                                                                                      \
        recovered;                                                                                           \
    entered:;                                                                                                \
    } while (0)
#endif
static inline void gol_frame_defer(gol_frame *f, gol_defer *d, void (*code)(void *)) {
    d->code = code;
    d->next = f->defers;
    f->defers = d;
}

/* At the end of a function whose records are on the stack, in place of gol_frame_leave: one GOL_FRAME_RUN for
 * each defer statement, the last one first, and GOL_FRAME_UNLINK. A call that C sees it can inline. */
#define GOL_FRAME_RUN(f, record, code)                                                                       \
    do {                                                                                                     \
        if ((f).defers == &(record).d) {                                                                     \
            (f).defers = (record).d.next;                                                                    \
            code(&(record));                                                                                 \
        }                                                                                                    \
    } while (0)
#define GOL_FRAME_UNLINK(f)                                                                                  \
    __asm__ volatile("movq %%fs:rt_tls_g@tpoff, %%r11\n\tmovq %0, %c1(%%r11)"                                \
                     :                                                                                       \
                     : "r"((f).prev), "i"(GOL_G_FRAME)                                                       \
                     : "r11", "memory")
Uint64 gol_frame_token(void); /* the innermost frame, as a number that stays good when the stack moves */
gol_frame *gol_frame_at(Uint64 token); /* that frame */
void gol_frame_leave(gol_frame *f);    /* runs what is deferred, last first; unlinks */

/* recover is honoured only in a function that a panicking goroutine's deferred call runs directly. Before
 * the runtime runs a record's code while panicking it notes that code in the G. The record's thunk passes
 * the note on to the function that it calls; a function that mentions recover takes it at its entry. */
void gol_recover_pass(void *from, void *to); /* in a thunk `from` about to call `to` */
Bool gol_recover_take(void *self);           /* at entry of a function that mentions recover */
Eface gol_recover(Bool taken);               /* recover() */

/* ---- print, println ---------------------------------------------------------------------------------- */

void gol_print_lock(void), gol_print_unlock(void);
void gol_print_bool(Bool), gol_print_int(Int64), gol_print_uint(Uint64), gol_print_float(Float64),
    gol_print_float32(Float32), gol_print_complex(Complex128), gol_print_complex64(Complex64),
    gol_print_string(String), gol_print_ptr(const void *), gol_print_eface(Eface), gol_print_iface(Iface),
    gol_print_slice(Slice), gol_print_sp(void), gol_print_nl(void);

/* ---- calls by description (regcall.c; for reflect) ---------------------------------------------------- */

/* Calls code, a function of type sig: with a leading pointer argument *recv unless that is NULL, as the code
 * of a gol_method wants it; with its func value behind the arguments unless that is NULL. args and results
 * point to the places of each. */
void gol_call_described(const gol_type *sig, void *code, const Ptr *recv, Func ctx, Ptr *args, Ptr *results);

/* A func value of type sig that calls handler(args, results), with memory of its own for each. Its code is
 * gol_described_code(sig), which is NULL when the arguments take more stack than stubs are provided for. The
 * right to recover goes on to target. */
typedef struct GOL_ALIAS {
    void *code;
    const gol_type *sig;
    void *target;
    Func handler;
} gol_described;
void *gol_described_code(const gol_type *sig);

/* ---- start ------------------------------------------------------------------------------------------- */

/* Runs init (package initialisation, dependencies first), then main, on the first goroutine. */
int gol_start(int argc, char **argv, void (*init)(void), void (*main)(void));

/* ---- for the C files of the standard library --------------------------------------------------------- */

extern char **gol_argv;              /* the command line, ended by NULL (runtime/start.c) */
_Noreturn void gol_exit(int status); /* ends the program; runs no deferred calls */
/* Around a system call that may block: others run on this processor meanwhile. Between them no Go value may
 * be allocated and nothing of the runtime called; errno must be read before the exit. */
void gol_entersyscall(void);
void gol_exitsyscall(void);

#endif
