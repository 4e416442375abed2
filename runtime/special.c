/* special.c: what hangs on an object for the day it becomes unreachable: a finalizer, cleanups, weak
 * pointers.
 *
 * Floor 5. Two hash tables in collected memory, by addresses that are hidden from the collector (inverted):
 *   - of specials: one for each object with a finalizer or cleanups. The table keeps the functions alive, the
 *     collector watches the object.
 *   - of weak handles: one for each address that weak.Make was given. A handle holds the hidden address and
 *     becomes 0 when the object goes; its entry is dropped when the table is next rebuilt, or replaced when
 *     the address is used again.
 *
 * Finalizers run in order: of two objects, the one that refers to the other first, the other only when the
 * first is really gone; objects in a cycle never. Cleanups have no order, and run one collection after the
 * finalizer of the same object has run, if it was not brought back to life. The collector tells on whatever
 * thread has collected; the finalizer goroutine then has it hand the objects over, runs the finalizers, and
 * gives cleanups to a goroutine of theirs, so that neither waits for the other's functions.
 *
 * Lock: `lock` protects the tables, the specials and what is registered with the collector. Under it libgc is
 * called, which locks under an RtLock must not be: this one has no rank, is taken on the system stack alone,
 * and nothing that runs while the world is stopped takes it.
 */
#include "collect.h"
#include "roots.h"

typedef struct Cleanup {
    struct Cleanup *next;
    Func fn; /* NULL: stopped or begun */
} Cleanup;

typedef struct Special {
    struct Special *next; /* due */
    void *obj;            /* once it is due; till then nothing here keeps it alive */
    void (*fn)(void *obj, void *arg);
    void *arg;
    Cleanup *cleanups;
} Special;

typedef struct {
    uintptr_t hidden; /* the address */
} Handle;

typedef struct {
    struct Entry {
        uintptr_t hidden; /* 0: free, HOLE: was in use */
        void *value;
    } * at;
    size_t n, cap; /* entries in use and holes; a power of two */
} Table;
#define HOLE ((uintptr_t)1)

static RtLock lock;
static Table specials, handles;
static Special *due, **due_end = &due; /* the finalizer goroutine's */
static Cleanup *pending;               /* under lock */

static inline uintptr_t hide(const void *p) { return ~(uintptr_t)p; }

/* ---- tables -------------------------------------------------------------------------------------------- */

static size_t place_of(const Table *t, uintptr_t hidden) {
    return (hidden * 0x9E3779B97F4A7C15u >> 20) & (t->cap - 1);
}

static struct Entry *table_find(const Table *t, uintptr_t hidden) {
    if (t->cap == 0) return NULL;
    for (size_t i = place_of(t, hidden); t->at[i].hidden; i = (i + 1) & (t->cap - 1))
        if (t->at[i].hidden == hidden) return &t->at[i];
    return NULL;
}

static void table_put(Table *t, uintptr_t hidden, void *value) {
    size_t i = place_of(t, hidden);
    while (t->at[i].hidden) i = (i + 1) & (t->cap - 1);
    t->at[i] = (struct Entry){hidden, value};
    t->n++;
}

static bool handle_dead(const Table *t, const struct Entry *e) {
    return t == &handles && ((const Handle *)e->value)->hidden == 0;
}

/* Room for one more; entries without use go. */
static void table_reserve(Table *t) {
    if (t->n + 1 <= t->cap / 4 * 3) return;
    Table old = *t;
    size_t live = 0;
    for (size_t i = 0; i < old.cap; i++) live += old.at[i].hidden > HOLE && !handle_dead(t, &old.at[i]);
    size_t cap = 64;
    while (cap < 2 * (live + 1)) cap *= 2;
    t->at = rt_gc_alloc(cap * sizeof *t->at, cap * sizeof *t->at);
    t->cap = cap;
    t->n = 0;
    for (size_t i = 0; i < old.cap; i++)
        if (old.at[i].hidden > HOLE && !handle_dead(t, &old.at[i]))
            table_put(t, old.at[i].hidden, old.at[i].value);
}

/* ---- what is due --------------------------------------------------------------------------------------- */

typedef struct { /* a goroutine that waits for work */
    _Atomic(G *) parked;
    _Atomic(bool) work, started;
} Worker;
static Worker finalizer, cleaner;

static void worker_wake(Worker *w) {
    rt_store_seq(&w->work, true);
    G *g = rt_xchg(&w->parked, NULL);
    if (!g) return;
    GList l = {0};
    rt_glist_push(&l, g);
    rt_ready_list(&l);
}

static bool worker_commit(G *g, void *arg) {
    Worker *w = arg;
    rt_store_seq(&w->parked, g);
    if (!rt_load_seq(&w->work)) return true;
    return rt_xchg(&w->parked, NULL) == NULL; /* NULL: worker_wake has it and will ready it */
}

static void worker_wait(Worker *w) {
    if (!rt_load_seq(&w->work)) rt_park(worker_commit, w, RT_WAIT_FINALIZER);
}

static void worker_init(void) {
    rt_g()->system = true;
    rt_p()->gs_ended++; /* not counted */
}

void rt_unreachable_ready(void) { worker_wake(&finalizer); }

static void watch(void *obj, Special *s);
static Special *special_of(void *obj, Special *fresh);

/* From here on obj has no finalizer, and may get a new one. */
static void hand_over(void *obj, void *data) {
    Special *s = data;
    rt_lock(&lock);
    struct Entry *e = table_find(&specials, hide(obj));
    if (e && e->value == s) *e = (struct Entry){HOLE, NULL};
    rt_unlock(&lock);
    s->obj = obj;
    s->next = NULL;
    if (rt_load_seq(&rt_snapshot_active)) rt_snapshot_note_found(obj);
    *due_end = s;
    due_end = &s->next;
}

static void watch(void *obj, Special *s) {
    rt_gc_watch(&(RtGcWatch){obj, hand_over, s, s->fn ? RT_GC_IN_ORDER : RT_GC_ALONE});
}

static void cleanups_move(Cleanup **to, Special *from) {
    while (*to) to = &(*to)->next;
    *to = from->cleanups;
    from->cleanups = NULL;
}

/* Takes the finalizer of a special that is due and watches on for its cleanups; without a finalizer the
 * cleanups are due. */
static void take_finalizer(void *arg) {
    Special *taken = arg, *s = taken->next;
    rt_lock(&lock);
    *taken = *s;
    s->fn = NULL;
    s->obj = s->arg = NULL;
    s->next = NULL;
    s->cleanups = NULL;
    if (!taken->fn) {
        cleanups_move(&pending, taken);
    } else if (taken->cleanups) {
        Special *now = special_of(taken->obj, s);
        cleanups_move(&now->cleanups, taken);
        watch(taken->obj, now);
    }
    rt_unlock(&lock);
}

static void take_due(void *arg) {
    (void)arg;
    rt_gc_take_unreachable();
}

static void run_due(void) {
    while (due) {
        Special *s = due;
        due = s->next;
        if (!due) due_end = &due;
        Special taken = {.next = s};
        gol_systemstack(take_finalizer, &taken);
        if (taken.fn)
            taken.fn(taken.obj, taken.arg);
        else
            worker_wake(&cleaner);
    }
}

static void finalizer_main(void *context) {
    (void)context;
    worker_init();
    for (;;) {
        rt_store_seq(&finalizer.work, false);
        gol_systemstack(take_due, NULL);
        run_due();
        worker_wait(&finalizer);
    }
}

typedef struct {
    Func fn;
    bool some;
} Next;

static void next_cleanup(void *arg) {
    Next *next = arg;
    rt_lock(&lock);
    Cleanup *c = pending;
    next->some = c != NULL;
    if (c) {
        next->fn = c->fn;
        c->fn = NULL;
        pending = c->next;
        c->next = NULL;
    }
    rt_unlock(&lock);
}

static void cleaner_main(void *context) {
    (void)context;
    worker_init();
    for (;;) {
        Next next;
        rt_store_seq(&cleaner.work, false);
        while (gol_systemstack(next_cleanup, &next), next.some)
            if (next.fn) ((void (*)(void *))next.fn->code)(next.fn);
        worker_wait(&cleaner);
    }
}

static void workers_start(void) {
    if (!rt_xchg(&finalizer.started, true)) rt_go(finalizer_main, NULL, 0, NULL);
    if (!rt_xchg(&cleaner.started, true)) rt_go(cleaner_main, NULL, 0, NULL);
}

/* ---- finalizers and cleanups --------------------------------------------------------------------------- */

typedef struct {
    void *obj;
    Special *fresh; /* for an object that has none */
    void (*fn)(void *, void *);
    void *arg;
    Cleanup *cleanup;
    bool done;
} Change;

static Special *special_of(void *obj, Special *fresh) {
    struct Entry *e = table_find(&specials, hide(obj));
    if (e) return e->value;
    if (fresh) {
        table_reserve(&specials);
        table_put(&specials, hide(obj), fresh);
    }
    return fresh;
}

static void change(void *arg) {
    Change *c = arg;
    rt_lock(&lock);
    Special *s = special_of(c->obj, c->fresh);
    c->done = s && (c->cleanup || !c->fn || !s->fn);
    if (c->done) {
        if (c->cleanup) {
            c->cleanup->next = s->cleanups;
            s->cleanups = c->cleanup;
        } else {
            s->fn = c->fn;
            s->arg = c->arg;
        }
        if (s->fn || s->cleanups) {
            watch(c->obj, s);
        } else {
            rt_gc_watch(&(RtGcWatch){.obj = c->obj});
            *table_find(&specials, hide(c->obj)) = (struct Entry){HOLE, NULL};
        }
    }
    rt_unlock(&lock);
}

bool rt_set_finalizer(void *obj, void (*fn)(void *, void *), void *arg) {
    Change c = {.obj = obj, .fn = fn, .arg = arg};
    if (fn) {
        c.fresh = rt_gc_alloc(sizeof *c.fresh, sizeof *c.fresh);
        workers_start();
    }
    gol_systemstack(change, &c);
    return c.done || !fn;
}

void *rt_add_cleanup(void *p, Func fn) {
    Change c = {.obj = rt_gc_base(p)};
    if (c.obj == NULL) return NULL;
    c.fresh = rt_gc_alloc(sizeof *c.fresh, sizeof *c.fresh);
    c.cleanup = rt_gc_alloc(sizeof *c.cleanup, sizeof *c.cleanup);
    c.cleanup->fn = fn;
    workers_start();
    gol_systemstack(change, &c);
    return c.cleanup;
}

static void stop(void *arg) {
    Cleanup *c = arg;
    rt_lock(&lock);
    c->fn = NULL;
    rt_unlock(&lock);
}

void rt_cleanup_stop(void *cleanup) {
    if (cleanup) gol_systemstack(stop, cleanup);
}

/* ---- weak pointers ------------------------------------------------------------------------------------- */

typedef struct {
    void *p;
    Handle *h; /* fresh one in, the one to use out */
} Make;

static void make_handle(void *arg) {
    Make *m = arg;
    rt_lock(&lock);
    struct Entry *e = table_find(&handles, hide(m->p));
    if (e && !handle_dead(&handles, e)) {
        m->h = e->value;
    } else {
        void *obj = rt_gc_base(m->p);
        m->h->hidden = hide(m->p);
        if (obj) rt_gc_weak_register(&m->h->hidden, obj);
        if (e) {
            e->value = m->h;
        } else {
            table_reserve(&handles);
            table_put(&handles, hide(m->p), m->h);
        }
    }
    rt_unlock(&lock);
}

void *rt_weak_handle(void *p) {
    Make m = {p, rt_gc_alloc(sizeof(Handle), 0)};
    gol_systemstack(make_handle, &m);
    return m.h;
}

typedef struct {
    const Handle *h;
    void *p;
} Load;

static void *load(void *arg) {
    Load *l = arg;
    uintptr_t hidden = *(const volatile uintptr_t *)&l->h->hidden;
    l->p = hidden ? (void *)~hidden : NULL;
    if (GOL_UNLIKELY(rt_load_relaxed(&rt_snapshot_active)) && l->p) rt_snapshot_note_found(l->p);
    __asm__ volatile("" : : "r"(l->p) : "memory");
    return NULL;
}

static void load_locked(void *arg) { rt_gc_locked(load, arg); }

/* Between reading the hidden address and holding the plain one the collector must not run. Nor is the address
 * good when marking has ended and the world runs on, but the handles of what was not marked are not cleared
 * yet: the collector's lock is held until they are. */
void *rt_weak_load(const void *handle) {
    Load l = {.h = handle};
    M *m = rt_m();
    rt_nosuspend_enter(m);
    bool stale = rt_load_seq(&rt_gc_links_stale);
    if (!stale) load(&l);
    rt_nosuspend_leave(m);
    if (GOL_UNLIKELY(stale)) gol_systemstack(load_locked, &l);
    return l.p;
}
