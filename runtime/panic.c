/* panic.c: defer, panic, recover, Goexit, and the end of a program that nobody saves.
 *
 * Floor 3.
 *
 * A function that defers has a gol_frame, a C local, linked from G.frame by distance from the stack's top; so
 * are the frames among each other. It holds the deferred calls not yet run, last first. A panic, or Goexit,
 * is a record in collected memory (Panic), linked from G.panics. It runs the deferred calls of the innermost
 * frame on top of the panicking frames, unlinking each frame when it is empty, until one of them recovers, or
 * none is left. On recovery the stack is cut back to the frame whose call recovered; the function goes on
 * there as GOL_FRAME_ENTER or gol_frame_enter has it: it runs what is left of its deferred calls and returns.
 *
 * A panic that starts in a deferred call stands before the older one in the list. When it is recovered in a
 * frame further out, the older one's C frames are cut off with it: all records deeper than the frame are
 * dropped. If one of them was a Goexit, that goes on from there instead.
 *
 * Nothing here keeps a pointer into the stack except in C locals. Deferred calls can move the stack and
 * change the M; G stays the same.
 */
#include "val.h"
#include "panic.h"
#include "rt.h"

#define NILSTR ((String){NULL, 0})

/* ---- frames ------------------------------------------------------------------------------------------ */

_Static_assert(offsetof(G, hi) == GOL_G_HI && offsetof(G, frame) == GOL_G_FRAME, "GOL_FRAME_ENTER");
_Static_assert(offsetof(gol_frame, prev) == 64 && offsetof(gol_frame, results) == 80, "GOL_FRAME_ENTER");

Bool rt_frame_link(gol_frame *f, void *results);
Bool rt_frame_link(gol_frame *f, void *results) {
    G *g = rt_g();
    f->prev = g->frame;
    f->defers = NULL;
    f->results = results;
    g->frame = g->hi - (uintptr_t)f;
    return false;
}

Uint64 gol_frame_token(void) { return rt_g()->frame; }
gol_frame *gol_frame_at(Uint64 token) { return (gol_frame *)(rt_g()->hi - token); }

void gol_frame_leave(gol_frame *f) {
    GOL_STACK_CHECK();
    gol_defer *d;
    while ((d = f->defers) != NULL) {
        f->defers = d->next;
        d->code(d);
    }
    rt_g()->frame = f->prev;
}

void *gol_frame_recovered(void) {
    GOL_STACK_CHECK();
    gol_frame *f = gol_frame_at(gol_frame_token());
    gol_frame_leave(f);
    return f->results;
}

static gol_frame *frame_top(G *g) { return g->frame ? (gol_frame *)(g->hi - g->frame) : NULL; }

/* ---- recover ----------------------------------------------------------------------------------------- */

void gol_recover_pass(void *from, void *to) {
    G *g = rt_g();
    if (GOL_UNLIKELY(g->defer_callee == from)) g->defer_callee = to;
}

Bool gol_recover_take(void *self) {
    G *g = rt_g();
    if (GOL_LIKELY(g->defer_callee != self)) return false;
    g->defer_callee = NULL;
    return true;
}

Eface gol_recover(Bool taken) {
    Panic *p = rt_g()->panics;
    if (!taken || p == NULL || p->goexit || p->recovered) return (Eface){NULL, NULL};
    p->recovered = true;
    return p->arg;
}

/* ---- panicking --------------------------------------------------------------------------------------- */

static GOL_NORETURN void goexit_from_frame(void);
static GOL_NORETURN void panic_fatal(Panic *p);

/* p has been recovered by a deferred call of f. */
static GOL_NORETURN void unwind_to(gol_frame *f) {
    G *g = rt_g();
    Bool goexit = false;
    Panic *q = g->panics;
    for (; q && q->depth > g->frame; q = q->link) goexit |= q->goexit;
    g->panics = q;
    g->defer_callee = NULL;
    if (goexit) rt_frame_call(f, goexit_from_frame);
    rt_frame_resume(f);
}

/* Runs deferred calls, innermost first, until one recovers p (does not return) or none is left. */
static GOL_NOINLINE void run_deferred(Panic *p) {
    gol_frame *f;
    while ((f = frame_top(rt_g())) != NULL) {
        gol_defer *d = f->defers;
        if (d == NULL) {
            rt_g()->frame = f->prev;
            continue;
        }
        f->defers = d->next;
        rt_g()->defer_callee = (void *)d->code;
        d->code(d);
        rt_g()->defer_callee = NULL;
        if (p->recovered) unwind_to(f);
    }
}

static Panic *panic_push(void *sp) {
    G *g = rt_g();
    if (g == NULL) rt_throw("panic without goroutine");
    Panic *p = rt_gc_alloc(sizeof *p, sizeof *p);
    p->depth = g->hi - (uintptr_t)sp;
    p->link = g->panics;
    return p;
}

static GOL_NORETURN void panic_run(Eface v, uintptr_t fault_pc, uintptr_t fault_addr);
GOL_FUNCINFO(panic_run, "runtime.gopanic", __FILE__, __LINE__, 1);
static GOL_NORETURN void panic_run(Eface v, uintptr_t fault_pc, uintptr_t fault_addr) {
    GOL_STACK_CHECK_FRAME(1024);
    Panic *p = panic_push(__builtin_frame_address(0));
    p->arg = v;
    p->fault_pc = fault_pc;
    p->fault_addr = fault_addr;
    rt_g()->panics = p;
    run_deferred(p);
    panic_fatal(p);
}

void gol_panic(Eface v) {
    if (v.type == NULL) v = rt_panic_nil_error();
    panic_run(v, 0, 0);
}

static GOL_NORETURN void goexit_run(void) {
    GOL_STACK_CHECK_FRAME(1024);
    Panic *p = panic_push(__builtin_frame_address(0));
    p->goexit = true;
    rt_g()->panics = p;
    run_deferred(p);
    rt_g()->panics = NULL;
    rt_goexit();
}
static void goexit_from_frame(void) { goexit_run(); }

void runtime__Goexit(void);
void runtime__Goexit(void) { goexit_run(); }

void rt_panic_fault(Eface v, uintptr_t pc, uintptr_t addr) { panic_run(v, pc, addr); }

/* ---- the end ----------------------------------------------------------------------------------------- */

static RtLock dying; /* never unlocked: one report */

static Bool same_value(Eface a, Eface b) { return a.type == b.type && a.data == b.data; }

/* Turns errors and Stringers into their texts, on the goroutine's own stack: they are emitted code. */
static void prepare(Panic *p) {
    for (; p != NULL; p = p->link) {
        if (p->goexit) continue;
        if (p->link && same_value(p->link->arg, p->arg)) {
            p->link->repanicked = true;
            continue;
        }
        typedef String (*Method)(Ptr);
        Method m = (Method)rt_method_find(p->arg.type, "Error", &rt_type_func_string);
        if (m == NULL) m = (Method)rt_method_find(p->arg.type, "String", &rt_type_func_string);
        if (m == NULL) continue;
        String s = m(p->arg.data);
        p->arg = (Eface){&gol_type_string, gol_box_string(s)};
    }
}

static void print_panics(Panic *p) {
    if (p->link) {
        print_panics(p->link);
        if (p->link->repanicked) return;
        if (!p->link->goexit) rt_print_cstr("\t");
    }
    if (p->goexit) return;
    rt_print_cstr("panic: ");
    rt_print_panicval(p->arg);
    if (p->recovered) rt_print_cstr(p->repanicked ? " [recovered, repanicked]" : " [recovered]");
    rt_print_cstr("\n");
}

static void report(void *arg) { /* on the system stack */
    Panic *p = arg;
    rt_lock(&dying);
    rt_print_begin();
    print_panics(p);
    if (p->fault_pc) {
        rt_print_cstr("[signal SIGSEGV: segmentation violation code=0x1 addr=");
        rt_print_hex(p->fault_addr);
        rt_print_cstr(" pc=");
        rt_print_hex(p->fault_pc);
        rt_print_cstr("]\n");
    }
    rt_traceback_panic(rt_g());
    rt_print_end();
    rt_exit(2);
}

/* An Error or String method of the value has panicked. */
static GOL_NORETURN void panic_in_printing(Eface v) {
    String s = v.type == &gol_type_string
                   ? rt_str_cat(2, GOL_STR("panic while printing panic value: "), *(String *)v.data)
                   : rt_str_cat(2, GOL_STR("panic while printing panic value: type "), v.type->str);
    char *text = rt_alloc_persistent((size_t)s.len + 1);
    memcpy(text, s.ptr, (size_t)s.len);
    rt_throw(text);
}

static GOL_NORETURN void panic_fatal(Panic *p) {
    GOL_STACK_CHECK_FRAME(2048);
    for (Panic *q = p->link; q; q = q->link)
        if (q->printing) panic_in_printing(p->arg);
    p->printing = true;
    prepare(p);
    gol_systemstack(report, p);
    __builtin_unreachable();
}

void gol_unreachable(void) { rt_throw("unreachable code reached"); }
