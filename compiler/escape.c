// Escape analysis: which variables and allocations outlive the call that makes them.
//
// Floor 4. The method is Go's (cmd/compile/internal/escape): a graph of locations with flows weighted by
// dereferences; a location whose address reaches one that outlives it goes to the heap. Functions are taken
// callees first, so that a call knows what becomes of its arguments: each parameter has the fewest
// dereferences with which it reaches the heap and the results. Functions that call each other, and literals
// with what surrounds them, are solved together.
//
// Sound assumptions: stores through pointers, into maps, channels, interfaces' methods and unknown functions
// go to the heap. A location is one for all parts of a variable. What a location holds is on the heap if it
// is.
#include "escape.h"

#include "diag.h"
#include "summary.h"

typedef struct Escape {
    Arena *a;
    IrModule *m;
    LocList locs; // of all functions
    LocList work;
    Loc heap;
    int gen;
    // The function being scanned.
    IrFunc *f;
    int loop_depth, block_depth;
    int next_index;
    Vec(IrFunc *) stack;
    Vec(IrFunc *) batch;
} Escape;

static EscFunc *info(const IrFunc *f) { return f->esc; }

static IrFunc *outermost(IrFunc *f) {
    while (f->outer) f = f->outer;
    return f;
}

// ---- locations -------------------------------------------------------------------------------------------

static Loc *new_loc(Escape *x, LocKind kind, IrFunc *f) {
    Loc *l = ARENA_NEW(x->a, Loc);
    l->kind = kind;
    l->f = f;
    l->leak_heap = l->leak_result = -1;
    vec_push(x->a, &x->locs, l);
    return l;
}

static IrVar *canonical(IrVar *v) {
    while (v->kind == IRV_CAPTURE && v->outer) v = v->outer;
    return v;
}

static Loc *loc_of(Escape *x, IrVar *v) {
    v = canonical(v);
    if (!v->esc) {
        Loc *l = new_loc(x, LOC_VAR, v->func);
        l->var = v;
        v->esc = l;
    }
    return v->esc;
}

static Loc *loc_of_alloc(Escape *x, IrExpr *e) {
    if (!e->esc) {
        Loc *l = new_loc(x, LOC_ALLOC, x->f);
        l->alloc = e;
        l->loop_depth = x->loop_depth;
        e->esc = l;
    }
    return e->esc;
}

static void add_edge(Escape *x, Loc *dst, Loc *src, int derefs) {
    if (!dst || (dst == src && derefs >= 0)) return;
    if (derefs < 0) src->addressed = true;
    for (int i = 0; i < dst->edges.n; i++)
        if (dst->edges.v[i].src == src) {
            if (derefs < dst->edges.v[i].derefs) dst->edges.v[i].derefs = derefs;
            return;
        }
    vec_push(x->a, &dst->edges, ((Edge){src, derefs}));
}

// ---- flows of expressions --------------------------------------------------------------------------------

static bool has_pointers(Type *t) {
    if (t == &ir_type_void || t == &ir_type_rtype || t == &ir_type_itab || t == &ir_type_code) return false;
    if (t->kind == TYPE_TUPLE) {
        for (int i = 0; i < t->tuple.types.n; i++)
            if (has_pointers(t->tuple.types.v[i])) return true;
        return false;
    }
    return type_ptrdata(t) > 0;
}

static void flow(Escape *x, Loc *dst, int k, IrExpr *e);

static void flow_args(Escape *x, Loc *dst, int k, IrExpr *e) {
    for (int i = 0; i < e->args.n; i++)
        if (e->args.v[i]) flow(x, dst, k, e->args.v[i]);
}

static void flow_rtcall(Escape *x, Loc *dst, int k, IrExpr *e) {
    switch (e->rt) {
    case IRRT_SUBSTR:
    case IRRT_SUBSTR_FROM:
    case IRRT_SUBSLICE:
    case IRRT_SUBSLICE_FROM:
    case IRRT_SUBSLICE3:
    case IRRT_SUBARRAY:
    case IRRT_SUBARRAY3:
    case IRRT_SLICE_ARRAY:
    case IRRT_NILCHECK: flow(x, dst, k, e->args.v[0]); break;
    case IRRT_EXTEND:
    case IRRT_GROWSLICE: flow(x, dst, k, e->args.v[1]); break;
    case IRRT_APPEND_SLICE:
        flow(x, dst, k, e->args.v[1]);
        if (has_pointers(type_under(e->args.v[1]->type)->elem)) flow(x, &x->heap, 1, e->args.v[2]);
        break;
    case IRRT_APPEND_STRING: flow(x, dst, k, e->args.v[0]); break;
    case IRRT_COPY:
        if (has_pointers(type_under(e->args.v[2]->type)->elem)) flow(x, &x->heap, 1, e->args.v[2]);
        break;
    case IRRT_BOX_STRING:
    case IRRT_BOX_SLICE:
    case IRRT_PANIC: flow_args(x, &x->heap, 0, e); break;
    case IRRT_BOX: flow(x, &x->heap, 1, e->args.v[1]); break;
    case IRRT_MAP_PUT: flow(x, &x->heap, 1, e->args.v[2]); break;
    case IRRT_MAP_PUT64:
    case IRRT_MAP_PUTSTR: flow(x, &x->heap, 0, e->args.v[2]); break;
    case IRRT_CHAN_SEND: flow(x, &x->heap, 1, e->args.v[1]); break;
    case IRRT_ATOMIC_STORE:
    case IRRT_ATOMIC_SWAP:
    case IRRT_ATOMIC_CAS: // what is stored; the place itself is only written
        for (int i = 1; i < e->args.n; i++) flow(x, &x->heap, 0, e->args.v[i]);
        break;
    case IRRT_STR_FROM_RUNE:
    case IRRT_STR_FROM_BYTES:
    case IRRT_STR_FROM_RUNES:
    case IRRT_STR_TO_BYTES:
    case IRRT_STR_TO_RUNES:
    case IRRT_MAKESLICE: add_edge(x, dst, loc_of_alloc(x, e), k - 1); break;
    default: break; // a new value, or nothing that points into the program's variables
    }
}

static void flow_place(Escape *x, Loc *dst, int k, IrExpr *e) {
    switch (e->kind) {
    case IRX_VAR:
        if (k < 0 || has_pointers(e->type) || e->var->shape != IRSHAPE_VALUE)
            add_edge(x, dst, loc_of(x, e->var), k);
        break;
    case IRX_FIELD:
    case IRX_ELEM: flow_place(x, dst, k, e->x); break;
    case IRX_DEREF:
    case IRX_AT: flow(x, dst, k + 1, e->x); break;
    case IRX_GLOBAL: break;
    default: flow(x, dst, k, e); break;
    }
}

static void flow(Escape *x, Loc *dst, int k, IrExpr *e) {
    if (!dst || !e) return;
    switch (e->kind) {
    case IRX_VAR:
    case IRX_FIELD:
    case IRX_ELEM:
    case IRX_DEREF:
    case IRX_AT:
        if (k > 0 || has_pointers(e->type)) flow_place(x, dst, k, e);
        break;
    case IRX_ADDR: flow_place(x, dst, k - 1, e->x); break;
    case IRX_BITCAST:
    case IRX_CONVERT:
    case IRX_DATA:
    case IRX_IFACE_DATA:
    case IRX_TUPLE_GET: flow(x, dst, k, e->x); break;
    case IRX_BINARY: // uintptr arithmetic on what is a pointer again later
        if (type_under(e->type)->kind == TYPE_UINTPTR) {
            flow(x, dst, k, e->x);
            flow(x, dst, k, e->y);
        }
        break;
    case IRX_COND:
        flow(x, dst, k, e->y);
        flow(x, dst, k, e->z);
        break;
    case IRX_AGGREGATE:
    case IRX_MKSTRING:
    case IRX_MKSLICE:
    case IRX_MKIFACE: flow_args(x, dst, k, e); break;
    case IRX_RTCALL: flow_rtcall(x, dst, k, e); break;
    case IRX_CONCAT: // a part that is the whole result is copied if it is on the stack
    case IRX_NEW: add_edge(x, dst, loc_of_alloc(x, e), k - 1); break;
    default: break;
    }
}

// ---- calls -----------------------------------------------------------------------------------------------

static bool is_noescape(const IrFunc *f) {
    for (int i = 0; i < f->pragmas.n; i++)
        if (strstr(f->pragmas.v[i], "go:noescape")) return true;
    return false;
}

// A function that is compiled elsewhere.
static void call_external(Escape *x, Loc *dst, IrExpr *e) {
    if (is_noescape(e->func)) return;
    const Summary *s = summary_find(e->func);
    if (!s) {
        flow_args(x, &x->heap, 0, e);
        return;
    }
    for (int i = 0; i < e->args.n; i++) {
        const SummaryLeak *l = &s->leaks[i];
        if (l->heap >= 0) flow(x, &x->heap, l->heap, e->args.v[i]);
        if (l->result >= 0) flow(x, dst, l->result, e->args.v[i]);
    }
}

static void call_known(Escape *x, Loc *dst, IrExpr *e, IrFunc *callee) {
    EscFunc *ef = info(callee);
    if (!ef->analysed && !ef->in_batch) {
        flow_args(x, &x->heap, 0, e);
        return;
    }
    for (int i = 0; i < e->args.n && i < callee->params.n; i++) {
        Loc *p = loc_of(x, callee->params.v[i]);
        if (!ef->analysed) { // of the same batch
            flow(x, p, 0, e->args.v[i]);
            continue;
        }
        if (p->leak_heap >= 0) flow(x, &x->heap, p->leak_heap, e->args.v[i]);
        if (p->leak_result >= 0) flow(x, dst, p->leak_result, e->args.v[i]);
    }
    if (!ef->analysed && dst) add_edge(x, dst, ef->result, 0);
}

// The literal or function that a variable holds for good, or NULL.
static IrFunc *known_callee(Escape *x, IrExpr *fn) {
    if (fn->kind == IRX_FUNCVAL) return fn->func;
    if (fn->kind != IRX_VAR) return NULL;
    Loc *l = loc_of(x, fn->var);
    IrVar *v = l->var;
    bool changes = v->reassigned || v->addr_taken || (v->obj && v->obj->reassigned);
    return changes ? NULL : l->callee;
}

static void make_closure(Escape *x, Loc *dst, IrExpr *e) {
    Loc *l = loc_of_alloc(x, e);
    bool known = info(e->func)->in_batch; // else a method value
    for (int i = 0; i < e->args.n; i++) {
        flow(x, l, 0, e->args.v[i]);
        if (!known) flow(x, &x->heap, 0, e->args.v[i]);
        IrVar *c = e->func->captures.v[i];
        if (!c->outer) flow(x, loc_of(x, c), 0, e->args.v[i]); // an argument of a thunk
    }
    if (dst) add_edge(x, dst, l, -1);
}

// A call through a variable that only ever holds this function: the C compiler can then inline it.
static void call_directly(IrExpr *e, IrFunc *callee) {
    e->kind = IRX_CALL;
    e->func = callee;
    if (callee->kind == IRF_FUNCVAL) {
        e->func = callee->target;
        e->x = NULL;
    }
}

bool escape_is_text(const IrExpr *e) {
    if (e->kind == IRX_CONCAT) return true;
    if (e->kind != IRX_RTCALL) return false;
    return e->rt == IRRT_STR_FROM_RUNE || e->rt == IRRT_STR_FROM_BYTES || e->rt == IRRT_STR_FROM_RUNES ||
           e->rt == IRRT_STR_TO_BYTES || e->rt == IRRT_STR_TO_RUNES;
}

static void note_text(IrExpr *e, void *p) {
    Escape *x = p;
    if (escape_is_text(e)) loc_of_alloc(x, e);
}

// The source of an assignment, which may have an effect at its root; dst NULL: the value is dropped.
static void root(Escape *x, Loc *dst, IrExpr *e) {
    if (!e) return;
    ir_each_expr(e, note_text, x);
    switch (e->kind) {
    case IRX_CALL:
        if (e->func->external) {
            call_external(x, dst, e);
        } else {
            call_known(x, dst, e, e->func);
        }
        break;
    case IRX_CALL_FUNC: {
        IrFunc *callee = known_callee(x, e->x);
        if (!callee) {
            flow_args(x, &x->heap, 0, e);
            break;
        }
        call_directly(e, callee);
        root(x, dst, e);
        break;
    }
    case IRX_CALL_IFACE:
        flow(x, &x->heap, 0, e->x);
        flow_args(x, &x->heap, 0, e);
        break;
    case IRX_CLOSURE: make_closure(x, dst, e); break;
    case IRX_RTCALL: {
        // Also for what it does to its arguments.
        Loc drop = {.kind = LOC_VAR};
        flow_rtcall(x, dst ? dst : &drop, 0, e);
        break;
    }
    default: flow(x, dst, 0, e); break;
    }
}

// ---- statements ------------------------------------------------------------------------------------------

static Loc *destination(Escape *x, IrExpr *place) {
    while (place->kind == IRX_FIELD || place->kind == IRX_ELEM) place = place->x;
    if (place->kind == IRX_VAR) return loc_of(x, place->var);
    if (place->kind == IRX_DEREF) {
        IrExpr *p = place->x;
        while (p->kind == IRX_BITCAST) p = p->x;
        if (p->kind == IRX_VAR && !p->var->reassigned && loc_of(x, p->var)->pointee)
            return loc_of(x, p->var)->pointee;
    }
    return &x->heap;
}

static void scan_stmts(Escape *x, IrStmtList *list);

static void scan_decl(Escape *x, IrStmt *s) {
    Loc *l = loc_of(x, s->var);
    l->loop_depth = x->loop_depth;
    l->block_depth = x->block_depth;
    if (!s->src) return;
    root(x, l, s->src);
    if (s->src->kind == IRX_NEW) l->pointee = loc_of_alloc(x, s->src);
    if (s->src->kind == IRX_CLOSURE || s->src->kind == IRX_FUNCVAL) l->callee = s->src->func;
}

static void scan_thunk(Escape *x, IrStmt *s) {
    IrExpr *e = s->src;
    bool heap = s->kind == IRS_GO || !e->slot;
    Loc *l = loc_of_alloc(x, e);
    l->loop_depth = 0; // until the function returns
    if (heap) l->escapes = true;
    make_closure(x, NULL, e);
}

static void scan_stmt(Escape *x, IrStmt *s) {
    switch (s->kind) {
    case IRS_DECL: scan_decl(x, s); break;
    case IRS_ASSIGN: root(x, destination(x, s->dst), s->src); break;
    case IRS_RETURN:
        for (int i = 0; i < s->args.n; i++) root(x, info(x->f)->result, s->args.v[i]);
        break;
    case IRS_GO:
    case IRS_DEFER: scan_thunk(x, s); break;
    case IRS_SCASE:
        if (s->send) flow(x, &x->heap, 1, s->src);
        break;
    case IRS_LABEL:
        if (s->label->used)
            x->loop_depth++; // a goto may come back here: as a loop to the end of the function
        break;
    default: root(x, NULL, s->src); break;
    }
    int loop = s->kind == IRS_LOOP ? 1 : 0, depth = x->loop_depth;
    x->loop_depth += loop;
    x->block_depth++;
    scan_stmts(x, &s->body);
    scan_stmts(x, &s->other);
    if (s->post) scan_stmt(x, s->post);
    for (int i = 0; i < s->cases.n; i++) scan_stmts(x, &s->cases.v[i]->body);
    x->block_depth--;
    if (loop) x->loop_depth = depth;
}

static void scan_stmts(Escape *x, IrStmtList *list) {
    for (int i = 0; i < list->n; i++) scan_stmt(x, list->v[i]);
}

static void scan_func(Escape *x, IrFunc *f) {
    x->f = f;
    x->loop_depth = x->block_depth = 0;
    for (int i = 0; i < f->params.n; i++) loc_of(x, f->params.v[i]);
    for (int i = 0; i < f->results.n; i++) loc_of(x, f->results.v[i]);
    scan_stmts(x, &f->body);
}

// ---- solving ---------------------------------------------------------------------------------------------

static bool encloses(const IrFunc *outer, const IrFunc *inner) {
    for (const IrFunc *f = inner->outer; f; f = f->outer)
        if (f == outer) return true;
    return false;
}

static bool outlives(const Loc *l, const Loc *other) {
    if (l->escapes || l->kind == LOC_HEAP || l->kind == LOC_RESULT) return true;
    if (l->f == other->f) return l->loop_depth < other->loop_depth;
    return encloses(l->f, other->f);
}

static void enqueue(Escape *x, Loc *l) {
    if (l->queued) return;
    l->queued = true;
    vec_push(x->a, &x->work, l);
}

static bool is_param(const Loc *l) { return l->kind == LOC_VAR && l->var->kind == IRV_PARAM; }

static void leak(Loc *param, const Loc *to, int derefs) {
    bool result = to->kind == LOC_RESULT && !to->escapes && to->f == param->f;
    int *least = result ? &param->leak_result : &param->leak_heap;
    if (*least < 0 || derefs < *least) *least = derefs;
}

static const char *reason(const Loc *root_loc) {
    if (root_loc->kind == LOC_RESULT) return "returned";
    if (root_loc->kind == LOC_VAR) return "outlived";
    return "flows to the heap";
}

// All that flows to one location.
static void walk_one(Escape *x, Loc *to) {
    LocList todo = {0};
    int gen = ++x->gen;
    to->gen = gen;
    to->derefs = 0;
    vec_push(x->a, &todo, to);
    while (todo.n) {
        Loc *l = vec_pop(&todo);
        int derefs = l->derefs;
        bool address = derefs < 0;
        if (derefs < 0) derefs = 0;
        if (l != to && outlives(to, l)) {
            if (is_param(l)) leak(l, to, derefs);
            if (address && !l->escapes) {
                l->escapes = true;
                l->why = reason(to);
                enqueue(x, l);
                continue;
            }
        }
        for (int i = 0; i < l->edges.n; i++) {
            Loc *src = l->edges.v[i].src;
            if (src->escapes) continue; // a root itself
            int d = derefs + l->edges.v[i].derefs;
            if (src->gen == gen && src->derefs <= d) continue;
            src->gen = gen;
            src->derefs = d;
            vec_push(x->a, &todo, src);
        }
    }
}

static void solve(Escape *x, int from) {
    enqueue(x, &x->heap);
    for (int i = from; i < x->locs.n; i++) enqueue(x, x->locs.v[i]);
    while (x->work.n) {
        Loc *l = vec_pop(&x->work);
        l->queued = false;
        walk_one(x, l);
    }
}

// ---- callees first ---------------------------------------------------------------------------------------

typedef struct CallVisit {
    Escape *x;
    IrFunc *unit;
} CallVisit;

static void visit_unit(Escape *x, IrFunc *unit);

static void visit_call(IrExpr *e, void *p) {
    CallVisit *v = p;
    if (e->kind != IRX_CALL || e->func->external) return;
    IrFunc *callee = outermost(e->func);
    EscFunc *ef = info(callee), *me = info(v->unit);
    if (!ef->index) {
        visit_unit(v->x, callee);
        if (ef->low < me->low) me->low = ef->low;
    } else if (ef->on_stack && ef->index < me->low) {
        me->low = ef->index;
    }
}

static void analyse_batch(Escape *x) {
    int from = x->locs.n;
    for (int i = 0; i < x->batch.n; i++) info(x->batch.v[i])->in_batch = true;
    for (int i = 0; i < x->batch.n; i++) scan_func(x, x->batch.v[i]);
    for (int i = 0; i < x->batch.n; i++) enqueue(x, info(x->batch.v[i])->result);
    solve(x, from);
    for (int i = 0; i < x->batch.n; i++) {
        info(x->batch.v[i])->analysed = true;
        info(x->batch.v[i])->in_batch = false;
    }
    x->heap.edges.n = 0;
}

// Tarjan's algorithm over units: an outermost function with its literals and thunks.
static void visit_unit(Escape *x, IrFunc *unit) {
    EscFunc *me = info(unit);
    me->index = me->low = ++x->next_index;
    me->on_stack = true;
    vec_push(x->a, &x->stack, unit);
    CallVisit v = {x, unit};
    for (int i = 0; i < me->members.n; i++) ir_each_expr_in(&me->members.v[i]->body, visit_call, &v);
    if (me->low != me->index) return;
    x->batch.n = 0;
    IrFunc *f;
    do {
        f = vec_pop(&x->stack);
        info(f)->on_stack = false;
        for (int i = 0; i < info(f)->members.n; i++) vec_push(x->a, &x->batch, info(f)->members.v[i]);
    } while (f != unit);
    analyse_batch(x);
}

// What importers may know: of functions that they can name and have no body of.
static void write_summaries(Escape *x, FILE *out) {
    for (int i = 0; i < x->m->funcs.n; i++) {
        const IrFunc *f = x->m->funcs.v[i];
        if (f->external || f->copy || f->weak || (f->kind != IRF_FUNC && f->kind != IRF_METHOD)) continue;
        SummaryLeak *leaks = ARENA_NEW_N(x->a, SummaryLeak, f->params.n + 1);
        for (int j = 0; j < f->params.n; j++) {
            const Loc *l = loc_of(x, f->params.v[j]);
            leaks[j] = (SummaryLeak){l->leak_heap, l->leak_result};
        }
        summary_write(out, f, &(Summary){f->params.n, leaks, f->asks});
    }
}

void escape_module(IrModule *m, const EscapeOptions *options) {
    Escape *x = &(Escape){.a = m->arena, .m = m};
    x->heap = (Loc){.kind = LOC_HEAP, .escapes = true, .leak_heap = -1, .leak_result = -1};
    for (int i = 0; i < m->funcs.n; i++) {
        EscFunc *ef = m->funcs.v[i]->esc = ARENA_NEW(x->a, EscFunc);
        ef->result = ARENA_NEW(x->a, Loc);
        ef->result->kind = LOC_RESULT;
        ef->result->f = m->funcs.v[i];
    }
    for (int i = 0; i < m->funcs.n; i++)
        if (!m->funcs.v[i]->external) vec_push(x->a, &info(outermost(m->funcs.v[i]))->members, m->funcs.v[i]);
    for (int i = 0; i < m->funcs.n; i++) {
        IrFunc *f = m->funcs.v[i];
        if (!f->external && !f->outer && !info(f)->index) visit_unit(x, f);
    }
    if (options->summaries) write_summaries(x, options->summaries);
    escape_apply(m, &x->locs, options);
}
