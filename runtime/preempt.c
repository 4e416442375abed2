/* preempt.c: taking the CPU from a goroutine, and faults in emitted code.
 *
 * Floor 4. A P that is to give up its goroutine gets its preempt flag set and its M's stack limit raised
 * above any stack pointer, so that the next check of emitted code calls gol_morestack, which comes to
 * rt_preempt_check. For loops without calls the M gets SIGURG besides. The handler acts only when the
 * interrupted instruction is emitted code (section gol_text) on the goroutine's stack: then no runtime code
 * is half-way through anything, and no lock is held. It makes the context look as if the instruction had
 * called rt_async_preempt, below the red zone.
 *
 * A goroutine stopped like that may hold addresses of its stack in any form, so it is not moved until it ran
 * again (G.async). Requests can get lost: the flag is cleared when a G starts to run, and the limit is set
 * for it. sysmon asks again.
 */
#include "scheduler.h"
#include <pthread.h>

extern char __start_gol_text[] __attribute__((weak, visibility("hidden")));
extern char __stop_gol_text[] __attribute__((weak, visibility("hidden")));
extern char rt_async_preempt[], rt_sigpanic_call[];
uintptr_t rt_preempted(G *g);

enum { RED_ZONE = 128, ASYNC_ROOM = RED_ZONE + 8 + 16 * 8 + 56 };
/* Below the red zone, of a panic until its first check: tests/tools/frames proves both that it is enough and
 * that emitted code leaves so much. */
enum { FAULT_ROOM = RED_ZONE + 8 + 440 };

static bool in_emitted_code(uintptr_t pc) {
    return pc >= (uintptr_t)__start_gol_text && pc < (uintptr_t)__stop_gol_text;
}

static bool on_stack_of(const G *g, uintptr_t sp, uintptr_t room) { return sp > g->lo + room && sp <= g->hi; }

/* As if the interrupted instruction were a call of to. */
static void inject_call(void *context, char *to) {
    uintptr_t sp = os_context_sp(context) - RED_ZONE - sizeof(uintptr_t);
    *(uintptr_t *)sp = os_context_pc(context);
    os_context_set(context, (uintptr_t)to, sp);
}

/* ---- yielding ------------------------------------------------------------------------------------------ */

static void yield(M *m, G *g) {
    rt_save_vectors(m, g);
    rt_leave_g(m, g, RT_RUNNABLE);
    rt_lock(&rt_sched.lock);
    rt_globalq_put(g);
    rt_unlock(&rt_sched.lock);
    rt_schedule();
}

static bool should_yield(M *m) { return m->p && m->locks == 0 && rt_load_relaxed(&m->p->preempt); }

void rt_preempt_check(G *g) {
    enum { OFTEN = 16 };
    M *m = rt_m();
    if (should_yield(m) || (rt_debug.schedstress && m->p && m->locks == 0 && rt_randn(OFTEN) == 0))
        yield(m, g);
}

uintptr_t rt_preempted(G *g) {
    M *m = rt_m();
    if (should_yield(m)) {
        g->async = true;
        yield(m, g);
    }
    return g->sp;
}

/* ---- asking -------------------------------------------------------------------------------------------- */

void rt_preempt_p(P *p) {
    M *m = p->m; /* may change under us: Ms are for ever, and a wrong one is asked in vain */
    if (!m) return;
    rt_add(&m->limit_users, 1);
    _Atomic(uintptr_t) *limit = __atomic_load_n(&m->limit, __ATOMIC_SEQ_CST);
    if (limit) {
        rt_store_seq(&p->preempt, true);
        rt_store_seq(limit, UINTPTR_MAX);
        if (!rt_debug.noasync && m->tid) os_thread_signal(m->tid, SIGURG);
    }
    rt_add(&m->limit_users, -1);
}

void rt_preempt_forget(M *m) {
    __atomic_store_n(&m->limit, NULL, __ATOMIC_SEQ_CST);
    while (rt_load_seq(&m->limit_users)) os_yield();
}

void rt_preempt_all(void) {
    P *own = rt_p();
    for (int32_t i = 0; i < rt_procs; i++)
        if (rt_allps[i] != own && rt_load_seq(&rt_allps[i]->status) == RT_P_RUNNING)
            rt_preempt_p(rt_allps[i]);
}

/* ---- signals ------------------------------------------------------------------------------------------- */

static void on_preempt_signal(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info;
    M *m = rt_m();
    G *g = m ? m->curg : NULL;
    if (!g || !should_yield(m)) return;
    if (in_emitted_code(os_context_pc(context)) && on_stack_of(g, os_context_sp(context), ASYNC_ROOM))
        inject_call(context, rt_async_preempt);
}

static void on_fault(int sig, siginfo_t *info, void *context) {
    M *m = rt_m();
    G *g = m ? m->curg : NULL;
    uintptr_t pc = os_context_pc(context), sp = os_context_sp(context);
    if (g && in_emitted_code(pc) && on_stack_of(g, sp, FAULT_ROOM) && info->si_code > 0) {
        m->sigcode = sig;
        m->sigaddr = (uintptr_t)info->si_addr;
        m->sigpc = pc;
        inject_call(context, rt_sigpanic_call);
        return;
    }
    rt_print_err("fatal error: unexpected signal during runtime execution\n");
    rt_print_err("[signal %d code=%d addr=%p pc=%p sp=%p]\n", sig, info->si_code, info->si_addr, (void *)pc,
                 (void *)sp);
    if (m)
        rt_print_err("runtime: m=%lu p=%d g=%lu stack=[%p,%p) system stack=[%p,%p)\n", m->id,
                     m->p ? m->p->id : -1, g ? g->goid : 0, (void *)(g ? g->lo : 0), (void *)(g ? g->hi : 0),
                     (void *)m->sys_lo, (void *)m->sys_hi);
    if (rt_debug.core) {
        os_signal_default(sig); /* back to the instruction, for a core or a debugger */
        return;
    }
    if (g && on_stack_of(g, sp, 0)) rt_traceback_pc(g, pc, sp, os_context_bp(context));
    rt_exit(2);
}

void rt_preempt_init(void) {
    os_signal_install(SIGURG, on_preempt_signal);
    os_signal_install(SIGSEGV, on_fault);
    os_signal_install(SIGBUS, on_fault);
    os_signal_install(SIGFPE, on_fault);
}
