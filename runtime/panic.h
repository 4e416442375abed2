/* panic.h: what panic.c, errors.c and traceback.c share.
 *
 * Floor 3.
 */
#ifndef RT_PANIC_H
#define RT_PANIC_H

#include "rt.h"
#include "val.h"

typedef struct Panic { /* a panic or a Goexit under way; collected, linked from G.panics */
    struct Panic *link;
    Eface arg;
    uint64_t depth;     /* of the C frame that runs the deferred calls: distance from the stack's top */
    uintptr_t fault_pc; /* not 0: Go would have got a SIGSEGV there */
    uintptr_t fault_addr;
    bool goexit, recovered, repanicked, printing;
} Panic;

void rt_frame_resume(gol_frame *f) __attribute__((noreturn)); /* frame_amd64.S */
void rt_frame_call(gol_frame *f, void (*fn)(void)) __attribute__((noreturn));

Eface rt_panic_nil_error(void);
GOL_NORETURN void rt_panic_fault(Eface v, uintptr_t pc, uintptr_t addr);

/* ---- traceback.c: all on the system stack, of goroutines that do not run meanwhile ---- */

typedef struct { /* a frame as the Go program sees it: C inlining undone */
    const gol_funcinfo *fn;
    const char *file;
    Int line;
    Uintptr pc, entry; /* pc is a return address */
    bool inlined;      /* into the next frame: no place of its own */
} RtFrame;

/* The frames of one address, innermost first; fn is never NULL. Returns false when visit did. */
bool rt_frames_of(Uintptr pc, bool exact, bool (*visit)(const RtFrame *, void *), void *arg);
/* All frames from c outwards. */
void rt_frames_walk(const RtContext *c, bool exact, bool (*visit)(const RtFrame *, void *), void *arg);
const gol_funcinfo *rt_func_of_value(Uintptr pc, Uintptr *entry); /* pc is the code of a func value */
const gol_funcinfo *rt_func_at(Uintptr pc,
                               Uintptr *entry); /* the outermost function there; NULL: none of Go's */

/* The call that returns to pc: before, then its function, and on the next line the place. */
void rt_print_place_of(const void *pc, const char *before);
void rt_traceback_g(G *g); /* header, frames, creator */
void rt_traceback_at(G *g, const RtContext *c);
void rt_traceback_others(G *but);
void rt_traceback_set(String level); /* as GOTRACEBACK */
void rt_traceback_panic(G *g);       /* the dying goroutine, then what GOTRACEBACK asks for */

#endif
