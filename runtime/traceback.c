/* traceback.c: what stack a goroutine has, in terms of the Go program: for reports and for runtime.Callers.
 *
 * Floor 3, on the system stack. libunwind walks the C frames from a context made of saved registers; it reads
 * only unwind tables and the goroutine's stack. A C frame stands for one Go function or, where the C compiler
 * has inlined, for several: libbacktrace tells from the debug information. Names come from the gol_funcs
 * section, found by the C symbol, or without debug information by the address of the function's entry. Frames
 * without an entry there (the runtime, thunks) are left out.
 *
 * Return addresses point behind the call, so they are looked up one lower, save where a goroutine was
 * interrupted
 * ("exact").
 */
#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include <stdlib.h>
#include <sys/mman.h>

#include "panic.h"
#include "rt.h"
#include "val.h"

/* libbacktrace comes with gcc, and its header lies in gcc's own directory, where clang does not look. */
struct backtrace_state;
typedef void (*BacktraceError)(void *data, const char *msg, int err);
extern struct backtrace_state *backtrace_create_state(const char *file, int threaded, BacktraceError,
                                                      void *data);
extern int backtrace_pcinfo(struct backtrace_state *, uintptr_t pc,
                            int (*)(void *data, uintptr_t pc, const char *file, int line,
                                    const char *function),
                            BacktraceError, void *data);
extern int backtrace_syminfo(struct backtrace_state *, uintptr_t pc,
                             void (*)(void *data, uintptr_t pc, const char *name, uintptr_t value,
                                      uintptr_t size),
                             BacktraceError, void *data);

/* ---- the functions of the program -------------------------------------------------------------------- */

extern const gol_funcinfo __start_gol_funcs[] __attribute__((weak, visibility("hidden")));
extern const gol_funcinfo __stop_gol_funcs[] __attribute__((weak, visibility("hidden")));

static struct {
    RtLock lock;
    _Atomic(bool) ready;
    Uint64 mask;
    const gol_funcinfo **by_symbol, **by_entry; /* open addressing */
    struct backtrace_state *debug;
} funcs;

static Uint64 hash_symbol(const char *s, size_t n) { return gol_hash_bytes(s, 0, n); }
static Uint64 hash_entry(Uintptr a) { return (a >> 4) * 0x9e3779b97f4a7c15ull >> 32; }

static void on_debug_error(void *data GOL_UNUSED, const char *msg GOL_UNUSED, int err GOL_UNUSED) {}

static void funcs_load(void) {
    if (rt_load_acquire(&funcs.ready)) return;
    rt_lock(&funcs.lock);
    if (!rt_load_relaxed(&funcs.ready)) {
        Uint64 n = __start_gol_funcs ? (Uint64)(__stop_gol_funcs - __start_gol_funcs) : 0, size = 16;
        while (size < 2 * n) size *= 2;
        funcs.mask = size - 1;
        funcs.by_symbol = rt_alloc_persistent(size * sizeof(void *));
        funcs.by_entry = rt_alloc_persistent(size * sizeof(void *));
        for (Uint64 i = 0; i < n; i++) {
            const gol_funcinfo *f = &__start_gol_funcs[i];
            Uint64 h = hash_symbol(f->symbol, strlen(f->symbol)) & funcs.mask;
            while (funcs.by_symbol[h]) h = (h + 1) & funcs.mask;
            funcs.by_symbol[h] = f;
            h = hash_entry((Uintptr)f->entry) & funcs.mask;
            while (funcs.by_entry[h]) h = (h + 1) & funcs.mask;
            funcs.by_entry[h] = f;
        }
        funcs.debug = backtrace_create_state(NULL, 1, on_debug_error, NULL);
        rt_store_release(&funcs.ready, true);
    }
    rt_unlock(&funcs.lock);
}

static const gol_funcinfo *func_by_symbol(const char *s) {
    if (s == NULL) return NULL;
    size_t n = strcspn(s, "."); /* f.cold, f.part.0, f.constprop.1 */
    for (Uint64 h = hash_symbol(s, n) & funcs.mask; funcs.by_symbol[h]; h = (h + 1) & funcs.mask) {
        const gol_funcinfo *f = funcs.by_symbol[h];
        if (strncmp(f->symbol, s, n) == 0 && f->symbol[n] == 0) return f;
    }
    return NULL;
}

static const gol_funcinfo *func_by_entry(Uintptr a) {
    for (Uint64 h = hash_entry(a) & funcs.mask; funcs.by_entry[h]; h = (h + 1) & funcs.mask)
        if ((Uintptr)funcs.by_entry[h]->entry == a) return funcs.by_entry[h];
    return NULL;
}

/* Where the C function that holds pc begins: from the symbol table, which debug information does not need. */
typedef struct {
    const char *name;
    Uintptr entry;
} SymbolInfo;
static void on_symbol(void *data, uintptr_t pc GOL_UNUSED, const char *name, uintptr_t value,
                      uintptr_t size GOL_UNUSED) {
    SymbolInfo *s = data;
    s->name = name;
    s->entry = value;
}

const gol_funcinfo *rt_func_at(Uintptr pc, Uintptr *entry) {
    funcs_load();
    SymbolInfo s = {NULL, 0};
    backtrace_syminfo(funcs.debug, pc, on_symbol, on_debug_error, &s);
    const gol_funcinfo *f = s.entry ? func_by_entry(s.entry) : NULL;
    if (f == NULL) f = func_by_symbol(s.name);
    if (f == NULL) { /* stripped: the unwind tables know */
        unw_proc_info_t info;
        if (unw_get_proc_info_by_ip(unw_local_addr_space, pc, &info, NULL) == 0)
            f = func_by_entry(info.start_ip);
    }
    if (f && entry) *entry = (Uintptr)f->entry;
    return f;
}

/* A func value of a declared function has a thunk's code, called after the function (mangle.c): so a
 * function's own address, as reflect.Value.Pointer gives it, leads to the function. *entry is pc then. */
const gol_funcinfo *rt_func_of_value(Uintptr pc, Uintptr *entry) {
    SymbolInfo s = {NULL, 0};
    char name[512];
    funcs_load();
    backtrace_syminfo(funcs.debug, pc, on_symbol, on_debug_error, &s);
    size_t n = s.name ? strlen(s.name) : 0;
    if (s.entry != pc || n < 6 || n + 8 > sizeof name || strcmp(s.name + n - 5, "__val") != 0) return NULL;
    memcpy(name, s.name, n - 5);
    name[n - 5] = 0;
    *entry = pc;
    const gol_funcinfo *f = func_by_symbol(name);
    if (f) return f;
    strcpy(name + n - 5, "__body");
    return func_by_symbol(name);
}

/* ---- frames of an address ---------------------------------------------------------------------------- */

enum { MAX_INLINED = 32 };

typedef struct {
    int n;
    struct {
        const char *file, *function;
        int line;
    } at[MAX_INLINED];
} Inlined;

static int on_pc(void *data, uintptr_t pc GOL_UNUSED, const char *file, int line, const char *function) {
    Inlined *in = data;
    if (in->n == MAX_INLINED) return 1;
    in->at[in->n].file = file;
    in->at[in->n].line = line;
    in->at[in->n++].function = function;
    return 0;
}

bool rt_frames_of(Uintptr pc, bool exact, bool (*visit)(const RtFrame *, void *), void *arg) {
    funcs_load();
    Uintptr at = exact ? pc : pc - 1, entry = 0;
    Inlined in = {.n = 0};
    backtrace_pcinfo(funcs.debug, at, on_pc, on_debug_error, &in);
    if (in.n <= 1 && (in.n == 0 || in.at[0].function == NULL)) {
        const gol_funcinfo *f = rt_func_at(at, &entry);
        if (f == NULL) return true;
        RtFrame fr = {f, f->file, f->line, pc, entry, false};
        if (in.n && in.at[0].file) fr.file = in.at[0].file, fr.line = in.at[0].line;
        return visit(&fr, arg);
    }
    for (int i = 0; i < in.n; i++) {
        const gol_funcinfo *f = func_by_symbol(in.at[i].function);
        if (f == NULL) continue;
        bool last = i == in.n - 1;
        RtFrame fr = {f, f->file, f->line, pc, last ? (Uintptr)f->entry : 0, !last};
        if (in.at[i].file) fr.file = in.at[i].file, fr.line = in.at[i].line;
        if (!visit(&fr, arg)) return false;
    }
    return true;
}

static bool cursor_init(unw_cursor_t *cursor, unw_context_t *uc, const RtContext *c, bool exact) {
    memset(uc, 0, sizeof *uc);
    greg_t *r = uc->uc_mcontext.gregs;
    r[REG_RBX] = (greg_t)c->rbx, r[REG_RBP] = (greg_t)c->rbp;
    r[REG_R12] = (greg_t)c->r12, r[REG_R13] = (greg_t)c->r13, r[REG_R14] = (greg_t)c->r14,
    r[REG_R15] = (greg_t)c->r15;
    r[REG_RSP] = (greg_t)c->rsp, r[REG_RIP] = (greg_t)c->rip;
    return unw_init_local2(cursor, uc, exact ? UNW_INIT_SIGNAL_FRAME : 0) == 0;
}

static bool cursor_context(unw_cursor_t *cursor, RtContext *c) {
    unw_word_t *to[] = {(unw_word_t *)&c->rbx, (unw_word_t *)&c->rbp, (unw_word_t *)&c->r12,
                        (unw_word_t *)&c->r13, (unw_word_t *)&c->r14, (unw_word_t *)&c->r15,
                        (unw_word_t *)&c->rsp, (unw_word_t *)&c->rip};
    static const int regs[] = {UNW_X86_64_RBX, UNW_X86_64_RBP, UNW_X86_64_R12, UNW_X86_64_R13,
                               UNW_X86_64_R14, UNW_X86_64_R15, UNW_X86_64_RSP, UNW_X86_64_RIP};
    for (int i = 0; i < 8; i++)
        if (unw_get_reg(cursor, regs[i], to[i]) != 0) return false;
    return true;
}

extern const char rt_redzone_begin[], rt_redzone_end[]; /* ctx_amd64.S */
enum { RED_ZONE = 128 };

typedef bool (*AddressVisitor)(Uintptr pc, bool exact, void *arg);

/* Endless recursion fills a gigabyte with frames that repeat, and libunwind needs most of a microsecond for
 * each. When the last frames repeat with a period (the same addresses, the same distance), the return
 * addresses say how far that goes on, and the walk skips there. */
enum { SEEN = 64, PERIOD_MAX = 16, DEEP = 4096 };
typedef struct {
    Uintptr ip[SEEN], sp[SEEN]; /* of the last frames, the latest last */
} Seen;

static unsigned period_of(const Seen *s) {
    for (unsigned k = 1; k <= PERIOD_MAX; k++) {
        Uintptr d = s->sp[k] - s->sp[0];
        unsigned i = 0;
        while (i + k < SEEN && s->ip[i] == s->ip[i + k] && s->sp[i + k] - s->sp[i] == d) i++;
        if (i + k == SEEN && d % 8 == 0 && d > 0) return k;
    }
    return 0;
}

/* The number of periods that certainly follow the latest frame. */
static Uintptr periods_ahead(const Seen *s, unsigned k, Uintptr hi) {
    Uintptr d = s->sp[k] - s->sp[0];
    for (Uintptr m = 1;; m++)
        for (unsigned i = SEEN - k; i < SEEN; i++) {
            Uintptr slot = s->sp[i] - 8 + m * d;
            if (slot + 8 > hi || *(const Uintptr *)slot != s->ip[i]) return m < 4 ? 0 : m - 3;
        }
}

/* libunwind takes a caller's stack pointer to be the callee's CFA. Where one of our frames stands below a red
 * zone that is not so: there it begins anew with the right one. hi is the end of the stack, 0 if not known.
 */
static void walk(const RtContext *c, bool exact, Uintptr hi, AddressVisitor visit, void *arg) {
    unw_context_t uc;
    unw_cursor_t cursor;
    Seen seen;
    if (!cursor_init(&cursor, &uc, c, exact)) return;
    for (Uintptr n = 1;; n++) {
        unw_word_t ip, sp;
        if (unw_get_reg(&cursor, UNW_REG_IP, &ip) != 0 || ip == 0 ||
            unw_get_reg(&cursor, UNW_REG_SP, &sp) != 0)
            return;
        if (!visit(ip, exact, arg)) return;
        memmove(seen.ip, seen.ip + 1, sizeof seen.ip - sizeof *seen.ip);
        memmove(seen.sp, seen.sp + 1, sizeof seen.sp - sizeof *seen.sp);
        seen.ip[SEEN - 1] = ip;
        seen.sp[SEEN - 1] = sp;
        unsigned k = hi && n % DEEP == 0 ? period_of(&seen) : 0;
        if (k) {
            Uintptr m = periods_ahead(&seen, k, hi), d = (seen.sp[k] - seen.sp[0]) * m;
            RtContext now;
            if (!cursor_context(&cursor, &now)) return;
            for (Uintptr i = 0; i < m * k; i++)
                if (!visit(seen.ip[SEEN - k + i % k], false, arg)) return;
            if (now.rbp - now.rsp < hi - now.rsp) now.rbp += d; /* a frame pointer */
            now.rsp += d;
            if (!cursor_init(&cursor, &uc, &now, false)) return;
        }
        exact = unw_is_signal_frame(&cursor) > 0;
        bool redzone = ip - (Uintptr)rt_redzone_begin <= (Uintptr)(rt_redzone_end - rt_redzone_begin);
        if (unw_step(&cursor) <= 0) return;
        if (redzone) {
            RtContext now;
            if (!cursor_context(&cursor, &now)) return;
            now.rsp += RED_ZONE;
            if (!cursor_init(&cursor, &uc, &now, exact)) return;
        }
    }
}

typedef struct {
    bool (*visit)(const RtFrame *, void *);
    void *arg;
} Visitor;
static bool visit_frames(Uintptr pc, bool exact, void *arg) {
    Visitor *v = arg;
    return rt_frames_of(pc, exact, v->visit, v->arg);
}
void rt_frames_walk(const RtContext *c, bool exact, bool (*visit)(const RtFrame *, void *), void *arg) {
    Visitor v = {visit, arg};
    walk(c, exact, 0, visit_frames, &v);
}

/* ---- Go's text --------------------------------------------------------------------------------------- */

enum { INNER_FRAMES = 50, OUTER_FRAMES = 50 };

/* A stack can be millions of frames deep: all are walked, but only those that are printed, and one of each
 * address in between, are looked up. */
typedef struct {
    Int n, skip; /* frames so far; not to be printed */
    Int far;     /* addresses with frames beyond the first INNER_FRAMES */
    struct Far {
        Uintptr pc;
        bool exact;
        Int frames;
    } last[OUTER_FRAMES]; /* a ring of them */
    struct {
        Uintptr pc;
        Int frames;
    } counts[256]; /* how many frames an address stands for */
} Print;

static void print_place(const char *file, Int line, Uintptr off) {
    rt_print_cstr("\t");
    rt_print_cstr(file ? file : "?");
    rt_print_cstr(":");
    rt_print_int(line);
    if (off) {
        rt_print_cstr(" +");
        rt_print_hex(off);
    }
    rt_print_cstr("\n");
}

/* The frame that runs deferred calls while panicking: Go shows it, unless it is the innermost. */
static bool is_gopanic(const RtFrame *f) { return strcmp(f->fn->name, "runtime.gopanic") == 0; }

static void print_frame(const RtFrame *f) {
    rt_print_cstr(is_gopanic(f) ? "panic" : f->fn->name);
    /* The arguments' values are not known, and Go shows none of an inlined frame. */
    rt_print_cstr(f->fn->nparams == 0 && !f->inlined ? "()\n" : "(...)\n");
    print_place(f->file, f->line, f->inlined ? 0 : f->pc - f->entry);
}

static bool on_frame(const RtFrame *f, void *arg) {
    Print *p = arg;
    if (p->skip > 0) {
        p->skip--;
        return true;
    }
    if (p->n == 0 && is_gopanic(f)) return true;
    print_frame(f);
    p->n++;
    return true;
}

static bool count_frame(const RtFrame *f GOL_UNUSED, void *arg) {
    ++*(Int *)arg;
    return true;
}
static Int frames_at(Print *p, Uintptr pc, bool exact) {
    unsigned i = (unsigned)(pc * 0x9e3779b97f4a7c15ull >> 56);
    if (p->counts[i].pc != pc) {
        p->counts[i].pc = pc;
        p->counts[i].frames = 0;
        rt_frames_of(pc, exact, count_frame, &p->counts[i].frames);
    }
    return p->counts[i].frames;
}

static bool on_address(Uintptr pc, bool exact, void *arg) {
    Print *p = arg;
    if (p->n < INNER_FRAMES) return rt_frames_of(pc, exact, on_frame, p);
    Int n = frames_at(p, pc, exact);
    if (n == 0) return true;
    p->last[p->far++ % OUTER_FRAMES] = (struct Far){pc, exact, n};
    p->n += n;
    return true;
}

static void print_frames(const RtContext *c, bool exact, Uintptr hi) {
    Print print, *p = &print;
    memset(p, 0, sizeof *p);
    walk(c, exact, hi, on_address, p);
    Int first = p->far > OUTER_FRAMES ? p->far - OUTER_FRAMES : 0, kept = 0, beyond = p->n - INNER_FRAMES;
    for (Int i = first; i < p->far; i++) kept += p->last[i % OUTER_FRAMES].frames;
    if (beyond > OUTER_FRAMES) {
        rt_print_cstr("...");
        rt_print_int(beyond - OUTER_FRAMES);
        rt_print_cstr(" frames elided...\n");
        p->skip = kept - OUTER_FRAMES;
    }
    for (Int i = first; i < p->far; i++)
        rt_frames_of(p->last[i % OUTER_FRAMES].pc, p->last[i % OUTER_FRAMES].exact, on_frame, p);
}

static bool on_place(const RtFrame *f, void *arg) {
    rt_print_cstr(arg);
    rt_print_cstr(f->fn->name);
    rt_print_cstr("\n");
    print_place(f->file, f->line, 0);
    return false;
}
void rt_print_place_of(const void *pc, const char *before) {
    rt_frames_of((Uintptr)pc, false, on_place, (void *)before);
}

typedef struct {
    G *g;
    bool done;
} Creator;
static bool on_creator(const RtFrame *f, void *arg) {
    Creator *c = arg;
    if (f->inlined) return true;
    rt_print_cstr("created by ");
    rt_print_cstr(f->fn->name);
    if (c->g->parent) {
        rt_print_cstr(" in goroutine ");
        rt_print_uint(c->g->parent);
    }
    rt_print_cstr("\n");
    print_place(f->file, f->line, f->pc - f->entry);
    return false;
}

static void print_creator(G *g) {
    Creator c = {g, false};
    if (g->creator_pc && g->goid != 1) rt_frames_of((Uintptr)g->creator_pc, false, on_creator, &c);
}

static const char *state_text(G *g) {
    switch (rt_load_relaxed(&g->status)) {
    case RT_RUNNABLE: return "runnable";
    case RT_RUNNING: return "running";
    case RT_SYSCALL: return "syscall";
    case RT_WAITING: return g->waitreason ? rt_wait_text(g->waitreason) : "waiting";
    case RT_IDLE: return "idle";
    default: return "dead";
    }
}

static void print_header(G *g) {
    rt_print_cstr("goroutine ");
    rt_print_uint(g->goid);
    rt_print_cstr(" [");
    rt_print_cstr(state_text(g));
    if (rt_g_leaked(g)) rt_print_cstr(" (leaked)");
    if (rt_load_relaxed(&g->status) == RT_WAITING && (g->waitreason & RT_WAIT_SEEN)) {
        int64_t minutes = (rt_nanotime() - g->wait_since) / 60000000000;
        if (minutes >= 1) {
            rt_print_cstr(", ");
            rt_print_int(minutes);
            rt_print_cstr(" minutes");
        }
    }
    if (g->locked_m) rt_print_cstr(", locked to thread");
    rt_print_cstr("]:\n");
}

void rt_traceback_g(G *g) {
    print_header(g);
    /* One that runs on another thread has no saved registers; the current one has: it called down to here. */
    if (rt_load_relaxed(&g->status) == RT_RUNNING && g != rt_g()) {
        rt_print_cstr("\tgoroutine running on other thread; stack unavailable\n");
    } else {
        RtContext c;
        rt_g_context(g, &c);
        print_frames(&c, false, g->hi);
    }
    print_creator(g);
}

/* g was interrupted there. */
void rt_traceback_at(G *g, const RtContext *c) {
    print_header(g);
    print_frames(c, true, g->hi);
    print_creator(g);
}

void rt_traceback_pc(G *g, uintptr_t pc, uintptr_t sp, uintptr_t bp) {
    RtContext c = {.rip = pc, .rsp = sp, .rbp = bp};
    rt_traceback_at(g, &c);
}

/* All goroutines but one, in the order they were made. Those that come up meanwhile may be missed. */
typedef struct {
    G **gs;
    size_t n, cap;
} AllGs;
static void collect_g(G *g, void *arg) {
    AllGs *all = arg;
    uint32_t st = rt_load_relaxed(&g->status);
    if (g->system || st == RT_DEAD || st == RT_IDLE) return;
    if (all->gs && all->n < all->cap) all->gs[all->n] = g;
    all->n++;
}
static int by_goid(const void *a, const void *b) {
    uint64_t x = (*(G *const *)a)->goid, y = (*(G *const *)b)->goid;
    return (x > y) - (x < y);
}

void rt_traceback_others(G *but) {
    AllGs all = {NULL, 0, 0};
    rt_allgs_each(collect_g, &all);
    all.cap = all.n + 16;
    all.n = 0;
    all.gs = mmap(NULL, all.cap * sizeof *all.gs, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all.gs == MAP_FAILED) return;
    rt_allgs_each(collect_g, &all);
    if (all.n > all.cap) all.n = all.cap;
    qsort(all.gs, all.n, sizeof *all.gs, by_goid);
    for (size_t i = 0; i < all.n; i++) {
        if (all.gs[i] == but) continue;
        rt_print_cstr("\n");
        rt_traceback_g(all.gs[i]);
    }
    munmap(all.gs, all.cap * sizeof *all.gs);
}

void rt_traceback_all(G *first) {
    rt_print_begin();
    if (first) {
        rt_print_cstr("\n");
        rt_traceback_g(first);
    }
    rt_traceback_others(first);
    rt_print_end();
}

/* GOTRACEBACK, or debug.SetTraceback: none (or 0), single (default), all (1), system (2), crash. */
static char traceback_level; /* 0: ask the environment */

static char level_of(const char *v, size_t n) {
    if (n == 0 || (n == 6 && memcmp(v, "single", 6) == 0)) return 's';
    if ((n == 4 && memcmp(v, "none", 4) == 0) || (n == 1 && v[0] == '0')) return 'n';
    return 'a';
}
void rt_traceback_set(String level) {
    traceback_level = level_of((const char *)level.ptr, (size_t)level.len);
}

void rt_traceback_panic(G *g) {
    const char *env = rt_getenv("GOTRACEBACK");
    char level = traceback_level ? traceback_level : level_of(env, env ? strlen(env) : 0);
    if (level == 'n') return;
    rt_print_cstr("\n");
    rt_traceback_g(g);
    if (level == 'a') rt_traceback_others(g);
}
