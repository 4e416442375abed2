/* lock.c: the runtime's mutex and its one-shot event, on futexes.
 *
 * Floor 1. A free RtLock costs one compare and swap, and a release a plain store: the second atomic
 * instruction that a futex mutex usually has, to learn whether anybody waits, is what half the time of an
 * uncontended channel operation went to. Who unlocks stores FREE and then looks at the count of waiters, and
 * the processor may do the two the other way round. So a waiter, having counted itself, has the kernel run a
 * fence on all threads (membarrier) before it looks at the word a last time: whoever holds the lock then has
 * either made its store visible, or will see the count. The fence is paid by who is about to sleep. Where the
 * kernel has no membarrier, waiters do not sleep for longer than a millisecond.
 *
 * A waiter first spins: the sections are short, and the holder usually runs on another CPU. It looks seldom,
 * ever more seldom, so that the holder's cache line stays where it is for some operations. With one CPU there
 * is nobody to spin for.
 *
 * In builds with RT_DEBUG each M notes the ranks it holds, and a lock taken against the order is a throw.
 */
#include "rt.h"
#include "os.h"
#include "sanitize.h"

enum { FREE, HELD };
enum { PAUSES_FIRST = 4, PAUSES_MOST = 64, PAUSES_ALL = 512 }; /* a pause takes 5 to 40 ns */

#define BLIND_SLEEP ((int64_t)1000000)

#ifdef RT_DEBUG
static void rank_acquire(M *m, RtLock *l) {
    if (!m || l->rank == RT_RANK_NONE) return;
    uint32_t bit = 1u << l->rank;
    uint32_t held_above = m->held_ranks & ~(bit - 1);
    if (l->rank == RT_RANK_CHAN) held_above &= ~bit; /* several, in address order */
    if (held_above) rt_throw("lock taken against the order of ranks");
    m->held_ranks |= bit;
}
static void rank_release(M *m, RtLock *l) {
    if (m && l->rank != RT_RANK_CHAN) m->held_ranks &= ~(1u << l->rank);
    if (m && m->locks == 0) m->held_ranks = 0;
}
#else
#define rank_acquire(m, l) ((void)0)
#define rank_release(m, l) ((void)0)
#endif

static bool try_acquire(RtLock *l) {
    uint32_t found = FREE;
    return rt_load_relaxed(&l->word) == FREE && rt_cas(&l->word, &found, HELD);
}

/* Sanitizers: does it order what the program does, in Go's memory model? The others protect the runtime's own
 * state, and to announce them would hide the program's races. */
static inline bool orders_program(const RtLock *l) { return l->rank <= RT_RANK_TIMERS; }

static bool acquire_spinning(RtLock *l) {
    int pauses = PAUSES_FIRST;
    for (int all = 0; all < PAUSES_ALL; all += pauses) {
        for (int k = 0; k < pauses; k++) rt_cpu_relax();
        if (try_acquire(l)) return true;
        if (pauses < PAUSES_MOST) pauses *= 2;
    }
    return false;
}

static GOL_COLD void acquire_slow(RtLock *l) {
    if (rt_cpus > 1 && acquire_spinning(l)) return;
    rt_add(&l->waiters, 1);
    while (!try_acquire(l)) {
        bool fenced = os_fence_all_threads();
        if (rt_load_seq(&l->word) == HELD) os_futex_wait(&l->word, HELD, fenced ? -1 : BLIND_SLEEP);
    }
    rt_add(&l->waiters, -1);
}

#if defined(RT_DEBUG) || defined(RT_TSAN)
void rt_lock(RtLock *l) {
    M *m = rt_m();
    if (m) m->locks++;
    rank_acquire(m, l);
    uint32_t found = FREE;
    if (GOL_UNLIKELY(!rt_cas(&l->word, &found, HELD))) acquire_slow(l);
    if (orders_program(l)) rt_san_acquire(l);
}

void rt_unlock(RtLock *l) {
    M *m = rt_m();
    if (orders_program(l)) rt_san_release(l);
    rt_store_release(&l->word, FREE);
    __asm__ volatile("" : : : "memory"); /* in this order in the program; see above for the processor's */
    if (GOL_UNLIKELY(rt_load_relaxed(&l->waiters))) os_futex_wake(&l->word, 1);
    if (m) m->locks--;
    rank_release(m, l);
}

bool rt_trylock(RtLock *l) {
    M *m = rt_m();
    if (!try_acquire(l)) return false;
    if (m) m->locks++;
    if (orders_program(l)) rt_san_acquire(l);
    return true;
}
#else
void rt_lock_slow(RtLock *l) { acquire_slow(l); }
void rt_unlock_slow(RtLock *l) { os_futex_wake(&l->word, 1); }
bool rt_trylock(RtLock *l) { return try_acquire(l); }
#endif

/* ---- note ---------------------------------------------------------------------------------------------- */

void rt_note_clear(RtNote *n) { rt_store_relaxed(&n->word, 0); }

void rt_note_wakeup(RtNote *n) {
    rt_store_release(&n->word, 1);
    os_futex_wake(&n->word, 1);
}

void rt_note_sleep(RtNote *n) {
    while (!rt_load_acquire(&n->word)) os_futex_wait(&n->word, 0, -1);
}

bool rt_note_sleep_until(RtNote *n, int64_t deadline) {
    int64_t end =
        deadline < 0 ? -1 : os_monotonic() + (deadline - rt_nanotime()); /* virtual time does not pass */
    while (!rt_load_acquire(&n->word)) {
        int64_t left = end < 0 ? -1 : end - os_monotonic();
        if (deadline >= 0 && left <= 0) return false;
        os_futex_wait(&n->word, 0, left);
    }
    return true;
}
