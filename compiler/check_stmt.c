/* check_stmt.c: function bodies and statements.
 *
 * Floor 3. Each statement checks its parts in order, runs what its expressions delayed (bodies of function
 * literals), and leaves no scope open. Branches and labels are checked over the whole body afterwards
 * (cst_label.c), switches in check_switch.c, range in check_range.c, assignments in check_assign.c.
 */
#include "check_expr.h"

/* ---- scopes
 * ------------------------------------------------------------------------------------------------- */

static void report_unused(Object *obj, void *arg) {
    Checker *c = arg;
    if (obj->kind == OBJ_VAR && obj->role == VAR_LOCAL && !obj->used)
        check_soft_error(c, obj->pos, 0, "declared and not used: %s", obj->name);
}

StmtScope stmt_scope_open(Checker *c) {
    check_open_scope(c);
    return (StmtScope){c->delayed.n};
}

void stmt_scope_close(Checker *c, StmtScope s) {
    check_process_delayed(c, s.delayed);
    scope_each(c->env.scope, report_unused, c);
    check_close_scope(c);
}

void check_stmt_list(Checker *c, const StmtList *list) {
    for (int i = 0; i < list->n; i++) check_stmt(c, list->v[i]);
}

void check_block(Checker *c, Block *b) {
    if (!b) return;
    StmtScope s = stmt_scope_open(c);
    check_stmt_list(c, &b->stmts);
    stmt_scope_close(c, s);
}

void check_multiple_defaults(Checker *c, CaseClause *const *clauses, int n) {
    const CaseClause *first = NULL;
    for (int i = 0; i < n; i++) {
        if (!clauses[i]->is_default) continue;
        if (first)
            check_error(c, clauses[i]->pos, 0, "multiple defaults (first at %s:%d:%d)",
                        source_path(first->pos), source_line(first->pos), source_col(first->pos));
        else
            first = clauses[i];
    }
}

/* ---- simple statements
 * ---------------------------------------------------------------------------------------- */

static void check_expr_stmt(Checker *c, Expr *x) {
    Use use = check_expr_use(c, x, NULL, NULL, false);
    const char *text;
    switch (x->mode) {
    case MODE_BUILTIN: text = "must be called"; break;
    case MODE_TYPE: text = "is not an expression"; break;
    default:
        if (use == USE_STATEMENT) return;
        text = "is not used";
    }
    if (operand_valid(x)) check_error_at(c, x, "%s %s", check_operand_text(c, x), text);
}

static void check_send(Checker *c, Stmt *s) {
    Expr *ch = s->send.chan, *val = s->send.value;
    check_expr(c, ch, NULL);
    check_generic_expr(c, val);
    if (!operand_valid(ch) || !operand_valid(val)) return;
    Type *elem = check_chan_elem(c, s->pos, s->end, ch, false);
    if (elem) check_assignment(c, val, elem, "send");
}

static void check_incdec(Checker *c, Stmt *s) {
    Expr *x = s->incdec.x;
    const char *op = s->incdec.dec ? "--" : "++";
    check_expr(c, x, NULL);
    if (!operand_valid(x)) return;
    if (!all_numeric(x->type))
        check_error_at(c, x, "invalid operation: %s%s (non-numeric type %s)", check_text(c, x), op,
                       check_type_text(c, x->type));
    else
        check_assignable_operand(c, x);
}

/* x op= y. The operation gets a node of its own, so that x stays the variable that it is. */
static void check_op_assign(Checker *c, Stmt *s) {
    if (s->assign.lhs.n != 1 || s->assign.rhs.n != 1) {
        check_error(c, s->assign.op_pos, 0, "assignment operation %s= requires single-valued expressions",
                    op_text(s->assign.op));
        return;
    }
    Expr *x = s->assign.lhs.v[0], *y = s->assign.rhs.v[0];
    Expr *operation = ARENA_NEW(c->arena, Expr);
    operation->kind = EXPR_BINARY;
    operation->pos = x->pos;
    operation->end = y->end;
    operation->binary.op = s->assign.op;
    operation->binary.x = x;
    operation->binary.y = y;
    if (expr_unparen(x)->kind == EXPR_NAME && strcmp(expr_unparen(x)->name.name, "_") == 0) {
        check_error_at(c, x, "cannot use _ as value");
        check_use(c, y);
        return;
    }
    check_expr(c, x, NULL);
    check_expr(c, y, NULL);
    check_binary(c, operation, NULL, x, y, s->assign.op, s->assign.op_pos);
    if (check_assignable_operand(c, x) && operand_valid(operation))
        check_assignment(c, operation, x->type, "assignment");
}

static void check_go_defer(Checker *c, Stmt *s) {
    const char *keyword = s->kind == STMT_GO ? "go" : "defer", *what;
    Expr *call = s->expr;
    if (s->kind == STMT_DEFER && c->env.fn) c->env.fn->has_defer = true;
    if (call->kind != EXPR_CALL) {
        check_error_at(c, call, "expression in %s must be function call", keyword);
        check_use(c, call);
        return;
    }
    switch (check_expr_use(c, call, NULL, NULL, false)) {
    case USE_CONVERSION: what = "requires function call, not conversion"; break;
    case USE_EXPRESSION: what = "discards result of"; break;
    default: return;
    }
    if (operand_valid(call)) check_error_at(c, call, "%s %s %s", keyword, what, check_operand_text(c, call));
}

/* A bare return wants the named results in sight. */
static void check_bare_return(Checker *c, Stmt *s, const ObjectList *results) {
    for (int i = 0; i < results->n; i++) {
        Object *obj = results->v[i];
        if (!obj->name || strcmp(obj->name, "_") == 0) continue;
        Object *other = scope_lookup(c->env.scope, obj->name, s->pos, NULL);
        if (!other || other == obj) continue;
        check_error(c, s->pos, s->end, "result parameter %s not in scope at return", obj->name);
        check_note(c, other->pos, "inner declaration of var %s %s", obj->name, check_type_text(c, obj->type));
    }
}

static void check_return(Checker *c, Stmt *s) {
    FuncNode *fn = c->env.fn;
    s->ret.func = fn;
    if (!fn) return;
    bool named = fn->results.n && fn->results.v[0]->name;
    if (!s->ret.results.n && named)
        check_bare_return(c, s, &fn->result_objs);
    else if (s->ret.results.n || fn->result_objs.n)
        check_init_vars(c, &fn->result_objs, &s->ret.results, s);
}

/* ---- compound statements
 * ----------------------------------------------------------------------------------------- */

static void check_condition(Checker *c, Expr *cond, const char *what) {
    if (!cond) return;
    check_expr(c, cond, NULL);
    if (!operand_valid(cond)) return;
    if (!all_boolean(cond->type))
        check_error_at(c, cond, "non-boolean condition in %s statement", what);
    else
        check_default(c, cond);
}

static void check_if(Checker *c, Stmt *s) {
    StmtScope scope = stmt_scope_open(c);
    if (s->if_.init) check_stmt(c, s->if_.init);
    check_condition(c, s->if_.cond, "if");
    check_block(c, s->if_.then);
    if (s->if_.else_) check_stmt(c, s->if_.else_);
    stmt_scope_close(c, scope);
}

typedef struct Loop {
    Checker *c;
    Stmt *s;
} Loop;

static void add_loop_var(Object *obj, void *arg) {
    Loop *loop = arg;
    if (obj->kind == OBJ_VAR) vec_push(loop->c->arena, &loop->s->for_.vars, obj);
}

static void check_for(Checker *c, Stmt *s) {
    StmtScope scope = stmt_scope_open(c);
    if (s->for_.init) {
        check_stmt(c, s->for_.init);
        scope_each(c->env.scope, add_loop_var, &(Loop){c, s});
    }
    check_condition(c, s->for_.cond, "for");
    if (s->for_.post) {
        if (s->for_.post->kind == STMT_DEFINE)
            check_error(c, s->for_.post->pos, 0, "cannot declare in post statement of for loop");
        check_stmt(c, s->for_.post);
    }
    check_block(c, s->for_.body);
    stmt_scope_close(c, scope);
}

/* Whether a communication is a send, or a receive perhaps with an assignment. */
static bool is_communication(const Stmt *s) {
    const Expr *x = NULL;
    if (s->kind == STMT_SEND) return true;
    if (s->kind == STMT_EXPR)
        x = s->expr;
    else if ((s->kind == STMT_ASSIGN || s->kind == STMT_DEFINE) && s->assign.op == OP_NONE &&
             s->assign.rhs.n == 1)
        x = s->assign.rhs.v[0];
    while (x && x->kind == EXPR_PAREN) x = x->paren;
    return x && x->kind == EXPR_UNARY && x->unary.op == OP_RECV;
}

static void check_select(Checker *c, Stmt *s) {
    check_multiple_defaults(c, s->select.clauses.v, s->select.clauses.n);
    for (int i = 0; i < s->select.clauses.n; i++) {
        CaseClause *clause = s->select.clauses.v[i];
        if (clause->comm && !is_communication(clause->comm)) {
            check_error(c, clause->comm->pos, clause->comm->end,
                        "select case must be send or receive (possibly with assignment)");
            continue;
        }
        StmtScope scope = stmt_scope_open(c);
        if (clause->comm) check_stmt(c, clause->comm);
        if (clause->body) check_stmt_list(c, &clause->body->stmts);
        stmt_scope_close(c, scope);
    }
}

/* ---- statements
 * ---------------------------------------------------------------------------------------------------- */

static void check_stmt_kind(Checker *c, Stmt *s) {
    switch (s->kind) {
    case STMT_BAD:
    case STMT_EMPTY: break;
    case STMT_EXPR: check_expr_stmt(c, s->expr); break;
    case STMT_SEND: check_send(c, s); break;
    case STMT_INCDEC: check_incdec(c, s); break;
    case STMT_ASSIGN:
        if (s->assign.op == OP_NONE)
            check_assign_vars(c, &s->assign.lhs, &s->assign.rhs);
        else
            check_op_assign(c, s);
        break;
    case STMT_DEFINE: check_short_var_decl(c, s); break;
    case STMT_DECL: check_decl_stmt(c, s->decl); break;
    case STMT_GO:
    case STMT_DEFER: check_go_defer(c, s); break;
    case STMT_RETURN: check_return(c, s); break;
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_GOTO:
    case STMT_FALLTHROUGH: break; /* cst_label.c */
    case STMT_BLOCK: check_block(c, s->block); break;
    case STMT_IF: check_if(c, s); break;
    case STMT_FOR: check_for(c, s); break;
    case STMT_RANGE: check_range(c, s); break;
    case STMT_SWITCH: check_switch(c, s); break;
    case STMT_TYPESWITCH: check_typeswitch(c, s); break;
    case STMT_SELECT: check_select(c, s); break;
    case STMT_LABELED:
        c->env.has_label = true;
        check_stmt(c, s->labeled.stmt);
        break;
    }
}

void check_stmt(Checker *c, Stmt *s) {
    if (!s || !check_enter(c, s->pos)) return;
    int top = c->delayed.n;
    check_stmt_kind(c, s);
    check_process_delayed(c, top);
    check_leave(c);
}

void check_func_body(Checker *c, FuncNode *fn) {
    check_stmt_list(c, &fn->body->stmts);
    if (fn->result_objs.n && !check_terminates(fn->body))
        check_error(c, fn->body->rbrace, 0, "missing return");
    scope_each(c->env.scope, report_unused, c);
}
