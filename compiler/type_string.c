/* type_string.c: types as messages and package reflect spell them.
 *
 * Floor 1.
 */
#include "intern.h"
#include "package.h"
#include "scope.h"
#include "type.h"
#include "universe.h"

typedef struct Writer {
    char *v;
    size_t n, cap;
    Package *rel;
    bool param_names;
    int depth;
} Writer;

enum { MAX_DEPTH = 100 };

static void put_n(Writer *w, const char *s, size_t n) {
    if (w->n + n + 1 > w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 128;
        while (cap < w->n + n + 1) cap *= 2;
        char *v = arena_alloc(type_arena(), cap);
        if (w->n) memcpy(v, w->v, w->n);
        w->v = v;
        w->cap = cap;
    }
    memcpy(w->v + w->n, s, n);
    w->n += n;
    w->v[w->n] = 0;
}

static void put(Writer *w, const char *s) { put_n(w, s, strlen(s)); }

static void put_int(Writer *w, long long i) { put(w, arena_printf(type_arena(), "%lld", i)); }

static void put_type(Writer *w, Type *t);

static const char *const basic_name[] = {
    [TYPE_INVALID] = "invalid type",
    [TYPE_BOOL] = "bool",
    [TYPE_INT] = "int",
    [TYPE_INT8] = "int8",
    [TYPE_INT16] = "int16",
    [TYPE_INT32] = "int32",
    [TYPE_INT64] = "int64",
    [TYPE_UINT] = "uint",
    [TYPE_UINT8] = "uint8",
    [TYPE_UINT16] = "uint16",
    [TYPE_UINT32] = "uint32",
    [TYPE_UINT64] = "uint64",
    [TYPE_UINTPTR] = "uintptr",
    [TYPE_FLOAT32] = "float32",
    [TYPE_FLOAT64] = "float64",
    [TYPE_COMPLEX64] = "complex64",
    [TYPE_COMPLEX128] = "complex128",
    [TYPE_STRING] = "string",
    [TYPE_UNSAFE_POINTER] = "unsafe.Pointer",
    [TYPE_UNTYPED_BOOL] = "untyped bool",
    [TYPE_UNTYPED_INT] = "untyped int",
    [TYPE_UNTYPED_RUNE] = "untyped rune",
    [TYPE_UNTYPED_FLOAT] = "untyped float",
    [TYPE_UNTYPED_COMPLEX] = "untyped complex",
    [TYPE_UNTYPED_STRING] = "untyped string",
    [TYPE_UNTYPED_NIL] = "untyped nil",
};

static void put_quoted(Writer *w, const char *s, int n) { /* strconv.Quote, for what tags hold */
    put(w, "\"");
    for (int i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\') put(w, "\\");
        if (c == '\n')
            put(w, "\\n");
        else if (c == '\t')
            put(w, "\\t");
        else if (c < ' ' || c == 127)
            put(w, arena_printf(type_arena(), "\\x%02x", c));
        else
            put_n(w, &s[i], 1);
    }
    put(w, "\"");
}

/* Whether p, or something that it imports, has the name of another package. */
static bool shares_name(const Package *p, const Package *other, int depth) {
    if (p != other && p->name == other->name && p->path != other->path) return true;
    for (int i = 0; i < p->imports.n && depth < MAX_DEPTH; i++)
        if (shares_name(p->imports.v[i], other, depth + 1)) return true;
    return false;
}

/* Packages of one name are told apart by their paths. */
static const char *qualifier(const Writer *w, const Package *p) {
    if (!p->name) return p->path;
    for (int i = 0; w->rel && i < w->rel->imports.n; i++)
        if (!w->rel->imports.v[i]->std && shares_name(w->rel->imports.v[i], p, 0))
            return arena_printf(type_arena(), "\"%s\"", p->path);
    return p->name;
}

static void put_name(Writer *w, const Object *obj) {
    if (obj->pkg && obj->pkg != w->rel) {
        put(w, qualifier(w, obj->pkg));
        put(w, ".");
    }
    put(w, obj->name);
}

static void put_list(Writer *w, const TypeList *list) {
    for (int i = 0; i < list->n; i++) {
        if (i) put(w, ", ");
        put_type(w, list->v[i]);
    }
}

static void put_args(Writer *w, const TypeList *list) {
    put(w, "[");
    put_list(w, list);
    put(w, "]");
}

static void put_tparams(Writer *w, const TypeList *list) {
    Type *prev = NULL;
    put(w, "[");
    for (int i = 0; i < list->n; i++) {
        Type *p = list->v[i];
        if (i && p->param.constraint != prev) {
            put(w, " ");
            put_type(w, prev);
        }
        if (i) put(w, ", ");
        prev = p->param.constraint;
        put(w, p->param.obj->name);
    }
    if (prev) {
        put(w, " ");
        put_type(w, prev);
    }
    put(w, "]");
}

static void put_params(Writer *w, const TypeList *types, const ObjectList *objs, bool variadic) {
    put(w, "(");
    for (int i = 0; i < types->n; i++) {
        if (i) put(w, ", ");
        const char *name = w->param_names && i < objs->n && objs->v[i] ? objs->v[i]->name : NULL;
        if (name && *name) {
            put(w, name);
            put(w, " ");
        }
        Type *t = types->v[i];
        if (variadic && i == types->n - 1) {
            if (t->kind == TYPE_SLICE) {
                put(w, "...");
                put_type(w, t->elem);
            } else {
                put_type(w, t);
                put(w, "...");
            }
        } else {
            put_type(w, t);
        }
    }
    put(w, ")");
}

static void put_signature(Writer *w, Type *f) {
    if (f->kind != TYPE_FUNC) {
        put_type(w, f);
        return;
    }
    if (f->func.tparams.n) put_tparams(w, &f->func.tparams);
    put_params(w, &f->func.params, &f->func.param_objs, f->func.variadic);
    if (!f->func.results.n) return;
    put(w, " ");
    const ObjectList *names = &f->func.result_objs;
    if (f->func.results.n == 1 &&
        !(w->param_names && names->n && names->v[0] && names->v[0]->name && *names->v[0]->name))
        put_type(w, f->func.results.v[0]);
    else
        put_params(w, &f->func.results, names, false);
}

static void put_struct(Writer *w, Type *t) {
    put(w, "struct{");
    for (int i = 0; i < t->struct_.fields.n; i++) {
        const StructField *f = &t->struct_.fields.v[i];
        if (i) put(w, "; ");
        if (!f->embedded) {
            put(w, f->name);
            put(w, " ");
        }
        put_type(w, f->type);
        if (f->tag_len) {
            put(w, " ");
            put_quoted(w, f->tag, f->tag_len);
        }
    }
    put(w, "}");
}

static void put_terms(Writer *w, const UnionTerm *terms, int n) {
    for (int i = 0; i < n; i++) {
        if (i) put(w, " | ");
        if (terms[i].tilde) put(w, "~");
        put_type(w, terms[i].type);
    }
}

static void put_interface(Writer *w, Type *t) {
    if (type_comparable && t == type_comparable->named.underlying) {
        put(w, "interface{comparable}");
        return;
    }
    if (t->iface.implicit && !t->iface.methods.n && t->iface.embeds.n == 1) {
        put_type(w, t->iface.embeds.v[0]);
        return;
    }
    if (t->iface.implicit) put(w, "/* implicit */ ");
    put(w, "interface{");
    for (int i = 0; i < t->iface.methods.n; i++) {
        if (i) put(w, "; ");
        put(w, t->iface.methods.v[i].name);
        if (t->iface.methods.v[i].sig) put_signature(w, t->iface.methods.v[i].sig);
    }
    for (int i = 0; i < t->iface.embeds.n; i++) {
        if (i || t->iface.methods.n) put(w, "; ");
        put_type(w, t->iface.embeds.v[i]);
    }
    put(w, "}");
}

static void put_chan(Writer *w, Type *t) {
    static const char *const text[] = {
        [CHAN_BOTH] = "chan ", [CHAN_SEND] = "chan<- ", [CHAN_RECV] = "<-chan "};
    const bool parens =
        t->chan.dir == CHAN_BOTH && t->chan.elem->kind == TYPE_CHAN && t->chan.elem->chan.dir == CHAN_RECV;
    put(w, text[t->chan.dir]);
    if (parens) put(w, "(");
    put_type(w, t->chan.elem);
    if (parens) put(w, ")");
}

static void put_param(Writer *w, Type *t) {
    Object *obj = t->param.obj;
    put(w, obj->name);
    if (scope_find(universe_scope(), obj->name))
        put(w, arena_printf(type_arena(), " /* with %s declared at %s:%d:%d */", obj->name,
                            source_path(obj->pos), source_line(obj->pos), source_col(obj->pos)));
}

static void put_type_inner(Writer *w, Type *t) {
    switch (t->kind) {
    case TYPE_ARRAY:
        put(w, "[");
        put_int(w, t->array.len);
        put(w, "]");
        put_type(w, t->array.elem);
        break;
    case TYPE_SLICE:
        put(w, "[]");
        put_type(w, t->elem);
        break;
    case TYPE_STRUCT: put_struct(w, t); break;
    case TYPE_POINTER:
        put(w, "*");
        put_type(w, t->elem);
        break;
    case TYPE_FUNC:
        put(w, "func");
        put_signature(w, t);
        break;
    case TYPE_INTERFACE: put_interface(w, t); break;
    case TYPE_MAP:
        put(w, "map[");
        put_type(w, t->map.key);
        put(w, "]");
        put_type(w, t->map.elem);
        break;
    case TYPE_CHAN: put_chan(w, t); break;
    case TYPE_NAMED:
        put_name(w, t->named.obj);
        if (t->named.targs.n)
            put_args(w, &t->named.targs);
        else if (t->named.tparams.n)
            put_tparams(w, &t->named.tparams);
        break;
    case TYPE_ALIAS:
        put_name(w, t->alias.obj);
        if (t->alias.targs.n)
            put_args(w, &t->alias.targs);
        else if (t->alias.tparams.n)
            put_tparams(w, &t->alias.tparams);
        break;
    case TYPE_PARAM: put_param(w, t); break;
    case TYPE_TUPLE:
        put(w, "(");
        for (int i = 0; i < t->tuple.types.n; i++) {
            if (i) put(w, ", ");
            put_type(w, t->tuple.types.v[i]);
        }
        put(w, ")");
        break;
    case TYPE_UNION: put_terms(w, t->union_.terms.v, t->union_.terms.n); break;
    default: put(w, t == type_byte ? "byte" : t == type_rune ? "rune" : basic_name[t->kind]);
    }
}

static void put_type(Writer *w, Type *t) {
    if (!t) {
        put(w, "<nil>");
    } else if (w->depth >= MAX_DEPTH) {
        put(w, "...");
    } else {
        w->depth++;
        put_type_inner(w, t);
        w->depth--;
    }
}

static const char *done(Writer *w) { return w->v ? w->v : ""; }

const char *type_string(Type *t, Package *relative_to) {
    Writer w = {.rel = relative_to, .param_names = true};
    put_type(&w, t);
    return done(&w);
}

const char *type_signature_string(Type *func, Package *relative_to) {
    Writer w = {.rel = relative_to};
    put_signature(&w, func);
    return done(&w);
}

const char *type_terms_string(Type *iface, Package *relative_to) {
    Writer w = {.rel = relative_to};
    type_iface_complete(iface);
    if (iface->iface.has_terms && !iface->iface.terms.n) put(&w, "∅");
    put_terms(&w, iface->iface.terms.v, iface->iface.terms.n);
    return done(&w);
}
