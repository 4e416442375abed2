/* What package runtime/pprof declares without a body. Part of the runtime, floor 6. */
#include <gol/panic.h>
#include <gol/rt.h>

Int runtime_pprof__findLeaks(void);
Int runtime_pprof__count(Bool leaked);
Int runtime_pprof__stacks(Bool leaked, Slice buf);

Int runtime_pprof__findLeaks(void) { return rt_leak_find(); }

typedef struct {
    Bool leaked;
    Slice buf;
    Int n;    /* words wanted so far */
    Int left; /* addresses still to take of this stack */
    Int gs;
} Stacks;

static bool wanted(const G *g, bool leaked) {
    uint32_t status = rt_load_acquire(&g->status);
    if (g->system || status == RT_DEAD || status == RT_IDLE) return false;
    return !leaked || rt_g_leaked(g);
}

static void put(Stacks *s, Uintptr v) {
    if (s->n < s->buf.len) ((Uintptr *)s->buf.ptr)[s->n] = v;
    s->n++;
}

static bool on_frame(const RtFrame *f, void *arg) {
    Stacks *s = arg;
    if (!f->inlined) put(s, f->pc);
    return --s->left > 0;
}

static void one_stack(G *g, void *arg) {
    enum { DEEPEST = 128 };
    Stacks *s = arg;
    if (!wanted(g, s->leaked)) return;
    s->gs++;
    if (!s->buf.ptr) return;
    Int at = s->n;
    s->left = DEEPEST;
    put(s, 0);
    uint32_t status = rt_load_acquire(&g->status);
    if (status == RT_WAITING || status == RT_RUNNABLE || g == rt_g()) {
        RtContext c;
        rt_g_context(g, &c);
        rt_frames_walk(&c, false, on_frame, s);
    }
    if (at < s->buf.len) ((Uintptr *)s->buf.ptr)[at] = (Uintptr)(s->n - at - 1);
}

static void all_stacks(void *arg) { rt_allgs_each(one_stack, arg); }

/* buf is made of whole stacks only when the result, the words that there are, is not above its length. */
Int runtime_pprof__stacks(Bool leaked, Slice buf) {
    GOL_STACK_CHECK();
    Stacks s = {.leaked = leaked, .buf = buf};
    rt_stoptheworld(RT_WAIT_STOP_WORLD);
    gol_systemstack(all_stacks, &s);
    rt_starttheworld();
    return s.n;
}

Int runtime_pprof__count(Bool leaked) {
    GOL_STACK_CHECK();
    Stacks s = {.leaked = leaked};
    gol_systemstack(all_stacks, &s);
    return s.gs;
}
