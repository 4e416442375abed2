/* constant.h: exact constants (GMP integers, MPFR floats of 512 bits or exact rationals).
 *
 * Floor 1. Values are immutable and arena allocated.
 */
#ifndef CONSTANT_H
#define CONSTANT_H

#include "ast.h"

typedef enum ConstKind {
    CONST_UNKNOWN,
    CONST_BOOL,
    CONST_STRING,
    CONST_INT,
    CONST_FLOAT,
    CONST_COMPLEX
} ConstKind;

ConstKind const_kind(const Const *c);
Const *const_bool(bool b), *const_int64(int64_t v), *const_uint64(uint64_t v),
    *const_string(const char *s, int64_t len);
Const *const_from_literal(ExprKind kind, const char *text,
                          const char **error); /* valid or NULL with *error */
/* What literals are made of: digits without separators in the given base; NULL: not a number. A float is
 * digits × base^-frac_digits × exp_base^exp. */
Const *const_parse_int(const char *digits, int base);
Const *const_parse_float(const char *digits, int base, long frac_digits, long exp, int exp_base);
bool const_bool_value(const Const *c);
const char *const_string_value(const Const *c, int64_t *len);
bool const_to_int64(const Const *c, int64_t *out),
    const_to_uint64(const Const *c, uint64_t *out); /* false: does not fit */
double const_to_double(const Const *c);             /* nearest; parts of complex by const_real/imag */
float const_to_float(const Const *c);
Const *const_real(const Const *c), *const_imag(const Const *c),
    *const_complex(const Const *re, const Const *im);

Const *const_unary(Op op, const Const *x, Type *type /* for ^ of unsigned */);
Const *const_binary(Op op, const Const *x, const Const *y, bool integer_division);
Const *const_shift(Op op, const Const *x, uint64_t count);
bool const_compare(Op op, const Const *x, const Const *y);
int const_sign(const Const *c);
int const_bit_length(const Const *c); /* of a CONST_INT's magnitude */
/* Represented in a basic type: rounded for floats; NULL where it is not representable (*why: "overflows",
 * "truncated"). */
Const *const_represent(const Const *c, Type *basic, const char **why);
Const *const_unknown(void);          /* the result of an operation that failed: passes silently */
Const *const_double(double v);       /* exact; unknown for infinities and NaN */
Const *const_to_int(const Const *c); /* as CONST_INT if the value is an integer, else unknown */
Const *const_to_float_kind(
    const Const *c); /* as CONST_INT or CONST_FLOAT if the imaginary part is zero, else unknown */
bool const_is_int64(const Const *c);
const char *const_text(const Const *c); /* as Go's messages print it */

#endif
