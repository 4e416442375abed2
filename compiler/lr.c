// The LR parser. The tables are unpacked once into a matrix, states by symbols.
//
// A cell is, for a terminal, an index into `actions` (0: error), for a nonterminal the state to go to. The
// grammar has no conflicts: of the actions that tree-sitter keeps in a cell all but one concern how it merges
// repetitions, and are marked so.
#include "lr.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "tree_sitter/parser.h"

const TSLanguage *tree_sitter_gol(void);

static const TSLanguage *language;
static uint16_t *matrix;
static TSParseAction *actions; // by entry of language->parse_actions

static void *checked(void *p) {
    if (!p) bug_at(0, "out of memory");
    return p;
}

// ---- tables

static void unpack_small_state(uint16_t *row, const uint16_t *packed) {
    for (uint16_t groups = *packed++; groups > 0; groups--) {
        uint16_t value = *packed++;
        for (uint16_t n = *packed++; n > 0; n--) row[*packed++] = value;
    }
}

static void unpack_matrix(void) {
    size_t width = language->symbol_count, large = language->large_state_count;
    matrix = checked(calloc(width * language->state_count, sizeof *matrix));
    memcpy(matrix, language->parse_table, large * width * sizeof *matrix);
    for (size_t state = large; state < language->state_count; state++)
        unpack_small_state(&matrix[state * width],
                           &language->small_parse_table[language->small_parse_table_map[state - large]]);
}

static TSParseAction choose_action(const TSParseActionEntry *entry) {
    for (int i = 0; i < entry->entry.count; i++) {
        TSParseAction a = entry[i + 1].action;
        if (a.type != TSParseActionTypeShift || !a.shift.repetition) return a;
    }
    return (TSParseAction){.type = TSParseActionTypeRecover}; // error
}

static void choose_actions(void) {
    int last = 0;
    for (size_t state = 0; state < language->state_count; state++)
        for (size_t t = 0; t < language->token_count; t++) {
            int cell = matrix[state * language->symbol_count + t];
            if (cell > last) last = cell;
        }
    actions = checked(calloc((size_t)last + 1, sizeof *actions));
    for (int i = 0; i <= last; i += 1 + language->parse_actions[i].entry.count) // entry 0 is empty: an error
        actions[i] = choose_action(&language->parse_actions[i]);
}

static void load_tables(void) {
    language = tree_sitter_gol();
    unpack_matrix();
    choose_actions();
}

LrSymbol lr_symbol(const char *name) {
    if (!language) load_tables();
    for (uint32_t s = 0; s < language->symbol_count; s++)
        if (strcmp(language->symbol_names[s], name) == 0) return (LrSymbol)s;
    return LR_NO_SYMBOL;
}

bool lr_is_terminal(LrSymbol symbol) { return symbol < language->token_count; }

const char *lr_name(LrSymbol symbol) { return symbol == LR_NO_SYMBOL ? "" : language->symbol_names[symbol]; }

static uint16_t cell(uint16_t state, LrSymbol symbol) {
    return matrix[(size_t)state * language->symbol_count + symbol];
}

// ---- stacks

static void reserve(LrStack *s, int n) {
    if (n <= s->cap) return;
    while (s->cap < n) s->cap = s->cap ? 2 * s->cap : 256;
    size_t cap = (size_t)s->cap;
    s->states = checked(realloc(s->states, cap * sizeof *s->states));
    s->symbols = checked(realloc(s->symbols, cap * sizeof *s->symbols));
    s->taken_states = checked(realloc(s->taken_states, cap * sizeof *s->taken_states));
    s->taken_symbols = checked(realloc(s->taken_symbols, cap * sizeof *s->taken_symbols));
    if (s->tree) s->spans = checked(realloc(s->spans, cap * sizeof *s->spans));
}

static void push(LrStack *s, uint16_t state, LrSymbol symbol, TreeSpan span) {
    reserve(s, s->n + 1);
    if (s->tree) s->spans[s->n] = span;
    s->states[s->n] = state;
    s->symbols[s->n++] = symbol;
}

void lr_start(LrStack *s, Tree *tree) {
    if (!language) load_tables();
    *s = (LrStack){.tree = tree};
    if (tree) tree_start(tree);
    push(s, 1, LR_NO_SYMBOL, (TreeSpan){0}); // tree-sitter's first state
}

void lr_free(LrStack *s) {
    free(s->states);
    free(s->symbols);
    free(s->taken_states);
    free(s->taken_symbols);
    free(s->spans);
}

// Keeps what is taken off for the first time since the step began.
static void pop(LrStack *s, int count) {
    s->n -= count;
    for (; s->kept > s->n; s->kept--) {
        s->taken_states[s->kept - 1] = s->states[s->kept - 1];
        s->taken_symbols[s->kept - 1] = s->symbols[s->kept - 1];
    }
}

void lr_undo(LrStack *s) {
    s->n = s->old_n;
    for (int i = s->kept; i < s->n; i++) {
        s->states[i] = s->taken_states[i];
        s->symbols[i] = s->taken_symbols[i];
    }
    s->kept = s->n;
    s->tree = NULL; // the entries that are back have lost their nodes
}

static void shift(LrStack *s, uint16_t state, LrSymbol terminal) {
    push(s, state, terminal, s->tree ? tree_leaf(s->tree, terminal, s->pos, s->end) : (TreeSpan){0});
}

static void reduce(LrStack *s, int count, LrSymbol symbol, uint16_t production) {
    pop(s, count);
    TreeSpan span = {0};
    if (s->tree) span = tree_reduce(s->tree, &s->spans[s->n], &s->symbols[s->n], count, symbol, production);
    push(s, cell(s->states[s->n - 1], symbol), symbol, span);
}

static LrResult accept(LrStack *s) {
    if (s->tree) s->tree->root = s->spans[s->n - 1].first;
    return LR_ACCEPTED;
}

LrResult lr_step(LrStack *s, LrSymbol terminal) {
    s->old_n = s->kept = s->n;
    for (;;) {
        TSParseAction a = actions[cell(s->states[s->n - 1], terminal)];
        switch (a.type) {
        case TSParseActionTypeShift: shift(s, a.shift.state, terminal); return LR_SHIFTED;
        case TSParseActionTypeAccept: return accept(s);
        case TSParseActionTypeReduce:
            reduce(s, a.reduce.child_count, a.reduce.symbol, a.reduce.production_id);
            break;
        default: return LR_ERROR;
        }
    }
}

// ---- trying out

static LrStack scratch;

static LrResult try_step(const LrStack *s, LrSymbol terminal) {
    reserve(&scratch, s->n);
    memcpy(scratch.states, s->states, (size_t)s->n * sizeof *s->states);
    memcpy(scratch.symbols, s->symbols, (size_t)s->n * sizeof *s->symbols);
    scratch.n = s->n;
    return lr_step(&scratch, terminal);
}

bool lr_viable(const LrStack *s, LrSymbol terminal) { return try_step(s, terminal) != LR_ERROR; }

LrSymbol lr_completes(const LrStack *s, LrSymbol terminal) {
    if (try_step(s, terminal) != LR_SHIFTED) return LR_NO_SYMBOL;
    uint16_t state = scratch.states[scratch.n - 1];
    for (size_t t = 0; t < language->token_count; t++) {
        TSParseAction a = actions[cell(state, (LrSymbol)t)];
        if (a.type == TSParseActionTypeReduce) return a.reduce.symbol;
    }
    return LR_NO_SYMBOL;
}
