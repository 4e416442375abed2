/* check_switch.c: expression switches and type switches.
 *
 * Floor 3. Constant cases and types may occur once. A type switch's symbol is a variable of its own in each
 * clause.
 */
#include "check_expr.h"

/* ---- expression switches
 * ------------------------------------------------------------------------------------ */

/* The tag, or `true` where there is none. */
static Expr *check_tag(Checker *c, Stmt *s) {
    Expr *x = s->switch_.tag;
    if (!x) {
        Expr at = {.pos = s->switch_.clauses.n ? s->switch_.clauses.v[0]->pos : s->pos};
        x = operand_dummy(c, &at, "true", MODE_CONST, type_basic(TYPE_BOOL));
        x->val = const_bool(true);
        return x;
    }
    check_expr(c, x, NULL);
    check_assignment(c, x, NULL, "switch expression");
    if (operand_valid(x) && !type_comparable_p(x->type) && !type_has_nil(x->type)) {
        check_error_at(c, x, "cannot switch on %s (%s is not comparable)", check_operand_text(c, x),
                       check_type_text(c, x->type));
        operand_invalidate(x);
    }
    return x;
}

static bool has_duplicates_checked(const Expr *v) {
    ConstKind kind = v->mode == MODE_CONST ? const_kind(v->val) : CONST_UNKNOWN;
    return kind == CONST_INT || kind == CONST_FLOAT || kind == CONST_STRING;
}

static void check_case_value(Checker *c, Expr *x, Expr *v, KeySet *seen) {
    check_expr(c, v, NULL);
    if (!operand_valid(x) || !operand_valid(v)) return;
    convert_untyped(c, v, x->type);
    if (!operand_valid(v)) return;
    Expr result = *v, tag = *x; /* the comparison must not change the operands' modes */
    check_comparison(c, &result, v, &tag, OP_EQ, true);
    if (!operand_valid(&result) || !has_duplicates_checked(v)) return;
    Expr *first = key_set_insert(c, seen, v->val, v->type, v);
    if (!first) return;
    check_error_at(c, v, "duplicate case %s in expression switch", check_operand_text(c, v));
    check_note(c, first->pos, "previous case");
}

void check_switch(Checker *c, Stmt *s) {
    StmtScope scope = stmt_scope_open(c);
    if (s->switch_.init) check_stmt(c, s->switch_.init);
    Expr *x = check_tag(c, s);
    KeySet seen = {0};
    check_multiple_defaults(c, s->switch_.clauses.v, s->switch_.clauses.n);
    for (int i = 0; i < s->switch_.clauses.n; i++) {
        CaseClause *clause = s->switch_.clauses.v[i];
        for (int k = 0; k < clause->values.n; k++) check_case_value(c, x, clause->values.v[k], &seen);
        StmtScope inner = stmt_scope_open(c);
        if (clause->body) check_stmt_list(c, &clause->body->stmts);
        stmt_scope_close(c, inner);
    }
    stmt_scope_close(c, scope);
}

/* ---- type switches
 * -------------------------------------------------------------------------------------------- */

typedef struct SeenType {
    Type *type; /* NULL: nil */
    Expr *at;
} SeenType;

typedef Vec(SeenType) SeenTypes;

static bool is_nil_name(Checker *c, Expr *e) {
    Expr *x = expr_unparen(e);
    if (x->kind != EXPR_NAME) return false;
    Object *obj = scope_lookup(c->env.scope, x->name.name, x->pos, NULL);
    return obj && obj->kind == OBJ_NIL;
}

static bool is_duplicate(Checker *c, const SeenTypes *seen, Expr *e, Type *t) {
    for (int i = 0; i < seen->n; i++) {
        Type *other = seen->v[i].type;
        if (t && other ? !type_identical(t, other) : t != other) continue;
        check_error_at(c, e, "duplicate case %s in type switch", t ? check_type_text(c, t) : "nil");
        check_note(c, seen->v[i].at->pos, "previous case");
        return true;
    }
    return false;
}

/* Checks a clause's types; returns the type of the symbol in it. x: the operand, NULL where it is invalid. */
static Type *check_case_types(Checker *c, Expr *x, CaseClause *clause, SeenTypes *seen) {
    Type *t = NULL;
    for (int i = 0; i < clause->values.n; i++) {
        Expr *e = clause->values.v[i];
        if (is_nil_name(c, e)) {
            t = NULL;
            check_expr(c, e, NULL);
        } else {
            t = check_var_type(c, e);
            if (!type_is_valid(t)) continue;
        }
        if (is_duplicate(c, seen, e, t)) continue;
        vec_push(c->arena, seen, (SeenType){t, e});
        if (x && t) check_type_assertion(c, e, x, t, true);
    }
    if (clause->values.n == 1 && t) return t;
    return x ? x->type : type_invalid();
}

static Expr *check_guard(Checker *c, Expr *x) {
    check_expr(c, x, NULL);
    if (!operand_valid(x)) return NULL;
    if (type_is_param(x->type))
        check_error_at(c, x, "cannot use type switch on type parameter value %s", check_operand_text(c, x));
    else if (type_is_interface(x->type))
        return x;
    else if (type_is_valid(type_under(x->type)))
        check_error_at(c, x, "%s is not an interface", check_operand_text(c, x));
    return NULL;
}

void check_typeswitch(Checker *c, Stmt *s) {
    StmtScope scope = stmt_scope_open(c);
    if (s->typeswitch.init) check_stmt(c, s->typeswitch.init);
    const char *name = s->typeswitch.name;
    SeenTypes seen = {0};
    bool used = false;
    if (name && strcmp(name, "_") == 0) {
        check_soft_error(c, s->typeswitch.name_pos, 0, "no new variable on left side of :=");
        name = NULL;
    }
    Expr *x = check_guard(c, s->typeswitch.x);
    check_multiple_defaults(c, s->typeswitch.clauses.v, s->typeswitch.clauses.n);
    for (int i = 0; i < s->typeswitch.clauses.n; i++) {
        CaseClause *clause = s->typeswitch.clauses.v[i];
        Type *t = check_case_types(c, x, clause, &seen);
        StmtScope inner = stmt_scope_open(c);
        if (name) {
            clause->obj = check_new_local(c, name, s->typeswitch.name_pos, t);
            check_declare(c, c->env.scope, clause->obj, clause->colon);
        }
        if (clause->body) check_stmt_list(c, &clause->body->stmts);
        check_process_delayed(c, inner.delayed);
        if (clause->obj) {
            used |= clause->obj->used;
            clause->obj->used = true; /* all of them count as one variable, reported below */
        }
        stmt_scope_close(c, inner);
    }
    if (name && !used) check_soft_error(c, s->typeswitch.name_pos, 0, "%s declared and not used", name);
    stmt_scope_close(c, scope);
}
