// Expressions, from the CST to the AST.
#include "ast_text.h"
#include "constant.h"
#include "cst_node.h"
#include "diag.h"

Expr *cst_new_expr(Cst *c, ExprKind kind, Pos pos, Pos end) {
    Expr *e = ARENA_NEW(c->arena, Expr);
    e->kind = kind;
    e->pos = pos;
    e->end = end;
    return e;
}

static Expr *make(Cst *c, ExprKind kind, const CstNode *n) { return cst_new_expr(c, kind, n->pos, n->end); }

Expr *cst_unparen(Expr *e) {
    while (e->kind == EXPR_PAREN) e = e->paren;
    return e;
}

Expr *cst_name_expr(Cst *c, const CstNode *n) {
    Expr *e = make(c, EXPR_NAME, n);
    e->name.name = cst_name(c, n);
    return e;
}

static Expr *basic_literal(Cst *c, const CstNode *n, ExprKind kind) {
    Expr *e = make(c, kind, n);
    e->literal = arena_strdup(c->arena, cst_text(c, n), n->end - n->pos);
    const char *error = NULL;
    e->val = const_from_literal(kind, e->literal, &error);
    if (!e->val) cst_error(c, n->pos, n->end, "%s", error ? error : "malformed constant");
    return e;
}

static Expr *parenthesized(Cst *c, const CstNode *n) {
    Expr *e = make(c, EXPR_PAREN, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child))
        if (child.field) e->paren = cst_expr(c);
    return e;
}

static Expr *selector(Cst *c, const CstNode *n) {
    Expr *e = make(c, EXPR_SELECTOR, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_OPERAND || child.field == CST_FIELD_PACKAGE) e->selector.x = cst_expr(c);
        if (child.field != CST_FIELD_NAME) continue;
        e->selector.name = cst_name(c, &child);
        e->selector.name_pos = child.pos;
    }
    return e;
}

// x[i], and T[A, B] where the grammar asks for a type.
static Expr *index_expr(Cst *c, const CstNode *n) {
    Expr *e = make(c, EXPR_INDEX, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_OPERAND || child.field == CST_FIELD_TYPE)
            e->index.x = cst_expr(c);
        else if (child.kind && (child.field == CST_FIELD_INDEX || child.field == CST_FIELD_ARGUMENT))
            vec_push(c->arena, &e->index.index, cst_expr(c));
    }
    return e;
}

static Expr *slice_expr(Cst *c, const CstNode *n) {
    Expr *e = make(c, EXPR_SLICE, n);
    Pos second_colon = 0;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        switch (child.field) {
        case CST_FIELD_OPERAND: e->slice.x = cst_expr(c); break;
        case CST_FIELD_LOW: e->slice.lo = cst_expr(c); break;
        case CST_FIELD_HIGH: e->slice.hi = cst_expr(c); break;
        case CST_FIELD_MAX: e->slice.max = cst_expr(c); break;
        case CST_FIELD_FULL: second_colon = child.pos; break;
        default: break;
        }
    }
    e->slice.three = second_colon != 0;
    if (second_colon && !e->slice.hi) cst_error(c, second_colon, 0, "middle index required in 3-index slice");
    if (second_colon && !e->slice.max) cst_error(c, n->end - 1, 0, "final index required in 3-index slice");
    return e;
}

static Expr *assertion(Cst *c, const CstNode *n) {
    Expr *e = make(c, EXPR_ASSERT, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_OPERAND) e->assert_.x = cst_expr(c);
        if (child.field == CST_FIELD_TYPE && child.kind != CST_TYPE) e->assert_.type = cst_expr(c);
    }
    return e;
}

static void arguments(Cst *c, Expr *call) {
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.kind == CST_LPAREN)
            call->call.lparen = child.pos;
        else if (child.kind == CST_RPAREN)
            call->call.rparen = child.pos;
        else if (child.field == CST_FIELD_SPREAD)
            call->call.spread = true;
        else if (child.kind != CST_COMMA)
            vec_push(c->arena, &call->call.args, cst_expr(c));
    }
}

static Expr *call(Cst *c, const CstNode *n) {
    Expr *e = make(c, EXPR_CALL, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_FUNCTION) e->call.fn = cst_expr(c);
        if (child.field == CST_FIELD_ARGUMENTS) arguments(c, e);
    }
    return e;
}

// ---- composite literals

static void literal_value(Cst *c, Expr *composite);

static Expr *element(Cst *c, const CstNode *n) {
    if (n->kind != CST_LITERAL_VALUE) return cst_expr(c);
    Expr *e = make(c, EXPR_COMPOSITE, n);
    if (!cst_descend(c, n->pos)) return e;
    literal_value(c, e);
    cst_ascend(c);
    return e;
}

static Expr *keyed(Cst *c, const CstNode *n) {
    Expr *e = make(c, EXPR_KEYED, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_KEY) e->keyed.key = element(c, &child);
        if (child.field == CST_FIELD_VALUE) e->keyed.value = element(c, &child);
    }
    return e;
}

static void literal_value(Cst *c, Expr *composite) {
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.kind == CST_LBRACE)
            composite->composite.lbrace = child.pos;
        else if (child.kind == CST_RBRACE)
            composite->composite.rbrace = child.pos;
        else if (child.kind == CST_KEYED)
            vec_push(c->arena, &composite->composite.elems, keyed(c, &child));
        else if (child.kind != CST_COMMA)
            vec_push(c->arena, &composite->composite.elems, element(c, &child));
    }
}

static Expr *composite(Cst *c, const CstNode *n) {
    Expr *e = make(c, EXPR_COMPOSITE, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_TYPE) e->composite.type = cst_expr(c);
        if (child.field == CST_FIELD_BODY) literal_value(c, e);
    }
    if (e->composite.type->kind == EXPR_PAREN) {
        cst_error(c, e->composite.lbrace, 0, "syntax error: cannot parenthesize type in composite literal");
        e->composite.type = cst_unparen(e->composite.type);
    }
    return e;
}

// ---- operators

// `<-` in front of a channel type belongs to the leftmost chan that it can: <-chan T is a receive-only
// channel, and <-chan<- T is <-chan (<-T), which is in order only if T is a channel type too.
static Expr *receive_channel(Cst *c, const CstNode *n, Expr *type) {
    ChanDir dir = CHAN_SEND;
    Expr *t = type;
    while (dir == CHAN_SEND && t->kind == EXPR_CHAN_TYPE) {
        dir = t->chan.dir;
        if (dir == CHAN_RECV) cst_error(c, t->pos, 0, "syntax error: unexpected <-, expected chan");
        t->chan.dir = CHAN_RECV;
        t = t->chan.elem;
    }
    if (dir == CHAN_SEND)
        cst_error(c, t->pos, t->end, "syntax error: unexpected %s, expected chan", expr_text(c->arena, t));
    type->pos = n->pos;
    return type;
}

static Expr *unary(Cst *c, const CstNode *n) {
    Op op = OP_NONE;
    Expr *x = NULL;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_OPERATOR) op = cst_unary_op(child.symbol);
        if (child.field == CST_FIELD_OPERAND) x = cst_expr(c);
    }
    if (op == OP_RECV && x->kind == EXPR_CHAN_TYPE) return receive_channel(c, n, x);
    Expr *e = make(c, op == OP_NONE ? EXPR_STAR : EXPR_UNARY, n);
    if (op == OP_NONE) {
        e->star = x;
    } else {
        e->unary.op = op;
        e->unary.x = x;
        e->unary.op_pos = n->pos;
    }
    return e;
}

static Expr *binary(Cst *c, const CstNode *n) {
    Expr *e = make(c, EXPR_BINARY, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_LEFT) e->binary.x = cst_expr(c);
        if (child.field == CST_FIELD_RIGHT) e->binary.y = cst_expr(c);
        if (child.field != CST_FIELD_OPERATOR) continue;
        e->binary.op = cst_binary_op(child.symbol);
        e->binary.op_pos = child.pos;
    }
    return e;
}

// ---- all of them

static Expr *convert(Cst *c, const CstNode *n) {
    switch (n->kind) {
    case CST_IDENTIFIER: return cst_name_expr(c, n);
    case CST_INT: return basic_literal(c, n, EXPR_INT);
    case CST_FLOAT: return basic_literal(c, n, EXPR_FLOAT);
    case CST_IMAGINARY: return basic_literal(c, n, EXPR_IMAG);
    case CST_RUNE: return basic_literal(c, n, EXPR_RUNE);
    case CST_STRING: return basic_literal(c, n, EXPR_STRING);
    case CST_FUNCTION_LITERAL: return cst_function(c, n);
    case CST_COMPOSITE: return composite(c, n);
    case CST_PARENTHESIZED:
    case CST_PARENTHESIZED_TYPE: return parenthesized(c, n);
    case CST_SELECTOR:
    case CST_QUALIFIED_TYPE: return selector(c, n);
    case CST_INDEX:
    case CST_GENERIC_TYPE: return index_expr(c, n);
    case CST_SLICE: return slice_expr(c, n);
    case CST_TYPE_ASSERTION: return assertion(c, n);
    case CST_CALL: return call(c, n);
    case CST_UNARY: return unary(c, n);
    case CST_BINARY: return binary(c, n);
    default: return cst_type(c, n);
    }
}

Expr *cst_expr(Cst *c) {
    CstNode n = cst_here(c);
    if (!cst_descend(c, n.pos)) return make(c, EXPR_BAD, &n);
    Expr *e = convert(c, &n);
    cst_ascend(c);
    return e;
}

void cst_expr_list(Cst *c, ExprList *list) {
    if (cst_here(c).kind != CST_EXPRESSION_LIST) {
        vec_push(c->arena, list, cst_expr(c));
        return;
    }
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child))
        if (child.kind != CST_COMMA) vec_push(c->arena, list, cst_expr(c));
}
