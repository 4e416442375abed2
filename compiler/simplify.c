// Short branches that become arithmetic: `if c { n++ }` is n = n + (c ? 1 : 0), for which C has an
// instruction. C compilers do so themselves only where the condition is simple enough; a branch that nothing
// can foretell costs more than all else in a loop.
//
// Floor 4, after escape analysis.
#include "ir.h"

static bool is_one(const IrExpr *e) {
    int64_t v;
    return e->kind == IRX_CONST && const_to_int64(e->val, &v) && v == 1;
}

static bool is_local(const IrExpr *e) {
    return e->kind == IRX_VAR && !e->var->heap && e->var->shape == IRSHAPE_VALUE &&
           e->var->kind != IRV_CAPTURE;
}

// x = x + 1 or x = x - 1, of a local variable with at least 32 bits.
static bool is_step(const IrStmt *s) {
    if (s->kind != IRS_ASSIGN || !is_local(s->dst)) return false;
    const IrExpr *src = s->src;
    if (src->kind != IRX_BINARY || (src->op != OP_ADD && src->op != OP_SUB)) return false;
    if (!type_is_integer(src->type) || type_size(src->type) < 4) return false;
    return src->x->kind == IRX_VAR && src->x->var == s->dst->var && is_one(src->y);
}

typedef struct Use {
    const IrVar *var;
    bool as_index;
} Use;

static void note_mention(IrExpr *x, void *p) {
    Use *u = p;
    if (x->kind == IRX_VAR && x->var == u->var) u->as_index = true;
}

static void note_index(IrExpr *x, void *p) {
    if (x->kind == IRX_STRAT || x->kind == IRX_AT || x->kind == IRX_ELEM) ir_each_expr(x->y, note_mention, p);
}

// if s[i] == '\\' { i++ }, where the next round reads s[i]: by arithmetic each round would wait for the byte
// that the round before has read. A branch is right nearly always, and lets the processor go ahead.
static bool leads_on(const IrStmt *s) {
    Use u = {s->body.v[0]->dst->var, false};
    ir_each_expr(s->src, note_index, &u);
    return u.as_index;
}

static void simplify_list(Arena *a, IrStmtList *list) {
    for (int i = 0; i < list->n; i++) {
        IrStmt *s = list->v[i];
        simplify_list(a, &s->body);
        simplify_list(a, &s->other);
        for (int c = 0; c < s->cases.n; c++) simplify_list(a, &s->cases.v[c]->body);
        if (s->kind != IRS_IF || s->other.n || s->body.n != 1 || !is_step(s->body.v[0]) ||
            ir_has_effect(s->src))
            continue;
        s->branch = leads_on(s);
        if (s->branch) continue;
        IrStmt *step = s->body.v[0];
        Type *t = step->src->type;
        IrExpr *by = ir_binary(a, IRX_COND, OP_NONE, t, s->src, step->src->y);
        by->z = ir_const(a, const_int64(0), t);
        step->src->y = by;
        step->pos = s->pos;
        list->v[i] = step;
    }
}

void simplify_module(IrModule *m) {
    for (int i = 0; i < m->funcs.n; i++) simplify_list(m->arena, &m->funcs.v[i]->body);
}
