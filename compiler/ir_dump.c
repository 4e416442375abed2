// The IR as text: for people, golden tests and the verifier's complaints.
//
// Floor 4. Close to C, with Go's types. Variables are name.id, temporaries tID, captures c.name.
#include "ir.h"

#include <inttypes.h>
#include <string.h>

typedef struct Text {
    Arena *a;
    char *v;
    size_t n, cap;
} Text;

static void put_n(Text *t, const char *s, size_t n) {
    if (t->n + n + 1 > t->cap) {
        size_t cap = (t->cap ? t->cap * 2 : 256) + n;
        char *v = arena_alloc(t->a, cap);
        if (t->n) memcpy(v, t->v, t->n);
        t->v = v;
        t->cap = cap;
    }
    memcpy(t->v + t->n, s, n);
    t->n += n;
    t->v[t->n] = 0;
}

static void put(Text *t, const char *s) { put_n(t, s, strlen(s)); }

__attribute__((format(printf, 2, 3))) static void putf(Text *t, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    put(t, arena_vprintf(t->a, fmt, args));
    va_end(args);
}

// ---- names -----------------------------------------------------------------------------------------------

static const char *type_text(Type *t) {
    if (!t) return "?";
    if (t == &ir_type_rtype) return "rtype";
    if (t == &ir_type_itab) return "itab";
    if (t == &ir_type_code) return "code";
    if (t == &ir_type_void) return "void";
    return type_string(t, NULL);
}

static void put_var(Text *t, const IrVar *v) {
    if (v->kind == IRV_CAPTURE) put(t, "c.");
    if (v->name)
        putf(t, "%s.%d", v->name, v->id);
    else
        putf(t, "t%d", v->id);
}

static void put_func_name(Text *t, const IrFunc *f) {
    static const char *const kinds[] = {
        [IRF_FUNC] = "",
        [IRF_METHOD] = "",
        [IRF_LITERAL] = "literal",
        [IRF_RANGE] = "range",
        [IRF_FUNCVAL] = "funcval",
        [IRF_METHOD_VALUE] = "methodvalue",
        [IRF_METHOD_EXPR] = "methodexpr",
        [IRF_WRAPPER] = "wrapper",
        [IRF_IFACE_ENTRY] = "entry",
        [IRF_GO] = "go",
        [IRF_DEFER] = "defer",
        [IRF_INIT] = "init",
        [IRF_VARINIT] = "varinit",
        [IRF_INIT_DECL] = "initdecl",
    };
    if (f->outer) {
        put_func_name(t, f->outer);
        putf(t, "$%s%d", kinds[f->kind], f->number);
        return;
    }
    if (kinds[f->kind][0]) putf(t, "%s:", kinds[f->kind]);
    putf(t, "%s.", f->pkg ? f->pkg->path : "?");
    if (f->recv) putf(t, "(%s).", type_text(f->recv));
    put(t, f->name ? f->name : "_");
    if (f->number) putf(t, "#%d", f->number);
    for (int i = 0; i < f->targs.n && !f->recv; i++) putf(t, "%s%s", i ? "," : "[", type_text(f->targs.v[i]));
    if (f->targs.n && !f->recv) put(t, "]");
}

static void put_global(Text *t, const IrGlobal *g) {
    if (g->kind == IRG_STATIC)
        putf(t, "static%d", g->number);
    else
        putf(t, "%s.%s", g->pkg->path, g->name);
}

// ---- expressions -----------------------------------------------------------------------------------------

static void put_expr(Text *t, const IrExpr *e);

static void put_args(Text *t, const IrExprList *args) {
    put(t, "(");
    for (int i = 0; i < args->n; i++) {
        if (i) put(t, ", ");
        if (args->v[i])
            put_expr(t, args->v[i]);
        else
            put(t, "_");
    }
    put(t, ")");
}

static void put_call(Text *t, const char *name, const IrExpr *x) {
    putf(t, "%s(", name);
    put_expr(t, x);
    put(t, ")");
}

static void put_typed(Text *t, const char *name, const IrExpr *e) {
    putf(t, "%s<%s>(", name, type_text(e->type));
    put_expr(t, e->x);
    put(t, ")");
}

static void put_infix(Text *t, const IrExpr *e, const char *op) {
    put(t, "(");
    put_expr(t, e->x);
    putf(t, " %s ", op);
    put_expr(t, e->y);
    put(t, ")");
}

static void put_index(Text *t, const IrExpr *e) {
    static const char *const marks[] = {"", "?", "u?"};
    put_expr(t, e->x);
    put(t, "[");
    put_expr(t, e->y);
    putf(t, "]%s", marks[e->bounds]);
}

static void put_aggregate(Text *t, const IrExpr *e) {
    putf(t, "%s{", type_text(e->type));
    for (int i = 0; i < e->args.n; i++) {
        if (i) put(t, ", ");
        if (e->keys.n) putf(t, "%" PRId64 ": ", e->keys.v[i]);
        if (e->args.v[i])
            put_expr(t, e->args.v[i]);
        else
            put(t, "_");
    }
    put(t, "}");
}

static const char *escape_mark(const IrExpr *e) {
    return e->escapes == IRESC_STACK ? " stack" : e->escapes == IRESC_HEAP ? " heap" : "";
}

static void put_expr(Text *t, const IrExpr *e) {
    switch (e->kind) {
    case IRX_CONST: {
        Type *u = type_under(e->type);
        if (u->kind == TYPE_INT || u->kind == TYPE_BOOL || u->kind == TYPE_STRING)
            put(t, const_text(e->val));
        else
            putf(t, "%s<%s>", const_text(e->val), type_text(e->type));
        break;
    }
    case IRX_ZERO: putf(t, "zero<%s>", type_text(e->type)); break;
    case IRX_VAR: put_var(t, e->var); break;
    case IRX_GLOBAL: put_global(t, e->global); break;
    case IRX_FUNCADDR:
        put(t, "code:");
        put_func_name(t, e->func);
        break;
    case IRX_FUNCVAL:
        put(t, "func:");
        put_func_name(t, e->func);
        break;
    case IRX_TYPEDESC: putf(t, "type:%s", type_text(e->of)); break;
    case IRX_ITAB: putf(t, "itab:%s:%s", type_text(e->of), type_text(e->iface)); break;
    case IRX_SIZEOF: putf(t, "sizeof<%s>", type_text(e->of)); break;
    case IRX_CONTEXT: put(t, "context"); break;
    case IRX_UNARY:
        put(t, op_text(e->op));
        put_expr(t, e->x);
        break;
    case IRX_BINARY:
        put_infix(t, e, arena_printf(t->a, "%s%s", op_text(e->op), e->no_check ? "!" : ""));
        break;
    case IRX_COMPARE: put_infix(t, e, op_text(e->op)); break;
    case IRX_AND: put_infix(t, e, "&&"); break;
    case IRX_OR: put_infix(t, e, "||"); break;
    case IRX_COND:
        put(t, "(");
        put_expr(t, e->x);
        put(t, " ? ");
        put_expr(t, e->y);
        put(t, " : ");
        put_expr(t, e->z);
        put(t, ")");
        break;
    case IRX_CONVERT: put_typed(t, "convert", e); break;
    case IRX_BITCAST: put_typed(t, "cast", e); break;
    case IRX_FIELD: {
        put_expr(t, e->x);
        Type *u = type_under(e->x->type);
        bool known = u->kind == TYPE_STRUCT && e->index < u->struct_.fields.n;
        putf(t, ".%s", known ? u->struct_.fields.v[e->index].name : "?");
        break;
    }
    case IRX_ELEM:
    case IRX_AT:
    case IRX_STRAT: put_index(t, e); break;
    case IRX_DEREF:
        putf(t, "*%s<%s>(", e->no_check ? "" : "?", type_text(e->type));
        put_expr(t, e->x);
        put(t, ")");
        break;
    case IRX_ADDR:
        put(t, "&");
        put_expr(t, e->x);
        break;
    case IRX_LEN: put_call(t, "len", e->x); break;
    case IRX_CAP: put_call(t, "cap", e->x); break;
    case IRX_DATA: put_call(t, "data", e->x); break;
    case IRX_IFACE_TYPE: put_call(t, "typeof", e->x); break;
    case IRX_IFACE_TAB: put_call(t, "tabof", e->x); break;
    case IRX_IFACE_DATA: put_call(t, "word", e->x); break;
    case IRX_IFACE_CODE:
        put_call(t, "method", e->x);
        putf(t, "[%d]", e->index);
        break;
    case IRX_REAL: put_call(t, "real", e->x); break;
    case IRX_IMAG: put_call(t, "imag", e->x); break;
    case IRX_TUPLE_GET:
        put_expr(t, e->x);
        putf(t, "#%d", e->index);
        break;
    case IRX_AGGREGATE: put_aggregate(t, e); break;
    case IRX_MKSTRING:
        put(t, "string");
        put_args(t, &e->args);
        break;
    case IRX_MKSLICE:
        put(t, "slice");
        put_args(t, &e->args);
        break;
    case IRX_MKIFACE:
        putf(t, "iface<%s>", type_text(e->type));
        put_args(t, &e->args);
        break;
    case IRX_MKCOMPLEX:
        put(t, "complex");
        put_args(t, &e->args);
        break;
    case IRX_CONCAT:
        put(t, "concat");
        put_args(t, &e->args);
        break;
    case IRX_ITER_KEY: put_call(t, "iterkey", e->x); break;
    case IRX_ITER_ELEM: put_call(t, "iterelem", e->x); break;
    case IRX_CALL:
        put(t, "call ");
        put_func_name(t, e->func);
        put_args(t, &e->args);
        break;
    case IRX_CALL_FUNC:
        put(t, "call ");
        put_expr(t, e->x);
        put_args(t, &e->args);
        break;
    case IRX_CALL_IFACE:
        put(t, "call ");
        put_expr(t, e->x);
        putf(t, ".%d", e->index);
        put_args(t, &e->args);
        for (int i = 0; i < e->likely.n; i++)
            putf(t, "%s%s", i ? ", " : " likely ", type_text(e->likely.v[i]->type));
        break;
    case IRX_RTCALL:
        put(t, ir_rt_info[e->rt].symbol + 4); // without gol_
        put_args(t, &e->args);
        break;
    case IRX_NEW: putf(t, "new<%s>%s", type_text(e->of), escape_mark(e)); break;
    case IRX_CLOSURE:
        put(t, "closure ");
        put_func_name(t, e->func);
        put_args(t, &e->args);
        put(t, escape_mark(e));
        if (e->slot) {
            put(t, " in ");
            put_var(t, e->slot);
        }
        break;
    }
}

const char *ir_expr_text(Arena *a, const IrExpr *e) {
    Text t = {.a = a};
    put_expr(&t, e);
    return t.v;
}

// ---- statements ------------------------------------------------------------------------------------------

static void indent(Text *t, int depth) {
    for (int i = 0; i < depth; i++) put(t, "    ");
}

static void put_stmts(Text *t, const IrStmtList *list, int depth);

static void put_body(Text *t, const IrStmtList *list, int depth) {
    put(t, "{\n");
    put_stmts(t, list, depth + 1);
    indent(t, depth);
    put(t, "}");
}

static void put_assign(Text *t, const IrStmt *s) {
    put_expr(t, s->dst);
    put(t, " = ");
    put_expr(t, s->src);
}

static void put_label(Text *t, const IrLabel *l) { putf(t, "%s.%d", l->name ? l->name : "L", l->id); }

static void put_loop(Text *t, const IrStmt *s, int depth) {
    putf(t, "loop.%d (", s->id);
    if (s->src) put_expr(t, s->src);
    put(t, "; ");
    if (s->post && s->post->kind == IRS_ASSIGN)
        put_assign(t, s->post);
    else if (s->post)
        put_expr(t, s->post->src);
    put(t, ") ");
    put_body(t, &s->body, depth);
}

static void put_switch(Text *t, const IrStmt *s, int depth) {
    putf(t, "switch.%d ", s->id);
    put_expr(t, s->src);
    put(t, " {\n");
    for (int i = 0; i < s->cases.n; i++) {
        const IrCase *c = s->cases.v[i];
        indent(t, depth);
        put(t, c->values.n ? "case" : "default");
        for (int j = 0; j < c->values.n; j++) putf(t, "%s %" PRId64, j ? "," : "", c->values.v[j]);
        put(t, ":\n");
        put_stmts(t, &c->body, depth + 1);
        if (c->falls) {
            indent(t, depth + 1);
            put(t, "fallthrough\n");
        }
    }
    indent(t, depth);
    put(t, "}");
}

static void put_stmt(Text *t, const IrStmt *s, int depth) {
    switch (s->kind) {
    case IRS_DECL:
        put(t, "var ");
        put_var(t, s->var);
        putf(t, " %s%s", type_text(s->var->type), s->var->heap ? " heap" : "");
        if (s->src) {
            put(t, " = ");
            put_expr(t, s->src);
        }
        break;
    case IRS_ASSIGN: put_assign(t, s); break;
    case IRS_EXPR: put_expr(t, s->src); break;
    case IRS_BLOCK:
        putf(t, "block.%d ", s->id);
        put_body(t, &s->body, depth);
        break;
    case IRS_IF:
        put(t, "if ");
        put_expr(t, s->src);
        put(t, " ");
        put_body(t, &s->body, depth);
        if (s->other.n) {
            put(t, " else ");
            put_body(t, &s->other, depth);
        }
        break;
    case IRS_LOOP: put_loop(t, s, depth); break;
    case IRS_SWITCH: put_switch(t, s, depth); break;
    case IRS_BREAK: putf(t, "break .%d", s->target->id); break;
    case IRS_CONTINUE: putf(t, "continue .%d", s->target->id); break;
    case IRS_GOTO:
        put(t, "goto ");
        put_label(t, s->label);
        break;
    case IRS_LABEL:
        put_label(t, s->label);
        put(t, ":");
        break;
    case IRS_RETURN:
        put(t, "return");
        if (s->args.n) {
            put(t, " ");
            put_args(t, &s->args);
        }
        break;
    case IRS_GO:
    case IRS_DEFER:
        put(t, s->kind == IRS_GO ? "go " : "defer ");
        put_expr(t, s->src);
        if (s->dst) {
            put(t, " in frame ");
            put_expr(t, s->dst);
        }
        break;
    case IRS_FRAME_ENTER:
        put(t, "frame enter ");
        put_body(t, &s->body, depth);
        break;
    case IRS_FRAME_LEAVE: put(t, "frame leave"); break;
    case IRS_SCASE:
        put_var(t, s->var);
        putf(t, "[%d] = %s ", s->index, s->send ? "send" : "recv");
        put_expr(t, s->dst);
        if (s->src) {
            put(t, " ");
            put_expr(t, s->src);
        }
        break;
    case IRS_UNREACHABLE: put(t, "unreachable"); break;
    }
}

static void put_stmts(Text *t, const IrStmtList *list, int depth) {
    for (int i = 0; i < list->n; i++) {
        const IrStmt *s = list->v[i];
        if (s->kind == IRS_LABEL && !s->label->used) continue;
        indent(t, depth);
        put_stmt(t, s, depth);
        put(t, "\n");
    }
}

// ---- functions -------------------------------------------------------------------------------------------

static void put_vars(Text *t, const IrVarList *vars) {
    put(t, "(");
    for (int i = 0; i < vars->n; i++) {
        if (i) put(t, ", ");
        put_var(t, vars->v[i]);
        putf(t, " %s%s%s", vars->v[i]->by_ref ? "&" : "", type_text(vars->v[i]->type),
             vars->v[i]->heap ? " heap" : "");
    }
    put(t, ")");
}

static void put_func(Text *t, const IrFunc *f) {
    static const char *const contexts[] = {"", " closure", " defer", " go"};
    put(t, f->external ? "extern func " : "func ");
    put_func_name(t, f);
    put_vars(t, &f->params);
    put(t, " ");
    put_vars(t, &f->results);
    put(t, contexts[f->ctx]);
    if (f->captures.n) put_vars(t, &f->captures);
    if (f->weak) put(t, " weak");
    if (f->copy) put(t, " copy");
    if (f->leaf) put(t, " leaf");
    if (!f->external) {
        put(t, " ");
        put_body(t, &f->body, 0);
    }
    put(t, "\n");
}

void ir_dump_func(FILE *out, const IrFunc *f) {
    Text t = {.a = arena_new()};
    put_func(&t, f);
    fputs(t.v, out);
    arena_free(t.a);
}

static void put_globals(Text *t, const IrModule *m) {
    for (int i = 0; i < m->globals.n; i++) {
        const IrGlobal *g = m->globals.v[i];
        putf(t, "%s%s ", g->external ? "extern " : "", g->readonly ? "const" : "var");
        put_global(t, g);
        putf(t, " %s", type_text(g->type));
        if (g->init) {
            put(t, " = ");
            put_expr(t, g->init);
        }
        put(t, "\n");
    }
}

static void put_types(Text *t, const IrModule *m) {
    for (int i = 0; i < m->types.n; i++) {
        const IrTypeDesc *d = m->types.v[i];
        putf(t, "%stype %s%s\n", d->external ? "extern " : "", type_text(d->type), d->weak ? " weak" : "");
        for (int j = 0; j < d->methods.n; j++) {
            putf(t, "    %s = ", d->methods.v[j].name);
            put_func_name(t, d->methods.v[j].entry);
            put(t, "\n");
        }
    }
    for (int i = 0; i < m->itabs.n; i++) {
        const IrItab *tab = m->itabs.v[i];
        putf(t, "itab %s : %s\n", type_text(tab->type), type_text(tab->iface));
        for (int j = 0; j < tab->entries.n; j++) {
            put(t, "    ");
            put_func_name(t, tab->entries.v[j]);
            put(t, "\n");
        }
    }
}

void ir_dump(FILE *out, const IrModule *m) {
    Text t = {.a = arena_new()};
    putf(&t, "package %s\n", m->pkg->path);
    put_globals(&t, m);
    put_types(&t, m);
    for (int i = 0; i < m->funcs.n; i++) {
        put(&t, "\n");
        put_func(&t, m->funcs.v[i]);
    }
    fputs(t.v, out);
    arena_free(t.a);
}
