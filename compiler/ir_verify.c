// Checks the invariants that ir.h states. A fault is a bug of the pass named: the process aborts with the
// source position and the IR of the expression or function.
//
// Floor 4. Run after each pass in debug builds.
#include "ir.h"

#include "diag.h"

typedef struct Verify {
    const char *pass;
    const IrFunc *f;
    const IrStmt *s;
    Vec(const IrStmt *) open; // BLOCK, LOOP, SWITCH around
    Arena *a;
} Verify;

static _Noreturn void fault(Verify *v, const char *what, const IrExpr *e) {
    fflush(stdout);
    if (v->f) ir_dump_func(stderr, v->f);
    bug_at(v->s ? v->s->pos : 0, "after %s: %s%s%s", v->pass, what, e ? ": " : "",
           e ? ir_expr_text(v->a, e) : "");
}

static bool same(Type *a, Type *b) { return a == b || type_identical(a, b); }

static void verify_expr(Verify *v, const IrExpr *e);

static void need_lvalue(Verify *v, const IrExpr *e) {
    if (!ir_is_lvalue(e)) fault(v, "operand is no place", e);
}

static bool is_aggregate(Type *t) {
    TypeKind k = type_under(t)->kind;
    return k == TYPE_STRUCT || k == TYPE_ARRAY;
}

static void verify_rtcall(Verify *v, const IrExpr *e) {
    const IrRtInfo *info = &ir_rt_info[e->rt];
    int n = 0;
    while (info->params[n]) n++;
    if (e->rt <= IRRT_NONE || e->rt >= IRRT_COUNT || e->args.n != n)
        fault(v, "runtime call with wrong arguments", e);
}

static void verify_field(Verify *v, const IrExpr *e) {
    Type *u = type_under(e->x->type);
    if (u->kind != TYPE_STRUCT || e->index < 0 || e->index >= u->struct_.fields.n)
        fault(v, "no such field", e);
    if (!same(e->type, u->struct_.fields.v[e->index].type)) fault(v, "field of another type", e);
}

static void verify_call_args(Verify *v, const IrExpr *e) {
    if (e->kind != IRX_CALL) return;
    if (e->args.n != e->func->params.n) fault(v, "call with wrong number of arguments", e);
    for (int i = 0; i < e->args.n; i++)
        if (!same(e->args.v[i]->type, e->func->params.v[i]->type)) fault(v, "argument of another type", e);
}

static void verify_kind(Verify *v, const IrExpr *e) {
    switch (e->kind) {
    case IRX_CONST:
        if (!e->val) fault(v, "constant without value", NULL);
        if (type_under(e->type)->kind > TYPE_STRING) fault(v, "constant of no basic type", e);
        break;
    case IRX_VAR:
        if (e->var->func != v->f) fault(v, "variable of another function", e);
        break;
    case IRX_FIELD: verify_field(v, e); break;
    case IRX_ELEM:
        if (type_under(e->x->type)->kind != TYPE_ARRAY) fault(v, "element of no array", e);
        break;
    case IRX_AT:
        if (type_under(e->x->type)->kind != TYPE_SLICE) fault(v, "element of no slice", e);
        break;
    case IRX_ADDR: need_lvalue(v, e->x); break;
    case IRX_BITCAST:
        if (is_aggregate(e->type)) need_lvalue(v, e->x);
        break;
    case IRX_COMPARE:
        if (is_aggregate(e->x->type)) {
            need_lvalue(v, e->x);
            need_lvalue(v, e->y);
        }
        break;
    case IRX_BINARY:
        if (type_is_string(e->type)) fault(v, "operator on strings", e);
        break;
    case IRX_RTCALL: verify_rtcall(v, e); break;
    case IRX_CALL: verify_call_args(v, e); break;
    case IRX_CALL_FUNC:
    case IRX_CALL_IFACE:
        if (e->x->kind != IRX_VAR && e->x->kind != IRX_FUNCVAL) fault(v, "callee is no variable", e);
        break;
    case IRX_CLOSURE:
        if (e->args.n != e->func->captures.n) fault(v, "closure with wrong number of captures", e);
        break;
    default: break;
    }
}

// Below the root: no effects.
static void verify_operand(Verify *v, const IrExpr *e) {
    if (!e) return;
    if (ir_has_effect(e)) fault(v, "effect within an expression", e);
    verify_expr(v, e);
}

static void verify_expr(Verify *v, const IrExpr *e) {
    if (!e->type) fault(v, "expression without type", NULL);
    if (e->kind != IRX_SIZEOF && e->type->kind == TYPE_PARAM) fault(v, "type parameter", e);
    verify_operand(v, e->x);
    verify_operand(v, e->y);
    verify_operand(v, e->z);
    for (int i = 0; i < e->args.n; i++) verify_operand(v, e->args.v[i]);
    verify_kind(v, e);
}

static void verify_assign(Verify *v, const IrStmt *s) {
    need_lvalue(v, s->dst);
    verify_operand(v, s->dst);
    verify_expr(v, s->src);
    if (!same(s->dst->type, s->src->type)) fault(v, "assignment between types", s->src);
    const IrExpr *l = s->dst;
    while (l->kind == IRX_FIELD) l = l->x;
    if (ir_has_effect(s->src) && l->kind != IRX_VAR && l->kind != IRX_GLOBAL)
        fault(v, "effect assigned to a place", s->src);
}

static void verify_jump(Verify *v, const IrStmt *s) {
    for (int i = 0; i < v->open.n; i++)
        if (v->open.v[i] == s->target) return;
    fault(v, "branch to what is not around it", NULL);
}

static void verify_return(Verify *v, const IrStmt *s) {
    int n = v->f->results.n;
    if (v->f->ctx == IRCTX_DEFER || v->f->ctx == IRCTX_GO) n = 0;
    if (v->f->result == &ir_type_void && s->args.n)
        fault(v, "value returned from a function without results", s->args.v[0]);
    for (int i = 0; i < s->args.n; i++) {
        if (s->args.n == 1)
            verify_expr(v, s->args.v[i]);
        else
            verify_operand(v, s->args.v[i]);
    }
    if (s->args.n == 1 && !same(s->args.v[0]->type, v->f->result))
        fault(v, "result of another type", s->args.v[0]);
    if (s->args.n > 1 && s->args.n != n) fault(v, "wrong number of results", NULL);
}

static void verify_stmts(Verify *v, const IrStmtList *list);

static void verify_stmt(Verify *v, const IrStmt *s) {
    v->s = s;
    switch (s->kind) {
    case IRS_DECL:
        if (s->var->func != v->f) fault(v, "declaration of another function's variable", NULL);
        if (s->src) verify_expr(v, s->src);
        if (s->src && !same(s->var->type, s->src->type)) fault(v, "declaration with another type", s->src);
        break;
    case IRS_ASSIGN: verify_assign(v, s); break;
    case IRS_EXPR:
    case IRS_IF:
    case IRS_LOOP:
        if (s->src) verify_expr(v, s->src);
        break;
    case IRS_SWITCH: verify_expr(v, s->src); break;
    case IRS_GO:
    case IRS_DEFER:
        if (s->src->kind != IRX_CLOSURE) fault(v, "go or defer of no closure", s->src);
        verify_expr(v, s->src);
        break;
    case IRS_BREAK:
    case IRS_CONTINUE: verify_jump(v, s); break;
    case IRS_RETURN: verify_return(v, s); break;
    case IRS_SCASE:
        verify_operand(v, s->dst);
        verify_operand(v, s->src);
        break;
    default: break;
    }
    bool opens = s->kind == IRS_BLOCK || s->kind == IRS_LOOP || s->kind == IRS_SWITCH;
    if (opens) vec_push(v->a, &v->open, s);
    if (s->post) verify_stmt(v, s->post);
    verify_stmts(v, &s->body);
    verify_stmts(v, &s->other);
    for (int i = 0; i < s->cases.n; i++) verify_stmts(v, &s->cases.v[i]->body);
    if (opens) v->open.n--;
}

static void verify_stmts(Verify *v, const IrStmtList *list) {
    for (int i = 0; i < list->n; i++) verify_stmt(v, list->v[i]);
}

void ir_verify(const IrModule *m, const char *after_pass) {
    Verify v = {.pass = after_pass, .a = arena_new()};
    for (int i = 0; i < m->globals.n; i++)
        if (m->globals.v[i]->init && !ir_is_static(m->globals.v[i]->init))
            fault(&v, "initialiser is not constant", m->globals.v[i]->init);
    for (int i = 0; i < m->funcs.n; i++) {
        v.f = m->funcs.v[i];
        v.s = NULL;
        verify_stmts(&v, &v.f->body);
    }
    arena_free(v.a);
}
