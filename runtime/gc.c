/* gc.c: memory, from the Boehm collector. The only file that includes its header.
 *
 * Floor 2. Allocation: cells of up to SMALL_MAX bytes come from lists in the P, one for each kind and size,
 * taken on the goroutine's own stack; a list is refilled with a block's worth of cells on the system stack.
 * Everything larger is libgc's large allocation. No function of libgc ever runs on a goroutine's stack.
 *
 * Kinds say which words the collector looks at: none, all, or the first 1, 2, 4, 8. Cells of the kind without
 * pointers come uncleared, all others zeroed but for the link in their first word. Of the two kinds SPREAD
 * the object begins somewhere inside the cell (spread), whose first word says where.
 *
 * Stopping the world: libgc signals every thread, and its handler notes its own frame as the end of the
 * thread's stack. Ours stands in front of it, on the signal stack, and notes the interrupted stack pointer in
 * the M; the registers are in the signal frame, which libgc scans as part of the signal stack. An M inside a
 * nosuspend section answers at the section's end. Then push_roots gives the collector, besides what libgc
 * finds itself (static data, the stack of the collecting thread and of those in rt_gc_blocking):
 *   - for each M: its system stack, from the interrupted rsp if that is in it, else from where goroutines
 * call down to it; its struct and vector buffer;
 *   - for each G: its stack from G.sp, or from the interrupted rsp (less 128 bytes of red zone) if it was
 * running; its scanned fields; its vector buffer;
 *   - for each P: its caches; the cells in its lists are marked, so that they stay ours.
 *
 * Takes no RtLock while the world is stopped. Memory must not be allocated in signal handlers, in nosuspend
 * sections, nor under an RtLock.
 */
#include "collect.h"
#include "pace.h"
#include "roots.h"
#include "os.h"
#include "sanitize.h"
#include "stack.h"
#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>
#include <pthread.h>
#include <stdlib.h>

enum {
    KIND_NONE,
    KIND_ALL,
    KIND_FIRST1,
    KIND_FIRST2,
    KIND_FIRST4,
    KIND_FIRST8,
    KIND_SPREAD_NONE,
    KIND_SPREAD_ALL,
};

#define SMALL_MAX 2048 /* half of libgc's block: two cells */
#define EXACT_MAX 512  /* up to here sizes are multiples of 16, above they divide a block */
#define SYS_STACK ((size_t)1 << 20)

static const uint16_t wide_sizes[] = {576, 672, 816, 1024, 1360, 2048};
static unsigned libgc_kind[RT_ALLOC_KINDS];    /* ours to libgc's */
static uint8_t size_index[SMALL_MAX / 16 + 1]; /* granules to index of a list */
static uint16_t size_bytes[RT_ALLOC_SIZES];

Uint64 gol_zerobase;
const Uint8 gol_zero_value[1024];

static _Atomic(uint64_t) n_refilled; /* cells handed to Ps, and large objects */
static _Atomic(bool) counts_cells;   /* somebody has asked for that number: it is exact from now on */
int64_t rt_gc_pause_start, rt_gc_start, rt_gc_mark_cpu;
uint64_t rt_gc_used_before;
RtGcPauses rt_gc_pauses;
static void (*libgc_push_roots)(void);
static void (*libgc_suspend)(int, siginfo_t *, void *);

/* ---- memory that is not collected ---------------------------------------------------------------------- */

static struct {
    RtLock lock;
    char *next, *end;
} persistent = {.lock = RT_LOCK_INIT(RT_RANK_LEAF)};

void *rt_alloc_persistent(size_t size) {
    enum { CHUNK = 256 << 10 };
    size = (size + 63) & ~(size_t)63;
    if (size > CHUNK / 4) {
        void *p = os_map(size);
        if (!p) rt_throw("out of memory");
        return p;
    }
    rt_lock(&persistent.lock);
    if ((size_t)(persistent.end - persistent.next) < size) {
        persistent.next = os_map(CHUNK);
        if (!persistent.next) rt_throw("out of memory");
        persistent.end = persistent.next + CHUNK;
    }
    void *p = persistent.next;
    persistent.next += size;
    rt_unlock(&persistent.lock);
    return p;
}

/* Buffers for vector state: few, recycled. */
static struct {
    RtLock lock;
    void *free;
} xsaves = {.lock = RT_LOCK_INIT(RT_RANK_LEAF)};

void *rt_xsave_alloc(void) {
    rt_lock(&xsaves.lock);
    void *b = xsaves.free;
    if (b) xsaves.free = *(void **)b;
    rt_unlock(&xsaves.lock);
    return b ? b : rt_alloc_persistent(rt_xsave_size);
}

void rt_xsave_free(void *buffer) {
    rt_lock(&xsaves.lock);
    *(void **)buffer = xsaves.free;
    xsaves.free = buffer;
    rt_unlock(&xsaves.lock);
}

/* ---- roots --------------------------------------------------------------------------------------------- */

static void push_range(void *arg, uintptr_t from, uintptr_t to) {
    (void)arg;
    GC_push_all_eager((void *)from, (void *)to);
}

static void push_cell(void *arg, void *cell) {
    (void)arg;
    GC_set_mark_bit(cell);
}

static void push_roots(void) {
    static const RtRoots to_libgc = {.range = push_range, .cell = push_cell};
    libgc_push_roots();
    /* What a snapshot has traced need not be traced again: goroutines that do not run have no more in their
     * stacks than they or others had then. */
    rt_roots_visit(&to_libgc, rt_snapshot_finish(&to_libgc) ? RT_ROOTS_RUNNING : RT_ROOTS_ALL);
}

/* ---- stopping threads ---------------------------------------------------------------------------------- */

static void on_suspend(int sig, siginfo_t *info, void *context) {
    M *m = rt_m();
    if (m && m->nosuspend) {
        m->suspend_pending = true;
        return;
    }
    if (m) m->stopped_sp = os_context_sp(context);
    libgc_suspend(sig, info, context);
    if (m) m->stopped_sp = 0;
}

void rt_nosuspend_enter(M *m) {
    m->nosuspend++;
    __asm__ volatile("" : : : "memory");
}

void rt_nosuspend_leave(M *m) {
    __asm__ volatile("" : : : "memory");
    if (--m->nosuspend == 0 && m->suspend_pending) {
        m->suspend_pending = false;
        pthread_kill(pthread_self(), GC_get_suspend_signal());
    }
}

static void wrap_signals(void) {
    struct sigaction sa;
    sigaction(GC_get_suspend_signal(), NULL, &sa);
    libgc_suspend = sa.sa_sigaction;
    sa.sa_sigaction = on_suspend;
    sa.sa_flags |= SA_ONSTACK | SA_SIGINFO | SA_RESTART;
    sigaction(GC_get_suspend_signal(), &sa, NULL);
    sigaction(GC_get_thr_restart_signal(), NULL, &sa);
    sa.sa_flags |= SA_ONSTACK | SA_RESTART;
    sigaction(GC_get_thr_restart_signal(), &sa, NULL);
}

/* libgc must know the signal stack before a signal can arrive on it. */
void rt_gc_m_init(M *m) {
    m->altstack = os_map(RT_SIG_STACK);
    if (!m->altstack) rt_throw("no memory for a signal stack");
    GC_register_altstack((void *)m->sys_lo, m->sys_hi - m->sys_lo, m->altstack, RT_SIG_STACK);
    /* Without it signals would come on goroutines' stacks, which have no room for their frames. */
    if (!os_set_sigstack(m->altstack, RT_SIG_STACK)) rt_throw("cannot set a signal stack (sigaltstack)");
}

/* Signals now come on the thread's own stack. */
void rt_gc_m_end(M *m) {
    os_set_sigstack(NULL, 0);
    os_unmap(m->altstack, RT_SIG_STACK);
    m->altstack = NULL;
}

bool rt_gc_thread_start(M *m, void *(*fn)(void *)) {
    pthread_attr_t attr;
    pthread_t thread;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, SYS_STACK);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    int failed = GC_pthread_create(&thread, &attr, fn, m);
    pthread_attr_destroy(&attr);
    return !failed;
}

/* Zeroes what earlier calls left below the caller's frame. libgc saves a whole ucontext there before it waits
 * or marks, and does not fill all of it: an address in the rest of it would keep its object alive for as long
 * as the thread waits. (Seen: one of the finalizers' old tables, and through it everything it had listed.) */
static GOL_NOINLINE void clear_stack_below(void) {
    char room[2048];
    memset(room, 0, sizeof room);
    __asm__ volatile("" : : "r"(room) : "memory");
}

void rt_gc_blocking(void *(*fn)(void *), void *arg) {
    M *m = rt_m();
    clear_stack_below();
    m->blocked_sp = (uintptr_t)__builtin_frame_address(0);
    GC_do_blocking(fn, arg);
    m->blocked_sp = 0;
}

/* ---- collections ----------------------------------------------------------------------------------------
 */

/* libgc collects by itself when it is asked to and not about to be called for it. */
static struct {
    RtLock lock; /* then libgc's */
    bool automatic, off;
    int calls;
} mode = {.automatic = true};

static void mode_change(bool automatic, int calls) {
    rt_lock(&mode.lock);
    mode.automatic = automatic;
    mode.calls += calls;
    bool off = !mode.automatic && mode.calls == 0;
    if (off && !mode.off) GC_disable();
    if (!off && mode.off) GC_enable();
    mode.off = off;
    rt_unlock(&mode.lock);
}

void rt_gc_automatic(bool on) { mode_change(on, 0); }

void rt_gc_collect_now(void) {
    mode_change(mode.automatic, 1);
    clear_stack_below();
    GC_gcollect();
    mode_change(mode.automatic, -1);
}

void rt_gc_set_trigger(uint64_t divisor, uint64_t least) {
    GC_set_free_space_divisor(divisor);
    GC_set_min_bytes_allocd(least);
}

uint64_t rt_gc_since(void) { return GC_get_bytes_since_gc(); }
uint64_t rt_gc_heap(void) { return GC_get_heap_size(); }
uint64_t rt_gc_used(void) { return GC_get_heap_size() - GC_get_free_bytes(); }

static void add_size(void *object, size_t size, void *sum) {
    (void)object;
    *(uint64_t *)sum += size;
}
uint64_t rt_gc_count_kept(void) {
    uint64_t sum = 0;
    GC_enumerate_reachable_objects_inner(add_size, &sum);
    return sum;
}

void rt_gc_stop_world(void) { GC_stop_world_external(); }
void rt_gc_start_world(void) { GC_start_world_external(); }
void rt_gc_set_mark(void *p) { GC_set_mark_bit(p); }

/* Fills places with what ReadMemStats shows, a ring. */
static void note_pause(int64_t from, int64_t to) {
    RtGcPauses *p = &rt_gc_pauses;
    p->last = to;
    p->total += to - from;
    p->ns[p->n % 256] = (uint64_t)(to - from);
    p->end[p->n++ % 256] = (uint64_t)to;
}

int64_t rt_gc_note_pause(int64_t start) {
    int64_t now = os_monotonic();
    note_pause(start, now);
    return now - start;
}

_Atomic(uint32_t) rt_gc_cycles = 1;
_Atomic(bool) rt_gc_links_stale;

static void on_event(GC_EventType event) {
    static int64_t cpu;
    switch (event) {
    case GC_EVENT_START:
        rt_gc_start = os_monotonic();
        rt_gc_used_before = rt_gc_used();
        break;
    case GC_EVENT_PRE_STOP_WORLD:
        rt_snapshot_load();
        rt_gc_pause_start = os_monotonic();
        cpu = os_thread_cpu();
        break;
    case GC_EVENT_PRE_START_WORLD: rt_store_seq(&rt_gc_links_stale, true); break;
    case GC_EVENT_RECLAIM_END: rt_store_seq(&rt_gc_links_stale, false); break;
    case GC_EVENT_POST_START_WORLD:
        note_pause(rt_gc_pause_start, os_monotonic());
        rt_gc_mark_cpu = os_thread_cpu() - cpu;
        rt_stack_release();
        rt_pace_event();
        rt_add_relaxed(&rt_gc_cycles, 1);
        if (rt_debug.gctrace) rt_gctrace();
        break;
    default: break;
    }
}

static void on_warning(char *message, GC_word arg) {
    (void)message;
    (void)arg;
}

/* libgc cannot go on, and says why. */
static void on_abort(const char *message) {
    if (message == NULL) return; /* it has printed why, and exits */
    rt_print_err("fatal error: %s\n", message);
    if (!rt_debug.core) rt_exit(2);
}

/* ---- set-up -------------------------------------------------------------------------------------------- */

static void init_sizes(void) {
    for (int i = 0; i <= EXACT_MAX / 16; i++) {
        size_index[i] = (uint8_t)i;
        size_bytes[i] = (uint16_t)(16 * i);
    }
    int wide = 0;
    for (int i = EXACT_MAX / 16 + 1; i <= SMALL_MAX / 16; i++) {
        while (16 * i > wide_sizes[wide]) wide++;
        size_index[i] = (uint8_t)(EXACT_MAX / 16 + 1 + wide);
        size_bytes[size_index[i]] = wide_sizes[wide];
    }
}

static void init_kinds(void) {
    libgc_kind[KIND_NONE] = 0; /* libgc's own pointer-free kind */
    libgc_kind[KIND_ALL] = GC_new_kind(GC_new_free_list(), GC_DS_LENGTH, 1, 1);
    for (int i = 0; i < 4; i++)
        libgc_kind[KIND_FIRST1 + i] =
            GC_new_kind(GC_new_free_list(), GC_DS_LENGTH | (sizeof(void *) << i), 0, 1);
    libgc_kind[KIND_SPREAD_NONE] = GC_new_kind(GC_new_free_list(), GC_DS_LENGTH, 0, 0);
    libgc_kind[KIND_SPREAD_ALL] = GC_new_kind(GC_new_free_list(), GC_DS_LENGTH, 1, 1);
}

void rt_gc_init(void) {
    GC_set_all_interior_pointers(1);
    GC_set_handle_fork(1);
    GC_set_warn_proc(on_warning);
    GC_set_abort_func(on_abort);
    GC_set_finalize_on_demand(1);
    GC_set_java_finalization(0);
    GC_set_finalizer_notifier(rt_unreachable_ready);
    GC_set_markers_count(
        1); /* libgc's free lists need fewer locks so, and a second does not pay: README.md */
    GC_INIT();
    GC_allow_register_threads();
    init_sizes();
    init_kinds();
    libgc_push_roots = GC_get_push_other_roots();
    GC_set_push_other_roots(push_roots);
    GC_set_on_collection_event(on_event);
    wrap_signals();
#ifdef RT_TSAN
    GC_disable(); /* TSan delays the signals that stop the world */
#endif
    rt_pace_init();
}

/* ---- allocation ---------------------------------------------------------------------------------------- */

/* Rounded up, so that a cell may be scanned for more words than hold pointers, never for fewer. Nor for more
 * than it has: cells of 48 bytes with more than four pointers are scanned whole, since eight words would
 * reach into the next one. */
static const uint8_t kind_of_words[9] = {KIND_NONE,   KIND_FIRST1, KIND_FIRST2, KIND_FIRST4, KIND_FIRST4,
                                         KIND_FIRST8, KIND_FIRST8, KIND_FIRST8, KIND_FIRST8};

static inline int kind_of(size_t size, size_t ptrdata) {
    size_t words = (ptrdata + 7) / 8;
    if (words == 0) return KIND_NONE;
    if (words > 8 || size <= 16 || (words > 4 && size <= 48)) return KIND_ALL;
    return kind_of_words[words];
}

typedef struct {
    int kind, index;
    size_t size;
    void *result;
} Request;

/* GOLDEBUG=gcstress=1: collects each time; once that took some seconds, only while it is a quarter of all
 * time. */
static void stress(void) {
    enum { FREE_MS = 3000 };
    static _Atomic(int64_t) spent, first;
    int64_t start = os_monotonic(), none = 0;
    rt_cas(&first, &none, start);
    int64_t so_far = rt_load_relaxed(&spent);
    if (so_far > FREE_MS * (int64_t)1000000 && so_far > (start - rt_load_relaxed(&first)) / 4) return;
    GC_gcollect();
    rt_add_relaxed(&spent, os_monotonic() - start);
}

static GOL_NORETURN GOL_COLD void out_of_memory(size_t size) {
    rt_print_err("runtime: out of memory: cannot allocate %lu-byte block (%lu in use)\n", size,
                 GC_get_heap_size());
    rt_fatal("out of memory");
}

static void look_whether_due(void) {
    uint64_t since = GC_get_bytes_since_gc();
    if (GOL_UNLIKELY(since >= rt_load_relaxed(&rt_pace_next))) rt_pace_look(since);
}

static uint64_t list_length(void **cell) {
    uint64_t n = 0;
    for (; cell; cell = *cell) n++;
    return n;
}

static uint64_t cells_left(const P *p) {
    uint64_t n = 0;
    for (int kind = 0; kind < RT_ALLOC_KINDS; kind++)
        for (int i = 0; i < RT_ALLOC_SIZES; i++) n += list_length(p->alloc_free[kind][i]);
    return n;
}

static void small_slow(void *arg) {
    Request *r = arg;
    P *p = rt_p();
    void **list = &p->alloc_free[r->kind][r->index];
    if (rt_debug.gcstress) stress();
    rt_san_hide();
    GC_generic_malloc_many(size_bytes[r->index], (int)libgc_kind[r->kind], list);
    rt_san_show();
    void **cell = *list;
    if (!cell) out_of_memory(size_bytes[r->index]);
    if (GOL_UNLIKELY(rt_load_seq(&rt_snapshot_active))) rt_snapshot_note_cells(rt_m(), cell);
    look_whether_due();
    /* Under stress the other cells are dropped: the next allocation comes here again. Not while the program
     * has turned collections off: nothing would ever bring them back, 4 KiB for each object. */
    bool drop = rt_debug.gcstress && !GC_is_disabled();
    const uint64_t n =
        GOL_UNLIKELY(rt_load_relaxed(&counts_cells)) ? list_length(cell) : 4096u / size_bytes[r->index];
    rt_add_relaxed(&n_refilled, drop ? 1 : n);
    *list = drop ? NULL : *cell;
    *cell = NULL;
    r->result = cell;
}

static GOL_NOINLINE void *alloc_small_slow(int kind, int index) {
    Request r = {.kind = kind, .index = index};
    gol_systemstack(small_slow, &r);
    return r.result;
}

/* While the marks of a snapshot are loaded libgc's lock is held for long. Who needs cells then lets others
 * run, who may need none, instead of waiting for the lock with its P: a P given away would help nobody, since
 * an idle thread needs that lock to wake. */
static GOL_COLD void let_others_run(void) {
    enum { NAP = 50000 };
    while (rt_snapshot_loading()) {
        int64_t before = os_monotonic();
        rt_tend();
        rt_goyield();
        if (os_monotonic() - before < NAP) os_sleep(NAP); /* there is nobody else, or not for long */
    }
}

/* For emitted code: its goroutine may come back with another P. */
static void be_patient(void) {
    G *g = rt_g();
    uintptr_t sp;
    __asm__("movq %%rsp, %0" : "=r"(sp)); /* on the goroutine's own stack? */
    if (GOL_LIKELY(!rt_snapshot_loading()) || !g || g->locked || rt_m()->locks > 0) return;
    if (sp - g->lo < g->hi - g->lo) let_others_run();
}

static GOL_NOINLINE void *alloc_small_patiently(int kind, int index) {
    be_patient();
    return alloc_small_slow(kind, index);
}

static inline void *alloc_small(size_t size, int kind, bool patiently) {
    int index = size_index[(size + 15) / 16];
    P *p = rt_p();
    void **cell = p->alloc_free[kind][index];
    if (GOL_UNLIKELY(!cell))
        return patiently ? alloc_small_patiently(kind, index) : alloc_small_slow(kind, index);
    p->alloc_free[kind][index] = *cell;
    *cell = NULL;
    return cell;
}

static void large_slow(void *arg) {
    Request *r = arg;
    if (rt_debug.gcstress) stress();
    /* libgc adds a byte, so that a pointer past the end is inside: ours have none there. */
    rt_san_hide();
    r->result = r->size > (size_t)1 << 47 ? NULL : GC_generic_malloc(r->size - 1, (int)libgc_kind[r->kind]);
    rt_san_show();
    if (!r->result) out_of_memory(r->size);
    if (GOL_UNLIKELY(rt_load_seq(&rt_snapshot_active))) rt_snapshot_note_object(r->result);
    look_whether_due();
    rt_add_relaxed(&n_refilled, 1);
}

static GOL_NOINLINE void *alloc_large(size_t size, int kind) {
    Request r = {.kind = kind, .size = size};
    gol_systemstack(large_slow, &r);
    return r.result;
}

static GOL_NOINLINE void *alloc_large_patiently(size_t size, int kind) {
    be_patient();
    return alloc_large(size, kind);
}

size_t rt_gc_roundup(size_t size) {
    if (size <= SMALL_MAX) return size_bytes[size_index[(size + 15) / 16]];
    return (size + OS_PAGE - 1) & -OS_PAGE;
}

static inline void *alloc_cell(size_t size, int kind, bool patiently) {
    return GOL_LIKELY(size <= SMALL_MAX) ? alloc_small(size, kind, patiently)
           : patiently                   ? alloc_large_patiently(size, kind)
                                         : alloc_large(size, kind);
}

static inline void *alloc(size_t size, int kind, bool patiently) {
    if (GOL_UNLIKELY(size == 0)) return &gol_zerobase;
    void *p = alloc_cell(size, kind, patiently);
    if (kind == KIND_NONE) memset(p, 0, size);
    return p;
}

/* Few cells of a kibibyte or more fit a page, or they are made of pages: the rows of a matrix would begin at
 * the same few offsets, so that a column lies in a few sets of the cache only (products of 300 rows took
 * twice the time). So an array that leaves room in its cell begins a number of lines behind the cell's start
 * that differs between neighbours: it is taken modulo an odd number, since cells lie powers of two apart. */
enum { LINE = 64, SPREAD_MIN = 1024 };

static inline size_t spread_room(size_t size) { return (rt_gc_roundup(size) - size) / LINE; }

static GOL_NOINLINE void *alloc_spread(size_t size, size_t room, bool scanned, bool patiently) {
    char *cell = alloc_cell(size + room * LINE, scanned ? KIND_SPREAD_ALL : KIND_SPREAD_NONE, patiently);
    size_t offset = (1 + (uintptr_t)cell / SPREAD_MIN % ((room - 1) | 1)) * LINE;
    *(size_t *)cell = offset;
    return scanned ? cell + offset : memset(cell + offset, 0, size);
}

void *rt_gc_alloc(size_t size, size_t ptrdata) { return alloc(size, kind_of(size, ptrdata), false); }

static inline void *alloc_array(size_t size, size_t n, size_t ptrdata, bool patiently) {
    if (n == 1) return alloc(size, kind_of(size, ptrdata), patiently);
    size *= n;
    if (size > SPREAD_MIN) {
        size_t room = spread_room(size);
        if (room > 2) return alloc_spread(size, room, ptrdata != 0, patiently);
    }
    return alloc(size, ptrdata ? KIND_ALL : KIND_NONE, patiently);
}

void *rt_gc_alloc_array(size_t size, size_t n, size_t ptrdata) {
    return alloc_array(size, n, ptrdata, false);
}

void *rt_gc_alloc_uncleared(size_t size) {
    if (size == 0) return &gol_zerobase;
    return size <= SMALL_MAX ? alloc_small(size, KIND_NONE, false) : alloc_large(size, KIND_NONE);
}

Ptr gol_alloc(Uintptr size, Uintptr ptrdata) { return alloc(size, kind_of(size, ptrdata), true); }

Ptr gol_new(const gol_type *t) { return alloc(t->size, kind_of(t->size, t->ptrdata), true); }

Ptr gol_new_array(const gol_type *elem, Int n) {
    return alloc_array(elem->size, (size_t)n, elem->ptrdata, true);
}

/* ---- asking the collector ------------------------------------------------------------------------------ */

static void collect(void *arg) {
    void (*how)(void) = arg;
    rt_snapshot_quiesce(true);
    how();
    rt_snapshot_quiesce(false);
}

static void collect_by_snapshot(void *arg) {
    (void)arg;
    rt_snapshot_wait();
}

static void ask_snapshot(void *asked) { *(bool *)asked = rt_pace_by_snapshot(); } /* may start a thread */

void rt_gc_collect(void) {
    GOL_STACK_CHECK();
    bool asked;
    gol_systemstack(ask_snapshot, &asked);
    if (!asked) {
        gol_systemstack(collect, rt_gc_collect_now);
        return;
    }
    rt_entersyscallblock();
    gol_systemstack(collect_by_snapshot, NULL);
    rt_exitsyscall();
}

static void collect_and_unmap(void) {
    mode_change(mode.automatic, 1);
    GC_gcollect_and_unmap();
    mode_change(mode.automatic, -1);
}

void rt_gc_free_os_memory(void) {
    GOL_STACK_CHECK();
    rt_entersyscallblock();
    gol_systemstack(collect, collect_and_unmap);
    rt_exitsyscall();
}

static void stats(void *arg) {
    struct GC_prof_stats_s prof;
    RtGcStats *s = arg;
    rt_san_hide();
    GC_get_prof_stats(&prof, sizeof prof);
    rt_san_show();
    s->heap_bytes = prof.heapsize_full - prof.unmapped_bytes;
    s->free_bytes = prof.free_bytes_full - prof.unmapped_bytes;
    s->bytes_since_gc = prof.bytes_allocd_since_gc;
    s->total_bytes = prof.bytes_allocd_since_gc + prof.allocd_bytes_before_gc;
    s->unmapped_bytes = prof.unmapped_bytes;
    s->obtained_bytes = prof.obtained_from_os_bytes;
    s->n_gc = prof.gc_no;
    s->pause_total_ns = (uint64_t)rt_gc_pauses.total;
    s->last_pause_ns = rt_gc_pauses.ns[(rt_gc_pauses.n + 255) % 256];
    s->last_gc = (uint64_t)rt_gc_pauses.last;
    rt_store_relaxed(&counts_cells, true);
    s->mallocs = rt_load_relaxed(&n_refilled) - cells_left(rt_p()); /* what other Ps have left is not seen */
    s->stack_bytes = rt_stack_bytes();
}

void rt_gc_stats(RtGcStats *s) { gol_systemstack(stats, s); }

void *rt_gc_base(void *p) { return GC_base(p); }

void *rt_gc_object_start(void *p) {
    char *base = GC_base(p);
    if (!base) return NULL;
    size_t size;
    unsigned kind = (unsigned)GC_get_kind_and_size(base, &size);
    bool spread = kind == libgc_kind[KIND_SPREAD_NONE] || kind == libgc_kind[KIND_SPREAD_ALL];
    return spread ? base + *(size_t *)base : base;
}

size_t rt_gc_size(void *base) { return GC_size(base); }

/* libgc's own tables are of other kinds; it sees to them itself. */
uintptr_t rt_gc_object(void *p, size_t *size, int *words) {
    static const int words_of[RT_ALLOC_KINDS] = {0, -1, 1, 2, 4, 8, 0, -1};
    void *base = GC_base(p);
    if (!base) return 0;
    unsigned kind = (unsigned)GC_get_kind_and_size(base, size);
    for (int i = 0; i < RT_ALLOC_KINDS; i++)
        if (kind == libgc_kind[i]) {
            *words = words_of[i];
            return (uintptr_t)base;
        }
    return 0;
}

void rt_gc_bounds(uintptr_t *lo, uintptr_t *hi) {
    *lo = (uintptr_t)GC_least_plausible_heap_addr;
    *hi = (uintptr_t)GC_greatest_plausible_heap_addr;
}

/* ---- objects that die: special.c ------------------------------------------------------------------------
 */

static void weak_register(void *arg) {
    RtGcWatch *w = arg;
    rt_san_hide();
    GC_general_register_disappearing_link((void **)w->data, w->obj);
    rt_san_show();
}

void rt_gc_weak_register(uintptr_t *link, void *obj) {
    RtGcWatch w = {.obj = obj, .data = link};
    gol_systemstack(weak_register, &w);
}

void rt_gc_locked(void *(*fn)(void *), void *arg) { GC_call_with_alloc_lock(fn, arg); }

void rt_gc_watch(const RtGcWatch *w) {
    rt_san_hide();
    if (w->how == RT_GC_IN_ORDER)
        GC_register_finalizer_ignore_self(w->obj, w->fn, w->data, NULL, NULL);
    else
        GC_register_finalizer_no_order(w->obj, w->fn, w->data, NULL, NULL);
    rt_san_show();
}

void rt_gc_take_unreachable(void) { GC_invoke_finalizers(); }

bool rt_gc_uses_signal(int sig) {
    return sig == GC_get_suspend_signal() || sig == GC_get_thr_restart_signal();
}
