// Compares the trees that gol builds with those of tree-sitter's own parser, node by node, for every .go and
// .gol file below the given directories, testdata aside. Files that gol rejects are passed over: tree-sitter
// is less strict.
//
//     tree-same DIR …      exits 1 if a tree differs
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

#include "diag.h"
#include "syntax.h"

const TSLanguage *tree_sitter_gol(void);

static TSParser *parser;
static Tree tree;
static long files, nodes, rejected, differing;

// The next node that is no comment; false at the last.
static bool skip_comments(TSTreeCursor *c) {
    while (strcmp(ts_node_type(ts_tree_cursor_current_node(c)), "comment") == 0)
        if (!ts_tree_cursor_goto_next_sibling(c)) return false;
    return true;
}

static bool first_child(TSTreeCursor *c) {
    if (!ts_tree_cursor_goto_first_child(c)) return false;
    if (skip_comments(c)) return true;
    ts_tree_cursor_goto_parent(c);
    return false;
}

static bool next_sibling(TSTreeCursor *c) { return ts_tree_cursor_goto_next_sibling(c) && skip_comments(c); }

// A node that ends in an automatic semicolon may end before or behind the comment in front of the line's end.
static bool same_end(const SourceFile *source, uint32_t a, uint32_t b) {
    if (a > b) return same_end(source, b, a);
    return a == b || memchr(source->text + a, '\n', b - a) || source->text[b] == '\n' || b == source->size;
}

static bool same_node(const SourceFile *source, TSTreeCursor *c, const TreeNode *n) {
    const TSNode node = ts_tree_cursor_current_node(c);
    const TSLanguage *l = tree_sitter_gol();
    nodes++;
    if (ts_node_symbol(node) != n->symbol &&
        strcmp(ts_node_type(node), ts_language_symbol_name(l, n->symbol)) != 0)
        return false;
    return ts_tree_cursor_current_field_id(c) == n->field &&
           ts_node_start_byte(node) == source_offset(source, n->pos) &&
           same_end(source, ts_node_end_byte(node), source_offset(source, n->end));
}

static void show(const char *path, const SourceFile *source, TSTreeCursor *c, const TreeNode *n) {
    const TSNode node = ts_tree_cursor_current_node(c);
    const TSLanguage *l = tree_sitter_gol();
    const char *theirs = ts_tree_cursor_current_field_name(c),
               *ours = ts_language_field_name_for_id(l, n->field);
    printf("%s:%d: tree-sitter: %s: %s [%u, %u); gol: %s: %s [%u, %u)\n", path, source_own_line(n->pos),
           theirs ? theirs : "", ts_node_type(node), ts_node_start_byte(node), ts_node_end_byte(node),
           ours ? ours : "", ts_language_symbol_name(l, n->symbol), source_offset(source, n->pos),
           source_offset(source, n->end));
}

// Both walk in step, without recursion.
static bool same_tree(const char *path, const SourceFile *source, TSTreeCursor *c) {
    TreeIndex i = tree.root;
    tree.nodes[i].pos =
        source->base + ts_node_start_byte(ts_tree_cursor_current_node(c)); // comments may precede
    for (;;) {
        const TreeNode *n = &tree.nodes[i];
        if (!same_node(source, c, n)) {
            show(path, source, c, n);
            return false;
        }
        bool down = first_child(c);
        if (down != (n->first != 0)) {
            printf("%s:%d: only one has children\n", path, source_own_line(n->pos));
            return false;
        }
        if (down) {
            i = n->first;
            continue;
        }
        for (;;) {
            if (i == tree.root) return true;
            TreeIndex next = tree.nodes[i].next;
            bool more = next_sibling(c);
            if (more == ((next & TREE_UP) != 0)) {
                printf("%s:%d: only one has another child\n", path, source_own_line(tree.nodes[i].pos));
                return false;
            }
            i = next & ~(TreeIndex)TREE_UP;
            if (more) break;
            ts_tree_cursor_goto_parent(c);
        }
    }
}

static void compare(const char *path) {
    SourceFile *source = source_open(path);
    if (!source) {
        perror(path);
        exit(2);
    }
    files++;
    char *rest;
    diag_reset();
    const bool sound = syntax_check(source, &tree, &rest);
    free(rest);
    if (!sound) {
        rejected++;
        return;
    }
    TSTree *theirs = ts_parser_parse_string(parser, NULL, source->text, source->size);
    TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(theirs));
    if (!same_tree(path, source, &cursor)) differing++;
    ts_tree_cursor_delete(&cursor);
    ts_tree_delete(theirs);
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *place) {
    (void)st;
    const char *name = path + place->base, *dot = strrchr(name, '.');
    if (type == FTW_D && strcmp(name, "testdata") == 0) return FTW_SKIP_SUBTREE;
    if (type == FTW_F && dot && (strcmp(dot, ".go") == 0 || strcmp(dot, ".gol") == 0)) compare(path);
    return FTW_CONTINUE;
}

int main(int argc, char **argv) {
    parser = ts_parser_new();
    if (!ts_parser_set_language(parser, tree_sitter_gol())) {
        fputs("tree-same: libtree-sitter does not take the grammar's ABI\n", stderr);
        return 2;
    }
    for (int i = 1; i < argc; i++) nftw(argv[i], visit, 32, FTW_ACTIONRETVAL);
    printf("%ld files, %ld nodes: %ld rejected, %ld trees differ\n", files, nodes, rejected, differing);
    return differing != 0 || files - rejected == 0;
}
