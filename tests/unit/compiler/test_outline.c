// Function bodies of imported packages are blanked; everything else, and all positions, stay.
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "outline.h"

static void expect(const char *text, const char *want) {
    const char *got = outline_text(source_add("x.gol", text, strlen(text)));
    cr_expect_str_eq(got, want, "got  %s\nwant %s", got, want);
}

/* Something that is too large to be inlined, without brackets. */
#define LONG                                                                                                 \
    "x = 1000000001 + 1000000002 + 1000000003 + 1000000004 + 1000000005 + 1000000006 + 1000000007 + "        \
    "1000000008 + 1000000009 + 1000000010 + 1000000011 + 1000000012 + 1000000013 + 1000000014 + "            \
    "1000000015 + 1000000016 + 1000000017 + 1000000018 + 1000000019 + 1000000020; "

/* A function whose body is LONG and more: all of it is blanked, line ends stay. */
static void expect_blank(const char *before, const char *body, const char *after) {
    char text[2000], want[2000];
    snprintf(text, sizeof text, "%s{" LONG "%s}%s", before, body, after);
    snprintf(want, sizeof want, "%s", text);
    for (char *p = want + strlen(before) + 1, *end = want + strlen(text) - strlen(after) - 1; p < end; p++)
        if (*p != '\n') *p = ' ';
    expect(text, want);
}

Test(outline, bodies_are_blank) {
    expect_blank("func f() ", " return ", "\n");
    expect_blank("func (t *T) m(x int) (int, error) ", "\n\tx++\n", "\nvar a int\n");
    expect_blank("func f(g func() struct{ a int }) interface{ M() } ", " \"}\" ", "\n");
    expect_blank("func f() ", " '}'; `}`; /* } */ {} ", "\nvar x = 1\n");
    expect_blank("func f(\n\ta int,\n) ", "\n\t// }\n", "\n");
}

Test(outline, small_bodies_stay) {
    expect("func f() { return 1 }\n", "func f() { return 1 }\n");
    expect("func f() { /*" LONG "*/ x++ }\n", "func f() { /*" LONG "*/ x++ }\n");
    expect("func f() { }\n", "func f() { }\n");
    expect("func f() { go x() }\n", "func f() {        }\n");
    expect("func f() { defer x() }\n", "func f() {           }\n");
    expect("func f() { gopher(); x.recovered() }\n", "func f() { gopher(); x.recovered() }\n");
}

Test(outline, generic_functions_keep_theirs) {
    expect("func f[T any](x T) T { " LONG "return x }\n", "func f[T any](x T) T { " LONG "return x }\n");
    expect("func (l *List[T]) m() { " LONG "l.x() }\n", "func (l *List[T]) m() { " LONG "l.x() }\n");
}

Test(outline, other_funcs_are_left_alone) {
    expect("type F func(int) struct{ a int }\n", "type F func(int) struct{ a int }\n");
    expect("var f = func() int { return 1 }\n", "var f = func() int { return 1 }\n");
    expect("var f =\nfunc() int { return 1 }\n", "var f =\nfunc() int { return 1 }\n");
    expect("func asm(x int)\nvar a = []int{1}\n", "func asm(x int)\nvar a = []int{1}\n");
    expect("// func f() { go x() }\nfunc g() { go x() }\n", "// func f() { go x() }\nfunc g() {        }\n");
}

Test(outline, broken_text_ends) {
    expect("func f() { ", "func f() { ");
    expect("func", "func");
    expect("func f(", "func f(");
    expect("\"abc\nfunc f() { \"", "\"abc\nfunc f() { \"");
}
