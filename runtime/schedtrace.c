/* schedtrace.c: GODEBUG=schedtrace=N[,scheddetail=1]: every N ms what the scheduler does, in Go's form.
 *
 * Floor 4. The monitor thread calls it. It holds sched.lock for the lists and counts; what it reads of Ps, Ms
 * and Gs changes meanwhile. They are never freed, so that a stale pointer only gives a stale line. Status
 * numbers are Go's.
 */
#include "scheduler.h"
#include "val.h"

static void number(const char *name, int64_t v) {
    rt_print_cstr(name);
    rt_print_int(v);
}

/* A number, or "nil". */
static void id_or_nil(const char *name, bool some, uint64_t id) {
    rt_print_cstr(name);
    if (some)
        rt_print_uint(id);
    else
        rt_print_cstr("nil");
}

static int64_t threads(void) {
    int64_t n = 0;
    for (M *m = rt_load_acquire(&rt_allms); m; m = m->all_link) n++;
    return n;
}

static int go_p_status(uint32_t status) {
    switch (status) {
    case RT_P_RUNNING: return 1;
    case RT_P_SYSCALL: return 2;
    case RT_P_STOPPED: return 3;
    case RT_P_DEAD: return 4;
    default: return 0;
    }
}

static int go_g_status(const G *g) {
    switch (rt_load_relaxed(&g->status)) {
    case RT_RUNNABLE: return 1;
    case RT_RUNNING: return 2;
    case RT_SYSCALL: return 3;
    case RT_WAITING: return 4;
    case RT_DEAD: return 6;
    default: return 0;
    }
}

static void one_p(int32_t i) {
    P *p = rt_allps[i];
    M *m = p->m;
    number("  P", i);
    number(": status=", go_p_status(rt_load_relaxed(&p->status)));
    number(" schedtick=", rt_load_relaxed(&p->schedtick));
    number(" syscalltick=", rt_load_relaxed(&p->syscalltick));
    id_or_nil(" m=", m, m ? m->id : 0);
    number(" runqsize=", rt_load_relaxed(&p->runq_tail) - rt_load_relaxed(&p->runq_head));
    number(" gfreecnt=", p->gfree_n);
    number(" timerslen=", rt_timers_count(p));
    rt_print_cstr("\n");
}

static void one_m(M *m) {
    P *p = m->p;
    G *g = m->curg, *locked = m->locked_g;
    number("  M", (int64_t)m->id);
    id_or_nil(": p=", p, p ? (uint64_t)p->id : 0);
    id_or_nil(" curg=", g, g ? g->goid : 0);
    number(" mallocing=", m->mallocing);
    rt_print_cstr(" throwing=0 preemptoff=");
    number(" locks=", m->locks);
    rt_print_cstr(m->spinning ? " dying=0 spinning=true" : " dying=0 spinning=false");
    rt_print_cstr(m->blocked_sp ? " blocked=true" : " blocked=false");
    id_or_nil(" lockedg=", locked, locked ? locked->goid : 0);
    rt_print_cstr("\n");
}

static void one_g(G *g, void *arg) {
    (void)arg;
    M *m = g->m, *locked = g->locked_m;
    number("  G", (int64_t)g->goid);
    number(": status=", go_g_status(g));
    rt_print_cstr("(");
    rt_print_cstr(g->waitreason ? rt_wait_text(g->waitreason) : "");
    id_or_nil(") m=", m, m ? m->id : 0);
    id_or_nil(" lockedm=", locked, locked ? locked->id : 0);
    rt_print_cstr("\n");
}

static void counts(int64_t now) {
    number("SCHED ", (now - rt_start_time) / 1000000);
    number("ms: gomaxprocs=", rt_procs);
    number(" idleprocs=", rt_load_relaxed(&rt_sched.n_idle_ps));
    number(" threads=", threads());
    number(" spinningthreads=", rt_load_relaxed(&rt_sched.n_spinning));
    rt_print_cstr(" needspinning=0");
    number(" idlethreads=", rt_sched.n_idle_ms);
    number(" runqueue=", rt_sched.runq.n);
}

static void in_short(void) {
    rt_print_cstr(" [ ");
    for (int32_t i = 0; i < rt_procs; i++)
        number(i ? " " : "",
               rt_load_relaxed(&rt_allps[i]->runq_tail) - rt_load_relaxed(&rt_allps[i]->runq_head));
    rt_print_cstr(" ] schedticks=[ ");
    for (int32_t i = 0; i < rt_procs; i++) {
        number("", rt_load_relaxed(&rt_allps[i]->schedtick));
        rt_print_cstr(" ");
    }
    rt_print_cstr("]\n");
}

static void in_detail(void) {
    number(" gcwaiting=", rt_load_relaxed(&rt_sched.stopping));
    number(" nmidlelocked=", rt_sched.n_locked_idle_ms);
    number(" stopwait=", rt_sched.stop_wait);
    number(" sysmonwait=", rt_load_relaxed(&rt_sched.sysmon_waiting));
    rt_print_cstr("\n");
    for (int32_t i = 0; i < rt_procs; i++) one_p(i);
    for (M *m = rt_load_acquire(&rt_allms); m; m = m->all_link) one_m(m);
    rt_allgs_each(one_g, NULL);
}

void rt_schedtrace(int64_t now) {
    static int64_t last;
    if (now - last < (int64_t)rt_debug.schedtrace * 1000000) return;
    last = now;
    rt_print_begin();
    rt_lock(&rt_sched.lock);
    counts(now);
    if (rt_debug.scheddetail)
        in_detail();
    else
        in_short();
    rt_unlock(&rt_sched.lock);
    rt_print_end();
}
