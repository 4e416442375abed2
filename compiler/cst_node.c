// The walk over the tree: kinds and fields by the grammar's numbers.
#include "cst_node.h"

#include <stdarg.h>
#include <string.h>

#include "diag.h"
#include "intern.h"
#include "tree_sitter/parser.h"

const TSLanguage *tree_sitter_gol(void);

static const char *const kind_names[] = {[CST_TOKEN] = "",
#define X(id, name) [CST_##id] = name,
                                         CST_KINDS(X) CST_TOKENS(X)
#undef X
};

static const char *const field_names[] = {[CST_FIELD_NONE] = "",
#define X(id, name) [CST_FIELD_##id] = name,
                                          CST_FIELDS(X)
#undef X
};

enum {
    KIND_COUNT = sizeof kind_names / sizeof *kind_names,
    FIELD_COUNT = sizeof field_names / sizeof *field_names
};
enum { FIRST_TOKEN = CST_LPAREN, SYMBOL_LIMIT = 512, FIELD_LIMIT = 128 };

// By the generated tables' numbers, which change with the grammar.
static uint8_t kind_of[SYMBOL_LIMIT], field_of[FIELD_LIMIT], unary_of[SYMBOL_LIMIT], binary_of[SYMBOL_LIMIT];

const char *cst_kind_name(CstKind kind) { return kind_names[kind]; }

static void enter_operator(uint32_t symbol, const char *name) {
    static const struct {
        const char *text;
        Op unary, binary;
    } ops[] = {
        {"+", OP_POS, OP_ADD},    {"-", OP_NEG, OP_SUB},      {"*", OP_NONE, OP_MUL},
        {"/", OP_NONE, OP_DIV},   {"%", OP_NONE, OP_REM},     {"&", OP_ADDR, OP_AND},
        {"|", OP_NONE, OP_OR},    {"^", OP_COMPL, OP_XOR},    {"<<", OP_NONE, OP_SHL},
        {">>", OP_NONE, OP_SHR},  {"&^", OP_NONE, OP_ANDNOT}, {"&&", OP_NONE, OP_LAND},
        {"||", OP_NONE, OP_LOR},  {"==", OP_NONE, OP_EQ},     {"!=", OP_NONE, OP_NE},
        {"<", OP_NONE, OP_LT},    {"<=", OP_NONE, OP_LE},     {">", OP_NONE, OP_GT},
        {">=", OP_NONE, OP_GE},   {"!", OP_NOT, OP_NONE},     {"<-", OP_RECV, OP_NONE},
        {"~", OP_TILDE, OP_NONE}, {"+=", OP_NONE, OP_ADD},    {"-=", OP_NONE, OP_SUB},
        {"*=", OP_NONE, OP_MUL},  {"/=", OP_NONE, OP_DIV},    {"%=", OP_NONE, OP_REM},
        {"&=", OP_NONE, OP_AND},  {"|=", OP_NONE, OP_OR},     {"^=", OP_NONE, OP_XOR},
        {"<<=", OP_NONE, OP_SHL}, {">>=", OP_NONE, OP_SHR},   {"&^=", OP_NONE, OP_ANDNOT},
    };
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (strcmp(ops[i].text, name) != 0) continue;
        unary_of[symbol] = (uint8_t)ops[i].unary;
        binary_of[symbol] = (uint8_t)ops[i].binary;
    }
}

// A name may belong to several symbols (aliases), and to a node and a keyword (type).
static void enter_symbol(uint32_t symbol, const char *name, TSSymbolMetadata is) {
    if (!is.visible) return;
    for (int k = is.named ? 1 : FIRST_TOKEN; k < (is.named ? FIRST_TOKEN : KIND_COUNT); k++)
        if (strcmp(kind_names[k], name) == 0) kind_of[symbol] = (uint8_t)k;
    if (!is.named) enter_operator(symbol, name);
}

void cst_tables_init(void) {
    static bool done;
    if (done) return;
    done = true;
    const TSLanguage *language = tree_sitter_gol();
    uint32_t symbols = language->symbol_count + language->alias_count;
    if (symbols > SYMBOL_LIMIT || language->field_count >= FIELD_LIMIT)
        bug_at(0, "the grammar has outgrown the tables of cst_node.c");
    for (uint32_t s = 0; s < symbols; s++)
        enter_symbol(s, language->symbol_names[s], language->symbol_metadata[s]);
    for (uint32_t f = 1; f <= language->field_count; f++)
        for (int k = 1; k < FIELD_COUNT; k++)
            if (strcmp(field_names[k], language->field_names[f]) == 0) field_of[f] = (uint8_t)k;
}

Op cst_unary_op(uint16_t symbol) { return (Op)unary_of[symbol]; }
Op cst_binary_op(uint16_t symbol) { return (Op)binary_of[symbol]; }

CstNode cst_here(Cst *c) {
    const TreeNode *n = &c->tree->nodes[c->at];
    return (CstNode){
        .kind = (CstKind)kind_of[n->symbol],
        .field = (CstField)field_of[n->field],
        .pos = n->pos,
        .end = n->end,
        .symbol = n->symbol,
    };
}

// The directives between the child before (or the beginning of the node) and a child: of the next function.
static void gather_pragmas(Cst *c, Pos upto) {
    const Tree *t = c->tree;
    for (; c->pragma < t->pragma_count && t->pragmas[c->pragma].pos < upto; c->pragma++) {
        Pos pos = t->pragmas[c->pragma].pos, end = t->pragmas[c->pragma].end;
        if (pos < c->passed) continue; // within what has been converted
        const char *text = c->source->text + source_offset(c->source, pos);
        size_t n = end - pos;
        if (text[n - 1] == '\r') n--;
        if (n > 5) vec_push(c->arena, &c->pragmas, arena_strdup(c->arena, text + 2, n - 2));
    }
}

static bool enter(Cst *c, TreeIndex at, CstNode *child) {
    c->at = at;
    *child = cst_here(c);
    if (c->depth == 0) gather_pragmas(c, child->pos);
    return true;
}

bool cst_first(Cst *c, CstNode *child) {
    TreeIndex first = c->tree->nodes[c->at].first;
    return first && enter(c, first, child);
}

bool cst_next(Cst *c, CstNode *child) {
    TreeIndex next = c->tree->nodes[c->at].next;
    if (c->depth == 0) c->passed = c->tree->nodes[c->at].end;
    if (!(next & TREE_UP)) return enter(c, next, child);
    c->at = next & ~(TreeIndex)TREE_UP;
    return false;
}

const char *cst_text(Cst *c, const CstNode *n) { return c->source->text + source_offset(c->source, n->pos); }

const char *cst_name(Cst *c, const CstNode *n) { return intern(cst_text(c, n), n->end - n->pos); }

void cst_error(Cst *c, Pos from, Pos to, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const char *text = arena_vprintf(c->arena, fmt, args);
    va_end(args);
    if (strncmp(text, "syntax error", 12) == 0 || c->too_deep) c->errors++;
    c->reported++;
    diag_error(from, to, "%s", text);
}

bool cst_descend(Cst *c, Pos pos) {
    if (c->depth >= CST_DEPTH_LIMIT) {
        const bool first = !c->too_deep;
        c->too_deep = true;
        if (first) cst_error(c, pos, 0, "nested too deeply (the limit is %d levels)", CST_DEPTH_LIMIT);
        return false;
    }
    c->depth++;
    return true;
}
