/* check_expr.c: expressions: the dispatch over their kinds, literals, operators, comparisons.
 *
 * Floor 3. Sets mode, type and val of an expression from its operands, bottom up, and reports what is wrong
 * in the words of Go's compiler. Untyped operands stay untyped until their context is known
 * (check_operand.c). The rest of the kinds: check_literal.c, check_index.c, check_select.c, check_call.c.
 *
 * An expression is checked from its syntax alone, so checking it a second time (constants that repeat an
 * expression) gives the same result; only bodies of function literals are checked once.
 */
#include "check_expr.h"

/* ---- operators --------------------------------------------------------------------------------------- */

bool op_is_comparison(Op op) { return op >= OP_EQ && op <= OP_GE; }
bool op_is_shift(Op op) { return op == OP_SHL || op == OP_SHR; }

/* Names of the operations that can overflow, as messages want them. */
static const char *overflow_name(const Expr *e) {
    if (e->kind == EXPR_UNARY) return e->unary.op == OP_COMPL ? "bitwise complement " : "";
    if (e->kind != EXPR_BINARY) return "";
    switch (e->binary.op) {
    case OP_ADD: return "addition ";
    case OP_SUB: return "subtraction ";
    case OP_XOR: return "bitwise XOR ";
    case OP_MUL: return "multiplication ";
    case OP_SHL: return "shift ";
    default: return "";
    }
}

static Pos operator_pos(const Expr *e) {
    if (e->kind == EXPR_BINARY && e->binary.op_pos) return e->binary.op_pos;
    if (e->kind == EXPR_UNARY && e->unary.op_pos) return e->unary.op_pos;
    return e->pos;
}

static Const *unknown_const(void) { return const_unknown(); }

/* A typed constant must fit its type after each operation; an untyped integer must stay below 512 bits. */
static void check_overflow(Checker *c, Expr *x, Pos op_pos) {
    if (!x->val || const_kind(x->val) == CONST_UNKNOWN) {
        check_error(c, op_pos, 0, "constant result is not representable");
        x->val = unknown_const();
        return;
    }
    if (!type_is_untyped(x->type)) {
        check_representable(c, x, type_under(x->type));
        return;
    }
    if (const_kind(x->val) == CONST_INT && const_bit_length(x->val) > 512) {
        check_error(c, op_pos, 0, "constant %soverflow", overflow_name(x));
        x->val = unknown_const();
    }
}

static bool is_unknown(const Expr *x) { return x->mode == MODE_CONST && const_kind(x->val) == CONST_UNKNOWN; }

static bool unary_defined(Op op, Type *t) {
    switch (op) {
    case OP_POS:
    case OP_NEG: return all_numeric(t);
    case OP_COMPL: return all_integer(t);
    case OP_NOT: return all_boolean(t);
    default: return false;
    }
}

static bool binary_defined(Op op, Type *t) {
    switch (op) {
    case OP_ADD: return all_numeric_or_string(t);
    case OP_SUB:
    case OP_MUL:
    case OP_DIV: return all_numeric(t);
    case OP_REM:
    case OP_AND:
    case OP_OR:
    case OP_XOR:
    case OP_ANDNOT: return all_integer(t);
    case OP_LAND:
    case OP_LOR: return all_boolean(t);
    default: return false;
    }
}

Type *check_chan_elem(Checker *c, Pos from, Pos to, Expr *x, bool recv) {
    TypeList set = check_typeset(x->type);
    const char *why = NULL;
    Type *common = NULL;
    if (!set.n) why = "no specific channel type";
    for (int i = 0; i < set.n && !why; i++) {
        Type *u = type_under(set.v[i]);
        if (u->kind != TYPE_CHAN)
            why = check_printf(c, "non-channel %s", check_type_text(c, set.v[i]));
        else if (recv && u->chan.dir == CHAN_SEND)
            why = check_printf(c, "send-only channel %s", check_type_text(c, set.v[i]));
        else if (!recv && u->chan.dir == CHAN_RECV)
            why = check_printf(c, "receive-only channel %s", check_type_text(c, set.v[i]));
    }
    if (!why) common = type_core_why(x->type, &why);
    if (common) return common->chan.elem;
    const char *verb = recv ? "receive from" : "send to";
    if (type_is_param(x->type))
        check_error(c, from, to, "invalid operation: cannot %s %s: %s", verb, check_operand_text(c, x), why);
    else
        check_error(c, from, to, "invalid operation: cannot %s %s %s", verb, why, check_operand_text(c, x));
    return NULL;
}

/* Notes that the storage of a variable is reachable through a pointer from here on. */
void check_mark_address(Expr *e) {
    for (;;) {
        e = expr_unparen(e);
        if (!e) return;
        if (e->kind == EXPR_NAME) {
            Object *obj = e->name.obj;
            if (obj && obj->kind == OBJ_VAR) obj->addr_taken = obj->reassigned = true;
            return;
        }
        if (e->kind == EXPR_SELECTOR && e->selector.sel.kind == SEL_FIELD && !e->selector.sel.indirect)
            e = e->selector.x;
        else if (e->kind == EXPR_INDEX && e->index.x->type && type_is_valid(e->index.x->type) &&
                 type_under(e->index.x->type)->kind == TYPE_ARRAY)
            e = e->index.x;
        else
            return;
    }
}

static void check_address(Checker *c, Expr *e, Expr *x) {
    if (expr_unparen(x)->kind != EXPR_COMPOSITE && x->mode != MODE_VAR) {
        check_error_at(c, x, "invalid operation: cannot take address of %s", check_operand_text(c, x));
        operand_invalidate(e);
        return;
    }
    check_mark_address(x);
    operand_set(e, MODE_VALUE, type_new_pointer(x->type));
}

static Use check_unary(Checker *c, Expr *e) {
    Expr *x = e->unary.x;
    Op op = e->unary.op;
    check_expr(c, x, NULL);
    operand_invalidate(e);
    if (!operand_valid(x)) return USE_STATEMENT;
    if (op == OP_ADDR) {
        check_address(c, e, x);
        return USE_EXPRESSION;
    }
    if (op == OP_RECV) {
        Type *elem = check_chan_elem(c, x->pos, x->end, x, true);
        if (elem && check_complete(c, elem)) {
            operand_set(e, MODE_COMMAOK, elem);
            c->env.has_call_or_recv = true;
        }
        return USE_STATEMENT;
    }
    if (op == OP_TILDE) {
        bool integer = all_integer(x->type);
        check_error_at(c, e, "cannot use ~ outside of interface or type constraint%s",
                       integer ? " (use ^ for bitwise complement)" : "");
        if (!integer) return USE_STATEMENT;
        op = OP_COMPL;
    }
    if (!unary_defined(op, x->type)) {
        check_error_at(c, x, "invalid operation: operator %s not defined on %s", op_text(op),
                       check_operand_text(c, x));
        return USE_STATEMENT;
    }
    operand_set(e, x->mode == MODE_CONST ? MODE_CONST : MODE_VALUE, x->type);
    if (is_unknown(x)) {
        e->val = x->val;
    } else if (x->mode == MODE_CONST) {
        e->val = const_unary(op, x->val, type_under(x->type));
        check_overflow(c, e, operator_pos(e));
    }
    return USE_EXPRESSION;
}

/* ---- comparisons ------------------------------------------------------------------------------------- */

static const char *incomparable_cause(Checker *c, Type *t) {
    TypeKind kind = type_under(t)->kind;
    if (kind == TYPE_SLICE || kind == TYPE_FUNC || kind == TYPE_MAP)
        return check_printf(c, "%s can only be compared to nil", check_composite_kind(t));
    const char *why = type_incomparable_why(t);
    return why && *why ? why : NULL;
}

/* Whether x op y is defined once one is assignable to the other; else the offending operand and perhaps why.
 */
static bool comparison_defined(Checker *c, Expr *x, Expr *y, Op op, Expr **culprit, const char **why) {
    *culprit = x;
    if (op != OP_EQ && op != OP_NE) {
        if (all_ordered(x->type)) *culprit = y;
        return all_ordered(x->type) && all_ordered(y->type);
    }
    if (x->mode == MODE_NIL || y->mode == MODE_NIL) {
        if (type_has_nil(x->mode == MODE_NIL ? y->type : x->type) &&
            !(x->mode == MODE_NIL && y->mode == MODE_NIL))
            return true;
        *culprit = y;
        return false;
    }
    if (type_comparable_p(x->type)) *culprit = y;
    if (type_comparable_p((*culprit)->type)) return true;
    *why = incomparable_cause(c, (*culprit)->type);
    return false;
}

static void report_comparison(Checker *c, Expr *x, Expr *y, Op op, bool switch_case, Expr *culprit,
                              const char *why) {
    if (!why && (type_is_param(x->type) || type_is_param(y->type))) {
        if (!type_is_param(x->type)) culprit = y;
        why = check_printf(c, "type parameter %s cannot use operator %s", check_type_text(c, culprit->type),
                           op_text(op));
    } else if (!why) {
        const char *what = check_composite_kind(culprit->type);
        why = check_printf(c, "operator %s not defined on %s", op_text(op),
                           *what ? what : check_type_text(c, culprit->type));
    }
    if (switch_case)
        check_error_at(c, x, "invalid case %s in switch on %s (%s)", check_text(c, x), check_text(c, y), why);
    else
        check_error_at(c, culprit, "invalid operation: %s %s %s (%s)", check_text(c, x), op_text(op),
                       check_text(c, y), why);
}

void check_comparison(Checker *c, Expr *res, Expr *x, Expr *y, Op op, bool switch_case) {
    const char *why = NULL;
    Expr *culprit = y;
    bool ok = false;
    if (!type_is_valid(x->type) || !type_is_valid(y->type)) {
        operand_invalidate(res);
        return;
    }
    if (switch_case) op = OP_EQ;
    if (!check_assignable(c, x, y->type, &why) && !check_assignable(c, y, x->type, &why)) {
        why = check_printf(c, "mismatched types %s and %s", check_type_text(c, x->type),
                           check_type_text(c, y->type));
    } else {
        why = NULL;
        ok = comparison_defined(c, x, y, op, &culprit, &why);
    }
    if (!ok) {
        report_comparison(c, x, y, op, switch_case, culprit, why);
        operand_invalidate(res);
        return;
    }
    Type *result = type_basic(TYPE_UNTYPED_BOOL);
    if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
        bool unknown = is_unknown(x) || is_unknown(y);
        Const *val = unknown ? unknown_const() : const_bool(const_compare(op, x->val, y->val));
        operand_set(res, MODE_CONST, result);
        res->val = val;
        return;
    }
    check_update_type(c, x, type_default(x->type));
    check_update_type(c, y, type_default(y->type));
    operand_set(res, MODE_VALUE, result);
}

/* ---- shifts ------------------------------------------------------------------------------------------ */

/* The value of a constant that is an integer, whatever its kind; NULL where it is not. */
static Const *integer_value(const Expr *x) {
    const char *why = NULL;
    if (x->mode != MODE_CONST || !type_is_numeric(x->type)) return NULL;
    if (const_kind(x->val) == CONST_UNKNOWN) return x->val;
    return const_represent(x->val, type_basic(TYPE_UNTYPED_INT), &why);
}

/* Whether y may be a shift count; constants get type uint where they are untyped. */
static bool check_shift_count(Checker *c, Expr *y) {
    if (y->mode == MODE_CONST) {
        Const *v = integer_value(y);
        if (v && const_kind(v) == CONST_INT && const_sign(v) < 0) {
            check_error_at(c, y, "invalid operation: negative shift count %s", check_operand_text(c, y));
            return false;
        }
        if (type_is_untyped(y->type)) {
            check_representable(c, y, type_basic(TYPE_UINT));
            return operand_valid(y);
        }
        if (all_integer(y->type) || v) return true; /* as Go: a typed 2.0 is let through */
    } else if (all_integer(y->type) && !type_is_untyped(y->type)) {
        return true;
    } else if (type_is_untyped(y->type)) {
        convert_untyped(c, y, type_basic(TYPE_UINT));
        return operand_valid(y);
    }
    check_error_at(c, y, "invalid operation: shift count %s must be integer", check_operand_text(c, y));
    return false;
}

static void fold_shift(Checker *c, Expr *res, Expr *x, Expr *y, Op op, Const *xval, Pos op_pos) {
    uint64_t count;
    Const *yval = integer_value(y);
    Type *t = type_is_integer(x->type) ? x->type : type_basic(TYPE_UNTYPED_INT);
    if (is_unknown(x) || is_unknown(y)) {
        operand_set(res, MODE_CONST, t);
        res->val = unknown_const();
        return;
    }
    /* 1023 - 1 + 52: enough for the smallest float64 */
    if (!yval || !const_to_uint64(yval, &count) || count > 1023 - 1 + 52) {
        check_error_at(c, y, "invalid operation: invalid shift count %s", check_operand_text(c, y));
        operand_invalidate(res);
        return;
    }
    Const *val = const_shift(op, xval, count);
    operand_set(res, MODE_CONST, t);
    res->val = val;
    check_overflow(c, res, op_pos);
}

static void check_shift(Checker *c, Expr *res, Expr *x, Expr *y, Op op, Pos op_pos) {
    Const *xval = integer_value(x);
    bool untyped_integer = type_is_untyped(x->type) && xval;
    if (!all_integer(x->type) && !untyped_integer) {
        check_error_at(c, x, "invalid operation: shifted operand %s must be integer",
                       check_operand_text(c, x));
        operand_invalidate(res);
        return;
    }
    if (!check_shift_count(c, y)) {
        operand_invalidate(res);
        return;
    }
    if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
        fold_shift(c, res, x, y, op, xval, op_pos);
        return;
    }
    check_update_type(c, y, type_basic(TYPE_UINT));
    if (x->mode == MODE_CONST && type_is_untyped(x->type)) {
        x->shift_lhs = true; /* its type is that of the whole shift's context */
        operand_set(res, MODE_VALUE, x->type);
        return;
    }
    if (!all_integer(x->type)) {
        check_error_at(c, x, "invalid operation: shifted operand %s must be integer",
                       check_operand_text(c, x));
        operand_invalidate(res);
        return;
    }
    operand_set(res, MODE_VALUE, x->type);
}

/* ---- binary operators -------------------------------------------------------------------------------- */

/* The divisor is the sum of the parts' squares, and those may underflow. */
static bool square_is_zero(const Const *v) {
    Const *square = const_binary(OP_MUL, v, v, false);
    return !square || const_kind(square) == CONST_UNKNOWN || const_sign(square) == 0;
}

static bool is_zero_complex(const Expr *y) {
    return square_is_zero(const_real(y->val)) && square_is_zero(const_imag(y->val));
}

static bool divides_by_zero(Expr *x, Expr *y) {
    if (y->mode != MODE_CONST || is_unknown(y)) return false;
    if (x->mode == MODE_CONST && type_is_complex(x->type)) return is_zero_complex(y);
    return (x->mode == MODE_CONST || all_integer(x->type)) && const_sign(y->val) == 0;
}

enum { MAX_STRING = 1 << 28 };

/* Go stops at 2 GB; strings are kept whole here, so that less is too much. Checked before the sum is made. */
static bool is_string_too_long(Checker *c, Expr *x, Expr *y, Pos op_pos) {
    int64_t n = 0, m = 0;
    if (const_kind(x->val) != CONST_STRING || const_kind(y->val) != CONST_STRING) return false;
    const_string_value(x->val, &n);
    const_string_value(y->val, &m);
    if (n + m <= MAX_STRING) return false;
    check_error(c, op_pos, 0, "constant string too long (%lld bytes > %d bytes)", (long long)(n + m),
                MAX_STRING);
    return true;
}

static void fold_binary(Checker *c, Expr *res, Expr *x, Expr *y, Op op, Pos op_pos) {
    Const *val = unknown_const();
    if (is_string_too_long(c, x, y, op_pos)) {
        operand_set(res, MODE_CONST, x->type);
        res->val = val;
        return;
    }
    if (!is_unknown(x) && !is_unknown(y))
        val = const_binary(op, x->val, y->val, op == OP_DIV && type_is_integer(x->type));
    operand_set(res, MODE_CONST, x->type);
    res->val = val;
    if (!is_unknown(x) && !is_unknown(y)) check_overflow(c, res, op_pos);
}

void check_binary(Checker *c, Expr *res, Expr *e, Expr *x, Expr *y, Op op, Pos op_pos) {
    if (!operand_valid(x) || !operand_valid(y)) {
        operand_invalidate(res);
        return;
    }
    if (op_is_shift(op)) {
        check_shift(c, res, x, y, op, op_pos);
        return;
    }
    check_match_types(c, x, y);
    if (!operand_valid(x)) {
        operand_invalidate(res);
        return;
    }
    if (op_is_comparison(op)) {
        check_comparison(c, res, x, y, op, false);
        return;
    }
    if (!type_identical(x->type, y->type)) {
        const char *xt = check_type_text(c, x->type), *yt = check_type_text(c, y->type);
        if (type_is_valid(x->type) && type_is_valid(y->type)) {
            if (e)
                check_error(c, x->pos, e->end, "invalid operation: %s (mismatched types %s and %s)",
                            check_text(c, e), xt, yt);
            else
                check_error(c, x->pos, y->end, "invalid operation: %s %s= %s (mismatched types %s and %s)",
                            check_text(c, x), op_text(op), check_text(c, y), xt, yt);
        }
        operand_invalidate(res);
        return;
    }
    if (!binary_defined(op, x->type)) {
        check_error_at(c, x, "invalid operation: operator %s not defined on %s", op_text(op),
                       check_operand_text(c, x));
        operand_invalidate(res);
        return;
    }
    if ((op == OP_DIV || op == OP_REM) && divides_by_zero(x, y)) {
        check_error_at(c, y, "invalid operation: division by zero");
        operand_invalidate(res);
        return;
    }
    if (x->mode == MODE_CONST && y->mode == MODE_CONST)
        fold_binary(c, res, x, y, op, op_pos);
    else
        operand_set(res, MODE_VALUE, x->type);
}

/* a + b + c + … leans to the left, and can be thousands long: its spine is walked in a loop. */
static void check_binary_expr(Checker *c, Expr *e) {
    ExprList spine = {0};
    for (;; e = e->binary.x) {
        vec_push(c->arena, &spine, e);
        if (e->binary.x->kind != EXPR_BINARY) break;
    }
    check_expr(c, e->binary.x, NULL);
    while (spine.n) {
        e = vec_pop(&spine);
        e->shift_lhs = false;
        check_expr(c, e->binary.y, NULL);
        check_binary(c, e, e, e->binary.x, e->binary.y, e->binary.op, operator_pos(e));
    }
}

/* ---- literals, assertions, indirection ---------------------------------------------------------------- */

static TypeKind literal_kind(ExprKind kind) {
    switch (kind) {
    case EXPR_INT: return TYPE_UNTYPED_INT;
    case EXPR_FLOAT: return TYPE_UNTYPED_FLOAT;
    case EXPR_IMAG: return TYPE_UNTYPED_COMPLEX;
    case EXPR_RUNE: return TYPE_UNTYPED_RUNE;
    default: return TYPE_UNTYPED_STRING;
    }
}

static void check_basic_literal(Checker *c, Expr *e) {
    size_t length = e->literal ? strlen(e->literal) : 0;
    Const *val = e->val;
    if (e->kind != EXPR_STRING && length > 10000) {
        check_error_at(c, e, "excessively long constant: %.10s... (%zu chars)", e->literal, length);
        operand_invalidate(e);
        return;
    }
    if (e->mode != 0 || e->type || !val) { /* checked before: val may have been converted */
        const char *error = NULL;
        val = const_from_literal(e->kind, e->literal, &error);
    }
    if (!val || const_kind(val) == CONST_UNKNOWN) {
        check_error_at(c, e, "malformed constant: %s", e->literal);
        operand_invalidate(e);
        return;
    }
    operand_set(e, MODE_CONST, type_basic(literal_kind(e->kind)));
    e->val = val;
    check_overflow(c, e, e->pos);
}

void check_type_assertion(Checker *c, Expr *at, Expr *x, Type *t, bool type_switch) {
    const char *why = NULL;
    bool wrong;
    if (type_is_interface(t) || type_is_param(t) ||
        type_has_methods(t, type_under(x->type), false, &why, &wrong))
        return;
    if (type_switch)
        check_error_at(c, at, "impossible type switch case: %s\n\t%s cannot have dynamic type %s %s",
                       check_text(c, at), check_operand_text(c, x), check_type_text(c, t), why ? why : "");
    else
        check_error_at(c, at, "impossible type assertion: %s\n\t%s does not implement %s %s",
                       check_text(c, at), check_type_text(c, t), check_type_text(c, x->type), why ? why : "");
}

static void check_assert(Checker *c, Expr *e) {
    Expr *x = e->assert_.x;
    check_expr(c, x, NULL);
    operand_invalidate(e);
    if (!operand_valid(x)) return;
    if (!e->assert_.type) {
        check_error_at(c, e, "invalid syntax tree: use of .(type) outside type switch");
        return;
    }
    if (type_is_param(x->type)) {
        check_error_at(c, x, "invalid operation: cannot use type assertion on type parameter value %s",
                       check_operand_text(c, x));
        return;
    }
    if (!type_is_interface(x->type)) {
        check_error_at(c, x, "invalid operation: %s is not an interface", check_operand_text(c, x));
        return;
    }
    Type *t = check_var_type(c, e->assert_.type);
    if (!type_is_valid(t) || !check_complete(c, t)) return;
    check_type_assertion(c, e, x, t, false);
    operand_set(e, MODE_COMMAOK, t);
}

static void check_type_operand(Checker *c, Expr *e) {
    Type *t = check_type_expr(c, e);
    operand_set(e, type_is_valid(t) ? MODE_TYPE : MODE_INVALID, t);
}

/* *x: all types of x's set must be pointers to one type. */
static void check_star(Checker *c, Expr *e) {
    Expr *x = e->star;
    check_expr_or_type(c, x, false);
    if (x->mode == MODE_TYPE) {
        check_type_operand(c, e);
        return;
    }
    operand_invalidate(e);
    if (!operand_valid(x)) return;
    if (x->mode == MODE_NIL || x->mode == MODE_BUILTIN) {
        check_error_at(c, x, "invalid operation: cannot indirect %s", check_operand_text(c, x));
        return;
    }
    Type *base = NULL;
    TypeList set = check_typeset(x->type);
    for (int i = 0; i < set.n || i == 0; i++) {
        Type *u = set.n ? type_under(set.v[i]) : NULL;
        if (!type_is_valid(x->type)) return;
        if (!u || u->kind != TYPE_POINTER) {
            check_error_at(c, x, "invalid operation: cannot indirect %s", check_operand_text(c, x));
            return;
        }
        if (base && !type_identical(base, u->elem)) {
            check_error_at(c, x, "invalid operation: pointers of %s must have identical base types",
                           check_operand_text(c, x));
            return;
        }
        base = u->elem;
    }
    if (check_complete(c, base)) operand_set(e, MODE_VAR, base);
}

/* ---- the kinds of expressions -------------------------------------------------------------------------- */

void check_non_generic(Checker *c, Expr *x, Type *target) {
    if (!operand_valid(x) || x->mode == MODE_NOVALUE || x->mode == MODE_BUILTIN || !x->type) return;
    if (!check_type_is_generic(x->type)) return;
    bool type = x->mode == MODE_TYPE;
    if (!type && target && type_is_valid(target)) {
        const char *why = NULL;
        Type *u = type_core_why(target, &why);
        if (u && u->kind == TYPE_FUNC) {
            check_func_inst(c, x, NULL, target);
            return;
        }
    }
    check_error_at(c, x, "cannot use generic %s %s without instantiation", type ? "type" : "function",
                   check_text(c, x));
    operand_invalidate(x);
}

static Use check_paren(Checker *c, Expr *e) {
    Use use = check_expr_use(c, e->paren, NULL, NULL, false); /* inference does not go past parentheses */
    operand_set(e, e->paren->mode, e->paren->type);
    e->val = e->paren->val;
    return use;
}

static Use check_kind(Checker *c, Expr *e, Type *target, Type *hint) {
    switch (e->kind) {
    case EXPR_BAD: operand_invalidate(e); break;
    case EXPR_NAME: check_name(c, e, false); break;
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_IMAG:
    case EXPR_RUNE:
    case EXPR_STRING: check_basic_literal(c, e); break;
    case EXPR_COMPOSITE: check_composite(c, e, hint); break;
    case EXPR_FUNC: check_func_literal(c, e); break;
    case EXPR_PAREN: return check_paren(c, e);
    case EXPR_SELECTOR: check_selector(c, e, false); break;
    case EXPR_INDEX:
        if (check_index_expr(c, e)) check_func_inst(c, e, e, target);
        break;
    case EXPR_SLICE: check_slice_expr(c, e); break;
    case EXPR_ASSERT: check_assert(c, e); break;
    case EXPR_CALL: return check_call(c, e);
    case EXPR_STAR: check_star(c, e); break;
    case EXPR_UNARY: return check_unary(c, e);
    case EXPR_BINARY: check_binary_expr(c, e); break;
    case EXPR_KEYED:
        check_error_at(c, e, "no key:value expected");
        operand_invalidate(e);
        break;
    case EXPR_ELLIPSIS:
        check_error_at(c, e, "invalid use of ...");
        operand_invalidate(e);
        break;
    case EXPR_ARRAY_TYPE:
    case EXPR_SLICE_TYPE:
    case EXPR_STRUCT_TYPE:
    case EXPR_FUNC_TYPE:
    case EXPR_INTERFACE_TYPE:
    case EXPR_MAP_TYPE:
    case EXPR_CHAN_TYPE: check_type_operand(c, e); break;
    }
    return operand_valid(e) ? USE_EXPRESSION : USE_STATEMENT; /* no errors that follow from an error */
}

Use check_expr_use(Checker *c, Expr *e, Type *target, Type *hint, bool allow_generic) {
    if (!check_enter(c, e->pos)) {
        operand_invalidate(e);
        return USE_STATEMENT;
    }
    e->shift_lhs = false;
    Use use = check_kind(c, e, target, hint);
    if (!allow_generic) check_non_generic(c, e, target);
    check_leave(c);
    return use;
}

enum { NO_NOVALUE = 1u << MODE_NOVALUE, NO_BUILTIN = 1u << MODE_BUILTIN, NO_TYPE = 1u << MODE_TYPE };

void check_raw_expr(Checker *c, Expr *e, Type *hint, bool allow_generic) {
    check_expr_use(c, e, NULL, hint, allow_generic);
}

void check_expr(Checker *c, Expr *e, Type *target) {
    check_expr_use(c, e, target, NULL, false);
    check_exclude(c, e, NO_NOVALUE | NO_BUILTIN | NO_TYPE);
    check_single_value(c, e);
}

void check_expr_for(Checker *c, Expr *e, Type *target, const char *text) {
    const char *outer = c->target_text;
    c->target_text = text;
    check_expr(c, e, target);
    c->target_text = outer;
}

void check_expr_hint(Checker *c, Expr *e, Type *hint) {
    check_expr_use(c, e, NULL, hint, true);
    check_exclude(c, e, NO_NOVALUE | NO_BUILTIN | NO_TYPE);
    check_single_value(c, e);
}

void check_generic_expr(Checker *c, Expr *e) { check_expr_hint(c, e, NULL); }

void check_multi_expr(Checker *c, Expr *e) {
    check_expr_use(c, e, NULL, NULL, false);
    check_exclude(c, e, NO_NOVALUE | NO_BUILTIN | NO_TYPE);
}

void check_expr_or_type(Checker *c, Expr *e, bool allow_generic) {
    check_expr_use(c, e, NULL, NULL, allow_generic);
    check_exclude(c, e, NO_NOVALUE);
    check_single_value(c, e);
}

/* ---- for its uses alone -------------------------------------------------------------------------------- */

/* The variable that e names, where it belongs to this package. */
Object *check_variable(Checker *c, Expr *e) {
    e = expr_unparen(e);
    if (!e || e->kind != EXPR_NAME) return NULL;
    Object *obj = scope_lookup(c->env.scope, e->name.name, e->pos, NULL);
    return obj && obj->kind == OBJ_VAR && obj->pkg == c->pkg ? obj : NULL;
}

bool check_use_one(Checker *c, Expr *e, bool lhs) {
    Expr *x = expr_unparen(e);
    if (!x) return true;
    if (x->kind == EXPR_NAME && strcmp(x->name.name, "_") == 0) return true;
    if (x->kind == EXPR_KEYED) return check_use_one(c, x->keyed.value, lhs);
    Object *var = lhs ? check_variable(c, x) : NULL;
    bool used = var && var->used;
    check_expr_use(c, e, NULL, NULL, true);
    if (var) var->used = used;
    return operand_valid(e);
}

void check_use(Checker *c, Expr *e) { check_use_one(c, e, false); }

void check_use_list(Checker *c, const ExprList *list) {
    for (int i = 0; i < list->n; i++) check_use_one(c, list->v[i], false);
}
