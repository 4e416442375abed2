// The built-in functions.
//
// Floor 5. Those that may stand as statements are split into operands and action, since go and defer separate
// the two.
#include "lower.h"

static Type *ptr_type(void) { return type_basic(TYPE_UNSAFE_POINTER); }
static Type *int_type(void) { return type_basic(TYPE_INT); }

static IrExpr *binary(Fn *fn, Op op, IrExpr *x, IrExpr *y) {
    return ir_binary(fn->a, IRX_BINARY, op, x->type, x, y);
}

static IrExpr *compare(Fn *fn, Op op, IrExpr *x, IrExpr *y) {
    return ir_binary(fn->a, IRX_COMPARE, op, type_basic(TYPE_BOOL), x, y);
}

static IrExpr *sizeof_elem(Fn *fn, Type *t) {
    IrExpr *e = ir_expr(fn->a, IRX_SIZEOF, type_basic(TYPE_UINTPTR));
    e->of = t;
    return e;
}

// ---- len, cap, append, copy ------------------------------------------------------------------------------

static IrExpr *lower_len_cap(Fn *fn, Expr *e, bool cap) {
    IrExpr *x = lower_expr(fn, e->call.args.v[0]);
    Type *u = type_under(x->type);
    switch (u->kind) {
    case TYPE_STRING: return lower_early(fn, ir_unary(fn->a, IRX_LEN, int_type(), x));
    case TYPE_SLICE: return lower_early(fn, ir_unary(fn->a, cap ? IRX_CAP : IRX_LEN, int_type(), x));
    case TYPE_MAP: return ir_rtcall(fn->a, IRRT_MAP_LEN, int_type(), 1, x);
    case TYPE_CHAN: return ir_rtcall(fn->a, cap ? IRRT_CHAN_CAP : IRRT_CHAN_LEN, int_type(), 1, x);
    case TYPE_POINTER:
    case TYPE_ARRAY: // not constant, as there are calls in it: so it is evaluated, with all its checks
        fn_effect(fn, x);
        return ir_int(fn->a, (u->kind == TYPE_ARRAY ? u : type_under(u->elem))->array.len);
    default: bug_at(e->pos, "len of %s", type_string(x->type, NULL));
    }
}

IrExpr *lower_append_values(Fn *fn, Type *slice, IrExpr *s, IrExprList values) {
    Type *elem = type_under(slice)->elem;
    if (values.n > 1)
        for (int i = 0; i < values.n; i++) values.v[i] = fn_save(fn, values.v[i]);
    IrExpr *grown =
        ir_rtcall(fn->a, IRRT_EXTEND, slice, 3, lower_typedesc(fn->l, elem), s, ir_int(fn->a, values.n));
    IrVar *t = fn_decl_temp(fn, grown);
    for (int i = 0; i < values.n; i++) {
        IrExpr *len = ir_unary(fn->a, IRX_LEN, int_type(), ir_var(fn->a, t));
        IrExpr *at = ir_binary(fn->a, IRX_AT, OP_NONE, elem, ir_var(fn->a, t),
                               binary(fn, OP_SUB, len, ir_int(fn->a, values.n - i)));
        fn_assign(fn, at, values.v[i]);
    }
    return ir_var(fn->a, t);
}

static IrExpr *lower_append(Fn *fn, Expr *e) {
    ExprList *args = &e->call.args;
    Type *t = fn_etype(fn, e);
    Type *elem = type_under(t)->elem;
    IrExpr *s = lower_expr_to(fn, args->v[0], t);
    if (e->call.spread) {
        IrExpr *tail = lower_expr(fn, args->v[1]);
        if (type_is_string(tail->type)) return ir_rtcall(fn->a, IRRT_APPEND_STRING, t, 2, s, tail);
        if (tail->kind == IRX_ZERO) return s;
        return ir_rtcall(fn->a, IRRT_APPEND_SLICE, t, 3, lower_typedesc(fn->l, elem), s, tail);
    }
    IrExprList values = {0};
    for (int i = 1; i < args->n; i++) vec_push(fn->a, &values, lower_expr_to(fn, args->v[i], elem));
    return values.n ? lower_append_values(fn, t, s, values) : s;
}

static IrExpr *make_copy(Fn *fn, IrExpr *dst, IrExpr *src) {
    if (type_is_string(src->type)) return ir_rtcall(fn->a, IRRT_COPY_STRING, int_type(), 2, dst, src);
    return ir_rtcall(fn->a, IRRT_COPY, int_type(), 3, lower_typedesc(fn->l, type_under(dst->type)->elem), dst,
                     src);
}

// ---- make, new -------------------------------------------------------------------------------------------

static IrExpr *size_arg(Fn *fn, Expr *e) {
    IrBounds b;
    return lower_index_value(fn, e, &b);
}

static IrExpr *lower_make(Fn *fn, Expr *e) {
    Type *t = fn_etype(fn, e), *u = type_under(t);
    ExprList *args = &e->call.args;
    IrExpr *n = args->n > 1 ? size_arg(fn, args->v[1]) : ir_int(fn->a, 0);
    IrExpr *r;
    if (u->kind == TYPE_SLICE) {
        IrExpr *cap = n;
        if (args->n > 2) {
            cap = size_arg(fn, args->v[2]);
        } else {
            n = fn_save(fn, n);
            cap = ir_copy(fn->a, n);
        }
        r = ir_rtcall(fn->a, IRRT_MAKESLICE, t, 3, lower_typedesc(fn->l, u->elem), n, cap);
        r->of = u->elem;
    } else if (u->kind == TYPE_MAP) {
        r = ir_rtcall(fn->a, IRRT_MAKEMAP, t, 2, lower_typedesc(fn->l, t), n);
    } else {
        r = ir_rtcall(fn->a, IRRT_MAKECHAN, t, 2, lower_typedesc(fn->l, t), n);
    }
    r->pos = e->pos;
    r->what = arena_printf(fn->a, "make(%s%s)", type_string(t, fn->l->pkg), args->n > 1 ? ", ..." : "");
    return r;
}

static IrExpr *lower_new_builtin(Fn *fn, Expr *e) {
    Expr *arg = e->call.args.v[0];
    Type *t = type_under(fn_etype(fn, e))->elem;
    const char *what = arena_printf(fn->a, "new(%s)", type_string(t, fn->l->pkg));
    IrExpr *value = arg->mode == MODE_TYPE ? NULL : lower_expr_to(fn, arg, t);
    IrExpr *p = lower_new(fn, t, what, e->pos);
    if (!value) return p;
    IrExpr *place = lower_deref(fn, p);
    place->no_check = true;
    fn_assign(fn, place, value);
    return ir_copy(fn->a, p);
}

// ---- min, max, complex -----------------------------------------------------------------------------------

static IrExpr *min_max_of(Fn *fn, bool is_min, Type *t, IrExpr *x, IrExpr *y) {
    if (type_is_float(t)) {
        static const IrRt rts[2][2] = {{IRRT_MAX32, IRRT_MIN32}, {IRRT_MAX64, IRRT_MIN64}};
        return ir_rtcall(fn->a, rts[type_size(t) == 8][is_min], t, 2, x, y);
    }
    x = fn_save(fn, x);
    y = fn_save(fn, y);
    IrExpr *less = is_min ? compare(fn, OP_LT, y, x) : compare(fn, OP_LT, x, y);
    IrExpr *e = ir_binary(fn->a, IRX_COND, OP_NONE, t, less, ir_copy(fn->a, y));
    e->z = ir_copy(fn->a, x);
    return e;
}

static IrExpr *lower_min_max(Fn *fn, Expr *e, bool is_min) {
    Type *t = fn_etype(fn, e);
    ExprList *args = &e->call.args;
    IrExprList values = {0}; // all of them first: the calls of the last come before the loads of the first
    for (int i = 0; i < args->n; i++) vec_push(fn->a, &values, lower_expr_to(fn, args->v[i], t));
    IrExpr *r = values.v[0];
    for (int i = 1; i < args->n; i++) r = min_max_of(fn, is_min, t, r, values.v[i]);
    return args->n > 1 ? ir_var(fn->a, fn_decl_temp(fn, r)) : r;
}

static Type *float_part(Type *complex) {
    return type_basic(type_under(complex)->kind == TYPE_COMPLEX64 ? TYPE_FLOAT32 : TYPE_FLOAT64);
}

static IrExpr *lower_complex(Fn *fn, Expr *e) {
    Type *t = fn_etype(fn, e);
    IrExpr *r = ir_expr(fn->a, IRX_MKCOMPLEX, t);
    for (int i = 0; i < 2; i++) {
        IrExpr *x = lower_expr(fn, e->call.args.v[i]);
        vec_push(fn->a, &r->args, x->kind == IRX_CONST ? lower_int_as(fn, x, float_part(t)) : x);
    }
    return lower_early(fn, r);
}

static IrExpr *lower_part(Fn *fn, Expr *e, IrExprKind kind) {
    IrExpr *x = lower_expr(fn, e->call.args.v[0]);
    return lower_early(fn, ir_unary(fn->a, kind, fn_etype(fn, e), x));
}

// ---- unsafe ----------------------------------------------------------------------------------------------

static IrExpr *lower_unsafe_add(Fn *fn, Expr *e) {
    Type *word = type_basic(TYPE_UINTPTR);
    IrExpr *p = ir_unary(fn->a, IRX_BITCAST, word, lower_expr(fn, e->call.args.v[0]));
    IrExpr *n = lower_int_as(fn, lower_index_value(fn, e->call.args.v[1], NULL), word);
    return ir_unary(fn->a, IRX_BITCAST, ptr_type(), binary(fn, OP_ADD, p, n));
}

static void panic_if(Fn *fn, IrExpr *bad, IrRt rt) {
    IrStmt *s = fn_stmt(fn, IRS_IF);
    s->src = bad;
    IrStmtList *saved = fn_push(fn, &s->body);
    fn_effect(fn, ir_rtcall(fn->a, rt, &ir_type_void, 0));
    fn_pop(fn, saved);
    fn_emit(fn, s);
}

// unsafe.Slice and unsafe.String of (p, n): n is not negative, not too large, and 0 if p is nil.
static IrExpr *lower_unsafe_make(Fn *fn, Expr *e, bool string) {
    IrExpr *p = fn_save(fn, lower_expr(fn, e->call.args.v[0]));
    IrExpr *n = fn_save(fn, lower_index_value(fn, e->call.args.v[1], NULL));
    int64_t size = string ? 1 : type_size(type_under(p->type)->elem);
    IrExpr *bad = compare(fn, OP_LT, n, ir_int(fn->a, 0));
    IrExpr *large = compare(fn, OP_GT, ir_copy(fn->a, n), ir_int(fn->a, INT64_MAX / (size ? size : 1)));
    IrExpr *nil = compare(fn, OP_EQ, p, ir_zero(fn->a, p->type));
    IrExpr *some = compare(fn, OP_NE, ir_copy(fn->a, n), ir_int(fn->a, 0));
    nil = ir_binary(fn->a, IRX_AND, OP_NONE, bad->type, nil, some);
    const IrRt rt = string ? IRRT_PANIC_UNSAFE_STRING : IRRT_PANIC_UNSAFE_SLICE;
    panic_if(fn, bad, rt);
    panic_if(fn, nil, string ? IRRT_PANIC_UNSAFE_STRING_NIL : IRRT_PANIC_UNSAFE_SLICE_NIL);
    panic_if(fn, large, rt);
    IrExpr *r = ir_expr(fn->a, string ? IRX_MKSTRING : IRX_MKSLICE, fn_etype(fn, e));
    vec_push(fn->a, &r->args, ir_copy(fn->a, p));
    vec_push(fn->a, &r->args, ir_copy(fn->a, n));
    if (!string) vec_push(fn->a, &r->args, ir_copy(fn->a, n));
    return r;
}

static IrExpr *lower_layout(Fn *fn, Expr *e) {
    Expr *arg = lower_unparen(e->call.args.v[0]);
    int64_t v;
    if (e->call.builtin == BUILTIN_UNSAFE_OFFSETOF) {
        Type *t = type_deref(fn_etype(fn, arg->selector.x), NULL);
        const Selection *sel = &arg->selector.sel;
        v = 0; // embedded structs on the way count, pointers are not allowed there
        for (int i = 0; i < sel->path.n; i++) {
            v += type_field_offset(type_under(t), sel->path.v[i]);
            t = type_under(t)->struct_.fields.v[sel->path.v[i]].type;
        }
    } else {
        Type *t = fn_etype(fn, arg);
        v = e->call.builtin == BUILTIN_UNSAFE_SIZEOF ? type_size(t) : type_align(t);
    }
    return ir_const(fn->a, const_int64(v), type_basic(TYPE_UINTPTR));
}

// ---- statements ------------------------------------------------------------------------------------------

// println(f()) and the like: the results of f as the arguments.
static IrExprList spread_args(Fn *fn, Expr *call, Expr *arg) {
    int n = fn_etype(fn, arg)->tuple.types.n;
    IrExpr **values = ARENA_NEW_N(fn->a, IrExpr *, n);
    Type **types = ARENA_NEW_N(fn->a, Type *, n);
    IrExprList out = {0};
    lower_multi(fn, arg, n, values, types);
    for (int i = 0; i < n; i++) {
        bool key = call->call.builtin == BUILTIN_DELETE && i == 1;
        IrExpr *x = key ? lower_convert(fn, values[i], type_under(types[0])->map.key, arg->pos) : values[i];
        vec_push(fn->a, &out, x);
    }
    return out;
}

IrExprList lower_builtin_args(Fn *fn, Expr *e) {
    ExprList *args = &e->call.args;
    IrExprList out = {0};
    if (args->n == 1 && args->v[0]->type && fn_etype(fn, args->v[0])->kind == TYPE_TUPLE)
        return spread_args(fn, e, args->v[0]);
    for (int i = 0; i < args->n; i++) {
        IrExpr *x;
        if (e->call.builtin == BUILTIN_PANIC) {
            x = lower_expr_to(fn, args->v[i], type_any);
        } else if (e->call.builtin == BUILTIN_DELETE && i == 1) {
            x = lower_expr_to(fn, args->v[i], type_under(out.v[0]->type)->map.key);
        } else {
            x = lower_expr(fn, args->v[i]);
        }
        vec_push(fn->a, &out, x);
    }
    return out;
}

static void print_value(Fn *fn, IrExpr *x) {
    Type *u = type_under(x->type);
    IrRt rt = IRRT_PRINT_PTR;
    switch (u->kind) {
    case TYPE_BOOL: rt = IRRT_PRINT_BOOL; break;
    case TYPE_STRING: rt = IRRT_PRINT_STRING; break;
    case TYPE_SLICE: rt = IRRT_PRINT_SLICE; break;
    case TYPE_INTERFACE:
        rt = type_iface_complete(u)->iface.all.n ? IRRT_PRINT_IFACE : IRRT_PRINT_EFACE;
        break;
    case TYPE_FLOAT32:
        rt = IRRT_PRINT_FLOAT32;
        break; // not by its value as a float64: other digits are the shortest
    case TYPE_COMPLEX64: rt = IRRT_PRINT_COMPLEX64; break;
    case TYPE_FLOAT64:
        rt = IRRT_PRINT_FLOAT;
        x = lower_int_as(fn, x, type_basic(TYPE_FLOAT64));
        break;
    case TYPE_COMPLEX128:
        rt = IRRT_PRINT_COMPLEX;
        x = lower_int_as(fn, x, type_basic(TYPE_COMPLEX128));
        break;
    default:
        if (type_is_unsigned(u)) {
            rt = IRRT_PRINT_UINT;
            x = lower_int_as(fn, x, type_basic(TYPE_UINT64));
        } else if (type_is_integer(u)) {
            rt = IRRT_PRINT_INT;
            x = lower_int_as(fn, x, type_basic(TYPE_INT64));
        } else {
            x = ir_unary(fn->a, IRX_BITCAST, ptr_type(), x);
        }
    }
    fn_effect(fn, ir_rtcall(fn->a, rt, &ir_type_void, 1, x));
}

static void print_all(Fn *fn, bool line, IrExprList args) {
    // What can panic does so before the lock is taken.
    for (int i = 0; i < args.n; i++)
        if (ir_may_panic(args.v[i])) args.v[i] = fn_save(fn, args.v[i]);
    fn_effect(fn, ir_rtcall(fn->a, IRRT_PRINT_LOCK, &ir_type_void, 0));
    for (int i = 0; i < args.n; i++) {
        if (line && i) fn_effect(fn, ir_rtcall(fn->a, IRRT_PRINT_SP, &ir_type_void, 0));
        print_value(fn, args.v[i]);
    }
    if (line) fn_effect(fn, ir_rtcall(fn->a, IRRT_PRINT_NL, &ir_type_void, 0));
    fn_effect(fn, ir_rtcall(fn->a, IRRT_PRINT_UNLOCK, &ir_type_void, 0));
}

static IrExpr *make_delete(Fn *fn, IrExpr *m, IrExpr *key) {
    IrVar *k = fn_decl_temp(fn, key);
    return ir_rtcall(fn->a, IRRT_MAP_DELETE, &ir_type_void, 3, lower_typedesc(fn->l, m->type), m,
                     lower_address(fn, ir_var(fn->a, k)));
}

static IrExpr *make_clear(Fn *fn, IrExpr *x) {
    Type *u = type_under(x->type);
    if (u->kind == TYPE_MAP)
        return ir_rtcall(fn->a, IRRT_MAP_CLEAR, &ir_type_void, 2, lower_typedesc(fn->l, x->type), x);
    x = fn_save(fn, x);
    IrExpr *len = ir_unary(fn->a, IRX_LEN, int_type(), ir_copy(fn->a, x));
    IrExpr *bytes =
        binary(fn, OP_MUL, lower_int_as(fn, len, type_basic(TYPE_UINTPTR)), sizeof_elem(fn, u->elem));
    return ir_rtcall(fn->a, IRRT_MEMCLR, &ir_type_void, 2, ir_unary(fn->a, IRX_DATA, ptr_type(), x), bytes);
}

IrExpr *lower_builtin_stmt(Fn *fn, int builtin, IrExprList args) {
    switch (builtin) {
    case BUILTIN_CLOSE: return ir_rtcall(fn->a, IRRT_CHAN_CLOSE, &ir_type_void, 1, args.v[0]);
    case BUILTIN_COPY: return make_copy(fn, args.v[0], args.v[1]);
    case BUILTIN_DELETE: return make_delete(fn, args.v[0], args.v[1]);
    case BUILTIN_CLEAR: return make_clear(fn, args.v[0]);
    case BUILTIN_PANIC: return ir_rtcall(fn->a, IRRT_PANIC, &ir_type_void, 1, args.v[0]);
    case BUILTIN_RECOVER:
        return ir_rtcall(fn->a, IRRT_RECOVER, type_any, 1, ir_var(fn->a, fn_recover_token(fn)));
    case BUILTIN_PRINT:
    case BUILTIN_PRINTLN: print_all(fn, builtin == BUILTIN_PRINTLN, args); return NULL;
    default: bug_at(fn->pos, "built-in function %d is no statement", builtin);
    }
}

// append(f()) and the like: the call with its arguments as variables that hold the results of f.
static Expr *spread_call(Fn *fn, Expr *e) {
    Expr *call = ARENA_NEW(fn->a, Expr), *arg = e->call.args.v[0];
    const int n = fn_etype(fn, arg)->tuple.types.n;
    IrExpr **values = ARENA_NEW_N(fn->a, IrExpr *, n);
    Type **types = ARENA_NEW_N(fn->a, Type *, n);
    memcpy(call, e, sizeof *call);
    memset(&call->call.args, 0, sizeof call->call.args);
    lower_multi(fn, arg, n, values, types);
    for (int i = 0; i < n; i++) {
        Expr *x = ARENA_NEW(fn->a, Expr);
        memcpy(x, arg, sizeof *x);
        x->kind = EXPR_NAME;
        x->mode = MODE_VALUE;
        x->type = types[i];
        memset(&x->name, 0, sizeof x->name);
        x->name.obj = ARENA_NEW(fn->a, Object);
        x->name.obj->kind = OBJ_VAR;
        x->name.obj->role = VAR_LOCAL;
        x->name.obj->type = types[i];
        x->name.obj->ir = fn_decl_temp(fn, values[i]);
        vec_push(fn->a, &call->call.args, x);
    }
    return call;
}

IrExpr *lower_builtin(Fn *fn, Expr *e) {
    const ExprList *args = &e->call.args;
    if (args->n == 1 && args->v[0]->type && fn_etype(fn, args->v[0])->kind == TYPE_TUPLE)
        e = spread_call(fn, e);
    switch (e->call.builtin) {
    case BUILTIN_APPEND: return lower_append(fn, e);
    case BUILTIN_LEN: return lower_len_cap(fn, e, false);
    case BUILTIN_CAP: return lower_len_cap(fn, e, true);
    case BUILTIN_MAKE: return lower_make(fn, e);
    case BUILTIN_NEW: return lower_new_builtin(fn, e);
    case BUILTIN_MIN: return lower_min_max(fn, e, true);
    case BUILTIN_MAX: return lower_min_max(fn, e, false);
    case BUILTIN_COMPLEX: return lower_complex(fn, e);
    case BUILTIN_REAL: return lower_part(fn, e, IRX_REAL);
    case BUILTIN_IMAG: return lower_part(fn, e, IRX_IMAG);
    case BUILTIN_UNSAFE_ADD: return lower_unsafe_add(fn, e);
    case BUILTIN_UNSAFE_SLICE: return lower_unsafe_make(fn, e, false);
    case BUILTIN_UNSAFE_STRING: return lower_unsafe_make(fn, e, true);
    case BUILTIN_UNSAFE_SLICEDATA:
    case BUILTIN_UNSAFE_STRINGDATA:
        return ir_unary(fn->a, IRX_DATA, fn_etype(fn, e), lower_expr(fn, e->call.args.v[0]));
    case BUILTIN_UNSAFE_SIZEOF:
    case BUILTIN_UNSAFE_ALIGNOF:
    case BUILTIN_UNSAFE_OFFSETOF: return lower_layout(fn, e);
    default: {
        IrExpr *r = lower_builtin_stmt(fn, e->call.builtin, lower_builtin_args(fn, e));
        return r ? r : ir_zero(fn->a, &ir_type_void);
    }
    }
}
