/* roots.c: what the collector starts from, besides static data.
 *
 * Floor 2. With the world stopped by libgc's signals:
 *   - each M: its struct and vector buffer; its system stack, from the interrupted rsp if that is in it, else
 * from where goroutines call down to it; if it waits in rt_gc_blocking, from there;
 *   - each G: its stack from G.sp, or from the interrupted rsp (less 128 bytes of red zone) if it was
 * running; its scanned fields; its vector buffer;
 *   - each P: its caches; and the cells in its lists, which are free but no longer the collector's;
 *   - tables that were named with rt_gc_add_roots.
 */
#include "roots.h"
#include "collect.h"
#include "stack.h"

enum { RED_ZONE = 128, SAVED = 1024 /* below a frame: registers that its callees saved */ };

static struct { uintptr_t from, to; } extra_roots[64];
static int n_extra_roots;

void rt_gc_add_roots(void *from, void *to) {
    if (n_extra_roots == 64) rt_throw("too many root tables");
    extra_roots[n_extra_roots].from = (uintptr_t)from;
    extra_roots[n_extra_roots].to = (uintptr_t)to;
    n_extra_roots++;
}

static void visit_m(const RtRoots *r, M *m) {
    r->range(r->arg, (uintptr_t)m, (uintptr_t)(m + 1));
    if (m->xsave) r->range(r->arg, (uintptr_t)m->xsave, (uintptr_t)m->xsave + rt_xsave_size);
    uintptr_t sp = m->stopped_sp;
    m->scan_sp = 0;
    if (!sp) { /* collects, waits, or is not started */
        if (m->blocked_sp) r->range(r->arg, m->blocked_sp - SAVED, m->sys_hi);
        return;
    }
    G *g = m->curg;
    if (sp >= m->sys_lo && sp < m->sys_hi) {
        r->range(r->arg, sp - RED_ZONE, m->sys_hi);
    } else {
        r->range(r->arg, m->g0_sp, m->sys_hi);
        if (g && sp > g->lo && sp < g->hi) m->scan_sp = sp - RED_ZONE < g->lo ? g->lo : sp - RED_ZONE;
    }
}

static bool has_pointers(const G *g) {
    const uintptr_t *w = (const uintptr_t *)((const char *)g + RT_G_SCANNED);
    uintptr_t any = 0;
    for (size_t i = 0; i < (sizeof(G) - RT_G_SCANNED) / sizeof *w; i++) any |= w[i];
    return any != 0;
}

static void visit_g(const RtRoots *r, G *g) {
    M *m = g->m;
    uintptr_t sp = m && m->curg == g && m->scan_sp ? m->scan_sp : g->sp;
    if (sp) r->range(r->arg, sp, g->hi);
    if (g->waiting) r->range(r->arg, (uintptr_t)&g->waiting, (uintptr_t)(&g->waiting + 1));
    if (has_pointers(g)) r->range(r->arg, (uintptr_t)g + RT_G_SCANNED, (uintptr_t)(g + 1));
    if (g->xsave) r->range(r->arg, (uintptr_t)g->xsave, (uintptr_t)g->xsave + rt_xsave_size);
}

/* For tracebacks: how long it waits. */
static void note_waiting(G *g) {
    if (g->waitreason & RT_WAIT_SEEN || !rt_gc_pause_start) return;
    g->waitreason |= RT_WAIT_SEEN;
    g->wait_since = rt_gc_pause_start;
}

static void visit_gs(const RtRoots *r) {
    enum { AHEAD_G = 16, AHEAD_STACK = 8, SHRINK_MOST = 256 /* for the length of the pause */ };
    int shrunk = 0;
    uint32_t n = rt_load_acquire(&rt_ngs);
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD_G < n) {
            __builtin_prefetch(&rt_gs[i + AHEAD_G]);
            __builtin_prefetch(&rt_gs[i + AHEAD_G].panics);
        }
        if (i + AHEAD_STACK < n) {
            const char *sp = (const char *)rt_gs[i + AHEAD_STACK].sp;
            for (int k = 0; k < 4; k++) __builtin_prefetch(sp + 64 * k);
        }
        G *g = &rt_gs[i];
        uint32_t status = rt_load_relaxed(&g->status);
        if (status == RT_DEAD) continue;
        if (status == RT_WAITING) note_waiting(g);
        visit_g(r, g);
        if (status == RT_WAITING && g->hi - g->lo > STACK_MAY_SHRINK && shrunk < SHRINK_MOST)
            shrunk += rt_stack_collected(g);
    }
}

static void visit_p(const RtRoots *r, P *p) {
    r->range(r->arg, (uintptr_t)&p->timers, (uintptr_t)(p + 1));
    for (int kind = 0; kind < RT_ALLOC_KINDS; kind++)
        for (int i = 0; i < RT_ALLOC_SIZES; i++)
            for (void **cell = p->alloc_free[kind][i]; cell; cell = *cell) r->cell(r->arg, cell);
}

void rt_roots_visit(const RtRoots *r, RtRootsOf which) {
    for (M *m = rt_load_acquire(&rt_allms); m; m = m->all_link) {
        visit_m(r, m);
        if (which == RT_ROOTS_RUNNING && m->curg) visit_g(r, m->curg);
    }
    if (which == RT_ROOTS_ALL) visit_gs(r);
    for (int32_t i = 0; i < rt_nallps; i++)
        if (rt_allps[i]) visit_p(r, rt_allps[i]);
    for (int i = 0; i < n_extra_roots; i++) r->range(r->arg, extra_roots[i].from, extra_roots[i].to);
}

void rt_roots_visit_signal_stacks(const RtRoots *r) {
    for (M *m = rt_load_acquire(&rt_allms); m; m = m->all_link)
        if (m->stopped_sp) r->range(r->arg, (uintptr_t)m->altstack, (uintptr_t)m->altstack + RT_SIG_STACK);
}
