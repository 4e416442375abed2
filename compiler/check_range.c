/* check_range.c: range loops, over integers, strings, arrays, slices, maps, channels and functions.
 *
 * Floor 3. With := the iteration variables are new in each iteration; key_obj and value_obj are set unless
 * blank.
 */
#include "check_expr.h"

typedef struct RangeTypes {
    Type *key, *value; /* NULL: there is none */
    const char *why;   /* not allowed, and this is Go's reason ("" for none) */
} RangeTypes;

static RangeTypes refuse(const char *why) { return (RangeTypes){.why = why}; }

#define YIELD "func must be func(yield func(...) bool): "

static RangeTypes range_func(Checker *c, Type *sig) {
    const char *why = NULL;
    if (sig->func.params.n != 1) return refuse(YIELD "wrong argument count");
    if (sig->func.results.n) return refuse(YIELD "unexpected results");
    Type *yield = type_core_why(sig->func.params.v[0], &why);
    if (!yield) return refuse(check_printf(c, YIELD "in yield type, %s", why));
    if (yield->kind != TYPE_FUNC) return refuse(YIELD "argument is not func");
    if (yield->func.params.n > 2) return refuse(YIELD "yield func has too many parameters");
    if (yield->func.results.n != 1 || !type_identical(yield->func.results.v[0], type_basic(TYPE_BOOL)))
        return refuse(yield->func.results.n == 1 && type_is_bool(yield->func.results.v[0])
                          ? YIELD "yield func returns user-defined boolean, not bool"
                          : YIELD "yield func does not return bool");
    if (yield->func.variadic)
        return refuse(check_printf(c, "yield func of type %s cannot be variadic", check_type_text(c, yield)));
    RangeTypes r = {0};
    if (yield->func.params.n > 0) r.key = yield->func.params.v[0];
    if (yield->func.params.n > 1) r.value = yield->func.params.v[1];
    return r;
}

static RangeTypes range_types(Checker *c, Expr *x) {
    const char *why = NULL;
    TypeList set = check_typeset(x->type);
    for (int i = 0; i < set.n; i++) {
        Type *u = type_under(set.v[i]);
        if (u->kind == TYPE_CHAN && u->chan.dir == CHAN_SEND)
            return refuse(check_printf(c, "receive from send-only channel %s", check_type_text(c, set.v[i])));
    }
    Type *u = type_core_why(x->type, &why);
    if (!u) return refuse(why);
    if (x->mode == MODE_NIL) return refuse("");
    u = check_array_deref(u);
    Type *index = type_basic(TYPE_INT);
    if (type_is_string(u)) return (RangeTypes){.key = index, .value = type_rune};
    if (type_is_integer(u)) return (RangeTypes){.key = x->type};
    switch (u->kind) {
    case TYPE_ARRAY: return (RangeTypes){.key = index, .value = u->array.elem};
    case TYPE_SLICE: return (RangeTypes){.key = index, .value = u->elem};
    case TYPE_MAP: return (RangeTypes){.key = u->map.key, .value = u->map.elem};
    case TYPE_CHAN: return (RangeTypes){.key = u->chan.elem};
    case TYPE_FUNC: return range_func(c, u);
    default: return refuse("");
    }
}

/* The types of the iteration variables; both NULL after an error. */
static RangeTypes check_operand(Checker *c, Stmt *s) {
    Expr *x = s->range.x, *key = s->range.key, *value = s->range.value;
    const bool outer = c->env.has_call_or_recv;
    c->env.has_call_or_recv = false;
    check_expr(c, x, NULL);
    s->range.has_call = c->env.has_call_or_recv;
    c->env.has_call_or_recv |= outer;
    if (!operand_valid(x) || !type_is_valid(type_under(x->type))) return (RangeTypes){0};
    RangeTypes r = range_types(c, x);
    const char *text = check_operand_text(c, x);
    if (r.why)
        check_error_at(c, x, "cannot range over %s%s%s", text, *r.why ? ": " : "", r.why);
    else if (!r.key && key)
        check_error_at(c, key, "range over %s permits no iteration variables", text);
    else if (!r.value && value)
        check_error_at(c, value, "range over %s permits only one iteration variable", text);
    else if (s->range.extra)
        check_error_at(c, s->range.extra, "range clause permits at most two iteration variables");
    return r;
}

/* Stands for the value that an iteration variable gets. */
static Expr *iteration_value(Checker *c, const Expr *lhs, Type *t) {
    return operand_dummy(c, lhs, check_text(c, lhs), MODE_VALUE, t);
}

static Object *define_variable(Checker *c, Stmt *s, Expr *lhs, Type *t, bool over_int) {
    bool name = lhs->kind == EXPR_NAME;
    if (!name) check_error_at(c, lhs, "non-name %s on left side of :=", check_text(c, lhs));
    Object *obj = check_new_local(c, name ? lhs->name.name : intern_z("_"), lhs->pos, NULL);
    if (!t || !type_is_valid(t)) {
        obj->type = type_invalid();
        obj->used = true;
    } else if (over_int) {
        check_init_var(c, obj, s->range.x, "range clause");
    } else {
        check_init_var(c, obj, iteration_value(c, lhs, t), "assignment");
    }
    if (!name) return NULL;
    operand_set(lhs, MODE_VAR, obj->type);
    lhs->name.is_def = true;
    lhs->name.obj = obj;
    return strcmp(obj->name, "_") == 0 ? NULL : obj;
}

static void define_variables(Checker *c, Stmt *s, const RangeTypes *r, bool over_int) {
    Pos at = s->range.body ? s->range.body->lbrace : s->end;
    if (s->range.key) s->range.key_obj = define_variable(c, s, s->range.key, r->key, over_int);
    if (s->range.value) s->range.value_obj = define_variable(c, s, s->range.value, r->value, false);
    if (s->range.key_obj) check_declare(c, c->env.scope, s->range.key_obj, at);
    if (s->range.value_obj) check_declare(c, c->env.scope, s->range.value_obj, at);
    if (!s->range.key_obj && !s->range.value_obj)
        check_error(c, s->pos, 0, "no new variables on left side of :=");
}

static void assign_variables(Checker *c, Stmt *s, const RangeTypes *r, bool over_int) {
    Expr *x = s->range.x;
    if (s->range.key && r->key && type_is_valid(r->key)) {
        if (over_int) {
            check_assign_var(c, s->range.key, NULL, x, "range clause");
            if (operand_valid(x) && !all_integer(x->type))
                check_error_at(c, s->range.key, "cannot use iteration variable of type %s",
                               check_type_text(c, x->type));
        } else {
            check_assign_var(c, s->range.key, NULL, iteration_value(c, s->range.key, r->key), "assignment");
        }
    }
    if (s->range.value && r->value && type_is_valid(r->value))
        check_assign_var(c, s->range.value, NULL, iteration_value(c, s->range.value, r->value), "assignment");
}

void check_range(Checker *c, Stmt *s) {
    RangeTypes r = check_operand(c, s);
    Expr *x = s->range.x;
    if (r.why) r.key = r.value = NULL;
    bool over_int = operand_valid(x) && type_is_integer(x->type);
    StmtScope scope = stmt_scope_open(c);
    if (s->range.define)
        define_variables(c, s, &r, over_int);
    else if (s->range.key)
        assign_variables(c, s, &r, over_int);
    if (over_int && operand_valid(x) && type_is_untyped(x->type))
        check_assignment(c, x, NULL, "range clause");
    if (!over_int) check_default(c, x);
    Type *u = operand_valid(x) && s->range.value ? type_under(x->type) : NULL;
    if (u && u->kind == TYPE_ARRAY) check_frame(c, u->array.elem, u->array.len); /* the loop is over a copy */
    check_block(c, s->range.body);
    stmt_scope_close(c, scope);
}
