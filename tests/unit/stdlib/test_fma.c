/* fma_by_integers beside the C library's fma: chosen operands, and random ones of the kinds where rounding is
 * delicate. */
#include <criterion/criterion.h>

#include "fma.h"

static uint64_t state = 88172645463325252u;
static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * 2685821657736338717u;
}

static double any(void) {
    const uint64_t exponent = (uint64_t)2047 << 52;
    uint64_t u = next();
    switch (next() % 6) {
    case 0: u &= ~exponent; break;                                             /* subnormal */
    case 1: u = (u & ~exponent) | (1000 + next() % 48) << 52; break;           /* near 1 */
    case 2: u &= 0xfff0000000000007u; break;                                   /* few bits */
    case 3: u = (u & (uint64_t)1 << 63) | next() % 8; break;                   /* the least of all */
    case 4: u = (u & 0x80fc000000000000u) | (1010 + next() % 20) << 52; break; /* products that are halfway */
    default: break;
    }
    return fma_double(u);
}

static void same(double x, double y, double z) {
    double want = fma(x, y, z), got = fma_by_integers(x, y, z);
    cr_assert((isnan(want) && isnan(got)) || fma_bits(want) == fma_bits(got), "%a * %a + %a is %a, not %a", x,
              y, z, want, got);
}

Test(fma, chosen) {
    static const double v[] = {0.0,
                               -0.0,
                               1,
                               -1,
                               1.5,
                               0x1p-1074,
                               -0x1p-1074,
                               0x1p-1022,
                               0x1.fffffffffffffp1023,
                               -0x1.fffffffffffffp1023,
                               0x1.0000000000001p0,
                               INFINITY,
                               -INFINITY,
                               NAN};
    enum { N = sizeof v / sizeof *v };
    for (int i = 0; i < N * N * N; i++) same(v[i % N], v[i / N % N], v[i / N / N]);
}

Test(fma, random) {
    for (int i = 0; i < 2000000; i++) same(any(), any(), any());
}

Test(fma, cancelling) {
    for (int i = 0; i < 1000000; i++) {
        double x = any(), y = any(), product = -x * y;
        same(x, y, product);
        same(x, y, fma_double(fma_bits(product) + next() % 5 - 2));
    }
}
