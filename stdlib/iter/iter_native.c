/* iter.Pull's turns. */
#include <gol/gol.h>

Ptr iter__coroutine(Func body);
void iter__turn(Ptr coro);
void iter__end(Ptr coro);

Ptr iter__coroutine(Func body) { return gol_coro_new(body); }
void iter__turn(Ptr coro) { gol_coro_switch(coro); }
void iter__end(Ptr coro) { gol_coro_end(coro); }
