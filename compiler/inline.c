// Which functions C is told to inline, and which bodies of other packages' functions it is given for that.
//
// Floor 4. Lowering copies the body of each small function of an imported package that is mentioned
// (IrFunc.copy). Here a copy becomes a plain external function again where it is of no use: too large as IR,
// or only its address is taken. What is left is emitted as a static inline function of the same name, as an
// instance of a generic function is. The sizes are those of Go's inliner, more or less: C decides in the end.
#include "ir.h"

enum {
    SMALL = 80,     // nodes of a function that is worth inlining
    CALL_COST = 25, // a call in it makes that less likely
    LOOP_COST = 10,
};

typedef struct Cost {
    const IrFunc *f;
    int n;
} Cost;

static void add_expr(IrExpr *e, void *p) {
    Cost *cost = p;
    switch (e->kind) {
    case IRX_CALL:
        cost->n += e->func == cost->f ? SMALL + 1 : CALL_COST; // of a recursive one the frames would add up
        break;
    case IRX_CALL_FUNC:
    case IRX_CALL_IFACE: cost->n += CALL_COST; break;
    case IRX_RTCALL:
        cost->n += ir_rt_info[e->rt].flags & (IRRT_INLINE | IRRT_NORETURN) ? 2 : CALL_COST / 2;
        break;
    default: cost->n += 1;
    }
}

static void add_stmt(IrStmt *s, void *p) {
    Cost *cost = p;
    switch (s->kind) {
    case IRS_LOOP: cost->n += LOOP_COST; break;
    case IRS_GO:
    case IRS_DEFER:
    case IRS_FRAME_ENTER:
    case IRS_SCASE: cost->n += 2 * SMALL; break;
    default: cost->n += 1;
    }
}

int ir_cost(IrFunc *f) {
    Cost cost = {.f = f};
    ir_each_stmt(&f->body, add_stmt, &cost);
    ir_each_expr_in(&f->body, add_expr, &cost);
    return cost.n;
}

typedef struct Reach {
    Arena *a;
    Vec(IrFunc *) todo;
} Reach;

static void reach_call(IrExpr *e, void *p) {
    Reach *r = p;
    if (e->kind != IRX_CALL || !e->func->copy || e->func->called) return;
    e->func->called = true;
    vec_push(r->a, &r->todo, e->func);
}

static void forget_body(IrFunc *f) {
    f->copy = false;
    f->external = true;
    memset(&f->body, 0, sizeof f->body);
    memset(&f->vars, 0, sizeof f->vars);
}

void inline_choose(IrModule *m) {
    Reach r = {.a = m->arena};
    for (int i = 0; i < m->funcs.n; i++) {
        IrFunc *f = m->funcs.v[i];
        if (f->external || f->noinline || f->has_frame || f->recovers) continue;
        f->small = ir_cost(f) <= SMALL;
        if (f->copy && !f->small) forget_body(f);
    }
    for (int i = 0; i < m->funcs.n; i++)
        if (!m->funcs.v[i]->external && !m->funcs.v[i]->copy) vec_push(m->arena, &r.todo, m->funcs.v[i]);
    while (r.todo.n) {
        IrFunc *f = vec_pop(&r.todo);
        ir_each_expr_in(&f->body, reach_call, &r);
    }
    for (int i = 0; i < m->funcs.n; i++)
        if (m->funcs.v[i]->copy && !m->funcs.v[i]->called) forget_body(m->funcs.v[i]);
}
