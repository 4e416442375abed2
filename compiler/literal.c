/* literal.c: the values of basic literals.
 *
 * Floor 1. The lexer has found where a literal ends; here its text is read strictly, with the messages of
 * Go's scanner.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "constant.h"
#include "type.h"
#include "unicode.h"

#define FAIL(...)                                                                                            \
    do {                                                                                                     \
        *error = arena_printf(type_arena(), __VA_ARGS__);                                                    \
        return NULL;                                                                                         \
    } while (0)

static const char *base_name(int base) {
    return base == 2 ? "binary" : base == 8 ? "octal" : base == 16 ? "hexadecimal" : "decimal";
}

static int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char l = (char)(c | 0x20);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : 99;
}

typedef struct Number {
    int base;
    bool legacy_octal; /* 0123 */
    char *digits;      /* mantissa without separators and point */
    long frac_digits;
    bool point, has_exp;
    long exp;
    char exp_letter;
    bool imaginary;
    int bad; /* a digit beyond the base, or 0 */
} Number;

/* '_' only between digits or after the base's prefix. */
static bool separators_ok(const char *s) {
    const bool prefix = s[0] == '0' && s[1] && strchr("xXoObB", s[1]);
    const int digits = prefix && (s[1] | 0x20) == 'x' ? 16 : 10;
    char prev = prefix ? '0' : '.';
    for (const char *p = s + (prefix ? 2 : 0); *p; p++) {
        const char kind = *p == '_' ? '_' : digit_value(*p) < digits ? '0' : '.';
        if (kind == '_' ? prev != '0' : kind == '.' && prev == '_') return false;
        prev = kind;
    }
    return prev != '_';
}

/* Splits the text of a number; NULL with *error set where it is malformed. */
static Number *split(const char *s, const char **error) {
    Number *n = ARENA_NEW(type_arena(), Number);
    const char *text = s;
    size_t len = strlen(s), k = 0;
    n->base = 10;
    n->digits = arena_alloc(type_arena(), len + 2);
    if (s[0] == '0' && s[1] && strchr("xX", s[1]))
        n->base = 16, s += 2;
    else if (s[0] == '0' && s[1] && strchr("oO", s[1]))
        n->base = 8, s += 2;
    else if (s[0] == '0' && s[1] && strchr("bB", s[1]))
        n->base = 2, s += 2;
    else if (s[0] == '0')
        n->legacy_octal = true;
    for (; *s; s++) {
        if (*s == '_') continue;
        if (*s == '.') {
            if (n->base == 2 || n->base == 8) FAIL("invalid radix point in %s literal", base_name(n->base));
            n->point = true;
            continue;
        }
        const int d = digit_value(*s);
        if (d >= (n->base == 16 ? 16 : 10)) break;
        if (d >= n->base && !n->bad) n->bad = *s;
        n->digits[k++] = *s;
        if (n->point) n->frac_digits++;
    }
    if (!k) FAIL("%s literal has no digits", base_name(n->base));
    if (*s && strchr("eEpP", *s)) {
        n->exp_letter = *s++;
        n->has_exp = true;
        if ((n->exp_letter | 0x20) == 'e' && n->base != 10)
            FAIL("'%c' exponent requires decimal mantissa", n->exp_letter);
        if ((n->exp_letter | 0x20) == 'p' && n->base != 16)
            FAIL("'%c' exponent requires hexadecimal mantissa", n->exp_letter);
        char e[24];
        size_t m = 0;
        if (*s == '+' || *s == '-') e[m++] = *s++;
        const size_t sign = m;
        for (; *s == '_' || (*s >= '0' && *s <= '9'); s++)
            if (*s != '_' && m < sizeof e - 1) e[m++] = *s;
        e[m] = 0;
        if (m == sign) FAIL("exponent has no digits");
        errno = 0;
        n->exp = strtol(e, NULL, 10);
        if (labs(n->exp) > 1000000000) n->exp = n->exp < 0 ? -1000000000 : 1000000000;
    } else if (n->base == 16 && n->point) {
        FAIL("hexadecimal mantissa requires a 'p' exponent");
    }
    if (*s == 'i') n->imaginary = true, s++;
    if (*s) FAIL("invalid character '%c' in number", *s);
    if (n->legacy_octal && !n->point && !n->has_exp && !n->imaginary && k > 1) {
        n->base = 8;
        for (size_t i = 0; i < k && !n->bad; i++)
            if (n->digits[i] >= '8') n->bad = n->digits[i];
    }
    if (n->bad) FAIL("invalid digit '%c' in %s literal", n->bad, base_name(n->base));
    if (strchr(text, '_') && !separators_ok(text)) FAIL("'_' must separate successive digits");
    return n;
}

static Const *float_value(const Number *n) {
    return const_parse_float(n->digits, n->base, n->frac_digits, n->exp, n->base == 16 ? 2 : 10);
}

static Const *number(ExprKind kind, const char *text, const char **error) {
    const Number *n = split(text, error);
    if (!n) return NULL;
    if (kind == EXPR_INT) return const_parse_int(n->digits, n->base);
    if (kind == EXPR_FLOAT) return float_value(n);
    const Const *im =
        n->point || n->has_exp || n->base == 10 ? float_value(n) : const_parse_int(n->digits, n->base);
    return const_complex(const_int64(0), im);
}

/* ---- runes and strings
 * -------------------------------------------------------------------------------------- */

typedef struct Escape {
    uint32_t value;
    bool is_byte; /* \x and octal: a byte, not a code point */
} Escape;

/* Reads the escape behind a backslash; NULL with *error set. Returns the rest of the text. */
static const char *escape(const char *s, const char *end, char quote, Escape *out, const char **error) {
    static const char letters[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
    int n = 0, base = 16;
    out->is_byte = false;
    if (s >= end) FAIL("escape is not terminated");
    const char *l = *s ? strchr(letters, *s) : NULL;
    if (l) {
        out->value = (unsigned char)values[l - letters];
        return s + 1;
    }
    if (*s == quote) {
        out->value = (unsigned char)quote;
        return s + 1;
    }
    switch (*s) {
    case 'x':
        n = 2;
        out->is_byte = true;
        s++;
        break;
    case 'u':
        n = 4;
        s++;
        break;
    case 'U':
        n = 8;
        s++;
        break;
    default:
        if (*s < '0' || *s > '7') FAIL("unknown escape");
        n = 3;
        base = 8;
        out->is_byte = true;
    }
    uint32_t v = 0;
    for (; n; n--, s++) {
        if (s >= end) FAIL("escape is not terminated");
        const int d = digit_value(*s);
        if (d >= base) {
            int width;
            const uint32_t c = unicode_decode(s, (size_t)(end - s), &width);
            if (c == '\'') FAIL("invalid character '\\'' in %s escape", base_name(base));
            FAIL("invalid character '%.*s' in %s escape", width, s, base_name(base));
        }
        v = v * (uint32_t)base + (uint32_t)d;
    }
    if (base == 8 && v > 255) FAIL("octal escape value %u > 255", v);
    if (!out->is_byte && (v > UNICODE_MAX || (v >= 0xD800 && v < 0xE000)))
        FAIL("escape is invalid Unicode code point U+%04X", v);
    out->value = v;
    return s;
}

static Const *rune(const char *s, const char **error) {
    const size_t len = strlen(s);
    if (len < 2 || s[0] != '\'' || s[len - 1] != '\'') FAIL("rune literal not terminated");
    const char *p = s + 1, *end = s + len - 1;
    if (p == end || (*p == '\'')) FAIL("empty rune literal or unescaped ' in rune literal");
    uint32_t v;
    if (*p == '\\') {
        Escape e;
        p = escape(p + 1, end, '\'', &e, error);
        if (!p) return NULL;
        v = e.value;
    } else {
        int width;
        v = unicode_decode(p, (size_t)(end - p), &width);
        p += width;
    }
    if (p != end) FAIL("more than one character in rune literal");
    return const_int64(v);
}

static Const *raw_string(const char *s, size_t len) { /* carriage returns are dropped */
    char *out = arena_alloc(type_arena(), len + 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        if (s[i] != '\r') out[n++] = s[i];
    return const_string(out, (int64_t)n);
}

static Const *string(const char *s, const char **error) {
    const size_t len = strlen(s);
    if (len < 2 || s[len - 1] != s[0]) FAIL("string not terminated");
    if (s[0] == '`') return raw_string(s + 1, len - 2);
    const char *end = s + len - 1;
    char *out = arena_alloc(type_arena(), len + 4);
    size_t n = 0;
    for (const char *p = s + 1; p < end;) {
        if (*p != '\\') {
            out[n++] = *p++;
            continue;
        }
        Escape e;
        p = escape(p + 1, end, '"', &e, error);
        if (!p) return NULL;
        if (e.is_byte)
            out[n++] = (char)e.value;
        else
            n += (size_t)unicode_encode(e.value, out + n);
    }
    return const_string(out, (int64_t)n);
}

Const *const_from_literal(ExprKind kind, const char *text, const char **error) {
    const char *ignored;
    if (!error) error = &ignored;
    switch (kind) {
    case EXPR_RUNE: return rune(text, error);
    case EXPR_STRING: return string(text, error);
    default: return number(kind, text, error);
    }
}
