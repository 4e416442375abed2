/* test_sched.c: the parts of the core that need no running scheduler: run queues, locks, notes, control
 * groups. */
#include "scheduler.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- run queues ---- */

static G gs[1000];
static P ps[2];

static void setup(void) {
    rt_procs = 2;
    memset(gs, 0, sizeof gs);
    memset(ps, 0, sizeof ps);
    rt_sched.runq = (GList){0};
}

TestSuite(runq, .init = setup);

static G *get(P *p) {
    bool inherit;
    return rt_runq_get(p, &inherit);
}

Test(runq, first_in_first_out_behind_runnext) {
    for (int i = 0; i < 3; i++) rt_runq_put(&ps[0], &gs[i], false);
    rt_runq_put(&ps[0], &gs[3], true);
    rt_runq_put(&ps[0], &gs[4], true); /* kicks 3 to the tail */
    bool inherit;
    cr_assert_eq(rt_runq_get(&ps[0], &inherit), &gs[4]);
    cr_assert(inherit);
    int order[] = {0, 1, 2, 3};
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(rt_runq_get(&ps[0], &inherit), &gs[order[i]]);
        cr_assert_not(inherit);
    }
    cr_assert_null(get(&ps[0]));
    cr_assert(rt_runq_empty(&ps[0]));
}

Test(runq, overflow_moves_half_to_the_global_queue) {
    for (int i = 0; i < RT_RUNQ_SIZE + 1; i++) rt_runq_put(&ps[0], &gs[i], false);
    cr_assert_eq(rt_sched.runq.n, RT_RUNQ_SIZE / 2 + 1);
    int n = 0;
    while (get(&ps[0])) n++;
    cr_assert_eq(n, RT_RUNQ_SIZE / 2);
}

Test(runq, global_queue_gives_a_share) {
    for (int i = 0; i < 10; i++) rt_globalq_put(&gs[i]);
    cr_assert_eq(rt_globalq_get(&ps[0], INT32_MAX), &gs[0]);
    cr_assert_eq(rt_sched.runq.n, 4); /* 10/2+1 = 6 are gone */
    for (int i = 1; i < 6; i++) cr_assert_eq(get(&ps[0]), &gs[i]);
    cr_assert_eq(rt_globalq_get(&ps[0], 1), &gs[6]);
    cr_assert_null(get(&ps[0]));
}

Test(runq, thief_takes_half_the_older_ones) {
    for (int i = 0; i < 9; i++) rt_runq_put(&ps[0], &gs[i], false);
    cr_assert_eq(rt_runq_steal(&ps[1], &ps[0], false), &gs[4]);
    for (int i = 0; i < 4; i++) cr_assert_eq(get(&ps[1]), &gs[i]);
    for (int i = 5; i < 9; i++) cr_assert_eq(get(&ps[0]), &gs[i]);
    cr_assert_null(rt_runq_steal(&ps[1], &ps[0], true));
}

Test(runq, runnext_is_stolen_last) {
    rt_runq_put(&ps[0], &gs[0], true);
    cr_assert_null(rt_runq_steal(&ps[1], &ps[0], false));
    cr_assert_eq(rt_runq_steal(&ps[1], &ps[0], true), &gs[0]);
    cr_assert(rt_runq_empty(&ps[0]));
}

/* One owner that puts and gets, one thief: each G is seen once a round. */
enum { ROUNDS = 2000, EACH = 200 };
static _Atomic(int) seen[EACH];
static _Atomic(bool) done;
static void *thief(void *arg) {
    (void)arg;
    while (!rt_load_seq(&done)) {
        for (G *g = rt_runq_steal(&ps[1], &ps[0], true); g; g = get(&ps[1])) rt_add(&seen[g - gs], 1);
    }
    return NULL;
}
Test(runq, nothing_is_lost_or_doubled) {
    pthread_t t;
    pthread_create(&t, NULL, thief, NULL);
    for (int r = 1; r <= ROUNDS; r++) {
        for (int i = 0; i < EACH; i++) rt_runq_put(&ps[0], &gs[i], i % 3 == 0);
        for (G *g; (g = get(&ps[0]));) rt_add(&seen[g - gs], 1);
        for (int i = 0; i < EACH; i++)
            while (rt_load_seq(&seen[i]) != r) cr_assert(rt_load_seq(&seen[i]) <= r);
    }
    rt_store_seq(&done, true);
    pthread_join(t, NULL);
}

/* ---- locks ---- */

static RtLock lock;
static long counted;
static void *count(void *arg) {
    (void)arg;
    for (int i = 0; i < 100000; i++) {
        rt_lock(&lock);
        counted++;
        rt_unlock(&lock);
    }
    return NULL;
}
Test(lock, excludes) {
    pthread_t t[4];
    rt_cpus = 2;
    for (int i = 0; i < 4; i++) pthread_create(&t[i], NULL, count, NULL);
    for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
    cr_assert_eq(counted, 400000);
    cr_assert(rt_trylock(&lock));
    cr_assert_not(rt_trylock(&lock));
}

static RtNote note;
static void *wake(void *arg) {
    (void)arg;
    usleep(2000);
    rt_note_wakeup(&note);
    return NULL;
}
Test(note, wakes_and_times_out) {
    pthread_t t;
    cr_assert_not(rt_note_sleep_until(&note, rt_nanotime() + 1000000));
    pthread_create(&t, NULL, wake, NULL);
    rt_note_sleep(&note);
    cr_assert(rt_note_sleep_until(&note, 0));
    pthread_join(t, NULL);
}

/* ---- control groups ---- */

static char root[] = "/tmp/gol-cgroup-XXXXXX";
static void put(const char *path, const char *text) {
    char full[512];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *p = full + 1; (p = strchr(p, '/')); p++) {
        *p = 0;
        mkdir(full, 0700);
        *p = '/';
    }
    FILE *f = fopen(full, "w");
    fputs(text, f);
    fclose(f);
}
static void make_root(void) { cr_assert_not_null(mkdtemp(root)); }
static void remove_root(void) {
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", root);
    if (system(command)) {}
}
TestSuite(cgroup, .init = make_root, .fini = remove_root);

#define MOUNT2 "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"
#define MOUNT1 "33 23 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"

Test(cgroup, none) { cr_assert_eq(os_cgroup_cpus(root), 0); }

Test(cgroup, version_2_smallest_of_the_ancestors) {
    put("/proc/self/cgroup", "0::/a/b\n");
    put("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda rw\n" MOUNT2);
    put("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    cr_assert_eq(os_cgroup_cpus(root), 0);
    put("/sys/fs/cgroup/a/cpu.max", "150000 100000\n");
    cr_assert_float_eq(os_cgroup_cpus(root), 1.5, 1e-9);
    put("/sys/fs/cgroup/a/b/cpu.max", "50000 100000\n");
    cr_assert_float_eq(os_cgroup_cpus(root), 0.5, 1e-9);
}

Test(cgroup, version_1_of_the_cpu_controller) {
    put("/proc/self/cgroup", "5:memory:/m\n3:cpu,cpuacct:/x\n0::/y\n");
    put("/proc/self/mountinfo", MOUNT2 MOUNT1);
    put("/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", "-1\n");
    put("/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us", "100000\n");
    cr_assert_eq(os_cgroup_cpus(root), 0);
    put("/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", "300000\n");
    cr_assert_float_eq(os_cgroup_cpus(root), 3, 1e-9);
}

Test(cgroup, a_mount_of_part_of_the_hierarchy) {
    put("/proc/self/cgroup", "0::/docker/abc/inner\n");
    put("/proc/self/mountinfo", "30 23 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    put("/sys/fs/cgroup/inner/cpu.max", "200000 100000\n");
    cr_assert_float_eq(os_cgroup_cpus(root), 2, 1e-9);
}
