// Names of local variables in C: Go's where C can have them.
//
// Floor 6. A variable is visible in C from its declaration to the end of its block, so a name may serve again
// in blocks side by side, but not in nested ones: `x := x + 1` would mean itself in C. What has no IRS_DECL
// is declared at the top of the function.
#include "emit_priv.h"
#include "intern.h"
#include "mangle.h"

#include <string.h>

EmitVar *emit_var_record(Emit *e, IrVar *v) {
    if (!v->emit) v->emit = ARENA_NEW(e->arena, EmitVar);
    return v->emit;
}

const char *emit_var_name(IrVar *v) { return ((EmitVar *)v->emit)->name; }

void emit_set_name(Emit *e, IrVar *v, const char *name) { emit_var_record(e, v)->name = name; }

// name: interned, as those in use are; a table of many rows is a function of many variables.
static bool in_use(Emit *e, const char *name) {
    for (int i = e->names.n - 1; i >= 0; i--)
        if (e->names.v[i] == name) return true;
    return false;
}

const char *emit_free_name(Emit *e, const char *wish) {
    const char *name = intern_z(mangle_is_reserved(wish) ? arena_printf(e->arena, "%s_", wish) : wish);
    for (int i = 2; in_use(e, name); i++)
        name = intern_z(arena_printf(e->arena, "%s%s%d", wish, strchr(wish, '_') ? "_" : "", i));
    vec_push(e->arena, &e->names, name);
    return name;
}

bool emit_is_named(IrVar *v) { return v->name && *v->name; }

static void name_var(Emit *e, IrVar *v) {
    if (v->kind == IRV_CAPTURE) return;
    const char *wish = !emit_is_named(v)           ? arena_printf(e->arena, "t%d", v->id)
                       : strcmp(v->name, "_") == 0 ? "blank"
                                                   : mangle_ident(e->arena, v->name);
    emit_set_name(e, v, emit_free_name(e, wish));
}

static void name_in(Emit *e, IrStmtList *list);

static void name_block(Emit *e, IrStmtList *list) {
    int mark = e->names.n;
    name_in(e, list);
    e->names.n = mark;
}

static void name_in(Emit *e, IrStmtList *list) {
    for (int i = 0; i < list->n; i++) {
        IrStmt *s = list->v[i];
        if (s->kind == IRS_DECL) name_var(e, s->var);
        name_block(e, &s->body);
        name_block(e, &s->other);
        for (int c = 0; c < s->cases.n; c++) name_block(e, &s->cases.v[c]->body);
    }
}

static void count_use(IrExpr *x, void *arg) {
    Emit *e = arg;
    if (x->kind == IRX_VAR) emit_var_record(e, x->var)->uses++;
    if (x->kind == IRX_CLOSURE && x->slot) emit_var_record(e, x->slot)->uses++;
}

static void count_stmt(IrStmt *s, void *arg) {
    if (s->kind == IRS_SCASE) emit_var_record(arg, s->var)->uses++;
}

void emit_name_vars(Emit *e, IrFunc *f) {
    e->names.n = 0;
    ir_each_expr_in(&f->body, count_use, e);
    ir_each_stmt(&f->body, count_stmt, e);
    for (int i = 0; i < f->params.n; i++) name_var(e, f->params.v[i]);
    for (int i = 0; i < f->results.n; i++) name_var(e, f->results.v[i]);
    if (f->ctx != IRCTX_NONE) e->context_name = emit_free_name(e, "ctx");
    if (f->has_frame) e->frame_name = emit_free_name(e, "frame");
    if (f->has_frame) e->results_name = emit_free_name(e, "results");
    for (int i = 0; i < f->vars.n; i++)
        if (!f->vars.v[i]->has_decl) name_var(e, f->vars.v[i]);
    name_in(e, &f->body);
}

const char *emit_label_name(Emit *e, IrLabel *label) {
    if (!label->name) return arena_printf(e->arena, "label_%d", label->id);
    const char *name = mangle_ident(e->arena, label->name);
    bool ours = strncmp(name, "label_", 6) == 0 || strncmp(name, "break_", 6) == 0 ||
                strncmp(name, "continue_", 9) == 0;
    return ours || mangle_is_reserved(name) ? arena_printf(e->arena, "%s_", name) : name;
}
