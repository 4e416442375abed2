/* regcall.c: calls whose signature is known only at run time, for package reflect.
 *
 * Floor 3. Emitted functions are C functions, so their arguments stand where the psABI of x86-64 has them: a
 * value of up to two words in registers by the class of each word, a larger one in memory; several results
 * travel as one struct. A type descriptor tells enough to know the classes. (Rejected: an adapter emitted for
 * each signature, which costs code in every program and cannot serve types that reflect makes.)
 *
 * gol_call_described calls a function with arguments in memory. gol_described_code is the other way: the code
 * of a func value that hands its arguments, in memory, to a handler. Arguments are copied to collected memory
 * of their own, since the handler may keep pointers to them.
 */
#include "val.h"
#include "rt.h"

enum { RT_STUBS = 1100, STUB_SIZE = 16, INT_REGS = 6, SSE_REGS = 8 };
enum { CLASS_NONE, CLASS_SSE, CLASS_INT, CLASS_MEMORY };

typedef struct { /* regcall_amd64.S knows the layout */
    Uint64 ints[INT_REGS];
    Uint64 sse[SSE_REGS];
    Uint64 ret_ints[2];
    Uint64 ret_sse[2];
    Uint64 *stack;
    Uint64 nstack;
    void *code;
    Uint64 spare;
} RegCall;

void rt_regcall(RegCall *c);
void rt_regcalled(RegCall *c, gol_described *self);
extern const char rt_stubs[];

/* ---- where values stand ------------------------------------------------------------------------------ */

typedef struct {
    Uint8 class[2];
} Classes;

static void classify_word(Classes *c, Uintptr at, Uint8 class) {
    Uint8 *word = &c->class[at / 8];
    if (class > *word) *word = class;
}

static void classify_at(Classes *c, const gol_type *t, Uintptr at) {
    switch (t->kind) {
    case GOL_FLOAT32:
    case GOL_FLOAT64: classify_word(c, at, CLASS_SSE); break;
    case GOL_COMPLEX64:
    case GOL_COMPLEX128:
        classify_word(c, at, CLASS_SSE);
        classify_word(c, at + t->size / 2, CLASS_SSE);
        break;
    case GOL_STRING:
    case GOL_INTERFACE:
        classify_word(c, at, CLASS_INT);
        classify_word(c, at + 8, CLASS_INT);
        break;
    case GOL_ARRAY:
        if (t->elem->size == 0) break;
        for (Int i = 0; i < t->len; i++) classify_at(c, t->elem, at + (Uintptr)i * t->elem->size);
        break;
    case GOL_STRUCT: {
        const gol_field *f = t->members;
        for (Int i = 0; i < t->nmembers; i++)
            if (f[i].type->size) classify_at(c, f[i].type, at + f[i].offset);
        /* A last field without size has a byte behind it (emit_type.c). */
        if (t->nmembers && f[t->nmembers - 1].type->size == 0 && t->size)
            classify_word(c, at + f[t->nmembers - 1].offset, CLASS_INT);
        break;
    }
    default: classify_word(c, at, CLASS_INT);
    }
}

static Classes classify(const gol_type *t) {
    Classes c = {{CLASS_NONE, CLASS_NONE}};
    if (t->size > 16)
        c.class[0] = CLASS_MEMORY;
    else if (t->size)
        classify_at(&c, t, 0);
    return c;
}

static Uintptr align_to(Uintptr at, Uintptr align) { return (at + align - 1) / align * align; }

/* The results as one value: none, the only one, or a struct of all. */
typedef struct {
    Classes classes;
    Uintptr size;
} Results;

static const gol_type *result_type(const gol_type *sig, Int i) {
    return ((const gol_type *const *)sig->members)[sig->nmembers + i];
}

static Results classify_results(const gol_type *sig) {
    Results r = {{{CLASS_NONE, CLASS_NONE}}, 0};
    Uintptr align = 1;
    for (Int i = 0; i < sig->nresults; i++) {
        const gol_type *t = result_type(sig, i);
        r.size = align_to(r.size, t->align) + t->size;
        if (t->align > align) align = t->align;
    }
    r.size = align_to(r.size, align);
    Uintptr at = 0;
    for (Int i = 0; r.size <= 16 && i < sig->nresults; i++) {
        const gol_type *t = result_type(sig, i);
        at = align_to(at, t->align);
        if (t->size) classify_at(&r.classes, t, at);
        at += t->size;
    }
    if (r.size > 16) r.classes.class[0] = CLASS_MEMORY;
    return r;
}

typedef struct { /* the registers not yet taken; the next word of the stack */
    int ints, sse;
    Uint64 words;
} Places;

/* The place of a value, and p behind it: true in registers. */
static Bool take_place(Places *p, const Classes *c) {
    int ints = 0, sse = 0;
    for (int i = 0; i < 2; i++) {
        ints += c->class[i] == CLASS_INT;
        sse += c->class[i] == CLASS_SSE;
    }
    if (c->class[0] == CLASS_MEMORY || p->ints + ints > INT_REGS || p->sse + sse > SSE_REGS) return false;
    p->ints += ints;
    p->sse += sse;
    return true;
}

static Uint64 words_of(const gol_type *t) { return (t->size + 7) / 8; }

/* Where the parameters end: the place of the func value. */
static Places place_all(const gol_type *sig) {
    Places p = {0, 0, 0};
    const gol_type *const *params = sig->members;
    if (classify_results(sig).classes.class[0] == CLASS_MEMORY) p.ints++;
    for (Int i = 0; i < sig->nmembers; i++) {
        Classes c = classify(params[i]);
        if (!take_place(&p, &c)) p.words += words_of(params[i]);
    }
    return p;
}

/* ---- registers from and to memory -------------------------------------------------------------------- */

/* Small integers fill their register, as compilers rely on. */
static Uint64 extended(const gol_type *t, Uint64 word) {
    switch (t->kind) {
    case GOL_INT8: return (Uint64)(Int64)(Int8)word;
    case GOL_INT16: return (Uint64)(Int64)(Int16)word;
    case GOL_INT32: return (Uint64)(Int64)(Int32)word;
    default: return word;
    }
}

static void put_arg(RegCall *c, Places *p, const gol_type *t, const void *from) {
    Classes cl = classify(t);
    Places before = *p;
    if (!take_place(p, &cl)) {
        memcpy(c->stack + p->words, from, t->size);
        p->words += words_of(t);
        return;
    }
    for (Uintptr at = 0; at < t->size; at += 8) {
        Uint64 word = 0;
        memcpy(&word, (const char *)from + at, t->size - at < 8 ? t->size - at : 8);
        if (cl.class[at / 8] == CLASS_SSE)
            c->sse[before.sse++] = word;
        else if (cl.class[at / 8] == CLASS_INT)
            c->ints[before.ints++] = extended(t, word);
    }
}

static void get_arg(const RegCall *c, Places *p, const gol_type *t, void *to) {
    Classes cl = classify(t);
    Places before = *p;
    if (!take_place(p, &cl)) {
        memcpy(to, c->stack + p->words, t->size);
        p->words += words_of(t);
        return;
    }
    for (Uintptr at = 0; at < t->size; at += 8) {
        Uint64 word = cl.class[at / 8] == CLASS_SSE   ? c->sse[before.sse++]
                      : cl.class[at / 8] == CLASS_INT ? c->ints[before.ints++]
                                                      : 0;
        memcpy((char *)to + at, &word, t->size - at < 8 ? t->size - at : 8);
    }
}

/* The registers in which the words of a result return. A word that is all padding has none: any will do. */
static void result_words(RegCall *c, const Results *r, Uint64 *words[2]) {
    int ints = 0, sse = 0;
    for (int i = 0; i < 2; i++) {
        words[i] = r->classes.class[i] == CLASS_SSE ? &c->ret_sse[sse] : &c->ret_ints[ints & 1];
        ints += r->classes.class[i] == CLASS_INT;
        sse += r->classes.class[i] == CLASS_SSE;
    }
}

static void split_results(const gol_type *sig, const char *from, Ptr *results) {
    Uintptr at = 0;
    for (Int i = 0; i < sig->nresults; i++) {
        const gol_type *t = result_type(sig, i);
        at = align_to(at, t->align);
        memcpy(results[i], from + at, t->size);
        at += t->size;
    }
}

static void join_results(const gol_type *sig, char *to, Ptr *results) {
    Uintptr at = 0;
    for (Int i = 0; i < sig->nresults; i++) {
        const gol_type *t = result_type(sig, i);
        at = align_to(at, t->align);
        memcpy(to + at, results[i], t->size);
        at += t->size;
    }
}

/* ---- the two directions ------------------------------------------------------------------------------ */

void gol_call_described(const gol_type *sig, void *code, const Ptr *recv, Func ctx, Ptr *args, Ptr *results) {
    GOL_STACK_CHECK_FRAME(640);
    RegCall c = {.code = code};
    Results r = classify_results(sig);
    const gol_type *const *params = sig->members;
    const Bool in_memory = r.classes.class[0] == CLASS_MEMORY;
    char *memory = in_memory ? gol_alloc(r.size, r.size) : NULL;
    Uint64 most = 2;
    for (Int i = 0; i < sig->nmembers; i++) most += words_of(params[i]);
    c.stack = gol_alloc(most * 8, most * 8);
    Places p = {0, 0, 0};
    const gol_type *word = &gol_type_unsafe_pointer;
    if (in_memory) put_arg(&c, &p, word, &memory);
    if (recv) put_arg(&c, &p, word, recv);
    for (Int i = 0; i < sig->nmembers; i++) put_arg(&c, &p, params[i], args[i]);
    if (ctx) put_arg(&c, &p, word, &ctx);
    c.nstack = p.words;
    rt_regcall(&c);
    if (in_memory) {
        split_results(sig, memory, results);
        return;
    }
    Uint64 *words[2], both[2];
    result_words(&c, &r, words);
    both[0] = *words[0];
    both[1] = *words[1];
    split_results(sig, (const char *)both, results);
}

void *gol_described_code(const gol_type *sig) {
    Places p = place_all(sig);
    Uint64 place = p.ints < INT_REGS ? (Uint64)p.ints : INT_REGS + p.words;
    return place < RT_STUBS ? (void *)(uintptr_t)(rt_stubs + place * STUB_SIZE) : NULL;
}

/* A func value with a stub for its code has been called; the stub returns what is left in c. */
void rt_regcalled(RegCall *c, gol_described *self) {
    GOL_STACK_CHECK_FRAME(512);
    const gol_type *sig = self->sig, *const *params = sig->members;
    Results r = classify_results(sig);
    const Bool in_memory = r.classes.class[0] == CLASS_MEMORY;
    gol_recover_pass(self->code, self->target);
    Ptr *args = gol_alloc((Uintptr)(sig->nmembers + sig->nresults + 1) * 8,
                          (Uintptr)(sig->nmembers + sig->nresults + 1) * 8);
    Ptr *results = args + sig->nmembers;
    Places p = {in_memory, 0, 0};
    for (Int i = 0; i < sig->nmembers; i++) {
        args[i] = gol_new(params[i]);
        get_arg(c, &p, params[i], args[i]);
    }
    for (Int i = 0; i < sig->nresults; i++) results[i] = gol_new(result_type(sig, i));
    Func handler = self->handler;
    ((void (*)(Ptr *, Ptr *, void *))handler->code)(args, results, handler);
    if (in_memory) {
        join_results(sig, (char *)c->ints[0], results);
        c->ret_ints[0] = c->ints[0];
        return;
    }
    Uint64 *words[2], both[2] = {0, 0};
    join_results(sig, (char *)both, results);
    result_words(c, &r, words);
    for (int i = 0; i < 2; i++)
        if (r.classes.class[i] != CLASS_NONE) *words[i] = both[i];
}
