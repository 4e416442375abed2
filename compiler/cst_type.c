// Types, from the CST to the AST: the nodes that can be nothing else.
#include "constant.h"
#include "cst_node.h"
#include "diag.h"

// Whether an expression can only be a type element, and so decides what `type T[P …]` declares.
bool cst_is_type_elem(const Expr *e) {
    switch (e->kind) {
    case EXPR_ARRAY_TYPE:
    case EXPR_SLICE_TYPE:
    case EXPR_STRUCT_TYPE:
    case EXPR_FUNC_TYPE:
    case EXPR_INTERFACE_TYPE:
    case EXPR_MAP_TYPE:
    case EXPR_CHAN_TYPE: return true;
    case EXPR_STAR: return cst_is_type_elem(e->star);
    case EXPR_PAREN: return cst_is_type_elem(e->paren);
    case EXPR_UNARY: return e->unary.op == OP_TILDE || cst_is_type_elem(e->unary.x);
    case EXPR_BINARY: return cst_is_type_elem(e->binary.x) || cst_is_type_elem(e->binary.y);
    default: return false;
    }
}

static Expr *array_type(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, EXPR_ARRAY_TYPE, n->pos, n->end);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_LENGTH)
            e->array.len = child.kind == CST_ELLIPSIS ? cst_new_expr(c, EXPR_ELLIPSIS, child.pos, child.end)
                                                      : cst_expr(c);
        if (child.field == CST_FIELD_ELEMENT) e->array.elem = cst_expr(c);
    }
    return e;
}

// The one operand of a type that wraps another.
static Expr *operand(Cst *c) {
    Expr *e = NULL;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child))
        if (child.field == CST_FIELD_ELEMENT || child.field == CST_FIELD_TYPE) e = cst_expr(c);
    return e;
}

static Expr *slice_type(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, EXPR_SLICE_TYPE, n->pos, n->end);
    e->array.elem = operand(c);
    return e;
}

static Expr *pointer_type(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, EXPR_STAR, n->pos, n->end);
    e->star = operand(c);
    return e;
}

static Expr *variadic_type(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, EXPR_ELLIPSIS, n->pos, n->end);
    e->ellipsis = operand(c);
    return e;
}

static Expr *tilde_type(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, EXPR_UNARY, n->pos, n->end);
    e->unary.op = OP_TILDE;
    e->unary.op_pos = n->pos;
    e->unary.x = operand(c);
    return e;
}

static Expr *channel_type(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, EXPR_CHAN_TYPE, n->pos, n->end);
    if (n->kind == CST_RECEIVE_CHANNEL_TYPE) e->chan.dir = CHAN_RECV;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_DIRECTION) e->chan.dir = CHAN_SEND;
        if (child.field == CST_FIELD_ELEMENT) e->chan.elem = cst_expr(c);
    }
    return e;
}

static Expr *map_type(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, EXPR_MAP_TYPE, n->pos, n->end);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_KEY) e->map.key = cst_expr(c);
        if (child.field == CST_FIELD_ELEMENT) e->map.elem = cst_expr(c);
    }
    return e;
}

static Expr *union_type(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, EXPR_BINARY, n->pos, n->end);
    e->binary.op = OP_OR;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_LEFT)
            e->binary.x = cst_expr(c);
        else if (child.field == CST_FIELD_RIGHT)
            e->binary.y = cst_expr(c);
        else
            e->binary.op_pos = child.pos;
    }
    return e;
}

// ---- structs

static Field *add_field(Cst *c, FieldList *fields, const char *name, Pos pos) {
    Field *f = ARENA_NEW(c->arena, Field);
    f->name = name;
    f->pos = pos;
    vec_push(c->arena, fields, f);
    return f;
}

static bool is_parenthesized(const Expr *e) {
    return e->kind == EXPR_PAREN || (e->kind == EXPR_STAR && e->star->kind == EXPR_PAREN);
}

static Expr *embedded_type(Cst *c) {
    Expr *e = cst_expr(c);
    if (!is_parenthesized(e)) return e;
    Pos paren = e->kind == EXPR_PAREN ? e->pos : e->star->pos;
    cst_error(c, paren, 0, "syntax error: cannot parenthesize embedded type");
    return e;
}

// `a, b T "tag"`: a Field a name, which share the type and the tag.
static void field_declaration(Cst *c, FieldList *fields) {
    int first = fields->n;
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_NAME && child.kind == CST_IDENTIFIER)
            add_field(c, fields, cst_name(c, &child), child.pos);
        if (child.field == CST_FIELD_EMBEDDED) {
            Field *f = add_field(c, fields, NULL, child.pos);
            f->embedded = true;
            f->type = embedded_type(c);
        }
        if (child.field == CST_FIELD_TYPE) {
            Expr *type = cst_expr(c);
            for (int i = first; i < fields->n; i++) fields->v[i]->type = type;
        }
        if (child.field == CST_FIELD_TAG) {
            Expr *tag = cst_expr(c);
            if (tag->kind != EXPR_STRING)
                cst_error(c, child.pos, child.end, "syntax error: struct field tag must be a string");
            for (int i = first; i < fields->n; i++) fields->v[i]->tag = tag->val;
        }
    }
}

static Expr *struct_type(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, EXPR_STRUCT_TYPE, n->pos, n->end);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child))
        if (child.kind == CST_FIELD_DECLARATION) field_declaration(c, &e->struct_.fields);
    return e;
}

// ---- interfaces

static void method_spec(Cst *c, const CstNode *n, FieldList *elems) {
    FuncNode *f = ARENA_NEW(c->arena, FuncNode);
    f->pos = n->pos;
    Field *field = add_field(c, elems, NULL, n->pos);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.field == CST_FIELD_NAME)
            field->name = cst_name(c, &child);
        else
            cst_signature_child(c, &child, f);
    }
    field->type = cst_new_expr(c, EXPR_FUNC_TYPE, n->pos, n->end);
    field->type->func = f;
}

static Expr *interface_type(Cst *c, const CstNode *n) {
    Expr *e = cst_new_expr(c, EXPR_INTERFACE_TYPE, n->pos, n->end);
    CstNode child;
    for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) {
        if (child.kind == CST_METHOD_SPEC) {
            method_spec(c, &child, &e->iface.elems);
        } else if (child.kind && child.kind < CST_LPAREN) {
            Field *f = add_field(c, &e->iface.elems, NULL, child.pos);
            f->embedded = true;
            f->type = cst_expr(c);
        }
    }
    return e;
}

Expr *cst_type(Cst *c, const CstNode *n) {
    switch (n->kind) {
    case CST_ARRAY_TYPE: return array_type(c, n);
    case CST_SLICE_TYPE: return slice_type(c, n);
    case CST_POINTER_TYPE: return pointer_type(c, n);
    case CST_VARIADIC_TYPE: return variadic_type(c, n);
    case CST_TILDE_TYPE: return tilde_type(c, n);
    case CST_UNION_TYPE: return union_type(c, n);
    case CST_MAP_TYPE: return map_type(c, n);
    case CST_CHANNEL_TYPE:
    case CST_RECEIVE_CHANNEL_TYPE: return channel_type(c, n);
    case CST_STRUCT_TYPE: return struct_type(c, n);
    case CST_INTERFACE_TYPE: return interface_type(c, n);
    case CST_FUNCTION_TYPE: return cst_function(c, n);
    default: bug_at(n->pos, "no conversion for a node of kind '%s'", cst_kind_name(n->kind));
    }
}
