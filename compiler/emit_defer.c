// defer statements, and the frame of a function that has some.
//
// Floor 6. Records of deferred calls hang in the frame, for panics. Where the function returns, a function
// whose records are on the stack does not walk them: each defer statement runs at most once a call, in the
// order of the text, so that the list is known but for which of them were reached. The calls are spelt out
// there, last first, each if its record is the first of the list, and C may inline them.
//
// A frame is entered by GOL_FRAME_ENTER, or by gol_frame_enter where the results are returned in memory
// (gol.h).
#include "emit_priv.h"

enum { RUNS_MOST = 12 }; // calls spelt out in a function; further returns walk the list

static void end_line(Emit *e) {
    cbuf_put(&e->body, ";");
    cbuf_newline(&e->body);
}

void emit_defer(Emit *e, IrStmt *s) {
    CBuf *b = &e->body;
    IrFunc *f = s->src->func;
    const char *type = emit_context_type(e, f);
    cbuf_begin(b, s->pos);
    if (s->src->slot) {
        const char *slot = emit_var_name(s->src->slot);
        if (f->captures.n) {
            cbuf_printf(b, "%s = (%s)", slot, type);
            emit_context_init(e, b, s->src);
            end_line(e);
            cbuf_begin(b, s->pos);
        }
        cbuf_printf(b, "gol_frame_defer(&%s, &%s.d, %s)", e->frame_name, slot, emit_func_name(e, f));
    } else {
        if (s->dst) { // in the body of a range over a function: the frame is another function's
            cbuf_put(b, "gol_frame_defer(gol_frame_at(");
            emit_expr(e, b, s->dst, PREC_ANY);
            cbuf_printf(b, "), gol_closure(&(%s)", type);
        } else {
            cbuf_printf(b, "gol_frame_defer(&%s, gol_closure(&(%s)", e->frame_name, type);
        }
        emit_context_init(e, b, s->src);
        cbuf_printf(b, ", sizeof(%s), %lld), %s)", type, (long long)emit_context_ptrdata(f),
                    emit_func_name(e, f));
    }
    end_line(e);
    if (!s->dst && !e->f->heap_defers) vec_push(e->arena, &e->deferred, s->src);
}

// C returns it in registers: the System V convention for what C's types of Go's values can be.
static bool in_registers(IrFunc *f) {
    int64_t end = 0;
    for (int i = 0; i < f->results.n; i++) {
        Type *t = f->results.v[i]->type;
        int64_t align = type_align(t);
        end = (end + align - 1) / align * align + type_size(t);
    }
    return end <= 16;
}

static bool returns_nothing(IrFunc *f) {
    return f->result == &ir_type_void || f->ctx == IRCTX_GO || f->ctx == IRCTX_DEFER;
}

static bool any_on_heap(IrFunc *f) {
    for (int i = 0; i < f->results.n; i++)
        if (f->results.v[i]->heap) return true;
    return false;
}

// Address of the results, as C has them: the struct of several, the variable, or its place on the heap.
static const char *results_address(Emit *e, IrFunc *f) {
    if (f->results.n == 0) return "NULL";
    if (f->results.n > 1) return arena_printf(e->arena, "&%s", e->results_name);
    IrVar *v = f->results.v[0];
    return arena_printf(e->arena, "%s%s", v->heap ? "" : "&", emit_var_name(v));
}

static void enter_by_label(Emit *e, IrStmt *s) {
    CBuf *b = &e->body;
    IrFunc *f = e->f;
    cbuf_begin(b, s->pos);
    cbuf_printf(b, "GOL_FRAME_ENTER(%s, %s, ", e->frame_name, results_address(e, f));
    if (returns_nothing(f)) {
        cbuf_put(b, "gol_frame_recovered(); return)");
    } else {
        IrVar *v = f->results.n == 1 ? f->results.v[0] : NULL;
        const char *type = v && v->heap ? emit_memtype(e, v->type) : emit_result_type(e, f);
        cbuf_printf(b, "return *(%s)gol_frame_recovered())",
                    emit_declarator(e, arena_printf(e->arena, "%s *", type), ""));
    }
    end_line(e);
}

void emit_frame_enter(Emit *e, IrStmt *s) {
    CBuf *b = &e->body;
    IrFunc *f = e->f;
    if (returns_nothing(f) || (in_registers(f) && (f->results.n == 1 || !any_on_heap(f)))) {
        enter_by_label(e, s);
        return;
    }
    bool pointer = f->results.n == 1 && f->results.v[0]->heap;
    cbuf_begin_head(b, s->pos);
    cbuf_printf(b, "if (gol_frame_enter(&%s, %s)) {", e->frame_name,
                pointer ? "NULL" : results_address(e, f));
    cbuf_newline(b);
    b->indent++;
    cbuf_begin(b, s->pos);
    cbuf_printf(b, "gol_frame_leave(&%s)", e->frame_name);
    end_line(e);
    for (int i = 0; i < s->body.n; i++)
        if (s->body.v[i]->kind == IRS_RETURN) emit_return(e, s->body.v[i]);
    b->indent--;
    cbuf_begin(b, 0);
    cbuf_put(b, "}");
    cbuf_newline(b);
}

void emit_frame_leave(Emit *e, IrStmt *s) {
    CBuf *b = &e->body;
    int n = e->deferred.n;
    cbuf_begin(b, s->pos);
    if (e->f->heap_defers || e->deferred_runs + n > RUNS_MOST) {
        cbuf_printf(b, "gol_frame_leave(&%s)", e->frame_name);
        end_line(e);
        return;
    }
    e->deferred_runs += n;
    for (int i = n - 1; i >= 0; i--) {
        IrExpr *make = e->deferred.v[i];
        cbuf_printf(b, "GOL_FRAME_RUN(%s, %s, %s)", e->frame_name, emit_var_name(make->slot),
                    emit_func_name(e, make->func));
        end_line(e);
        cbuf_begin(b, s->pos);
    }
    cbuf_printf(b, "GOL_FRAME_UNLINK(%s)", e->frame_name);
    end_line(e);
}
