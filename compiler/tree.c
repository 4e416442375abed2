// Building trees: what the grammar's tables say about each production, beside the states of the parser.
#include "tree.h"

#include <stdlib.h>

#include "diag.h"
#include "tree_sitter/parser.h"

const TSLanguage *tree_sitter_gol(void);

static const TSLanguage *language;

static void *grown(void *p, size_t count, size_t size) {
    p = reallocarray(p, count, size);
    if (!p) bug_at(0, "out of memory");
    return p;
}

void tree_start(Tree *t) {
    if (!language) language = tree_sitter_gol();
    t->n = 1; // index 0 is no node
    t->pragma_count = 0;
    t->root = 0;
}

void tree_pragma(Tree *t, Pos pos, Pos end) {
    if (t->pragma_count == t->pragma_cap) {
        t->pragma_cap = t->pragma_cap ? 2 * t->pragma_cap : 16;
        t->pragmas = grown(t->pragmas, (size_t)t->pragma_cap, sizeof *t->pragmas);
    }
    t->pragmas[t->pragma_count++] = (TreePragma){pos, end};
}

// A node around the nodes of a span, which may be none.
static TreeSpan wrap(Tree *t, TreeSpan s, uint16_t symbol) {
    if (t->n >= t->cap) {
        t->cap = t->cap ? 2 * t->cap : 4096;
        t->nodes = grown(t->nodes, t->cap, sizeof *t->nodes);
    }
    TreeIndex node = t->n++;
    t->nodes[node] = (TreeNode){.pos = s.pos, .end = s.end, .first = s.first, .symbol = symbol};
    if (s.last) t->nodes[s.last].next = TREE_UP | node;
    s.first = s.last = node;
    return s;
}

TreeSpan tree_leaf(Tree *t, uint16_t symbol, Pos pos, Pos end) {
    TreeSpan s = {.pos = pos, .end = end};
    return language->symbol_metadata[symbol].visible ? wrap(t, s, symbol) : s;
}

// A child that the production knows by another name: a hidden one becomes a node by that.
static void rename_child(Tree *t, TreeSpan *child, uint16_t grammar_symbol, uint16_t alias) {
    if (language->symbol_metadata[grammar_symbol].visible)
        t->nodes[child->first].symbol = alias;
    else
        *child = wrap(t, *child, alias);
}

// The innermost field counts where hidden rules with fields of their own lie within one another.
static void set_field(Tree *t, const TreeSpan *child, uint8_t field) {
    for (TreeIndex i = child->first; i; i = i == child->last ? 0 : t->nodes[i].next)
        if (!t->nodes[i].field) t->nodes[i].field = field;
}

TreeSpan tree_reduce(Tree *t, TreeSpan *entries, const uint16_t *symbols, int count, uint16_t symbol,
                     uint16_t production) {
    const TSSymbol *aliases = &language->alias_sequences[production * language->max_alias_sequence_length];
    const TSMapSlice fields = language->field_map_slices[production];
    for (int i = 0; production && i < count && i < language->max_alias_sequence_length; i++)
        if (aliases[i]) rename_child(t, &entries[i], symbols[i], aliases[i]);
    for (int i = 0; i < fields.length; i++) {
        const TSFieldMapEntry *f = &language->field_map_entries[fields.index + i];
        if (!f->inherited) set_field(t, &entries[f->child_index], (uint8_t)f->field_id);
    }
    TreeSpan all = {.pos = entries[0].pos, .end = entries[count - 1].end};
    for (int i = 0; i < count; i++) {
        if (!entries[i].first) continue;
        if (all.last)
            t->nodes[all.last].next = entries[i].first;
        else
            all.first = entries[i].first;
        all.last = entries[i].last;
    }
    return language->symbol_metadata[symbol].visible ? wrap(t, all, symbol) : all;
}
