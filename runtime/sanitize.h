/* sanitize.h: what ThreadSanitizer and AddressSanitizer must be told about goroutines.
 *
 * Floor 1. A runtime for programs under a sanitizer is built with -DRT_TSAN or -DRT_ASAN, but without
 * -fsanitize: its functions leave stacks without returning, which the instrumentation cannot follow, and its
 * own ordering is told by annotations. So races are found in the program, not in the runtime. Stacks are
 * large and do not move; under TSan there is no collection and no asynchronous preemption, since it delays
 * signals.
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

enum { TSAN_NO_SYNC = 1 };
static inline void rt_san_m_init(M *m) { m->fiber = __tsan_get_current_fiber(); }
static inline void rt_san_g_new(G *g) { g->fiber = __tsan_create_fiber(0); }
static inline void rt_san_g_end(G *g) {
    __tsan_destroy_fiber(g->fiber);
    g->fiber = NULL;
}
static inline void rt_san_enter_g(G *g) {
    __tsan_switch_to_fiber(g->fiber, TSAN_NO_SYNC);
    __tsan_acquire(g);
}
/* With synchronisation: the commit function of a goroutine that parks runs on the M, and unlocks for it. */
static inline void rt_san_leave_g(M *m) { __tsan_switch_to_fiber(m->fiber, 0); }
static inline void rt_san_acquire(void *p) { __tsan_acquire(p); }
static inline void rt_san_release(void *p) { __tsan_release(p); }

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
static inline void rt_san_acquire(void *p) { (void)p; }
static inline void rt_san_release(void *p) { (void)p; }

#else

static inline void rt_san_m_init(M *m) { (void)m; }
static inline void rt_san_g_new(G *g) { (void)g; }
static inline void rt_san_g_end(G *g) { (void)g; }
static inline void rt_san_enter_g(G *g) { (void)g; }
static inline void rt_san_leave_g(M *m) { (void)m; }
static inline void rt_san_acquire(void *p) { (void)p; }
static inline void rt_san_release(void *p) { (void)p; }

#endif
#endif
