/* sema.c: semaphores on words of memory, for package sync; and sync.Cond's list.
 *
 * Floor 5. A waiter stands in a table of buckets by the word's address. In a bucket the first waiter of each
 * address is on a list of addresses; the others of that address hang behind it, through `next`, its `tail`
 * being the last. Release order: the count is raised first, then nwait is read; acquire order: nwait is
 * raised first, then the count is read. One of the two sees the other.
 *
 * A semaphore's word may be anywhere in the heap: the sudog of a waiter, which is in its G, holds the
 * address.
 */
#include "val.h"
#include "sanitize.h"
#include "wait.h"
#include "mark.h"

enum { BUCKETS = 251 };

typedef struct {
    RtLock lock;
    _Atomic(uint32_t) nwait;
    Sudog *addrs; /* through waitlink and prev */
} __attribute__((aligned(64))) Root;

static Root roots[BUCKETS];

void rt_sema_init(void) { rt_mark_skip(roots, sizeof roots); }

static Root *root_of(const uint32_t *addr) { return &roots[((uintptr_t)addr >> 3) % BUCKETS]; }

static bool try_acquire(uint32_t *addr) {
    uint32_t v = __atomic_load_n(addr, __ATOMIC_SEQ_CST);
    while (v > 0)
        if (__atomic_compare_exchange_n(addr, &v, v - 1, true, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
            rt_san_acquire(addr);
            return true;
        }
    return false;
}

static Sudog *addr_find(Root *r, const uint32_t *addr) {
    Sudog *s = r->addrs;
    while (s && s->elem != addr) s = s->waitlink;
    return s;
}

static void addr_link(Root *r, Sudog *s) {
    s->prev = NULL;
    s->waitlink = r->addrs;
    if (r->addrs) r->addrs->prev = s;
    r->addrs = s;
}
/* Puts `now` where `old` stood on the list of addresses; NULL: takes it out. */
static void addr_replace(Root *r, Sudog *old, Sudog *now) {
    Sudog *next = old->waitlink, *prev = old->prev;
    if (now) {
        now->waitlink = next;
        now->prev = prev;
        if (next) next->prev = now;
        if (prev)
            prev->waitlink = now;
        else
            r->addrs = now;
    } else {
        if (next) next->prev = prev;
        if (prev)
            prev->waitlink = next;
        else
            r->addrs = next;
    }
    old->waitlink = old->prev = NULL;
}

static void enqueue(Root *r, Sudog *s, bool lifo) {
    Sudog *first = addr_find(r, s->elem);
    if (first == NULL) {
        s->tail = s;
        addr_link(r, s);
    } else if (lifo) {
        addr_replace(r, first, s);
        s->next = first;
        s->tail = first->tail;
        first->tail = NULL;
    } else {
        first->tail->next = s;
        first->tail = s;
    }
}

static Sudog *dequeue(Root *r, const uint32_t *addr) {
    Sudog *first = addr_find(r, addr);
    if (first == NULL) return NULL;
    Sudog *second = first->next;
    addr_replace(r, first, second);
    if (second) second->tail = first->tail;
    first->next = first->tail = NULL;
    return first;
}

void rt_semacquire(uint32_t *addr, bool lifo, RtWait reason) {
    GOL_STACK_CHECK();
    if (try_acquire(addr)) return;
    Root *r = root_of(addr);
    for (;;) {
        rt_lock(&r->lock);
        rt_add(&r->nwait, 1);
        if (try_acquire(addr)) {
            rt_add(&r->nwait, -1u);
            rt_unlock(&r->lock);
            return;
        }
        Sudog *s = rt_sudog_own();
        s->next = s->prev = NULL;
        s->elem = addr;
        enqueue(r, s, lifo);
        s->g->waiting = s; /* for leak.c */
        rt_park_unlock(&r->lock, reason);
        rt_g()->waiting = NULL;
        bool granted = s->granted;
        rt_sudog_own_done(s);
        if (granted) rt_san_acquire(addr);
        if (granted || try_acquire(addr)) return;
    }
}

void rt_semrelease(uint32_t *addr, bool handoff) {
    GOL_STACK_CHECK();
    Root *r = root_of(addr);
    rt_san_release(addr);
    __atomic_fetch_add(addr, 1, __ATOMIC_SEQ_CST);
    if (rt_load_seq(&r->nwait) == 0) return;
    rt_lock(&r->lock);
    if (rt_load_seq(&r->nwait) == 0) {
        rt_unlock(&r->lock);
        return;
    }
    Sudog *s = dequeue(r, addr);
    if (s) rt_add(&r->nwait, -1u);
    if (s && handoff && try_acquire(addr)) s->granted = true;
    rt_unlock(&r->lock);
    if (s == NULL) return;
    bool granted = s->granted; /* s is not ours once its goroutine runs */
    rt_ready(s->g);
    /* The new owner runs at once, on what is left of our time slice. */
    if (granted) rt_goyield();
}

/* ---- sync.Cond --------------------------------------------------------------------------------------- */

static bool before(uint32_t a, uint32_t b) { return (int32_t)(a - b) < 0; } /* tickets wrap around */

uint32_t rt_notify_add(RtNotifyList *l) { return rt_add(&l->wait, 1); }

void rt_notify_wait(RtNotifyList *l, uint32_t ticket) {
    GOL_STACK_CHECK();
    rt_lock(&l->lock);
    if (before(ticket, l->notify)) { /* notified before we came here */
        rt_unlock(&l->lock);
        return;
    }
    Sudog *s = rt_sudog_own();
    s->next = NULL;
    s->ticket = ticket;
    s->elem = l;
    s->g->waiting = s; /* for leak.c */
    if (l->tail)
        l->tail->next = s;
    else
        l->head = s;
    l->tail = s;
    rt_park_unlock(&l->lock, RT_WAIT_COND);
    rt_g()->waiting = NULL;
    rt_sudog_own_done(s);
}

void rt_notify_all(RtNotifyList *l) {
    GOL_STACK_CHECK();
    if (rt_load_seq(&l->wait) == __atomic_load_n(&l->notify, __ATOMIC_SEQ_CST)) return;
    rt_lock(&l->lock);
    Sudog *s = l->head;
    l->head = l->tail = NULL;
    __atomic_store_n(&l->notify, rt_load_seq(&l->wait), __ATOMIC_SEQ_CST);
    rt_unlock(&l->lock);
    GList list = {NULL, NULL, 0};
    while (s) {
        Sudog *next = s->next;
        s->next = NULL;
        rt_glist_push(&list, s->g);
        s = next;
    }
    if (list.n > 0) rt_ready_list(&list);
}

void rt_notify_one(RtNotifyList *l) {
    GOL_STACK_CHECK();
    if (rt_load_seq(&l->wait) == __atomic_load_n(&l->notify, __ATOMIC_SEQ_CST)) return;
    rt_lock(&l->lock);
    uint32_t t = l->notify;
    if (t == rt_load_seq(&l->wait)) {
        rt_unlock(&l->lock);
        return;
    }
    __atomic_store_n(&l->notify, t + 1, __ATOMIC_SEQ_CST);
    /* The holder of ticket t: or it has not come to wait yet, then it will see notify. */
    for (Sudog *prev = NULL, *s = l->head; s; prev = s, s = s->next) {
        if (s->ticket != t) continue;
        if (prev)
            prev->next = s->next;
        else
            l->head = s->next;
        if (l->tail == s) l->tail = prev;
        s->next = NULL;
        rt_unlock(&l->lock);
        rt_ready(s->g);
        return;
    }
    rt_unlock(&l->lock);
}
