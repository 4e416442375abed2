/* The functions of package math that want an instruction of the machine. */
#include <gol/gol.h>

#include "fma.h"

Float64 math__Sqrt(Float64 x);
Float64 math__FMA(Float64 x, Float64 y, Float64 z);
Float64 math__expNative(Float64 x);

/* The instruction itself: the builtin would call the C library for errno's sake. */
Float64 math__Sqrt(Float64 x) {
    double r;
    __asm__("sqrtsd %1, %0" : "=x"(r) : "x"(x));
    return r;
}

/* x * y + z; only where the processor can. Written as an instruction, so that the compiler is not tempted to
 * fuse anything else. */
static inline double fused(double x, double y, double z) {
    __asm__("vfmadd231sd %2, %1, %0" : "+x"(z) : "x"(x), "x"(y));
    return z;
}

Float64 math__FMA(Float64 x, Float64 y, Float64 z) {
    return __builtin_cpu_supports("fma") ? fused(x, y, z) : fma_by_integers(x, y, z);
}

/* 2**k * r for r near 1 and k at least -1075. */
static double scaled(double r, Int32 k) {
    union {
        uint64_t u;
        double d;
    } p;
    int e = k + 1023;
    if (e > 0) {
        p.u = (uint64_t)e << 52;
        return r * p.d;
    }
    if (e < -52) return 0;
    p.u = (uint64_t)(e + 1022) << 52; /* in two steps, the second to the least normal number */
    return r * p.d * 0x1p-1022;
}

/* The method of Naoki Shibata, "Efficient evaluation methods of elementary functions suitable for SIMD
 * computation" (2010): x = k*log(2) + r, the series of exp(r/16) - 1, and four squarings that keep the 1
 * apart. */
Float64 math__expNative(Float64 x) {
    static const double term[] = {2.4801587301587301587e-5,
                                  1.9841269841269841270e-4,
                                  1.3888888888888888889e-3,
                                  8.3333333333333333333e-3,
                                  4.1666666666666666667e-2,
                                  1.6666666666666666667e-1,
                                  0.5,
                                  1.0};
    const double ln2_high = 0.69314718055966295651160180568695068359375;
    const double ln2_low = 0.28235290563031577122588448175013436025525412068e-12;
    double t = x * 1.4426950408889634073599246810018920;
    Int32 k;
    __asm__("cvtsd2sil %1, %0" : "=r"(k) : "x"(t)); /* rounds to nearest */
    double n = k;
    double sum = term[0];
    if (__builtin_cpu_supports("fma")) {
        x = fused(-n, ln2_high, x);
        x = fused(-n, ln2_low, x);
        x *= 0.0625;
        for (int i = 1; i < 8; i++) sum = fused(sum, x, term[i]);
        x *= sum;
        for (int i = 0; i < 3; i++) {
            double two = x + 2.0;
            x *= two;
        }
        double two = x + 2.0;
        return scaled(fused(x, two, 1.0), k);
    }
    double part = n * ln2_high;
    x -= part;
    part = n * ln2_low;
    x -= part;
    x *= 0.0625;
    for (int i = 1; i < 8; i++) {
        sum *= x;
        sum += term[i];
    }
    x *= sum;
    for (int i = 0; i < 4; i++) {
        double two = x + 2.0;
        x *= two;
    }
    return scaled(x + 1.0, k);
}
