// Composite literals and new memory.
//
// Floor 5. What is constant becomes static data: copied where each evaluation makes new memory, used itself
// in the initialisation of package variables, which runs once.
#include "lower.h"

enum { STATIC_ELEMS = 8 }; // an array literal of more constant elements is copied from static data

IrExpr *lower_new(Fn *fn, Type *t, const char *what, Pos pos) {
    IrExpr *e = ir_expr(fn->a, IRX_NEW, type_new_pointer(t));
    e->of = t;
    e->what = what;
    e->pos = pos;
    return ir_var(fn->a, fn_decl_temp(fn, e));
}

static bool many(const IrExpr *e) { return e->kind == IRX_AGGREGATE && e->args.n > STATIC_ELEMS; }

// A long constant array from static data.
static IrExpr *from_static(Fn *fn, IrExpr *e) {
    if (!many(e) || type_under(e->type)->kind != TYPE_ARRAY || !ir_is_static(e)) return e;
    return ir_global(fn->a, lower_static(fn->l, e->type, e, true, fn->pos));
}

static IrExpr *elem_address(Fn *fn, IrExpr *array) {
    IrExpr *first =
        ir_binary(fn->a, IRX_ELEM, OP_NONE, type_under(array->type)->array.elem, array, ir_int(fn->a, 0));
    return lower_address(fn, first);
}

static IrExpr *make_slice(Fn *fn, Type *t, IrExpr *p, int64_t n) {
    IrExpr *e = ir_expr(fn->a, IRX_MKSLICE, t);
    vec_push(fn->a, &e->args, p);
    vec_push(fn->a, &e->args, ir_int(fn->a, n));
    vec_push(fn->a, &e->args, ir_int(fn->a, n));
    return e;
}

// Memory that holds the literal's value: a pointer to it.
static IrExpr *place_value(Fn *fn, IrExpr *value, const char *what, Pos pos) {
    if (fn->is_init && ir_is_static(value) && type_size(value->type) > 0) {
        IrGlobal *g = lower_static(fn->l, value->type, value->kind == IRX_ZERO ? NULL : value, false, pos);
        return ir_unary(fn->a, IRX_ADDR, type_new_pointer(value->type), ir_global(fn->a, g));
    }
    IrExpr *p = lower_new(fn, value->type, what, pos);
    if (value->kind == IRX_ZERO) return p;
    fn_emit_late(fn, p, from_static(fn, value));
    return ir_copy(fn->a, p);
}

static IrExpr *slice_from_array(Fn *fn, Type *slice, IrExpr *array, const char *what, Pos pos) {
    int64_t n = type_under(array->type)->array.len;
    IrExpr *p = place_value(fn, array, what, pos);
    if (p->kind == IRX_ADDR)
        p = elem_address(fn, p->x);
    else
        p = ir_unary(fn->a, IRX_BITCAST, type_new_pointer(type_under(slice)->elem), p);
    return make_slice(fn, slice, p, n);
}

IrExpr *lower_slice_of(Fn *fn, Type *slice, IrExprList elems, const char *what, Pos pos) {
    Type *array = type_new_array(type_under(slice)->elem, elems.n);
    IrExpr *e = ir_expr(fn->a, IRX_AGGREGATE, array);
    memcpy(&e->args, &elems, sizeof e->args);
    return slice_from_array(fn, slice, e, what, pos);
}

// Puts a value at a path of fields within a struct literal; embedded structs on the way get literals of their
// own.
static void put_field(Fn *fn, IrExpr *r, const int *path, int n, IrExpr *value) {
    Type *u = type_under(r->type);
    while (r->args.n < u->struct_.fields.n) vec_push(fn->a, &r->args, NULL);
    if (n == 1) {
        if (strcmp(u->struct_.fields.v[path[0]].name, "_") == 0)
            fn_effect(fn, value); // stays zero
        else
            r->args.v[path[0]] = value;
        return;
    }
    IrExpr *inner = r->args.v[path[0]];
    if (!inner) r->args.v[path[0]] = inner = ir_expr(fn->a, IRX_AGGREGATE, u->struct_.fields.v[path[0]].type);
    put_field(fn, inner, path + 1, n - 1, value);
}

static IrExpr *lower_struct(Fn *fn, Expr *e, Type *t) {
    Type *u = type_under(t);
    if (!e->composite.elems.n) return ir_zero(fn->a, t);
    IrExpr *r = ir_expr(fn->a, IRX_AGGREGATE, t);
    for (int i = 0; i < e->composite.elems.n; i++) {
        Expr *elem = e->composite.elems.v[i];
        Lookup found = {0};
        int *path = &i, n = 1;
        Type *type = i < u->struct_.fields.n ? u->struct_.fields.v[i].type : NULL;
        if (elem->kind == EXPR_KEYED) {
            Expr *key = lower_unparen(elem->keyed.key);
            found = type_lookup(t, key->name.name, fn->f->pkg, true);
            if (found.kind != LOOKUP_FIELD)
                bug_at(key->pos, "no field %s in %s", key->name.name, type_string(t, NULL));
            path = found.path.v;
            n = found.path.n;
            type = found.field->type;
            elem = elem->keyed.value;
        }
        put_field(fn, r, path, n, lower_expr_to(fn, elem, type));
    }
    return r;
}

// The elements of an array or slice literal as an aggregate of type [n]elem.
static IrExpr *lower_elements(Fn *fn, Expr *e, Type *array, Type *elem, int64_t len) {
    IrExpr *r = ir_expr(fn->a, IRX_AGGREGATE, array);
    bool keyed = false;
    int64_t next = 0, max = 0;
    for (int i = 0; i < e->composite.elems.n; i++) {
        Expr *x = e->composite.elems.v[i];
        if (x->kind == EXPR_KEYED) {
            keyed = true;
            const_to_int64(x->keyed.key->val, &next);
            x = x->keyed.value;
        }
        vec_push(fn->a, &r->args, lower_expr_to(fn, x, elem));
        vec_push(fn->a, &r->keys, next);
        if (++next > max) max = next;
    }
    if (!keyed) r->keys.n = 0;
    if (len < 0) r->type = type_new_array(elem, max);
    return r->args.n ? r : ir_zero(fn->a, r->type);
}

static void put_map_entry(Fn *fn, Type *map, IrExpr *m, IrExpr *key, IrExpr *value) {
    Type *u = type_under(map);
    IrExpr *p = fn_root(fn, lower_map_put(fn, map, m, key));
    IrExpr *place = ir_unary(fn->a, IRX_DEREF, u->map.elem, p);
    place->no_check = true;
    fn_assign(fn, place, value);
}

static IrExpr *lower_map_literal(Fn *fn, Expr *e, Type *t) {
    Type *u = type_under(t);
    IrExpr *make =
        ir_rtcall(fn->a, IRRT_MAKEMAP, t, 2, lower_typedesc(fn->l, t), ir_int(fn->a, e->composite.elems.n));
    make->what = "map literal";
    IrExpr *m = ir_var(fn->a, fn_decl_temp(fn, make));
    for (int i = 0; i < e->composite.elems.n; i++) {
        Expr *x = e->composite.elems.v[i];
        IrExpr *key = lower_expr_to(fn, x->keyed.key, u->map.key);
        IrExpr *value = lower_expr_to(fn, x->keyed.value, u->map.elem);
        if (ir_may_panic(value)) value = fn_save(fn, value);
        put_map_entry(fn, t, ir_copy(fn->a, m), key, value);
    }
    return m;
}

static const char *literal_text(Fn *fn, Type *t, const char *before) {
    return arena_printf(fn->a, "%s%s{...}", before, type_string(t, fn->l->pkg));
}

IrExpr *lower_composite(Fn *fn, Expr *e) {
    Type *t = fn_etype(fn, e), *u = type_under(t);
    switch (u->kind) {
    case TYPE_POINTER: return lower_composite_address(fn, e, t); // elided &T
    case TYPE_STRUCT: return lower_struct(fn, e, t);
    case TYPE_ARRAY: return from_static(fn, lower_elements(fn, e, t, u->array.elem, u->array.len));
    case TYPE_SLICE: {
        IrExpr *array = lower_elements(fn, e, NULL, u->elem, -1);
        return slice_from_array(fn, t, array, literal_text(fn, t, ""), e->pos);
    }
    case TYPE_MAP: return lower_map_literal(fn, e, t);
    default: bug_at(e->pos, "composite literal of %s", type_string(t, NULL));
    }
}

IrExpr *lower_composite_address(Fn *fn, Expr *e, Type *pointer) {
    Type *t = type_under(pointer)->elem, *u = type_under(t);
    IrExpr *value;
    if (u->kind == TYPE_STRUCT) {
        value = lower_struct(fn, e, t);
    } else if (u->kind == TYPE_ARRAY) {
        value = lower_elements(fn, e, t, u->array.elem, u->array.len);
    } else if (u->kind == TYPE_MAP) {
        value = lower_map_literal(fn, e, t);
    } else {
        value = slice_from_array(fn, t, lower_elements(fn, e, NULL, u->elem, -1), literal_text(fn, t, ""),
                                 e->pos);
    }
    IrExpr *p = place_value(fn, value, literal_text(fn, t, "&"), e->pos);
    return type_identical(p->type, pointer) && p->type == pointer ? p
                                                                  : ir_unary(fn->a, IRX_BITCAST, pointer, p);
}
