// Puts the bodies of small functions in the place of their calls, where that shows which function a func
// value is: C inlines plain calls well, but not what is called through a closure.
//
// Floor 4, before anything else looks at the IR. A call is expanded if
//  - its callee is a literal: the variable that is called holds the one closure for good;
//  - or such a closure is among its arguments (slices.IndexFunc, an iterator of a range over a function);
//  - or it returns a func value (slices.All): the closure is then the caller's, and its calls are found.
// What a literal captured is named directly in its copy. Literals that nothing refers to any more, and
// closures that are not used, disappear; so do the captures, and their variables are plain again.
//
// Not expanded: what defers, recovers, starts goroutines or asks who calls; what is recursive; what is large.
// A literal that is called in one place only may be large, as the body of a loop over an iterator is.
#include "expand.h"

#include <string.h>

#include "summary.h"

enum {
    BODY = 80,     // nodes of a function that is expanded for what it returns
    TAKER = 160,   // for the function that it is given
    LITERAL = 600, // a literal, the first time that it is called
    GROWTH = 2500, // of a function, in all
    DEPTH = 12,
};

typedef struct Expand {
    Arena *a;
    IrModule *m;
    IrFunc *f;           // whose body is looked at
    PtrMap known;        // IrVar * → the IRX_CLOSURE or IRX_FUNCVAL that it holds for good
    PtrMap tuples;       // IrVar * of tuple type → IrVarList *: the results that it stood for
    PtrMap called;       // literals that were expanded
    Vec(IrFunc *) chain; // what is being expanded
    int growth;
    bool changed;
} Expand;

static void expand_list(Expand *x, IrStmtList *list);

// ---- what can be expanded --------------------------------------------------------------------------------

typedef struct Survey {
    bool bad;
    int returns;
} Survey;

static void survey_stmt(IrStmt *s, void *p) {
    Survey *v = p;
    switch (s->kind) {
    case IRS_GO:
    case IRS_DEFER:
    case IRS_FRAME_ENTER:
    case IRS_FRAME_LEAVE:
    case IRS_SCASE: v->bad = true; break;
    case IRS_RETURN: v->returns++; break;
    default: break;
    }
}

static void survey_expr(IrExpr *e, void *p) {
    Survey *v = p;
    switch (e->kind) {
    case IRX_CONTEXT:
    case IRX_FUNCADDR: v->bad = true; break; // the latter: passes a panic on by who it is
    case IRX_CALL:
        if (e->func->asks) v->bad = true;
        break;
    case IRX_CLOSURE:
    case IRX_FUNCVAL:
        if (e->func->ctx != IRCTX_CLOSURE) v->bad = true;
        break;
    default: break;
    }
}

static bool encloses(const IrFunc *outer, const IrFunc *f) {
    for (; f; f = f->outer)
        if (f == outer) return true;
    return false;
}

static const IrFunc *outermost(const IrFunc *f) {
    while (f->outer) f = f->outer;
    return f;
}

// How the results of its calls would be taken; false: it cannot be expanded here.
static bool survey(Expand *x, IrFunc *f, int limit, Survey *out) {
    if (f->external || f->noinline || f->has_frame || f->recovers || f->link || x->chain.n >= DEPTH)
        return false;
    if (encloses(f, x->f) || (!f->outer && f == outermost(x->f))) return false;
    int times = 0; // loops in loops are expanded, recursion is not
    for (int i = 0; i < x->chain.n; i++) times += x->chain.v[i] == f;
    if (times > 1) return false;
    const int cost = ir_cost(f);
    if (cost > limit || x->growth + cost > GROWTH) return false;
    *out = (Survey){.bad = false};
    ir_each_stmt(&f->body, survey_stmt, out);
    ir_each_expr_in(&f->body, survey_expr, out);
    if (!out->bad) x->growth += cost;
    return !out->bad;
}

static bool is_func(Type *t) { return type_under(t)->kind == TYPE_FUNC; }

// ---- func values that are known --------------------------------------------------------------------------

static bool is_constant(const IrVar *v) {
    return (v->kind == IRV_LOCAL || v->kind == IRV_TEMP) && v->has_decl && !v->reassigned && !v->addr_taken &&
           !(v->obj && v->obj->reassigned);
}

static IrExpr *known_func(Expand *x, IrExpr *e) {
    if (e->kind == IRX_BITCAST) e = e->x; // between a named func type and its own
    if (e->kind == IRX_FUNCVAL) return e;
    return e->kind == IRX_VAR ? ptrmap_get(&x->known, e->var) : NULL;
}

// Values that a method value binds are variables of their own: they may change later.
static void name_captures(Expand *x, IrExpr *closure, IrStmtList *out, Pos pos) {
    for (int i = 0; i < closure->args.n; i++) {
        const IrVar *c = closure->func->captures.v[i];
        if (c->outer) continue;
        IrStmt *d = ir_stmt(x->a, IRS_DECL, pos);
        d->var = ir_new_var(x->a, x->f, IRV_TEMP, NULL, c->type, 0);
        d->var->has_decl = true;
        d->src = closure->args.v[i];
        vec_push(x->a, out, d);
        closure->args.v[i] = ir_var(x->a, d->var);
    }
}

static void note_known(Expand *x, IrStmt *s, IrStmtList *out) {
    if (s->kind != IRS_DECL || !s->src || !is_constant(s->var) || !is_func(s->var->type)) return;
    if (s->src->kind == IRX_CLOSURE && s->src->func->ctx == IRCTX_CLOSURE) {
        name_captures(x, s->src, out, s->pos);
        ptrmap_put(x->a, &x->known, s->var, s->src);
    } else {
        IrExpr *k = known_func(x, s->src);
        if (k) ptrmap_put(x->a, &x->known, s->var, k);
    }
}

// ---- expanding -------------------------------------------------------------------------------------------

static IrVar *declare(Expand *x, IrVar *like, IrExpr *src, Pos pos, IrStmtList *out) {
    const bool named = like->name && strcmp(like->name, "_") != 0;
    IrStmt *d = ir_stmt(x->a, IRS_DECL, pos);
    d->var = ir_new_var(x->a, x->f, named ? IRV_LOCAL : IRV_TEMP, named ? like->name : NULL, like->type, 0);
    d->var->has_decl = true;
    d->src = src;
    vec_push(x->a, out, d);
    return d->var;
}

// The variable that a capture is, for one who sees the closure made.
static IrVar *captured(const IrExpr *arg, bool by_ref) {
    if (by_ref) arg = arg->kind == IRX_ADDR ? arg->x : NULL;
    return arg && arg->kind == IRX_VAR ? arg->var : NULL;
}

static bool bind_captures(Expand *x, Copy *c, const IrExpr *closure) {
    if (!closure || closure->kind != IRX_CLOSURE) return true;
    for (int i = 0; i < closure->args.n; i++) {
        const IrVar *k = closure->func->captures.v[i];
        IrVar *v = captured(closure->args.v[i], k->by_ref);
        if (!v || v->func != x->f) return false;
        ptrmap_put(x->a, &c->vars, k, v);
    }
    return true;
}

static void bind_params(Expand *x, Copy *c, IrExpr *call, Pos pos) {
    for (int i = 0; i < call->args.n; i++) {
        IrVar *p = c->from->params.v[i];
        IrVar *v = declare(x, p, call->args.v[i], pos, &c->body);
        v->addr_taken = p->addr_taken;
        v->reassigned = p->reassigned || (p->obj && p->obj->reassigned);
        v->obj = p->obj;
        ptrmap_put(x->a, &c->vars, p, v);
    }
}

// Result variables that the body names.
static void bind_results(Expand *x, Copy *c, Pos pos) {
    for (int i = 0; i < c->from->results.n; i++) {
        IrVar *r = c->from->results.v[i];
        if (!r->name) continue;
        IrVar *v = declare(x, r, NULL, pos, &c->body);
        v->addr_taken = r->addr_taken;
        v->reassigned = true;
        v->obj = r->obj;
        ptrmap_put(x->a, &c->vars, r, v);
    }
}

// What the statement had the call for is now in variables. False: it is used up.
static bool take_results(Expand *x, IrStmt *s, IrVarList *outs) {
    switch (s->kind) {
    case IRS_DECL:
        if (outs->n == 1) {
            s->src = ir_var(x->a, outs->v[0]);
            return true;
        }
        ptrmap_put(x->a, &x->tuples, s->var, outs);
        return false;
    case IRS_IF:
    case IRS_ASSIGN: s->src = ir_var(x->a, outs->v[0]); return true;
    case IRS_RETURN:
        memset(&s->args, 0, sizeof s->args);
        for (int i = 0; i < outs->n; i++) vec_push(x->a, &s->args, ir_var(x->a, outs->v[i]));
        return true;
    default: return false;
    }
}

// The body in the place of the statement's call; *keep: the statement is still needed.
static bool expand_call(Expand *x, IrStmt *s, IrExpr *call, const IrExpr *closure, int limit, IrStmtList *out,
                        bool *keep) {
    IrFunc *f = call->func;
    Survey found;
    if (f->results.n != 1 && s->kind == IRS_ASSIGN) return false;
    if (!survey(x, f, limit, &found)) return false;
    Copy *c = &(Copy){.a = x->a, .m = x->m, .from = f, .to = x->f, .foreign = f->pkg != x->f->pkg};
    if (!bind_captures(x, c, closure)) return false;
    bind_params(x, c, call, s->pos);
    bind_results(x, c, s->pos);
    const bool ends = f->body.n && vec_last(&f->body)->kind == IRS_RETURN;
    if (found.returns != ends || (f->results.n && !ends)) {
        c->block = ir_stmt(x->a, IRS_BLOCK, s->pos);
        c->block->id = ++x->f->next_id;
    }
    IrVarList *outs = ARENA_NEW(x->a, IrVarList);
    IrStmtList before = c->body;
    for (int i = 0; i < f->results.n; i++) {
        IrVar like = {.type = f->results.v[i]->type};
        IrVar *v = c->block ? declare(x, &like, NULL, s->pos, &before)
                            : ir_new_var(x->a, x->f, IRV_TEMP, NULL, like.type, 0);
        v->has_decl = true;
        v->reassigned = c->block;
        vec_push(x->a, outs, v);
    }
    memset(&c->body, 0, sizeof c->body);
    c->outs = *outs;
    expand_copy(c);
    vec_push(x->a, &x->chain, f);
    expand_list(x, &before);
    for (int i = 0; i < before.n; i++) vec_push(x->a, out, before.v[i]);
    expand_list(x, &c->body);
    x->chain.n--;
    if (c->block) {
        c->block->body = c->body;
        vec_push(x->a, out, c->block);
    } else {
        for (int i = 0; i < c->body.n; i++) vec_push(x->a, out, c->body.v[i]);
    }
    x->changed = true;
    *keep = take_results(x, s, outs);
    return true;
}

// How large a function may be to be expanded for what it is given or gives; 0: not at all.
static int worth(Expand *x, const IrExpr *call) {
    int limit = 0;
    for (int i = 0; i < call->args.n; i++) {
        const IrExpr *k = is_func(call->args.v[i]->type) ? known_func(x, call->args.v[i]) : NULL;
        if (k && (k->func->kind == IRF_FUNCVAL ? k->func->target : k->func)->asks) return 0;
        if (k) limit = TAKER;
    }
    if (limit) return limit;
    const IrFunc *f = call->func;
    return f->results.n == 1 && is_func(f->results.v[0]->type) ? BODY : 0;
}

static bool try_call(Expand *x, IrStmt *s, IrExpr *call, IrStmtList *out, bool *keep) {
    const IrExpr *closure = NULL;
    if (call->kind == IRX_CALL_FUNC) {
        closure = known_func(x, call->x);
        if (!closure) return false;
        IrFunc *f = closure->func;
        call->kind = IRX_CALL;
        call->func = f->kind == IRF_FUNCVAL ? f->target : f;
        x->changed = true;
        if (f->kind == IRF_FUNCVAL) {
            call->x = NULL;
            closure = NULL;
        }
    } else if (call->kind != IRX_CALL) {
        return false;
    }
    if (call->func->ctx == IRCTX_NONE) return expand_call(x, s, call, NULL, worth(x, call), out, keep);
    if (!closure) return false;
    const bool again = ptrmap_get(&x->called, call->func) != NULL;
    ptrmap_put(x->a, &x->called, call->func, call->func);
    return expand_call(x, s, call, closure, again ? BODY : LITERAL, out, keep);
}

// ---- statements ------------------------------------------------------------------------------------------

static IrExpr *root_of(IrStmt *s) {
    switch (s->kind) {
    case IRS_DECL:
    case IRS_ASSIGN:
    case IRS_EXPR:
    case IRS_IF: return s->src;
    case IRS_RETURN: return s->args.n == 1 ? s->args.v[0] : NULL;
    default: return NULL;
    }
}

static void expand_list(Expand *x, IrStmtList *list) {
    IrStmtList out = {0};
    for (int i = 0; i < list->n; i++) {
        IrStmt *s = list->v[i];
        IrExpr *call = root_of(s);
        bool keep = true;
        if (call) try_call(x, s, call, &out, &keep);
        if (!keep) continue;
        note_known(x, s, &out);
        expand_list(x, &s->body);
        expand_list(x, &s->other);
        for (int c = 0; c < s->cases.n; c++) expand_list(x, &s->cases.v[c]->body);
        vec_push(x->a, &out, s);
    }
    *list = out;
}

static void replace_part(IrExpr *e, void *p) {
    Expand *x = p;
    if (e->kind != IRX_TUPLE_GET || e->x->kind != IRX_VAR) return;
    const IrVarList *outs = ptrmap_get(&x->tuples, e->x->var);
    if (outs) *e = *ir_var(x->a, outs->v[e->index]);
}

static void replace_tuple(IrStmt *s, void *p) {
    Expand *x = p;
    if (s->kind != IRS_RETURN || s->args.n != 1 || s->args.v[0]->kind != IRX_VAR) return;
    const IrVarList *outs = ptrmap_get(&x->tuples, s->args.v[0]->var);
    if (!outs) return;
    memset(&s->args, 0, sizeof s->args);
    for (int i = 0; i < outs->n; i++) vec_push(x->a, &s->args, ir_var(x->a, outs->v[i]));
}

static void expand_func(Expand *x, IrFunc *f) {
    x->f = f;
    x->growth = 0;
    memset(&x->tuples, 0, sizeof x->tuples);
    expand_list(x, &f->body);
    if (!x->tuples.n) return;
    ir_each_expr_in(&f->body, replace_part, x);
    ir_each_stmt(&f->body, replace_tuple, x);
}

// ---- who asks for callers --------------------------------------------------------------------------------

typedef struct Ask {
    IrFunc *f;
    bool changed;
} Ask;

static bool is_question(const IrFunc *f) {
    static const char *const questions[] = {"runtime.Caller", "runtime.Callers", "runtime.callers",
                                            "runtime.Stack"};
    if (!f->external || !f->go_name) return false;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (strcmp(f->go_name, questions[i]) == 0) return true;
    const Summary *s = summary_find(f);
    return s && s->asks;
}

static void ask_expr(IrExpr *e, void *p) {
    Ask *v = p;
    if (e->kind != IRX_CALL || v->f->asks || !e->func->asks) return;
    v->f->asks = true;
    v->changed = true;
}

// Frames that are counted have to be there.
static void find_askers(IrModule *m) {
    Ask v = {.changed = false};
    for (int i = 0; i < m->funcs.n; i++) {
        IrFunc *f = m->funcs.v[i];
        f->asks = is_question(f);
        v.changed |= f->asks;
    }
    while (v.changed) {
        v.changed = false;
        for (int i = 0; i < m->funcs.n; i++) {
            v.f = m->funcs.v[i];
            ir_each_expr_in(&v.f->body, ask_expr, &v);
        }
    }
}

void expand_module(IrModule *m) {
    Expand x = {.a = m->arena, .m = m};
    find_askers(m);
    const int n = m->funcs.n; // copies of literals were looked at where they were made
    for (int i = 0; i < n; i++) {
        IrFunc *f = m->funcs.v[i];
        const bool thunk =
            f->kind != IRF_FUNC && f->kind != IRF_METHOD && f->kind != IRF_LITERAL && f->kind != IRF_RANGE;
        if (!f->external && !thunk) expand_func(&x, f);
    }
    if (x.changed) expand_clean(m);
}
