/* What package internal/abi declares without a body: the runtime's operations on described values. */
#include <gol/gol.h>

void internal_abi__memmove(Ptr to, Ptr from, Uintptr n);
Ptr internal_abi__New(Ptr t);
Ptr internal_abi__NewArray(Ptr t, Int n);
Ptr internal_abi__FindItab(Ptr iface, Ptr t);
Int internal_abi__MapLen(Ptr m);
Ptr internal_abi__MapGet(Ptr t, Ptr m, Ptr key);
Ptr internal_abi__MapPut(Ptr t, Ptr m, Ptr key);
void internal_abi__MapDelete(Ptr t, Ptr m, Ptr key);
Ptr internal_abi__MakeMap(Ptr t, Int hint);
void internal_abi__MapClear(Ptr t, Ptr m);
void internal_abi__MapIterInit(Ptr t, Ptr m, Ptr it);
void internal_abi__MapIterNext(Ptr it);
Int internal_abi__ChanLen(Ptr c);
Int internal_abi__ChanCap(Ptr c);
Bool internal_abi__EqualValues(Ptr t, Ptr a, Ptr b);
Ptr internal_abi__PointerTo(Ptr t);
Ptr internal_abi__SliceOf(Ptr t);

void internal_abi__memmove(Ptr to, Ptr from, Uintptr n) { memmove(to, from, n); }
Ptr internal_abi__New(Ptr t) { return gol_new(t); }
Ptr internal_abi__NewArray(Ptr t, Int n) { return gol_new_array(t, n); }
Ptr internal_abi__FindItab(Ptr iface, Ptr t) { return (Ptr)gol_itab_find(iface, t); }
Int internal_abi__MapLen(Ptr m) { return gol_map_len(m); }
Ptr internal_abi__MapGet(Ptr t, Ptr m, Ptr key) { return gol_map_get(t, m, key); }
Ptr internal_abi__MapPut(Ptr t, Ptr m, Ptr key) { return gol_map_put(t, m, key); }
void internal_abi__MapDelete(Ptr t, Ptr m, Ptr key) { gol_map_delete(t, m, key); }
void internal_abi__MapClear(Ptr t, Ptr m) { gol_map_clear(t, m); }
Ptr internal_abi__MakeMap(Ptr t, Int hint) { return gol_makemap(t, hint); }
void internal_abi__MapIterInit(Ptr t, Ptr m, Ptr it) { gol_map_iter(t, m, it); }
void internal_abi__MapIterNext(Ptr it) { gol_map_next(it); }
Int internal_abi__ChanLen(Ptr c) { return gol_chan_len(c); }
Int internal_abi__ChanCap(Ptr c) { return gol_chan_cap(c); }
Bool internal_abi__EqualValues(Ptr t, Ptr a, Ptr b) {
    const gol_type *type = t;
    return type->equal(a, b);
}

/* Types made at run time. They are published once and for ever in lists by their element; a type that the
 * program itself mentions is found through its element's descriptor instead. */
typedef struct Made {
    struct Made *next;
    gol_type type;
} Made;
static Made *made;

static const gol_type *find_made(const gol_type *elem, Uint8 kind) {
    for (Made *m = __atomic_load_n(&made, __ATOMIC_ACQUIRE); m != NULL; m = m->next)
        if (m->type.elem == elem && m->type.kind == kind) return &m->type;
    return NULL;
}

static const gol_type *make_type(const gol_type *elem, Uint8 kind, String prefix, gol_type t) {
    const gol_type *old = find_made(elem, kind);
    if (old != NULL) return old;
    Made *m = gol_alloc(sizeof(Made), sizeof(Made));
    m->type = t;
    m->type.kind = kind;
    m->type.elem = elem;
    m->type.str = gol_str_concat2(prefix, elem->str);
    m->type.hash = elem->hash * 16777619u ^ kind;
    m->next = __atomic_load_n(&made, __ATOMIC_ACQUIRE);
    while (!__atomic_compare_exchange_n(&made, &m->next, m, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        old = find_made(elem, kind); /* another goroutine may have made it meanwhile */
        if (old != NULL) return old;
    }
    return &m->type;
}

Ptr internal_abi__PointerTo(Ptr p) {
    const gol_type *t = p;
    if (t->ptrto != NULL) return (Ptr)t->ptrto;
    return (Ptr)make_type(t, GOL_POINTER, GOL_STR("*"),
                          (gol_type){.size = 8,
                                     .ptrdata = 8,
                                     .align = 8,
                                     .flags = GOL_TYPE_DIRECT | GOL_TYPE_MEMEQ,
                                     .equal = gol_eq_mem64,
                                     .hashof = gol_hash_mem64});
}

Ptr internal_abi__SliceOf(Ptr p) {
    return (Ptr)make_type(p, GOL_SLICE, GOL_STR("[]"), (gol_type){.size = 24, .ptrdata = 8, .align = 8});
}
