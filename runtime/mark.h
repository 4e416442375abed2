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
    uint64_t live; /* bytes of what was found */
    void *map;     /* all of the above */
    size_t map_size;
} RtMarker;

/* False: no memory. Nobody may allocate between this and rt_mark_end, or what comes up is not seen. */
bool rt_mark_begin(RtMarker *m);
bool rt_mark_begin_at(RtMarker *m, uintptr_t lo, uintptr_t hi, void *bits); /* bits: zeroed, the caller's */
void rt_mark_end(RtMarker *m);
void rt_mark_range(RtMarker *m, uintptr_t from, uintptr_t to); /* the words there are roots */
void rt_mark_drain(RtMarker *m);                               /* follows all that was found */
void rt_mark_only(RtMarker *m, uintptr_t base);                /* this object, not what it refers to */
void rt_mark_contents(RtMarker *m, uintptr_t p);  /* what the object that starts there, if any, refers to */
bool rt_mark_reached(RtMarker *m, void *p);       /* p's object was found, or p is in none */
void rt_mark_statics(RtMarker *m, bool skipping); /* static data; skipping: less what rt_mark_skip named */
void rt_mark_find_statics(void); /* once, before the first rt_mark_statics in a child process */
uint64_t rt_gc_static_bytes(void);
void rt_mark_skip(const void *from, size_t size);

#endif
