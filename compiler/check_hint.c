/* check_hint.c: what was perhaps meant by a name that nothing declares.
 *
 * Floor 3. Hints are lines below the message, whose text stays Go's. Nothing is searched unless there is an
 * error.
 */
#include "check.h"

#include <stdlib.h>

enum { MAX_NAME = 40 };

/* Insertions, deletions, changes and swaps of neighbours that turn a into b, up to `limit`; limit + 1 for
 * more. */
static int distance(const char *a, const char *b, int limit) {
    const int n = (int)strlen(a), m = (int)strlen(b);
    if (n > MAX_NAME || m > MAX_NAME || abs(n - m) > limit) return limit + 1;
    int d[MAX_NAME + 1][MAX_NAME + 1];
    for (int i = 0; i <= n; i++) d[i][0] = i;
    for (int j = 0; j <= m; j++) d[0][j] = j;
    for (int i = 1; i <= n; i++)
        for (int j = 1; j <= m; j++) {
            int best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[n][m];
}

typedef struct Search {
    const char *name, *found;
    int best;      /* distance of found, or one too many */
    bool exported; /* only exported names */
} Search;

static void consider_name(Search *s, const char *name) {
    if (s->exported && !object_exported(name)) return;
    const int d = strcasecmp(name, s->name) ? distance(s->name, name, s->best - 1) : 0;
    if (d >= s->best) return;
    s->best = d;
    s->found = name;
}

static void consider(Object *obj, void *arg) { consider_name(arg, obj->name); }

/* Short names are too near to each other for a guess that is off by more than one. */
static Search new_search(const char *name, bool exported) {
    const size_t n = strlen(name);
    return (Search){.name = name, .exported = exported, .best = n < 3 ? 1 : n < 6 ? 2 : 3};
}

void check_hint_name(Checker *c, const char *name, bool selected) {
    const char *path = selected ? package_path_for_name(name) : NULL;
    if (path) {
        check_note(c, 0, "package %s is not imported: import \"%s\"", name, path);
        return;
    }
    Search s = new_search(name, false);
    for (Scope *scope = c->env.scope; scope; scope = scope_parent(scope)) scope_each(scope, consider, &s);
    if (s.found) check_note(c, 0, "did you mean %s?", s.found);
}

void check_hint_member(Checker *c, const Package *pkg, const char *name) {
    Search s = new_search(name, true);
    if (pkg->scope) scope_each(pkg->scope, consider, &s);
    if (s.found) check_note(c, 0, "did you mean %s.%s?", pkg->name, s.found);
}

enum { MAX_EMBEDDING = 4 };

static void consider_selected(Checker *c, Search *s, Package *pkg, const char *name) {
    if (pkg == c->pkg || object_exported(name)) consider_name(s, name);
}

/* Fields and methods of t and of what it embeds. */
static void consider_members(Checker *c, Search *s, Type *t, int depth) {
    Type *n = type_unalias(type_deref(t, NULL)), *u = type_under(n);
    if (n->kind == TYPE_NAMED && u->kind != TYPE_POINTER) {
        const Type *origin = n->named.origin ? n->named.origin : n;
        for (int i = 0; i < origin->named.methods.n; i++)
            consider_selected(c, s, origin->named.methods.v[i].pkg, origin->named.methods.v[i].name);
    }
    if (u->kind == TYPE_INTERFACE) {
        type_iface_complete(u);
        for (int i = 0; i < u->iface.all.n; i++)
            consider_selected(c, s, u->iface.all.v[i].pkg, u->iface.all.v[i].name);
    }
    for (int i = 0; u->kind == TYPE_STRUCT && i < u->struct_.fields.n; i++) {
        const StructField *f = &u->struct_.fields.v[i];
        consider_selected(c, s, f->pkg, f->name);
        if (f->embedded && depth < MAX_EMBEDDING) consider_members(c, s, f->type, depth + 1);
    }
}

void check_hint_selected(Checker *c, Type *t, const char *name) {
    Search s = new_search(name, false);
    consider_members(c, &s, t, 0);
    if (s.found && strcasecmp(s.found, name) != 0) check_note(c, 0, "did you mean %s?", s.found);
}
