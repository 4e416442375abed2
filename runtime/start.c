/* start.c: program start and end: switches, the first goroutine, the last words.
 *
 * Floor 6. gol_start, on the main thread, sets up floor by floor, makes goroutine 1 and becomes the first M.
 * When main returns the process ends at once with status 0, whatever other goroutines do.
 *
 * rt_throw, rt_fatal: one thread speaks, the others that come here wait for the end.
 */
#include "replay.h"
#include "scheduler.h"
#include "wait.h"
#include <stdarg.h>
#include <stdlib.h>

int rt_argc;
char **gol_argv;
RtDebug rt_debug;
int32_t rt_cpus = 1;
int64_t rt_start_time;
extern char **environ;

/* ---- environment --------------------------------------------------------------------------------------- */

const char *rt_getenv(const char *name) {
    size_t n = strlen(name);
    for (char **e = environ; e && *e; e++)
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=') return *e + n + 1;
    return NULL;
}

/* GOLDEBUG=name=value,name=value */
static void debug_parse(const char *s) {
    static const struct {
        const char *name;
        int32_t *value;
    } names[] = {
        {"stackmove=", &rt_debug.stackmove},
        {"gcstress=", &rt_debug.gcstress},
        {"scheddetail=", &rt_debug.scheddetail},
        {"schedtrace=", &rt_debug.schedtrace},
        {"gctrace=", &rt_debug.gctrace},
        {"noasync=", &rt_debug.noasync},
        {"core=", &rt_debug.core},
        {"leak=", &rt_debug.leak},
        {"snapstress=", &rt_debug.snapstress},
        {"virtualtime=", &rt_debug.virtualtime},
        {"schedstress=", &rt_debug.schedstress},
    };
    for (; s; s = strchr(s, ',') ? strchr(s, ',') + 1 : NULL) {
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (strncmp(s, names[i].name, strlen(names[i].name)) == 0)
                *names[i].value = atoi(s + strlen(names[i].name));
        if (strncmp(s, "schedseed=", 10) == 0) {
            rt_debug.schedseed = strtoull(s + 10, NULL, 0);
            rt_debug.schedseed_set = 1;
        }
    }
}

int32_t rt_ncpu(void) { return rt_cpus; }

/* As Go: the CPUs we may run on, but no more than the control groups' limit rounded up, which counts as 2 at
 * least. */
static int32_t default_procs(void) {
    int32_t n = rt_ncpu();
    const char *env = rt_getenv("GOMAXPROCS");
    if (env && atoi(env) > 0) return atoi(env);
    double limit = os_cgroup_cpus("");
    if (limit > 0) {
        int32_t most = (int32_t)limit + (limit > (int32_t)limit);
        if (most < 2) most = 2;
        if (n > most) n = most;
    }
    return n;
}

/* ---- time ---------------------------------------------------------------------------------------------- */

int64_t rt_nanotime(void) { return rt_debug.virtualtime ? rt_virtual_now() : os_monotonic(); }

int64_t rt_walltime(int32_t *nsec) {
    static int64_t start_sec; /* virtual time: of the first call, less what has passed */
    if (!rt_debug.virtualtime) return os_realtime(nsec);
    if (!start_sec) start_sec = os_realtime(nsec);
    int64_t passed = rt_virtual_now() - rt_start_time;
    *nsec = (int32_t)(passed % 1000000000);
    return start_sec + passed / 1000000000;
}

/* ---- last words ---------------------------------------------------------------------------------------- */

void rt_write_err(const void *p, size_t n) { os_write(2, p, n); }

static size_t put_number(char *to, uint64_t v, unsigned base, bool minus) {
    char digits[24];
    size_t n = 0, k = 0;
    do digits[n++] = "0123456789abcdef"[v % base];
    while (v /= base);
    if (minus) to[k++] = '-';
    while (n) to[k++] = digits[--n];
    return k;
}

void rt_print_err(const char *f, ...) {
    char buf[320];
    size_t n = 0;
    va_list a;
    va_start(a, f);
    for (; *f && n < sizeof buf - 32; f++) {
        if (*f != '%') {
            buf[n++] = *f;
            continue;
        }
        bool wide = *++f == 'l';
        if (wide) f++;
        if (*f == 's') {
            const char *s = va_arg(a, const char *);
            while (*s && n < sizeof buf - 32) buf[n++] = *s++;
        } else if (*f == 'p') {
            buf[n++] = '0', buf[n++] = 'x';
            n += put_number(buf + n, (uintptr_t)va_arg(a, void *), 16, false);
        } else if (*f == 'd') {
            int64_t v = wide ? va_arg(a, int64_t) : va_arg(a, int);
            n += put_number(buf + n, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 10, v < 0);
        } else {
            uint64_t v = wide ? va_arg(a, uint64_t) : va_arg(a, unsigned);
            n += put_number(buf + n, v, *f == 'x' ? 16 : 10, false);
        }
    }
    va_end(a);
    rt_write_err(buf, n);
}

void rt_exit(int code) { os_exit(code); }

/* For the library's C: gol.h. */
void gol_exit(int status) {
    GOL_STACK_CHECK();
    if (rt_debug.leak && rt_g() && rt_leak_at_exit() && status == 0 && rt_debug.leak > 1) status = 2;
    os_exit(status);
}
void gol_entersyscall(void) { rt_entersyscall(); }
void gol_exitsyscall(void) { rt_exitsyscall(); }

/* True for the first thread that comes; the others stay. */
static void claim_last_words(void) {
    static _Atomic(bool) claimed;
    if (!rt_xchg(&claimed, true)) return;
    for (;;) os_sleep(1000000000);
}

static void fatal(void *message) {
    claim_last_words();
    rt_print_err("fatal error: %s\n", (const char *)message);
    rt_traceback_all(rt_g());
    rt_exit(2);
}

void rt_fatal(const char *message) {
    gol_systemstack(fatal, (void *)message);
    __builtin_unreachable();
}

static void throw_state(void *message) {
    claim_last_words();
    M *m = rt_m();
    G *g = m ? m->curg : NULL;
    rt_print_err("fatal error: %s\n", (const char *)message);
    if (m)
        rt_print_err("runtime: m=%lu p=%d locks=%d g=%lu\n", m->id, m->p ? m->p->id : -1, m->locks,
                     g ? g->goid : 0);
    if (g)
        rt_print_err("runtime: g status=%u sp=%p stack=[%p,%p)\n", rt_load_relaxed(&g->status), (void *)g->sp,
                     (void *)g->lo, (void *)g->hi);
    if (rt_debug.core) abort();
    if (m) rt_traceback_all(g);
    rt_exit(2);
}

void rt_throw(const char *message) {
    gol_systemstack(throw_state, (void *)message);
    __builtin_unreachable();
}

#ifdef RT_ASAN
/* A signal stack of ASan's own would be one that the collector does not know. Memory is freed by nobody. */
const char *__asan_default_options(void) __attribute__((visibility("default")));
const char *__asan_default_options(void) {
    return "use_sigaltstack=0:detect_stack_use_after_return=0:detect_leaks=0";
}
#endif

/* ---- start --------------------------------------------------------------------------------------------- */

typedef struct {
    void (*init)(void), (*main)(void);
} Program;

/* Initialisation stays on the main thread, so that a package can keep it with LockOSThread. */
static void run_program(void *context) {
    Program *p = context;
    rt_sched.started = true;
    rt_lockosthread();
    if (p->init) p->init();
    rt_unlockosthread();
    p->main();
    gol_exit(0);
}

int gol_start(int argc, char **argv, void (*init)(void), void (*main)(void)) {
    rt_argc = argc;
    rt_start_time = os_monotonic();
    gol_argv = argv;
    debug_parse(rt_getenv("GODEBUG")); /* schedtrace, scheddetail, gctrace */
    debug_parse(rt_getenv("GOLDEBUG"));
    rt_cpus = os_affinity_cpus();
    rt_replay_init(rt_getenv("GOLDEBUG"));
    if (rt_debug.virtualtime) rt_debug.noasync = 1;
    __builtin_cpu_init();
    gol_has_popcnt = __builtin_cpu_supports("popcnt") != 0;
#ifdef RT_TSAN
    rt_debug.noasync = 1;
#endif
    rt_stack_init();
    rt_gc_init();
    rt_proc_init(default_procs());
    rt_preempt_init();
    rt_quit_init();
    rt_sema_init();
    rt_sysmon_start();
    Program p = {init, main};
    rt_go(run_program, &p, sizeof p, NULL);
    rt_schedule();
}
