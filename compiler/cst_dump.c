// The concrete syntax tree as S-expressions, a named node a line, for `gol dump --stage=cst`.
#include <stdlib.h>

#include "cst.h"
#include "syntax.h"
#include "tree_sitter/parser.h"

const TSLanguage *tree_sitter_gol(void);

static bool is_named(const TreeNode *n) { return tree_sitter_gol()->symbol_metadata[n->symbol].named; }

static bool has_named_child(const Tree *t, const TreeNode *n) {
    for (TreeIndex i = n->first; i && !(i & TREE_UP); i = t->nodes[i].next)
        if (is_named(&t->nodes[i])) return true;
    return false;
}

static void dump_node(const Tree *t, const TreeNode *n, const SourceFile *source, FILE *out, int depth) {
    const char *field = n->field ? tree_sitter_gol()->field_names[n->field] : NULL;
    fprintf(out, "%*s%s%s(%s", 2 * depth, "", field ? field : "", field ? ": " : "",
            tree_sitter_gol()->symbol_names[n->symbol]);
    if (!has_named_child(t, n))
        fprintf(out, " %.*s", (int)(n->end - n->pos), source->text + source_offset(source, n->pos));
}

// Without recursion: a dump is what one asks for when a tree is odd.
static void dump_tree(const Tree *t, const SourceFile *source, FILE *out) {
    int depth = 0;
    for (TreeIndex i = t->root; i;) {
        const TreeNode *n = &t->nodes[i];
        if (is_named(n)) dump_node(t, n, source, out, depth);
        if (n->first) {
            if (is_named(n)) fputc('\n', out);
            depth++;
            i = n->first;
            continue;
        }
        if (is_named(n)) fputs(")\n", out);
        for (i = n->next; i & TREE_UP; i = t->nodes[i & ~(TreeIndex)TREE_UP].next)
            fprintf(out, "%*s)\n", 2 * --depth, "");
    }
}

bool cst_dump(SourceFile *source, FILE *out) {
    static Tree tree;
    char *rest;
    const bool sound = syntax_check(source, &tree, &rest);
    if (sound) dump_tree(&tree, source, out);
    free(rest);
    return sound;
}
