/* x * y + z with one rounding, by integers: for processors without the instruction. Not the C library's,
 * which would have each program map another library: 300 KB of a small one's memory.
 *
 * The exact product has 106 bits; it and z are laid out in 128, the highest at bit 125, so that a sum does
 * not overflow. Of the smaller, what is shifted out leaves a sticky bit: it cannot matter to more than the
 * rounding, since where many leading bits cancel the two were at most one place apart and nothing was shifted
 * out. */
#ifndef GOL_STD_FMA_H
#define GOL_STD_FMA_H

#include <math.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 FmaBits;

typedef struct {
    FmaBits m; /* the value is m * 2**e */
    int e;
    uint64_t sign; /* the highest bit, or none */
} FmaPart;

static inline uint64_t fma_bits(double x) {
    union {
        double d;
        uint64_t u;
    } p = {x};
    return p.u;
}

static inline double fma_double(uint64_t u) {
    union {
        uint64_t u;
        double d;
    } p = {u};
    return p.d;
}

static inline int fma_top(FmaBits m) { /* m != 0 */
    uint64_t high = (uint64_t)(m >> 64);
    return high ? 127 - __builtin_clzll(high) : 63 - __builtin_clzll((uint64_t)m);
}

/* Finite, not zero. */
static inline FmaPart fma_split(double x) {
    uint64_t u = fma_bits(x), m = u & (((uint64_t)1 << 52) - 1);
    int e = (int)(u >> 52 & 2047);
    if (e > 0)
        m |= (uint64_t)1 << 52;
    else
        e = 1;
    return (FmaPart){m, e - 1075, u & (uint64_t)1 << 63};
}

static inline void fma_raise(FmaPart *p) {
    int by = 125 - fma_top(p->m);
    p->m <<= by;
    p->e -= by;
}

/* Rounds to nearest, to even when two are as near. p.m != 0. */
static inline double fma_round(FmaPart p) {
    int top = fma_top(p.m), e = p.e + top, drop = top - 52;
    if (e > 1023) return fma_double(p.sign | (uint64_t)2047 << 52);
    if (e < -1022) drop += -1022 - e;
    if (drop > top + 1) return fma_double(p.sign);
    uint64_t q;
    if (drop <= 0) {
        q = (uint64_t)p.m << -drop;
    } else {
        FmaBits half = (FmaBits)1 << (drop - 1), rest = p.m & (2 * half - 1);
        q = (uint64_t)(p.m >> drop);
        if (rest > half || (rest == half && q & 1)) q++;
    }
    /* The highest bit of a normal number's q, and what rounding carried over, count into the exponent. */
    if (e >= -1022) q += (uint64_t)(e + 1022) << 52;
    return fma_double(p.sign | q);
}

static inline double fma_by_integers(double x, double y, double z) {
    if (!isfinite(x) || !isfinite(y) || x == 0 || y == 0) return x * y + z;
    if (!isfinite(z)) return z + 0;
    if (z == 0) return x * y;
    FmaPart b = fma_split(x), a = fma_split(y), c = fma_split(z);
    a = (FmaPart){a.m * b.m, a.e + b.e, a.sign ^ b.sign};
    fma_raise(&a);
    fma_raise(&c);
    b = c;
    if (a.e < b.e || (a.e == b.e && a.m < b.m)) b = a, a = c;
    int by = a.e - b.e;
    if (by > 127)
        b.m = 1;
    else if (by > 0)
        b.m = b.m >> by | ((b.m << (128 - by)) != 0);
    if (a.sign == b.sign)
        a.m += b.m;
    else
        a.m -= b.m;
    return a.m ? fma_round(a) : 0.0;
}

#endif
