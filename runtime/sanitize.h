/* sanitize.h: what ThreadSanitizer and AddressSanitizer must be told about goroutines.
 *
 * Floor 1. A runtime for programs under a sanitizer is built with -DRT_TSAN or -DRT_ASAN, but without
 * -fsanitize: its functions leave stacks without returning, which the instrumentation cannot follow, and its
 * own ordering is told by annotations. So races are found in the program, not in the runtime. Stacks are
 * large and do not move; under TSan there is no collection and no asynchronous preemption, since it delays
 * signals.
 *
 * Under TSan each goroutine is a fiber, and each M has one for its scheduler. A switch orders nothing: what
 * two goroutines do one after the other on one thread is a race all the same. What orders them is said where
 * Go's memory model says it: creation, rt_ready, semaphores, and the locks of channels and timers. A
 * goroutine that parks has released the locks that its commit function gives up (rt_san_release before
 * rt_park), since the scheduler's fiber knows nothing of what it did.
 *
 * libc's and libgc's calls are seen, whoever makes them: memcpy between the program's values is checked even
 * when the runtime does it. So the runtime keeps its own state out of sight: rt_san_copy_own for its buffers,
 * rt_san_hide around libgc, and the memory that belongs to a thread is declared so (rt_san_m_init).
 */
#ifndef RT_SANITIZE_H
#define RT_SANITIZE_H

#include "rt.h"

#if defined(RT_TSAN)

void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void __tsan_acquire(void *p);
void __tsan_release(void *p);

void __tsan_java_init(uintptr_t heap, uintptr_t size);
void __tsan_java_alloc(uintptr_t p, uintptr_t size);
void __tsan_java_free(uintptr_t p, uintptr_t size);
void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_end(void);
void AnnotateIgnoreSyncBegin(const char *file, int line);
void AnnotateIgnoreSyncEnd(const char *file, int line);
void AnnotateBenignRaceSized(const char *file, int line, const volatile void *p, size_t size,
                             const char *why);

enum { TSAN_NO_SYNC = 1 };

/* Goroutines' stacks are blocks of a heap of Java's, the one interface that forgets what was at an address.
 * TSan looks for the block of an address from there downwards: so the heap is no larger than it must be. */
static inline void rt_san_stacks(uintptr_t base, size_t size) { __tsan_java_init(base, size); }

/* The goroutines that a thread runs use its system stack one after the other, and only the thread's own order
 * keeps them apart. No value of the program has its place there. */
static inline void rt_san_m_init(M *m) {
    m->fiber = __tsan_get_current_fiber();
    AnnotateBenignRaceSized(__FILE__, __LINE__, (void *)m->sys_lo, m->sys_hi - m->sys_lo,
                            "a system stack belongs to its thread");
}

/* A goroutine's order is kept at an address of its stack, so that it ends with it. */
static inline void *rt_san_order(const G *g) { return (void *)(g->hi - sizeof(void *)); }
static inline void rt_san_g_new(G *g) {
    g->fiber = __tsan_create_fiber(0);
    __tsan_java_alloc(g->lo, g->hi - g->lo);
}
/* The next goroutine on this stack does not race with this one for it. */
static inline void rt_san_g_end(G *g) {
    __tsan_destroy_fiber(g->fiber);
    g->fiber = NULL;
    __tsan_java_free(g->lo, g->hi - g->lo); /* which may have grown */
    __tsan_java_alloc(g->lo, g->hi - g->lo);
    __tsan_java_free(g->lo, g->hi - g->lo);
}
static inline void rt_san_enter_g(G *g) {
    __tsan_switch_to_fiber(g->fiber, TSAN_NO_SYNC);
    __tsan_acquire(rt_san_order(g));
}
static inline void rt_san_leave_g(M *m) { __tsan_switch_to_fiber(m->fiber, TSAN_NO_SYNC); }
static inline void rt_san_ready(G *g) { __tsan_release(rt_san_order(g)); }
static inline void rt_san_acquire(void *p) { __tsan_acquire(p); }
static inline void rt_san_release(void *p) { __tsan_release(p); }
/* What a library does meanwhile neither races nor orders. */
static inline void rt_san_hide(void) {
    __tsan_ignore_thread_begin();
    AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
}
static inline void rt_san_show(void) {
    AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
    __tsan_ignore_thread_end();
}
static inline void rt_san_copy_own(void *to, const void *from, size_t n) {
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}
static inline void rt_san_clear_own(void *to, size_t n) {
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(0) : "memory");
}

#elif defined(RT_ASAN)

void __sanitizer_start_switch_fiber(void **save, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *save, const void **bottom, size_t *size);
void __asan_unpoison_memory_region(const volatile void *p, size_t size);

static inline void rt_san_switch(uintptr_t lo, uintptr_t hi) {
    __sanitizer_start_switch_fiber(NULL, (void *)lo, hi - lo);
    __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
}
static inline void rt_san_m_init(M *m) { (void)m; }
static inline void rt_san_g_new(G *g) { (void)g; }
/* Frames that were left for good have marked parts of the stack as not to be touched. */
static inline void rt_san_g_end(G *g) { __asan_unpoison_memory_region((void *)g->lo, g->hi - g->lo); }
static inline void rt_san_enter_g(G *g) { rt_san_switch(g->lo, g->hi); }
static inline void rt_san_leave_g(M *m) { rt_san_switch(m->sys_lo, m->sys_hi); }
#else

static inline void rt_san_m_init(M *m) { (void)m; }
static inline void rt_san_g_new(G *g) { (void)g; }
static inline void rt_san_g_end(G *g) { (void)g; }
static inline void rt_san_enter_g(G *g) { (void)g; }
static inline void rt_san_leave_g(M *m) { (void)m; }
#endif

#ifndef RT_TSAN
static inline void rt_san_stacks(uintptr_t base, size_t size) { (void)base, (void)size; }
static inline void rt_san_ready(G *g) { (void)g; }
static inline void rt_san_acquire(void *p) { (void)p; }
static inline void rt_san_release(void *p) { (void)p; }
static inline void rt_san_hide(void) {}
static inline void rt_san_show(void) {}
static inline void rt_san_copy_own(void *to, const void *from, size_t n) { memcpy(to, from, n); }
static inline void rt_san_clear_own(void *to, size_t n) { memset(to, 0, n); }
#endif
#endif
