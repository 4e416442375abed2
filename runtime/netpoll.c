/* netpoll.c: goroutines that wait for descriptors.
 *
 * Floor 5. Each registered descriptor has a slot for a reader and one for a writer. A slot is EMPTY, READY,
 * or holds the goroutine that waits (its address). Only compare and swap moves it: EMPTY to G by the
 * goroutine when it is off its stack, G to READY or EMPTY by who wakes it, READY to EMPTY by who consumes it.
 * So readiness that comes between a failed read and the wait is not lost.
 *
 * The lock protects the deadlines and closing. Descriptors' records are kept for ever: a late event of a
 * closed one finds a record, whose sequence number has changed; the kernel's events carry no number, a
 * spurious READY only costs one more attempt.
 */
#include "netpoll.h"

#include "scheduler.h"

#define SLOT_EMPTY ((uintptr_t)0)
#define SLOT_READY ((uintptr_t)1)

typedef struct {
    _Atomic(uintptr_t) g; /* SLOT_ or a G */
    RtTimer timer;
    bool expired;
    _Atomic(bool) stop; /* expired or closing: set before a waiter is looked for */
} Side;

struct RtPoll {
    RtPoll *link; /* free list; of all, for the collector: they are persistent and hold timers */
    RtLock lock;
    int fd;
    bool closing;
    Side read, write;
};

static RtLock free_lock = RT_LOCK_INIT(RT_RANK_LEAF);
static RtPoll *free_list;
static _Atomic(bool) inited;
static _Atomic(int64_t) waiters;

static RtLock init_lock;
static void init(void *arg) {
    (void)arg;
    rt_lock(&init_lock);
    if (!rt_load_relaxed(&inited)) {
        rt_epoll_init();
        rt_store_seq(&inited, true);
        rt_note_wakeup(&rt_sched.poll_note); /* who sleeps until a timer is due is to sleep here now */
    }
    rt_unlock(&init_lock);
}

bool rt_netpoll_inited(void) { return rt_load_acquire(&inited); }
bool rt_netpoll_waiters(void) { return rt_load_seq(&waiters) > 0; }
void rt_netpoll_break(void) {
    if (rt_load_acquire(&inited)) rt_epoll_break();
}

GList rt_netpoll(int64_t delay) {
    GList l = {NULL, NULL, 0};
    if (!rt_load_acquire(&inited)) init(NULL);
    rt_epoll_wait(delay, &l);
    return l;
}

/* The goroutine of a slot, which becomes READY (or EMPTY for a deadline); NULL: none waited. */
static G *side_unblock(Side *s, bool ready) {
    uintptr_t old = rt_load_seq(&s->g);
    for (;;) {
        if (old == SLOT_READY || (old == SLOT_EMPTY && !ready)) return NULL;
        if (rt_cas(&s->g, &old, ready ? SLOT_READY : SLOT_EMPTY)) break;
    }
    if (old == SLOT_EMPTY) return NULL;
    rt_add(&waiters, -1);
    return (G *)old;
}

void rt_poll_ready(RtPoll *pd, bool read, bool write, GList *l) {
    G *g;
    if (read && (g = side_unblock(&pd->read, true)) != NULL) rt_glist_push(l, g);
    if (write && (g = side_unblock(&pd->write, true)) != NULL) rt_glist_push(l, g);
}

static Side *side_of(RtPoll *pd, int mode) { return mode == RT_POLL_READ ? &pd->read : &pd->write; }

static void fire_read(RtTimer *t, int64_t now);
static void fire_write(RtTimer *t, int64_t now);

typedef struct {
    int fd, err;
    RtPoll *pd;
} Open;
/* A record, and more of them for the free list: twice as many each time, since there are not many tables of
 * roots. */
static RtPoll *more_records(void) {
    static int count = 32;
    rt_lock(&init_lock);
    int n = count *= 2;
    rt_unlock(&init_lock);
    RtPoll *v = rt_alloc_persistent((size_t)n * sizeof *v);
    rt_gc_add_roots(v, v + n);
    rt_lock(&free_lock);
    for (int i = 1; i < n; i++) {
        v[i].link = free_list;
        free_list = &v[i];
    }
    rt_unlock(&free_lock);
    return v;
}

static void open_on_system_stack(void *arg) {
    Open *o = arg;
    init(NULL);
    rt_lock(&free_lock);
    RtPoll *pd = free_list;
    if (pd) free_list = pd->link;
    rt_unlock(&free_lock);
    if (pd == NULL) pd = more_records();
    pd->fd = o->fd;
    pd->closing = pd->read.expired = pd->write.expired = false;
    rt_store_seq(&pd->read.stop, false);
    rt_store_seq(&pd->write.stop, false);
    pd->read.timer.arg = pd->write.timer.arg = pd;
    pd->read.timer.fire = fire_read;
    pd->write.timer.fire = fire_write;
    rt_store_seq(&pd->read.g, SLOT_EMPTY);
    rt_store_seq(&pd->write.g, SLOT_EMPTY);
    o->err = rt_epoll_add(o->fd, pd);
    o->pd = pd;
    if (o->err) rt_poll_close(pd);
}

int rt_poll_open(int fd, RtPoll **out) {
    Open o = {fd, 0, NULL};
    gol_systemstack(open_on_system_stack, &o);
    *out = o.err ? NULL : o.pd;
    return o.err;
}

void rt_poll_close(RtPoll *pd) {
    rt_epoll_remove(pd->fd);
    rt_lock(&free_lock);
    pd->link = free_list;
    free_list = pd;
    rt_unlock(&free_lock);
}

static int state(const RtPoll *pd, const Side *s) {
    return pd->closing ? RT_POLL_CLOSING : s->expired ? RT_POLL_TIMEOUT : RT_POLL_OK;
}

int rt_poll_reset(RtPoll *pd, int mode) {
    Side *s = side_of(pd, mode);
    int st = state(pd, s);
    if (st == RT_POLL_OK) rt_store_seq(&s->g, SLOT_EMPTY);
    return st;
}

static bool park_commit(G *g, void *arg) {
    Side *s = arg;
    uintptr_t empty = SLOT_EMPTY;
    rt_add(&waiters, 1);
    if (rt_cas(&s->g, &empty, (uintptr_t)g)) {
        /* Closing and deadlines set their mark first and look for a waiter then: who came later sees it. */
        uintptr_t self = (uintptr_t)g;
        if (!rt_load_seq(&s->stop) || !rt_cas(&s->g, &self, SLOT_EMPTY)) return true;
    }
    rt_add(&waiters, -1);
    return false; /* ready already */
}

int rt_poll_wait(RtPoll *pd, int mode) {
    GOL_STACK_CHECK();
    Side *s = side_of(pd, mode);
    for (;;) {
        int st = state(pd, s);
        if (st != RT_POLL_OK) return st;
        uintptr_t ready = SLOT_READY;
        if (rt_cas(&s->g, &ready, SLOT_EMPTY)) return RT_POLL_OK;
        rt_park(park_commit, s, RT_WAIT_IO);
    }
}

static void expire(RtPoll *pd, Side *s) {
    rt_lock(&pd->lock);
    s->expired = true;
    rt_store_seq(&s->stop, true);
    G *g = side_unblock(s, false);
    rt_unlock(&pd->lock);
    if (g) rt_ready(g);
}
static void fire_read(RtTimer *t, int64_t now GOL_UNUSED) { expire(t->arg, &((RtPoll *)t->arg)->read); }
static void fire_write(RtTimer *t, int64_t now GOL_UNUSED) { expire(t->arg, &((RtPoll *)t->arg)->write); }

static void side_deadline(RtPoll *pd, Side *s, int64_t when) {
    rt_timer_stop(&s->timer);
    s->expired = false;
    rt_store_seq(&s->stop, false);
    if (when == 0) return;
    if (when < 0 || when <= rt_nanotime())
        expire(pd, s);
    else
        rt_timer_reset(&s->timer, when, 0);
}

void rt_poll_set_deadline(RtPoll *pd, int64_t when, int mode) {
    GOL_STACK_CHECK();
    if (pd->closing) return;
    if (mode == 'r' || mode == 'r' + 'w') side_deadline(pd, &pd->read, when);
    if (mode == 'w' || mode == 'r' + 'w') side_deadline(pd, &pd->write, when);
}

void rt_poll_unblock(RtPoll *pd) {
    GOL_STACK_CHECK();
    rt_timer_stop(&pd->read.timer);
    rt_timer_stop(&pd->write.timer);
    rt_lock(&pd->lock);
    pd->closing = true;
    rt_store_seq(&pd->read.stop, true);
    rt_store_seq(&pd->write.stop, true);
    G *r = side_unblock(&pd->read, false), *w = side_unblock(&pd->write, false);
    rt_unlock(&pd->lock);
    if (r) rt_ready(r);
    if (w) rt_ready(w);
}
