/* contend.c: how long who lost a race for a cache line leaves it alone.
 *
 * Floor 1. Two processors that take turns at a cache line get through a third of the operations that one gets
 * through alone: each turn moves the line, and usually what it guards. So who finds a word changed under its
 * hands waits, and the longer the more the word is fought for: a thread that loses again soon after it waited
 * waits twice as long, up to some 5 us; one that lost by chance waits for a moment. "Soon" is measured
 * against the wait itself. Where everybody does little else than fight, a thread loses again as soon as
 * another's wait ends, which was as long as its own; where there is work in between, the gap is that work
 * over the share of it that is guarded, many times the wait.
 *
 * One length for all (40 pauses, 1 us) was rejected: eight goroutines at a mutex take 1.3 times as long so as
 * with four times the pauses, which in turn would be too long for who lost by chance.
 */
#include "rt.h"

enum { PAUSES_LEAST = 32, PAUSES_MOST = 192, SOON = 2 }; /* a pause takes 5 to 40 ns */

typedef struct {
    uint64_t ended, took; /* the last wait, in ticks of the processor's counter */
    int pauses;
} Waited;

static __thread Waited last;

/* Nothing is kept across a switch: there is none in here, and no preemption in the runtime. */
void gol_contended(void) {
    uint64_t began = __builtin_ia32_rdtsc();
    bool again = began - last.ended < SOON * last.took; /* another CPU's counter may be behind: then not */
    int pauses = !again ? PAUSES_LEAST : last.pauses * 2 < PAUSES_MOST ? last.pauses * 2 : PAUSES_MOST;
    for (int k = pauses; k > 0; k--) rt_cpu_relax();
    uint64_t ended = __builtin_ia32_rdtsc();
    last = (Waited){ended, ended - began, pauses};
}
