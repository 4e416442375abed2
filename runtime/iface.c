/* iface.c: interfaces: boxing of values, method tables (itabs), assertions.
 *
 * Floor 3. An itab is made the first time a dynamic type meets an interface type, and never freed. They stand
 * in an open-addressed hash table that is read without a lock: a slot goes from NULL to an itab once, with
 * release order after the itab is written; a full table is replaced by a larger one, and the old one, which
 * readers may still hold, is left as it is. Writers hold itab_lock. A pair that does not fit is remembered
 * too, as an itab whose first function is NULL.
 *
 * Descriptors that reflect makes live in collected memory: the itab table lives in persistent memory, so
 * reflect must keep such a type reachable (it never drops one).
 */
#include "val.h"
#include "rt.h"

/* ---- boxes ------------------------------------------------------------------------------------------- */

#define V4(n)  n, n + 1, n + 2, n + 3
#define V16(n) V4(n), V4(n + 4), V4(n + 8), V4(n + 12)
#define V64(n) V16(n), V16(n + 16), V16(n + 32), V16(n + 48)
/* The first byte, two, four and eight of each are the value (little endian). */
static const Uint64 small_values[256] = {V64(0), V64(64), V64(128), V64(192)};

Ptr gol_box64(Uint64 v) {
    if (v < 256) return (Ptr)&small_values[v];
    Uint64 *p = gol_alloc(8, 0);
    *p = v;
    return p;
}
Ptr gol_box32(Uint32 v) {
    if (v < 256) return (Ptr)&small_values[v];
    Uint32 *p = gol_alloc(4, 0);
    *p = v;
    return p;
}
Ptr gol_box16(Uint16 v) {
    if (v < 256) return (Ptr)&small_values[v];
    Uint16 *p = gol_alloc(2, 0);
    *p = v;
    return p;
}
Ptr gol_box8(Uint8 v) { return (Ptr)&small_values[v]; }

Ptr gol_box_string(String s) {
    if (s.len == 0) return (Ptr)gol_zero_value;
    String *p = gol_alloc(sizeof s, 8);
    *p = s;
    return p;
}
Ptr gol_box_slice(Slice s) {
    if (s.ptr == NULL) return (Ptr)gol_zero_value;
    Slice *p = gol_alloc(sizeof s, 8);
    *p = s;
    return p;
}
Ptr gol_box(const gol_type *t, const void *v) {
    Ptr p = gol_new(t);
    if (t->size) memcpy(p, v, t->size);
    return p;
}

/* ---- itabs ------------------------------------------------------------------------------------------- */

typedef struct {
    Uint64 mask;
    Uint64 count;      /* by itab_lock */
    gol_itab *slots[]; /* atomic: release by the writer, acquire by readers */
} ItabTable;

static struct {
    Uint64 mask, count;
    gol_itab *slots[512];
} first_table = {.mask = 511};
static ItabTable *itab_table = (ItabTable *)(void *)&first_table; /* atomic, as the slots */
static RtLock itab_lock;

static Uint64 itab_hash(const gol_type *iface, const gol_type *t) {
    Uint64 h = ((Uintptr)iface >> 4) * 0x9e3779b97f4a7c15ull ^ (Uintptr)t;
    h *= 0x9e3779b97f4a7c15ull;
    return h >> 32;
}

static gol_itab *table_find(ItabTable *tb, const gol_type *iface, const gol_type *t) {
    for (Uint64 i = itab_hash(iface, t);; i++) {
        gol_itab *it = __atomic_load_n(&tb->slots[i & tb->mask], __ATOMIC_ACQUIRE);
        if (it == NULL || (it->iface == iface && it->type == t)) return it;
    }
}

static void table_add(ItabTable *tb, gol_itab *it) {
    Uint64 i = itab_hash(it->iface, it->type);
    while (tb->slots[i & tb->mask] != NULL) i++;
    __atomic_store_n(&tb->slots[i & tb->mask], it, __ATOMIC_RELEASE);
    tb->count++;
}

static int method_cmp(String an, String ap, String bn, String bp) {
    Int c = gol_str_cmp(an, bn);
    return (int)(c ? c : gol_str_cmp(ap, bp));
}

/* Fills fun; returns the first method that t lacks, or NULL. Both lists are sorted alike. */
static const gol_imethod *itab_fill(gol_itab *it) {
    const gol_imethod *want = it->iface->members;
    const gol_uncommon *u = it->type->uncommon;
    Int j = 0, n = u ? u->nmethods : 0;
    for (Int i = 0; i < it->iface->nmembers; i++) {
        int c = 1;
        while (j < n &&
               (c = method_cmp(u->methods[j].name, u->methods[j].pkgpath, want[i].name, want[i].pkgpath)) < 0)
            j++;
        if (j >= n || c != 0 || !rt_type_same(u->methods[j].type, want[i].type)) return &want[i];
        it->fun[i] = u->methods[j++].code;
    }
    return NULL;
}

typedef struct {
    const gol_type *iface, *type;
    gol_itab *itab;
} ItabMake;

static void itab_make(void *arg) { /* on the system stack */
    ItabMake *mk = arg;
    rt_lock(&itab_lock);
    ItabTable *tb = itab_table;
    mk->itab = table_find(tb, mk->iface, mk->type);
    if (mk->itab == NULL) {
        gol_itab *it = rt_alloc_persistent(sizeof *it + (size_t)mk->iface->nmembers * sizeof(void *));
        it->iface = mk->iface;
        it->type = mk->type;
        if (itab_fill(it) != NULL) it->fun[0] = NULL;
        if (tb->count >= tb->mask / 4 * 3) {
            Uint64 n = (tb->mask + 1) * 2;
            ItabTable *big = rt_alloc_persistent(sizeof *big + n * sizeof(gol_itab *));
            big->mask = n - 1;
            for (Uint64 i = 0; i <= tb->mask; i++)
                if (tb->slots[i]) table_add(big, tb->slots[i]);
            __atomic_store_n(&itab_table, big, __ATOMIC_RELEASE);
            tb = big;
        }
        table_add(tb, it);
        mk->itab = it;
    }
    rt_unlock(&itab_lock);
}

static gol_itab *itab_get(const gol_type *iface, const gol_type *t) {
    gol_itab *it = table_find(__atomic_load_n(&itab_table, __ATOMIC_ACQUIRE), iface, t);
    if (GOL_LIKELY(it != NULL)) return it;
    ItabMake mk = {iface, t, NULL};
    gol_systemstack(itab_make, &mk);
    return mk.itab;
}

const gol_itab *gol_itab_find(const gol_type *iface, const gol_type *t) {
    if (t == NULL) return NULL;
    gol_itab *it = itab_get(iface, t);
    return it->fun[0] ? it : NULL;
}

static GOL_NORETURN void assert_failed(const gol_type *iface, const gol_type *t) {
    GOL_STACK_CHECK();
    if (t == NULL) rt_panic_type_assert(NULL, NULL, iface, (String){NULL, 0});
    gol_itab *it = rt_alloc_persistent(sizeof *it + (size_t)iface->nmembers * sizeof(void *));
    it->iface = iface;
    it->type = t;
    rt_panic_type_assert(NULL, t, iface, itab_fill(it)->name);
}

const gol_itab *gol_itab_assert(const gol_type *iface, const gol_type *t) {
    const gol_itab *it = gol_itab_find(iface, t);
    if (GOL_UNLIKELY(it == NULL)) assert_failed(iface, t);
    return it;
}

void *rt_method_find(const gol_type *t, const char *name, const gol_type *type) {
    const gol_uncommon *u = t ? t->uncommon : NULL;
    String want = rt_str_c(name);
    for (Int i = 0; u && i < u->nmethods; i++)
        if (gol_str_eq(u->methods[i].name, want) && rt_type_same(u->methods[i].type, type))
            return u->methods[i].code;
    return NULL;
}
