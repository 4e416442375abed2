/* inject.c: a library to preload that makes calls of the system fail, for tests/tools/faults.
 *
 * INJECT=CALL:FIRST:LAST:ERRNO  the calls numbered FIRST to LAST (from 0) of CALL fail; where CALL is clock,
 * FIRST is a number of nanoseconds by which the clocks jump now and then. INJECT_SAY=1 at the end says on
 * stderr how often CALL was called.
 *
 * Calls that go through syscall() are named by number, as in syscall-324. This library makes its own by hand.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char call[32];
static long first, last, error, numbered = -1;
static atomic_long calls;
static __typeof__(&pthread_create) next_create;

/* What is called may be on a goroutine's stack, which has no room for dlsym, nor for more than a system call.
 */
__attribute__((constructor)) static void setup(void) {
    next_create = (__typeof__(next_create))dlsym(RTLD_NEXT, "pthread_create");
    const char *s = getenv("INJECT");
    if (s != NULL && sscanf(s, "%31[^:]:%ld:%ld:%ld", call, &first, &last, &error) != 4) _exit(125);
    if (strncmp(call, "syscall-", 8) == 0) numbered = atol(call + 8);
}

static long raw(long n, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "+a"(n)
                     : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return n;
}

/* As libc returns it. */
static long result(long r) {
    if (r >= 0 || r < -4095) return r;
    errno = (int)-r;
    return -1;
}
#define RAW(n, a, b, c, d, e, f)                                                                             \
    result(raw(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)))

static void say(void) {
    char text[64];
    int n = snprintf(text, sizeof text, "INJECT %s %ld\n", call, atomic_load(&calls));
    if (getenv("INJECT_SAY") != NULL) RAW(SYS_write, 2, text, n, 0, 0, 0);
}

/* Does this call fail? */
static int hit(const char *name) {
    if (strcmp(name, call) != 0) return 0;
    long n = atomic_fetch_add(&calls, 1);
    if (n < first || n > last) return 0;
    errno = (int)error;
    return 1;
}

void _exit(int status) {
    say();
    RAW(SYS_exit_group, status, 0, 0, 0, 0, 0);
    __builtin_unreachable();
}

void *mmap(void *p, size_t n, int prot, int flags, int fd, off_t at) {
    if (hit("mmap")) return MAP_FAILED;
    return (void *)RAW(SYS_mmap, p, n, prot, flags, fd, at);
}
void *mmap64(void *p, size_t n, int prot, int flags, int fd, off_t at) {
    return mmap(p, n, prot, flags, fd, at);
}
int mprotect(void *p, size_t n, int prot) {
    if (hit("mprotect")) return -1;
    return (int)RAW(SYS_mprotect, p, n, prot, 0, 0, 0);
}
int madvise(void *p, size_t n, int advice) {
    if (hit("madvise")) return -1;
    return (int)RAW(SYS_madvise, p, n, advice, 0, 0, 0);
}
int pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *arg) {
    if (hit("pthread_create")) return (int)error;
    return next_create(t, a, f, arg);
}
/* The numbered ones. Each of up to six arguments is passed on, given or not. */
long syscall(long n, ...) {
    va_list v;
    long a[6];
    va_start(v, n);
    for (int i = 0; i < 6; i++) a[i] = va_arg(v, long);
    va_end(v);
    if (n == numbered && hit(call)) return -1;
    return RAW(n, a[0], a[1], a[2], a[3], a[4], a[5]);
}
int epoll_create1(int flags) {
    if (hit("epoll_create1")) return -1;
    return (int)RAW(SYS_epoll_create1, flags, 0, 0, 0, 0, 0);
}
int eventfd(unsigned n, int flags) {
    if (hit("eventfd")) return -1;
    return (int)RAW(SYS_eventfd2, n, flags, 0, 0, 0, 0);
}
int epoll_ctl(int e, int op, int fd, struct epoll_event *ev) {
    if (hit("epoll_ctl")) return -1;
    return (int)RAW(SYS_epoll_ctl, e, op, fd, ev, 0, 0);
}
int epoll_pwait2(int e, struct epoll_event *ev, int n, const struct timespec *t, const sigset_t *mask) {
    if (hit("epoll_pwait2")) return -1;
    return (int)RAW(SYS_epoll_pwait2, e, ev, n, t, mask, 8);
}
int dup2(int fd, int to) {
    if (hit("dup2")) return -1;
    return (int)RAW(SYS_dup2, fd, to, 0, 0, 0, 0);
}
ssize_t getrandom(void *p, size_t n, unsigned flags) {
    if (hit("getrandom")) return -1;
    return RAW(SYS_getrandom, p, n, flags, 0, 0, 0);
}
ssize_t read(int fd, void *p, size_t n) {
    if (hit("read")) return -1;
    return RAW(SYS_read, fd, p, n, 0, 0, 0);
}
ssize_t write(int fd, const void *p, size_t n) {
    if (fd > 2 && hit("write")) return -1; /* what a program prints it may lose */
    return RAW(SYS_write, fd, p, n, 0, 0, 0);
}
int open(const char *path, int flags, ...) {
    va_list a;
    va_start(a, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(a, int) : 0;
    va_end(a);
    if (hit("open")) return -1;
    return (int)RAW(SYS_openat, AT_FDCWD, path, flags, mode, 0, 0);
}
int open64(const char *path, int flags, ...) {
    va_list a;
    va_start(a, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(a, int) : 0;
    va_end(a);
    return open(path, flags, mode);
}

/* Each clock jumps every twentieth time it is read: the monotonic one forward, the other back and forth. */
int clock_gettime(clockid_t clock, struct timespec *t) {
    int r = (int)RAW(SYS_clock_gettime, clock, t, 0, 0, 0, 0);
    if (strcmp(call, "clock") == 0) {
        long n = atomic_fetch_add(&calls, 1) / 20;
        long by = clock == CLOCK_REALTIME ? (n % 2 ? -1000 : 1000) * first : n * first;
        t->tv_sec += by / 1000000000;
        t->tv_nsec += by % 1000000000;
        if (t->tv_nsec < 0) t->tv_nsec += 1000000000, t->tv_sec--;
        if (t->tv_nsec >= 1000000000) t->tv_nsec -= 1000000000, t->tv_sec++;
    }
    return r;
}
