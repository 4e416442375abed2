/* string.c: operations on strings: comparison, concatenation, conversion, UTF-8.
 *
 * Floor 3. Strings are immutable and may share bytes, so one part concatenated with empty ones is returned as
 * it is. Single bytes and the empty string need no memory: they point into gol's table of small values.
 * None of the functions here calls emitted code; their frames fit the reserve.
 */
#include "val.h"
#include "rt.h"

#include <stdarg.h>

#define RUNE_ERROR 0xFFFD
#define RUNE_MAX   0x10FFFF

static Uint8 *bytes_new(Int n) { return gol_alloc((Uintptr)n, 0); }

static inline uint64_t head8(const Uint8 *p) {
    uint64_t x;
    memcpy(&x, p, sizeof x);
    return __builtin_bswap64(x);
}

static inline uint32_t head4(const Uint8 *p) {
    uint32_t x;
    memcpy(&x, p, sizeof x);
    return __builtin_bswap32(x);
}

/* Compares n bytes. Most strings differ in the first eight, or have no more: no call for these. */
static inline int cmp_bytes(const Uint8 *a, const Uint8 *b, size_t n) {
    if (n >= 8) {
        uint64_t x = head8(a), y = head8(b);
        if (x != y) return x < y ? -1 : 1;
        return memcmp(a + 8, b + 8, n - 8);
    }
    if (n >= 4) { /* the two words overlap */
        uint64_t x = (uint64_t)head4(a) << 32 | head4(a + n - 4),
                 y = (uint64_t)head4(b) << 32 | head4(b + n - 4);
        return (x > y) - (x < y);
    }
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i]) return a[i] - b[i];
    return 0;
}

Int gol_str_cmp(String a, String b) {
    Int n = a.len < b.len ? a.len : b.len;
    int c = a.ptr != b.ptr ? cmp_bytes(a.ptr, b.ptr, (size_t)n) : 0;
    if (c != 0) return c < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

static GOL_NORETURN void concat_too_long(void) { rt_throw("string concatenation too long"); }

/* ---- room for short results ------------------------------------------------------------------------------
 * What the compiler sees not to outlive its function is made in a place of the function's, where it fits. */

/* n <= GOL_SHORT bytes, without the call and the loop of memcpy. */
static inline void copy_short(Uint8 *to, const Uint8 *from, size_t n) {
    if (n >= 16) {
        memcpy(to, from, 16);
        memcpy(to + n - 16, from + n - 16, 16);
    } else if (n >= 8) {
        Uint64 a, b;
        memcpy(&a, from, 8);
        memcpy(&b, from + n - 8, 8);
        memcpy(to, &a, 8);
        memcpy(to + n - 8, &b, 8);
    } else {
        for (size_t i = 0; i < n; i++) to[i] = from[i];
    }
}

static Uint8 *room_for(Int n, Ptr room) { return room && n <= GOL_SHORT ? room : bytes_new(n); }

/* A part that is the whole result: bytes on the stack may be gone before it, so they are copied. */
static String whole(String s, Ptr room) {
    const G *g = rt_g();
    if (g == NULL || (uintptr_t)s.ptr - g->lo >= g->hi - g->lo) return s;
    Uint8 *p = room_for(s.len, room);
    memmove(p, s.ptr, (size_t)s.len);
    return (String){p, s.len};
}

/* ---- concatenation ------------------------------------------------------------------------------------- */

String gol_str_concat(Ptr room, const String *parts, Int n) {
    Int total = 0, count = 0, last = 0;
    for (Int i = 0; i < n; i++) {
        if (parts[i].len == 0) continue;
        if (__builtin_add_overflow(total, parts[i].len, &total)) concat_too_long();
        count++;
        last = i;
    }
    if (count == 0) return (String){NULL, 0};
    if (count == 1) return whole(parts[last], room);
    Uint8 *p = room_for(total, room);
    Uint8 *q = p;
    for (Int i = 0; i < n; i++) {
        if (parts[i].len == 0) continue;
        memcpy(q, parts[i].ptr, (size_t)parts[i].len);
        q += parts[i].len;
    }
    return (String){p, total};
}

String gol_str_concat2(Ptr room, String a, String b) {
    if (a.len == 0 && b.len == 0) return (String){NULL, 0};
    if (b.len == 0) return whole(a, room);
    if (a.len == 0) return whole(b, room);
    Int total;
    if (__builtin_add_overflow(a.len, b.len, &total)) concat_too_long();
    if (room && total <= GOL_SHORT) {
        copy_short(room, a.ptr, (size_t)a.len);
        copy_short((Uint8 *)room + a.len, b.ptr, (size_t)b.len);
        return (String){room, total};
    }
    Uint8 *p = bytes_new(total);
    memcpy(p, a.ptr, (size_t)a.len);
    memcpy(p + a.len, b.ptr, (size_t)b.len);
    return (String){p, total};
}

String gol_str_concat3(Ptr room, String a, String b, String c) {
    String parts[3] = {a, b, c};
    return gol_str_concat(room, parts, 3);
}

String rt_str_cat(Int n, ...) {
    String parts[10];
    va_list ap;
    va_start(ap, n);
    for (Int i = 0; i < n && i < 10; i++) parts[i] = va_arg(ap, String);
    va_end(ap);
    return gol_str_concat(NULL, parts, n);
}

String rt_str_itoa(char *buf, Uint64 v, Bool neg) {
    char *p = buf + 24;
    do *--p = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    if (neg) *--p = '-';
    return (String){(const Uint8 *)p, buf + 24 - p};
}

/* ---- UTF-8 ------------------------------------------------------------------------------------------- */

Int rt_utf8_encode(Uint8 *p, Int64 r) {
    if (r < 0 || r > RUNE_MAX || (r >= 0xD800 && r <= 0xDFFF)) r = RUNE_ERROR;
    if (r < 0x80) {
        p[0] = (Uint8)r;
        return 1;
    }
    if (r < 0x800) {
        p[0] = (Uint8)(0xC0 | r >> 6);
        p[1] = (Uint8)(0x80 | (r & 0x3F));
        return 2;
    }
    if (r < 0x10000) {
        p[0] = (Uint8)(0xE0 | r >> 12);
        p[1] = (Uint8)(0x80 | (r >> 6 & 0x3F));
        p[2] = (Uint8)(0x80 | (r & 0x3F));
        return 3;
    }
    p[0] = (Uint8)(0xF0 | r >> 18);
    p[1] = (Uint8)(0x80 | (r >> 12 & 0x3F));
    p[2] = (Uint8)(0x80 | (r >> 6 & 0x3F));
    p[3] = (Uint8)(0x80 | (r & 0x3F));
    return 4;
}

static Bool is_cont(Uint8 b) { return (b & 0xC0) == 0x80; }

Int gol_str_decode(String s, Int i, Int32 *r) {
    const Uint8 *p = s.ptr + i;
    Int left = s.len - i;
    Uint8 b = p[0];
    if (GOL_LIKELY(b < 0x80)) {
        *r = b;
        return i + 1;
    }
    if (b >= 0xC2 && b <= 0xDF) {
        if (left >= 2 && is_cont(p[1])) {
            *r = (Int32)(b & 0x1F) << 6 | (p[1] & 0x3F);
            return i + 2;
        }
    } else if (b >= 0xE0 && b <= 0xEF) {
        if (left >= 3 && is_cont(p[1]) && is_cont(p[2])) {
            Int32 v = (Int32)(b & 0x0F) << 12 | (Int32)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
            if (v >= 0x800 && (v < 0xD800 || v > 0xDFFF)) {
                *r = v;
                return i + 3;
            }
        }
    } else if (b >= 0xF0 && b <= 0xF4) {
        if (left >= 4 && is_cont(p[1]) && is_cont(p[2]) && is_cont(p[3])) {
            Int32 v = (Int32)(b & 0x07) << 18 | (Int32)(p[1] & 0x3F) << 12 | (Int32)(p[2] & 0x3F) << 6 |
                      (p[3] & 0x3F);
            if (v >= 0x10000 && v <= RUNE_MAX) {
                *r = v;
                return i + 4;
            }
        }
    }
    *r = RUNE_ERROR;
    return i + 1;
}

/* ---- conversions ------------------------------------------------------------------------------------- */

String gol_str_from_rune_in(Int64 r, Ptr room) {
    if (r >= 0 && r < 0x80) return (String){gol_box8((Uint8)r), 1};
    Uint8 buf[4];
    Int n = rt_utf8_encode(buf, r);
    Uint8 *p = room_for(n, room);
    memcpy(p, buf, (size_t)n);
    return (String){p, n};
}

String gol_str_from_rune(Int64 r) { return gol_str_from_rune_in(r, NULL); }

String gol_str_from_bytes_in(Slice b, Ptr room) {
    if (b.len > GOL_SHORT) return gol_str_from_bytes(b);
    copy_short(room, b.ptr, (size_t)b.len);
    return (String){room, b.len};
}

String gol_str_from_bytes(Slice b) {
    if (b.len == 0) return (String){NULL, 0};
    if (b.len == 1) return (String){gol_box8(*(Uint8 *)b.ptr), 1};
    Uint8 *p = bytes_new(b.len);
    memcpy(p, b.ptr, (size_t)b.len);
    return (String){p, b.len};
}

static Int utf8_length(Int32 r) {
    return r < 0 ? 3 : r < 0x80 ? 1 : r < 0x800 ? 2 : r < 0x10000 || r > RUNE_MAX ? 3 : 4;
}

String gol_str_from_runes_in(Slice r, Ptr room) {
    const Int32 *v = r.ptr;
    Int n = 0;
    for (Int i = 0; i < r.len; i++) n += utf8_length(v[i]);
    if (n == 0) return (String){NULL, 0};
    Uint8 *p = room_for(n, room);
    Uint8 *q = p;
    for (Int i = 0; i < r.len; i++) {
        if ((Uint32)v[i] < 0x80)
            *q++ = (Uint8)v[i];
        else
            q += rt_utf8_encode(q, v[i]);
    }
    return (String){p, n};
}

String gol_str_from_runes(Slice r) { return gol_str_from_runes_in(r, NULL); }

Slice gol_str_to_bytes_in(String s, Ptr room) {
    if (s.len > GOL_SHORT) return gol_str_to_bytes(s);
    copy_short(room, s.ptr, (size_t)s.len);
    return (Slice){room, s.len, GOL_SHORT};
}

/* The capacity is what append would give: the size class of the length. */
Slice gol_str_to_bytes(String s) {
    if (s.len == 0) return (Slice){&gol_zerobase, 0, 0};
    Int cap = (Int)rt_roundupsize((Uintptr)s.len, true);
    Uint8 *p = bytes_new(cap);
    memcpy(p, s.ptr, (size_t)s.len);
    return (Slice){p, s.len, cap};
}

static inline Int decode(String s, Int i, Int32 *r) {
    if (GOL_UNLIKELY(s.ptr[i] >= 0x80)) return gol_str_decode(s, i, r);
    *r = s.ptr[i];
    return i + 1;
}

Slice gol_str_to_runes_in(String s, Ptr room) {
    Int n = 0;
    Int32 *p = room;
    for (Int i = 0; i < s.len; n++) {
        if (n == GOL_SHORT) return gol_str_to_runes(s);
        i = decode(s, i, &p[n]);
    }
    return (Slice){p, n, GOL_SHORT};
}

Slice gol_str_to_runes(String s) {
    Int n = 0;
    Int32 r;
    for (Int i = 0; i < s.len; n++) i = decode(s, i, &r);
    if (n == 0) return (Slice){&gol_zerobase, 0, 0};
    Int cap = (Int)(rt_roundupsize((Uintptr)n * 4, true) / 4);
    Int32 *p = gol_alloc((Uintptr)cap * 4, 0);
    n = 0;
    for (Int i = 0; i < s.len;) i = decode(s, i, &p[n++]);
    return (Slice){p, n, cap};
}
