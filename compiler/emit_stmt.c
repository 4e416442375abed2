// Statements of the IR as C statements, one a line.
//
// Floor 6. A break or continue that C's own cannot reach goes to a label break_N or continue_N, N the number
// of the statement that it leaves; the label is written when a goto to it was.
#include "emit_priv.h"
#include "mangle.h"

enum { WANT_BREAK = 1, WANT_CONTINUE = 2 }; // IrStmt.emit

static void want(IrStmt *s, uintptr_t what) { s->emit = (void *)((uintptr_t)s->emit | what); }
static bool wanted(IrStmt *s, uintptr_t what) { return (uintptr_t)s->emit & what; }

static void line(Emit *e, Pos pos, const char *text) {
    cbuf_begin(&e->body, pos);
    cbuf_put(&e->body, text);
    cbuf_newline(&e->body);
}

static void end_line(Emit *e) {
    cbuf_put(&e->body, ";");
    cbuf_newline(&e->body);
}

static void put_block(Emit *e, IrStmtList *list) {
    e->body.indent++;
    emit_stmts(e, list);
    e->body.indent--;
}

// ---- declarations ----------------------------------------------------------------------------------------

// A closure whose storage is a local: filled before its address is taken.
static void fill_slot(Emit *e, IrExpr *x, Pos pos) {
    if (!x || x->kind != IRX_CLOSURE || !x->slot || !x->func->captures.n) return;
    cbuf_begin(&e->body, pos);
    cbuf_printf(&e->body, "%s = (%s)", emit_var_name(x->slot), emit_context_type(e, x->func));
    emit_context_init(e, &e->body, x);
    end_line(e);
}

static void put_heap_decl(Emit *e, IrVar *v, IrExpr *init, Pos pos) {
    CBuf *b = &e->body;
    const char *name = emit_var_name(v);
    const char *type = emit_memtype(e, v->type);
    cbuf_begin(b, pos);
    cbuf_printf(b, "%s = gol_alloc(sizeof(%s), %lld)", emit_declarator(e, emit_ptr_to(e, v->type), name),
                type, (long long)type_ptrdata(v->type));
    end_line(e);
    if (!init || init->kind == IRX_ZERO) return;
    cbuf_begin(b, pos);
    cbuf_printf(b, "*%s = ", name);
    emit_expr(e, b, init, PREC_ANY);
    end_line(e);
}

static bool is_braced(IrExpr *x) {
    return x->kind == IRX_AGGREGATE || x->kind == IRX_ZERO || x->kind == IRX_MKSLICE ||
           x->kind == IRX_MKSTRING || x->kind == IRX_MKIFACE || x->kind == IRX_MKCOMPLEX;
}

static void put_value_decl(Emit *e, IrVar *v, IrExpr *init) {
    CBuf *b = &e->body;
    cbuf_put(b, emit_declarator(e, emit_ctype(e, v->type), emit_var_name(v)));
    if (!init) return;
    cbuf_put(b, " = ");
    if (is_braced(init))
        emit_init(e, b, init, false);
    else
        emit_expr(e, b, init, PREC_ANY);
}

void emit_var_decl(Emit *e, IrVar *v, IrExpr *init, Pos pos) {
    CBuf *b = &e->body;
    const char *name = emit_var_name(v);
    fill_slot(e, init, pos);
    if (v->heap) {
        put_heap_decl(e, v, init, pos);
        return;
    }
    cbuf_begin(b, pos);
    switch (v->shape) {
    case IRSHAPE_SCASES: cbuf_printf(b, "gol_scase %s[%d]", name, v->count ? v->count : 1); break;
    case IRSHAPE_MAPITER: cbuf_printf(b, "gol_mapiter %s", name); break;
    case IRSHAPE_CONTEXT: cbuf_printf(b, "%s %s", emit_context_type(e, v->context_of), name); break;
    case IRSHAPE_VALUE: put_value_decl(e, v, init); break;
    }
    end_line(e);
}

static void put_decl(Emit *e, IrStmt *s) {
    static IrExpr zero = {.kind = IRX_ZERO};
    IrExpr z = zero;
    z.type = s->var->type;
    emit_var_decl(e, s->var, s->src ? s->src : s->var->shape == IRSHAPE_VALUE ? &z : NULL, s->pos);
}

// ---- simple statements -----------------------------------------------------------------------------------

static void put_assign(Emit *e, IrStmt *s) {
    emit_expr(e, &e->body, s->dst, PREC_ANY);
    cbuf_put(&e->body, " = ");
    emit_expr(e, &e->body, s->src, PREC_ANY);
}

static void put_effect(Emit *e, IrExpr *x) {
    bool call =
        x->kind == IRX_CALL || x->kind == IRX_CALL_FUNC || x->kind == IRX_CALL_IFACE || x->kind == IRX_RTCALL;
    if (!call) cbuf_put(&e->body, "(void)");
    emit_expr(e, &e->body, x, call ? PREC_ANY : PREC_UNARY);
}

void emit_return(Emit *e, IrStmt *s) {
    CBuf *b = &e->body;
    IrFunc *f = e->f;
    cbuf_begin(b, s->pos);
    cbuf_put(b, "return");
    if (f->result == &ir_type_void || f->ctx == IRCTX_GO || f->ctx == IRCTX_DEFER) {
        end_line(e);
        return;
    }
    cbuf_put(b, " ");
    bool many = (s->args.n ? s->args.n : f->results.n) > 1; // one argument for several results is a tuple
    if (many) cbuf_printf(b, "(%s){", emit_result_type(e, f));
    for (int i = 0; i < (s->args.n ? s->args.n : f->results.n); i++) {
        if (i) cbuf_put(b, ", ");
        if (s->args.n)
            emit_expr(e, b, s->args.v[i], PREC_ANY);
        else
            emit_var(e, b, f->results.v[i], PREC_ANY);
    }
    if (many) cbuf_put(b, "}");
    end_line(e);
}

static void put_go(Emit *e, IrStmt *s) {
    CBuf *b = &e->body;
    IrFunc *f = s->src->func;
    cbuf_begin(b, s->pos);
    cbuf_printf(b, "gol_go(%s, ", emit_func_name(e, f));
    if (f->captures.n) {
        const char *type = emit_context_type(e, f);
        cbuf_printf(b, "&(%s)", type);
        emit_context_init(e, b, s->src);
        cbuf_printf(b, ", sizeof(%s))", type);
    } else {
        cbuf_put(b, "NULL, 0)");
    }
    end_line(e);
}

static void put_scase(Emit *e, IrStmt *s) {
    CBuf *b = &e->body;
    cbuf_begin(b, s->pos);
    cbuf_printf(b, "%s[%d] = (gol_scase){", emit_var_name(s->var), s->index);
    emit_expr(e, b, s->dst, PREC_ANY);
    cbuf_put(b, ", ");
    if (s->src)
        emit_expr(e, b, s->src, PREC_ANY);
    else
        cbuf_put(b, "NULL");
    cbuf_printf(b, ", %s}", s->send ? "true" : "false");
    end_line(e);
}

// ---- control ---------------------------------------------------------------------------------------------

static void put_label(Emit *e, const char *kind, int id) {
    line(e, 0, arena_printf(e->arena, "%s_%d:;", kind, id));
}

static void put_if(Emit *e, IrStmt *s, bool chained) {
    CBuf *b = &e->body;
    if (!chained) cbuf_begin_head(b, s->pos);
    cbuf_put(b, "if (");
    emit_expr(e, b, s->src, PREC_ANY);
    cbuf_put(b, ") {");
    cbuf_newline(b);
    if (s->branch) line(e, 0, "    GOL_BRANCH;");
    put_block(e, &s->body);
    if (s->other.n == 1 && s->other.v[0]->kind == IRS_IF && !b->lines) {
        cbuf_begin(b, 0);
        cbuf_put(b, "} else ");
        put_if(e, s->other.v[0], true);
        return;
    }
    if (s->other.n) {
        line(e, 0, "} else {");
        put_block(e, &s->other);
    }
    line(e, 0, "}");
}

// first: a declaration that the head may hold, or NULL.
static void put_loop_head(Emit *e, IrStmt *s, IrStmt *first) {
    CBuf *b = &e->body;
    cbuf_begin_head(b, s->pos);
    if (s->src && !s->post && !first) {
        cbuf_put(b, "while (");
        emit_expr(e, b, s->src, PREC_ANY);
        cbuf_put(b, ") {");
    } else {
        cbuf_put(b, "for (");
        if (first) put_value_decl(e, first->var, first->src);
        cbuf_put(b, s->src ? "; " : ";");
        if (s->src) emit_expr(e, b, s->src, PREC_ANY);
        cbuf_put(b, s->post ? "; " : ";");
        if (s->post && s->post->kind == IRS_ASSIGN)
            put_assign(e, s->post);
        else if (s->post)
            put_effect(e, s->post->src);
        cbuf_put(b, ") {");
    }
    cbuf_newline(b);
}

static void put_loop(Emit *e, IrStmt *s, IrStmt *first) {
    IrStmt *nearest = e->nearest, *nearest_loop = e->nearest_loop;
    e->nearest = e->nearest_loop = s;
    put_loop_head(e, s, first);
    put_block(e, &s->body);
    if (wanted(s, WANT_CONTINUE)) put_label(e, "continue", s->id);
    line(e, 0, "}");
    if (wanted(s, WANT_BREAK)) put_label(e, "break", s->id);
    e->nearest = nearest;
    e->nearest_loop = nearest_loop;
}

// { var i = …; loop } is C's for.
static bool is_for(IrStmt *s) {
    if (s->used_break || s->body.n != 2 || s->body.v[0]->kind != IRS_DECL || s->body.v[1]->kind != IRS_LOOP)
        return false;
    IrStmt *decl = s->body.v[0];
    bool slot = decl->src && decl->src->kind == IRX_CLOSURE && decl->src->slot;
    return s->body.v[1]->post && !decl->var->heap && decl->var->shape == IRSHAPE_VALUE && decl->src && !slot;
}

static bool ends_away(IrStmtList *list) { // control does not reach the end
    if (!list->n) return false;
    IrStmtKind k = list->v[list->n - 1]->kind;
    return k == IRS_RETURN || k == IRS_BREAK || k == IRS_CONTINUE || k == IRS_GOTO || k == IRS_UNREACHABLE;
}

static void put_case(Emit *e, IrStmt *s, IrCase *c) {
    CBuf *b = &e->body;
    cbuf_begin(b, 0);
    for (int i = 0; i < c->values.n; i++) {
        cbuf_put(b, i ? " case " : "case ");
        emit_int_const(b, s->src->type, c->values.v[i]);
        cbuf_put(b, ":");
    }
    cbuf_put(b, c->values.n ? " {" : "default: {");
    cbuf_newline(b);
    put_block(e, &c->body);
    e->body.indent++;
    if (c->falls)
        line(e, 0, "__attribute__((fallthrough));");
    else if (!ends_away(&c->body))
        line(e, 0, "break;");
    e->body.indent--;
    line(e, 0, "}");
}

static void put_switch(Emit *e, IrStmt *s) {
    IrStmt *nearest = e->nearest;
    e->nearest = s;
    cbuf_begin_head(&e->body, s->pos);
    cbuf_put(&e->body, "switch (");
    emit_expr(e, &e->body, s->src, PREC_ANY);
    cbuf_put(&e->body, ") {");
    cbuf_newline(&e->body);
    for (int i = 0; i < s->cases.n; i++) put_case(e, s, s->cases.v[i]);
    line(e, 0, "}");
    if (wanted(s, WANT_BREAK)) put_label(e, "break", s->id);
    e->nearest = nearest;
}

static void put_jump(Emit *e, IrStmt *s) {
    bool leaves = s->kind == IRS_BREAK;
    if (s->target == (leaves ? e->nearest : e->nearest_loop)) {
        line(e, s->pos, leaves ? "break;" : "continue;");
        return;
    }
    want(s->target, leaves ? WANT_BREAK : WANT_CONTINUE);
    line(e, s->pos, arena_printf(e->arena, "goto %s_%d;", leaves ? "break" : "continue", s->target->id));
}

// ---- all -------------------------------------------------------------------------------------------------

static void put_stmt(Emit *e, IrStmt *s) {
    CBuf *b = &e->body;
    switch (s->kind) {
    case IRS_DECL: put_decl(e, s); break;
    case IRS_ASSIGN:
        fill_slot(e, s->src, s->pos);
        cbuf_begin(b, s->pos);
        put_assign(e, s);
        end_line(e);
        break;
    case IRS_EXPR:
        fill_slot(e, s->src, s->pos); // its operands' checks
        cbuf_begin(b, s->pos);
        put_effect(e, s->src);
        end_line(e);
        break;
    case IRS_BLOCK:
        if (is_for(s)) {
            put_loop(e, s->body.v[1], s->body.v[0]);
            break;
        }
        if (!s->used_break && s->body.n == 1 && s->body.v[0]->kind != IRS_DECL) {
            put_stmt(e, s->body.v[0]);
            break;
        }
        line(e, 0, "{");
        put_block(e, &s->body);
        line(e, 0, "}");
        if (wanted(s, WANT_BREAK)) put_label(e, "break", s->id);
        break;
    case IRS_IF: put_if(e, s, false); break;
    case IRS_LOOP: put_loop(e, s, NULL); break;
    case IRS_SWITCH: put_switch(e, s); break;
    case IRS_BREAK:
    case IRS_CONTINUE: put_jump(e, s); break;
    case IRS_GOTO: line(e, s->pos, arena_printf(e->arena, "goto %s;", emit_label_name(e, s->label))); break;
    case IRS_LABEL:
        if (s->label->used) line(e, 0, arena_printf(e->arena, "%s:;", emit_label_name(e, s->label)));
        break;
    case IRS_RETURN: emit_return(e, s); break;
    case IRS_GO: put_go(e, s); break;
    case IRS_DEFER: emit_defer(e, s); break;
    case IRS_FRAME_ENTER: emit_frame_enter(e, s); break;
    case IRS_FRAME_LEAVE: emit_frame_leave(e, s); break;
    case IRS_SCASE: put_scase(e, s); break;
    case IRS_UNREACHABLE: line(e, s->pos, "gol_unreachable();"); break;
    }
}

void emit_stmts(Emit *e, IrStmtList *list) {
    for (int i = 0; i < list->n; i++) put_stmt(e, list->v[i]);
}
