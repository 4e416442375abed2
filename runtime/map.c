/* map.c: Go's maps: Swiss tables behind an extendible directory.
 *
 * Floor 3.
 *
 *   gol_map ──table──▶ Table                       while one table is enough (up to 1024 slots)
 *           └─dir────▶ [Table*, Table*, …]         2^depth entries, indexed by the top bits of the hash;
 *                                                  a table of local depth l stands in 2^(depth-l) entries
 *   Table: header | group 0 | group 1 | …          a power of two of groups, probed triangularly
 *   group: 8 control bytes | 8 slots of key, elem  control: 7 bits of the hash, EMPTY or DELETED
 *
 * Growth is incremental by construction: an insertion rehashes at most one table of 1024 slots, doubling it
 * or splitting it in two. (Rejected: one flat table, whose growth stops a goroutine for as long as the whole
 * map takes to rehash.) A table of one group may be full; a larger one keeps an eighth of its slots empty, so
 * that probing ends.
 *
 * Keys or elements of more than 128 bytes are held by pointer.
 *
 * Iteration: entries never move within a table. A table that is replaced is not changed any more but marked
 * stale; an iterator that stands in it goes on there and looks each key up in the map. A key that is not
 * found was deleted, or is not equal to itself (NaN) and then can only have gone by clear().
 *
 * Concurrent use is not allowed and caught as far as a flag without atomics can: WRITING is set during each
 * change. Hash and equality functions may be emitted code, so the goroutine may move or yield in them:
 * pointers into the stack are kept in locals only, which is sound.
 */
#include "val.h"
#include "hash.h"
#include "rt.h"

#include <emmintrin.h>

enum { GROUP = 8, MAX_GROUPS = 128, MAX_INLINE = 128 };
enum { CTRL_EMPTY = 0x80, CTRL_DELETED = 0xFE };
#define CTRL_ALL_EMPTY 0x8080808080808080ull
#define CTRL_MSB       0x8080808080808080ull

enum map_flag { WRITING = 1, KEY_PTR = 2, ELEM_PTR = 4, NOSCAN = 8, KEY_UPDATE = 16 };
enum key_class { KEY_ANY, KEY_32, KEY_64, KEY_STR };

typedef struct Table {
    Uint32 used;
    Uint32 growth_left; /* insertions into empty slots before the table is full */
    Uint32 mask;        /* groups - 1 */
    Uint16 depth;       /* local depth */
    Uint16 stale;       /* replaced: see iteration */
    Uint64 index;       /* the first directory entry that points here */
    char groups[];
} Table;

struct gol_map {
    Uint64 used;
    Uint64 seed;
    Table *table; /* the only table; NULL before the first insertion, or when there is a directory */
    Table **dir;
    Uint8 depth, flags, key_class;
    Uint32 slot_size, elem_off, stride /* of a group */;
    Uint64 clears; /* counts clear(), for iterators */
};

/* ---- control words ----------------------------------------------------------------------------------- */

static inline Uint64 ctrl_load(const char *group) { return rt_load64(group); }
static inline void ctrl_set(char *group, unsigned i, Uint8 c) { ((Uint8 *)group)[i] = c; }

/* One bit a slot. */
static inline unsigned match_h2(const char *group, Uint64 h2) {
    __m128i c = _mm_loadl_epi64((const __m128i *)(const void *)group);
    __m128i k = _mm_cvtsi64_si128((long long)(h2 * 0x0101010101010101ull));
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(c, k)) & 0xFF;
}
/* The top bit of each byte that matches. */
static inline Uint64 match_empty(Uint64 w) { return w & ~(w << 6) & CTRL_MSB; }
static inline Uint64 match_free(Uint64 w) { return w & CTRL_MSB; }
static inline Uint64 match_full(Uint64 w) { return ~w & CTRL_MSB; }
static inline unsigned first_byte(Uint64 bits) { return (unsigned)__builtin_ctzll(bits) >> 3; }

static inline char *group_at(const gol_map *m, Table *tb, Uint64 g) { return tb->groups + g * m->stride; }
static inline char *slot_at(const gol_map *m, char *group, unsigned i) {
    return group + 8 + i * m->slot_size;
}

static inline void *slot_key(const gol_map *m, char *slot) {
    return GOL_UNLIKELY(m->flags & KEY_PTR) ? *(void **)(void *)slot : slot;
}
static inline void *slot_elem(const gol_map *m, char *slot) {
    char *e = slot + m->elem_off;
    return GOL_UNLIKELY(m->flags & ELEM_PTR) ? *(void **)(void *)e : e;
}

/* ---- hashing ----------------------------------------------------------------------------------------- */

static inline Uint64 hash_str(String s, Uint64 seed) { return rt_hash_bytes(s.ptr, seed, (Uintptr)s.len); }

static inline Uint64 hash_key(const gol_type *t, const gol_map *m, const void *key) {
    switch (m->key_class) {
    case KEY_32: return rt_hash_u64(*(const Uint32 *)key, m->seed);
    case KEY_64: return rt_hash_u64(*(const Uint64 *)key, m->seed);
    case KEY_STR: return hash_str(*(const String *)key, m->seed);
    default: return gol_type_hash(t->key, key, m->seed);
    }
}

static inline Uint64 dir_index(const gol_map *m, Uint64 hash) { return (hash >> 1) >> (63 - m->depth); }
static inline Table *table_of(const gol_map *m, Uint64 hash) {
    return m->dir ? m->dir[dir_index(m, hash)] : m->table;
}

static GOL_NORETURN void fatal_write_write(void) { rt_fatal("concurrent map writes"); }
static GOL_NORETURN void fatal_read_write(void) { rt_fatal("concurrent map read and map write"); }
static GOL_NORETURN void fatal_iter_write(void) { rt_fatal("concurrent map iteration and map write"); }

static inline void write_begin(gol_map *m) {
    if (GOL_UNLIKELY(m->flags & WRITING)) fatal_write_write();
    m->flags |= WRITING;
}
static inline void write_end(gol_map *m) {
    if (GOL_UNLIKELY(!(m->flags & WRITING))) fatal_write_write();
    m->flags &= (Uint8)~WRITING;
}

/* ---- tables ------------------------------------------------------------------------------------------ */

static Table *table_new(const gol_map *m, Uint64 groups, unsigned depth, Uint64 index) {
    Uintptr size = sizeof(Table) + groups * m->stride;
    Table *tb = gol_alloc(size, m->flags & NOSCAN ? 0 : size);
    for (Uint64 g = 0; g < groups; g++) memset(group_at(m, tb, g), CTRL_EMPTY, GROUP);
    tb->mask = (Uint32)(groups - 1);
    tb->growth_left = (Uint32)(groups == 1 ? GROUP : groups * GROUP * 7 / 8);
    tb->depth = (Uint16)depth;
    tb->index = index;
    return tb;
}

/* Puts a slot's contents, known to be new, into a table with room. */
static void table_adopt(const gol_map *m, Table *tb, Uint64 hash, const char *slot) {
    Uint64 g = (hash >> 7) & tb->mask, step = 0, free_slots;
    char *group;
    for (;;) {
        group = group_at(m, tb, g);
        free_slots = match_empty(ctrl_load(group));
        if (free_slots) break;
        g = (g + ++step) & tb->mask;
    }
    unsigned i = first_byte(free_slots);
    ctrl_set(group, i, (Uint8)(hash & 0x7F));
    memcpy(slot_at(m, group, i), slot, m->slot_size);
    tb->used++;
    tb->growth_left--;
}

static void dir_double(gol_map *m) {
    Uint64 n = m->dir ? 1ull << m->depth : 1;
    Table **dir = gol_alloc(2 * n * sizeof *dir, 2 * n * sizeof *dir);
    for (Uint64 i = 0; i < n; i++) dir[2 * i] = dir[2 * i + 1] = m->dir ? m->dir[i] : m->table;
    for (Uint64 i = 0; i < 2 * n; i += 1ull << (m->depth + 1 - dir[i]->depth)) dir[i]->index = i;
    m->dir = dir;
    m->table = NULL;
    m->depth++;
}

static void dir_install(gol_map *m, Table *tb) {
    if (!m->dir) {
        m->table = tb;
        return;
    }
    Uint64 n = 1ull << (m->depth - tb->depth);
    for (Uint64 i = 0; i < n; i++) m->dir[tb->index + i] = tb;
}

static void table_split(const gol_type *t, gol_map *m, Table *old) {
    if (old->depth == m->depth) dir_double(m);
    unsigned depth = old->depth + 1u;
    Uint64 half = 1ull << (m->depth - depth);
    Table *lo = table_new(m, MAX_GROUPS, depth, old->index);
    Table *hi = table_new(m, MAX_GROUPS, depth, old->index + half);
    for (Uint64 g = 0; g <= old->mask; g++) {
        char *group = group_at(m, old, g);
        for (Uint64 b = match_full(ctrl_load(group)); b; b &= b - 1) {
            char *slot = slot_at(m, group, first_byte(b));
            Uint64 hash = hash_key(t, m, slot_key(m, slot));
            table_adopt(m, hash >> (64 - depth) & 1 ? hi : lo, hash, slot);
        }
    }
    old->stale = 1;
    dir_install(m, lo);
    dir_install(m, hi);
}

/* Makes room in a table without growth left: a larger one, two, or one of the same size without tombstones.
 */
static GOL_NOINLINE void table_grow(const gol_type *t, gol_map *m, Table *old) {
    GOL_STACK_CHECK();
    Uint64 groups = old->mask + 1ull;
    if (groups == 1 || old->used > groups * GROUP * 7 / 8 * 3 / 4) {
        if (groups == MAX_GROUPS) {
            table_split(t, m, old);
            return;
        }
        groups *= 2;
    }
    Table *tb = table_new(m, groups, old->depth, old->index);
    for (Uint64 g = 0; g <= old->mask; g++) {
        char *group = group_at(m, old, g);
        for (Uint64 b = match_full(ctrl_load(group)); b; b &= b - 1) {
            char *slot = slot_at(m, group, first_byte(b));
            table_adopt(m, tb, hash_key(t, m, slot_key(m, slot)), slot);
        }
    }
    old->stale = 1;
    dir_install(m, tb);
}

/* ---- making ------------------------------------------------------------------------------------------ */

static Uintptr round_up(Uintptr n, Uintptr to) { return (n + to - 1) / to * to; }

static void layout(const gol_type *t, gol_map *m) {
    const gol_type *k = t->key, *e = t->elem;
    Uintptr ksize = k->size, kalign = k->align, esize = e->size, ealign = e->align;
    if (ksize > MAX_INLINE) ksize = kalign = 8, m->flags |= KEY_PTR;
    if (esize > MAX_INLINE) esize = ealign = 8, m->flags |= ELEM_PTR;
    if (!(m->flags & (KEY_PTR | ELEM_PTR)) && k->ptrdata == 0 && e->ptrdata == 0) m->flags |= NOSCAN;
    /* An element without size lies on its key, not behind the slot, where another object may begin. */
    m->elem_off = esize == 0 ? 0 : (Uint32)round_up(ksize, ealign);
    m->slot_size = (Uint32)round_up(m->elem_off + (esize ? esize : ksize), kalign > ealign ? kalign : ealign);
    m->stride = (Uint32)round_up(8 + GROUP * m->slot_size, 8);
    if (!(k->flags & GOL_TYPE_MEMEQ)) m->flags |= KEY_UPDATE;
    if (k->kind == GOL_STRING)
        m->key_class = KEY_STR;
    else if (k->flags & GOL_TYPE_MEMEQ && k->size == 8)
        m->key_class = KEY_64;
    else if (k->flags & GOL_TYPE_MEMEQ && k->size == 4)
        m->key_class = KEY_32;
}

Map gol_makemap(const gol_type *t, Int hint) {
    gol_map *m = gol_alloc(sizeof *m, offsetof(gol_map, depth));
    m->seed = rt_rand();
    layout(t, m);
    if (hint <= GROUP) return m;
    Uint64 slots = (Uint64)hint;
    if (slots > 1ull << 40) return m; /* cannot be met: grow as far as it goes */
    slots = (slots * 8 + 6) / 7;
    Uint64 groups = 2;
    while (groups < MAX_GROUPS && groups * GROUP < slots) groups *= 2;
    if (groups * GROUP >= slots) {
        m->table = table_new(m, groups, 0, 0);
        return m;
    }
    while ((1ull << m->depth) * MAX_GROUPS * GROUP < slots) m->depth++;
    Uint64 n = 1ull << m->depth;
    m->dir = gol_alloc(n * sizeof *m->dir, n * sizeof *m->dir);
    for (Uint64 i = 0; i < n; i++) m->dir[i] = table_new(m, MAX_GROUPS, m->depth, i);
    return m;
}

Int gol_map_len(Map m) { return m ? (Int)m->used : 0; }

/* ---- finding ----------------------------------------------------------------------------------------- */

/* The probe sequence, shared by all lookups: SAME is an expression over `slot`. Leaves by FOUND or ABSENT. */
#define PROBE(m, tb, hash, SAME, FOUND, ABSENT)                                                              \
    do {                                                                                                     \
        Uint64 g_ = ((hash) >> 7) & (tb)->mask, step_ = 0;                                                   \
        for (;;) {                                                                                           \
            char *group = group_at(m, tb, g_);                                                               \
            for (unsigned b_ = match_h2(group, (hash)&0x7F); b_; b_ &= b_ - 1) {                             \
                unsigned i = (unsigned)__builtin_ctz(b_);                                                    \
                char *slot = slot_at(m, group, i);                                                           \
                if (GOL_LIKELY(SAME)) {                                                                      \
                    (void)i;                                                                                 \
                    FOUND;                                                                                   \
                }                                                                                            \
            }                                                                                                \
            if (GOL_LIKELY(match_empty(ctrl_load(group)))) break;                                            \
            if (++step_ > (tb)->mask) break;                                                                 \
            g_ = (g_ + step_) & (tb)->mask;                                                                  \
        }                                                                                                    \
        ABSENT;                                                                                              \
    } while (0)

static inline Bool key_same(const gol_type *t, const gol_map *m, char *slot, const void *key) {
    const void *k = slot_key(m, slot);
    switch (m->key_class) {
    case KEY_32: return *(const Uint32 *)k == *(const Uint32 *)key;
    case KEY_64: return *(const Uint64 *)k == *(const Uint64 *)key;
    case KEY_STR: return gol_str_eq(*(const String *)k, *(const String *)key);
    default: return gol_type_equal(t->key, key, k);
    }
}

/* A lookup in an empty map must still panic for a key that cannot be hashed. */
static void check_hashable(const gol_type *t, const void *key) {
    Uint8 kind = t->key->kind;
    if (kind == GOL_INTERFACE || kind == GOL_STRUCT || kind == GOL_ARRAY)
        if (!(t->key->flags & GOL_TYPE_MEMEQ)) {
            const gol_type *bad = rt_unhashable(t->key, key);
            if (bad) rt_panic_plain_str(rt_str_cat(2, GOL_STR("hash of unhashable type: "), bad->str));
        }
}

static char *find_slot(const gol_type *t, Map m, const void *key) {
    Uint64 hash = hash_key(t, m, key);
    Table *tb = table_of(m, hash);
    PROBE(m, tb, hash, key_same(t, m, slot, key), return slot, return NULL);
}

Ptr gol_map_get(const gol_type *t, Map m, const void *key) {
    GOL_STACK_CHECK();
    if (m == NULL || m->used == 0) {
        check_hashable(t, key);
        return NULL;
    }
    if (GOL_UNLIKELY(m->flags & WRITING)) fatal_read_write();
    char *slot = find_slot(t, m, key);
    return slot ? slot_elem(m, slot) : NULL;
}

Ptr gol_map_get32(const gol_type *t GOL_UNUSED, Map m, Uint32 key) {
    if (m == NULL || m->used == 0) return NULL;
    if (GOL_UNLIKELY(m->flags & WRITING)) fatal_read_write();
    Uint64 hash = rt_hash_u64(key, m->seed);
    Table *tb = table_of(m, hash);
    PROBE(m, tb, hash, *(Uint32 *)(void *)slot == key, return slot_elem(m, slot), return NULL);
}

Ptr gol_map_get64(const gol_type *t GOL_UNUSED, Map m, Uint64 key) {
    if (m == NULL || m->used == 0) return NULL;
    if (GOL_UNLIKELY(m->flags & WRITING)) fatal_read_write();
    Uint64 hash = rt_hash_u64(key, m->seed);
    Table *tb = table_of(m, hash);
    PROBE(m, tb, hash, *(Uint64 *)(void *)slot == key, return slot_elem(m, slot), return NULL);
}

Ptr gol_map_getstr(const gol_type *t GOL_UNUSED, Map m, String key) {
    if (m == NULL || m->used == 0) return NULL;
    if (GOL_UNLIKELY(m->flags & WRITING)) fatal_read_write();
    Uint64 hash = hash_str(key, m->seed);
    Table *tb = table_of(m, hash);
    PROBE(m, tb, hash, gol_str_eq(*(String *)(void *)slot, key), return slot_elem(m, slot), return NULL);
}

/* ---- inserting --------------------------------------------------------------------------------------- */

static GOL_NORETURN void panic_nil_map(void) { rt_panic_plain("assignment to entry in nil map"); }

/* A free slot for a key that is not in the map. The key itself is left to the caller; WRITING is set. */
static char *claim_slot(const gol_type *t, Map m, Uint64 hash) {
    if (GOL_UNLIKELY(!m->table && !m->dir)) m->table = table_new(m, 1, 0, 0);
    for (;;) {
        Table *tb = table_of(m, hash);
        Uint64 g = (hash >> 7) & tb->mask, step = 0;
        for (;;) {
            char *group = group_at(m, tb, g);
            Uint64 w = ctrl_load(group), bits = match_free(w);
            if (bits) {
                unsigned i = first_byte(bits);
                if (((Uint8 *)group)[i] == CTRL_EMPTY) {
                    if (tb->growth_left == 0) break;
                    tb->growth_left--;
                }
                ctrl_set(group, i, (Uint8)(hash & 0x7F));
                tb->used++;
                m->used++;
                return slot_at(m, group, i);
            }
            if (++step > tb->mask) break;
            g = (g + step) & tb->mask;
        }
        table_grow(t, m, tb);
    }
}

static GOL_NOINLINE void *claim_elem(const gol_type *t, const gol_map *m, char *slot) {
    if (!(m->flags & ELEM_PTR)) return slot + m->elem_off;
    return *(void **)(void *)(slot + m->elem_off) = gol_new(t->elem);
}
static inline Ptr new_elem(const gol_type *t, const gol_map *m, char *slot) {
    return GOL_UNLIKELY(m->flags & ELEM_PTR) ? claim_elem(t, m, slot) : slot + m->elem_off;
}

Ptr gol_map_put(const gol_type *t, Map m, const void *key) {
    GOL_STACK_CHECK();
    if (GOL_UNLIKELY(m == NULL)) panic_nil_map();
    if (GOL_UNLIKELY(m->flags & WRITING)) fatal_write_write();
    Uint64 hash = hash_key(t, m, key); /* may panic: before WRITING */
    write_begin(m);
    char *at = NULL;
    Table *tb = table_of(m, hash);
    if (GOL_LIKELY(tb != NULL))
        PROBE(
            m, tb, hash, key_same(t, m, slot, key),
            {
                at = slot;
                goto found;
            },
            break);
    at = claim_slot(t, m, hash);
    if (m->flags & KEY_PTR) *(void **)(void *)at = gol_new(t->key);
    memcpy(slot_key(m, at), key, t->key->size);
    Ptr e = new_elem(t, m, at);
    write_end(m);
    return e;
found:
    if (m->flags & KEY_UPDATE) memcpy(slot_key(m, at), key, t->key->size);
    write_end(m);
    return slot_elem(m, at);
}

Ptr gol_map_put32(const gol_type *t, Map m, Uint32 key) {
    if (GOL_UNLIKELY(m == NULL)) panic_nil_map();
    write_begin(m);
    Uint64 hash = rt_hash_u64(key, m->seed);
    Table *tb = table_of(m, hash);
    char *at;
    if (GOL_LIKELY(tb != NULL))
        PROBE(
            m, tb, hash, *(Uint32 *)(void *)slot == key,
            {
                at = slot;
                goto found;
            },
            break);
    at = claim_slot(t, m, hash);
    *(Uint32 *)(void *)at = key;
    Ptr e = new_elem(t, m, at);
    write_end(m);
    return e;
found:
    write_end(m);
    return slot_elem(m, at);
}

Ptr gol_map_put64(const gol_type *t, Map m, Uint64 key) {
    if (GOL_UNLIKELY(m == NULL)) panic_nil_map();
    write_begin(m);
    Uint64 hash = rt_hash_u64(key, m->seed);
    Table *tb = table_of(m, hash);
    char *at;
    if (GOL_LIKELY(tb != NULL))
        PROBE(
            m, tb, hash, *(Uint64 *)(void *)slot == key,
            {
                at = slot;
                goto found;
            },
            break);
    at = claim_slot(t, m, hash);
    *(Uint64 *)(void *)at = key;
    Ptr e = new_elem(t, m, at);
    write_end(m);
    return e;
found:
    write_end(m);
    return slot_elem(m, at);
}

Ptr gol_map_putstr(const gol_type *t, Map m, String key) {
    if (GOL_UNLIKELY(m == NULL)) panic_nil_map();
    write_begin(m);
    Uint64 hash = hash_str(key, m->seed);
    Table *tb = table_of(m, hash);
    char *at;
    if (GOL_LIKELY(tb != NULL))
        PROBE(
            m, tb, hash, gol_str_eq(*(String *)(void *)slot, key),
            {
                at = slot;
                goto found;
            },
            break);
    at = claim_slot(t, m, hash);
    *(String *)(void *)at = key;
    Ptr e = new_elem(t, m, at);
    write_end(m);
    return e;
found:
    *(String *)(void *)at = key; /* the new bytes: the old may hold a larger block */
    write_end(m);
    return slot_elem(m, at);
}

/* ---- removing ---------------------------------------------------------------------------------------- */

void gol_map_delete(const gol_type *t, Map m, const void *key) {
    GOL_STACK_CHECK();
    if (m == NULL || m->used == 0) {
        check_hashable(t, key);
        return;
    }
    if (GOL_UNLIKELY(m->flags & WRITING)) fatal_write_write();
    Uint64 hash = hash_key(t, m, key);
    write_begin(m);
    Table *tb = table_of(m, hash);
    PROBE(
        m, tb, hash, key_same(t, m, slot, key),
        {
            memset(slot, 0, m->slot_size);
            /* A probe that went past this full group must go on past it: leave a tombstone. */
            if (tb->mask == 0 || match_empty(ctrl_load(group))) {
                ctrl_set(group, i, CTRL_EMPTY);
                tb->growth_left++;
            } else {
                ctrl_set(group, i, CTRL_DELETED);
            }
            tb->used--;
            m->used--;
            write_end(m);
            return;
        },
        break);
    write_end(m);
}

static void table_clear(const gol_map *m, Table *tb) {
    Uint64 groups = tb->mask + 1ull;
    memset(tb->groups, 0, groups * m->stride);
    for (Uint64 g = 0; g < groups; g++) memset(group_at(m, tb, g), CTRL_EMPTY, GROUP);
    tb->used = 0;
    tb->growth_left = (Uint32)(groups == 1 ? GROUP : groups * GROUP * 7 / 8);
}

void gol_map_clear(const gol_type *t GOL_UNUSED, Map m) {
    if (m == NULL) return;
    write_begin(m);
    if (m->used != 0 || m->dir || m->table) {
        if (m->table) table_clear(m, m->table);
        if (m->dir)
            for (Uint64 i = 0; i < 1ull << m->depth; i += 1ull << (m->depth - m->dir[i]->depth))
                table_clear(m, m->dir[i]);
        m->used = 0;
        m->clears++;
        m->seed = rt_rand();
    }
    write_end(m);
}

/* ---- iterating --------------------------------------------------------------------------------------- */

typedef struct {
    void *key, *elem;
    const gol_type *type;
    gol_map *m;
    Table *tb;     /* where the iterator stands; NULL: fetch from the directory */
    Uint64 slot;   /* slots of tb seen */
    Uint64 offset; /* random: where in each table to start */
    Uint64 dir;    /* directory entries seen */
    Uint64 dir_offset;
    Uint64 clears;
    Uint32 depth;  /* the directory's when dir and dir_offset were written */
    Uint32 single; /* began with one table: ends with it */
} Iter;
_Static_assert(sizeof(Iter) <= sizeof(gol_mapiter), "an iterator fits its place in emitted code");

static void iter_follow_directory(Iter *it) {
    unsigned more = it->m->depth - it->depth;
    it->dir <<= more;
    it->dir_offset <<= more;
    it->depth = it->m->depth;
}

/* The next table, or false at the end. */
static Bool iter_table(Iter *it) {
    gol_map *m = it->m;
    if (it->single) return false;
    if (m->depth != it->depth) iter_follow_directory(it);
    Uint64 n = 1ull << m->depth;
    if (it->dir >= n) return false;
    Uint64 at = (it->dir + it->dir_offset) & (n - 1);
    Table *tb = m->dir[at];
    /* A random start in the middle of a table's run moves to its beginning. */
    if (tb->index != at) it->dir_offset -= at - tb->index;
    it->tb = tb;
    it->slot = 0;
    return true;
}

static void iter_leave_table(Iter *it) {
    if (!it->single) {
        if (it->m->depth != it->depth) iter_follow_directory(it);
        it->dir += 1ull << (it->depth - it->tb->depth); /* of a stale table: the run it had, now its heirs' */
    }
    it->tb = NULL;
}

/* An entry of a table that has been replaced: what the map holds now. */
static Bool iter_stale(Iter *it, char *slot) {
    void *key = slot_key(it->m, slot);
    char *now = it->m->used ? find_slot(it->type, it->m, key) : NULL;
    if (now) {
        it->key = slot_key(it->m, now);
        it->elem = slot_elem(it->m, now);
        return true;
    }
    if (it->clears != it->m->clears || gol_type_equal(it->type->key, key, key)) return false;
    it->key = key;
    it->elem = slot_elem(it->m, slot);
    return true;
}

void gol_map_next(gol_mapiter *iter) {
    GOL_STACK_CHECK();
    Iter *it = (Iter *)(void *)iter;
    gol_map *m = it->m;
    if (m == NULL) return;
    if (GOL_UNLIKELY(m->flags & WRITING)) fatal_iter_write();
    while (it->tb || iter_table(it)) {
        Table *tb = it->tb;
        Uint64 last = (tb->mask + 1ull) * GROUP - 1;
        while (it->slot <= last) {
            Uint64 at = (it->slot + it->offset) & last;
            char *group = group_at(m, tb, at / GROUP);
            unsigned i = at % GROUP;
            Uint64 full = match_full(ctrl_load(group)) >> (8 * i);
            if (full == 0) { /* to the next group; the first may be met again for its lower slots */
                it->slot += GROUP - i;
                continue;
            }
            unsigned skip = first_byte(full);
            it->slot += skip + 1;
            if (it->slot - 1 > last) break; /* beyond where the scan began */
            char *slot = slot_at(m, group, i + skip);
            if (GOL_UNLIKELY(tb->stale)) {
                if (!iter_stale(it, slot)) continue;
            } else {
                it->key = slot_key(m, slot);
                it->elem = slot_elem(m, slot);
            }
            return;
        }
        Bool done = it->single;
        iter_leave_table(it);
        if (done) break;
    }
    it->key = NULL;
    it->elem = NULL;
    it->m = NULL;
}

void gol_map_iter(const gol_type *t, Map m, gol_mapiter *iter) {
    Iter *it = (Iter *)(void *)iter;
    memset(iter, 0, sizeof *iter);
    if (m == NULL || m->used == 0) return;
    it->type = t;
    it->m = m;
    it->offset = rt_rand();
    it->dir_offset = it->offset >> 32;
    it->depth = m->depth;
    it->clears = m->clears;
    if (!m->dir) {
        it->tb = m->table;
        it->single = 1;
    } else {
        it->dir_offset &= (1ull << m->depth) - 1;
    }
    gol_map_next(iter);
}
