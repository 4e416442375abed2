/* wait.h: what the files of floor 5 share: sudogs, channels, semaphores, timers.
 *
 * Floor 5.
 */
#ifndef RT_WAIT_H
#define RT_WAIT_H

#include "rt.h"

/* A goroutine in a wait queue. Who waits for one thing uses the one in its G, with a short slot; who waits
 * for several, or for a value that does not fit, takes some from the P: these are collected memory, reachable
 * through the queue and through G.waiting. The value in transit lives here (or, when large, on the heap):
 * never on a stack, because stacks move and another goroutine writes it. */
typedef struct Sudog {
    struct Sudog *waitlink;    /* of one goroutine's select: in lock order; semaphores: the next address */
    struct Sudog *tail;        /* semaphores: the last waiter for an address, in its first */
    struct Sudog *next, *prev; /* in the queue; next: on the free list */
    G *g;
    gol_chan *c;
    void *elem;      /* the value: slot, or a block of its own; semaphores: the address */
    bool select;     /* one of several: who wants to wake must win G.select_done */
    bool success;    /* woken by a value, not by close */
    bool granted;    /* semaphores: the count was handed over */
    uint32_t ticket; /* notifyList: its turn; select: its case */
    Uint64 slot[];
} Sudog;

#define RT_SUDOG_INLINE 64 /* bytes of the slot of those from the P */
#define RT_SUDOG_OWN    (sizeof(((G *)0)->own_sudog) - sizeof(Sudog)) /* of the G's */
_Static_assert(RT_SUDOG_OWN == 16, "rt.h: RT_OWN_SUDOG");

/* The current goroutine's own, ready for use. Done with it: rt_sudog_own_done. */
static inline Sudog *rt_sudog_own(void) {
    G *g = rt_g();
    Sudog *s = (Sudog *)g->own_sudog;
    s->waitlink = s->tail = NULL;
    s->select = s->success = s->granted = false;
    s->g = g;
    return s;
}
static inline void rt_sudog_own_done(Sudog *s) {
    s->c = NULL;
    s->elem = NULL;
}

/* Those of the P. At least n on its free list. May allocate: before any lock. Take and put need no lock. */
void rt_sudog_reserve(Int n);
Sudog *rt_sudog_take(void);
void rt_sudog_put(Sudog *s);

/* ---- chan.c ---- */

typedef struct {
    Sudog *first, *last;
} WaitQ;

/* Lock protects all but size, elem, elemsize, buf, timer, which do not change. count, closed and the queues'
 * heads are also read without it, to fail fast. Nothing is allocated and no emitted code called under it. */
struct gol_chan {
    WaitQ recvq, sendq;
    char *buf;             /* size elements */
    struct RtTimer *timer; /* the channel of a timer: see timer.c */
    const gol_type *elem;
    _Atomic(Int) count;
    Int size;
    Uint32 elemsize;
    _Atomic(bool) closed;
    Int sendx, recvx;
    RtLock lock;
    const void *made; /* a return address: for reports of leaks */
};

static inline void rt_chan_copy(const gol_chan *c, void *to, const void *from) {
    if (c->elemsize == 8)
        *(Uint64 *)to = *(const Uint64 *)from;
    else if (c->elemsize)
        memcpy(to, from, c->elemsize);
}
static inline void rt_chan_zero(const gol_chan *c, void *to) {
    if (c->elemsize) memset(to, 0, c->elemsize);
}

void rt_waitq_enqueue(WaitQ *q, Sudog *s);
Sudog *rt_waitq_dequeue(WaitQ *q); /* skips selects that another case has won */
void rt_waitq_remove(WaitQ *q, Sudog *s);

/* One side of an operation that can go ahead at once, with c locked. They unlock c unless they return
 * DONE_NOT. */
typedef enum { RT_CHAN_NOT, RT_CHAN_OK, RT_CHAN_CLOSED } RtChanDone;
typedef struct {
    RtChanDone done;
    G *ready; /* to be readied when the locks are gone */
} RtChanStep;
RtChanStep rt_chan_try_send(gol_chan *c, const void *elem);
RtChanStep rt_chan_try_recv(gol_chan *c, void *elem);
bool rt_chan_send_full(const gol_chan *c); /* without lock: a send would wait */
bool rt_chan_recv_empty(const gol_chan *c);
bool rt_chan_send_nb(gol_chan *c, const void *elem); /* false: it would wait */
RtChanDone rt_chan_recv_nb(gol_chan *c, void *elem);
bool rt_chan_drain(gol_chan *c); /* drops what is buffered; true: there was something */
void rt_chan_slot(const gol_chan *c, Sudog *s, void *big); /* sets s->elem; big: from rt_chan_big */
void *
rt_chan_big(const gol_chan *c); /* a block for a value that does not fit a sudog, else NULL; allocates */
GOL_NORETURN void rt_chan_panic_closed(void);

/* ---- timer.c ---- */

typedef struct TimerHeap TimerHeap;

/* Collected memory. The layout of time.runtimeTimer in stdlib/time/sleep.gol: keep them in step. lock
 * protects all but the place in a heap; see timer.c. */
typedef struct RtTimer {
    int64_t when;   /* 0: not armed */
    int64_t period; /* 0: once */
    Int kind;       /* RtTimerKind */
    gol_chan *chan; /* RT_TIMER_CHAN */
    void *arg;      /* RT_TIMER_CHAN: the *time.Location; own: what fire likes */
    Func fn;        /* RT_TIMER_FUNC */
    RtLock lock;
    void (*fire)(struct RtTimer *t, int64_t now); /* system stack; t locked when it has a channel */
    Int index;                                    /* its place in the heap; the heap's lock */
    int32_t blocked; /* goroutines that wait for chan: only then is a channel's timer in a heap */
    uint32_t seq;    /* counts armings */
    Uintptr spare[2];
    TimerHeap *_Atomic
        heap; /* that holds it; NULL: none. NULL to other under lock, other to NULL under the heap's */
} RtTimer;
_Static_assert(sizeof(RtTimer) == 13 * 8, "as time.runtimeTimer");
typedef enum { RT_TIMER_OWN, RT_TIMER_CHAN, RT_TIMER_FUNC } RtTimerKind;

bool rt_timer_reset(RtTimer *t, int64_t when, int64_t period); /* true: it was armed */
bool rt_timer_stop(RtTimer *t);
void rt_timer_chan_poll(RtTimer *t); /* delivers what is due: before looking at its channel */
void rt_timer_chan_block(RtTimer *t,
                         int delta); /* a goroutine begins (1) or ends (-1) to wait for its channel */
void rt_timer_start(RtTimer *t);     /* the first time: when and period are set */
void rt_sleep(int64_t ns);

/* ---- sema.c ---- */

void rt_sema_init(void); /* that a goroutine waits in the table keeps nothing alive: leak.c */
void rt_semacquire(uint32_t *addr, bool lifo, RtWait reason);
void rt_semrelease(uint32_t *addr, bool handoff);

typedef struct { /* sync.notifyList */
    _Atomic(uint32_t) wait;
    uint32_t notify;
    RtLock lock;
    Sudog *head, *tail;
} RtNotifyList;
uint32_t rt_notify_add(RtNotifyList *l);
void rt_notify_wait(RtNotifyList *l, uint32_t ticket);
void rt_notify_all(RtNotifyList *l);
void rt_notify_one(RtNotifyList *l);

#endif
