// Conversions, explicit and implicit; interfaces: boxing, unboxing, assertions.
//
// Floor 5. Values in interfaces are immutable, so what an interface's data word points to may be shared:
// boxed constants are static data.
#include "lower.h"

static Type *ptr_type(void) { return type_basic(TYPE_UNSAFE_POINTER); }

// ---- descriptors -----------------------------------------------------------------------------------------

// Whether a type's descriptor is made by the package that declares it: named there, outside functions, no
// instance.
static bool declared_elsewhere(Lower *l, Type *t, bool *here) {
    *here = false;
    t = type_unalias(t);
    if (t->kind == TYPE_POINTER) t = type_unalias(t->elem);
    if (t->kind != TYPE_NAMED) return t->kind < TYPE_ARRAY && t->kind != TYPE_INVALID && type_unalias(t) == t;
    if (!t->named.obj->pkg) return true; // error: the runtime's
    if (t->named.targs.n || t->named.local_in) return false;
    *here = t->named.obj->pkg == l->pkg;
    return !*here;
}

static void note_type(Lower *l, Type *t) {
    t = type_canon(type_unalias(t));
    if (ptrmap_get(&l->types, t)) return;
    IrTypeDesc *d = ARENA_NEW(l->a, IrTypeDesc);
    d->type = t;
    bool here;
    bool elsewhere = declared_elsewhere(l, t, &here);
    // Pointers to predeclared types have no home.
    if (t->kind == TYPE_POINTER && type_unalias(t->elem)->kind != TYPE_NAMED) elsewhere = false;
    if (t->kind == TYPE_POINTER && type_unalias(t->elem)->kind == TYPE_NAMED &&
        !type_unalias(t->elem)->named.obj->pkg)
        elsewhere = false;
    d->external = elsewhere;
    d->weak = !here && !elsewhere;
    ptrmap_put(l->a, &l->types, t, d);
    vec_push(l->a, &l->m->types, d);
    vec_push(l->a, &l->open_types, d);
}

IrExpr *lower_typedesc(Lower *l, Type *t) {
    note_type(l, t);
    IrExpr *e = ir_expr(l->a, IRX_TYPEDESC, &ir_type_rtype);
    e->of = type_canon(type_unalias(t));
    return e;
}

IrExpr *lower_itab(Lower *l, Type *iface, Type *t) {
    IrExpr *e = ir_expr(l->a, IRX_ITAB, &ir_type_itab);
    // Named interfaces of one method set may share: the underlying type is the key.
    e->iface = type_canon(type_unalias(iface));
    e->of = type_canon(type_unalias(t));
    typedef Vec(IrItab *) ItabList;
    ItabList *list = ptrmap_get(&l->itabs, e->iface);
    if (!list) ptrmap_put(l->a, &l->itabs, e->iface, list = ARENA_NEW(l->a, ItabList));
    for (int i = 0; i < list->n; i++)
        if (list->v[i]->type == e->of) return e;
    note_type(l, e->iface);
    note_type(l, e->of);
    IrItab *tab = ARENA_NEW(l->a, IrItab);
    tab->iface = e->iface;
    tab->type = e->of;
    vec_push(l->a, list, tab);
    vec_push(l->a, &l->m->itabs, tab);
    vec_push(l->a, &l->open_itabs, tab);
    return e;
}

static bool has_methods(Type *iface) { return type_iface_complete(type_under(iface))->iface.all.n > 0; }

// ---- boxing ----------------------------------------------------------------------------------------------

IrExpr *lower_to_word(Fn *fn, IrExpr *x) {
    Type *u = type_under(x->type);
    if (u->kind == TYPE_STRUCT) return lower_to_word(fn, lower_field(fn, x, 0));
    if (u->kind == TYPE_ARRAY) {
        if (!ir_is_lvalue(x)) x = ir_var(fn->a, fn_decl_temp(fn, x));
        return lower_to_word(fn, ir_binary(fn->a, IRX_ELEM, OP_NONE, u->array.elem, x, ir_int(fn->a, 0)));
    }
    return ir_unary(fn->a, IRX_BITCAST, ptr_type(), x);
}

static IrExpr *from_word(Fn *fn, IrExpr *data, Type *t) {
    Type *u = type_under(t);
    if (u->kind != TYPE_STRUCT && u->kind != TYPE_ARRAY) return ir_unary(fn->a, IRX_BITCAST, t, data);
    Type *part = u->kind == TYPE_STRUCT ? u->struct_.fields.v[0].type : u->array.elem;
    IrExpr *e = ir_expr(fn->a, IRX_AGGREGATE, t);
    vec_push(fn->a, &e->args, from_word(fn, data, part));
    return e;
}

IrExpr *lower_unbox(Fn *fn, IrExpr *data, Type *t) {
    if (type_is_direct(t)) return from_word(fn, data, t);
    IrExpr *e = ir_unary(fn->a, IRX_DEREF, t, data);
    e->no_check = true;
    return e;
}

static IrExpr *box_scalar(Fn *fn, IrExpr *x) {
    static const struct {
        IrRt rt;
        TypeKind bits;
    } by_size[] = {{IRRT_BOX8, TYPE_UINT8},
                   {IRRT_BOX16, TYPE_UINT16},
                   {IRRT_BOX32, TYPE_UINT32},
                   {IRRT_BOX64, TYPE_UINT64}};
    int64_t size = type_size(x->type);
    int i = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
    Type *bits = type_basic(by_size[i].bits);
    IrExpr *v = type_is_integer(x->type) ? lower_int_as(fn, x, bits) : ir_unary(fn->a, IRX_BITCAST, bits, x);
    return ir_rtcall(fn->a, by_size[i].rt, ptr_type(), 1, v);
}

static IrExpr *box_static(Fn *fn, IrExpr *x) {
    IrGlobal *g = lower_static(fn->l, x->type, x->kind == IRX_ZERO ? NULL : x, true, fn->pos);
    IrExpr *p = ir_unary(fn->a, IRX_ADDR, type_new_pointer(x->type), ir_global(fn->a, g));
    return ir_unary(fn->a, IRX_BITCAST, ptr_type(), p);
}

// Whether Go's compiler may keep a variable of the type in registers.
static bool fits_registers(Type *t) {
    Type *u = type_under(t);
    if (type_size(t) > 32) return false;
    if (u->kind == TYPE_ARRAY)
        return u->array.len == 0 || (u->array.len == 1 && fits_registers(u->array.elem));
    if (u->kind != TYPE_STRUCT) return true;
    if (u->struct_.fields.n > 4) return false;
    for (int i = 0; i < u->struct_.fields.n; i++)
        if (!fits_registers(u->struct_.fields.v[i].type)) return false;
    return true;
}

// Go's compiler boxes words of two, four and eight bytes by functions that take the value, which is read
// after the calls that follow. Of others it takes the address: of a copy made here, unless it has one already
// and is not a variable that may be in a register.
static bool is_read_late(const IrExpr *x) {
    const int64_t size = type_size(x->type);
    const bool word = (size == 2 || size == 4 || size == 8) && type_align(x->type) == size;
    if (word && type_ptrdata(x->type) == 0) return true;
    if (!ir_is_lvalue(x)) return false;
    const IrExpr *root = x;
    while (root->kind == IRX_FIELD || root->kind == IRX_ELEM) root = root->x;
    return root->kind != IRX_VAR || root->var->kind == IRV_CAPTURE || !fits_registers(root->type);
}

// The data word for a value of a type that is not direct.
static IrExpr *box(Fn *fn, IrExpr *x) {
    if (ir_is_static(x) || type_size(x->type) == 0) {
        if (!ir_is_static(x)) {
            fn_effect(fn, x);
            x = ir_zero(fn->a, x->type);
        }
        return box_static(fn, x);
    }
    Type *u = type_under(x->type);
    if (u->kind == TYPE_STRING) return ir_rtcall(fn->a, IRRT_BOX_STRING, ptr_type(), 1, x);
    if (u->kind == TYPE_SLICE) return ir_rtcall(fn->a, IRRT_BOX_SLICE, ptr_type(), 1, x);
    if (u->kind <= TYPE_FLOAT64) {
        if (type_size(x->type) == 1 && !is_read_late(x)) lower_early(fn, x);
        return box_scalar(fn, x);
    }
    IrExpr *p = lower_new(fn, x->type, "value in interface", fn->pos);
    if (is_read_late(x)) {
        fn_emit_late(fn, p, x);
    } else {
        IrExpr *place = lower_deref(fn, p);
        place->no_check = true;
        fn_assign(fn, place, x);
    }
    return ir_unary(fn->a, IRX_BITCAST, ptr_type(), ir_copy(fn->a, p));
}

static IrExpr *make_iface(Fn *fn, Type *t, IrExpr *word, IrExpr *data) {
    IrExpr *e = ir_expr(fn->a, IRX_MKIFACE, t);
    vec_push(fn->a, &e->args, word);
    vec_push(fn->a, &e->args, data);
    return e;
}

static IrExpr *iface_type(Fn *fn, IrExpr *x) { return ir_unary(fn->a, IRX_IFACE_TYPE, &ir_type_rtype, x); }
static IrExpr *iface_data(Fn *fn, IrExpr *x) { return ir_unary(fn->a, IRX_IFACE_DATA, ptr_type(), x); }

IrExpr *lower_to_eface(Fn *fn, IrExpr *x) {
    if (!has_methods(x->type)) return x;
    x = fn_save(fn, x);
    return make_iface(fn, type_any, iface_type(fn, x), iface_data(fn, ir_copy(fn->a, x)));
}

static IrExpr *iface_to_iface(Fn *fn, IrExpr *x, Type *to) {
    if (x->kind == IRX_ZERO) return ir_zero(fn->a, to);
    bool from_methods = has_methods(x->type), to_methods = has_methods(to);
    if (type_identical(type_under(x->type), type_under(to)) || (!from_methods && !to_methods))
        return ir_unary(fn->a, IRX_BITCAST, to, x);
    x = fn_save(fn, x);
    IrExpr *data = iface_data(fn, ir_copy(fn->a, x));
    if (!to_methods) return make_iface(fn, to, iface_type(fn, x), data);
    IrExpr *tab =
        ir_rtcall(fn->a, IRRT_ITAB_FIND, &ir_type_itab, 2, lower_typedesc(fn->l, to), iface_type(fn, x));
    return make_iface(fn, to, tab, data);
}

static IrExpr *to_iface(Fn *fn, IrExpr *x, Type *to) {
    if (type_is_interface(x->type)) return iface_to_iface(fn, x, to);
    IrExpr *data = type_is_direct(x->type) ? lower_to_word(fn, x) : box(fn, x);
    IrExpr *word = has_methods(to) ? lower_itab(fn->l, to, x->type) : lower_typedesc(fn->l, x->type);
    return make_iface(fn, to, word, data);
}

// ---- assertions ------------------------------------------------------------------------------------------

static void panic_unless(Fn *fn, IrExpr *bad, IrExpr *x, Type *to) {
    IrStmt *s = fn_stmt(fn, IRS_IF);
    s->src = bad;
    IrStmtList *saved = fn_push(fn, &s->body);
    fn_effect(fn, ir_rtcall(fn->a, IRRT_PANIC_ASSERT, &ir_type_void, 3, iface_type(fn, ir_copy(fn->a, x)),
                            lower_typedesc(fn->l, to), lower_typedesc(fn->l, x->type)));
    fn_pop(fn, saved);
    fn_emit(fn, s);
}

static IrExpr *compare_words(Fn *fn, Op op, IrExpr *x, IrExpr *y) {
    return ir_binary(fn->a, IRX_COMPARE, op, type_basic(TYPE_BOOL), x, y);
}

static IrExpr *cond(Fn *fn, IrExpr *c, IrExpr *x) {
    IrExpr *e = ir_binary(fn->a, IRX_COND, OP_NONE, x->type, c, x);
    e->z = ir_zero(fn->a, x->type);
    return e;
}

static IrExpr *assert_concrete(Fn *fn, IrExpr *x, Type *to, IrExpr **ok, bool want_value) {
    IrExpr *value = lower_unbox(fn, iface_data(fn, ir_copy(fn->a, x)), to);
    if (!ok) {
        panic_unless(fn, compare_words(fn, OP_NE, iface_type(fn, x), lower_typedesc(fn->l, to)), x, to);
        return value;
    }
    *ok = ir_var(fn->a,
                 fn_decl_temp(fn, compare_words(fn, OP_EQ, iface_type(fn, x), lower_typedesc(fn->l, to))));
    return want_value ? cond(fn, ir_copy(fn->a, *ok), value) : NULL;
}

static IrExpr *assert_iface(Fn *fn, IrExpr *x, Type *to, IrExpr **ok, bool want_value) {
    IrExpr *data = iface_data(fn, ir_copy(fn->a, x));
    IrExpr *type = iface_type(fn, x);
    if (!has_methods(to)) {
        IrExpr *nil = ir_zero(fn->a, &ir_type_rtype);
        if (!ok) {
            panic_unless(fn, compare_words(fn, OP_EQ, type, nil), x, to);
            return make_iface(fn, to, iface_type(fn, ir_copy(fn->a, x)), data);
        }
        *ok = ir_var(fn->a, fn_decl_temp(fn, compare_words(fn, OP_NE, type, nil)));
        return want_value ? make_iface(fn, to, iface_type(fn, ir_copy(fn->a, x)), data) : NULL;
    }
    IrExpr *find = ir_rtcall(fn->a, ok ? IRRT_ITAB_FIND : IRRT_ITAB_ASSERT, &ir_type_itab, 2,
                             lower_typedesc(fn->l, to), type);
    IrExpr *tab = ir_var(fn->a, fn_decl_temp(fn, find));
    if (!ok) return make_iface(fn, to, tab, data);
    *ok = compare_words(fn, OP_NE, tab, ir_zero(fn->a, &ir_type_itab));
    return want_value ? cond(fn, ir_copy(fn->a, *ok), make_iface(fn, to, ir_copy(fn->a, tab), data)) : NULL;
}

IrExpr *lower_assert(Fn *fn, IrExpr *x, Type *to, IrExpr **ok, bool want_value) {
    x = fn_save(fn, x);
    if (type_is_interface(to)) return assert_iface(fn, x, to, ok, want_value);
    return assert_concrete(fn, x, to, ok, want_value);
}

// ---- everything else -------------------------------------------------------------------------------------

static bool is_byte_slice(Type *u) { return type_under(u->elem)->kind == TYPE_UINT8; }

static IrExpr *to_string(Fn *fn, IrExpr *x, Type *to) {
    Type *u = type_under(x->type);
    if (type_is_integer(u))
        return ir_rtcall(fn->a, IRRT_STR_FROM_RUNE, to, 1, lower_int_as(fn, x, type_basic(TYPE_INT64)));
    return lower_early(
        fn, ir_rtcall(fn->a, is_byte_slice(u) ? IRRT_STR_FROM_BYTES : IRRT_STR_FROM_RUNES, to, 1, x));
}

// A slice as an array or as a pointer to one. The check stays in the expression, so it is made after the
// calls of the statement, as that of an index is; Go's compiler does the same.
static IrExpr *slice_to_array(Fn *fn, IrExpr *x, Type *to) {
    bool pointer = type_under(to)->kind == TYPE_POINTER;
    Type *array = pointer ? type_under(to)->elem : to;
    IrExpr *data =
        ir_rtcall(fn->a, IRRT_SLICE_ARRAY, ptr_type(), 2, x, ir_int(fn->a, type_under(array)->array.len));
    if (pointer) return ir_unary(fn->a, IRX_BITCAST, to, data);
    if (type_size(array) == 0) {
        fn_effect(fn, data);
        return ir_zero(fn->a, to);
    }
    IrExpr *v = ir_unary(fn->a, IRX_DEREF, to, data);
    v->no_check = true;
    return v;
}

static IrExpr *bitcast(Fn *fn, IrExpr *x, Type *to) {
    if (x->kind == IRX_ZERO || x->kind == IRX_AGGREGATE ||
        (x->kind == IRX_CONST && type_under(to)->kind <= TYPE_STRING)) {
        IrExpr *e = ARENA_NEW(fn->a, IrExpr);
        *e = *x;
        e->type = to;
        return e;
    }
    TypeKind k = type_under(to)->kind;
    if ((k == TYPE_STRUCT || k == TYPE_ARRAY) && !ir_is_lvalue(x)) x = ir_var(fn->a, fn_decl_temp(fn, x));
    return ir_unary(fn->a, IRX_BITCAST, to, x);
}

IrExpr *lower_convert(Fn *fn, IrExpr *x, Type *to, Pos pos) {
    (void)pos;
    if (type_identical(x->type, to)) return x;
    x = fn_root(fn, x);
    Type *from = type_under(x->type), *u = type_under(to);
    if (u->kind == TYPE_INTERFACE) return to_iface(fn, x, to);
    if (x->kind == IRX_ZERO && from->kind == u->kind) return bitcast(fn, x, to);
    if (type_is_numeric(u) && type_is_numeric(from)) return lower_int_as(fn, x, to);
    if (u->kind == TYPE_STRING && from->kind != TYPE_STRING) return to_string(fn, x, to);
    if (u->kind == TYPE_SLICE && from->kind == TYPE_STRING)
        return lower_early(
            fn, ir_rtcall(fn->a, is_byte_slice(u) ? IRRT_STR_TO_BYTES : IRRT_STR_TO_RUNES, to, 1, x));
    if (from->kind == TYPE_SLICE && (u->kind == TYPE_ARRAY || u->kind == TYPE_POINTER))
        return slice_to_array(fn, x, to);
    return bitcast(fn, x, to);
}

// ---- conversions that need no memory of their own
// ----------------------------------------------------------

IrExpr *lower_borrow(Fn *fn, IrExpr *x, bool *borrowed) {
    if (x->kind != IRX_RTCALL || (x->rt != IRRT_STR_FROM_BYTES && x->rt != IRRT_STR_TO_BYTES)) return x;
    lower_not_early(fn, x);
    IrExpr *from = fn_save(fn, x->args.v[0]);
    IrExpr *made = ir_expr(fn->a, x->rt == IRRT_STR_FROM_BYTES ? IRX_MKSTRING : IRX_MKSLICE, x->type);
    Type *word = type_basic(TYPE_INT);
    vec_push(fn->a, &made->args, ir_unary(fn->a, IRX_DATA, type_basic(TYPE_UNSAFE_POINTER), from));
    for (int n = made->kind == IRX_MKSTRING ? 1 : 2; n > 0; n--)
        vec_push(fn->a, &made->args, ir_unary(fn->a, IRX_LEN, word, ir_copy(fn->a, from)));
    *borrowed = true;
    return made;
}
