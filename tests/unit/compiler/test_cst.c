#include <criterion/criterion.h>
#include <stdlib.h>

#include "ast_dump.h"
#include "cst.h"
#include "diag.h"
#include "unicode.h"

static AstFile *parse(const char *text) {
    AstFile *file;
    bool ok = cst_parse_file(source_add("f", text, strlen(text)), &file);
    if (!ok) diag_flush(stderr);
    cr_assert_eq(ok, file != NULL);
    return file;
}

// The dump of the declarations of a file without its frame, blanks as single ones.
static const char *tree_of(const char *declarations) {
    char text[2000], *out;
    size_t size;
    snprintf(text, sizeof text, "package p\n%s\n", declarations);
    AstFile *file = parse(text);
    cr_assert_not_null(file, "%s", declarations);
    FILE *stream = open_memstream(&out, &size);
    ast_dump_file(stream, file);
    fclose(stream);
    char *w = out;
    for (char *r = out + strlen("(file p\n  "); *r; r++)
        if (*r != '\n' && (*r != ' ' || (w > out && w[-1] != ' ')))
            *w++ = *r;
        else if (*r == '\n' && w[-1] != ' ')
            *w++ = ' ';
    while (w > out && w[-1] == ' ') w--;
    w[-1] = 0; // the frame's parenthesis
    return out;
}

static const char *body_of(const char *statements) {
    char text[2000];
    snprintf(text, sizeof text, "func f() {\n%s\n}", statements);
    const char *tree = tree_of(text);
    const char *block = strstr(tree, "(block");
    char *result = strdup(block + strlen("(block"));
    result[strlen(result) - 2] = 0;
    return *result == ' ' ? result + 1 : result;
}

static const char *expr_of(const char *text) {
    char statement[2000];
    snprintf(statement, sizeof statement, "_ = %s", text);
    const char *tree = body_of(statement);
    char *result = strdup(strstr(tree, "(rhs ") + 5);
    result[strlen(result) - 2] = 0;
    return result;
}

#define EXPR(text, tree) cr_assert_str_eq(expr_of(text), tree)
#define BODY(text, tree) cr_assert_str_eq(body_of(text), tree)
#define DECL(text, tree) cr_assert_str_eq(tree_of(text), tree)

Test(cst, operators) {
    EXPR("a + b*c", "(+ a (* b c))");
    EXPR("a &^ b << c", "(<< (&^ a b) c)");
    EXPR("-a == !b && <-c || ^d", "(|| (&& (== (- a) (! b)) (<- c)) (^ d))");
    EXPR("&*p", "(& (star p))");
}

Test(cst, primary_expressions) {
    EXPR("a.b[i](c, d...)", "(call... (index (. a b) i) c d)");
    EXPR("a[:]", "(slice a nil nil)");
    EXPR("a[i:j:k]", "(slice3 a i j k)");
    EXPR("x.(T)", "(assert x T)");
    EXPR("f[int, string](x)", "(call (index f int string) x)");
    EXPR("(*T)(p)", "(call (paren (star T)) p)");
    EXPR("[]T{{1}, 2: {a: b}}",
         "(composite (slice-of T) (composite nil 1) (keyed 2 (composite nil (keyed a b))))");
    EXPR("'a' + \"b\" + 1.5 + 2i", "(+ (+ (+ 'a' \"b\") 1.5) 2i)");
}

Test(cst, channel_types_in_expressions) {
    EXPR("make(<-chan int)", "(call make (<-chan int))");
    EXPR("make(<-chan (<-chan int))", "(call make (<-chan (paren (<-chan int))))");
    EXPR("(<-chan<- chan int)(c)", "(call (paren (<-chan (<-chan int))) c)");
    EXPR("<-chan int(c)", "(<- (call (chan int) c))");
    DECL("var x chan<- chan int", "(var x (type (chan<- (chan int))))");
    DECL("var x chan (<-chan int)", "(var x (type (chan (paren (<-chan int)))))");
}

Test(cst, parameters) {
    DECL("func f(int, string)", "(func f (params (_ int) (_ string)))");
    DECL("func f(a, b int, c ...string) (x, y T)",
         "(func f (params... (a int) (b int) (c (... string))) (results (x T) (y T)))");
    DECL("func f(a, b) T", "(func f (params (_ a) (_ b)) (results (_ T)))");
    DECL("func (r *T[A, _]) m[P any]()",
         "(func m (recv (r (star (index T A _)))) (tparams (P any)) (params))");
    DECL(
        "type I interface { m(a int); E; ~int | *T }",
        "(type I (interface (m (func-type (params (a int)))) (embedded E) (embedded (| (~ int) (star T)))))");
}

Test(cst, receiver_type_parameters_are_declared) {
    AstFile *file = parse("package p\nfunc (r *T[A, _]) m() {}\nfunc (T) n() {}\n");
    FuncNode *m = file->decls.v[0]->func, *n = file->decls.v[1]->func;
    cr_assert_eq(m->recv_tparams.n, 2);
    cr_assert_str_eq(m->recv_tparams.v[0]->name, "A");
    cr_assert_eq(n->recv_tparams.n, 0);
    cr_assert_null(n->recv->name);
}

Test(cst, type_declarations_decide_what_brackets_mean) {
    DECL("type T [N]int", "(type T (array N int))");
    DECL("type T [P * Q]int", "(type T (array (* P Q) int))");
    DECL("type T [...]int", "(type T (array (...) int))");
    DECL("type T[P *C,] int", "(type T (tparams (P (star C))) int)");
    DECL("type T[P *C, Q any] int", "(type T (tparams (P (star C)) (Q any)) int)");
    DECL("type T[P *struct{}] int", "(type T (tparams (P (star (struct)))) int)");
    DECL("type T[P (C), Q any] int", "(type T (tparams (P C) (Q any)) int)");
    DECL("type T[P *C | ~D] int", "(type T (tparams (P (| (star C) (~ D)))) int)");
    DECL("type T[P []E, E any] = int", "(alias T (tparams (P (slice-of E)) (E any)) int)");
    DECL("type T[P, Q any] []P", "(type T (tparams (P any) (Q any)) (slice-of P))");
}

Test(cst, groups_and_iota) {
    DECL(
        "const ( a = iota; b; c, d int = 1, 2; e )",
        "(const a (values iota) iota=0) (const b inherits iota=1) (const c d (type int) (values 1 2) iota=2) "
        "(const e inherits iota=3)");
    AstFile *file = parse("package p\nvar (\n\ta int\n\tb int\n)\nvar c int\nvar (d int)\n");
    Decl **d = file->decls.v;
    cr_assert(d[0]->group == d[1]->group && d[0]->group > 0 && d[2]->group == 0 && d[3]->group > d[0]->group);
}

Test(cst, imports) {
    DECL("import ( \"a/b\"; . `c`; _ \"\\x64\"; e \"f\" )",
         "(import nil \"a/b\") (import . \"c\") (import _ \"d\") (import e \"f\")");
}

Test(cst, statements) {
    BODY("x++; a, b = b, a; c &^= d; e := f(); g <- h",
         "(++ x) (= (lhs a b) (rhs b a)) (&^= (lhs c) (rhs d)) "
         "(:= (lhs e) (rhs (call f))) (send g h)");
    BODY("if x := f(); x { return 1, 2 } else if y {} else { goto L }",
         "(if (init (:= (lhs x) (rhs (call f)))) x (block (return 1 2)) (else (if y (block) (else (scope "
         "(block (goto L)))))))");
    BODY("for {}; for x {}; for i := 0; ; i++ {}; for ; ; {}",
         "(for nil (block)) (for x (block)) (for (init (:= (lhs i) (rhs 0))) nil (post (++ i)) (block)) (for "
         "nil (block))");
    BODY("for range x {}; for k, v := range x {}; for a.b = range x {}",
         "(range x (block)) (range:= k v x (block)) (range= (. a b) x (block))");
    BODY("switch x := f(); x { case 1, 2: g(); fallthrough; default: }; switch {}",
         "(switch (init (:= (lhs x) (rhs (call f)))) x (case 1 2 (block (expr (call g)) (fallthrough))) "
         "(default (block))) "
         "(switch nil)");
    BODY("switch f(); y := x.(type) { case nil, []int: }; switch x.(type) {}",
         "(typeswitch y (init (expr (call f))) x (case nil (slice-of int) (block))) (typeswitch nil x)");
    BODY("select { case v, ok := <-c: case c <- 1: default: }",
         "(select (case (comm (:= (lhs v ok) (rhs (<- c)))) (block)) (case (comm (send c 1)) (block)) "
         "(default (block)))");
    BODY("L: for { break L; continue }; M: var ( a int; b int ); N:",
         "(label L (for nil (block (break L) (continue)))) (label M (var a (type int))) (var b (type int)) "
         "(label N (empty))");
    BODY("go f(); defer func() {}()", "(go (call f)) (defer (call (func (params) (block))))");
}

Test(cst, pragmas_belong_to_the_function_below) {
    AstFile *file = parse("//go:build linux\n\npackage p\n\n//go:noinline\n// text\n//go:nosplit\nfunc f() "
                          "{\n\t//go:inside\n}\n\nfunc g() {}\n");
    FuncNode *f = file->decls.v[0]->func, *g = file->decls.v[1]->func;
    cr_assert_eq(file->build_constraints.n, 1);
    cr_assert_str_eq(file->build_constraints.v[0], "//go:build linux");
    cr_assert_eq(f->pragmas.n, 2);
    cr_assert_str_eq(f->pragmas.v[0], "go:noinline");
    cr_assert_str_eq(f->pragmas.v[1], "go:nosplit");
    cr_assert_eq(g->pragmas.n, 0);
}

Test(cst, positions) {
    AstFile *file = parse("package p\n\nvar x = f(a,\n\tb)\n");
    Expr *e = file->decls.v[0]->value.values.v[0];
    cr_assert(source_line(e->pos) == 3 && source_col(e->pos) == 9);
    cr_assert(source_line(e->end) == 4 && source_col(e->end) == 4);
    cr_assert(source_col(e->call.lparen) == 10 && source_line(e->call.rparen) == 4);
}

static char *repeated(const char *head, const char *unit, int n, const char *tail) {
    size_t size = strlen(head) + strlen(unit) * (size_t)n + strlen(tail) + 1;
    char *text = malloc(size), *p = stpcpy(text, head);
    for (int i = 0; i < n; i++) p = stpcpy(p, unit);
    strcpy(p, tail);
    return text;
}

Test(cst, deep_trees_are_an_error_not_a_crash) {
    cr_assert_null(parse(repeated("package p; var x = 1", "+1", 100000, "\n")));
    cr_assert_null(parse(repeated("package p; var x = f", "()", 100000, "\n")));
    cr_assert_null(parse(repeated("package p; var x = a", ".b", 100000, "\n")));
    cr_assert_null(parse(repeated("package p; var x = a", "[0]", 100000, "\n")));
    cr_assert_null(parse(repeated("package p; var x = ", "- ", 20000, "1\n")));
    cr_assert_null(parse(repeated("package p; func f() {", "if x {} else ", 20000, "{} }\n")));
}

Test(cst, wide_trees_are_no_problem) {
    AstFile *file = parse(repeated("package p\nfunc f() {\n", "x // c\n", 100000, "}\n"));
    cr_assert_eq(file->decls.v[0]->func->body->stmts.n, 100000);
    file = parse(repeated("package p\nvar x = []int{\n", "1, /* c */ // d\n", 100000, "}\n"));
    cr_assert_eq(file->decls.v[0]->value.values.v[0]->composite.elems.n, 100000);
}

// The grammar's tables and the compiler's scanner have their classes from different sources.
Test(cst, every_letter_and_digit_is_one_to_tree_sitter) {
    size_t size;
    char *text;
    int names = 0;
    FILE *out = open_memstream(&text, &size);
    fputs("package p\n", out);
    for (uint32_t c = 0x80; c <= UNICODE_MAX; c++) {
        if (!unicode_is_letter(c) && !unicode_is_digit(c)) continue;
        char name[5];
        name[unicode_encode(c, name)] = 0;
        fprintf(out, "var %s%s int\n", unicode_is_letter(c) ? "" : "d", name);
        names++;
    }
    fclose(out);
    cr_assert_eq(parse(text)->decls.n, names);
}
