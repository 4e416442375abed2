// Static data: package variables, static func values.
//
// Floor 6. All are declared before any is defined, since initialisers refer to each other.
#include "emit_priv.h"
#include "mangle.h"

const char *emit_global_name(Emit *e, IrGlobal *g) {
    if (g->emit) return g->emit;
    const char *name;
    const char *path = mangle_path(e->arena, g->pkg ? g->pkg->path : e->m->pkg->path);
    if (e->options->part && g->kind == IRG_STATIC) g->number = ++e->statics;
    switch (g->kind) {
    case IRG_VAR: name = mangle_object(e->arena, g->pkg, g->name); break;
    case IRG_STATIC: name = arena_printf(e->arena, "%s__data__%d", path, g->number); break;
    default:
        name = arena_printf(e->arena, "%s__flag__%s", path, mangle_ident(e->arena, g->name ? g->name : "x"));
        break;
    }
    g->emit = (void *)name;
    if (e->options->part) emit_part_global(e, g);
    return name;
}

static const char *declarator(Emit *e, IrGlobal *g) {
    return emit_declarator(e, emit_ctype(e, g->type), emit_global_name(e, g));
}

// Nobody imports a program, but its parts share its variables.
static bool is_static(Emit *e, IrGlobal *g) { return !g->exported || (e->m->main && !e->options->part); }

static bool is_zero(IrGlobal *g) { return !g->init || g->init->kind == IRX_ZERO; }

void emit_declare_global(Emit *e, IrGlobal *g, bool here) {
    const char *decl = declarator(e, g), *readonly = g->readonly ? "const " : "";
    if (!here)
        cbuf_printf(&e->decls, "extern %s%s;\n", readonly, decl);
    else if (is_static(e, g))
        cbuf_printf(&e->decls, "static GOL_UNUSED %s%s;\n", readonly, decl);
    else
        cbuf_printf(&e->decls, "%s%s%s;\n", is_zero(g) ? "" : "extern ", readonly, decl);
}

void emit_define_global(Emit *e, IrGlobal *g) {
    if (is_zero(g)) return;
    cbuf_printf(&e->data, "%s%s%s = ", is_static(e, g) ? "static " : "", g->readonly ? "const " : "",
                declarator(e, g));
    emit_init(e, &e->data, g->init, true);
    cbuf_put(&e->data, ";\n");
}

void emit_global(Emit *e, IrGlobal *g) {
    emit_declare_global(e, g, !g->external);
    if (!g->external) emit_define_global(e, g);
}

// A func value that captures nothing is one constant.
const char *emit_funcval(Emit *e, IrFunc *f) {
    EmitFunc *r = emit_func_record(e, f);
    const char *name = arena_printf(e->arena, "%s__f", r->name);
    if (!r->funcval) {
        r->funcval = true;
        cbuf_printf(&e->decls, "static const gol_func %s = {(void *)%s};\n", name, r->name);
    }
    return name;
}
