/* panics.c: defer, panic, recover and Goexit, as emitted code would use them. Prints "ok".
 *
 * Run also with GOLDEBUG=stackmove=1 and =2, which move the stack at every check.
 */
#include "gol.h"

#include <stdio.h>
#include <stdlib.h>

void runtime__Goexit(void);

#define CHECK(c) ((c) ? (void)0 : fail(__LINE__, #c))
static GOL_NOINLINE void fail(int line, const char *what) {
    fprintf(stderr, "panics.c:%d: %s\n", line, what);
    abort();
}

static char trace[256];
static Int trace_n;
static GOL_NOINLINE GOL_FN void note(char c) {
    GOL_STACK_CHECK();
    trace[trace_n++] = c;
    trace[trace_n] = 0;
}
static void trace_reset(void) { trace_n = 0, trace[0] = 0; }
#define TRACE(want)                                                                                          \
    (strcmp(trace, want) == 0 ? (void)0                                                                      \
                              : (fprintf(stderr, "trace %s, want %s\n", trace, want), fail(__LINE__, want)))

static Eface str(const char *s) {
    return (Eface){&gol_type_string, gol_box_string((String){(const Uint8 *)s, (Int)strlen(s)})};
}
static Bool is(Eface e, const char *s) {
    return e.type == &gol_type_string &&
           gol_str_eq(*(String *)e.data, (String){(const Uint8 *)s, (Int)strlen(s)});
}

typedef struct {
    gol_defer d;
    Int a;
    void *p;
} Rec;

/* ---- defer func() { if recover() != nil { result = 42 } }() ---- */
static GOL_NOINLINE GOL_FN void recoverer(Int a, Int *result) {
    Bool taken = gol_recover_take((void *)recoverer);
    GOL_STACK_CHECK();
    note('r');
    Eface e = gol_recover(taken);
    if (e.type) *result = a;
    e = gol_recover(taken);
    CHECK(e.type == NULL); /* only once */
}
static GOL_FN void recoverer_thunk(void *rec) {
    gol_recover_pass((void *)recoverer_thunk, (void *)recoverer);
    Rec *r = rec;
    recoverer(r->a, r->p);
}
static GOL_FN void note_thunk(void *rec) { note((char)((Rec *)rec)->a); }

static GOL_NOINLINE GOL_FN void thrower(Int depth, const char *s) {
    GOL_STACK_CHECK();
    volatile char pad[100];
    pad[depth % 100] = 1;
    if (depth == 0) gol_panic(str(s));
    thrower(depth - 1, s);
    pad[0] = 2;
}

static GOL_NOINLINE GOL_FN Int basic(Int depth) {
    GOL_STACK_CHECK();
    struct {
        Int r;
    } res = {7};
    gol_frame fr;
    GOL_FRAME_ENTER(fr, &res, return *(Int *)gol_frame_recovered());
    Rec a = {.a = 'a'}, b = {.a = 42, .p = &res.r}, c = {.a = 'c'};
    gol_frame_defer(&fr, &a.d, note_thunk);
    gol_frame_defer(&fr, &b.d, recoverer_thunk);
    gol_frame_defer(&fr, &c.d, note_thunk);
    if (depth >= 0) thrower(depth, "boom");
    note('n');
    res.r = 9;
    GOL_FRAME_RUN(fr, c, note_thunk);
    GOL_FRAME_RUN(fr, b, recoverer_thunk);
    GOL_FRAME_RUN(fr, a, note_thunk);
    GOL_FRAME_UNLINK(fr);
    return res.r;
}

/* ---- nested: a deferred call panics anew; the outer frame gets the newer value ---- */
static Eface caught;
static GOL_NOINLINE GOL_FN void catcher(void) {
    Bool taken = gol_recover_take((void *)catcher);
    GOL_STACK_CHECK();
    caught = gol_recover(taken);
    note('C');
}
static GOL_FN void catcher_thunk(void *rec GOL_UNUSED) {
    gol_recover_pass((void *)catcher_thunk, (void *)catcher);
    catcher();
}
static GOL_FN void panic_thunk(void *rec) {
    GOL_STACK_CHECK();
    note('p');
    gol_panic(str(((Rec *)rec)->p));
}
static GOL_NOINLINE GOL_FN void inner(void) {
    GOL_STACK_CHECK();
    gol_frame fr;
    if (gol_frame_enter(&fr, NULL)) {
        gol_frame_leave(&fr);
        return;
    }
    Rec z = {.a = 'z'}, p = {.p = "second"};
    gol_frame_defer(&fr, &z.d, note_thunk);
    gol_frame_defer(&fr, &p.d, panic_thunk);
    thrower(3, "first");
}
static GOL_NOINLINE GOL_FN void nested(void) {
    GOL_STACK_CHECK();
    gol_frame fr;
    if (gol_frame_enter(&fr, NULL)) {
        gol_frame_leave(&fr);
        return;
    }
    Rec c = {.a = 0};
    gol_frame_defer(&fr, &c.d, catcher_thunk);
    inner();
    CHECK(false);
}

/* ---- recover in a function that the deferred one calls, or in a deferred call's own deferred one ---- */
static GOL_NOINLINE GOL_FN void not_direct(void) {
    GOL_STACK_CHECK();
    catcher();
    CHECK(caught.type == NULL);
}
static GOL_FN void not_direct_thunk(void *rec GOL_UNUSED) {
    gol_recover_pass((void *)not_direct_thunk, (void *)not_direct);
    not_direct();
}
static GOL_NOINLINE GOL_FN void defers_catcher(void) {
    GOL_STACK_CHECK();
    gol_frame fr;
    if (gol_frame_enter(&fr, NULL)) {
        gol_frame_leave(&fr);
        return;
    }
    Rec c = {.a = 0};
    gol_frame_defer(&fr, &c.d, catcher_thunk);
    gol_frame_leave(&fr);
    CHECK(caught.type == NULL);
}
static GOL_FN void defers_catcher_thunk(void *rec GOL_UNUSED) {
    gol_recover_pass((void *)defers_catcher_thunk, (void *)defers_catcher);
    defers_catcher();
}
static GOL_NOINLINE GOL_FN void indirect(void) {
    GOL_STACK_CHECK();
    gol_frame fr;
    if (gol_frame_enter(&fr, NULL)) {
        gol_frame_leave(&fr);
        return;
    }
    Rec a = {.a = 0}, b = {.a = 0}, c = {.a = 0};
    gol_frame_defer(&fr, &a.d, catcher_thunk); /* this one may */
    gol_frame_defer(&fr, &b.d, not_direct_thunk);
    gol_frame_defer(&fr, &c.d, defers_catcher_thunk);
    thrower(1, "deep");
}

/* ---- a deferred call panics and recovers inside itself, then recovers the outer panic ---- */
static GOL_NOINLINE GOL_FN void inside(void) {
    Bool taken = gol_recover_take((void *)inside);
    GOL_STACK_CHECK();
    CHECK(basic(5) == 42);
    caught = gol_recover(taken);
}
static GOL_FN void inside_thunk(void *rec GOL_UNUSED) {
    gol_recover_pass((void *)inside_thunk, (void *)inside);
    inside();
}
static GOL_NOINLINE GOL_FN void recovers_inside(void) {
    GOL_STACK_CHECK();
    gol_frame fr;
    if (gol_frame_enter(&fr, NULL)) {
        gol_frame_leave(&fr);
        return;
    }
    Rec a = {.a = 0};
    gol_frame_defer(&fr, &a.d, inside_thunk);
    thrower(2, "outer");
}

/* ---- heap records in a loop, with growth of the stack ---- */
static GOL_NOINLINE GOL_FN Int many(Int n) {
    GOL_STACK_CHECK();
    struct {
        Int r;
    } res = {0};
    gol_frame fr;
    if (gol_frame_enter(&fr, &res)) {
        gol_frame_leave(&fr);
        return res.r;
    }
    Int *cell = gol_alloc(8, 0);
    Rec *r = gol_alloc(sizeof *r, sizeof *r);
    r->a = 11, r->p = cell;
    gol_frame_defer(&fr, &r->d, recoverer_thunk);
    for (Int i = 0; i < n; i++) {
        Rec *q = gol_alloc(sizeof *q, sizeof *q);
        q->p = "again";
        gol_frame_defer(&fr, &q->d, i % 2 ? panic_thunk : note_thunk);
        q->a = i % 2 ? 0 : 'd';
    }
    thrower(50, "start");
    return res.r;
}

static GOL_NOINLINE GOL_FN Int
recurse(Int n) { /* each level recovers what the next one throws, and throws itself */
    GOL_STACK_CHECK();
    struct {
        Int r;
    } res = {0};
    gol_frame fr;
    if (gol_frame_enter(&fr, &res)) {
        gol_frame_leave(&fr);
        return res.r;
    }
    Rec b = {.a = n, .p = &res.r};
    gol_frame_defer(&fr, &b.d, recoverer_thunk);
    trace_n = 0;
    if (n > 0) CHECK(recurse(n - 1) == n - 1);
    gol_panic(str("level"));
}

/* ---- messages of runtime errors ---- */
static char message[256];
static GOL_NOINLINE GOL_FN void messenger(void) {
    Bool taken = gol_recover_take((void *)messenger);
    GOL_STACK_CHECK();
    Eface e = gol_recover(taken);
    const gol_itab *it = gol_itab_find(&gol_type_error, e.type);
    CHECK(it != NULL);
    String s = ((String(*)(Ptr))it->fun[0])(e.data);
    CHECK(s.len < 255);
    memcpy(message, s.ptr, (size_t)s.len);
    message[s.len] = 0;
}
static GOL_FN void messenger_thunk(void *rec GOL_UNUSED) {
    gol_recover_pass((void *)messenger_thunk, (void *)messenger);
    messenger();
}
static GOL_NOINLINE GOL_FN void run_message(void (*f)(void)) {
    GOL_STACK_CHECK();
    gol_frame fr;
    if (gol_frame_enter(&fr, NULL)) {
        gol_frame_leave(&fr);
        return;
    }
    Rec c = {.a = 0};
    gol_frame_defer(&fr, &c.d, messenger_thunk);
    f();
    CHECK(false);
}
static void m_index(void) { gol_index(5, 3); }
static void m_index_neg(void) { gol_index(-5, 3); }
static void m_index_u(void) { gol_index_u(-5ull, 3); }
static void m_nil(void) { gol_nilcheck(NULL); }
static void m_div(void) { gol_div_i64(1, 0); }
static void m_shift(void) { gol_shift_count(-1); }
static void m_assert(void) { gol_panic_assert(&gol_type_string, &gol_type_int, &gol_type_eface); }
static void m_assert_nil(void) { gol_panic_assert(NULL, &gol_type_int, &gol_type_eface); }
static void m_itab(void) { gol_itab_assert(&gol_type_error, &gol_type_int); }
static void m_itab_nil(void) { gol_itab_assert(&gol_type_error, NULL); }
static void m_slice(void) { gol_panic_slice_b(3, 2, false); }
static void m_convert(void) { gol_panic_slice_convert(2, 4); }
static void m_nilpanic(void) { gol_panic((Eface){NULL, NULL}); }
static void m_close(void) { gol_chan_close(NULL); }
static void m_wrap(void) { gol_panic_wrap(GOL_STR("main"), GOL_STR("T"), GOL_STR("M")); }
static const gol_type slice_int = {.size = 24, .align = 8, .kind = GOL_SLICE, .str = GOL_STR_INIT("[]int")};
static void m_compare(void) {
    gol_eface_eq((Eface){&slice_int, &slice_int}, (Eface){&slice_int, &slice_int});
}
static void m_hash(void) {
    Eface e = {&slice_int, &slice_int};
    gol_hash_eface(&e, 1);
}
static void m_makeslice(void) { gol_makeslice(&gol_type_int, -1, -1); }
static void m_nilmap(void) {
    gol_type t = {.kind = GOL_MAP, .key = &gol_type_int, .elem = &gol_type_int};
    gol_map_put64(&t, NULL, 1);
}

static const struct {
    void (*f)(void);
    const char *want;
} messages[] = {
    {m_index, "runtime error: index out of range [5] with length 3"},
    {m_index_neg, "runtime error: index out of range [-5]"},
    {m_index_u, "runtime error: index out of range [18446744073709551611] with length 3"},
    {m_nil, "runtime error: invalid memory address or nil pointer dereference"},
    {m_div, "runtime error: integer divide by zero"},
    {m_shift, "runtime error: negative shift amount"},
    {m_assert, "interface conversion: interface {} is string, not int"},
    {m_assert_nil, "interface conversion: interface {} is nil, not int"},
    {m_itab, "interface conversion: int is not error: missing method Error"},
    {m_itab_nil, "interface conversion: interface is nil, not error"},
    {m_slice, "runtime error: slice bounds out of range [3:2]"},
    {m_convert,
     "runtime error: cannot convert slice with length 2 to array or pointer to array with length 4"},
    {m_nilpanic, "runtime error: panic called with nil argument"},
    {m_close, "close of nil channel"},
    {m_wrap, "value method main.T.M called using nil *T pointer"},
    {m_compare, "runtime error: comparing uncomparable type []int"},
    {m_hash, "runtime error: hash of unhashable type []int"},
    {m_makeslice, "runtime error: makeslice: len out of range"},
    {m_nilmap, "assignment to entry in nil map"},
};

/* ---- Goexit ---- */
static Chan done;
static const gol_type chan_int = {.kind = GOL_CHAN, .elem = &gol_type_int};
static GOL_FN void done_thunk(void *rec) {
    GOL_STACK_CHECK();
    Int v = ((Rec *)rec)->a;
    gol_chan_send(done, &v);
}
static GOL_NOINLINE GOL_FN void exits(void *ctx GOL_UNUSED) {
    GOL_STACK_CHECK();
    gol_frame fr;
    if (gol_frame_enter(&fr, NULL)) {
        CHECK(false);
    }
    Rec d = {.a = 1}, c = {.a = 0};
    gol_frame_defer(&fr, &d.d, done_thunk);
    gol_frame_defer(&fr, &c.d, catcher_thunk);
    runtime__Goexit();
    CHECK(false);
}
/* Goexit, a deferred call panics, an outer frame recovers: the Goexit goes on. */
static GOL_NOINLINE GOL_FN void exits_middle(void) {
    GOL_STACK_CHECK();
    gol_frame fr;
    if (gol_frame_enter(&fr, NULL)) CHECK(false); /* does not return normally */
    Rec p = {.p = "in goexit"}, c = {.a = 0}, n = {.a = 'g'};
    gol_frame_defer(&fr, &n.d, note_thunk);
    gol_frame_defer(&fr, &c.d, catcher_thunk);
    gol_frame_defer(&fr, &p.d, panic_thunk);
    runtime__Goexit();
    CHECK(false);
}
static GOL_NOINLINE GOL_FN void exits_recovered(void *ctx GOL_UNUSED) {
    GOL_STACK_CHECK();
    gol_frame fr;
    if (gol_frame_enter(&fr, NULL)) CHECK(false);
    Rec d = {.a = 2};
    gol_frame_defer(&fr, &d.d, done_thunk);
    exits_middle();
    CHECK(false);
}

static GOL_FN void all(void) {
    GOL_STACK_CHECK();
    trace_reset();
    CHECK(basic(-1) == 9);
    TRACE("ncra");
    trace_reset();
    CHECK(basic(0) == 42);
    TRACE("cra");
    trace_reset();
    CHECK(basic(200) == 42);
    TRACE("cra");
    trace_reset();
    nested();
    TRACE("pzC");
    CHECK(is(caught, "second"));
    trace_reset();
    indirect();
    TRACE("CCC");
    CHECK(is(caught, "deep"));
    recovers_inside();
    CHECK(is(caught, "outer"));
    trace_reset();
    many(20);
    CHECK(trace[trace_n - 1] == 'r');
    CHECK(recurse(30) == 30);
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        run_message(messages[i].f);
        if (strcmp(message, messages[i].want) != 0) {
            fprintf(stderr, "got  %s\nwant %s\n", message, messages[i].want);
            CHECK(false);
        }
    }
    done = gol_makechan(&chan_int, 0);
    Int v = 0;
    gol_go(exits, NULL, 0);
    gol_chan_recv(done, &v);
    CHECK(v == 1 && caught.type == NULL);
    trace_reset();
    gol_go(exits_recovered, NULL, 0);
    gol_chan_recv(done, &v);
    CHECK(v == 2 && is(caught, "in goexit"));
    TRACE("pCg");
}

static GOL_FN void program(void) {
    GOL_STACK_CHECK();
    for (int i = 0; i < 20; i++) all();
    gol_print_string(GOL_STR("ok\n"));
}
static void init(void) {}

int main(int argc, char **argv) { return gol_start(argc, argv, init, program); }
