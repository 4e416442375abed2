/* check_literal.c: composite literals and function literals.
 *
 * Floor 3. A literal whose type is elided takes it from the enclosing one (the hint); *T then stands for
 * &T{…}: such a literal has the pointer type. Duplicate constant keys, indices and fields are errors.
 */
#include "check_expr.h"

/* ---- struct literals ----------------------------------------------------------------------------------- */

typedef struct FieldUse {
    Lookup at;
    const char *name;
} FieldUse;

typedef Vec(FieldUse) FieldUses;

/* Two keys clash when one's path is a prefix of the other's. */
static void check_field_clash(Checker *c, Expr *kv, const FieldUses *seen, const Lookup *at,
                              const char *name) {
    for (int i = 0; i < seen->n; i++) {
        const Lookup *other = &seen->v[i].at;
        int n = other->path.n < at->path.n ? other->path.n : at->path.n, k = 0;
        while (k < n && other->path.v[k] == at->path.v[k]) k++;
        if (k < n) continue;
        if (other->path.n == at->path.n)
            check_error_at(c, kv, "duplicate field name %s in struct literal", name);
        else if (other->path.n < at->path.n)
            check_error_at(c, kv, "cannot specify promoted field %s and enclosing embedded field %s", name,
                           seen->v[i].name);
        else
            check_error_at(c, kv, "cannot specify embedded field %s and enclosed promoted field %s", name,
                           seen->v[i].name);
        return;
    }
}

static void check_keyed_field(Checker *c, Expr *kv, Type *base, Type *u, FieldUses *seen) {
    Expr *key = kv->keyed.key, *value = kv->keyed.value;
    if (key->kind != EXPR_NAME) {
        check_generic_expr(c, value);
        check_error_at(c, kv, "invalid field name %s in struct literal", check_text(c, key));
        return;
    }
    Lookup at = type_lookup(u, key->name.name, c->pkg, false);
    check_generic_expr(c, value); /* types of fields are not elided */
    if (at.kind != LOOKUP_FIELD) {
        check_error_at(c, key, "%s", check_lookup_error(c, u, base, key->name.name, true));
        check_hint_selected(c, u, key->name.name);
        return;
    }
    if (at.indirect) {
        check_error_at(c, key, "invalid implicit pointer indirection to reach %s", key->name.name);
        return;
    }
    key->name.obj = at.field->obj;
    check_assignment(c, value, at.field->type, "struct literal");
    check_field_clash(c, kv, seen, &at, key->name.name);
    vec_push(c->arena, seen, (FieldUse){at, key->name.name});
}

static bool foreign_field(Checker *c, const StructField *f) {
    return !object_exported(f->name) && f->pkg != c->pkg;
}

static void check_positional_fields(Checker *c, Expr *e, Type *base, Type *u) {
    const char *type = check_type_text(c, base);
    int n = u->struct_.fields.n;
    for (int i = 0; i < e->composite.elems.n; i++) {
        Expr *x = e->composite.elems.v[i];
        if (x->kind == EXPR_KEYED) {
            check_error_at(c, x, "mixture of field:value and value elements in struct literal");
            check_use(c, x->keyed.value);
            continue;
        }
        check_expr_hint(c, x, NULL);
        if (i >= n) {
            check_error_at(c, x, "too many values in struct literal of type %s", type);
            for (i++; i < e->composite.elems.n; i++) check_use(c, e->composite.elems.v[i]);
            return;
        }
        StructField *f = &u->struct_.fields.v[i];
        if (foreign_field(c, f))
            check_error_at(c, x, "implicit assignment to unexported field %s in struct literal of type %s",
                           f->name, type);
        else
            check_assignment(c, x, f->type, "struct literal");
    }
    if (e->composite.elems.n >= n) return;
    const char *hint = "";
    for (int i = 0; i < n; i++)
        if (foreign_field(c, &u->struct_.fields.v[i]))
            hint = " (type has unexported fields - use key:value pairs)";
    check_error(c, e->composite.rbrace, 0, "too few values in struct literal of type %s%s", type, hint);
}

/* u: the struct type that base, perhaps a type parameter, stands for. */
static void check_struct_literal(Checker *c, Expr *e, Type *base, Type *u) {
    ExprList *elems = &e->composite.elems;
    if (!elems->n) return;
    if (elems->v[0]->kind != EXPR_KEYED) {
        check_positional_fields(c, e, base, u);
        return;
    }
    FieldUses seen = {0};
    for (int i = 0; i < elems->n; i++) {
        if (elems->v[i]->kind == EXPR_KEYED) {
            check_keyed_field(c, elems->v[i], base, u, &seen);
        } else {
            check_error_at(c, elems->v[i], "mixture of field:value and value elements in struct literal");
            check_use(c, elems->v[i]);
        }
    }
}

/* ---- array, slice and map literals -----------------------------------------------------------------------
 */

/* Elements with their indices; returns the length (largest index + 1). length < 0: open. */
static int64_t check_indexed(Checker *c, ExprList *elems, Type *elem, int64_t length) {
    KeySet seen = {0};
    int64_t index = 0, max = 0;
    bool keyed = false; /* without keys, nothing can be there twice */
    for (int i = 0; i < elems->n; i++) keyed |= elems->v[i]->kind == EXPR_KEYED;
    for (int i = 0; i < elems->n; i++) {
        Expr *e = elems->v[i], *value = e;
        bool valid = false;
        if (e->kind == EXPR_KEYED) {
            int64_t at;
            if (check_index_value(c, e->keyed.key, length, &at)) {
                valid = at >= 0;
                if (valid)
                    index = at;
                else
                    check_error_at(c, e, "index %s must be integer constant", check_text(c, e->keyed.key));
            }
            value = e->keyed.value;
        } else if (length >= 0 && index >= length) {
            check_error_at(c, e, "index %lld is out of bounds (>= %lld)", (long long)index,
                           (long long)length);
        } else {
            valid = true;
        }
        if (keyed && valid && key_set_insert(c, &seen, const_int64(index), type_basic(TYPE_INT), e))
            check_error_at(c, e, "duplicate index %lld in array or slice literal", (long long)index);
        if (++index > max) max = index;
        check_expr_hint(c, value, elem);
        check_assignment(c, value, elem, "array or slice literal");
    }
    return max;
}

static void check_map_literal(Checker *c, Expr *e, Type *map) {
    Type *key_type = map->map.key, *elem = map->map.elem;
    bool iface = type_is_nonparam_interface(key_type); /* then the type of a key counts */
    KeySet seen = {0};
    for (int i = 0; i < e->composite.elems.n; i++) {
        Expr *kv = e->composite.elems.v[i];
        if (kv->kind != EXPR_KEYED) {
            check_error_at(c, kv, "missing key in map literal");
            check_use(c, kv);
            continue;
        }
        Expr *key = kv->keyed.key, *value = kv->keyed.value;
        check_expr_hint(c, key, key_type);
        check_assignment(c, key, key_type, "map literal");
        if (!operand_valid(key)) {
            check_use(c, value);
            continue;
        }
        if (key->mode == MODE_CONST && const_kind(key->val) != CONST_UNKNOWN &&
            key_set_insert(c, &seen, key->val, iface ? key->type : key_type, key)) {
            check_error_at(c, key, "duplicate key %s in map literal", const_text(key->val));
            check_use(c, value);
            continue;
        }
        check_expr_hint(c, value, elem);
        check_assignment(c, value, elem, "map literal");
    }
}

/* ---- composite literals ----------------------------------------------------------------------------------
 */

static bool is_open_array(const Expr *type) {
    return type && type->kind == EXPR_ARRAY_TYPE && type->array.len &&
           type->array.len->kind == EXPR_ELLIPSIS && !type->array.len->ellipsis;
}

/* The literal's type; *base: what its braces make (T of an elided &T). NULL after an error. */
static Type *literal_type(Checker *c, Expr *e, Type *hint, Type **base) {
    const char *why = NULL;
    Type *t;
    if (is_open_array(e->composite.type)) {
        Expr *te = e->composite.type;
        t = type_new_array(check_var_type(c, te->array.elem), -1);
        operand_set(te, MODE_TYPE, t);
    } else if (e->composite.type) {
        t = check_type_expr(c, e->composite.type);
    } else if (hint) {
        t = hint;
        Type *u = type_is_valid(hint) ? type_core_why(hint, &why) : NULL;
        *base = u && u->kind == TYPE_POINTER ? u->elem : hint;
        return t;
    } else {
        check_error_at(c, e, "missing type in composite literal");
        t = type_invalid();
    }
    *base = t;
    return t;
}

static void check_bad_literal(Checker *c, Expr *e, Type *t, Type *u, bool elided) {
    for (int i = 0; i < e->composite.elems.n; i++) check_use_one(c, e->composite.elems.v[i], false);
    if (type_is_valid(t) && (!u || u->kind != TYPE_INVALID))
        check_error_at(c, e, "invalid composite literal%s type %s%s", elided ? " element" : "",
                       check_type_text(c, t), u ? "" : " (no common underlying type)");
    operand_invalidate(e);
}

void check_frame(Checker *c, Type *elem, int64_t n) {
    const FuncNode *fn = c->env.fn;
    if (!fn || type_has_params(elem) || !type_is_valid(elem)) return;
    __int128 bytes = (__int128)type_size(elem) * n;
    if (bytes > 1 << 30)
        check_error(c, fn->pos, 0, "stack frame too large (>1GB): %lld MB locals", (long long)(bytes >> 20));
}

void check_composite(Checker *c, Expr *e, Type *hint) {
    Type *base = NULL;
    const char *why = NULL;
    bool elided = !e->composite.type && hint;
    Type *t = literal_type(c, e, hint, &base);
    if (!check_complete(c, base)) {
        operand_invalidate(e);
        return;
    }
    Type *u = type_is_valid(base) ? type_core_why(base, &why) : type_invalid();
    operand_set(e, MODE_VALUE, t);
    switch (u ? u->kind : TYPE_INVALID) {
    case TYPE_STRUCT: check_struct_literal(c, e, base, u); break;
    case TYPE_ARRAY: {
        int64_t n = check_indexed(c, &e->composite.elems, u->array.elem, u->array.len);
        if (u->array.len < 0) {
            t = base = type_new_array(u->array.elem, n);
            if (e->composite.type) e->composite.type->type = t;
            e->type = t;
        }
        break;
    }
    case TYPE_SLICE: check_frame(c, u->elem, check_indexed(c, &e->composite.elems, u->elem, -1)); break;
    case TYPE_MAP: check_map_literal(c, e, u); break;
    default: check_bad_literal(c, e, t, u, elided);
    }
}

/* ---- function literals
 * ------------------------------------------------------------------------------------- */

void check_func_literal(Checker *c, Expr *e) {
    FuncNode *fn = e->func;
    bool again = fn->sig != NULL;
    Type *sig = again ? fn->sig : check_func_type(c, fn);
    if (!type_is_valid(sig)) {
        operand_invalidate(e);
        return;
    }
    if (!again) {
        fn->sig = sig;
        check_later_body(c, fn);
    }
    operand_set(e, MODE_VALUE, sig);
}
