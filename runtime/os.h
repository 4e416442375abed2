/* os.h: the operating system, as far as the runtime's core needs it.
 *
 * Floor 0. Implemented by os_linux.c (and os_cgroup.c), the only files of the core that read errno. Times are
 * nanoseconds, sizes bytes. What takes more than a few hundred bytes of stack says so.
 */
#ifndef RT_OS_H
#define RT_OS_H

#include "atomic.h"
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Memory. Reserved addresses cost nothing and fault; committed ones read as zero. */
void *os_reserve(uintptr_t near, size_t size); /* at near if that is free; NULL: no room */
bool os_commit(void *p, size_t size);          /* false: no memory */
void os_decommit(void *p, size_t size);        /* gives the pages back; they read as zero again */
void os_uncommit(void *p, size_t size);        /* reserved again: any access faults */
void *os_map(size_t size);                     /* committed; NULL: no memory */
void *os_map_shared(size_t size);              /* the same, shared with child processes */
void os_unmap(void *p, size_t size);
void os_set_hugepages(void *p, size_t size, bool on);
#define OS_PAGE ((size_t)4096)

/* Sleeps while *word == value, until woken, interrupted or ns have passed (ns < 0: no limit). */
void os_futex_wait(_Atomic(uint32_t) *word, uint32_t value, int64_t ns);
void os_futex_wake(_Atomic(uint32_t) *word, int n);
/* Every thread of the process passes a full fence between call and return. false: the kernel cannot. */
bool os_fence_all_threads(void);

int64_t os_monotonic(void);
int64_t os_thread_cpu(void);        /* what the calling thread has used of its processor */
int64_t os_realtime(int32_t *nsec); /* seconds, and nanoseconds into *nsec */
void os_sleep(int64_t ns);
void os_yield(void);
int os_thread_id(void);
uint64_t os_random(void);

/* A child process with a copy of the memory and the same descriptors, of which the program hears nothing: no
 * signal when it ends, no wait without our flag finds it. Its id, 0 in the child, -1. os_wait_quietly: true
 * if it ended with status 0. */
int os_fork_quietly(void);
bool os_wait_quietly(int pid);
void os_die_with_parent(void); /* in the child: when the thread that made it ends */

/* CPUs that this process may use: affinity alone, and the limit of the control groups it is in and their
 * ancestors (0: none). prefix stands before /proc and the mount points, for tests. Needs 16 KiB of stack. */
int os_affinity_cpus(void);
double os_cgroup_cpus(const char *prefix);

/* Signals. Handlers run on the signal stack, with the signals of the collector blocked. */
typedef void OsHandler(int sig, siginfo_t *info, void *context);
void os_signal_install(int sig, OsHandler *handler);
void os_signal_default(int sig);
void os_signal_raise(int sig);
void os_block_signals(bool block); /* all of them, for the calling thread; false: as before */
void os_thread_signal(int tid, int sig);
bool os_set_sigstack(void *p, size_t size); /* of the calling thread; NULL: none */

/* The interrupted registers in a handler's context. */
uintptr_t os_context_pc(void *context);
uintptr_t os_context_sp(void *context);
uintptr_t os_context_bp(void *context);
void os_context_set(void *context, uintptr_t pc, uintptr_t sp);

void os_thread_stack(uintptr_t *lo, uintptr_t *hi); /* of the calling thread; needs libc's stack */
ssize_t os_write(int fd, const void *p, size_t n);  /* all of it, or -1 */
ssize_t os_read_file(const char *path, char *buf, size_t size); /* terminates buf; -1: cannot */
_Noreturn void os_exit(int code);

#endif
