// The walk over tree-sitter's tree: kinds and fields by number, children without comments.
#include "cst_node.h"

#include <stdarg.h>
#include <string.h>

#include "diag.h"
#include "intern.h"

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

// By tree-sitter's numbers, which change with the grammar.
static uint8_t kind_of[SYMBOL_LIMIT], field_of[FIELD_LIMIT], unary_of[SYMBOL_LIMIT], binary_of[SYMBOL_LIMIT];

const char *cst_kind_name(CstKind kind) { return kind_names[kind]; }

static void enter_operator(TSSymbol symbol, const char *name) {
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
static void enter_symbol(TSSymbol symbol, const char *name, TSSymbolType type) {
    int from = type == TSSymbolTypeRegular ? 1 : FIRST_TOKEN;
    int to = type == TSSymbolTypeRegular ? FIRST_TOKEN : KIND_COUNT;
    for (int k = from; k < to; k++)
        if (strcmp(kind_names[k], name) == 0) kind_of[symbol] = (uint8_t)k;
    if (type == TSSymbolTypeAnonymous) enter_operator(symbol, name);
}

void cst_tables_init(void) {
    static bool done;
    if (done) return;
    done = true;
    const TSLanguage *language = tree_sitter_gol();
    uint32_t symbols = ts_language_symbol_count(language), fields = ts_language_field_count(language);
    if (symbols > SYMBOL_LIMIT || fields >= FIELD_LIMIT)
        bug_at(0, "the grammar has outgrown the tables of cst_node.c");
    for (TSSymbol s = 0; s < symbols; s++) {
        TSSymbolType type = ts_language_symbol_type(language, s);
        if (type != TSSymbolTypeAuxiliary) enter_symbol(s, ts_language_symbol_name(language, s), type);
    }
    for (TSFieldId f = 1; f <= fields; f++)
        for (int k = 1; k < FIELD_COUNT; k++)
            if (strcmp(field_names[k], ts_language_field_name_for_id(language, f)) == 0)
                field_of[f] = (uint8_t)k;
}

Op cst_unary_op(TSSymbol symbol) { return (Op)unary_of[symbol]; }
Op cst_binary_op(TSSymbol symbol) { return (Op)binary_of[symbol]; }

CstNode cst_here(Cst *c) {
    TSNode node = ts_tree_cursor_current_node(&c->cursor);
    TSSymbol symbol = ts_node_symbol(node);
    return (CstNode){
        .kind = symbol < SYMBOL_LIMIT ? (CstKind)kind_of[symbol] : CST_TOKEN,
        .field = (CstField)field_of[ts_tree_cursor_current_field_id(&c->cursor)],
        .pos = source_pos(c->source, ts_node_start_byte(node)),
        .end = source_pos(c->source, ts_node_end_byte(node)),
        .symbol = symbol,
        .id = node.id,
    };
}

// Lines `//go:…` of a run of comments that precedes a declaration.
static void gather_pragmas(Cst *c, const CstNode *n) {
    const char *p = cst_text(c, n), *end = p + (n->end - n->pos);
    while (p < end) {
        if (end - p > 1 && p[0] == '/' && p[1] == '*') {
            p = memmem(p + 2, (size_t)(end - p - 2), "*/", 2);
            if (!p) return;
            p += 2;
        } else if (*p == '/') {
            const char *eol = memchr(p, '\n', (size_t)(end - p));
            if (!eol) eol = end;
            const char *stop = eol > p && eol[-1] == '\r' ? eol - 1 : eol;
            if (stop - p > 5 && strncmp(p, "//go:", 5) == 0)
                vec_push(c->arena, &c->pragmas, arena_strdup(c->arena, p + 2, (size_t)(stop - p - 2)));
            p = eol;
        } else {
            p++;
        }
    }
}

bool cst_next(Cst *c, CstNode *child) {
    while (ts_tree_cursor_goto_next_sibling(&c->cursor)) {
        *child = cst_here(c);
        if (child->kind != CST_COMMENT) return true;
        if (c->depth == 0) gather_pragmas(c, child);
    }
    ts_tree_cursor_goto_parent(&c->cursor);
    return false;
}

bool cst_first(Cst *c, CstNode *child) {
    if (!ts_tree_cursor_goto_first_child(&c->cursor)) return false;
    *child = cst_here(c);
    if (child->kind != CST_COMMENT) return true;
    if (c->depth == 0) gather_pragmas(c, child);
    return cst_next(c, child);
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
