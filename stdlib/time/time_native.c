/* What package time declares without a body (sleep.go): clocks, sleeping, timers. Part of the runtime, floor
 * 6: RtTimer is time.runtimeTimer. */
#include <gol/wait.h>

typedef struct {
    Int64 sec;
    Int32 nsec;
    Int64 mono;
} Now;

void time__Sleep(Int64 d);
Now time__now(void);
Int64 time__runtimeNano(void);
void time__startTimer(RtTimer *t);
Bool time__stopTimer(RtTimer *t);
Bool time__resetTimer(RtTimer *t, Int64 when, Int64 period);

void time__Sleep(Int64 d) { rt_sleep(d); }
Now time__now(void) {
    Now n;
    int32_t nsec;
    n.sec = rt_walltime(&nsec);
    n.nsec = nsec;
    n.mono = rt_nanotime();
    return n;
}
Int64 time__runtimeNano(void) { return rt_nanotime(); }
void time__startTimer(RtTimer *t) {
    GOL_STACK_CHECK();
    rt_timer_start(t);
}
Bool time__stopTimer(RtTimer *t) {
    GOL_STACK_CHECK();
    return rt_timer_stop(t);
}
Bool time__resetTimer(RtTimer *t, Int64 when, Int64 period) {
    GOL_STACK_CHECK();
    return rt_timer_reset(t, when, period);
}
