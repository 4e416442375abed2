// After expansion: takes away what is of no use any more.
//
// Floor 4. A closure that no expression mentions is not made; a literal that no expression mentions is not
// emitted; a variable whose address was only taken for a capture is a plain one again. Dropping one may free
// the next, so this goes round until nothing changes.
#include "expand.h"

#include <string.h>

typedef struct Clean {
    Arena *a;
    IrModule *m;
    PtrMap vars, funcs; // mentioned
    bool changed;
} Clean;

static void mention(IrExpr *e, void *p) {
    Clean *x = p;
    switch (e->kind) {
    case IRX_VAR: ptrmap_put(x->a, &x->vars, e->var, e); break;
    case IRX_FUNCADDR:
    case IRX_FUNCVAL:
    case IRX_CALL:
    case IRX_CLOSURE: ptrmap_put(x->a, &x->funcs, e->func, e); break;
    default: break;
    }
}

static bool is_func(Type *t) { return type_under(t)->kind == TYPE_FUNC; }

static bool is_unused(const Clean *x, const IrStmt *s) {
    if (s->kind != IRS_DECL || !s->src || s->var->shape != IRSHAPE_VALUE || !is_func(s->var->type))
        return false;
    if (ptrmap_get(&x->vars, s->var)) return false;
    const IrExpr *e = s->src->kind == IRX_BITCAST ? s->src->x : s->src;
    return e->kind == IRX_CLOSURE || e->kind == IRX_FUNCVAL || e->kind == IRX_VAR || e->kind == IRX_ZERO;
}

static void drop_unused(Clean *x, IrStmtList *list) {
    int kept = 0;
    for (int i = 0; i < list->n; i++) {
        IrStmt *s = list->v[i];
        if (is_unused(x, s)) {
            x->changed = true;
            if (s->src->kind == IRX_CLOSURE) vec_push(x->a, &x->m->dropped, s->src);
            continue;
        }
        drop_unused(x, &s->body);
        drop_unused(x, &s->other);
        for (int c = 0; c < s->cases.n; c++) drop_unused(x, &s->cases.v[c]->body);
        list->v[kept++] = s;
    }
    list->n = kept;
}

// Literals and instances of generic functions: others may be named by descriptors and by other packages.
static bool is_dropped(const Clean *x, const IrFunc *f) {
    const bool literal = (f->kind == IRF_LITERAL || f->kind == IRF_RANGE) && f->ctx == IRCTX_CLOSURE;
    const bool instance = f->kind == IRF_FUNC && f->weak && f->targs.n;
    if ((literal || instance) && !ptrmap_get(&x->funcs, f)) return true;
    return f->outer && is_dropped(x, f->outer);
}

static void drop_functions(Clean *x) {
    int kept = 0;
    for (int i = 0; i < x->m->funcs.n; i++) {
        IrFunc *f = x->m->funcs.v[i];
        if (is_dropped(x, f)) {
            x->changed = true;
            continue;
        }
        x->m->funcs.v[kept++] = f;
    }
    x->m->funcs.n = kept;
}

// ---- addresses -------------------------------------------------------------------------------------------

static void note_address(IrExpr *e, void *p) {
    (void)p;
    if (e->kind != IRX_ADDR) return;
    const IrExpr *place = e->x;
    while (place->kind == IRX_FIELD || place->kind == IRX_ELEM) place = place->x;
    if (place->kind == IRX_VAR) place->var->addr_taken = true;
}

static void forget_addresses(IrVarList *vars) {
    for (int i = 0; i < vars->n; i++) vars->v[i]->addr_taken = false;
}

static void look_at_addresses(IrModule *m) {
    for (int i = 0; i < m->funcs.n; i++) {
        IrFunc *f = m->funcs.v[i];
        forget_addresses(&f->params);
        forget_addresses(&f->results);
        forget_addresses(&f->vars);
    }
    for (int i = 0; i < m->funcs.n; i++) {
        IrFunc *f = m->funcs.v[i];
        ir_each_expr_in(&f->body, note_address, NULL);
        for (int j = 0; j < f->captures.n; j++)
            for (IrVar *v = f->captures.v[j]; v->by_ref && v->outer; v = v->outer)
                v->outer->addr_taken = true;
    }
}

static void mention_globals(Clean *x) {
    for (int i = 0; i < x->m->globals.n; i++)
        if (x->m->globals.v[i]->init) ir_each_expr(x->m->globals.v[i]->init, mention, x);
}

void expand_clean(IrModule *m) {
    Clean x = {.a = m->arena, .m = m};
    do {
        x.changed = false;
        memset(&x.vars, 0, sizeof x.vars);
        memset(&x.funcs, 0, sizeof x.funcs);
        mention_globals(&x);
        for (int i = 0; i < m->funcs.n; i++) ir_each_expr_in(&m->funcs.v[i]->body, mention, &x);
        for (int i = 0; i < m->funcs.n; i++) drop_unused(&x, &m->funcs.v[i]->body);
        drop_functions(&x);
    } while (x.changed);
    look_at_addresses(m);
}
