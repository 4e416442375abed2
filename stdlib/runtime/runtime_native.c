/* What package runtime declares without a body. Part of the runtime, floor 6. */
#include <gol/panic.h>
#include <gol/rt.h>

Int runtime__GOMAXPROCS(Int n);
void runtime__SetDefaultGOMAXPROCS(void);
Int runtime__NumCPU(void);
Int runtime__NumGoroutine(void);
void runtime__Gosched(void);
void runtime__LockOSThread(void);
void runtime__UnlockOSThread(void);
void runtime__GC(void);
void runtime__keep(Eface x);
void runtime__readMemStats(Ptr m);
Int runtime__Stack(Slice buf, Bool all);
Int runtime__callers(Int skip, Slice pcs);
void runtime__Breakpoint(void);

Int runtime__GOMAXPROCS(Int n) { return rt_gomaxprocs(n > 1 << 20 ? 1 << 20 : n < 0 ? 0 : (int32_t)n); }
void runtime__SetDefaultGOMAXPROCS(void) { rt_gomaxprocs(rt_ncpu()); }
Int runtime__NumCPU(void) { return rt_ncpu(); }
Int runtime__NumGoroutine(void) { return rt_numgoroutine(); }
void runtime__Gosched(void) {
    GOL_STACK_CHECK();
    rt_gosched();
}
void runtime__LockOSThread(void) { rt_lockosthread(); }
void runtime__UnlockOSThread(void) { rt_unlockosthread(); }
void runtime__GC(void) { rt_gc_collect(); }
void runtime__keep(Eface x GOL_UNUSED) {}
void runtime__Breakpoint(void) { __asm__ volatile("int3"); }

/* ---- memory statistics ------------------------------------------------------------------------------- */

typedef struct GOL_ALIAS { /* runtime.MemStats */
    Uint64 Alloc, TotalAlloc, Sys, Lookups, Mallocs, Frees, HeapAlloc, HeapSys, HeapIdle, HeapInuse,
        HeapReleased, HeapObjects, StackInuse, StackSys, MSpanInuse, MSpanSys, MCacheInuse, MCacheSys,
        BuckHashSys, GCSys, OtherSys, NextGC, LastGC, PauseTotalNs, PauseNs[256], PauseEnd[256];
    Uint32 NumGC, NumForcedGC;
    Float64 GCCPUFraction;
    Bool EnableGC, DebugGC;
} MemStats;

void runtime__readMemStats(Ptr p) {
    GOL_STACK_CHECK();
    RtGcStats s;
    rt_gc_stats(&s);
    MemStats *m = p;
    m->TotalAlloc = s.total_bytes;
    m->HeapSys = s.heap_bytes;
    m->HeapIdle = s.free_bytes;
    m->HeapReleased = s.unmapped_bytes;
    m->Alloc = m->HeapAlloc = m->HeapInuse = s.heap_bytes - s.free_bytes;
    m->StackInuse = m->StackSys = s.stack_bytes;
    m->Sys = s.obtained_bytes ? s.obtained_bytes : s.heap_bytes + s.stack_bytes;
    m->Mallocs = s.mallocs;
    m->LastGC = s.last_gc;
    m->PauseTotalNs = s.pause_total_ns;
    m->NumGC = (Uint32)s.n_gc;
    if (s.n_gc) m->PauseNs[(s.n_gc + 255) % 256] = s.last_pause_ns;
    m->EnableGC = true;
}

/* ---- stacks ------------------------------------------------------------------------------------------ */

typedef struct {
    Slice buf;
    Bool all;
    Int n;
} StackArg;
static void stack_text(void *arg) {
    StackArg *a = arg;
    rt_print_to(a->buf.ptr, a->buf.len);
    rt_traceback_g(rt_g());
    if (a->all) rt_traceback_others(rt_g());
    a->n = rt_print_to_end();
}

Int runtime__Stack(Slice buf, Bool all) {
    GOL_STACK_CHECK();
    if (buf.len == 0) return 0;
    StackArg a = {buf, all, 0};
    if (all) rt_stoptheworld(RT_WAIT_STOP_WORLD);
    gol_systemstack(stack_text, &a);
    if (all) rt_starttheworld();
    return a.n;
}

/* ---- callers ----------------------------------------------------------------------------------------- */

/* An address stands for as many frames as the C compiler has inlined there, but a Go program takes each
 * element of Callers for one. So where there are several, each gets an address of its own, in this table,
 * which `frame` knows. When the table is full the address itself is given, and frame finds the innermost. */
typedef struct {
    Uintptr pc;
    Int n;
} Split;
enum { SPLITS = 1 << 16 };
static Split splits[SPLITS];
static RtLock split_lock;

static Uintptr split_address(Uintptr pc, Int n) {
    Uintptr at = pc;
    rt_lock(&split_lock);
    Uint64 h = (pc * 0x9e3779b97f4a7c15ull >> 40) + (Uint64)n;
    for (int i = 0; i < 64; i++) {
        Split *s = &splits[(h + (Uint64)i) % SPLITS];
        if (s->pc == 0) *s = (Split){pc, n};
        if (s->pc != pc || s->n != n) continue;
        at = (Uintptr)s + 8; /* programs look one before a return address up */
        break;
    }
    rt_unlock(&split_lock);
    return at;
}

typedef struct {
    Int skip, n;
    Slice pcs;
    Uintptr pc; /* whose frames are being counted */
    Int of_pc;
    bool several;
} Callers;

static bool count_frame(const RtFrame *f GOL_UNUSED, void *arg) {
    ++*(Int *)arg;
    return true;
}
/* Caller and Callers themselves may or may not have a frame: the C compiler makes a jump of a last call. */
static bool is_entry(const RtFrame *f) {
    return strcmp(f->fn->name, "runtime.Callers") == 0 || strcmp(f->fn->name, "runtime.Caller") == 0;
}

static bool on_caller(const RtFrame *f, void *arg) {
    Callers *c = arg;
    if (is_entry(f)) return true;
    if (f->pc != c->pc) {
        Int count = 0;
        rt_frames_of(f->pc, false, count_frame, &count);
        Uintptr entry = 0;
        /* A call that does not return may end its function: the address is then another function's entry. */
        c->several = count > 1 || (rt_func_at(f->pc, &entry) && entry == f->pc);
        c->pc = f->pc;
        c->of_pc = 0;
    }
    Int n = c->of_pc++;
    if (c->skip > 0) {
        c->skip--;
        return true;
    }
    if (c->n >= c->pcs.len) return false;
    ((Uintptr *)c->pcs.ptr)[c->n++] = c->several ? split_address(f->pc, n) : f->pc;
    return c->n < c->pcs.len;
}
static void callers_walk(void *arg) {
    RtContext ctx;
    rt_g_context(rt_g(), &ctx);
    rt_frames_walk(&ctx, false, on_caller, arg);
}

Int runtime__Callers(Int skip, Slice pc);
Uintptr runtime__entryOfCallers(void);
Uintptr runtime__entryOfCallers(void) { return (Uintptr)runtime__Callers + 1; }

/* skip 0 is runtime.Callers itself, which is left out; 1 is its caller. */
Int runtime__callers(Int skip, Slice pcs) {
    GOL_STACK_CHECK();
    Callers c = {skip > 0 ? skip - 1 : 0, 0, pcs, 0, 0, false};
    gol_systemstack(callers_walk, &c);
    return c.n;
}

typedef struct {
    String function, file;
    Int line;
    Uintptr entry;
    Bool ok;
} FrameResult;
typedef struct {
    Uintptr pc;
    Int n;
    FrameResult r;
} FrameArg;
FrameResult runtime__frame(Uintptr pc, Int n);

static bool on_nth(const RtFrame *f, void *arg) {
    FrameArg *a = arg;
    if (a->n-- > 0) return true;
    a->r = (FrameResult){rt_str_c(f->fn->name), f->file ? rt_str_c(f->file) : (String){NULL, 0}, f->line,
                         (Uintptr)f->fn->entry, true};
    return false;
}
static void frame_find(void *arg) {
    FrameArg *a = arg;
    Uintptr lo = (Uintptr)splits, pc = a->pc, entry;
    if (pc - lo < sizeof splits) {
        if (a->n > 0) return;
        Split s = splits[(pc - lo) / sizeof(Split)];
        a->n = s.n;
        rt_frames_of(s.pc, false, on_nth, a);
        return;
    }
    const gol_funcinfo *f = rt_func_at(pc, &entry);
    if (f == NULL) f = rt_func_of_value(pc, &entry);
    if (f && entry == pc) { /* a function's own address, not a return address */
        if (a->n == 0)
            a->r = (FrameResult){rt_str_c(f->name), f->file ? rt_str_c(f->file) : (String){NULL, 0}, f->line,
                                 entry, true};
        return;
    }
    rt_frames_of(pc, false, on_nth, a);
}

FrameResult runtime__frame(Uintptr pc, Int n) {
    GOL_STACK_CHECK();
    FrameArg a = {pc, n, {{NULL, 0}, {NULL, 0}, 0, 0, false}};
    if (pc != 0) gol_systemstack(frame_find, &a);
    return a.r;
}
