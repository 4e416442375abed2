/* mark.c: a tracer of our own over the collector's heap: what is reachable from the roots that the caller
 * names.
 *
 * Floor 2. It reads the collector's structures through gc.c and writes only memory of its own, so it can ask
 * "what if these roots were not there", which libgc cannot, and leaves no trace in libgc's marks. Everything
 * is conservative, as in libgc: a word that points into an object keeps it; kinds say which words of it
 * count.
 *
 * The caller sees to it that nothing is allocated and no object changes meanwhile. A table with an entry for
 * each block of 4 KiB, filled when a block is first met, says how to find an object's start; blocks of libgc
 * hold objects of one size and kind, from the block's start on. Found objects wait on a stack of their
 * addresses, each at most once, so its room is known beforehand; those near its top are fetched into the
 * cache early.
 */
#include "mark.h"
#include "collect.h"
#include "os.h"
#include <link.h>

enum { BLOCK = 4096, GRANULE = 16, ALL_WORDS = 255 };
enum { UNKNOWN, SMALL, LARGE, NOTHING };

typedef struct RtMarkBlock {
    uint32_t reciprocal; /* SMALL: 2^32 / size, rounded up */
    uint16_t size;
    uint8_t words; /* looked at, from the start on */
    uint8_t state;
} Block;

/* ---- static data --------------------------------------------------------------------------------------- */

enum { MAX_RANGES = 256, MAX_SKIPS = 16 };
typedef struct {
    uintptr_t from, to;
} Range;
static Range skips[MAX_SKIPS];
static int n_skips;

void rt_mark_skip(const void *from, size_t size) {
    if (n_skips == MAX_SKIPS) rt_throw("too many ranges that the tracer skips");
    skips[n_skips++] = (Range){(uintptr_t)from, (uintptr_t)from + size};
}

static void mark_between_skips(RtMarker *m, uintptr_t from, uintptr_t to, int n) {
    for (int i = 0; i < n; i++)
        if (skips[i].from >= from && skips[i].from < to) {
            mark_between_skips(m, from, skips[i].from, n);
            mark_between_skips(m, skips[i].to, to, n);
            return;
        }
    if (from < to) rt_mark_range(m, from, to);
}

static Range statics[MAX_RANGES];
static int n_statics;

/* The collector's own data refer to free cells; libc's and the loader's to none. */
static int on_library(struct dl_phdr_info *info, size_t size, void *arg) {
    static const char *const without[] = {"/libgc.so", "/libc.so", "/ld-linux"};
    (void)size, (void)arg;
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        if (info->dlpi_name && strstr(info->dlpi_name, without[i])) return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
        if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_W)) continue;
        if (n_statics == MAX_RANGES) rt_throw("too many libraries");
        uintptr_t from = info->dlpi_addr + ph->p_vaddr;
        statics[n_statics++] = (Range){(from + 7) & -(uintptr_t)8, (from + ph->p_memsz) & -(uintptr_t)8};
    }
    return 0;
}

void rt_mark_find_statics(void) {
    if (n_statics == 0) dl_iterate_phdr(on_library, NULL);
}

uint64_t rt_gc_static_bytes(void) {
    uint64_t n = 0;
    for (int i = 0; i < n_statics; i++) n += statics[i].to - statics[i].from;
    return n;
}

void rt_mark_statics(RtMarker *m, bool skipping) {
    rt_mark_find_statics();
    for (int i = 0; i < n_statics; i++)
        mark_between_skips(m, statics[i].from, statics[i].to, skipping ? n_skips : 0);
}

/* ---- objects ------------------------------------------------------------------------------------------- */

static void block_learn(Block *b, uintptr_t p) {
    size_t size;
    int words;
    uintptr_t base = rt_gc_object((void *)p, &size, &words);
    if (!base) {
        /* Not in an object: the rest behind the last of a block, or a block without objects. */
        if (!rt_gc_object((void *)(p & -(uintptr_t)BLOCK), &size, &words)) b->state = NOTHING;
        return;
    }
    if (size > BLOCK / 2) {
        b->state = LARGE;
        return;
    }
    b->state = SMALL;
    b->size = (uint16_t)size;
    b->reciprocal = (uint32_t)(((uint64_t)1 << 32) / size) + 1;
    b->words = (uint8_t)(words < 0 || words > ALL_WORDS ? ALL_WORDS : words);
}

static bool bit_set(RtMarker *m, uintptr_t base) {
    size_t i = (base - m->lo) / GRANULE;
    uint8_t bit = (uint8_t)(1 << i % 8), old = rt_load_relaxed(&m->bits[i / 8]);
    if (old & bit) return false;
    rt_store_relaxed(&m->bits[i / 8], old | bit);
    return true;
}

/* The start of the object at p, 0: none. */
static inline uintptr_t base_of(RtMarker *m, uintptr_t p) {
    Block *b = &m->blocks[(p - m->lo) / BLOCK];
    if (GOL_UNLIKELY(b->state == UNKNOWN)) block_learn(b, p);
    if (GOL_LIKELY(b->state == SMALL)) {
        uint32_t off = p % BLOCK, start = (uint32_t)((uint64_t)off * b->reciprocal >> 32) * b->size;
        return start + b->size <= BLOCK ? p - off + start : 0;
    }
    size_t size;
    int words;
    return b->state == LARGE ? rt_gc_object((void *)p, &size, &words) : 0;
}

static inline void mark_word(RtMarker *m, uintptr_t w) {
    if (GOL_LIKELY(w - m->lo >= m->hi - m->lo)) return;
    uintptr_t base = base_of(m, w);
    if (!base || !bit_set(m, base)) return;
    const Block *b = &m->blocks[(base - m->lo) / BLOCK];
    if (b->state == SMALL) {
        m->live += b->size;
        if (b->words == 0) return;
    }
    m->stack[m->depth++] = base;
}

void rt_mark_only(RtMarker *m, uintptr_t base) {
    if (base - m->lo < m->hi - m->lo) bit_set(m, base);
}

void rt_mark_range(RtMarker *m, uintptr_t from, uintptr_t to) {
    for (const uintptr_t *w = (const uintptr_t *)from; w + 1 <= (const uintptr_t *)to; w++) mark_word(m, *w);
}

static void mark_object(RtMarker *m, uintptr_t base) {
    Block *b = &m->blocks[(base - m->lo) / BLOCK];
    if (b->state == UNKNOWN) block_learn(b, base); /* found by an address in a later block */
    size_t size = b->size;
    int words = b->words;
    if (b->state == LARGE) {
        rt_gc_object((void *)base, &size, &words);
        m->live += size;
        if (words < 0) words = ALL_WORDS;
    }
    rt_mark_range(m, base, base + (words == ALL_WORDS ? size : (size_t)words * sizeof(uintptr_t)));
}

void rt_mark_contents(RtMarker *m, uintptr_t p) {
    if (base_of(m, p) == p) mark_object(m, p);
}

void rt_mark_drain(RtMarker *m) {
    enum { AHEAD = 8 };
    uintptr_t soon[AHEAD] = {0};
    for (size_t at = 0, idle = 0; idle < AHEAD; at = (at + 1) % AHEAD) {
        uintptr_t base = soon[at];
        soon[at] = m->depth ? m->stack[--m->depth] : 0;
        if (soon[at]) __builtin_prefetch((void *)soon[at]);
        if (base) mark_object(m, base);
        idle = base || soon[at] ? 0 : idle + 1;
    }
}

bool rt_mark_reached(RtMarker *m, void *p) {
    uintptr_t a = (uintptr_t)p, base;
    if (a - m->lo >= m->hi - m->lo || !(base = base_of(m, a))) return true;
    size_t i = (base - m->lo) / GRANULE;
    return rt_load_relaxed(&m->bits[i / 8]) >> i % 8 & 1;
}

/* ---- begin and end ------------------------------------------------------------------------------------- */

bool rt_mark_begin_at(RtMarker *m, uintptr_t lo, uintptr_t hi, void *bits) {
    *m = (RtMarker){.lo = lo, .hi = hi};
    size_t granules = (hi - lo) / GRANULE, own_bits = bits ? 0 : (granules / 8 + 63) & -(size_t)64;
    size_t blocks = ((hi - lo) / BLOCK + 8) * sizeof(Block);
    m->map_size = own_bits + blocks + (granules + 1) * sizeof(uintptr_t);
    m->map = os_map(m->map_size); /* most of it is never touched */
    if (!m->map) return false;
    m->bits = bits ? bits : m->map;
    m->blocks = (Block *)((char *)m->map + own_bits);
    m->stack = (uintptr_t *)((char *)m->blocks + blocks);
    return true;
}

bool rt_mark_begin(RtMarker *m) {
    uintptr_t lo, hi;
    rt_gc_bounds(&lo, &hi);
    return rt_mark_begin_at(m, lo & -(uintptr_t)BLOCK, (hi + BLOCK - 1) & -(uintptr_t)BLOCK, NULL);
}

void rt_mark_end(RtMarker *m) { os_unmap(m->map, m->map_size); }
