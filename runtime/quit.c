/* quit.c: SIGQUIT prints what all goroutines do and ends the program; SIGPIPE does nothing.
 *
 * Floor 6. The report is made in the signal handler, on the signal stack of whichever thread got it, without
 * stopping the others: goroutines that run on other threads are named but not shown. Should a lock that the
 * interrupted thread holds stand in the way, an alarm ends the program all the same.
 */
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include "os.h"
#include "panic.h"
#include "rt.h"

static void on_quit(int sig GOL_UNUSED, siginfo_t *info GOL_UNUSED, void *context) {
    static _Atomic(bool) once;
    bool no = false;
    if (!rt_cas(&once, &no, true)) return;
    os_signal_default(SIGALRM);
    alarm(5);
    M *m = rt_m();
    G *g = m ? m->curg : NULL;
    uintptr_t sp = os_context_sp(context);
    rt_print_err("SIGQUIT: quit\nPC=%p m=%ld sigcode=0\n", (void *)os_context_pc(context),
                 m ? (long)m->id : -1l);
    if (g && sp > g->lo && sp <= g->hi) {
        const greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
        RtContext c = {.rbx = (uintptr_t)r[REG_RBX],
                       .rbp = (uintptr_t)r[REG_RBP],
                       .r12 = (uintptr_t)r[REG_R12],
                       .r13 = (uintptr_t)r[REG_R13],
                       .r14 = (uintptr_t)r[REG_R14],
                       .r15 = (uintptr_t)r[REG_R15],
                       .rsp = sp,
                       .rip = (uintptr_t)r[REG_RIP]};
        rt_print_err("\n");
        rt_traceback_at(g, &c);
        rt_traceback_others(g);
    } else {
        rt_traceback_others(NULL);
    }
    rt_exit(2);
}

/* A write to a broken pipe is an error of the write, not the end of the program. A handler, unlike SIG_IGN,
 * is not handed down to programs that this one starts. */
static void on_pipe(int sig GOL_UNUSED, siginfo_t *info GOL_UNUSED, void *context GOL_UNUSED) {}

bool rt_pipe_signal_is_ours(void) {
    struct sigaction sa;
    return sigaction(SIGPIPE, NULL, &sa) == 0 && sa.sa_sigaction == on_pipe;
}

void rt_quit_init(void) {
    os_signal_install(SIGQUIT, on_quit);
    os_signal_install(SIGPIPE, on_pipe);
}
