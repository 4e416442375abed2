/* constant.c: exact arithmetic on constants.
 *
 * Floor 1. Integers are int64_t while they fit, GMP integers beyond. Floats are rationals while numerator and
 * denominator stay below MAX_EXP bits, MPFR numbers of 512 bits beyond, so that 1/3.0*3 is 1; the limits are
 * go/constant's. Limbs live in the arena: a Const is never freed, and GMP's own variables are used only as
 * scratch. Long concatenations are kept as trees until somebody asks for the text.
 */
#include "constant.h"

#include <gmp.h>
#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "type.h"
#include "unicode.h"

enum { PREC = 512, MAX_EXP = 4096 };

typedef enum Rep { REP_NONE, REP_I64, REP_BIG, REP_RAT, REP_FLOAT } Rep;

struct Const {
    ConstKind kind;
    Rep rep;
    union {
        bool b;
        int64_t i;
        __mpz_struct z;
        __mpq_struct q;
        __mpfr_struct f;
        struct {
            const char *s; /* NULL: the concatenation of l and r */
            int64_t len;
            const Const *l, *r;
        } str;
        struct {
            const Const *re, *im;
        } c;
    };
};

/* ---- makers
 * ------------------------------------------------------------------------------------------------ */

static Const *new_const(ConstKind kind, Rep rep) {
    Const *c = ARENA_NEW(type_arena(), Const);
    c->kind = kind;
    c->rep = rep;
    return c;
}

/* Exponents as far as go/constant has them: MPFR's default range is a quarter of it. */
__attribute__((constructor)) static void widen_exponents(void) {
    mpfr_set_emax(mpfr_get_emax_max());
    mpfr_set_emin(mpfr_get_emin_min());
}

Const *const_unknown(void) {
    static Const *unknown;
    if (!unknown) unknown = new_const(CONST_UNKNOWN, REP_NONE);
    return unknown;
}

ConstKind const_kind(const Const *c) { return c->kind; }

Const *const_bool(bool b) {
    Const *c = new_const(CONST_BOOL, REP_NONE);
    c->b = b;
    return c;
}

Const *const_int64(int64_t v) {
    Const *c = new_const(CONST_INT, REP_I64);
    c->i = v;
    return c;
}

Const *const_string(const char *s, int64_t len) {
    Const *c = new_const(CONST_STRING, REP_NONE);
    c->str.s = len ? arena_strdup(type_arena(), s, (size_t)len) : "";
    c->str.len = len;
    return c;
}

/* z with its limbs copied to the arena. */
static __mpz_struct keep_mpz(const __mpz_struct *z) {
    const size_t n = mpz_size(z);
    __mpz_struct out = *z;
    out._mp_d = ARENA_NEW_N(type_arena(), mp_limb_t, n ? n : 1);
    out._mp_alloc = (int)(n ? n : 1);
    if (n) memcpy(out._mp_d, z->_mp_d, n * sizeof(mp_limb_t));
    return out;
}

static Const *from_mpz(const __mpz_struct *z) {
    if (mpz_fits_slong_p(z)) return const_int64(mpz_get_si(z));
    Const *c = new_const(CONST_INT, REP_BIG);
    c->z = keep_mpz(z);
    return c;
}

static Const *from_mpfr(const __mpfr_struct *f) {
    if (mpfr_nan_p(f) || mpfr_inf_p(f)) return const_unknown();
    if (!mpfr_zero_p(f) && mpfr_get_exp(f) > INT32_MAX) return const_unknown();
    Const *c = new_const(CONST_FLOAT, REP_FLOAT);
    void *limbs = arena_alloc(type_arena(), mpfr_custom_get_size(PREC));
    mpfr_custom_init(limbs, PREC);
    mpfr_custom_init_set(&c->f, MPFR_ZERO_KIND, 0, PREC, limbs);
    if (!mpfr_zero_p(f) && mpfr_get_exp(f) > INT32_MIN) mpfr_set(&c->f, f, MPFR_RNDN);
    return c;
}

static Const *from_mpq(const __mpq_struct *q) {
    if (mpz_sizeinbase(mpq_numref(q), 2) < MAX_EXP && mpz_sizeinbase(mpq_denref(q), 2) < MAX_EXP) {
        Const *c = new_const(CONST_FLOAT, REP_RAT);
        c->q._mp_num = keep_mpz(mpq_numref(q));
        c->q._mp_den = keep_mpz(mpq_denref(q));
        return c;
    }
    mpfr_t f;
    mpfr_init2(f, PREC);
    mpfr_set_q(f, q, MPFR_RNDN);
    Const *c = from_mpfr(f);
    mpfr_clear(f);
    return c;
}

Const *const_uint64(uint64_t v) {
    if (v <= INT64_MAX) return const_int64((int64_t)v);
    mpz_t z;
    mpz_init_set_ui(z, v);
    Const *c = from_mpz(z);
    mpz_clear(z);
    return c;
}

Const *const_complex(const Const *re, const Const *im) {
    if (re->kind == CONST_UNKNOWN || im->kind == CONST_UNKNOWN) return const_unknown();
    Const *c = new_const(CONST_COMPLEX, REP_NONE);
    c->c.re = re;
    c->c.im = im;
    return c;
}

Const *const_double(double v) {
    if (isnan(v) || isinf(v)) return const_unknown();
    mpq_t q;
    mpq_init(q);
    mpq_set_d(q, v);
    Const *c = from_mpq(q);
    mpq_clear(q);
    return c;
}

/* ---- views: a constant as scratch variable of a wider representation
 * ------------------------------------------ */

static void get_mpz(mpz_t z, const Const *c) {
    if (c->rep == REP_I64)
        mpz_init_set_si(z, c->i);
    else
        mpz_init_set(z, &c->z);
}

static void get_mpq(mpq_t q, const Const *c) { /* I64, BIG, RAT */
    mpq_init(q);
    if (c->rep == REP_I64)
        mpq_set_si(q, c->i, 1);
    else if (c->rep == REP_BIG)
        mpq_set_z(q, &c->z);
    else
        mpq_set(q, &c->q);
}

static void get_mpfr(mpfr_t f, const Const *c) {
    mpfr_init2(f, PREC);
    switch (c->rep) {
    case REP_I64: mpfr_set_si(f, c->i, MPFR_RNDN); break;
    case REP_BIG: mpfr_set_z(f, &c->z, MPFR_RNDN); break;
    case REP_RAT: mpfr_set_q(f, &c->q, MPFR_RNDN); break;
    case REP_FLOAT: mpfr_set(f, &c->f, MPFR_RNDN); break;
    default: mpfr_set_zero(f, 1);
    }
}

bool const_bool_value(const Const *c) { return c->kind == CONST_BOOL && c->b; }

/* Writes the leaves of a concatenation from the right, with a stack of its own: chains are long, not bushy.
 */
static const char *flatten(Const *c) {
    if (c->str.s) return c->str.s;
    char *out = arena_alloc(type_arena(), (size_t)c->str.len + 1), *end = out + c->str.len;
    Vec(const Const *) stack = {0};
    vec_push(type_arena(), &stack, c);
    while (stack.n) {
        const Const *x = vec_pop(&stack);
        if (x->str.s) {
            end -= x->str.len;
            if (x->str.len) memcpy(end, x->str.s, (size_t)x->str.len);
        } else {
            vec_push(type_arena(), &stack, x->str.l);
            vec_push(type_arena(), &stack, x->str.r);
        }
    }
    c->str.l = c->str.r = NULL;
    return c->str.s = out;
}

const char *const_string_value(const Const *c, int64_t *len) {
    if (c->kind != CONST_STRING) {
        if (len) *len = 0;
        return "";
    }
    if (len) *len = c->str.len;
    return flatten((Const *)c);
}

bool const_is_int64(const Const *c) { return c->kind == CONST_INT && c->rep == REP_I64; }

bool const_to_int64(const Const *c, int64_t *out) {
    if (c->kind != CONST_INT) c = const_to_int(c);
    if (c->kind != CONST_INT || c->rep != REP_I64) return false;
    *out = c->i;
    return true;
}

bool const_to_uint64(const Const *c, uint64_t *out) {
    if (c->kind != CONST_INT) c = const_to_int(c);
    if (c->kind != CONST_INT) return false;
    if (c->rep == REP_I64) {
        *out = (uint64_t)c->i;
        return c->i >= 0;
    }
    if (!mpz_fits_ulong_p(&c->z)) return false;
    *out = mpz_get_ui(&c->z);
    return true;
}

double const_to_double(const Const *c) {
    if (c->kind == CONST_COMPLEX) c = c->c.re;
    if (c->kind != CONST_INT && c->kind != CONST_FLOAT) return 0;
    mpfr_t f;
    get_mpfr(f, c);
    const double d = mpfr_get_d(f, MPFR_RNDN);
    mpfr_clear(f);
    return d;
}

float const_to_float(const Const *c) {
    if (c->kind == CONST_COMPLEX) c = c->c.re;
    if (c->kind != CONST_INT && c->kind != CONST_FLOAT) return 0;
    mpfr_t f;
    get_mpfr(f, c);
    const float d = mpfr_get_flt(f, MPFR_RNDN);
    mpfr_clear(f);
    return d;
}

static const Const *zero(void) {
    static const Const *z;
    if (!z) z = const_int64(0);
    return z;
}

Const *const_real(const Const *c) { return (Const *)(c->kind == CONST_COMPLEX ? c->c.re : c); }
Const *const_imag(const Const *c) {
    return (Const *)(c->kind == CONST_COMPLEX ? c->c.im : c->kind == CONST_UNKNOWN ? c : zero());
}

int const_bit_length(const Const *c) {
    if (c->kind != CONST_INT) return 0;
    if (c->rep == REP_BIG) return (int)mpz_sizeinbase(&c->z, 2);
    uint64_t u = c->i < 0 ? 0 - (uint64_t)c->i : (uint64_t)c->i;
    return u ? 64 - __builtin_clzll(u) : 0;
}

int const_sign(const Const *c) {
    switch (c->rep) {
    case REP_I64: return (c->i > 0) - (c->i < 0);
    case REP_BIG: return mpz_sgn(&c->z);
    case REP_RAT: return mpq_sgn(&c->q);
    case REP_FLOAT: return mpfr_sgn(&c->f);
    default: return c->kind == CONST_COMPLEX ? const_sign(c->c.re) | const_sign(c->c.im) : 1;
    }
}

/* ---- changing the kind
 * ------------------------------------------------------------------------------------- */

static Const *float_to_int(const __mpfr_struct *f) {
    if (mpfr_zero_p(f)) return const_int64(0);
    if (mpfr_get_exp(f) >= MAX_EXP || mpfr_get_exp(f) <= -MAX_EXP) return const_unknown();
    Const *c = const_unknown();
    static const mpfr_rnd_t modes[] = {MPFR_RNDN, MPFR_RNDD, MPFR_RNDU};
    for (int i = 0; i < 3 && c->kind == CONST_UNKNOWN; i++) {
        /* Earlier roundings may have pushed an integer off by an ulp or two: forgive the last four bits. */
        mpfr_t t;
        mpfr_init2(t, i ? PREC - 4 : PREC);
        mpfr_set(t, f, modes[i]);
        if (mpfr_integer_p(t)) {
            mpz_t z;
            mpz_init(z);
            mpfr_get_z(z, t, MPFR_RNDN);
            c = from_mpz(z);
            mpz_clear(z);
        }
        mpfr_clear(t);
    }
    return c;
}

Const *const_to_int(const Const *c) {
    switch (c->kind) {
    case CONST_INT: return (Const *)c;
    case CONST_FLOAT:
        if (c->rep == REP_FLOAT) return float_to_int(&c->f);
        return mpz_cmp_ui(mpq_denref(&c->q), 1) ? const_unknown() : from_mpz(mpq_numref(&c->q));
    case CONST_COMPLEX: return const_sign(c->c.im) ? const_unknown() : const_to_int(c->c.re);
    default: return const_unknown();
    }
}

Const *const_to_float_kind(const Const *c) {
    if (c->kind == CONST_INT || c->kind == CONST_FLOAT) return (Const *)c;
    if (c->kind == CONST_COMPLEX && !const_sign(c->c.im)) return const_to_float_kind(c->c.re);
    return const_unknown();
}

/* Whether an integer fits a basic integer type. */
static bool int_fits(const Const *c, TypeKind kind) {
    static const uint8_t bits[] = {
        [TYPE_INT] = 64,    [TYPE_INT8] = 8,    [TYPE_INT16] = 16,   [TYPE_INT32] = 32,
        [TYPE_INT64] = 64,  [TYPE_UINT] = 64,   [TYPE_UINT8] = 8,    [TYPE_UINT16] = 16,
        [TYPE_UINT32] = 32, [TYPE_UINT64] = 64, [TYPE_UINTPTR] = 64,
    };
    if (kind >= TYPE_UINT) return const_sign(c) >= 0 && const_bit_length(c) <= bits[kind];
    if (c->rep != REP_I64) return false;
    const int64_t max = (int64_t)(UINT64_MAX >> (65 - bits[kind]));
    return c->i <= max && c->i >= -max - 1;
}

static Const *round_float(const Const *c, bool single) {
    const double d = single ? (double)const_to_float(c) : const_to_double(c);
    return isinf(d) ? NULL : const_double(d);
}

Const *const_represent(const Const *c, Type *t, const char **why) {
    const char *ignored;
    if (!why) why = &ignored;
    *why = "overflows";
    if (c->kind == CONST_UNKNOWN) return (Const *)c;
    t = type_under(t);
    if (type_is_bool(t)) return c->kind == CONST_BOOL ? (Const *)c : NULL;
    if (type_is_string(t)) return c->kind == CONST_STRING ? (Const *)c : NULL;
    if (!type_is_numeric(t) || c->kind == CONST_BOOL || c->kind == CONST_STRING) return NULL;
    Const *re, *im;
    switch (t->kind) {
    case TYPE_UNTYPED_FLOAT: re = const_to_float_kind(c); break;
    case TYPE_UNTYPED_COMPLEX: return (Const *)c;
    case TYPE_FLOAT32:
    case TYPE_FLOAT64:
        re = const_to_float_kind(c);
        if (re->kind == CONST_UNKNOWN) break;
        return round_float(re, t->kind == TYPE_FLOAT32);
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128:
        re = round_float(const_real(c), t->kind == TYPE_COMPLEX64);
        im = round_float(const_imag(c), t->kind == TYPE_COMPLEX64);
        return re && im ? const_complex(re, im) : NULL;
    default:
        re = const_to_int(c);
        if (re->kind == CONST_UNKNOWN) break;
        if (type_is_untyped(t) || int_fits(re, t->kind)) return re;
        return NULL;
    }
    if (re->kind != CONST_UNKNOWN) return re;
    *why = "truncated";
    return NULL;
}

/* ---- operations
 * -------------------------------------------------------------------------------------------- */

static Const *big_int_op(Op op, const Const *x, const Const *y) {
    mpz_t a, b;
    get_mpz(a, x);
    get_mpz(b, y);
    Const *c;
    switch (op) {
    case OP_ADD: mpz_add(a, a, b); break;
    case OP_SUB: mpz_sub(a, a, b); break;
    case OP_MUL: mpz_mul(a, a, b); break;
    case OP_DIV: mpz_tdiv_q(a, a, b); break;
    case OP_REM: mpz_tdiv_r(a, a, b); break;
    case OP_AND: mpz_and(a, a, b); break;
    case OP_OR: mpz_ior(a, a, b); break;
    case OP_XOR: mpz_xor(a, a, b); break;
    default: mpz_com(b, b); mpz_and(a, a, b); /* &^ */
    }
    c = from_mpz(a);
    mpz_clear(a);
    mpz_clear(b);
    return c;
}

static Const *int_op(Op op, const Const *x, const Const *y) {
    if ((op == OP_DIV || op == OP_REM) && !const_sign(y)) return const_unknown();
    if (x->rep != REP_I64 || y->rep != REP_I64) return big_int_op(op, x, y);
    const int64_t a = x->i, b = y->i;
    int64_t r;
    switch (op) {
    case OP_ADD: return __builtin_add_overflow(a, b, &r) ? big_int_op(op, x, y) : const_int64(r);
    case OP_SUB: return __builtin_sub_overflow(a, b, &r) ? big_int_op(op, x, y) : const_int64(r);
    case OP_MUL: return __builtin_mul_overflow(a, b, &r) ? big_int_op(op, x, y) : const_int64(r);
    case OP_DIV: return b == -1 ? big_int_op(op, x, y) : const_int64(a / b);
    case OP_REM: return b == -1 ? const_int64(0) : const_int64(a % b);
    case OP_AND: return const_int64(a & b);
    case OP_OR: return const_int64(a | b);
    case OP_XOR: return const_int64(a ^ b);
    default: return const_int64(a & ~b);
    }
}

static Const *rat_op(Op op, const Const *x, const Const *y) {
    mpq_t a, b;
    get_mpq(a, x);
    get_mpq(b, y);
    Const *c = NULL;
    switch (op) {
    case OP_ADD: mpq_add(a, a, b); break;
    case OP_SUB: mpq_sub(a, a, b); break;
    case OP_MUL: mpq_mul(a, a, b); break;
    default:
        if (!mpq_sgn(b))
            c = const_unknown();
        else
            mpq_div(a, a, b);
    }
    if (!c) c = from_mpq(a);
    mpq_clear(a);
    mpq_clear(b);
    return c;
}

static Const *float_op(Op op, const Const *x, const Const *y) {
    if (x->rep != REP_FLOAT && y->rep != REP_FLOAT) return rat_op(op, x, y);
    mpfr_t a, b;
    get_mpfr(a, x);
    get_mpfr(b, y);
    switch (op) {
    case OP_ADD: mpfr_add(a, a, b, MPFR_RNDN); break;
    case OP_SUB: mpfr_sub(a, a, b, MPFR_RNDN); break;
    case OP_MUL: mpfr_mul(a, a, b, MPFR_RNDN); break;
    default: mpfr_div(a, a, b, MPFR_RNDN);
    }
    Const *c = from_mpfr(a);
    mpfr_clear(a);
    mpfr_clear(b);
    return c;
}

static Const *num_op(Op op, const Const *x, const Const *y) {
    if (x->kind == CONST_UNKNOWN || y->kind == CONST_UNKNOWN) return const_unknown();
    if (x->kind == CONST_INT && y->kind == CONST_INT && op != OP_DIV) return int_op(op, x, y);
    return float_op(op, x, y);
}

static Const *complex_op(Op op, const Const *x, const Const *y) {
    const Const *a = const_real(x), *b = const_imag(x), *c = const_real(y), *d = const_imag(y);
    switch (op) {
    case OP_ADD:
    case OP_SUB: return const_complex(num_op(op, a, c), num_op(op, b, d));
    case OP_MUL:
        return const_complex(num_op(OP_SUB, num_op(OP_MUL, a, c), num_op(OP_MUL, b, d)),
                             num_op(OP_ADD, num_op(OP_MUL, b, c), num_op(OP_MUL, a, d)));
    default: {
        const Const *s = num_op(OP_ADD, num_op(OP_MUL, c, c), num_op(OP_MUL, d, d));
        const Const *re = num_op(OP_ADD, num_op(OP_MUL, a, c), num_op(OP_MUL, b, d));
        const Const *im = num_op(OP_SUB, num_op(OP_MUL, b, c), num_op(OP_MUL, a, d));
        return const_complex(num_op(OP_DIV, re, s), num_op(OP_DIV, im, s));
    }
    }
}

static Const *concatenate(const Const *x, const Const *y) {
    if (!x->str.len) return (Const *)y;
    if (!y->str.len) return (Const *)x;
    Const *c = new_const(CONST_STRING, REP_NONE);
    c->str.l = x;
    c->str.r = y;
    c->str.len = x->str.len + y->str.len;
    return c;
}

Const *const_binary(Op op, const Const *x, const Const *y, bool integer_division) {
    if (x->kind == CONST_UNKNOWN || y->kind == CONST_UNKNOWN) return const_unknown();
    if (x->kind == CONST_BOOL && y->kind == CONST_BOOL)
        return const_bool(op == OP_LAND ? x->b && y->b : x->b || y->b);
    if (x->kind == CONST_STRING && y->kind == CONST_STRING) return concatenate(x, y);
    if (x->kind < CONST_INT || y->kind < CONST_INT) return const_unknown();
    if (x->kind == CONST_COMPLEX || y->kind == CONST_COMPLEX)
        return op == OP_ADD || op == OP_SUB || op == OP_MUL || op == OP_DIV ? complex_op(op, x, y)
                                                                            : const_unknown();
    if (x->kind == CONST_INT && y->kind == CONST_INT)
        return op == OP_DIV && !integer_division ? rat_op(op, x, y) : int_op(op, x, y);
    if (op != OP_ADD && op != OP_SUB && op != OP_MUL && op != OP_DIV) return const_unknown();
    return float_op(op, x, y);
}

static Const *complement(const Const *x, Type *type) {
    if (x->kind != CONST_INT) return const_unknown();
    mpz_t z;
    get_mpz(z, x);
    mpz_com(z, z);
    if (type && type_is_unsigned(type)) mpz_fdiv_r_2exp(z, z, (mp_bitcnt_t)type_size(type) * 8);
    Const *c = from_mpz(z);
    mpz_clear(z);
    return c;
}

Const *const_unary(Op op, const Const *x, Type *type) {
    if (x->kind == CONST_UNKNOWN) return const_unknown();
    switch (op) {
    case OP_POS: return (Const *)x;
    case OP_NEG:
        if (x->kind == CONST_COMPLEX)
            return const_complex(const_unary(op, x->c.re, type), const_unary(op, x->c.im, type));
        return num_op(OP_SUB, zero(), x);
    case OP_COMPL: return complement(x, type);
    case OP_NOT: return const_bool(!x->b);
    default: return const_unknown();
    }
}

Const *const_shift(Op op, const Const *x, uint64_t count) {
    if (x->kind != CONST_INT) return const_unknown();
    if (op == OP_SHL && count > 1 << 20) return const_unknown();
    mpz_t z;
    get_mpz(z, x);
    if (op == OP_SHL)
        mpz_mul_2exp(z, z, count);
    else
        mpz_fdiv_q_2exp(z, z, count);
    Const *c = from_mpz(z);
    mpz_clear(z);
    return c;
}

static bool holds(Op op, int order) {
    switch (op) {
    case OP_EQ: return order == 0;
    case OP_NE: return order != 0;
    case OP_LT: return order < 0;
    case OP_LE: return order <= 0;
    case OP_GT: return order > 0;
    default: return order >= 0;
    }
}

static int order_of(const Const *x, const Const *y) {
    if (x->rep == REP_I64 && y->rep == REP_I64) return (x->i > y->i) - (x->i < y->i);
    int r;
    if (x->rep == REP_FLOAT || y->rep == REP_FLOAT) {
        mpfr_t a, b;
        get_mpfr(a, x);
        get_mpfr(b, y);
        r = mpfr_cmp(a, b);
        mpfr_clear(a);
        mpfr_clear(b);
    } else {
        mpq_t a, b;
        get_mpq(a, x);
        get_mpq(b, y);
        r = mpq_cmp(a, b);
        mpq_clear(a);
        mpq_clear(b);
    }
    return (r > 0) - (r < 0);
}

static int string_order(const Const *x, const Const *y) {
    int64_t n, m;
    const char *a = const_string_value(x, &n), *b = const_string_value(y, &m);
    const int d = memcmp(a, b, (size_t)(n < m ? n : m));
    return d ? d : (n > m) - (n < m);
}

bool const_compare(Op op, const Const *x, const Const *y) {
    if (x->kind == CONST_UNKNOWN || y->kind == CONST_UNKNOWN) return false;
    if (x->kind == CONST_BOOL) return holds(op, x->b - y->b);
    if (x->kind == CONST_STRING) return holds(op, string_order(x, y));
    if (x->kind == CONST_COMPLEX || y->kind == CONST_COMPLEX) {
        const bool same = !order_of(const_real(x), const_real(y)) && !order_of(const_imag(x), const_imag(y));
        return op == OP_EQ ? same : !same;
    }
    return holds(op, order_of(x, y));
}

/* ---- text
 * -------------------------------------------------------------------------------------------------- */

/* strconv.Quote, cut after 72 characters as go/constant does. */
static const char *quote(const char *s, int64_t n) {
    enum { MAX = 72 };
    Vec(char) out = {0};
    int shown = 2; /* characters, both quotes included */
    Arena *a = type_arena();
    vec_push(a, &out, '"');
    for (int64_t i = 0; i < n;) {
        int width;
        const uint32_t c = unicode_decode(s + i, (size_t)(n - i), &width);
        char buf[16];
        static const char esc[] = "\a\b\f\n\r\t\v\\\"", letter[] = "abfnrtv\\\"";
        const char *p = c && c < 128 ? strchr(esc, (int)c) : NULL;
        if (p)
            snprintf(buf, sizeof buf, "\\%c", letter[p - esc]);
        else if (c == UNICODE_REPLACEMENT && width == 1)
            snprintf(buf, sizeof buf, "\\x%02x", (unsigned char)s[i]);
        else if (unicode_is_print(c))
            buf[unicode_encode(c, buf)] = 0;
        else if (c < ' ' || c == 0x7f)
            snprintf(buf, sizeof buf, "\\x%02x", c);
        else if (c < 0x10000)
            snprintf(buf, sizeof buf, "\\u%04x", c);
        else
            snprintf(buf, sizeof buf, "\\U%08x", c);
        for (const char *b = buf; *b; b++) {
            vec_push(a, &out, *b);
            if ((*b & 0xC0) != 0x80) shown++;
        }
        if (shown > 2 * MAX) break;
        i += width;
    }
    vec_push(a, &out, '"');
    if (shown > MAX) {
        int n_chars = 0, cut = 0;
        for (; cut < out.n; cut++)
            if ((out.v[cut] & 0xC0) != 0x80 && n_chars++ == MAX - 3) break;
        out.n = cut;
        for (int i = 0; i < 3; i++) vec_push(a, &out, '.');
    }
    vec_push(a, &out, 0);
    return out.v;
}

/* Go's %g: the shortest digits that read back the same. */
static const char *shortest(double d, bool six) {
    char buf[64];
    int p = six ? 6 : 1;
    for (; p <= 17; p++) {
        snprintf(buf, sizeof buf, "%.*g", p, d);
        if (six || strtod(buf, NULL) == d) break;
    }
    const char *e = strchr(buf, 'e'); /* Go switches to exponents at the 21st digit for the shortest form */
    if (!six && e && strtol(e + 1, NULL, 10) < 21 && strtol(e + 1, NULL, 10) > 0)
        snprintf(buf, sizeof buf, "%.0f", d);
    return arena_strdup(type_arena(), buf, strlen(buf));
}

static const char *float_text(const Const *c) {
    mpfr_t f;
    get_mpfr(f, c);
    const double d = mpfr_get_d(f, MPFR_RNDN);
    const char *s;
    if (mpfr_zero_p(f) == (d == 0) && !isinf(d)) {
        s = shortest(d, true);
        if (!mpfr_integer_p(f) && !strchr(s, '.')) s = shortest(d, false);
    } else { /* beyond float64: m × 10^e by hand */
        long exp;
        double m = mpfr_get_d_2exp(&exp, f, MPFR_RNDN);
        const double lg = (double)exp * (M_LN2 / M_LN10);
        long e = (long)lg;
        m *= pow(10, lg - (double)e);
        if (fabs(m) < 1 - 0.5e-6)
            m *= 10, e--;
        else if (fabs(m) >= 10)
            m /= 10, e++;
        s = arena_printf(type_arena(), "%.6ge%+ld", m, e);
    }
    mpfr_clear(f);
    return s;
}

const char *const_text(const Const *c) {
    switch (c->kind) {
    case CONST_BOOL: return c->b ? "true" : "false";
    case CONST_STRING: {
        int64_t n;
        const char *s = const_string_value(c, &n);
        return quote(s, n);
    }
    case CONST_INT:
        if (c->rep == REP_I64) return arena_printf(type_arena(), "%lld", (long long)c->i);
        return mpz_get_str(arena_alloc(type_arena(), mpz_sizeinbase(&c->z, 10) + 2), 10, &c->z);
    case CONST_FLOAT: return float_text(c);
    case CONST_COMPLEX:
        return arena_printf(type_arena(), "(%s + %si)", const_text(c->c.re), const_text(c->c.im));
    default: return "unknown";
    }
}

/* ---- literals
 * ---------------------------------------------------------------------------------------------- */

Const *const_parse_int(const char *digits, int base) {
    mpz_t z;
    if (mpz_init_set_str(z, digits, base)) {
        mpz_clear(z);
        return NULL;
    }
    Const *c = from_mpz(z);
    mpz_clear(z);
    return c;
}

/* mantissa × base^exp10 with mantissa digits as an integer: exact when the result is small enough. */
Const *const_parse_float(const char *digits, int base, long frac_digits, long exp, int exp_base) {
    Const *c;
    mpz_t m, p;
    mpz_init_set_str(m, digits, base);
    long scale10 = base == 10 ? -frac_digits : 0, scale2 = base == 16 ? -4 * frac_digits : 0;
    if (exp_base == 10)
        scale10 += exp;
    else
        scale2 += exp;
    if (labs(scale10) < MAX_EXP && labs(scale2) < MAX_EXP && mpz_sizeinbase(m, 2) < 4 * MAX_EXP) {
        mpq_t q;
        mpq_init(q);
        mpz_init(p);
        mpq_set_z(q, m);
        mpz_ui_pow_ui(p, 10, (unsigned long)labs(scale10));
        if (scale10 >= 0)
            mpz_mul(mpq_numref(q), mpq_numref(q), p);
        else
            mpz_mul(mpq_denref(q), mpq_denref(q), p);
        mpq_canonicalize(q);
        if (scale2 >= 0)
            mpq_mul_2exp(q, q, (mp_bitcnt_t)scale2);
        else
            mpq_div_2exp(q, q, (mp_bitcnt_t)-scale2);
        c = from_mpq(q);
        mpq_clear(q);
        mpz_clear(p);
    } else {
        mpfr_t f, t;
        mpfr_init2(f, PREC + 64);
        mpfr_init2(t, PREC + 64);
        mpfr_set_z(f, m, MPFR_RNDN);
        mpfr_set_si(t, 10, MPFR_RNDN);
        mpfr_pow_si(t, t, scale10, MPFR_RNDN);
        mpfr_mul(f, f, t, MPFR_RNDN);
        mpfr_mul_2si(f, f, scale2, MPFR_RNDN);
        c = from_mpfr(f);
        mpfr_clear(f);
        mpfr_clear(t);
    }
    mpz_clear(m);
    return c;
}
