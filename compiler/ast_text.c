/* ast_text.c: expressions as messages quote them.
 *
 * Floor 1. Prints a tree back as source on one line, in the form that Go's compiler uses in its messages:
 * blanks around binary operators, no blanks elsewhere, bodies shortened to "…". Very deep or long expressions
 * are cut short, so that a message about a pathological program stays readable and the recursion bounded.
 */
#include "ast_text.h"

#include <stdio.h>

enum { MAX_DEPTH = 100, MAX_LENGTH = 4000 };

typedef struct Printer {
    Arena *arena;
    Vec(char) out;
    int depth;
} Printer;

static void print_expr(Printer *p, const Expr *e);

static void put(Printer *p, const char *s) {
    if (!s || p->out.n > MAX_LENGTH) return;
    for (; *s; s++) vec_push(p->arena, &p->out, *s);
}

static void print_list(Printer *p, const ExprList *list) {
    for (int i = 0; i < list->n; i++) {
        if (i) put(p, ", ");
        print_expr(p, list->v[i]);
    }
}

/* Fields that share a type expression are printed as one group: `a, b int`. */
static void print_fields(Printer *p, const FieldList *fields, const char *separator) {
    for (int i = 0; i < fields->n; i++) {
        const Field *f = fields->v[i];
        if (i) put(p, separator);
        if (f->name && !f->embedded) {
            put(p, f->name);
            while (i + 1 < fields->n && fields->v[i + 1]->type == f->type && fields->v[i + 1]->name) {
                put(p, ", ");
                put(p, fields->v[++i]->name);
            }
            put(p, " ");
        }
        print_expr(p, f->type);
    }
}

static void print_signature(Printer *p, const FuncNode *fn) {
    put(p, "(");
    print_fields(p, &fn->params, ", ");
    put(p, ")");
    if (!fn->results.n) return;
    put(p, " ");
    if (fn->results.n == 1 && !fn->results.v[0]->name) {
        print_expr(p, fn->results.v[0]->type);
        return;
    }
    put(p, "(");
    print_fields(p, &fn->results, ", ");
    put(p, ")");
}

static void print_interface(Printer *p, const FieldList *elems) {
    put(p, "interface{");
    for (int i = 0; i < elems->n; i++) {
        const Field *f = elems->v[i];
        if (i) put(p, "; ");
        if (f->name && f->type && f->type->kind == EXPR_FUNC_TYPE) {
            put(p, f->name);
            print_signature(p, f->type->func);
        } else {
            print_expr(p, f->type);
        }
    }
    put(p, "}");
}

static void print_chan(Printer *p, const Expr *e) {
    const Expr *elem = e->chan.elem;
    put(p, e->chan.dir == CHAN_RECV ? "<-chan " : e->chan.dir == CHAN_SEND ? "chan<- " : "chan ");
    bool parens =
        e->chan.dir == CHAN_BOTH && elem && elem->kind == EXPR_CHAN_TYPE && elem->chan.dir == CHAN_RECV;
    if (parens) put(p, "(");
    print_expr(p, elem);
    if (parens) put(p, ")");
}

static void print_slice_expr(Printer *p, const Expr *e) {
    print_expr(p, e->slice.x);
    put(p, "[");
    print_expr(p, e->slice.lo);
    put(p, ":");
    print_expr(p, e->slice.hi);
    if (e->slice.three || e->slice.max) {
        put(p, ":");
        print_expr(p, e->slice.max);
    }
    put(p, "]");
}

static void print_node(Printer *p, const Expr *e) {
    switch (e->kind) {
    case EXPR_BAD: put(p, "<bad expr>"); break;
    case EXPR_NAME: put(p, e->name.name); break;
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_IMAG:
    case EXPR_RUNE:
    case EXPR_STRING: put(p, e->literal); break;
    case EXPR_COMPOSITE:
        print_expr(p, e->composite.type);
        put(p, e->composite.elems.n ? "{…}" : "{}");
        break;
    case EXPR_KEYED:
        print_expr(p, e->keyed.key);
        put(p, ": ");
        print_expr(p, e->keyed.value);
        break;
    case EXPR_FUNC:
        put(p, "func");
        print_signature(p, e->func);
        put(p, e->func->body && e->func->body->stmts.n ? " {…}" : " {}");
        break;
    case EXPR_FUNC_TYPE:
        put(p, "func");
        print_signature(p, e->func);
        break;
    case EXPR_PAREN:
        put(p, "(");
        print_expr(p, e->paren);
        put(p, ")");
        break;
    case EXPR_SELECTOR:
        print_expr(p, e->selector.x);
        put(p, ".");
        put(p, e->selector.name);
        break;
    case EXPR_INDEX:
        print_expr(p, e->index.x);
        put(p, "[");
        print_list(p, &e->index.index);
        put(p, "]");
        break;
    case EXPR_SLICE: print_slice_expr(p, e); break;
    case EXPR_ASSERT:
        print_expr(p, e->assert_.x);
        put(p, ".(");
        if (e->assert_.type)
            print_expr(p, e->assert_.type);
        else
            put(p, "type");
        put(p, ")");
        break;
    case EXPR_CALL:
        print_expr(p, e->call.fn);
        put(p, "(");
        print_list(p, &e->call.args);
        put(p, e->call.spread ? "...)" : ")");
        break;
    case EXPR_STAR:
        put(p, "*");
        print_expr(p, e->star);
        break;
    case EXPR_UNARY:
        put(p, op_text(e->unary.op));
        print_expr(p, e->unary.x);
        break;
    case EXPR_BINARY:
        print_expr(p, e->binary.x);
        put(p, " ");
        put(p, op_text(e->binary.op));
        put(p, " ");
        print_expr(p, e->binary.y);
        break;
    case EXPR_ELLIPSIS:
        put(p, "...");
        print_expr(p, e->ellipsis);
        break;
    case EXPR_ARRAY_TYPE:
        put(p, "[");
        print_expr(p, e->array.len);
        put(p, "]");
        print_expr(p, e->array.elem);
        break;
    case EXPR_SLICE_TYPE:
        put(p, "[]");
        print_expr(p, e->array.elem);
        break;
    case EXPR_STRUCT_TYPE:
        put(p, "struct{");
        print_fields(p, &e->struct_.fields, "; ");
        put(p, "}");
        break;
    case EXPR_INTERFACE_TYPE: print_interface(p, &e->iface.elems); break;
    case EXPR_MAP_TYPE:
        put(p, "map[");
        print_expr(p, e->map.key);
        put(p, "]");
        print_expr(p, e->map.elem);
        break;
    case EXPR_CHAN_TYPE: print_chan(p, e); break;
    }
}

static void print_expr(Printer *p, const Expr *e) {
    if (!e) return;
    if (p->depth >= MAX_DEPTH || p->out.n > MAX_LENGTH) {
        vec_push(p->arena, &p->out, '.');
        return;
    }
    p->depth++;
    print_node(p, e);
    p->depth--;
}

const char *expr_text(Arena *arena, const Expr *e) {
    Printer p = {.arena = arena};
    print_expr(&p, e);
    vec_push(arena, &p.out, '\0');
    return p.out.v;
}
