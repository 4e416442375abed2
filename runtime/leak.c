/* leak.c: goroutines that wait for ever: nobody who could wake them can reach what they wait on.
 *
 * Floor 5. With the world stopped, what can still be reached is traced from static data, from the Ps' timers
 * and caches, and from the goroutines that can go on by themselves: those that run, are ready, sleep, wait
 * for I/O or are in a system call. The stack of a goroutine that waits on a channel, a semaphore or a
 * condition counts only once what it waits on has been reached; then its stack may reach more, and so on
 * until nothing changes. The rest are leaked: only their own stacks, and those of other leaked ones, lead to
 * what could wake them.
 *
 * That a goroutine stands in a queue is no path to it: the table of semaphores is left out of the static
 * data, Gs are no collected objects, and a channel's queue leads to values in transit, but not to stacks.
 *
 * Tracing is conservative, so a stale word can hide a leak; a reported one is real, unless its channel's
 * address is kept where the collector does not look either.
 */
#include "mark.h"
#include "panic.h"
#include "scheduler.h"
#include "wait.h"

typedef enum { GOES_ON, NEVER, ON_CHANNELS, ON_ADDRESS } Kind;

static uint8_t reason_of(const G *g) { return g->waitreason & RT_WAIT_REASON; }

static Kind kind_of_wait(const G *g) {
    if (rt_load_relaxed(&g->status) != RT_WAITING) return GOES_ON;
    switch (reason_of(g)) {
    case RT_WAIT_CHAN_RECEIVE_NIL:
    case RT_WAIT_CHAN_SEND_NIL:
    case RT_WAIT_SELECT_EMPTY: return NEVER;
    case RT_WAIT_CHAN_RECEIVE:
    case RT_WAIT_CHAN_SEND:
    case RT_WAIT_SELECT: return ON_CHANNELS;
    case RT_WAIT_SEMACQUIRE:
    case RT_WAIT_MUTEX_LOCK:
    case RT_WAIT_RWMUTEX_RLOCK:
    case RT_WAIT_RWMUTEX_LOCK:
    case RT_WAIT_COND:
    case RT_WAIT_WAITGROUP: return ON_ADDRESS;
    default: return GOES_ON;
    }
}

/* What g waits on has been reached. */
static bool may_wake(RtMarker *m, const G *g, Kind kind) {
    const Sudog *s = g->waiting;
    if (kind == ON_ADDRESS) return !s || rt_mark_reached(m, s->elem);
    for (; kind == ON_CHANNELS && s; s = s->waitlink)
        if (rt_mark_reached(m, s->c)) return true;
    return false;
}

static void mark_g(RtMarker *m, G *g) {
    /* In a system call the stack pointer is not known. */
    bool known = rt_load_relaxed(&g->status) != RT_SYSCALL;
    rt_mark_range(m, known ? g->sp : g->lo, g->hi);
    rt_mark_range(m, (uintptr_t)&g->waiting, (uintptr_t)(&g->waiting + 1));
    rt_mark_range(m, (uintptr_t)g + RT_G_SCANNED, (uintptr_t)(g + 1));
    if (g->xsave) rt_mark_range(m, (uintptr_t)g->xsave, (uintptr_t)g->xsave + rt_xsave_size);
}

static void mark_ps(RtMarker *m) {
    for (int32_t i = 0; i < rt_nallps; i++)
        rt_mark_range(m, (uintptr_t)&rt_allps[i]->timers, (uintptr_t)(rt_allps[i] + 1));
}

/* Traces from goroutines that are found to go on until there are no more. The number of those left. */
static int64_t settle(RtMarker *m) {
    uint32_t n = rt_load_acquire(&rt_ngs);
    for (;;) {
        int64_t left = 0;
        bool more = false;
        rt_mark_drain(m);
        for (uint32_t i = 0; i < n; i++) {
            G *g = &rt_gs[i];
            if (!rt_g_leaked(g)) continue;
            if (!may_wake(m, g, kind_of_wait(g))) {
                left++;
                continue;
            }
            g->waitreason &= (uint8_t)~RT_WAIT_LEAKED;
            more = true;
            mark_g(m, g);
        }
        if (!more) return left;
    }
}

static void find(void *count) {
    RtMarker m;
    if (!rt_mark_begin(&m)) rt_fatal("no memory to look for leaked goroutines");
    uint32_t n = rt_load_acquire(&rt_ngs);
    rt_mark_statics(&m, true);
    mark_ps(&m);
    for (uint32_t i = 0; i < n; i++) {
        G *g = &rt_gs[i];
        uint32_t status = rt_load_acquire(&g->status);
        if (status == RT_DEAD || status == RT_IDLE) continue;
        if (g->system || kind_of_wait(g) == GOES_ON)
            mark_g(&m, g);
        else
            g->waitreason |= RT_WAIT_LEAKED; /* until it is found to go on */
    }
    int64_t left = settle(&m);
    /* main in select {} is how a program says that others do its work. */
    for (uint32_t i = 0; i < n; i++)
        if (rt_g_leaked(&rt_gs[i]) && rt_gs[i].goid == 1 && reason_of(&rt_gs[i]) == RT_WAIT_SELECT_EMPTY) {
            rt_gs[i].waitreason &= (uint8_t)~RT_WAIT_LEAKED;
            left--;
        }
    rt_mark_end(&m);
    *(int64_t *)count = left;
}

int64_t rt_leak_find(void) {
    GOL_STACK_CHECK();
    int64_t n = 0;
    rt_stoptheworld(RT_WAIT_STOP_WORLD);
    gol_systemstack(find, &n);
    rt_starttheworld();
    return n;
}

/* ---- reports ------------------------------------------------------------------------------------------- */

static void print_channel(const G *g, const Sudog *s) {
    bool sends = reason_of(g) == RT_WAIT_CHAN_SEND;
    if (reason_of(g) == RT_WAIT_SELECT) { /* it sends if its sudog is in the queue of senders */
        for (const Sudog *q = s->c->sendq.first; q; q = q->next) sends |= q == s;
    }
    rt_print_cstr(sends ? "waits to send to chan " : "waits to receive from chan ");
    rt_print_bytes(s->c->elem->str.ptr, (size_t)s->c->elem->str.len);
    rt_print_cstr(" made by ");
    rt_print_place_of(s->c->made, "");
}

void rt_leak_print(G *g) {
    const Sudog *s = g->waiting;
    switch (kind_of_wait(g)) {
    case NEVER: rt_print_cstr("waits for what cannot happen\n"); break;
    case ON_CHANNELS:
        for (; s; s = s->waitlink) print_channel(g, s);
        break;
    case ON_ADDRESS:
        rt_print_cstr(reason_of(g) == RT_WAIT_COND ? "waits for the sync.Cond at "
                                                   : "waits for the lock at ");
        rt_print_hex((Uint64)s->elem);
        rt_print_cstr("\n");
        break;
    default: break;
    }
}

static void report_one(G *g, void *arg) {
    (void)arg;
    if (!rt_g_leaked(g)) return;
    rt_print_cstr("\n");
    rt_traceback_g(g);
    rt_leak_print(g);
}

static void report(void *count) {
    int64_t n = *(int64_t *)count;
    rt_print_begin();
    rt_print_cstr("goroutine leak: ");
    rt_print_int(n);
    rt_print_cstr(n == 1 ? " goroutine waits for ever\n" : " goroutines wait for ever\n");
    rt_allgs_each(report_one, NULL);
    rt_print_end();
}

bool rt_leak_at_exit(void) {
    GOL_STACK_CHECK();
    int64_t n = rt_leak_find();
    if (n) gol_systemstack(report, &n);
    return n > 0;
}
