/* runq.c: run queues: the ring and the runnext slot of each P, and the global queue.
 *
 * Floor 4. The ring (256 places) has one producer and many consumers. tail is written by the owner alone,
 * with a release store after the place is filled; head is advanced by whoever takes, with a compare and swap
 * after the places were read. Both count up without end; a place is i % 256, so that head == tail is empty
 * and a stale head never matches. A thief takes half: it copies the places into its own ring beyond its own
 * tail, and only the successful compare and swap on the victim's head makes them its own.
 *
 * runnext holds the G that was made ready last by the G that runs: it runs next, in the same time slice, so
 * that two goroutines that hand work to each other stay on one CPU. Thieves take it last and after a pause
 * in which the P has not switched, for usually it is about to.
 *
 * Invariant: a G is in one place at a time. Rejected: a lock per queue (every spawn and switch would pay); a
 * Chase-Lev deque (owner's end is LIFO, which starves).
 */
#include "scheduler.h"

enum { HALF = RT_RUNQ_SIZE / 2 };

#define PLACE(p, i) (&(p)->runq[(i) % RT_RUNQ_SIZE])

/* ---- the global queue ---------------------------------------------------------------------------------- */

void rt_glist_push(GList *l, G *g) {
    g->link = NULL;
    if (l->tail)
        l->tail->link = g;
    else
        l->head = g;
    l->tail = g;
    l->n++;
}

G *rt_glist_pop(GList *l) {
    G *g = l->head;
    if (!g) return NULL;
    l->head = g->link;
    if (!l->head) l->tail = NULL;
    l->n--;
    g->link = NULL;
    return g;
}

void rt_globalq_put(G *g) {
    rt_glist_push(&rt_sched.runq, g);
    rt_store_seq(&rt_sched.runq_n, rt_sched.runq.n);
}

void rt_globalq_put_list(GList *l) {
    if (!l->head) return;
    if (rt_sched.runq.tail)
        rt_sched.runq.tail->link = l->head;
    else
        rt_sched.runq.head = l->head;
    rt_sched.runq.tail = l->tail;
    rt_sched.runq.n += l->n;
    rt_store_seq(&rt_sched.runq_n, rt_sched.runq.n);
    *l = (GList){0};
}

G *rt_globalq_get(P *p, int32_t max) {
    int64_t n = rt_sched.runq.n / rt_procs + 1; /* a fair share */
    if (n > rt_sched.runq.n) n = rt_sched.runq.n;
    if (n > max) n = max;
    if (n > HALF) n = HALF;
    G *g = rt_glist_pop(&rt_sched.runq);
    for (int64_t i = 1; i < n; i++) rt_runq_put(p, rt_glist_pop(&rt_sched.runq), false);
    rt_store_seq(&rt_sched.runq_n, rt_sched.runq.n);
    return g;
}

/* ---- a P's queue --------------------------------------------------------------------------------------- */

/* Moves half of a full ring, and g, to the global queue. False: thieves made room meanwhile. */
static GOL_NOINLINE bool spill(P *p, G *g, uint32_t head) {
    GList l = {0};
    G *batch[HALF];
    for (uint32_t i = 0; i < HALF; i++) batch[i] = rt_load_relaxed(PLACE(p, head + i));
    uint32_t found = head;
    if (!rt_cas(&p->runq_head, &found, head + HALF)) return false;
    for (uint32_t i = 0; i < HALF; i++) rt_glist_push(&l, batch[i]);
    rt_glist_push(&l, g);
    rt_lock(&rt_sched.lock);
    rt_globalq_put_list(&l);
    rt_unlock(&rt_sched.lock);
    return true;
}

typedef struct {
    P *p;
    G *g;
    uint32_t head;
    bool done;
} Spill;

static void spill_on_system_stack(void *arg) {
    Spill *s = arg;
    s->done = spill(s->p, s->g, s->head);
}

static void put_tail(P *p, G *g) {
    for (;;) {
        uint32_t head = rt_load_acquire(&p->runq_head), tail = rt_load_relaxed(&p->runq_tail);
        if (tail - head < RT_RUNQ_SIZE) {
            rt_store_relaxed(PLACE(p, tail), g);
            rt_store_release(&p->runq_tail, tail + 1);
            return;
        }
        Spill s = {p, g, head, false}; /* its batch takes 1 KiB */
        gol_systemstack(spill_on_system_stack, &s);
        if (s.done) return;
    }
}

void rt_runq_put(P *p, G *g, bool next) {
    if (next) {
        /* Thieves may take runnext, nobody else sets it. */
        G *old = rt_load_relaxed(&p->runnext);
        while (!rt_cas_weak(&p->runnext, &old, g)) {}
        if (!old) return;
        g = old;
    }
    put_tail(p, g);
}

G *rt_runq_get(P *p, bool *inherit) {
    G *g = rt_load_relaxed(&p->runnext);
    *inherit = true;
    if (g && rt_cas(&p->runnext, &g, NULL)) return g;
    *inherit = false;
    for (;;) {
        uint32_t head = rt_load_acquire(&p->runq_head);
        if (head == rt_load_relaxed(&p->runq_tail)) return NULL;
        g = rt_load_relaxed(PLACE(p, head));
        if (rt_cas_weak(&p->runq_head, &head, head + 1)) return g;
    }
}

/* Not a snapshot of three words unless tail stands still: a G may move from runnext to the ring meanwhile. */
bool rt_runq_empty(P *p) {
    for (;;) {
        uint32_t head = rt_load_seq(&p->runq_head), tail = rt_load_seq(&p->runq_tail);
        G *next = rt_load_seq(&p->runnext);
        if (tail == rt_load_seq(&p->runq_tail)) return head == tail && next == NULL;
    }
}

bool rt_runq_many(P *p) {
    uint32_t head = rt_load_seq(&p->runq_head), n = rt_load_seq(&p->runq_tail) - head;
    return n >= 2 * RT_RUNQ_FEW - 1;
}

/* Whether the goroutine that p runs goes on for a moment. If not, what little is in p's queues runs soon:
 * they are goroutines that hand something to each other, and each that is taken elsewhere takes its cache
 * lines along. Not asleep meanwhile: the shortest sleep is 50 us. */
static bool stays(P *p) {
    enum { MOMENT = 1000 };
    uint32_t switches = rt_load_relaxed(&p->switches);
    int64_t end = os_monotonic() + MOMENT; /* virtual time may stand still */
    while (rt_load_relaxed(&p->status) == RT_P_RUNNING && os_monotonic() < end) {
        for (int k = 0; k < 8; k++) rt_cpu_relax();
        if (rt_load_relaxed(&p->switches) != switches) return false;
    }
    return true;
}

/* Copies half of the victim's ring to batch, places from at on. How many. */
static uint32_t grab(P *victim, P *thief, uint32_t at, bool even_few) {
    bool stayed = rt_load_relaxed(&victim->status) != RT_P_RUNNING;
    for (;;) {
        uint32_t head = rt_load_acquire(&victim->runq_head), tail = rt_load_acquire(&victim->runq_tail);
        uint32_t n = tail - head - (tail - head) / 2;
        if (n < RT_RUNQ_FEW && !stayed) {
            if (!even_few || rt_runq_empty(victim) || !stays(victim)) return 0;
            stayed = true;
            continue;
        }
        if (n == 0) {
            G *g = even_few ? rt_load_seq(&victim->runnext) : NULL;
            if (!g) return 0;
            if (!rt_cas(&victim->runnext, &g, NULL)) continue;
            rt_store_relaxed(PLACE(thief, at), g);
            return 1;
        }
        if (n > HALF) continue; /* head and tail were not read together */
        for (uint32_t i = 0; i < n; i++)
            rt_store_relaxed(PLACE(thief, at + i), rt_load_relaxed(PLACE(victim, head + i)));
        if (rt_cas_weak(&victim->runq_head, &head, head + n)) return n;
    }
}

G *rt_runq_steal(P *thief, P *victim, bool even_few) {
    uint32_t tail = rt_load_relaxed(&thief->runq_tail);
    uint32_t n = grab(victim, thief, tail, even_few);
    if (n == 0) return NULL;
    G *g = rt_load_relaxed(PLACE(thief, tail + n - 1));
    if (n > 1) rt_store_release(&thief->runq_tail, tail + n - 1);
    return g;
}

void rt_runq_drain(P *p, GList *to) {
    bool inherit;
    for (G *g; (g = rt_runq_get(p, &inherit));) rt_glist_push(to, g);
}
