#include <criterion/criterion.h>
#include <stdlib.h>

#include "diag.h"
#include "scan.h"

// The tokens of a text, a blank between: names and literals as they stand, ↵ for a newline that is a
// semicolon.
static const char *tokens(const char *text) {
    static char out[1000];
    *out = 0;
    SourceFile *f = source_add("f.gol", text, strlen(text));
    Scanner s;
    scan_init(&s, f);
    for (Token t; (t = scan_next(&s)).kind != TOKEN_EOF;) {
        if (*out) strcat(out, " ");
        if (t.kind == TOKEN_NEWLINE)
            strcat(out, "↵");
        else
            strncat(out, f->text + source_offset(f, t.pos), t.end - t.pos);
    }
    return out;
}

static int kind_of(const char *text) {
    Scanner s;
    scan_init(&s, source_add("f.gol", text, strlen(text)));
    return (int)scan_next(&s).kind;
}

// LINE:COL: MESSAGE of the one error in a text.
static const char *error_of(const char *text) {
    char *out;
    size_t size;
    diag_reset();
    diag_set_style(DIAG_ONE_LINE);
    tokens(text);
    FILE *stream = open_memstream(&out, &size);
    diag_flush(stream);
    fclose(stream);
    if (size) out[strlen(out) - 1] = 0;
    return size ? strchr(out, ':') + 1 : "";
}

Test(scan, every_spelling_is_one_token) {
    for (TokenKind k = TOKEN_BREAK; k < TOKEN_COUNT; k++)
        cr_assert_eq(kind_of(token_name(k)), (int)k, "%s", token_name(k));
    cr_assert_eq(kind_of("breaks"), TOKEN_NAME);
    cr_assert_eq(kind_of("Func"), TOKEN_NAME);
    cr_assert_eq(kind_of("f"), TOKEN_NAME);
}

Test(scan, takes_the_longest_operator) {
    cr_assert_str_eq(tokens("a&^=b &^c&&d"), "a &^= b &^ c && d ↵");
    cr_assert_str_eq(tokens("a<-b<<c<<=d"), "a <- b << c <<= d ↵");
    cr_assert_str_eq(tokens("a+++b...c..d"), "a ++ + b ... c . . d ↵");
}

Test(scan, newlines_are_semicolons_where_a_line_can_end) {
    cr_assert_str_eq(tokens("a\nb +\nc\n)\n]\n}\n{\n(\n,\n"), "a ↵ b + c ↵ ) ↵ ] ↵ } ↵ { ( ,");
    cr_assert_str_eq(tokens("return\nbreak\ncontinue\nfallthrough\ngoto\nif\n"),
                     "return ↵ break ↵ continue ↵ fallthrough ↵ goto if");
    cr_assert_str_eq(tokens("1\n1.\n1i\n'a'\n\"s\"\n`r`\nx++\nx--\n"),
                     "1 ↵ 1. ↵ 1i ↵ 'a' ↵ \"s\" ↵ `r` ↵ x ++ ↵ x -- ↵");
    cr_assert_str_eq(tokens("a // c\nb /* c */ c /* \n */ d /* x"), "a ↵ b c ↵ d ↵");
    cr_assert_str_eq(tokens("a\r\n;b"), "a ↵ ; b ↵");
    cr_assert_str_eq(tokens(""), "");
}

Test(scan, numbers) {
    static const char *const ints[] = {"0", "7", "1_000", "0b1_0", "0B1", "0o17", "017", "0xFf", "0X_1"};
    static const char *const floats[] = {"1.",     ".5",       "1e9",    "09.5",
                                         "0x1p-2", "0X1.8P+1", "0x.8p0", "1_0.2_5e+1_0"};
    static const char *const imaginaries[] = {"0i", "08i", "1.5i", "0x1p0i", "0b1i"};
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
        cr_assert_eq(kind_of(ints[i]), TOKEN_INT, "%s", ints[i]);
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++)
        cr_assert_eq(kind_of(floats[i]), TOKEN_FLOAT, "%s", floats[i]);
    for (size_t i = 0; i < sizeof imaginaries / sizeof *imaginaries; i++)
        cr_assert_eq(kind_of(imaginaries[i]), TOKEN_IMAGINARY, "%s", imaginaries[i]);
    cr_assert_eq(diag_error_count(), 0);
}

Test(scan, malformed_numbers) {
    cr_assert_str_eq(error_of("08"), "1:2: invalid digit '8' in octal literal");
    cr_assert_str_eq(error_of("0b12"), "1:4: invalid digit '2' in binary literal");
    cr_assert_str_eq(error_of("0x"), "1:3: hexadecimal literal has no digits");
    cr_assert_str_eq(error_of("0b.1"), "1:3: invalid radix point in binary literal");
    cr_assert_str_eq(error_of("1e+"), "1:4: exponent has no digits");
    cr_assert_str_eq(error_of("0x1.8"), "1:6: hexadecimal mantissa requires a 'p' exponent");
    cr_assert_str_eq(error_of("1P1"), "1:2: 'P' exponent requires hexadecimal mantissa");
    cr_assert_str_eq(error_of("1_"), "1:2: '_' must separate successive digits");
    cr_assert_str_eq(error_of("0_x"), "1:2: '_' must separate successive digits");
    cr_assert_str_eq(error_of("1._5"), "1:3: '_' must separate successive digits");
}

Test(scan, escapes) {
    cr_assert_str_eq(error_of("\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\000\\377\\x00\\u00e4\\U0010FFFF\""), "");
    cr_assert_str_eq(error_of("'\\''"), "");
    cr_assert_str_eq(error_of("\"\\q\""), "1:3: unknown escape");
    cr_assert_str_eq(error_of("\"\\'\""), "1:3: unknown escape");
    cr_assert_str_eq(error_of("'\\400'"), "1:6: octal escape value 256 > 255");
    cr_assert_str_eq(error_of("'\\x1'"), "1:5: invalid character '\\'' in hexadecimal escape");
    cr_assert_str_eq(error_of("'\\uDFFF'"), "1:8: escape is invalid Unicode code point U+DFFF");
    cr_assert_str_eq(error_of("'\\U00110000'"), "1:12: escape is invalid Unicode code point U+110000");
}

Test(scan, unfinished_literals) {
    cr_assert_str_eq(error_of("\"abc\nd"), "1:5: newline in string");
    cr_assert_str_eq(error_of("x \"abc"), "1:3: string not terminated");
    cr_assert_str_eq(error_of("`abc\n"), "1:1: string not terminated");
    cr_assert_str_eq(error_of("'a\n"), "1:3: newline in rune literal");
    cr_assert_str_eq(error_of("'a"), "1:1: rune literal not terminated");
    cr_assert_str_eq(error_of("''"), "1:2: empty rune literal or unescaped '");
    cr_assert_str_eq(error_of("'ab'"),
                     "1:1: more than one character in rune literal\n\tstrings stand in double quotes");
    cr_assert_str_eq(error_of("a /* b"), "1:3: comment not terminated");
}

Test(scan, characters_that_do_not_belong) {
    cr_assert_str_eq(error_of("a # b"), "1:3: invalid character U+0023 '#'");
    cr_assert_str_eq(error_of("a “"), "1:3: invalid character U+201C '“' in identifier");
    cr_assert_str_eq(error_of("x٣ ٣x"), "1:5: identifier cannot begin with digit U+0663 '٣'");
    cr_assert_str_eq(error_of("a \x80 b"), "1:3: invalid UTF-8 encoding");
    cr_assert_str_eq(error_of("\"a\xFF\""), "1:3: invalid UTF-8 encoding");
    cr_assert_str_eq(error_of("// a\xC0"), "1:5: invalid UTF-8 encoding");
    cr_assert_str_eq(error_of("\xEF\xBB\xBFpackage"), "");
    cr_assert_str_eq(error_of("a \xEF\xBB\xBF b"), "1:3: invalid BOM in the middle of the file");
}

Test(scan, a_nul_is_no_end) {
    Scanner s;
    diag_set_style(DIAG_ONE_LINE);
    scan_init(&s, source_add("f.gol", "a\0 \"b\0\" c", 9));
    int names = 0;
    for (Token t; (t = scan_next(&s)).kind != TOKEN_EOF;) names += t.kind == TOKEN_NAME;
    cr_assert_eq(names, 2);
    cr_assert_eq(s.errors, 2);
}

Test(scan, line_directives) {
    cr_assert_str_eq(error_of("x\n//line f:10:4\n@"), "10:4: invalid character U+0040 '@'");
    cr_assert_str_eq(error_of("/*line :20:5*/@"), "20:5: invalid character U+0040 '@'");
    cr_assert_str_eq(error_of(" //line f:10:4\n@"),
                     "2:1: invalid character U+0040 '@'"); // not at the line's start
    cr_assert_str_eq(error_of("//line without a colon\n@"), "2:1: invalid character U+0040 '@'");
    cr_assert_str_eq(error_of("//line f:0\n"), "1:10: invalid line number: 0");
    cr_assert_str_eq(error_of("//line f:x\n"), "1:10: invalid line number: x");
    cr_assert_str_eq(error_of("//line f:1:0\n"), "1:12: invalid column number: 0");
}
