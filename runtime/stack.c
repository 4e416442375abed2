/* stack.c: goroutine stacks: where they come from, how they grow and move.
 *
 * Floor 2, between the emitted functions' checks (gol.h, ctx_amd64.S) and the scheduler. All stacks lie in
 * one reserved range of addresses:
 *
 *     | margin | small: STACK_MIN, from slabs   | medium: slots of 256 KiB | large: slots of 1 GiB | margin
 * | | none   | committed in steps              | committed when first used, resident when touched | none   |
 *
 *     a slot:  | …… untouched, costs nothing …… | … free … sp | … used … | hi
 *     lo |<- GOL_STACK_RESERVE ->| limit
 *
 * A goroutine starts on a small stack. One that needs more is moved to a medium slot, and there, and again in
 * a large slot, grows in place: the kernel gives pages as they are touched, without a copy and without a
 * call. So a stack moves twice in its life at most, the first time with less than 2 KiB on it. The stack in a
 * slot does not end where the slot ends but up to SAME bytes below, where it has the address modulo SAME that
 * it had.
 *
 * In a slot lo says how deep the stack has been: it starts at SLOT_FIRST below hi, and the size doubles,
 * without a copy, when a check finds no room. When a goroutine parks, and when the collector comes by while
 * it waits, and it was not seen deeper than a quarter of that since the collection before, the size is halved
 * and the pages below given back; who parks goes from a large slot to a medium one. A free slot keeps its
 * upper pages for the next goroutine; those that nobody took since the collection before last give them back.
 *
 * Moving copies the used part and adds the difference to every word, saved registers and vector state
 * included, that lies in the old stack or within SLACK of it. This is sound because nothing outside a stack
 * points into it, no goroutine holds a pointer into another's, and compilers keep addresses in or near their
 * objects, across calls at least: gol.h turns off the one pass known to do otherwise (gcc's ivopts, which
 * steps a pointer away from a local array as fast as another variable grows). SLACK weighs addresses that are
 * a little off against integers that look like one: the whole range would take in a clock of nanoseconds
 * after some hours.
 *
 * A word may also hold a short value, of one byte or two, beside bytes that nobody has written since an
 * address stood there: a Bool and the padding behind it. Such a word is taken for an address, and the short
 * value must not change: so a stack moves by multiples of SAME, and the low half of the low half of each word
 * stays as it is. Of values of three or four bytes some could be taken so; but not the numbers that programs
 * usually have, small integers of either sign, fractions, seconds and nanoseconds, letters: the low half of a
 * stack's address is none of these (plain_from).
 *
 * Invariants:
 *  - A move is by a multiple of SAME. So alignments of frames survive it too.
 *  - Only the M that runs or holds g changes g's stack, standing on its system stack; lo, hi and sp change
 * together in a section that the collector does not interrupt.
 *  - A free small stack's word below hi links it.
 *
 * Locks: pool.lock (RT_RANK_STACK) for everything central; the caches of the Ps are their owner's.
 */
#include "stack.h"
#include "os.h"
#include "sanitize.h"
#include <cpuid.h>

#define GIB         ((size_t)1 << 30)
#define MARGIN      (1 * GIB)
#define SLACK       ((size_t)1 << 16)
#define SAME        ((uintptr_t)1 << 16)
#define PLAIN_FROM  ((uintptr_t)0x81900000) /* integers around -2 * 10^9, fractions around -10^-20 */
#define PLAIN_TO    ((uintptr_t)0xbd000000)
#define SLAB        ((size_t)256 << 10)
#define LARGE_SLOT  (1 * GIB)
#define COMMIT_STEP ((size_t)4 << 20)  /* of medium slots */
#define HUGE_FROM   ((size_t)4 << 20)  /* of large slots: depth from which pages may be huge */
#define SLOT_FIRST  ((size_t)32 << 10) /* the least size in a slot; so much of a free one stays resident */

enum { CACHE_MAX = 64, CACHE_BATCH = 32 };
enum { STRESS_MAX = 32 << 10 }; /* bytes in use beyond which GOLDEBUG=stackmove does not copy at each call */
/* Stress: so many stacks are in slots; others are small, and stay where they are. Under stackmove=2 each is a
 * mapping of its own: these are slow, and few. */
enum { STRESS_SLOTS = 20000, STRESS_MAPPINGS = 1000 };

__thread uintptr_t gol_stack_limit;
uintptr_t rt_stack_max = 1000000000;
uint64_t rt_xsave_mask;
size_t rt_xsave_size;

typedef struct {      /* of the stack in a slot, seen when its goroutine parks */
    uint32_t cycle;   /* the collection since when */
    uint32_t deepest; /* bytes, at most UINT32_MAX */
} Depth;

/* Slots of one size: those below next were used before; the free ones among them are in free[], the last one
 * that was freed last; passed of them have no plain address and are never used. The first bare of these have
 * no pages; the first least were not taken since the last collection. */
typedef struct {
    uintptr_t base, committed;
    size_t size;
    uint32_t n, next, passed, nfree, bare, least;
    uint32_t *free;
    Depth *depth;
} Slots;

static struct {
    RtLock lock;
    void *free; /* small stacks */
    uintptr_t small_base, small_next, small_committed, small_end;
    Slots medium, large;
    _Atomic(uint64_t) slabs; /* bytes */
} pool = {.lock = RT_LOCK_INIT(RT_RANK_STACK)};

/* Sanitizers keep notes on addresses: their stacks start in a big slot and never move. */
#if defined(RT_TSAN) || defined(RT_ASAN)
static const bool fixed_stacks = true;
#else
static const bool fixed_stacks = false;
#endif

/* Where there is room to choose. */
static bool choosy;

/* The first address from a on whose low half is no usual number: one such word is 8 bytes, of which somebody
 * has written four. */
static uintptr_t plain_from(uintptr_t a) {
    uintptr_t low = (uint32_t)a;
    if (!choosy || (low >= PLAIN_FROM && low < PLAIN_TO)) return a;
    return a - low + PLAIN_FROM + (low < PLAIN_TO ? 0 : 4 * GIB);
}

/* ---- set-up -------------------------------------------------------------------------------------------- */

/* The vector state that the processor and the kernel offer, without the protection keys (they belong to the
 * thread) and the matrix tiles (8 KiB that C code does not keep across calls). */
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
    s->base = s->committed = base;
    s->size = size;
    s->n = (uint32_t)(range / size);
    s->free = os_map(s->n * sizeof s->free[0]);
    s->depth = os_map(s->n * sizeof s->depth[0]);
    if (!s->free || !s->depth) rt_throw("no memory for the table of stacks");
}

void rt_stack_init(void) {
    detect_xsave();
    /* Address space may be limited: take what there is. */
    size_t unit = fixed_stacks ? 64 * GIB : 4096 * GIB;
    uintptr_t base = 0;
    while (unit >= GIB && !(base = (uintptr_t)os_reserve(RT_STACKS_NEAR, 3 * MARGIN + 6 * unit))) unit /= 2;
    if (!base) rt_throw("cannot reserve address space for stacks");
    base = (base + MARGIN + GIB - 1) & -GIB;
    rt_san_stacks(base, 6 * unit);
    choosy = !fixed_stacks && unit >= 64 * GIB;
    pool.small_base = pool.small_next = pool.small_committed = base;
    pool.small_end = base + unit;
    slots_init(&pool.medium, base + unit, unit, fixed_stacks ? (size_t)16 << 20 : (size_t)256 << 10);
    /* These end where the low half is 0x20000000, 0x60000000 and so on: in the middle of the margin. */
    slots_init(&pool.large, base + 2 * unit + (choosy ? GIB / 2 : 0), 4 * unit, LARGE_SLOT);
}

/* ---- small stacks -------------------------------------------------------------------------------------- */

static void **link_of(void *lo) { return (void **)((char *)lo + STACK_MIN - sizeof(void *)); }

/* Stacks that nobody has used: next to end. pool.lock is held. A slab is cut as it is used, since a link in a
 * stack would touch its page. */
static void take_fresh(uintptr_t *next, uintptr_t *end) {
    size_t size = CACHE_BATCH * STACK_MIN;
    pool.small_next = plain_from(pool.small_next);
    if (pool.small_committed < pool.small_next) pool.small_committed = pool.small_next;
    if (pool.small_next + size > pool.small_end) rt_throw("out of address space for stacks");
    if (pool.small_next + size > pool.small_committed) {
        /* In growing steps: many stacks take few calls. Huge pages were no faster, and slower at times. */
        size_t step = SLAB + (rt_load_relaxed(&pool.slabs) / 8 & -SLAB);
        if (step > pool.small_end - pool.small_committed) step = pool.small_end - pool.small_committed;
        if (!os_commit((void *)pool.small_committed, step)) rt_throw("out of memory for stacks");
        pool.small_committed += step;
    }
    *next = pool.small_next;
    *end = pool.small_next += size;
    rt_add_relaxed(&pool.slabs, size);
}

static void move_free(void **from, void **to) {
    void *lo = *from;
    *from = *link_of(lo);
    *link_of(lo) = *to;
    *to = lo;
}

static void cache_refill(P *p) {
    rt_lock(&pool.lock);
    for (int i = 0; i < CACHE_BATCH && pool.free; i++, p->stack_nfree++)
        move_free(&pool.free, &p->stack_free);
    if (!p->stack_free) take_fresh(&p->stack_next, &p->stack_end);
    rt_unlock(&pool.lock);
}

static void cache_release(P *p, int keep) {
    rt_lock(&pool.lock);
    for (; p->stack_nfree > keep; p->stack_nfree--) move_free(&p->stack_free, &pool.free);
    rt_unlock(&pool.lock);
}

void rt_stack_flush_cache(P *p) {
    for (; p->stack_next < p->stack_end; p->stack_next += STACK_MIN) {
        *link_of((void *)p->stack_next) = p->stack_free;
        p->stack_free = (void *)p->stack_next;
        p->stack_nfree++;
    }
    cache_release(p, 0);
}

static uintptr_t small_alloc(void) {
    P *p = rt_p();
    if (!p->stack_free && p->stack_next == p->stack_end) cache_refill(p);
    if (!p->stack_free) {
        uintptr_t fresh = p->stack_next;
        p->stack_next += STACK_MIN;
        return fresh;
    }
    void *lo = p->stack_free;
    p->stack_free = *link_of(lo);
    p->stack_nfree--;
    return (uintptr_t)lo;
}

static void small_free(uintptr_t lo) {
    P *p = rt_p();
    if (rt_debug.stackmove) memset((void *)lo, 0xdb, STACK_MIN);
    *link_of((void *)lo) = p->stack_free;
    p->stack_free = (void *)lo;
    if (++p->stack_nfree > CACHE_MAX) cache_release(p, CACHE_MAX / 2);
}

/* ---- slots --------------------------------------------------------------------------------------------- */

static bool in_slots(const Slots *s, uintptr_t a) { return a - s->base < (uintptr_t)s->n * s->size; }

static Slots *slots_of(uintptr_t a) {
    return in_slots(&pool.medium, a) ? &pool.medium : in_slots(&pool.large, a) ? &pool.large : NULL;
}

/* Makes the first slots up to end accessible. Huge pages would make the first touch cost 2 MiB; a stack that
 * is deeper than twice that gets them, since faults on small pages took half the time of a deep recursion. */
static bool slots_commit(Slots *s, uintptr_t end) {
    if (end <= s->committed || rt_debug.stackmove == 2) return true;
    size_t step = s->size > COMMIT_STEP ? s->size : COMMIT_STEP;
    if (!os_commit((void *)s->committed, step)) return false;
    os_set_hugepages((void *)s->committed, step, false);
    if (s->size == LARGE_SLOT) os_set_hugepages((void *)s->committed, step - HUGE_FROM, true);
    s->committed += step;
    return true;
}

static uintptr_t page_down(uintptr_t a) { return a & -OS_PAGE; }
static uintptr_t page_up(uintptr_t a) { return (a + OS_PAGE - 1) & -OS_PAGE; }

/* Passes over slots without a plain address. A large one is deep from its upper end on. */
static void slots_pass(Slots *s) {
    uintptr_t at = s->base + s->next * s->size, to = plain_from(at);
    size_t n = (to - at) / s->size;
    if (s->size == LARGE_SLOT || n == 0) return;
    if (n > s->n - s->next) n = s->n - s->next;
    s->next += (uint32_t)n;
    s->passed += (uint32_t)n;
    if (s->committed < to) s->committed = to;
}

/* The upper end of a free slot, 0: none left. Under stackmove=2 a slot is used again as late as possible. */
static uintptr_t slot_alloc(Slots *s) {
    uintptr_t end = 0;
    rt_lock(&pool.lock);
    slots_pass(s);
    if (s->nfree > 0 && (rt_debug.stackmove != 2 || s->next == s->n)) {
        end = s->base + (s->free[--s->nfree] + (uintptr_t)1) * s->size;
        if (s->least > s->nfree) s->least = s->nfree;
        if (s->bare > s->nfree) s->bare = s->nfree;
    } else if (s->next < s->n && slots_commit(s, s->base + (s->next + (uintptr_t)1) * s->size)) {
        end = s->base + ++s->next * s->size;
    }
    rt_unlock(&pool.lock);
    return end;
}

static uint32_t slots_in_use(const Slots *s) { return s->next - s->passed - s->nfree; }

static uint32_t slot_index(const Slots *s, uintptr_t hi) { return (uint32_t)((hi - 1 - s->base) / s->size); }

/* The lowest address of the slot that a stack is in. */
static uintptr_t slot_floor(const Slots *s, uintptr_t hi) {
    return s->base + (uintptr_t)slot_index(s, hi) * s->size;
}

static void slot_free(Slots *s, uintptr_t lo, uintptr_t hi) {
    if (rt_debug.stackmove == 2)
        os_uncommit((void *)lo, page_up(hi) - lo);
    else if (hi - lo > SLOT_FIRST)
        os_decommit((void *)page_down(lo), page_down(hi - SLOT_FIRST) - page_down(lo));
    rt_lock(&pool.lock);
    s->free[s->nfree++] = slot_index(s, hi);
    rt_unlock(&pool.lock);
}

/* Gives the pages of slots back that were free all along since the last collection. A few at a time: others
 * wait for the lock. */
static void slots_release(Slots *s) {
    enum { AT_ONCE = 32 };
    for (bool more = true; more;) {
        rt_lock(&pool.lock);
        for (int i = 0; i < AT_ONCE && s->bare < s->least; i++)
            os_decommit((void *)(s->base + s->free[s->bare++] * s->size), s->size);
        more = s->bare < s->least;
        if (!more) s->least = s->nfree;
        rt_unlock(&pool.lock);
    }
}

void rt_stack_release(void) {
    if (rt_debug.stackmove == 2) return; /* free ones have none */
    slots_release(&pool.medium);
    slots_release(&pool.large);
}

/* ---- a stack of some size ------------------------------------------------------------------------------ */

typedef struct {
    uintptr_t lo, hi;
} Span;

static uint32_t bytes32(size_t n) { return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX; }

/* A stack that ends at an address which is `same` modulo SAME. Under stackmove=2 only the size bytes that are
 * asked for are accessible. */
static Span span_in_slot(Slots *s, size_t size, uintptr_t same) {
    if (size < SLOT_FIRST) size = SLOT_FIRST;
    if (size + SAME > s->size) return (Span){0, 0};
    uintptr_t end = slot_alloc(s);
    if (!end) return (Span){0, 0};
    uintptr_t hi = same % SAME ? end - SAME + same % SAME : end, lo = hi - size;
    if (rt_debug.stackmove == 2) {
        lo = page_down(lo);
        if (!os_commit((void *)lo, page_up(hi) - lo)) rt_throw("out of memory for stacks");
    }
    s->depth[slot_index(s, hi)] = (Depth){rt_gc_cycle(), bytes32(size)};
    return (Span){lo, hi};
}

static Span span_in_some_slot(size_t size, uintptr_t same) {
    Span s = span_in_slot(&pool.medium, size, same);
    if (!s.hi) s = span_in_slot(&pool.large, size, same);
    if (!s.hi) rt_throw("out of memory for stacks");
    return s;
}

/* Stress: still so few stacks in slots that one more may be. */
static bool slots_to_spare(void) {
    return slots_in_use(&pool.medium) < (rt_debug.stackmove == 2 ? STRESS_MAPPINGS : STRESS_SLOTS);
}

static Span span_alloc(size_t size) {
    if (size > STACK_MIN || fixed_stacks || (rt_debug.stackmove == 2 && slots_to_spare()))
        return span_in_some_slot(size, 0);
    uintptr_t lo = small_alloc();
    return (Span){lo, lo + STACK_MIN};
}

static void span_free(Span s) {
    Slots *slots = slots_of(s.lo);
    if (slots)
        slot_free(slots, s.lo, s.hi);
    else
        small_free(s.lo);
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

bool rt_stack_keep(const G *g) {
    return !fixed_stacks && !rt_debug.stackmove && g->hi - g->lo <= SLOT_FIRST && slots_of(g->lo);
}

uint64_t rt_stack_bytes(void) {
    return rt_load_relaxed(&pool.slabs) +
           (pool.medium.next - pool.medium.passed - pool.medium.bare) * (uint64_t)(2 * OS_PAGE);
}

uintptr_t rt_stack_limit(const G *g) {
    return rt_debug.stackmove | rt_debug.schedstress ? UINTPTR_MAX : g->lo + GOL_STACK_RESERVE;
}

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
    Shift s = {g->sp - SLACK, used + 2 * SLACK, to.hi - old.hi}; /* nothing lives further down */

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

/* Gives g a stack of size bytes at least. The limit is as Go keeps it: a stack doubles while that is no more
 * than rt_stack_max. */
static void grow(M *m, G *g, size_t size) {
    Slots *in = slots_of(g->lo);
    size_t next = in ? g->hi - g->lo : 2048;
    if (fixed_stacks && size > in->size) overflow(g, in->size);
    while (next < size) next *= 2;
    if (next > rt_stack_max) overflow(g, rt_stack_max);
    if (in && next <= g->hi - slot_floor(in, g->hi) && rt_debug.stackmove != 2) {
        g->lo = g->hi - next;
        in->depth[slot_index(in, g->hi)] = (Depth){rt_gc_cycle(), bytes32(size)};
        return;
    }
    if (fixed_stacks) overflow(g, in->size);
    move(m, g, span_in_some_slot(next, g->hi), m->xsave);
}

/* ---- shrinking ----------------------------------------------------------------------------------------- */

/* Halves a stack of size bytes while deepest is less than a quarter of it. */
static size_t shrunk(size_t size, size_t deepest) {
    while (size / 2 >= SLOT_FIRST && deepest < size / 4) size /= 2;
    return size;
}

static void shrink_in_place(G *g, size_t size) {
    uintptr_t lo = page_down(g->lo), end = page_down(g->sp - GOL_STACK_RESERVE) - OS_PAGE;
    g->lo = g->hi - size;
    if (end > lo) os_decommit((void *)lo, end - lo);
}

/* The size that g's stack should have; its depth counts anew from here when a collection has gone by. */
static size_t shrunk_size(G *g, Slots *in) {
    Depth *d = &in->depth[slot_index(in, g->hi)];
    uint32_t used = bytes32(g->hi - g->sp + GOL_STACK_RESERVE), cycle = rt_gc_cycle();
    if (used > d->deepest) d->deepest = used;
    if (d->cycle == cycle) return g->hi - g->lo;
    size_t size = shrunk(g->hi - g->lo, d->deepest);
    *d = (Depth){cycle, used};
    return size;
}

static bool may_shrink(const Slots *in) { return in && !fixed_stacks && rt_debug.stackmove != 2; }

void rt_stack_parked(G *g) {
    Slots *in = slots_of(g->lo);
    if (!may_shrink(in)) return;
    size_t size = shrunk_size(g, in);
    if (size == g->hi - g->lo) return;
    if (in == &pool.large && size + SAME <= pool.medium.size)
        move(rt_m(), g, span_in_some_slot(size, g->hi), NULL);
    else
        shrink_in_place(g, size);
}

bool rt_stack_collected(G *g) {
    Slots *in = slots_of(g->lo);
    if (!may_shrink(in)) return false;
    size_t size = shrunk_size(g, in);
    if (size == g->hi - g->lo) return false;
    shrink_in_place(g, size);
    return true;
}

/* Bytes between g->sp and the checking function's rsp: the switch's frame, all registers, the return address,
 * the red zone (see ctx_amd64.S). */
enum { CHECK_FRAME = 56 + 16 * 8 + 8 + 128 };

uintptr_t rt_newstack(G *g, size_t wanted) {
    M *m = rt_m();
    uintptr_t sp = g->sp + CHECK_FRAME;
    if (g->sp < g->lo) rt_throw("stack overflow in a function without check");
    if (sp - g->lo <= GOL_STACK_RESERVE || sp - g->lo - GOL_STACK_RESERVE <= wanted)
        grow(m, g, g->hi - sp + wanted + 2 * GOL_STACK_RESERVE);
    else if (rt_debug.stackmove && !fixed_stacks && g->hi - g->sp <= STRESS_MAX && slots_to_spare())
        move(m, g, span_in_some_slot(g->hi - g->lo, g->hi), m->xsave);
    gol_stack_limit = rt_stack_limit(g);
    /* Deep recursion under schedstress checks in earnest until it runs again, or it would never end. */
    if (rt_debug.schedstress && !rt_debug.stackmove && g->hi - g->sp > STRESS_MAX)
        gol_stack_limit = g->lo + GOL_STACK_RESERVE;
    rt_preempt_check(g); /* last: whoever yields goes on behind the check */
    return g->sp;
}
