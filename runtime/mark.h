/* mark.h: a tracer of our own over the collector's heap. Floor 2; see mark.c. */
#ifndef RT_MARK_H
#define RT_MARK_H

#include "rt.h"

typedef struct {
    uintptr_t lo, hi;       /* the heap's addresses */
    _Atomic(uint8_t) *bits; /* one for each 16 bytes: the object that starts there is reachable */
    struct RtMarkBlock *blocks;
    uintptr_t *stack; /* objects whose words have not been looked at */
    size_t depth;
    void *map; /* all of the above */
    size_t map_size;
} RtMarker;

/* False: no memory. Nobody may allocate between this and rt_mark_end, or what comes up is not seen. */
bool rt_mark_begin(RtMarker *m);
void rt_mark_end(RtMarker *m);
void rt_mark_range(RtMarker *m, uintptr_t from, uintptr_t to); /* the words there are roots */
void rt_mark_drain(RtMarker *m);                               /* follows all that was found */
bool rt_mark_reached(RtMarker *m, void *p);                    /* p's object was found, or p is in none */
void rt_mark_statics(RtMarker *m, bool skipping); /* static data; skipping: less what rt_mark_skip named */
void rt_mark_skip(const void *from, size_t size);

#endif
