/* quit.c: SIGQUIT prints what all goroutines do and ends the program; SIGPIPE does nothing.
 *
 * Floor 6. The report is made in the signal handler, on the signal stack of whichever thread got it, without
 * stopping the others: goroutines that run on other threads are named but not shown. Should a lock that the
 * interrupted thread holds stand in the way, an alarm ends the program all the same.
 */
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include "collect.h"
#include "os.h"
#include "panic.h"
#include "rt.h"

static void print_registers(const greg_t *r) {
    static const struct {
        const char *name;
        int reg;
    } names[] = {
        {"rax    ", REG_RAX}, {"rbx    ", REG_RBX}, {"rcx    ", REG_RCX}, {"rdx    ", REG_RDX},
        {"rdi    ", REG_RDI}, {"rsi    ", REG_RSI}, {"rbp    ", REG_RBP}, {"rsp    ", REG_RSP},
        {"r8     ", REG_R8},  {"r9     ", REG_R9},  {"r10    ", REG_R10}, {"r11    ", REG_R11},
        {"r12    ", REG_R12}, {"r13    ", REG_R13}, {"r14    ", REG_R14}, {"r15    ", REG_R15},
        {"rip    ", REG_RIP}, {"rflags ", REG_EFL},
    };
    enum { CS = 0, GS = 16, FS = 32 }; /* bits of REG_CSGSFS */
    rt_print_err("\n");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        rt_print_err("%s0x%lx\n", names[i].name, (uint64_t)r[names[i].reg]);
    uint64_t segments = (uint64_t)r[REG_CSGSFS];
    rt_print_err("cs     0x%lx\nfs     0x%lx\ngs     0x%lx\n", segments >> CS & 0xffff,
                 segments >> FS & 0xffff, segments >> GS & 0xffff);
}

/* The kernel picks any thread: one that runs a goroutine can show it. Asks such a one instead, once. */
static bool pass_on(int sig) {
    static _Atomic(bool) passed;
    bool no = false;
    M *m = rt_m();
    if ((m && m->curg) || !rt_cas(&passed, &no, true)) return false;
    for (M *other = rt_load_acquire(&rt_allms); other; other = other->all_link) {
        G *g = other->curg;
        if (!g || !other->tid || rt_load_relaxed(&g->status) != RT_RUNNING) continue;
        os_thread_signal(other->tid, sig);
        return true;
    }
    return false;
}

static void on_quit(int sig, siginfo_t *info GOL_UNUSED, void *context) {
    static _Atomic(bool) once;
    bool no = false;
    if (pass_on(sig)) return;
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
    print_registers(((ucontext_t *)context)->uc_mcontext.gregs);
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
