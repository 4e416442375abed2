/* atomic.h: the atomics of the runtime, named by the ordering they give.
 *
 * Floor 0. Fields that several threads touch are declared _Atomic and are read and written through these
 * names only, so that each access says what it pairs with: an acquire load sees what was written before the
 * release store whose value it reads; seq operations are in one total order (Dekker style handshakes: "I
 * published work, is anybody idle?" against "I am idle, is there work?"). */
#ifndef RT_ATOMIC_H
#define RT_ATOMIC_H

#include <stdatomic.h>

#define rt_load_relaxed(p)     atomic_load_explicit((p), memory_order_relaxed)
#define rt_load_acquire(p)     atomic_load_explicit((p), memory_order_acquire)
#define rt_load_seq(p)         atomic_load_explicit((p), memory_order_seq_cst)
#define rt_store_relaxed(p, v) atomic_store_explicit((p), (v), memory_order_relaxed)
#define rt_store_release(p, v) atomic_store_explicit((p), (v), memory_order_release)
#define rt_store_seq(p, v)     atomic_store_explicit((p), (v), memory_order_seq_cst)
#define rt_add(p, v)           atomic_fetch_add_explicit((p), (v), memory_order_seq_cst) /* the old value */
#define rt_add_relaxed(p, v)   atomic_fetch_add_explicit((p), (v), memory_order_relaxed)
#define rt_xchg(p, v)          atomic_exchange_explicit((p), (v), memory_order_seq_cst)
/* Compare and swap: on failure *old is what was found. */
#define rt_cas(p, old, v)                                                                                    \
    atomic_compare_exchange_strong_explicit((p), (old), (v), memory_order_seq_cst, memory_order_seq_cst)
#define rt_cas_weak(p, old, v)                                                                               \
    atomic_compare_exchange_weak_explicit((p), (old), (v), memory_order_acq_rel, memory_order_acquire)
#define rt_fence_seq() atomic_thread_fence(memory_order_seq_cst)
#define rt_cpu_relax() __builtin_ia32_pause()

#endif
