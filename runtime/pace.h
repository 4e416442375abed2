/* pace.h: when to collect. Floor 2; see pace.c. */
#ifndef RT_PACE_H
#define RT_PACE_H

#include "rt.h"

extern _Atomic(uint64_t) rt_pace_next; /* bytes allocated since the last collection at which to look again */
uint64_t rt_pace_goal(void);           /* the heap size, about, at which the next collection is to end */
void rt_pace_init(void);
void rt_pace_look(uint64_t since); /* at rt_pace_next, on the system stack; may wait, or collect */
void rt_pace_event(void);          /* in a collection's events, under libgc's lock */
bool rt_pace_by_snapshot(void);    /* the heap is large */
void rt_pace_collected(void);      /* after each collection, by whoever has run it */

#endif
