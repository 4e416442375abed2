// Names in the emitted C. See mangle.h for the scheme.
#include "mangle.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "cwriter.h"
#include "diag.h"

// ---- identifiers -----------------------------------------------------------------------------------------

static void put_escaped(CBuf *b, unsigned char c) { cbuf_printf(b, "_Z%02x", c); }

static bool looks_escaped(const char *s) {
    return s[0] == 'Z' && isxdigit((unsigned char)s[1]) && isxdigit((unsigned char)s[2]);
}

// '_' may stay in an identifier where it is single and does not make an escape of what follows. In a path it
// is '/' that becomes '_', so there the Z that follows gives way.
static const char *escape(Arena *a, const char *s, bool path) {
    CBuf b = {.arena = a};
    size_t n = strlen(s);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool misread = path && i > 0 && s[i - 1] == '/' && looks_escaped(&s[i]);
        bool single = i > 0 && i + 1 < n && s[i + 1] != '_' && s[i - 1] != '_' && !looks_escaped(&s[i + 1]);
        if (isalnum(c) && c < 128 && !misread)
            cbuf_put_n(&b, &s[i], 1);
        else if (c == (path ? '/' : '_') && (path || single))
            cbuf_put(&b, "_");
        else
            put_escaped(&b, c);
    }
    return cbuf_text(&b);
}

const char *mangle_ident(Arena *a, const char *name) { return escape(a, name, false); }
const char *mangle_path(Arena *a, const char *path) { return escape(a, path, true); }

const char *mangle_object(Arena *a, Package *pkg, const char *name) {
    return arena_printf(a, "%s__%s", mangle_path(a, pkg->path), mangle_ident(a, name));
}

// ---- types in full ---------------------------------------------------------------------------------------

static void put_full(CBuf *b, Type *t);

static void put_full_list(CBuf *b, const TypeList *list) {
    for (int i = 0; i < list->n; i++) {
        if (i) cbuf_put(b, ",");
        put_full(b, list->v[i]);
    }
}

static void put_full_func(CBuf *b, Type *t) {
    cbuf_put(b, "(");
    put_full_list(b, &t->func.params);
    cbuf_put(b, t->func.variadic ? "...)(" : ")(");
    put_full_list(b, &t->func.results);
    cbuf_put(b, ")");
}

static void put_full_name(CBuf *b, const char *name, Package *pkg) {
    if (pkg && !object_exported(name)) cbuf_printf(b, "%s.", pkg->path);
    cbuf_put(b, name);
}

static void put_full_struct(CBuf *b, Type *t) {
    cbuf_put(b, "struct{");
    for (int i = 0; i < t->struct_.fields.n; i++) {
        StructField *f = &t->struct_.fields.v[i];
        if (f->embedded) cbuf_put(b, "!");
        put_full_name(b, f->name, f->pkg);
        cbuf_put(b, " ");
        put_full(b, f->type);
        if (f->tag_len) cbuf_quoted(b, f->tag, (size_t)f->tag_len);
        cbuf_put(b, ";");
    }
    cbuf_put(b, "}");
}

static void put_full_iface(CBuf *b, Type *t) {
    type_iface_complete(t);
    cbuf_put(b, "interface{");
    for (int i = 0; i < t->iface.all.n; i++) {
        Method *m = &t->iface.all.v[i];
        put_full_name(b, m->name, m->pkg);
        put_full_func(b, m->sig);
        cbuf_put(b, ";");
    }
    cbuf_put(b, "}");
}

static const char *local_owner(Arena *a, Package *pkg, FuncNode *fn);

static void put_full(CBuf *b, Type *t) {
    t = type_unalias(t);
    switch (t->kind) {
    case TYPE_ARRAY:
        cbuf_printf(b, "[%lld]", (long long)t->array.len);
        put_full(b, t->array.elem);
        break;
    case TYPE_SLICE:
        cbuf_put(b, "[]");
        put_full(b, t->elem);
        break;
    case TYPE_POINTER:
        cbuf_put(b, "*");
        put_full(b, t->elem);
        break;
    case TYPE_STRUCT: put_full_struct(b, t); break;
    case TYPE_FUNC:
        cbuf_put(b, "func");
        put_full_func(b, t);
        break;
    case TYPE_INTERFACE: put_full_iface(b, t); break;
    case TYPE_MAP:
        cbuf_put(b, "map[");
        put_full(b, t->map.key);
        cbuf_put(b, "]");
        put_full(b, t->map.elem);
        break;
    case TYPE_CHAN:
        cbuf_put(b, t->chan.dir == CHAN_RECV ? "<-chan(" : t->chan.dir == CHAN_SEND ? "chan<-(" : "chan(");
        put_full(b, t->chan.elem);
        cbuf_put(b, ")");
        break;
    case TYPE_NAMED: {
        Object *o = t->named.obj;
        cbuf_printf(b, "%s.", o->pkg ? o->pkg->path : "");
        if (t->named.local_in)
            cbuf_printf(b, "%s.%d.", local_owner(b->arena, o->pkg, t->named.local_in), t->named.local_id);
        cbuf_put(b, o->name);
        if (t->named.targs.n) {
            cbuf_put(b, "[");
            put_full_list(b, &t->named.targs);
            cbuf_put(b, "]");
        }
        break;
    }
    case TYPE_TUPLE:
        cbuf_put(b, "(");
        put_full_list(b, &t->tuple.types);
        cbuf_put(b, ")");
        break;
    default: cbuf_put(b, type_string(type_basic(t->kind), NULL));
    }
}

const char *mangle_type_full(Arena *a, Type *t) {
    CBuf b = {.arena = a};
    put_full(&b, t);
    return cbuf_text(&b);
}

// ---- types in names --------------------------------------------------------------------------------------

enum { READABLE = 40, LONGEST = 100 };

static const char *basic_spelling(Type *t) {
    if (t->kind == TYPE_UNSAFE_POINTER) return "unsafe_pointer";
    return type_string(type_basic(t->kind), NULL);
}

static bool is_basic(Type *t) { return t->kind >= TYPE_BOOL && t->kind <= TYPE_STRING; }

// The readable spelling. *exact: no other type has the same.
static void put_spelling(CBuf *b, Type *t, bool *exact) {
    t = type_unalias(t);
    switch (t->kind) {
    case TYPE_ARRAY:
        cbuf_printf(b, "arr%lld_", (long long)t->array.len);
        put_spelling(b, t->array.elem, exact);
        break;
    case TYPE_SLICE:
        cbuf_put(b, "slice_");
        put_spelling(b, t->elem, exact);
        break;
    case TYPE_POINTER:
        cbuf_put(b, "ptr_");
        put_spelling(b, t->elem, exact);
        break;
    case TYPE_CHAN:
        cbuf_put(b, t->chan.dir == CHAN_RECV ? "chanr_" : t->chan.dir == CHAN_SEND ? "chans_" : "chan_");
        put_spelling(b, t->chan.elem, exact);
        break;
    case TYPE_MAP: {
        if (!is_basic(type_unalias(t->map.key))) *exact = false;
        cbuf_put(b, "map_");
        put_spelling(b, t->map.key, exact);
        cbuf_put(b, "_");
        put_spelling(b, t->map.elem, exact);
        break;
    }
    case TYPE_FUNC:
        *exact = t->func.params.n == 0 && t->func.results.n == 0 && *exact;
        cbuf_put(b, "func");
        for (int i = 0; i < t->func.params.n && b->n < LONGEST; i++) {
            cbuf_put(b, "_");
            put_spelling(b, t->func.params.v[i], exact);
        }
        break;
    case TYPE_STRUCT:
        *exact = t->struct_.fields.n == 0 && *exact;
        cbuf_put(b, "struct");
        for (int i = 0; i < t->struct_.fields.n && b->n < LONGEST; i++)
            cbuf_printf(b, "_%s", mangle_ident(b->arena, t->struct_.fields.v[i].name));
        break;
    case TYPE_INTERFACE:
        type_iface_complete(t);
        *exact = t->iface.all.n == 0 && *exact;
        cbuf_put(b, t->iface.all.n ? "iface" : "any");
        for (int i = 0; i < t->iface.all.n && b->n < LONGEST; i++)
            cbuf_printf(b, "_%s", mangle_ident(b->arena, t->iface.all.v[i].name));
        break;
    case TYPE_NAMED:
        if (!t->named.obj->pkg)
            cbuf_put(b, t->named.obj->name);
        else
            cbuf_put(b, mangle_named(b->arena, t));
        break;
    case TYPE_TUPLE:
        *exact = false;
        cbuf_put(b, "tuple");
        break;
    default: cbuf_put(b, basic_spelling(t));
    }
}

// Shortens what is long or ambiguous to a readable beginning and a hash of `full`.
static const char *settle(Arena *a, CBuf *b, bool exact, const char *full) {
    if (exact && b->n <= LONGEST) return cbuf_text(b);
    int keep = b->n < READABLE ? (int)b->n : READABLE;
    while (keep > 1 && b->v[keep - 1] == '_') keep--;
    return arena_printf(a, "%.*s_h%016llx", keep, b->v, (unsigned long long)XXH3_64bits(full, strlen(full)));
}

const char *mangle_type(Arena *a, Type *t) {
    CBuf b = {.arena = a};
    bool exact = true;
    put_spelling(&b, t, &exact);
    return settle(a, &b, exact, mangle_type_full(a, t));
}

// Type arguments of an instance as the end of a name.
static const char *mangle_targs(Arena *a, const TypeList *targs) {
    CBuf b = {.arena = a}, full = {.arena = a};
    bool exact = true;
    for (int i = 0; i < targs->n; i++) {
        if (targs->n > 1 && !is_basic(type_unalias(targs->v[i]))) exact = false;
        if (i) cbuf_put(&b, "_");
        put_spelling(&b, targs->v[i], &exact);
    }
    put_full_list(&full, targs);
    return settle(a, &b, exact, cbuf_text(&full));
}

// The symbol of the declared function that a local type stands in.
static const char *local_owner(Arena *a, Package *pkg, FuncNode *fn) {
    while (fn->outer) fn = fn->outer;
    for (int i = 0; pkg && i < pkg->inits.n; i++)
        if (pkg->inits.v[i] == fn) return arena_printf(a, "init__%d", i + 1);
    if (fn->name && strcmp(fn->name, "_") == 0) return arena_printf(a, "blank__%d", source_line(fn->pos));
    if (!fn->recv) return mangle_ident(a, fn->name ? fn->name : "init");
    Expr *t = fn->recv->type;
    while (t->kind == EXPR_PAREN || t->kind == EXPR_STAR || t->kind == EXPR_INDEX)
        t = t->kind == EXPR_PAREN ? t->paren : t->kind == EXPR_STAR ? t->star : t->index.x;
    const char *recv = t->kind == EXPR_NAME ? t->name.name : "recv";
    return arena_printf(a, "%s__%s", mangle_ident(a, recv), mangle_ident(a, fn->name));
}

const char *mangle_named(Arena *a, Type *t) {
    Object *o = t->named.obj;
    const char *s = arena_printf(a, "%s__", o->pkg ? mangle_path(a, o->pkg->path) : "gol");
    if (t->named.local_in) s = arena_printf(a, "%s%s__", s, local_owner(a, o->pkg, t->named.local_in));
    s = arena_printf(a, "%s%s", s, mangle_ident(a, o->name));
    if (t->named.local_id > 1) s = arena_printf(a, "%s__%d", s, t->named.local_id);
    if (t->named.targs.n) s = arena_printf(a, "%s__%s", s, mangle_targs(a, &t->named.targs));
    return s;
}

const char *mangle_field(Arena *a, Type *struct_type, int index) {
    StructField *f = &type_under(struct_type)->struct_.fields.v[index];
    if (strcmp(f->name, "_") == 0) return arena_printf(a, "blank__%d", index);
    const char *s = mangle_ident(a, f->name);
    return mangle_is_reserved(s) ? arena_printf(a, "%s__", s) : s;
}

// ---- functions -------------------------------------------------------------------------------------------

// The receiver as the front of a method's symbol: main__T for T and *T alike, since their methods' names
// differ.
static const char *receiver(Arena *a, Type *recv, bool *pointer) {
    Type *t = type_unalias(recv);
    *pointer = t->kind == TYPE_POINTER && type_unalias(t->elem)->kind == TYPE_NAMED;
    if (*pointer) t = type_unalias(t->elem);
    if (t->kind == TYPE_NAMED) return mangle_named(a, t);
    return arena_printf(a, "gol__%s", mangle_type(a, t));
}

static const char *method(Arena *a, IrFunc *f, const char *suffix) {
    bool pointer;
    const char *recv = receiver(a, f->recv, &pointer);
    const char *name = mangle_ident(a, f->name);
    if (f->name_pkg && f->kind != IRF_METHOD && !object_exported(f->name)) {
        Type *t = type_unalias(f->recv);
        if (t->kind == TYPE_POINTER) t = type_unalias(t->elem);
        if (t->kind != TYPE_NAMED || t->named.obj->pkg != f->name_pkg)
            name = arena_printf(a, "%s__%s", mangle_path(a, f->name_pkg->path), name);
    }
    const char *s = arena_printf(a, "%s__%s", recv, name);
    if (f->targs.n) s = arena_printf(a, "%s__%s", s, mangle_targs(a, &f->targs));
    return *suffix ? arena_printf(a, "%s__%s%s", s, pointer ? "p" : "", suffix) : s;
}

// The symbol of path.name.
static const char *linkname(Arena *a, const char *target) {
    const char *slash = strrchr(target, '/'), *dot = strchr(slash ? slash : target, '.');
    const char *path = arena_strdup(a, target, (size_t)(dot - target));
    return arena_printf(a, "%s__%s", mangle_path(a, path), mangle_ident(a, dot + 1));
}

const char *mangle_func(Arena *a, IrFunc *f) {
    const char *s;
    if (f->link) return linkname(a, f->link);
    switch (f->kind) {
    case IRF_FUNC:
        s = mangle_object(a, f->pkg, f->name);
        return f->targs.n ? arena_printf(a, "%s__%s", s, mangle_targs(a, &f->targs)) : s;
    case IRF_METHOD: return method(a, f, "");
    case IRF_LITERAL: return arena_printf(a, "%s__func%d", mangle_func(a, f->outer), f->number);
    case IRF_RANGE: return arena_printf(a, "%s__range%d", mangle_func(a, f->outer), f->number);
    case IRF_FUNCVAL: return arena_printf(a, "%s__val", mangle_func(a, f->target));
    case IRF_METHOD_VALUE: return method(a, f, "v");
    case IRF_METHOD_EXPR: return method(a, f, "x");
    case IRF_WRAPPER: return method(a, f, "w");
    case IRF_IFACE_ENTRY: return method(a, f, "i");
    case IRF_GO: return arena_printf(a, "%s__go%d", mangle_func(a, f->outer), f->number);
    case IRF_DEFER: return arena_printf(a, "%s__defer%d", mangle_func(a, f->outer), f->number);
    case IRF_INIT: return mangle_object(a, f->pkg, "init");
    case IRF_VARINIT: return arena_printf(a, "%s__vars%d", mangle_object(a, f->pkg, "init"), f->number);
    case IRF_INIT_DECL: return arena_printf(a, "%s__%d", mangle_object(a, f->pkg, "init"), f->number);
    }
    bug_at(f->pos, "a function of unknown kind has no name");
}

// ---- reserved names --------------------------------------------------------------------------------------

// Sorted. C's keywords and gcc's; macros of gol.h's headers and gcc's own; typedefs; functions that
// emitted code or gol.h's macros call by name inside a function.
static const char *const reserved[] = {
    "Bool",
    "Chan",
    "Complex128",
    "Complex64",
    "Eface",
    "Float32",
    "Float64",
    "Func",
    "INT16_MAX",
    "INT16_MIN",
    "INT32_MAX",
    "INT32_MIN",
    "INT64_MAX",
    "INT64_MIN",
    "INT8_MAX",
    "INT8_MIN",
    "INTMAX_MAX",
    "INTMAX_MIN",
    "INTPTR_MAX",
    "INTPTR_MIN",
    "INT_FAST16_MAX",
    "INT_FAST16_MIN",
    "INT_FAST32_MAX",
    "INT_FAST32_MIN",
    "INT_FAST64_MAX",
    "INT_FAST64_MIN",
    "INT_FAST8_MAX",
    "INT_FAST8_MIN",
    "INT_LEAST16_MAX",
    "INT_LEAST16_MIN",
    "INT_LEAST32_MAX",
    "INT_LEAST32_MIN",
    "INT_LEAST64_MAX",
    "INT_LEAST64_MIN",
    "INT_LEAST8_MAX",
    "INT_LEAST8_MIN",
    "Iface",
    "Int",
    "Int16",
    "Int32",
    "Int64",
    "Int8",
    "Map",
    "NULL",
    "PTRDIFF_MAX",
    "PTRDIFF_MIN",
    "Ptr",
    "SIG_ATOMIC_MAX",
    "SIG_ATOMIC_MIN",
    "SIZE_MAX",
    "Slice",
    "String",
    "UINT16_MAX",
    "UINT32_MAX",
    "UINT64_MAX",
    "UINT8_MAX",
    "UINTMAX_MAX",
    "UINTPTR_MAX",
    "UINT_FAST16_MAX",
    "UINT_FAST32_MAX",
    "UINT_FAST64_MAX",
    "UINT_FAST8_MAX",
    "UINT_LEAST16_MAX",
    "UINT_LEAST32_MAX",
    "UINT_LEAST64_MAX",
    "UINT_LEAST8_MAX",
    "Uint",
    "Uint16",
    "Uint32",
    "Uint64",
    "Uint8",
    "Uintptr",
    "WCHAR_MAX",
    "WCHAR_MIN",
    "WINT_MAX",
    "WINT_MIN",
    "alignas",
    "alignof",
    "asm",
    "auto",
    "bool",
    "break",
    "case",
    "char",
    "const",
    "constexpr",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extern",
    "false",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "int16_t",
    "int32_t",
    "int64_t",
    "int8_t",
    "linux",
    "long",
    "main",
    "memcmp",
    "memcpy",
    "memmove",
    "memset",
    "nullptr",
    "offsetof",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "size_t",
    "sizeof",
    "static",
    "static_assert",
    "strlen",
    "struct",
    "switch",
    "thread_local",
    "true",
    "typedef",
    "typeof",
    "typeof_unqual",
    "uint16_t",
    "uint32_t",
    "uint64_t",
    "uint8_t",
    "uintptr_t",
    "union",
    "unix",
    "unsigned",
    "void",
    "volatile",
    "while",
};

static int compare_names(const void *key, const void *entry) {
    return strcmp(key, *(const char *const *)entry);
}

bool mangle_is_reserved(const char *name) {
    if (strncmp(name, "gol_", 4) == 0 || strncmp(name, "GOL_", 4) == 0 || (name[0] == '_' && name[1] != 'Z'))
        return true;
    return bsearch(name, reserved, sizeof reserved / sizeof *reserved, sizeof *reserved, compare_names) !=
           NULL;
}
