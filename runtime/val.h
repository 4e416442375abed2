/* val.h: what the runtime's files of floor 3 offer each other and the floors above.
 *
 * Values, descriptors, printing, panics and tracebacks. Emitted code sees gol.h only.
 */
#ifndef RT_VAL_H
#define RT_VAL_H

#include "gol.h"

/* ---- typedesc.c ---- */
/* Named as the compiler names them, and weak as its own: one descriptor a type. */
#define rt_type_func_string gol_T_func_h27ce57d85f75c80a
#define rt_type_func        gol_T_func
extern const gol_type rt_type_func_string; /* func() string */
extern const gol_type rt_type_func;        /* func() */
extern const gol_type rt_type_stringer;    /* interface { String() string } */
const gol_type *rt_unhashable(const gol_type *t,
                              const void *p); /* the first in *p that has no hash, or NULL */
Bool rt_type_same(const gol_type *a,
                  const gol_type *b); /* identity by structure, for descriptors made apart */

/* ---- string.c ---- */
String rt_str_cat(Int n, ...); /* n values of type String */
String rt_str_itoa(char *buf /* 24 bytes */, Uint64 v, Bool neg);
static inline String rt_str_c(const char *s) { return (String){(const Uint8 *)s, (Int)strlen(s)}; }
/* Encodes r at p (4 bytes); returns the length. Bad runes give U+FFFD. */
Int rt_utf8_encode(Uint8 *p, Int64 r);

/* ---- slice.c ---- */
Uintptr rt_roundupsize(Uintptr size, Bool noscan); /* to Go's malloc size classes */

/* ---- iface.c ---- */
/* The method of t named name without package, as code, or NULL. */
void *rt_method_find(const gol_type *t, const char *name, const gol_type *type);

/* ---- print.c: to stderr, unbuffered beyond a call, safe on any stack ---- */
void rt_print_bytes(const void *p, size_t n);
void rt_print_cstr(const char *s);
void rt_print_int(Int64 v);
void rt_print_uint(Uint64 v);
void rt_print_hex(Uint64 v);
void rt_print_float(Float64 v);
void rt_print_begin(void),
    rt_print_end(void);              /* buffers what is printed between, nests, holds the print lock */
void rt_print_to(void *to, Int len); /* until rt_print_to_end, which returns the length, output goes there */
Int rt_print_to_end(void);
void rt_print_indented(String s); /* a tab after each newline */
void rt_print_panicval(Eface v);

/* ---- panic.c ---- */
GOL_NORETURN void
rt_panic_error_string(const char *msg); /* runtime.errorString: prints "runtime error: msg" */
GOL_NORETURN void rt_panic_error_str(String msg);
GOL_NORETURN void rt_panic_plain_str(String msg);
GOL_NORETURN void rt_panic_plain(const char *msg); /* runtime.plainError: prints msg */
GOL_NORETURN void rt_panic_type_assert(const gol_type *iface, const gol_type *have, const gol_type *want,
                                       String missing);

#endif
