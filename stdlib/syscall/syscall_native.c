/* The functions that package syscall declares without a body. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gol/gol.h>

String syscall__strerror(Int e);
String syscall__strsignal(Int s);
Int syscall__call(Uintptr number, Uintptr a, Uintptr b, Uintptr c, Uintptr d, Uintptr e, Uintptr f);
Slice syscall__environ(void);
void syscall__exit(Int code);
Int syscall__start(Ptr spawn);
Int syscall__replace(Ptr path, Ptr argv, Ptr envv);

static String from_c(const char *s) { return s ? (String){(const Uint8 *)s, (Int)strlen(s)} : (String){0}; }

/* As Go writes them: with a small first letter, but for an abbreviation. */
String syscall__strerror(Int e) {
    if (e == 41 || e == 58) return (String){0}; /* names of others, which Go has no text for */
    const char *s = e > 0 && e < 133 ? strerrordesc_np((int)e) : NULL;
    if (s == NULL || s[0] < 'A' || s[0] > 'Z' || (s[1] >= 'A' && s[1] <= 'Z')) return from_c(s);
    size_t n = strlen(s);
    char *c = gol_alloc(n, 0);
    memcpy(c, s, n);
    c[0] = (char)(s[0] | 0x20);
    return (String){(const Uint8 *)c, (Int)n};
}

String syscall__strsignal(Int s) {
    static const char *const texts[] = {NULL,
                                        "hangup",
                                        "interrupt",
                                        "quit",
                                        "illegal instruction",
                                        "trace/breakpoint trap",
                                        "aborted",
                                        "bus error",
                                        "floating point exception",
                                        "killed",
                                        "user defined signal 1",
                                        "segmentation fault",
                                        "user defined signal 2",
                                        "broken pipe",
                                        "alarm clock",
                                        "terminated",
                                        "stack fault",
                                        "child exited",
                                        "continued",
                                        "stopped (signal)",
                                        "stopped",
                                        "stopped (tty input)",
                                        "stopped (tty output)",
                                        "urgent I/O condition",
                                        "CPU time limit exceeded",
                                        "file size limit exceeded",
                                        "virtual timer expired",
                                        "profiling timer expired",
                                        "window changed",
                                        "I/O possible",
                                        "power failure",
                                        "bad system call"};
    return s >= 0 && s < (Int)(sizeof texts / sizeof *texts) ? from_c(texts[s]) : (String){0};
}

/* The kernel's own result: -errno for an error. */
Int syscall__call(Uintptr number, Uintptr a, Uintptr b, Uintptr c, Uintptr d, Uintptr e, Uintptr f) {
    gol_entersyscall();
    Int r = syscall((long)number, a, b, c, d, e, f);
    if (r == -1) r = -errno;
    gol_exitsyscall();
    return r;
}

Slice syscall__environ(void) {
    Int n = 0;
    while (environ[n] != NULL) n++;
    Slice s = gol_makeslice(&gol_type_string, n, n);
    for (Int i = 0; i < n; i++) GOL_AT(String, s, i) = from_c(environ[i]);
    return s;
}

void syscall__exit(Int code) { gol_exit((int)code); }

/* ---- processes ----------------------------------------------------------------------------------------
 *
 * vfork: the child runs in this thread's place, on its system stack, with the parent's memory, until it has
 * become the other program. All signals are blocked meanwhile, so that none of the runtime's handlers runs
 * in it. What the child changes (descriptors, folder, identity) is its own. */

typedef struct GOL_ALIAS { /* syscall.spawn */
    const char *path, *dir, *chroot;
    char **argv, **envv;
    Int32 *files;
    Int nfiles;
    Uint32 *groups;
    Int ngroups;
    Int64 uid, gid, ctty, pgid, deathsig;
    Bool setsid, setpgid, setctty, noctty, foreground;
} Spawn;

typedef struct {
    Spawn *s;
    sigset_t mask; /* of before, which the new program gets */
    pid_t pid;
    volatile int error; /* of the child, which shares memory */
} Start;

/* Identity by the bare calls: libc's would have all threads of the parent follow. */
static bool child_identity(const Spawn *s) {
    if (s->setsid && setsid() < 0) return false;
    if ((s->setpgid || s->foreground) && setpgid(0, (pid_t)s->pgid) < 0) return false;
    if (s->foreground) {
        pid_t group = s->pgid ? (pid_t)s->pgid : (pid_t)syscall(SYS_getpid);
        if (ioctl((int)s->ctty, TIOCSPGRP, &group) < 0) return false;
    }
    if (s->chroot != NULL && chroot(s->chroot) < 0) return false;
    if (s->ngroups >= 0 && syscall(SYS_setgroups, s->ngroups, s->groups) < 0) return false;
    if (s->gid >= 0 && syscall(SYS_setgid, s->gid) < 0) return false;
    if (s->uid >= 0 && syscall(SYS_setuid, s->uid) < 0) return false;
    if (s->dir != NULL && chdir(s->dir) < 0) return false;
    return s->deathsig == 0 || prctl(PR_SET_PDEATHSIG, s->deathsig) == 0;
}

/* Descriptor i of the child is files[i] of the parent; -1 closes it. First what would be overwritten before
 * it is used goes out of the way. */
static bool child_files(const Spawn *s) {
    for (Int i = 0; i < s->nfiles; i++)
        if (s->files[i] >= 0 && s->files[i] < i) {
            int moved = fcntl(s->files[i], F_DUPFD_CLOEXEC, (int)s->nfiles);
            if (moved < 0) return false;
            s->files[i] = moved;
        }
    for (Int i = 0; i < s->nfiles; i++) {
        if (s->files[i] < 0)
            close((int)i);
        else if (s->files[i] == i ? fcntl((int)i, F_SETFD, 0) < 0 : dup2(s->files[i], (int)i) < 0)
            return false;
    }
    for (int i = (int)s->nfiles; i < 3; i++) close(i); /* never the parent's by accident */
    if (s->noctty && ioctl(0, TIOCNOTTY, 0) < 0) return false;
    return !s->setctty || ioctl((int)s->ctty, TIOCSCTTY, 1) >= 0;
}

static void child_signals(const sigset_t *mask) {
    for (int i = 1; i < 65; i++) {
        struct sigaction sa;
        if (sigaction(i, NULL, &sa) == 0 && sa.sa_handler != SIG_IGN && sa.sa_handler != SIG_DFL) {
            sa = (struct sigaction){.sa_handler = SIG_DFL};
            sigaction(i, &sa, NULL);
        }
    }
    sigprocmask(SIG_SETMASK, mask, NULL);
}

static void start_on_system_stack(void *arg) {
    Start *a = arg;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &a->mask);
    a->pid = vfork();
    if (a->pid == 0) {
        if (child_identity(a->s) && child_files(a->s)) {
            child_signals(&a->mask);
            execve(a->s->path, a->s->argv, a->s->envv);
        }
        a->error = errno;
        _exit(253);
    }
    if (a->pid < 0) a->error = errno;
    pthread_sigmask(SIG_SETMASK, &a->mask, NULL);
    if (a->pid > 0 && a->error)
        while (syscall(SYS_wait4, a->pid, NULL, 0, NULL) < 0 && errno == EINTR) {}
}

Int syscall__start(Ptr spawn) {
    GOL_STACK_CHECK();
    Start *a = gol_alloc(sizeof *a, sizeof *a);
    a->s = spawn;
    gol_systemstack(start_on_system_stack, a);
    return a->error ? -a->error : a->pid;
}

Int syscall__replace(Ptr path, Ptr argv, Ptr envv) {
    execve(path, argv, envv);
    return -errno;
}
