/* check_builtin.c: calls of the predeclared functions and of package unsafe's.
 *
 * Floor 3. One function a built-in; each gets the call with its arguments checked (but for make, new, print's
 * kin and Offsetof, which look at their arguments themselves) and sets mode, type and val of the call. Longer
 * than most files since the language has that many built-ins.
 */
#include "check_expr.h"

#define ARG(e, i) ((e)->call.args.v[i])

static const char *name_of(int id) { return builtin_info[id].name; }

static bool pointer_base(Type *t, Type **base) {
    const char *why = NULL;
    Type *u = type_core_why(t, &why);
    if (!u || u->kind != TYPE_POINTER) return false;
    *base = u->elem;
    return true;
}

static bool fail(Checker *c, const Expr *at, const char *fmt, const char *text) {
    check_error_at(c, at, fmt, text);
    return false;
}

/* ---- slices
 * ------------------------------------------------------------------------------------------------- */

/* The element type of a slice operand, of all slices of its type set; NULL with why not. */
static Type *slice_elem(Checker *c, const Expr *x, const char **why) {
    TypeList set = check_typeset(x->type);
    Type *elem = NULL;
    for (int i = 0; i < set.n || i == 0; i++) {
        Type *u = set.n ? type_under(set.v[i]) : NULL;
        if (!u || u->kind != TYPE_SLICE) {
            *why = x->mode == MODE_NIL
                       ? "argument must be a slice; have untyped nil"
                       : check_printf(c, "argument must be a slice; have %s", check_operand_text(c, x));
            return NULL;
        }
        if (elem && !type_identical(elem, u->elem)) {
            *why = check_printf(c, "mismatched slice element types %s and %s in %s", check_type_text(c, elem),
                                check_type_text(c, u->elem), check_operand_text(c, x));
            return NULL;
        }
        elem = u->elem;
    }
    return elem;
}

/* Whether y's types are all string or []byte; *has_string: one is a string. */
static bool is_bytes_or_string(Expr *y, bool *has_string) {
    TypeList set = check_typeset(y->type);
    *has_string = false;
    for (int i = 0; i < set.n; i++) {
        Type *u = type_under(set.v[i]);
        if (type_is_string(u))
            *has_string = true;
        else if (u->kind != TYPE_SLICE || !type_identical(u->elem, type_byte))
            return false;
    }
    return set.n > 0;
}

static bool assignable_to_bytes(Checker *c, Expr *x) {
    const char *why = NULL;
    return check_assignable(c, x, type_new_slice(type_byte), &why);
}

static bool check_append(Checker *c, Expr *e, const ExprList *args) {
    Expr *x = args->v[0];
    const char *why = NULL;
    Type *t = x->type, *elem = slice_elem(c, x, &why);
    bool has_string;
    if (!elem) {
        if (!type_is_valid(type_under(t))) return false;
        return fail(c, x, "invalid append: %s", why);
    }
    if (args->n == 2 && e->call.spread && assignable_to_bytes(c, x) &&
        is_bytes_or_string(args->v[1], &has_string) && has_string) {
        check_default(c, args->v[1]);
    } else {
        TypeList params = {0}, none = {0}, inst = {0};
        vec_push(c->arena, &params, t);
        vec_push(c->arena, &params, type_new_slice(elem));
        check_arguments(c, e, type_new_func(params, none, true), &none, args, &inst);
    }
    operand_set(e, MODE_VALUE, t);
    return true;
}

static bool check_copy(Checker *c, Expr *e, const ExprList *args) {
    Expr *x = args->v[0], *y = args->v[1];
    const char *why = NULL;
    bool has_string;
    Type *dst = slice_elem(c, x, &why);
    if (!dst) return fail(c, x, "invalid copy: %s", why);
    if (!assignable_to_bytes(c, x) || !is_bytes_or_string(y, &has_string)) {
        Type *src = slice_elem(c, y, &why);
        if (!src && !all_string(y->type)) return fail(c, y, "invalid copy: %s", why);
        if (!src) src = type_byte;
        if (!type_identical(dst, src)) {
            check_error_at(c, x, "invalid copy: arguments %s and %s have different element types %s and %s",
                           check_operand_text(c, x), check_operand_text(c, y), check_type_text(c, dst),
                           check_type_text(c, src));
            return false;
        }
    }
    check_default(c, y);
    operand_set(e, MODE_VALUE, type_basic(TYPE_INT));
    return true;
}

/* ---- len, cap, clear, close, delete
 * ----------------------------------------------------------------------------- */

static bool has_length(Type *u, bool len) {
    u = check_array_deref(u);
    return u->kind == TYPE_ARRAY || u->kind == TYPE_SLICE || u->kind == TYPE_CHAN ||
           (len && (u->kind == TYPE_MAP || type_is_string(u)));
}

static bool has_len(Type *t) { return has_length(type_under(t), true); }
static bool has_cap(Type *t) { return has_length(type_under(t), false); }

/* call: the argument holds a call or receive; then the length of an array is no constant. */
static bool check_len_cap(Checker *c, Expr *e, Expr *x, int id, bool call) {
    bool len = id == BUILTIN_LEN;
    Type *u = check_array_deref(type_under(x->type));
    if (x->mode == MODE_NIL || !type_all(x->type, len ? has_len : has_cap)) {
        if (!type_is_valid(type_under(x->type))) return false;
        check_error_at(c, x, "invalid argument: %s for built-in %s", check_operand_text(c, x), name_of(id));
        return false;
    }
    Mode mode = MODE_VALUE;
    Const *val = NULL;
    if (!type_is_param(x->type)) {
        int64_t n = 0;
        if (x->mode == MODE_CONST && type_is_string(u)) {
            if (const_kind(x->val) == CONST_STRING) const_string_value(x->val, &n);
            val = const_int64(n);
        } else if (u->kind == TYPE_ARRAY && !call) {
            val = u->array.len >= 0 ? const_int64(u->array.len) : const_unknown();
        }
        if (val) mode = MODE_CONST;
    }
    check_default(c, x);
    operand_set(e, mode, type_basic(TYPE_INT));
    e->val = val;
    return true;
}

static bool check_clear(Checker *c, Expr *e, Expr *x) {
    TypeList set = check_typeset(x->type);
    for (int i = 0; i < set.n || i == 0; i++) {
        TypeKind kind = set.n ? type_under(set.v[i])->kind : TYPE_INVALID;
        if (kind != TYPE_MAP && kind != TYPE_SLICE)
            return fail(
                c, x, "invalid argument: cannot clear %s: argument must be (or constrained by) map or slice",
                check_operand_text(c, x));
    }
    operand_set(e, MODE_NOVALUE, NULL);
    return true;
}

static bool check_close(Checker *c, Expr *e, Expr *x) {
    TypeList set = check_typeset(x->type);
    for (int i = 0; i < set.n || i == 0; i++) {
        Type *u = set.n ? type_under(set.v[i]) : NULL;
        if (!u || u->kind != TYPE_CHAN)
            return fail(c, x, "invalid operation: cannot close non-channel %s", check_operand_text(c, x));
        if (u->chan.dir == CHAN_RECV)
            return fail(c, x, "invalid operation: cannot close receive-only channel %s",
                        check_operand_text(c, x));
    }
    operand_set(e, MODE_NOVALUE, NULL);
    return true;
}

static bool check_delete(Checker *c, Expr *e, Expr *x, Expr *key) {
    TypeList set = check_typeset(x->type);
    Type *key_type = NULL;
    for (int i = 0; i < set.n || i == 0; i++) {
        Type *u = set.n ? type_under(set.v[i]) : NULL;
        if (!u || u->kind != TYPE_MAP)
            return fail(c, x, "invalid argument: %s is not a map", check_operand_text(c, x));
        if (key_type && !type_identical(key_type, u->map.key))
            return fail(c, x, "invalid argument: maps of %s must have identical key types",
                        check_operand_text(c, x));
        key_type = u->map.key;
    }
    check_assignment(c, key, key_type, "argument to delete");
    operand_set(e, MODE_NOVALUE, NULL);
    return operand_valid(key);
}

/* ---- complex numbers
 * ---------------------------------------------------------------------------------------------- */

/* complex's and real's types for each other; NULL where t does not fit. */
static Type *complex_of(Type *t) {
    switch (type_under(t)->kind) {
    case TYPE_FLOAT32: return type_basic(TYPE_COMPLEX64);
    case TYPE_FLOAT64: return type_basic(TYPE_COMPLEX128);
    case TYPE_UNTYPED_FLOAT: return type_basic(TYPE_UNTYPED_COMPLEX);
    default: return NULL;
    }
}

static Type *part_of(Type *t) {
    switch (type_under(t)->kind) {
    case TYPE_COMPLEX64: return type_basic(TYPE_FLOAT32);
    case TYPE_COMPLEX128: return type_basic(TYPE_FLOAT64);
    case TYPE_UNTYPED_COMPLEX: return type_basic(TYPE_UNTYPED_FLOAT);
    default: return NULL;
    }
}

/* Go 1.27 itself has no type for the result yet. */
static bool refuse_param(Checker *c, const Expr *x, int id) {
    if (!type_is_param(x->type)) return true;
    check_error_at(c, x, "%s not supported as argument to built-in %s for go1.18 (see go.dev/issue/50937)",
                   check_operand_text(c, x), name_of(id));
    return false;
}

static bool match_complex_parts(Checker *c, Expr *x, Expr *y) {
    bool ux = type_is_untyped(x->type), uy = type_is_untyped(y->type);
    if (ux && !uy) {
        convert_untyped(c, x, y->type);
    } else if (uy && !ux) {
        convert_untyped(c, y, x->type);
    } else if (ux && uy && x->mode == MODE_CONST && y->mode == MODE_CONST) {
        if (type_is_numeric(x->type) && const_sign(const_imag(x->val)) == 0)
            x->type = type_basic(TYPE_UNTYPED_FLOAT);
        if (type_is_numeric(y->type) && const_sign(const_imag(y->val)) == 0)
            y->type = type_basic(TYPE_UNTYPED_FLOAT);
    } else if (ux && uy) {
        convert_untyped(c, x, type_basic(TYPE_FLOAT64));
        convert_untyped(c, y, type_basic(TYPE_FLOAT64));
    }
    return operand_valid(x) && operand_valid(y);
}

static bool check_complex(Checker *c, Expr *e, Expr *x, Expr *y) {
    if (!match_complex_parts(c, x, y)) return false;
    if (!type_identical(x->type, y->type)) {
        check_error_at(c, x, "invalid operation: %s (mismatched types %s and %s)", check_text(c, e),
                       check_type_text(c, x->type), check_type_text(c, y->type));
        return false;
    }
    if (!refuse_param(c, x, BUILTIN_COMPLEX)) return false;
    Type *t = complex_of(x->type);
    if (!t)
        return fail(c, x, "invalid argument: arguments have type %s, expected floating-point",
                    check_type_text(c, x->type));
    bool constant = x->mode == MODE_CONST && y->mode == MODE_CONST;
    Const *val = constant ? const_complex(const_real(x->val), const_real(y->val)) : NULL;
    operand_set(e, constant ? MODE_CONST : MODE_VALUE, t);
    e->val = val;
    return true;
}

static bool check_real_imag(Checker *c, Expr *e, Expr *x, int id) {
    if (type_is_untyped(x->type)) {
        if (x->mode != MODE_CONST)
            convert_untyped(c, x, type_basic(TYPE_COMPLEX128));
        else if (type_is_numeric(x->type))
            x->type = type_basic(TYPE_UNTYPED_COMPLEX);
        if (!operand_valid(x)) return false;
    }
    if (!refuse_param(c, x, id)) return false;
    Type *t = part_of(x->type);
    if (!t)
        return fail(c, x, "invalid argument: argument has type %s, expected complex type",
                    check_type_text(c, x->type));
    Const *val = x->mode != MODE_CONST ? NULL : id == BUILTIN_REAL ? const_real(x->val) : const_imag(x->val);
    operand_set(e, val ? MODE_CONST : MODE_VALUE, t);
    e->val = val;
    return true;
}

/* ---- make, new
 * ------------------------------------------------------------------------------------------------------ */

static bool check_make(Checker *c, Expr *e) {
    ExprList *args = &e->call.args;
    Type *t = check_var_type(c, args->v[0]);
    const char *why = NULL;
    if (!type_is_valid(t)) {
        for (int i = 1; i < args->n; i++) check_use(c, args->v[i]);
        return false;
    }
    TypeList set = check_typeset(t);
    for (int i = 0; i < set.n; i++) {
        TypeKind kind = type_under(set.v[i])->kind;
        if (kind != TYPE_SLICE && kind != TYPE_MAP && kind != TYPE_CHAN)
            why = "type must be slice, map, or channel";
        if (kind == TYPE_INVALID) return false;
    }
    Type *u = why ? NULL : type_core_why(t, &why);
    if (!u) {
        check_error_at(c, args->v[0], "invalid argument: cannot make %s: %s", check_text(c, args->v[0]), why);
        return false;
    }
    if (u->kind == TYPE_CHAN && !type_has_params(u) && type_size(u->chan.elem) >= 1 << 16)
        check_error_at(c, args->v[0], "channel element type too large (>64kB)");
    int min = u->kind == TYPE_SLICE ? 2 : 1;
    if (args->n < min || args->n > min + 1) {
        check_error_at(c, e, "invalid operation: %s expects %d or %d arguments; found %d", check_text(c, e),
                       min, min + 1, args->n);
        return false;
    }
    int64_t size[2] = {-1, -1};
    for (int i = 1; i < args->n; i++) check_index_value(c, args->v[i], -1, &size[i - 1]);
    if (size[0] >= 0 && size[1] >= 0 && size[0] > size[1])
        check_error_at(c, args->v[1], "invalid argument: length and capacity swapped");
    operand_set(e, MODE_VALUE, t);
    return true;
}

static bool check_new(Checker *c, Expr *e) {
    Expr *x = ARG(e, 0);
    check_expr_or_type(c, x, false);
    check_exclude(c, x, 1u << MODE_NOVALUE | 1u << MODE_BUILTIN);
    if (!operand_valid(x)) return false;
    if (x->mode == MODE_TYPE) {
        Type *t = check_var_type(c, x);
        if (!type_is_valid(t)) return false;
        x->mode = MODE_TYPE;
        x->type = t;
    } else if (type_is_untyped(x->type)) {
        check_assignment(c, x, NULL, "argument to new");
        if (!operand_valid(x)) return false;
    }
    operand_set(e, MODE_VALUE, type_new_pointer(x->type));
    return true;
}

/* ---- min, max, panic, print
 * ------------------------------------------------------------------------------------------ */

static bool check_min_max(Checker *c, Expr *e, const ExprList *args, int id) {
    Expr *x = args->v[0];
    Op op = id == BUILTIN_MAX ? OP_GT : OP_LT;
    Const *best = x->mode == MODE_CONST ? x->val : NULL;
    Type *t = x->type;
    for (int i = 0; i < args->n; i++) {
        Expr *a = args->v[i];
        if (!all_ordered(a->type))
            return fail(c, a, "invalid argument: %s cannot be ordered", check_operand_text(c, a));
        if (i == 0) continue;
        /* t is the type so far; a conversion of the earlier arguments is made at the end */
        Expr so_far = *x;
        so_far.type = t;
        so_far.mode = best ? MODE_CONST : MODE_VALUE;
        so_far.val = best;
        check_match_types(c, &so_far, a);
        if (!operand_valid(&so_far)) return false;
        t = so_far.type;
        if (best) best = so_far.val;
        if (!type_identical(t, a->type)) {
            check_error_at(c, a,
                           "invalid argument: mismatched types %s (previous argument) and %s (type of %s)",
                           check_type_text(c, t), check_type_text(c, a->type), check_text(c, a));
            return false;
        }
        if (best && a->mode == MODE_CONST) {
            if (const_kind(best) != CONST_UNKNOWN && const_kind(a->val) != CONST_UNKNOWN &&
                const_compare(op, a->val, best))
                best = a->val;
        } else {
            best = NULL;
        }
    }
    if (!best) t = type_default(t);
    for (int i = 0; i < args->n; i++) {
        check_update_type(c, args->v[i], t);
        if (!operand_valid(args->v[i])) return false;
    }
    operand_set(e, best ? MODE_CONST : MODE_VALUE, t);
    e->val = best;
    return true;
}

static bool check_panic(Checker *c, Expr *e, Expr *x) {
    check_assignment(c, x, type_any, "argument to panic");
    operand_set(e, MODE_NOVALUE, NULL);
    return operand_valid(x);
}

static bool check_print(Checker *c, Expr *e, const ExprList *args, int id) {
    const char *context = check_printf(c, "argument to built-in %s", name_of(id));
    for (int i = 0; i < args->n; i++) {
        check_assignment(c, args->v[i], NULL, context);
        if (!operand_valid(args->v[i])) return false;
    }
    operand_set(e, MODE_NOVALUE, NULL);
    return true;
}

static bool check_recover(Checker *c, Expr *e) {
    if (c->env.fn) c->env.fn->has_recover = true;
    static Type *empty; /* messages call it interface{}, not any */
    if (!empty) empty = type_iface_complete(type_new_interface());
    operand_set(e, MODE_VALUE, empty);
    return true;
}

/* ---- package unsafe
 * --------------------------------------------------------------------------------------------------- */

/* Sizes saturate there. */
static bool is_too_large(Checker *c, const Expr *x, int64_t size) {
    if (size >= INT64_MAX / 2) check_error_at(c, x, "%s is too large", check_operand_text(c, x));
    return size >= INT64_MAX / 2;
}

static void set_size(Checker *c, Expr *e, Type *of, int64_t size) {
    bool variable = check_variable_size(c, of);
    operand_set(e, variable ? MODE_VALUE : MODE_CONST, type_basic(TYPE_UINTPTR));
    if (!variable) e->val = const_int64(size);
}

static bool check_sizeof(Checker *c, Expr *e, Expr *x, int id) {
    bool size = id == BUILTIN_UNSAFE_SIZEOF;
    check_assignment(c, x, NULL, size ? "argument to unsafe.Sizeof" : "argument to unsafe.Alignof");
    if (!operand_valid(x) || !type_is_valid(type_under(x->type))) return false;
    int64_t n = check_variable_size(c, x->type) ? 0 : size ? type_size(x->type) : type_align(x->type);
    if (is_too_large(c, x, n)) return false;
    set_size(c, e, x->type, n);
    return true;
}

/* The offset along a path of fields, no pointers followed. */
static int64_t path_offset(Type *t, const Lookup *l) {
    int64_t offset = 0;
    for (int i = 0; i < l->path.n; i++) {
        Type *u = type_under(t);
        offset += type_field_offset(u, l->path.v[i]);
        t = u->struct_.fields.v[l->path.v[i]].type;
    }
    return offset;
}

static bool check_offsetof(Checker *c, Expr *e) {
    Expr *arg = ARG(e, 0), *sel = expr_unparen(arg);
    if (sel->kind != EXPR_SELECTOR) {
        check_error_at(c, arg, "invalid argument: %s is not a selector expression", check_text(c, arg));
        check_use(c, arg);
        return false;
    }
    Expr *x = sel->selector.x;
    check_expr(c, x, NULL);
    if (!operand_valid(x)) return false;
    Type *u = type_under(x->type), *base = x->type;
    if (u->kind == TYPE_POINTER && type_under(u->elem)->kind == TYPE_STRUCT) base = u->elem;
    Lookup l = type_lookup(base, sel->selector.name, c->pkg, false);
    if (l.kind == LOOKUP_METHOD || l.kind == LOOKUP_IFACE_METHOD)
        return fail(c, arg, "invalid argument: %s is a method value", check_text(c, arg));
    if (l.kind != LOOKUP_FIELD) {
        check_error_at(c, x, "invalid argument: %s has no single field %s", check_type_text(c, base),
                       sel->selector.name);
        return false;
    }
    if (l.indirect) {
        check_error_at(c, x, "invalid argument: field %s is embedded via a pointer in %s", sel->selector.name,
                       check_type_text(c, base));
        return false;
    }
    check_selector(c, sel, false);
    for (Expr *p = arg; p != sel; p = p->paren) operand_set(p, sel->mode, sel->type);
    int64_t offset = check_variable_size(c, base) ? 0 : path_offset(base, &l);
    if (is_too_large(c, x, offset)) return false;
    set_size(c, e, base, offset);
    return true;
}

static bool check_unsafe_add(Checker *c, Expr *e, Expr *x, Expr *y) {
    check_assignment(c, x, type_basic(TYPE_UNSAFE_POINTER), "argument to unsafe.Add");
    if (!operand_valid(x) || !check_valid_index(c, y, "length", true)) return false;
    operand_set(e, MODE_VALUE, type_basic(TYPE_UNSAFE_POINTER));
    return true;
}

static bool check_unsafe_slice(Checker *c, Expr *e, Expr *x, Expr *y) {
    Type *base;
    if (!pointer_base(x->type, &base))
        return fail(c, x, "invalid argument: %s is not a pointer", check_operand_text(c, x));
    if (!check_valid_index(c, y, "length", false)) return false;
    operand_set(e, MODE_VALUE, type_new_slice(base));
    return true;
}

static bool check_slice_data(Checker *c, Expr *e, Expr *x) {
    const char *why = NULL;
    Type *u = type_core_why(x->type, &why);
    if (!u || u->kind != TYPE_SLICE)
        return fail(c, x, "invalid argument: %s is not a slice", check_operand_text(c, x));
    operand_set(e, MODE_VALUE, type_new_pointer(u->elem));
    return true;
}

static bool check_unsafe_string(Checker *c, Expr *e, Expr *x, Expr *y) {
    check_assignment(c, x, type_new_pointer(type_byte), "argument to unsafe.String");
    if (!operand_valid(x) || !check_valid_index(c, y, "length", false)) return false;
    operand_set(e, MODE_VALUE, type_basic(TYPE_STRING));
    return true;
}

static bool check_string_data(Checker *c, Expr *e, Expr *x) {
    check_assignment(c, x, type_basic(TYPE_STRING), "argument to unsafe.StringData");
    operand_set(e, MODE_VALUE, type_new_pointer(type_byte));
    return operand_valid(x);
}

/* ---- all of them
 * -------------------------------------------------------------------------------------------------------- */

static bool evaluates_itself(int id) {
    return id == BUILTIN_MAKE || id == BUILTIN_NEW || id == BUILTIN_UNSAFE_OFFSETOF;
}

static bool check_count(Checker *c, Expr *e, int id, int n) {
    const BuiltinInfo *info = &builtin_info[id];
    const char *what = n < info->nargs                      ? "not enough"
                       : !info->variadic && n > info->nargs ? "too many"
                                                            : NULL;
    if (!what) return true;
    check_error_at(c, e, "invalid operation: %s arguments for %s (expected %d, found %d)", what,
                   check_text(c, e), info->nargs, n);
    return false;
}

static bool check_by_id(Checker *c, Expr *e, int id, const ExprList *args, bool call) {
    Expr *x = args->n > 0 ? args->v[0] : NULL, *y = args->n > 1 ? args->v[1] : NULL;
    switch ((Builtin)id) {
    case BUILTIN_APPEND: return check_append(c, e, args);
    case BUILTIN_CAP:
    case BUILTIN_LEN: return check_len_cap(c, e, x, id, call);
    case BUILTIN_CLEAR: return check_clear(c, e, x);
    case BUILTIN_CLOSE: return check_close(c, e, x);
    case BUILTIN_COMPLEX: return check_complex(c, e, x, y);
    case BUILTIN_COPY: return check_copy(c, e, args);
    case BUILTIN_DELETE: return check_delete(c, e, x, y);
    case BUILTIN_IMAG:
    case BUILTIN_REAL: return check_real_imag(c, e, x, id);
    case BUILTIN_MAKE: return check_make(c, e);
    case BUILTIN_MAX:
    case BUILTIN_MIN: return check_min_max(c, e, args, id);
    case BUILTIN_NEW: return check_new(c, e);
    case BUILTIN_PANIC: return check_panic(c, e, x);
    case BUILTIN_PRINT:
    case BUILTIN_PRINTLN: return check_print(c, e, args, id);
    case BUILTIN_RECOVER: return check_recover(c, e);
    case BUILTIN_UNSAFE_ADD: return check_unsafe_add(c, e, x, y);
    case BUILTIN_UNSAFE_ALIGNOF:
    case BUILTIN_UNSAFE_SIZEOF: return check_sizeof(c, e, x, id);
    case BUILTIN_UNSAFE_OFFSETOF: return check_offsetof(c, e);
    case BUILTIN_UNSAFE_SLICE: return check_unsafe_slice(c, e, x, y);
    case BUILTIN_UNSAFE_SLICEDATA: return check_slice_data(c, e, x);
    case BUILTIN_UNSAFE_STRING: return check_unsafe_string(c, e, x, y);
    case BUILTIN_UNSAFE_STRINGDATA: return check_string_data(c, e, x);
    case BUILTIN_NONE: break;
    }
    return false;
}

bool check_builtin(Checker *c, Expr *e, int id) {
    ExprList args = {0};
    bool outer = c->env.has_call_or_recv;
    if (e->call.spread && id != BUILTIN_APPEND) {
        check_error_at(c, e, "invalid operation: invalid use of ... with built-in %s", name_of(id));
        check_use_list(c, &e->call.args);
        return false;
    }
    bool length = id == BUILTIN_LEN || id == BUILTIN_CAP;
    if (length) c->env.has_call_or_recv = false;
    if (!evaluates_itself(id)) {
        args = check_arg_list(c, &e->call.args, false);
        for (int i = 0; i < args.n; i++)
            if (!operand_valid(args.v[i]) || !args.v[i]->type) {
                if (length) c->env.has_call_or_recv = outer;
                return false;
            }
    }
    bool call = c->env.has_call_or_recv;
    if (length) c->env.has_call_or_recv = outer;
    if (!check_count(c, e, id, evaluates_itself(id) ? e->call.args.n : args.n)) return false;
    return check_by_id(c, e, id, &args, call);
}
