/* roots.h: what the collector starts from, and snapshots of the heap. Floor 2; see roots.c and snapshot.c. */
#ifndef RT_ROOTS_H
#define RT_ROOTS_H

#include "rt.h"

typedef struct {
    void (*range)(void *arg, uintptr_t from, uintptr_t to); /* words that may be pointers */
    void (*cell)(void *arg, void *cell);                    /* free, but taken from the collector: keep it */
    void *arg;
} RtRoots;

typedef enum { RT_ROOTS_RUNNING, RT_ROOTS_ALL } RtRootsOf; /* goroutines that run, or all */

/* All roots but static data, and registers on signal stacks. The world is stopped, by libgc. */
void rt_roots_visit(const RtRoots *r, RtRootsOf which);
/* The signal stacks of stopped threads, where their registers are. */
void rt_roots_visit_signal_stacks(const RtRoots *r);
#define RT_SIG_STACK ((size_t)64 << 10)

/* ---- snapshot.c, on floor 4 ---- */

extern _Atomic(bool) rt_snapshot_active; /* what is allocated or found by other ways than pointers is noted */
void rt_snapshot_note_cells(M *m, void *list); /* cells just taken from the collector, linked */
void rt_snapshot_note_object(void *p);         /* a large object, just allocated */
void rt_snapshot_note_found(void *p);          /* a weak pointer gave it, or a finalizer gets it */

/* A collection begins: if it is the end of a snapshot, marks what the snapshot has found. The lock of libgc
 * is held, the world runs. */
void rt_snapshot_load(void);
/* The world is stopped: true if this collection has a snapshot's marks. */
bool rt_snapshot_finish(const RtRoots *r);

bool rt_snapshot_loading(void);    /* or about to be: libgc's lock is held for long */
bool rt_snapshot_just_ended(void); /* in the events of the collection at its end */
bool rt_snapshot_request(void);    /* starts a snapshot unless one is under way; false: this system cannot */
void rt_snapshot_wait(void);   /* until a snapshot that is begun after the call has been collected; no P */
void rt_snapshot_settle(void); /* until none is under way or asked for; no P */
void rt_snapshot_quiesce(bool begin); /* between true and false no snapshot is under way; no P */

typedef struct {
    uint64_t live; /* bytes that the last one found, and were allocated meanwhile */
    uint64_t used; /* when it began */
    int64_t start, begin_pause, trace_time, load_time, count;
} RtSnapshotStats;
extern RtSnapshotStats rt_snapshot_stats;

#endif
