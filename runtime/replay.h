/* replay.h: virtual time and the trace of what ran. Floor 4; see replay.c. */
#ifndef RT_REPLAY_H
#define RT_REPLAY_H

#include "rt.h"

int64_t rt_virtual_now(void);
/* The calling M has no P and found nothing to do; there are timers. True: the time is now the first one's,
 * and the caller must look again; false: another M does so. */
bool rt_virtual_jump(void);
extern bool rt_traced;
void rt_trace_run(const P *p, const G *g);
void rt_replay_init(const char *golddebug); /* the value of GOLDEBUG */

#endif
