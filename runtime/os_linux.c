/* os_linux.c: memory, futex, clocks, threads' stacks and signals of Linux on x86-64.
 *
 * Floor 0. Takes no locks, keeps no state. Most functions run on a goroutine's stack too: they are thin.
 */
#include "os.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

/* ---- memory -------------------------------------------------------------------------------------------- */

static void *map(uintptr_t near, size_t size, int prot) {
    void *p = mmap((void *)near, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void *os_reserve(uintptr_t near, size_t size) { return map(near, size, PROT_NONE); }

void *os_map(size_t size) { return map(0, size, PROT_READ | PROT_WRITE); }

void *os_map_shared(size_t size) {
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void os_unmap(void *p, size_t size) { munmap(p, size); }

bool os_commit(void *p, size_t size) { return mprotect(p, size, PROT_READ | PROT_WRITE) == 0; }

/* A fresh mapping, which the kernel joins with its neighbours: mprotect would leave one for each range. */
void os_uncommit(void *p, size_t size) {
    mmap(p, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

void os_decommit(void *p, size_t size) { madvise(p, size, MADV_DONTNEED); }

void os_set_hugepages(void *p, size_t size, bool on) {
    madvise(p, size, on ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

/* ---- futex, clocks ------------------------------------------------------------------------------------- */

static struct timespec timespec_of(int64_t ns) {
    return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

void os_futex_wait(_Atomic(uint32_t) *word, uint32_t value, int64_t ns) {
    struct timespec t = timespec_of(ns < 0 ? 0 : ns);
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, ns < 0 ? NULL : &t, NULL, 0);
}

void os_futex_wake(_Atomic(uint32_t) *word, int n) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0);
}

/* The first call registers the process; a fork's child does so again. */
bool os_fence_all_threads(void) {
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0) return true;
    if (errno != EPERM || syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0)
        return false;
    return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
}

#ifdef RT_TSAN /* which would see libc write to the Ms' stacks from one goroutine and the next */
#define clock_gettime(clock, t) syscall(SYS_clock_gettime, clock, t)

/* For libgc too, in place of TSan's, which takes new memory for written by whoever asked for it: the memory
 * goes to other goroutines through free lists that order nothing. Only some addresses are good: so no hints.
 */
__attribute__((visibility("default"))) void *mmap(void *p, size_t size, int prot, int flags, int fd,
                                                  off_t at) {
    return (void *)syscall(SYS_mmap, flags & MAP_FIXED ? p : NULL, size, prot, flags, fd, at);
}
#endif

int64_t os_monotonic(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t os_thread_cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t os_realtime(int32_t *nsec) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    *nsec = (int32_t)t.tv_nsec;
    return t.tv_sec;
}

void os_sleep(int64_t ns) {
    struct timespec t = timespec_of(ns);
    nanosleep(&t, NULL);
}

void os_yield(void) { sched_yield(); }

int os_thread_id(void) { return (int)syscall(SYS_gettid); }

uint64_t os_random(void) {
    uint64_t r = 0;
    if (getrandom(&r, sizeof r, GRND_NONBLOCK) != sizeof r)
        r = (uint64_t)os_monotonic() * 0x9E3779B97F4A7C15u;
    return r;
}

/* ---- processes ----------------------------------------------------------------------------------------- */

int os_fork_quietly(void) { return (int)syscall(SYS_clone, CLONE_FILES | CLONE_FS, NULL, NULL, NULL, NULL); }

bool os_wait_quietly(int pid) {
    int status;
    while (waitpid(pid, &status, __WCLONE) < 0)
        if (errno != EINTR) return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void os_die_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }

/* ---- CPUs ---------------------------------------------------------------------------------------------- */

int os_affinity_cpus(void) {
    unsigned long mask[1024 / 8]; /* 8192 CPUs */
    long n = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    int count = 0;
    for (long i = 0; i < n / (long)sizeof mask[0]; i++) count += __builtin_popcountl(mask[i]);
    return count > 0 ? count : 1;
}

/* ---- signals ------------------------------------------------------------------------------------------- */

void os_signal_install(int sig, OsHandler *handler) {
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigfillset(&sa.sa_mask);
    sigdelset(&sa.sa_mask, SIGSEGV); /* a fault in a handler ends the process instead of hanging it */
    sigdelset(&sa.sa_mask, SIGBUS);
    sigaction(sig, &sa, NULL);
}

void os_signal_default(int sig) {
    struct sigaction sa = {.sa_handler = SIG_DFL};
    sigaction(sig, &sa, NULL);
}

void os_signal_raise(int sig) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, sig);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    pthread_kill(pthread_self(), sig);
}

void os_block_signals(bool block) {
    static __thread sigset_t before;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, block ? &all : &before, block ? &before : NULL);
}

void os_thread_signal(int tid, int sig) { syscall(SYS_tgkill, getpid(), tid, sig); }

bool os_set_sigstack(void *p, size_t size) {
    stack_t s = {.ss_sp = p, .ss_size = size, .ss_flags = p ? 0 : SS_DISABLE};
    return sigaltstack(&s, NULL) == 0;
}

uintptr_t os_context_pc(void *context) {
    return (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
}

uintptr_t os_context_sp(void *context) {
    return (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RSP];
}

uintptr_t os_context_bp(void *context) {
    return (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RBP];
}

void os_context_set(void *context, uintptr_t pc, uintptr_t sp) {
    ucontext_t *u = context;
    u->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
    u->uc_mcontext.gregs[REG_RSP] = (greg_t)sp;
}

/* ---- the rest ------------------------------------------------------------------------------------------ */

void os_thread_stack(uintptr_t *lo, uintptr_t *hi) {
    pthread_attr_t a;
    void *base;
    size_t size;
    pthread_getattr_np(pthread_self(), &a);
    pthread_attr_getstack(&a, &base, &size);
    pthread_attr_destroy(&a);
    *lo = (uintptr_t)base;
    *hi = (uintptr_t)base + size;
}

ssize_t os_write(int fd, const void *p, size_t n) {
    const char *c = p;
    size_t done = 0;
    while (done < n) {
        ssize_t k = write(fd, c + done, n - done);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return -1;
        done += (size_t)k;
    }
    return (ssize_t)done;
}

ssize_t os_read_file(const char *path, char *buf, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    size_t n = 0;
    while (n < size - 1) {
        ssize_t k = read(fd, buf + n, size - 1 - n);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) break;
        n += (size_t)k;
    }
    close(fd);
    buf[n] = 0;
    return (ssize_t)n;
}

/* Sanitizers and coverage write their reports when libc exits; a plain program ends at once, since its other
 * threads still run. */
void os_exit(int code) {
#if defined(RT_TSAN) || defined(RT_ASAN) || defined(GOL_COVERAGE)
    exit(code);
#else
    _exit(code);
#endif
}
