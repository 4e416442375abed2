#include <criterion/criterion.h>
#include <stdlib.h>

#include "diag.h"
#include "lr.h"
#include "syntax.h"

static bool check(const char *text) {
    char *rest;
    bool sound = syntax_check(source_add("f", text, strlen(text)), NULL, &rest);
    cr_assert(!sound || !rest);
    free(rest);
    return sound;
}

// LINE:COL: MESSAGE of the first error of a text, without "syntax error: "; "" if there is none.
static const char *error_of(const char *text) {
    char *out;
    size_t size;
    diag_reset();
    diag_set_style(DIAG_ONE_LINE);
    bool sound = check(text);
    FILE *stream = open_memstream(&out, &size);
    diag_flush(stream);
    fclose(stream);
    cr_assert_eq(sound, size == 0);
    if (sound) return "";
    *strchr(out, '\n') = 0;
    char *prefix = strstr(out, "syntax error: ");
    if (prefix) memmove(prefix, prefix + 14, strlen(prefix + 14) + 1);
    return out + 2;
}

// The same for a function body on line 2.
static const char *in_function(const char *body) {
    char text[1000];
    snprintf(text, sizeof text, "package p; func f() {\n%s\n}\n", body);
    return error_of(text);
}

Test(syntax, sound_files) {
    cr_assert_str_eq(error_of("package p"), "");
    cr_assert_str_eq(error_of("// c\npackage p\nimport \"x\"\nvar x int\n"), "");
    cr_assert_str_eq(in_function("x := 1; for ; ; { if x == (T{}) { return } }"), "");
}

Test(syntax, top_level) {
    cr_assert_str_eq(error_of(""), "1:1: package statement must be first");
    cr_assert_str_eq(error_of("package 1"), "1:9: unexpected literal 1, expected name");
    cr_assert_str_eq(error_of("package p\nx()\n"), "2:1: non-declaration statement outside function body");
    cr_assert_str_eq(error_of("package p;;"), "1:11: non-declaration statement outside function body");
    cr_assert_str_eq(error_of("package p\nvar x int y\n"),
                     "2:11: unexpected name y after top level declaration");
    cr_assert_str_eq(error_of("package p\nfunc f()\n{}\n"), "3:1: unexpected semicolon or newline before {");
}

Test(syntax, names_the_token) {
    cr_assert_str_eq(in_function("f(a \"b\")"),
                     "2:5: unexpected literal \"b\" in argument list; possibly missing comma or )");
    cr_assert_str_eq(in_function("f(a func)"),
                     "2:5: unexpected keyword func in argument list; possibly missing comma or )");
    cr_assert_str_eq(in_function("f(a := 1)"),
                     "2:5: unexpected := in argument list; possibly missing comma or )");
    cr_assert_str_eq(in_function("f(a; b)"),
                     "2:4: unexpected semicolon in argument list; possibly missing comma or )");
    cr_assert_str_eq(in_function("f(a,, b)"), "2:5: unexpected comma, expected expression");
    cr_assert_str_eq(error_of("package p; func f() {"), "1:22: unexpected EOF, expected }");
    cr_assert_str_eq(error_of("package p; var x = "), "1:20: unexpected EOF, expected expression");
}

Test(syntax, newlines_count) {
    cr_assert_str_eq(in_function("f(a\n)"),
                     "2:4: unexpected newline in argument list; possibly missing comma or )");
    cr_assert_str_eq(in_function("_ = []int{1\n}"),
                     "2:12: unexpected newline in composite literal; possibly missing comma or }");
    cr_assert_str_eq(in_function("x := a\n+ b * / c"), "3:7: unexpected /, expected expression");
    cr_assert_str_eq(in_function("a\n.b()"), "3:1: unexpected ., expected }");
    cr_assert_str_eq(in_function("if\nx {\n}"), "");
}

Test(syntax, several_errors_are_reported) {
    const char *text =
        "package p\nfunc f() {\n\tf(a b)\n\tx := := 1\n\tf(\n\t\tc\n\t)\n\treturn 1 2\n}\nvar y = = 2\n";
    cr_assert_not(check(text));
    cr_assert_eq(diag_error_count(), 5);
}

Test(syntax, what_is_sound_remains) {
    const char *text = "package p\nvar a = = 1\nfunc f() { x y }\nvar b int\nx\nfunc g() {}\nvar c = '\\z'\n";
    char *rest;
    cr_assert_not(syntax_check(source_add("f", text, strlen(text)), NULL, &rest));
    cr_assert_str_eq(rest,
                     "package p\n           \n                \nvar b int\n \nfunc g() {}\n            \n");
    free(rest);
}

Test(syntax, the_end_of_the_file_is_not_reported_twice) {
    const char *text = "package p\nfunc f() {\n\tf(a b)\n";
    cr_assert_not(check(text));
    cr_assert_eq(diag_error_count(), 1);
}

static char *repeated(const char *head, const char *unit, int n, const char *tail) {
    size_t size = strlen(head) + strlen(unit) * (size_t)n + strlen(tail) + 1;
    char *text = malloc(size), *p = stpcpy(text, head);
    for (int i = 0; i < n; i++) p = stpcpy(p, unit);
    strcpy(p, tail);
    return text;
}

Test(syntax, deep_nesting_is_an_error_not_a_crash) {
    static const char *const units[] = {"(", "[]T{", "f(", "- ", "func() { _ = ", "x[", "[]", "<-"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const char *error = error_of(repeated("package p; var x = ", units[i], 200000, "1\n"));
        cr_assert_not_null(strstr(error, "nested too deeply"), "%s: %s", units[i], error);
    }
}

Test(syntax, long_files_are_no_problem) {
    cr_assert_str_eq(error_of(repeated("package p\n", "// c\n\n", 70000, "var x int\n")), "");
    cr_assert_str_eq(error_of(repeated("package p\n", "var x int\n", 70000, "")), "");
    cr_assert_str_eq(error_of(repeated("package p; var x = 1", " + 1", 70000, "\n")), "");
}

Test(lr, undoes_a_step) {
    LrStack s;
    lr_start(&s, NULL);
    static const char *const tokens[] = {"package",    "identifier", "_auto_semicolon", "var",
                                         "identifier", "=",          "int_literal"};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        cr_assert_eq(lr_step(&s, lr_symbol(tokens[i])), LR_SHIFTED);
    int n = s.n;
    cr_assert(lr_viable(&s, lr_symbol("+")) && lr_viable(&s, lr_symbol("_auto_semicolon")) &&
              !lr_viable(&s, lr_symbol("func")));
    cr_assert_eq(lr_step(&s, lr_symbol("_auto_semicolon")), LR_SHIFTED);
    lr_undo(&s);
    cr_assert_eq(s.n, n);
    cr_assert_eq(lr_step(&s, lr_symbol("+")), LR_SHIFTED);
    lr_free(&s);
}
