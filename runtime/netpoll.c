/* netpoll.c: goroutines that wait for descriptors.
 *
 * Floor 5. Each registered descriptor has a side for a reader and one for a writer. A side's slot is EMPTY,
 * READY, or holds the goroutine that waits (its address). Only compare and swap moves it: EMPTY to G by the
 * goroutine when it is off its stack, G to READY or EMPTY by who wakes it, READY to EMPTY by who consumes it.
 * So readiness that comes between a failed read and the wait is not lost. One goroutine may wait for a side:
 * that reads, or writes, come one after the other is for callers to see to.
 *
 * Records are kept for ever and used again. In its upper bits a slot holds which use that is, and so do the
 * kernel's events: one that was under way when its descriptor was closed does not make the next one ready.
 *
 * The lock protects the deadlines and closing, and is taken last. A deadline's timer may fire although it was
 * stopped or moved since: what counts is the side's deadline. It is armed without the lock, since that
 * allocates, and who has armed it looks again whether the deadline is still the one that was armed.
 */
#include "netpoll.h"

#include "scheduler.h"

#define SLOT_EMPTY ((uint64_t)0)
#define SLOT_READY ((uint64_t)1)
#define USE_SHIFT  48 /* addresses have 47 bits */
#define SLOT_VALUE (((uint64_t)1 << USE_SHIFT) - 1)

typedef struct {
    _Atomic(uint64_t) slot; /* SLOT_ or a G, and the use */
    RtTimer timer;
    int64_t deadline; /* rt_nanotime; 0: none. The lock */
    _Atomic(bool) expired;
} Side;

struct RtPoll {
    RtPoll *link; /* free list; of all, for the collector: they are persistent and hold timers */
    RtLock lock;
    int fd;
    _Atomic(uint64_t) use; /* counts opens, shifted as in slots */
    _Atomic(bool) closing;
    Side read, write;
};

static RtLock free_lock = RT_LOCK_INIT(RT_RANK_LEAF);
static RtPoll *free_list;
static _Atomic(bool) inited;
static _Atomic(int64_t) waiters;

static RtLock init_lock;
/* 0 or an errno: then the next call tries again. */
static int init(void) {
    rt_lock(&init_lock);
    int err = rt_load_relaxed(&inited) ? 0 : rt_epoll_init();
    if (!err && !rt_load_relaxed(&inited)) {
        rt_store_seq(&inited, true);
        rt_note_wakeup(&rt_sched.poll_note); /* who sleeps until a timer is due is to sleep here now */
    }
    rt_unlock(&init_lock);
    return err;
}

bool rt_netpoll_inited(void) { return rt_load_acquire(&inited); }
bool rt_netpoll_waiters(void) { return rt_load_seq(&waiters) > 0; }
void rt_netpoll_break(void) {
    if (rt_load_acquire(&inited)) rt_epoll_break();
}

GList rt_netpoll(int64_t delay) {
    GList l = {NULL, NULL, 0};
    rt_epoll_wait(delay, &l);
    return l;
}

/* ---- sides --------------------------------------------------------------------------------------------- */

/* The goroutine of a slot, which becomes READY (or EMPTY for a deadline); NULL: none waited, or not in this
 * use. */
static G *side_unblock(Side *s, uint64_t use, bool ready) {
    uint64_t old = rt_load_seq(&s->slot), value;
    for (;;) {
        value = old & SLOT_VALUE;
        if ((old ^ use) > SLOT_VALUE) return NULL;
        if (value == SLOT_READY || (value == SLOT_EMPTY && !ready)) return NULL;
        if (rt_cas(&s->slot, &old, use | (ready ? SLOT_READY : SLOT_EMPTY))) break;
    }
    if (value == SLOT_EMPTY) return NULL;
    rt_add(&waiters, -1);
    return (G *)value;
}

/* Consumes readiness. */
static bool side_take_ready(RtPoll *pd, Side *s) {
    uint64_t use = rt_load_relaxed(&pd->use), ready = use | SLOT_READY;
    return rt_cas(&s->slot, &ready, use | SLOT_EMPTY);
}

void rt_poll_ready(uint64_t tag, bool read, bool write, GList *l) {
    RtPoll *pd = (RtPoll *)(tag & SLOT_VALUE);
    uint64_t use = tag & ~SLOT_VALUE;
    G *g;
    if (read && (g = side_unblock(&pd->read, use, true)) != NULL) rt_glist_push(l, g);
    if (write && (g = side_unblock(&pd->write, use, true)) != NULL) rt_glist_push(l, g);
}

static Side *side_of(RtPoll *pd, int mode) { return mode == RT_POLL_READ ? &pd->read : &pd->write; }

/* ---- opening and closing ------------------------------------------------------------------------------- */

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
    for (int i = 0; i < n; i++) {
        v[i].read.timer.arg = v[i].write.timer.arg = &v[i];
        v[i].read.timer.fire = fire_read;
        v[i].write.timer.fire = fire_write;
    }
    rt_lock(&free_lock);
    for (int i = 1; i < n; i++) {
        v[i].link = free_list;
        free_list = &v[i];
    }
    rt_unlock(&free_lock);
    return v;
}

static RtPoll *take_record(void) {
    rt_lock(&free_lock);
    RtPoll *pd = free_list;
    if (pd) free_list = pd->link;
    rt_unlock(&free_lock);
    return pd ? pd : more_records();
}

static void free_record(RtPoll *pd) {
    rt_lock(&free_lock);
    pd->link = free_list;
    free_list = pd;
    rt_unlock(&free_lock);
}

static void side_open(Side *s, uint64_t use) {
    s->deadline = 0;
    rt_store_seq(&s->expired, false);
    rt_store_seq(&s->slot, use | SLOT_EMPTY);
}

static void open_on_system_stack(void *arg) {
    Open *o = arg;
    o->err = init();
    if (o->err) return;
    RtPoll *pd = take_record();
    rt_lock(&pd->lock); /* a timer of the last use may still be about to fire */
    pd->fd = o->fd;
    uint64_t use = rt_load_relaxed(&pd->use) + SLOT_VALUE + 1;
    rt_store_seq(&pd->use, use);
    rt_store_seq(&pd->closing, false);
    side_open(&pd->read, use);
    side_open(&pd->write, use);
    rt_unlock(&pd->lock);
    o->err = rt_epoll_add(o->fd, use | (uint64_t)(uintptr_t)pd);
    o->pd = pd;
    if (o->err) free_record(pd);
}

int rt_poll_open(int fd, RtPoll **out) {
    Open o = {fd, 0, NULL};
    gol_systemstack(open_on_system_stack, &o);
    *out = o.err ? NULL : o.pd;
    return o.err;
}

/* The deadlines' timers leave the heap before the record goes: it may be long until they are due. */
void rt_poll_close(RtPoll *pd) {
    GOL_STACK_CHECK();
    rt_poll_unblock(pd);
    rt_epoll_remove(pd->fd);
    free_record(pd);
}

void rt_poll_unblock(RtPoll *pd) {
    GOL_STACK_CHECK();
    rt_lock(&pd->lock);
    uint64_t use = rt_load_relaxed(&pd->use);
    pd->read.deadline = pd->write.deadline = 0;
    rt_store_seq(&pd->closing, true);
    G *r = side_unblock(&pd->read, use, false), *w = side_unblock(&pd->write, use, false);
    rt_unlock(&pd->lock);
    rt_timer_stop(&pd->read.timer);
    rt_timer_stop(&pd->write.timer);
    if (r) rt_ready(r);
    if (w) rt_ready(w);
}

/* ---- waiting ------------------------------------------------------------------------------------------- */

static int state(RtPoll *pd, Side *s) {
    return rt_load_seq(&pd->closing)  ? RT_POLL_CLOSING
           : rt_load_seq(&s->expired) ? RT_POLL_TIMEOUT
                                      : RT_POLL_OK;
}

int rt_poll_reset(RtPoll *pd, int mode) {
    Side *s = side_of(pd, mode);
    int st = state(pd, s);
    if (st == RT_POLL_OK) side_take_ready(pd, s);
    return st;
}

static bool park_commit(G *g, void *arg) {
    RtPoll *pd = ((Side *)arg)->timer.arg;
    Side *s = arg;
    uint64_t use = rt_load_relaxed(&pd->use), expect = use | SLOT_EMPTY, self = use | (uint64_t)(uintptr_t)g;
    rt_add(&waiters, 1);
    if (rt_cas(&s->slot, &expect, self)) {
        /* Closing and deadlines set their mark first and look for a waiter then: who came later sees it. */
        if (state(pd, s) == RT_POLL_OK || !rt_cas(&s->slot, &self, use | SLOT_EMPTY)) return true;
    } else if ((expect & SLOT_VALUE) != SLOT_READY) {
        rt_throw("two goroutines wait for one side of a descriptor");
    }
    rt_add(&waiters, -1);
    return false; /* ready already, or there is nothing to wait for */
}

int rt_poll_wait(RtPoll *pd, int mode) {
    GOL_STACK_CHECK();
    Side *s = side_of(pd, mode);
    for (;;) {
        int st = state(pd, s);
        if (st != RT_POLL_OK) return st;
        if (side_take_ready(pd, s)) return RT_POLL_OK;
        rt_park(park_commit, s, RT_WAIT_IO);
    }
}

/* ---- deadlines ----------------------------------------------------------------------------------------- */

/* If the deadline is over, not whatever it was when a timer was armed. */
static void expire(RtPoll *pd, Side *s) {
    G *g = NULL;
    rt_lock(&pd->lock);
    if (s->deadline != 0 && s->deadline <= rt_nanotime()) {
        s->deadline = 0;
        rt_store_seq(&s->expired, true);
        g = side_unblock(s, rt_load_relaxed(&pd->use), false);
    }
    rt_unlock(&pd->lock);
    if (g) rt_ready(g);
}
static void fire_read(RtTimer *t, int64_t now GOL_UNUSED) { expire(t->arg, &((RtPoll *)t->arg)->read); }
static void fire_write(RtTimer *t, int64_t now GOL_UNUSED) { expire(t->arg, &((RtPoll *)t->arg)->write); }

/* Several goroutines may do this at once: the last one to arm the timer sees what is to be armed. */
static void arm(RtPoll *pd, Side *s) {
    for (int64_t armed = -1;;) {
        rt_lock(&pd->lock);
        int64_t when = s->deadline;
        rt_unlock(&pd->lock);
        if (when == armed) return;
        if (when == 0)
            rt_timer_stop(&s->timer);
        else
            rt_timer_reset(&s->timer, when, 0);
        armed = when;
    }
}

static void side_deadline(RtPoll *pd, Side *s, int64_t when) {
    rt_lock(&pd->lock);
    if (rt_load_relaxed(&pd->closing)) {
        rt_unlock(&pd->lock);
        return;
    }
    s->deadline = when < 0 ? 1 : when;
    rt_store_seq(&s->expired, false);
    rt_unlock(&pd->lock);
    if (when != 0) expire(pd, s);
    arm(pd, s);
}

void rt_poll_set_deadline(RtPoll *pd, int64_t when, int mode) {
    GOL_STACK_CHECK();
    if (mode == 'r' || mode == 'r' + 'w') side_deadline(pd, &pd->read, when);
    if (mode == 'w' || mode == 'r' + 'w') side_deadline(pd, &pd->write, when);
}
