// Functions: head, stack check, entry, body.
//
// Floor 6. C allocates a function's frame before its first statement runs, so a frame must fit the reserve
// below the stack's limit (gol.h) together with what the slow path needs. The frame is estimated from the
// variables and from the aggregates that C may put into slots of their own; without optimisation every value
// gets one. A function whose estimate is over the budget is a body, never inlined, behind a wrapper that
// makes room first. A function of some size is never inlined either, so that frames do not add up.
#include "emit_priv.h"
#include "mangle.h"

#include <string.h>

enum {
    BUDGET = 448,      // of a frame that is checked after it was allocated
    LEAF_BUDGET = 160, // of a frame that is not checked at all
    INLINE_BUDGET = 192,
    LINKAGE = 64, // return address and saved registers
};

typedef struct Frame {
    int64_t plain, optimised; // bytes, without and with optimisation
} Frame;

// ---- frames ----------------------------------------------------------------------------------------------

static int64_t var_bytes(IrVar *v) {
    switch (v->shape) {
    case IRSHAPE_SCASES: return 24 * (v->count ? v->count : 1);
    case IRSHAPE_MAPITER: return 112;
    case IRSHAPE_CONTEXT: {
        int64_t n = 16;
        for (int i = 0; i < v->context_of->captures.n; i++) {
            IrVar *c = v->context_of->captures.v[i];
            n += c->by_ref ? 8 : (type_size(c->type) + 7) & -8;
        }
        return n;
    }
    default: break;
    }
    if (v->heap || v->type == &ir_type_void || emit_is_pointerish(v->type)) return 8;
    if (type_under(v->type)->kind == TYPE_TUPLE) {
        int64_t n = 0;
        for (int i = 0; i < v->type->tuple.types.n; i++) n += (type_size(v->type->tuple.types.v[i]) + 7) & -8;
        return n;
    }
    return (type_size(v->type) + 7) & -8;
}

static void add_vars(Frame *frame, IrVarList *vars) {
    for (int i = 0; i < vars->n; i++) {
        IrVar *v = vars->v[i];
        int64_t n = var_bytes(v);
        bool in_memory = v->addr_taken || v->shape != IRSHAPE_VALUE || (n > 24 && !v->heap);
        frame->plain += n;
        frame->optimised += in_memory ? n : n > 8 ? n / 2 : 2;
    }
}

static Frame all_vars(IrFunc *f) {
    Frame frame = {LINKAGE, LINKAGE};
    add_vars(&frame, &f->params);
    add_vars(&frame, &f->results);
    add_vars(&frame, &f->vars);
    return frame;
}

// What a call may add to the frame when C inlines it.
static void add_inlined(IrExpr *x, void *p) {
    if (x->kind != IRX_CALL || x->func->external || x->func->noinline || x->func->has_frame) return;
    Frame *frame = p;
    int64_t bytes = all_vars(x->func).optimised - LINKAGE;
    if (bytes <= INLINE_BUDGET - LINKAGE) frame->optimised += bytes;
}

static Frame estimate(Emit *e, IrFunc *f) {
    Frame frame = all_vars(f);
    // C goes on somewhere else after a panic, so it lets few variables share a place.
    if (f->has_frame) ir_each_expr_in(&f->body, add_inlined, &frame);
    frame.plain += e->temps + e->temps / 2;
    frame.optimised += e->temps / 2;
    if (f->has_frame) {
        frame.plain += (int64_t)sizeof(uint64_t[11]);
        frame.optimised += (int64_t)sizeof(uint64_t[11]);
    }
    return frame;
}

// ---- entry -----------------------------------------------------------------------------------------------

static void put_line(Emit *e, const char *text) {
    cbuf_begin(&e->body, 0);
    cbuf_put(&e->body, text);
    cbuf_newline(&e->body);
}

static void put_heap_params(Emit *e, IrFunc *f) {
    for (int i = 0; i < f->params.n; i++) {
        IrVar *v = f->params.v[i];
        if (!v->heap) continue;
        emit_var_decl(e, v, NULL, 0);
        put_line(e, arena_printf(e->arena, "*%s = %s__in;", emit_var_name(v), emit_var_name(v)));
    }
}

// Results of a function that defers are read by the runtime's caller after a panic: one struct, in memory.
static void put_results(Emit *e, IrFunc *f) {
    bool in_struct = f->has_frame && f->results.n > 1;
    if (in_struct) {
        put_line(e, arena_printf(e->arena, "%s = {};",
                                 emit_declarator(e, emit_result_type(e, f), e->results_name)));
    }
    for (int i = 0; i < f->results.n; i++) {
        IrVar *v = f->results.v[i];
        if (v->heap) {
            emit_var_decl(e, v, NULL, 0);
        } else if (in_struct) {
            emit_set_name(e, v, arena_printf(e->arena, "%s.r%d", e->results_name, i));
        } else if (emit_var_record(e, v)->uses || f->has_frame || emit_is_named(v)) {
            IrExpr zero = {.kind = IRX_ZERO, .type = v->type};
            emit_var_decl(e, v, &zero, 0);
        }
    }
}

static void put_entry(Emit *e, IrFunc *f) {
    if (f->captures.n) {
        const char *type = emit_context_type(e, f);
        put_line(e, arena_printf(e->arena, "%s *%s = %s__in;", type, e->context_name, e->context_name));
    }
    if (f->has_frame) put_line(e, arena_printf(e->arena, "gol_frame %s;", e->frame_name));
    put_heap_params(e, f);
    put_results(e, f);
    for (int i = 0; i < f->vars.n; i++) {
        IrVar *v = f->vars.v[i];
        bool used = emit_var_record(e, v)->uses > 0;
        if (!v->has_decl && used) emit_var_decl(e, v, NULL, 0);
    }
}

// ---- the function ----------------------------------------------------------------------------------------

static const char *linkage(Emit *e, IrFunc *f, bool noinline) {
    if (emit_part_is_weak(e->options->part, f)) return "GOL_WEAK GOL_FN ";
    const char *hint = noinline ? "GOL_NOINLINE " : "";
    if (f->small && !noinline) hint = emit_is_static(e, f) ? "inline " : "extern inline ";
    return arena_printf(e->arena, "%sGOL_FN %s",
                        emit_is_static(e, f) ? f->weak || f->exported ? "static GOL_UNUSED " : "static " : "",
                        hint);
}

// "return main__f__body(a, b);"
static const char *forward_call(Emit *e, IrFunc *f, const char *body) {
    CBuf b = {.arena = e->arena};
    if (strcmp(emit_result_type(e, f), "void")) cbuf_put(&b, "return ");
    cbuf_printf(&b, "%s(", body);
    const char *sep = "";
    for (int i = 0; i < f->params.n; i++) {
        IrVar *v = f->params.v[i];
        cbuf_printf(&b, "%s%s%s", sep, emit_var_name(v), v->heap ? "__in" : "");
        sep = ", ";
    }
    if (f->ctx != IRCTX_NONE) cbuf_printf(&b, "%s%s%s", sep, e->context_name, f->captures.n ? "__in" : "");
    cbuf_put(&b, ");");
    return cbuf_text(&b);
}

// What a wrapper asks for. Inlining gives a frame variables that the estimate does not know, and slots are
// shared or not as the compiler likes: real frames were up to twice the estimate (tests/tools/frames_test).
static int64_t generous(int64_t bytes) { return 2 * bytes + 128; }

static void put_wrapper(Emit *e, IrFunc *f, const char *body, int64_t bytes) {
    CBuf *c = &e->code;
    cbuf_printf(c, "static GOL_FN GOL_NOINLINE %s;\n", emit_func_head(e, f, body, true));
    cbuf_printf(c, "%s%s {\n    GOL_STACK_CHECK_FRAME(%lld);\n    %s\n}\n", linkage(e, f, false),
                emit_func_head(e, f, emit_func_name(e, f), true), (long long)bytes, forward_call(e, f, body));
}

static void put_head(Emit *e, IrFunc *f, Frame frame) {
    CBuf *c = &e->code;
    EmitFunc *r = emit_func_record(e, f);
    const char *head = emit_func_head(e, f, r->name, true);
    bool big = frame.optimised > BUDGET, big_when_plain = frame.plain > BUDGET;
    const char *body = arena_printf(e->arena, "%s__body", r->name);
    if (big) {
        cbuf_printf(c, "#ifdef __OPTIMIZE__\n");
        put_wrapper(e, f, body, generous(frame.optimised));
        cbuf_printf(c, "#else\n");
        put_wrapper(e, f, body, frame.plain);
        cbuf_printf(c, "#endif\n");
        r->body = body;
        cbuf_begin(c, f->pos);
        cbuf_printf(c, "static GOL_FN GOL_NOINLINE %s {", emit_func_head(e, f, body, true));
        cbuf_newline(c);
        return;
    }
    bool noinline = f->noinline || f->has_frame || frame.optimised > INLINE_BUDGET; // gol.h: GOL_FRAME_ENTER
    bool check = !f->leaf || frame.plain > LEAF_BUDGET;
    if (big_when_plain) {
        r->plain_body = body;
        cbuf_put(c, "#ifndef __OPTIMIZE__\n");
        put_wrapper(e, f, body, frame.plain);
        cbuf_begin(c, f->pos);
        cbuf_printf(c, "static GOL_FN GOL_NOINLINE %s {\n#else\n", emit_func_head(e, f, body, true));
        cbuf_forget_line(c);
    }
    cbuf_begin(c, f->pos);
    cbuf_printf(c, "%s%s {", linkage(e, f, noinline), head);
    cbuf_newline(c);
    if (check) {
        bool fits = f->leaf && frame.optimised <= LEAF_BUDGET;
        cbuf_put(c, fits ? "    GOL_STACK_CHECK_PLAIN();" : "    GOL_STACK_CHECK();");
        cbuf_newline(c);
    }
    if (big_when_plain) {
        cbuf_put(c, "#endif\n");
        cbuf_forget_line(c);
    }
}

static void put_info_of(Emit *e, IrFunc *f, const char *symbol) {
    CBuf *c = &e->code;
    const char *path = e->options->path_of(f->pos);
    cbuf_printf(c, "GOL_FUNCINFO(%s, ", symbol);
    cbuf_quoted(c, f->go_name, strlen(f->go_name));
    cbuf_put(c, ", ");
    cbuf_quoted(c, path, strlen(path));
    cbuf_printf(c, ", %d, %d);\n", source_line(f->pos), f->params.n);
}

static void put_info(Emit *e, IrFunc *f) {
    if (!f->go_name || !f->pos) return;
    EmitFunc *r = emit_func_record(e, f);
    if (r->plain_body) {
        cbuf_put(&e->code, "#ifndef __OPTIMIZE__\n");
        put_info_of(e, f, r->plain_body);
        cbuf_put(&e->code, "#else\n");
    }
    put_info_of(e, f, r->body);
    if (r->plain_body) cbuf_put(&e->code, "#endif\n");
}

void emit_func(Emit *e, IrFunc *f) {
    e->f = f;
    e->temps = 0;
    e->ordered = 0;
    memset(&e->deferred, 0, sizeof e->deferred);
    e->deferred_runs = 0;
    e->nearest = e->nearest_loop = NULL;
    e->body =
        (CBuf){.arena = e->arena, .lines = e->options->lines, .path_of = e->options->path_of, .indent = 1};
    e->body.file = e->options->path_of(f->pos);
    e->body.line = -1;
    emit_name_vars(e, f);
    put_entry(e, f);
    emit_stmts(e, &f->body);
    Frame frame = estimate(e, f);
    if (e->code.n) cbuf_put(&e->code, "\n");
    cbuf_forget_line(&e->code);
    put_head(e, f, frame);
    if (e->body.n) cbuf_put_n(&e->code, e->body.v, e->body.n);
    cbuf_put(&e->code, "}\n");
    cbuf_forget_line(&e->code);
    put_info(e, f);
    e->f = NULL;
}
