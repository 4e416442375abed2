/* snapshot.c: collections whose marking does not stop the program.
 *
 * Floor 4. The world is stopped for as long as it takes to make a child process, which shares all memory copy
 * on write: it has the heap as it was at that moment, and marks it with a tracer of its own (mark.c) while
 * the program runs on. Its bits lie in memory that both share. When it is done the collector's thread runs a
 * collection of libgc in which nearly all is marked before the world stops for the second time: that stop is
 * for the roots that are cheap to look at, finalizers and weak pointers.
 *
 * Why that is right: what was unreachable at the snapshot stays so, except through a weak pointer or a
 * finalizer; so the objects to keep are those that the child reached, those allocated since, and those that a
 * weak pointer or a finalizer has brought up since, with what they refer to.
 *   - Allocated since: whoever takes cells from libgc notes them in a second bit map before any is used.
 * Cells that lay in a P's list at the snapshot the child marks. One refill a thread may be under way when the
 * marks are loaded; it finds `loading` set and is remembered in its M besides, for the second stop.
 *   - Brought up: noted in `found`, traced in the second stop.
 * No write is noted: the kernel's copying is the barrier. Rejected: a barrier in emitted code with libgc's
 * incremental mode (each store pays, and the end of a cycle traces what was written); the kernel's dirty bits
 * (not in every kernel, and the same end); see README.md for figures.
 *
 * If anything goes wrong (no memory for the child, it was killed, too much was found) the second collection
 * is an ordinary one. The child has every signal blocked, shares the descriptors, ends with the thread that
 * made it, and sends no signal when it ends, so that a program sees nothing of it.
 *
 * Locks: `cycle` is held from begin to end of a snapshot; taken without P or on the collector's thread.
 */
#include "roots.h"
#include "collect.h"
#include "mark.h"
#include "os.h"
#include "pace.h"
#include "scheduler.h"

#define FURTHER                                                                                              \
    ((size_t)16 << 30) /* the heap may grow by so much, either way, while a snapshot is traced               \
                        */

#define SOON ((size_t)1 << 30) /* and by so much until the world is stopped */

enum {
    BLOCK = 4096,
    GRANULE = 16,
    WORDS = BLOCK / GRANULE / 64,
    LATE_MAX = BLOCK / GRANULE + 1,
    FOUND_MAX = 65536
};

_Atomic(bool) rt_snapshot_active;
RtSnapshotStats rt_snapshot_stats;

typedef struct { /* a bit for each 16 bytes */
    uintptr_t lo, hi;
    uint8_t *bits;
    size_t size;
} BitMap;

typedef struct { /* written by the child */
    uint64_t live;
    uint32_t done;
} Result;

static BitMap traced, fresh;
static Result *result;
static _Atomic(uintptr_t) fresh_lo, fresh_hi; /* bounds of what is set in fresh */
static _Atomic(bool) loading, loaded, broken, ended;
static void **found; /* in a mapping of its own: what an earlier snapshot left there must not be a root */
static _Atomic(uint32_t) n_found;
static RtLock cycle;
static RtNote wanted;
static _Atomic(bool) thread_started, requested, impossible;
static _Atomic(uint32_t) n_begun, n_done; /* snapshots */

/* ---- bit maps ------------------------------------------------------------------------------------------ */

static bool map_make(BitMap *b, uintptr_t lo, uintptr_t hi, bool shared) {
    *b = (BitMap){lo, hi, NULL, (hi - lo) / GRANULE / 8};
    b->bits = shared ? os_map_shared(b->size) : os_map(b->size);
    return b->bits != NULL;
}

static void map_drop(BitMap *b) {
    if (b->bits) os_unmap(b->bits, b->size);
    b->bits = NULL;
}

static void map_set(BitMap *b, uintptr_t p) {
    size_t i = (p - b->lo) / GRANULE;
    __atomic_fetch_or(&b->bits[i / 8], (uint8_t)(1 << i % 8), __ATOMIC_RELAXED);
}

static uint64_t map_word(const BitMap *b, uintptr_t block, int i) {
    if (block - b->lo >= b->hi - b->lo) return 0;
    return ((const uint64_t *)(const void *)(b->bits + (block - b->lo) / GRANULE / 8))[i];
}

/* ---- notes of the running program ---------------------------------------------------------------------- */

static void widen(uintptr_t from, uintptr_t to) {
    uintptr_t lo = rt_load_relaxed(&fresh_lo), hi = rt_load_relaxed(&fresh_hi);
    while (from < lo && !rt_cas(&fresh_lo, &lo, from)) {}
    while (to > hi && !rt_cas(&fresh_hi, &hi, to)) {}
}

static void note(void *p) {
    uintptr_t a = (uintptr_t)p;
    if (a - fresh.lo >= fresh.hi - fresh.lo) {
        rt_store_relaxed(&broken, true);
        return;
    }
    map_set(&fresh, a);
}

void rt_snapshot_note_cells(M *m, void *list) {
    uintptr_t lo = UINTPTR_MAX, hi = 0;
    for (void **cell = list; cell; cell = *cell) {
        note(cell);
        if ((uintptr_t)cell < lo) lo = (uintptr_t)cell;
        if ((uintptr_t)cell > hi) hi = (uintptr_t)cell;
    }
    widen(lo, hi + 1);
    rt_fence_seq(); /* the bits are visible to who set loading, or we see it */
    if (GOL_LIKELY(!rt_load_seq(&loading))) return;
    if (!m->late) m->late = rt_alloc_persistent((LATE_MAX + 1) * sizeof(void *));
    int n = 0;
    for (void **cell = list; cell && n < LATE_MAX; cell = *cell) m->late[n++] = cell;
    m->late[n] = NULL;
}

void rt_snapshot_note_object(void *p) {
    note(p);
    widen((uintptr_t)p, (uintptr_t)p + 1);
    rt_fence_seq();
    if (rt_load_seq(&loading)) rt_snapshot_note_found(p);
}

void rt_snapshot_note_found(void *p) {
    uint32_t i = rt_add(&n_found, 1);
    if (i < FOUND_MAX)
        found[i] = p;
    else
        rt_store_relaxed(&broken, true);
}

/* ---- the child ----------------------------------------------------------------------------------------- */

static void trace_range(void *marker, uintptr_t from, uintptr_t to) { rt_mark_range(marker, from, to); }
static void trace_cell(void *marker, void *cell) { rt_mark_only(marker, (uintptr_t)cell); }

static _Noreturn GOL_NOINLINE void child(void) {
    RtMarker m;
    rt_gc_pause_start = 0; /* no times are written to Gs, which would copy their pages */
    os_die_with_parent();
    if (!rt_mark_begin_at(&m, traced.lo, traced.hi, traced.bits)) os_exit(1);
    RtRoots roots = {.range = trace_range, .cell = trace_cell, .arg = &m};
    rt_mark_statics(&m, false);
    rt_roots_visit_signal_stacks(&roots);
    rt_roots_visit(&roots, RT_ROOTS_ALL);
    rt_mark_drain(&m);
    result->live = m.live;
    __atomic_store_n(&result->done, 1, __ATOMIC_RELEASE);
    os_exit(0);
}

/* ---- a snapshot's life, on the collector's thread ------------------------------------------------------ */

static bool prepare(void) {
    uintptr_t lo, hi;
    rt_gc_bounds(&lo, &hi);
    lo = (lo & -(uintptr_t)BLOCK) - SOON;
    hi = ((hi + BLOCK) & -(uintptr_t)BLOCK) + SOON;
    if (!result) result = os_map_shared(sizeof *result);
    if (!found) found = os_map(FOUND_MAX * sizeof *found);
    if (!result || !found || !map_make(&traced, lo, hi, true)) return false;
    if (!map_make(&fresh, lo > FURTHER ? lo - FURTHER : BLOCK, hi + FURTHER, false)) return false;
    result->done = 0;
    rt_store_relaxed(&fresh_lo, UINTPTR_MAX);
    rt_store_relaxed(&fresh_hi, 0);
    rt_store_relaxed(&n_found, 0);
    rt_store_relaxed(&broken, false);
    for (M *m = rt_load_acquire(&rt_allms); m; m = m->all_link)
        if (m->late) m->late[0] = NULL;
    return true;
}

/* Stops the world for the time of making the child. Its id, or -1. */
static int begin(void) {
    int64_t start = os_monotonic();
    rt_mark_find_statics();
    rt_gc_stop_world();
    os_block_signals(true); /* the child's mask; not before, or who stops the world would wait for us */
    rt_store_seq(&rt_snapshot_active, true);
    int pid = os_fork_quietly();
    if (pid == 0) child();
    if (pid < 0) rt_store_seq(&rt_snapshot_active, false);
    os_block_signals(false);
    rt_gc_start_world();
    rt_snapshot_stats.begin_pause = rt_gc_note_pause(start);
    return pid;
}

typedef struct {
    int pid;
    bool ok;
} Wait;
static void *wait_child(void *arg) {
    Wait *w = arg;
    w->ok = os_wait_quietly(w->pid);
    return NULL;
}

bool rt_snapshot_loading(void) { return rt_load_relaxed(&loading); }
bool rt_snapshot_just_ended(void) { return rt_load_relaxed(&ended); }

static void run_cycle(void) {
    Wait w = {.pid = -1};
    int64_t start = rt_snapshot_stats.start = os_monotonic();
    rt_snapshot_stats.used = rt_gc_used();
    if (prepare()) w.pid = begin();
    if (w.pid < 0) {
        rt_store_seq(&impossible, true);
    } else {
        rt_gc_blocking(wait_child, &w);
        uint64_t used = rt_gc_used(), before = rt_snapshot_stats.used;
        rt_snapshot_stats.trace_time = os_monotonic() - start;
        rt_snapshot_stats.live = result->live + (used > before ? used - before : 0);
        if (!w.ok || !result->done) rt_store_relaxed(&broken, true);
        rt_store_seq(&loading, true);
    }
    rt_gc_collect_now();
    rt_store_relaxed(&ended, false);
    rt_store_seq(&loading, false);
    rt_store_seq(&rt_snapshot_active, false);
    map_drop(&traced);
    map_drop(&fresh);
    rt_snapshot_stats.count++;
    rt_pace_collected();
}

static void *sleep_on_note(void *n) {
    rt_note_sleep(n);
    return NULL;
}

static void *collector(void *arg) {
    rt_m_bind(arg);
    for (;;) {
        rt_gc_blocking(sleep_on_note, &wanted);
        rt_note_clear(&wanted);
        if (!rt_xchg(&requested, false)) continue;
        rt_lock(&cycle);
        rt_add(&n_begun, 1);
        run_cycle();
        rt_unlock(&cycle);
        rt_add(&n_done, 1);
        os_futex_wake(&n_done, INT32_MAX);
    }
    return NULL;
}

bool rt_snapshot_request(void) {
#if defined RT_ASAN || defined RT_TSAN
    return false;
#endif
    if (rt_load_relaxed(&impossible)) return false;
    if (!rt_xchg(&thread_started, true) && !rt_gc_thread_start(rt_m_new(), collector)) {
        rt_store_seq(&impossible, true);
        return false;
    }
    if (rt_load_relaxed(&rt_snapshot_active) || rt_xchg(&requested, true)) return true;
    rt_note_wakeup(&wanted);
    return true;
}

static void *wait_done(void *until) {
    for (;;) {
        uint32_t done = rt_load_seq(&n_done);
        if ((int32_t)(done - *(uint32_t *)until) >= 0) return NULL;
        os_futex_wait(&n_done, done, -1);
    }
}

void rt_snapshot_wait(void) {
    uint32_t until = rt_load_seq(&n_begun) + 1;
    if (!rt_xchg(&requested, true)) rt_note_wakeup(&wanted);
    rt_gc_blocking(wait_done, &until);
}

void rt_snapshot_settle(void) {
    while (rt_load_seq(&requested) || rt_load_seq(&n_begun) != rt_load_seq(&n_done)) os_sleep(100000);
}

void rt_snapshot_quiesce(bool begin_quiet) {
    if (begin_quiet)
        rt_lock(&cycle);
    else
        rt_unlock(&cycle);
}

/* ---- the collection at its end ------------------------------------------------------------------------- */

/* Marks the objects of one block whose bits are set, if they still start an object: a block that was empty
 * may have been given to objects of another size. */
static void load_block(uintptr_t block, const uint64_t *bits) {
    size_t size = 0;
    int words;
    for (int i = 0; i < WORDS; i++)
        for (uint64_t w = bits[i]; w; w &= w - 1) {
            uintptr_t p = block + (size_t)(64 * i + __builtin_ctzll(w)) * GRANULE;
            if (!size) {
                uintptr_t base = rt_gc_object((void *)p, &size, &words);
                if (!base || base < block) {
                    size = 0;
                    continue;
                }
            }
            if ((p - block) % size == 0) rt_gc_set_mark((void *)p);
        }
}

void rt_snapshot_load(void) {
    if (!rt_load_seq(&loading) || rt_load_relaxed(&broken)) return;
    int64_t start = os_monotonic();
    uintptr_t lo = rt_load_seq(&fresh_lo), hi = rt_load_seq(&fresh_hi);
    lo = lo < traced.lo ? lo & -(uintptr_t)BLOCK : traced.lo;
    if (hi < traced.hi) hi = traced.hi;
    for (uintptr_t block = lo; block < hi; block += BLOCK) {
        uint64_t bits[WORDS], any = 0;
        for (int i = 0; i < WORDS; i++)
            any |= bits[i] = map_word(&traced, block, i) | map_word(&fresh, block, i);
        if (any) load_block(block, bits);
    }
    rt_store_relaxed(&loaded, true);
    rt_snapshot_stats.load_time = os_monotonic() - start;
}

/* GOLDEBUG=snapstress=2: no object that is kept may refer to one that is not. Whatever a weak pointer or a
 * finalizer brought up is followed first. The world is stopped. */
static void check(void) {
    RtMarker m;
    BitMap all;
    uintptr_t lo = rt_load_seq(&fresh_lo) & -(uintptr_t)BLOCK, hi = rt_load_seq(&fresh_hi) + BLOCK;
    if (lo > traced.lo) lo = traced.lo;
    hi = hi < traced.hi ? traced.hi : hi & -(uintptr_t)BLOCK;
    if (!map_make(&all, lo, hi, false) || !rt_mark_begin_at(&m, lo, hi, all.bits))
        rt_throw("no memory to check");
    for (uintptr_t block = lo; block < hi; block += BLOCK)
        for (int i = 0; i < WORDS; i++) {
            uint64_t w = map_word(&traced, block, i) | map_word(&fresh, block, i);
            if (w) ((uint64_t *)(void *)(all.bits + (block - lo) / GRANULE / 8))[i] = w;
        }
    for (M *t = rt_load_acquire(&rt_allms); t; t = t->all_link)
        for (void **cell = t->late; cell && *cell; cell++) rt_mark_only(&m, (uintptr_t)*cell);
    rt_mark_range(&m, (uintptr_t)found, (uintptr_t)(found + rt_load_relaxed(&n_found)));
    rt_mark_drain(&m);
    for (uintptr_t block = lo; block < hi; block += BLOCK)
        for (int i = 0; i < WORDS; i++)
            for (uint64_t w = map_word(&traced, block, i) | map_word(&fresh, block, i); w; w &= w - 1) {
                uintptr_t p = block + (size_t)(64 * i + __builtin_ctzll(w)) * GRANULE;
                rt_mark_contents(&m, p);
                if (m.depth == 0) continue;
                rt_print_err("runtime: %p, kept, refers to %p, which is not\n", (void *)p,
                             (void *)m.stack[0]);
                rt_throw("a snapshot has missed an object");
            }
    rt_mark_end(&m);
    map_drop(&all);
}

bool rt_snapshot_finish(const RtRoots *r) {
    if (!rt_load_relaxed(&loaded)) return false;
    rt_store_relaxed(&loaded, false);
    rt_store_relaxed(&ended, true);
    rt_store_seq(&loading, false);
    rt_store_seq(&rt_snapshot_active, false);
    if (rt_load_relaxed(&broken)) return false; /* since then: trace it all after all */
    if (rt_debug.snapstress > 1) check();
    for (M *m = rt_load_acquire(&rt_allms); m; m = m->all_link)
        for (void **cell = m->late; cell && *cell; cell++) r->cell(r->arg, *cell);
    uint32_t n = rt_load_relaxed(&n_found);
    r->range(r->arg, (uintptr_t)found, (uintptr_t)(found + n));
    return true;
}
