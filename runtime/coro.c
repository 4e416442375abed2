/* coro.c: coroutines, for iter.Pull.
 *
 * Floor 5. Two goroutines take turns on one P; neither queue nor lock is needed, since only the one that runs
 * knows who waits.
 */
#include "rt.h"

typedef struct {
    Func body;
    G *waiting; /* the one of the two that does not run */
} Coro;

static void run(void *context) {
    Func body = (*(Coro **)context)->body;
    ((void (*)(void *))body->code)(body);
}

Ptr gol_coro_new(Func body) {
    Coro *c = gol_alloc(sizeof *c, sizeof c->body);
    c->body = body;
    c->waiting = rt_go_parked(run, &c, sizeof c, __builtin_return_address(0));
    return c;
}

void gol_coro_switch(Ptr coro) {
    Coro *c = coro;
    G *to = c->waiting;
    c->waiting = rt_g();
    rt_switch_to(to);
}

void gol_coro_end(Ptr coro) {
    Coro *c = coro;
    G *to = c->waiting;
    c->waiting = NULL;
    rt_ready(to);
}
