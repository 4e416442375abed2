/* A pool of child processes. */
#include "jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { MOST_AT_A_TIME = 64 };

static Arena *arena;
static Vec(Job *) urgent, waiting;
static int next_urgent, next_waiting;
static Job *running[MOST_AT_A_TIME];
static int running_count;
void (*jobs_on_wait)(void);

static Arena *storage(void) {
    if (arena == NULL) arena = arena_new();
    return arena;
}

void jobs_add(Job *job, bool first) {
    if (first)
        vec_push(storage(), &urgent, job);
    else
        vec_push(storage(), &waiting, job);
}

static int slots(void) {
    cpu_set_t set;
    const int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n < 1 ? 1 : n > MOST_AT_A_TIME ? MOST_AT_A_TIME : n;
}

/* ---- one job ----------------------------------------------------------------------------------------- */

static int spawn_command(Job *job) {
    char **argv = arena_alloc(storage(), sizeof(char *) * (size_t)(job->command.n + 1));
    memcpy(argv, job->command.v, sizeof(char *) * (size_t)job->command.n);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, job->fd, STDERR_FILENO);
    if (job->in > 0) posix_spawn_file_actions_adddup2(&actions, job->in, STDIN_FILENO);
    pid_t pid;
    job->error = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (job->in > 0) close(job->in);
    return job->error == 0 ? pid : -1;
}

static int fork_child(Job *job) {
    fflush(NULL);
    const pid_t pid = fork();
    job->error = errno;
    if (pid != 0) return pid;
    dup2(job->fd, STDERR_FILENO);
    const int status = job->child(job->arg);
    fflush(NULL);
    _exit(status);
}

static void end_job(Job *job) {
    const off_t n = job->fd >= 0 ? lseek(job->fd, 0, SEEK_END) : 0;
    char *text = arena_alloc(storage(), (size_t)n + 1);
    if (n > 0 && pread(job->fd, text, (size_t)n, 0) < 0) text[0] = 0;
    job->errors = text;
    if (job->fd >= 0) close(job->fd);
    job->done(job);
}

static void start_job(Job *job) {
    if (job->prepare != NULL) job->prepare(job);
    job->fd = memfd_create("gol-job", MFD_CLOEXEC);
    job->error = errno;
    job->pid = job->fd < 0 ? -1 : job->command.n > 0 ? spawn_command(job) : fork_child(job);
    if (job->pid < 0) {
        job->status = -1;
        end_job(job);
        return;
    }
    running[running_count++] = job;
}

/* ---- all of them ------------------------------------------------------------------------------------- */

static Job *next_job(void) {
    if (next_urgent < urgent.n) return urgent.v[next_urgent++];
    return next_waiting < waiting.n ? waiting.v[next_waiting++] : NULL;
}

static void reap(pid_t pid, int status) {
    for (int i = 0; i < running_count; i++) {
        Job *job = running[i];
        if (job->pid != pid) continue;
        running[i] = running[--running_count];
        job->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        end_job(job);
        return;
    }
}

void jobs_run(void) {
    const int most = slots();
    for (;;) {
        Job *job;
        while (running_count < most && (job = next_job()) != NULL) start_job(job);
        if (running_count == 0) return;
        int status;
        const pid_t pid = waitpid(-1, &status, 0);
        if (pid > 0) reap(pid, status);
        if (jobs_on_wait != NULL) jobs_on_wait();
    }
}
