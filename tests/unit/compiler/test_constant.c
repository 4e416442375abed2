// Exact constants: arithmetic, representation, texts, literals.
#include <criterion/criterion.h>

#include "constant.h"
#include "type.h"

static Const *lit(ExprKind kind, const char *text) {
    const char *error = NULL;
    Const *c = const_from_literal(kind, text, &error);
    cr_assert(c, "%s: %s", text, error);
    return c;
}

static void bad(ExprKind kind, const char *text, const char *want) {
    const char *error = NULL;
    cr_expect_null(const_from_literal(kind, text, &error), "%s", text);
    cr_expect_str_eq(error, want, "%s: got %s", text, error);
}

#define TEXT(c, want) cr_expect_str_eq(const_text(c), want, "got %s, want %s", const_text(c), want)

Test(constant, integers_grow_beyond_64_bits_and_come_back) {
    const Const *max = const_int64(INT64_MAX), *one = const_int64(1);
    const Const *sum = const_binary(OP_ADD, max, one, false);
    TEXT(sum, "9223372036854775808");
    TEXT(const_binary(OP_SUB, sum, one, false), "9223372036854775807");
    TEXT(const_binary(OP_MUL, max, max, false), "85070591730234615847396907784232501249");
    TEXT(const_binary(OP_DIV, const_int64(INT64_MIN), const_int64(-1), true), "9223372036854775808");
    TEXT(const_binary(OP_DIV, const_int64(-7), const_int64(2), true), "-3");
    TEXT(const_binary(OP_REM, const_int64(-7), const_int64(2), true), "-1");
    TEXT(const_binary(OP_ANDNOT, const_int64(15), const_int64(6), false), "9");
    cr_expect_eq(const_kind(const_binary(OP_DIV, one, const_int64(0), true)), CONST_UNKNOWN);
    cr_expect_eq(const_bit_length(const_shift(OP_SHL, one, 100)), 101);
    TEXT(const_shift(OP_SHR, const_int64(-3), 1), "-2");
}

Test(constant, rationals_are_exact) {
    const Const *third = const_binary(OP_DIV, const_int64(1), lit(EXPR_FLOAT, "3.0"), false);
    const Const *x = const_binary(OP_MUL, third, const_int64(3), false);
    cr_expect(const_compare(OP_EQ, x, const_int64(1)));
    TEXT(const_to_int(x), "1");
    cr_expect(const_compare(OP_LT, third, lit(EXPR_FLOAT, "0.34")));
    cr_expect_float_eq(const_to_double(third), 1.0 / 3, 0);
}

Test(constant, representation) {
    const char *why;
    cr_expect_null(const_represent(const_int64(256), type_basic(TYPE_UINT8), &why));
    cr_expect_str_eq(why, "overflows");
    cr_expect_null(const_represent(lit(EXPR_FLOAT, "1.5"), type_basic(TYPE_INT), &why));
    cr_expect_str_eq(why, "truncated");
    TEXT(const_represent(lit(EXPR_FLOAT, "2.0"), type_basic(TYPE_INT), NULL), "2");
    TEXT(const_represent(const_int64(-128), type_basic(TYPE_INT8), NULL), "-128");
    cr_expect_null(const_represent(const_int64(-129), type_basic(TYPE_INT8), NULL));
    cr_expect_null(const_represent(const_int64(-1), type_basic(TYPE_UINT), NULL));
    cr_expect_null(const_represent(lit(EXPR_FLOAT, "1e39"), type_basic(TYPE_FLOAT32), NULL));
    cr_expect(!const_compare(OP_EQ, const_represent(lit(EXPR_FLOAT, "0.1"), type_basic(TYPE_FLOAT32), NULL),
                             lit(EXPR_FLOAT, "0.1")));
}

Test(constant, complement_of_unsigned_stays_in_range) {
    TEXT(const_unary(OP_COMPL, const_int64(1), type_basic(TYPE_UINT8)), "254");
    TEXT(const_unary(OP_COMPL, const_int64(1), type_basic(TYPE_INT8)), "-2");
    TEXT(const_unary(OP_COMPL, const_int64(0), type_basic(TYPE_UINT64)), "18446744073709551615");
}

Test(constant, texts) {
    TEXT(lit(EXPR_FLOAT, "3.14159265358979"), "3.14159");
    TEXT(lit(EXPR_FLOAT, "1e100"), "1e+100");
    TEXT(lit(EXPR_FLOAT, "1e400"), "1e+400");
    TEXT(lit(EXPR_IMAG, "2i"), "(0 + 2i)");
    TEXT(lit(EXPR_STRING, "\"a\\n\\xff\""), "\"a\\n\\xff\"");
    TEXT(const_bool(true), "true");
}

Test(constant, literals) {
    TEXT(lit(EXPR_INT, "0x_FF"), "255");
    TEXT(lit(EXPR_INT, "0b101"), "5");
    TEXT(lit(EXPR_INT, "0o17"), "15");
    TEXT(lit(EXPR_INT, "017"), "15");
    TEXT(lit(EXPR_INT, "1_000"), "1000");
    TEXT(lit(EXPR_FLOAT, "0x1p-2"), "0.25");
    TEXT(lit(EXPR_FLOAT, "089.5"), "89.5");
    TEXT(lit(EXPR_IMAG, "089i"), "(0 + 89i)");
    TEXT(lit(EXPR_RUNE, "'\\u00e9'"), "233");
    TEXT(lit(EXPR_RUNE, "'\\''"), "39");
    bad(EXPR_INT, "089", "invalid digit '8' in octal literal");
    bad(EXPR_INT, "0b12", "invalid digit '2' in binary literal");
    bad(EXPR_INT, "0x", "hexadecimal literal has no digits");
    bad(EXPR_INT, "1__0", "'_' must separate successive digits");
    bad(EXPR_FLOAT, "1_e3", "'_' must separate successive digits");
    bad(EXPR_FLOAT, "1e", "exponent has no digits");
    bad(EXPR_FLOAT, "0x1.8", "hexadecimal mantissa requires a 'p' exponent");
    bad(EXPR_FLOAT, "1p3", "'p' exponent requires hexadecimal mantissa");
    bad(EXPR_RUNE, "'ab'", "more than one character in rune literal");
    bad(EXPR_RUNE, "''", "empty rune literal or unescaped ' in rune literal");
    bad(EXPR_STRING, "\"\\400\"", "octal escape value 256 > 255");
    bad(EXPR_STRING, "\"\\ud800\"", "escape is invalid Unicode code point U+D800");
    bad(EXPR_STRING, "\"\\q\"", "unknown escape");
}

Test(constant, long_concatenations_are_joined_once) {
    Const *s = const_string("", 0);
    for (int i = 0; i < 100000; i++) s = const_binary(OP_ADD, s, const_string("ab", 2), false);
    int64_t n;
    const char *text = const_string_value(s, &n);
    cr_expect_eq(n, 200000);
    cr_expect_eq(text[199999], 'b');
    cr_expect(const_compare(OP_EQ, s, const_string(text, n)));
}
