/* sched_cases.c: one case of the scheduler a run. Prints "ok", or what the case is named for.
 *
 * Usage: sched_cases CASE [N]. Cases: spin (a loop without calls is preempted), ticks (while such loops run
 * on all processors sleepers wake in time), deep (recursion to N frames, a million), overflow (beyond N
 * bytes, 1 GiB) and deadlock (fatal errors, exit 2), syscall (N threads, 50, in the kernel do not hold the
 * others up), procs (GOMAXPROCS changes N times, 400, under load), locked, lockexit, clean (LockOSThread),
 * idle (no CPU when nothing runs), goexit, fault, narrow (short values beside stale bytes of addresses
 * survive moves), numbers (usual numbers of four bytes beside such do too), shrink (stacks that were deep
 * once give their pages back), sites (goroutines of a function that needs more stack start with it).
 */
#include "cases.h"
#include "os.h"
#include "wait.h"
#include <dirent.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static Group group;
static _Atomic(int64_t) counter;
static _Atomic(bool) stop;

/* ---- preemption ---- */

static _Atomic(uint64_t) sink_word; /* what is kept there has been computed */
#define SINK(v) rt_store_relaxed(&sink_word, (uint64_t)(v))
FUNC void spinner(void *context) {
    GOL_STACK_CHECK();
    uint64_t a = 1, b = 2, c = 3, d = 4;
    double x = 1.5, y = 2.5;
    while (!rt_load_relaxed(&stop)) { /* registers of all sorts stay live */
        a = a * 3 + b, b = b * 5 + c, c = c * 7 + d, d = d * 9 + a;
        x = x * 0.5 + y, y = y * 0.25 + 1;
        if (a - 3 * ((a - b) / 3) == 0 && x < -1) SINK(a);
    }
    if (x > 1e300 || y > 1e300) fail("doubles are damaged", 0, 0);
    SINK(a + b + c + d);
    group_done(*(Group **)context);
}
FUNC void spin(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    w->n = 4;
    for (int i = 0; i < 4; i++) gol_go(spinner, &w, sizeof w);
    /* The spinners are preempted, or there would be no second round; on a busy machine one may take long. */
    enum { AT_LEAST = 10 };
    int64_t until = rt_nanotime() + 300000000, give_up = until + 60000000000;
    int64_t rounds = 0;
    while (rt_nanotime() < until || (rounds < AT_LEAST && rt_nanotime() < give_up)) {
        rt_gosched();
        if (rounds++ % 4 == 0) rt_gc_collect();
    }
    rt_store_relaxed(&stop, true);
    group_wait(w);
    if (rounds < AT_LEAST) fail("only %ld rounds", rounds, 0);
}

/* How long threads of this process have waited for a processor, in all, ns: on a busy machine, or with more
 * Ps than processors, what comes late by no more than that is the kernel's affair. */
static void read_delay(void *sum) {
    DIR *d = opendir("/proc/self/task");
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        char path[300], text[100];
        long run, wait;
        snprintf(path, sizeof path, "/proc/self/task/%s/schedstat", e->d_name);
        if (os_read_file(path, text, sizeof text) > 0 && sscanf(text, "%ld %ld", &run, &wait) == 2)
            *(int64_t *)sum += wait;
    }
    if (d) closedir(d);
}
FUNC int64_t delay(void) {
    GOL_STACK_CHECK();
    int64_t sum = 0;
    gol_systemstack(read_delay, &sum);
    return sum;
}

/* Each spinner's slice begins when the sleep does: without regard for timers no sleep would end before it. */
enum { TICKS = 60 };
static int64_t late[TICKS];
static int compare_late(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}
static void sort_late(void *arg GOL_UNUSED) { qsort(late, TICKS, sizeof late[0], compare_late); }
FUNC void ticks(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    w->n = 2 * rt_gomaxprocs(0);
    for (int64_t i = w->n; i > 0; i--) gol_go(spinner, &w, sizeof w);
    for (int i = 0; i < TICKS; i++) {
        int64_t before = delay(), due = rt_nanotime() + 1000000;
        rt_sleep(1000000);
        late[i] = rt_nanotime() - due;
        late[i] -= delay() - before;
    }
    gol_systemstack(sort_late, NULL);
    rt_store_relaxed(&stop, true);
    group_wait(w);
    if (late[TICKS / 4] > 6000000)
        fail("a quarter of the sleeps ended %ld us late or more", late[TICKS / 4] / 1000, 0);
}

/* ---- stacks ---- */

FUNC int64_t down(int64_t n) {
    GOL_STACK_CHECK();
    volatile int64_t local = n;
    return n == 0 ? 0 : down(n - 1) + (local & 1);
}
FUNC void deep_one(void *context) {
    GOL_STACK_CHECK();
    int64_t depth = sized(1000000);
    if (down(depth) != depth / 2) fail("deep", 0, 0);
    group_done(*(Group **)context);
}
FUNC void deep(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    w->n = 4;
    for (int i = 0; i < 4; i++) gol_go(deep_one, &w, sizeof w);
    group_wait(w);
    w->n = 40;
    for (int i = 0; i < 40; i++) {
        gol_go(deep_one, &w, sizeof w);
        if (i % 4 == 0) rt_gosched();
    }
    group_wait(w);
}
/* Usual numbers of four bytes. */
static const union {
    int32_t i;
    float f;
    char text[4];
} usual[] = {{0},
             {1},
             {-1},
             {1 << 16},
             {1000000},
             {-1000000},
             {INT32_MAX},
             {999999999},
             {1609459200},
             {1763700000},
             {.f = 0.5f},
             {.f = 1},
             {.f = -1},
             {.f = 2},
             {.f = 2.0001f},
             {.f = -2},
             {.f = 3.1416f},
             {.f = 1e-3f},
             {.f = 1000},
             {.f = -1e6f},
             {.f = 1e9f},
             {0x40000740},
             {-65000},
             {.text = "    "},
             {.text = "Name"},
             {.text = "a, b"}};
enum { USUAL = sizeof usual / sizeof usual[0] };
/* Words that hold a value of two bytes or four below what was an address of this stack: as a Bool or an int32
 * and its padding may. */
static uint32_t short_value(bool narrow, uint64_t depth, int i) {
    return narrow ? (uint16_t)(depth * 2654435761u >> 7 ^ (uint64_t)i << 11) : (uint32_t)usual[i].i;
}
FUNC void stale_at(bool narrow, uint64_t depth) {
    GOL_STACK_CHECK();
    volatile uint64_t word[USUAL];
    volatile uint64_t *volatile self = word;
    for (int i = 0; i < USUAL; i++) {
        word[i] = (uint64_t)(uintptr_t)word;
        if (narrow)
            *(volatile uint16_t *)&word[i] = (uint16_t)short_value(narrow, depth, i);
        else
            *(volatile uint32_t *)&word[i] = short_value(narrow, depth, i);
    }
    if (depth < 60) stale_at(narrow, depth + 1);
    for (int i = 0; i < USUAL; i++) {
        uint32_t now = narrow ? *(volatile uint16_t *)&word[i] : *(volatile uint32_t *)&word[i];
        if (now != short_value(narrow, depth, i))
            fail("%lx has become %lx", short_value(narrow, depth, i), now);
    }
    if (self != word) fail("a pointer was not adjusted", 0, 0);
}
FUNC void narrow_one(void *context) {
    GOL_STACK_CHECK();
    for (int i = 0; i < 20; i++) stale_at(true, 0);
    group_done(*(Group **)context);
}
FUNC void narrow(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    int64_t rounds = sized(20);
    for (int64_t round = 0; round < rounds; round++) {
        w->n = 50;
        for (int i = 0; i < 50; i++) gol_go(narrow_one, &w, sizeof w);
        group_wait(w);
    }
}

FUNC void numbers_one(void *context) {
    GOL_STACK_CHECK();
    rt_gosched(); /* all of them have started, on stacks of their own */
    for (int i = 0; i < 5; i++) stale_at(false, 0);
    group_done(*(Group **)context);
}
FUNC void numbers(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    int64_t n = w->n = sized(30000);
    for (int64_t i = 0; i < n; i++) gol_go(numbers_one, &w, sizeof w);
    group_wait(w);
}

enum { SHRINKERS = 60, DEEP_BYTES = 150 << 10 };
static G *shrinker[SHRINKERS];
static _Atomic(int64_t) shrinker_next;
FUNC int64_t down_bytes(int64_t bytes) {
    GOL_STACK_CHECK();
    volatile char frame[1000];
    frame[bytes % 1000] = 1;
    return bytes <= 0 ? 0 : down_bytes(bytes - 1000) + frame[bytes % 1000];
}
/* Deep in one collection's time, shallow for some: first while it parks again and again, then while it only
 * waits. */
FUNC void shrink_one(void *context) {
    GOL_STACK_CHECK();
    shrinker[rt_add(&shrinker_next, 1)] = rt_g();
    for (int round = 0; round < 2; round++) {
        if (down_bytes(DEEP_BYTES) != DEEP_BYTES / 1000 + 1) fail("recursion", 0, 0);
        for (int i = 0; i < (round ? 1 : 4); i++) {
            rt_add(&counter, 1);
            rt_park(NULL, NULL, RT_WAIT_SLEEP);
        }
    }
    if (down_bytes(DEEP_BYTES) != DEEP_BYTES / 1000 + 1) fail("recursion", 0, 0);
    group_done(*(Group **)context);
}
static int64_t stacks_size(void) {
    int64_t n = 0;
    for (int i = 0; i < SHRINKERS; i++) n += (int64_t)(shrinker[i]->hi - shrinker[i]->lo);
    return n;
}
FUNC void await_parked(int64_t times) {
    GOL_STACK_CHECK();
    while (rt_load_seq(&counter) < times * SHRINKERS) rt_gosched();
    for (int i = 0; i < SHRINKERS; i++)
        while (rt_load_seq(&shrinker[i]->status) != RT_WAITING) rt_gosched();
}
FUNC void shrink(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    w->n = SHRINKERS;
    for (int i = 0; i < SHRINKERS; i++) gol_go(shrink_one, &w, sizeof w);
    for (int64_t times = 1; times <= 5; times++) {
        await_parked(times);
        if ((times == 1 || times == 5) && stacks_size() < SHRINKERS * (int64_t)DEEP_BYTES)
            fail("stacks of %ld bytes, not as deep as they were", stacks_size(), 0);
        for (int i = 0; i < (times == 5 ? 4 : 1); i++) rt_gc_collect();
        if ((times == 4 || times == 5) && stacks_size() > SHRINKERS * (int64_t)(32 << 10))
            fail("stacks of %ld bytes after %ld times", stacks_size(), times);
        for (int i = 0; i < SHRINKERS; i++) rt_ready(shrinker[i]);
    }
    group_wait(w);
}
/* How many start with more than the others do. */
static _Atomic(int64_t) started_large;
static void note_start(void) {
    if (rt_g()->hi - rt_g()->lo > 4096) rt_add(&started_large, 1);
}
FUNC void site_deep(void *context) {
    note_start();
    GOL_STACK_CHECK();
    if (down_bytes(3000) != 3) fail("recursion", 0, 0);
    group_done(*(Group **)context);
}
FUNC void site_shallow(void *context) {
    note_start();
    GOL_STACK_CHECK();
    group_done(*(Group **)context);
}
FUNC void start_many(void (*code)(void *), int n) {
    GOL_STACK_CHECK();
    Group *w = &group;
    rt_store_seq(&started_large, 0);
    for (int i = 0; i < n; i += 10) {
        w->n = 10;
        for (int k = 0; k < 10; k++) gol_go(code, &w, sizeof w);
        group_wait(w);
    }
}
FUNC void run_sites(void) {
    GOL_STACK_CHECK();
    start_many(site_shallow, 1000);
    if (rt_load_seq(&started_large) > 0) fail("%ld shallow ones started large", started_large, 0);
    start_many(site_deep, 1000);
    if (rt_load_seq(&started_large) < 900) fail("only %ld of 1000 deep ones started large", started_large, 0);
    if (rt_load_seq(&started_large) > 990)
        fail("%ld of 1000 deep ones started large: no probes", started_large, 0);
}
FUNC int64_t for_ever(int64_t n) {
    GOL_STACK_CHECK();
    volatile int64_t local = n;
    return for_ever(n + 1) + local;
}
FUNC void overflow(void) {
    GOL_STACK_CHECK();
    rt_stack_max = (size_t)sized((int64_t)rt_stack_max);
    SINK(for_ever(0));
}

/* ---- waiting for ever ---- */

FUNC void sleeper(void *context) {
    GOL_STACK_CHECK();
    (void)context;
    baton_receive(&(Baton){0});
}
FUNC void deadlock(void) {
    GOL_STACK_CHECK();
    for (int i = 0; i < 10; i++) gol_go(sleeper, NULL, 0);
    Group *w = &group;
    w->n = 1;
    group_wait(w);
}

/* ---- system calls ---- */

static void sleep_in_kernel(void *arg) {
    (void)arg;
    struct timespec t = {0, 50000000};
    while (nanosleep(&t, &t) != 0) {}
}
FUNC void caller(void *context) {
    GOL_STACK_CHECK();
    for (int i = 0; i < 4; i++) {
        rt_entersyscall();
        gol_systemstack(sleep_in_kernel, NULL);
        rt_exitsyscall();
        rt_add(&counter, 1);
        SINK(gol_alloc(64, 64));
    }
    group_done(*(Group **)context);
}
FUNC void syscalls(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    int64_t start = rt_nanotime(), before = delay();
    int64_t n = sized(50);
    w->n = n;
    for (int64_t i = 0; i < n; i++) gol_go(caller, &w, sizeof w);
    int64_t rounds = 0;
    while (rt_load_seq(&counter) < 4 * n) {
        rounds++;
        rt_gosched();
        if (rounds % 1000 == 0) rt_gc_collect();
    }
    group_wait(w);
    int64_t ms = (rt_nanotime() - start - (delay() - before)) / 1000000;
    if (ms > 2500) fail("took %ld ms, not about 200", ms, 0);
    int64_t least = ms < 20 * n ? ms : 20 * n; /* a processor that is busy with others leaves time for few */
    if (rounds < least) fail("only %ld rounds in %ld ms", rounds, ms);
}

/* ---- GOMAXPROCS ---- */

FUNC void yielder(void *context) {
    GOL_STACK_CHECK();
    while (!rt_load_relaxed(&stop)) {
        rt_add(&counter, 1);
        SINK(gol_alloc(32, 16));
        rt_gosched();
    }
    group_done(*(Group **)context);
}
FUNC void procs(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    w->n = 100;
    for (int i = 0; i < 100; i++) gol_go(yielder, &w, sizeof w);
    for (int64_t i = 0, n = sized(400); i < n; i++) {
        rt_gomaxprocs(1 + i * 7 % 5);
        int64_t was = rt_load_seq(&counter);
        while (rt_load_seq(&counter) < was + 50) rt_gosched();
        if (i % 8 == 0) {
            rt_stoptheworld(RT_WAIT_STOP_WORLD);
            int64_t a = rt_load_seq(&counter);
            for (volatile int k = 0; k < 100000; k++) {}
            if (a != rt_load_seq(&counter)) fail("the world did not stop", 0, 0);
            rt_starttheworld();
        }
    }
    rt_store_relaxed(&stop, true);
    group_wait(w);
}

/* ---- LockOSThread ---- */

FUNC void locker(void *context) {
    GOL_STACK_CHECK();
    rt_lockosthread();
    M *mine = rt_m();
    for (int i = 0; i < 200; i++) {
        rt_gosched();
        if (rt_m() != mine) fail("a locked goroutine changed threads", 0, 0);
        if (i % 50 == 0) {
            rt_entersyscall();
            gol_systemstack(sleep_in_kernel, NULL);
            rt_exitsyscall();
            if (rt_m() != mine) fail("a system call changed threads", 0, 0);
        }
    }
    rt_unlockosthread();
    rt_gosched();
    group_done(*(Group **)context);
}
FUNC void locked(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    w->n = 10;
    for (int i = 0; i < 10; i++) gol_go(locker, &w, sizeof w);
    group_wait(w);
}

static int64_t n_threads(void) { /* the fourth from the left behind the name, for which see proc(5) */
    char buf[512];
    int64_t n = 0;
    os_read_file("/proc/self/stat", buf, sizeof buf);
    const char *s = strrchr(buf, ')');
    for (int field = 2; field < 20; s++) field += *s == ' ';
    while (*s >= '0' && *s <= '9') n = n * 10 + *s++ - '0';
    return n;
}
static void count_threads(void *arg) { *(int64_t *)arg = n_threads(); }
FUNC void end_locked(void *context) {
    GOL_STACK_CHECK();
    rt_lockosthread();
    for (int i = 0; i < 3; i++) rt_gosched();
    group_done(*(Group **)context);
}
/* A goroutine that ends locked ends its thread; the main thread cannot end. */
FUNC void lockexit(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    int64_t n = 0;
    for (int round = 0; round < 20; round++) {
        w->n = 20;
        for (int i = 0; i < 20; i++) gol_go(end_locked, &w, sizeof w);
        group_wait(w);
    }
    for (int i = 0; i < 200; i++) {
        gol_systemstack(count_threads, &n);
        if (n < 60) return; /* of 400 */
        rt_gosched();
        gol_systemstack(sleep_in_kernel, NULL);
    }
    fail("%ld threads are left", n, 0);
}

/* What a goroutine does to a thread that it keeps, another's does not inherit: here the timer slack. */
static int64_t usual_slack;
static _Atomic(int64_t) gathered;
static void slack_here(void *arg) { *(int64_t *)arg = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0); }
static void spoil_slack(void *arg GOL_UNUSED) { prctl(PR_SET_TIMERSLACK, 12345678, 0, 0, 0); }
FUNC void has_usual(void *context GOL_UNUSED) {
    GOL_STACK_CHECK();
    int64_t slack;
    rt_lockosthread(); /* all at once, so that each needs a thread */
    rt_add(&gathered, 1);
    while (rt_load_seq(&gathered) < 40) rt_gosched();
    gol_systemstack(slack_here, &slack);
    if (slack != usual_slack) fail("a thread has a slack of %ld, not %ld", slack, usual_slack);
    rt_unlockosthread();
    group_done(&group);
}
FUNC void spoils(void *context) {
    GOL_STACK_CHECK();
    bool ends = *(bool *)context;
    int64_t slack;
    rt_lockosthread();
    gol_systemstack(spoil_slack, NULL);
    for (int i = 0; i < 10; i++) {
        gol_go(has_usual, NULL, 0);
        rt_gosched();
    }
    gol_systemstack(slack_here, &slack);
    if (slack != 12345678) fail("a locked goroutine changed threads", 0, 0);
    group_done(&group);
    if (!ends) rt_park(NULL, NULL, RT_WAIT_SLEEP); /* locked to the end of the program */
}
FUNC void clean(void) {
    GOL_STACK_CHECK();
    gol_systemstack(slack_here, &usual_slack);
    group.n = 40 + 4;
    for (int i = 0; i < 4; i++) {
        bool ends = i % 2;
        gol_go(spoils, &ends, sizeof ends);
    }
    group_wait(&group);
}

/* ---- idle ---- */

FUNC void idle(void) {
    GOL_STACK_CHECK();
    struct rusage a, b;
    gol_systemstack(sleep_in_kernel, NULL);
    rt_entersyscallblock();
    gol_systemstack(sleep_in_kernel, NULL);
    getrusage(RUSAGE_SELF, &a);
    for (int i = 0; i < 20; i++) gol_systemstack(sleep_in_kernel, NULL);
    getrusage(RUSAGE_SELF, &b);
    rt_exitsyscall();
    long us = (b.ru_utime.tv_sec - a.ru_utime.tv_sec + b.ru_stime.tv_sec - a.ru_stime.tv_sec) * 1000000 +
              b.ru_utime.tv_usec - a.ru_utime.tv_usec + b.ru_stime.tv_usec - a.ru_stime.tv_usec;
    if (us > 20000) fail("%ld us of CPU in an idle second", us, 0);
}

/* ---- ends ---- */

FUNC void leaver(void *context) {
    GOL_STACK_CHECK();
    group_done(*(Group **)context);
    rt_goexit();
}
FUNC void goexit(void) {
    GOL_STACK_CHECK();
    Group *w = &group;
    w->n = 1000;
    for (int i = 0; i < 1000; i++) gol_go(leaver, &w, sizeof w);
    group_wait(w);
    rt_gosched();
}
FUNC void fault(void) {
    GOL_STACK_CHECK();
    volatile int *volatile p = NULL;
    SINK(*p);
}

static const Case cases[] = {{"spin", spin},         {"ticks", ticks},       {"deep", deep},
                             {"overflow", overflow}, {"deadlock", deadlock}, {"syscall", syscalls},
                             {"procs", procs},       {"locked", locked},     {"lockexit", lockexit},
                             {"idle", idle},         {"goexit", goexit},     {"fault", fault},
                             {"narrow", narrow},     {"numbers", numbers},   {"clean", clean},
                             {"shrink", shrink},     {"sites", run_sites}};

int main(int argc, char **argv) { return start_case(argc, argv, cases, sizeof cases / sizeof cases[0]); }
