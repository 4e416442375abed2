/* collect.h: what the core needs of the collector beyond rt.h. Floor 2; see gc.c. */
#ifndef RT_COLLECT_H
#define RT_COLLECT_H

#include "rt.h"

void rt_gc_init(void); /* on the main thread, before any M but the first */
/* Makes the calling thread's M one that the collector can stop. On its own thread, with rt_tls_m set. */
void rt_gc_m_init(M *m);
void rt_gc_m_end(M *m); /* its thread is about to end */
bool rt_gc_thread_start(M *m, void *(*fn)(void *));
/* Runs fn(arg) while the collector takes the thread's stack as it stands and does not stop it: for long
 * waits. fn must not touch collected memory. */
void rt_gc_blocking(void *(*fn)(void *), void *arg);
/* Vector state of a goroutine that leaves a check or an arbitrary instruction. */
void *rt_xsave_alloc(void);
void rt_xsave_free(void *buffer);

/* For pace.c and snapshot.c, on the system stack. */
extern int64_t rt_gc_pause_start, rt_gc_start; /* of the latest collection */
extern int64_t rt_gc_mark_cpu; /* processor time of the latest one that stopped the world for its marking */
extern uint64_t rt_gc_used_before;       /* bytes */
int64_t rt_gc_note_pause(int64_t start); /* the world stood still since; how long */
void rt_gctrace(void);                   /* gctrace.c */
void rt_gc_automatic(bool on);           /* whether libgc collects by itself */
void rt_gc_collect_now(void);            /* with the world stopped; not two at once */
/* It collects by itself after an allocation of heap/divisor, but not less than least. */
void rt_gc_set_trigger(uint64_t divisor, uint64_t least);
uint64_t rt_gc_count_kept(void); /* bytes, in the events at the end of a collection */
uint64_t rt_gc_since(void), rt_gc_heap(void),
    rt_gc_used(void);                                 /* allocated since the last one; got from the system;
                                                         of which objects, dead ones included */
void rt_gc_stop_world(void), rt_gc_start_world(void); /* with libgc's lock, which is held in between */
void rt_gc_set_mark(void *p);                         /* within a collection */

/* For mark.c, which sees to it that nobody allocates meanwhile. */
uintptr_t rt_gc_object(void *p, size_t *size, int *words); /* start of p's object, 0: none; words that are
                                                              looked at: the first, -1: all */
void rt_gc_bounds(uintptr_t *lo, uintptr_t *hi);           /* no object lies outside */

/* For special.c; the first two on the system stack. rt_gc_watch replaces what was watched before: when obj
 * has become unreachable, rt_gc_take_unreachable calls fn(obj, data). IN_ORDER: objects that refer to others
 * first, and none of a cycle. ALONE: whatever else refers to it, if that is unreachable too. */
typedef struct {
    void *obj;
    void (*fn)(void *obj, void *data);
    void *data;
    enum { RT_GC_IN_ORDER, RT_GC_ALONE } how;
} RtGcWatch;
void rt_gc_watch(const RtGcWatch *w);
void rt_gc_take_unreachable(void);
/* *link, in collected memory, becomes 0 when obj is unreachable; it must not hold obj's address plainly. */
void rt_gc_weak_register(uintptr_t *link, void *obj);
extern _Atomic(bool) rt_gc_links_stale; /* some of them are of objects that are about to be freed */
void rt_gc_locked(void *(*fn)(void *), void *arg); /* no collection begins, and none is under way */

/* goroutine.c, proc.c: all Gs lie in one table, all Ms in a list, all Ps in an array; none is ever freed. */
extern G *rt_gs;
extern _Atomic(uint32_t) rt_ngs;
extern _Atomic(M *) rt_allms;
extern P **rt_allps;
extern int32_t rt_nallps;

#endif
