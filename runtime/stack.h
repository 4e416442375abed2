/* stack.h: goroutine stacks, for the scheduler and the collector. Floor 2; see stack.c. */
#ifndef RT_STACK_H
#define RT_STACK_H

#include "rt.h"

/* A goroutine starts with 2 KiB or so for its G and its stack. An odd number of cache lines: the tops of
 * stacks, all that many goroutines use of them, spread over all sets of the caches. */
#define STACK_MIN ((size_t)1856)

/* Where the Gs and the stacks lie: between the program and its libraries, tera-bytes from either. Were they
 * amid the collector's heap, each stack's words that point into its own stack or at its G would be taken for
 * pointers to memory which the heap may get later; libgc avoids such blocks, and with a million stacks finds
 * no other. */
#define RT_GS_NEAR     ((uintptr_t)0x5fe000000000)
#define RT_STACKS_NEAR ((uintptr_t)0x600000000000)

extern uint64_t rt_xsave_mask; /* which vector state is saved */
extern size_t rt_xsave_size;

void rt_stack_init(void);
/* Gives g a stack of at least size bytes. Throws when there is no memory. */
void rt_stack_alloc(G *g, size_t size);
void rt_stack_free(G *g);
/* g, which has just left its stack for the M's, is about to wait: may make its stack smaller. */
void rt_stack_parked(G *g);
/* The same for one that waits, while the world is stopped. True: pages were given back, which takes a
 * microsecond. */
bool rt_stack_collected(G *g);
#define STACK_MAY_SHRINK ((size_t)32 << 10) /* only stacks of more bytes */
/* The value of gol_stack_limit while g runs. */
uintptr_t rt_stack_limit(const G *g);
/* g's stack is worth keeping for another goroutine that will need more than a small one. */
bool rt_stack_keep(const G *g);
#define STACK_DEEP ((size_t)8 << 10) /* the size of those */
uint64_t rt_stack_bytes(void);       /* in use, about */
void rt_stack_release(void); /* after a collection: gives the memory of stacks back that are free for long */
void rt_stack_flush_cache(P *p);

/* From ctx_amd64.S, on the system stack: makes room for wanted bytes below the check, or yields. */
uintptr_t rt_newstack(G *g, size_t wanted);

/* preempt.c: g reached a check and was asked to yield. Does not return if it does. */
void rt_preempt_check(G *g);

#endif
