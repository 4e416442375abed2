// Equality and hash functions of types, as descriptors and comparisons need them.
//
// Floor 6. Predeclared shapes have theirs in the runtime; structs and arrays get static functions here,
// defined after those of their parts. Fields are compared in order and stop at the first difference, as Go
// has it; blank fields are left out.
#include "emit_priv.h"
#include "mangle.h"

#include <string.h>

static bool is_blank(const StructField *f) { return strcmp(f->name, "_") == 0; }

bool emit_is_memeq(Type *t) {
    Type *u = type_under(t);
    switch (u->kind) {
    case TYPE_FLOAT32:
    case TYPE_FLOAT64:
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128:
    case TYPE_STRING:
    case TYPE_INTERFACE:
    case TYPE_SLICE:
    case TYPE_MAP:
    case TYPE_FUNC: return false;
    case TYPE_ARRAY: return emit_is_memeq(u->array.elem);
    case TYPE_STRUCT: {
        int64_t bytes = 0;
        for (int i = 0; i < u->struct_.fields.n; i++) {
            StructField *f = &u->struct_.fields.v[i];
            if (is_blank(f) || !emit_is_memeq(f->type)) return false;
            bytes += type_size(f->type);
        }
        return bytes == type_size(u);
    }
    default: return true;
    }
}

static const char *const suffix_of_size[] = {
    [1] = "mem8", [2] = "mem16", [4] = "mem32", [8] = "mem64", [16] = "mem128"};

// The runtime's shape for t, or NULL.
static const char *shape(Type *t) {
    Type *u = type_under(t);
    switch (u->kind) {
    case TYPE_FLOAT32: return "f32";
    case TYPE_FLOAT64: return "f64";
    case TYPE_COMPLEX64: return "c64";
    case TYPE_COMPLEX128: return "c128";
    case TYPE_STRING: return "str";
    case TYPE_INTERFACE: return type_iface_complete(u)->iface.all.n ? "iface" : "eface";
    default: break;
    }
    int64_t size = type_size(t);
    return emit_is_memeq(t) && size > 0 && size <= 16 ? suffix_of_size[size] : NULL;
}

// ---- equality --------------------------------------------------------------------------------------------

// An expression that is true when the two places are equal; x and y are spelt as places.
static const char *equal(Emit *e, Type *t, const char *x, const char *y) {
    Type *u = type_under(t);
    switch (u->kind) {
    case TYPE_STRING: return arena_printf(e->arena, "gol_str_eq(%s, %s)", x, y);
    case TYPE_COMPLEX64: return arena_printf(e->arena, "gol_c64_eq(%s, %s)", x, y);
    case TYPE_COMPLEX128: return arena_printf(e->arena, "gol_c128_eq(%s, %s)", x, y);
    case TYPE_INTERFACE:
        return arena_printf(e->arena, "gol_%s_eq(%s, %s)",
                            type_iface_complete(u)->iface.all.n ? "iface" : "eface", x, y);
    case TYPE_STRUCT:
    case TYPE_ARRAY:
        if (type_size(t) == 0) return "true";
        if (emit_is_memeq(t))
            return arena_printf(e->arena, "gol_memeq(&%s, &%s, %lld)", x, y, (long long)type_size(t));
        return arena_printf(e->arena, "%s(&%s, &%s)", emit_eq_func(e, t), x, y);
    default: return arena_printf(e->arena, "%s == %s", x, y);
    }
}

static void define_eq_struct(Emit *e, CBuf *b, Type *u) {
    const char *sep = "    return ";
    for (int i = 0; i < u->struct_.fields.n; i++) {
        StructField *f = &u->struct_.fields.v[i];
        if (is_blank(f)) continue;
        const char *name = mangle_field(e->arena, u, i);
        cbuf_printf(
            b, "%s%s", sep,
            equal(e, f->type, arena_printf(e->arena, "x->%s", name), arena_printf(e->arena, "y->%s", name)));
        sep = " &&\n           ";
    }
    cbuf_put(b, *sep == ' ' && sep[4] == 'r' ? "    return true;\n" : ";\n");
}

static void define_eq(Emit *e, Type *t, const char *name) {
    Type *u = type_under(t);
    CBuf b = {.arena = e->arena}; // parts define theirs while this one is put together
    const char *type = emit_ctype(e, t);
    cbuf_printf(&b,
                "static GOL_UNUSED GOL_FN Bool %s(const void *p, const void *q) {\n    GOL_STACK_CHECK();\n",
                name);
    cbuf_printf(&b, "    %s%s *x = p, *y = q;\n", "const ", type);
    if (emit_is_memeq(t)) {
        cbuf_printf(&b, "    return gol_memeq(x, y, sizeof *x);\n");
    } else if (u->kind == TYPE_STRUCT) {
        define_eq_struct(e, &b, u);
    } else {
        cbuf_printf(
            &b, "    for (Int i = 0; i < %lld; i++)\n        if (!(%s)) return false;\n    return true;\n",
            (long long)u->array.len, equal(e, u->array.elem, "x->a[i]", "y->a[i]"));
    }
    cbuf_put(&b, "}\n");
    cbuf_put(&e->eqs, cbuf_text(&b));
}

const char *emit_eq_func(Emit *e, Type *t) {
    if (!type_comparable_p(t)) return NULL;
    const char *s = shape(t);
    if (s) {
        bool iface = type_under(t)->kind == TYPE_INTERFACE;
        return arena_printf(e->arena, "gol_eq_%s%s", s, iface ? "p" : "");
    }
    EmitType *r = emit_type_record(e, t);
    if (!r->eq) {
        r->eq = arena_printf(e->arena, "gol_eq_%s", mangle_type(e->arena, t));
        define_eq(e, t, r->eq);
    }
    return r->eq;
}

// ---- hashes ----------------------------------------------------------------------------------------------

static void define_hash(Emit *e, Type *t, const char *name) {
    Type *u = type_under(t);
    CBuf b = {.arena = e->arena};
    cbuf_printf(&b, "static GOL_UNUSED GOL_FN Uint64 %s(const void *p, Uint64 h) {\n    GOL_STACK_CHECK();\n",
                name);
    if (emit_is_memeq(t)) {
        cbuf_printf(&b, "    return gol_hash_bytes(p, h, %lld);\n}\n", (long long)type_size(t));
        cbuf_put(&e->eqs, cbuf_text(&b));
        return;
    }
    cbuf_printf(&b, "    const %s *x = p;\n", emit_ctype(e, t));
    if (u->kind == TYPE_STRUCT) {
        for (int i = 0; i < u->struct_.fields.n; i++) {
            StructField *f = &u->struct_.fields.v[i];
            if (is_blank(f) || type_size(f->type) == 0) continue;
            cbuf_printf(&b, "    h = %s(&x->%s, h);\n", emit_hash_func(e, f->type),
                        mangle_field(e->arena, u, i));
        }
    } else {
        cbuf_printf(&b, "    for (Int i = 0; i < %lld; i++) h = %s(&x->a[i], h);\n", (long long)u->array.len,
                    emit_hash_func(e, u->array.elem));
    }
    cbuf_put(&b, "    (void)x;\n    return h;\n}\n");
    cbuf_put(&e->eqs, cbuf_text(&b));
}

const char *emit_hash_func(Emit *e, Type *t) {
    if (!type_comparable_p(t)) return NULL;
    const char *s = shape(t);
    if (s) return arena_printf(e->arena, "gol_hash_%s", s);
    EmitType *r = emit_type_record(e, t);
    if (!r->hash) {
        r->hash = arena_printf(e->arena, "gol_hash_%s", mangle_type(e->arena, t));
        define_hash(e, t, r->hash);
    }
    return r->hash;
}
