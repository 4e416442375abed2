// Expressions: names, selectors, indices, operators. Calls, conversions and literals have files of their own.
//
// Floor 5. The order of evaluation is explained in lower.h.
#include "lower.h"

// ---- constants and names ---------------------------------------------------------------------------------

static IrExpr *const_of(Fn *fn, const Const *val, Type *t) {
    Type *u = type_under(t);
    const char *why;
    const Const *r = const_represent(val, u, &why);
    int64_t len = 1;
    if (const_kind(val) == CONST_STRING) const_string_value(val, &len);
    if (len == 0) return ir_zero(fn->a, t); // unsafe.StringData("") is nil
    return ir_const(fn->a, r ? r : val, t);
}

static Type *const_default_type(const Const *val) {
    switch (const_kind(val)) {
    case CONST_BOOL: return type_basic(TYPE_BOOL);
    case CONST_STRING: return type_basic(TYPE_STRING);
    case CONST_FLOAT: return type_basic(TYPE_FLOAT64);
    case CONST_COMPLEX: return type_basic(TYPE_COMPLEX128);
    default: return type_basic(TYPE_INT);
    }
}

static IrExpr *lower_const(Fn *fn, Expr *e) {
    Type *t = type_default(fn_etype(fn, e));
    if (!type_is_interface(t)) return const_of(fn, e->val, t);
    return lower_convert(fn, const_of(fn, e->val, const_default_type(e->val)), t, e->pos);
}

// A declared function as a value: e is a name, pkg.name or one of these with type arguments; NULL otherwise.
static Object *function_named(Expr *e, const TypeList **targs) {
    e = lower_unparen(e);
    switch (e->kind) {
    case EXPR_NAME:
        *targs = &e->name.targs;
        return e->name.obj && e->name.obj->kind == OBJ_FUNC ? e->name.obj : NULL;
    case EXPR_SELECTOR:
        if (e->selector.sel.kind != SEL_PACKAGE || e->selector.sel.obj->kind != OBJ_FUNC) return NULL;
        *targs = &e->selector.targs;
        return e->selector.sel.obj;
    case EXPR_INDEX: {
        Object *obj = function_named(e->index.x, targs);
        if (obj && e->index.targs.n) *targs = &e->index.targs;
        return obj;
    }
    default: return NULL;
    }
}

IrFunc *lower_named_function(Fn *fn, Expr *e) {
    const TypeList *targs = NULL;
    Object *obj = function_named(e, &targs);
    if (!obj) return NULL;
    TypeList args = {0};
    for (int i = 0; i < targs->n; i++) vec_push(fn->a, &args, fn_type(fn, targs->v[i]));
    return lower_func_of(fn->l, obj, &args);
}

static IrExpr *lower_object(Fn *fn, Object *obj) {
    if (obj->role == VAR_GLOBAL) return ir_global(fn->a, lower_global(fn->l, obj));
    return ir_var(fn->a, fn_var(fn, obj));
}

static IrExpr *lower_name(Fn *fn, Expr *e) {
    Object *obj = e->name.obj;
    if (!obj) bug_at(e->pos, "name %s without object", e->name.name);
    switch (obj->kind) {
    case OBJ_VAR: return lower_object(fn, obj);
    case OBJ_FUNC: return lower_func_value(fn->l, lower_named_function(fn, e), fn_etype(fn, e));
    case OBJ_NIL: return ir_zero(fn->a, fn_etype(fn, e));
    default: bug_at(e->pos, "name %s is no value", e->name.name);
    }
}

// ---- selectors, pointers, indices ------------------------------------------------------------------------

IrExpr *lower_deref(Fn *fn, IrExpr *pointer) {
    IrExpr *e = ir_unary(fn->a, IRX_DEREF, type_under(pointer->type)->elem, pointer);
    // The address of a variable or of fresh memory is not nil.
    if (pointer->kind == IRX_ADDR) return pointer->x;
    return e;
}

IrExpr *lower_field(Fn *fn, IrExpr *x, int index) {
    if (type_under(x->type)->kind == TYPE_POINTER) x = lower_deref(fn, x);
    IrExpr *e = ir_unary(fn->a, IRX_FIELD, type_under(x->type)->struct_.fields.v[index].type, x);
    e->index = index;
    return e;
}

IrExpr *lower_field_path(Fn *fn, IrExpr *x, const int *path, int n) {
    for (int i = 0; i < n; i++) x = lower_field(fn, x, path[i]);
    return x;
}

// A method as a value, maybe with type arguments; NULL: e is something else.
static IrExpr *lower_method(Fn *fn, Expr *e) {
    TypeList margs = {0};
    Expr *method = lower_method_selector(fn, e, &margs);
    if (!method) return NULL;
    if (method->selector.sel.kind == SEL_METHOD_EXPR) return lower_method_expr(fn, e, method, &margs);
    return lower_method_value(fn, e, method, &margs);
}

static IrExpr *lower_selector(Fn *fn, Expr *e) {
    const Selection *sel = &e->selector.sel;
    switch (sel->kind) {
    case SEL_PACKAGE:
        if (sel->obj->kind == OBJ_VAR) return lower_object(fn, sel->obj);
        return lower_func_value(fn->l, lower_named_function(fn, e), fn_etype(fn, e));
    case SEL_FIELD: return lower_field_path(fn, lower_expr(fn, e->selector.x), sel->path.v, sel->path.n);
    case SEL_METHOD:
    case SEL_IFACE_METHOD:
    case SEL_METHOD_EXPR: return lower_method(fn, e);
    default: bug_at(e->pos, "selector without selection");
    }
}

void lower_nilcheck(Fn *fn, IrExpr *pointer) {
    IrExpr *p = ir_unary(fn->a, IRX_BITCAST, type_basic(TYPE_UNSAFE_POINTER), pointer);
    fn_effect(fn, ir_rtcall(fn->a, IRRT_NILCHECK, type_basic(TYPE_UNSAFE_POINTER), 1, p));
}

IrExpr *lower_address(Fn *fn, IrExpr *lvalue) {
    Type *t = type_new_pointer(lvalue->type);
    if (lvalue->kind == IRX_DEREF) {
        IrExpr *p = lvalue->x;
        if (!lvalue->no_check) {
            p = ir_unary(fn->a, IRX_BITCAST, type_basic(TYPE_UNSAFE_POINTER), p);
            p = ir_rtcall(fn->a, IRRT_NILCHECK, type_basic(TYPE_UNSAFE_POINTER), 1, p);
        }
        return type_identical(p->type, t) ? p : ir_unary(fn->a, IRX_BITCAST, t, p);
    }
    if (!ir_is_lvalue(lvalue)) lvalue = ir_var(fn->a, fn_decl_temp(fn, lvalue));
    for (IrExpr *r = lvalue;; r = r->x) {
        if (r->kind == IRX_VAR) r->var->addr_taken = true;
        if (r->kind != IRX_FIELD && r->kind != IRX_ELEM) break;
    }
    return ir_unary(fn->a, IRX_ADDR, t, lvalue);
}

IrExpr *lower_int_as(Fn *fn, IrExpr *x, Type *to) {
    const char *why;
    if (x->kind == IRX_CONST && const_represent(x->val, type_under(to), &why))
        return const_of(fn, x->val, to);
    if (type_under(x->type)->kind == type_under(to)->kind)
        return type_identical(x->type, to) ? x : ir_unary(fn->a, IRX_BITCAST, to, x);
    return ir_unary(fn->a, IRX_CONVERT, to, x);
}

static bool is_unsigned_word(Type *t) {
    TypeKind k = type_under(t)->kind;
    return k == TYPE_UINT || k == TYPE_UINT64 || k == TYPE_UINTPTR;
}

IrExpr *lower_index_value(Fn *fn, Expr *e, IrBounds *bounds) {
    if (bounds) *bounds = IRB_SIGNED;
    int64_t v;
    if (e->val && const_to_int64(e->val, &v)) return ir_int(fn->a, v);
    IrExpr *x = lower_expr(fn, e);
    if (x->kind == IRX_CONST && const_to_int64(x->val, &v)) return ir_int(fn->a, v);
    if (bounds && is_unsigned_word(x->type)) *bounds = IRB_UNSIGNED;
    return lower_int_as(fn, x, type_basic(TYPE_INT));
}

static bool in_range(const IrExpr *index, int64_t len) {
    int64_t v;
    return index->kind == IRX_CONST && const_to_int64(index->val, &v) && v >= 0 && v < len;
}

static IrExpr *lower_index(Fn *fn, Expr *e) {
    Expr *ex = e->index.x;
    if (ex->mode != MODE_VAR && function_named(e, &(const TypeList *){NULL}))
        return lower_func_value(fn->l, lower_named_function(fn, e), fn_etype(fn, e));
    if (e->index.targs.n) return lower_method(fn, e);
    IrExpr *x = lower_expr(fn, ex);
    Type *u = type_under(x->type);
    if (u->kind == TYPE_MAP)
        return lower_map_load(fn, x->type, x, lower_expr_to(fn, e->index.index.v[0], u->map.key));
    IrBounds bounds;
    IrExpr *i = lower_index_value(fn, e->index.index.v[0], &bounds);
    if (u->kind == TYPE_POINTER) {
        x = lower_deref(fn, x);
        u = type_under(x->type);
    }
    IrExpr *r;
    switch (u->kind) {
    case TYPE_ARRAY:
        if (!ir_is_lvalue(x)) x = ir_var(fn->a, fn_decl_temp(fn, x));
        r = ir_binary(fn->a, IRX_ELEM, OP_NONE, u->array.elem, x, i);
        if (in_range(i, u->array.len)) bounds = IRB_NONE;
        break;
    case TYPE_SLICE: r = ir_binary(fn->a, IRX_AT, OP_NONE, u->elem, x, i); break;
    case TYPE_STRING:
        r = ir_binary(fn->a, IRX_STRAT, OP_NONE, type_basic(TYPE_UINT8), x, i);
        if (x->kind == IRX_CONST) {
            int64_t len;
            const_string_value(x->val, &len);
            if (in_range(i, len)) bounds = IRB_NONE;
        }
        break;
    default: bug_at(e->pos, "index of what has no elements");
    }
    r->bounds = bounds;
    r->pos = e->pos;
    return r;
}

// ---- slicing ---------------------------------------------------------------------------------------------

static IrExpr *sizeof_type(Fn *fn, Type *t) {
    IrExpr *e = ir_expr(fn->a, IRX_SIZEOF, type_basic(TYPE_UINTPTR));
    e->of = t;
    return e;
}

static IrExpr *slice_bound(Fn *fn, Expr *e, int bit, int *uns) {
    if (!e) return NULL;
    IrBounds b;
    IrExpr *i = lower_index_value(fn, e, &b);
    if (b == IRB_UNSIGNED) *uns |= bit;
    const bool cheap = i->kind == IRX_VAR || i->kind == IRX_GLOBAL || i->kind == IRX_CONST;
    return cheap ? i : lower_early(fn, i);
}

static bool is_zero_const(const IrExpr *e) {
    int64_t v;
    return e->kind == IRX_CONST && const_to_int64(e->val, &v) && v == 0;
}

static IrExpr *rt_slice(Fn *fn, IrRt rt, Type *t, int n, IrExpr **args, int uns) {
    IrExpr *e = ir_rtcall(fn->a, rt, t, 0);
    for (int i = 0; i < n; i++) vec_push(fn->a, &e->args, args[i]);
    vec_push(fn->a, &e->args, ir_int(fn->a, uns));
    return e;
}

static IrExpr *slice_string(Fn *fn, Type *t, IrExpr *x, IrExpr *lo, IrExpr *hi, int uns) {
    if (!lo && !hi) return x;
    if (!lo) lo = ir_int(fn->a, 0);
    if (hi) return rt_slice(fn, IRRT_SUBSTR, t, 3, (IrExpr *[]){x, lo, hi}, uns);
    return is_zero_const(lo) ? x : rt_slice(fn, IRRT_SUBSTR_FROM, t, 2, (IrExpr *[]){x, lo}, uns);
}

static IrExpr *slice_slice(Fn *fn, Type *t, IrExpr *x, IrExpr *lo, IrExpr *hi, IrExpr *max, int uns) {
    if (!lo && !hi && !max) return x;
    if (!lo) lo = ir_int(fn->a, 0);
    IrExpr *size = sizeof_type(fn, type_under(x->type)->elem);
    if (max) return rt_slice(fn, IRRT_SUBSLICE3, t, 5, (IrExpr *[]){x, size, lo, hi, max}, uns);
    if (hi) return rt_slice(fn, IRRT_SUBSLICE, t, 4, (IrExpr *[]){x, size, lo, hi}, uns);
    return is_zero_const(lo) ? x : rt_slice(fn, IRRT_SUBSLICE_FROM, t, 3, (IrExpr *[]){x, size, lo}, uns);
}

static IrExpr *slice_array(Fn *fn, Type *t, IrExpr *p, IrExpr *lo, IrExpr *hi, IrExpr *max, int uns) {
    Type *array = type_under(type_under(p->type)->elem);
    IrExpr *len = ir_int(fn->a, array->array.len), *size = sizeof_type(fn, array->array.elem);
    if (!lo) lo = ir_int(fn->a, 0);
    if (!hi) hi = ir_int(fn->a, array->array.len);
    IrExpr *base = ir_unary(fn->a, IRX_BITCAST, type_basic(TYPE_UNSAFE_POINTER), p);
    if (max) return rt_slice(fn, IRRT_SUBARRAY3, t, 6, (IrExpr *[]){base, len, size, lo, hi, max}, uns);
    return rt_slice(fn, IRRT_SUBARRAY, t, 5, (IrExpr *[]){base, len, size, lo, hi}, uns);
}

static IrExpr *lower_slice(Fn *fn, Expr *e) {
    Type *t = fn_etype(fn, e);
    IrExpr *x = lower_expr(fn, e->slice.x);
    Type *u = type_under(x->type);
    if (u->kind == TYPE_ARRAY) {
        x = lower_address(fn, x);
        u = type_under(x->type);
    } else if (u->kind == TYPE_POINTER) {
        x = lower_address(fn, lower_deref(fn, x)); // checked for nil
    }
    int uns = 0;
    IrExpr *lo = slice_bound(fn, e->slice.lo, 1, &uns);
    IrExpr *hi = slice_bound(fn, e->slice.hi, 2, &uns);
    IrExpr *max = slice_bound(fn, e->slice.max, 4, &uns);
    IrExpr *r;
    if (u->kind == TYPE_STRING)
        r = slice_string(fn, t, x, lo, hi, uns);
    else if (u->kind == TYPE_SLICE)
        r = slice_slice(fn, t, x, lo, hi, max, uns);
    else
        r = slice_array(fn, t, x, lo, hi, max, uns);
    return r == x ? r : lower_early(fn, r);
}

// ---- operators -------------------------------------------------------------------------------------------

static bool same_word_compare(Type *t) {
    TypeKind k = type_under(t)->kind;
    return k != TYPE_STRUCT && k != TYPE_ARRAY;
}

static IrExpr *as_lvalue(Fn *fn, IrExpr *x) {
    return ir_is_lvalue(x) ? x : ir_var(fn->a, fn_decl_temp(fn, x));
}

// An interface against a value of another type: the types are compared first.
static IrExpr *compare_mixed(Fn *fn, Op op, IrExpr *iface, IrExpr *value, Type *result) {
    iface = fn_save(fn, iface);
    value = fn_save(fn, value);
    IrExpr *have = ir_unary(fn->a, IRX_IFACE_TYPE, &ir_type_rtype, iface);
    IrExpr *same = ir_binary(fn->a, IRX_COMPARE, OP_EQ, result, have, lower_typedesc(fn->l, value->type));
    IrExpr *data = ir_unary(fn->a, IRX_IFACE_DATA, type_basic(TYPE_UNSAFE_POINTER), ir_copy(fn->a, iface));
    IrExpr *equal = lower_compare(fn, OP_EQ, lower_unbox(fn, data, value->type), value, result);
    IrExpr *both = ir_binary(fn->a, IRX_AND, OP_NONE, result, same, equal);
    if (op == OP_EQ) return both;
    IrExpr *not = ir_unary(fn->a, IRX_UNARY, result, both);
    not ->op = OP_NOT;
    return not ;
}

IrExpr *lower_compare(Fn *fn, Op op, IrExpr *x, IrExpr *y, Type *result) {
    bool xi = type_is_interface(x->type), yi = type_is_interface(y->type);
    if (xi && !yi) return compare_mixed(fn, op, x, y, result);
    if (yi && !xi) return compare_mixed(fn, op, y, x, result);
    if (xi && x->kind != IRX_ZERO && y->kind != IRX_ZERO &&
        !type_identical(type_under(x->type), type_under(y->type))) {
        x = lower_to_eface(fn, x);
        y = lower_to_eface(fn, y);
    }
    if (!same_word_compare(x->type)) {
        x = as_lvalue(fn, x);
        y = as_lvalue(fn, y);
    }
    // Bytes that are compared as strings are read when they are compared, after the statement's calls: as in
    // Go.
    bool borrowed;
    x = lower_borrow(fn, x, &borrowed);
    y = lower_borrow(fn, y, &borrowed);
    return ir_binary(fn->a, IRX_COMPARE, op, result, x, y);
}

static IrExpr *shift_count(Fn *fn, IrExpr *y) {
    if (!type_is_integer(y->type)) return lower_int_as(fn, y, type_basic(TYPE_UINT)); // constant 1.0
    if (y->kind == IRX_CONST) {
        uint64_t n;
        if (!const_to_uint64(y->val, &n)) n = UINT64_MAX;
        return ir_const(fn->a, const_uint64(n), type_basic(TYPE_UINT));
    }
    if (type_is_unsigned(y->type)) return y;
    return ir_rtcall(fn->a, IRRT_SHIFT_COUNT, type_basic(TYPE_UINT), 1,
                     lower_int_as(fn, y, type_basic(TYPE_INT)));
}

IrExpr *lower_arith(Fn *fn, Op op, Type *t, IrExpr *x, IrExpr *y) {
    if (type_is_string(t)) {
        IrExpr *e = ir_expr(fn->a, IRX_CONCAT, t);
        if (x->kind == IRX_CONCAT)
            memcpy(&e->args, &x->args, sizeof e->args);
        else
            vec_push(fn->a, &e->args, x);
        if (y->kind == IRX_CONCAT)
            for (int i = 0; i < y->args.n; i++) vec_push(fn->a, &e->args, y->args.v[i]);
        else
            vec_push(fn->a, &e->args, y);
        return e;
    }
    if (op == OP_SHL || op == OP_SHR) y = shift_count(fn, y);
    IrExpr *e = ir_binary(fn->a, IRX_BINARY, op, t, x, y);
    if ((op == OP_DIV || op == OP_REM) && y->kind == IRX_CONST && type_is_integer(t) &&
        const_sign(y->val) != 0)
        e->no_check = true;
    return e;
}

// Operators in one C expression, each of which is up to three pairs of brackets: clang takes 256 of them.
enum { MAX_CHAIN = 50 };

// Whether x is as many operators deep as may be, to its left or to its right.
static bool is_long_chain(const IrExpr *x) {
    int left = 0, right = 0;
    for (const IrExpr *e = x; e && left < MAX_CHAIN; e = e->x) left++;
    for (const IrExpr *e = x; e && right < MAX_CHAIN; e = e->y) right++;
    return left == MAX_CHAIN || right == MAX_CHAIN;
}

static IrExpr *without_chain(Fn *fn, IrExpr *x) {
    return is_long_chain(x) ? ir_var(fn->a, fn_decl_temp(fn, x)) : x;
}

static IrExpr *lower_logical(Fn *fn, Expr *e, bool is_and) {
    Type *t = fn_etype(fn, e);
    IrExpr *x = without_chain(fn, lower_expr(fn, e->binary.x));
    IrStmtList rest = {0};
    IrStmtList *saved = fn_push(fn, &rest);
    IrExpr *y = without_chain(fn, lower_value(fn, e->binary.y));
    if (!rest.n && !ir_has_effect(y)) {
        fn_pop(fn, saved);
        return lower_early(fn, ir_binary(fn->a, is_and ? IRX_AND : IRX_OR, OP_NONE, t, x, y));
    }
    fn->out = saved;
    IrVar *r = fn_decl_temp(fn, x);
    r->reassigned = true;
    fn->out = &rest;
    fn_assign(fn, ir_var(fn->a, r), y);
    fn_pop(fn, saved);
    IrStmt *s = fn_stmt(fn, IRS_IF);
    s->src = ir_var(fn->a, r);
    if (!is_and) {
        s->src = ir_unary(fn->a, IRX_UNARY, t, s->src);
        s->src->op = OP_NOT;
    }
    s->body = rest;
    fn_emit(fn, s);
    return ir_var(fn->a, r);
}

static IrExpr *lower_binary(Fn *fn, Expr *e) {
    Op op = e->binary.op;
    if (op == OP_LAND || op == OP_LOR) return lower_logical(fn, e, op == OP_LAND);
    IrExpr *x = without_chain(fn, lower_expr(fn, e->binary.x));
    const bool compares = op >= OP_EQ && op <= OP_GE;
    if (compares && x->kind == IRX_RTCALL && x->rt == IRRT_STR_FROM_BYTES) lower_not_early(fn, x);
    IrExpr *y = without_chain(fn, lower_expr(fn, e->binary.y));
    Type *t = fn_etype(fn, e);
    if (compares) return lower_compare(fn, op, x, y, type_default(t));
    if (op != OP_SHL && op != OP_SHR && !type_is_string(t)) {
        // A constant operand in generic code has the type parameter's type.
        if (x->kind == IRX_CONST) x = const_of(fn, x->val, t);
        if (y->kind == IRX_CONST) y = const_of(fn, y->val, t);
    }
    IrExpr *r = lower_arith(fn, op, t, x, y);
    r->pos = e->binary.op_pos;
    return r;
}

static IrExpr *lower_receive(Fn *fn, Expr *e) {
    IrExpr *c = lower_expr(fn, e->unary.x);
    Type *elem = type_under(c->type)->chan.elem;
    IrVar *t = fn_temp(fn, elem);
    t->addr_taken = true;
    fn_effect(fn, ir_rtcall(fn->a, IRRT_CHAN_RECV, &ir_type_void, 2, c, lower_address(fn, ir_var(fn->a, t))));
    return ir_var(fn->a, t);
}

static IrExpr *lower_unary(Fn *fn, Expr *e) {
    Type *t = fn_etype(fn, e);
    Expr *inner = lower_unparen(e->unary.x);
    switch (e->unary.op) {
    case OP_ADDR: {
        if (inner->kind == EXPR_COMPOSITE) return lower_composite_address(fn, inner, t);
        IrExpr *p = lower_address(fn, lower_expr(fn, inner));
        return type_identical(p->type, t) ? p : ir_unary(fn->a, IRX_BITCAST, t, p);
    }
    case OP_RECV: return lower_receive(fn, e);
    case OP_POS: return lower_expr(fn, e->unary.x);
    default: {
        IrExpr *r = ir_unary(fn->a, IRX_UNARY, t, without_chain(fn, lower_expr(fn, e->unary.x)));
        r->op = e->unary.op;
        return r;
    }
    }
}

// ---- maps ------------------------------------------------------------------------------------------------

typedef enum MapKey { KEY_ANY, KEY_32, KEY_64, KEY_STRING } MapKey;

static MapKey map_key_kind(Type *key) {
    Type *u = type_under(key);
    if (u->kind == TYPE_STRING) return KEY_STRING;
    if (type_is_integer(u)) return type_size(u) == 4 ? KEY_32 : type_size(u) == 8 ? KEY_64 : KEY_ANY;
    if (u->kind == TYPE_POINTER || u->kind == TYPE_CHAN || u->kind == TYPE_UNSAFE_POINTER) return KEY_64;
    return KEY_ANY;
}

// The key as the runtime takes it.
static IrExpr *map_key_operand(Fn *fn, MapKey kind, IrExpr *key) {
    switch (kind) {
    case KEY_STRING: return key;
    case KEY_32: return lower_int_as(fn, key, type_basic(TYPE_UINT32));
    case KEY_64:
        if (type_is_integer(key->type)) return lower_int_as(fn, key, type_basic(TYPE_UINT64));
        return ir_unary(fn->a, IRX_CONVERT, type_basic(TYPE_UINT64),
                        ir_unary(fn->a, IRX_BITCAST, type_basic(TYPE_UINTPTR), key));
    default: {
        IrVar *t = fn_decl_temp(fn, key); // always a copy: its address is taken
        return lower_address(fn, ir_var(fn->a, t));
    }
    }
}

static IrExpr *map_access(Fn *fn, const IrRt rts[4], Type *map, IrExpr *m, IrExpr *key) {
    MapKey kind = map_key_kind(type_under(map)->map.key);
    IrExpr *k = map_key_operand(fn, kind, key);
    return ir_rtcall(fn->a, rts[kind], type_basic(TYPE_UNSAFE_POINTER), 3, lower_typedesc(fn->l, map), m, k);
}

IrExpr *lower_map_get(Fn *fn, Type *map, IrExpr *m, IrExpr *key) {
    static const IrRt rts[] = {IRRT_MAP_GET, IRRT_MAP_GET32, IRRT_MAP_GET64, IRRT_MAP_GETSTR};
    bool borrowed = false;
    key = lower_borrow(fn, key, &borrowed);
    IrExpr *e = map_access(fn, rts, map, m, key);
    return borrowed ? lower_early(fn, e) : e;
}

IrExpr *lower_map_put(Fn *fn, Type *map, IrExpr *m, IrExpr *key) {
    static const IrRt rts[] = {IRRT_MAP_PUT, IRRT_MAP_PUT32, IRRT_MAP_PUT64, IRRT_MAP_PUTSTR};
    return map_access(fn, rts, map, m, key);
}

// *p or, where p is NULL, zero.
static IrExpr *map_elem_or_zero(Fn *fn, Type *elem, IrExpr *p) {
    if (type_size(elem) <= 1024) {
        p = ir_rtcall(fn->a, IRRT_MAP_OR_ZERO, type_basic(TYPE_UNSAFE_POINTER), 1, p);
        IrExpr *v = ir_unary(fn->a, IRX_DEREF, elem, p);
        v->no_check = true;
        return v;
    }
    p = fn_save(fn, p);
    IrVar *t = fn_decl_temp(fn, ir_zero(fn->a, elem));
    t->reassigned = true;
    IrStmt *s = fn_stmt(fn, IRS_IF);
    s->src = ir_binary(fn->a, IRX_COMPARE, OP_NE, type_basic(TYPE_BOOL), p, ir_zero(fn->a, p->type));
    IrStmtList *saved = fn_push(fn, &s->body);
    IrExpr *v = ir_unary(fn->a, IRX_DEREF, elem, ir_copy(fn->a, p));
    v->no_check = true;
    fn_assign(fn, ir_var(fn->a, t), v);
    fn_pop(fn, saved);
    fn_emit(fn, s);
    return ir_var(fn->a, t);
}

IrExpr *lower_map_load(Fn *fn, Type *map, IrExpr *m, IrExpr *key) {
    return map_elem_or_zero(fn, type_under(map)->map.elem, lower_map_get(fn, map, m, key));
}

// ---- v, ok = x -------------------------------------------------------------------------------------------

static void commaok_map(Fn *fn, Expr *e, IrExpr **value, IrExpr **ok) {
    IrExpr *m = lower_expr(fn, e->index.x);
    Type *u = type_under(m->type);
    IrExpr *key = lower_expr_to(fn, e->index.index.v[0], u->map.key);
    IrExpr *p = ir_var(fn->a, fn_decl_temp(fn, lower_map_get(fn, m->type, m, key)));
    if (value) *value = map_elem_or_zero(fn, u->map.elem, ir_copy(fn->a, p));
    *ok = ir_binary(fn->a, IRX_COMPARE, OP_NE, type_basic(TYPE_BOOL), p, ir_zero(fn->a, p->type));
}

static void commaok_receive(Fn *fn, Expr *e, IrExpr **value, IrExpr **ok) {
    IrExpr *c = lower_expr(fn, e->unary.x);
    IrExpr *place = ir_zero(fn->a, type_basic(TYPE_UNSAFE_POINTER));
    if (value) {
        IrVar *t = fn_temp(fn, type_under(c->type)->chan.elem);
        place = lower_address(fn, ir_var(fn->a, t));
        *value = ir_var(fn->a, t);
    }
    IrExpr *call = ir_rtcall(fn->a, IRRT_CHAN_RECV2, type_basic(TYPE_BOOL), 2, c, place);
    *ok = ir_var(fn->a, fn_decl_temp(fn, call));
}

void lower_commaok(Fn *fn, Expr *e, IrExpr **value, IrExpr **ok) {
    e = lower_unparen(e);
    switch (e->kind) {
    case EXPR_INDEX: commaok_map(fn, e, value, ok); return;
    case EXPR_UNARY: commaok_receive(fn, e, value, ok); return;
    case EXPR_ASSERT: {
        IrExpr *x = lower_expr(fn, e->assert_.x);
        IrExpr *v = lower_assert(fn, x, fn_type(fn, e->assert_.type->type), ok, value != NULL);
        if (value) *value = v;
        return;
    }
    default: bug_at(e->pos, "no v, ok form");
    }
}

// ---- entry -----------------------------------------------------------------------------------------------

IrExpr *lower_value(Fn *fn, Expr *e) {
    if (e->val && e->mode == MODE_CONST) return lower_const(fn, e);
    if (e->mode == MODE_NIL) return ir_zero(fn->a, fn_etype(fn, e));
    switch (e->kind) {
    case EXPR_NAME: return lower_name(fn, e);
    case EXPR_PAREN: return lower_value(fn, e->paren);
    case EXPR_SELECTOR: return lower_selector(fn, e);
    case EXPR_INDEX: return lower_index(fn, e);
    case EXPR_SLICE: return lower_slice(fn, e);
    case EXPR_STAR: {
        IrExpr *r = lower_deref(fn, lower_expr(fn, e->star));
        if (!r->pos) r->pos = e->pos;
        return r;
    }
    case EXPR_UNARY: return lower_unary(fn, e);
    case EXPR_BINARY: return lower_binary(fn, e);
    case EXPR_CALL: return lower_call(fn, e);
    case EXPR_ASSERT: {
        IrExpr *x = lower_expr(fn, e->assert_.x);
        return lower_assert(fn, x, fn_type(fn, e->assert_.type->type), NULL, true);
    }
    case EXPR_COMPOSITE: return lower_composite(fn, e);
    case EXPR_FUNC: return lower_func_literal(fn, e);
    default: bug_at(e->pos, "expression of kind %d has no value", e->kind);
    }
}

IrExpr *lower_expr(Fn *fn, Expr *e) { return fn_root(fn, lower_value(fn, e)); }

IrExpr *lower_value_to(Fn *fn, Expr *e, Type *to) {
    return lower_convert(fn, lower_value(fn, e), to, e->pos);
}

IrExpr *lower_expr_to(Fn *fn, Expr *e, Type *to) { return fn_root(fn, lower_value_to(fn, e, to)); }

IrExpr *lower_cond(Fn *fn, Expr *e) { return lower_value(fn, e); }
