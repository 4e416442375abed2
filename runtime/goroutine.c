/* goroutine.c: Gs and their stacks, from the start to the end, and what is said about them.
 *
 * Floor 4. A G is a place in a table, which is never given back: a stale pointer to one is harmless. A P
 * keeps the Gs that ended on it, with their stacks, for those that it starts; what is too many goes to a list
 * that all share.
 */
#include "sanitize.h"
#include "scheduler.h"

#define G_TABLE ((size_t)1 << 28) /* addresses reserved for so many Gs */

enum { G_BATCH = 32, GFREE_MAX = 256, GOID_BATCH = 64 };

G *rt_gs;
_Atomic(uint32_t) rt_ngs;

extern char rt_gostart_entry[];

void rt_g_table_init(void) {
    rt_gs = os_reserve(RT_GS_NEAR, G_TABLE * sizeof(G));
    if (!rt_gs) rt_throw("cannot reserve addresses for goroutines");
}

/* Makes the first n places of the table accessible. sched.lock is held. */
static void g_table_commit(uint32_t n) {
    enum { STEP = 256 << 10 };
    static size_t committed;
    while (n * sizeof(G) > committed) {
        size_t step = STEP + (committed / 8 & -(size_t)STEP);
        if (!os_commit((char *)rt_gs + committed, step)) rt_throw("no memory for goroutines");
        committed += step;
    }
}

/* A P's dead Gs: the last one is the next, since its stack and itself are still in the cache. */
static void gfree_push(P *p, G *g) {
    g->link = p->gfree;
    p->gfree = g;
    p->gfree_n++;
}

static G *gfree_pop(P *p) {
    G *g = p->gfree;
    p->gfree = g->link;
    p->gfree_n--;
    return g;
}

/* Makes a batch of Gs, or takes dead ones from the central list, for the current P. */
static void gfree_refill(void *arg) {
    P *p = arg;
    rt_lock(&rt_sched.lock);
    for (int i = 0; i < GFREE_MAX / 2 && rt_sched.gfree.head; i++)
        gfree_push(p, rt_glist_pop(&rt_sched.gfree));
    if (!p->gfree) {
        uint32_t n = rt_load_relaxed(&rt_ngs);
        if (n + G_BATCH > G_TABLE) rt_throw("too many goroutines");
        g_table_commit(n + G_BATCH);
        for (int i = G_BATCH - 1; i >= 0; i--) {
            rt_store_relaxed(&rt_gs[n + i].status, RT_DEAD);
            gfree_push(p, &rt_gs[n + i]);
        }
        rt_store_release(&rt_ngs, n + G_BATCH); /* the collector looks at Gs below it */
    }
    rt_unlock(&rt_sched.lock);
}

typedef struct {
    G *g;
    size_t size;
} StackRequest;

static void give_stack(void *arg) {
    StackRequest *r = arg;
    if (r->g->lo) rt_stack_free(r->g);
    rt_stack_alloc(r->g, r->size);
}

static uint64_t next_goid(P *p) {
    if (p->goid == p->goid_end) {
        p->goid = rt_add(&rt_sched.next_goid, GOID_BATCH) + 1;
        p->goid_end = p->goid + GOID_BATCH;
    }
    return p->goid++;
}

/* Functions whose goroutines outgrow a small stack: these start with a larger one, which saves a move and its
 * pages' first touch. A place holds a function's address and, in the low byte, how many of its last
 * goroutines ended with a larger stack; one in PROBE starts with a small one all the same, to see whether it
 * still does. */
enum { SITES = 1024, SITE_MOST = 3, SITE_DEEP = 2, PROBE = 32 };
static _Atomic(uint64_t) sites[SITES];

static _Atomic(uint64_t) *site_of(void (*code)(void *)) {
    return &sites[((uintptr_t)code * 0x9E3779B97F4A7C15u) >> 54];
}
_Static_assert(SITES == 1 << (64 - 54), "site_of");

static bool site_is_deep(void (*code)(void *)) {
    uint64_t s = rt_load_relaxed(site_of(code));
    return s >> 8 == (uintptr_t)code && (s & 0xff) >= SITE_DEEP;
}

/* Two functions that share a place forget each other: no harm. */
static void site_note(void (*code)(void *), bool deep) {
    _Atomic(uint64_t) *place = site_of(code);
    uint64_t s = rt_load_relaxed(place), count = s >> 8 == (uintptr_t)code ? s & 0xff : 0;
    uint64_t next = !deep ? 0 : count < SITE_MOST ? count + 1 : count;
    if (next != count) rt_store_relaxed(place, (uint64_t)(uintptr_t)code << 8 | next);
}

/* A G with a stack that has room for size bytes above the first frame. */
static G *g_new(P *p, void (*code)(void *), size_t size) {
    size_t want = size > STACK_MIN / 4 ? size + 2 * GOL_STACK_RESERVE : STACK_MIN;
    if (GOL_UNLIKELY(site_is_deep(code)) && p->goid % PROBE && want <= STACK_DEEP) {
        want = STACK_DEEP;
        G *deep = p->gfree_deep;
        if (deep) {
            p->gfree_deep = deep->link;
            p->gfree_deep_n--;
            return deep;
        }
    }
    if (GOL_UNLIKELY(!p->gfree)) gol_systemstack(gfree_refill, p);
    G *g = gfree_pop(p);
    if (GOL_UNLIKELY(g->hi - g->lo < want)) {
        StackRequest r = {g, want};
        gol_systemstack(give_stack, &r);
    }
    return g;
}

/* Gs in gfree have a small stack or none; a larger one, if their P was retired. */
void rt_g_free(P *p, G *g) {
    enum { DEEP_MAX = 64 };
    bool deep = g->hi - g->lo != STACK_MIN;
    site_note(g->entry, deep);
    if (deep) {
        if (p->gfree_deep_n < DEEP_MAX && rt_stack_keep(g)) {
            g->link = p->gfree_deep;
            p->gfree_deep = g;
            p->gfree_deep_n++;
            return;
        }
        rt_stack_free(g);
    }
    gfree_push(p, g);
    if (GOL_LIKELY(p->gfree_n <= GFREE_MAX)) return;
    rt_lock(&rt_sched.lock);
    while (p->gfree_n > GFREE_MAX / 2) rt_glist_push(&rt_sched.gfree, gfree_pop(p));
    rt_unlock(&rt_sched.lock);
}

void rt_gfree_drain(P *p) {
    while (p->gfree) rt_glist_push(&rt_sched.gfree, gfree_pop(p));
    for (G *g = p->gfree_deep, *next; g; g = next) { /* their stacks are found by who frees the G again */
        next = g->link;
        rt_glist_push(&rt_sched.gfree, g);
    }
    p->gfree_deep = NULL;
    p->gfree_deep_n = 0;
}

/* Lays out a new stack: the context on top, then what rt_resume pops. */
static void g_prepare(G *g, void (*code)(void *), const void *context, size_t size) {
    uintptr_t copy = (g->hi - size) & -(uintptr_t)16;
    if (size) rt_san_copy_own((void *)copy, context, size);
    uintptr_t *sp = (uintptr_t *)copy - 7;
    sp[0] = sp[1] = sp[4] = sp[5] = 0; /* r15 r14 rbx rbp */
    sp[2] = size ? copy : 0;           /* r13 */
    sp[3] = (uintptr_t)code;           /* r12 */
    sp[6] = (uintptr_t)rt_gostart_entry;
    g->sp = (uintptr_t)sp;
}

G *rt_g_start(P *p, void (*code)(void *), const void *context, size_t size, const void *creator_pc) {
    G *parent = rt_g();
    G *g = g_new(p, code, size);
    rt_san_g_new(g);
    g_prepare(g, code, context, size);
    g->goid = next_goid(p);
    g->parent = parent ? parent->goid : 0;
    g->creator_pc = creator_pc;
    g->entry = code;
    if (parent) g->labels = parent->labels;
    p->gs_started++;
    return g;
}

/* ---- all of them --------------------------------------------------------------------------------------- */

int64_t rt_numgoroutine(void) {
    int64_t n = 0;
    for (int32_t i = 0; i < rt_nallps; i++)
        n += (int64_t)rt_allps[i]->gs_started - (int64_t)rt_allps[i]->gs_ended;
    return n;
}

void rt_allgs_each(void (*fn)(G *, void *), void *arg) {
    uint32_t n = rt_load_acquire(&rt_ngs);
    for (uint32_t i = 0; i < n; i++)
        if (rt_load_acquire(&rt_gs[i].status) != RT_DEAD) fn(&rt_gs[i], arg);
}

void rt_g_context(const G *g, RtContext *c) {
    const uintptr_t *sp = (const uintptr_t *)g->sp;
    *c = (RtContext){.r15 = sp[0],
                     .r14 = sp[1],
                     .r13 = sp[2],
                     .r12 = sp[3],
                     .rbx = sp[4],
                     .rbp = sp[5],
                     .rip = sp[6],
                     .rsp = g->sp + 56};
}

bool rt_g_leaked(const G *g) {
    return rt_load_relaxed(&g->status) == RT_WAITING && (g->waitreason & RT_WAIT_LEAKED);
}

const char *rt_wait_text(uint8_t waitreason) {
    uint8_t reason = waitreason & RT_WAIT_REASON;
    static const char *const text[RT_WAIT_N] = {
        [RT_WAIT_NONE] = "waiting",
        [RT_WAIT_CHAN_RECEIVE_NIL] = "chan receive (nil chan)",
        [RT_WAIT_CHAN_SEND_NIL] = "chan send (nil chan)",
        [RT_WAIT_SELECT] = "select",
        [RT_WAIT_SELECT_EMPTY] = "select (no cases)",
        [RT_WAIT_CHAN_RECEIVE] = "chan receive",
        [RT_WAIT_CHAN_SEND] = "chan send",
        [RT_WAIT_SLEEP] = "sleep",
        [RT_WAIT_SEMACQUIRE] = "semacquire",
        [RT_WAIT_MUTEX_LOCK] = "sync.Mutex.Lock",
        [RT_WAIT_RWMUTEX_RLOCK] = "sync.RWMutex.RLock",
        [RT_WAIT_RWMUTEX_LOCK] = "sync.RWMutex.Lock",
        [RT_WAIT_COND] = "sync.Cond.Wait",
        [RT_WAIT_WAITGROUP] = "sync.WaitGroup.Wait",
        [RT_WAIT_IO] = "IO wait",
        [RT_WAIT_FINALIZER] = "finalizer wait",
        [RT_WAIT_PREEMPTED] = "preempted",
        [RT_WAIT_PANIC] = "panicwait",
        [RT_WAIT_STOP_WORLD] = "stopping the world",
        [RT_WAIT_GC] = "wait for GC cycle",
        [RT_WAIT_COROUTINE] = "coroutine",
    };
    return reason < RT_WAIT_N && text[reason] ? text[reason] : "waiting";
}
