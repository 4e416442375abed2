// UTF-8 decoding and encoding as Go's unicode/utf8 does it, and look-ups in range tables.
#include "unicode.h"

typedef struct {
    uint32_t first, last, stride;
} Range;

#include "unicode_tables.h"

static bool in_table(const Range *table, size_t n, uint32_t c) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        const Range *r = &table[mid];
        if (c < r->first)
            high = mid;
        else if (c > r->last)
            low = mid + 1;
        else
            return (c - r->first) % r->stride == 0;
    }
    return false;
}

#define IN_TABLE(table, c) in_table((table), sizeof(table) / sizeof *(table), (c))

bool unicode_is_letter(uint32_t c) {
    if (c < 0x80) return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    return IN_TABLE(letter, c);
}

bool unicode_is_upper(uint32_t c) {
    if (c < 0x80) return c >= 'A' && c <= 'Z';
    return IN_TABLE(upper, c);
}

bool unicode_is_digit(uint32_t c) {
    if (c < 0x80) return c >= '0' && c <= '9';
    return IN_TABLE(digit, c);
}

bool unicode_is_print(uint32_t c) {
    if (c < 0x80) return c >= ' ' && c <= '~';
    return IN_TABLE(print, c);
}

static bool is_continuation(const char *s, int n) {
    for (int i = 0; i < n; i++)
        if (((unsigned char)s[i] & 0xC0) != 0x80) return false;
    return true;
}

uint32_t unicode_decode(const char *s, size_t n, int *width) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; // by width; less is an overlong form
    uint32_t c = (unsigned char)*s;
    *width = 1;
    if (c < 0x80) return c;
    int w = c >= 0xF8 ? 0 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 0;
    if (w == 0 || (size_t)w > n || !is_continuation(s + 1, w - 1)) return UNICODE_REPLACEMENT;
    c &= 0x7Fu >> w;
    for (int i = 1; i < w; i++) c = c << 6 | ((unsigned char)s[i] & 0x3F);
    if (c < least[w] || c > UNICODE_MAX || (c >= 0xD800 && c < 0xE000)) return UNICODE_REPLACEMENT;
    *width = w;
    return c;
}

int unicode_encode(uint32_t c, char *out) {
    if (c > UNICODE_MAX || (c >= 0xD800 && c < 0xE000)) c = UNICODE_REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    int w = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (int i = w - 1; i > 0; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(0xF00u >> w | c);
    return w;
}
