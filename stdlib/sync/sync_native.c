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
Eface sync__runtime_poolTake(Ptr shards, Int n, Uintptr size);
Bool sync__runtime_poolPut(Ptr shards, Int n, Uintptr size, Eface x);

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

Bool sync__runtime_canSpin(Int round) { return round < 4 && rt_can_spin(); }
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
Uint32 sync__gcCycles(void) { return rt_gc_cycle(); }

/* What a poolShard begins with: one thing that only goroutines of its P touch, and only here, where none of
 * them is preempted. So no lock. */
typedef struct GOL_ALIAS {
    Eface x;
    Uint32 cycle; /* the collection after which x came */
} Private;

/* NULL: this P has no shard of its own. ThreadSanitizer would not see the order that a P keeps. */
static Private *own_private(Ptr shards, Int n, Uintptr size) {
#ifdef RT_TSAN
    return NULL;
#endif
    P *p = rt_p();
    return p->id < n ? (Private *)((char *)shards + (Uintptr)p->id * size) : NULL;
}

Eface sync__runtime_poolTake(Ptr shards, Int n, Uintptr size) {
    Private *own = own_private(shards, n, size);
    if (!own || !own->x.type) return (Eface){NULL, NULL};
    Eface x = own->x;
    own->x = (Eface){NULL, NULL};
    return rt_gc_cycle() - own->cycle < 2 ? x : (Eface){NULL, NULL};
}

Bool sync__runtime_poolPut(Ptr shards, Int n, Uintptr size, Eface x) {
    Private *own = own_private(shards, n, size);
    if (!own || own->x.type) return false;
    own->x = x;
    own->cycle = rt_gc_cycle();
    return true;
}
