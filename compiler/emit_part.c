// A module in parts: C files of their own, of which an edit changes few.
//
// Floor 6. A part holds some of the declared functions, its roots, and what nobody else needs: their
// literals, the code of their go and defer statements, their static data. Everything else is found in the
// rest, one more part: package variables, initialisation, descriptors and itabs, and what is shared:
// instances, wrappers and other thunks. Where `share` is off each part has copies of these instead, which C
// can inline.
//
// In a part nothing is declared that is not mentioned, so that its C stays the same while others change: what
// is declared or defined here follows from the names that the emitter asks for (emit_part_func,
// emit_part_global). For the same reason functions are parted by their order and their names, never by what
// is in them, and static data is numbered within the part.
#include "emit_priv.h"
#include "mangle.h"

#include <string.h>
#include <xxhash.h>

// ---- dividing --------------------------------------------------------------------------------------------

static bool is_declared(const IrFunc *f) {
    return (f->kind == IRF_FUNC || f->kind == IRF_METHOD) && !f->weak && !f->copy;
}

static bool is_shared(const IrFunc *f) {
    return !f->external && !f->copy &&
           (f->weak || !(f->outer || is_declared(f) || f->kind == IRF_INIT || f->kind == IRF_VARINIT ||
                         f->kind == IRF_INIT_DECL));
}

// Whether a part may end before this function: about one in `least` does, whatever stands before it.
static bool is_seam(Arena *a, IrFunc *f, int least) {
    const char *name = mangle_func(a, f);
    return XXH3_64bits(name, strlen(name)) % (uint64_t)least == 0;
}

EmitPartList emit_divide(IrModule *m, int least, bool share) {
    EmitPartList parts = {0};
    int n = 0;
    vec_push(m->arena, &parts, ((EmitPart){.rest = true, .share = share}));
    for (int i = 0; i < m->funcs.n; i++) {
        IrFunc *f = m->funcs.v[i];
        if (f->external || !is_declared(f)) continue;
        if (parts.n == 1 || (n >= least && is_seam(m->arena, f, least)) || n >= 4 * least) {
            vec_push(m->arena, &parts, ((EmitPart){.share = share}));
            n = 0;
        }
        vec_push(m->arena, &vec_last(&parts).roots, f);
        n++;
    }
    return parts;
}

// ---- what is mentioned -----------------------------------------------------------------------------------

static bool is_here(const EmitPart *p, const IrFunc *f) {
    if (f->external || is_declared(f)) return false; // declared functions are roots
    if (f->outer || f->copy) return true;
    return p->rest || (is_shared(f) && !p->share);
}

bool emit_part_is_weak(const EmitPart *p, const IrFunc *f) { return p && p->share && is_shared(f); }

void emit_part_func(Emit *e, IrFunc *f) {
    emit_prototype(e, f);
    if (is_here(e->options->part, f)) vec_push(e->arena, &e->todo, f);
}

void emit_part_global(Emit *e, IrGlobal *g) {
    const bool here = g->kind == IRG_STATIC || (e->options->part->rest && !g->external);
    emit_declare_global(e, g, here);
    if (here) vec_push(e->arena, &e->todo_data, g);
}

// ---- emitting --------------------------------------------------------------------------------------------

static void forget_vars(IrVarList *vars) {
    for (int i = 0; i < vars->n; i++) vars->v[i]->emit = NULL;
}

// What an earlier part has left in functions and variables.
static void forget(IrModule *m) {
    for (int i = 0; i < m->funcs.n; i++) {
        IrFunc *f = m->funcs.v[i];
        f->emit = NULL;
        forget_vars(&f->params);
        forget_vars(&f->results);
        forget_vars(&f->captures);
        forget_vars(&f->vars);
    }
    for (int i = 0; i < m->globals.n; i++) m->globals.v[i]->emit = NULL;
}

static void emit_todo(Emit *e) {
    for (bool more = true; more;) {
        more = false;
        for (; e->next_func < e->todo.n; more = true) emit_func(e, e->todo.v[e->next_func++]);
        for (; e->next_data < e->todo_data.n; more = true)
            emit_define_global(e, e->todo_data.v[e->next_data++]);
        more |= emit_extra_descs(e);
    }
}

// Named first, so that all is there though nobody may mention it.
static void name_rest(Emit *e) {
    IrModule *m = e->m;
    for (int i = 0; i < m->globals.n; i++)
        if (m->globals.v[i]->kind != IRG_STATIC && !m->globals.v[i]->external)
            emit_global_name(e, m->globals.v[i]);
    for (int i = 0; i < m->funcs.n; i++) {
        IrFunc *f = m->funcs.v[i];
        const bool shared = is_shared(f) && e->options->part->share;
        if (!f->external && (shared || f->kind == IRF_INIT)) emit_func_name(e, f);
    }
}

void emit_part(Emit *e) {
    const EmitPart *p = e->options->part;
    forget(e->m);
    for (int i = 0; i < p->roots.n; i++) {
        emit_func_name(e, p->roots.v[i]);
        emit_func(e, p->roots.v[i]);
    }
    if (p->rest) name_rest(e);
    emit_todo(e);
    if (!p->rest) return;
    emit_listed_descs(e);
    emit_todo(e);
}
