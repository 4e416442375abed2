/* The searches and comparisons of package internal/bytealg. They call nothing that needs stack to speak of:
 * the C library's memchr and its kin keep to registers. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memrchr */
#endif
#include <string.h>

#include <gol/gol.h>

Int internal_bytealg__IndexByte(Slice b, Uint8 c);
Int internal_bytealg__IndexByteString(String s, Uint8 c);
Int internal_bytealg__LastIndexByte(Slice b, Uint8 c);
Int internal_bytealg__LastIndexByteString(String s, Uint8 c);
Int internal_bytealg__Count(Slice b, Uint8 c);
Int internal_bytealg__CountString(String s, Uint8 c);
Int internal_bytealg__Compare(Slice a, Slice b);
Int internal_bytealg__CompareString(String a, String b);

static Int index_byte(const Uint8 *p, Int n, Uint8 c) {
    if (n == 0) return -1;
    const Uint8 *at = memchr(p, c, (size_t)n);
    return at ? at - p : -1;
}

Int internal_bytealg__IndexByte(Slice b, Uint8 c) { return index_byte(b.ptr, b.len, c); }
Int internal_bytealg__IndexByteString(String s, Uint8 c) { return index_byte(s.ptr, s.len, c); }

static Int last_index_byte(const Uint8 *p, Int n, Uint8 c) {
    if (n == 0) return -1;
    const Uint8 *at = memrchr(p, c, (size_t)n);
    return at ? at - p : -1;
}

Int internal_bytealg__LastIndexByte(Slice b, Uint8 c) { return last_index_byte(b.ptr, b.len, c); }
Int internal_bytealg__LastIndexByteString(String s, Uint8 c) { return last_index_byte(s.ptr, s.len, c); }

/* Sixteen lanes of counters, which hold for 255 rounds before they are added up. Four at a time keep the
 * processor busy. */
typedef Uint8 Lanes __attribute__((vector_size(16)));

static Int count(const Uint8 *p, Int n, Uint8 c) {
    Int total = 0;
    const Lanes want = {c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c};
    while (n >= 64) {
        Lanes sum[4] = {{0}, {0}, {0}, {0}};
        Int rounds = n / 64 < 255 ? n / 64 : 255;
        for (Int i = 0; i < rounds; i++, p += 64) {
            Lanes v[4];
            memcpy(v, p, sizeof v);
            sum[0] -= (Lanes)(v[0] == want);
            sum[1] -= (Lanes)(v[1] == want);
            sum[2] -= (Lanes)(v[2] == want);
            sum[3] -= (Lanes)(v[3] == want);
        }
        for (int i = 0; i < 16; i++) total += sum[0][i] + sum[1][i] + sum[2][i] + sum[3][i];
        n -= rounds * 64;
    }
    while (n >= 16) {
        Lanes sum = {0};
        Int rounds = n / 16 < 255 ? n / 16 : 255;
        for (Int i = 0; i < rounds; i++, p += 16) {
            Lanes v;
            memcpy(&v, p, sizeof v);
            sum -= (Lanes)(v == want);
        }
        for (int i = 0; i < 16; i++) total += sum[i];
        n -= rounds * 16;
    }
    for (; n > 0; n--, p++) total += *p == c;
    return total;
}

Int internal_bytealg__Count(Slice b, Uint8 c) { return count(b.ptr, b.len, c); }
Int internal_bytealg__CountString(String s, Uint8 c) { return count(s.ptr, s.len, c); }

static Int compare(const Uint8 *a, Int n, const Uint8 *b, Int m) {
    Int least = n < m ? n : m;
    int r = least ? memcmp(a, b, (size_t)least) : 0;
    if (r) return r < 0 ? -1 : 1;
    return n < m ? -1 : n > m;
}

Int internal_bytealg__Compare(Slice a, Slice b) { return compare(a.ptr, a.len, b.ptr, b.len); }
Int internal_bytealg__CompareString(String a, String b) { return compare(a.ptr, a.len, b.ptr, b.len); }
