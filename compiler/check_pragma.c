/* check_pragma.c: //go: directives that stand where they have no effect, or that users may not have.
 *
 * Floor 3. The tree keeps the directives above functions only, so the text is read again, quickly, for
 * "//go:". A directive is for the declaration whose first token follows it.
 */
#include "check.h"

typedef struct Directive {
    Pos pos;
    const char *text; /* from "go:" on, without the end of the line */
    size_t len;
    bool alone; /* nothing before it on its line */
    Pos next;   /* of the next token */
} Directive;

typedef Vec(Directive) DirectiveList;

/* ---- finding them
 * ------------------------------------------------------------------------------------------- */

static const char *skip_quoted(const char *p) { /* behind the closing quote, or at the end of the line */
    const char quote = *p++;
    while (*p && *p != quote && *p != '\n') p += *p == '\\' && p[1] ? 2 : 1;
    return *p == quote ? p + 1 : p;
}

static const char *skip_raw(const char *p) {
    const char *end = strchr(p + 1, '`');
    return end ? end + 1 : p + strlen(p);
}

static const char *skip_comment(const char *p) {
    const char *end = strstr(p + 2, "*/");
    return end ? end + 2 : p + strlen(p);
}

static void find(Checker *c, const SourceFile *file, DirectiveList *out) {
    bool fresh = true; /* only white space so far on this line */
    int open = 0;      /* the first directive that waits for its token */
    for (const char *p = file->text; *p;) {
        if (*p == '\n') fresh = true;
        if (strchr(" \t\r\n", *p)) {
            p++;
            continue;
        }
        if (p[0] == '/' && p[1] == '/') {
            const size_t n = strcspn(p, "\r\n");
            if (!strncmp(p + 2, "go:", 3)) {
                const Pos pos = source_pos(file, (uint32_t)(p - file->text));
                vec_push(c->arena, out, ((Directive){pos, p + 2, n - 2, fresh, 0}));
            }
            p += n;
            continue;
        }
        if (p[0] == '/' && p[1] == '*') {
            p = skip_comment(p);
            continue;
        }
        for (; open < out->n; open++) out->v[open].next = source_pos(file, (uint32_t)(p - file->text));
        fresh = false;
        if (*p == '"' || *p == '\'')
            p = skip_quoted(p);
        else if (*p == '`')
            p = skip_raw(p);
        else
            p++;
    }
}

/* ---- judging them
 * ------------------------------------------------------------------------------------------- */

static bool verb_is(const Directive *d, const char *verb) {
    const size_t n = strlen(verb);
    return d->len >= n && !memcmp(d->text, verb, n) && (d->len == n || d->text[n] == ' ');
}

static bool verb_among(const Directive *d, const char *const *verbs) {
    for (; *verbs; verbs++)
        if (verb_is(d, *verbs)) return true;
    return false;
}

static int words_of(const Directive *d) {
    int n = 0;
    for (size_t i = 0; i < d->len; i++)
        n += d->text[i] != ' ' && d->text[i] != '\t' && (!i || strchr(" \t", d->text[i - 1]));
    return n;
}

static bool imports(const AstFile *f, const char *path) {
    for (int i = 0; i < f->decls.n; i++)
        if (f->decls.v[i]->kind == DECL_IMPORT && !strcmp(f->decls.v[i]->import.path, path)) return true;
    return false;
}

static Decl *decl_at(const AstFile *f, Pos pos, DeclKind kind) {
    for (int i = 0; i < f->decls.n; i++) {
        Decl *d = f->decls.v[i];
        if (d->kind != kind) continue;
        if (d->pos == pos || (kind == DECL_FUNC && d->func->pos == pos) ||
            (kind == DECL_VAR && d->value.name_pos.n && d->value.name_pos.v[0] == pos))
            return d;
    }
    return NULL;
}

static void check_embed(Checker *c, const AstFile *f, const Directive *d) {
    const Decl *var = decl_at(f, d->next, DECL_VAR);
    const char *why = NULL;
    if (words_of(d) < 2)
        why = "usage: //go:embed pattern...";
    else if (!imports(f, "embed"))
        why = "go:embed only allowed in Go files that import \"embed\"";
    else if (!var) {
        const char *rest = f->source->text + source_offset(f->source, d->next);
        why = strncmp(rest, "var", 3) ? "misplaced go:embed directive"
                                      : "go:embed cannot apply to var inside func";
    } else if (var->value.names.n > 1)
        why = "go:embed cannot apply to multiple vars";
    else if (var->value.values.n)
        why = "go:embed cannot apply to var with initializer";
    if (why) check_error(c, d->pos, d->pos + (Pos)d->len + 2, "%s", why);
}

static void check_linkname(Checker *c, const AstFile *f, const Directive *d) {
    const int n = words_of(d);
    if (n < 2 || n > 3) {
        check_error(c, d->pos, 0, "usage: //go:linkname localname [linkname]");
        return;
    }
    if (!imports(f, "unsafe")) {
        check_error(c, d->pos, 0, "//go:linkname only allowed in Go files that import \"unsafe\"");
        return;
    }
    const char *name = d->text + strlen("go:linkname");
    name += strspn(name, " \t");
    const Object *obj = scope_find(c->pkg->scope, intern(name, strcspn(name, " \t\r\n")));
    if (!obj || (obj->kind != OBJ_FUNC && obj->kind != OBJ_VAR))
        check_error(c, d->pos, 0, "//go:linkname must refer to declared function or variable");
    else if (obj->kind == OBJ_VAR && n == 3)
        check_error(c, d->pos, 0, "not supported yet: //go:linkname of a variable");
}

static void check_directive(Checker *c, const AstFile *f, const Directive *d) {
    static const char *const runtime_only[] = {"go:systemstack", "go:nowritebarrier", "go:nowritebarrierrec",
                                               "go:yeswritebarrierrec", NULL};
    static const char *const of_functions[] = {"go:noescape",
                                               "go:norace",
                                               "go:nosplit",
                                               "go:noinline",
                                               "go:nocheckptr",
                                               "go:uintptrkeepalive",
                                               "go:uintptrescapes",
                                               "go:registerparams",
                                               "go:systemstack",
                                               "go:nowritebarrier",
                                               "go:nowritebarrierrec",
                                               "go:yeswritebarrierrec",
                                               NULL};
    const Pos to = d->pos + (Pos)d->len + 2;
    if (!d->alone) {
        check_error(c, d->pos, to, "misplaced compiler directive");
    } else if (verb_is(d, "go:embed")) {
        check_embed(c, f, d);
    } else if (verb_is(d, "go:linkname")) {
        check_linkname(c, f, d);
    } else if (verb_is(d, "go:cgo_ldflag") && words_of(d) < 2) {
        check_error(c, d->pos, to, "usage: //go:cgo_ldflag \"arg\"");
    } else if (d->len > 7 && !memcmp(d->text, "go:cgo_", 7) && !verb_is(d, "go:cgo_import_dynamic")) {
        check_error(c, d->pos, to, "//%.*s only allowed in cgo-generated code", (int)d->len, d->text);
    } else if (verb_among(d, runtime_only)) {
        check_error(c, d->pos, to, "//%.*s only allowed in runtime", (int)strcspn(d->text, " \r\n"), d->text);
    } else if (verb_is(d, "go:build") ? d->pos > f->package_pos
                                      : verb_among(d, of_functions) && !decl_at(f, d->next, DECL_FUNC)) {
        check_error(c, d->pos, to, "misplaced compiler directive");
    }
}

void check_directives(Checker *c) {
    for (int i = 0; i < c->pkg->files.n; i++) {
        const AstFile *f = c->pkg->files.v[i];
        if (!f->source || !strstr(f->source->text, "//go:")) continue;
        DirectiveList list = {0};
        find(c, f->source, &list);
        for (int k = 0; k < list.n; k++) check_directive(c, f, &list.v[k]);
    }
}
