// Source to AST: has the syntax check (syntax.c) build a file's tree, and converts that.
//
// Floor 2. The tree's memory serves one file after the other.
#include "cst.h"

#include <stdlib.h>
#include <string.h>

#include "cst_node.h"
#include "diag.h"
#include "intern.h"
#include "syntax.h"

static Arena *tree_arena(void) {
    static Arena *arena;
    if (!arena) arena = arena_new();
    return arena;
}

// ---- files

static void package_clause(Cst *c, AstFile *file) {
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field != CST_FIELD_NAME) continue;
        file->package_name = cst_name(c, &child);
        file->package_pos = child.pos;
    }
}

// Of the directives in front of the package clause only //go:build lines matter.
static void take_build_constraints(Cst *c, AstFile *file) {
    for (int i = 0; i < c->pragmas.n; i++)
        if (strncmp(c->pragmas.v[i], "go:build ", 9) == 0)
            vec_push(c->arena, &file->build_constraints, arena_printf(c->arena, "//%s", c->pragmas.v[i]));
    c->pragmas.n = 0;
}

static void top_level(Cst *c, const CstNode *n, AstFile *file) {
    if (n->kind == CST_IMPORT_DECLARATION && c->after_declaration)
        cst_error(c, n->pos, 0, "syntax error: imports must appear before other declarations");
    c->after_declaration = n->kind != CST_IMPORT_DECLARATION; // one error for several imports in a row
    cst_declaration(c, n, &file->decls);
    memset(&c->pragmas, 0, sizeof c->pragmas); // the old list may belong to a function now
}

static void top_levels(Cst *c, AstFile *file) {
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.kind == CST_PACKAGE_CLAUSE) {
            take_build_constraints(c, file);
            package_clause(c, file);
        } else if (child.kind != CST_TOKEN && child.kind < CST_LPAREN) {
            top_level(c, &child, file);
        }
    }
}

static AstFile *convert(SourceFile *source, const Tree *tree) {
    cst_tables_init();
    Cst c = {.source = source, .arena = tree_arena(), .tree = tree, .at = tree->root};
    AstFile *file = ARENA_NEW(c.arena, AstFile);
    file->source = source;
    top_levels(&c, file);
    file->local_types = c.local_types;
    return c.errors ? NULL : file;
}

bool cst_parse_file(SourceFile *source, AstFile **out) {
    static Tree tree;
    char *rest;
    *out = NULL;
    if (syntax_check(source, &tree, &rest))
        *out = convert(source, &tree);
    else if (rest &&
             syntax_tree(source, rest, &tree)) // there may be more to say about the sound declarations
        convert(source, &tree);
    free(rest);
    return *out != NULL;
}
