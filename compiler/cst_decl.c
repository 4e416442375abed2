// Declarations, from the CST to the AST. Groups are flattened; their members share a number.
#include <string.h>

#include "ast_text.h"
#include "constant.h"
#include "cst_node.h"
#include "diag.h"
#include "intern.h"

static Decl *add_decl(Cst *c, DeclKind kind, Pos pos, int group, DeclList *list) {
    Decl *d = ARENA_NEW(c->arena, Decl);
    d->kind = kind;
    d->pos = pos;
    d->group = group;
    vec_push(c->arena, list, d);
    return d;
}

// ---- imports

static void import_path(Cst *c, const CstNode *n, Decl *d) {
    d->import.path_pos = n->pos;
    d->import.path = "";
    Expr *path = cst_expr(c);
    if (path->kind != EXPR_STRING) {
        cst_error(c, n->pos, n->end, "syntax error: import path must be a string");
    } else if (path->val) {
        int64_t length;
        const char *text = const_string_value(path->val, &length);
        d->import.path = intern(text, (size_t)length);
    }
}

static void import_spec(Cst *c, const CstNode *n, int group, DeclList *list) {
    Decl *d = add_decl(c, DECL_IMPORT, n->pos, group, list);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_NAME) {
            d->import.name = cst_name(c, &child);
            d->import.name_pos = child.pos;
        }
        if (child.field == CST_FIELD_PATH) import_path(c, &child, d);
    }
}

// ---- constants and variables

static Decl *value_spec(Cst *c, const CstNode *n, int group, DeclList *list) {
    Decl *d = add_decl(c, n->kind == CST_CONST_SPEC ? DECL_CONST : DECL_VAR, n->pos, group, list);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_NAME && child.kind == CST_IDENTIFIER) {
            vec_push(c->arena, &d->value.names, cst_name(c, &child));
            vec_push(c->arena, &d->value.name_pos, child.pos);
        }
        if (child.field == CST_FIELD_TYPE) d->value.type = cst_expr(c);
        if (child.field == CST_FIELD_VALUES) cst_expr_list(c, &d->value.values);
    }
    return d;
}

// What a constant of a group repeats and counts: *last is the latest spec that says something.
static void inherit(Decl *d, int iota, Decl **last) {
    d->value.iota = iota;
    if (d->value.type || d->value.values.n)
        *last = d;
    else
        d->value.inherit = *last;
}

// ---- types

static Expr *with_operand(Cst *c, ExprKind kind, Expr *operand) {
    Expr *e = cst_new_expr(c, kind, operand->pos, operand->end);
    e->star = operand;
    return e;
}

// Splits x into a name and a type element, if it can be read so: P *C, P (C), P *C|D. Without force only if
// the element can be nothing but one. NULL: x is an expression.
static Expr *split(Cst *c, Expr *x, bool force, Expr **name) {
    if (x->kind == EXPR_BINARY && x->binary.op == OP_MUL && x->binary.x->kind == EXPR_NAME) {
        if (!force && !cst_is_type_elem(x->binary.y)) return NULL;
        *name = x->binary.x;
        Expr *star = with_operand(c, EXPR_STAR, x->binary.y);
        star->pos = x->binary.op_pos;
        return star;
    }
    if (x->kind == EXPR_BINARY && x->binary.op == OP_OR) {
        Expr *left = split(c, x->binary.x, force || cst_is_type_elem(x->binary.y), name);
        if (!left) return NULL;
        x->binary.x = left;
        x->pos = left->pos;
        return x;
    }
    if (x->kind == EXPR_CALL && x->call.fn->kind == EXPR_NAME && x->call.args.n == 1 && !x->call.spread) {
        if (!force && !cst_is_type_elem(x->call.args.v[0])) return NULL;
        *name = x->call.fn;
        return cst_unparen(x->call.args.v[0]);
    }
    return NULL;
}

static bool split_param(Cst *c, Expr *x, bool force, TypeParamList *list) {
    Expr *name = NULL;
    Expr *constraint = split(c, x, force, &name);
    if (!constraint) return false;
    TypeParam *p = ARENA_NEW(c->arena, TypeParam);
    p->name = name->name.name;
    p->pos = name->pos;
    p->constraint = constraint;
    vec_push(c->arena, list, p);
    return true;
}

static void reject_comma(Cst *c, Pos comma) {
    cst_error(c, comma, 0, "syntax error: unexpected comma; expected ]");
}

// Type parameters of a type. The first one may come as an expression, `both`, which the comma behind it makes
// a parameter; without a comma the list stands before `=`.
static void spec_type_params(Cst *c, TypeParamList *list) {
    Expr *both = NULL;
    Pos comma = 0, close = 0;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.kind == CST_COMMA && !comma) comma = child.pos;
        if (child.kind == CST_RBRACK) close = child.pos;
        if (child.field == CST_FIELD_BOTH) both = cst_expr(c);
        if (child.kind != CST_TYPE_PARAMETER) continue;
        if (both && !split_param(c, both, true, list)) reject_comma(c, comma);
        both = NULL;
        cst_type_parameter(c, list);
    }
    if (!both || split_param(c, both, comma != 0, list)) return;
    if (comma)
        reject_comma(c, comma);
    else
        cst_error(c, close + 1, 0, "syntax error: unexpected =, expected type");
}

// type T[P *interface{…}] E was read as an array type.
static void reread_array(Cst *c, Decl *d) {
    Expr *t = d->type.type;
    if (t->kind != EXPR_ARRAY_TYPE || d->type.alias || d->type.tparams.n || !t->array.len) return;
    if (split_param(c, t->array.len, false, &d->type.tparams)) d->type.type = t->array.elem;
}

// Types that functions define are numbered as they come, aliases left out: their numbers show in names of
// instances.
static void number_local_type(Cst *c, Decl *d) {
    if (c->in_body && !d->type.alias) d->type.local_number = ++c->local_types;
}

static void type_spec(Cst *c, const CstNode *n, int group, DeclList *list) {
    Decl *d = add_decl(c, DECL_TYPE, n->pos, group, list);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_NAME) {
            d->type.name = cst_name(c, &child);
            d->type.name_pos = child.pos;
        }
        if (child.kind == CST_ASSIGN) d->type.alias = true;
        if (child.field == CST_FIELD_TYPE_PARAMETERS) spec_type_params(c, &d->type.tparams);
        if (child.field != CST_FIELD_TYPE) continue;
        number_local_type(c, d);
        d->type.type = cst_expr(c);
    }
    reread_array(c, d);
}

// ---- functions

static void function(Cst *c, const CstNode *n, DeclList *list) {
    Decl *d = add_decl(c, DECL_FUNC, n->pos, 0, list);
    FuncNode *f = d->func = ARENA_NEW(c->arena, FuncNode);
    f->pos = n->pos;
    f->pragmas = c->pragmas;
    memset(&c->pragmas, 0, sizeof c->pragmas);
    int receivers = 1;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        cst_signature_child(c, &child, f);
        if (child.field == CST_FIELD_RECEIVER) receivers = cst_receiver(c, f);
        if (child.field == CST_FIELD_TYPE_PARAMETERS) cst_type_params(c, &f->tparams);
        if (child.field == CST_FIELD_BODY) f->body = cst_body(c);
        if (child.field != CST_FIELD_NAME) continue;
        f->name = cst_name(c, &child);
        f->name_pos = child.pos;
        if (receivers != 1)
            cst_error(c, child.pos, 0,
                      receivers ? "method has multiple receivers" : "method has no receiver");
    }
}

// ---- all of them

// A spec, alone or in a group; iota counts within the group.
static void spec(Cst *c, const CstNode *n, int group, int iota, Decl **last, DeclList *list) {
    switch (n->kind) {
    case CST_IMPORT_SPEC: import_spec(c, n, group, list); break;
    case CST_VAR_SPEC: value_spec(c, n, group, list); break;
    case CST_CONST_SPEC: inherit(value_spec(c, n, group, list), iota, last); break;
    case CST_TYPE_SPEC: type_spec(c, n, group, list); break;
    default: break;
    }
}

void cst_declaration(Cst *c, const CstNode *n, DeclList *list) {
    static int groups;
    if (n->kind == CST_FUNCTION_DECLARATION || n->kind == CST_METHOD_DECLARATION) {
        function(c, n, list);
        return;
    }
    int group = 0, iota = 0;
    Decl *last = NULL;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.kind == CST_LPAREN) group = ++groups;
        if (child.kind && child.kind < CST_LPAREN) spec(c, &child, group, iota++, &last, list);
    }
}
