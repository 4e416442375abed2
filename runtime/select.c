/* select.c: select with any number of cases.
 *
 * Floor 5. A first pass in random order takes a case that can go ahead, with that channel locked alone. If
 * there is none the channels are locked in address order, each once, and a pass in the same order makes sure
 * that none can; then one pass enqueues a sudog on every channel and the goroutine parks; the locks are
 * released when it is off its stack. Who wakes it wins G.select_done, takes that sudog out of its queue and
 * leaves it in G.param; a last pass, locked again, takes out the others.
 *
 * The sudogs of a select are linked in lock order from G.waiting, so that the commit function, which must not
 * touch the goroutine's stack, knows what to unlock.
 */
#include "val.h"
#include "sanitize.h"
#include "wait.h"

enum { SMALL = 8 };

typedef struct {
    gol_scase *cases;
    uint16_t *poll, *lock; /* indices of the cases with a channel: in random order; by address */
    Int n;
} Sel;

static void lock_all(const Sel *s) {
    gol_chan *last = NULL;
    for (Int i = 0; i < s->n; i++) {
        gol_chan *c = s->cases[s->lock[i]].c;
        if (c != last) rt_lock(&c->lock);
        last = c;
    }
}
static void unlock_all(const Sel *s) {
    gol_chan *last = NULL;
    for (Int i = s->n - 1; i >= 0; i--) {
        gol_chan *c = s->cases[s->lock[i]].c;
        if (c != last) rt_unlock(&c->lock);
        last = c;
    }
}

/* The goroutine can be woken as soon as the first lock is free, but must lock all channels itself before it
 * touches the sudogs: so the list stays whole until the last unlock. */
static bool commit(G *g, void *arg GOL_UNUSED) {
    gol_chan *last = NULL;
    for (Sudog *s = g->waiting; s; s = s->waitlink) {
        if (last && s->c != last) rt_unlock(&last->lock);
        last = s->c;
    }
    if (last) rt_unlock(&last->lock);
    return true;
}

static void sort_few(const Sel *s) {
    uint16_t *a = s->lock;
    gol_scase *cs = s->cases;
    for (Int i = 1; i < s->n; i++) {
        uint16_t x = a[i];
        Int j = i;
        for (; j > 0 && cs[a[j - 1]].c > cs[x].c; j--) a[j] = a[j - 1];
        a[j] = x;
    }
}

static void sort_by_address(const Sel *s) { /* heap sort: no recursion, no worst case */
    uint16_t *a = s->lock;
    gol_scase *cs = s->cases;
    Int n = s->n;
    if (n <= SMALL) {
        sort_few(s);
        return;
    }
    for (Int i = 1; i < n; i++) {
        uint16_t x = a[i];
        Int j = i;
        for (; j > 0 && cs[a[(j - 1) / 2]].c < cs[x].c; j = (j - 1) / 2) a[j] = a[(j - 1) / 2];
        a[j] = x;
    }
    for (Int i = n - 1; i > 0; i--) {
        uint16_t x = a[i];
        a[i] = a[0];
        Int j = 0;
        for (;;) {
            Int k = 2 * j + 1;
            if (k >= i) break;
            if (k + 1 < i && cs[a[k]].c < cs[a[k + 1]].c) k++;
            if (cs[x].c >= cs[a[k]].c) break;
            a[j] = a[k];
            j = k;
        }
        a[j] = x;
    }
}

static bool is_timer(const gol_scase *c) { return c->c->timer != NULL && !c->send; }

static void timers_block(const Sel *s, int delta) {
    for (Int i = 0; i < s->n; i++)
        if (is_timer(&s->cases[s->poll[i]])) rt_timer_chan_block(s->cases[s->poll[i]].c->timer, delta);
}

/* Enqueues on every channel, parks, and takes back the sudogs. Returns the case that went ahead. */
static Int wait_for_one(const Sel *s, void **big, Bool *ok) {
    G *g = rt_g();
    Sudog *list = NULL;
    for (Int i = s->n - 1; i >= 0; i--) {
        uint16_t at = s->lock[i];
        gol_scase *cs = &s->cases[at];
        Sudog *sg = rt_sudog_take();
        sg->select = true;
        sg->ticket = at;
        rt_chan_slot(cs->c, sg, cs->c->elemsize > RT_SUDOG_INLINE ? big[at] : NULL);
        if (cs->send) rt_chan_copy(cs->c, sg->elem, cs->elem);
        rt_waitq_enqueue(cs->send ? &cs->c->sendq : &cs->c->recvq, sg);
        sg->waitlink = list;
        list = sg;
    }
    g->waiting = list;
    g->param = NULL;
    rt_store_relaxed(&g->select_done, 0);
    for (Int i = 0; i < s->n; i++) rt_san_release(&s->cases[s->lock[i]].c->lock); /* what commit unlocks */
    rt_park(commit, NULL, RT_WAIT_SELECT);
    lock_all(s);
    Sudog *won = g->param;
    for (Sudog *sg = g->waiting; sg; sg = sg->waitlink)
        if (sg != won) rt_waitq_remove(s->cases[sg->ticket].send ? &sg->c->sendq : &sg->c->recvq, sg);
    unlock_all(s);
    Int at = (Int)won->ticket;
    gol_scase *cs = &s->cases[at];
    *ok = won->success;
    if (!cs->send && cs->elem) {
        if (won->success)
            rt_chan_copy(cs->c, cs->elem, won->elem);
        else
            rt_chan_zero(cs->c, cs->elem);
    }
    Sudog *next;
    for (Sudog *sg = g->waiting; sg; sg = next) {
        next = sg->waitlink;
        if (sg->c->elem->ptrdata && sg->elem == sg->slot) memset(sg->slot, 0, sg->c->elemsize);
        rt_sudog_put(sg);
    }
    g->waiting = NULL;
    g->param = NULL;
    return at;
}

static Int select_one(gol_scase *cs, Bool block, Bool *received) {
    Bool ok = false;
    if (cs->c == NULL) {
        if (!block) return -1;
        gol_block_forever();
    }
    if (cs->send) {
        if (block)
            gol_chan_send(cs->c, cs->elem);
        else if (!rt_chan_send_nb(cs->c, cs->elem))
            return -1;
    } else if (block) {
        ok = gol_chan_recv2(cs->c, cs->elem);
    } else {
        RtChanDone d = rt_chan_recv_nb(cs->c, cs->elem);
        if (d == RT_CHAN_NOT) return -1;
        ok = d == RT_CHAN_OK;
    }
    if (received) *received = ok;
    return 0;
}

/* The first case in random order that can go ahead, done; -1: none. All channels are locked. */
static Int pass(const Sel *s, RtChanStep *st) {
    for (Int i = 0; i < s->n; i++) {
        gol_scase *cs = &s->cases[s->poll[i]];
        *st = cs->send ? rt_chan_try_send(cs->c, cs->elem) : rt_chan_try_recv(cs->c, cs->elem);
        if (st->done != RT_CHAN_NOT) return s->poll[i];
    }
    return -1;
}

/* False: there was a moment when it was not, since a channel that is not closed at the end was not before. */
static bool looks_ready(const gol_scase *cs) {
    if (cs->send ? !rt_chan_send_full(cs->c) : !rt_chan_recv_empty(cs->c)) return true;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return rt_load_acquire(&cs->c->closed);
}

/* In random order again, but each channel locked by itself: enough to take one that is ready. Only "none is
 * ready" must hold of all at one time. Due timers are delivered on the way. */
static Int quick_pass(const Sel *s, RtChanStep *st, bool *timers) {
    for (Int i = 0; i < s->n; i++) {
        gol_scase *cs = &s->cases[s->poll[i]];
        if (is_timer(cs)) {
            *timers = true;
            rt_timer_chan_poll(cs->c->timer);
        }
        if (!looks_ready(cs)) continue;
        rt_lock(&cs->c->lock);
        *st = cs->send ? rt_chan_try_send(cs->c, cs->elem) : rt_chan_try_recv(cs->c, cs->elem);
        rt_unlock(&cs->c->lock);
        if (st->done != RT_CHAN_NOT) return s->poll[i];
    }
    return -1;
}

/* Of two cases and default: while one channel is locked and not ready, a look at the other is enough to know
 * that neither is. A second lock would be a third of the time. */
static bool neither_is_ready(const Sel *s) {
    gol_chan *c = s->cases[s->poll[0]].c;
    if (s->n != 2) return false;
    rt_lock(&c->lock);
    bool ready = looks_ready(&s->cases[s->poll[0]]) || looks_ready(&s->cases[s->poll[1]]);
    rt_unlock(&c->lock);
    return !ready;
}

static Int finish(const Sel *s, Int at, bool ok, Bool *received) {
    if (at < 0) return at;
    if (received) *received = !s->cases[at].send && ok;
    if (s->cases[at].send && !ok) rt_chan_panic_closed();
    return at;
}

static Int select_many(Sel *s, bool block, void **big, Bool *received) {
    bool timers = false, blocked = false;
    RtChanStep st = {RT_CHAN_NOT, NULL};
    Int at = quick_pass(s, &st, &timers);
    if (at >= 0) {
        if (st.ready) rt_ready(st.ready);
        return finish(s, at, st.done == RT_CHAN_OK, received);
    }
    if (!block && neither_is_ready(s)) return -1;
    for (Int i = 0; block && i < s->n; i++) {
        gol_chan *c = s->cases[s->lock[i]].c;
        if (c->elemsize > RT_SUDOG_INLINE) big[s->lock[i]] = rt_chan_big(c);
    }
    sort_by_address(s);
    rt_sudog_reserve(s->n);
    lock_all(s);
    Bool ok = false;
    at = pass(s, &st);
    if (at < 0 && block &&
        timers) { /* their timers must run while we wait; that cannot be asked under the locks */
        unlock_all(s);
        timers_block(s, 1);
        blocked = true;
        rt_sudog_reserve(s->n);
        lock_all(s);
        at = pass(s, &st);
    }
    if (at < 0 && block) {
        at = wait_for_one(s, big, &ok);
    } else {
        ok = st.done == RT_CHAN_OK;
        unlock_all(s);
        if (st.ready) rt_ready(st.ready);
    }
    if (blocked) timers_block(s, -1);
    return finish(s, at, ok, received);
}

Int gol_select(gol_scase *cases, Int n, Bool block, Bool *received) {
    GOL_STACK_CHECK();
    if (received) *received = false;
    if (n == 1) return select_one(cases, block, received);
    uint16_t small[2 * SMALL], *order = small;
    void *small_big[SMALL], **big = small_big;
    if (n > SMALL) {
        order = rt_gc_alloc((size_t)n * 2 * sizeof *order, 0);
        big = rt_gc_alloc((size_t)n * sizeof *big, (size_t)n * sizeof *big);
    }
    Sel s = {cases, order, order + n, 0};
    for (Int i = 0; i < n; i++) {
        gol_chan *c = cases[i].c;
        if (c == NULL) continue;
        Int j = rt_randn((uint32_t)s.n + 1);
        s.poll[s.n] = s.poll[j];
        s.poll[j] = (uint16_t)i;
        s.lock[s.n] = (uint16_t)i;
        s.n++;
    }
    if (s.n == 0) {
        if (!block) return -1;
        rt_park(NULL, NULL, n == 0 ? RT_WAIT_SELECT_EMPTY : RT_WAIT_SELECT);
        rt_throw("a select without channels became ready");
    }
    return select_many(&s, block, big, received);
}
