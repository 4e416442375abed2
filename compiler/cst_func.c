// Functions, from the CST to the AST: signatures, parameter lists, receivers, type parameters.
//
// The grammar reads a lone name in a parameter list as a type. What it is depends on the whole list: either
// all parameters have names or none has. The wording of the errors is that of Go's parser.
#include "ast_text.h"
#include "cst_node.h"
#include "diag.h"
#include "intern.h"

// ---- parameter lists

// What stands between two commas, before it is known what lone names are.
static Field *parameter(Cst *c, const CstNode *n) {
    Field *f = ARENA_NEW(c->arena, Field);
    f->pos = n->pos;
    if (n->kind != CST_PARAMETER) {
        f->type = cst_expr(c);
        return f;
    }
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_NAME) f->name = cst_name(c, &child);
        if (child.field == CST_FIELD_TYPE) f->type = cst_expr(c);
    }
    return f;
}

static bool is_lone_name(const Field *f) { return !f->name && f->type->kind == EXPR_NAME; }

// Some parameter has a name and a type, so all must have names: each lone name is one, of the type to its
// right.
static void distribute_types(Cst *c, FieldList *list, Pos close) {
    Expr *type = NULL;
    Pos unnamed = 0; // the leftmost parameter without a name
    bool untyped = false;
    for (int i = list->n - 1; i >= 0; i--) {
        Field *f = list->v[i];
        if (is_lone_name(f)) {
            f->name = f->type->name.name;
            if (!type)
                untyped = true;
            else
                f->type = type;
        } else {
            type = f->type;
            if (!f->name) unnamed = f->pos;
        }
    }
    if (unnamed)
        cst_error(c, unnamed, 0, "syntax error: missing parameter name");
    else if (untyped)
        cst_error(c, close, 0, "syntax error: missing parameter type");
}

// `...` is for the last parameter of a function; results and receivers have none.
static bool check_variadic(Cst *c, FieldList *list, bool allowed) {
    bool variadic = false, reported = false;
    for (int i = 0; i < list->n; i++) {
        Field *f = list->v[i];
        if (f->type->kind != EXPR_ELLIPSIS) continue;
        if (allowed && i + 1 == list->n) {
            variadic = true;
            continue;
        }
        if (!reported)
            cst_error(c, f->type->pos, f->type->end, "%s",
                      allowed ? "can only use ... with final parameter" : "invalid use of ...");
        reported = true;
        f->type = f->type->ellipsis;
    }
    return variadic;
}

// Gives whether the list is variadic.
static bool parameters(Cst *c, FieldList *list, bool dots_allowed) {
    bool some_named = false;
    Pos close = 0;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.kind == CST_RPAREN) close = child.pos;
        if (child.kind == CST_TOKEN || child.kind >= CST_LPAREN) continue;
        Field *f = parameter(c, &child);
        vec_push(c->arena, list, f);
        if (f->name) some_named = true;
    }
    if (some_named) distribute_types(c, list, close);
    return check_variadic(c, list, dots_allowed);
}

static void result(Cst *c, const CstNode *n, FieldList *list) {
    if (n->kind == CST_PARAMETERS) {
        parameters(c, list, false);
        return;
    }
    Field *f = ARENA_NEW(c->arena, Field);
    f->pos = n->pos;
    f->type = cst_expr(c);
    vec_push(c->arena, list, f);
}

void cst_signature_child(Cst *c, const CstNode *child, FuncNode *f) {
    if (child->field == CST_FIELD_PARAMETERS) f->variadic = parameters(c, &f->params, true);
    if (child->field == CST_FIELD_RESULT) result(c, child, &f->results);
}

// ---- receivers

// func (r *T[A, B]) …: A and B are declared here.
static void receiver_type_params(Cst *c, FuncNode *f) {
    Expr *type = cst_unparen(f->recv->type);
    while (type->kind == EXPR_STAR) type = cst_unparen(type->star);
    if (type->kind != EXPR_INDEX) return;
    for (int i = 0; i < type->index.index.n; i++) {
        Expr *arg = type->index.index.v[i];
        const bool named = arg->kind == EXPR_NAME;
        if (!named)
            cst_error(c, arg->pos, arg->end, "receiver type parameter %s must be an identifier",
                      expr_text(c->arena, arg));
        TypeParam *p = ARENA_NEW(c->arena, TypeParam);
        p->name = named ? arg->name.name : intern_z("_");
        p->pos = arg->pos;
        vec_push(c->arena, &f->recv_tparams, p);
    }
}

int cst_receiver(Cst *c, FuncNode *f) {
    FieldList list = {0};
    parameters(c, &list, false);
    if (list.n == 0) return 0;
    f->recv = list.v[0];
    receiver_type_params(c, f);
    return list.n;
}

// ---- type parameters

static void add_type_param(Cst *c, TypeParamList *list, const CstNode *name) {
    TypeParam *p = ARENA_NEW(c->arena, TypeParam);
    p->name = cst_name(c, name);
    p->pos = name->pos;
    vec_push(c->arena, list, p);
}

void cst_type_parameter(Cst *c, TypeParamList *list) {
    int first = list->n;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_NAME && child.kind == CST_IDENTIFIER) add_type_param(c, list, &child);
        if (child.field != CST_FIELD_CONSTRAINT) continue;
        Expr *constraint = cst_expr(c);
        for (int i = first; i < list->n; i++) list->v[i]->constraint = constraint;
    }
}

void cst_type_params(Cst *c, TypeParamList *list) {
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child))
        if (child.kind == CST_TYPE_PARAMETER) cst_type_parameter(c, list);
}

// ---- function literals and function types

Block *cst_body(Cst *c) {
    const int before = c->reported;
    c->in_body++;
    Block *body = cst_block(c);
    c->in_body--;
    if (c->reported == before) cst_labels(c, body);
    return body;
}

Expr *cst_function(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, n->kind == CST_FUNCTION_LITERAL ? EXPR_FUNC : EXPR_FUNC_TYPE, n->pos, n->end);
    e->func = ARENA_NEW(c->arena, FuncNode);
    e->func->pos = n->pos;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        cst_signature_child(c, &child, e->func);
        if (child.field == CST_FIELD_BODY) e->func->body = cst_body(c);
    }
    return e;
}
