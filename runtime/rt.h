/* rt.h: G, M and P, and what the runtime's files offer each other.
 *
 * Floor 1. Every file of the runtime includes it; emitted code never does. The prototypes stand by file,
 * lowest floor first; a file calls its own floor or a lower one, and up only through the hooks at the end.
 *
 * The terms, as in Go:
 *   G  a goroutine: its stack, its saved stack pointer, what it waits for.
 *   M  an OS thread. It has a system stack, on which the scheduler, the collector and libc run.
 *   P  the right to run Go code: a run queue, free lists of memory, timers, caches. There are GOMAXPROCS of
 * them.
 *
 * Two rules for code that runs on a goroutine's stack:
 *   - The stack holds 2 KiB at first and libc does not check it. Frames of a chain of unchecked calls must
 * fit GOL_STACK_RESERVE (1024 bytes, some 300 of which are the switch's own). What needs more, or calls libc
 *     beyond memcpy and the like, goes through gol_systemstack.
 *   - Anything that parks, or calls emitted code, may come back on another M and with its stack moved. Read
 *     rt_g(), rt_m(), rt_p() again after it; errno is gone.
 * Runtime code (outside gol_text) is never preempted asynchronously: between two such calls the M and the P
 * stay.
 */
#ifndef RT_H
#define RT_H

#include "gol.h"
#include "atomic.h"
#include <sys/types.h>

typedef struct G G;
typedef struct M M;
typedef struct P P;

/* ---- locks (lock.c) ------------------------------------------------------------------------------------ */

/* The order in which locks may be taken: a thread takes only ranks greater than all it holds (RT_RANK_NONE is
 * not checked; several of RANK_CHAN may be held, taken in address order). Checked in builds with RT_DEBUG.
 * Memory of the collector must not be allocated under any of them. */
typedef enum {
    RT_RANK_NONE,
    RT_RANK_TIMER_SEND, /* a timer channel's own order: timer before channel */
    RT_RANK_CHAN,
    RT_RANK_SEMA,
    RT_RANK_TIMERS,
    RT_RANK_NETPOLL,
    RT_RANK_ALLGS,
    RT_RANK_SCHED,
    RT_RANK_STACK,
    RT_RANK_LEAF, /* takes no other */
} RtRank;

typedef struct {
    _Atomic(uint32_t) word;    /* 0 free, 1 held */
    _Atomic(uint16_t) waiters; /* threads that sleep, or are about to */
    uint16_t rank;
} RtLock; /* all zero is a free lock without rank */
#define RT_LOCK_INIT(r)                                                                                      \
    { 0, 0, (r) }

#if defined(RT_DEBUG) || defined(RT_TSAN)
void rt_lock(RtLock *l); /* spins briefly, then futex */
void rt_unlock(RtLock *l);
#else
void rt_lock_slow(RtLock *l);
void rt_unlock_slow(RtLock *l);
static inline void rt_lock(RtLock *l) {
    uint32_t found = 0;
    if (GOL_UNLIKELY(!rt_cas(&l->word, &found, 1))) rt_lock_slow(l);
}
static inline void rt_unlock(RtLock *l) {
    rt_store_release(&l->word, 0);
    __asm__ volatile("" : : : "memory"); /* in this order: see lock.c */
    if (GOL_UNLIKELY(rt_load_relaxed(&l->waiters))) rt_unlock_slow(l);
}
#endif
bool rt_trylock(RtLock *l);

/* A one-shot event for one sleeping thread. clear, then one wakeup and one sleep in any order. */
typedef struct {
    _Atomic(uint32_t) word;
} RtNote;
void rt_note_clear(RtNote *n);
void rt_note_wakeup(RtNote *n);
void rt_note_sleep(RtNote *n);
bool rt_note_sleep_until(RtNote *n, int64_t deadline); /* rt_nanotime scale, < 0: none; false: time is up */

/* ---- G ------------------------------------------------------------------------------------------------- */

typedef enum {
    RT_IDLE,     /* just made */
    RT_RUNNABLE, /* on exactly one run queue */
    RT_RUNNING,
    RT_SYSCALL, /* its M is in a system call, perhaps without P */
    RT_WAITING, /* parked: on no run queue, someone will rt_ready it */
    RT_DEAD,    /* on a free list, or about to be */
} RtStatus;

typedef enum { /* why a goroutine waits; the words of a traceback: rt_wait_text */
               RT_WAIT_NONE,
               RT_WAIT_CHAN_RECEIVE_NIL,
               RT_WAIT_CHAN_SEND_NIL,
               RT_WAIT_SELECT,
               RT_WAIT_SELECT_EMPTY,
               RT_WAIT_CHAN_RECEIVE,
               RT_WAIT_CHAN_SEND,
               RT_WAIT_SLEEP,
               RT_WAIT_SEMACQUIRE,
               RT_WAIT_MUTEX_LOCK,
               RT_WAIT_RWMUTEX_RLOCK,
               RT_WAIT_RWMUTEX_LOCK,
               RT_WAIT_COND,
               RT_WAIT_WAITGROUP,
               RT_WAIT_IO,
               RT_WAIT_FINALIZER,
               RT_WAIT_PREEMPTED,
               RT_WAIT_PANIC,
               RT_WAIT_STOP_WORLD,
               RT_WAIT_GC,
               RT_WAIT_COROUTINE,
               RT_WAIT_N
} RtWait;
enum {
    RT_WAIT_REASON = 0x3f,
    RT_WAIT_SEEN = 0x40 /* by a collection */,
    RT_WAIT_LEAKED = 0x80 /* by rt_leak_find */
};

#define RT_OWN_SUDOG 10

/* Four cache lines. Parking, readying and running a G touch the first, waiting for a channel the last: with
 * many goroutines that is what a switch costs. */
struct G {
    /* Known to ctx_amd64.S by offset. */
    uintptr_t sp;     /* while it does not run on its stack: where its registers are saved */
    uintptr_t lo, hi; /* the stack: [lo, hi) */
    M *m;             /* that runs it, or NULL */

    /* Scheduler. A G is on one list at a time; link belongs to that list's owner. */
    G *link;
    void *xsave;              /* vector state, when it was stopped elsewhere than in a call of the runtime */
    void *waiting;            /* sudogs it is queued with, in lock order; scanned by the collector */
    _Atomic(uint32_t) status; /* RtStatus */
    uint8_t waitreason;       /* RtWait and the two flags, valid while RT_WAITING */
    bool async;               /* stopped between two arbitrary instructions: do not move its stack */
    bool system;              /* the runtime's own: not counted by deadlock detection, not in tracebacks */
    bool locked;              /* locked_m is not NULL */

    M *locked_m; /* runtime.LockOSThread */
    uint32_t locked_count;
    _Atomic(uint32_t) select_done; /* select: who may wake it has won the race */
    uint64_t goid;
    uint64_t parent;          /* goid of the creator */
    const void *creator_pc;   /* in the creator, after its go statement */
    void (*entry)(void *ctx); /* for tracebacks and the profile */
    int64_t wait_since;       /* rt_nanotime of the first collection that saw it parked: RT_WAIT_SEEN */
    uint64_t frame;           /* panic.c: distance of the innermost gol_frame from hi; 0: none */
#ifdef RT_TSAN
    void *fiber;
#endif

    /* What the collector scans of a G: from here to the end. */
    void *panics;                  /* panics under way, innermost first */
    void *defer_callee;            /* gol_recover_pass and _take */
    void *param;                   /* handed over by who readies it */
    void *timer;                   /* of time.Sleep, made once */
    void *labels;                  /* runtime/pprof */
    void *local;                   /* free for values' use */
    void *own_sudog[RT_OWN_SUDOG]; /* wait.h: of one who waits for one thing */
};
#define RT_G_SCANNED offsetof(G, panics)

typedef struct {
    G *head, *tail;
    int64_t n;
} GList;                            /* linked through G.link */
void rt_glist_push(GList *l, G *g); /* at the tail */
G *rt_glist_pop(GList *l);          /* from the head, or NULL */

/* ---- M ------------------------------------------------------------------------------------------------- */

struct M {
    /* Known to ctx_amd64.S by offset. */
    uintptr_t g0_sp; /* where the system stack starts when a goroutine calls down to it */
    uintptr_t sys_lo, sys_hi;
    G *curg;        /* the goroutine it runs, or has left for the system stack; NULL: in the scheduler */
    uint8_t *xsave; /* 64-aligned buffer for vector state: gol_morestack, preemption */
    G *xsave_g;     /* whose state it is */

    P *p;            /* NULL: in a system call, or idle */
    P *oldp, *nextp; /* had before the system call; handed over by who woke it */
    M *link;         /* idle list */
    M *all_link;     /* rt_allms: never shrinks */
    G *locked_g;     /* LockOSThread */
    _Atomic(uintptr_t)
        *limit; /* its thread's gol_stack_limit: sysmon writes it to preempt; NULL: it has ended */
    _Atomic(uint32_t) limit_users; /* threads that may be about to write it */
    void *end[5];                  /* __builtin_setjmp's: where its thread ends */
    uint64_t id;
    uint64_t thread; /* pthread_t */
    int tid;
    bool spinning;   /* looks for work and is counted in sched.nmspinning */
    bool found_work; /* by spinning, since it last found none */
    bool ending;     /* its goroutine kept the thread to its end */
    bool blocked;    /* in GC_do_blocking */
    int32_t locks;   /* RtLocks held: no preemption */
    int32_t mallocing;
    uint32_t held_ranks; /* RT_DEBUG: bit set of RtRank */
    uint32_t schedtick;
    RtNote park;
    RtNote nap;       /* proc.c: ends its nap */
    uint64_t rand[2]; /* generator of an M without P */

    /* Stopping the world for the collector (gc.c). Written by the M, read by its own signal handler, and by
     * the collector while the M is stopped. */
    volatile int32_t nosuspend; /* > 0: a short section that the collector must not see half done */
    volatile bool suspend_pending;
    volatile uintptr_t stopped_sp; /* the interrupted stack pointer */
    uintptr_t scan_sp;             /* where to scan curg from, if it was on its own stack; else 0 */
    volatile uintptr_t blocked_sp; /* its stack pointer in rt_gc_blocking */
    void **late;                   /* snapshot.c: cells taken while marks were loaded */

    /* rt_park's arguments on their way to the system stack. */
    bool (*park_commit)(G *, void *);
    void *park_arg;
    uint8_t park_reason;
    void *altstack;

    uintptr_t sigaddr, sigpc; /* the last fault in emitted code (preempt.c): for rt_sigpanic */
    int sigcode;              /* SIGSEGV, SIGBUS or SIGFPE */
    void *fiber;              /* ThreadSanitizer's */
};

/* ---- P ------------------------------------------------------------------------------------------------- */

#define RT_RUNQ_SIZE   256
#define RT_ALLOC_KINDS 8  /* gc.c */
#define RT_ALLOC_SIZES 39 /* gc.c: multiples of 16 up to 512, six more up to 2048 */

typedef enum { RT_P_IDLE, RT_P_RUNNING, RT_P_SYSCALL, RT_P_STOPPED, RT_P_DEAD } RtPStatus;

struct P {
    int32_t id;
    _Atomic(uint32_t) status; /* RtPStatus: a P in RT_P_SYSCALL may be taken by compare and swap */
    M *m;
    P *link;                                  /* idle list */
    _Atomic(uint32_t) schedtick, syscalltick; /* sysmon: has it moved on since last seen? */
    _Atomic(uint32_t) switches;               /* goroutines resumed; thieves: is it still the same one? */
    _Atomic(bool) preempt;                    /* asked to give up its goroutine at the next check */
    uint64_t rand[2];

    /* Run queue: the owner pushes at tail, owner and thieves take at head by compare and swap. */
    _Atomic(uint32_t) runq_head, runq_tail;
    _Atomic(G *) runnext; /* runs next, inherits the time slice */
    _Atomic(G *) runq[RT_RUNQ_SIZE];

    /* Caches, the owner's alone. */
    G *gfree; /* dead Gs with a small stack, the last one first */
    int32_t gfree_n;
    G *gfree_deep; /* those that have kept a larger one */
    int32_t gfree_deep_n;
    uint64_t goid, goid_end;         /* numbers for new Gs */
    uint64_t gs_started, gs_ended;   /* here; the sum over all Ps is the number of goroutines */
    void *stack_free;                /* small stacks that were used before */
    uintptr_t stack_next, stack_end; /* and those that were not, whose pages nobody has touched */
    int32_t stack_nfree;
    void *alloc_free[RT_ALLOC_KINDS][RT_ALLOC_SIZES];
    uint64_t alloc_bytes; /* since the counters were last summed up */

    /* Room for the files of floor 5: scanned by the collector from here on. */
    void *timers;                 /* timer.c: the heap, under its lock */
    _Atomic(int64_t) timer_first; /* timer.c: its first deadline, 0: none */
    void *sudogs;                 /* chan.c: free list */
    void *defers;                 /* panic.c */
    void *values[4];              /* free for values' use (sync.Pool, map seeds …) */
    int32_t nsudogs, npinned;
};

/* ---- where am I? --------------------------------------------------------------------------------------- */

/* Thread-locals are read by asm: a compiler must not keep them, nor their address, across a switch. */
extern __thread M *rt_tls_m __attribute__((tls_model("local-exec"), visibility("hidden")));
extern __thread G *rt_tls_g __attribute__((tls_model("local-exec"), visibility("hidden")));
extern __thread P *rt_tls_p __attribute__((tls_model("local-exec"), visibility("hidden")));

static inline G *rt_g(void) { /* the current goroutine, on its system stack too; NULL in the scheduler */
    G *g;
    __asm__ volatile("movq %%fs:rt_tls_g@tpoff, %0" : "=r"(g) : : "memory");
    return g;
}
static inline M *rt_m(void) { /* NULL on a thread that is not the runtime's */
    M *m;
    __asm__ volatile("movq %%fs:rt_tls_m@tpoff, %0" : "=r"(m) : : "memory");
    return m;
}
static inline P *rt_p(void) { /* NULL in a system call */
    P *p;
    __asm__ volatile("movq %%fs:rt_tls_p@tpoff, %0" : "=r"(p) : : "memory");
    return p;
}

/* ---- os_linux.c, ctx_amd64.S --------------------------------------------------------------------------- */

int64_t rt_nanotime(void); /* monotonic */
int64_t rt_walltime(int32_t *nsec);

/* Saves the goroutine's registers on its stack and runs fn(g) on the system stack. Returns when the goroutine
 * is resumed; fn does not return. */
void rt_mcall(void (*fn)(G *));
_Noreturn void rt_resume(uintptr_t sp); /* loads what rt_mcall and friends have saved at sp */

/* Where a goroutine that does not run stands, for tracebacks: as after a return from rt_mcall. */
typedef struct {
    uintptr_t rbx, rbp, r12, r13, r14, r15, rsp, rip;
} RtContext;
void rt_g_context(const G *g, RtContext *c);

/* ---- gc.c ---------------------------------------------------------------------------------------------- */

void *rt_alloc_persistent(size_t size);         /* zeroed, never freed, not scanned */
void *rt_gc_alloc(size_t size, size_t ptrdata); /* zeroed, collected; from any stack. gol_alloc is the same */
void *rt_gc_alloc_array(size_t size, size_t n, size_t ptrdata); /* elements of a type with that ptrdata */
void *rt_gc_alloc_uncleared(size_t size); /* pointer free; the caller overwrites all of it */
size_t rt_gc_roundup(size_t size); /* the size of the cell that an allocation of size gets: growslice */
bool rt_gc_uses_signal(int sig);   /* to stop and restart the world */
void rt_gc_collect(void);          /* runtime.GC */
void rt_gc_add_roots(void *from, void *to); /* scanned from now on: tables in mmapped memory */
int32_t rt_gc_set_percent(int32_t percent); /* debug.SetGCPercent: the old one; < 0: off */
int64_t rt_gc_set_limit(int64_t bytes);     /* debug.SetMemoryLimit: the old one; < 0: ask only */
void rt_gc_free_os_memory(void);            /* debug.FreeOSMemory */
typedef struct {
    uint64_t heap_bytes, free_bytes, bytes_since_gc, total_bytes, unmapped_bytes, n_gc, pause_total_ns,
        last_gc;
    uint64_t mallocs, stack_bytes, obtained_bytes, last_pause_ns;
} RtGcStats;
void rt_gc_stats(RtGcStats *s);
typedef struct { /* times the program stood still for the collector, ns; two for each snapshot */
    uint64_t ns[256], end[256]; /* rings: the latest at (n + 255) % 256; end in rt_nanotime */
    uint64_t n;
    int64_t total, last;
} RtGcPauses;
extern RtGcPauses rt_gc_pauses;
extern _Atomic(uint32_t) rt_gc_cycles;
static inline uint32_t rt_gc_cycle(void) {
    return rt_load_relaxed(&rt_gc_cycles);
} /* collections so far, and one */
void *rt_gc_base(void *p); /* start of the cell that p points into, for whoever asks the collector, or NULL */
size_t rt_gc_size(void *base);
void *rt_gc_object_start(void *p); /* start of the object in that cell, as a program sees it, or NULL */
/* Sections that the collector must not interrupt half-way: a few instructions, no calls that block. */
void rt_nosuspend_enter(M *m);
void rt_nosuspend_leave(M *m);

/* ---- special.c ----------------------------------------------------------------------------------------- */

/* Runs fn(obj, arg) once on the finalizer goroutine some time after nothing but other finalizers' objects
 * refers to obj, the start of a collected object, which lives again until then. fn NULL: not after all.
 * False: there is one already. */
bool rt_set_finalizer(void *obj, void (*fn)(void *obj, void *arg), void *arg);
/* Runs the func() fn on the cleanup goroutine when the object that holds p is gone. The cleanup, for
 * rt_cleanup_stop; NULL: the object is static and never goes. */
void *rt_add_cleanup(void *p, Func fn);
void rt_cleanup_stop(void *cleanup);
/* The handle of a weak pointer to p: the same while p's object lives. */
void *rt_weak_handle(void *p);
void *rt_weak_load(const void *handle); /* p, or NULL when the object is gone */

/* ---- stack.c ------------------------------------------------------------------------------------------- */

extern uintptr_t rt_stack_max; /* debug.SetMaxStack; 1000000000 */

/* ---- proc.c, runq.c, sysmon.c, preempt.c --------------------------------------------------------------- */

/* Parks the current goroutine. commit(g, arg) runs on the system stack when the goroutine is off its stack:
 * from there on it may be readied, so commit unlocks what protects the wait queue. commit NULL: nothing to
 * unlock. false: do not park after all. */
void rt_park(bool (*commit)(G *, void *), void *arg, RtWait reason);
void rt_park_unlock(RtLock *l, RtWait reason); /* parks; unlocks l when off the stack */
void rt_ready(G *g);                           /* makes a parked goroutine the next one of the current P */
void rt_ready_tail(G *g);                      /* as rt_ready, behind what the P has queued */
void rt_ready_list(GList *l);                  /* many at once; on any thread, with or without P */
void rt_switch_to(G *g); /* parks; runs g, which waits, in its place: rt_park and rt_ready in one */
void rt_goyield(void);   /* back to the P's own queue */
void rt_tend(void);      /* runs timers that are due and polls, as idle threads do, while these cannot */
void rt_gosched(void);   /* runtime.Gosched: back to the global queue */
_Noreturn void rt_goexit(void); /* ends the current goroutine; deferred calls have run */

G *rt_go(void (*code)(void *), const void *ctx, size_t size, const void *creator_pc); /* gol_go, with the G */
G *rt_go_parked(void (*code)(void *), const void *ctx, size_t size,
                const void *creator_pc); /* waits from the start */

/* Around a system call that may block: between the two the P can be taken, so no allocation, no lock, no
 * channel. _block: it will block for long, hand the P over at once. */
void rt_entersyscall(void);
void rt_entersyscallblock(void);
void rt_exitsyscall(void);

void rt_lockosthread(void), rt_unlockosthread(void);
int32_t rt_gomaxprocs(int32_t n); /* n < 1: ask only. The old value */
int32_t rt_ncpu(void);            /* CPUs that the process may use, whatever GOMAXPROCS */
extern int32_t rt_cpus;
/* Waiting actively for what another goroutine holds is worth while: others run, and none waits to. */
bool rt_can_spin(void);
int64_t rt_numgoroutine(void);

/* Stops all other goroutines at their checks (runtime.Stack of all, GOMAXPROCS). Not nested; may park. */
void rt_stoptheworld(RtWait reason);
void rt_starttheworld(void);

/* Every G that is not dead, by address. Others run meanwhile unless the world is stopped. */
void rt_allgs_each(void (*fn)(G *, void *), void *arg);

const char *rt_wait_text(uint8_t waitreason);
bool rt_g_leaked(const G *g); /* it waits, and the last rt_leak_find found that it does for ever */

uint64_t rt_rand(void); /* the P's generator, the M's without P; GOLDEBUG=schedseed=N seeds both */
static inline uint32_t rt_randn(uint32_t n) { return (uint32_t)(((rt_rand() >> 32) * n) >> 32); } /* < n */

/* Values of GOLDEBUG=name=value,…; read once at start. */
typedef struct {
    int32_t stackmove, gcstress, schedseed_set, schedtrace, scheddetail, gctrace, noasync;
    int32_t virtualtime; /* replay.c */
    int32_t schedstress; /* yield at one in 16 stack checks */
    int32_t snapstress;  /* a snapshot after each 4 KiB, whatever the heap; 2: and check them */
    int32_t leak;        /* report leaked goroutines at exit; 2: and exit with status 2 */
    int32_t core;        /* faults and throws leave a core */
    uint64_t schedseed;
} RtDebug;
extern RtDebug rt_debug;
const char *rt_getenv(const char *name);

/* ---- leak.c -------------------------------------------------------------------------------------------- */

int64_t rt_leak_find(void); /* marks goroutines that wait for ever (RT_WAIT_LEAKED); how many */
void rt_leak_print(G *g);   /* what a leaked one waits for; on the system stack */
bool rt_leak_at_exit(void); /* finds and reports on stderr: true if there are any */

/* ---- start.c ------------------------------------------------------------------------------------------- */

extern int rt_argc;
_Noreturn void rt_exit(int code);           /* flushes nothing; exit hooks are the caller's */
void rt_write_err(const void *p, size_t n); /* all of it to stderr, from any stack */
void rt_print_err(const char *format, ...)
    __attribute__((format(printf, 1, 2))); /* small formats, own code: %s %d %u %x %p %ld %lu %lx */

/* Our bug: "fatal error: msg", the state of G, M and P, all tracebacks, exit 2. */
_Noreturn void rt_throw(const char *msg);
/* The user's fault (deadlock, concurrent map writes …): "fatal error: msg", tracebacks, exit 2. */
_Noreturn void rt_fatal(const char *msg);

/* ---- hooks: defined by higher floors --------------------------------------------------------- */

/* timer.c. Runs p's timers that are due at now, on the system stack of an M that owns a P (a thief runs
 * others' too, so take the heap's lock). Returns the next deadline, 0: none. Sets *ran if any ran. */
int64_t rt_timers_run(P *p, int64_t now, bool *ran);
int64_t rt_timers_next(P *p);        /* the next deadline, 0: none; any thread */
int64_t rt_timers_count(P *p);       /* in its heap, about */
void rt_timers_move(P *from, P *to); /* GOMAXPROCS became smaller; the world is stopped */
/* timer.c calls rt_wake_netpoller(when) when a timer becomes the first of a P: an idle M sleeps no longer. */
void rt_wake_netpoller(int64_t when);

/* netpoll.c. Runs in rt_gc_blocking: its records are not collected memory. When it is set up it calls
 * rt_wake_netpoller(0), so that an M that sleeps for timers alone looks again. Waits up to delay ns (< 0: for
 * ever, 0: not at all) and returns the Gs that became ready. */
GList rt_netpoll(int64_t delay);
void rt_netpoll_break(void); /* makes a waiting rt_netpoll return */
bool rt_netpoll_inited(void);
bool rt_netpoll_waiters(void); /* some goroutine waits for I/O: no deadlock */

/* special.c. Some objects with finalizers or cleanups are unreachable; on any thread, after a collection. */
void rt_unreachable_ready(void);

/* traceback.c. On the system stack. */
void rt_traceback_all(G *except_first); /* Go's text for all goroutines, the given one first */
void rt_traceback_pc(G *g, uintptr_t pc, uintptr_t sp,
                     uintptr_t bp); /* one stack, cut in the middle beyond 100 frames */

/* quit.c */
void rt_quit_init(void);
bool rt_pipe_signal_is_ours(void); /* SIGPIPE has the handler that does nothing */

/* panic.c. A fault in emitted code: the signal handler makes it look as if the faulting instruction had
 * called it. */
_Noreturn void rt_sigpanic(void);

#endif
