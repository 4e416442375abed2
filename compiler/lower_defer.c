// go and defer statements.
//
// Floor 5. What the call needs is evaluated at the statement and put into a context: for go it is copied onto
// the new stack, for defer it is the record in the function's frame. A thunk makes the call from it; a
// literal that is called where it stands is that code itself.
//
// Records are on the stack unless a defer of the function may run twice: in a loop, or where goto is used.
#include "lower.h"

static bool is_constant_operand(const IrExpr *e) {
    return e->kind == IRX_CONST || e->kind == IRX_ZERO || e->kind == IRX_FUNCVAL || e->kind == IRX_TYPEDESC;
}

typedef struct Thunk { // being built
    Fn fn;
    IrExpr *make; // the IRX_CLOSURE
} Thunk;

static Thunk *new_thunk(Fn *fn, bool is_go) {
    Thunk *t = ARENA_NEW(fn->a, Thunk);
    IrFunc *f = lower_new_func(fn->l, is_go ? IRF_GO : IRF_DEFER,
                               type_new_func((TypeList){0}, (TypeList){0}, false), fn->pos);
    f->outer = fn->f;
    f->pkg = fn->f->pkg;
    f->number = ++fn->f->next_thunk;
    f->ctx = is_go ? IRCTX_GO : IRCTX_DEFER;
    t->fn = (Fn){.l = fn->l, .a = fn->a, .f = f, .pos = fn->pos};
    t->fn.out = &f->body;
    t->make = ir_expr(fn->a, IRX_CLOSURE, type_basic(TYPE_UNSAFE_POINTER));
    t->make->func = f;
    t->make->pos = fn->pos;
    t->make->what = is_go ? "go statement" : "defer statement";
    return t;
}

// An operand of the call, as the thunk sees it.
static IrExpr *carry(Thunk *t, IrExpr *operand) {
    if (is_constant_operand(operand)) return operand;
    IrVar *c = ir_new_var(t->fn.a, t->fn.f, IRV_CAPTURE, NULL, operand->type, 0);
    vec_push(t->fn.a, &t->make->args, operand);
    return ir_var(t->fn.a, c);
}

static IrExpr *thunk_of_call(Fn *fn, Expr *call, bool is_go) {
    CallParts p = lower_call_parts(fn, call);
    if (p.kind == CALLEE_IFACE) {
        p.fn = fn_save(fn, p.fn);
        lower_nilcheck(fn, ir_unary(fn->a, IRX_IFACE_TAB, &ir_type_itab, ir_copy(fn->a, p.fn)));
    }
    if (p.kind == CALLEE_FUNC && is_go) lower_nilcheck(fn, p.fn = fn_save(fn, p.fn));
    Thunk *t = new_thunk(fn, is_go);
    CallParts q = p;
    memset(&q.args, 0, sizeof q.args);
    if (p.fn) q.fn = carry(t, p.kind == CALLEE_FUNC && is_go ? ir_copy(fn->a, p.fn) : p.fn);
    for (int i = 0; i < p.args.n; i++) vec_push(fn->a, &q.args, carry(t, p.args.v[i]));
    lower_forward(&t->fn, &q);
    return t->make;
}

// defer recover(): where the function that defers it returns, that function calls it, and it may recover what
// the function may. Where a panic runs it, nobody does, and it recovers nothing.
static void forward_recover(Fn *fn, Thunk *t) {
    IrExpr *may = carry(t, ir_var(fn->a, fn_recover_token(fn)));
    IrExpr *self = ir_expr(fn->a, IRX_FUNCADDR, &ir_type_code);
    self->func = t->fn.f;
    IrVar *panicking =
        fn_decl_temp(&t->fn, ir_rtcall(fn->a, IRRT_RECOVER_TAKE, type_basic(TYPE_BOOL), 1, self));
    IrStmt *s = fn_stmt(&t->fn, IRS_IF);
    s->src = ir_unary(fn->a, IRX_UNARY, type_basic(TYPE_BOOL), ir_var(fn->a, panicking));
    s->src->op = OP_NOT;
    IrStmtList *saved = fn_push(&t->fn, &s->body);
    fn_effect(&t->fn, ir_rtcall(fn->a, IRRT_RECOVER, type_any, 1, may));
    fn_pop(&t->fn, saved);
    fn_emit(&t->fn, s);
}

static IrExpr *thunk_of_builtin(Fn *fn, Expr *call, bool is_go) {
    IrExprList args = lower_builtin_args(fn, call);
    Thunk *t = new_thunk(fn, is_go);
    IrExprList inner = {0};
    for (int i = 0; i < args.n; i++) vec_push(fn->a, &inner, carry(t, args.v[i]));
    if (call->call.builtin == BUILTIN_RECOVER) {
        forward_recover(fn, t);
        return t->make;
    }
    IrExpr *action = lower_builtin_stmt(&t->fn, call->call.builtin, inner);
    if (action) fn_effect(&t->fn, action);
    return t->make;
}

// go func(…) {…}(args) and defer func(…) {…}(args): the literal is the code.
static IrExpr *literal_itself(Fn *fn, Expr *call, FuncNode *node, bool is_go) {
    IrExprList args = {0};
    lower_args(fn, call, fn_type(fn, node->sig), &args);
    for (int i = 0; i < args.n; i++) args.v[i] = fn_save(fn, args.v[i]);
    IrFunc *f = lower_literal_body(fn, node, is_go ? IRCTX_GO : IRCTX_DEFER);
    IrExpr *captured =
        lower_closure_of(fn, f, type_basic(TYPE_UNSAFE_POINTER), is_go ? "go statement" : "defer statement");
    IrExprList all = args;
    for (int i = 0; i < captured->args.n; i++) vec_push(fn->a, &all, captured->args.v[i]);
    memcpy(&captured->args, &all, sizeof captured->args);
    return captured;
}

void lower_go_or_defer(Fn *fn, Stmt *s) {
    bool is_go = s->kind == STMT_GO;
    Expr *call = lower_unparen(s->expr), *callee = lower_unparen(call->call.fn);
    IrExpr *make;
    if (call->call.call_kind == CALL_BUILTIN)
        make = thunk_of_builtin(fn, call, is_go);
    else if (call->call.call_kind == CALL_CONVERSION)
        make = fn_unsupported(fn, s->pos, 0, "go or defer of a conversion", NULL);
    else if (callee->kind == EXPR_FUNC && !callee->func->result_objs.n)
        make = literal_itself(fn, call, callee->func, is_go);
    else
        make = thunk_of_call(fn, call, is_go);
    IrStmt *st = fn_stmt(fn, is_go ? IRS_GO : IRS_DEFER);
    st->src = make;
    if (!is_go && fn->range)
        st->dst = lower_range_frame(fn);
    else if (!is_go && make->kind == IRX_CLOSURE) {
        vec_push(fn->a, &fn->defers, make);
        if (fn->loop_depth) fn->f->heap_defers = true;
    }
    fn_emit(fn, st);
}

void lower_place_defers(Fn *fn) {
    for (int i = 0; i < fn->labels.n; i++)
        if (fn->labels.v[i]->used) fn->f->heap_defers = true;
    for (int i = 0; i < fn->defers.n; i++) {
        IrExpr *e = fn->defers.v[i];
        if (fn->f->heap_defers) continue;
        e->slot = fn_temp(fn, type_basic(TYPE_UNSAFE_POINTER));
        e->slot->shape = IRSHAPE_CONTEXT;
        e->slot->context_of = e->func;
    }
}
