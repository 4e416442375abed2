// Source to AST: runs tree-sitter over a file and converts its tree, which is then dropped.
//
// Floor 2. The text has passed the syntax check (syntax.c) before tree-sitter sees it: that is where syntax
// errors are found and worded. libtree-sitter 0.20 is slow and not always sound on broken files.
#include "cst.h"

#include <stdlib.h>
#include <string.h>

#include "cst_node.h"
#include "diag.h"
#include "intern.h"
#include "syntax.h"

const TSLanguage *tree_sitter_gol(void);

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

static AstFile *convert(SourceFile *source, TSNode root) {
    Cst c = {.source = source, .arena = tree_arena()};
    AstFile *file = ARENA_NEW(c.arena, AstFile);
    file->source = source;
    c.cursor = ts_tree_cursor_new(root);
    top_levels(&c, file);
    file->local_types = c.local_types;
    ts_tree_cursor_delete(&c.cursor);
    return c.errors ? NULL : file;
}

// ---- tree-sitter

static TSTree *parse(const char *text, uint32_t size) {
    static TSParser *parser;
    if (!parser) {
        cst_tables_init();
        parser = ts_parser_new();
        if (!ts_parser_set_language(parser, tree_sitter_gol()))
            bug_at(0, "libtree-sitter is too old for the grammar");
    }
    return ts_parser_parse_string(parser, NULL, text, size);
}

// The file has syntax errors, reported already; the conversion may find more in the declarations that are
// sound.
static void check_rest(SourceFile *source, const char *rest) {
    TSTree *tree = parse(rest, source->size);
    TSNode root = ts_tree_root_node(tree);
    if (!ts_node_has_error(root)) convert(source, root);
    ts_tree_delete(tree);
}

bool cst_parse_file(SourceFile *source, AstFile **out) {
    *out = NULL;
    char *rest;
    if (!syntax_check(source, &rest)) {
        if (rest) check_rest(source, rest);
        free(rest);
        return false;
    }
    TSTree *tree = parse(source->text, source->size);
    TSNode root = ts_tree_root_node(tree);
    if (ts_node_has_error(root))
        bug_at(source->base, "tree-sitter rejects what the syntax check has accepted");
    *out = convert(source, root);
    ts_tree_delete(tree);
    return *out != NULL;
}
