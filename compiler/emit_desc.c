// Type descriptors and itabs (gol.h: gol_type, gol_itab).
//
// Floor 6. Their symbols spell the type's structure (gol_T_slice_int), so two packages' descriptors of one
// type are one weak symbol. Tables that a descriptor points to are static and lie before it.
#include "emit_priv.h"
#include "diag.h"
#include "mangle.h"

#include <string.h>
#include <xxhash.h>

// ---- strings as reflect has them -------------------------------------------------------------------------

static void put_string(CBuf *b, Type *t);

static void put_string_list(CBuf *b, const TypeList *list, bool variadic) {
    for (int i = 0; i < list->n; i++) {
        if (i) cbuf_put(b, ", ");
        bool dots = variadic && i == list->n - 1;
        if (dots) cbuf_put(b, "...");
        put_string(b, dots ? type_under(list->v[i])->elem : list->v[i]);
    }
}

static void put_string_sig(CBuf *b, Type *t) {
    cbuf_put(b, "(");
    put_string_list(b, &t->func.params, t->func.variadic);
    cbuf_put(b, ")");
    if (t->func.results.n == 0) return;
    cbuf_put(b, t->func.results.n > 1 ? " (" : " ");
    put_string_list(b, &t->func.results, false);
    if (t->func.results.n > 1) cbuf_put(b, ")");
}

static void put_string_struct(CBuf *b, Type *t) {
    cbuf_put(b, "struct {");
    for (int i = 0; i < t->struct_.fields.n; i++) {
        StructField *f = &t->struct_.fields.v[i];
        cbuf_put(b, i ? "; " : " ");
        if (!f->embedded) cbuf_printf(b, "%s ", f->name);
        put_string(b, f->type);
        if (f->tag_len) {
            cbuf_put(b, " ");
            cbuf_quoted(b, f->tag, (size_t)f->tag_len);
        }
    }
    cbuf_put(b, t->struct_.fields.n ? " }" : "}");
}

static void put_string_iface(CBuf *b, Type *t) {
    type_iface_complete(t);
    cbuf_put(b, "interface {");
    for (int i = 0; i < t->iface.all.n; i++) {
        Method *m = &t->iface.all.v[i];
        cbuf_put(b, i ? "; " : " ");
        if (m->pkg && !object_exported(m->name)) cbuf_printf(b, "%s.", m->pkg->name);
        cbuf_put(b, m->name);
        put_string_sig(b, m->sig);
    }
    cbuf_put(b, t->iface.all.n ? " }" : "}");
}

// An instance's arguments are spelt with import paths, without spaces; types of functions have their numbers.
// Those of the functions around a local type come first, and end in a semicolon if it has its own.
static void put_name_with_args(CBuf *b, Type *t) {
    const Type *origin = t->named.origin;
    const int own = origin ? origin->named.tparams.n : 0,
              implicit = t->named.targs.n > own ? t->named.targs.n - own : 0;
    cbuf_put(b, t->named.obj->name);
    for (int i = 0; i < t->named.targs.n; i++) {
        cbuf_put(b, !i ? "[" : i == implicit ? ";" : ",");
        Type *arg = type_unalias(t->named.targs.v[i]);
        if (arg->kind == TYPE_NAMED && arg->named.obj->pkg) {
            cbuf_printf(b, "%s.", arg->named.obj->pkg->path);
            put_name_with_args(b, arg);
            if (arg->named.local_number) cbuf_printf(b, "·%d", arg->named.local_number);
        } else {
            put_string(b, arg);
        }
    }
    if (t->named.targs.n) cbuf_put(b, "]");
}

static void put_string(CBuf *b, Type *t) {
    t = type_unalias(t);
    switch (t->kind) {
    case TYPE_ARRAY:
        cbuf_printf(b, "[%lld]", (long long)t->array.len);
        put_string(b, t->array.elem);
        break;
    case TYPE_SLICE:
        cbuf_put(b, "[]");
        put_string(b, t->elem);
        break;
    case TYPE_POINTER:
        cbuf_put(b, "*");
        put_string(b, t->elem);
        break;
    case TYPE_MAP:
        cbuf_put(b, "map[");
        put_string(b, t->map.key);
        cbuf_put(b, "]");
        put_string(b, t->map.elem);
        break;
    case TYPE_CHAN: {
        Type *elem = type_unalias(t->chan.elem);
        bool paren = t->chan.dir != CHAN_SEND && elem->kind == TYPE_CHAN && elem->chan.dir == CHAN_RECV;
        cbuf_put(b, t->chan.dir == CHAN_RECV ? "<-chan " : t->chan.dir == CHAN_SEND ? "chan<- " : "chan ");
        if (paren) cbuf_put(b, "(");
        put_string(b, elem);
        if (paren) cbuf_put(b, ")");
        break;
    }
    case TYPE_FUNC:
        cbuf_put(b, "func");
        put_string_sig(b, t);
        break;
    case TYPE_STRUCT: put_string_struct(b, t); break;
    case TYPE_INTERFACE: put_string_iface(b, t); break;
    case TYPE_NAMED:
        if (t->named.obj->pkg) cbuf_printf(b, "%s.", t->named.obj->pkg->name);
        put_name_with_args(b, t);
        break;
    default: cbuf_put(b, type_string(type_basic(t->kind), NULL));
    }
}

const char *emit_go_type_string(Emit *e, Type *t) {
    CBuf b = {.arena = e->arena};
    put_string(&b, t);
    return cbuf_text(&b);
}

// ---- references ------------------------------------------------------------------------------------------

// The runtime's own descriptor of a predeclared type, or NULL.
static const char *predeclared(Type *t) {
    static const char *const names[] = {
        [TYPE_BOOL] = "bool",           [TYPE_INT] = "int",
        [TYPE_INT8] = "int8",           [TYPE_INT16] = "int16",
        [TYPE_INT32] = "int32",         [TYPE_INT64] = "int64",
        [TYPE_UINT] = "uint",           [TYPE_UINT8] = "uint8",
        [TYPE_UINT16] = "uint16",       [TYPE_UINT32] = "uint32",
        [TYPE_UINT64] = "uint64",       [TYPE_UINTPTR] = "uintptr",
        [TYPE_FLOAT32] = "float32",     [TYPE_FLOAT64] = "float64",
        [TYPE_COMPLEX64] = "complex64", [TYPE_COMPLEX128] = "complex128",
        [TYPE_STRING] = "string",       [TYPE_UNSAFE_POINTER] = "unsafe_pointer",
    };
    t = type_unalias(t);
    if (t->kind <= TYPE_UNSAFE_POINTER) return names[t->kind];
    if (t == type_unalias(type_error)) return "error";
    if (t->kind == TYPE_INTERFACE && type_iface_complete(t)->iface.all.n == 0) return "eface";
    return NULL;
}

static const char *declare(Emit *e, Type *t) {
    EmitType *r = emit_type_record(e, t);
    if (!r->desc) {
        r->desc = arena_printf(e->arena, "gol_T_%s", mangle_type(e->arena, t));
        cbuf_printf(&e->decls, "extern const gol_type %s;\n", r->desc);
        if (!r->listed) vec_push(e->arena, &e->extra_descs, type_canon(t));
    }
    return r->desc;
}

const char *emit_desc(Emit *e, Type *t) {
    const char *name = predeclared(t);
    if (name) return arena_printf(e->arena, "&gol_type_%s", name);
    return arena_printf(e->arena, "&%s", declare(e, t));
}

static const char *desc_if_listed(Emit *e, Type *t) {
    if (predeclared(t)) return emit_desc(e, t);
    return emit_type_record(e, t)->listed ? emit_desc(e, t) : NULL;
}

static const char *itab_name(Emit *e, Type *iface, Type *t) {
    return arena_printf(e->arena, "gol_I_%s__%s", mangle_type(e->arena, iface), mangle_type(e->arena, t));
}

// A part declares the itabs that it mentions, a whole module all of its list.
static void declare_itab(Emit *e, const char *name) {
    for (int i = 0; i < e->itab_names.n; i++)
        if (strcmp(e->itab_names.v[i], name) == 0) return;
    vec_push(e->arena, &e->itab_names, name);
    cbuf_printf(&e->decls, "extern const gol_itab %s;\n", name);
}

const char *emit_itab(Emit *e, Type *iface, Type *t) {
    const char *name = itab_name(e, iface, t);
    if (e->options->part) declare_itab(e, name);
    return arena_printf(e->arena, "&%s", name);
}

void emit_declare_descs(Emit *e) {
    for (int i = 0; i < e->m->types.n; i++) {
        IrTypeDesc *d = e->m->types.v[i];
        emit_type_record(e, d->type)->listed = d;
    }
    for (int i = 0; i < e->m->itabs.n && !e->options->part; i++) {
        IrItab *it = e->m->itabs.v[i];
        cbuf_printf(&e->decls, "extern const gol_itab %s;\n", itab_name(e, it->iface, it->type));
    }
}

// ---- definitions -----------------------------------------------------------------------------------------

static void put_str(CBuf *b, const char *s) {
    cbuf_put(b, "GOL_STR_INIT(");
    cbuf_quoted(b, s, strlen(s));
    cbuf_put(b, ")");
}

static void put_opt_str(CBuf *b, const char *s) {
    if (s && *s)
        put_str(b, s);
    else
        cbuf_put(b, "{}");
}

static const char *path_of_unexported(const char *name, Package *pkg) {
    return pkg && !object_exported(name) ? pkg->path : NULL;
}

static void put_fields(Emit *e, CBuf *b, Type *u, const char *sym) {
    CBuf rows = {.arena = e->arena};
    for (int i = 0; i < u->struct_.fields.n; i++) {
        StructField *f = &u->struct_.fields.v[i];
        cbuf_put(&rows, "    {");
        put_str(&rows, f->name);
        cbuf_put(&rows, ", ");
        put_opt_str(&rows, path_of_unexported(f->name, f->pkg));
        cbuf_put(&rows, ", ");
        if (f->tag_len) {
            cbuf_put(&rows, "GOL_STR_INIT(");
            cbuf_quoted(&rows, f->tag, (size_t)f->tag_len);
            cbuf_put(&rows, ")");
        } else {
            cbuf_put(&rows, "{}");
        }
        cbuf_printf(&rows, ", %s, %lld, %s},\n", emit_desc(e, f->type), (long long)type_field_offset(u, i),
                    f->embedded ? "true" : "false");
    }
    cbuf_printf(b, "static const gol_field %s__m[] = {\n%s};\n", sym, cbuf_text(&rows));
}

static void put_imethods(Emit *e, CBuf *b, Type *u, const char *sym) {
    CBuf rows = {.arena = e->arena};
    for (int i = 0; i < u->iface.all.n; i++) {
        Method *m = &u->iface.all.v[i];
        cbuf_put(&rows, "    {");
        put_str(&rows, m->name);
        cbuf_put(&rows, ", ");
        put_opt_str(&rows, path_of_unexported(m->name, m->pkg));
        cbuf_printf(&rows, ", %s},\n", emit_desc(e, m->sig));
    }
    cbuf_printf(b, "static const gol_imethod %s__m[] = {\n%s};\n", sym, cbuf_text(&rows));
}

static void put_params(Emit *e, CBuf *b, Type *u, const char *sym) {
    CBuf rows = {.arena = e->arena};
    const char *sep = "";
    for (int i = 0; i < u->func.params.n; i++, sep = ", ")
        cbuf_printf(&rows, "%s%s", sep, emit_desc(e, u->func.params.v[i]));
    for (int i = 0; i < u->func.results.n; i++, sep = ", ")
        cbuf_printf(&rows, "%s%s", sep, emit_desc(e, u->func.results.v[i]));
    cbuf_printf(b, "static const gol_type *const %s__m[] = {%s};\n", sym, cbuf_text(&rows));
}

static int members_of(Emit *e, CBuf *b, Type *u, const char *sym) {
    int n = u->kind == TYPE_STRUCT      ? u->struct_.fields.n
            : u->kind == TYPE_INTERFACE ? type_iface_complete(u)->iface.all.n
            : u->kind == TYPE_FUNC      ? u->func.params.n + u->func.results.n
                                        : 0;
    if (!n) return 0;
    if (u->kind == TYPE_STRUCT)
        put_fields(e, b, u, sym);
    else if (u->kind == TYPE_INTERFACE)
        put_imethods(e, b, u, sym);
    else
        put_params(e, b, u, sym);
    return n;
}

static bool put_uncommon(Emit *e, CBuf *b, Type *t, IrTypeDesc *d, const char *sym) {
    int n = d ? d->methods.n : 0;
    bool named = t->kind == TYPE_NAMED;
    if (!named && !n) return false;
    if (n) {
        CBuf rows = {.arena = e->arena};
        for (int i = 0; i < n; i++) {
            IrMethodEntry *m = &d->methods.v[i];
            cbuf_put(&rows, "    {");
            put_str(&rows, m->name);
            cbuf_put(&rows, ", ");
            put_opt_str(&rows, m->pkg ? m->pkg->path : NULL);
            cbuf_printf(&rows, ", %s, (void *)%s},\n", emit_desc(e, m->sig), emit_func_name(e, m->entry));
        }
        cbuf_printf(b, "static const gol_method %s__methods[] = {\n%s};\n", sym, cbuf_text(&rows));
    }
    cbuf_printf(b, "static const gol_uncommon %s__u = {", sym);
    if (named) {
        CBuf name = {.arena = e->arena};
        put_name_with_args(&name, t);
        put_str(b, cbuf_text(&name));
        cbuf_put(b, ", ");
        put_opt_str(b, t->named.obj->pkg ? t->named.obj->pkg->path : NULL);
    } else {
        cbuf_put(b, "{}, {}");
    }
    cbuf_printf(b, ", %d, ", n);
    cbuf_printf(b, n ? "%s__methods};\n" : "NULL};\n", sym);
    return true;
}

static const char *kind_name(Type *u) {
    static const char *const names[] = {
        [TYPE_BOOL] = "BOOL",
        [TYPE_INT] = "INT",
        [TYPE_INT8] = "INT8",
        [TYPE_INT16] = "INT16",
        [TYPE_INT32] = "INT32",
        [TYPE_INT64] = "INT64",
        [TYPE_UINT] = "UINT",
        [TYPE_UINT8] = "UINT8",
        [TYPE_UINT16] = "UINT16",
        [TYPE_UINT32] = "UINT32",
        [TYPE_UINT64] = "UINT64",
        [TYPE_UINTPTR] = "UINTPTR",
        [TYPE_FLOAT32] = "FLOAT32",
        [TYPE_FLOAT64] = "FLOAT64",
        [TYPE_COMPLEX64] = "COMPLEX64",
        [TYPE_COMPLEX128] = "COMPLEX128",
        [TYPE_STRING] = "STRING",
        [TYPE_UNSAFE_POINTER] = "UNSAFEPOINTER",
        [TYPE_ARRAY] = "ARRAY",
        [TYPE_SLICE] = "SLICE",
        [TYPE_STRUCT] = "STRUCT",
        [TYPE_POINTER] = "POINTER",
        [TYPE_FUNC] = "FUNC",
        [TYPE_INTERFACE] = "INTERFACE",
        [TYPE_MAP] = "MAP",
        [TYPE_CHAN] = "CHAN",
    };
    return names[u->kind];
}

static void put_flags(CBuf *b, Type *t, Type *u) {
    const char *sep = ".flags = ";
    struct {
        bool on;
        const char *name;
    } flags[] = {
        {type_is_direct(t), "GOL_TYPE_DIRECT"},
        {t->kind == TYPE_NAMED, "GOL_TYPE_NAMED"},
        {u->kind == TYPE_FUNC && u->func.variadic, "GOL_TYPE_VARIADIC"},
        {emit_is_memeq(t), "GOL_TYPE_MEMEQ"},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (!flags[i].on) continue;
        cbuf_printf(b, "%s%s", sep, flags[i].name);
        sep = " | ";
    }
    if (sep[1] == '|') cbuf_put(b, ", ");
}

static void put_parts(Emit *e, CBuf *b, Type *t, Type *u) {
    Type *elem = u->kind == TYPE_ARRAY                              ? u->array.elem
                 : u->kind == TYPE_MAP                              ? u->map.elem
                 : u->kind == TYPE_CHAN                             ? u->chan.elem
                 : u->kind == TYPE_SLICE || u->kind == TYPE_POINTER ? u->elem
                                                                    : NULL;
    const char *ptr = desc_if_listed(e, type_new_pointer(t));
    if (ptr) cbuf_printf(b, ", .ptrto = %s", ptr);
    if (elem) cbuf_printf(b, ", .elem = %s", emit_desc(e, elem));
    if (u->kind == TYPE_MAP) cbuf_printf(b, ", .key = %s", emit_desc(e, u->map.key));
    if (u->kind == TYPE_ARRAY) {
        const char *slice = desc_if_listed(e, type_new_slice(elem));
        if (slice) cbuf_printf(b, ", .slice = %s", slice);
        cbuf_printf(b, ", .len = %lld", (long long)u->array.len);
    }
    if (u->kind == TYPE_CHAN)
        cbuf_printf(b, ", .len = %d", u->chan.dir == CHAN_RECV ? 1 : u->chan.dir == CHAN_SEND ? 2 : 3);
}

static void define_desc(Emit *e, Type *t, IrTypeDesc *d) {
    CBuf b = {.arena = e->arena};
    t = type_unalias(t);
    Type *u = type_under(t);
    const char *sym = declare(e, t);
    int n = members_of(e, &b, u, sym);
    bool uncommon = put_uncommon(e, &b, t, d, sym);
    const char *full = mangle_type_full(e->arena, t);
    cbuf_printf(&b,
                "%sconst gol_type %s = {\n    .size = %lld, .ptrdata = %lld, .hash = 0x%08xu, .align = %lld, "
                ".kind = GOL_%s, ",
                !d || d->weak ? "GOL_WEAK " : "", sym, (long long)type_size(t), (long long)type_ptrdata(t),
                XXH32(full, strlen(full), 0), (long long)type_align(t), kind_name(u));
    put_flags(&b, t, u);
    const char *eq = emit_eq_func(e, t);
    if (eq) cbuf_printf(&b, ".equal = %s, .hashof = %s, ", eq, emit_hash_func(e, t));
    cbuf_put(&b, "\n    .str = ");
    put_str(&b, emit_go_type_string(e, t));
    if (uncommon) cbuf_printf(&b, ", .uncommon = &%s__u", sym);
    put_parts(e, &b, t, u);
    if (n) cbuf_printf(&b, ", .nmembers = %d", u->kind == TYPE_FUNC ? u->func.params.n : n);
    if (u->kind == TYPE_FUNC && u->func.results.n) cbuf_printf(&b, ", .nresults = %d", u->func.results.n);
    if (n) cbuf_printf(&b, ", .members = %s__m", sym);
    cbuf_put(&b, "};\n");
    cbuf_put(&e->data, cbuf_text(&b));
    if (t->kind != TYPE_NAMED) cbuf_printf(&e->type_list, "%s&%s", e->type_list.n ? ", " : "", sym);
}

static void define_itab(Emit *e, IrItab *it) {
    CBuf b = {.arena = e->arena};
    cbuf_printf(&b, "GOL_WEAK const gol_itab %s = {%s, %s, {", itab_name(e, it->iface, it->type),
                emit_desc(e, it->iface), emit_desc(e, it->type));
    for (int i = 0; i < it->entries.n; i++)
        cbuf_printf(&b, "%s(void *)%s", i ? ", " : "", emit_func_name(e, it->entries.v[i]));
    cbuf_put(&b, "}};\n");
    cbuf_put(&e->data, cbuf_text(&b));
}

void emit_listed_descs(Emit *e) {
    for (int i = 0; i < e->m->types.n; i++) {
        IrTypeDesc *d = e->m->types.v[i];
        if (d->external || predeclared(d->type)) continue;
        define_desc(e, d->type, d);
    }
    for (int i = 0; i < e->m->itabs.n; i++) define_itab(e, e->m->itabs.v[i]);
}

bool emit_extra_descs(Emit *e) {
    const int before = e->next_extra;
    while (e->next_extra < e->extra_descs.n) { // grows while it is walked
        Type *t = e->extra_descs.v[e->next_extra++];
        if (t->kind != TYPE_NAMED) define_desc(e, t, NULL);
    }
    return e->next_extra > before;
}

void emit_type_list(Emit *e) {
    if (e->type_list.n) cbuf_printf(&e->data, "GOL_TYPE_LIST = {%s};\n", cbuf_text(&e->type_list));
}
