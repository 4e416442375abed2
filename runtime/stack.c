/* stack.c: goroutine stacks: where they come from, how they grow and move.
 *
 * Floor 2, between the emitted functions' checks (gol.h, ctx_amd64.S) and the scheduler. All stacks lie in one
 * reserved range of addresses:
 *
 *     | margin | small: 2 … 32 KiB stacks    | large: slots of 1 GiB   | medium: slots of 16 MiB | margin |
 *     | none   | cut from slabs, by class    | committed on first use, the stack at the upper end | none   |
 *
 *     a slot:  | ……… untouched, costs nothing ……… lo | reserve | … free … sp | … used … | hi
 *                                          limit = lo + GOL_STACK_RESERVE ^
 *
 * A stack starts with 2 KiB and doubles by moving, up to 32 KiB. The next step is one more move, to the upper end of a
 * large slot; from there on growing is lowering lo, without a copy. Medium slots serve when the large ones are used
 * up, and stacks that must not move (sanitizers).
 *
 * Moving copies the used part and adds the difference to every word, saved registers and vector state included,
 * that lies in the old stack or within SLACK of it (compilers form addresses a little outside an object). This is sound
 * because nothing outside a stack points into it and no goroutine holds a pointer into another's. The window is
 * not the whole range, so that an integer which looks like an address in it has a chance of 2^-46 only.
 *
 * Invariants:
 *  - hi is a multiple of 2048 whatever the stack, so alignments of frames modulo 64 survive a move.
 *  - Only the M that runs or holds g changes g's stack, standing on its system stack; lo, hi and sp change together
 *    in a section that the collector does not interrupt.
 *  - A free stack's word below hi links it.
 *
 * Locks: pool.lock (RT_RANK_STACK) for everything central; the caches of the Ps are their owner's.
 */
#include "stack.h"
#include "os.h"
#include <cpuid.h>

#define GIB           ((size_t)1 << 30)
#define MARGIN        (1 * GIB)
#define SLACK         ((size_t)64 << 10)
#define SLAB          ((size_t)256 << 10)
#define LARGE_SLOT    (1 * GIB)
#define MEDIUM_SLOT   ((size_t)16 << 20)
#define LARGE_START   ((size_t)64 << 10) /* first size in a slot */
#define KEEP_RESIDENT ((size_t)64 << 10) /* of a free slot */

enum { CACHE_MAX = 64, CACHE_BATCH = 32 };

__thread uintptr_t gol_stack_limit;
uintptr_t rt_stack_max = 1000000000;
uint64_t rt_xsave_mask;
size_t rt_xsave_size;

/* Slots of one size: those below next were used before; the free ones among them are in free[]. */
typedef struct {
    uintptr_t base;
    size_t size;
    uint32_t n, next, nfree;
    uint32_t *free;
} Slots;

static struct {
    RtLock lock;
    void *free[RT_STACK_CLASSES];
    uintptr_t small_base, small_next, small_committed, small_end;
    Slots large, medium;
    _Atomic(uint64_t) bytes; /* slabs cut and slots' stacks in use */
} pool = {.lock = RT_LOCK_INIT(RT_RANK_STACK)};

#if defined(RT_TSAN) || defined(RT_ASAN)
static const bool fixed_stacks = true;
#else
static const bool fixed_stacks = false;
#endif

/* ---- set-up -------------------------------------------------------------------------------------------- */

/* The vector state that the processor and the kernel offer, without the protection keys (they belong to the thread)
 * and the matrix tiles (8 KiB that C code does not keep across calls). */
static void detect_xsave(void) {
    uint32_t a, b, c, d, lo, hi;
    __cpuid(1, a, b, c, d);
    if (!(c & bit_OSXSAVE)) rt_throw("this processor has no XSAVE");
    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    rt_xsave_mask = ((uint64_t)hi << 32 | lo) & 0xe7;
    __cpuid_count(13, 0, a, b, c, d);
    rt_xsave_size = (b + 63) & ~(size_t)63;
}

static void slots_init(Slots *s, uintptr_t base, size_t range, size_t size) {
    s->base = base;
    s->size = size;
    s->n = (uint32_t)(range / size);
    s->free = os_map(s->n * sizeof s->free[0]);
    if (!s->free) rt_throw("no memory for the table of stacks");
}

void rt_stack_init(void) {
    detect_xsave();
    /* Address space may be limited: take what there is. */
    size_t unit = fixed_stacks ? 64 * GIB : (size_t)16 << 40;
    uintptr_t base = 0;
    while (unit >= GIB && !(base = (uintptr_t)os_reserve(3 * MARGIN + 3 * unit))) unit /= 2;
    if (!base) rt_throw("cannot reserve address space for stacks");
    base = (base + MARGIN + GIB - 1) & -GIB;
    size_t small = unit < (size_t)1 << 40 ? unit : (size_t)1 << 40;
    pool.small_base = pool.small_next = pool.small_committed = base;
    pool.small_end = base + small;
    slots_init(&pool.large, base + unit, unit, LARGE_SLOT);
    slots_init(&pool.medium, base + 2 * unit, unit, MEDIUM_SLOT);
}

/* ---- small stacks -------------------------------------------------------------------------------------- */

static void *link_of(void *lo, size_t size) { return *(void **)((char *)lo + size - sizeof(void *)); }
static void set_link(void *lo, size_t size, void *next) { *(void **)((char *)lo + size - sizeof(void *)) = next; }

/* Cuts a slab into stacks of a class. pool.lock is held. */
static void cut_slab(int class) {
    size_t size = STACK_MIN << class;
    uintptr_t slab = pool.small_next;
    if (slab + SLAB > pool.small_end) rt_throw("out of address space for stacks");
    if (slab + SLAB > pool.small_committed) {
        /* In growing steps: many stacks take few calls. */
        size_t step = SLAB + ((pool.small_next - pool.small_base) / 8 & -SLAB);
        if (step > pool.small_end - pool.small_committed) step = pool.small_end - pool.small_committed;
        if (!os_commit((void *)pool.small_committed, step)) rt_throw("out of memory for stacks");
        pool.small_committed += step;
    }
    pool.small_next += SLAB;
    rt_add_relaxed(&pool.bytes, SLAB);
    for (uintptr_t lo = slab + SLAB - size; lo >= slab; lo -= size) {
        set_link((void *)lo, size, pool.free[class]);
        pool.free[class] = (void *)lo;
    }
}

static void cache_refill(P *p, int class) {
    size_t size = STACK_MIN << class;
    rt_lock(&pool.lock);
    for (int i = 0; i < CACHE_BATCH; i++) {
        if (!pool.free[class]) {
            if (i > 0) break;
            cut_slab(class);
        }
        void *lo = pool.free[class];
        pool.free[class] = link_of(lo, size);
        set_link(lo, size, p->stack_free[class]);
        p->stack_free[class] = lo;
        p->stack_nfree[class]++;
    }
    rt_unlock(&pool.lock);
}

static void cache_release(P *p, int class, int keep) {
    size_t size = STACK_MIN << class;
    rt_lock(&pool.lock);
    while (p->stack_nfree[class] > keep) {
        void *lo = p->stack_free[class];
        p->stack_free[class] = link_of(lo, size);
        p->stack_nfree[class]--;
        set_link(lo, size, pool.free[class]);
        pool.free[class] = lo;
    }
    rt_unlock(&pool.lock);
}

void rt_stack_flush_cache(P *p) {
    for (int class = 0; class < RT_STACK_CLASSES; class++) cache_release(p, class, 0);
}

static uintptr_t small_alloc(int class) {
    P *p = rt_p();
    if (!p->stack_free[class]) cache_refill(p, class);
    void *lo = p->stack_free[class];
    p->stack_free[class] = link_of(lo, STACK_MIN << class);
    p->stack_nfree[class]--;
    return (uintptr_t)lo;
}

static void small_free(uintptr_t lo, int class) {
    P *p = rt_p();
    if (rt_debug.stackmove) memset((void *)lo, 0xdb, STACK_MIN << class);
    set_link((void *)lo, STACK_MIN << class, p->stack_free[class]);
    p->stack_free[class] = (void *)lo;
    if (++p->stack_nfree[class] > CACHE_MAX) cache_release(p, class, CACHE_MAX / 2);
}

/* ---- slots --------------------------------------------------------------------------------------------- */

static bool in_slots(const Slots *s, uintptr_t a) { return a - s->base < (uintptr_t)s->n * s->size; }

/* The upper end of a free slot whose last size bytes at least may be used, 0: none left. Under stackmove=2 a slot is
 * used again as late as possible, and only what is in use is accessible. */
static uintptr_t slot_alloc(Slots *s, size_t size) {
    uintptr_t hi = 0;
    rt_lock(&pool.lock);
    if (s->nfree > 0 && (rt_debug.stackmove != 2 || s->next == s->n)) {
        hi = s->base + (s->free[--s->nfree] + (uintptr_t)1) * s->size;
    } else if (s->next < s->n) {
        uintptr_t lo = s->base + s->next * s->size;
        if (rt_debug.stackmove == 2 || os_commit((void *)lo, s->size)) {
            /* A huge page would make the first touch cost 2 MiB. */
            if (rt_debug.stackmove != 2) os_set_hugepages((void *)lo, s->size, false);
            s->next++;
            hi = lo + s->size;
        }
    }
    rt_unlock(&pool.lock);
    size = (size + OS_PAGE - 1) & -OS_PAGE;
    if (hi && rt_debug.stackmove == 2 && !os_commit((void *)(hi - size), size)) rt_throw("out of memory for stacks");
    return hi;
}

static void slot_free(Slots *s, uintptr_t lo, uintptr_t hi) {
    if (hi - lo > KEEP_RESIDENT && rt_debug.stackmove != 2) os_decommit((void *)lo, hi - lo - KEEP_RESIDENT);
    rt_lock(&pool.lock);
    s->free[s->nfree++] = (uint32_t)((hi - 1 - s->base) / s->size);
    rt_unlock(&pool.lock);
}

/* ---- a stack of some size ------------------------------------------------------------------------------ */

typedef struct {
    uintptr_t lo, hi;
} Span;

static int class_of(size_t size) {
    int class = 0;
    while ((STACK_MIN << class) < size) class++;
    return class;
}

static Span span_in_slot(Slots *s, size_t size) {
    uintptr_t hi = size < s->size ? slot_alloc(s, size) : 0;
    if (hi) rt_add_relaxed(&pool.bytes, size);
    return (Span){hi ? hi - size : 0, hi};
}

/* GOLDEBUG=stackmove=2: pages of its own, which are taken away when it is freed. */
static Span span_unshared(size_t size) {
    return span_in_slot(&pool.medium, size < OS_PAGE ? OS_PAGE : size);
}

static Span span_alloc(size_t size) {
    Span s = {0, 0};
    if (fixed_stacks) {
        if (size < MEDIUM_SLOT / 64) size = MEDIUM_SLOT / 64;
        s = span_in_slot(&pool.medium, size);
    } else if (size <= STACK_SMALL_MAX) {
        if (rt_debug.stackmove == 2) s = span_unshared(size);
        if (!s.hi) {
            int class = class_of(size);
            s.lo = small_alloc(class);
            s.hi = s.lo + (STACK_MIN << class);
        }
    } else {
        if (size < LARGE_START) size = LARGE_START;
        s = span_in_slot(&pool.large, size);
        if (!s.hi) s = span_in_slot(&pool.medium, size);
    }
    if (!s.hi) rt_throw("out of memory for stacks");
    return s;
}

static void span_free(Span s) {
    Slots *slots = in_slots(&pool.large, s.lo) ? &pool.large : in_slots(&pool.medium, s.lo) ? &pool.medium : NULL;
    if (!slots) {
        small_free(s.lo, class_of(s.hi - s.lo));
        return;
    }
    rt_add_relaxed(&pool.bytes, -(uint64_t)(s.hi - s.lo));
    if (rt_debug.stackmove == 2) {
        uintptr_t page = s.lo & -OS_PAGE;
        os_uncommit((void *)page, s.hi - page);
    }
    slot_free(slots, s.lo, s.hi);
}

void rt_stack_alloc(G *g, size_t size) {
    Span s = span_alloc(size);
    g->lo = s.lo;
    g->hi = s.hi;
}

void rt_stack_free(G *g) {
    span_free((Span){g->lo, g->hi});
    g->lo = g->hi = g->sp = 0;
}

uint64_t rt_stack_bytes(void) { return rt_load_relaxed(&pool.bytes); }

uintptr_t rt_stack_limit(const G *g) { return rt_debug.stackmove ? UINTPTR_MAX : g->lo + GOL_STACK_RESERVE; }

/* ---- moving and growing -------------------------------------------------------------------------------- */

typedef struct {
    uintptr_t from, size, delta; /* words in [from, from+size] are moved by delta */
} Shift;

static void copy_shifted(uintptr_t *to, const uintptr_t *from, size_t bytes, Shift s) {
    for (size_t i = 0; i < bytes / sizeof *to; i++) {
        uintptr_t w = from[i];
        to[i] = w - s.from <= s.size ? w + s.delta : w;
    }
}

/* Moves g, whose registers are saved at g->sp and in vectors (or NULL), to another stack. */
static void move(M *m, G *g, Span to, void *vectors) {
    Span old = {g->lo, g->hi};
    size_t used = g->hi - g->sp;
    Shift s = {old.lo - SLACK, old.hi - old.lo + 2 * SLACK, to.hi - old.hi};

    rt_nosuspend_enter(m);
    copy_shifted((uintptr_t *)(to.hi - used), (uintptr_t *)g->sp, used, s);
    if (vectors) copy_shifted(vectors, vectors, rt_xsave_size, s);
    g->lo = to.lo;
    g->hi = to.hi;
    g->sp = to.hi - used;
    rt_nosuspend_leave(m);
    span_free(old);
}

static void overflow(G *g, size_t limit) {
    rt_print_err("runtime: goroutine stack exceeds %lu-byte limit\n", limit);
    rt_print_err("runtime: sp=%p stack=[%p, %p]\n", (void *)g->sp, (void *)g->lo, (void *)g->hi);
    rt_fatal("stack overflow");
}

/* Makes the stack at least size bytes. */
static void grow(M *m, G *g, size_t size) {
    size_t next = g->hi - g->lo;
    while (next < size) next *= 2;
    if (next > rt_stack_max) overflow(g, rt_stack_max);
    Slots *slots = in_slots(&pool.large, g->lo) ? &pool.large : in_slots(&pool.medium, g->lo) ? &pool.medium : NULL;
    if (slots && next < slots->size && rt_debug.stackmove != 2) {
        rt_add_relaxed(&pool.bytes, next - (g->hi - g->lo));
        g->lo = g->hi - next;
    } else if (fixed_stacks) {
        overflow(g, MEDIUM_SLOT);
    } else {
        move(m, g, span_alloc(next), m->xsave);
    }
}

/* Bytes between g->sp and the checking function's rsp: the switch's frame, all registers, the return address, the red
 * zone (see ctx_amd64.S). */
enum { CHECK_FRAME = 56 + 16 * 8 + 8 + 128 };

uintptr_t rt_newstack(G *g, size_t wanted) {
    M *m = rt_m();
    rt_preempt_check(g);
    uintptr_t sp = g->sp + CHECK_FRAME;
    if (g->sp < g->lo) rt_throw("stack overflow in a function without check");
    if (sp - g->lo <= GOL_STACK_RESERVE || sp - g->lo - GOL_STACK_RESERVE <= wanted)
        grow(m, g, g->hi - sp + wanted + 2 * GOL_STACK_RESERVE);
    else if (rt_debug.stackmove && !fixed_stacks && g->hi - g->lo <= STACK_SMALL_MAX)
        move(m, g, span_alloc(g->hi - g->lo), m->xsave);
    gol_stack_limit = rt_stack_limit(g);
    return g->sp;
}
