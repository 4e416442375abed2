/* timers.c: sleeping, timers with channels and functions, stopping and resetting them under load; semaphores
 * and condition lists. Prints "ok".
 */
#include "wait.h"

#include <stdio.h>
#include <stdlib.h>

void runtime__Gosched(void);

#define CHECK(c) ((c) ? (void)0 : fail(__LINE__, #c))
static GOL_NOINLINE void fail(int line, const char *what) {
    fprintf(stderr, "timers.c:%d: %s\n", line, what);
    abort();
}

#define MS 1000000ll
typedef struct GOL_ALIAS {
    Uint64 wall;
    Int64 ext;
    Ptr loc;
} Time;
static const gol_type time_type = {.size = 24, .ptrdata = 24, .align = 8, .kind = GOL_STRUCT};
static const gol_type chan_time = {.kind = GOL_CHAN, .elem = &time_type};
static const gol_type empty_type = {.kind = GOL_STRUCT, .align = 1};
static const gol_type chan_empty = {.kind = GOL_CHAN, .elem = &empty_type};
static const gol_type chan_int = {.kind = GOL_CHAN, .elem = &gol_type_int};

static RtTimer *timer_chan(int64_t d, int64_t period) {
    RtTimer *t = gol_alloc(sizeof *t, sizeof *t);
    t->kind = RT_TIMER_CHAN;
    t->chan = gol_makechan(&chan_time, 1);
    t->when = rt_nanotime() + d;
    t->period = period;
    rt_timer_start(t);
    return t;
}

/* ---- sleeping: every goroutine wakes, never early ---- */
typedef struct {
    Chan out;
    Int ms;
} Sleep;
static GOL_FN void sleeper(void *p) {
    GOL_STACK_CHECK();
    Sleep *s = p;
    int64_t from = rt_nanotime();
    rt_sleep(s->ms * MS);
    CHECK(rt_nanotime() - from >= s->ms * MS);
    gol_chan_send(s->out, &s->ms);
}
static GOL_FN void sleeps(void) {
    GOL_STACK_CHECK();
    enum { N = 12 };
    Chan out = gol_makechan(&chan_int, N);
    for (Int i = 0; i < N; i++) {
        Sleep s = {out, (i * 7 % N) * 10};
        gol_go(sleeper, &s, sizeof s);
    }
    Int sum = 0;
    for (Int i = 0; i < N; i++) {
        Int ms;
        gol_chan_recv(out, &ms);
        sum += ms;
    }
    CHECK(sum == N * (N - 1) / 2 * 10); /* a loaded machine may swap neighbours */
}

/* ---- channels of timers ---- */
static GOL_FN void channels(void) {
    GOL_STACK_CHECK();
    Time v;
    int64_t from = rt_nanotime();
    RtTimer *t = timer_chan(20 * MS, 0);
    CHECK(gol_chan_len(t->chan) == 0 && gol_chan_cap(t->chan) == 0);
    gol_chan_recv(t->chan, &v);
    CHECK(rt_nanotime() - from >= 20 * MS && v.ext >= from + 20 * MS);
    CHECK(!rt_timer_stop(t));
    /* fired, not received, stopped: no stale value */
    t = timer_chan(1 * MS, 0);
    rt_sleep(5 * MS);
    CHECK(rt_timer_stop(t));
    gol_scase one = {t->chan, &v, false};
    CHECK(gol_select(&one, 1, false, NULL) == -1);
    /* reset: only the new one comes */
    from = rt_nanotime();
    CHECK(!rt_timer_reset(t, from + 10 * MS, 0));
    CHECK(rt_timer_reset(t, from + 30 * MS, 0));
    gol_chan_recv(t->chan, &v);
    CHECK(rt_nanotime() - from >= 30 * MS);
    /* polling without blocking */
    rt_timer_reset(t, rt_nanotime() + 5 * MS, 0);
    Int polls = 0;
    while (gol_select(&one, 1, false, NULL) < 0) {
        polls++;
        runtime__Gosched();
    }
    CHECK(polls > 0);
    /* select with time-out */
    Chan never = gol_makechan(&chan_int, 0);
    for (Int i = 0; i < 20; i++) {
        RtTimer *out = timer_chan(2 * MS, 0);
        gol_scase two[2] = {{never, NULL, false}, {out->chan, &v, false}};
        Bool ok;
        CHECK(gol_select(two, 2, true, &ok) == 1 && ok);
        CHECK(out->blocked == 0 && out->heap == NULL);
    }
    /* a ticker drops what nobody takes */
    from = rt_nanotime();
    RtTimer *tick = timer_chan(5 * MS, 5 * MS);
    for (Int i = 0; i < 4; i++) gol_chan_recv(tick->chan, &v);
    CHECK(rt_nanotime() - from >= 20 * MS);
    rt_sleep(30 * MS);
    from = rt_nanotime();
    gol_chan_recv(tick->chan, &v); /* of six or more the last is there; the next ones take their time */
    Int more = 0;
    while (gol_select(&(gol_scase){tick->chan, &v, false}, 1, false, NULL) >= 0) more++;
    CHECK(more <= (rt_nanotime() - from) / (5 * MS) + 1);
    CHECK(rt_timer_stop(tick));
    CHECK(gol_select(&(gol_scase){tick->chan, &v, false}, 1, false, NULL) == -1);
}

/* ---- functions ---- */
static Int calls;
typedef struct GOL_ALIAS {
    void *code;
    Chan done;
} Closure;
static GOL_FN void called(void *self) {
    GOL_STACK_CHECK();
    Closure *c = self;
    __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
    gol_chan_send(c->done, NULL);
}
static GOL_FN void functions(void) {
    GOL_STACK_CHECK();
    Closure *c = gol_alloc(sizeof *c, sizeof *c);
    c->code = (void *)called;
    c->done = gol_makechan(&chan_empty, 0);
    calls = 0;
    Int expect = 0;
    for (Int i = 0; i < 200; i++) {
        RtTimer *t = gol_alloc(sizeof *t, sizeof *t);
        t->kind = RT_TIMER_FUNC;
        t->fn = (Func)(void *)c;
        t->when = rt_nanotime() + (i % 20) * MS;
        rt_timer_start(t);
        if (i % 3 == 0 && rt_timer_stop(t)) continue;
        expect++;
    }
    for (Int i = 0; i < expect; i++) gol_chan_recv(c->done, NULL);
    rt_sleep(30 * MS);
    CHECK(calls == expect);
}

/* ---- many timers from many goroutines, stopped and reset across processors ---- */
enum { HANDS = 6, SHARED = 50 };
static RtTimer *shared[SHARED];
typedef struct {
    Chan done;
    Int id, n;
} Hand;
static GOL_FN void hand(void *p) {
    GOL_STACK_CHECK();
    Hand *h = p;
    Uint64 x = (Uint64)h->id * 77 + 1;
    Time v;
    for (Int i = 0; i < h->n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        RtTimer *t = shared[x % SHARED];
        switch (x >> 20 & 3) {
        case 0: rt_timer_reset(t, rt_nanotime() + (Int)(x >> 32 & 0xFFFFF), 0); break;
        case 1: rt_timer_stop(t); break;
        case 2: {
            RtTimer *own = timer_chan(50000, 0);
            gol_scase two[2] = {{t->chan, &v, false}, {own->chan, &v, false}};
            gol_select(two, 2, true, NULL);
            break;
        }
        default: gol_select(&(gol_scase){t->chan, &v, false}, 1, false, NULL);
        }
        if (i % 16 == 0) runtime__Gosched();
    }
    gol_chan_send(h->done, NULL);
}
static GOL_FN void load(Int n) {
    GOL_STACK_CHECK();
    Hand h = {gol_makechan(&chan_empty, 0), 0, n};
    for (Int i = 0; i < SHARED; i++) shared[i] = timer_chan(1000 * MS, 0);
    for (; h.id < HANDS; h.id++) gol_go(hand, &h, sizeof h);
    for (Int i = 0; i < HANDS; i++) gol_chan_recv(h.done, NULL);
    for (Int i = 0; i < SHARED; i++) {
        rt_timer_stop(shared[i]);
        CHECK(shared[i]->heap == NULL && shared[i]->blocked == 0);
    }
}

/* ---- semaphores and condition lists ---- */
static uint32_t sem = 1;
static Int inside, total;
static GOL_FN void enters(void *p) {
    GOL_STACK_CHECK();
    Hand *h = p;
    for (Int i = 0; i < h->n; i++) {
        rt_semacquire(&sem, i % 5 == 0, RT_WAIT_MUTEX_LOCK);
        CHECK(__atomic_add_fetch(&inside, 1, __ATOMIC_RELAXED) == 1);
        total++;
        if (i % 7 == 0) runtime__Gosched();
        __atomic_sub_fetch(&inside, 1, __ATOMIC_RELAXED);
        rt_semrelease(&sem, i % 3 == 0);
    }
    gol_chan_send(h->done, NULL);
}
static RtNotifyList list;
static Int woken;
static GOL_FN void waits(void *p) {
    GOL_STACK_CHECK();
    Hand *h = p;
    uint32_t t = rt_notify_add(&list);
    gol_chan_send(h->done, NULL);
    rt_notify_wait(&list, t);
    __atomic_fetch_add(&woken, 1, __ATOMIC_RELAXED);
    gol_chan_send(h->done, NULL);
}
static GOL_FN void semaphores(Int n) {
    GOL_STACK_CHECK();
    Hand h = {gol_makechan(&chan_empty, 0), 0, n};
    total = 0;
    for (; h.id < HANDS; h.id++) gol_go(enters, &h, sizeof h);
    for (Int i = 0; i < HANDS; i++) gol_chan_recv(h.done, NULL);
    CHECK(total == n * HANDS && sem == 1);
    for (Int round = 0; round < 20; round++) {
        woken = 0;
        memset(&list, 0, sizeof list);
        for (Int i = 0; i < 30; i++) gol_go(waits, &h, sizeof h);
        for (Int i = 0; i < 30; i++) gol_chan_recv(h.done, NULL);
        for (Int i = 0; i < 10; i++) rt_notify_one(&list);
        for (Int i = 0; i < 10; i++) gol_chan_recv(h.done, NULL);
        CHECK(woken == 10);
        rt_notify_all(&list);
        for (Int i = 0; i < 20; i++) gol_chan_recv(h.done, NULL);
        CHECK(woken == 30);
    }
}

static Int rounds = 3000;
static GOL_FN void program(void) {
    GOL_STACK_CHECK();
    sleeps();
    channels();
    functions();
    load(rounds);
    semaphores(rounds);
    gol_print_string(GOL_STR("ok\n"));
}
static void init(void) {}

int main(int argc, char **argv) {
    if (argc > 1) rounds = atol(argv[1]);
    return gol_start(argc, argv, init, program);
}
