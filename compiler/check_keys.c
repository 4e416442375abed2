/* check_keys.c: sets of constants: the keys of a literal, the cases of a switch.
 *
 * Floor 3. A hash table, since tables in source code get large. Equal values of different kinds (1, 1.0,
 * '\\x01') are one key; whether types matter is for the caller to say, by the type that he gives.
 */
#include "check_expr.h"

static const char *string_key(Checker *c, const Const *v) {
    int64_t length = 0;
    const char *s = const_string_value(v, &length);
    char *out = arena_alloc(c->arena, (size_t)length * 2 + 2);
    out[0] = '"'; /* no other key begins so; the bytes may hold NULs */
    for (int64_t i = 0; i < length; i++) {
        out[1 + 2 * i] = (char)('a' + ((unsigned char)s[i] >> 4));
        out[2 + 2 * i] = (char)('a' + (s[i] & 15));
    }
    return intern(out, (size_t)length * 2 + 1);
}

static const char *key_text(Checker *c, const Const *v) {
    const char *why = NULL;
    if (const_kind(v) == CONST_STRING) return string_key(c, v);
    if (const_kind(v) != CONST_BOOL) {
        Const *n = const_represent(v, type_basic(TYPE_UNTYPED_INT), &why);
        if (!n)
            return intern_z(check_printf(c, "%.17g,%.17g", const_to_double(const_real(v)),
                                         const_to_double(const_imag(v))));
        v = n;
    }
    return intern_z(const_text(v));
}

static Expr *insert(Checker *c, KeySet *set, const char *text, Type *type, Expr *at);

static void grow(Checker *c, KeySet *set) {
    KeySet old = *set;
    set->size = old.size ? old.size * 2 : 16;
    set->slots = arena_alloc(c->arena, sizeof *set->slots * (size_t)set->size);
    set->used = 0;
    for (int i = 0; i < old.size; i++)
        if (old.slots[i].text) insert(c, set, old.slots[i].text, old.slots[i].type, old.slots[i].at);
}

static Expr *insert(Checker *c, KeySet *set, const char *text, Type *type, Expr *at) {
    if (set->used * 2 >= set->size) grow(c, set);
    for (uint32_t i = intern_hash(text);; i++) {
        KeyEntry *slot = &set->slots[i & (uint32_t)(set->size - 1)];
        if (!slot->text) {
            *slot = (KeyEntry){text, type, at};
            set->used++;
            return NULL;
        }
        if (slot->text == text && type_identical(slot->type, type)) return slot->at;
    }
}

Expr *key_set_insert(Checker *c, KeySet *set, const Const *key, Type *type, Expr *at) {
    return insert(c, set, key_text(c, key), type, at);
}
