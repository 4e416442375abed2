// Assignments, short declarations, ++ and --, return.
//
// Floor 5. Several values at once: operands of the left sides and values that an earlier one of the
// assignments could change are saved first, then the assignments happen from left to right. (The rule, and
// with it what a program sees when one of them panics, is that of Go's compiler: walk/assign.go, ascompatee.)
#include "lower.h"

// ---- places ----------------------------------------------------------------------------------------------

typedef struct Place { // a left side, its operands lowered
    enum { PLACE_BLANK, PLACE_L, PLACE_MAP } kind;
    IrExpr *l;       // PLACE_L
    IrExpr *m, *key; // PLACE_MAP
    Type *type;      // NULL: blank
} Place;

static bool is_map_index(Fn *fn, Expr *e) {
    return e->kind == EXPR_INDEX && e->index.x->type &&
           type_under(fn_etype(fn, e->index.x))->kind == TYPE_MAP;
}

static Place lower_place(Fn *fn, Expr *e) {
    e = lower_unparen(e);
    Place p = {0};
    if (lower_is_blank(e)) return p;
    if (is_map_index(fn, e)) {
        p.kind = PLACE_MAP;
        p.m = lower_expr(fn, e->index.x);
        Type *u = type_under(p.m->type);
        p.key = lower_expr_to(fn, e->index.index.v[0], u->map.key);
        p.type = u->map.elem;
        return p;
    }
    p.kind = PLACE_L;
    p.l = lower_expr(fn, e);
    p.type = p.l->type;
    return p;
}

// A variable or a part of one that needs no evaluation: a call may assign to it directly.
static bool is_plain(const IrExpr *l) {
    while (l->kind == IRX_FIELD) l = l->x;
    return l->kind == IRX_VAR || l->kind == IRX_GLOBAL;
}

static void store_map(Fn *fn, const Place *p, IrExpr *value) {
    if (ir_has_effect(value) || ir_may_panic(value)) value = ir_var(fn->a, fn_decl_temp(fn, value));
    IrExpr *at = fn_root(fn, lower_map_put(fn, p->m->type, p->m, p->key));
    IrExpr *place = ir_unary(fn->a, IRX_DEREF, p->type, at);
    place->no_check = true;
    fn_assign(fn, place, value);
}

// What may panic on the way to a place does so before the value does; its own check comes after.
static void settle_place(Fn *fn, IrExpr *l) {
    switch (l->kind) {
    case IRX_FIELD: settle_place(fn, l->x); break;
    case IRX_ELEM:
        settle_place(fn, l->x);
        if (ir_has_check(l->y)) l->y = fn_save(fn, l->y);
        break;
    case IRX_AT:
        if (ir_has_check(l->x)) l->x = fn_save(fn, l->x);
        if (ir_has_check(l->y)) l->y = fn_save(fn, l->y);
        break;
    case IRX_DEREF:
        if (ir_has_check(l->x)) l->x = fn_save(fn, l->x);
        break;
    default: break;
    }
}

// value has the place's type (or the place is blank).
static void store(Fn *fn, const Place *p, IrExpr *value) {
    switch (p->kind) {
    case PLACE_BLANK: fn_effect(fn, value); break;
    case PLACE_MAP: store_map(fn, p, value); break;
    case PLACE_L:
        if (ir_has_check(value) && !ir_has_effect(value)) settle_place(fn, p->l);
        if (!is_plain(p->l) && (ir_has_effect(value) || (ir_may_panic(value) && ir_may_panic(p->l))))
            value = ir_var(fn->a, fn_decl_temp(fn, value));
        for (IrExpr *r = p->l;; r = r->x) {
            if (r->kind == IRX_VAR) r->var->reassigned = true;
            if (r->kind != IRX_FIELD && r->kind != IRX_ELEM) break;
        }
        fn_assign(fn, p->l, value);
        break;
    }
}

void lower_store(Fn *fn, Expr *lhs, IrExpr *value, Type *from) {
    (void)from;
    Place p = lower_place(fn, lhs);
    if (p.type) value = lower_convert(fn, value, p.type, lhs->pos);
    store(fn, &p, value);
}

// ---- several at once -------------------------------------------------------------------------------------

typedef struct Written { // what the assignments so far have changed
    IrVarList vars;
    bool memory;
} Written;

static bool in_memory(const IrVar *v) {
    return v->addr_taken || v->by_ref || v->kind == IRV_RESULT ||
           (v->obj && (v->obj->addr_taken || v->obj->captured));
}

typedef struct AffectedQuery {
    const Written *w;
    bool yes;
} AffectedQuery;

static void visit_affected(IrExpr *e, void *p) {
    AffectedQuery *q = p;
    switch (e->kind) {
    case IRX_VAR:
        for (int i = 0; i < q->w->vars.n; i++)
            if (q->w->vars.v[i] == e->var) q->yes = true;
        if (q->w->memory && in_memory(e->var)) q->yes = true;
        break;
    case IRX_GLOBAL:
    case IRX_DEREF:
    case IRX_AT:
        if (q->w->memory) q->yes = true;
        break;
    case IRX_RTCALL:
        if (q->w->memory && !(ir_rt_info[e->rt].flags & IRRT_CONST)) q->yes = true;
        break;
    default: break;
    }
}

static bool affected(const Written *w, IrExpr *e) {
    AffectedQuery q = {w, false};
    ir_each_expr(e, visit_affected, &q);
    return q.yes;
}

static IrExpr *save_affected(Fn *fn, const Written *w, IrExpr *e) {
    return e && affected(w, e) ? ir_var(fn->a, fn_decl_temp(fn, e)) : e;
}

static void save_place_operands(Fn *fn, const Written *w, Place *p) {
    if (p->kind == PLACE_MAP) {
        p->m = save_affected(fn, w, p->m);
        p->key = save_affected(fn, w, p->key);
        return;
    }
    if (p->kind != PLACE_L) return;
    IrExpr *l = p->l;
    while (l->kind == IRX_FIELD || l->kind == IRX_ELEM) {
        if (l->kind == IRX_ELEM) l->y = save_affected(fn, w, l->y);
        l = l->x;
    }
    if (l->kind == IRX_AT) l->y = save_affected(fn, w, l->y);
    if (l->kind == IRX_AT || l->kind == IRX_DEREF) l->x = save_affected(fn, w, l->x);
}

static void note_written(Fn *fn, Written *w, const Place *p) {
    if (p->kind == PLACE_BLANK) return;
    if (p->kind == PLACE_MAP) {
        w->memory = true;
        return;
    }
    IrExpr *l = p->l;
    while (l->kind == IRX_FIELD || l->kind == IRX_ELEM) l = l->x;
    if (l->kind == IRX_VAR) vec_push(fn->a, &w->vars, l->var);
    if (l->kind != IRX_VAR || in_memory(l->var)) w->memory = true;
}

static void store_all(Fn *fn, Place *places, IrExpr **values, int n) {
    Written w = {0};
    for (int i = 0; i < n; i++) {
        save_place_operands(fn, &w, &places[i]);
        values[i] = save_affected(fn, &w, values[i]);
        note_written(fn, &w, &places[i]);
    }
    for (int i = 0; i < n; i++) store(fn, &places[i], values[i]);
}

void lower_store_pair(Fn *fn, Expr *a, IrExpr *va, Expr *b, IrExpr *vb) {
    Place places[] = {lower_place(fn, a), lower_place(fn, b)};
    IrExpr *values[] = {va, vb};
    for (int i = 0; i < 2; i++)
        if (places[i].type) values[i] = fn_root(fn, lower_convert(fn, values[i], places[i].type, a->pos));
    store_all(fn, places, values, 2);
}

static void assign_several(Fn *fn, ExprList *lhs, ExprList *rhs) {
    int n = lhs->n;
    Place *places = ARENA_NEW_N(fn->a, Place, n);
    IrExpr **values = ARENA_NEW_N(fn->a, IrExpr *, n);
    Type **types = ARENA_NEW_N(fn->a, Type *, n);
    for (int i = 0; i < n; i++) places[i] = lower_place(fn, lhs->v[i]);
    if (rhs->n == n) {
        for (int i = 0; i < n; i++)
            values[i] =
                places[i].type ? lower_expr_to(fn, rhs->v[i], places[i].type) : lower_expr(fn, rhs->v[i]);
    } else {
        lower_multi(fn, rhs->v[0], n, values, types);
        for (int i = 0; i < n; i++)
            if (places[i].type)
                values[i] = fn_root(fn, lower_convert(fn, values[i], places[i].type, rhs->v[0]->pos));
    }
    store_all(fn, places, values, n);
}

// ---- op= -------------------------------------------------------------------------------------------------

// Whether an expression may be spelt twice: short, and without calls.
static int weight(const IrExpr *e) {
    if (!e) return 0;
    switch (e->kind) {
    case IRX_CONST:
    case IRX_VAR:
    case IRX_GLOBAL: return 1;
    case IRX_FIELD:
    case IRX_DEREF:
    case IRX_CONVERT:
    case IRX_BITCAST: return 1 + weight(e->x);
    case IRX_ELEM:
    case IRX_AT: return 1 + weight(e->x) + weight(e->y);
    default: return 100;
    }
}

// Makes the operands of a place fit to be evaluated twice.
static void steady(Fn *fn, IrExpr *l) {
    if (weight(l) <= 6) return;
    switch (l->kind) {
    case IRX_FIELD: steady(fn, l->x); break;
    case IRX_ELEM:
        steady(fn, l->x);
        l->y = fn_save(fn, l->y);
        break;
    case IRX_AT:
        l->x = fn_save(fn, l->x);
        l->y = fn_save(fn, l->y);
        break;
    case IRX_DEREF: l->x = fn_save(fn, l->x); break;
    default: break;
    }
}

// The same place once it has been read: what it checks holds.
static IrExpr *without_checks(Fn *fn, const IrExpr *l) {
    IrExpr *c = ir_copy(fn->a, l);
    for (IrExpr *r = c; r; r = r->x) {
        r->bounds = IRB_NONE;
        if (r->kind == IRX_DEREF) r->no_check = true;
        if (r->kind != IRX_FIELD && r->kind != IRX_ELEM) break;
    }
    return c;
}

static void update_map(Fn *fn, Op op, Place *p, IrExpr *y) {
    const bool divides = op == OP_DIV || op == OP_REM;
    if (!divides && ir_may_panic(y)) y = fn_save(fn, y);
    p->m = fn_save(fn, p->m);
    p->key = fn_save(fn, p->key);
    if (divides && ir_may_panic(y)) y = fn_save(fn, y);
    Type *map = p->m->type;
    if (divides) { // may panic: then nothing is inserted
        IrExpr *old = lower_map_load(fn, map, ir_copy(fn->a, p->m), ir_copy(fn->a, p->key));
        store_map(fn, p, lower_arith(fn, op, p->type, old, y));
        return;
    }
    IrExpr *at = fn_root(fn, lower_map_put(fn, map, p->m, p->key));
    IrExpr *place = ir_unary(fn->a, IRX_DEREF, p->type, at);
    place->no_check = true;
    fn_assign(fn, place, lower_arith(fn, op, p->type, ir_copy(fn->a, place), y));
}

static void update(Fn *fn, Expr *lhs, Op op, Expr *rhs, IrExpr *by) {
    Place p = lower_place(fn, lhs);
    IrExpr *y = by ? by : lower_expr(fn, rhs);
    bool shift = op == OP_SHL || op == OP_SHR;
    if (y->kind == IRX_CONST && !shift) y = lower_convert(fn, y, p.type, lhs->pos);
    if (p.kind == PLACE_MAP) {
        update_map(fn, op, &p, y);
        return;
    }
    steady(fn, p.l);
    IrExpr *dst = without_checks(fn, p.l);
    Place out = {.kind = PLACE_L, .l = dst, .type = p.type};
    IrExpr *value = lower_arith(fn, op, p.type, p.l, y);
    value->pos = lhs->pos;
    store(fn, &out, value);
}

// ---- x = append(x, …) ------------------------------------------------------------------------------------

// Whether two expressions name the same place, by names and fields only.
static bool same_place(Expr *a, Expr *b) {
    a = lower_unparen(a);
    b = lower_unparen(b);
    if (a->kind != b->kind) return false;
    if (a->kind == EXPR_NAME)
        return a->name.obj == b->name.obj && a->name.obj && a->name.obj->kind == OBJ_VAR;
    if (a->kind == EXPR_STAR) return same_place(a->star, b->star);
    if (a->kind != EXPR_SELECTOR || a->selector.sel.kind != SEL_FIELD || b->selector.sel.kind != SEL_FIELD)
        return false;
    return a->selector.name == b->selector.name && same_place(a->selector.x, b->selector.x);
}

// In place: room is made behind x, then the values are stored there.
static bool append_in_place(Fn *fn, Expr *lhs, Expr *rhs) {
    rhs = lower_unparen(rhs);
    if (rhs->kind != EXPR_CALL || rhs->call.call_kind != CALL_BUILTIN || rhs->call.builtin != BUILTIN_APPEND)
        return false;
    ExprList *args = &rhs->call.args;
    if (rhs->call.spread || args->n < 2 || lower_is_blank(lhs) || !same_place(lhs, args->v[0])) return false;
    if (args->v[args->n - 1]->type->kind == TYPE_TUPLE) return false;
    Type *t = fn_etype(fn, lhs);
    if (type_under(t)->kind != TYPE_SLICE || !type_identical(t, fn_etype(fn, rhs))) return false;
    Type *elem = type_under(t)->elem;
    IrExpr *x = lower_expr(fn, lhs);
    IrExprList values = {0};
    for (int i = 1; i < args->n; i++) vec_push(fn->a, &values, lower_expr_to(fn, args->v[i], elem));
    // They are values from before the append.
    for (int i = 0; i < values.n; i++) values.v[i] = fn_save(fn, values.v[i]);
    IrExpr *place =
        ir_unary(fn->a, IRX_ADDR, type_new_pointer(t), x); // the address goes no further: not lower_address
    fn_effect(fn, ir_rtcall(fn->a, IRRT_APPEND_ROOM, &ir_type_void, 3, lower_typedesc(fn->l, elem), place,
                            ir_int(fn->a, values.n)));
    for (int i = 0; i < values.n; i++) {
        IrExpr *len = ir_unary(fn->a, IRX_LEN, type_basic(TYPE_INT), without_checks(fn, x));
        IrExpr *last = ir_binary(fn->a, IRX_BINARY, OP_SUB, len->type, len, ir_int(fn->a, values.n - i));
        fn_assign(fn, ir_binary(fn->a, IRX_AT, OP_NONE, elem, without_checks(fn, x), last), values.v[i]);
    }
    return true;
}

// ---- statements ------------------------------------------------------------------------------------------

void lower_incdec(Fn *fn, Stmt *s) {
    Type *t = fn_etype(fn, s->incdec.x);
    IrExpr *one = lower_int_as(fn, ir_int(fn->a, 1), t);
    update(fn, s->incdec.x, s->incdec.dec ? OP_SUB : OP_ADD, NULL, one);
}

void lower_assign(Fn *fn, Stmt *s) {
    if (s->assign.op != OP_NONE) {
        update(fn, s->assign.lhs.v[0], s->assign.op, s->assign.rhs.v[0], NULL);
        return;
    }
    if (s->assign.lhs.n > 1) {
        assign_several(fn, &s->assign.lhs, &s->assign.rhs);
        return;
    }
    Expr *rhs = s->assign.rhs.v[0];
    if (append_in_place(fn, s->assign.lhs.v[0], rhs)) return;
    Place p = lower_place(fn, s->assign.lhs.v[0]);
    store(fn, &p, p.type ? lower_value_to(fn, rhs, p.type) : lower_value(fn, rhs));
}

static Object *defined(Expr *lhs) {
    return lhs->kind == EXPR_NAME && lhs->name.is_def && !lower_is_blank(lhs) ? lhs->name.obj : NULL;
}

static void define_value(Fn *fn, Expr *lhs, IrExpr *value, Pos pos) {
    Object *obj = defined(lhs);
    if (obj)
        fn_declare(fn, obj, lower_convert(fn, value, fn_type(fn, obj->type), pos));
    else
        lower_store(fn, lhs, value, value->type);
}

void lower_define(Fn *fn, Stmt *s) {
    ExprList *lhs = &s->assign.lhs, *rhs = &s->assign.rhs;
    int n = lhs->n;
    if (n == 1) {
        Object *obj = defined(lhs->v[0]);
        if (obj)
            fn_declare(fn, obj, lower_value_to(fn, rhs->v[0], fn_type(fn, obj->type)));
        else
            lower_assign(fn, s);
        return;
    }
    IrExpr **values = ARENA_NEW_N(fn->a, IrExpr *, n);
    Type **types = ARENA_NEW_N(fn->a, Type *, n);
    if (rhs->n == n) {
        bool all_new = true;
        for (int i = 0; i < n; i++) all_new = all_new && (defined(lhs->v[i]) || lower_is_blank(lhs->v[i]));
        for (int i = 0; i < n; i++) {
            Object *obj = defined(lhs->v[i]);
            Type *to = obj ? fn_type(fn, obj->type) : NULL;
            if (!obj && !lower_is_blank(lhs->v[i])) to = fn_etype(fn, lhs->v[i]);
            values[i] = to ? lower_expr_to(fn, rhs->v[i], to) : lower_expr(fn, rhs->v[i]);
        }
        if (!all_new)
            for (int i = 0; i < n; i++) values[i] = fn_save(fn, values[i]);
    } else {
        lower_multi(fn, rhs->v[0], n, values, types);
    }
    for (int i = 0; i < n; i++) define_value(fn, lhs->v[i], values[i], rhs->v[0]->pos);
}

void lower_var_decl(Fn *fn, Decl *d) {
    int n = d->value.objs.n;
    ExprList *rhs = &d->value.values;
    IrExpr **values = ARENA_NEW_N(fn->a, IrExpr *, n);
    Type **types = ARENA_NEW_N(fn->a, Type *, n);
    if (rhs->n && rhs->n != n)
        lower_multi(fn, rhs->v[0], n, values, types);
    else if (n > 1)
        for (int i = 0; i < rhs->n; i++)
            values[i] = lower_expr_to(fn, rhs->v[i], fn_type(fn, d->value.objs.v[i]->type));
    else if (rhs->n)
        values[0] = lower_value_to(fn, rhs->v[0], fn_type(fn, d->value.objs.v[0]->type));
    for (int i = 0; i < n; i++) {
        Object *obj = d->value.objs.v[i];
        Type *t = fn_type(fn, obj->type);
        IrExpr *v = values[i] ? lower_convert(fn, values[i], t, obj->pos) : NULL;
        if (obj->name[0] == '_' && !obj->name[1]) {
            if (v) fn_effect(fn, v);
        } else {
            fn_declare(fn, obj, v);
        }
    }
}

// ---- return ----------------------------------------------------------------------------------------------

static bool results_are_seen(Fn *fn) {
    if (fn->f->has_frame || fn->range) return true;
    for (int i = 0; i < fn->f->results.n; i++) {
        Object *obj = fn->f->results.v[i]->obj;
        if (obj && (obj->captured || obj->addr_taken)) return true;
    }
    return false;
}

// The function that a return statement returns from: not the body of a range over a function.
static IrFunc *returning(Fn *fn) {
    while (fn->range) fn = fn->outer;
    return fn->f;
}

// Results as values, not yet in the result variables.
static void lower_results(Fn *fn, ExprList *exprs, IrExpr **values) {
    IrFunc *f = returning(fn);
    int n = f->results.n;
    if (exprs->n == n) {
        for (int i = 0; i < n; i++) values[i] = lower_expr_to(fn, exprs->v[i], f->results.v[i]->type);
        return;
    }
    Type **types = ARENA_NEW_N(fn->a, Type *, n);
    lower_multi(fn, exprs->v[0], n, values, types);
    for (int i = 0; i < n; i++)
        values[i] = fn_root(fn, lower_convert(fn, values[i], f->results.v[i]->type, exprs->v[0]->pos));
}

static void emit_return(Fn *fn, IrExpr **values, int n) {
    IrStmt *ret = fn_stmt(fn, IRS_RETURN);
    for (int i = 0; i < n; i++) vec_push(fn->a, &ret->args, values[i]);
    fn_emit(fn, ret);
}

void lower_return_results(Fn *fn) {
    if (fn->range) {
        lower_range_return(fn);
        return;
    }
    int n = fn->f->results.n;
    IrExpr **values = ARENA_NEW_N(fn->a, IrExpr *, n + 1);
    if (fn->f->has_frame) fn_emit(fn, fn_stmt(fn, IRS_FRAME_LEAVE));
    for (int i = 0; i < n; i++) values[i] = ir_var(fn->a, fn->f->results.v[i]);
    emit_return(fn, values, n);
}

void lower_return(Fn *fn, Stmt *s) {
    ExprList *exprs = &s->ret.results;
    IrFunc *f = returning(fn);
    int n = f->results.n;
    IrExpr **values = ARENA_NEW_N(fn->a, IrExpr *, n + 1);
    if (exprs->n && !results_are_seen(fn)) {
        if (n == 1) {
            values[0] = lower_value_to(fn, exprs->v[0], fn->f->results.v[0]->type);
        } else if (exprs->n == 1) {
            IrExpr *call = lower_value(fn, exprs->v[0]);
            if (type_identical(call->type, fn->f->result)) {
                emit_return(fn, &call, 1);
                return;
            }
            IrVar *t = fn_decl_temp(fn, call);
            for (int i = 0; i < n; i++) {
                IrExpr *part = ir_unary(fn->a, IRX_TUPLE_GET, t->type->tuple.types.v[i], ir_var(fn->a, t));
                part->index = i;
                values[i] = fn_root(fn, lower_convert(fn, part, fn->f->results.v[i]->type, s->pos));
            }
        } else {
            lower_results(fn, exprs, values);
        }
        emit_return(fn, values, n);
        return;
    }
    if (exprs->n) {
        Place *places = ARENA_NEW_N(fn->a, Place, n);
        if (n == 1)
            values[0] = lower_value_to(fn, exprs->v[0], f->results.v[0]->type);
        else
            lower_results(fn, exprs, values);
        for (int i = 0; i < n; i++) {
            IrVar *v = fn->range ? fn_var(fn, f->results.v[i]->obj) : f->results.v[i];
            places[i] = (Place){.kind = PLACE_L, .l = ir_var(fn->a, v), .type = v->type};
            if (n > 1 && ir_has_check(values[i]))
                values[i] = fn_save(fn, values[i]); // a panic leaves all as they are
        }
        store_all(fn, places, values, n);
    }
    lower_return_results(fn);
}
