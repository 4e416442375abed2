/* The functions that package sync/atomic declares without a body. */
#include <gol/gol.h>

void sync_atomic__pause(void);
void sync_atomic__pause(void) { __builtin_ia32_pause(); }

#define ATOMIC_WORD(T, N)                                                                                    \
    T sync_atomic__Load##N(T *addr);                                                                         \
    void sync_atomic__Store##N(T *addr, T val);                                                              \
    T sync_atomic__Swap##N(T *addr, T val);                                                                  \
    Bool sync_atomic__CompareAndSwap##N(T *addr, T old, T val);                                              \
    T sync_atomic__Load##N(T *addr) { return __atomic_load_n(addr, __ATOMIC_SEQ_CST); }                      \
    void sync_atomic__Store##N(T *addr, T val) { __atomic_store_n(addr, val, __ATOMIC_SEQ_CST); }            \
    T sync_atomic__Swap##N(T *addr, T val) { return __atomic_exchange_n(addr, val, __ATOMIC_SEQ_CST); }      \
    Bool sync_atomic__CompareAndSwap##N(T *addr, T old, T val) {                                             \
        return __atomic_compare_exchange_n(addr, &old, val, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);      \
    }

#define ATOMIC_INTEGER(T, N)                                                                                 \
    ATOMIC_WORD(T, N)                                                                                        \
    T sync_atomic__Add##N(T *addr, T delta);                                                                 \
    T sync_atomic__And##N(T *addr, T mask);                                                                  \
    T sync_atomic__Or##N(T *addr, T mask);                                                                   \
    T sync_atomic__Add##N(T *addr, T delta) { return __atomic_add_fetch(addr, delta, __ATOMIC_SEQ_CST); }    \
    T sync_atomic__And##N(T *addr, T mask) { return __atomic_fetch_and(addr, mask, __ATOMIC_SEQ_CST); }      \
    T sync_atomic__Or##N(T *addr, T mask) { return __atomic_fetch_or(addr, mask, __ATOMIC_SEQ_CST); }

ATOMIC_INTEGER(Int32, Int32)
ATOMIC_INTEGER(Int64, Int64)
ATOMIC_INTEGER(Uint32, Uint32)
ATOMIC_INTEGER(Uint64, Uint64)
ATOMIC_INTEGER(Uintptr, Uintptr)
ATOMIC_WORD(Ptr, Pointer)
