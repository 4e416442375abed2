// Function bodies of imported packages are blanked; everything else, and all positions, stay.
#include <criterion/criterion.h>

#include "outline.h"

static void expect(const char *text, const char *want) {
    const char *got = outline_text(source_add("x.gol", text, strlen(text)));
    cr_expect_str_eq(got, want, "got  %s\nwant %s", got, want);
}

Test(outline, bodies_are_blank) {
    expect("func f() { return }\n", "func f() {        }\n");
    expect("func (t *T) m(x int) (int, error) {\n\tx++\n}\nvar a int\n",
           "func (t *T) m(x int) (int, error) {\n    \n}\nvar a int\n");
    expect("func f(g func() struct{ a int }) interface{ M() } { \"}\" }\n",
           "func f(g func() struct{ a int }) interface{ M() } {     }\n");
    expect("func f() { '}'; `}`; /* } */ {} }\nvar x = 1\n",
           "func f() {                      }\nvar x = 1\n");
    expect("func f(\n\ta int,\n) {\n\t// }\n}\n", "func f(\n\ta int,\n) {\n     \n}\n");
}

Test(outline, generic_functions_keep_theirs) {
    expect("func f[T any](x T) T { return x }\n", "func f[T any](x T) T { return x }\n");
    expect("func (l *List[T]) m() { l.x() }\n", "func (l *List[T]) m() { l.x() }\n");
}

Test(outline, other_funcs_are_left_alone) {
    expect("type F func(int) struct{ a int }\n", "type F func(int) struct{ a int }\n");
    expect("var f = func() int { return 1 }\n", "var f = func() int { return 1 }\n");
    expect("var f =\nfunc() int { return 1 }\n", "var f =\nfunc() int { return 1 }\n");
    expect("func asm(x int)\nvar a = []int{1}\n", "func asm(x int)\nvar a = []int{1}\n");
    expect("// func f() { x }\nfunc g() { x }\n", "// func f() { x }\nfunc g() {   }\n");
}

Test(outline, broken_text_ends) {
    expect("func f() { ", "func f() { ");
    expect("func", "func");
    expect("func f(", "func f(");
    expect("\"abc\nfunc f() { \"", "\"abc\nfunc f() { \"");
}
