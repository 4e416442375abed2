/* timer.c: timers: time.Sleep, Timer, Ticker, AfterFunc, deadlines of I/O.
 *
 * Floor 5. Each P has a four-ary heap of timers, ordered by deadline, under a lock of its own; whoever
 * schedules on P runs what is due, and thieves run others'. A timer is added to the heap of the P that arms
 * it and knows its place there, so that stopping takes it out at once. (Rejected: marking it and removing it
 * later, as Go does: the lock of a foreign heap is contended by few programs, and dead timers then cost
 * memory and sifting.)
 *
 * Locks: a timer's before a heap's. The runner, who has the heap's first, takes a due timer out of the heap,
 * drops the heap's lock, takes the timer's, and looks again whether it is still due: it may have been stopped
 * or armed anew in between.
 *
 * A timer with a channel (Go 1.23's rules):
 *   - It is in a heap only while a goroutine waits for the channel; otherwise whoever looks at the channel
 *     delivers what is due. So an unreferenced timer is garbage, armed or not.
 *   - The value is sent under the timer's lock, and stop and reset drop what is buffered: no stale value is
 * ever received after them.
 */
#include "val.h"
#include "wait.h"

struct TimerHeap { /* collected, from P.timers */
    RtLock lock;
    P *p;
    Int n, cap;
    struct Entry {
        int64_t when;
        RtTimer *t;
    } * at;
};

/* ---- the heap, locked -------------------------------------------------------------------------------- */

static void place(TimerHeap *h, Int i, struct Entry e) {
    h->at[i] = e;
    e.t->index = i;
}

static void sift_up(TimerHeap *h, Int i, struct Entry e) {
    while (i > 0) {
        Int up = (i - 1) / 4;
        if (h->at[up].when <= e.when) break;
        place(h, i, h->at[up]);
        i = up;
    }
    place(h, i, e);
}

static void sift_down(TimerHeap *h, Int i, struct Entry e) {
    for (;;) {
        Int first = 4 * i + 1, least = -1;
        int64_t when = e.when;
        for (Int k = first; k < first + 4 && k < h->n; k++)
            if (h->at[k].when < when) when = h->at[least = k].when;
        if (least < 0) break;
        place(h, i, h->at[least]);
        i = least;
    }
    place(h, i, e);
}

static void note_first(TimerHeap *h) { rt_store_seq(&h->p->timer_first, h->n ? h->at[0].when : 0); }

static void heap_remove(TimerHeap *h, RtTimer *t) {
    Int i = t->index;
    struct Entry last = h->at[--h->n];
    h->at[h->n] = (struct Entry){0, NULL};
    rt_store_release(&t->heap, NULL);
    if (last.t != t) {
        if (i > 0 && last.when < h->at[(i - 1) / 4].when)
            sift_up(h, i, last);
        else
            sift_down(h, i, last);
    }
    note_first(h);
}

static TimerHeap *heap_of(P *p) {
    if (GOL_UNLIKELY(p->timers == NULL)) {
        TimerHeap *h = rt_gc_alloc(sizeof *h, sizeof *h);
        h->lock.rank = RT_RANK_TIMERS;
        h->p = p;
        __atomic_store_n(&p->timers, h, __ATOMIC_RELEASE); /* only p's owner adds, so only it makes one */
    }
    return p->timers;
}

/* Room for one more in the current P's heap. Allocates: before the timer is locked. */
static void heap_reserve(void) {
    TimerHeap *h = heap_of(rt_p());
    for (;;) {
        rt_lock(&h->lock);
        Int cap = h->cap;
        bool room = h->n + 8 < cap; /* others may add between this and our add: see heap_add */
        rt_unlock(&h->lock);
        if (room) return;
        Int want = cap ? 2 * cap : 64;
        struct Entry *at = rt_gc_alloc((size_t)want * sizeof *at, (size_t)want * sizeof *at);
        rt_lock(&h->lock);
        if (h->cap == cap) {
            memcpy(at, h->at, (size_t)h->n * sizeof *at);
            h->at = at;
            h->cap = want;
        }
        rt_unlock(&h->lock);
    }
}

/* t is locked, in no heap; the caller has reserved room. Only a P's owner adds to its heap, once per reserve.
 */
static void heap_add(RtTimer *t) {
    TimerHeap *h = heap_of(rt_p());
    rt_lock(&h->lock);
    if (h->n == h->cap) rt_throw("timer heap is full");
    rt_store_release(&t->heap, h);
    sift_up(h, h->n++, (struct Entry){t->when, t});
    bool first = h->at[0].t == t;
    if (first) note_first(h);
    rt_unlock(&h->lock);
    if (first) rt_wake_netpoller(t->when);
}

/* t is locked. Returns when it is in no heap. */
static void heap_take_out(RtTimer *t) {
    TimerHeap *h;
    while ((h = rt_load_acquire(&t->heap)) != NULL) {
        rt_lock(&h->lock);
        bool same = rt_load_acquire(&t->heap) == h;
        if (same) heap_remove(h, t);
        rt_unlock(&h->lock);
        if (same) return;
    }
}

/* ---- firing ------------------------------------------------------------------------------------------ */

/* t is locked and due: on to its next deadline. */
static void advance(RtTimer *t, int64_t now) {
    int64_t step;
    if (t->period <= 0)
        t->when = 0;
    else if (__builtin_mul_overflow(t->period, 1 + (now - t->when) / t->period, &step) ||
             __builtin_add_overflow(t->when, step, &t->when))
        t->when = INT64_MAX;
}

static bool wants_heap(const RtTimer *t) { return t->when != 0 && (t->chan == NULL || t->blocked > 0); }

/* t was due, and the runner took it out of its heap. */
static void run_one(RtTimer *t, int64_t now) {
    heap_reserve();
    rt_lock(&t->lock);
    /* Since then it may have been stopped, or armed anew: then whoever did that put it where it belongs. */
    if (t->when == 0 || t->when > now || rt_load_acquire(&t->heap) != NULL) {
        if (wants_heap(t) && rt_load_acquire(&t->heap) == NULL) heap_add(t);
        rt_unlock(&t->lock);
        return;
    }
    advance(t, now);
    if (wants_heap(t)) heap_add(t);
    if (t->chan) t->fire(t, now);
    void (*fire)(RtTimer *, int64_t) = t->chan ? NULL : t->fire;
    rt_unlock(&t->lock);
    if (fire) fire(t, now);
}

int64_t rt_timers_run(P *p, int64_t now, bool *ran) {
    TimerHeap *h = __atomic_load_n(&p->timers, __ATOMIC_ACQUIRE);
    if (h == NULL) return 0;
    for (;;) {
        int64_t first = rt_load_seq(&p->timer_first);
        if (first == 0 || first > now) return first;
        rt_lock(&h->lock);
        RtTimer *t = h->n && h->at[0].when <= now ? h->at[0].t : NULL;
        if (t) heap_remove(h, t);
        rt_unlock(&h->lock);
        if (t == NULL) continue;
        *ran = true;
        run_one(t, now);
    }
}

int64_t rt_timers_count(P *p) {
    TimerHeap *h = __atomic_load_n(&p->timers, __ATOMIC_ACQUIRE);
    return h ? h->n : 0;
}

int64_t rt_timers_next(P *p) { return rt_load_seq(&p->timer_first); }

void rt_timers_move(P *from, P *to) {
    TimerHeap *a = from->timers;
    if (a == NULL || a->n == 0) return;
    TimerHeap *b = heap_of(to);
    Int want = a->n + b->n + 64;
    struct Entry *at = rt_gc_alloc((size_t)want * sizeof *at, (size_t)want * sizeof *at);
    memcpy(at, b->at, (size_t)b->n * sizeof *at);
    b->at = at;
    b->cap = want;
    for (Int i = 0; i < a->n; i++) {
        rt_store_release(&a->at[i].t->heap, b);
        sift_up(b, b->n++, a->at[i]);
    }
    memset(a->at, 0, (size_t)a->n * sizeof *a->at);
    a->n = 0;
    note_first(a);
    note_first(b);
}

/* ---- arming ------------------------------------------------------------------------------------------ */

static int64_t clamp(int64_t when) { return when <= 0 ? (when < 0 ? INT64_MAX : 1) : when; }

/* Locks t, with room in the heap should it have to go there: a timer whose channel nobody waits for need not.
 */
static void lock_reserved(RtTimer *t) {
    bool room = t->chan == NULL;
    if (room) heap_reserve();
    rt_lock(&t->lock);
    while (t->blocked > 0 && !room) {
        rt_unlock(&t->lock);
        heap_reserve();
        room = true;
        rt_lock(&t->lock);
    }
}

bool rt_timer_reset(RtTimer *t, int64_t when, int64_t period) {
    lock_reserved(t);
    bool armed = t->when != 0;
    heap_take_out(t);
    t->when = clamp(when); /* an overflow is for ever */
    t->period = period;
    t->seq++;
    if (t->chan && rt_chan_drain(t->chan)) armed = true;
    if (wants_heap(t)) heap_add(t);
    rt_unlock(&t->lock);
    return armed;
}

bool rt_timer_stop(RtTimer *t) {
    rt_lock(&t->lock);
    bool armed = t->when != 0;
    heap_take_out(t);
    t->when = 0;
    t->seq++;
    if (t->chan && rt_chan_drain(t->chan)) armed = true;
    rt_unlock(&t->lock);
    return armed;
}

/* ---- timers with channels ---------------------------------------------------------------------------- */

typedef struct {
    RtTimer *t;
    int64_t now;
} Poll;
static void poll_due(void *arg) { /* system stack */
    Poll *p = arg;
    RtTimer *t = p->t;
    rt_lock(&t->lock);
    if (t->when != 0 && t->when <= p->now && rt_load_acquire(&t->heap) == NULL) {
        advance(t, p->now);
        t->fire(t, p->now);
    }
    rt_unlock(&t->lock);
}

void rt_timer_chan_poll(RtTimer *t) {
    int64_t when = __atomic_load_n(&t->when, __ATOMIC_RELAXED);
    if (when == 0) return;
    int64_t now = rt_nanotime();
    if (when > now) return;
    Poll p = {t, now};
    gol_systemstack(poll_due, &p);
}

void rt_timer_chan_block(RtTimer *t, int delta) {
    heap_reserve();
    rt_lock(&t->lock);
    t->blocked += delta;
    if (delta > 0 && t->blocked == 1 && t->when != 0 && rt_load_acquire(&t->heap) == NULL) heap_add(t);
    if (delta < 0 && t->blocked == 0) heap_take_out(t);
    rt_unlock(&t->lock);
}

/* A time.Time of now, with the monotonic clock: see stdlib/time/time.gol. */
typedef struct GOL_ALIAS {
    Uint64 wall;
    Int64 ext;
    Ptr loc;
} Time;
#define SECONDS_1885_TO_1970 2682288000ull

static void fire_chan(RtTimer *t, int64_t now GOL_UNUSED) {
    int32_t nsec;
    Uint64 sec = (Uint64)rt_walltime(&nsec) + SECONDS_1885_TO_1970;
    Time v = {1ull << 63 | sec << 30 | (Uint64)nsec, rt_nanotime(), t->arg};
    rt_chan_send_nb(t->chan, &v); /* full: nobody has taken the last one, this one is dropped */
}

static void call_func(void *ctx) {
    Func f = *(Func *)ctx;
    ((void (*)(void *))f->code)(f);
}
static void fire_func(RtTimer *t, int64_t now GOL_UNUSED) { rt_go(call_func, &t->fn, sizeof t->fn, NULL); }

void rt_timer_start(RtTimer *t) {
    int64_t when = t->when;
    t->when = 0;
    t->lock.rank = RT_RANK_TIMER_SEND;
    if (t->kind == RT_TIMER_CHAN) {
        t->fire = fire_chan;
        t->chan->timer = t;
    } else if (t->kind == RT_TIMER_FUNC) {
        t->fire = fire_func;
    }
    rt_timer_reset(t, when, t->period);
}

/* ---- sleeping ---------------------------------------------------------------------------------------- */

static void wake(RtTimer *t, int64_t now GOL_UNUSED) { rt_ready(t->arg); }

/* The timer is armed when the goroutine is off its stack: it could fire at once. */
static bool sleep_commit(G *g GOL_UNUSED, void *arg) {
    RtTimer *t = arg;
    rt_timer_reset(t, t->when, 0);
    return true;
}

void rt_sleep(int64_t ns) {
    GOL_STACK_CHECK();
    if (ns <= 0) {
        return;
    }
    G *g = rt_g();
    RtTimer *t = g->timer;
    if (t == NULL) {
        t = g->timer = rt_gc_alloc(sizeof *t, sizeof *t);
        t->lock.rank = RT_RANK_TIMER_SEND;
        t->fire = wake;
        t->arg = g;
    }
    int64_t when;
    if (__builtin_add_overflow(rt_nanotime(), ns, &when)) when = INT64_MAX;
    t->when = when;
    rt_park(sleep_commit, t, RT_WAIT_SLEEP);
}
