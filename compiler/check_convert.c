/* check_convert.c: assignability and conversions of operands.
 *
 * Floor 3. The rules of the sections "Assignability" and "Conversions" of the language specification, for
 * constants, untyped values and operands of type parameters included, with the reasons that Go's messages
 * give.
 */
#include "check_expr.h"

static bool has_name(Type *t) {
    t = type_unalias(t);
    return t->kind < TYPE_ARRAY || t->kind == TYPE_NAMED || t->kind == TYPE_PARAM;
}

/* An operand like x, of another type. */
static Expr with_type(const Expr *x, Type *t) {
    Expr y = *x;
    y.type = t;
    return y;
}

static void add_cause(Checker *c, const char **why, const char *msg) {
    *why = *why ? check_printf(c, "%s\n\t%s", msg, *why) : msg;
}

/* ---- assignability ------------------------------------------------------------------------------------- */

static bool assignable_untyped(Checker *c, Expr *x, Type *to) {
    Const *val = NULL;
    Fit fit;
    return check_implicit_type(c, x, to, &val, &fit) != NULL;
}

static bool assignable_to_param(Checker *c, Expr *x, Type *to, const char **why) {
    TypeList set = check_typeset(to);
    for (int i = 0; i < set.n; i++) {
        if (check_assignable(c, x, set.v[i], why)) continue;
        add_cause(c, why,
                  check_printf(c, "cannot assign %s to %s (in %s)", check_type_text(c, x->type),
                               check_type_text(c, set.v[i]), check_type_text(c, to)));
        return false;
    }
    return set.n > 0;
}

static bool assignable_from_param(Checker *c, Expr *x, Type *to, const char **why) {
    TypeList set = check_typeset(x->type);
    for (int i = 0; i < set.n; i++) {
        Expr y = with_type(x, set.v[i]);
        if (check_assignable(c, &y, to, why)) continue;
        add_cause(c, why,
                  check_printf(c, "cannot assign %s (in %s) to %s", check_type_text(c, set.v[i]),
                               check_type_text(c, x->type), check_type_text(c, to)));
        return false;
    }
    return set.n > 0;
}

static bool is_interface_pointer(Type *u) {
    return u->kind == TYPE_POINTER && type_under(u->elem)->kind == TYPE_INTERFACE;
}

bool check_assignable(Checker *c, Expr *x, Type *to, const char **why) {
    if (!operand_valid(x) || !type_is_valid(x->type) || !type_is_valid(to)) return true;
    Type *v = type_unalias(x->type), *t = type_unalias(to);
    if (type_identical(v, t)) return true;
    if (type_is_untyped(v)) return assignable_untyped(c, x, t);
    bool vp = v->kind == TYPE_PARAM, tp = t->kind == TYPE_PARAM;
    Type *vu = type_under(v), *tu = type_under(t);
    if (!vp && !tp && type_identical(vu, tu) && (!has_name(v) || !has_name(t))) return true;
    if ((tu->kind == TYPE_INTERFACE && !tp) || is_interface_pointer(tu)) {
        if (type_implements(v, t, why)) return true;
        if (!vp) return false;
        *why = NULL;
    }
    if (vu->kind == TYPE_INTERFACE && !vp) {
        const char *ignored = NULL;
        if (type_implements(t, v, &ignored)) {
            *why = "need type assertion";
            return false;
        }
    }
    if (vu->kind == TYPE_CHAN && vu->chan.dir == CHAN_BOTH && tu->kind == TYPE_CHAN && !vp && !tp &&
        type_identical(vu->chan.elem, tu->chan.elem))
        return !has_name(v) || !has_name(t);
    if (tp && !has_name(v)) return assignable_to_param(c, x, t, why);
    if (vp && !has_name(t)) return assignable_from_param(c, x, t, why);
    return false;
}

/* ---- conversion ------------------------------------------------------------------------------------------
 */

static bool is_int_or_float(Type *u) { return type_is_integer(u) || type_is_float(u); }

static bool is_bytes_or_runes(Type *u) {
    if (u->kind != TYPE_SLICE) return false;
    TypeKind k = type_under(u->elem)->kind;
    return k == TYPE_UINT8 || k == TYPE_INT32;
}

static Type *untagged(Type *t);

static TypeList untagged_list(const TypeList *list) {
    TypeList out = {0};
    for (int i = 0; i < list->n; i++) vec_push(type_arena(), &out, untagged(list->v[i]));
    return out;
}

/* t without struct tags, as far as its literal reaches. */
static Type *untagged(Type *t) {
    t = type_unalias(t);
    switch (t->kind) {
    case TYPE_STRUCT: {
        Type *s = type_new_struct();
        for (int i = 0; i < t->struct_.fields.n; i++) {
            StructField f = t->struct_.fields.v[i];
            f.type = untagged(f.type);
            f.tag = NULL;
            f.tag_len = 0;
            vec_push(type_arena(), &s->struct_.fields, f);
        }
        return s;
    }
    case TYPE_ARRAY: return type_new_array(untagged(t->array.elem), t->array.len);
    case TYPE_SLICE: return type_new_slice(untagged(t->elem));
    case TYPE_POINTER: return type_new_pointer(untagged(t->elem));
    case TYPE_MAP: return type_new_map(untagged(t->map.key), untagged(t->map.elem));
    case TYPE_CHAN: return type_new_chan(t->chan.dir, untagged(t->chan.elem));
    case TYPE_FUNC:
        if (t->func.tparams.n) return t;
        return type_new_func(untagged_list(&t->func.params), untagged_list(&t->func.results),
                             t->func.variadic);
    default: return t;
    }
}

static bool identical_ignoring_tags(Type *a, Type *b) {
    return type_identical(a, b) || type_identical(untagged(a), untagged(b));
}

static bool convertible_pointers(Type *v, Type *t) {
    if (v->kind != TYPE_POINTER || t->kind != TYPE_POINTER || type_is_param(v->elem) ||
        type_is_param(t->elem))
        return false;
    return identical_ignoring_tags(type_under(v->elem), type_under(t->elem));
}

/* Slice to array, or to pointer to array. */
static bool convertible_to_array(Type *vu, Type *tu) {
    if (vu->kind != TYPE_SLICE) return false;
    Type *a = tu->kind == TYPE_POINTER ? type_under(tu->elem) : tu;
    return a->kind == TYPE_ARRAY && type_identical(vu->elem, a->array.elem);
}

static bool convertible_under(Type *v, Type *t, Type *vu, Type *tu) {
    if (identical_ignoring_tags(vu, tu) || convertible_pointers(v, t)) return true;
    if (is_int_or_float(vu) && is_int_or_float(tu)) return true;
    if (type_is_complex(vu) && type_is_complex(tu)) return true;
    if ((type_is_integer(vu) || is_bytes_or_runes(vu)) && type_is_string(tu)) return true;
    if (type_is_string(vu) && is_bytes_or_runes(tu)) return true;
    if ((vu->kind == TYPE_POINTER || vu->kind == TYPE_UINTPTR) && tu->kind == TYPE_UNSAFE_POINTER)
        return true;
    if (vu->kind == TYPE_UNSAFE_POINTER && (tu->kind == TYPE_POINTER || tu->kind == TYPE_UINTPTR))
        return true;
    return convertible_to_array(vu, tu);
}

static bool convertible(Checker *c, Expr *x, Type *to, const char **why);

static bool convertible_to_param(Checker *c, Expr *x, Type *to, Type *from_param, const char **why) {
    TypeList set = check_typeset(to);
    for (int i = 0; i < set.n; i++) {
        if (convertible(c, x, set.v[i], why)) continue;
        const char *in = from_param ? check_printf(c, " (in %s)", check_type_text(c, from_param)) : "";
        add_cause(c, why,
                  check_printf(c, "cannot convert %s%s to type %s (in %s)", check_type_text(c, x->type), in,
                               check_type_text(c, set.v[i]), check_type_text(c, to)));
        return false;
    }
    return set.n > 0;
}

static bool convertible_from_param(Checker *c, Expr *x, Type *to, const char **why) {
    TypeList set = check_typeset(x->type);
    for (int i = 0; i < set.n; i++) {
        Expr y = with_type(x, set.v[i]);
        if (type_is_param(to)) {
            if (!convertible_to_param(c, &y, to, x->type, why)) return false;
        } else if (!convertible(c, &y, to, why)) {
            add_cause(c, why,
                      check_printf(c, "cannot convert %s (in %s) to type %s", check_type_text(c, set.v[i]),
                                   check_type_text(c, x->type), check_type_text(c, to)));
            return false;
        }
    }
    return set.n > 0;
}

static bool convertible(Checker *c, Expr *x, Type *to, const char **why) {
    if (check_assignable(c, x, to, why)) return true;
    Type *v = type_unalias(x->type), *t = type_unalias(to);
    bool vp = v->kind == TYPE_PARAM, tp = t->kind == TYPE_PARAM;
    if (vp) return convertible_from_param(c, x, t, why);
    if (tp) return convertible_to_param(c, x, t, NULL, why);
    return convertible_under(v, t, type_under(v), type_under(t));
}

static Const *string_of_rune(const Const *v) {
    uint64_t r;
    char s[4];
    if (!const_to_uint64(v, &r) || r > 0x10FFFF || (r >= 0xD800 && r <= 0xDFFF)) r = 0xFFFD;
    int n = 0;
    if (r < 0x80) {
        s[n++] = (char)r;
    } else if (r < 0x800) {
        s[n++] = (char)(0xC0 | r >> 6);
        s[n++] = (char)(0x80 | (r & 63));
    } else if (r < 0x10000) {
        s[n++] = (char)(0xE0 | r >> 12);
        s[n++] = (char)(0x80 | (r >> 6 & 63));
        s[n++] = (char)(0x80 | (r & 63));
    } else {
        s[n++] = (char)(0xF0 | r >> 18);
        s[n++] = (char)(0x80 | (r >> 12 & 63));
        s[n++] = (char)(0x80 | (r >> 6 & 63));
        s[n++] = (char)(0x80 | (r & 63));
    }
    return const_string(s, n);
}

/* The constant x as a value of basic type t; NULL where that is not a constant conversion that works. */
static Const *convert_constant(const Expr *x, Type *t) {
    const char *why = NULL;
    Type *u = type_under(t);
    if (!type_is_constant_kind(u)) return NULL;
    if (const_kind(x->val) == CONST_UNKNOWN) return x->val;
    Const *v = const_represent(x->val, u, &why);
    if (!v && type_is_integer(x->type) && type_is_string(u)) v = string_of_rune(x->val);
    return v;
}

static bool constant_to_param(Checker *c, Expr *x, Type *t, const char **why) {
    TypeList set = check_typeset(t);
    if (!set.n) *why = check_printf(c, "%s does not contain specific types", check_type_text(c, t));
    for (int i = 0; i < set.n; i++) {
        Type *u = type_under(set.v[i]);
        if ((type_is_string(x->type) && is_bytes_or_runes(u)) || convert_constant(x, u)) continue;
        if (type_is_integer(x->type) && type_is_integer(u))
            *why = check_printf(c, "constant %s overflows %s (in %s)", const_text(x->val),
                                check_type_text(c, u), check_type_text(c, t));
        else
            *why = check_printf(c, "cannot convert %s to type %s (in %s)", check_operand_text(c, x),
                                check_type_text(c, u), check_type_text(c, t));
        return false;
    }
    return set.n > 0;
}

/* The final type of an untyped operand of a conversion to t. */
static Type *conversion_operand_type(Checker *c, Expr *res, Expr *x, Type *t) {
    bool to_const = type_is_constant_kind(type_under(t)) && !type_is_param(t);
    if (x->mode == MODE_NIL) return t;
    if (type_is_nonparam_interface(t) || (x->mode == MODE_CONST && !to_const)) return type_default(x->type);
    if (res->mode == MODE_CONST && type_is_integer(x->type) && all_string(t)) return type_default(x->type);
    return t;
}

void check_conversion(Checker *c, Expr *res, Expr *x, Type *t) {
    const char *why = NULL;
    Const *val = NULL;
    bool constant = x->mode == MODE_CONST, ok;
    bool const_type = type_is_constant_kind(type_under(t)) && !type_is_param(t);
    if (constant && const_type) {
        val = convert_constant(x, t);
        ok = val != NULL;
        if (!ok && type_is_integer(x->type) && type_is_integer(t)) {
            check_error_at(c, x, "constant %s overflows %s", const_text(x->val), check_type_text(c, t));
            operand_invalidate(res);
            return;
        }
    } else if (constant && type_is_param(t)) {
        ok = constant_to_param(c, x, t, &why);
    } else {
        ok = convertible(c, x, t, &why);
    }
    if (!ok) {
        if (type_is_param(t))
            x->mode = x->mode == MODE_CONST ? MODE_VALUE : x->mode; /* type parameters are no constants */
        check_error_at(c, x, "cannot convert %s to type %s%s%s", check_operand_text(c, x),
                       check_type_text(c, t), why ? ": " : "", why ? why : "");
        operand_invalidate(res);
        return;
    }
    operand_set(res, val ? MODE_CONST : MODE_VALUE, t);
    res->val = val;
    if (!type_is_untyped(x->type)) return;
    Type *final = conversion_operand_type(c, res, x, t);
    if (val && type_is_string(type_under(t)) && type_is_integer(x->type)) return; /* string(1 << 70) */
    check_update_type(c, x, final);
    if (operand_valid(x) && x->type->kind == TYPE_UNTYPED_NIL) x->type = final;
    if (!operand_valid(x)) operand_invalidate(res);
}
