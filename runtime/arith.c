/* arith.c: arithmetic that is too long to be inlined.
 *
 * Floor 3. Complex division is Smith's algorithm (Algorithm 116, CACM 5(8), 1962); where it gives NaN for
 * both parts, the infinities and zeros are put right as C99's annex G.5.1 has it. Go does the same, so
 * results agree to the bit.
 */
#include <math.h>

#include "gol.h"

static Float64 one_if_inf(Float64 x) { return copysign(isinf(x) ? 1.0 : 0.0, x); }

Bool gol_has_popcnt;

#pragma GCC diagnostic ignored "-Wfloat-equal"
Complex128 gol_c128_div(Complex128 n, Complex128 m) {
    Float64 re, im;
    if (fabs(m.re) >= fabs(m.im)) {
        Float64 ratio = m.im / m.re, denom = m.re + ratio * m.im;
        re = (n.re + n.im * ratio) / denom;
        im = (n.im - n.re * ratio) / denom;
    } else {
        Float64 ratio = m.re / m.im, denom = m.im + ratio * m.re;
        re = (n.re * ratio + n.im) / denom;
        im = (n.im * ratio - n.re) / denom;
    }
    if (isnan(re) && isnan(im)) {
        Float64 a = n.re, b = n.im, c = m.re, d = m.im;
        if (c == 0 && d == 0 && (!isnan(a) || !isnan(b))) {
            re = copysign(INFINITY, c) * a;
            im = copysign(INFINITY, c) * b;
        } else if ((isinf(a) || isinf(b)) && isfinite(c) && isfinite(d)) {
            a = one_if_inf(a), b = one_if_inf(b);
            re = INFINITY * (a * c + b * d);
            im = INFINITY * (b * c - a * d);
        } else if ((isinf(c) || isinf(d)) && isfinite(a) && isfinite(b)) {
            c = one_if_inf(c), d = one_if_inf(d);
            re = 0 * (a * c + b * d);
            im = 0 * (b * c - a * d);
        }
    }
    return (Complex128){re, im};
}
