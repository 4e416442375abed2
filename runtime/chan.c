/* chan.c: channels.
 *
 * Floor 5. A channel is a ring of elements, a queue of receivers and a queue of senders, under one lock.
 *   - At most one queue is not empty, save for a goroutine that selects on both sides of one channel.
 *   - A buffered channel with waiting receivers is empty; with waiting senders, full.
 * Who finds a partner waiting hands the value over and readies it; the partner finds itself dequeued. A
 * waiter's value is in its sudog, so a value that has to wait is copied twice, one that need not, once.
 *
 * Pointers to elements may point into the caller's stack: they are used before the goroutine parks, or by
 * itself after it, as C locals that moving adjusts.
 */
#include "val.h"
#include "sanitize.h"
#include "wait.h"

#define MAX_ALLOC ((Uintptr)1 << 48)

/* ---- sudogs ------------------------------------------------------------------------------------------ */

enum { SUDOG_BATCH = 16, SUDOG_KEEP = 256 };

void rt_sudog_reserve(Int n) {
    P *p = rt_p();
    while (GOL_UNLIKELY(p->nsudogs < n)) {
        for (int i = 0; i < SUDOG_BATCH; i++) {
            Sudog *s = rt_gc_alloc(sizeof *s + RT_SUDOG_INLINE, sizeof *s + RT_SUDOG_INLINE);
            s->next = p->sudogs;
            p->sudogs = s;
            p->nsudogs++;
        }
    }
}

Sudog *rt_sudog_take(void) {
    P *p = rt_p();
    Sudog *s = p->sudogs;
    p->sudogs = s->next;
    p->nsudogs--;
    rt_san_acquire(s); /* from whose hands it comes */
    s->next = s->prev = s->waitlink = s->tail = NULL;
    s->select = s->success = s->granted = false;
    s->g = rt_g();
    return s;
}

void rt_sudog_put(Sudog *s) {
    P *p = rt_p();
    s->g = NULL;
    s->c = NULL;
    s->elem = NULL;
    rt_san_release(s);
    if (p->nsudogs >= SUDOG_KEEP) return; /* the collector has it */
    s->next = p->sudogs;
    p->sudogs = s;
    p->nsudogs++;
}

void rt_waitq_enqueue(WaitQ *q, Sudog *s) {
    s->next = NULL;
    s->prev = q->last;
    if (q->last)
        q->last->next = s;
    else
        __atomic_store_n(&q->first, s, __ATOMIC_RELAXED);
    q->last = s;
}

void rt_waitq_remove(WaitQ *q, Sudog *s) {
    if (s->prev == NULL && s->next == NULL && q->first != s) return; /* dequeued before */
    if (s->prev)
        s->prev->next = s->next;
    else
        __atomic_store_n(&q->first, s->next, __ATOMIC_RELAXED);
    if (s->next)
        s->next->prev = s->prev;
    else
        q->last = s->prev;
    s->next = s->prev = NULL;
}

Sudog *rt_waitq_dequeue(WaitQ *q) {
    for (;;) {
        Sudog *s = q->first;
        if (s == NULL) return NULL;
        rt_waitq_remove(q, s);
        if (s->select) {
            uint32_t none = 0;
            if (!rt_cas(&s->g->select_done, &none, 1)) continue;
        }
        return s;
    }
}

void *rt_chan_big(const gol_chan *c) {
    return c->elemsize > RT_SUDOG_INLINE ? rt_gc_alloc(c->elemsize, c->elem->ptrdata) : NULL;
}
void rt_chan_slot(const gol_chan *c, Sudog *s, void *big) {
    s->c = (gol_chan *)c;
    s->elem = big ? big : s->slot;
}
/* A slot keeps no garbage alive, and no stale pointer. */
static void slot_release(Sudog *s, const gol_chan *c) {
    if (c->elem->ptrdata && s->elem == s->slot) memset(s->slot, 0, c->elemsize);
    if (c->elemsize <= RT_SUDOG_OWN)
        rt_sudog_own_done(s);
    else
        rt_sudog_put(s);
}

/* ---- making ------------------------------------------------------------------------------------------ */

Chan gol_makechan(const gol_type *t, Int size) {
    GOL_STACK_CHECK();
    Uintptr mem;
    gol_chan *c;
    const gol_type *elem = t->elem;
    if (size < 0 || __builtin_mul_overflow(elem->size, (Uintptr)size, &mem) || mem > MAX_ALLOC - sizeof *c)
        gol_panic_makechan();
    const Uintptr head = offsetof(gol_chan, count);
    if (mem == 0 || (elem->ptrdata == 0 && mem > 256)) {
        c = rt_gc_alloc(sizeof *c, head);
        if (mem)
            c->buf = rt_gc_alloc(mem, 0);
        else
            c->buf = (char *)&gol_zerobase;
    } else {
        c = rt_gc_alloc(sizeof *c + mem, elem->ptrdata ? sizeof *c + mem : head);
        c->buf = (char *)(c + 1);
    }
    c->elem = elem;
    c->elemsize = (Uint32)elem->size;
    c->size = size;
    c->lock.rank = RT_RANK_CHAN;
    c->made = __builtin_return_address(0);
    return c;
}

Int gol_chan_len(Chan c) {
    if (c == NULL) return 0;
    if (c->timer) return 0; /* Go 1.23: seems unbuffered */
    return rt_load_relaxed(&c->count);
}
Int gol_chan_cap(Chan c) { return c == NULL || c->timer ? 0 : c->size; }

/* ---- steps under the lock ---------------------------------------------------------------------------- */

static inline void *ring_at(const gol_chan *c, Int i) { return c->buf + (Uintptr)i * c->elemsize; }
static inline Int ring_next(const gol_chan *c, Int i) { return i + 1 == c->size ? 0 : i + 1; }
static inline void count_set(gol_chan *c, Int n) { rt_store_relaxed(&c->count, n); }

RtChanStep rt_chan_try_send(gol_chan *c, const void *elem) {
    if (rt_load_relaxed(&c->closed)) return (RtChanStep){RT_CHAN_CLOSED, NULL};
    Sudog *s = rt_waitq_dequeue(&c->recvq);
    if (s) {
        rt_chan_copy(c, s->elem, elem);
        s->success = true;
        s->g->param = s;
        return (RtChanStep){RT_CHAN_OK, s->g};
    }
    Int n = rt_load_relaxed(&c->count);
    if (n < c->size) {
        rt_chan_copy(c, ring_at(c, c->sendx), elem);
        c->sendx = ring_next(c, c->sendx);
        count_set(c, n + 1);
        return (RtChanStep){RT_CHAN_OK, NULL};
    }
    return (RtChanStep){RT_CHAN_NOT, NULL};
}

RtChanStep rt_chan_try_recv(gol_chan *c, void *elem) {
    Int n = rt_load_relaxed(&c->count);
    if (n == 0 && rt_load_relaxed(&c->closed)) {
        if (elem) rt_chan_zero(c, elem);
        return (RtChanStep){RT_CHAN_CLOSED, NULL};
    }
    Sudog *s = rt_waitq_dequeue(&c->sendq);
    if (n > 0) {
        void *at = ring_at(c, c->recvx);
        if (elem) rt_chan_copy(c, elem, at);
        c->recvx = ring_next(c, c->recvx);
        if (s) { /* full: the sender's value takes the place that became free */
            rt_chan_copy(c, at, s->elem);
            c->sendx = c->recvx;
        } else {
            if (c->elem->ptrdata) rt_chan_zero(c, at);
            count_set(c, n - 1);
        }
    } else if (s) {
        if (elem) rt_chan_copy(c, elem, s->elem);
    } else {
        return (RtChanStep){RT_CHAN_NOT, NULL};
    }
    if (s) {
        s->success = true;
        s->g->param = s;
    }
    return (RtChanStep){RT_CHAN_OK, s ? s->g : NULL};
}

bool rt_chan_send_full(const gol_chan *c) {
    if (c->size == 0) return __atomic_load_n(&c->recvq.first, __ATOMIC_RELAXED) == NULL;
    return rt_load_relaxed(&c->count) == c->size;
}
bool rt_chan_recv_empty(const gol_chan *c) {
    if (c->size == 0) return __atomic_load_n(&c->sendq.first, __ATOMIC_RELAXED) == NULL;
    return rt_load_acquire(&c->count) == 0;
}

void rt_chan_panic_closed(void) { rt_panic_plain("send on closed channel"); }

/* ---- blocking ---------------------------------------------------------------------------------------- */

static GOL_NORETURN void block_nil(RtWait reason) {
    rt_park(NULL, NULL, reason);
    rt_throw("a nil channel became ready");
}

/* Enqueues the current goroutine, with c locked, and parks. Returns its sudog when it has been woken. */
static Sudog *wait_in(gol_chan *c, WaitQ *q, void *big, const void *elem, RtWait reason) {
    Sudog *s = c->elemsize <= RT_SUDOG_OWN ? rt_sudog_own() : rt_sudog_take();
    G *g = s->g;
    rt_chan_slot(c, s, big);
    if (elem) rt_chan_copy(c, s->elem, elem);
    g->waiting = s;
    g->param = NULL;
    rt_waitq_enqueue(q, s);
    rt_park_unlock(&c->lock, reason);
    g->waiting = NULL;
    g->param = NULL;
    return s;
}

void gol_chan_send(Chan c, const void *elem) {
    GOL_STACK_CHECK();
    if (GOL_UNLIKELY(c == NULL)) block_nil(RT_WAIT_CHAN_SEND_NIL);
    void *big = NULL;
    if (GOL_UNLIKELY(c->elemsize > RT_SUDOG_OWN)) {
        if (rt_chan_send_nb(c, elem)) return;
        big = rt_chan_big(c);
        rt_sudog_reserve(1);
    }
    rt_lock(&c->lock);
    RtChanStep st = rt_chan_try_send(c, elem);
    if (st.done == RT_CHAN_NOT) {
        Sudog *s = wait_in(c, &c->sendq, big, elem, RT_WAIT_CHAN_SEND);
        bool closed = !s->success;
        slot_release(s, c);
        if (closed) rt_chan_panic_closed();
        return;
    }
    rt_unlock(&c->lock);
    if (st.ready) rt_ready(st.ready);
    if (GOL_UNLIKELY(st.done == RT_CHAN_CLOSED)) rt_chan_panic_closed();
}

static bool recv(gol_chan *c, void *elem) {
    if (GOL_UNLIKELY(c == NULL)) block_nil(RT_WAIT_CHAN_RECEIVE_NIL);
    void *big = NULL;
    if (GOL_UNLIKELY(c->timer || c->elemsize > RT_SUDOG_OWN)) {
        RtChanDone d = rt_chan_recv_nb(c, elem);
        if (d != RT_CHAN_NOT) return d == RT_CHAN_OK;
        big = rt_chan_big(c);
        if (c->timer) rt_timer_chan_block(c->timer, 1);
        rt_sudog_reserve(1);
    }
    rt_lock(&c->lock);
    RtChanStep st = rt_chan_try_recv(c, elem);
    if (st.done == RT_CHAN_NOT) {
        Sudog *s = wait_in(c, &c->recvq, big, NULL, RT_WAIT_CHAN_RECEIVE);
        st.done = s->success ? RT_CHAN_OK : RT_CHAN_CLOSED;
        if (elem) {
            if (s->success)
                rt_chan_copy(c, elem, s->elem);
            else
                rt_chan_zero(c, elem);
        }
        slot_release(s, c);
    } else {
        rt_unlock(&c->lock);
        if (st.ready) rt_ready(st.ready);
    }
    if (GOL_UNLIKELY(c->timer != NULL)) rt_timer_chan_block(c->timer, -1);
    return st.done == RT_CHAN_OK;
}

void gol_chan_recv(Chan c, void *elem) {
    GOL_STACK_CHECK();
    recv(c, elem);
}
Bool gol_chan_recv2(Chan c, void *elem) {
    GOL_STACK_CHECK();
    return recv(c, elem);
}

/* ---- without blocking -------------------------------------------------------------------------------- */

/* A look without the lock may miss what another thread does at the same time: then both happened in an order
 * in which this one came first. A receive must see "closed" after it saw "empty", or it would miss a last
 * value. */
bool rt_chan_send_nb(gol_chan *c, const void *elem) {
    if (!rt_load_acquire(&c->closed) && rt_chan_send_full(c)) return false;
    rt_lock(&c->lock);
    RtChanStep st = rt_chan_try_send(c, elem);
    rt_unlock(&c->lock);
    if (st.ready) rt_ready(st.ready);
    if (st.done == RT_CHAN_CLOSED) rt_chan_panic_closed();
    return st.done == RT_CHAN_OK;
}

RtChanDone rt_chan_recv_nb(gol_chan *c, void *elem) {
    if (c->timer) rt_timer_chan_poll(c->timer);
    if (rt_chan_recv_empty(c)) {
        if (!rt_load_acquire(&c->closed)) return RT_CHAN_NOT;
        if (rt_chan_recv_empty(c)) {
            rt_san_acquire(&c->lock); /* of who closed it */
            if (elem) rt_chan_zero(c, elem);
            return RT_CHAN_CLOSED;
        }
    }
    rt_lock(&c->lock);
    RtChanStep st = rt_chan_try_recv(c, elem);
    rt_unlock(&c->lock);
    if (st.ready) rt_ready(st.ready);
    return st.done;
}

bool rt_chan_drain(gol_chan *c) {
    bool some = false;
    if (rt_load_acquire(&c->count) == 0) return false; /* who sends holds the timer's lock, as we do */
    rt_lock(&c->lock);
    while (rt_load_relaxed(&c->count) > 0) {
        rt_chan_try_recv(c, NULL); /* a timer's channel has no waiting senders */
        some = true;
    }
    rt_unlock(&c->lock);
    return some;
}

/* ---- closing ----------------------------------------------------------------------------------------- */

static void release_all(WaitQ *q, GList *l) {
    Sudog *s;
    while ((s = rt_waitq_dequeue(q)) != NULL) {
        s->success = false;
        s->g->param = s;
        rt_glist_push(l, s->g);
    }
}

void gol_chan_close(Chan c) {
    GOL_STACK_CHECK();
    if (c == NULL) rt_panic_plain("close of nil channel");
    rt_lock(&c->lock);
    if (rt_load_relaxed(&c->closed)) {
        rt_unlock(&c->lock);
        rt_panic_plain("close of closed channel");
    }
    rt_san_release(&c->lock); /* who looks without the lock may see it before we unlock */
    rt_store_release(&c->closed, true);
    GList l = {NULL, NULL, 0};
    release_all(&c->recvq, &l);
    release_all(&c->sendq, &l);
    rt_unlock(&c->lock);
    if (l.n > 0) rt_ready_list(&l);
}

void gol_block_forever(void) {
    GOL_STACK_CHECK();
    rt_park(NULL, NULL, RT_WAIT_SELECT_EMPTY);
    rt_throw("select {} became ready");
}
