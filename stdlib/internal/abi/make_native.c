/* Types that are made at run time. They are published once and for ever, in a table by structure that holds
 * the types without a name that the program mentions too, so that identity stays equality of pointers. */
#include <gol/gol.h>

Ptr internal_abi__Intern(Ptr candidate);
void internal_abi__SetEquality(Ptr candidate);

typedef struct Node {
    struct Node *next;
    const gol_type *type;
} Node;
enum { BUCKETS = 1024 };
static Node *table[BUCKETS]; /* each grows at its head, without locks */
static int filled;

extern const gol_type *__start_gol_types[] GOL_WEAK, *__stop_gol_types[] GOL_WEAK;

/* ---- identity, one level deep: parts are compared by pointer ------------------------------------------- */

static Uint64 mix(Uint64 h, Uint64 x) { return (h ^ x) * 0x9e3779b97f4a7c15u + (h >> 29); }
static Uint64 mix_ptr(Uint64 h, const void *p) { return mix(h, (uintptr_t)p >> 3); }

static Uint64 hash(const gol_type *t) {
    Uint64 h = mix(mix(t->kind, (Uint64)t->len), (Uint64)(t->nmembers * 64 + t->nresults));
    h = mix_ptr(mix_ptr(h, t->elem), t->key);
    if (t->kind == GOL_FUNC)
        for (Int i = 0; i < t->nmembers + t->nresults; i++)
            h = mix_ptr(h, ((const gol_type *const *)t->members)[i]);
    if (t->kind == GOL_STRUCT)
        for (Int i = 0; i < t->nmembers; i++) h = mix_ptr(h, ((const gol_field *)t->members)[i].type);
    if (t->kind == GOL_INTERFACE)
        for (Int i = 0; i < t->nmembers; i++) h = mix_ptr(h, ((const gol_imethod *)t->members)[i].type);
    return h;
}

static Bool same_fields(const gol_field *x, const gol_field *y, Int n) {
    for (Int i = 0; i < n; i++)
        if (x[i].type != y[i].type || x[i].embedded != y[i].embedded || !gol_str_eq(x[i].name, y[i].name) ||
            !gol_str_eq(x[i].pkgpath, y[i].pkgpath) || !gol_str_eq(x[i].tag, y[i].tag))
            return false;
    return true;
}

static Bool same_methods(const gol_imethod *x, const gol_imethod *y, Int n) {
    for (Int i = 0; i < n; i++)
        if (x[i].type != y[i].type || !gol_str_eq(x[i].name, y[i].name) ||
            !gol_str_eq(x[i].pkgpath, y[i].pkgpath))
            return false;
    return true;
}

static Bool same(const gol_type *a, const gol_type *b) {
    if (a->kind != b->kind || a->elem != b->elem || a->key != b->key || a->len != b->len ||
        a->nmembers != b->nmembers || a->nresults != b->nresults ||
        ((a->flags ^ b->flags) & (GOL_TYPE_VARIADIC | GOL_TYPE_NAMED)))
        return false;
    if (a->kind == GOL_STRUCT) return same_fields(a->members, b->members, a->nmembers);
    if (a->kind == GOL_INTERFACE) return same_methods(a->members, b->members, a->nmembers);
    if (a->kind != GOL_FUNC) return true;
    for (Int i = 0; i < a->nmembers + a->nresults; i++)
        if (((const gol_type *const *)a->members)[i] != ((const gol_type *const *)b->members)[i])
            return false;
    return true;
}

/* ---- the table --------------------------------------------------------------------------------------- */

static const gol_type *intern(const gol_type *t) {
    Node **head = &table[hash(t) >> 54], *fresh = NULL;
    for (;;) {
        Node *first = __atomic_load_n(head, __ATOMIC_ACQUIRE);
        for (Node *n = first; n != NULL; n = n->next)
            if (n->type == t || same(n->type, t)) return n->type;
        if (fresh == NULL) fresh = gol_alloc(sizeof *fresh, sizeof *fresh);
        *fresh = (Node){first, t};
        if (__atomic_compare_exchange_n(head, &first, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            return t;
    }
}

/* The predeclared ones without a name too. Several goroutines may do this at once: they agree. */
static void fill(void) {
    if (__atomic_load_n(&filled, __ATOMIC_ACQUIRE)) return;
    for (const gol_type **p = __start_gol_types; p < __stop_gol_types; p++) intern(*p);
    intern(&gol_type_eface);
    __atomic_store_n(&filled, 1, __ATOMIC_RELEASE);
}

Ptr internal_abi__Intern(Ptr candidate) {
    fill();
    gol_type *t = candidate;
    t->hash = (Uint32)(hash(t) >> 20);
    return (Ptr)intern(t);
}

/* ---- equality ---------------------------------------------------------------------------------------- */

static Bool bytes_are_all(const gol_type *t) {
    if (t->kind == GOL_ARRAY) return t->len == 0 || (t->elem->flags & GOL_TYPE_MEMEQ);
    const gol_field *f = t->members;
    Uintptr bytes = 0;
    for (Int i = 0; i < t->nmembers; i++) {
        if (!(f[i].type->flags & GOL_TYPE_MEMEQ) || gol_str_eq(f[i].name, GOL_STR("_"))) return false;
        bytes += f[i].type->size;
    }
    return bytes == t->size;
}

static Bool parts_comparable(const gol_type *t) {
    if (t->kind == GOL_ARRAY) return t->elem->equal != NULL;
    const gol_field *f = t->members;
    for (Int i = 0; i < t->nmembers; i++)
        if (f[i].type->equal == NULL) return false;
    return true;
}

/* Of an array or struct type: from its parts. */
void internal_abi__SetEquality(Ptr candidate) {
    gol_type *t = candidate;
    if (!parts_comparable(t)) return;
    if (bytes_are_all(t)) t->flags |= GOL_TYPE_MEMEQ;
    if (t->size == 8 && (t->flags & GOL_TYPE_MEMEQ)) {
        t->equal = gol_eq_mem64;
        t->hashof = gol_hash_mem64;
    } else {
        t->flags |= GOL_TYPE_MADE;
        t->equal = gol_eq_mem8; /* not called */
        t->hashof = gol_hash_mem8;
    }
}
