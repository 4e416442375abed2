/* sysmon.c: the monitor: a thread without P that keeps the others honest.
 *
 * Floor 4. Each round it takes Ps from system calls that last longer than a round (20 µs at least), asks
 * goroutines that run longer than 10 ms to yield, polls the network when nobody has for 10 ms, and sees to
 * timers that are overdue: where all Ps are busy, a goroutine yields when a timer of its P is, and not only
 * at the end of its slice. Rounds are 20 µs apart, and up to 10 ms when there was nothing to do for a while.
 * When all Ps have been idle for some rounds it sleeps until one is not: an idle program uses no CPU.
 *
 * It also starts threads for those whose own is not clean: what a goroutine that keeps its thread has done to
 * it (its priority, its name spaces, its signal mask) a thread that it starts would have too.
 *
 * What it reads of others (P.status, ticks, P.m) changes under it: it acts by compare and swap, or asks for
 * what does no harm when it comes too late.
 */
#include "scheduler.h"

#define SLICE     ((int64_t)10000000) /* a goroutine may run so long */
#define ROUND_MIN ((int64_t)20000)
#define ROUND_MAX ((int64_t)10000000)
#define LATE      ((int64_t)100000) /* a timer is overdue */
#define APART     ((int64_t)500000) /* two timers that make goroutines of a P yield */
enum { ROUNDS_BEFORE_SLOWER = 50, ROUNDS_BEFORE_SLEEP = 4 };

typedef struct { /* what was seen of a P, and when */
    uint32_t schedtick, syscalltick;
    int64_t sched_when, syscall_when, timer_when;
} Seen;

static Seen seen[RT_MAXPROCS];

/* In a system call since the last round at least. Left alone while there is nothing for its P to do. */
static bool retake_from_syscall(P *p, Seen *s, int64_t now) {
    uint32_t tick = rt_load_relaxed(&p->syscalltick);
    if (s->syscalltick != tick) {
        s->syscalltick = tick;
        s->syscall_when = now;
        return false;
    }
    if (rt_runq_empty(p) && rt_load_seq(&rt_sched.n_spinning) + rt_load_seq(&rt_sched.n_idle_ps) > 0 &&
        now - s->syscall_when < SLICE)
        return false;
    uint32_t expect = RT_P_SYSCALL;
    if (!rt_cas(&p->status, &expect, RT_P_IDLE)) return false;
    rt_add_relaxed(&p->syscalltick, 1);
    rt_handoff(p);
    return true;
}

static void preempt_long(P *p, Seen *s, int64_t now) {
    uint32_t tick = rt_load_relaxed(&p->schedtick);
    if (s->schedtick != tick) {
        s->schedtick = tick;
        s->sched_when = now;
    } else if (now - s->sched_when >= SLICE) {
        rt_preempt_p(p);
    }
}

/* While a P is idle its M sees to all timers. */
static void preempt_for_timer(P *p, Seen *s, int64_t now) {
    int64_t first = rt_timers_next(p);
    if (first == 0 || now - first < LATE || now - s->timer_when < APART) return;
    if (rt_load_seq(&rt_sched.n_idle_ps) > 0) return;
    s->timer_when = now;
    rt_preempt_p(p);
}

/* When the next round is due at the latest, for the sake of timers. */
static int64_t delay_for_timers(int64_t delay) {
    if (delay <= LATE || rt_debug.virtualtime || rt_load_seq(&rt_sched.n_idle_ps) > 0) return delay;
    int64_t first = rt_timers_first();
    if (first == 0) return delay;
    int64_t in = first + LATE - rt_nanotime();
    return in >= delay ? delay : in < LATE ? LATE : in;
}

/* True: some P was in use. */
static bool visit_ps(int64_t now) {
    bool acted = false;
    for (int32_t i = 0; i < rt_procs && !rt_debug.virtualtime; i++) {
        P *p = rt_allps[i];
        switch (rt_load_seq(&p->status)) {
        case RT_P_RUNNING:
            preempt_long(p, &seen[i], now);
            preempt_for_timer(p, &seen[i], now);
            break;
        case RT_P_SYSCALL:
            preempt_long(p, &seen[i], now);
            acted |= retake_from_syscall(p, &seen[i], now);
            break;
        default: break;
        }
    }
    return acted;
}

static bool poll_network(int64_t now) {
    int64_t last = rt_load_seq(&rt_sched.last_poll);
    if (!rt_netpoll_inited() || last == 0 || now - last < SLICE) return false;
    if (!rt_cas(&rt_sched.last_poll, &last, now)) return false;
    GList l = rt_netpoll(0);
    bool some = l.head != NULL;
    rt_ready_list(&l);
    return some;
}

/* Work that waits although a P is idle: a wake-up that was put off, or a timer that nobody runs. */
static void wake_for_overdue(int64_t now) {
    if (rt_load_seq(&rt_sched.n_idle_ps) == 0) return;
    int64_t first = rt_timers_first();
    bool work = (first && first <= now) || rt_load_seq(&rt_sched.runq_n) > 0;
    for (int32_t i = 0; i < rt_procs && !work; i++) work = !rt_runq_empty(rt_allps[i]);
    if (work) rt_wakep();
}

static void *sleep_ns(void *arg) {
    rt_note_sleep_until(&rt_sched.sysmon_note, rt_nanotime() + *(int64_t *)arg);
    return NULL;
}

/* Between two rounds; a wish for a thread ends it. */
static void sleep_for(int64_t delay) {
    rt_note_clear(&rt_sched.sysmon_note);
    rt_fence_seq(); /* who wishes makes the wish visible and then wakes */
    if (!rt_load_seq(&rt_sched.wished_ms)) rt_gc_blocking(sleep_ns, &delay);
    rt_start_wished_ms();
}

static void *sleep_on_note(void *arg) {
    (void)arg;
    rt_note_sleep(&rt_sched.sysmon_note);
    return NULL;
}

static bool all_idle(void) { return rt_load_seq(&rt_sched.n_idle_ps) >= rt_procs; }

static void sleep_while_idle(void) {
    rt_lock(&rt_sched.lock);
    bool sleep = all_idle() && !rt_load_seq(&rt_sched.wished_ms);
    if (sleep) {
        rt_note_clear(&rt_sched.sysmon_note);
        rt_store_seq(&rt_sched.sysmon_waiting, true);
    }
    rt_unlock(&rt_sched.lock);
    if (sleep) rt_gc_blocking(sleep_on_note, NULL);
}

void rt_sysmon_wake(void) {
    if (!rt_load_relaxed(&rt_sched.sysmon_waiting)) return;
    rt_store_seq(&rt_sched.sysmon_waiting, false);
    rt_note_wakeup(&rt_sched.sysmon_note);
}

static void *sysmon(void *arg) {
    rt_m_bind(arg);
    int64_t delay = ROUND_MIN;
    int quiet = 0, idle = 0;
    for (;;) {
        sleep_for(delay_for_timers(delay));
        if (GOL_UNLIKELY(rt_debug.schedtrace > 0)) {
            rt_schedtrace(os_monotonic());
        } else if (all_idle()) {
            delay = ROUND_MAX;
            if (++idle <= ROUNDS_BEFORE_SLEEP) continue;
            sleep_while_idle();
            delay = ROUND_MIN;
            quiet = 0;
        }
        idle = 0;
        int64_t now = rt_nanotime();
        bool acted = poll_network(now);
        acted |= visit_ps(now);
        wake_for_overdue(now);
        quiet = acted ? 0 : quiet + 1;
        if (quiet == 0)
            delay = ROUND_MIN;
        else if (quiet > ROUNDS_BEFORE_SLOWER && delay < ROUND_MAX)
            delay = delay * 2 < ROUND_MAX ? delay * 2 : ROUND_MAX;
    }
    return NULL;
}

void rt_sysmon_start(void) {
    if (!rt_gc_thread_start(rt_m_new(), sysmon)) rt_throw("cannot start the monitor thread");
}
