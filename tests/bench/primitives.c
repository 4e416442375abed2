/* primitives.c: times of the runtime's primitives, without a compiler: plain C that stands for emitted code.
 *
 * Usage: primitives [-t MILLISECONDS] [NAME-PREFIX]... The names are those of primitives.gol, and so are the
 * lines: "name ns/op allocs/op bytes/op". tests/bench/run drives both.
 */
#include "emitted.h"
#include "wait.h"

static const gol_type empty_type = {.kind = GOL_STRUCT};
static const gol_type chan_int = {.kind = GOL_CHAN, .elem = &gol_type_int};
static const gol_type chan_empty = {.kind = GOL_CHAN, .elem = &empty_type};
static volatile Uint64 sink;

typedef struct {
    Chan a, b;
    Int n;
    Group *group;
    uint32_t *sema;
} Ctx;

/* ---- goroutines ---- */

FUNC void nothing(void *context) {
    GOL_STACK_CHECK();
    group_done(((Ctx *)context)->group);
}
FUNC void spawn_join(Int n) {
    GOL_STACK_CHECK();
    static Group w;
    Ctx c = {.group = &w};
    for (Int i = 0; i < n; i++) {
        w.n = 1;
        gol_go(nothing, &c, sizeof c);
        group_wait(&w);
    }
}
FUNC void spawn_many(Int n) {
    GOL_STACK_CHECK();
    static Group w;
    Ctx c = {.group = &w};
    w.n = n;
    for (Int i = 0; i < n; i++) gol_go(nothing, &c, sizeof c);
    group_wait(&w);
}
FUNC void yielder(void *context) {
    GOL_STACK_CHECK();
    Ctx *c = context;
    for (Int i = 0; i < c->n; i++) rt_gosched();
    group_done(c->group);
}
FUNC void gosched(Int n) {
    GOL_STACK_CHECK();
    static Group w;
    Ctx c = {.group = &w, .n = n / 2};
    w.n = 2;
    gol_go(yielder, &c, sizeof c);
    gol_go(yielder, &c, sizeof c);
    group_wait(&w);
}
FUNC void wait_for_close(void *context) {
    GOL_STACK_CHECK();
    Ctx *c = context;
    gol_chan_recv(c->a, NULL);
    group_done(c->group);
}
FUNC void parked(Int n) {
    GOL_STACK_CHECK();
    static Group w;
    Ctx c = {.a = gol_makechan(&chan_empty, 0), .group = &w};
    w.n = n;
    for (Int i = 0; i < n; i++) gol_go(wait_for_close, &c, sizeof c);
    gol_chan_close(c.a);
    group_wait(&w);
}

/* ---- channels ---- */

FUNC void echo(void *context) {
    GOL_STACK_CHECK();
    Ctx *c = context;
    for (Int v, i = 0; i < c->n; i++) {
        gol_chan_recv(c->a, &v);
        gol_chan_send(c->b, &v);
    }
}
FUNC void round_trip(Int n) {
    GOL_STACK_CHECK();
    Ctx c = {.a = gol_makechan(&chan_int, 0), .b = gol_makechan(&chan_int, 0), .n = n};
    gol_go(echo, &c, sizeof c);
    for (Int i = 0, v; i < n; i++) {
        gol_chan_send(c.a, &i);
        gol_chan_recv(c.b, &v);
    }
}
FUNC void producer(void *context) {
    GOL_STACK_CHECK();
    Ctx *c = context;
    for (Int i = 0; i < c->n; i++) gol_chan_send(c->a, &i);
}
FUNC void buffered(Int n) {
    GOL_STACK_CHECK();
    Ctx c = {.a = gol_makechan(&chan_int, 128), .n = n};
    gol_go(producer, &c, sizeof c);
    for (Int i = 0, v; i < n; i++) gol_chan_recv(c.a, &v);
}
FUNC void buffered_alone(Int n) {
    GOL_STACK_CHECK();
    Chan c = gol_makechan(&chan_int, 1);
    for (Int i = 0, v; i < n; i++) {
        gol_chan_send(c, &i);
        gol_chan_recv(c, &v);
    }
}
FUNC void select_four(Int n) {
    GOL_STACK_CHECK();
    enum { WAYS = 4 };
    Chan way[WAYS];
    Int v, each = n / WAYS;
    for (int i = 0; i < WAYS; i++) {
        Ctx c = {.a = way[i] = gol_makechan(&chan_int, 0), .n = each};
        gol_go(producer, &c, sizeof c);
    }
    for (Int i = 0; i < each * WAYS; i++) {
        gol_scase cases[WAYS];
        for (int k = 0; k < WAYS; k++) cases[k] = (gol_scase){way[k], &v, false};
        gol_select(cases, WAYS, true, NULL);
    }
}

/* ---- semaphores, timers, memory ---- */

FUNC void passer(void *context) {
    GOL_STACK_CHECK();
    Ctx *c = context;
    for (Int i = 0; i < c->n; i++) {
        rt_semacquire(c->sema, false, RT_WAIT_SEMACQUIRE);
        rt_semrelease(c->sema, true);
    }
    group_done(c->group);
}
FUNC void sema_hand_off(Int n) {
    GOL_STACK_CHECK();
    static Group w;
    static uint32_t sema;
    Ctx c = {.sema = &sema, .group = &w, .n = n / 4};
    sema = 1;
    w.n = 4;
    for (int i = 0; i < 4; i++) gol_go(passer, &c, sizeof c);
    group_wait(&w);
}
FUNC void lock_alone(Int n) {
    GOL_STACK_CHECK();
    static RtLock lock;
    for (Int i = 0; i < n; i++) {
        rt_lock(&lock);
        sink++;
        rt_unlock(&lock);
    }
}
FUNC void alloc_16(Int n) {
    GOL_STACK_CHECK();
    for (Int i = 0; i < n; i++) sink = (Uintptr)gol_alloc(16, 16);
}
FUNC void alloc_64(Int n) {
    GOL_STACK_CHECK();
    for (Int i = 0; i < n; i++) sink = (Uintptr)gol_alloc(64, 0);
}

static const struct {
    const char *name;
    void (*run)(Int n);
} primitives[] = {{"spawn_join", spawn_join},
                  {"spawn_many", spawn_many},
                  {"round_trip", round_trip},
                  {"buffered", buffered},
                  {"select_four", select_four},
                  {"buffered_alone", buffered_alone},
                  {"sema_hand_off", sema_hand_off},
                  {"lock_alone", lock_alone},
                  {"gosched", gosched},
                  {"parked", parked},
                  {"alloc_16", alloc_16},
                  {"alloc_64", alloc_64}};

/* ---- measuring, as primitives.gol ---- */

static int n_args;
static char **args;
static long each_ms = 100;

typedef struct {
    const char *name;
    double ns, allocs, bytes;
} Line;
static void print_line(void *arg) {
    Line *l = arg;
    printf("%s %.2f %.2f %.1f\n", l->name, l->ns, l->allocs, l->bytes);
    fflush(stdout);
}
FUNC int64_t timed(void (*run)(Int), Int n) {
    GOL_STACK_CHECK();
    int64_t start = rt_nanotime();
    run(n);
    return rt_nanotime() - start;
}
FUNC void measure(const char *name, void (*run)(Int)) {
    GOL_STACK_CHECK();
    enum { RUNS = 3 };
    int64_t each = each_ms * 1000000, took, best = INT64_MAX;
    Int n = 1000;
    while ((took = timed(run, n)) < each / 4 && n < 1 << 30) n *= 4;
    n = (Int)((double)n * (double)each / (double)(took + 1)) + 4;
    RtGcStats before, after;
    rt_gc_collect();
    rt_gc_stats(&before);
    for (int i = 0; i < RUNS; i++)
        if ((took = timed(run, n)) < best) best = took;
    rt_gc_stats(&after);
    double all = (double)n * RUNS;
    Line l = {name, (double)best / (double)n, (double)(after.mallocs - before.mallocs) / all,
              (double)(after.total_bytes - before.total_bytes) / all};
    gol_systemstack(print_line, &l);
}
static bool wanted(const char *name) {
    for (int i = 0; i < n_args; i++)
        if (strncmp(name, args[i], strlen(args[i])) == 0) return true;
    return n_args == 0;
}
FUNC void program(void) {
    GOL_STACK_CHECK();
    for (size_t i = 0; i < sizeof primitives / sizeof primitives[0]; i++)
        if (wanted(primitives[i].name)) measure(primitives[i].name, primitives[i].run);
}

int main(int argc, char **argv) {
    n_args = argc - 1;
    args = argv + 1;
    if (n_args >= 2 && strcmp(args[0], "-t") == 0) {
        each_ms = atol(args[1]);
        n_args -= 2;
        args += 2;
    }
    return gol_start(argc, argv, NULL, program);
}
