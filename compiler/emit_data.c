// Static data: package variables, static func values.
//
// Floor 6. All are declared before any is defined, since initialisers refer to each other.
#include "emit_priv.h"
#include "mangle.h"

const char *emit_global_name(Emit *e, IrGlobal *g) {
    if (g->emit) return g->emit;
    const char *name;
    const char *path = mangle_path(e->arena, g->pkg ? g->pkg->path : e->m->pkg->path);
    switch (g->kind) {
    case IRG_VAR: name = mangle_object(e->arena, g->pkg, g->name); break;
    case IRG_STATIC: name = arena_printf(e->arena, "%s__data__%d", path, g->number); break;
    default:
        name = arena_printf(e->arena, "%s__flag__%s", path, mangle_ident(e->arena, g->name ? g->name : "x"));
        break;
    }
    return g->emit = (void *)name;
}

void emit_global(Emit *e, IrGlobal *g) {
    const char *decl = emit_declarator(e, emit_ctype(e, g->type), emit_global_name(e, g));
    const char *readonly = g->readonly ? "const " : "";
    if (g->external) {
        cbuf_printf(&e->decls, "extern %s;\n", decl);
        return;
    }
    bool is_static = !g->exported || e->m->main; // nobody imports a program
    bool zero = !g->init || g->init->kind == IRX_ZERO;
    if (is_static)
        cbuf_printf(&e->decls, "static GOL_UNUSED %s%s;\n", readonly, decl);
    else
        cbuf_printf(&e->decls, "%s%s%s;\n", zero ? "" : "extern ", readonly, decl);
    if (zero) return;
    cbuf_printf(&e->data, "%s%s%s = ", is_static ? "static " : "", readonly, decl);
    emit_init(e, &e->data, g->init, true);
    cbuf_put(&e->data, ";\n");
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
