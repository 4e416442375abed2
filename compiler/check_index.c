/* check_index.c: index and slice expressions.
 *
 * Floor 3. x[i] may also turn out to be an instantiation; of a function, the caller completes it.
 */
#include "check_expr.h"

/* ---- indices --------------------------------------------------------------------------------------------
 */

bool check_valid_index(Checker *c, Expr *x, const char *what, bool allow_negative) {
    const char *why = NULL;
    if (!operand_valid(x)) return false;
    convert_untyped(c, x, type_basic(TYPE_INT));
    if (!operand_valid(x)) return false;
    if (!all_integer(x->type)) {
        check_error_at(c, x, "invalid argument: %s %s must be integer", what, check_operand_text(c, x));
        return false;
    }
    if (x->mode != MODE_CONST || const_kind(x->val) == CONST_UNKNOWN) return true;
    if (!allow_negative && const_sign(x->val) < 0) {
        check_error_at(c, x, "invalid argument: %s %s must not be negative", what, check_operand_text(c, x));
        return false;
    }
    if (!const_represent(x->val, type_basic(TYPE_INT), &why)) {
        check_error_at(c, x, "invalid argument: %s %s overflows int", what, check_operand_text(c, x));
        return false;
    }
    return true;
}

bool check_index_value(Checker *c, Expr *index, int64_t max, int64_t *val) {
    *val = -1;
    check_expr(c, index, NULL);
    if (!check_valid_index(c, index, "index", false)) return false;
    if (index->mode != MODE_CONST) return true;
    int64_t v;
    if (!const_to_int64(index->val, &v)) return false;
    if (max >= 0 && v >= max) {
        check_error_at(c, index, "invalid argument: index %s out of bounds [0:%lld]", const_text(index->val),
                       (long long)max);
        return false;
    }
    *val = v;
    return true;
}

static Expr *single_index(Checker *c, Expr *e) {
    ExprList *list = &e->index.index;
    if (!list->n) {
        check_error_at(c, e, "missing index for %s", check_text(c, e->index.x));
        return NULL;
    }
    if (list->n > 1) check_error_at(c, list->v[1], "invalid operation: more than one index");
    return list->v[0];
}

/* ---- x[i] -------------------------------------------------------------------------------------------------
 */

/* What indexing gives: elem NULL where it is not allowed; key for maps; length where it is known, else -1. */
typedef struct Indexing {
    Type *key, *elem;
    int64_t length;
    Mode mode;
} Indexing;

static int64_t constant_length(const Expr *x) {
    int64_t n = -1;
    if (x->mode == MODE_CONST && const_kind(x->val) == CONST_STRING) const_string_value(x->val, &n);
    return n;
}

static Indexing index_under(const Expr *x, Type *u) {
    Indexing r = {.length = -1, .mode = MODE_VAR};
    if (type_is_string(u)) {
        r = (Indexing){NULL, type_byte, constant_length(x), MODE_VALUE};
    } else if (u->kind == TYPE_ARRAY) {
        r = (Indexing){NULL, u->array.elem, u->array.len, x->mode == MODE_VAR ? MODE_VAR : MODE_VALUE};
    } else if (u->kind == TYPE_POINTER && type_under(u->elem)->kind == TYPE_ARRAY) {
        Type *a = type_under(u->elem);
        r = (Indexing){NULL, a->array.elem, a->array.len, MODE_VAR};
    } else if (u->kind == TYPE_SLICE) {
        r.elem = u->elem;
    } else if (u->kind == TYPE_MAP) {
        r = (Indexing){u->map.key, u->map.elem, -1, MODE_MAPINDEX};
    }
    return r;
}

static bool same_type(Type *a, Type *b) { return a == b || (a && b && type_identical(a, b)); }

/* Indexing of a type parameter's value: all types of its set must agree on key and element type. */
static Indexing index_param(Checker *c, const Expr *x) {
    TypeList set = check_typeset(x->type);
    Indexing all = {.length = -1, .mode = MODE_VAR};
    for (int i = 0; i < set.n; i++) {
        Indexing one = index_under(x, type_under(set.v[i]));
        if (!one.elem || (i && (!same_type(one.key, all.key) || !type_identical(one.elem, all.elem))))
            return (Indexing){.length = -1};
        if (!i) {
            all = one;
        } else {
            if (one.length >= 0 && one.length < all.length) all.length = one.length;
            if (one.mode == MODE_VALUE) all.mode = MODE_VALUE;
        }
    }
    return all;
}

bool check_index_expr(Checker *c, Expr *e) {
    Expr *x = e->index.x;
    check_expr_or_type(c, x, true);
    if (!operand_valid(x)) {
        check_use_list(c, &e->index.index);
        operand_invalidate(e);
        return false;
    }
    if (x->mode == MODE_TYPE) {
        Type *t = check_var_type(c, e);
        operand_set(e, type_is_valid(t) ? MODE_TYPE : MODE_INVALID, t);
        return false;
    }
    if (x->mode == MODE_VALUE && type_under(x->type)->kind == TYPE_FUNC &&
        type_under(x->type)->func.tparams.n) {
        operand_set(e, MODE_VALUE, x->type);
        return true;
    }
    check_non_generic(c, x, NULL);
    operand_invalidate(e);
    if (x->mode == MODE_BUILTIN) {
        check_error_at(c, x, "cannot index %s", check_operand_text(c, x));
        check_use_list(c, &e->index.index);
        return false;
    }
    if (!operand_valid(x) || !type_is_valid(x->type) || !type_is_valid(type_under(x->type))) return false;
    if (!check_complete(c, x->type)) return false;
    Type *under = type_under(x->type);
    if (under->kind == TYPE_POINTER && !check_complete(c, under->elem)) return false;
    if (under->kind == TYPE_MAP && !check_complete(c, under->map.elem)) return false;
    Indexing r = {.length = -1};
    if (x->mode == MODE_NIL)
        r.elem = NULL;
    else
        r = type_is_param(x->type) ? index_param(c, x) : index_under(x, type_under(x->type));
    if (!r.elem) {
        check_error_at(c, x, "cannot index %s", check_operand_text(c, x));
        check_use_list(c, &e->index.index);
        return false;
    }
    if (x->mode == MODE_CONST) check_default(c, x);
    Expr *index = single_index(c, e);
    if (!index) return false;
    if (r.key) {
        check_generic_expr(c, index);
        check_assignment(c, index, r.key, "map index");
    } else {
        int64_t val;
        check_index_value(c, index, r.length, &val);
    }
    operand_set(e, r.mode, r.elem);
    return false;
}

/* ---- x[lo:hi:max]
 * ------------------------------------------------------------------------------------------- */

/* The underlying type that x is sliced as: string where a string is among a type parameter's types. */
static Type *slice_under(Checker *c, Expr *x) {
    TypeList set = check_typeset(x->type);
    Type *first = NULL, *common = NULL;
    bool has_string = false;
    if (!set.n)
        check_error_at(c, x, "cannot slice %s: no specific type in %s", check_operand_text(c, x),
                       check_type_text(c, x->type));
    for (int i = 0; i < set.n; i++) {
        Type *u = type_under(set.v[i]);
        if (type_is_string(u)) {
            has_string = true;
            u = type_new_slice(type_byte);
        }
        if (!common) {
            first = set.v[i];
            common = u;
        } else if (!type_identical(common, u)) {
            check_error_at(c, x, "cannot slice %s: %s and %s have different underlying types",
                           check_operand_text(c, x), check_type_text(c, first), check_type_text(c, set.v[i]));
            return NULL;
        }
    }
    if (!has_string) return common;
    return type_is_param(x->type) ? type_basic(TYPE_STRING) : type_under(x->type);
}

/* The type of x[:], or NULL with an error; *length where it is known. */
static Type *sliced_type(Checker *c, Expr *e, Expr *x, Type *u, int64_t *length) {
    if (type_is_string(u)) {
        if (e->slice.three) {
            check_error_at(c, e->slice.max ? e->slice.max : e, "invalid operation: 3-index slice of string");
            return NULL;
        }
        *length = constant_length(x);
        if (type_is_untyped(x->type)) check_default(c, x);
        return x->type;
    }
    if (u->kind == TYPE_ARRAY) {
        if (x->mode != MODE_VAR) {
            check_error_at(c, x, "cannot slice unaddressable value %s", check_operand_text(c, x));
            return NULL;
        }
        *length = u->array.len;
        check_mark_address(x);
        return type_new_slice(u->array.elem);
    }
    if (u->kind == TYPE_POINTER && type_under(u->elem)->kind == TYPE_ARRAY) {
        Type *a = type_under(u->elem);
        *length = a->array.len;
        return type_new_slice(a->array.elem);
    }
    if (u->kind == TYPE_SLICE) return x->type;
    check_error_at(c, x, "cannot slice %s", check_operand_text(c, x));
    return NULL;
}

static void check_slice_indices(Checker *c, Expr *e, int64_t length) {
    Expr *index[3] = {e->slice.lo, e->slice.hi, e->slice.max};
    int64_t at[3];
    for (int i = 0; i < 3; i++) {
        at[i] = i == 0 ? 0 : length;
        if (index[i]) check_index_value(c, index[i], length >= 0 ? length + 1 : -1, &at[i]);
    }
    for (int i = 0; i < 2; i++) {
        for (int j = i + 1; j < 3 && at[i] > 0; j++) {
            if (at[j] < 0 || at[j] >= at[i] || !index[j]) continue;
            check_error_at(c, index[j], "invalid slice indices: %lld < %lld", (long long)at[j],
                           (long long)at[i]);
            return;
        }
    }
}

void check_slice_expr(Checker *c, Expr *e) {
    Expr *x = e->slice.x;
    check_expr(c, x, NULL);
    operand_invalidate(e);
    if (!operand_valid(x)) {
        check_use(c, e->slice.lo);
        check_use(c, e->slice.hi);
        check_use(c, e->slice.max);
        return;
    }
    Type *u = slice_under(c, x);
    int64_t length = -1;
    if (!u || !type_is_valid(u) || !check_complete(c, x->type)) return;
    if (u->kind == TYPE_POINTER && !check_complete(c, u->elem)) return;
    Type *t = sliced_type(c, e, x, u, &length);
    if (!t) return;
    if (e->slice.three && (!e->slice.hi || !e->slice.max)) {
        check_use(c, e->slice.lo); /* the parser has complained */
        check_use(c, e->slice.hi);
        check_use(c, e->slice.max);
        return;
    }
    check_slice_indices(c, e, length);
    operand_set(e, MODE_VALUE, t);
}
