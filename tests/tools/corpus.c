// Runs tree-sitter's corpus files (grammar/test/corpus/*.txt) against the tree-sitter library.
//
//     corpus FILE.txt …            exits 1 if a tree differs from what the file expects
//     corpus --update FILE.txt …   writes the trees that there are into the files, for review as a diff
//     corpus FILE.scm …            checks that queries name nodes and fields that there are
//
// A case is a header (a line of `=`, the name, perhaps `:error`, a line of `=`), the source, a line of `---`,
// and the tree as an S-expression. With `:error` any tree that holds an error will do. Field names are
// compared where the expectation has some.
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_gol(void);

typedef struct {
    const char *name, *source, *tree; // into the file's text
    int name_length, source_length, tree_length;
    bool wants_error;
} Case;

static int passed, failed;

static char *read_file(const char *path) {
    FILE *in = fopen(path, "rb");
    if (!in) {
        perror(path);
        exit(2);
    }
    size_t size = 0, cap = 1 << 12;
    char *text = malloc(cap);
    for (size_t n; (n = fread(text + size, 1, cap - size - 1, in)) > 0;) {
        size += n;
        if (size + 1 == cap) text = realloc(text, cap *= 2);
    }
    fclose(in);
    text[size] = 0;
    return text;
}

// ---- cases

static const char *line_end(const char *p) {
    const char *end = strchr(p, '\n');
    return end ? end + 1 : p + strlen(p);
}

static bool is_rule(const char *line, char c) { return strspn(line, (char[]){c, 0}) >= 3; }

// Reads the case at p, which stands at its header. Gives where the next one begins, NULL at the end of the
// text.
static const char *read_case(const char *p, Case *c) {
    while (*p && !is_rule(p, '=')) p = line_end(p);
    if (!*p) return NULL;
    memset(c, 0, sizeof *c);
    for (p = line_end(p); *p && !is_rule(p, '='); p = line_end(p)) {
        if (strncmp(p, ":error", 6) == 0)
            c->wants_error = true;
        else if (!c->name)
            c->name = p, c->name_length = (int)(line_end(p) - p) - 1;
    }
    c->source = p = line_end(p);
    while (*p && !is_rule(p, '-')) p = line_end(p);
    c->source_length = p > c->source ? (int)(p - c->source) - 1 : 0;
    c->tree = p = line_end(p);
    while (*p && !is_rule(p, '=')) p = line_end(p);
    c->tree_length = (int)(p - c->tree);
    return p;
}

// ---- trees

// Blanks become one, and none before a closing parenthesis.
static char *normal_form(const char *s, int n) {
    char *out = malloc((size_t)n + 1), *w = out;
    bool blank = false;
    for (int i = 0; i < n; i++) {
        if (isspace((unsigned char)s[i])) {
            blank = true;
            continue;
        }
        if (blank && w > out && s[i] != ')') *w++ = ' ';
        blank = false;
        *w++ = s[i];
    }
    *w = 0;
    return out;
}

// Takes `name: ` out of a normal form.
static void drop_fields(char *s) {
    char *w = s;
    for (char *r = s; *r;) {
        size_t n = strspn(r, "abcdefghijklmnopqrstuvwxyz_");
        if (n && r[n] == ':') {
            r += n + 2;
            continue;
        }
        if (n == 0) n = 1;
        memmove(w, r, n);
        w += n, r += n;
    }
    *w = 0;
}

// One node a line, indented.
static void print_tree(FILE *out, const char *tree) {
    int depth = 0;
    for (const char *p = tree; *p; p++) {
        if (*p == ' ' && p[1] != '(') {
            const char *colon = strchr(p, ':'), *stop = strpbrk(p + 1, " ()");
            bool is_field = colon && stop && colon < stop;
            if (is_field)
                fprintf(out, "\n%*s", 2 * depth, "");
            else
                fputc(' ', out);
        } else if (*p == ' ' && p > tree && p[-1] != ':') {
            fprintf(out, "\n%*s", 2 * depth, "");
        } else {
            fputc(*p, out);
        }
        depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
    }
    fputc('\n', out);
}

static char *parse(TSParser *parser, const Case *c, bool *has_error) {
    TSTree *tree = ts_parser_parse_string(parser, NULL, c->source, (uint32_t)c->source_length);
    TSNode root = ts_tree_root_node(tree);
    *has_error = ts_node_has_error(root);
    char *text = ts_node_string(root);
    char *normal = normal_form(text, (int)strlen(text));
    free(text);
    ts_tree_delete(tree);
    return normal;
}

static void check(TSParser *parser, const char *path, const Case *c) {
    bool has_error;
    char *got = parse(parser, c, &has_error), *want = normal_form(c->tree, c->tree_length);
    if (!strstr(want, ": (")) drop_fields(got);
    bool ok = c->wants_error ? has_error : strcmp(got, want) == 0;
    if (ok)
        passed++;
    else {
        failed++;
        printf("FAIL %s: %.*s\nwant %s\ngot  ", path, c->name_length, c->name,
               c->wants_error ? "an error" : want);
        print_tree(stdout, got);
    }
    free(got);
    free(want);
}

static void update(TSParser *parser, FILE *out, const Case *c) {
    static const char rule[] = "==================";
    bool has_error;
    char *got = parse(parser, c, &has_error);
    fprintf(out, "%s\n%.*s\n%s%s\n%.*s\n---\n", rule, c->name_length, c->name,
            c->wants_error ? ":error\n" : "", rule, c->source_length, c->source);
    if (!c->wants_error) {
        fputc('\n', out);
        print_tree(out, got);
    }
    fputc('\n', out);
    free(got);
}

static void check_query(const char *path) {
    static const char *const errors[] = {
        "", "syntax", "no such node", "no such field", "no such capture", "impossible pattern", "language"};
    char *text = read_file(path);
    uint32_t offset, line = 1;
    TSQueryError error;
    TSQuery *query = ts_query_new(tree_sitter_gol(), text, (uint32_t)strlen(text), &offset, &error);
    if (query) {
        passed++;
        ts_query_delete(query);
    } else {
        failed++;
        for (uint32_t i = 0; i < offset; i++) line += text[i] == '\n';
        printf("FAIL %s:%u: %s\n", path, line, errors[error]);
    }
    free(text);
}

static void run_file(TSParser *parser, const char *path, bool updating) {
    char *text = read_file(path);
    FILE *out = updating ? fopen(path, "wb") : NULL;
    Case c;
    for (const char *p = text; (p = read_case(p, &c));) {
        if (out)
            update(parser, out, &c);
        else
            check(parser, path, &c);
    }
    if (out) fclose(out);
    free(text);
}

int main(int argc, char **argv) {
    TSParser *parser = ts_parser_new();
    if (!ts_parser_set_language(parser, tree_sitter_gol())) {
        fputs("corpus: libtree-sitter does not take the grammar's ABI\n", stderr);
        return 2;
    }
    bool updating = argc > 1 && strcmp(argv[1], "--update") == 0;
    for (int i = 1 + updating; i < argc; i++) {
        const char *dot = strrchr(argv[i], '.');
        if (dot && strcmp(dot, ".scm") == 0)
            check_query(argv[i]);
        else
            run_file(parser, argv[i], updating);
    }
    ts_parser_delete(parser);
    if (!updating) printf("%d passed, %d failed\n", passed, failed);
    return failed != 0 || (!updating && passed == 0);
}
