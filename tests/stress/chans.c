/* chans.c: channels and select under load. Every value sent is received once, closing wakes all, no wake-up
 * is lost.
 *
 * Usage: chans [rounds]. Run with GOMAXPROCS=1, 2, 4 and GOLDEBUG=stackmove=1|2. Prints "ok".
 */
#include "gol.h"

#include <stdio.h>
#include <stdlib.h>

void runtime__Gosched(void);

#define CHECK(c) ((c) ? (void)0 : fail(__LINE__, #c))
static GOL_NOINLINE void fail(int line, const char *what) {
    fprintf(stderr, "chans.c:%d: %s\n", line, what);
    abort();
}

static const gol_type chan_int = {.kind = GOL_CHAN, .elem = &gol_type_int};
static const gol_type empty_type = {.kind = GOL_STRUCT, .align = 1};
static const gol_type chan_empty = {.kind = GOL_CHAN, .elem = &empty_type};
typedef struct GOL_ALIAS {
    Int v[25];
} Big;
static const gol_type big_type = {.size = sizeof(Big), .align = 8, .kind = GOL_ARRAY};
static const gol_type chan_big = {.kind = GOL_CHAN, .elem = &big_type};
static const gol_type chan_str = {.kind = GOL_CHAN, .elem = &gol_type_string};

static Int rounds = 20000;

typedef struct {
    Chan a, b, done;
    Int n, id;
} Ctx;

static GOL_FN void pong(void *p) {
    GOL_STACK_CHECK();
    Ctx *c = p;
    Int v;
    while (gol_chan_recv2(c->a, &v)) {
        v++;
        gol_chan_send(c->b, &v);
    }
    gol_chan_close(c->done);
}
static GOL_FN void pingpong(Int cap) {
    GOL_STACK_CHECK();
    Ctx c = {gol_makechan(&chan_int, cap), gol_makechan(&chan_int, cap), gol_makechan(&chan_empty, 0), 0, 0};
    gol_go(pong, &c, sizeof c);
    for (Int i = 0; i < rounds; i++) {
        Int v = i;
        gol_chan_send(c.a, &v);
        gol_chan_recv(c.b, &v);
        CHECK(v == i + 1);
    }
    gol_chan_close(c.a);
    CHECK(!gol_chan_recv2(c.done, NULL));
}

/* ---- producers and consumers; values counted ---- */
static Uint8 *counts;

static GOL_FN void produce(void *p) {
    GOL_STACK_CHECK();
    Ctx *c = p;
    for (Int i = 0; i < c->n; i++) {
        Int v = c->id * c->n + i;
        if (v % 3 == 0) {
            gol_scase cs[1] = {{c->a, &v, true}};
            while (gol_select(cs, 1, false, NULL) < 0) runtime__Gosched();
        } else {
            gol_chan_send(c->a, &v);
        }
    }
    gol_chan_send(c->done, NULL);
}
static GOL_FN void consume(void *p) {
    GOL_STACK_CHECK();
    Ctx *c = p;
    Int v;
    while (gol_chan_recv2(c->a, &v)) CHECK(__atomic_fetch_add(&counts[v], 1, __ATOMIC_RELAXED) == 0);
    gol_chan_send(c->b, NULL);
}
static GOL_FN void many(Int cap, Int producers, Int consumers) {
    GOL_STACK_CHECK();
    Int n = rounds / producers;
    counts = calloc((size_t)(n * producers), 1);
    Ctx c = {gol_makechan(&chan_int, cap), gol_makechan(&chan_empty, 0), gol_makechan(&chan_empty, 0), n, 0};
    for (Int i = 0; i < consumers; i++) gol_go(consume, &c, sizeof c);
    for (Int i = 0; i < producers; i++) {
        c.id = i;
        gol_go(produce, &c, sizeof c);
    }
    for (Int i = 0; i < producers; i++) gol_chan_recv(c.done, NULL);
    gol_chan_close(c.a);
    for (Int i = 0; i < consumers; i++) gol_chan_recv(c.b, NULL);
    for (Int i = 0; i < n * producers; i++) CHECK(counts[i] == 1);
    free(counts);
}

/* ---- select: everybody sends and receives on everything ---- */
enum { CHANS = 5, TALKERS = 6, WIDE = 40 };
typedef struct {
    Chan c[CHANS], done;
    Int id, n;
} Talk;
static Int sent_sum, got_sum, sent_n, got_n;

static GOL_FN void talk(void *p) {
    GOL_STACK_CHECK();
    Talk *t = p;
    Int out[CHANS], in[CHANS], i;
    Bool ok;
    Int sent = 0;
    while (sent < t->n) {
        gol_scase cs[2 * CHANS + 1];
        for (i = 0; i < CHANS; i++) {
            out[i] = t->id * 1000000 + sent;
            cs[2 * i] = (gol_scase){t->c[i], &out[i], true};
            cs[2 * i + 1] = (gol_scase){t->c[i], &in[i], false};
        }
        cs[2 * CHANS] = (gol_scase){NULL, NULL, false};
        Int at = gol_select(cs, 2 * CHANS + 1, true, &ok);
        CHECK(at >= 0 && at < 2 * CHANS);
        if (at % 2 == 0) {
            __atomic_fetch_add(&sent_sum, out[at / 2], __ATOMIC_RELAXED);
            __atomic_fetch_add(&sent_n, 1, __ATOMIC_RELAXED);
            sent++;
        } else {
            CHECK(ok);
            __atomic_fetch_add(&got_sum, in[at / 2], __ATOMIC_RELAXED);
            __atomic_fetch_add(&got_n, 1, __ATOMIC_RELAXED);
        }
    }
    gol_chan_send(t->done, NULL);
}
static GOL_FN void drain(void *p) {
    GOL_STACK_CHECK();
    Talk *t = p;
    Int in;
    Bool ok;
    Int open = CHANS;
    Chan c[CHANS];
    memcpy(c, t->c, sizeof c);
    while (open > 0) {
        gol_scase cs[CHANS];
        for (Int i = 0; i < CHANS; i++) cs[i] = (gol_scase){c[i], &in, false};
        Int at = gol_select(cs, CHANS, true, &ok);
        if (!ok) {
            CHECK(in == 0);
            c[at] = NULL;
            open--;
            continue;
        }
        __atomic_fetch_add(&got_sum, in, __ATOMIC_RELAXED);
        __atomic_fetch_add(&got_n, 1, __ATOMIC_RELAXED);
    }
    gol_chan_send(t->done, NULL);
}
static GOL_FN void talks(Int cap) {
    GOL_STACK_CHECK();
    Talk t;
    for (Int i = 0; i < CHANS; i++) t.c[i] = gol_makechan(&chan_int, cap);
    t.done = gol_makechan(&chan_empty, 0);
    t.n = rounds / TALKERS;
    sent_sum = got_sum = sent_n = got_n = 0;
    gol_go(drain, &t, sizeof t);
    for (Int i = 0; i < TALKERS; i++) {
        t.id = i;
        gol_go(talk, &t, sizeof t);
    }
    for (Int i = 0; i < TALKERS; i++) gol_chan_recv(t.done, NULL);
    for (Int i = 0; i < CHANS; i++) gol_chan_close(t.c[i]);
    gol_chan_recv(t.done, NULL);
    CHECK(sent_n == t.n * TALKERS && got_n == sent_n && got_sum == sent_sum);
}

/* ---- other elements ---- */
static String text_of(Int i) { /* libc would need more stack than a goroutine may have left */
    char digits[4] = {(char)('0' + i / 1000 % 10), (char)('0' + i / 100 % 10), (char)('0' + i / 10 % 10),
                      (char)('0' + i % 10)};
    return gol_str_concat2(NULL, gol_str_from_bytes((Slice){digits, 4, 4}),
                           GOL_STR(" is the value of a string"));
}
static GOL_FN void big_sender(void *p) {
    GOL_STACK_CHECK();
    Ctx *c = p;
    for (Int i = 0; i < c->n; i++) {
        Big b;
        for (Int k = 0; k < 25; k++) b.v[k] = i * 25 + k;
        gol_chan_send(c->a, &b);
        String s = text_of(i);
        gol_chan_send(c->b, &s);
    }
    gol_chan_close(c->a);
}
static GOL_FN void others(Int cap) {
    GOL_STACK_CHECK();
    Ctx c = {gol_makechan(&chan_big, cap), gol_makechan(&chan_str, cap), NULL, rounds / 10, 0};
    gol_go(big_sender, &c, sizeof c);
    Big b;
    String s = {NULL, 0};
    Int i = 0;
    for (;; i++) {
        gol_scase cs[2] = {{c.a, &b, false}, {NULL, &s, false}};
        Bool ok;
        CHECK(gol_select(cs, 2, true, &ok) == 0);
        if (!ok) break;
        for (Int k = 0; k < 25; k++) CHECK(b.v[k] == i * 25 + k);
        gol_chan_recv(c.b, &s);
        CHECK(gol_str_eq(s, text_of(i)));
    }
    CHECK(i == c.n);
}

/* ---- a wide select, and closing with many waiters ---- */
static GOL_FN void waiter(void *p) {
    GOL_STACK_CHECK();
    Ctx *c = p;
    Int v = 5;
    CHECK(!gol_chan_recv2(c->a, &v) && v == 0);
    gol_chan_send(c->done, NULL);
}
static GOL_FN void sender_to(void *p) {
    GOL_STACK_CHECK();
    Ctx *c = p;
    gol_chan_send(c->a, &c->n);
}
static GOL_FN GOL_NOINLINE void wide_body(void) {
    Chan cs[WIDE];
    Int in[WIDE];
    for (Int i = 0; i < WIDE; i++) cs[i] = gol_makechan(&chan_int, 0);
    for (Int i = 0; i < WIDE; i++) {
        Ctx c = {cs[i], NULL, NULL, i * 3, 0};
        gol_go(sender_to, &c, sizeof c);
    }
    for (Int i = 0; i < WIDE; i++) {
        gol_scase sc[WIDE];
        for (Int k = 0; k < WIDE; k++) sc[k] = (gol_scase){cs[k], &in[k], false};
        Bool ok;
        Int at = gol_select(sc, WIDE, true, &ok);
        CHECK(ok && in[at] == at * 3);
        cs[at] = NULL;
    }
    Ctx c = {gol_makechan(&chan_int, 0), NULL, gol_makechan(&chan_empty, 0), 0, 0};
    for (Int i = 0; i < 1000; i++) gol_go(waiter, &c, sizeof c);
    runtime__Gosched();
    gol_chan_close(c.a);
    for (Int i = 0; i < 1000; i++) gol_chan_recv(c.done, NULL);
}
static GOL_FN void wide(void) {
    GOL_STACK_CHECK_FRAME(4096);
    wide_body();
}

static GOL_FN void program(void) {
    GOL_STACK_CHECK();
    pingpong(0);
    pingpong(1);
    for (Int cap = 0; cap <= 64; cap = cap * 8 + 1) {
        many(cap, 1, 1);
        many(cap, 5, 3);
        talks(cap);
        others(cap);
    }
    for (Int i = 0; i < 20; i++) wide();
    gol_print_string(GOL_STR("ok\n"));
}
static void init(void) {}

int main(int argc, char **argv) {
    if (argc > 1) rounds = atol(argv[1]);
    return gol_start(argc, argv, init, program);
}
