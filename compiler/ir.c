// Makers of IR nodes, questions about them, and walks.
//
// Floor 4. Nothing here knows what a node is for; lower_* builds, escape rewrites, emit_* spells.
#include "ir.h"

#include <stdarg.h>

Type ir_type_rtype = {.kind = TYPE_UNSAFE_POINTER};
Type ir_type_itab = {.kind = TYPE_UNSAFE_POINTER};
Type ir_type_code = {.kind = TYPE_UNSAFE_POINTER};
Type ir_type_void = {.kind = TYPE_TUPLE};

const IrRtInfo ir_rt_info[IRRT_COUNT] = {
#define RT(name, symbol, result, params, flags) [IRRT_##name] = {#name, #symbol, result, params, flags},
#include "rtcalls.def"
#undef RT
};

// ---- makers ----------------------------------------------------------------------------------------------

IrExpr *ir_expr(Arena *a, IrExprKind kind, Type *type) {
    IrExpr *e = ARENA_NEW(a, IrExpr);
    e->kind = kind;
    e->type = type;
    return e;
}

IrExpr *ir_const(Arena *a, const Const *val, Type *type) {
    IrExpr *e = ir_expr(a, IRX_CONST, type);
    e->val = val;
    return e;
}

IrExpr *ir_int(Arena *a, int64_t v) { return ir_const(a, const_int64(v), type_basic(TYPE_INT)); }
IrExpr *ir_bool(Arena *a, bool v) { return ir_const(a, const_bool(v), type_basic(TYPE_BOOL)); }
IrExpr *ir_zero(Arena *a, Type *type) { return ir_expr(a, IRX_ZERO, type); }

IrExpr *ir_var(Arena *a, IrVar *var) {
    IrExpr *e = ir_expr(a, IRX_VAR, var->type);
    e->var = var;
    return e;
}

IrExpr *ir_global(Arena *a, IrGlobal *global) {
    IrExpr *e = ir_expr(a, IRX_GLOBAL, global->type);
    e->global = global;
    return e;
}

IrExpr *ir_unary(Arena *a, IrExprKind kind, Type *type, IrExpr *x) {
    IrExpr *e = ir_expr(a, kind, type);
    e->x = x;
    return e;
}

IrExpr *ir_binary(Arena *a, IrExprKind kind, Op op, Type *type, IrExpr *x, IrExpr *y) {
    IrExpr *e = ir_unary(a, kind, type, x);
    e->op = op;
    e->y = y;
    return e;
}

IrExpr *ir_rtcall(Arena *a, IrRt rt, Type *type, int n, ...) {
    IrExpr *e = ir_expr(a, IRX_RTCALL, type);
    e->rt = rt;
    va_list args;
    va_start(args, n);
    for (int i = 0; i < n; i++) vec_push(a, &e->args, va_arg(args, IrExpr *));
    va_end(args);
    return e;
}

IrExpr *ir_copy(Arena *a, const IrExpr *e) {
    if (!e) return NULL;
    IrExpr *c = ARENA_NEW(a, IrExpr);
    *c = *e;
    c->x = ir_copy(a, e->x);
    c->y = ir_copy(a, e->y);
    c->z = ir_copy(a, e->z);
    memset(&c->args, 0, sizeof c->args);
    for (int i = 0; i < e->args.n; i++) vec_push(a, &c->args, ir_copy(a, e->args.v[i]));
    return c;
}

IrStmt *ir_stmt(Arena *a, IrStmtKind kind, Pos pos) {
    IrStmt *s = ARENA_NEW(a, IrStmt);
    s->kind = kind;
    s->pos = pos;
    return s;
}

IrVar *ir_new_var(Arena *a, IrFunc *f, IrVarKind kind, const char *name, Type *type, Pos pos) {
    IrVar *v = ARENA_NEW(a, IrVar);
    v->kind = kind;
    v->name = name;
    v->type = type;
    v->pos = pos;
    v->func = f;
    v->id = ++f->next_id;
    switch (kind) {
    case IRV_PARAM: vec_push(a, &f->params, v); break;
    case IRV_RESULT: vec_push(a, &f->results, v); break;
    case IRV_CAPTURE: vec_push(a, &f->captures, v); break;
    default: vec_push(a, &f->vars, v);
    }
    return v;
}

// ---- questions -------------------------------------------------------------------------------------------

bool ir_has_effect(const IrExpr *e) {
    switch (e->kind) {
    case IRX_CALL:
    case IRX_CALL_FUNC:
    case IRX_CALL_IFACE:
    case IRX_NEW:
    case IRX_CLOSURE: return true;
    case IRX_RTCALL: return !(ir_rt_info[e->rt].flags & IRRT_PURE);
    default: return false;
    }
}

bool ir_is_lvalue(const IrExpr *e) {
    switch (e->kind) {
    case IRX_VAR:
    case IRX_GLOBAL:
    case IRX_DEREF:
    case IRX_AT: return true;
    case IRX_FIELD:
    case IRX_ELEM: return ir_is_lvalue(e->x);
    default: return false;
    }
}

// Whether comparing values of this type can panic: an interface may be within.
static bool compare_may_panic(Type *t) {
    Type *u = type_under(t);
    switch (u->kind) {
    case TYPE_INTERFACE: return true;
    case TYPE_ARRAY: return compare_may_panic(u->array.elem);
    case TYPE_STRUCT:
        for (int i = 0; i < u->struct_.fields.n; i++)
            if (compare_may_panic(u->struct_.fields.v[i].type)) return true;
        return false;
    default: return false;
    }
}

bool ir_is_check(const IrExpr *e) {
    switch (e->kind) {
    case IRX_DEREF: return !e->no_check;
    case IRX_ELEM:
    case IRX_STRAT:
    case IRX_AT: return e->bounds != IRB_NONE;
    case IRX_BINARY: return (e->op == OP_DIV || e->op == OP_REM) && !e->no_check && type_is_integer(e->type);
    case IRX_COMPARE:
        return compare_may_panic(e->x->type) && e->x->kind != IRX_ZERO && e->y->kind != IRX_ZERO;
    case IRX_RTCALL: return !(ir_rt_info[e->rt].flags & IRRT_SAFE);
    case IRX_CALL:
    case IRX_CALL_FUNC:
    case IRX_CALL_IFACE: return true;
    default: return false;
    }
}

static bool may_panic(const IrExpr *e, bool any_rtcall) {
    if (!e) return false;
    if (ir_is_check(e) || (any_rtcall && e->kind == IRX_RTCALL)) return true;
    if (may_panic(e->x, any_rtcall) || may_panic(e->y, any_rtcall) || may_panic(e->z, any_rtcall))
        return true;
    for (int i = 0; i < e->args.n; i++)
        if (may_panic(e->args.v[i], any_rtcall)) return true;
    return false;
}

bool ir_may_panic(const IrExpr *e) { return may_panic(e, true); }
bool ir_has_check(const IrExpr *e) { return may_panic(e, false); }

// A global, or a part of one with constant indices: its address is known when the program is linked.
static bool is_static_place(const IrExpr *e) {
    switch (e->kind) {
    case IRX_GLOBAL: return true;
    case IRX_FIELD: return is_static_place(e->x);
    case IRX_ELEM: return e->bounds == IRB_NONE && e->y->kind == IRX_CONST && is_static_place(e->x);
    default: return false;
    }
}

bool ir_is_static(const IrExpr *e) {
    switch (e->kind) {
    case IRX_CONST:
    case IRX_ZERO:
    case IRX_FUNCVAL:
    case IRX_FUNCADDR:
    case IRX_TYPEDESC:
    case IRX_ITAB: return true;
    case IRX_ADDR: return is_static_place(e->x);
    case IRX_BITCAST: {
        TypeKind k = type_under(e->type)->kind;
        bool same =
            type_is_float(e->type) == type_is_float(e->x->type); // C has no constant for a float's bits
        return k != TYPE_STRUCT && k != TYPE_ARRAY && same && ir_is_static(e->x);
    }
    case IRX_AGGREGATE:
    case IRX_MKSTRING:
    case IRX_MKSLICE:
    case IRX_MKIFACE:
    case IRX_MKCOMPLEX:
        for (int i = 0; i < e->args.n; i++)
            if (e->args.v[i] && !ir_is_static(e->args.v[i])) return false;
        return true;
    default: return false;
    }
}

bool ir_same_word(Type *t) {
    if (!type_is_direct(t)) return false;
    TypeKind k = type_under(t)->kind;
    return k != TYPE_STRUCT && k != TYPE_ARRAY;
}

// ---- walks -----------------------------------------------------------------------------------------------

void ir_each_expr(IrExpr *e, void (*visit)(IrExpr *, void *), void *arg) {
    if (!e) return;
    ir_each_expr(e->x, visit, arg);
    ir_each_expr(e->y, visit, arg);
    ir_each_expr(e->z, visit, arg);
    for (int i = 0; i < e->args.n; i++) ir_each_expr(e->args.v[i], visit, arg);
    visit(e, arg);
}

void ir_each_stmt(IrStmtList *body, void (*visit)(IrStmt *, void *), void *arg) {
    for (int i = 0; i < body->n; i++) {
        IrStmt *s = body->v[i];
        visit(s, arg);
        ir_each_stmt(&s->body, visit, arg);
        ir_each_stmt(&s->other, visit, arg);
        if (s->post) visit(s->post, arg);
        for (int c = 0; c < s->cases.n; c++) ir_each_stmt(&s->cases.v[c]->body, visit, arg);
    }
}

typedef struct ExprVisit {
    void (*visit)(IrExpr *, void *);
    void *arg;
} ExprVisit;

static void visit_exprs_of(IrStmt *s, void *p) {
    ExprVisit *v = p;
    ir_each_expr(s->dst, v->visit, v->arg);
    ir_each_expr(s->src, v->visit, v->arg);
    for (int i = 0; i < s->args.n; i++) ir_each_expr(s->args.v[i], v->visit, v->arg);
}

void ir_each_expr_in(IrStmtList *body, void (*visit)(IrExpr *, void *), void *arg) {
    ExprVisit v = {visit, arg};
    ir_each_stmt(body, visit_exprs_of, &v);
}

// ---- leaves ----------------------------------------------------------------------------------------------

typedef struct LeafVisit {
    bool *leaf;
    bool of_leaf; // calls of leaves are allowed
} LeafVisit;

static void visit_expr_for_leaf(IrExpr *e, void *p) {
    const LeafVisit *v = p;
    bool *leaf = v->leaf;
    switch (e->kind) {
    case IRX_CALL:
        if (!v->of_leaf || !e->func->leaf) *leaf = false;
        break;
    case IRX_CALL_FUNC:
    case IRX_CALL_IFACE:
    case IRX_NEW:
    case IRX_CONCAT: *leaf = false; break;
    case IRX_CLOSURE:
        if (!e->slot) *leaf = false;
        break;
    case IRX_RTCALL:
        if (!(ir_rt_info[e->rt].flags & (IRRT_INLINE | IRRT_NORETURN))) *leaf = false;
        break;
    case IRX_COMPARE: {
        TypeKind k = type_under(e->x->type)->kind;
        bool nil = e->x->kind == IRX_ZERO || e->y->kind == IRX_ZERO;
        bool order = k == TYPE_STRING && e->op != OP_EQ && e->op != OP_NE; // equality is memcmp
        if (k == TYPE_STRUCT || k == TYPE_ARRAY || order || (k == TYPE_INTERFACE && !nil)) *leaf = false;
        break;
    }
    case IRX_BINARY:
        if (e->op == OP_DIV && type_is_complex(e->type)) *leaf = false;
        break;
    default: break;
    }
}

static void visit_stmt_for_leaf(IrStmt *s, void *p) {
    bool *leaf = p;
    switch (s->kind) {
    case IRS_GO:
    case IRS_DEFER:
    case IRS_FRAME_ENTER:
    case IRS_FRAME_LEAVE: *leaf = false; break;
    case IRS_DECL:
        if (s->var->heap) *leaf = false;
        break;
    default: break;
    }
}

static bool any_heap(const IrVarList *vars) {
    for (int i = 0; i < vars->n; i++)
        if (vars->v[i]->heap) return true;
    return false;
}

static bool is_leaf(IrFunc *f, bool of_leaf) {
    bool leaf = !f->has_frame && !any_heap(&f->params) && !any_heap(&f->results);
    LeafVisit v = {&leaf, of_leaf};
    ir_each_stmt(&f->body, visit_stmt_for_leaf, &leaf);
    ir_each_expr_in(&f->body, visit_expr_for_leaf, &v);
    return leaf;
}

static bool is_thunk(const IrFunc *f) {
    return f->kind == IRF_IFACE_ENTRY || f->kind == IRF_FUNCVAL || f->kind == IRF_METHOD_EXPR ||
           f->kind == IRF_METHOD_VALUE;
}

void ir_mark_leaves(IrModule *m) {
    for (int i = 0; i < m->funcs.n; i++)
        if (!m->funcs.v[i]->external) m->funcs.v[i]->leaf = is_leaf(m->funcs.v[i], false);
    // A thunk adds a small frame to that of the leaf that it calls.
    for (int i = 0; i < m->funcs.n; i++) {
        IrFunc *f = m->funcs.v[i];
        if (!f->external && !f->leaf && is_thunk(f)) f->leaf = is_leaf(f, true);
    }
}
