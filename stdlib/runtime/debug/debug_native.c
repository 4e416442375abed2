/* What package runtime/debug declares without a body. Part of the runtime, floor 6. */
#include <gol/panic.h>
#include <gol/rt.h>

Int runtime_debug__SetGCPercent(Int percent);
Int64 runtime_debug__SetMemoryLimit(Int64 limit);
Int runtime_debug__SetMaxStack(Int bytes);
Int runtime_debug__SetMaxThreads(Int threads);
void runtime_debug__SetTraceback(String level);
void runtime_debug__FreeOSMemory(void);

Int runtime_debug__SetGCPercent(Int percent) {
    return rt_gc_set_percent(percent < -1 ? -1 : percent > 1 << 30 ? 1 << 30 : (int32_t)percent);
}

Int64 runtime_debug__SetMemoryLimit(Int64 limit) { return rt_gc_set_limit(limit); }

Int runtime_debug__SetMaxStack(Int bytes) {
    Int old = (Int)rt_stack_max;
    rt_stack_max = (uintptr_t)bytes;
    return old;
}

static Int max_threads = 10000;
Int runtime_debug__SetMaxThreads(Int threads) {
    Int old = max_threads;
    max_threads = threads;
    return old;
}

void runtime_debug__SetTraceback(String level) { rt_traceback_set(level); }
void runtime_debug__FreeOSMemory(void) { rt_gc_free_os_memory(); }
