// Escape analysis: which variables and allocations must be on the heap.
//
// Floor 4. The sound default: a variable whose address goes anywhere but to a runtime entry that does not keep
// it is on the heap, and so is every allocation.
#include "ir.h"

static bool keeps_pointer(const IrExpr *call) {
    switch (call->rt) {
    case IRRT_SUBARRAY:
    case IRRT_SUBARRAY3:
    case IRRT_NILCHECK: return true; // the result is the pointer
    default: return (ir_rt_info[call->rt].flags & IRRT_KEEPS) != 0;
    }
}

static IrVar *root_of(const IrExpr *place) {
    while (place->kind == IRX_FIELD || place->kind == IRX_ELEM) place = place->x;
    return place->kind == IRX_VAR ? place->var : NULL;
}

static void move_to_heap(IrVar *v) {
    if (v && v->kind != IRV_CAPTURE && v->shape == IRSHAPE_VALUE) v->heap = true;
}

static void scan(IrExpr *e, bool address_is_safe) {
    if (!e) return;
    if (e->kind == IRX_ADDR && !address_is_safe) move_to_heap(root_of(e->x));
    bool safe = e->kind == IRX_RTCALL && !keeps_pointer(e);
    if (e->kind == IRX_CLOSURE && e->slot) safe = true;
    if (e->kind == IRX_BITCAST) safe = address_is_safe;
    scan(e->x, safe);
    scan(e->y, safe);
    scan(e->z, safe);
    for (int i = 0; i < e->args.n; i++) scan(e->args.v[i], safe);
}

static void scan_stmt(IrStmt *s, void *arg) {
    (void)arg;
    scan(s->dst, false);
    scan(s->src, s->kind == IRS_SCASE);
    for (int i = 0; i < s->args.n; i++) scan(s->args.v[i], false);
}

void escape_module(IrModule *m, const EscapeOptions *options) {
    (void)options;
    for (int i = 0; i < m->funcs.n; i++) ir_each_stmt(&m->funcs.v[i]->body, scan_stmt, NULL);
}
