// Symbols, prototypes and heads of functions.
//
// Floor 6. What other packages may refer to has external linkage; instances, wrappers, thunks and copies for
// inlining are static, since each file that needs one has its own (functions cannot be compared in Go).
#include "emit_priv.h"
#include "mangle.h"

#include <string.h>

EmitFunc *emit_func_record(Emit *e, IrFunc *f) {
    if (f->emit) return f->emit;
    EmitFunc *r = ARENA_NEW(e->arena, EmitFunc);
    r->name = r->body = mangle_func(e->arena, f);
    f->emit = r;
    if (e->options->part) emit_part_func(e, f);
    return r;
}

const char *emit_func_name(Emit *e, IrFunc *f) { return emit_func_record(e, f)->name; }

// Nobody imports package main: all of it is static but what the runtime is given.
static bool is_program(IrFunc *f) {
    return strcmp(f->pkg->path, "main") == 0 && (f->kind == IRF_FUNC || f->kind == IRF_METHOD) &&
           strcmp(f->name, "main") != 0;
}

bool emit_is_static(Emit *e, IrFunc *f) {
    if (f->external || emit_part_is_weak(e->options->part, f)) return false;
    return f->weak || f->copy || !f->exported || (is_program(f) && !e->options->part);
}

static void put_params(Emit *e, CBuf *b, IrFunc *f, bool names) {
    bool first = true;
    for (int i = 0; i < f->params.n; i++) {
        IrVar *v = f->params.v[i];
        const char *ctype = emit_ctype(e, v->type);
        if (!first) cbuf_put(b, ", ");
        first = false;
        if (!names)
            cbuf_put(b, ctype);
        else
            cbuf_put(
                b, emit_declarator(e, ctype,
                                   arena_printf(e->arena, "%s%s", emit_var_name(v), v->heap ? "__in" : "")));
    }
    if (f->ctx != IRCTX_NONE) {
        cbuf_printf(b, "%svoid *", first ? "" : ", ");
        if (names) cbuf_printf(b, "%s%s", e->context_name, f->captures.n ? "__in" : "");
        first = false;
    }
    if (first) cbuf_put(b, "void");
}

const char *emit_func_head(Emit *e, IrFunc *f, const char *name, bool names) {
    CBuf b = {.arena = e->arena};
    cbuf_put(&b, emit_declarator(e, emit_result_type(e, f), name));
    cbuf_put(&b, "(");
    put_params(e, &b, f, names);
    cbuf_put(&b, ")");
    return cbuf_text(&b);
}

void emit_prototype(Emit *e, IrFunc *f) {
    const char *head = emit_func_head(e, f, emit_func_name(e, f), false);
    cbuf_printf(&e->decls, "%s%s;\n",
                emit_is_static(e, f) ? f->weak || f->exported ? "static GOL_UNUSED " : "static " : "", head);
}
