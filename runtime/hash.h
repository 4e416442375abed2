/* hash.h: the hash of plain memory, inline so that the map's fast paths need no call.
 *
 * Floor 3. One multiplication to 128 bits, folded, for 4 and 8 bytes; wyhash's scheme (Wang Yi, public domain
 * design) for longer runs. Seeds are random per map, so nothing may depend on a hash's value.
 */
#ifndef RT_HASH_H
#define RT_HASH_H

#include "gol.h"

#define RT_HASH_K0 0x9e3779b97f4a7c15ull
#define RT_HASH_K1 0xe7037ed1a0b428dbull
#define RT_HASH_K2 0x8ebc6af09c88c6e3ull
#define RT_HASH_K3 0x589965cc75374cc3ull

static inline Uint64 rt_hash_mix(Uint64 a, Uint64 b) {
    unsigned __int128 m = (unsigned __int128)a * b;
    return (Uint64)m ^ (Uint64)(m >> 64);
}

static inline Uint64 rt_load64(const void *p) {
    Uint64 v;
    memcpy(&v, p, 8);
    return v;
}
static inline Uint32 rt_load32(const void *p) {
    Uint32 v;
    memcpy(&v, p, 4);
    return v;
}

static inline Uint64 rt_hash_u64(Uint64 v, Uint64 seed) { return rt_hash_mix(v ^ seed, RT_HASH_K0); }

static inline Uint64 rt_hash_bytes(const void *ptr, Uint64 seed, Uintptr n) {
    const unsigned char *p = ptr;
    Uint64 a, b;
    seed ^= RT_HASH_K0;
    if (GOL_LIKELY(n <= 16)) {
        if (n >= 8) {
            a = rt_load64(p);
            b = rt_load64(p + n - 8);
        } else if (n >= 4) {
            a = rt_load32(p);
            b = rt_load32(p + n - 4);
        } else if (n > 0) {
            a = (Uint64)p[0] << 16 | (Uint64)p[n >> 1] << 8 | p[n - 1];
            b = 0;
        } else {
            a = b = 0;
        }
    } else {
        Uintptr left = n;
        if (left > 48) {
            Uint64 s1 = seed, s2 = seed;
            do {
                seed = rt_hash_mix(rt_load64(p) ^ RT_HASH_K1, rt_load64(p + 8) ^ seed);
                s1 = rt_hash_mix(rt_load64(p + 16) ^ RT_HASH_K2, rt_load64(p + 24) ^ s1);
                s2 = rt_hash_mix(rt_load64(p + 32) ^ RT_HASH_K3, rt_load64(p + 40) ^ s2);
                p += 48;
                left -= 48;
            } while (left > 48);
            seed ^= s1 ^ s2;
        }
        while (left > 16) {
            seed = rt_hash_mix(rt_load64(p) ^ RT_HASH_K1, rt_load64(p + 8) ^ seed);
            p += 16;
            left -= 16;
        }
        a = rt_load64(p + left - 16);
        b = rt_load64(p + left - 8);
    }
    return rt_hash_mix(RT_HASH_K1 ^ n, rt_hash_mix(a ^ RT_HASH_K1, b ^ seed));
}

#endif
