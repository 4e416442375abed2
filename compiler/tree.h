// The concrete syntax tree of a file: what the grammar makes of its tokens, built while the LR parser runs.
//
// Floor 1. The shape is tree-sitter's for the same grammar (names, fields, aliases; hidden rules give way to
// their children), without comments and blanks. tests/tools/tree_same compares the two. Tree-sitter's own
// parser takes about ten times as long: its tree is made to be edited and shared, this one is read once.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "source.h"

typedef uint32_t TreeIndex; // 0: no node

enum { TREE_UP = 1u << 31 };

typedef struct TreeNode {
    Pos pos, end;
    TreeIndex first; // child
    TreeIndex next;  // sibling; the last one has TREE_UP | its parent, the root 0
    uint16_t symbol; // tree-sitter's numbers
    uint8_t field;   // in its parent; 0: none
} TreeNode;

// What belongs to an entry of the parser's stack: nodes in a row, one if its symbol is visible.
typedef struct TreeSpan {
    TreeIndex first, last;
    Pos pos, end; // of its tokens, hidden ones too
} TreeSpan;

// A comment `//go:…`; the scanner passes them.
typedef struct TreePragma {
    Pos pos, end;
} TreePragma;

// All zero: an empty tree. Its memory is used again for the next file.
typedef struct Tree {
    TreeNode *nodes;
    uint32_t n, cap;
    TreePragma *pragmas;
    int pragma_count, pragma_cap;
    TreeIndex root;
} Tree;

void tree_start(Tree *t); // forgets what was in it

TreeSpan tree_leaf(Tree *t, uint16_t symbol, Pos pos, Pos end);

// What a production of the grammar makes of the count > 0 entries that it takes off the stack, of these
// symbols. They are used up.
TreeSpan tree_reduce(Tree *t, TreeSpan *entries, const uint16_t *symbols, int count, uint16_t symbol,
                     uint16_t production);

void tree_pragma(Tree *t, Pos pos, Pos end);
