// The scanner, and the checks of literals that need to see their characters.
//
// Texts and places of the errors are those of Go's compiler. A wrong token is a token all the same, so that
// one mistake gives one message.
#include "scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "unicode.h"

enum { BOM = 0xFEFF };

const char *token_name(TokenKind kind) {
    static const char *const names[] = {[TOKEN_EOF] = "end",
                                        [TOKEN_NAME] = "identifier",
                                        [TOKEN_INT] = "int_literal",
                                        [TOKEN_FLOAT] = "float_literal",
                                        [TOKEN_IMAGINARY] = "imaginary_literal",
                                        [TOKEN_RUNE] = "rune_literal",
                                        [TOKEN_STRING] = "string_literal",
                                        [TOKEN_SEMICOLON] = ";",
                                        [TOKEN_NEWLINE] = "_auto_semicolon",
#define X(id, text) [TOKEN_##id] = text,
                                        TOKEN_KEYWORDS(X) TOKEN_OPERATORS(X)
#undef X
    };
    return names[kind];
}

static Pos pos_of(const Scanner *s, const char *p) { return source_pos(s->source, (uint32_t)(p - s->text)); }

static void error_at(Scanner *s, const char *p, const char *fmt, ...) DIAG_FORMAT(3, 4);
static void error_at(Scanner *s, const char *p, const char *fmt, ...) {
    char text[200];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    s->errors++;
    if (s->quiet) return;
    diag_error(pos_of(s, p), 0, "%s", text);
}

// ---- characters

static bool at_end(const Scanner *s) { return s->p >= s->limit; }
static bool is_decimal(char c) { return c >= '0' && c <= '9'; }
static char lower(char c) { return (char)(c | 0x20); }
static bool is_hex(char c) { return is_decimal(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
static bool is_ascii_letter(char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_'; }

static uint32_t peek(const Scanner *s, int *width) {
    return unicode_decode(s->p, (size_t)(s->limit - s->p), width);
}

// Passes one character of a comment or literal, and reports the ones that no source may hold.
static void pass(Scanner *s) {
    unsigned char c = (unsigned char)*s->p;
    if (c != 0 && c < 0x80) {
        s->p++;
        return;
    }
    int width;
    uint32_t r = peek(s, &width);
    if (c == 0)
        error_at(s, s->p, "invalid NUL character");
    else if (r == UNICODE_REPLACEMENT && width == 1)
        error_at(s, s->p, "invalid UTF-8 encoding");
    else if (r == BOM)
        error_at(s, s->p, "invalid BOM in the middle of the file");
    s->p += width;
}

// U+0040 '@', as Go's %#U.
static const char *show(uint32_t c, char *buffer, size_t size) {
    char text[5] = "";
    text[unicode_encode(c, text)] = 0;
    if (unicode_is_print(c))
        snprintf(buffer, size, "U+%04X '%s'", c, text);
    else
        snprintf(buffer, size, "U+%04X", c);
    return buffer;
}

// The character at p as Go's %q shows it.
static const char *quote(const Scanner *s, char *buffer, size_t size) {
    int width;
    uint32_t c = peek(s, &width);
    static const char escapes[] = "abtnvfr"; // from 7 on
    if (c == '\'' || c == '\\')
        snprintf(buffer, size, "'\\%c'", (char)c);
    else if (c >= 7 && c <= 13)
        snprintf(buffer, size, "'\\%c'", escapes[c - 7]);
    else if (c < 0x80 && !unicode_is_print(c))
        snprintf(buffer, size, "'\\x%02x'", c);
    else
        snprintf(buffer, size, "'%.*s'", width, s->p);
    return buffer;
}

// ---- numbers

enum { DIGIT = 1, SEPARATOR = 2 }; // what a run of digits holds

static const char *base_name(int base) {
    return base == 2 ? "binary" : base == 8 ? "octal" : base == 10 ? "decimal" : "hexadecimal";
}

// Passes digits and separators; *invalid gets the first decimal digit that the base lacks.
static int digits(Scanner *s, int base, const char **invalid) {
    int seen = 0;
    for (;; s->p++) {
        char c = *s->p;
        if (c == '_')
            seen |= SEPARATOR;
        else if (base <= 10 ? is_decimal(c) : is_hex(c)) {
            seen |= DIGIT;
            if (base < 10 && c >= '0' + base && !*invalid) *invalid = s->p;
        } else {
            return seen;
        }
    }
}

// The first separator in [p, end) that does not stand between digits (or behind a prefix), or NULL.
static const char *misplaced_separator(const char *p, const char *end) {
    char prefix = ' ', previous = '.'; // '0' stands for any digit, '.' for anything else
    if (end - p >= 2 && p[0] == '0' && strchr("xob", lower(p[1]))) {
        prefix = lower(p[1]);
        previous = '0';
        p += 2;
    }
    for (; p < end; p++) {
        if (*p == '_') {
            if (previous != '0') return p;
            previous = '_';
        } else if (is_decimal(*p) || (prefix == 'x' && is_hex(*p))) {
            previous = '0';
        } else {
            if (previous == '_') return p - 1;
            previous = '.';
        }
    }
    return previous == '_' ? end - 1 : NULL;
}

typedef struct {
    TokenKind kind;
    int base;
    char prefix; // x, o, b, 0 for a leading zero, or NUL
    int seen;
    const char *invalid; // digit
    bool ok;             // no error reported yet
} Number;

static void number_error(Scanner *s, Number *n, const char *p, const char *fmt, ...) DIAG_FORMAT(4, 5);
static void number_error(Scanner *s, Number *n, const char *p, const char *fmt, ...) {
    if (!n->ok) return;
    n->ok = false;
    char text[100];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    error_at(s, p, "%s", text);
}

static void prefix(Scanner *s, Number *n) {
    if (*s->p != '0') return;
    s->p++;
    char c = lower(*s->p);
    n->prefix = c == 'x' || c == 'o' || c == 'b' ? c : '0';
    n->base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
    if (n->prefix == '0')
        n->seen = DIGIT;
    else
        s->p++;
}

static void exponent(Scanner *s, Number *n) {
    char e = lower(*s->p);
    if (e != 'e' && e != 'p') {
        if (n->prefix == 'x' && n->kind == TOKEN_FLOAT)
            number_error(s, n, s->p, "hexadecimal mantissa requires a 'p' exponent");
        return;
    }
    if (e == 'e' && n->prefix && n->prefix != '0')
        number_error(s, n, s->p, "'%c' exponent requires decimal mantissa", *s->p);
    if (e == 'p' && n->prefix != 'x')
        number_error(s, n, s->p, "'%c' exponent requires hexadecimal mantissa", *s->p);
    s->p++;
    n->kind = TOKEN_FLOAT;
    if (*s->p == '+' || *s->p == '-') s->p++;
    int seen = digits(s, 10, &n->invalid);
    if (!(seen & DIGIT)) number_error(s, n, s->p, "exponent has no digits");
    n->seen = seen | (n->seen & SEPARATOR);
}

static TokenKind number(Scanner *s, bool point_passed) {
    Number n = {.kind = TOKEN_INT, .base = 10, .ok = true};
    if (!point_passed) {
        prefix(s, &n);
        n.seen |= digits(s, n.base, &n.invalid);
        point_passed = *s->p == '.';
        if (point_passed && (n.prefix == 'o' || n.prefix == 'b'))
            number_error(s, &n, s->p, "invalid radix point in %s literal", base_name(n.base));
        if (point_passed) s->p++;
    }
    if (point_passed) {
        n.kind = TOKEN_FLOAT;
        n.seen |= digits(s, n.base, &n.invalid);
    }
    if (!(n.seen & DIGIT)) number_error(s, &n, s->p, "%s literal has no digits", base_name(n.base));
    exponent(s, &n);
    if (*s->p == 'i') {
        n.kind = TOKEN_IMAGINARY;
        s->p++;
    }
    if (n.kind == TOKEN_INT && n.invalid)
        number_error(s, &n, n.invalid, "invalid digit '%c' in %s literal", *n.invalid, base_name(n.base));
    if (n.seen & SEPARATOR) {
        const char *wrong = misplaced_separator(s->start, s->p);
        if (wrong) number_error(s, &n, wrong, "'_' must separate successive digits");
    }
    return n.kind;
}

// ---- runes and strings

static uint32_t digit_value(char c) {
    return is_decimal(c) ? (uint32_t)(c - '0') : is_hex(c) ? (uint32_t)(lower(c) - 'a' + 10) : 16;
}

// The n digits of a numeric escape. Go reports nothing when the file ends in one, but who looks for the
// quote.
static bool numeric_escape(Scanner *s, int n, uint32_t base, uint32_t max) {
    uint32_t x = 0;
    char text[40];
    for (; n > 0; n--, s->p++) {
        if (at_end(s)) return true;
        uint32_t d = digit_value(*s->p);
        if (d >= base) {
            error_at(s, s->p, "invalid character %s in %s escape", quote(s, text, sizeof text),
                     base_name((int)base));
            return false;
        }
        x = x * base + d;
    }
    if (base == 8 && x > max)
        error_at(s, s->p, "octal escape value %u > 255", x);
    else if (x > max || (x >= 0xD800 && x < 0xE000))
        error_at(s, s->p, "escape is invalid Unicode code point %s", show(x, text, sizeof text));
    else
        return true;
    return false;
}

// What follows a backslash.
static bool escape(Scanner *s, char quote_char) {
    char c = *s->p;
    if (at_end(s)) return true;
    if (c == quote_char || (c && strchr("abfnrtv\\", c))) {
        s->p++;
        return true;
    }
    if (c >= '0' && c <= '7') return numeric_escape(s, 3, 8, 255);
    if (c == 'x' || c == 'u' || c == 'U') {
        s->p++;
        return numeric_escape(s, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16, c == 'x' ? 255 : UNICODE_MAX);
    }
    error_at(s, s->p, "unknown escape");
    return false;
}

static void rune_literal(Scanner *s) {
    bool ok = true;
    for (int n = 0;; n++) {
        if (at_end(s)) {
            if (ok) error_at(s, s->start, "rune literal not terminated");
            return;
        }
        if (*s->p == '\'') {
            if (ok && n == 0)
                error_at(s, s->p, "empty rune literal or unescaped '");
            else if (ok && n != 1) {
                error_at(s, s->start, "more than one character in rune literal");
                diag_note(0, "strings stand in double quotes");
            }
            s->p++;
            return;
        }
        if (*s->p == '\n') {
            if (ok) error_at(s, s->p, "newline in rune literal");
            return;
        }
        if (*s->p == '\\') {
            s->p++;
            if (!escape(s, '\'')) ok = false;
        } else {
            pass(s);
        }
    }
}

static void string_literal(Scanner *s) {
    while (*s->p != '"') {
        if (at_end(s)) {
            error_at(s, s->start, "string not terminated");
            return;
        }
        if (*s->p == '\n') {
            error_at(s, s->p, "newline in string");
            return;
        }
        if (*s->p == '\\') {
            s->p++;
            escape(s, '"');
        } else {
            pass(s);
        }
    }
    s->p++;
}

static void raw_string(Scanner *s) {
    while (*s->p != '`') {
        if (at_end(s)) {
            error_at(s, s->start, "string not terminated");
            return;
        }
        pass(s);
    }
    s->p++;
}

// ---- line directives

// The number behind the last colon of a text, and where the colon stands; -1 for what is no number.
static int trailing_number(const char *text, const char *end, const char **colon) {
    const char *p = end;
    while (p > text && p[-1] != ':') p--;
    *colon = p > text ? p - 1 : NULL;
    if (!*colon || p == end || end - p > 9) return -1;
    int n = 0;
    for (; p < end; p++) {
        if (!is_decimal(*p)) return -1;
        n = 10 * n + (*p - '0');
    }
    return n;
}

// `line FILE:LINE` or `line FILE:LINE:COL` in a comment; text is what follows the blank.
static void line_directive(Scanner *s, const char *text, const char *end, const char *counts_from) {
    const char *last, *first;
    int number = trailing_number(text, end, &last);
    if (!last) return;
    if (number < 0) {
        error_at(s, last + 1, "invalid line number: %.*s", (int)(end - last - 1), last + 1);
        return;
    }
    int line = trailing_number(text, last, &first), col = number;
    if (line < 0) {
        first = last;
        line = number;
        col = 0;
    } else if (col == 0) {
        error_at(s, last + 1, "invalid column number: %.*s", (int)(end - last - 1), last + 1);
        return;
    }
    if (line == 0) {
        error_at(s, first + 1, "invalid line number: %.*s", (int)(end - first - 1), first + 1);
        return;
    }
    uint32_t offset = (uint32_t)(counts_from - s->text);
    if (offset <= s->source->size)
        source_add_directive(s->source, offset, text, (size_t)(first - text), line, col);
}

static bool is_line_directive(const char *comment) { return strncmp(comment + 2, "line ", 5) == 0; }

// ---- comments

static void line_comment(Scanner *s) {
    const char *start = s->p;
    while (!at_end(s) && *s->p != '\n') pass(s);
    if (s->tree && strncmp(start, "//go:", 5) == 0) tree_pragma(s->tree, pos_of(s, start), pos_of(s, s->p));
    bool at_line_start = start == s->text || start[-1] == '\n';
    if (!at_line_start || !is_line_directive(start)) return;
    const char *end = s->p[-1] == '\r' ? s->p - 1 : s->p;
    line_directive(s, start + 7, end, s->p + 1);
}

// Gives whether the comment holds a newline.
static bool block_comment(Scanner *s) {
    const char *start = s->p;
    bool newline = false;
    for (s->p += 2; !at_end(s);) {
        if (s->p[0] == '*' && s->p[1] == '/') {
            s->p += 2;
            if (!newline && is_line_directive(start)) line_directive(s, start + 7, s->p - 2, s->p);
            return newline;
        }
        newline |= *s->p == '\n';
        pass(s);
    }
    error_at(s, start, "comment not terminated");
    return newline;
}

// Skips blanks and comments. True if a semicolon is due, whose token is [start, p).
static bool skip_blanks(Scanner *s) {
    for (;;) {
        s->start = s->p;
        switch (*s->p) {
        case ' ':
        case '\t':
        case '\r': s->p++; break;
        case '\n':
            s->p++;
            if (s->line_ends) return true;
            break;
        case '/':
            if (s->p[1] == '/')
                line_comment(s);
            else if (s->p[1] != '*')
                return false;
            else if (block_comment(s) && s->line_ends)
                return true;
            break;
        default: return false;
        }
    }
}

// ---- names and keywords

// Spellings that begin with the same character stand together in the lists; this is where each group begins.
static uint8_t first_of_group[128];

static void index_spellings(void) {
    for (TokenKind k = TOKEN_COUNT - 1; k >= TOKEN_BREAK; k--)
        first_of_group[(int)token_name(k)[0]] = (uint8_t)k;
}

static TokenKind keyword(const char *p, size_t n) {
    TokenKind k = (TokenKind)first_of_group[(int)*p];
    for (const char *text; k && k <= TOKEN_VAR && (text = token_name(k))[0] == *p; k++)
        if (strncmp(text, p, n) == 0 && text[n] == 0) return k;
    return TOKEN_NAME;
}

// Bytes that are no characters are reported and otherwise taken as not there.
static bool at_ghost(const Scanner *s) {
    int width;
    if (at_end(s) || ((unsigned char)*s->p < 0x80 && *s->p)) return false;
    uint32_t c = peek(s, &width);
    return c == 0 || c == BOM || (c == UNICODE_REPLACEMENT && width == 1);
}

// Whether the character at p can go on (or begin) a name; complains about the ones that only look as if.
static bool at_name_char(Scanner *s, bool first) {
    if (is_ascii_letter(*s->p) || (is_decimal(*s->p) && !first)) return true;
    if ((unsigned char)*s->p < 0x80) return false;
    int width;
    char text[40];
    uint32_t c = peek(s, &width);
    if (unicode_is_letter(c)) return true;
    if (c == BOM || (c == UNICODE_REPLACEMENT && width == 1)) return false;
    if (!unicode_is_digit(c))
        error_at(s, s->p, "invalid character %s in identifier", show(c, text, sizeof text));
    else if (first)
        error_at(s, s->p, "identifier cannot begin with digit %s", show(c, text, sizeof text));
    return true;
}

static TokenKind name(Scanner *s) {
    bool ascii = true;
    for (;;) {
        while (is_ascii_letter(*s->p) || is_decimal(*s->p)) s->p++;
        if (!at_ghost(s) && !at_name_char(s, false)) break;
        ascii = false;
        pass(s);
    }
    ascii &= (unsigned char)*s->start < 0x80;
    return ascii && lower(*s->start) == *s->start ? keyword(s->start, (size_t)(s->p - s->start)) : TOKEN_NAME;
}

// ---- operators

// The longest operator at p; TOKEN_EOF if there is none.
static TokenKind operator_at(Scanner *s) {
    TokenKind best = TOKEN_EOF;
    size_t length = 0;
    TokenKind k = *s->p < 0 ? TOKEN_EOF : (TokenKind)first_of_group[(int)*s->p];
    for (const char *text; k && k < TOKEN_COUNT && (text = token_name(k))[0] == *s->p; k++) {
        size_t n = strlen(text);
        if (n > length && strncmp(text, s->p, n) == 0) {
            best = k;
            length = n;
        }
    }
    s->p += length;
    return best;
}

static bool ends_line(TokenKind k) {
    switch (k) {
    case TOKEN_NAME:
    case TOKEN_INT:
    case TOKEN_FLOAT:
    case TOKEN_IMAGINARY:
    case TOKEN_RUNE:
    case TOKEN_STRING:
    case TOKEN_BREAK:
    case TOKEN_CONTINUE:
    case TOKEN_FALLTHROUGH:
    case TOKEN_RETURN:
    case TOKEN_INC:
    case TOKEN_DEC:
    case TOKEN_RPAREN:
    case TOKEN_RBRACK:
    case TOKEN_RBRACE: return true;
    default: return false;
    }
}

// ---- tokens

// A character that begins no token. Those that are not characters at all get their own message.
static void invalid_character(Scanner *s) {
    int width;
    char text[40];
    if (at_ghost(s)) {
        pass(s);
        return;
    }
    uint32_t c = peek(s, &width);
    error_at(s, s->p, "invalid character %s", show(c, text, sizeof text));
    s->p += width;
}

static TokenKind quoted(Scanner *s) {
    char c = *s->p++;
    if (c == '\'') {
        rune_literal(s);
        return TOKEN_RUNE;
    }
    if (c == '"')
        string_literal(s);
    else
        raw_string(s);
    return TOKEN_STRING;
}

// TOKEN_EOF if there was no token at p, but something else.
static TokenKind token_at(Scanner *s) {
    char c = *s->p;
    if (is_ascii_letter(c)) return name(s);
    if (is_decimal(c)) return number(s, false);
    if (c == '.' && is_decimal(s->p[1])) {
        s->p++;
        return number(s, true);
    }
    if (c == '"' || c == '\'' || c == '`') return quoted(s);
    if (c == ';') {
        s->p++;
        return TOKEN_SEMICOLON;
    }
    if ((unsigned char)c >= 0x80 && at_name_char(s, true)) {
        pass(s);
        return name(s);
    }
    TokenKind k = operator_at(s);
    if (k == TOKEN_EOF) invalid_character(s);
    return k;
}

void scan_init(Scanner *s, SourceFile *source) {
    if (!first_of_group['b']) index_spellings();
    *s = (Scanner){
        .source = source, .text = source->text, .p = source->text, .limit = source->text + source->size};
    if (source->size >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0) s->p += 3;
}

Token scan_next(Scanner *s) {
    TokenKind kind = TOKEN_EOF;
    while (kind == TOKEN_EOF) {
        if (skip_blanks(s))
            kind = TOKEN_NEWLINE;
        else if (!at_end(s))
            kind = token_at(s);
        else if (s->line_ends)
            kind = TOKEN_NEWLINE;
        else
            break;
    }
    s->line_ends = ends_line(kind);
    return (Token){kind, pos_of(s, s->start), pos_of(s, s->p)};
}
