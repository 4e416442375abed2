// Which variables of a function are assigned after their declaration, and of which the address is taken, also
// where the source does not say & (method calls, slicing of arrays). Decides how literals capture.
//
// Floor 5. Only ever sets Object.reassigned and Object.addr_taken, so running it twice is harmless.
#include "lower.h"

static void walk_expr(Expr *e);
static void walk_stmts(StmtList *list);

// The variable that an addressable expression is a part of, or NULL.
static Object *root_variable(Expr *e) {
    for (;;) {
        e = lower_unparen(e);
        if (!e) return NULL;
        switch (e->kind) {
        case EXPR_NAME: return e->name.obj && e->name.obj->kind == OBJ_VAR ? e->name.obj : NULL;
        case EXPR_SELECTOR:
            if (e->selector.sel.kind != SEL_FIELD || type_is_pointer(e->selector.x->type)) return NULL;
            e = e->selector.x;
            break;
        case EXPR_INDEX: {
            Type *u = e->index.x->type ? type_under(e->index.x->type) : NULL;
            if (!u || (u->kind != TYPE_ARRAY && !type_has_params(e->index.x->type))) return NULL;
            e = e->index.x;
            break;
        }
        default: return NULL;
        }
    }
}

static void mark_assigned(Expr *e) {
    Object *obj = root_variable(e);
    if (obj) obj->reassigned = true;
}

static void mark_addressed(Expr *e) {
    Object *obj = root_variable(e);
    if (obj) obj->reassigned = obj->addr_taken = true;
}

static void walk_exprs(ExprList *list) {
    for (int i = 0; i < list->n; i++) walk_expr(list->v[i]);
}

static void mark_all_assigned(ExprList *list) {
    for (int i = 0; i < list->n; i++) mark_assigned(list->v[i]);
}

static void walk_selector(Expr *e) {
    const Selection *sel = &e->selector.sel;
    if (sel->kind == SEL_PACKAGE) return;
    walk_expr(e->selector.x);
    if (sel->kind == SEL_METHOD && sel->obj && sel->obj->func && sel->obj->func->recv_obj &&
        type_is_pointer(sel->obj->func->recv_obj->type))
        mark_addressed(e->selector.x);
    if (sel->kind == SEL_IFACE_METHOD && e->selector.x->type && type_has_params(e->selector.x->type))
        mark_addressed(e->selector.x);
}

static void walk_expr(Expr *e) {
    if (!e || e->mode == MODE_TYPE) return;
    switch (e->kind) {
    case EXPR_COMPOSITE: walk_exprs(&e->composite.elems); break;
    case EXPR_KEYED:
        walk_expr(e->keyed.key);
        walk_expr(e->keyed.value);
        break;
    case EXPR_FUNC:
        if (e->func->body) walk_stmts(&e->func->body->stmts);
        break;
    case EXPR_PAREN: walk_expr(e->paren); break;
    case EXPR_SELECTOR: walk_selector(e); break;
    case EXPR_INDEX:
        walk_expr(e->index.x);
        walk_exprs(&e->index.index);
        break;
    case EXPR_SLICE: {
        walk_expr(e->slice.x);
        walk_expr(e->slice.lo);
        walk_expr(e->slice.hi);
        walk_expr(e->slice.max);
        Type *u = type_under(e->slice.x->type);
        if (u->kind == TYPE_ARRAY || type_has_params(e->slice.x->type)) mark_addressed(e->slice.x);
        break;
    }
    case EXPR_ASSERT: walk_expr(e->assert_.x); break;
    case EXPR_CALL:
        walk_expr(e->call.fn);
        walk_exprs(&e->call.args);
        break;
    case EXPR_STAR: walk_expr(e->star); break;
    case EXPR_UNARY:
        walk_expr(e->unary.x);
        if (e->unary.op == OP_ADDR) mark_addressed(e->unary.x);
        break;
    case EXPR_BINARY:
        walk_expr(e->binary.x);
        walk_expr(e->binary.y);
        break;
    default: break;
    }
}

static void walk_stmt(Stmt *s);

static void walk_block(Block *b) {
    if (b) walk_stmts(&b->stmts);
}

static void walk_clause(CaseClause *c) {
    walk_exprs(&c->values);
    if (c->comm) walk_stmt(c->comm);
    walk_block(c->body);
}

static void walk_decl(Decl *d) {
    if (d->kind == DECL_VAR) walk_exprs(&d->value.values);
}

static bool is_name_of(Expr *e, const Object *obj) {
    e = lower_unparen(e);
    return e && e->kind == EXPR_NAME && e->name.obj == obj;
}

// i++, i += 2, i = next: no literal within that could capture.
static bool is_plain_post(Stmt *s) {
    if (!s) return true;
    if (s->kind == STMT_INCDEC) return true;
    if (s->kind != STMT_ASSIGN || s->assign.lhs.n != 1) return false;
    Expr *e = lower_unparen(s->assign.rhs.v[0]);
    return e->val || e->kind == EXPR_NAME ||
           (e->kind == EXPR_SELECTOR && lower_unparen(e->selector.x)->kind == EXPR_NAME);
}

// A variable of the loop that only the post statement changes: it changes the next iteration's copy, so
// within an iteration the variable is constant, and literals may capture its value.
static void walk_for(Stmt *s) {
    walk_stmt(s->for_.init);
    ObjectList *vars = &s->for_.vars;
    for (int i = 0; i < vars->n; i++) vars->v[i]->reassigned = false;
    walk_expr(s->for_.cond);
    walk_block(s->for_.body);
    for (int i = 0; i < vars->n; i++) {
        Object *obj = vars->v[i];
        bool kept = !obj->reassigned && !obj->addr_taken && is_plain_post(s->for_.post);
        walk_stmt(s->for_.post);
        if (!kept) continue;
        bool own = s->for_.post &&
                   (s->for_.post->kind == STMT_INCDEC ? is_name_of(s->for_.post->incdec.x, obj)
                                                      : is_name_of(s->for_.post->assign.lhs.v[0], obj));
        if (own) obj->reassigned = false;
    }
    if (!vars->n) walk_stmt(s->for_.post);
}

static void walk_stmt(Stmt *s) {
    if (!s) return;
    switch (s->kind) {
    case STMT_EXPR:
    case STMT_GO:
    case STMT_DEFER: walk_expr(s->expr); break;
    case STMT_SEND:
        walk_expr(s->send.chan);
        walk_expr(s->send.value);
        break;
    case STMT_INCDEC:
        walk_expr(s->incdec.x);
        mark_assigned(s->incdec.x);
        break;
    case STMT_ASSIGN:
        walk_exprs(&s->assign.lhs);
        walk_exprs(&s->assign.rhs);
        mark_all_assigned(&s->assign.lhs);
        break;
    case STMT_DEFINE:
        walk_exprs(&s->assign.rhs);
        for (int i = 0; i < s->assign.lhs.n; i++)
            if (s->assign.lhs.v[i]->kind != EXPR_NAME || !s->assign.lhs.v[i]->name.is_def)
                mark_assigned(s->assign.lhs.v[i]);
        break;
    case STMT_DECL: walk_decl(s->decl); break;
    case STMT_RETURN: walk_exprs(&s->ret.results); break;
    case STMT_BLOCK: walk_block(s->block); break;
    case STMT_IF:
        walk_stmt(s->if_.init);
        walk_expr(s->if_.cond);
        walk_block(s->if_.then);
        walk_stmt(s->if_.else_);
        break;
    case STMT_FOR: walk_for(s); break;
    case STMT_RANGE:
        walk_expr(s->range.x);
        if (!s->range.define) {
            walk_expr(s->range.key);
            walk_expr(s->range.value);
            mark_assigned(s->range.key);
            mark_assigned(s->range.value);
        }
        walk_block(s->range.body);
        break;
    case STMT_SWITCH:
        walk_stmt(s->switch_.init);
        walk_expr(s->switch_.tag);
        for (int i = 0; i < s->switch_.clauses.n; i++) walk_clause(s->switch_.clauses.v[i]);
        break;
    case STMT_TYPESWITCH:
        walk_stmt(s->typeswitch.init);
        walk_expr(s->typeswitch.x);
        for (int i = 0; i < s->typeswitch.clauses.n; i++) walk_clause(s->typeswitch.clauses.v[i]);
        break;
    case STMT_SELECT:
        for (int i = 0; i < s->select.clauses.n; i++) walk_clause(s->select.clauses.v[i]);
        break;
    case STMT_LABELED: walk_stmt(s->labeled.stmt); break;
    default: break;
    }
}

static void walk_stmts(StmtList *list) {
    for (int i = 0; i < list->n; i++) walk_stmt(list->v[i]);
}

void lower_mark_variables(FuncNode *fn) {
    if (fn->body) walk_stmts(&fn->body->stmts);
}
