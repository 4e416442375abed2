// select.
//
// Floor 5. Channels and values to send are evaluated in source order, then gol_select waits; what was
// received is in a temporary, from which the chosen case assigns.
#include "lower.h"

typedef struct SelectCase {
    CaseClause *clause;
    bool send;
    IrExpr *chan, *elem; // elem: pointer or NULL
    IrVar *place;        // received value
    Expr *recv;          // the receive expression
} SelectCase;

static Expr *receive_of(Stmt *comm) {
    Expr *e = comm->kind == STMT_EXPR ? comm->expr : comm->assign.rhs.v[0];
    return lower_unparen(e);
}

static bool wants(Stmt *comm, int i) {
    return comm->kind != STMT_EXPR && comm->assign.lhs.n > i && !lower_is_blank(comm->assign.lhs.v[i]);
}

static SelectCase prepare(Fn *fn, CaseClause *c) {
    SelectCase k = {.clause = c};
    Stmt *comm = c->comm;
    fn->pos = comm->pos;
    if (comm->kind == STMT_SEND) {
        k.send = true;
        k.chan = fn_save(fn, lower_expr(fn, comm->send.chan));
        IrExpr *v = lower_expr_to(fn, comm->send.value, type_under(k.chan->type)->chan.elem);
        k.elem = lower_address(fn, ir_var(fn->a, fn_decl_temp(fn, v)));
    } else {
        k.recv = receive_of(comm);
        k.chan = fn_save(fn, lower_expr(fn, k.recv->unary.x));
        if (wants(comm, 0)) {
            k.place = fn_temp(fn, type_under(k.chan->type)->chan.elem);
            k.elem = lower_address(fn, ir_var(fn->a, k.place));
        }
    }
    return k;
}

static void assign_one(Fn *fn, Stmt *comm, int i, IrExpr *value) {
    if (!wants(comm, i)) return;
    Expr *lhs = comm->assign.lhs.v[i];
    if (comm->kind == STMT_DEFINE && lhs->name.is_def) {
        Object *obj = lhs->name.obj;
        fn_declare(fn, obj, lower_convert(fn, value, fn_type(fn, obj->type), lhs->pos));
    } else {
        lower_store(fn, lhs, value, value->type);
    }
}

static void lower_case_body(Fn *fn, const SelectCase *k, IrVar *received) {
    Stmt *comm = k->clause->comm;
    if (!k->send && comm->kind != STMT_EXPR) {
        if (k->place) assign_one(fn, comm, 0, ir_var(fn->a, k->place));
        if (received) assign_one(fn, comm, 1, ir_var(fn->a, received));
        fn_end_statement(fn);
    }
    if (k->clause->body) lower_stmts(fn, &k->clause->body->stmts);
}

static void emit_scase(Fn *fn, IrVar *cases, int i, const SelectCase *k) {
    IrStmt *s = fn_stmt(fn, IRS_SCASE);
    s->var = cases;
    s->index = i;
    s->dst = k->chan;
    s->src = k->elem;
    s->send = k->send;
    fn_emit(fn, s);
}

// select { case one: … } waits as the operation alone would.
static void lower_single(Fn *fn, const SelectCase *k) {
    IrExpr *elem = k->elem ? k->elem : ir_zero(fn->a, type_basic(TYPE_UNSAFE_POINTER));
    IrVar *ok = NULL;
    if (k->send) {
        fn_effect(fn, ir_rtcall(fn->a, IRRT_CHAN_SEND, &ir_type_void, 2, k->chan, elem));
    } else if (wants(k->clause->comm, 1)) {
        ok = fn_decl_temp(fn, ir_rtcall(fn->a, IRRT_CHAN_RECV2, type_basic(TYPE_BOOL), 2, k->chan, elem));
    } else {
        fn_effect(fn, ir_rtcall(fn->a, IRRT_CHAN_RECV, &ir_type_void, 2, k->chan, elem));
    }
    lower_case_body(fn, k, ok);
}

void lower_select(Fn *fn, Stmt *s) {
    Stmt *labeled = fn->labeled;
    fn->labeled = NULL;
    int nclauses = s->select.clauses.n, n = 0;
    if (!nclauses) {
        fn_effect(fn, ir_rtcall(fn->a, IRRT_BLOCK_FOREVER, &ir_type_void, 0));
        return;
    }
    IrStmt *b = lower_new_block(fn, IRS_BLOCK);
    IrStmtList *saved = fn_push(fn, &b->body);
    SelectCase *cases = ARENA_NEW_N(fn->a, SelectCase, nclauses);
    CaseClause *def = NULL;
    bool want_ok = false;
    for (int i = 0; i < nclauses; i++) {
        CaseClause *c = s->select.clauses.v[i];
        if (c->is_default || !c->comm) {
            def = c;
            continue;
        }
        cases[n++] = prepare(fn, c);
        want_ok = want_ok || (c->comm->kind != STMT_SEND && wants(c->comm, 1));
    }
    fn_end_statement(fn);
    if (n == 1 && !def) {
        fn->labeled = labeled;
        lower_push_target(fn, s, b, NULL, NULL);
        lower_single(fn, &cases[0]);
    } else {
        IrVar *array = fn_temp(fn, type_basic(TYPE_UNSAFE_POINTER)), *received = NULL;
        array->shape = IRSHAPE_SCASES;
        array->count = n ? n : 1;
        IrExpr *ok = ir_zero(fn->a, type_basic(TYPE_UNSAFE_POINTER));
        if (want_ok) {
            received = fn_temp(fn, type_basic(TYPE_BOOL));
            ok = lower_address(fn, ir_var(fn->a, received));
        }
        fn->pos = s->pos;
        for (int i = 0; i < n; i++) emit_scase(fn, array, i, &cases[i]);
        IrExpr *call =
            ir_rtcall(fn->a, IRRT_SELECT, type_basic(TYPE_INT), 4, lower_address(fn, ir_var(fn->a, array)),
                      ir_int(fn->a, n), ir_bool(fn->a, !def), ok);
        IrStmt *sw = lower_new_block(fn, IRS_SWITCH);
        sw->src = ir_var(fn->a, fn_decl_temp(fn, call));
        fn->labeled = labeled;
        lower_push_target(fn, s, sw, NULL, NULL);
        for (int i = 0; i < n + (def != NULL); i++) {
            IrCase *k = ARENA_NEW(fn->a, IrCase);
            vec_push(fn->a, &k->values, i < n ? i : -1);
            vec_push(fn->a, &sw->cases, k);
            IrStmtList *inner = fn_push(fn, &k->body);
            if (i < n)
                lower_case_body(fn, &cases[i], received);
            else if (def->body)
                lower_stmts(fn, &def->body->stmts);
            fn_pop(fn, inner);
        }
        fn_emit_quiet(fn, sw);
    }
    lower_pop_target(fn);
    fn_pop(fn, saved);
    fn_emit_quiet(fn, b);
}
