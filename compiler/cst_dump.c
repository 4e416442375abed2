// The concrete syntax tree as S-expressions, a named node a line, for `gol dump --stage=cst`.
#include "cst_node.h"

const TSLanguage *tree_sitter_gol(void);

static void dump_node(TSTreeCursor *cursor, const SourceFile *source, FILE *out, int depth) {
    TSNode n = ts_tree_cursor_current_node(cursor);
    const char *field = ts_tree_cursor_current_field_name(cursor);
    uint32_t start = ts_node_start_byte(n), end = ts_node_end_byte(n);
    fprintf(out, "%*s%s%s(%s", 2 * depth, "", field ? field : "", field ? ": " : "", ts_node_type(n));
    if (ts_node_named_child_count(n) == 0) fprintf(out, " %.*s", (int)(end - start), source->text + start);
}

// Without recursion: a dump is what one asks for when a tree is odd.
static void dump_tree(TSTreeCursor *cursor, const SourceFile *source, FILE *out) {
    int depth = 0;
    for (;;) {
        bool named = ts_node_is_named(ts_tree_cursor_current_node(cursor));
        if (named) dump_node(cursor, source, out, depth);
        if (ts_tree_cursor_goto_first_child(cursor)) {
            if (named) fputc('\n', out);
            depth++;
            continue;
        }
        if (named) fputs(")\n", out);
        while (!ts_tree_cursor_goto_next_sibling(cursor)) {
            if (!ts_tree_cursor_goto_parent(cursor)) return;
            fprintf(out, "%*s)\n", 2 * --depth, "");
        }
    }
}

bool cst_dump(SourceFile *source, FILE *out) {
    TSParser *parser = ts_parser_new();
    ts_parser_set_language(parser, tree_sitter_gol());
    TSTree *tree = ts_parser_parse_string(parser, NULL, source->text, source->size);
    TSNode root = ts_tree_root_node(tree);
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    dump_tree(&cursor, source, out);
    bool sound = !ts_node_has_error(root);
    ts_tree_cursor_delete(&cursor);
    ts_tree_delete(tree);
    ts_parser_delete(parser);
    return sound;
}
