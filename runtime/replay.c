/* replay.c: runs that can be told step for step, and repeated: virtual time, and a trace of what ran.
 *
 * Floor 4. GOLDEBUG=virtualtime=1: the clock stands still while any goroutine can run, and jumps to the first
 * timer's time when none can; the last M to go idle makes it jump. Nothing is preempted and no P retaken,
 * since both would depend on real time: a goroutine that waits in a loop for the time to pass, waits for
 * ever. With GOMAXPROCS=1 and schedseed=N all that happens depends on the program and N, unless it waits for
 * the world outside: while a goroutine waits for a descriptor, a millisecond of real time is given to it
 * before each jump.
 *
 * GOLDEBUG=trace=FILE: a line for each time that a goroutine begins or goes on: P, goroutine, time since the
 * start in nanoseconds (virtual time; with real time it is left out, as no two runs share it).
 */
#include "replay.h"
#include "scheduler.h"
#include <fcntl.h>
#include <unistd.h>

bool rt_traced;
static int trace_fd = -1;
static _Atomic(int64_t) clock_offset; /* virtual time since the start */

int64_t rt_virtual_now(void) { return rt_start_time + rt_load_seq(&clock_offset); }

/* All other Ms are idle: nothing can happen before a timer is due. */
static bool alone(void) {
    rt_lock(&rt_sched.lock);
    bool yes = rt_sched.n_ms <= rt_sched.n_idle_ms + rt_sched.n_locked_idle_ms + 1 &&
               rt_load_seq(&rt_sched.n_idle_ps) == rt_procs;
    rt_unlock(&rt_sched.lock);
    return yes;
}

static void *pause_shortly(void *arg) {
    os_sleep(20000);
    return arg;
}

/* An M that has just given its P away is not idle yet, and will not look at the timers again: it is waited
 * for. As two that waited for each other would do so for ever, one does, and the other goes to sleep. */
bool rt_virtual_jump(void) {
    static _Atomic(bool) jumping;
    if (rt_xchg(&jumping, true)) return false;
    while (!alone()) {
        if (rt_load_seq(&rt_sched.n_idle_ps) == rt_procs) {
            rt_gc_blocking(pause_shortly, NULL);
            continue;
        }
        /* Some M has a P, and jumps when it has done all there is; or it has, and left that to us. */
        rt_store_seq(&jumping, false);
        if (rt_load_seq(&rt_sched.n_idle_ps) != rt_procs || rt_xchg(&jumping, true)) return false;
    }
    int64_t first = rt_timers_first(), to = first - rt_start_time;
    if (first && to > rt_load_seq(&clock_offset)) rt_store_seq(&clock_offset, to);
    rt_store_seq(&jumping, false);
    return true;
}

void rt_trace_run(const P *p, const G *g) {
    char line[96], digits[24];
    size_t n = 0;
    uint64_t values[] = {(uint64_t)p->id, g->goid,
                         rt_debug.virtualtime ? (uint64_t)rt_load_seq(&clock_offset) : 0};
    for (int i = 0; i < (rt_debug.virtualtime ? 3 : 2); i++) {
        int k = 0;
        do digits[k++] = (char)('0' + values[i] % 10);
        while (values[i] /= 10);
        if (i) line[n++] = ' ';
        while (k) line[n++] = digits[--k];
    }
    line[n++] = '\n';
    os_write(trace_fd, line, n);
}

void rt_replay_init(const char *golddebug) {
    char path[512];
    const char *p = golddebug ? strstr(golddebug, "trace=") : NULL;
    while (p && p != golddebug && p[-1] != ',') p = strstr(p + 1, "trace="); /* not schedtrace= */
    if (!p) return;
    size_t n = strcspn(p += strlen("trace="), ",");
    if (n == 0 || n >= sizeof path) return;
    memcpy(path, p, n);
    path[n] = 0;
    trace_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (trace_fd < 0) rt_fatal("cannot make the file of GOLDEBUG=trace");
    rt_traced = true;
}
