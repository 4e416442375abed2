/* slice.c: making, growing and copying slices.
 *
 * Floor 3. Growth follows Go's rule to the byte, the rounding to Go's malloc size classes included, so that
 * cap() prints the same: double below 256 elements, then by a quarter plus 192, then round up the bytes.
 * Elements are moved as memory; nothing here calls emitted code, the frames fit the reserve.
 */
#include "val.h"
#include "rt.h"

#define MAX_ALLOC      ((Uintptr)1 << 48) /* Go's address space limit on amd64 */
#define MALLOC_HEADER  8                  /* Go puts one before larger objects with pointers */
#define MIN_FOR_HEADER 512
#define MAX_SMALL      32768
#define PAGE           8192

static const Uint16 size_classes[] = {
    8,     16,    24,    32,    48,    64,    80,    96,    112,   128,   144,  160,   176,   192,
    208,   224,   240,   256,   288,   320,   352,   384,   416,   448,   480,  512,   576,   640,
    704,   768,   896,   1024,  1152,  1280,  1408,  1536,  1792,  2048,  2304, 2688,  3072,  3200,
    3456,  4096,  4864,  5376,  6144,  6528,  6784,  6912,  8192,  9472,  9728, 10240, 10880, 12288,
    13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768};
#define NCLASSES (sizeof size_classes / sizeof *size_classes)

Uintptr rt_roundupsize(Uintptr size, Bool noscan) {
    Uintptr want = size;
    if (want <= MAX_SMALL - MALLOC_HEADER) {
        if (!noscan && want > MIN_FOR_HEADER) want += MALLOC_HEADER;
        if (want <= 8) return want == 0 ? 0 : 8;
        unsigned lo = 0, hi = NCLASSES - 1;
        while (lo < hi) {
            unsigned mid = (lo + hi) / 2;
            if (size_classes[mid] >= want)
                hi = mid;
            else
                lo = mid + 1;
        }
        return size_classes[lo] - (want - size);
    }
    want += PAGE - 1;
    return want < size ? size : want & ~(Uintptr)(PAGE - 1);
}

Slice gol_makeslice(const gol_type *elem, Int len, Int cap) {
    Uintptr mem;
    if (__builtin_mul_overflow(elem->size, (Uintptr)cap, &mem) || mem > MAX_ALLOC || len < 0 || len > cap) {
        /* A bad length is reported before a bad capacity: make([]T, n) has no cap of its own. */
        if (len < 0 || __builtin_mul_overflow(elem->size, (Uintptr)len, &mem) || mem > MAX_ALLOC)
            gol_panic_makeslice_len();
        gol_panic_makeslice_cap();
    }
    if (mem == 0) return (Slice){&gol_zerobase, len, cap};
    return (Slice){gol_new_array(elem, cap), len, cap};
}

static Int next_cap(Int newlen, Int oldcap) {
    const Int threshold = 256;
    if (newlen > oldcap + oldcap) return newlen;
    if (oldcap < threshold) return oldcap + oldcap;
    Uint c = (Uint)oldcap;
    do c += (c + 3 * (Uint)threshold) >> 2;
    while (c < (Uint)newlen);
    return (Int)c <= 0 ? newlen : (Int)c;
}

static GOL_NORETURN void growslice_too_long(void) { rt_panic_error_string("growslice: len out of range"); }

static GOL_NOINLINE Slice grow(const gol_type *elem, Slice s, Int newlen) {
    if (newlen < 0) growslice_too_long();
    if (elem->size == 0) return (Slice){&gol_zerobase, newlen, newlen};
    Uintptr mem;
    Int cap = next_cap(newlen, s.cap);
    if (__builtin_mul_overflow(elem->size, (Uintptr)cap, &mem) || mem > MAX_ALLOC) growslice_too_long();
    mem = rt_roundupsize(mem, elem->ptrdata == 0);
    if (mem > MAX_ALLOC) growslice_too_long();
    cap = (Int)(mem / elem->size);
    Uintptr used = (Uintptr)s.len * elem->size;
    Ptr p;
    if (elem->ptrdata == 0) {
        p = rt_gc_alloc_uncleared(mem);
        memset((char *)p + used, 0, mem - used);
    } else {
        p = gol_new_array(elem, cap);
    }
    if (s.len > 0) memcpy(p, s.ptr, used);
    return (Slice){p, newlen, cap};
}

Slice gol_growslice(const gol_type *elem, Slice s, Int n) {
    Int newlen = (Int)((Uint)s.len + (Uint)n);
    if (GOL_LIKELY((Uint)newlen <= (Uint)s.cap)) return (Slice){s.ptr, newlen, s.cap};
    return grow(elem, s, newlen);
}

/* from may lie within s. */
Slice gol_append_grow(const gol_type *elem, Slice s, const void *from, Int n) {
    Int old = s.len;
    s = gol_growslice(elem, s, n);
    memcpy((char *)s.ptr + (Uintptr)old * elem->size, from, (Uintptr)n * elem->size);
    return s;
}
