/* print.c: print and println, and the printing of the runtime's own reports. To standard error.
 *
 * Floor 3. What stands between lock and unlock is gathered in a buffer of the goroutine's own and written
 * with one system call, so no lock is held (a goroutine preempted while it holds one would stop all who
 * print) and lines of several goroutines do not mix. Without a goroutine, and outside lock and unlock, pieces
 * are written as they come. Floats are printed with the fewest digits that read back as the same value, as
 * Go 1.27 does; that takes libc and so the system stack.
 */
#include "val.h"
#include "rt.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct {
    Int depth; /* of begin without end */
    Int n;
    char *to; /* not NULL: instead of standard error, as much as fits */
    Int to_len, to_n;
    char data[2008];
} PrintBuf; /* G.local; persistent, goes with the G when it is recycled */

/* For reports from the scheduler, where there is no goroutine: only the dying thread prints there. */
static PrintBuf without_g;

static PrintBuf *active(void) {
    G *g = rt_g();
    PrintBuf *b = g ? g->local : &without_g;
    return b && b->depth > 0 ? b : NULL;
}

static void deliver(PrintBuf *b, const void *p, size_t n) {
    if (b->to == NULL) {
        if (n > 0) rt_write_err(p, n);
        return;
    }
    size_t room = (size_t)(b->to_len - b->to_n);
    if (n > room) n = room;
    memcpy(b->to + b->to_n, p, n);
    b->to_n += (Int)n;
}

static void flush(PrintBuf *b) {
    deliver(b, b->data, (size_t)b->n);
    b->n = 0;
}

static PrintBuf *own_buf(void) {
    G *g = rt_g();
    if (g == NULL) return &without_g;
    if (g->local == NULL) g->local = rt_alloc_persistent(sizeof(PrintBuf));
    return g->local;
}

void rt_print_begin(void) { own_buf()->depth++; }

void rt_print_to(void *to, Int len) {
    PrintBuf *b = own_buf();
    flush(b);
    b->to = to;
    b->to_len = len;
    b->to_n = 0;
    b->depth++;
}

Int rt_print_to_end(void) {
    PrintBuf *b = own_buf();
    flush(b);
    b->depth--;
    b->to = NULL;
    return b->to_n;
}

void rt_print_end(void) {
    PrintBuf *b = active();
    if (b == NULL) return;
    if (--b->depth == 0) flush(b);
}

void rt_print_bytes(const void *p, size_t n) {
    PrintBuf *b = active();
    if (b == NULL) {
        if (n > 0) rt_write_err(p, n);
        return;
    }
    if (n > sizeof b->data - (size_t)b->n) flush(b);
    if (n > sizeof b->data) {
        deliver(b, p, n);
        return;
    }
    memcpy(b->data + b->n, p, n);
    b->n += (Int)n;
}

void rt_print_cstr(const char *s) { rt_print_bytes(s, strlen(s)); }

static void print_decimal(Uint64 v, Bool neg) {
    char buf[24];
    String s = rt_str_itoa(buf, v, neg);
    rt_print_bytes(s.ptr, (size_t)s.len);
}
void rt_print_int(Int64 v) { print_decimal(v < 0 ? 0 - (Uint64)v : (Uint64)v, v < 0); }
void rt_print_uint(Uint64 v) { print_decimal(v, false); }

void rt_print_hex(Uint64 v) {
    char buf[18], *p = buf + sizeof buf;
    do *--p = "0123456789abcdef"[v % 16];
    while ((v /= 16) != 0);
    *--p = 'x';
    *--p = '0';
    rt_print_bytes(p, (size_t)(buf + sizeof buf - p));
}

/* ---- floats ------------------------------------------------------------------------------------------ */

typedef struct {
    Float64 v;
    Bool single, plus; /* a float32; a sign even when positive */
    char out[40];
} FloatText;

static Bool reads_back(const char *s, Float64 v, Bool single) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wfloat-equal"
    return single ? strtof(s, NULL) == (Float32)v : strtod(s, NULL) == v;
#pragma GCC diagnostic pop
}

/* Go's %g with the shortest digits: an exponent form below 1e-4 and from 1e6 on. */
static void format_float(void *arg) {
    FloatText *f = arg;
    char e[40], *out = f->out;
    if (__builtin_isnan(f->v)) {
        strcpy(out, f->plus ? "+NaN" : "NaN");
        return;
    }
    Bool neg = __builtin_signbit(f->v) != 0;
    if (neg)
        *out++ = '-';
    else if (f->plus || __builtin_isinf(f->v))
        *out++ = '+';
    if (__builtin_isinf(f->v)) {
        strcpy(out, "Inf");
        return;
    }
    Float64 v = __builtin_fabs(f->v);
    int prec = 0;
    do snprintf(e, sizeof e, "%.*e", prec, v);
    while (!reads_back(e, v, f->single) && ++prec < 17);
    char *mark = strchr(e, 'e');
    int exp = atoi(mark + 1), nd = prec + 1;
    char digits[24];
    digits[0] = e[0];
    memcpy(digits + 1, e + 2, (size_t)prec);
    if (exp < -4 || exp >= 6) {
        *out++ = digits[0];
        if (nd > 1) *out++ = '.';
        for (int i = 1; i < nd; i++) *out++ = digits[i];
        sprintf(out, "e%c%02d", exp < 0 ? '-' : '+', exp < 0 ? -exp : exp);
        return;
    }
    if (exp < 0) {
        *out++ = '0', *out++ = '.';
        for (int i = -1; i > exp; i--) *out++ = '0';
    }
    for (int i = 0; i < nd || i <= exp; i++) {
        if (i == exp + 1 && exp >= 0) *out++ = '.';
        *out++ = i < nd ? digits[i] : '0';
    }
    *out = 0;
}

static void print_float(Float64 v, Bool single, Bool plus) {
    FloatText f = {v, single, plus, ""};
    gol_systemstack(format_float, &f);
    rt_print_cstr(f.out);
}
void rt_print_float(Float64 v) { print_float(v, false, false); }

static void print_complex(Complex128 c, Bool single) {
    rt_print_cstr("(");
    print_float(c.re, single, false);
    print_float(c.im, single, true);
    rt_print_cstr("i)");
}

/* ---- the entries of emitted code --------------------------------------------------------------------- */

void gol_print_lock(void) { rt_print_begin(); }
void gol_print_unlock(void) { rt_print_end(); }
void gol_print_bool(Bool v) { rt_print_cstr(v ? "true" : "false"); }
void gol_print_int(Int64 v) { rt_print_int(v); }
void gol_print_uint(Uint64 v) { rt_print_uint(v); }
void gol_print_float(Float64 v) { print_float(v, false, false); }
void gol_print_float32(Float32 v) { print_float((Float64)v, true, false); }
void gol_print_complex(Complex128 v) { print_complex(v, false); }
void gol_print_complex64(Complex64 v) { print_complex((Complex128){(Float64)v.re, (Float64)v.im}, true); }
void gol_print_string(String s) { rt_print_bytes(s.ptr, (size_t)s.len); }
void gol_print_ptr(const void *p) { rt_print_hex((Uintptr)p); }
void gol_print_sp(void) { rt_print_cstr(" "); }
void gol_print_nl(void) { rt_print_cstr("\n"); }

static void print_pair(const void *a, const void *b) {
    rt_print_cstr("(");
    rt_print_hex((Uintptr)a);
    rt_print_cstr(",");
    rt_print_hex((Uintptr)b);
    rt_print_cstr(")");
}
void gol_print_eface(Eface e) { print_pair(e.type, e.data); }
void gol_print_iface(Iface i) { print_pair(i.itab, i.data); }
void gol_print_slice(Slice s) {
    rt_print_cstr("[");
    rt_print_int(s.len);
    rt_print_cstr("/");
    rt_print_int(s.cap);
    rt_print_cstr("]");
    rt_print_hex((Uintptr)s.ptr);
}

/* ---- values of panics -------------------------------------------------------------------------------- */

/* A tab after each newline, so that no value can look like a part of the report. */
void rt_print_indented(String s) {
    const char *p = (const char *)s.ptr, *end = p + s.len, *nl;
    while (p < end && (nl = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        rt_print_bytes(p, (size_t)(nl + 1 - p));
        rt_print_cstr("\t");
        p = nl + 1;
    }
    rt_print_bytes(p, (size_t)(end - p));
}

static void print_basic(const gol_type *t, const void *p) {
    switch (t->kind) {
    case GOL_BOOL: gol_print_bool(*(const Bool *)p); break;
    case GOL_INT:
    case GOL_INT64: rt_print_int(*(const Int64 *)p); break;
    case GOL_INT8: rt_print_int(*(const Int8 *)p); break;
    case GOL_INT16: rt_print_int(*(const Int16 *)p); break;
    case GOL_INT32: rt_print_int(*(const Int32 *)p); break;
    case GOL_UINT8: rt_print_uint(*(const Uint8 *)p); break;
    case GOL_UINT16: rt_print_uint(*(const Uint16 *)p); break;
    case GOL_UINT32: rt_print_uint(*(const Uint32 *)p); break;
    case GOL_UINT:
    case GOL_UINT64:
    case GOL_UINTPTR: rt_print_uint(*(const Uint64 *)p); break;
    case GOL_FLOAT32: gol_print_float32(*(const Float32 *)p); break;
    case GOL_FLOAT64: gol_print_float(*(const Float64 *)p); break;
    case GOL_COMPLEX64: gol_print_complex64(*(const Complex64 *)p); break;
    case GOL_COMPLEX128: gol_print_complex(*(const Complex128 *)p); break;
    case GOL_STRING: rt_print_indented(*(const String *)p); break;
    default: break;
    }
}

/* As Go's printpanicval: basic types plainly, named ones as main.T(5), the rest as (main.T) 0xc000012345. */
void rt_print_panicval(Eface v) {
    const gol_type *t = v.type;
    if (t == NULL) {
        rt_print_cstr("nil");
        return;
    }
    Bool basic = (t->kind >= GOL_BOOL && t->kind <= GOL_COMPLEX128) || t->kind == GOL_STRING;
    Bool predeclared =
        basic && t->uncommon && t->uncommon->pkgpath.len == 0 && gol_str_eq(t->str, t->uncommon->name);
    if (predeclared) {
        print_basic(t, v.data);
        return;
    }
    Bool complex = t->kind == GOL_COMPLEX64 || t->kind == GOL_COMPLEX128;
    if (!basic) rt_print_cstr("(");
    rt_print_bytes(t->str.ptr, (size_t)t->str.len);
    if (!basic) {
        rt_print_cstr(") ");
        rt_print_hex((Uintptr)v.data);
        return;
    }
    if (complex) {
        print_basic(t, v.data);
        return;
    }
    rt_print_cstr(t->kind == GOL_STRING ? "(\"" : "(");
    print_basic(t, v.data);
    rt_print_cstr(t->kind == GOL_STRING ? "\")" : ")");
}
