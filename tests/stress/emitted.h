/* emitted.h: what the stress programs share. They stand for emitted code: every function that may call checks
 * the stack, lies in gol_text, and touches the runtime through gol.h alone, but for parking, yielding and the
 * like. */
#ifndef EMITTED_H
#define EMITTED_H

#include "rt.h"
#include <stdio.h>
#include <stdlib.h>

#define FUNC GOL_FN GOL_NOINLINE GOL_UNUSED static
/* What holds a lock of the runtime must not be preempted between two instructions: not in gol_text. */
#define LOCKING GOL_NOINLINE GOL_UNUSED static

/* printf on the system stack, for up to four integers. */
typedef struct {
    const char *format;
    long a, b, c, d;
} Say;
static void say_now(void *arg) {
    Say *s = arg;
    printf(s->format, s->a, s->b, s->c, s->d);
    fflush(stdout);
}
FUNC void say(const char *format, long a, long b, long c, long d) {
    Say s = {format, a, b, c, d};
    gol_systemstack(say_now, &s);
}
FUNC void fail(const char *what, long a, long b) {
    say("FAIL: ", 0, 0, 0, 0);
    say(what, a, b, 0, 0);
    say("\n", 0, 0, 0, 0);
    rt_exit(1);
}

/* A counter that one goroutine waits for, as sync.WaitGroup. */
typedef struct {
    RtLock lock;
    int64_t n;
    G *waiter;
} Group;
LOCKING void group_done(Group *w) {
    GOL_STACK_CHECK();
    rt_lock(&w->lock);
    G *g = --w->n == 0 ? w->waiter : NULL;
    if (g) w->waiter = NULL;
    rt_unlock(&w->lock);
    if (g) rt_ready(g);
}
LOCKING void group_wait(Group *w) {
    GOL_STACK_CHECK();
    rt_lock(&w->lock);
    if (w->n == 0) {
        rt_unlock(&w->lock);
        return;
    }
    w->waiter = rt_g();
    rt_park_unlock(&w->lock, RT_WAIT_WAITGROUP);
}

/* Unbuffered hand-over of a word between goroutines. */
typedef struct {
    RtLock lock;
    G *sender, *receiver;
    uintptr_t value;
} Baton;
LOCKING void baton_send(Baton *b, uintptr_t v) {
    GOL_STACK_CHECK();
    rt_lock(&b->lock);
    if (b->receiver) {
        G *g = b->receiver;
        b->receiver = NULL;
        g->param = (void *)v;
        rt_unlock(&b->lock);
        rt_ready(g);
        return;
    }
    b->sender = rt_g();
    b->value = v;
    rt_park_unlock(&b->lock, RT_WAIT_CHAN_SEND);
}
LOCKING uintptr_t baton_receive(Baton *b) {
    GOL_STACK_CHECK();
    rt_lock(&b->lock);
    if (b->sender) {
        G *g = b->sender;
        uintptr_t v = b->value;
        b->sender = NULL;
        rt_unlock(&b->lock);
        rt_ready(g);
        return v;
    }
    b->receiver = rt_g();
    rt_park_unlock(&b->lock, RT_WAIT_CHAN_RECEIVE);
    G *g = rt_g();
    uintptr_t v = (uintptr_t)g->param;
    g->param = NULL;
    return v;
}

/* The number after NAME= in the environment. */
static long option(const char *name, long otherwise) {
    const char *s = rt_getenv(name);
    return s ? atol(s) : otherwise;
}

#endif
