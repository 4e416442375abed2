/* Finding tests, benchmarks, fuzz tests and examples in _test files, and writing the main function.
 *
 * Only tokens are looked at: functions at the outermost level, their names and the type of their parameter.
 * An example runs if the last comment in its body begins with "Output:" or "Unordered output:"; what follows
 * is what it must print.
 */
#include "testmain.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "cwriter.h"
#include "diag.h"
#include "scan.h"
#include "type.h"

typedef enum Kind { TEST, BENCHMARK, FUZZ, EXAMPLE, MAIN, KINDS } Kind;

static const struct {
    const char *prefix, *param, *list, *element;
} kinds[] = {
    {"Test", "T", "tests", "InternalTest"},
    {"Benchmark", "B", "benchmarks", "InternalBenchmark"},
    {"Fuzz", "F", "fuzz", "InternalFuzzTarget"},
    {"Example", NULL, "examples", "InternalExample"},
    {"TestMain", "M", NULL, NULL},
};

typedef struct Found {
    const char *name, *output; /* of an example */
    bool outside, unordered;
} Found;

static Vec(Found) found[KINDS];
static bool uses[2]; /* the packages, inside and outside: a function of theirs is named */

static Arena *arena(void) { return type_arena(); }

static const char *text_of(const SourceFile *f, Token t) {
    return arena_strdup(arena(), f->text + source_offset(f, t.pos), t.end - t.pos);
}

/* Whether a name is the prefix, or goes on with what is no lower-case letter. */
static bool has_prefix(const char *name, const char *prefix) {
    const size_t n = strlen(prefix);
    if (strncmp(name, prefix, n)) return false;
    return !name[n] || !islower((unsigned char)name[n]);
}

/* Behind the opening parenthesis: "x *testing.T)", "*T)" and the like. Leaves the scanner behind what it has
 * read. */
static bool has_param(Scanner *s, const char *type) {
    Token t = scan_next(s);
    if (type == NULL) return t.kind == TOKEN_RPAREN;
    if (t.kind == TOKEN_NAME) t = scan_next(s);
    if (t.kind != TOKEN_MUL) return false;
    t = scan_next(s);
    const char *name = t.kind == TOKEN_NAME ? text_of(s->source, t) : "";
    t = scan_next(s);
    if (t.kind == TOKEN_DOT) {
        t = scan_next(s);
        if (t.kind != TOKEN_NAME) return false;
        name = text_of(s->source, t);
        t = scan_next(s);
    }
    return t.kind == TOKEN_RPAREN && !strcmp(name, type);
}

/* ---- the output of an example ------------------------------------------------------------------------- */

static void add_line(CBuf *out, const char *line, size_t n) {
    while (n > 0 && strchr(" \t\r", line[n - 1])) n--;
    cbuf_put_n(out, line, n);
    cbuf_put(out, "\n");
}

/* The comments in a stretch without tokens. Where a blank line parts groups, the last group counts; a comment
 * that stands behind a token on its line is a group of its own. */
static const char *last_group(const char *p, const char *end) {
    CBuf out = {.arena = arena()};
    bool some = false, behind_token = true;
    int newlines = 0;
    while (p < end) {
        if (*p == '\n') newlines++;
        if (end - p < 2 || *p != '/' || (p[1] != '/' && p[1] != '*')) {
            p++;
            continue;
        }
        if (newlines > (behind_token ? 0 : 1)) out.n = 0;
        if (newlines > 0) behind_token = false;
        newlines = 0;
        some = true;
        if (p[1] == '/') {
            const char *line = p + 2;
            p = memchr(p, '\n', (size_t)(end - p));
            if (p == NULL) p = end;
            if (line < p && *line == ' ') line++;
            add_line(&out, line, (size_t)(p - line));
        } else {
            const char *line = p + 2, *stop = strstr(line, "*/");
            p = stop + 2;
            while (line < stop) {
                const char *nl = memchr(line, '\n', (size_t)(stop - line));
                if (nl == NULL) nl = stop;
                add_line(&out, line, (size_t)(nl - line));
                line = nl + 1;
            }
        }
    }
    return some ? cbuf_text(&out) : NULL;
}

static bool begins_with_fold(const char **p, const char *word) {
    const size_t n = strlen(word);
    if (strncasecmp(*p, word, n)) return false;
    *p += n;
    return true;
}

static void note_output(Found *f, const char *comment) {
    if (comment == NULL) return;
    const char *p = comment + strspn(comment, " \t\n");
    if (begins_with_fold(&p, "unordered ")) f->unordered = true;
    if (!begins_with_fold(&p, "output:")) return;
    f->output = p + strspn(p, " ");
}

/* ---- functions ---------------------------------------------------------------------------------------- */

static void wrong_signature(const Found *f, Pos at, Kind k) {
    diag_error(at, 0, "wrong signature for %s, must be: func %s(%s *testing.%s)", f->name, f->name,
               k == TEST        ? "t"
               : k == BENCHMARK ? "b"
               : k == FUZZ      ? "f"
                                : "m",
               kinds[k].param);
}

static Kind kind_of(const char *name) {
    if (!strcmp(name, "TestMain")) return MAIN;
    for (int k = TEST; k <= EXAMPLE; k++)
        if (has_prefix(name, kinds[k].prefix)) return (Kind)k;
    return KINDS;
}

/* Reads to the end of the function whose header goes on at t; gives the comments before its closing brace. */
static const char *read_body(Scanner *s, Token t) {
    int depth = 0;
    const char *comment = NULL;
    for (; t.kind != TOKEN_EOF;) {
        const Token before = t;
        if (t.kind == TOKEN_LBRACE) depth++;
        if (t.kind == TOKEN_RBRACE && --depth == 0) return comment;
        if (depth == 0 && (t.kind == TOKEN_NEWLINE || t.kind == TOKEN_SEMICOLON)) return NULL;
        do t = scan_next(s);
        while (t.kind == TOKEN_NEWLINE && depth > 0);
        const char *group = last_group(s->source->text + source_offset(s->source, before.end),
                                       s->source->text + source_offset(s->source, t.pos));
        if (group != NULL) comment = group;
    }
    return NULL;
}

static void read_function(Scanner *s, bool outside) {
    Token name = scan_next(s);
    if (name.kind != TOKEN_NAME) { /* a method */
        read_body(s, name);
        return;
    }
    Found f = {.name = text_of(s->source, name), .outside = outside};
    const Kind k = kind_of(f.name);
    Token t = scan_next(s);
    if (k == KINDS || (t.kind != TOKEN_LPAREN && k == EXAMPLE)) {
        read_body(s, t);
        return;
    }
    const bool fits = t.kind == TOKEN_LPAREN && has_param(s, kinds[k].param);
    t = scan_next(s);
    const bool plain = fits && t.kind == TOKEN_LBRACE;
    if (k == EXAMPLE) {
        const char *comment = read_body(s, t);
        if (plain) note_output(&f, comment);
        if (!plain || f.output == NULL) return;
    } else {
        read_body(s, t);
        if (k == MAIN && !plain) { /* TestMain(t *testing.T) is a test */
            wrong_signature(&f, name.pos, MAIN);
            return;
        }
        if (!plain) {
            wrong_signature(&f, name.pos, k);
            return;
        }
    }
    uses[outside] = true;
    vec_push(arena(), &found[k], f);
}

static bool is_test_file(const SourceFile *f) {
    const char *dot = strrchr(f->path, '.');
    return dot != NULL && dot - f->path > 5 && !strncmp(dot - 5, "_test", 5);
}

static bool read_unit(const Unit *u, bool outside) {
    bool any = false;
    for (int i = 0; u != NULL && i < u->files.n; i++) {
        if (!is_test_file(u->files.v[i])) continue;
        any = true;
        Scanner s;
        scan_init(&s, u->files.v[i]);
        s.quiet = true;
        for (Token t = scan_next(&s); t.kind != TOKEN_EOF; t = scan_next(&s)) {
            if (t.kind == TOKEN_FUNC)
                read_function(&s, outside);
            else
                while (t.kind != TOKEN_EOF && t.kind != TOKEN_NEWLINE && t.kind != TOKEN_SEMICOLON) {
                    if (t.kind == TOKEN_LBRACE || t.kind == TOKEN_LPAREN) { /* to its end */
                        for (int depth = 0; t.kind != TOKEN_EOF; t = scan_next(&s)) {
                            depth += t.kind == TOKEN_LBRACE || t.kind == TOKEN_LPAREN;
                            depth -= t.kind == TOKEN_RBRACE || t.kind == TOKEN_RPAREN;
                            if (depth == 0) break;
                        }
                    }
                    t = scan_next(&s);
                }
        }
    }
    return any;
}

/* ---- the program -------------------------------------------------------------------------------------- */

static void put_quoted(CBuf *out, const char *s) {
    cbuf_put(out, "\"");
    for (; *s; s++) {
        const unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            cbuf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            cbuf_printf(out, "\\x%02x", c);
        else
            cbuf_put_n(out, s, 1);
    }
    cbuf_put(out, "\"");
}

static void put_list(CBuf *out, Kind k) {
    cbuf_printf(out, "\nvar %s = []testing.%s{\n", kinds[k].list, kinds[k].element);
    for (int i = 0; i < found[k].n; i++) {
        const Found *f = &found[k].v[i];
        cbuf_printf(out, "\t{\"%s\", %s.%s", f->name, f->outside ? "_xtest" : "_test", f->name);
        if (k == EXAMPLE) {
            cbuf_put(out, ", ");
            put_quoted(out, f->output);
            cbuf_put(out, f->unordered ? ", true" : ", false");
        }
        cbuf_put(out, "},\n");
    }
    cbuf_put(out, "}\n");
}

static void put_import(CBuf *out, const Unit *u, bool outside) {
    if (u == NULL) return;
    const char *name = !uses[outside] ? "_" : outside ? "_xtest" : "_test";
    cbuf_printf(out, "\t%s \"%s\"\n", name, u->import_path);
}

TestMain testmain_make(const Unit *inside, const Unit *outside, const char *import_path) {
    TestMain m = {0};
    m.any = read_unit(inside, false);
    m.any |= read_unit(outside, true);
    CBuf out = {.arena = arena()};
    cbuf_put(&out, "package main\n\nimport (\n\t\"os\"\n\t\"reflect\"\n\t\"regexp\"\n\t\"testing\"\n\n");
    put_import(&out, inside, false);
    put_import(&out, outside, true);
    cbuf_put(&out, ")\n\ntype deps struct {\n\texpr string\n\tre *regexp.Regexp\n}\n\n"
                   "func (d *deps) MatchString(pat, str string) (bool, error) {\n"
                   "\tif d.re == nil || d.expr != pat {\n\t\tre, err := regexp.Compile(pat)\n"
                   "\t\tif err != nil {\n\t\t\treturn false, err\n\t\t}\n\t\td.expr, d.re = pat, re\n\t}\n"
                   "\treturn d.re.MatchString(str), nil\n}\n\n");
    cbuf_printf(&out, "func (d *deps) ImportPath() string { return \"%s\" }\n", import_path);
    for (int k = TEST; k <= EXAMPLE; k++) put_list(&out, (Kind)k);
    cbuf_put(&out,
             "\nfunc main() {\n\tm := testing.MainStart(new(deps), tests, benchmarks, fuzz, examples)\n");
    if (found[MAIN].n > 0)
        cbuf_printf(
            &out,
            "\t%s.TestMain(m)\n\tos.Exit(int(reflect.ValueOf(m).Elem().FieldByName(\"exitCode\").Int()))\n",
            found[MAIN].v[0].outside ? "_xtest" : "_test");
    else
        cbuf_put(&out, "\t_ = reflect.ValueOf\n\tos.Exit(m.Run())\n");
    cbuf_put(&out, "}\n");
    m.text = cbuf_text(&out);
    m.size = out.n;
    return m;
}
