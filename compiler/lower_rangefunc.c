// for … range over a function.
//
// Floor 5. The body becomes a function `yield` that the iterator calls; what it uses of the surrounding
// function it captures. A branch that leaves the loop notes where it goes in the loop's `exit`, makes yield
// return false, and is carried out after the iterator has returned. `state` catches iterators that call yield
// when they must not, with Go's panics.
#include "lower.h"

enum { STATE_DONE, STATE_READY, STATE_PANIC, STATE_EXHAUSTED, STATE_MISSING_PANIC }; // runtime's numbers
enum { EXIT_NONE, EXIT_RETURN }; // others: 2 + index of the exit

// A temporary of an enclosing function, captured by reference.
static IrVar *capture(Fn *fn, IrVar *v) {
    if (v->func == fn->f) return v;
    for (int i = 0; i < fn->f->captures.n; i++) {
        IrVar *c = fn->f->captures.v[i], *o = c;
        while (o->outer) o = o->outer;
        if (o == v) return c;
    }
    IrVar *c = ir_new_var(fn->a, fn->f, IRV_CAPTURE, v->name, v->type, 0);
    c->outer = capture(fn->outer, v);
    c->by_ref = true;
    c->outer->addr_taken = v->addr_taken = true;
    return c;
}

static void set(Fn *fn, IrVar *v, int64_t value) {
    fn_assign(fn, ir_var(fn->a, capture(fn, v)), ir_int(fn->a, value));
}

static IrExpr *is(Fn *fn, Op op, IrVar *v, int64_t value) {
    return ir_binary(fn->a, IRX_COMPARE, op, type_basic(TYPE_BOOL), ir_var(fn->a, capture(fn, v)),
                     ir_int(fn->a, value));
}

static void panic_if(Fn *fn, IrExpr *test, IrExpr *state) {
    IrStmt *s = fn_stmt(fn, IRS_IF);
    s->src = test;
    IrStmtList *saved = fn_push(fn, &s->body);
    fn_effect(fn, ir_rtcall(fn->a, IRRT_PANIC_RANGE, &ir_type_void, 1, state));
    fn_pop(fn, saved);
    fn_emit(fn, s);
}

static void yield_returns(Fn *body, int state, bool more) {
    set(body, body->range->state, state);
    IrStmt *ret = fn_stmt(body, IRS_RETURN);
    vec_push(body->a, &ret->args, ir_bool(body->a, more));
    fn_emit(body, ret);
}

IrVar *lower_range_token(Fn *body) { return capture(body, fn_recover_token(body->outer)); }

IrExpr *lower_range_frame(Fn *body) {
    Fn *fn = body;
    while (fn->range) fn = fn->outer;
    fn->f->heap_defers = true;
    return ir_var(body->a, capture(body, body->range->frame));
}

void lower_range_branch(Fn *body, Stmt *s, bool own) {
    if (own) {
        yield_returns(body, s->kind == STMT_CONTINUE ? STATE_READY : STATE_DONE, s->kind == STMT_CONTINUE);
        return;
    }
    set(body, body->range->exit, 2 + body->range->exits.n);
    vec_push(body->a, &body->range->exits, s);
    yield_returns(body, STATE_DONE, false);
}

// return, the results being in the function's own variables.
void lower_range_return(Fn *body) {
    body->range->returns = true;
    set(body, body->range->exit, EXIT_RETURN);
    yield_returns(body, STATE_DONE, false);
}

static void bind_params(Fn *body, Stmt *s) {
    Expr *lhs[] = {s->range.key, s->range.value};
    Object *objs[] = {s->range.key_obj, s->range.value_obj};
    for (int i = 0; i < body->f->params.n && i < 2; i++) {
        IrExpr *v = ir_var(body->a, body->f->params.v[i]);
        if (s->range.define) {
            if (objs[i])
                fn_declare(body, objs[i], lower_convert(body, v, fn_type(body, objs[i]->type), objs[i]->pos));
        } else if (lhs[i] && !lower_is_blank(lhs[i])) {
            lower_store(body, lhs[i], v, v->type);
        }
        fn_end_statement(body);
    }
}

// The function yield: captures found.
static IrFunc *lower_yield(Fn *fn, Stmt *s, Stmt *labeled, Type *sig, RangeBody *range) {
    IrFunc *f = lower_new_func(fn->l, IRF_RANGE, sig, s->pos);
    f->outer = fn->f;
    f->pkg = fn->f->pkg;
    f->number = ++fn->f->next_range;
    f->go_name =
        arena_printf(fn->a, "%s-range%d", fn->f->go_name ? fn->f->go_name : fn->l->pkg->path, f->number);
    f->ctx = IRCTX_CLOSURE;
    lower_make_params(fn->l, f);
    Fn body = {.l = fn->l,
               .a = fn->a,
               .f = f,
               .outer = fn,
               .node = fn->node,
               .tparams = fn->tparams,
               .targs = fn->targs,
               .pos = s->pos,
               .range = range,
               .labeled = labeled};
    body.out = &f->body;
    lower_push_target(&body, s, NULL, NULL, NULL);
    panic_if(&body, is(&body, OP_NE, range->state, STATE_READY), ir_var(fn->a, capture(&body, range->state)));
    set(&body, range->state, STATE_PANIC);
    bind_params(&body, s);
    lower_block(&body, s->range.body);
    yield_returns(&body, STATE_READY, true);
    return f;
}

static void call_iterator(Fn *fn, Stmt *s, IrFunc *named, IrExpr *x, IrExpr *yield) {
    CallParts p = {.result = &ir_type_void};
    if (named) {
        p.kind = CALLEE_STATIC;
        p.func = named;
    } else {
        p.kind = CALLEE_FUNC;
        p.fn = x;
    }
    vec_push(fn->a, &p.args, yield);
    fn_effect(fn, lower_make_call(fn, &p, s->pos));
}

static void carry_out(Fn *fn, RangeBody *range, int64_t exit, Stmt *branch) {
    IrStmt *s = fn_stmt(fn, IRS_IF);
    s->src = is(fn, OP_EQ, range->exit, exit);
    IrStmtList *saved = fn_push(fn, &s->body);
    if (branch)
        lower_branch(fn, branch);
    else
        lower_return_results(fn);
    fn_pop(fn, saved);
    fn_emit(fn, s);
}

void lower_range_func(Fn *fn, Stmt *s, Stmt *labeled) {
    IrFunc *named = lower_named_function(fn, s->range.x);
    IrExpr *x = named ? NULL : fn_save(fn, lower_expr(fn, s->range.x));
    Type *iterator = named ? named->sig : type_under(x->type);
    Type *sig = type_under(iterator->func.params.v[0]);
    RangeBody range = {0};
    range.state = fn_decl_temp(fn, ir_int(fn->a, STATE_READY));
    range.exit = fn_decl_temp(fn, ir_int(fn->a, EXIT_NONE));
    range.state->reassigned = range.exit->reassigned = true;
    if (fn->range)
        range.frame = fn->range->frame;
    else if (fn->f->has_frame)
        range.frame = fn_decl_temp(fn, ir_rtcall(fn->a, IRRT_FRAME_TOKEN, type_basic(TYPE_UINT64), 0));
    IrFunc *f = lower_yield(fn, s, labeled, sig, &range);
    IrExpr *yield = lower_closure_of(fn, f, iterator->func.params.v[0], "func literal");
    call_iterator(fn, s, named, x, fn_root(fn, yield));
    panic_if(fn, is(fn, OP_EQ, range.state, STATE_PANIC), ir_int(fn->a, STATE_MISSING_PANIC));
    set(fn, range.state, STATE_EXHAUSTED);
    if (range.returns) carry_out(fn, &range, EXIT_RETURN, NULL);
    for (int i = 0; i < range.exits.n; i++) carry_out(fn, &range, 2 + i, range.exits.v[i]);
}
