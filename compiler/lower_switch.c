// switch and type switch.
//
// Floor 5. A switch over an integer whose cases are all constants becomes IRS_SWITCH; so does one over a
// string with several constants, over the number of the clause, which is found by the string's length first.
// Others become a chain of ifs, in which each next test stands in the else of the one before.
#include "lower.h"

static Type *bool_type(void) { return type_basic(TYPE_BOOL); }

typedef struct Chain { // of ifs
    IrStmt *block;     // what break leaves
    IrStmtList *saved;
    IrLabel **labels; // of the bodies, for fallthrough
} Chain;

static Chain open_chain(Fn *fn, Stmt *s, Stmt *labeled) {
    Chain c = {.block = lower_new_block(fn, IRS_BLOCK)};
    c.saved = fn_push(fn, &c.block->body);
    fn->labeled = labeled;
    lower_push_target(fn, s, c.block, NULL, NULL);
    return c;
}

static void close_chain(Fn *fn, Chain *c) {
    lower_pop_target(fn);
    fn_pop(fn, c->saved);
    fn_emit_quiet(fn, c->block);
}

static CaseClause *default_of(ClauseList *clauses, int *index) {
    for (int i = 0; i < clauses->n; i++)
        if (clauses->v[i]->is_default) {
            *index = i;
            return clauses->v[i];
        }
    return NULL;
}

static void lower_clause_body(Fn *fn, ClauseList *clauses, int i, IrLabel **labels) {
    IrLabel *next = fn->next_case;
    CaseClause *c = clauses->v[i];
    if (labels && labels[i]) lower_label(fn, labels[i]);
    fn->next_case = labels && i + 1 < clauses->n ? labels[i + 1] : NULL;
    if (c->body) lower_stmts(fn, &c->body->stmts);
    fn->next_case = next;
}

// ---- integers --------------------------------------------------------------------------------------------

static bool case_bits(const Const *val, int64_t *out) {
    uint64_t u;
    if (const_to_int64(val, out)) return true;
    if (!const_to_uint64(val, &u)) return false;
    *out = (int64_t)u;
    return true;
}

static bool is_integer_switch(Fn *fn, Stmt *s) {
    if (!s->switch_.tag || s->switch_.tag->val) return false;
    Type *t = fn_etype(fn, s->switch_.tag);
    if (!type_is_integer(t)) return false;
    int values = 0;
    for (int i = 0; i < s->switch_.clauses.n; i++) {
        ExprList *list = &s->switch_.clauses.v[i]->values;
        for (int j = 0; j < list->n; j++) {
            int64_t bits;
            if (!list->v[j]->val || !case_bits(list->v[j]->val, &bits)) return false;
            if (!type_identical(fn_etype(fn, list->v[j]), t)) return false;
            values++;
        }
    }
    return values > 0;
}

// The values of clause i.
static void integer_values(Fn *fn, Stmt *s, int i, IrCase *k) {
    CaseClause *c = s->switch_.clauses.v[i];
    for (int j = 0; j < c->values.n; j++) {
        int64_t bits;
        case_bits(c->values.v[j]->val, &bits);
        vec_push(fn->a, &k->values, bits);
    }
}

static void clause_number(Fn *fn, Stmt *s, int i, IrCase *k) {
    if (!s->switch_.clauses.v[i]->is_default) vec_push(fn->a, &k->values, i);
}

static void lower_jump(Fn *fn, Stmt *s, Stmt *labeled, IrExpr *tag,
                       void (*values)(Fn *, Stmt *, int, IrCase *)) {
    IrStmt *sw = lower_new_block(fn, IRS_SWITCH);
    sw->src = tag;
    fn->labeled = labeled;
    lower_push_target(fn, s, sw, NULL, NULL);
    fn_end_statement(fn);
    IrCase *outer = fn->this_case;
    IrLabel *next = fn->next_case;
    fn->next_case = NULL;
    for (int i = 0; i < s->switch_.clauses.n; i++) {
        CaseClause *c = s->switch_.clauses.v[i];
        IrCase *k = ARENA_NEW(fn->a, IrCase);
        values(fn, s, i, k);
        vec_push(fn->a, &sw->cases, k);
        if (!c->is_default && !c->values.n) continue;
        IrStmtList *saved = fn_push(fn, &k->body);
        fn->this_case = k;
        if (c->body) lower_stmts(fn, &c->body->stmts);
        fn_pop(fn, saved);
    }
    fn->this_case = outer;
    fn->next_case = next;
    lower_pop_target(fn);
    fn_emit_quiet(fn, sw);
}

// ---- strings ---------------------------------------------------------------------------------------------

enum { FEW_STRINGS = 4 }; // a chain is as fast up to here

static bool is_string_switch(Fn *fn, Stmt *s) {
    if (!s->switch_.tag || s->switch_.tag->val) return false;
    if (type_under(fn_etype(fn, s->switch_.tag))->kind != TYPE_STRING) return false;
    int values = 0;
    for (int i = 0; i < s->switch_.clauses.n; i++) {
        ExprList *list = &s->switch_.clauses.v[i]->values;
        for (int j = 0; j < list->n; j++)
            if (!list->v[j]->val) return false;
        values += list->n;
    }
    return values >= FEW_STRINGS;
}

static IrCase *case_of_length(Fn *fn, IrStmt *sw, int64_t len) {
    for (int i = 0; i < sw->cases.n; i++)
        if (sw->cases.v[i]->values.v[0] == len) return sw->cases.v[i];
    IrCase *k = ARENA_NEW(fn->a, IrCase);
    vec_push(fn->a, &k->values, len);
    vec_push(fn->a, &sw->cases, k);
    return k;
}

// In a case of the switch over lengths: if tag is the value, it is clause i; else what the next one says.
static void add_test(Fn *fn, IrStmtList *list, IrExpr *test, IrVar *number, int i) {
    while (list->n) list = &list->v[0]->other;
    IrStmtList *saved = fn_push(fn, list);
    IrStmt *st = fn_stmt(fn, IRS_IF);
    st->src = test;
    fn_emit_quiet(fn, st);
    fn->out = &st->body;
    fn_assign(fn, ir_var(fn->a, number), ir_int(fn->a, i));
    fn_pop(fn, saved);
}

static void lower_string_switch(Fn *fn, Stmt *s, Stmt *labeled) {
    IrExpr *tag = fn_save(fn, lower_expr(fn, s->switch_.tag));
    IrVar *number = fn_decl_temp(fn, ir_int(fn->a, -1));
    number->reassigned = true;
    fn_end_statement(fn);
    IrStmt *sw = lower_new_block(fn, IRS_SWITCH);
    sw->src = ir_unary(fn->a, IRX_LEN, type_basic(TYPE_INT), ir_copy(fn->a, tag));
    for (int i = 0; i < s->switch_.clauses.n; i++) {
        ExprList *list = &s->switch_.clauses.v[i]->values;
        for (int j = 0; j < list->n; j++) {
            int64_t len;
            const_string_value(list->v[j]->val, &len);
            IrExpr *test = lower_compare(fn, OP_EQ, ir_copy(fn->a, tag),
                                         ir_const(fn->a, list->v[j]->val, tag->type), bool_type());
            add_test(fn, &case_of_length(fn, sw, len)->body, test, number, i);
        }
    }
    fn_emit_quiet(fn, sw);
    lower_jump(fn, s, labeled, ir_var(fn->a, number), clause_number);
}

// ---- chains ----------------------------------------------------------------------------------------------

static IrExpr *case_test(Fn *fn, IrExpr *tag, Expr *value) {
    if (!tag) {
        IrExpr *c = lower_expr(fn, value);
        return type_is_interface(c->type) ? lower_compare(fn, OP_EQ, c, ir_bool(fn->a, true), bool_type())
                                          : c;
    }
    IrExpr *v = lower_expr(fn, value);
    IrExpr *t = ir_copy(fn->a, tag);
    if (v->kind == IRX_CONST && !type_is_interface(t->type)) v = lower_convert(fn, v, t->type, value->pos);
    return lower_compare(fn, OP_EQ, t, v, bool_type());
}

// All the values of a clause: v1 or v2 or …, each evaluated only if those before did not match.
static IrExpr *clause_test(Fn *fn, IrExpr *tag, CaseClause *c) {
    IrExpr *test = case_test(fn, tag, c->values.v[0]);
    for (int i = 1; i < c->values.n; i++) {
        IrStmtList rest = {0};
        IrStmtList *saved = fn_push(fn, &rest);
        IrExpr *next = case_test(fn, tag, c->values.v[i]);
        if (!rest.n) {
            fn_pop(fn, saved);
            test = ir_binary(fn->a, IRX_OR, OP_NONE, bool_type(), test, next);
            continue;
        }
        fn->out = saved;
        IrVar *t = fn_decl_temp(fn, test);
        t->reassigned = true;
        fn->out = &rest;
        fn_assign(fn, ir_var(fn->a, t), next);
        fn_pop(fn, saved);
        IrStmt *s = fn_stmt(fn, IRS_IF);
        s->src = ir_unary(fn->a, IRX_UNARY, bool_type(), ir_var(fn->a, t));
        s->src->op = OP_NOT;
        s->body = rest;
        fn_emit(fn, s);
        test = ir_var(fn->a, t);
    }
    return test;
}

static IrLabel **fallthrough_labels(Fn *fn, ClauseList *clauses) {
    IrLabel **labels = ARENA_NEW_N(fn->a, IrLabel *, clauses->n + 1);
    for (int i = 0; i + 1 < clauses->n; i++)
        if (clauses->v[i]->falls) labels[i + 1] = fn_label(fn, NULL);
    return labels;
}

static void lower_chain_switch(Fn *fn, Stmt *s, Stmt *labeled) {
    IrExpr *tag = NULL;
    Chain c = open_chain(fn, s, labeled);
    if (s->switch_.tag) tag = fn_save(fn, lower_expr(fn, s->switch_.tag));
    fn_end_statement(fn);
    ClauseList *clauses = (ClauseList *)&s->switch_.clauses;
    IrLabel **labels = fallthrough_labels(fn, clauses);
    IrStmtList *outer = fn->out;
    for (int i = 0; i < clauses->n; i++) {
        CaseClause *cl = clauses->v[i];
        if (cl->is_default || !cl->values.n) continue;
        fn->pos = cl->pos;
        IrExpr *test = clause_test(fn, tag, cl);
        IrStmt *st = fn_stmt(fn, IRS_IF);
        st->src = test;
        fn_emit_quiet(fn, st);
        fn_end_statement(fn);
        IrStmtList *here = fn->out;
        fn->out = &st->body;
        lower_clause_body(fn, clauses, i, labels);
        fn->out = here;
        fn->out = &st->other;
    }
    int d;
    if (default_of(clauses, &d)) lower_clause_body(fn, clauses, d, labels);
    fn->out = outer;
    close_chain(fn, &c);
}

void lower_switch(Fn *fn, Stmt *s) {
    Stmt *labeled = fn->labeled;
    fn->labeled = NULL;
    IrStmt *b = s->switch_.init ? lower_new_block(fn, IRS_BLOCK) : NULL;
    IrStmtList *saved = b ? fn_push(fn, &b->body) : NULL;
    if (b) lower_stmt(fn, s->switch_.init);
    fn->pos = s->pos;
    if (is_integer_switch(fn, s))
        lower_jump(fn, s, labeled, lower_value(fn, s->switch_.tag), integer_values);
    else if (is_string_switch(fn, s))
        lower_string_switch(fn, s, labeled);
    else
        lower_chain_switch(fn, s, labeled);
    if (!b) return;
    fn_pop(fn, saved);
    fn_emit_quiet(fn, b);
}

// ---- types -----------------------------------------------------------------------------------------------

static bool is_nil_case(const Expr *e) {
    return e->mode == MODE_NIL || (e->kind == EXPR_NAME && e->name.obj && e->name.obj->kind == OBJ_NIL);
}

// Whether x, whose dynamic type is `have`, is of the case's type. *tab: the itab, where one was looked up.
static IrExpr *type_test(Fn *fn, IrVar *have, Expr *value, IrVar **tab) {
    IrExpr *h = ir_var(fn->a, have);
    if (is_nil_case(value))
        return ir_binary(fn->a, IRX_COMPARE, OP_EQ, bool_type(), h, ir_zero(fn->a, h->type));
    Type *t = fn_type(fn, value->type);
    if (!type_is_interface(t))
        return ir_binary(fn->a, IRX_COMPARE, OP_EQ, bool_type(), h, lower_typedesc(fn->l, t));
    if (!type_iface_complete(type_under(t))->iface.all.n)
        return ir_binary(fn->a, IRX_COMPARE, OP_NE, bool_type(), h, ir_zero(fn->a, h->type));
    IrExpr *find = ir_rtcall(fn->a, IRRT_ITAB_FIND, &ir_type_itab, 2, lower_typedesc(fn->l, t), h);
    if (tab) {
        *tab = fn_decl_temp(fn, find);
        find = ir_var(fn->a, *tab);
    }
    return ir_binary(fn->a, IRX_COMPARE, OP_NE, bool_type(), find, ir_zero(fn->a, &ir_type_itab));
}

static IrExpr *mkiface(Fn *fn, Type *t, IrExpr *word, IrExpr *data) {
    IrExpr *e = ir_expr(fn->a, IRX_MKIFACE, t);
    vec_push(fn->a, &e->args, word);
    vec_push(fn->a, &e->args, data);
    return e;
}

// The symbol's value in a clause of the one type t.
static IrExpr *case_value(Fn *fn, IrExpr *x, IrVar *have, Type *t, IrVar *tab) {
    IrExpr *data = ir_unary(fn->a, IRX_IFACE_DATA, type_basic(TYPE_UNSAFE_POINTER), ir_copy(fn->a, x));
    if (!type_is_interface(t)) return lower_unbox(fn, data, t);
    if (tab) return mkiface(fn, t, ir_var(fn->a, tab), data);
    return mkiface(fn, t, ir_var(fn->a, have), data);
}

static void lower_type_clause(Fn *fn, CaseClause *c, IrExpr *x, IrVar *have, IrVar *tab) {
    if (c->obj) {
        Type *t = fn_type(fn, c->obj->type);
        bool one = c->values.n == 1 && !is_nil_case(c->values.v[0]);
        IrExpr *v = one ? case_value(fn, x, have, t, tab) : lower_convert(fn, ir_copy(fn->a, x), t, c->pos);
        fn_declare(fn, c->obj, v);
    }
    if (c->body) lower_stmts(fn, &c->body->stmts);
}

void lower_typeswitch(Fn *fn, Stmt *s) {
    Stmt *labeled = fn->labeled;
    fn->labeled = NULL;
    Chain chain = open_chain(fn, s, labeled);
    if (s->typeswitch.init) lower_stmt(fn, s->typeswitch.init);
    fn->pos = s->pos;
    Expr *operand = lower_unparen(s->typeswitch.x);
    if (operand->kind == EXPR_ASSERT && !operand->assert_.type) operand = operand->assert_.x;
    IrExpr *x = fn_save(fn, lower_expr(fn, operand));
    IrVar *have = fn_decl_temp(fn, ir_unary(fn->a, IRX_IFACE_TYPE, &ir_type_rtype, ir_copy(fn->a, x)));
    fn_end_statement(fn);
    ClauseList *clauses = (ClauseList *)&s->typeswitch.clauses;
    IrStmtList *outer = fn->out;
    for (int i = 0; i < clauses->n; i++) {
        CaseClause *c = clauses->v[i];
        if (c->is_default || !c->values.n) continue;
        fn->pos = c->pos;
        IrVar *tab = NULL;
        IrExpr *test = type_test(fn, have, c->values.v[0], c->values.n == 1 && c->obj ? &tab : NULL);
        for (int j = 1; j < c->values.n; j++)
            test = ir_binary(fn->a, IRX_OR, OP_NONE, bool_type(), test,
                             type_test(fn, have, c->values.v[j], NULL));
        IrStmt *st = fn_stmt(fn, IRS_IF);
        st->src = test;
        fn_emit_quiet(fn, st);
        fn_end_statement(fn);
        fn->out = &st->body;
        lower_type_clause(fn, c, x, have, tab);
        fn->out = &st->other;
    }
    int d;
    CaseClause *def = default_of(clauses, &d);
    if (def) lower_type_clause(fn, def, x, have, NULL);
    fn->out = outer;
    close_chain(fn, &chain);
}
