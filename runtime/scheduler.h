/* scheduler.h: what the files of the scheduler share. Floor 4; the picture is in proc.c. */
#ifndef RT_SCHEDULER_H
#define RT_SCHEDULER_H

#include "collect.h"
#include "os.h"
#include "rt.h"
#include "stack.h"

#define RT_MAXPROCS 1024

typedef struct {
    RtLock lock; /* RT_RANK_SCHED: all that is not atomic here */

    GList runq; /* the global queue */
    _Atomic(int64_t) runq_n;

    M *idle_ms, *dead_ms;                /* the latter's threads have ended: for the next */
    int32_t n_idle_ms, n_locked_idle_ms; /* the latter wait for their locked G */
    int32_t n_ms;                        /* without sysmon's */
    _Atomic(M *) wished_ms;              /* that sysmon is to start the threads of; written under lock */

    P *idle_ps;
    _Atomic(int32_t) n_idle_ps;
    _Atomic(int32_t) n_spinning; /* Ms that look for work: they will find what is made ready now */
    _Atomic(M *) napper;         /* one of them, which will look in a moment, or when its nap is ended */
    _Atomic(bool) nap_passed;    /* something was made ready since it fell asleep that did not end its nap */

    GList gfree; /* dead Gs that no P caches */
    _Atomic(uint64_t) next_goid;
    _Atomic(int64_t) n_gs; /* living, the runtime's own not counted */

    _Atomic(bool) stopping; /* rt_stoptheworld: Ps stop at the next scheduling point */
    int32_t stop_wait;      /* Ps that have not stopped */
    RtNote stop_note;
    G *world_owner; /* has stopped the world, or is about to */
    GList world_waiters;

    _Atomic(int64_t) last_poll;  /* when the network was last polled; 0: an M sleeps in poll_wait */
    _Atomic(int64_t) poll_until; /* that M's deadline, 0: none */
    RtNote poll_note;            /* it sleeps here while there is no network poller */

    _Atomic(bool) sysmon_waiting;
    RtNote sysmon_note;
    bool started; /* the main goroutine runs */
} Sched;
extern Sched rt_sched;
extern int64_t rt_start_time; /* start.c: when the program began, monotonic */
extern int32_t rt_procs;      /* GOMAXPROCS; changes while the world is stopped */

/* ---- runq.c ---- */
void rt_runq_put(P *p, G *g, bool next); /* the owner; spills half to the global queue when full */
G *rt_runq_get(P *p, bool *inherit); /* the owner; inherit: g came from runnext and shares its time slice */
bool rt_runq_empty(P *p);            /* any thread */
bool rt_runq_many(P *p);             /* any thread: worth stealing from at once */
enum { RT_RUNQ_FEW = 4 };            /* of half a queue: fewer are stolen from who is busy with one alone */
G *rt_runq_steal(P *thief, P *victim, bool even_few); /* even_few: as few, and what the victim runs next */
void rt_runq_drain(P *p, GList *to);                  /* the world is stopped */
void rt_globalq_put(G *g);                            /* these three under sched.lock */
void rt_globalq_put_list(GList *l);
G *rt_globalq_get(P *p, int32_t max); /* one; up to max-1 more move to p's queue */

/* ---- goroutine.c ---- */
void rt_g_table_init(void);
/* Ready to run, but in no queue. context: size bytes, copied to its stack. */
G *rt_g_start(P *p, void (*code)(void *), const void *context, size_t size, const void *creator_pc);
void rt_g_free(P *p, G *g); /* it has ended */
void rt_gfree_drain(P *p);  /* p's Gs go to the shared list; under sched.lock */

/* ---- proc.c ---- */
void rt_proc_init(int32_t procs);
_Noreturn void rt_schedule(void); /* on the system stack, without current G */
_Noreturn void rt_m_start(M *m);  /* the same, and schedules */
M *rt_m_new(void);
void rt_m_bind(M *m);                         /* the calling thread becomes m */
void rt_wakep(void);                          /* one more M looks for work, if a P is idle and nobody looks */
void rt_start_wished_ms(void);                /* by sysmon */
void rt_handoff(P *p);                        /* p's M is gone: give p to another, or make it idle */
void rt_leave_g(M *m, G *g, RtStatus status); /* g, off its stack, is m's no longer */
void rt_save_vectors(M *m, G *g);

void rt_schedtrace(int64_t now); /* schedtrace.c: if it is time */

/* ---- sysmon.c, preempt.c ---- */
void rt_sysmon_start(void);
void rt_sysmon_wake(void); /* if it sleeps; sched.lock is held */
void rt_preempt_init(void);
void rt_preempt_p(P *p); /* asks the G that runs on p to yield */
void rt_preempt_all(void);
void rt_preempt_forget(M *m); /* m's thread ends: nobody touches its stack limit any more */

int64_t rt_timers_first(void); /* the first deadline of all Ps, 0: none */

#endif
