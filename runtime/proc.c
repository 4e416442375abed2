/* proc.c: the scheduler: which goroutine runs where.
 *
 * Floor 4. A goroutine calls rt_park, rt_goyield, … which save it and go down to the M's system stack; there
 * rt_schedule picks the next and resumes it. rt_schedule never returns: each goroutine's leaving starts the
 * system stack afresh at M.g0_sp.
 *
 *     find_runnable: own timers, each 61st turn the global queue, runnext, own ring, global queue, network,
 *                    other Ps' rings and timers, and then sleep
 *
 * No wake-up is lost. Who makes a G ready publishes it in a queue and then looks for spinning Ms and idle Ps
 * (rt_wakep); who is about to sleep gives up its P and its count as spinning, and then looks at all queues
 * once more. Both sides have a full fence between their store and their loads (seq operations on n_spinning,
 * n_idle_ps, the queues), so at least one sees the other. An M that spins and finds work wakes another, if it
 * was the last: there may be more. At most half as many Ms spin as Ps are busy.
 *
 * One spinning M may nap (nap): it will look, but later. What is likely to wait longer than that ends the
 * nap.
 *
 * Rejected, as in Go: waking an M for each ready G (threads thrash), handing the P over directly (loses
 * locality).
 *
 * Invariants:
 *  - An M runs Go code, and touches run queues and caches, only while it owns a P.
 *  - G.m and M.curg agree while RT_RUNNING or RT_SYSCALL; a G that leaves is dropped before anyone can
 *    ready it.
 *  - rt_tls_m is set once per thread; rt_tls_g, rt_tls_p and gol_stack_limit change on the system stack
 *    alone.
 *
 * Locks: sched.lock; never held while a G runs, nor while libgc is called.
 *
 * Longer than files should be, since all that hands Ps from M to M shares the static functions that do it,
 * and the reader of one wants the others at hand.
 */
#include "sanitize.h"
#include "replay.h"
#include "scheduler.h"

__thread M *rt_tls_m;
__thread G *rt_tls_g;
__thread P *rt_tls_p;

Sched rt_sched = {.lock = RT_LOCK_INIT(RT_RANK_SCHED)};
int32_t rt_procs;
_Atomic(M *) rt_allms;
P **rt_allps;
int32_t rt_nallps;

static void start_m(P *p, bool spinning);
static inline void wakep_for_next(P *p);
static P *drop_p(RtPStatus status);
static void *sleep_on_note(void *note);
static void check_deadlock(void);

_Static_assert(offsetof(G, sp) == 0 && offsetof(G, lo) == 8 && offsetof(G, hi) == 16, "ctx_amd64.S");
#ifndef RT_TSAN
_Static_assert(sizeof(G) == 256 && offsetof(G, own_sudog) == 176, "rt.h: what shares a cache line");
#endif
_Static_assert(offsetof(M, g0_sp) == 0 && offsetof(M, xsave) == 32, "ctx_amd64.S");

/* ---- random -------------------------------------------------------------------------------------------- */

/* xoroshiro128+ (D. Blackman, S. Vigna). */
uint64_t rt_rand(void) {
    P *p = rt_p();
    M *m = rt_m();
    uint64_t *s = p ? p->rand : m->rand;
    uint64_t a = s[0], b = s[1], r = a + b;
    b ^= a;
    s[0] = (a << 24 | a >> 40) ^ b ^ b << 16;
    s[1] = b << 37 | b >> 27;
    return r;
}

static uint64_t splitmix(uint64_t *x) {
    uint64_t z = *x += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static void seed(uint64_t s[2], uint64_t salt) {
    uint64_t x = (rt_debug.schedseed_set ? rt_debug.schedseed : os_random()) + salt * 0x632BE59BD9B4E019u;
    s[0] = splitmix(&x);
    s[1] = splitmix(&x) | 1;
}

/* ---- go and its end ------------------------------------------------------------------------------------ */

G *rt_go(void (*code)(void *), const void *context, size_t size, const void *creator_pc) {
    P *p = rt_p();
    G *g = rt_g_start(p, code, context, size, creator_pc);
    rt_store_release(&g->status, RT_RUNNABLE);
    rt_runq_put(p, g, true);
    if (rt_sched.started) wakep_for_next(p);
    return g;
}

G *rt_go_parked(void (*code)(void *), const void *context, size_t size, const void *creator_pc) {
    G *g = rt_g_start(rt_p(), code, context, size, creator_pc);
    g->waitreason = RT_WAIT_COROUTINE;
    rt_store_release(&g->status, RT_WAITING);
    return g;
}

/* A goroutine that has filled its P's queue lets others run before it starts more. Otherwise, in a time
 * slice, one that starts many short ones is some ten thousand ahead of them: that many stacks, none of them
 * in the cache. */
void gol_go(void (*code)(void *), const void *context, Uintptr size) {
    rt_go(code, context, size, __builtin_return_address(0));
    P *p = rt_p();
    if (GOL_UNLIKELY(rt_load_relaxed(&p->runq_tail) - rt_load_relaxed(&p->runq_head) >= RT_RUNQ_SIZE))
        rt_gosched();
}

/* A goroutine has ended that kept the thread: what it did to the thread must not befall others, so the thread
 * ends too. The process' first thread cannot, and waits for ever. */
static GOL_COLD _Noreturn void end_thread(M *m) {
    void *end[5];
    m->ending = true;
    rt_handoff(drop_p(RT_P_IDLE));
    rt_lock(&rt_sched.lock);
    rt_sched.n_ms--;
    check_deadlock();
    rt_unlock(&rt_sched.lock);
    if (!m->end[0]) {
        rt_note_clear(&m->park);
        for (;;) rt_gc_blocking(sleep_on_note, &m->park);
    }
    rt_preempt_forget(m);
    rt_gc_m_end(m);
    memcpy(end, m->end, sizeof end);
    memset(m->end, 0, sizeof m->end);
    m->ending = false;
    rt_tls_m = NULL; /* it may be another thread's in a moment */
    rt_lock(&rt_sched.lock);
    m->link = rt_sched.dead_ms;
    rt_sched.dead_ms = m;
    rt_unlock(&rt_sched.lock);
    __builtin_longjmp(end, 1);
}

static void goexit_on_g0(G *g) {
    M *m = rt_m();
    P *p = rt_p();
    bool keeps_thread = g->locked;
    if (keeps_thread) {
        g->locked = false;
        g->locked_m = NULL;
        g->locked_count = 0;
        m->locked_g = NULL;
    }
    if (!g->system) p->gs_ended++;
    rt_san_clear_own((char *)g + RT_G_SCANNED, sizeof *g - RT_G_SCANNED);
    g->frame = 0;
    g->system = false;
    g->waitreason = 0;
    rt_leave_g(m, g, RT_DEAD);
    rt_san_g_end(g);
    rt_g_free(p, g);
    if (GOL_UNLIKELY(keeps_thread)) end_thread(m);
    rt_schedule();
}

void rt_goexit(void) {
    rt_mcall(goexit_on_g0);
    __builtin_unreachable();
}

/* ---- Ps ------------------------------------------------------------------------------------------------ */

static void acquire_p(P *p) {
    M *m = rt_m();
    m->p = p;
    rt_tls_p = p;
    p->m = m;
    rt_store_seq(&p->status, RT_P_RUNNING);
}

/* The calling M gives up its P. */
static P *drop_p(RtPStatus status) {
    M *m = rt_m();
    P *p = m->p;
    m->p = NULL;
    rt_tls_p = NULL;
    p->m = NULL;
    rt_store_seq(&p->status, status);
    return p;
}

static void idle_p_put(P *p) { /* sched.lock */
    rt_store_seq(&p->status, RT_P_IDLE);
    p->link = rt_sched.idle_ps;
    rt_sched.idle_ps = p;
    rt_add(&rt_sched.n_idle_ps, 1);
}

static P *idle_p_get(void) { /* sched.lock */
    P *p = rt_sched.idle_ps;
    if (!p) return NULL;
    rt_sched.idle_ps = p->link;
    p->link = NULL;
    rt_add(&rt_sched.n_idle_ps, -1);
    rt_sysmon_wake();
    return p;
}

static P *idle_p_get_locked(void) {
    rt_lock(&rt_sched.lock);
    P *p = idle_p_get();
    rt_unlock(&rt_sched.lock);
    return p;
}

static P *p_new(int32_t id) {
    P *p = rt_alloc_persistent(sizeof *p);
    p->id = id;
    seed(p->rand, (uint64_t)id + 1);
    rt_store_relaxed(&p->status, RT_P_STOPPED);
    return p;
}

/* A P that is no more hands on all it has. The world is stopped; the P is not the caller's. */
static void p_retire(P *p, P *heir) {
    GList l = {0};
    rt_runq_drain(p, &l);
    rt_gfree_drain(p);
    rt_globalq_put_list(&l);
    rt_unlock(&rt_sched.lock);
    rt_timers_move(p, heir);
    rt_stack_flush_cache(p);
    rt_san_clear_own(p->alloc_free, sizeof p->alloc_free);
    rt_lock(&rt_sched.lock);
    rt_store_seq(&p->status, RT_P_DEAD);
}

/* Sets GOMAXPROCS. The world is stopped; all Ps but the caller's are made idle, those with work returned in a
 * list. */
static P *procs_resize(int32_t n) {
    P *own = rt_p(), *work = NULL;
    if (n > rt_nallps) {
        for (int32_t i = rt_nallps; i < n; i++) rt_allps[i] = p_new(i);
        __atomic_store_n(&rt_nallps, n, __ATOMIC_RELEASE);
    }
    rt_lock(&rt_sched.lock);
    if (own && own->id >= n) {
        P *first = rt_allps[0];
        drop_p(RT_P_STOPPED);
        acquire_p(first);
        own = first;
    }
    for (int32_t i = n; i < rt_procs; i++) p_retire(rt_allps[i], rt_allps[0]);
    rt_procs = n;
    for (int32_t i = n - 1; i >= 0; i--) {
        P *p = rt_allps[i];
        if (p == own) continue;
        if (rt_runq_empty(p)) {
            idle_p_put(p);
        } else {
            p->link = work;
            work = p;
        }
    }
    rt_store_seq(&rt_sched.stopping, false); /* before an idle P can be had */
    rt_unlock(&rt_sched.lock);
    return work;
}

/* ---- Ms ------------------------------------------------------------------------------------------------ */

/* An M whose thread has ended; NULL: there is none. */
static M *m_recycle(void) {
    rt_lock(&rt_sched.lock);
    M *m = rt_sched.dead_ms;
    if (m) rt_sched.dead_ms = m->link;
    rt_unlock(&rt_sched.lock);
    if (m) m->link = NULL;
    return m;
}

M *rt_m_new(void) {
    static _Atomic(uint64_t) id;
    M *m = m_recycle();
    bool fresh = !m;
    if (fresh) m = rt_alloc_persistent(sizeof *m);
    m->id = rt_add(&id, 1);
    if (fresh) m->xsave = rt_xsave_alloc();
    rt_san_clear_own(m->xsave, rt_xsave_size);
    seed(m->rand, ~m->id);
    if (!fresh) return m;
    M *head = rt_load_relaxed(&rt_allms);
    do m->all_link = head;
    while (!rt_cas_weak(&rt_allms, &head, m));
    return m;
}

void rt_m_bind(M *m) {
    os_thread_stack(&m->sys_lo, &m->sys_hi);
    m->g0_sp = (uintptr_t)__builtin_frame_address(0) & -(uintptr_t)64;
    m->limit = (_Atomic(uintptr_t) *)&gol_stack_limit;
    m->tid = os_thread_id();
    rt_tls_m = m;
    rt_san_m_init(m);
    rt_gc_m_init(m);
}

_Noreturn GOL_NOINLINE void rt_m_start(M *m) {
    rt_m_bind(m);
    if (m->nextp) {
        acquire_p(m->nextp);
        m->nextp = NULL;
    }
    rt_schedule();
}

static void *m_main(void *arg) {
    M *m = arg;
    if (__builtin_setjmp(m->end)) return NULL;
    rt_m_start(m);
}

static void *sleep_on_note(void *note) {
    rt_note_sleep(note);
    return NULL;
}

/* Sleeps until somebody hands over a P in nextp, and owns it. */
static void m_sleep(M *m) {
    rt_gc_blocking(sleep_on_note, &m->park);
    rt_note_clear(&m->park);
    acquire_p(m->nextp);
    m->nextp = NULL;
}

static void idle_m_put(M *m) { /* sched.lock */
    m->link = rt_sched.idle_ms;
    rt_sched.idle_ms = m;
    rt_sched.n_idle_ms++;
    check_deadlock();
}

static M *idle_m_get(void) { /* sched.lock */
    M *m = rt_sched.idle_ms;
    if (!m) return NULL;
    rt_sched.idle_ms = m->link;
    rt_sched.n_idle_ms--;
    return m;
}

static void stop_m(void) {
    M *m = rt_m();
    rt_lock(&rt_sched.lock);
    idle_m_put(m);
    rt_unlock(&rt_sched.lock);
    m_sleep(m);
}

static void start_thread(M *m) {
    if (!rt_gc_thread_start(m, m_main)) rt_throw("cannot start a thread");
}

/* A thread inherits much from the one that starts it. The calling one belongs to a goroutine, which may have
 * done whatever it likes to it: have another start m's. */
static GOL_COLD void wish_thread(M *m) {
    rt_lock(&rt_sched.lock);
    m->link = rt_load_relaxed(&rt_sched.wished_ms);
    rt_store_seq(&rt_sched.wished_ms, m);
    rt_unlock(&rt_sched.lock);
    rt_note_wakeup(&rt_sched.sysmon_note);
}

void rt_start_wished_ms(void) {
    while (rt_load_seq(&rt_sched.wished_ms)) {
        rt_lock(&rt_sched.lock);
        M *m = rt_load_relaxed(&rt_sched.wished_ms);
        rt_store_seq(&rt_sched.wished_ms, m->link);
        m->link = NULL;
        rt_unlock(&rt_sched.lock);
        start_thread(m);
    }
}

/* Has some M run p (NULL: an idle one). spinning: the caller has counted it in n_spinning. */
static void start_m(P *p, bool spinning) {
    rt_lock(&rt_sched.lock);
    if (!p) p = idle_p_get();
    if (!p) {
        rt_unlock(&rt_sched.lock);
        if (spinning) rt_add(&rt_sched.n_spinning, -1);
        return;
    }
    M *m = idle_m_get();
    if (!m) rt_sched.n_ms++; /* before the lock goes, or the deadlock check would not count it */
    rt_unlock(&rt_sched.lock);
    bool fresh = !m;
    if (fresh) m = rt_m_new();
    m->spinning = spinning;
    m->nextp = p;
    if (!fresh)
        rt_note_wakeup(&m->park);
    else if (rt_m()->locked_g || rt_m()->ending)
        wish_thread(m);
    else
        start_thread(m);
}

static void start_m_on_system_stack(void *arg) {
    (void)arg;
    start_m(NULL, true);
}

static GOL_NOINLINE void wake_one(void) {
    int32_t none = 0;
    if (rt_cas(&rt_sched.n_spinning, &none, 1)) gol_systemstack(start_m_on_system_stack, NULL);
}

static void end_nap(void) {
    M *m = rt_load_seq(&rt_sched.napper);
    if (m && rt_cas(&rt_sched.napper, &m, NULL)) rt_note_wakeup(&m->nap);
}

void rt_wakep(void) {
    if (rt_procs == 1) return;
    rt_fence_seq(); /* what was made ready is visible before we look */
    if (GOL_LIKELY(rt_load_seq(&rt_sched.n_idle_ps) == 0)) return;
    if (rt_load_seq(&rt_sched.n_spinning) == 0)
        wake_one();
    else
        end_nap();
}

/* p's runnext will run when the current goroutine waits; who naps may sleep on, unless there is more. */
static GOL_NOINLINE void let_nap(P *p) {
    if (rt_runq_many(p))
        end_nap();
    else if (!rt_load_relaxed(&rt_sched.nap_passed))
        rt_store_relaxed(&rt_sched.nap_passed, true);
}

/* After a G was put into p's runnext: that was a compare and swap, a full fence. */
static inline void wakep_for_next(P *p) {
    if (GOL_LIKELY(rt_load_seq(&rt_sched.n_idle_ps) == 0)) return;
    if (rt_load_seq(&rt_sched.n_spinning) == 0)
        wake_one();
    else if (rt_load_seq(&rt_sched.napper))
        let_nap(p);
}

void rt_handoff(P *p) {
    if (!rt_runq_empty(p) || rt_load_seq(&rt_sched.runq_n) > 0) {
        start_m(p, false);
        return;
    }
    int32_t none = 0;
    if (rt_load_seq(&rt_sched.n_spinning) + rt_load_seq(&rt_sched.n_idle_ps) == 0 &&
        rt_cas(&rt_sched.n_spinning, &none, 1)) {
        start_m(p, true);
        return;
    }
    rt_lock(&rt_sched.lock);
    if (rt_load_seq(&rt_sched.stopping)) {
        rt_store_seq(&p->status, RT_P_STOPPED);
        if (--rt_sched.stop_wait == 0) rt_note_wakeup(&rt_sched.stop_note);
        rt_unlock(&rt_sched.lock);
        return;
    }
    if (rt_sched.runq.n > 0) {
        rt_unlock(&rt_sched.lock);
        start_m(p, false);
        return;
    }
    idle_p_put(p);
    rt_unlock(&rt_sched.lock);
    int64_t when = rt_timers_next(p);
    if (when) rt_wake_netpoller(when);
}

/* ---- timers and network ------------------------------------------------------------------- */

int64_t rt_timers_first(void) {
    int64_t first = 0;
    for (int32_t i = 0; i < rt_nallps; i++) {
        int64_t when = rt_timers_next(rt_allps[i]);
        if (when && (!first || when < first)) first = when;
    }
    return first;
}

static void poll_break(void) {
    rt_note_wakeup(&rt_sched.poll_note);
    if (rt_netpoll_inited()) rt_netpoll_break();
}

void rt_wake_netpoller(int64_t when) {
    if (rt_load_seq(&rt_sched.last_poll) != 0) {
        rt_wakep(); /* nobody sleeps on timers: an M that looks for work will see this one */
        return;
    }
    int64_t until = rt_load_seq(&rt_sched.poll_until);
    if (until == 0 || until > when) poll_break();
}

typedef struct {
    int64_t until; /* 0: no timer */
    GList ready;
} PollWait;

static void *poll_wait(void *arg) {
    PollWait *w = arg;
    if (rt_netpoll_inited()) {
        int64_t delay = -1;
        if (w->until) {
            delay = w->until - rt_nanotime();
            if (delay < 0) delay = 0;
        }
        w->ready = rt_netpoll(delay);
    } else {
        rt_note_sleep_until(&rt_sched.poll_note, w->until ? w->until : -1);
    }
    return NULL;
}

/* ---- finding work -------------------------------------------------------------------------------------- */

static void stop_for_world(void) {
    P *p = drop_p(RT_P_RUNNING);
    rt_lock(&rt_sched.lock);
    rt_store_seq(&p->status, RT_P_STOPPED);
    if (--rt_sched.stop_wait == 0) rt_note_wakeup(&rt_sched.stop_note);
    rt_unlock(&rt_sched.lock);
    stop_m();
}

static G *global_get(P *p, int32_t max) {
    if (rt_load_seq(&rt_sched.runq_n) == 0) return NULL;
    rt_lock(&rt_sched.lock);
    G *g = rt_sched.runq.n ? rt_globalq_get(p, max) : NULL;
    rt_unlock(&rt_sched.lock);
    return g;
}

/* Runs what is due of p's timers. The time now, if it had to be asked for. */
static int64_t run_timers(P *p, int64_t now, bool *ran) {
    int64_t when = rt_timers_next(p);
    if (!when) return now;
    if (!now) now = rt_nanotime();
    if (when <= now) rt_timers_run(p, now, ran);
    return now;
}

static void tend(void *arg) {
    (void)arg;
    bool ran = false;
    int64_t now = rt_nanotime();
    for (int32_t i = 0; i < rt_procs; i++) run_timers(rt_allps[i], now, &ran);
    if (!rt_netpoll_inited() || !rt_netpoll_waiters()) return;
    GList l = rt_netpoll(0);
    rt_ready_list(&l);
}

void rt_tend(void) { gol_systemstack(tend, NULL); }

/* The first of what the network has; the rest is made runnable. */
static G *network_get(int64_t delay) {
    GList l = rt_netpoll(delay);
    G *g = rt_glist_pop(&l);
    if (!g) return NULL;
    rt_ready_list(&l);
    rt_store_seq(&g->status, RT_RUNNABLE);
    return g;
}

static G *steal(P *p) {
    enum { TRIES = 4 };
    int64_t now = 0;
    bool inherit;
    for (int k = 0; k < TRIES; k++) {
        uint32_t n = (uint32_t)rt_procs, first = rt_randn(n);
        for (uint32_t i = 0; i < n; i++) {
            if (rt_load_seq(&rt_sched.stopping)) return NULL;
            P *victim = rt_allps[(first + i) % n];
            if (victim == p) continue;
            if (k == TRIES - 1) {
                bool ran = false;
                now = run_timers(victim, now, &ran);
                if (ran) {
                    G *mine = rt_runq_get(p, &inherit);
                    if (mine) return mine;
                }
            }
            G *g = rt_runq_steal(p, victim, k == TRIES - 1);
            if (g) return g;
        }
    }
    return NULL;
}

static void spin_start(M *m) {
    if (m->spinning) return;
    m->spinning = true;
    rt_add(&rt_sched.n_spinning, 1);
}

/* A spinning M has found work: if it was the last one that looked, another must look now. */
static void spin_stop(M *m) {
    if (!m->spinning) return;
    m->spinning = false;
    m->found_work = true;
    if (rt_add(&rt_sched.n_spinning, -1) == 1) rt_wakep();
}

static bool may_spin(M *m) {
    return m->spinning ||
           2 * rt_load_relaxed(&rt_sched.n_spinning) < rt_procs - rt_load_relaxed(&rt_sched.n_idle_ps);
}

/* Work that may be taken; few: however little. */
static bool work_waits(bool few) {
    if (rt_load_seq(&rt_sched.runq_n) > 0) return true;
    for (int32_t i = 0; i < rt_procs; i++) {
        P *p = rt_allps[i];
        if (few ? !rt_runq_empty(p) : rt_runq_many(p)) return true;
    }
    return false;
}

/* After the P is given up: work that was published while nobody spun. A P to go on with, or NULL. What little
 * there is is left to who naps. */
static P *recheck_queues(void) {
    bool few = rt_load_seq(&rt_sched.napper) == NULL;
    return work_waits(few) ? idle_p_get_locked() : NULL;
}

/* As poll_as_idle, with virtual time. */
static bool jump(M *m, G **found) {
    PollWait w = {.until = rt_nanotime() + 1000000};
    if (rt_netpoll_waiters()) rt_gc_blocking(poll_wait, &w);
    if (!w.ready.head && !rt_virtual_jump()) return false;
    rt_ready_list(&w.ready);
    P *p = idle_p_get_locked();
    if (!p) return false;
    acquire_p(p);
    spin_start(m);
    *found = NULL;
    return true;
}

/* One M without P sleeps until a timer is due or the network has something. True: go on looking, with a P. */
static bool poll_as_idle(M *m, G **found) {
    PollWait w = {.until = rt_timers_first()};
    if (!w.until && !rt_netpoll_waiters()) {
        /* One that sleeps until a timer which was stopped since must see that there is nothing to wait for.
         */
        if (rt_load_seq(&rt_sched.poll_until)) poll_break();
        return false;
    }
    if (GOL_UNLIKELY(rt_debug.virtualtime) && w.until) return jump(m, found);
    if (rt_xchg(&rt_sched.last_poll, 0) == 0) return false; /* another does it */
    rt_note_clear(&rt_sched.poll_note);
    rt_store_seq(&rt_sched.poll_until, w.until);
    int64_t again = rt_timers_first(); /* armed before poll_until was visible */
    if (again && (!w.until || again < w.until)) w.until = again;
    rt_gc_blocking(poll_wait, &w);
    rt_store_seq(&rt_sched.poll_until, 0);
    rt_store_seq(&rt_sched.last_poll, rt_nanotime());

    P *p = idle_p_get_locked();
    if (!p) {
        rt_ready_list(&w.ready);
        return false;
    }
    acquire_p(p);
    *found = rt_glist_pop(&w.ready);
    rt_ready_list(&w.ready);
    if (*found)
        rt_store_seq(&(*found)->status, RT_RUNNABLE);
    else
        spin_start(m);
    return true;
}

typedef struct {
    M *m;
    int64_t until;
} Nap;

static void *nap_until(void *arg) {
    Nap *n = arg;
    rt_note_sleep_until(&n->m->nap, n->until);
    return NULL;
}

/* A spinning M, without P now, has found nothing since it was woken, while other Ps run. Most often they run
 * goroutines that take turns, and what one makes ready runs when it waits, some 100 ns from now. A thread
 * that was woken for it would find nothing, go to sleep, and be woken for the next: each time two system
 * calls for the waker. So it naps first, counted as spinning all the while, then looks again, and does so as
 * long as goroutines are made ready. The nap ends early when there is much in a queue, and when something is
 * made ready elsewhere than in runnext. True: there may be work now, and we have a P. */
static bool nap(M *m) {
    enum { LEAST = 50000, MOST = 200000 };
    for (int64_t ns = LEAST;; ns = ns < MOST ? 2 * ns : ns) {
        if (rt_load_seq(&rt_sched.n_idle_ps) >= rt_procs || rt_load_seq(&rt_sched.stopping)) return false;
        int64_t now = rt_nanotime(), timer = rt_timers_first();
        if (timer && timer <= now) return false;
        rt_note_clear(&m->nap);
        rt_store_relaxed(&rt_sched.nap_passed, false);
        M *found = NULL;
        if (!rt_cas(&rt_sched.napper, &found, m)) return false;
        Nap n = {m, timer && timer < now + ns ? timer : now + ns};
        if (!work_waits(false)) rt_gc_blocking(nap_until, &n); /* who saw no napper ended no nap */
        found = m;
        rt_cas(&rt_sched.napper, &found, NULL);
        if (work_waits(true)) {
            P *p = idle_p_get_locked();
            if (p) acquire_p(p);
            return p != NULL;
        }
        if (!rt_load_relaxed(&rt_sched.nap_passed) || rt_netpoll_waiters()) return false;
    }
}

/* With a P, when there is nothing to do: sleeps. A G when the network brought one; else look again, with a P.
 */
static G *wait_for_work(M *m) {
    rt_lock(&rt_sched.lock);
    if (rt_load_seq(&rt_sched.stopping) || rt_sched.runq.n > 0) {
        rt_unlock(&rt_sched.lock);
        return NULL;
    }
    P *p = drop_p(RT_P_RUNNING);
    idle_p_put(p);
    rt_unlock(&rt_sched.lock);

    bool was_spinning = m->spinning;
    if (was_spinning) {
        bool fruitless = !m->found_work;
        m->found_work = false;
        if (fruitless && nap(m)) return NULL;
        m->spinning = false;
        rt_add(&rt_sched.n_spinning, -1);
    }
    p = recheck_queues();
    if (p) {
        acquire_p(p);
        if (was_spinning) spin_start(m);
        return NULL;
    }
    G *g = NULL;
    if (!poll_as_idle(m, &g)) stop_m();
    return g;
}

static G *find_runnable(bool *inherit) {
    M *m = rt_m();
    for (;;) {
        P *p = rt_p();
        bool ran = false;
        *inherit = false;
        if (GOL_UNLIKELY(rt_load_relaxed(&rt_sched.stopping))) {
            if (m->spinning) {
                m->spinning = false;
                rt_add(&rt_sched.n_spinning, -1);
            }
            stop_for_world();
            continue;
        }
        run_timers(p, 0, &ran);
        G *g = NULL;
        if (rt_load_relaxed(&p->schedtick) % 61 == 0) g = global_get(p, 1);
        if (!g) g = rt_runq_get(p, inherit);
        if (!g) g = global_get(p, INT32_MAX);
        if (!g && rt_netpoll_inited() && rt_netpoll_waiters() && rt_load_relaxed(&rt_sched.last_poll))
            g = network_get(0);
        if (!g && rt_procs > 1 && may_spin(m)) {
            spin_start(m);
            g = steal(p);
        }
        if (!g) g = wait_for_work(m);
        if (g) return g;
    }
}

/* ---- running ------------------------------------------------------------------------------------------- */

static _Noreturn void execute(G *g, bool inherit) {
    M *m = rt_m();
    P *p = rt_p();
    if (GOL_UNLIKELY(g->xsave != NULL)) {
        rt_san_copy_own(m->xsave, g->xsave, rt_xsave_size);
        rt_xsave_free(g->xsave);
        g->xsave = NULL;
        g->async = false;
    }
    m->curg = g;
    g->m = m;
    rt_tls_g = g;
    if (!inherit) rt_store_relaxed(&p->schedtick, rt_load_relaxed(&p->schedtick) + 1);
    rt_store_relaxed(&p->switches, rt_load_relaxed(&p->switches) + 1);
    rt_store_relaxed(&p->preempt, false);
    rt_store_relaxed(&g->status, RT_RUNNING);
    gol_stack_limit = rt_stack_limit(g);
    if (GOL_UNLIKELY(rt_traced)) rt_trace_run(p, g);
    rt_san_enter_g(g);
    rt_resume(g->sp);
}

static void stop_locked_m(M *m);
static void start_locked_m(G *g);

_Noreturn void rt_schedule(void) {
    M *m = rt_m();
    bool inherit;
    if (GOL_UNLIKELY(m->locked_g != NULL)) {
        stop_locked_m(m);
        execute(m->locked_g, false);
    }
    if (!m->p) stop_m(); /* a new M always has one; one that came back from a system call may not */
    for (;;) {
        G *g = find_runnable(&inherit);
        spin_stop(m);
        if (GOL_LIKELY(!g->locked || g->locked_m == m)) execute(g, inherit);
        start_locked_m(g);
    }
}

void rt_leave_g(M *m, G *g, RtStatus status) {
    rt_san_leave_g(m);
    m->curg = NULL;
    g->m = NULL;
    rt_tls_g = NULL;
    rt_store_release(&g->status, status);
}

void rt_save_vectors(M *m, G *g) {
    g->xsave = rt_xsave_alloc();
    rt_san_copy_own(g->xsave, m->xsave, rt_xsave_size);
}

/* ---- park and ready ------------------------------------------------------------------------------------ */

static void park_on_g0(G *g) {
    M *m = rt_m();
    g->waitreason = m->park_reason;
    if (GOL_UNLIKELY(g->hi - g->lo > STACK_MAY_SHRINK)) rt_stack_parked(g);
    rt_leave_g(m, g, RT_WAITING);
    if (m->park_commit && !m->park_commit(g, m->park_arg)) {
        rt_store_relaxed(&g->status, RT_RUNNABLE);
        execute(g, true);
    }
    rt_schedule();
}

void rt_park(bool (*commit)(G *, void *), void *arg, RtWait reason) {
    M *m = rt_m();
    m->park_commit = commit;
    m->park_arg = arg;
    m->park_reason = (uint8_t)reason;
    rt_mcall(park_on_g0);
}

static void make_runnable(G *g) {
    if (GOL_UNLIKELY(rt_load_acquire(&g->status) != RT_WAITING))
        rt_throw("rt_ready of a goroutine that does not wait");
    rt_san_ready(g);
    rt_store_relaxed(&g->status, RT_RUNNABLE);
}

static void switch_on_g0(G *g) {
    M *m = rt_m();
    G *to = m->park_arg;
    g->waitreason = RT_WAIT_COROUTINE;
    if (GOL_UNLIKELY(g->hi - g->lo > STACK_MAY_SHRINK)) rt_stack_parked(g);
    rt_leave_g(m, g, RT_WAITING);
    make_runnable(to);
    if (GOL_LIKELY(!to->locked && !m->locked_g && !rt_debug.schedstress && !rt_load_seq(&rt_sched.stopping)))
        execute(to, true);
    rt_runq_put(m->p, to, true);
    rt_schedule();
}

void rt_switch_to(G *g) {
    rt_m()->park_arg = g;
    rt_mcall(switch_on_g0);
}

static bool commit_unlock(G *g, void *lock) {
    (void)g;
    rt_unlock(lock);
    return true;
}

void rt_park_unlock(RtLock *l, RtWait reason) {
    rt_san_release(l);
    rt_park(commit_unlock, l, reason);
}

static void ready(G *g, bool next) {
    P *p = rt_p();
    if (GOL_UNLIKELY(!p)) {
        GList l = {0};
        rt_glist_push(&l, g);
        rt_ready_list(&l);
        return;
    }
    make_runnable(g);
    if (GOL_UNLIKELY(rt_debug.schedstress)) next = next && rt_randn(2);
    rt_runq_put(p, g, next);
    if (next)
        wakep_for_next(p);
    else
        rt_wakep();
}

void rt_ready(G *g) { ready(g, true); }

/* Not while a goroutine waits for a P, here or in the global queue: it may be the holder. */
bool rt_can_spin(void) {
    P *p = rt_p();
    return rt_cpus > 1 &&
           rt_procs > rt_load_relaxed(&rt_sched.n_idle_ps) + rt_load_relaxed(&rt_sched.n_spinning) + 1 &&
           rt_load_relaxed(&rt_sched.runq_n) == 0 && rt_load_relaxed(&p->runnext) == NULL &&
           rt_load_relaxed(&p->runq_head) == rt_load_relaxed(&p->runq_tail);
}

void rt_ready_tail(G *g) { ready(g, false); }

void rt_ready_list(GList *l) {
    if (!l->head) return;
    for (G *g = l->head; g; g = g->link) make_runnable(g);
    int64_t n = l->n;
    rt_lock(&rt_sched.lock);
    rt_globalq_put_list(l);
    rt_unlock(&rt_sched.lock);
    for (; n > 0 && rt_load_seq(&rt_sched.n_idle_ps) > 0; n--) {
        rt_add(&rt_sched.n_spinning, 1);
        gol_systemstack(start_m_on_system_stack, NULL);
    }
}

static void goyield_on_g0(G *g) {
    M *m = rt_m();
    rt_leave_g(m, g, RT_RUNNABLE);
    rt_runq_put(m->p, g, false);
    rt_schedule();
}

void rt_goyield(void) { rt_mcall(goyield_on_g0); }

static void gosched_on_g0(G *g) {
    rt_leave_g(rt_m(), g, RT_RUNNABLE);
    rt_lock(&rt_sched.lock);
    rt_globalq_put(g);
    rt_unlock(&rt_sched.lock);
    if (rt_sched.started) rt_wakep();
    rt_schedule();
}

void rt_gosched(void) { rt_mcall(gosched_on_g0); }

/* ---- system calls -------------------------------------------------------------------------------------- */

static void entersyscall_rare(void *arg) {
    P *p = arg;
    rt_lock(&rt_sched.lock);
    rt_sysmon_wake();
    uint32_t expect = RT_P_SYSCALL;
    if (rt_load_seq(&rt_sched.stopping) && rt_cas(&p->status, &expect, RT_P_STOPPED)) {
        if (--rt_sched.stop_wait == 0) rt_note_wakeup(&rt_sched.stop_note);
    }
    rt_unlock(&rt_sched.lock);
}

void rt_entersyscall(void) {
    M *m = rt_m();
    P *p = m->p;
    rt_store_relaxed(&m->curg->status, RT_SYSCALL);
    m->oldp = p;
    m->p = NULL;
    rt_tls_p = NULL;
    p->m = NULL;
    rt_store_seq(&p->status, RT_P_SYSCALL); /* from here on it may be taken */
    if (GOL_UNLIKELY(rt_load_seq(&rt_sched.stopping) || rt_load_relaxed(&rt_sched.sysmon_waiting)))
        gol_systemstack(entersyscall_rare, p);
}

static void handoff(void *p) { rt_handoff(p); }

void rt_entersyscallblock(void) {
    rt_entersyscall();
    P *p = rt_m()->oldp;
    uint32_t expect = RT_P_SYSCALL;
    if (rt_cas(&p->status, &expect, RT_P_IDLE)) gol_systemstack(handoff, p);
}

static bool retake_old_p(M *m) {
    P *p = m->oldp;
    uint32_t expect = RT_P_SYSCALL;
    if (!p || !rt_cas(&p->status, &expect, RT_P_RUNNING)) return false;
    m->p = p;
    rt_tls_p = p;
    p->m = m;
    rt_store_relaxed(&p->syscalltick, rt_load_relaxed(&p->syscalltick) + 1);
    return true;
}

/* No P: wait for one as a runnable goroutine, the thread for work. */
static void exitsyscall_on_g0(G *g) {
    M *m = rt_m();
    rt_leave_g(m, g, RT_RUNNABLE);
    rt_lock(&rt_sched.lock);
    P *p = rt_load_seq(&rt_sched.stopping) ? NULL : idle_p_get();
    if (!p && g->locked_m != m) rt_globalq_put(g);
    rt_unlock(&rt_sched.lock);
    if (p) {
        acquire_p(p);
        execute(g, false);
    }
    if (g->locked_m == m) { /* somebody must hand us a P: queue g, and wait as its locked thread */
        rt_lock(&rt_sched.lock);
        rt_globalq_put(g);
        rt_unlock(&rt_sched.lock);
        stop_locked_m(m);
        execute(g, false);
    }
    stop_m();
    rt_schedule();
}

void rt_exitsyscall(void) {
    M *m = rt_m();
    if (GOL_LIKELY(retake_old_p(m))) {
        rt_store_relaxed(&m->curg->status, RT_RUNNING);
        return;
    }
    rt_mcall(exitsyscall_on_g0);
}

/* ---- LockOSThread -------------------------------------------------------------------------------------- */

void rt_lockosthread(void) {
    G *g = rt_g();
    g->locked_count++;
    g->locked_m = rt_m();
    g->locked = true;
    rt_m()->locked_g = g;
}

void rt_unlockosthread(void) {
    G *g = rt_g();
    if (g->locked_count == 0 || --g->locked_count > 0) return;
    g->locked_m = NULL;
    g->locked = false;
    rt_m()->locked_g = NULL;
}

/* m's goroutine is not running: give the P away and wait until somebody finds it runnable. */
static void stop_locked_m(M *m) {
    if (m->p) rt_handoff(drop_p(RT_P_IDLE));
    rt_lock(&rt_sched.lock);
    rt_sched.n_locked_idle_ms++;
    check_deadlock();
    rt_unlock(&rt_sched.lock);
    m_sleep(m);
}

/* Hands the P to g's own M. */
static void start_locked_m(G *g) {
    M *m = g->locked_m;
    rt_lock(&rt_sched.lock);
    rt_sched.n_locked_idle_ms--;
    rt_unlock(&rt_sched.lock);
    m->nextp = drop_p(RT_P_IDLE);
    rt_note_wakeup(&m->park);
    stop_m();
}

/* ---- stopping the world -------------------------------------------------------------------------------- */

static bool world_commit(G *g, void *arg) {
    (void)arg;
    rt_glist_push(&rt_sched.world_waiters, g);
    rt_unlock(&rt_sched.lock);
    return true;
}

/* With sched.world_owner ours: waits until no other P runs. */
static void stop_world(void *arg) {
    (void)arg;
    P *own = rt_p();
    rt_lock(&rt_sched.lock);
    rt_sched.stop_wait = rt_procs - 1;
    rt_note_clear(&rt_sched.stop_note);
    rt_store_seq(&rt_sched.stopping, true);
    rt_store_seq(&own->status, RT_P_STOPPED);
    for (int32_t i = 0; i < rt_procs; i++) {
        uint32_t expect = RT_P_SYSCALL;
        if (rt_allps[i] != own && rt_cas(&rt_allps[i]->status, &expect, RT_P_STOPPED)) rt_sched.stop_wait--;
    }
    for (P *p; (p = idle_p_get()); rt_sched.stop_wait--) rt_store_seq(&p->status, RT_P_STOPPED);
    bool wait = rt_sched.stop_wait > 0;
    rt_unlock(&rt_sched.lock);
    while (wait) {
        rt_preempt_all();
        wait = !rt_note_sleep_until(&rt_sched.stop_note, rt_nanotime() + 100000);
    }
}

void rt_stoptheworld(RtWait reason) {
    G *g = rt_g();
    rt_lock(&rt_sched.lock);
    if (rt_sched.world_owner) {
        rt_park(world_commit, NULL, reason); /* the owner makes us the next owner */
    } else {
        rt_sched.world_owner = g;
        rt_unlock(&rt_sched.lock);
    }
    rt_m()->locks++; /* we keep running, whatever is asked of us */
    gol_systemstack(stop_world, NULL);
}

static void start_world(void *arg) {
    int32_t *n = arg;
    P *work = procs_resize(*n);
    rt_store_seq(&rt_p()->status, RT_P_RUNNING);
    rt_lock(&rt_sched.lock);
    rt_sysmon_wake();
    rt_unlock(&rt_sched.lock);
    while (work) {
        P *p = work;
        work = p->link;
        p->link = NULL;
        start_m(p, false);
    }
    rt_wakep();
}

static void start_world_with(int32_t n) {
    gol_systemstack(start_world, &n);
    rt_m()->locks--;
    rt_lock(&rt_sched.lock);
    G *next = rt_glist_pop(&rt_sched.world_waiters);
    rt_sched.world_owner = next;
    rt_unlock(&rt_sched.lock);
    if (next) rt_ready(next);
}

void rt_starttheworld(void) { start_world_with(rt_procs); }

int32_t rt_gomaxprocs(int32_t n) {
    int32_t old = rt_procs;
    if (n > RT_MAXPROCS) n = RT_MAXPROCS;
    if (n < 1 || n == old) return old;
    rt_stoptheworld(RT_WAIT_STOP_WORLD);
    start_world_with(n);
    return old;
}

/* ---- deadlock ------------------------------------------------------------------------------------------ */

/* Called when an M goes to sleep, under sched.lock, which it gives up if there is a deadlock. Ms in system
 * calls, and the one that waits for timers and network, are not idle, so while there are any this finds
 * nothing. */
static void check_deadlock(void) {
    if (!rt_sched.started || rt_sched.n_ms > rt_sched.n_idle_ms + rt_sched.n_locked_idle_ms) return;
    if (rt_timers_first() || rt_load_relaxed(&rt_sched.stopping)) return;
    int64_t waiting = 0;
    uint32_t n = rt_load_acquire(&rt_ngs);
    for (uint32_t i = 0; i < n; i++) {
        if (rt_gs[i].system) continue;
        switch (rt_load_acquire(&rt_gs[i].status)) {
        case RT_WAITING: waiting++; break;
        case RT_RUNNABLE: return; /* its P is being handed over */
        default: break;
        }
    }
    rt_unlock(&rt_sched.lock);
    if (waiting == 0) rt_fatal("no goroutines (main called runtime.Goexit) - deadlock!");
    rt_fatal("all goroutines are asleep - deadlock!");
}

/* ---- start --------------------------------------------------------------------------------------------- */

/* On the main thread: it becomes the first M, with the first P. */
void rt_proc_init(int32_t procs) {
    rt_g_table_init();
    rt_allps = rt_alloc_persistent(RT_MAXPROCS * sizeof *rt_allps);
    if (procs > RT_MAXPROCS) procs = RT_MAXPROCS;
    rt_store_seq(&rt_sched.last_poll, rt_nanotime());
    rt_allps[0] = p_new(0);
    rt_nallps = 1;
    M *m = rt_m_new();
    rt_sched.n_ms = 1;
    m->nextp = rt_allps[0];
    rt_m_bind(m);
    acquire_p(m->nextp);
    m->nextp = NULL;
    procs_resize(procs);
}
