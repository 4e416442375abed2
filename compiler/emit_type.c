// C types: how each Go type is spelt, and the struct definitions that a file needs, each after what it
// contains.
//
// Floor 6. Every Go type is one C word or `word *`, so that "type name" declares a variable: arrays are
// structs with the one member a. A struct is declared forward in e->forward and defined in e->types the first
// time that it is used as a whole; a pointer to it needs the forward declaration only.
#include "emit_priv.h"
#include "mangle.h"

#include <string.h>

EmitType *emit_type_record(Emit *e, Type *t) {
    t = type_canon(t);
    EmitType *r = t->backend;
    if (r && r->serial == e->serial) return r;
    r = ARENA_NEW(e->arena, EmitType);
    r->serial = e->serial;
    t->backend = r;
    return r;
}

static bool is_pseudo(Type *t) { return t == &ir_type_rtype || t == &ir_type_itab || t == &ir_type_code; }

bool emit_is_pointerish(Type *t) {
    if (is_pseudo(t)) return true;
    switch (type_under(t)->kind) {
    case TYPE_POINTER:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_FUNC:
    case TYPE_UNSAFE_POINTER: return true;
    default: return false;
    }
}

bool emit_is_aggregate(Type *t) {
    if (is_pseudo(t)) return false;
    switch (type_under(t)->kind) {
    case TYPE_STRING:
    case TYPE_SLICE:
    case TYPE_INTERFACE:
    case TYPE_STRUCT:
    case TYPE_ARRAY:
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128:
    case TYPE_TUPLE: return true;
    default: return false;
    }
}

const char *emit_declarator(Emit *e, const char *ctype, const char *name) {
    bool star = ctype[strlen(ctype) - 1] == '*';
    return arena_printf(e->arena, "%s%s%s", ctype, star ? "" : " ", name);
}

static void declare_forward(Emit *e, const char *name) {
    cbuf_printf(&e->forward, "typedef struct %s %s;\n", name, name);
}

// A struct whose last field has no size is longer by one byte, so that the field's address is inside it.
static bool needs_tail(Type *u) {
    int n = u->struct_.fields.n;
    return n > 0 && type_size(u->struct_.fields.v[n - 1].type) == 0 && type_size(u) > 0;
}

static void define_struct(Emit *e, Type *t, const char *name) {
    Type *u = type_under(t);
    CBuf b = {.arena = e->arena};
    for (int i = 0; i < u->struct_.fields.n; i++) {
        const char *ctype = emit_ctype(e, u->struct_.fields.v[i].type);
        cbuf_printf(&b, "    %s;\n", emit_declarator(e, ctype, mangle_field(e->arena, u, i)));
    }
    if (needs_tail(u)) cbuf_put(&b, "    Uint8 tail__;\n");
    cbuf_printf(&e->types, "struct GOL_ALIAS %s {\n%s};\n", name, cbuf_text(&b));
}

static void define_array(Emit *e, Type *u, const char *name) {
    const char *elem = emit_ctype(e, u->array.elem);
    cbuf_printf(&e->types, "struct GOL_ALIAS %s { %s[%lld]; };\n", name, emit_declarator(e, elem, "a"),
                (long long)u->array.len);
}

// A struct or array type: its name, forward declared, and defined if complete. A struct type of its own name
// is nominal in C; arrays go by their structure.
static const char *struct_type(Emit *e, Type *t, bool complete) {
    t = type_unalias(t);
    Type *u = type_under(t);
    if (u->kind == TYPE_ARRAY) t = u;
    EmitType *r = emit_type_record(e, t);
    if (!r->name) {
        r->name = t->kind == TYPE_NAMED ? mangle_named(e->arena, t)
                                        : arena_printf(e->arena, "gol__%s", mangle_type(e->arena, t));
        declare_forward(e, r->name);
    }
    if (complete && !r->defined) {
        r->defined = true;
        if (u->kind == TYPE_ARRAY)
            define_array(e, u, r->name);
        else
            define_struct(e, t, r->name);
    }
    return r->name;
}

static const char *basic_ctype(Type *u) {
    switch (u->kind) {
    case TYPE_BOOL: return "Bool";
    case TYPE_INT: return "Int";
    case TYPE_INT8: return "Int8";
    case TYPE_INT16: return "Int16";
    case TYPE_INT32: return "Int32";
    case TYPE_INT64: return "Int64";
    case TYPE_UINT: return "Uint";
    case TYPE_UINT8: return "Uint8";
    case TYPE_UINT16: return "Uint16";
    case TYPE_UINT32: return "Uint32";
    case TYPE_UINT64: return "Uint64";
    case TYPE_UINTPTR: return "Uintptr";
    case TYPE_FLOAT32: return "Float32";
    case TYPE_FLOAT64: return "Float64";
    case TYPE_COMPLEX64: return "Complex64";
    case TYPE_COMPLEX128: return "Complex128";
    case TYPE_STRING: return "String";
    case TYPE_SLICE: return "Slice";
    case TYPE_MAP: return "Map";
    case TYPE_CHAN: return "Chan";
    case TYPE_FUNC: return "Func";
    default: return "Ptr";
    }
}

static const char *spell(Emit *e, Type *t, bool complete) {
    if (t == &ir_type_rtype) return "const gol_type *";
    if (t == &ir_type_itab) return "const gol_itab *";
    if (t == &ir_type_code) return "void *";
    if (t == &ir_type_void) return "void";
    Type *u = type_under(t);
    switch (u->kind) {
    case TYPE_STRUCT:
    case TYPE_ARRAY: return struct_type(e, t, complete);
    case TYPE_TUPLE: return emit_tuple_type(e, &u->tuple.types);
    case TYPE_POINTER: return emit_ptr_to(e, u->elem);
    case TYPE_INTERFACE: return type_iface_complete(u)->iface.all.n ? "Iface" : "Eface";
    default: return basic_ctype(u);
    }
}

const char *emit_ctype(Emit *e, Type *t) { return spell(e, t, true); }

const char *emit_memtype(Emit *e, Type *t) { return emit_is_pointerish(t) ? "Ptr" : spell(e, t, true); }

const char *emit_ptr_to(Emit *e, Type *t) {
    // Pointees beyond the first are not spelt: `type T *T` would have no end.
    const char *to = emit_is_pointerish(t) ? "Ptr" : spell(e, t, false);
    return arena_printf(e->arena, "%s *", to);
}

// Several results travel as one struct with members r0, r1 …
const char *emit_tuple_type(Emit *e, const TypeList *types) {
    Type *t = type_new_tuple(*types);
    EmitType *r = emit_type_record(e, t);
    if (r->name) return r->name;
    CBuf name = {.arena = e->arena}, b = {.arena = e->arena};
    cbuf_put(&name, "gol__ret");
    for (int i = 0; i < types->n; i++) {
        cbuf_printf(&b, "%s%s;", i ? " " : "",
                    emit_declarator(e, emit_ctype(e, types->v[i]), arena_printf(e->arena, "r%d", i)));
        cbuf_printf(&name, "_%s", mangle_type(e->arena, types->v[i]));
    }
    r->name = name.n > 60 ? arena_printf(e->arena, "gol__%s", mangle_type(e->arena, t)) : cbuf_text(&name);
    r->defined = true;
    cbuf_printf(&e->types, "typedef struct GOL_ALIAS { %s } %s;\n", cbuf_text(&b), r->name);
    return r->name;
}

const char *emit_result_type(Emit *e, IrFunc *f) {
    if (f->ctx == IRCTX_DEFER || f->ctx == IRCTX_GO || !f->result) return "void";
    return emit_ctype(e, f->result);
}

// ---- contexts --------------------------------------------------------------------------------------------

// Offset arithmetic of the C struct: the head, then the captures.
static int64_t context_layout(IrFunc *f, int64_t *ptrdata) {
    int64_t at = f->ctx == IRCTX_DEFER ? 16 : f->ctx == IRCTX_CLOSURE ? 8 : 0;
    *ptrdata = f->ctx == IRCTX_DEFER ? 8 : 0;
    for (int i = 0; i < f->captures.n; i++) {
        IrVar *c = f->captures.v[i];
        bool word = c->by_ref || is_pseudo(c->type);
        int64_t size = word ? 8 : type_size(c->type), align = word ? 8 : type_align(c->type);
        int64_t pointers = word ? 8 : type_ptrdata(c->type);
        at = (at + align - 1) / align * align;
        if (pointers) *ptrdata = at + pointers;
        at += size;
    }
    return at;
}

int64_t emit_context_ptrdata(IrFunc *f) {
    int64_t ptrdata;
    context_layout(f, &ptrdata);
    return ptrdata;
}

// Captures are members of the context: each with a name of its own there.
static const char *capture_name(Emit *e, IrFunc *f, int index) {
    IrVar *c = f->captures.v[index];
    const char *name = emit_is_named(c) && strcmp(c->name, "_") ? mangle_ident(e->arena, c->name) : "t";
    bool taken =
        mangle_is_reserved(name) || strcmp(name, "code") == 0 || strcmp(name, "d") == 0 || !emit_is_named(c);
    for (int i = 0; i < index; i++) taken |= strcmp(emit_var_name(f->captures.v[i]), name) == 0;
    return taken ? arena_printf(e->arena, "%s__%d", name, index) : name;
}

const char *emit_context_type(Emit *e, IrFunc *f) {
    EmitFunc *r = emit_func_record(e, f);
    if (r->context) return r->context;
    r->context = arena_printf(e->arena, "%s__ctx", r->name);
    declare_forward(e, r->context);
    CBuf b = {.arena = e->arena};
    if (f->ctx == IRCTX_DEFER) cbuf_put(&b, "    gol_defer d;\n");
    if (f->ctx == IRCTX_CLOSURE) cbuf_put(&b, "    void *code;\n");
    for (int i = 0; i < f->captures.n; i++) {
        IrVar *c = f->captures.v[i];
        const char *ctype = c->by_ref ? emit_ptr_to(e, c->type) : emit_ctype(e, c->type);
        emit_set_name(e, c, capture_name(e, f, i));
        cbuf_printf(&b, "    %s;\n", emit_declarator(e, ctype, emit_var_name(c)));
    }
    cbuf_printf(&e->types, "struct GOL_ALIAS %s {\n%s};\n", r->context, cbuf_text(&b));
    return r->context;
}
