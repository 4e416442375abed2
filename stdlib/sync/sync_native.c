/* What package sync declares without a body (runtime.go): semaphores, lists of waiters, spinning. Part of the
 * runtime, floor 6. */
#include <gol/wait.h>

void sync__runtime_Semacquire(uint32_t *s);
void sync__runtime_SemacquireMutex(uint32_t *s, Bool lifo, Int skip);
void sync__runtime_SemacquireWaitGroup(uint32_t *s);
void sync__runtime_SemacquireRWMutex(uint32_t *s, Bool lifo, Int skip);
void sync__runtime_SemacquireRWMutexR(uint32_t *s, Bool lifo, Int skip);
void sync__runtime_Semrelease(uint32_t *s, Bool handoff, Int skip);
Uint32 sync__runtime_notifyListAdd(RtNotifyList *l);
void sync__runtime_notifyListWait(RtNotifyList *l, Uint32 t);
void sync__runtime_notifyListNotifyAll(RtNotifyList *l);
void sync__runtime_notifyListNotifyOne(RtNotifyList *l);
Bool sync__runtime_canSpin(Int i);
void sync__runtime_doSpin(Int i);
Int64 sync__runtime_nanotime(void);
void sync__throw(String s);
void sync__fatal(String s);
Int sync__procID(void);
Int sync__procCount(void);
Uint32 sync__gcCycles(void);

void sync__runtime_Semacquire(uint32_t *s) { rt_semacquire(s, false, RT_WAIT_SEMACQUIRE); }
void sync__runtime_SemacquireMutex(uint32_t *s, Bool lifo, Int skip GOL_UNUSED) {
    rt_semacquire(s, lifo, RT_WAIT_MUTEX_LOCK);
}
void sync__runtime_SemacquireWaitGroup(uint32_t *s) { rt_semacquire(s, false, RT_WAIT_WAITGROUP); }
void sync__runtime_SemacquireRWMutex(uint32_t *s, Bool lifo, Int skip GOL_UNUSED) {
    rt_semacquire(s, lifo, RT_WAIT_RWMUTEX_LOCK);
}
void sync__runtime_SemacquireRWMutexR(uint32_t *s, Bool lifo, Int skip GOL_UNUSED) {
    rt_semacquire(s, lifo, RT_WAIT_RWMUTEX_RLOCK);
}
void sync__runtime_Semrelease(uint32_t *s, Bool handoff, Int skip GOL_UNUSED) { rt_semrelease(s, handoff); }
Uint32 sync__runtime_notifyListAdd(RtNotifyList *l) { return rt_notify_add(l); }
void sync__runtime_notifyListWait(RtNotifyList *l, Uint32 t) { rt_notify_wait(l, t); }
void sync__runtime_notifyListNotifyAll(RtNotifyList *l) { rt_notify_all(l); }
void sync__runtime_notifyListNotifyOne(RtNotifyList *l) { rt_notify_one(l); }

/* Spinning pays only with other processors, nothing else to run here, and for few rounds. */
Bool sync__runtime_canSpin(Int i) {
    P *p = rt_p();
    return i < 4 && rt_ncpu() > 1 && rt_gomaxprocs(0) > 1 &&
           rt_load_relaxed(&p->runq_head) == rt_load_relaxed(&p->runq_tail) &&
           rt_load_relaxed(&p->runnext) == NULL;
}
/* Longer in each round: who looks at the mutex takes its cache line from the holder, which otherwise gets
 * through many short sections meanwhile. */
void sync__runtime_doSpin(Int round) {
    for (int i = 0; i < 24 << round; i++) rt_cpu_relax();
}
Int64 sync__runtime_nanotime(void) { return rt_nanotime(); }

static const char *c_string(String s) {
    char *c = rt_alloc_persistent((size_t)s.len + 1);
    memcpy(c, s.ptr, (size_t)s.len);
    return c;
}
void sync__throw(String s) { rt_fatal(c_string(s)); }
void sync__fatal(String s) { rt_fatal(c_string(s)); }

Int sync__procID(void) { return rt_p()->id; }
Int sync__procCount(void) { return rt_gomaxprocs(0); }
Uint32 sync__gcCycles(void) {
    RtGcStats s;
    rt_gc_stats(&s);
    return (Uint32)s.n_gc;
}
