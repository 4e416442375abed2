/* stub.c: the floors below the values, without threads and stacks: enough to test operations on values.
 *
 * Memory comes from calloc and is not freed. A panic is recorded and leaves by the test's jump buffer.
 */
#include "stub.h"
#include "panic.h"

#include <stdio.h>
#include <stdlib.h>

__thread M *rt_tls_m;
__thread G *rt_tls_g;
__thread P *rt_tls_p;
__thread uintptr_t gol_stack_limit;
Uint64 gol_zerobase;
const Uint8 gol_zero_value[1024];

jmp_buf stub_panic;
char stub_message[4096];
char stub_output[1 << 16];
size_t stub_output_n;

void gol_morestack(void) {}
void gol_morestack_frame(void) {}
void gol_systemstack(void (*fn)(void *), void *arg) { fn(arg); }
Ptr gol_alloc(Uintptr size, Uintptr ptrdata GOL_UNUSED) { return calloc(1, size ? size : 1); }
Ptr gol_new(const gol_type *t) { return t->size ? calloc(1, t->size) : &gol_zerobase; }
Ptr gol_new_array(const gol_type *t, Int n) {
    return calloc((size_t)n ? (size_t)n : 1, t->size ? t->size : 1);
}
void *rt_gc_alloc(size_t size, size_t ptrdata GOL_UNUSED) { return calloc(1, size ? size : 1); }
void *rt_gc_alloc_uncleared(size_t size) { return malloc(size ? size : 1); }
void *rt_alloc_persistent(size_t size) { return calloc(1, size); }
void rt_lock_slow(RtLock *l GOL_UNUSED) {}
void rt_unlock_slow(RtLock *l GOL_UNUSED) {}
uint64_t rt_rand(void) {
    static uint64_t x = 42;
    x += 0x9e3779b97f4a7c15ull;
    uint64_t z = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}
void rt_write_err(const void *p, size_t n) {
    if (n > sizeof stub_output - stub_output_n) n = sizeof stub_output - stub_output_n;
    memcpy(stub_output + stub_output_n, p, n);
    stub_output_n += n;
}
_Noreturn void rt_throw(const char *msg) {
    snprintf(stub_message, sizeof stub_message, "throw: %s", msg);
    longjmp(stub_panic, 1);
}
_Noreturn void rt_fatal(const char *msg) {
    snprintf(stub_message, sizeof stub_message, "fatal error: %s", msg);
    longjmp(stub_panic, 1);
}
void gol_panic(Eface v) {
    String (*error)(Ptr) = (String(*)(Ptr))rt_method_find(v.type, "Error", &rt_type_func_string);
    String s = error ? error(v.data) : v.type->str;
    snprintf(stub_message, sizeof stub_message, "%.*s", (int)s.len, (const char *)s.ptr);
    longjmp(stub_panic, 1);
}
void rt_panic_fault(Eface v, uintptr_t pc GOL_UNUSED, uintptr_t addr GOL_UNUSED) { gol_panic(v); }
