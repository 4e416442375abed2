// One module to one C file. See emit.h for the order of its parts.
//
// Floor 6.
#include "emit.h"
#include "emit_priv.h"

static void put_section(CBuf *out, CBuf *part) {
    if (!part->n) return;
    if (part->v[0] != '\n') cbuf_put(out, "\n");
    cbuf_put_n(out, part->v, part->n);
}

static void put_main(Emit *e) {
    IrModule *m = e->m;
    if (!m->main) return;
    cbuf_printf(&e->code, "\nint main(int argc, char **argv) { return gol_start(argc, argv, %s, %s); }\n",
                emit_func_name(e, m->init), emit_func_name(e, m->main));
}

static void emit_whole(Emit *e) {
    IrModule *m = e->m;
    for (int i = 0; i < m->funcs.n; i++) emit_prototype(e, m->funcs.v[i]);
    for (int i = 0; i < m->globals.n; i++) emit_global(e, m->globals.v[i]);
    for (int i = 0; i < m->funcs.n; i++)
        if (!m->funcs.v[i]->external) emit_func(e, m->funcs.v[i]);
    emit_listed_descs(e);
    emit_extra_descs(e);
}

void emit_module(IrModule *m, const EmitOptions *options, CBuf *out) {
    static int serial;
    Emit *e = &(Emit){.arena = m->arena, .m = m, .options = options, .serial = ++serial};
    CBuf *parts[] = {&e->forward, &e->types, &e->decls, &e->eqs, &e->code, &e->data};
    const int n = sizeof parts / sizeof *parts;
    for (int i = 0; i < n; i++) parts[i]->arena = m->arena;
    e->type_list.arena = m->arena;
    e->code.lines = options->lines;
    e->code.path_of = options->path_of;

    emit_declare_descs(e);
    if (options->part)
        emit_part(e);
    else
        emit_whole(e);
    if (!options->part || options->part->rest) put_main(e);
    emit_type_list(e);

    cbuf_printf(out, "/* %s, translated by gol. */\n#define GOL_EMITTED\n#include <gol/gol.h>\n",
                options->origin);
    for (int i = 0; i < n; i++) put_section(out, parts[i]);
}
