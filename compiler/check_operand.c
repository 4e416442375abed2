/* check_operand.c: what is known about a checked expression, and the conversion of untyped ones.
 *
 * Floor 3. An operand is an Expr whose mode, type and val are set. This file words operands for messages,
 * asks questions over type sets, and gives untyped expressions their final type.
 *
 * Untyped expressions. A constant or comparison starts with an untyped type; the first context that wants a
 * value fixes it, and check_update_type carries the type down the tree to every node that was still untyped,
 * so that lowering finds the type that each operand has at run time. Operands of constant expressions are
 * left alone below their root: they are never materialised. The left operand of a non-constant shift takes
 * its type from the context of the shift; `shift_lhs` marks it until then.
 */
#include "check_expr.h"

/* ---- small questions --------------------------------------------------------------------------------- */

const char *check_text(Checker *c, const Expr *e) { return expr_text(c->arena, e); }

const char *check_list_text(Checker *c, const ExprList *list) {
    const char *s = "";
    for (int i = 0; i < list->n; i++)
        s = check_printf(c, "%s%s%s", s, i ? ", " : "", check_text(c, list->v[i]));
    return s;
}

Expr *expr_unparen(Expr *e) {
    while (e && e->kind == EXPR_PAREN) e = e->paren;
    return e;
}

Type *type_invalid(void) { return type_basic(TYPE_INVALID); }

bool operand_valid(const Expr *x) { return x->mode != MODE_INVALID; }

void operand_invalidate(Expr *x) {
    x->mode = MODE_INVALID;
    x->type = type_invalid();
    x->val = NULL;
}

void operand_set(Expr *x, Mode mode, Type *type) {
    x->mode = mode;
    x->type = type;
    x->val = NULL;
}

/* ---- type sets --------------------------------------------------------------------------------------- */

bool type_is_nonparam_interface(Type *t) { return !type_is_param(t) && type_is_interface(t); }

static bool type_interface_empty(Type *u) {
    type_iface_complete(u);
    return !u->iface.all.n && !u->iface.has_terms && !u->iface.comparable;
}

static bool add_type(Type *t, Type *under, void *list) {
    TypeList *types = list;
    if (t) vec_push(type_arena(), types, t);
    return true;
}

TypeList check_typeset(Type *t) {
    TypeList list = {0};
    type_set_all(t, add_type, &list);
    return list;
}

static bool is_numeric_or_string(Type *t) { return type_is_numeric(t) || type_is_string(t); }

bool all_boolean(Type *t) { return type_all(t, type_is_bool); }
bool all_integer(Type *t) { return type_all(t, type_is_integer); }
bool all_numeric(Type *t) { return type_all(t, type_is_numeric); }
bool all_string(Type *t) { return type_all(t, type_is_string); }
bool all_ordered(Type *t) { return type_all(t, type_is_ordered); }
bool all_numeric_or_string(Type *t) { return type_all(t, is_numeric_or_string); }

Type *check_array_deref(Type *t) {
    Type *u = type_unalias(t);
    if (u->kind == TYPE_POINTER) {
        Type *base = type_under(u->elem);
        if (base && base->kind == TYPE_ARRAY) return base;
    }
    return t;
}

/* ---- operands in words ------------------------------------------------------------------------------- */

const char *check_composite_kind(Type *t) {
    switch (type_under(t)->kind) {
    case TYPE_ARRAY: return "array";
    case TYPE_SLICE: return "slice";
    case TYPE_STRUCT: return "struct";
    case TYPE_POINTER: return "pointer";
    case TYPE_FUNC: return "func";
    case TYPE_INTERFACE: return "interface";
    case TYPE_MAP: return "map";
    case TYPE_CHAN: return "chan";
    case TYPE_TUPLE: return "tuple";
    case TYPE_UNION: return "union";
    default: return "";
    }
}

static const char *mode_text(Mode mode) {
    switch (mode) {
    case MODE_INVALID: return "invalid operand";
    case MODE_NOVALUE: return "no value";
    case MODE_BUILTIN: return "built-in";
    case MODE_TYPE: return "type";
    case MODE_CONST: return "constant";
    case MODE_VAR: return "variable";
    case MODE_MAPINDEX: return "map index expression";
    case MODE_VALUE: return "value";
    case MODE_NIL: return "nil";
    case MODE_COMMAOK: return "comma, ok expression";
    case MODE_PACKAGE: return "package";
    }
    return "";
}

/* " of type T", with the kind of a named type, and the constraint of a type parameter. */
static const char *of_type_text(Checker *c, Type *t) {
    if (!type_is_valid(t)) return " with invalid type";
    Type *u = type_unalias(t);
    if (u->kind == TYPE_PARAM)
        return check_printf(c, " of type %s constrained by %s%s", check_type_text(c, t),
                            check_type_text(c, u->param.constraint),
                            type_set_is_empty(type_param_iface(u)) ? " with empty type set" : "");
    const char *what = "";
    if (t->kind == TYPE_NAMED || t->kind == TYPE_ALIAS) {
        what = check_composite_kind(t);
        if (!*what) what = check_type_text(c, type_under(t));
    }
    return check_printf(c, " of %s%s%stype %s", check_type_is_generic(t) ? "generic " : "", what,
                        *what ? " " : "", check_type_text(c, t));
}

const char *check_operand_text(Checker *c, const Expr *x) {
    if (x->mode == MODE_NIL) {
        if (!type_is_valid(x->type)) return "nil (with invalid type)";
        if (x->type->kind == TYPE_UNTYPED_NIL) return "nil";
        return check_printf(c, "nil (of type %s)", check_type_text(c, x->type));
    }
    const char *expr = check_text(c, x);
    bool typed = x->mode != MODE_INVALID && x->mode != MODE_NOVALUE && x->mode != MODE_BUILTIN &&
                 x->mode != MODE_TYPE && x->type;
    bool untyped = typed && type_is_untyped(x->type);
    const char *val = "";
    if (x->mode == MODE_CONST && x->val) {
        val = const_text(x->val);
        val = strcmp(val, expr) == 0 ? "" : check_printf(c, " %s", val);
    }
    return check_printf(c, "%s (%s%s%s%s%s)", expr, untyped ? check_type_text(c, x->type) : "",
                        untyped ? " " : "", mode_text(x->mode), val,
                        typed && !untyped ? of_type_text(c, x->type) : "");
}

/* ---- untyped operands -------------------------------------------------------------------------------- */

/* The larger of two untyped numeric kinds, or the one that both are; NULL if they do not mix. */
static Type *max_untyped(Type *a, Type *b) {
    if (a->kind == b->kind) return a;
    if (type_is_numeric(a) && type_is_numeric(b)) return a->kind > b->kind ? a : b;
    return NULL;
}

static Const *check_represent(Checker *c, const Expr *x, Type *basic, Fit *fit) {
    const char *why = NULL;
    *fit = FIT_OK;
    if (const_kind(x->val) == CONST_UNKNOWN) return x->val;
    Const *v = const_represent(x->val, type_under(basic), &why);
    if (v) return v;
    if (type_is_numeric(x->type) && type_is_numeric(basic))
        *fit = !type_is_integer(x->type) && type_is_integer(basic) ? FIT_TRUNCATED : FIT_OVERFLOW;
    else
        *fit = FIT_BAD;
    return NULL;
}

static bool untyped_fits_basic(Type *untyped, Type *target) {
    switch (untyped->kind) {
    case TYPE_UNTYPED_BOOL: return type_is_bool(target);
    case TYPE_UNTYPED_INT:
    case TYPE_UNTYPED_RUNE:
    case TYPE_UNTYPED_FLOAT:
    case TYPE_UNTYPED_COMPLEX: return type_is_numeric(target);
    case TYPE_UNTYPED_STRING: return type_is_string(target);
    default: return false;
    }
}

static bool is_basic_kind(Type *u) { return u->kind > TYPE_INVALID && u->kind < TYPE_UNTYPED_BOOL; }

/* The type that an untyped x takes where target is wanted; NULL with *fit if it cannot. *val: the constant
 * represented in it, where that changes. Typed operands keep their type. */
Type *check_implicit_type(Checker *c, const Expr *x, Type *target, Const **val, Fit *fit) {
    *fit = FIT_OK;
    if (x->mode == MODE_INVALID || !type_is_untyped(x->type) || !type_is_valid(target)) return x->type;
    Type *u = type_under(target), *found = NULL;
    if (type_is_untyped(target)) {
        found = max_untyped(x->type, target);
    } else if (x->mode == MODE_NIL) {
        found = type_has_nil(target) ? target : NULL;
    } else if (type_is_param(target)) {
        TypeList set = check_typeset(target);
        found = set.n ? target : NULL;
        for (int i = 0; i < set.n && found; i++) {
            Const *ignored = NULL;
            Fit f;
            if (!check_implicit_type(c, x, set.v[i], &ignored, &f)) found = NULL;
        }
    } else if (is_basic_kind(u)) {
        if (x->mode == MODE_CONST) {
            *val = check_represent(c, x, u, fit);
            return *val ? target : NULL;
        }
        found = untyped_fits_basic(x->type, target) ? target : NULL;
    } else if (u->kind == TYPE_INTERFACE && type_interface_empty(u)) {
        found = type_default(x->type); /* the dynamic type must be a concrete one */
    }
    if (!found) *fit = FIT_BAD;
    return found;
}

static void report_conversion(Checker *c, const Expr *x, Type *target, Fit fit) {
    if (fit == FIT_TRUNCATED)
        check_error_at(c, x, "%s truncated to %s", check_operand_text(c, x), check_type_text(c, target));
    else if (fit == FIT_OVERFLOW)
        check_error_at(c, x, "%s overflows %s", check_operand_text(c, x), check_type_text(c, target));
    else
        check_error_at(c, x, "cannot convert %s to type %s", check_operand_text(c, x),
                       check_type_text(c, target));
}

void check_representable(Checker *c, Expr *x, Type *basic) {
    Fit fit;
    Const *v = check_represent(c, x, basic, &fit);
    if (v) {
        x->val = v;
    } else {
        report_conversion(c, x, basic, fit);
        operand_invalidate(x);
    }
}

static void update_operands(Checker *c, Expr *e, Type *t) {
    if (e->kind == EXPR_PAREN) check_update_type(c, e->paren, t);
    if (e->val) return; /* operands of constants are never materialised */
    if (e->kind == EXPR_UNARY) {
        check_update_type(c, e->unary.x, t);
    } else if (e->kind == EXPR_BINARY) {
        Op op = e->binary.op;
        if (op_is_comparison(op)) return; /* its operands have their types */
        check_update_type(c, e->binary.x, t);
        if (!op_is_shift(op)) check_update_type(c, e->binary.y, t);
    }
}

void check_update_type(Checker *c, Expr *e, Type *t) {
    if (e->mode == MODE_INVALID || !e->type || !type_is_untyped(e->type)) return;
    update_operands(c, e, t);
    if (type_is_untyped(t)) {
        e->type = t;
        return;
    }
    if (e->shift_lhs) {
        e->shift_lhs = false;
        if (!all_integer(t)) {
            check_error_at(c, e, "invalid operation: shifted operand %s (type %s) must be integer",
                           check_text(c, e), check_type_text(c, t));
            operand_invalidate(e);
            return;
        }
    }
    if (e->mode == MODE_CONST && e->val) {
        Const *val = NULL;
        Fit fit;
        Type *found = check_implicit_type(c, e, t, &val, &fit);
        if (!found) {
            report_conversion(c, e, type_is_param(t) ? t : type_under(t), fit);
            operand_invalidate(e);
            return;
        }
        if (val) e->val = val;
    }
    e->type = t;
}

void convert_untyped(Checker *c, Expr *x, Type *target) {
    Const *val = NULL;
    Fit fit;
    Type *t = check_implicit_type(c, x, target, &val, &fit);
    if (!t) {
        report_conversion(c, x, type_is_param(target) ? target : type_under(target), fit);
        operand_invalidate(x);
        return;
    }
    if (val) x->val = val;
    if (t != x->type) {
        check_update_type(c, x, t);
        if (operand_valid(x)) x->type = t;
    }
}

void check_default(Checker *c, Expr *x) {
    if (operand_valid(x) && x->type && type_is_untyped(x->type) && x->mode != MODE_NIL)
        convert_untyped(c, x, type_default(x->type));
}

/* ---- limits on use ----------------------------------------------------------------------------------- */

void check_exclude(Checker *c, Expr *x, unsigned modes) {
    if (!(modes & 1u << x->mode)) return;
    const char *text = check_operand_text(c, x);
    if (x->mode == MODE_NOVALUE)
        check_error_at(c, x, modes & 1u << MODE_TYPE ? "%s used as value" : "%s used as value or type", text);
    else if (x->mode == MODE_BUILTIN)
        check_error_at(c, x, "%s must be called", text);
    else
        check_error_at(c, x, "%s is not an expression", text);
    operand_invalidate(x);
}

void check_single_value(Checker *c, Expr *x) {
    if (x->mode == MODE_VALUE && x->type->kind == TYPE_TUPLE) {
        check_error_at(c, x, "multiple-value %s in single-value context", check_operand_text(c, x));
        operand_invalidate(x);
    }
}

Expr *operand_dummy(Checker *c, const Expr *at, const char *text, Mode mode, Type *type) {
    Expr *x = ARENA_NEW(c->arena, Expr);
    x->kind = EXPR_NAME;
    x->name.name = intern_z(text);
    x->pos = at->pos;
    x->end = at->end;
    operand_set(x, mode, type);
    return x;
}

/* ---- two operands of one type ------------------------------------------------------------------------ */

static bool may_convert(Checker *c, const Expr *x, const Expr *y) {
    if (!type_is_untyped(x->type) && !type_is_untyped(y->type)) return false;
    if (all_numeric(x->type) != all_numeric(y->type)) return false;
    if (type_is_nonparam_interface(x->type) || type_is_nonparam_interface(y->type)) return true;
    if (all_boolean(x->type) != all_boolean(y->type)) return false;
    if (all_string(x->type) != all_string(y->type)) return false;
    if (x->mode == MODE_NIL) return type_has_nil(y->type);
    if (y->mode == MODE_NIL) return type_has_nil(x->type);
    return type_under(x->type)->kind != TYPE_POINTER && type_under(y->type)->kind != TYPE_POINTER;
}

/* Converts an untyped one of two operands to the type of the other. Where that makes no sense they are left
 * as they are, and the caller reports the mismatch; x invalid: an error was reported. */
void check_match_types(Checker *c, Expr *x, Expr *y) {
    if (!may_convert(c, x, y)) return;
    convert_untyped(c, x, y->type);
    if (!operand_valid(x)) return;
    convert_untyped(c, y, x->type);
    if (!operand_valid(y)) operand_invalidate(x);
}
