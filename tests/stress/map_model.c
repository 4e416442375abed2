/* map_model.c: random operations on maps against a plain model, for each kind of key; iteration under
 * changes.
 *
 * Usage: map_model [seed]. Without the scheduler: links the values and the unit tests' stub.
 */
#include "../unit/runtime/stub.h"
#include "val.h"

#include <stdio.h>
#include <stdlib.h>

static Uint64 seed = 1;
static Uint64 rnd(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}
#define CHECK(c) ((c) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #c), abort()))

enum { KEYS = 6000 };
typedef struct {
    Uint64 w[20];
} Big;

static Bool big_eq(const void *a, const void *b) { return memcmp(a, b, sizeof(Big)) == 0; }
static Uint64 big_hash(const void *p, Uint64 s) { return gol_hash_bytes(p, s, sizeof(Big)); }
static const gol_type big = {.size = sizeof(Big),
                             .align = 8,
                             .kind = GOL_ARRAY,
                             .elem = &gol_type_uint64,
                             .len = sizeof(Big) / 8,
                             .equal = big_eq,
                             .hashof = big_hash};

/* A key of each type from a number, and back. */
typedef struct {
    const char *name;
    const gol_type *key;
} KeyKind;
static const KeyKind kinds[] = {{"int64", &gol_type_int64},   {"int32", &gol_type_int32},
                                {"string", &gol_type_string}, {"float64", &gol_type_float64},
                                {"any", &gol_type_eface},     {"big", &big},
                                {"int8", &gol_type_int8}};

static const void *key_make(int kind, Int n) {
    static Big buf;
    static char text[24];
    switch (kind) {
    case 0: *(Int64 *)(void *)&buf = n * 7919; break;
    case 1: *(Int32 *)(void *)&buf = (Int32)n * 13; break;
    case 2: {
        int len = sprintf(text, "%sk%ld", n % 3 == 0 ? "a long prefix " : "", (long)n);
        char *s = calloc(1, (size_t)len + 1);
        memcpy(s, text, (size_t)len);
        *(String *)(void *)&buf = (String){(Uint8 *)s, len};
        break;
    }
    case 3: *(Float64 *)(void *)&buf = (Float64)n / 4; break;
    case 4:
        *(Eface *)(void *)&buf = n % 2 ? (Eface){&gol_type_int, gol_box64((Uint64)n)}
                                       : (Eface){&gol_type_float64, gol_box64((Uint64)n)};
        break;
    case 5:
        memset(&buf, 0, sizeof buf);
        buf.w[19] = (Uint64)n;
        break;
    default: *(Int8 *)(void *)&buf = (Int8)n;
    }
    return &buf;
}
static Int key_number(int kind, const void *k) {
    switch (kind) {
    case 0: return *(const Int64 *)k / 7919;
    case 1: return *(const Int32 *)k / 13;
    case 2: {
        const String *s = k;
        const char *p = memchr(s->ptr, 'k', (size_t)s->len);
        return strtol(p + 1, NULL, 10);
    }
    case 3: return (Int)(*(const Float64 *)k * 4);
    case 4: return *(Int *)((const Eface *)k)->data;
    case 5: return (Int)((const Big *)k)->w[19];
    default: return *(const Uint8 *)k;
    }
}

static Int model[KEYS]; /* 0: absent */
static Uint8 seen[KEYS], deleted[KEYS], added[KEYS];

static Ptr get(const gol_type *t, Map m, int kind, const void *k) {
    if (rnd() % 2) {
        if (kind == 0) return gol_map_get64(t, m, *(const Uint64 *)k);
        if (kind == 1) return gol_map_get32(t, m, *(const Uint32 *)k);
        if (kind == 2) return gol_map_getstr(t, m, *(const String *)k);
    }
    return gol_map_get(t, m, k);
}
static Ptr put(const gol_type *t, Map m, int kind, const void *k) {
    if (rnd() % 2) {
        if (kind == 0) return gol_map_put64(t, m, *(const Uint64 *)k);
        if (kind == 1) return gol_map_put32(t, m, *(const Uint32 *)k);
        if (kind == 2) return gol_map_putstr(t, m, *(const String *)k);
    }
    return gol_map_put(t, m, k);
}

static void iterate(const gol_type *t, Map m, int kind, Int keys, int changes) {
    gol_mapiter it;
    memset(seen, 0, sizeof seen);
    memset(deleted, 0, sizeof deleted);
    memset(added, 0, sizeof added);
    static Int before[KEYS];
    memcpy(before, model, sizeof before);
    bool cleared = false;
    Int elem_size = (Int)t->elem->size;
    for (gol_map_iter(t, m, &it); it.key; gol_map_next(&it)) {
        Int n = key_number(kind, it.key);
        CHECK(n >= 0 && n < keys);
        CHECK(model[n] != 0); /* live */
        CHECK(!seen[n] || added[n]);
        if (elem_size) CHECK(*(Int *)it.elem == model[n]);
        seen[n] = 1;
        for (int c = 0; c < changes; c++) {
            Int k = (Int)(rnd() % (Uint64)keys);
            const void *key = key_make(kind, k);
            if (rnd() % 3 == 0) {
                gol_map_delete(t, m, key);
                if (model[k]) deleted[k] = 1;
                model[k] = 0;
            } else {
                Ptr e = put(t, m, kind, key);
                if (!model[k]) added[k] = 1;
                model[k] = (Int)(rnd() >> 1) | 1;
                if (elem_size) *(Int *)e = model[k];
            }
            if (rnd() % 20000 == 0) {
                gol_map_clear(t, m);
                memset(model, 0, sizeof model);
                cleared = true;
            }
        }
    }
    if (cleared) return;
    for (Int n = 0; n < keys; n++)
        if (before[n] && model[n] && !deleted[n]) CHECK(seen[n]);
}

static void run(int kind, const gol_type *elem, Int keys, int rounds) {
    gol_type t = {.size = 8, .kind = GOL_MAP, .key = kinds[kind].key, .elem = elem};
    memset(model, 0, sizeof model);
    Map m = gol_makemap(&t, rnd() % 2 ? 0 : (Int)(rnd() % (Uint64)(2 * keys)));
    Int count = 0;
    for (int r = 0; r < rounds; r++) {
        Int n = (Int)(rnd() % (Uint64)keys);
        const void *k = key_make(kind, n);
        switch (rnd() % 8) {
        case 0:
        case 1:
        case 2: {
            Ptr e = put(&t, m, kind, k);
            if (elem->size) {
                CHECK(*(Int *)e == model[n]);
                *(Int *)e = r + 1;
            }
            model[n] = r + 1;
            break;
        }
        case 3:
        case 4:
            gol_map_delete(&t, m, k);
            model[n] = 0;
            break;
        default: {
            Ptr e = get(&t, m, kind, k);
            CHECK((e != NULL) == (model[n] != 0));
            if (e && elem->size) CHECK(*(Int *)e == model[n]);
        }
        }
        if (r % (rounds / 4 + 1) == rounds / 4) {
            iterate(&t, m, kind, keys, 0);
            iterate(&t, m, kind, keys, 3);
        }
        if (rnd() % 50000 == 0) {
            gol_map_clear(&t, m);
            memset(model, 0, sizeof model);
        }
    }
    for (Int n = 0; n < keys; n++) count += model[n] != 0;
    CHECK(gol_map_len(m) == count);
}

static void nans(void) {
    gol_type t = {.size = 8, .kind = GOL_MAP, .key = &gol_type_float64, .elem = &gol_type_int};
    Map m = gol_makemap(&t, 0);
    Float64 nan = __builtin_nan("");
    for (Int i = 0; i < 5000; i++) *(Int *)gol_map_put(&t, m, &nan) = i;
    CHECK(gol_map_len(m) == 5000);
    CHECK(gol_map_get(&t, m, &nan) == NULL);
    gol_map_delete(&t, m, &nan);
    CHECK(gol_map_len(m) == 5000);
    static Uint8 got[100000];
    gol_mapiter it;
    Int n = 0, more = 0;
    for (gol_map_iter(&t, m, &it); it.key; gol_map_next(&it)) {
        Int v = *(Int *)it.elem;
        CHECK(!got[v]);
        got[v] = 1;
        n++;
        if (more < 4000) *(Int *)gol_map_put(&t, m, &nan) = 5000 + more++; /* grows under the iterator */
    }
    for (Int i = 0; i < 5000; i++) CHECK(got[i]);
    gol_map_clear(&t, m);
    CHECK(gol_map_len(m) == 0);
    gol_map_iter(&t, m, &it);
    CHECK(it.key == NULL);
    Float64 zero = 0, minus = -0.0;
    *(Int *)gol_map_put(&t, m, &zero) = 1;
    CHECK(*(Int *)gol_map_get(&t, m, &minus) == 1);
}

int main(int argc, char **argv) {
    if (argc > 1) seed = strtoull(argv[1], NULL, 0);
    if (seed == 0) seed = 1;
    printf("seed %lu\n", (unsigned long)seed);
    static const gol_type empty = {.kind = GOL_STRUCT, .align = 1};
    const gol_type *elems[] = {&gol_type_int, &empty, &big};
    Int sizes[] = {6, 8, 20, 100, 1000, KEYS};
    for (int k = 0; k < 7; k++)
        for (int e = 0; e < 3; e++)
            for (int s = 0; s < 6; s++) {
                if (k == 6 && sizes[s] > 127) continue;
                run(k, elems[e], sizes[s], sizes[s] > 1000 ? 100000 : 30000);
            }
    nans();
    printf("ok\n");
    return 0;
}
