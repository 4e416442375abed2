// Statements: blocks, if, for, branches, and the way to the files of the larger ones.
//
// Floor 5. Each statement starts without early nodes and leaves none.
#include "lower.h"

void lower_stmts(Fn *fn, StmtList *list) {
    for (int i = 0; i < list->n; i++) lower_stmt(fn, list->v[i]);
}

void lower_block(Fn *fn, Block *b) {
    if (b) lower_stmts(fn, &b->stmts);
}

IrStmt *lower_new_block(Fn *fn, IrStmtKind kind) {
    IrStmt *s = fn_stmt(fn, kind);
    s->id = ++fn->f->next_id;
    return s;
}

// ---- targets ---------------------------------------------------------------------------------------------

void lower_push_target(Fn *fn, Stmt *s, IrStmt *brk, IrStmt *cont, IrLabel *cont_label) {
    vec_push(fn->a, &fn->targets, ((Target){s, fn->labeled, brk, cont, cont_label}));
    fn->labeled = NULL;
}

void lower_pop_target(Fn *fn) { fn->targets.n--; }

static Target *find_target(Fn *fn, Stmt *s) {
    bool is_continue = s->kind == STMT_CONTINUE;
    for (int i = fn->targets.n - 1; i >= 0; i--) {
        Target *t = &fn->targets.v[i];
        bool yields = !t->brk && !t->cont && !t->cont_label; // the body of a range over a function
        if (is_continue && !t->cont && !t->cont_label && !yields) continue;
        if (s->branch.label) {
            if (t->labeled && t->labeled->labeled.label == s->branch.label) return t;
        } else {
            return t;
        }
    }
    if (!fn->range) bug_at(s->pos, "branch without target");
    return NULL;
}

// A goto stays in the body of a range over a function unless its label stands outside: that body is a
// function.
static void branch_to_label(Fn *fn, Stmt *s) {
    if (fn->range) {
        const Block *body = fn->targets.v[0].stmt->range.body;
        Pos label = s->branch.target->pos;
        if (label < body->lbrace || label > body->rbrace) {
            lower_range_branch(fn, s, false);
            return;
        }
    }
    lower_goto(fn, fn_label(fn, s->branch.label));
}

void lower_branch(Fn *fn, Stmt *s) {
    if (s->kind == STMT_GOTO) {
        branch_to_label(fn, s);
        return;
    }
    Target *t = find_target(fn, s);
    if (fn->range && (!t || (!t->brk && !t->cont && !t->cont_label))) {
        lower_range_branch(fn, s, t != NULL);
        return;
    }
    IrStmt *b;
    if (s->kind == STMT_BREAK) {
        b = fn_stmt(fn, IRS_BREAK);
        b->target = t->brk;
        b->target->used_break = true;
    } else if (t->cont_label) {
        b = fn_stmt(fn, IRS_GOTO);
        b->label = t->cont_label;
        b->label->used = true;
    } else {
        b = fn_stmt(fn, IRS_CONTINUE);
        b->target = t->cont;
        b->target->used_continue = true;
    }
    fn_emit(fn, b);
}

void lower_goto(Fn *fn, IrLabel *label) {
    IrStmt *g = fn_stmt(fn, IRS_GOTO);
    g->label = label;
    label->used = true;
    fn_emit(fn, g);
}

void lower_label(Fn *fn, IrLabel *label) {
    IrStmt *s = fn_stmt(fn, IRS_LABEL);
    s->label = label;
    fn_emit(fn, s);
}

static void lower_labeled(Fn *fn, Stmt *s) {
    IrLabel *l = fn_label(fn, s->labeled.label);
    lower_label(fn, l);
    Stmt *inner = s->labeled.stmt;
    if (!inner) return;
    switch (inner->kind) {
    case STMT_FOR:
    case STMT_RANGE:
    case STMT_SWITCH:
    case STMT_TYPESWITCH:
    case STMT_SELECT: fn->labeled = s; break;
    case STMT_BLOCK: {
        IrStmt *b = lower_new_block(fn, IRS_BLOCK);
        fn->labeled = s;
        lower_push_target(fn, inner, b, NULL, NULL);
        IrStmtList *saved = fn_push(fn, &b->body);
        lower_block(fn, inner->block);
        fn_pop(fn, saved);
        lower_pop_target(fn);
        fn_emit(fn, b);
        return;
    }
    default: break;
    }
    lower_stmt(fn, inner);
    fn->labeled = NULL;
}

// ---- if, for ---------------------------------------------------------------------------------------------

static void lower_if_here(Fn *fn, Stmt *s) {
    if (s->if_.init) lower_stmt(fn, s->if_.init);
    fn->pos = s->pos;
    IrExpr *cond = lower_cond(fn, s->if_.cond);
    IrStmt *i = fn_stmt(fn, IRS_IF);
    i->src = cond;
    fn_end_statement(fn);
    IrStmtList *saved = fn_push(fn, &i->body);
    lower_block(fn, s->if_.then);
    fn_pop(fn, saved);
    if (s->if_.else_) {
        saved = fn_push(fn, &i->other);
        lower_stmt(fn, s->if_.else_);
        fn_pop(fn, saved);
    }
    fn_emit_quiet(fn, i);
}

static void lower_if(Fn *fn, Stmt *s) {
    if (!s->if_.init) {
        lower_if_here(fn, s);
        return;
    }
    IrStmt *b = lower_new_block(fn, IRS_BLOCK);
    IrStmtList *saved = fn_push(fn, &b->body);
    lower_if_here(fn, s);
    fn_pop(fn, saved);
    fn_emit_quiet(fn, b);
}

// Variables of the init statement that each iteration must have anew: someone may hold on to one.
static bool needs_copy(Fn *fn, const Object *obj) {
    return (obj->captured || obj->addr_taken) && obj->ir && ((IrVar *)obj->ir)->func == fn->f &&
           obj->reassigned;
}

static void break_unless(Fn *fn, IrExpr *cond, IrStmt *loop) {
    IrStmt *i = fn_stmt(fn, IRS_IF);
    i->src = ir_unary(fn->a, IRX_UNARY, cond->type, fn_root(fn, cond));
    i->src->op = OP_NOT;
    IrStmt *b = fn_stmt(fn, IRS_BREAK);
    b->target = loop;
    loop->used_break = true;
    vec_push(fn->a, &i->body, b);
    fn_emit(fn, i);
    fn_end_statement(fn);
}

void lower_break_unless(Fn *fn, IrExpr *cond, IrStmt *loop) { break_unless(fn, cond, loop); }

// The condition of a loop: in its head if it is an expression, else at the start of the body.
static void lower_loop_cond(Fn *fn, Expr *cond, IrStmt *loop) {
    if (!cond) return;
    fn->pos = cond->pos;
    int before = fn->out->n;
    IrExpr *c = lower_cond(fn, cond);
    if (fn->out->n == before && before == 0)
        loop->src = c;
    else
        break_unless(fn, c, loop);
    fn_end_statement(fn);
}

static bool is_simple_post(Stmt *post) {
    if (!post) return true;
    if (post->kind == STMT_INCDEC) return lower_unparen(post->incdec.x)->kind == EXPR_NAME;
    return post->kind == STMT_ASSIGN && post->assign.lhs.n == 1 && post->assign.lhs.v[0]->kind == EXPR_NAME &&
           type_identical(post->assign.lhs.v[0]->type, post->assign.rhs.v[0]->type) &&
           (lower_unparen(post->assign.rhs.v[0])->kind == EXPR_NAME || post->assign.rhs.v[0]->val);
}

// The post statement: in the loop's head if it is one simple statement, else at the end of the body.
static void lower_loop_post(Fn *fn, Stmt *post, IrStmt *loop, IrLabel *next) {
    IrStmtList stmts = {0};
    IrStmtList *saved = fn_push(fn, &stmts);
    if (post) lower_stmt(fn, post);
    fn_pop(fn, saved);
    if (stmts.n == 1 && (stmts.v[0]->kind == IRS_ASSIGN || stmts.v[0]->kind == IRS_EXPR) && !next->used) {
        loop->post = stmts.v[0];
        return;
    }
    if (stmts.n && is_simple_post(post)) bug_at(fn->pos, "post statement is not one statement");
    if (next->used) lower_label(fn, next);
    for (int i = 0; i < stmts.n; i++) vec_push(fn->a, fn->out, stmts.v[i]);
}

static void lower_plain_for(Fn *fn, Stmt *s) {
    IrStmt *loop = lower_new_block(fn, IRS_LOOP);
    bool simple = is_simple_post(s->for_.post);
    IrLabel *next = fn_label(fn, NULL);
    lower_push_target(fn, s, loop, simple ? loop : NULL, simple ? NULL : next);
    IrStmtList *saved = fn_push(fn, &loop->body);
    fn->loop_depth++;
    lower_loop_cond(fn, s->for_.cond, loop);
    lower_block(fn, s->for_.body);
    fn->loop_depth--;
    fn->pos = s->for_.post ? s->for_.post->pos : s->pos;
    lower_loop_post(fn, s->for_.post, loop, next);
    fn_pop(fn, saved);
    lower_pop_target(fn);
    fn_emit_quiet(fn, loop);
}

// Each iteration has its own copy of the variables: v' outlives it; before the post statement a fresh v is
// made.
//   first = true
//   for { v := v'; if first { first = false } else { post }; if !cond break; body; next: v' = v }
static void lower_copying_for(Fn *fn, Stmt *s, ObjectList *vars) {
    IrVarList outer = {0};
    for (int i = 0; i < vars->n; i++) vec_push(fn->a, &outer, vars->v[i]->ir);
    IrVar *first = fn_decl_temp(fn, ir_bool(fn->a, true));
    first->reassigned = true;
    IrStmt *loop = lower_new_block(fn, IRS_LOOP);
    IrLabel *next = fn_label(fn, NULL);
    lower_push_target(fn, s, loop, NULL, next);
    IrStmtList *saved = fn_push(fn, &loop->body);
    fn->loop_depth++;
    for (int i = 0; i < vars->n; i++) fn_declare(fn, vars->v[i], ir_var(fn->a, outer.v[i]));
    IrStmt *step = fn_stmt(fn, IRS_IF);
    step->src = ir_var(fn->a, first);
    IrStmtList *inner = fn_push(fn, &step->body);
    fn_assign(fn, ir_var(fn->a, first), ir_bool(fn->a, false));
    fn->out = &step->other;
    if (s->for_.post) lower_stmt(fn, s->for_.post);
    fn_pop(fn, inner);
    fn_emit(fn, step);
    if (s->for_.cond) break_unless(fn, lower_cond(fn, s->for_.cond), loop);
    lower_block(fn, s->for_.body);
    lower_label(fn, next);
    for (int i = 0; i < vars->n; i++) fn_assign(fn, ir_var(fn->a, outer.v[i]), ir_var(fn->a, vars->v[i]->ir));
    fn->loop_depth--;
    fn_pop(fn, saved);
    lower_pop_target(fn);
    fn_emit_quiet(fn, loop);
}

void lower_for(Fn *fn, Stmt *s) {
    Stmt *labeled = fn->labeled;
    fn->labeled = NULL;
    IrStmt *b = s->for_.init ? lower_new_block(fn, IRS_BLOCK) : NULL;
    IrStmtList *saved = b ? fn_push(fn, &b->body) : NULL;
    if (b) lower_stmt(fn, s->for_.init);
    ObjectList copies = {0};
    for (int i = 0; i < s->for_.vars.n; i++)
        if (needs_copy(fn, s->for_.vars.v[i])) vec_push(fn->a, &copies, s->for_.vars.v[i]);
    fn->labeled = labeled;
    if (copies.n)
        lower_copying_for(fn, s, &copies);
    else
        lower_plain_for(fn, s);
    if (!b) return;
    fn_pop(fn, saved);
    fn_emit_quiet(fn, b);
}

// ---- the rest --------------------------------------------------------------------------------------------

static void lower_send(Fn *fn, Stmt *s) {
    IrExpr *c = lower_expr(fn, s->send.chan);
    IrExpr *v = lower_expr_to(fn, s->send.value, type_under(c->type)->chan.elem);
    if (ir_may_panic(c) && ir_may_panic(v)) c = fn_save(fn, c);
    IrVar *t = fn_decl_temp(fn, v);
    fn_effect(fn, ir_rtcall(fn->a, IRRT_CHAN_SEND, &ir_type_void, 2, c, lower_address(fn, ir_var(fn->a, t))));
}

static void lower_expr_stmt(Fn *fn, Stmt *s) {
    Expr *e = lower_unparen(s->expr);
    if (e->kind == EXPR_UNARY && e->unary.op == OP_RECV) {
        IrExpr *c = lower_expr(fn, e->unary.x);
        fn_effect(fn, ir_rtcall(fn->a, IRRT_CHAN_RECV, &ir_type_void, 2, c,
                                ir_zero(fn->a, type_basic(TYPE_UNSAFE_POINTER))));
        return;
    }
    fn_effect(fn, lower_value(fn, e));
}

static void lower_block_stmt(Fn *fn, Stmt *s) {
    IrStmt *b = lower_new_block(fn, IRS_BLOCK);
    IrStmtList *saved = fn_push(fn, &b->body);
    lower_block(fn, s->block);
    fn_pop(fn, saved);
    fn_emit_quiet(fn, b);
}

static void lower_decl(Fn *fn, Decl *d) {
    if (d->kind == DECL_VAR) lower_var_decl(fn, d);
}

static void lower_fallthrough(Fn *fn) {
    if (fn->next_case)
        lower_goto(fn, fn->next_case);
    else
        fn->this_case->falls = true;
}

void lower_stmt(Fn *fn, Stmt *s) {
    fn->pos = s->pos;
    switch (s->kind) {
    case STMT_EMPTY:
    case STMT_BAD: break;
    case STMT_EXPR: lower_expr_stmt(fn, s); break;
    case STMT_SEND: lower_send(fn, s); break;
    case STMT_INCDEC: lower_incdec(fn, s); break;
    case STMT_ASSIGN: lower_assign(fn, s); break;
    case STMT_DEFINE: lower_define(fn, s); break;
    case STMT_DECL: lower_decl(fn, s->decl); break;
    case STMT_GO:
    case STMT_DEFER: lower_go_or_defer(fn, s); break;
    case STMT_RETURN: lower_return(fn, s); break;
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_GOTO: lower_branch(fn, s); break;
    case STMT_FALLTHROUGH: lower_fallthrough(fn); break;
    case STMT_BLOCK: lower_block_stmt(fn, s); break;
    case STMT_IF: lower_if(fn, s); break;
    case STMT_FOR: lower_for(fn, s); break;
    case STMT_RANGE: lower_range(fn, s); break;
    case STMT_SWITCH: lower_switch(fn, s); break;
    case STMT_TYPESWITCH: lower_typeswitch(fn, s); break;
    case STMT_SELECT: lower_select(fn, s); break;
    case STMT_LABELED: lower_labeled(fn, s); break;
    }
    fn_end_statement(fn);
}
