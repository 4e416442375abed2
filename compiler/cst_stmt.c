// Statements, from the CST to the AST.
#include <string.h>

#include "ast_text.h"
#include "cst_node.h"
#include "diag.h"

static void statement(Cst *c, StmtList *list);

static Stmt *make(Cst *c, StmtKind kind, const CstNode *n) {
    Stmt *s = ARENA_NEW(c->arena, Stmt);
    s->kind = kind;
    s->pos = n->pos;
    s->end = n->end;
    return s;
}

static bool is_node(const CstNode *n) { return n->kind != CST_TOKEN && n->kind < CST_LPAREN; }

// ---- simple statements

static Stmt *send(Cst *c, const CstNode *n) {
    Stmt *s = make(c, STMT_SEND, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_CHANNEL)
            s->send.chan = cst_expr(c);
        else if (child.field == CST_FIELD_VALUE)
            s->send.value = cst_expr(c);
        else
            s->send.arrow = child.pos;
    }
    return s;
}

static Stmt *inc_dec(Cst *c, const CstNode *n) {
    Stmt *s = make(c, STMT_INCDEC, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_OPERAND) s->incdec.x = cst_expr(c);
        if (child.kind == CST_DECREMENT) s->incdec.dec = true;
    }
    return s;
}

static Stmt *assignment(Cst *c, const CstNode *n) {
    Stmt *s = make(c, n->kind == CST_DEFINE ? STMT_DEFINE : STMT_ASSIGN, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_LEFT) {
            cst_expr_list(c, &s->assign.lhs);
        } else if (child.field == CST_FIELD_RIGHT) {
            cst_expr_list(c, &s->assign.rhs);
        } else {
            s->assign.op = cst_binary_op(child.symbol);
            s->assign.op_pos = child.pos;
        }
    }
    return s;
}

static Stmt *simple(Cst *c, const CstNode *n) {
    switch (n->kind) {
    case CST_SEND: return send(c, n);
    case CST_INC_DEC: return inc_dec(c, n);
    case CST_ASSIGNMENT:
    case CST_DEFINE: return assignment(c, n);
    default: break;
    }
    Stmt *s = make(c, STMT_EXPR, n);
    s->expr = cst_expr(c);
    return s;
}

// ---- conditions

static const char *list_text(Cst *c, const ExprList *list) {
    const char *text = expr_text(c->arena, list->v[0]);
    for (int i = 1; i < list->n; i++)
        text = arena_printf(c->arena, "%s, %s", text, expr_text(c->arena, list->v[i]));
    return text;
}

// Parentheses draw the eye to the `=` between two operations.
static const char *side_text(Cst *c, const ExprList *list) {
    const char *text = list_text(c, list);
    return list->n == 1 && list->v[0]->kind == EXPR_BINARY ? arena_printf(c->arena, "(%s)", text) : text;
}

static void reject_as_value(Cst *c, Stmt *s) {
    static const char format[] = "syntax error: cannot use %s as value";
    const char *text;
    Pos pos = s->pos;
    switch (s->kind) {
    case STMT_SEND:
        text = arena_printf(c->arena, "%s <- %s", expr_text(c->arena, s->send.chan),
                            expr_text(c->arena, s->send.value));
        pos = s->send.arrow;
        break;
    case STMT_INCDEC:
        text = arena_printf(c->arena, "%s%s", expr_text(c->arena, s->incdec.x), s->incdec.dec ? "--" : "++");
        pos = s->incdec.x->end;
        break;
    case STMT_DEFINE:
        text = arena_printf(c->arena, "%s := %s", list_text(c, &s->assign.lhs), list_text(c, &s->assign.rhs));
        pos = s->assign.op_pos;
        break;
    default:
        pos = s->assign.op_pos;
        if (s->assign.op)
            text = arena_printf(c->arena, "%s %s= %s", list_text(c, &s->assign.lhs), op_text(s->assign.op),
                                list_text(c, &s->assign.rhs));
        else
            text = arena_printf(c->arena, "assignment %s = %s", side_text(c, &s->assign.lhs),
                                side_text(c, &s->assign.rhs));
    }
    cst_error(c, pos, 0, format, text);
}

// The value of a simple statement that stands where a value is needed; EXPR_BAD after an error.
static Expr *condition(Cst *c, const CstNode *n) {
    Stmt *s = simple(c, n);
    if (s->kind == STMT_EXPR) return s->expr;
    reject_as_value(c, s);
    return cst_new_expr(c, EXPR_BAD, n->pos, n->end);
}

// ---- if and for

static Stmt *block_statement(Cst *c, const CstNode *n) {
    Stmt *s = make(c, STMT_BLOCK, n);
    s->block = cst_block(c);
    return s;
}

// `else if` nests, and a long chain of them is as deep as it is long.
static Stmt *if_statement(Cst *c, const CstNode *n) {
    Stmt *s = make(c, STMT_IF, n);
    if (!cst_descend(c, n->pos)) return s;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        switch (child.field) {
        case CST_FIELD_INIT: s->if_.init = simple(c, &child); break;
        case CST_FIELD_CONDITION: s->if_.cond = condition(c, &child); break;
        case CST_FIELD_THEN: s->if_.then = cst_block(c); break;
        case CST_FIELD_ELSE:
            s->if_.else_ = child.kind == CST_IF ? if_statement(c, &child) : block_statement(c, &child);
            break;
        default: break;
        }
    }
    cst_ascend(c);
    return s;
}

static void for_clause(Cst *c, Stmt *s) {
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_INIT) s->for_.init = simple(c, &child);
        if (child.field == CST_FIELD_CONDITION) s->for_.cond = condition(c, &child);
        if (child.field != CST_FIELD_POST) continue;
        s->for_.post = simple(c, &child);
        if (s->for_.post->kind == STMT_DEFINE)
            cst_error(c, s->for_.post->assign.op_pos, 0,
                      "syntax error: cannot declare in post statement of for loop");
    }
}

static void range_variables(Cst *c, Stmt *s) {
    ExprList left = {0};
    cst_expr_list(c, &left);
    s->range.has_assign = true;
    s->range.key = left.v[0];
    if (left.n > 1) s->range.value = left.v[1];
    if (left.n > 2) s->range.extra = left.v[2];
}

static void range_clause(Cst *c, Stmt *s) {
    s->kind = STMT_RANGE;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_LEFT) range_variables(c, s);
        if (child.field == CST_FIELD_OPERAND) s->range.x = cst_expr(c);
        if (child.kind == CST_DEFINE_TOKEN) s->range.define = true;
        if (child.kind == CST_RANGE) s->range.range_pos = child.pos;
    }
}

static Stmt *for_statement(Cst *c, const CstNode *n) {
    Stmt *s = make(c, STMT_FOR, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.kind == CST_FOR_CLAUSE) for_clause(c, s);
        if (child.kind == CST_RANGE_CLAUSE) range_clause(c, s);
        if (child.field == CST_FIELD_CONDITION) s->for_.cond = condition(c, &child);
        if (child.field != CST_FIELD_BODY) continue;
        Block *body = cst_block(c);
        if (s->kind == STMT_RANGE)
            s->range.body = body;
        else
            s->for_.body = body;
    }
    return s;
}

// ---- switch and select

static void clause_values(Cst *c, CaseClause *clause) { cst_expr_list(c, &clause->values); }

static CaseClause *clause(Cst *c, const CstNode *n) {
    CaseClause *clause = ARENA_NEW(c->arena, CaseClause);
    clause->pos = n->pos;
    clause->body = ARENA_NEW(c->arena, Block);
    clause->body->lbrace = n->pos;
    clause->body->rbrace = n->end;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_VALUES)
            clause_values(c, clause);
        else if (child.field == CST_FIELD_COMMUNICATION)
            clause->comm = simple(c, &child);
        else if (child.kind == CST_DEFAULT)
            clause->is_default = true;
        else if (child.kind == CST_COLON)
            clause->colon = child.pos;
        else if (is_node(&child))
            statement(c, &clause->body->stmts);
    }
    return clause;
}

static bool is_guard(const Expr *e) { return e->kind == EXPR_ASSERT && !e->assert_.type; }

// Makes s a type switch if its tag says so.
static bool type_switch(Stmt *s, Stmt *tag) {
    Stmt *init = s->switch_.init;
    if (tag->kind == STMT_EXPR && is_guard(tag->expr)) {
        s->kind = STMT_TYPESWITCH;
        memset(&s->typeswitch, 0, sizeof s->typeswitch);
        s->typeswitch.x = tag->expr->assert_.x;
    } else if (tag->kind == STMT_DEFINE && tag->assign.rhs.n == 1 && is_guard(tag->assign.rhs.v[0]) &&
               tag->assign.lhs.n == 1 && tag->assign.lhs.v[0]->kind == EXPR_NAME) {
        s->kind = STMT_TYPESWITCH;
        memset(&s->typeswitch, 0, sizeof s->typeswitch);
        s->typeswitch.name = tag->assign.lhs.v[0]->name.name;
        s->typeswitch.name_pos = tag->assign.lhs.v[0]->pos;
        s->typeswitch.x = tag->assign.rhs.v[0]->assert_.x;
    } else {
        return false;
    }
    s->typeswitch.init = init;
    return true;
}

static void switch_tag(Cst *c, const CstNode *n, Stmt *s) {
    Stmt *tag = simple(c, n);
    if (type_switch(s, tag)) return;
    if (tag->kind == STMT_EXPR)
        s->switch_.tag = tag->expr;
    else
        reject_as_value(c, tag);
}

static Stmt *switch_statement(Cst *c, const CstNode *n) {
    Stmt *s = make(c, STMT_SWITCH, n);
    ClauseList clauses = {0};
    Pos lbrace = 0, rbrace = 0;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_INIT)
            s->switch_.init = simple(c, &child);
        else if (child.kind == CST_LBRACE)
            lbrace = child.pos;
        else if (child.kind == CST_RBRACE)
            rbrace = child.pos;
        else if (child.kind == CST_CASE_CLAUSE)
            vec_push(c->arena, &clauses, clause(c, &child));
        else if (is_node(&child))
            switch_tag(c, &child, s);
    }
    if (s->kind == STMT_TYPESWITCH) {
        s->typeswitch.clauses = clauses;
        s->typeswitch.lbrace = lbrace;
        s->typeswitch.rbrace = rbrace;
    } else {
        s->switch_.clauses = clauses;
        s->switch_.lbrace = lbrace;
        s->switch_.rbrace = rbrace;
    }
    return s;
}

static Stmt *select_statement(Cst *c, const CstNode *n) {
    Stmt *s = make(c, STMT_SELECT, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.kind == CST_LBRACE)
            s->select.lbrace = child.pos;
        else if (child.kind == CST_RBRACE)
            s->select.rbrace = child.pos;
        else if (child.kind == CST_COMMUNICATION_CLAUSE)
            vec_push(c->arena, &s->select.clauses, clause(c, &child));
    }
    return s;
}

// ---- the others

static Stmt *go_or_defer(Cst *c, const CstNode *n) {
    bool is_go = n->kind == CST_GO;
    Stmt *s = make(c, is_go ? STMT_GO : STMT_DEFER, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child))
        if (child.field == CST_FIELD_CALL) s->expr = cst_expr(c);
    if (s->expr->kind == EXPR_PAREN) {
        cst_error(c, s->expr->pos, s->expr->end, "expression in %s must not be parenthesized",
                  is_go ? "go" : "defer");
        s->expr = cst_unparen(s->expr);
    }
    return s;
}

static Stmt *return_statement(Cst *c, const CstNode *n) {
    Stmt *s = make(c, STMT_RETURN, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child))
        if (child.field == CST_FIELD_RESULTS) cst_expr_list(c, &s->ret.results);
    return s;
}

static Stmt *branch(Cst *c, const CstNode *n, StmtKind kind) {
    Stmt *s = make(c, kind, n);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field != CST_FIELD_LABEL) continue;
        s->branch.label = cst_name(c, &child);
        s->branch.label_pos = child.pos;
    }
    return s;
}

// A declaration of a group becomes a statement a member, so that a block stays a flat list.
static void declaration(Cst *c, const CstNode *n, StmtList *list) {
    DeclList decls = {0};
    cst_declaration(c, n, &decls);
    for (int i = 0; i < decls.n; i++) {
        Stmt *s = make(c, STMT_DECL, n);
        s->decl = decls.v[i];
        vec_push(c->arena, list, s);
    }
}

static void labeled(Cst *c, const CstNode *n, StmtList *list) {
    Stmt *s = make(c, STMT_LABELED, n);
    StmtList inner = {0};
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_LABEL) {
            s->labeled.label = cst_name(c, &child);
            s->labeled.label_pos = child.pos;
        } else if (is_node(&child)) {
            statement(c, &inner);
        }
    }
    s->labeled.stmt = inner.n ? inner.v[0] : make(c, STMT_EMPTY, &(CstNode){.pos = n->end, .end = n->end});
    vec_push(c->arena, list, s);
    for (int i = 1; i < inner.n; i++) vec_push(c->arena, list, inner.v[i]);
}

static Stmt *convert(Cst *c, const CstNode *n) {
    switch (n->kind) {
    case CST_BLOCK: return block_statement(c, n);
    case CST_IF: return if_statement(c, n);
    case CST_FOR: return for_statement(c, n);
    case CST_SWITCH: return switch_statement(c, n);
    case CST_SELECT: return select_statement(c, n);
    case CST_GO:
    case CST_DEFER: return go_or_defer(c, n);
    case CST_RETURN: return return_statement(c, n);
    case CST_BREAK: return branch(c, n, STMT_BREAK);
    case CST_CONTINUE: return branch(c, n, STMT_CONTINUE);
    case CST_GOTO: return branch(c, n, STMT_GOTO);
    case CST_FALLTHROUGH: return make(c, STMT_FALLTHROUGH, n);
    default: return simple(c, n);
    }
}

// Appends the statement, or the statements of a declaration.
static void statement(Cst *c, StmtList *list) {
    CstNode n = cst_here(c);
    if (!cst_descend(c, n.pos)) return;
    switch (n.kind) {
    case CST_CONST_DECLARATION:
    case CST_VAR_DECLARATION:
    case CST_TYPE_DECLARATION: declaration(c, &n, list); break;
    case CST_LABELED: labeled(c, &n, list); break;
    default: vec_push(c->arena, list, convert(c, &n));
    }
    cst_ascend(c);
}

Block *cst_block(Cst *c) {
    Block *b = ARENA_NEW(c->arena, Block);
    CstNode n = cst_here(c);
    if (!cst_descend(c, n.pos)) return b;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.kind == CST_LBRACE)
            b->lbrace = child.pos;
        else if (child.kind == CST_RBRACE)
            b->rbrace = child.pos;
        else if (is_node(&child))
            statement(c, &b->stmts);
    }
    cst_ascend(c);
    return b;
}
