// for … range.
//
// Floor 5. The operand is evaluated once; of an array with a value variable a copy is made. A counter of our
// own runs, and the program's variables are declared from it in each iteration, unless the program never
// changes the key: then it is the counter itself.
#include "lower.h"

static Type *int_type(void) { return type_basic(TYPE_INT); }

typedef struct Loop {
    Stmt *s;
    IrStmt *loop;
    IrStmtList *saved;
} Loop;

static bool wanted(const Expr *e) { return e && !lower_is_blank(e); }

static bool wants_key(const Stmt *s) {
    return s->range.define ? s->range.key_obj != NULL : wanted(s->range.key);
}
static bool wants_value(const Stmt *s) {
    return s->range.define ? s->range.value_obj != NULL : wanted(s->range.value);
}

static IrExpr *compare(Fn *fn, Op op, IrExpr *x, IrExpr *y) {
    return ir_binary(fn->a, IRX_COMPARE, op, type_basic(TYPE_BOOL), x, y);
}

static void bind(Fn *fn, Object *obj, Expr *lhs, bool define, IrExpr *value) {
    if (define)
        fn_declare(fn, obj, lower_convert(fn, value, fn_type(fn, obj->type), obj->pos));
    else
        lower_store(fn, lhs, value, value->type);
    fn_end_statement(fn);
}

static void bind_key(Fn *fn, Stmt *s, IrExpr *value) {
    if (wants_key(s)) bind(fn, s->range.key_obj, s->range.key, s->range.define, value);
}

static void bind_value(Fn *fn, Stmt *s, IrExpr *value) {
    if (wants_value(s)) bind(fn, s->range.value_obj, s->range.value, s->range.define, value);
}

// key, value = k, v: when the program's own places are assigned, their operands are evaluated first.
static void bind_both(Fn *fn, Stmt *s, IrExpr *k, IrExpr *v) {
    if (!s->range.define && wants_key(s) && wants_value(s)) {
        lower_store_pair(fn, s->range.key, k, s->range.value, v);
        fn_end_statement(fn);
        return;
    }
    if (k) bind_key(fn, s, k);
    if (v) bind_value(fn, s, v);
}

// The key variable can be the loop's counter when the program leaves it alone.
static bool key_is_counter(Fn *fn, const Stmt *s, Type *counter) {
    const Object *k = s->range.key_obj;
    return s->range.define && k && !k->reassigned && !k->addr_taken &&
           type_identical(fn_type(fn, k->type), counter);
}

static IrVar *new_counter(Fn *fn, Stmt *s, Type *t) {
    IrExpr *zero = ir_const(fn->a, const_int64(0), t);
    IrVar *v = key_is_counter(fn, s, t) ? fn_declare(fn, s->range.key_obj, zero) : fn_decl_temp(fn, zero);
    v->reassigned = true;
    return v;
}

static Loop open_loop(Fn *fn, Stmt *s, Stmt *labeled) {
    Loop l = {.s = s, .loop = lower_new_block(fn, IRS_LOOP)};
    fn->labeled = labeled;
    lower_push_target(fn, s, l.loop, l.loop, NULL);
    l.saved = fn_push(fn, &l.loop->body);
    fn->loop_depth++;
    return l;
}

static void close_loop(Fn *fn, Loop *l) {
    fn_end_statement(fn);
    lower_block(fn, l->s->range.body);
    fn->loop_depth--;
    fn_pop(fn, l->saved);
    lower_pop_target(fn);
    fn_emit_quiet(fn, l->loop);
}

static IrStmt *increment(Fn *fn, IrVar *i) {
    IrStmt *s = fn_stmt(fn, IRS_ASSIGN);
    s->dst = ir_var(fn->a, i);
    s->src = ir_binary(fn->a, IRX_BINARY, OP_ADD, i->type, ir_var(fn->a, i),
                       ir_const(fn->a, const_int64(1), i->type));
    return s;
}

// for i := 0; i < n; i++; the key is bound if it is not i itself.
static Loop counting_loop(Fn *fn, Stmt *s, Stmt *labeled, IrExpr *n, IrVar **counter) {
    IrVar *i = *counter = new_counter(fn, s, n->type);
    Loop l = open_loop(fn, s, labeled);
    l.loop->src = compare(fn, OP_LT, ir_var(fn->a, i), n);
    l.loop->post = increment(fn, i);
    if (i->kind == IRV_TEMP && !wants_value(s)) bind_key(fn, s, ir_var(fn->a, i));
    return l;
}

static void range_int(Fn *fn, Stmt *s, Stmt *labeled) {
    Type *t = s->range.define && s->range.key_obj ? fn_type(fn, s->range.key_obj->type)
                                                  : type_default(fn_etype(fn, s->range.x));
    if (!s->range.define && wanted(s->range.key)) {
        Type *key = fn_etype(fn, s->range.key);
        if (type_under(key)->kind != TYPE_INTERFACE) t = key; // else the number is counted as what it is
    }
    IrExpr *n = fn_save(fn, lower_expr_to(fn, s->range.x, t));
    IrVar *i;
    Loop l = counting_loop(fn, s, labeled, n, &i);
    close_loop(fn, &l);
}

static void bind_counted(Fn *fn, Stmt *s, IrVar *i, IrExpr *value) {
    bind_both(fn, s, i->kind == IRV_TEMP ? ir_var(fn->a, i) : NULL, value);
}

static IrExpr *element(Fn *fn, IrExprKind kind, Type *elem, IrExpr *x, IrVar *i) {
    return ir_binary(fn->a, kind, OP_NONE, elem, ir_copy(fn->a, x), ir_var(fn->a, i));
}

static void range_slice(Fn *fn, Stmt *s, Stmt *labeled, IrExpr *x) {
    x = fn_save(fn, x);
    IrExpr *n = ir_var(fn->a, fn_decl_temp(fn, ir_unary(fn->a, IRX_LEN, int_type(), x)));
    IrVar *i;
    Loop l = counting_loop(fn, s, labeled, n, &i);
    if (wants_value(s)) bind_counted(fn, s, i, element(fn, IRX_AT, type_under(x->type)->elem, x, i));
    close_loop(fn, &l);
}

// x is an array or a pointer to one.
static void range_array(Fn *fn, Stmt *s, Stmt *labeled, IrExpr *x) {
    bool pointer = type_under(x->type)->kind == TYPE_POINTER;
    Type *array = pointer ? type_under(type_under(x->type)->elem) : type_under(x->type);
    if (pointer) {
        x = fn_save(fn, x);
        if (wants_value(s)) x = lower_deref(fn, x);
    } else if (wants_value(s)) {
        bool constant = x->kind == IRX_GLOBAL && x->global->readonly;
        if (!constant && !lower_is_simple(x)) x = ir_var(fn->a, fn_decl_temp(fn, x));
    }
    IrVar *i;
    Loop l = counting_loop(fn, s, labeled, ir_int(fn->a, array->array.len), &i);
    if (wants_value(s)) bind_counted(fn, s, i, element(fn, IRX_ELEM, array->array.elem, x, i));
    close_loop(fn, &l);
}

// for i, r := range s: one byte when it is ASCII, else decoded out of line.
static void range_string(Fn *fn, Stmt *s, Stmt *labeled, IrExpr *x) {
    x = fn_save(fn, x);
    IrVar *i = fn_decl_temp(fn, ir_int(fn->a, 0)), *next = fn_temp(fn, int_type()),
          *r = fn_temp(fn, type_rune);
    i->reassigned = true;
    Loop l = open_loop(fn, s, labeled);
    l.loop->src = compare(fn, OP_LT, ir_var(fn->a, i), ir_unary(fn->a, IRX_LEN, int_type(), x));
    l.loop->post = fn_stmt(fn, IRS_ASSIGN);
    l.loop->post->dst = ir_var(fn->a, i);
    l.loop->post->src = ir_var(fn->a, next);
    IrExpr *byte = element(fn, IRX_STRAT, type_basic(TYPE_UINT8), x, i);
    fn_assign(fn, ir_var(fn->a, r), ir_unary(fn->a, IRX_CONVERT, type_rune, byte));
    IrStmt *ascii = fn_stmt(fn, IRS_IF);
    ascii->src = compare(fn, OP_LT, ir_var(fn->a, r), ir_const(fn->a, const_int64(0x80), type_rune));
    IrStmtList *saved = fn_push(fn, &ascii->body);
    fn_assign(fn, ir_var(fn->a, next),
              ir_binary(fn->a, IRX_BINARY, OP_ADD, int_type(), ir_var(fn->a, i), ir_int(fn->a, 1)));
    fn->out = &ascii->other;
    IrExpr *decode = ir_rtcall(fn->a, IRRT_STR_DECODE, int_type(), 3, ir_copy(fn->a, x), ir_var(fn->a, i),
                               lower_address(fn, ir_var(fn->a, r)));
    fn_assign(fn, ir_var(fn->a, next), decode);
    fn_pop(fn, saved);
    fn_emit(fn, ascii);
    bind_both(fn, s, ir_var(fn->a, i), ir_var(fn->a, r));
    close_loop(fn, &l);
}

static IrExpr *iter_part(Fn *fn, IrExprKind kind, IrVar *it, Type *t) {
    IrExpr *p = ir_unary(fn->a, kind, type_basic(TYPE_UNSAFE_POINTER), ir_var(fn->a, it));
    if (!t) return p;
    IrExpr *e = ir_unary(fn->a, IRX_DEREF, t, p);
    e->no_check = true;
    return e;
}

static void range_map(Fn *fn, Stmt *s, Stmt *labeled, IrExpr *m) {
    Type *u = type_under(m->type);
    IrVar *it = fn_temp(fn, type_basic(TYPE_UNSAFE_POINTER));
    it->shape = IRSHAPE_MAPITER;
    IrExpr *start = ir_rtcall(fn->a, IRRT_MAP_ITER, &ir_type_void, 3, lower_typedesc(fn->l, m->type), m,
                              lower_address(fn, ir_var(fn->a, it)));
    fn_effect(fn, start);
    Loop l = open_loop(fn, s, labeled);
    IrExpr *key = iter_part(fn, IRX_ITER_KEY, it, NULL);
    l.loop->src = compare(fn, OP_NE, key, ir_zero(fn->a, key->type));
    l.loop->post = fn_stmt(fn, IRS_EXPR);
    l.loop->post->src =
        ir_rtcall(fn->a, IRRT_MAP_NEXT, &ir_type_void, 1, lower_address(fn, ir_var(fn->a, it)));
    bind_both(fn, s, iter_part(fn, IRX_ITER_KEY, it, u->map.key),
              iter_part(fn, IRX_ITER_ELEM, it, u->map.elem));
    close_loop(fn, &l);
}

static void range_chan(Fn *fn, Stmt *s, Stmt *labeled, IrExpr *c) {
    c = fn_save(fn, c);
    Type *elem = type_under(c->type)->chan.elem;
    Loop l = open_loop(fn, s, labeled);
    IrVar *t = NULL;
    IrExpr *place = ir_zero(fn->a, type_basic(TYPE_UNSAFE_POINTER));
    if (wants_key(s)) {
        t = fn_temp(fn, elem);
        place = lower_address(fn, ir_var(fn->a, t));
    }
    IrExpr *ok = ir_rtcall(fn->a, IRRT_CHAN_RECV2, type_basic(TYPE_BOOL), 2, c, place);
    lower_break_unless(fn, ok, l.loop);
    if (t) bind_key(fn, s, ir_var(fn->a, t));
    close_loop(fn, &l);
}

static bool is_array_or_pointer(Type *u) {
    return u->kind == TYPE_ARRAY || (u->kind == TYPE_POINTER && type_under(u->elem)->kind == TYPE_ARRAY);
}

void lower_range(Fn *fn, Stmt *s) {
    Stmt *labeled = fn->labeled;
    fn->labeled = NULL;
    Type *u = type_under(fn_etype(fn, s->range.x));
    IrStmt *b = lower_new_block(fn, IRS_BLOCK);
    IrStmtList *saved = fn_push(fn, &b->body);
    if (u->kind == TYPE_FUNC) {
        lower_range_func(fn, s, labeled);
        fn_pop(fn, saved);
        fn_emit_quiet(fn, b);
        return;
    }
    if (type_is_numeric(u)) {
        range_int(fn, s, labeled);
    } else if (is_array_or_pointer(u) && !wants_value(s)) {
        // With at most one variable and a constant length, which calls and receives in it prevent, it is not
        // evaluated.
        if (s->range.has_call || s->range.value) fn_effect(fn, lower_value(fn, s->range.x));
        range_array(fn, s, labeled, ir_zero(fn->a, fn_etype(fn, s->range.x)));
    } else {
        bool borrowed;
        IrExpr *x = lower_expr(fn, s->range.x);
        if (u->kind == TYPE_SLICE) x = lower_borrow(fn, x, &borrowed);
        switch (u->kind) {
        case TYPE_SLICE: range_slice(fn, s, labeled, x); break;
        case TYPE_STRING: range_string(fn, s, labeled, x); break;
        case TYPE_MAP: range_map(fn, s, labeled, x); break;
        case TYPE_CHAN: range_chan(fn, s, labeled, x); break;
        default: range_array(fn, s, labeled, x); break;
        }
    }
    fn_pop(fn, saved);
    fn_emit_quiet(fn, b);
}
