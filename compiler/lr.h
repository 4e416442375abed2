// A plain LR parser over the tables that tree-sitter has generated: it accepts what the grammar accepts,
// makes the tree if it is asked to, and knows its stack.
//
// Floor 2. Tree-sitter's own parser says nothing about an error but where it is. Here the state that met the
// error is at hand, and what it would have accepted can be tried out.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "tree.h"

typedef uint16_t LrSymbol; // tree-sitter's numbers: terminals and nonterminals

typedef struct LrStack {
    uint16_t *states;
    LrSymbol *symbols; // symbols[i] led to states[i]; symbols[0] is void
    int n, cap;
    // For lr_undo: what the latest step has taken off a stack of old_n entries, from entry `kept` on.
    uint16_t *taken_states;
    LrSymbol *taken_symbols;
    int old_n, kept;
    Tree *tree; // to be built, or NULL; lr_undo gives it up
    TreeSpan *spans;
    Pos pos, end; // of the next terminal, for the tree
} LrStack;

typedef enum { LR_SHIFTED, LR_ACCEPTED, LR_ERROR } LrResult;

enum {
    LR_DEPTH_LIMIT = 100000, // entries; nesting a level takes two at least
    LR_NO_SYMBOL = 0xFFFF,
};

// Symbols by the names of grammar.js; terminals that are not named (operators, keywords) by their spelling.
// LR_NO_SYMBOL if there is none.
LrSymbol lr_symbol(const char *name);
bool lr_is_terminal(LrSymbol symbol);
const char *lr_name(LrSymbol symbol); // "" for LR_NO_SYMBOL

void lr_start(LrStack *s, Tree *tree); // tree: NULL if none is wanted
void lr_free(LrStack *s);

// Reduces as often as the terminal asks for and shifts it. With LR_ACCEPTED the tree has its root. After
// LR_ERROR the stack may have been reduced; lr_undo gives back what it was before the step.
LrResult lr_step(LrStack *s, LrSymbol terminal);
void lr_undo(LrStack *s);

// Whether the terminal could come next. Changes nothing.
bool lr_viable(const LrStack *s, LrSymbol terminal);

// The construct that would be complete after the terminal (a closing bracket); LR_NO_SYMBOL if it cannot come
// next or completes nothing.
LrSymbol lr_completes(const LrStack *s, LrSymbol terminal);
