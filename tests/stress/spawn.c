/* spawn.c: times of the scheduler: spawn and join, a switch between two goroutines, many parked goroutines.
 *
 * Usage: spawn spawn|yield|baton|parked [n]. tests/stress/spawn.go does the same under Go.
 */
#include "emitted.h"

static const char *what;
static long n;
static Group group;

FUNC void nothing(void *context) {
    GOL_STACK_CHECK();
    group_done(*(Group **)context);
}
FUNC void spawn_join(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    for (long i = 0; i < n; i++) {
        w->n = 1;
        gol_go(nothing, &w, sizeof w);
        group_wait(w);
    }
}

FUNC void yielder(void *context) {
    GOL_STACK_CHECK();
    for (long i = 0; i < n; i++) rt_goyield();
    group_done(*(Group **)context);
}
FUNC void yields(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    w->n = 2;
    gol_go(yielder, &w, sizeof w);
    gol_go(yielder, &w, sizeof w);
    group_wait(w);
}

static Baton there, back;
FUNC void echo(void *context) {
    GOL_STACK_CHECK();
    for (long i = 0; i < n; i++) baton_send(&back, baton_receive(&there) + 1);
    group_done(*(Group **)context);
}
FUNC void batons(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    w->n = 1;
    gol_go(echo, &w, sizeof w);
    for (long i = 0; i < n; i++) {
        baton_send(&there, (uintptr_t)i);
        if (baton_receive(&back) != (uintptr_t)i + 1) fail("baton %ld", i, 0);
    }
    group_wait(w);
}

static RtLock gate;
static GList waiting;
static bool open_now;
static bool enqueue(G *g, void *lock) {
    rt_glist_push(&waiting, g);
    rt_unlock(lock);
    return true;
}
FUNC void parker(void *context) {
    GOL_STACK_CHECK();
    rt_lock(&gate);
    if (!open_now)
        rt_park(enqueue, &gate, RT_WAIT_CHAN_RECEIVE);
    else
        rt_unlock(&gate);
    group_done(*(Group **)context);
}
FUNC void many_parked(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    w->n = n;
    int64_t t0 = rt_nanotime();
    for (long i = 0; i < n; i++) gol_go(parker, &w, sizeof w);
    for (;;) {
        rt_gosched();
        rt_lock(&gate);
        bool all = waiting.n == n;
        rt_unlock(&gate);
        if (all) break;
    }
    int64_t t1 = rt_nanotime();
    rt_gc_collect();
    int64_t t2 = rt_nanotime();
    rt_lock(&gate);
    open_now = true;
    GList l = waiting;
    waiting = (GList){0};
    rt_unlock(&gate);
    while (l.head) rt_ready_tail(rt_glist_pop(&l));
    group_wait(w);
    say("park %ld ms, collect %ld ms, wake %ld ms\n", (t1 - t0) / 1000000, (t2 - t1) / 1000000,
        (rt_nanotime() - t2) / 1000000, 0);
}

FUNC void program(void) {
    GOL_STACK_CHECK();
    int64_t start = rt_nanotime();
    if (*what == 's') spawn_join();
    if (*what == 'y') yields();
    if (*what == 'b') batons();
    if (*what == 'p') many_parked();
    int64_t t = rt_nanotime() - start;
    say("%ld ns each\n", t / n, 0, 0, 0);
}

int main(int argc, char **argv) {
    what = argc > 1 ? argv[1] : "s";
    n = argc > 2 ? atol(argv[2]) : 1000000;
    return gol_start(argc, argv, NULL, program);
}
