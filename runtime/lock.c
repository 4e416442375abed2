/* lock.c: the runtime's mutex and its one-shot event, on futexes.
 *
 * Floor 1. RtLock is the three-state futex mutex (U. Drepper, "Futexes are tricky"): a free lock costs one
 * compare and swap, a release one exchange, and the kernel is called only when somebody may wait. A waiter
 * first spins: the sections are short, and the holder usually runs on another CPU. With one P there is nobody
 * to spin for.
 *
 * In builds with RT_DEBUG each M notes the ranks it holds, and a lock taken against the order is a throw.
 */
#include "rt.h"
#include "os.h"
#include "sanitize.h"

enum { FREE, HELD, CONTENDED };
enum { SPINS = 40, PAUSES = 20 };

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

static bool acquire_spinning(RtLock *l) {
    for (int i = 0; i < SPINS; i++) {
        uint32_t found = FREE;
        if (rt_load_relaxed(&l->word) == FREE && rt_cas(&l->word, &found, HELD)) return true;
        for (int k = 0; k < PAUSES; k++) rt_cpu_relax();
    }
    return false;
}

static GOL_COLD void acquire_slow(RtLock *l) {
    if (rt_cpus > 1 && acquire_spinning(l)) return;
    while (rt_xchg(&l->word, CONTENDED) != FREE) os_futex_wait(&l->word, CONTENDED, -1);
}

void rt_lock(RtLock *l) {
    M *m = rt_m();
    if (m) m->locks++;
    rank_acquire(m, l);
    uint32_t found = FREE;
    if (GOL_UNLIKELY(!rt_cas(&l->word, &found, HELD))) acquire_slow(l);
    rt_san_acquire(l);
}

bool rt_trylock(RtLock *l) {
    M *m = rt_m();
    uint32_t found = FREE;
    if (!rt_cas(&l->word, &found, HELD)) return false;
    if (m) m->locks++;
    rt_san_acquire(l);
    return true;
}

void rt_unlock(RtLock *l) {
    M *m = rt_m();
    rt_san_release(l);
    if (GOL_UNLIKELY(rt_xchg(&l->word, FREE) == CONTENDED)) os_futex_wake(&l->word, 1);
    if (m) m->locks--;
    rank_release(m, l);
}

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
    while (!rt_load_acquire(&n->word)) {
        int64_t left = deadline < 0 ? -1 : deadline - rt_nanotime();
        if (deadline >= 0 && left <= 0) return false;
        os_futex_wait(&n->word, 0, left);
    }
    return true;
}
