// Copies the body of a function to where it is called: new variables, labels, branches, and new functions for
// the literals in it.
//
// Floor 4. Nothing of the original is shared but types, constants and names. A literal's captures refer to
// the copies of what they referred to.
#include "expand.h"

#include <string.h>

#include "diag.h"

static bool within(const IrFunc *f, const IrFunc *outer) {
    for (f = f->outer; f; f = f->outer)
        if (f == outer) return true;
    return false;
}

// ---- variables and functions -----------------------------------------------------------------------------

static IrVarKind kind_of_copy(const IrVar *v) {
    if (v->kind == IRV_TEMP) return IRV_TEMP;
    return v->name && strcmp(v->name, "_") != 0 ? IRV_LOCAL : IRV_TEMP;
}

static IrVar *copy_var(Copy *c, IrVar *v, IrFunc *owner) {
    IrVar *w = ptrmap_get(&c->vars, v);
    if (w) return w;
    const bool inner = owner != c->to; // of a literal, whose parameters stay such
    IrVarKind kind = inner ? v->kind : kind_of_copy(v);
    if (kind == IRV_CAPTURE && !inner) bug_at(v->pos, "capture %s has no place", v->name);
    w = ir_new_var(c->a, owner, kind, kind == IRV_TEMP ? NULL : v->name, v->type, c->foreign ? 0 : v->pos);
    w->shape = v->shape;
    w->count = v->count;
    w->addr_taken = v->addr_taken;
    w->reassigned = v->reassigned || (v->obj && v->obj->reassigned);
    w->by_ref = v->by_ref;
    w->has_decl = v->has_decl;
    w->obj = v->obj;
    ptrmap_put(c->a, &c->vars, v, w);
    return w;
}

static void copy_list(Copy *c, IrFunc *owner, const IrStmtList *from, IrStmtList *to);

// Of captures the outer variables are known: those of c->from are given, others copied before.
static IrFunc *copy_func(Copy *c, IrFunc *f) {
    if (!within(f, c->from)) return f;
    IrFunc *g = ptrmap_get(&c->funcs, f);
    if (g) return g;
    g = ARENA_NEW(c->a, IrFunc);
    *g = *f;
    ptrmap_put(c->a, &c->funcs, f, g);
    g->outer = f->outer == c->from ? c->to : copy_func(c, f->outer);
    int *last = f->kind == IRF_RANGE     ? &g->outer->next_range
                : f->kind == IRF_LITERAL ? &g->outer->next_literal
                                         : &g->outer->next_thunk;
    g->number = ++*last;
    g->pkg = c->to->pkg;
    g->weak = c->to->weak;
    g->copy = c->to->copy;
    g->next_id = 0;
    memset(&g->captures, 0, sizeof g->captures);
    memset(&g->params, 0, sizeof g->params);
    memset(&g->results, 0, sizeof g->results);
    memset(&g->vars, 0, sizeof g->vars);
    memset(&g->body, 0, sizeof g->body);
    for (int i = 0; i < f->captures.n; i++) {
        IrVar *outer = f->captures.v[i]->outer;
        IrVar *v = copy_var(c, f->captures.v[i], g);
        if (outer) v->outer = copy_var(c, outer, outer->func == c->from ? c->to : copy_func(c, outer->func));
    }
    for (int i = 0; i < f->params.n; i++) copy_var(c, f->params.v[i], g);
    for (int i = 0; i < f->results.n; i++) copy_var(c, f->results.v[i], g);
    vec_push(c->a, &c->m->funcs, g);
    copy_list(c, g, &f->body, &g->body);
    return g;
}

// ---- expressions -----------------------------------------------------------------------------------------

static IrExpr *copy_expr(Copy *c, IrFunc *owner, const IrExpr *e) {
    if (!e) return NULL;
    IrExpr *to = ARENA_NEW(c->a, IrExpr);
    *to = *e;
    to->x = copy_expr(c, owner, e->x);
    to->y = copy_expr(c, owner, e->y);
    to->z = copy_expr(c, owner, e->z);
    memset(&to->args, 0, sizeof to->args);
    for (int i = 0; i < e->args.n; i++) vec_push(c->a, &to->args, copy_expr(c, owner, e->args.v[i]));
    switch (e->kind) {
    case IRX_VAR: to->var = copy_var(c, e->var, owner); break;
    case IRX_FUNCADDR:
    case IRX_FUNCVAL:
    case IRX_CALL:
    case IRX_CLOSURE: to->func = copy_func(c, e->func); break;
    default: break;
    }
    if (e->slot) { // of a deferred call
        to->slot = copy_var(c, e->slot, owner);
        to->slot->context_of = to->func;
    }
    if (c->foreign) to->what = NULL;
    return to;
}

// ---- statements ------------------------------------------------------------------------------------------

static void put_assign(Copy *c, IrStmtList *to, IrVar *dst, IrExpr *src, Pos pos) {
    IrStmt *s = ir_stmt(c->a, c->block ? IRS_ASSIGN : IRS_DECL, pos);
    if (c->block)
        s->dst = ir_var(c->a, dst);
    else
        s->var = dst;
    s->src = src;
    vec_push(c->a, to, s);
}

// The results go to the variables that the call site has for them.
static void copy_return(Copy *c, const IrStmt *s, bool last, IrStmtList *to) {
    if (s->args.n == 1 && c->outs.n > 1) {
        IrStmt *d = ir_stmt(c->a, IRS_DECL, s->pos);
        d->src = copy_expr(c, c->to, s->args.v[0]);
        d->var = ir_new_var(c->a, c->to, IRV_TEMP, NULL, d->src->type, 0);
        d->var->has_decl = true;
        vec_push(c->a, to, d);
        for (int i = 0; i < c->outs.n; i++) {
            IrExpr *part = ir_unary(c->a, IRX_TUPLE_GET, c->outs.v[i]->type, ir_var(c->a, d->var));
            part->index = i;
            put_assign(c, to, c->outs.v[i], part, s->pos);
        }
    } else {
        for (int i = 0; i < s->args.n; i++)
            put_assign(c, to, c->outs.v[i], copy_expr(c, c->to, s->args.v[i]), s->pos);
    }
    if (!c->block || last) return;
    IrStmt *leave = ir_stmt(c->a, IRS_BREAK, s->pos);
    leave->target = c->block;
    c->block->used_break = true;
    vec_push(c->a, to, leave);
}

static IrLabel *copy_label(Copy *c, IrFunc *owner, IrLabel *label) {
    IrLabel *l = ptrmap_get(&c->labels, label);
    if (l) return l;
    l = ARENA_NEW(c->a, IrLabel);
    l->id = ++owner->next_id; // its name may be taken
    l->used = label->used;
    ptrmap_put(c->a, &c->labels, label, l);
    return l;
}

static IrStmt *copy_stmt(Copy *c, IrFunc *owner, const IrStmt *s) {
    IrStmt *to = ARENA_NEW(c->a, IrStmt);
    *to = *s;
    to->emit = NULL;
    memset(&to->body, 0, sizeof to->body);
    memset(&to->other, 0, sizeof to->other);
    memset(&to->cases, 0, sizeof to->cases);
    memset(&to->args, 0, sizeof to->args);
    ptrmap_put(c->a, &c->targets, s, to);
    if (s->id) to->id = ++owner->next_id;
    if (s->var) to->var = copy_var(c, s->var, owner);
    to->dst = copy_expr(c, owner, s->dst);
    to->src = copy_expr(c, owner, s->src);
    for (int i = 0; i < s->args.n; i++) vec_push(c->a, &to->args, copy_expr(c, owner, s->args.v[i]));
    if (s->target) to->target = ptrmap_get(&c->targets, s->target);
    if (s->label) to->label = copy_label(c, owner, s->label);
    copy_list(c, owner, &s->body, &to->body);
    copy_list(c, owner, &s->other, &to->other);
    if (s->post) to->post = copy_stmt(c, owner, s->post);
    for (int i = 0; i < s->cases.n; i++) {
        IrCase *k = ARENA_NEW(c->a, IrCase);
        *k = *s->cases.v[i];
        memset(&k->body, 0, sizeof k->body);
        copy_list(c, owner, &s->cases.v[i]->body, &k->body);
        vec_push(c->a, &to->cases, k);
    }
    return to;
}

static void copy_list(Copy *c, IrFunc *owner, const IrStmtList *from, IrStmtList *to) {
    for (int i = 0; i < from->n; i++) {
        const IrStmt *s = from->v[i];
        if (s->kind == IRS_RETURN && owner == c->to)
            copy_return(c, s, from == &c->from->body && i == from->n - 1, to);
        else
            vec_push(c->a, to, copy_stmt(c, owner, s));
    }
}

void expand_copy(Copy *c) { copy_list(c, c->to, &c->from->body, &c->body); }
