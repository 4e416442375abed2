// What escape analysis found, put into the IR: variables on the heap, allocations that become variables; and
// the messages of -m.
//
// Floor 4. A place on the stack must live as long as the function, since nobody knows how long its address is
// used: what has its address flow somewhere is declared at the function's top, not in a block.
#include "escape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_VARIABLE = 128 << 10, // larger ones go to the heap, as in Go
    MAX_IMPLICIT = 64 << 10,  // allocations
    SHORT_TEXT = 32,          // GOL_SHORT of gol.h
    MAX_SLOTS = 16 << 10,     // of all allocations of a function: stacks start small
};

bool escape_fits_stack(int64_t size, bool explicit_var) {
    return size <= (explicit_var ? MAX_VARIABLE : MAX_IMPLICIT);
}

typedef struct Note {
    Pos pos;
    const char *text;
    int order;
} Note;

typedef struct Apply {
    Arena *a;
    IrFunc *f;
    const EscapeOptions *options;
    Vec(Note) notes;
    IrStmtList *out;
} Apply;

static void note(Apply *x, Pos pos, const char *text) {
    if (x->options->explain && pos && !(x->f && x->f->copy))
        vec_push(x->a, &x->notes, ((Note){pos, text, x->notes.n}));
}

// ---- variables -------------------------------------------------------------------------------------------

static bool is_go_name(const IrVar *v) { return v->name && strcmp(v->name, "_") != 0; }

static void decide_variable(Apply *x, Loc *l) {
    IrVar *v = l->var;
    if (v->shape != IRSHAPE_VALUE || v->kind == IRV_CAPTURE || v->type->kind == TYPE_TUPLE) return;
    bool large = v->kind == IRV_LOCAL && !escape_fits_stack(type_size(v->type), true);
    v->heap = l->escapes || large || (x->options->all_heap && l->addressed && v->kind != IRV_TEMP);
    v->heap_why = large ? "too large for stack" : l->why;
    if (!v->heap && l->addressed && l->block_depth > 0) v->has_decl = false; // declared at the top
    if (v->heap && is_go_name(v)) note(x, v->pos, arena_printf(x->a, "moved to heap: %s", v->name));
}

static void explain_param(Apply *x, Loc *l) {
    IrVar *v = l->var;
    if (!is_go_name(v) || l->escapes || !v->obj || type_ptrdata(v->type) == 0) return;
    if (l->leak_heap == 0)
        note(x, v->pos, arena_printf(x->a, "leaking param: %s", v->name));
    else if (l->leak_heap > 0)
        note(x, v->pos, arena_printf(x->a, "leaking param content: %s", v->name));
    if (l->leak_result >= 0 && l->leak_heap != 0)
        note(x, v->pos, arena_printf(x->a, "leaking param: %s to result level=%d", v->name, l->leak_result));
    if (l->leak_heap < 0 && l->leak_result < 0)
        note(x, v->pos, arena_printf(x->a, "%s does not escape", v->name));
}

// ---- allocations -----------------------------------------------------------------------------------------

static IrVar *new_slot(Apply *x, Type *t, Pos pos) {
    IrVar *v = ir_new_var(x->a, x->f, IRV_TEMP, NULL, t, pos);
    v->addr_taken = true;
    return v;
}

static bool take_slot(Apply *x, int64_t size) {
    EscFunc *ef = x->f->esc;
    if (!escape_fits_stack(size, false) || ef->slots + size > MAX_SLOTS) return false;
    ef->slots += size;
    return true;
}

static void zero(Apply *x, IrVar *slot, Pos pos) {
    IrStmt *s = ir_stmt(x->a, IRS_ASSIGN, pos);
    s->dst = ir_var(x->a, slot);
    s->src = ir_zero(x->a, slot->type);
    vec_push(x->a, x->out, s);
}

static IrExpr *address_of(Apply *x, IrExpr *place) {
    return ir_unary(x->a, IRX_ADDR, type_new_pointer(place->type), place);
}

static void place_new(Apply *x, IrExpr *e, Pos pos) {
    if (!take_slot(x, type_size(e->of))) {
        e->escapes = IRESC_HEAP;
        return;
    }
    IrVar *slot = new_slot(x, e->of, pos);
    zero(x, slot, pos);
    Type *t = e->type;
    *e = *address_of(x, ir_var(x->a, slot));
    e->type = t;
}

// The capacity of a make whose sizes are constant and in order, or -1.
static int64_t constant_capacity(const IrExpr *e, int64_t *len) {
    int64_t cap;
    const IrExpr *n = e->args.v[1], *c = e->args.v[2];
    if (n->kind != IRX_CONST || c->kind != IRX_CONST || !const_to_int64(n->val, len) ||
        !const_to_int64(c->val, &cap))
        return -1;
    return *len >= 0 && *len <= cap && cap <= MAX_IMPLICIT ? cap : -1;
}

static void place_makeslice(Apply *x, IrExpr *e, Pos pos) {
    int64_t len, cap = constant_capacity(e, &len);
    if (cap <= 0 || !take_slot(x, cap * type_size(e->of))) {
        e->escapes = IRESC_HEAP;
        return;
    }
    IrVar *slot = new_slot(x, type_new_array(e->of, cap), pos);
    zero(x, slot, pos);
    IrExpr *first = ir_binary(x->a, IRX_ELEM, OP_NONE, e->of, ir_var(x->a, slot), ir_int(x->a, 0));
    IrExpr *s = ir_expr(x->a, IRX_MKSLICE, e->type);
    vec_push(x->a, &s->args, address_of(x, first));
    vec_push(x->a, &s->args, ir_int(x->a, len));
    vec_push(x->a, &s->args, ir_int(x->a, cap));
    s->escapes = IRESC_STACK;
    *e = *s;
}

// Room for a short result of a conversion or concatenation. Longer ones are allocated when it comes to that.
static void place_text(Apply *x, IrExpr *e, Pos pos) {
    static const struct {
        IrRt from, to;
    } in_room[] = {{IRRT_STR_FROM_RUNE, IRRT_STR_FROM_RUNE_IN},
                   {IRRT_STR_FROM_BYTES, IRRT_STR_FROM_BYTES_IN},
                   {IRRT_STR_FROM_RUNES, IRRT_STR_FROM_RUNES_IN},
                   {IRRT_STR_TO_BYTES, IRRT_STR_TO_BYTES_IN},
                   {IRRT_STR_TO_RUNES, IRRT_STR_TO_RUNES_IN}};
    const bool runes = e->kind == IRX_RTCALL && e->rt == IRRT_STR_TO_RUNES;
    Type *elem = type_basic(runes ? TYPE_INT32 : TYPE_UINT8);
    if (!take_slot(x, SHORT_TEXT * type_size(elem))) return;
    IrVar *slot = new_slot(x, type_new_array(elem, SHORT_TEXT), pos);
    zero(x, slot, pos); // what half overwrites an old address would look like one when the stack moves
    IrExpr *first = ir_binary(x->a, IRX_ELEM, OP_NONE, elem, ir_var(x->a, slot), ir_int(x->a, 0));
    if (e->kind == IRX_CONCAT) {
        e->x = address_of(x, first);
        return;
    }
    for (size_t i = 0; i < sizeof in_room / sizeof *in_room; i++)
        if (e->rt == in_room[i].from) {
            *e = *ir_rtcall(x->a, in_room[i].to, e->type, 2, e->args.v[0], address_of(x, first));
            return;
        }
}

static void place_closure(Apply *x, IrExpr *e) {
    e->slot = ir_new_var(x->a, x->f, IRV_TEMP, NULL, type_basic(TYPE_UNSAFE_POINTER), e->pos);
    e->slot->shape = IRSHAPE_CONTEXT;
    e->slot->context_of = e->func;
    e->escapes = IRESC_STACK;
}

// A closure that leads to a temporary, as bodies of range loops over functions do: temporaries are never on
// the heap, so neither may it be.
static bool captures_temp(const IrExpr *e) {
    if (e->kind != IRX_CLOSURE) return false;
    for (int i = 0; i < e->func->captures.n; i++) {
        const IrVar *v = e->func->captures.v[i];
        if (!v->by_ref) continue;
        while (v && v->kind == IRV_CAPTURE) v = v->outer;
        if (v && v->kind == IRV_TEMP && !v->heap) return true;
    }
    return false;
}

static void decide_alloc(Apply *x, IrExpr *e, Pos pos) {
    Loc *l = e->esc;
    bool is_slice = e->kind == IRX_RTCALL && e->rt == IRRT_MAKESLICE;
    if (!l || (e->kind != IRX_NEW && e->kind != IRX_CLOSURE && !is_slice)) return;
    if (e->kind == IRX_CLOSURE && e->func->ctx != IRCTX_CLOSURE) return; // go and defer: decided by lowering
    const char *what = e->what;
    Pos at = e->pos ? e->pos : pos;
    if (l->escapes || (x->options->all_heap && !captures_temp(e)))
        e->escapes = IRESC_HEAP;
    else if (e->kind == IRX_NEW)
        place_new(x, e, pos);
    else if (is_slice)
        place_makeslice(x, e, pos);
    else
        place_closure(x, e);
    if (what)
        note(x, at,
             arena_printf(x->a, "%s %s", what,
                          e->escapes == IRESC_HEAP ? "escapes to heap" : "does not escape"));
}

typedef struct TextVisit {
    Apply *x;
    Pos pos;
} TextVisit;

static void decide_text(IrExpr *e, void *p) {
    const TextVisit *v = p;
    if (e->esc && escape_is_text(e) && !((Loc *)e->esc)->escapes && !v->x->options->all_heap)
        place_text(v->x, e, v->pos);
}

// ---- statements ------------------------------------------------------------------------------------------

static void apply_list(Apply *x, IrStmtList *list);

static void apply_stmt(Apply *x, IrStmt *s) {
    TextVisit texts = {x, s->pos};
    ir_each_expr(s->src, decide_text, &texts);
    for (int i = 0; i < s->args.n; i++) ir_each_expr(s->args.v[i], decide_text, &texts);
    if (s->src) decide_alloc(x, s->src, s->pos);
    for (int i = 0; i < s->args.n; i++) decide_alloc(x, s->args.v[i], s->pos);
    if (s->kind == IRS_DECL && !s->var->has_decl) {
        s->kind = IRS_ASSIGN;
        s->dst = ir_var(x->a, s->var);
        if (!s->src) s->src = ir_zero(x->a, s->var->type);
    }
    apply_list(x, &s->body);
    apply_list(x, &s->other);
    for (int i = 0; i < s->cases.n; i++) apply_list(x, &s->cases.v[i]->body);
}

static void apply_list(Apply *x, IrStmtList *list) {
    IrStmtList out = {0};
    for (int i = 0; i < list->n; i++) {
        IrStmtList *saved = x->out;
        x->out = &out;
        apply_stmt(x, list->v[i]);
        x->out = saved;
        vec_push(x->a, &out, list->v[i]);
    }
    *list = out;
}

static int compare_notes(const void *p, const void *q) {
    const Note *a = p, *b = q;
    if (a->pos != b->pos) return a->pos < b->pos ? -1 : 1;
    return a->order - b->order;
}

static void print_notes(Apply *x) {
    if (!x->notes.n) return;
    qsort(x->notes.v, (size_t)x->notes.n, sizeof *x->notes.v, compare_notes);
    for (int i = 0; i < x->notes.n; i++) {
        const Note *n = &x->notes.v[i];
        if (i && n->pos == n[-1].pos && strcmp(n->text, n[-1].text) == 0) continue;
        fprintf(x->options->explain, "%s:%d:%d: %s\n", source_path(n->pos), source_line(n->pos),
                source_col(n->pos), n->text);
    }
}

void escape_apply(IrModule *m, LocList *locs, const EscapeOptions *options) {
    Apply x = {.a = m->arena, .options = options};
    for (int i = 0; i < locs->n; i++) {
        Loc *l = locs->v[i];
        if (l->kind != LOC_VAR) continue;
        x.f = l->var->func;
        decide_variable(&x, l);
        if (options->explain && l->var->kind == IRV_PARAM) explain_param(&x, l);
    }
    for (int i = 0; i < m->funcs.n; i++) {
        x.f = m->funcs.v[i];
        apply_list(&x, &x.f->body);
    }
    x.f = NULL;
    for (int i = 0; i < m->dropped.n; i++)
        if (m->dropped.v[i]->what)
            note(&x, m->dropped.v[i]->pos, arena_printf(x.a, "%s does not escape", m->dropped.v[i]->what));
    print_notes(&x);
}
