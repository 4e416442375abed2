/* What package os/signal declares without a body. Part of the runtime, floor 6.
 *
 * A handler may do little: it sets a bit and writes a byte to a pipe, from whose other end a goroutine reads.
 * Signals that the runtime itself lives by are not given away. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <gol/os.h>
#include <gol/rt.h>

void os_signal__wake(Int fd);
Bool os_signal__catch(Int sig);
void os_signal__restore(Int sig);
Bool os_signal__ignore(Int sig);
Bool os_signal__ignored(Int sig);
Uint64 os_signal__take(void);

static _Atomic(uint64_t) pending;
static _Atomic(int) wake_fd = -1;

static void on_signal(int sig, siginfo_t *info GOL_UNUSED, void *context GOL_UNUSED) {
    int saved = errno;
    atomic_fetch_or(&pending, 1ull << sig);
    int fd = atomic_load(&wake_fd);
    if (fd >= 0 && write(fd, "", 1) < 0) {} /* full: the reader has enough to wake for */
    errno = saved;
}

/* Those of the program: not what the collector, preemption and faults use, nor what cannot be caught. */
static bool free_to_use(Int sig) {
    if (sig <= 0 || sig > 31) return false;
    switch (sig) {
    case SIGKILL:
    case SIGSTOP:
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGURG: return false;
    }
    return !rt_gc_uses_signal((int)sig);
}

void os_signal__wake(Int fd) { atomic_store(&wake_fd, (int)fd); }
Uint64 os_signal__take(void) { return atomic_exchange(&pending, 0); }

Bool os_signal__catch(Int sig) {
    if (!free_to_use(sig)) return false;
    os_signal_install((int)sig, on_signal);
    return true;
}

void os_signal__restore(Int sig) {
    if (!free_to_use(sig) || os_signal__ignored(sig)) return; /* Reset does not undo Ignore */
    if (sig == SIGQUIT || sig == SIGPIPE)
        rt_quit_init();
    else
        os_signal_default((int)sig);
}

Bool os_signal__ignore(Int sig) {
    if (!free_to_use(sig)) return false;
    signal((int)sig, SIG_IGN);
    return true;
}

Bool os_signal__ignored(Int sig) {
    struct sigaction sa;
    return sig > 0 && sig < 65 && sigaction((int)sig, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN;
}
