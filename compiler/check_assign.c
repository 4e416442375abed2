/* check_assign.c: assignments and initialisations: what may be stored where, one value or several.
 *
 * Floor 3. Ends the way of an expression: afterwards its type is final. Marks variables that are stored to.
 */
#include "check_expr.h"

/* ---- one value --------------------------------------------------------------------------------------------
 */

static bool can_be_assigned(Mode mode) {
    return mode == MODE_NIL || mode == MODE_CONST || mode == MODE_VAR || mode == MODE_MAPINDEX ||
           mode == MODE_VALUE || mode == MODE_COMMAOK;
}

/* Gives an untyped x the type that a variable of type `to` wants; false after an error. */
static bool fix_untyped(Checker *c, Expr *x, Type *to, const char *context) {
    Type *target = to;
    Const *val = NULL;
    Fit fit;
    if (x->mode == MODE_NIL) {
        if (!to) {
            check_error_at(c, x, "use of untyped nil in %s", context);
            return false;
        }
    } else if (!to || type_is_nonparam_interface(to)) {
        target = type_default(x->type);
    }
    Type *t = check_implicit_type(c, x, target, &val, &fit);
    if (!t) {
        check_error_at(c, x, "cannot use %s as %s value in %s%s", check_operand_text(c, x),
                       check_type_text(c, target), context,
                       fit == FIT_TRUNCATED  ? " (truncated)"
                       : fit == FIT_OVERFLOW ? " (overflows)"
                                             : "");
        return false;
    }
    if (val) x->val = val;
    if (t != x->type) {
        check_update_type(c, x, t);
        if (!operand_valid(x)) return false;
        x->type = t;
    }
    return true;
}

void check_assignment(Checker *c, Expr *x, Type *to, const char *context) {
    const char *why = NULL;
    if (operand_valid(x)) check_single_value(c, x);
    if (!operand_valid(x)) return;
    if (!can_be_assigned(x->mode)) {
        check_error_at(c, x, "cannot assign %s to %s in %s", check_operand_text(c, x),
                       to ? check_type_text(c, to) : "_", context);
        operand_invalidate(x);
        return;
    }
    if (type_is_untyped(x->type) && !fix_untyped(c, x, to, context)) {
        operand_invalidate(x);
        return;
    }
    const char *outer = c->target_text;
    c->target_text = context;
    check_non_generic(c, x, to);
    c->target_text = outer;
    if (!operand_valid(x) || !to || check_assignable(c, x, to, &why)) return;
    check_error_at(c, x, "cannot use %s as %s value in %s%s%s", check_operand_text(c, x),
                   check_type_text(c, to), context, why && *why ? ": " : "", why ? why : "");
    operand_invalidate(x);
}

void check_init_const(Checker *c, Object *obj, Expr *x) {
    if (!operand_valid(x) || !type_is_valid(x->type) || (obj->type && !type_is_valid(obj->type))) {
        if (!obj->type) obj->type = type_invalid();
        return;
    }
    if (x->mode != MODE_CONST) {
        check_error_at(c, x, "%s is not constant", check_operand_text(c, x));
        if (!obj->type) obj->type = type_invalid();
        return;
    }
    if (!obj->type) {
        obj->type = x->type;
        obj->val = x->val;
        return;
    }
    check_assignment(c, x, obj->type, "constant declaration");
    if (operand_valid(x)) obj->val = x->val;
}

void check_init_var(Checker *c, Object *obj, Expr *x, const char *context) {
    if (!operand_valid(x) || !type_is_valid(x->type) || (obj->type && !type_is_valid(obj->type))) {
        if (!obj->type) obj->type = type_invalid();
        operand_invalidate(x);
        return;
    }
    if (!obj->type) {
        if (x->mode == MODE_NIL && x->type->kind == TYPE_UNTYPED_NIL) {
            check_error_at(c, x, "use of untyped nil in %s", context);
            obj->type = type_invalid();
            operand_invalidate(x);
            return;
        }
        obj->type = type_is_untyped(x->type) ? type_default(x->type) : x->type;
    }
    check_assignment(c, x, obj->type, context);
}

/* ---- left-hand sides
 * ---------------------------------------------------------------------------------------- */

/* The variable whose storage lhs is, or is part of. */
static void mark_assigned(Expr *lhs) {
    for (;;) {
        lhs = expr_unparen(lhs);
        if (lhs->kind == EXPR_NAME) {
            if (lhs->name.obj) lhs->name.obj->reassigned = true;
            return;
        }
        if (lhs->kind == EXPR_SELECTOR && lhs->selector.sel.kind == SEL_FIELD && !lhs->selector.sel.indirect)
            lhs = lhs->selector.x;
        else if (lhs->kind == EXPR_INDEX && lhs->index.x->type &&
                 type_under(lhs->index.x->type)->kind == TYPE_ARRAY)
            lhs = lhs->index.x;
        else
            return;
    }
}

bool check_assignable_operand(Checker *c, Expr *lhs) {
    if (!operand_valid(lhs) || !type_is_valid(lhs->type)) return false;
    if (lhs->mode == MODE_VAR || lhs->mode == MODE_MAPINDEX) {
        mark_assigned(lhs);
        return true;
    }
    Expr *x = lhs->kind == EXPR_SELECTOR ? lhs->selector.x : NULL;
    if (x && x->mode == MODE_MAPINDEX)
        check_error_at(c, lhs, "cannot assign to struct field %s in map", check_text(c, lhs));
    else
        check_error_at(c, lhs, "cannot assign to %s (neither addressable nor a map index expression)",
                       check_text(c, lhs));
    return false;
}

static bool is_blank(const Expr *e) { return e && e->kind == EXPR_NAME && strcmp(e->name.name, "_") == 0; }

/* The type of a left-hand side, NULL for the blank identifier, invalid after an error. Storing is no use. */
static Type *check_lhs(Checker *c, Expr *lhs) {
    if (is_blank(expr_unparen(lhs))) return NULL;
    Object *var = check_variable(c, lhs);
    bool used = var && var->used;
    check_expr(c, lhs, NULL);
    if (var) var->used = used;
    return check_assignable_operand(c, lhs) ? lhs->type : type_invalid();
}

void check_assign_var(Checker *c, Expr *lhs, Expr *rhs, Expr *x, const char *context) {
    Type *t = check_lhs(c, lhs);
    if (t && !type_is_valid(t)) {
        if (x)
            operand_invalidate(x);
        else
            check_use(c, rhs);
        return;
    }
    if (!x) {
        x = rhs;
        bool func = t && type_under(t)->kind == TYPE_FUNC;
        check_expr_for(c, x, func ? t : NULL, func ? check_text(c, lhs) : NULL);
    }
    if (!t && strcmp(context, "assignment") == 0) context = "assignment to _ identifier";
    check_assignment(c, x, t, context);
    if (!t) operand_set(expr_unparen(lhs), MODE_VAR, x->type);
}

/* ---- several values
 * ------------------------------------------------------------------------------------------- */

static const char *nth(Checker *c, int n) {
    return check_printf(c, "%d%s function result", n, n == 1 ? "st" : n == 2 ? "nd" : n == 3 ? "rd" : "th");
}

ExprList check_multi_values(Checker *c, Expr *e, bool allow_comma_ok) {
    ExprList out = {0};
    if (e->mode == MODE_VALUE && e->type->kind == TYPE_TUPLE) {
        for (int i = 0; i < e->type->tuple.types.n; i++)
            vec_push(c->arena, &out,
                     operand_dummy(c, e, nth(c, i + 1), MODE_VALUE, e->type->tuple.types.v[i]));
        return out;
    }
    vec_push(c->arena, &out, e);
    if (allow_comma_ok && (e->mode == MODE_MAPINDEX || e->mode == MODE_COMMAOK))
        vec_push(c->arena, &out,
                 operand_dummy(c, e, "ok value of (comma, ok) expression", MODE_VALUE,
                               type_basic(TYPE_UNTYPED_BOOL)));
    return out;
}

static const char *measure(Checker *c, int n, const char *unit) {
    return check_printf(c, "%d %s%s", n, unit, n == 1 ? "" : "s");
}

static void report_mismatch(Checker *c, const ExprList *rhs, int l, int r) {
    Expr *first = rhs->v[0], *call = expr_unparen(first);
    const char *vars = measure(c, l, "variable"), *vals = measure(c, r, "value");
    if (rhs->n == 1 && call->kind == EXPR_CALL)
        check_error_at(c, first, "assignment mismatch: %s but %s returns %s", vars,
                       check_text(c, call->call.fn), vals);
    else
        check_error_at(c, first, "assignment mismatch: %s but %s", vars, vals);
}

static void report_return(Checker *c, const Stmt *ret, const ObjectList *lhs, const ExprList *rhs) {
    TypeList have = {0}, want = {0};
    for (int i = 0; i < rhs->n; i++) vec_push(c->arena, &have, rhs->v[i]->type);
    for (int i = 0; i < lhs->n; i++) vec_push(c->arena, &want, lhs->v[i]->type);
    bool many = rhs->n > lhs->n;
    Pos from = ret->pos, to = ret->end;
    if (rhs->n) {
        const Expr *at = many ? rhs->v[lhs->n] : rhs->v[rhs->n - 1];
        from = at->pos;
        to = at->end;
    }
    check_error(c, from, to, "%s return values\n\thave %s\n\twant %s", many ? "too many" : "not enough",
                check_types_summary(c, &have, false, false), check_types_summary(c, &want, false, false));
}

static void give_types(const ObjectList *lhs) {
    for (int i = 0; i < lhs->n; i++)
        if (!lhs->v[i]->type) lhs->v[i]->type = type_invalid();
}

static bool use_all(Checker *c, const ExprList *list, bool lhs) {
    bool ok = true;
    for (int i = 0; i < list->n; i++) ok &= check_use_one(c, list->v[i], lhs);
    return ok;
}

/* Whether n values come from n expressions; a single call is looked at as a whole, for a better message. */
static bool maps_one_to_one(int l, const ExprList *rhs) {
    return l == rhs->n && !(rhs->n == 1 && expr_unparen(rhs->v[0])->kind == EXPR_CALL);
}

static void report_counts(Checker *c, const ObjectList *lhs, const ExprList *rhs, const Stmt *ret) {
    if (!ret) {
        report_mismatch(c, rhs, lhs->n, rhs->n);
        return;
    }
    bool ok = true;
    for (int i = 0; i < rhs->n; i++) {
        check_exclude(c, rhs->v[i], 1u << MODE_NOVALUE | 1u << MODE_BUILTIN | 1u << MODE_TYPE);
        check_single_value(c, rhs->v[i]);
        ok &= operand_valid(rhs->v[i]);
    }
    if (ok) report_return(c, ret, lhs, rhs);
}

void check_init_vars(Checker *c, const ObjectList *lhs, const ExprList *rhs, Stmt *ret) {
    const char *context = ret ? "return statement" : lhs->n > 1 ? "multiple assignment" : "assignment";
    if (maps_one_to_one(lhs->n, rhs)) {
        for (int i = 0; i < lhs->n; i++) {
            const char *name = lhs->v[i]->name;
            check_expr_for(c, rhs->v[i], lhs->v[i]->type, ret && !*name ? "result variable" : name);
            check_init_var(c, lhs->v[i], rhs->v[i], context);
        }
        return;
    }
    if (rhs->n != 1) {
        if (use_all(c, rhs, false)) report_counts(c, lhs, rhs, ret);
        give_types(lhs);
        return;
    }
    Expr *e = rhs->v[0];
    check_expr_use(c, e, lhs->n == 1 ? lhs->v[0]->type : NULL, NULL, false);
    check_exclude(c, e, 1u << MODE_NOVALUE | 1u << MODE_BUILTIN | 1u << MODE_TYPE);
    ExprList values = check_multi_values(c, e, lhs->n == 2 && !ret);
    if (values.n == lhs->n) {
        for (int i = 0; i < lhs->n; i++) check_init_var(c, lhs->v[i], values.v[i], context);
        return;
    }
    if (operand_valid(e)) {
        if (ret)
            report_return(c, ret, lhs, &values);
        else
            report_mismatch(c, rhs, lhs->n, values.n);
    }
    give_types(lhs);
}

void check_assign_vars(Checker *c, const ExprList *lhs, const ExprList *rhs) {
    const char *context = lhs->n > 1 ? "multiple assignment" : "assignment";
    if (maps_one_to_one(lhs->n, rhs)) {
        for (int i = 0; i < lhs->n; i++) check_assign_var(c, lhs->v[i], rhs->v[i], NULL, context);
        return;
    }
    if (rhs->n != 1) {
        bool ok = use_all(c, lhs, true);
        if (use_all(c, rhs, false) && ok) report_mismatch(c, rhs, lhs->n, rhs->n);
        return;
    }
    Expr *e = rhs->v[0];
    check_multi_expr(c, e);
    ExprList values = check_multi_values(c, e, lhs->n == 2);
    if (values.n == lhs->n) {
        for (int i = 0; i < lhs->n; i++) check_assign_var(c, lhs->v[i], NULL, values.v[i], context);
        return;
    }
    if (operand_valid(e)) report_mismatch(c, rhs, lhs->n, values.n);
    use_all(c, lhs, true);
}

/* ---- :=
 * ----------------------------------------------------------------------------------------------------------
 */

static bool is_repeated(const ExprList *lhs, int i) {
    for (int k = 0; k < i; k++)
        if (lhs->v[k]->kind == EXPR_NAME && lhs->v[k]->name.name == lhs->v[i]->name.name) return true;
    return false;
}

/* The variable for one name of a :=; *fresh: it is new. NULL after an error. */
static Object *define_name(Checker *c, const ExprList *lhs, int i, bool *fresh) {
    Expr *e = lhs->v[i];
    *fresh = false;
    if (e->kind != EXPR_NAME) {
        check_use_one(c, e, true);
        check_error_at(c, e, "non-name %s on left side of :=", check_text(c, e));
        return NULL;
    }
    if (!is_blank(e) && is_repeated(lhs, i)) {
        check_error_at(c, e, "%s repeated on left side of :=", e->name.name);
        return NULL;
    }
    Object *other = is_blank(e) ? NULL : scope_find(c->env.scope, e->name.name);
    if (other && other->kind != OBJ_VAR) {
        check_error_at(c, e, "cannot assign to %s", e->name.name);
        return NULL;
    }
    if (!other) {
        other = check_new_local(c, e->name.name, e->pos, NULL);
        *fresh = !is_blank(e);
        e->name.is_def = true;
    } else {
        other->reassigned = true;
    }
    e->name.obj = other;
    return other;
}

void check_short_var_decl(Checker *c, Stmt *s) {
    const ExprList *lhs = &s->assign.lhs, *rhs = &s->assign.rhs;
    ObjectList vars = {0}, fresh = {0};
    int top = c->delayed.n;
    bool bad = false;
    for (int i = 0; i < lhs->n; i++) {
        bool is_new;
        Object *obj = define_name(c, lhs, i, &is_new);
        if (!obj) {
            bad = true;
            obj = check_new_local(c, intern_z("_"), lhs->v[i]->pos, NULL);
        }
        vec_push(c->arena, &vars, obj);
        if (is_new) vec_push(c->arena, &fresh, obj);
    }
    check_init_vars(c, &vars, rhs, NULL);
    check_process_delayed(c, top); /* literals do not see the new names */
    for (int i = 0; i < lhs->n; i++)
        if (lhs->v[i]->kind == EXPR_NAME) operand_set(lhs->v[i], MODE_VAR, vars.v[i]->type);
    if (!fresh.n && !bad)
        check_soft_error(c, s->assign.op_pos ? s->assign.op_pos : s->pos, 0,
                         "no new variables on left side of :=");
    for (int i = 0; i < fresh.n; i++) check_declare(c, c->env.scope, fresh.v[i], s->end);
}
