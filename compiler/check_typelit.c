/* check_typelit.c: struct, interface and function types, type parameter lists.
 *
 * Floor 3.
 */
#include "check_typelit.h"

static bool is_blank(const char *name) { return name[0] == '_' && !name[1]; }

static Expr *unparen(Expr *e) {
    while (e->kind == EXPR_PAREN) e = e->paren;
    return e;
}

/* ---- structs
 * ----------------------------------------------------------------------------------------------- */

static void later_embedded(Checker *c, void *a, void *b) {
    const Expr *e = a;
    bool pointer;
    Type *t = type_deref(b, &pointer);
    const char *why = NULL;
    switch (type_under(t)->kind) {
    case TYPE_UNSAFE_POINTER: why = "embedded field type cannot be unsafe.Pointer"; break;
    case TYPE_POINTER: why = "embedded field type cannot be a pointer"; break;
    case TYPE_INTERFACE:
        if (type_is_param(t))
            why = "embedded field type cannot be a (pointer to a) type parameter";
        else if (pointer)
            why = "embedded field type cannot be a pointer to an interface";
        break;
    default: break;
    }
    if (why) check_error(c, e->pos, e->end, "%s", why);
}

/* The name that an embedded field has from its type; *pos is where it stands. */
static const char *embedded_name(Expr *e, Pos *pos, int stars) {
    *pos = e->pos;
    switch (e->kind) {
    case EXPR_NAME: return e->name.name;
    case EXPR_STAR: return stars ? NULL : embedded_name(e->star, pos, 1);
    case EXPR_PAREN: return embedded_name(e->paren, pos, stars);
    case EXPR_SELECTOR: *pos = e->selector.name_pos; return e->selector.name;
    case EXPR_INDEX: return embedded_name(e->index.x, pos, stars);
    default: return NULL;
    }
}

static void add_field(Checker *c, Type *st, Scope *seen, Field *f, Type *type) {
    StructField field = {.type = type, .embedded = f->embedded, .pkg = c->pkg, .name = f->name};
    Pos pos = f->pos;
    if (f->embedded) {
        field.name = embedded_name(f->type, &pos, 0);
        if (!field.name) {
            check_error_at(c, f->type, "invalid embedded field type %s", expr_text(c->arena, f->type));
            field.name = intern_z("_");
            field.type = type = type_basic(TYPE_INVALID);
        }
    }
    if (f->tag) {
        int64_t len;
        field.tag = const_string_value(f->tag, &len);
        field.tag_len = (int)len;
    }
    Object *obj = object_new(OBJ_VAR, field.name, pos, type, c->pkg);
    obj->role = VAR_FIELD;
    obj->index = st->struct_.fields.n;
    obj->file = c->env.file;
    f->obj = field.obj = obj;
    if (f->embedded && type_is_valid(type)) check_later(c, later_embedded, f->type, type);
    Object *other = is_blank(field.name) ? NULL : scope_insert(seen, obj);
    if (other) {
        check_error(c, pos, 0, "%s redeclared", field.name);
        check_note_other(c, other);
        return;
    }
    vec_push(c->arena, &st->struct_.fields, field);
}

Type *check_struct_type(Checker *c, Expr *e) {
    Type *st = type_new_struct(), *type = NULL;
    const FieldList *fields = &e->struct_.fields;
    Scope *seen = scope_new(NULL);
    for (int i = 0; i < fields->n; i++) {
        Field *f = fields->v[i];
        if (i == 0 || f->type != fields->v[i - 1]->type) type = check_var_type(c, f->type);
        add_field(c, st, seen, f, type);
    }
    return st;
}

/* ---- unions and interfaces
 * --------------------------------------------------------------------------------- */

enum { MAX_TERMS = 100 };

static Type *new_union(void) {
    Type *t = ARENA_NEW(type_arena(), Type);
    t->kind = TYPE_UNION;
    return t;
}

static void flatten(Checker *c, Expr *e, ExprList *terms) {
    while (e->kind == EXPR_BINARY && e->binary.op == OP_OR) { /* left-leaning: collect from the right */
        vec_push(c->arena, terms, e->binary.y);
        e = e->binary.x;
    }
    vec_push(c->arena, terms, e);
    for (int i = 0, j = terms->n - 1; i < j; i++, j--) {
        Expr *t = terms->v[i];
        terms->v[i] = terms->v[j];
        terms->v[j] = t;
    }
}

static UnionTerm check_term(Checker *c, Expr *e) {
    UnionTerm term = {0};
    Expr *x = e;
    if (e->kind == EXPR_UNARY && e->unary.op == OP_TILDE) {
        term.tilde = true;
        x = e->unary.x;
    }
    term.type = check_type_expr(c, x);
    if (type_is_param(term.type)) {
        if (term.tilde)
            check_error_at(c, x, "type in term %s cannot be a type parameter", expr_text(c->arena, e));
        else
            check_error_at(c, x, "term cannot be a type parameter");
        term.type = type_basic(TYPE_INVALID);
    }
    return term;
}

static const char *term_text(Checker *c, const UnionTerm *t) {
    return check_printf(c, "%s%s", t->tilde ? "~" : "",
                        type_string(t->type, NULL)); /* as Go: always qualified */
}

static void check_one_term(Checker *c, const ExprList *exprs, Type *u, int i) {
    const UnionTerm *t = &u->union_.terms.v[i];
    const Expr *at = exprs->v[i];
    Type *under = type_under(t->type);
    if (!type_is_valid(t->type) || under->kind == TYPE_INVALID) return;
    const bool iface = under->kind == TYPE_INTERFACE;
    if (t->tilde && iface) {
        check_error_at(c, at, "invalid use of ~ (%s is an interface)", check_type_text(c, t->type));
        return;
    }
    if (t->tilde && !type_identical(under, t->type)) {
        check_error_at(c, at, "invalid use of ~ (underlying type of %s is %s)", check_type_text(c, t->type),
                       check_type_text(c, under));
        return;
    }
    if (iface) {
        type_iface_complete(under);
        if (under->iface.all.n)
            check_error_at(c, at, "cannot use %s in union (%s contains methods)", term_text(c, t),
                           term_text(c, t));
        else if (type_unalias(t->type) == type_comparable)
            check_error_at(c, at, "cannot use comparable in union");
        else if (under->iface.comparable)
            check_error_at(c, at, "cannot use %s in union (%s embeds comparable)", term_text(c, t),
                           term_text(c, t));
        return;
    }
    for (int j = 0; j < i; j++) {
        const UnionTerm *o = &u->union_.terms.v[j];
        if (type_is_interface(o->type) || !type_is_valid(o->type) || type_terms_disjoint(o, t)) continue;
        check_soft_error(c, at->pos, at->end, "overlapping terms %s and %s", term_text(c, t),
                         term_text(c, o));
        return;
    }
}

static void later_union(Checker *c, void *a, void *b) {
    Type *u = b;
    for (int i = 0; i < u->union_.terms.n; i++) check_one_term(c, a, u, i);
}

static Type *check_union(Checker *c, Expr *e) {
    ExprList *exprs = ARENA_NEW(c->arena, ExprList);
    flatten(c, e, exprs);
    Type *u = new_union();
    for (int i = 0; i < exprs->n; i++) {
        UnionTerm term = check_term(c, exprs->v[i]);
        if (exprs->n == 1 && !term.tilde) return term.type;
        if (i == MAX_TERMS) {
            check_error_at(c, exprs->v[i],
                           "cannot handle more than %d union terms (implementation limitation)", MAX_TERMS);
            return type_basic(TYPE_INVALID);
        }
        vec_push(c->arena, &u->union_.terms, term);
    }
    e->mode = MODE_TYPE;
    e->type = u;
    check_later(c, later_union, exprs, u);
    return u;
}

static void add_embedded(Checker *c, Type *t, Expr *e) {
    Type *u = check_union(c, e);
    vec_push(c->arena, &t->iface.embeds, u);
    vec_push(c->arena, &t->iface.embed_pos, e->pos);
}

static void later_complete(Checker *c, void *a, void *b) {
    (void)c, (void)b;
    type_iface_complete(a);
}

Type *check_interface_type(Checker *c, Expr *e) {
    Type *t = type_new_interface();
    if (e->iface.elems.n) vec_push(c->arena, &c->ifaces, e);
    for (int i = 0; i < e->iface.elems.n; i++) {
        Field *f = e->iface.elems.v[i];
        if (!f->name) {
            add_embedded(c, t, f->type);
            continue;
        }
        if (is_blank(f->name)) {
            check_error(c, f->pos, 0, "methods must have a unique non-blank name");
            continue;
        }
        Type *sig = check_type_expr(c, f->type);
        if (sig->kind != TYPE_FUNC) continue;
        Object *obj = object_new(OBJ_FUNC, f->name, f->pos, sig, c->pkg);
        obj->file = c->env.file;
        f->obj = obj;
        vec_push(c->arena, &t->iface.methods,
                 ((Method){.name = f->name, .pkg = c->pkg, .sig = sig, .obj = obj}));
    }
    if (t->iface.methods.n || t->iface.embeds.n)
        check_later(c, later_complete, t, NULL);
    else
        type_iface_complete(t);
    return t;
}

/* ---- type parameters
 * --------------------------------------------------------------------------------------- */

/* ~T and A|B stand for an interface of that one element. */
static Type *check_bound(Checker *c, Expr *e) {
    if (!(e->kind == EXPR_UNARY && e->unary.op == OP_TILDE) &&
        !(e->kind == EXPR_BINARY && e->binary.op == OP_OR))
        return check_type_expr(c, e);
    Type *t = type_new_interface();
    t->iface.implicit = true;
    add_embedded(c, t, e);
    check_later(c, later_complete, t, NULL);
    return t;
}

static Object *declare_type_param(Checker *c, TypeParam *p, int index, Pos at) {
    Object *obj = object_new(OBJ_TYPE, p->name, p->pos, NULL, c->pkg);
    obj->file = c->env.file;
    obj->state = 2;
    obj->index = index;
    type_new_param(obj, index);
    p->obj = obj;
    check_declare(c, c->env.scope, obj, at);
    return obj;
}

void check_type_params(Checker *c, TypeParam *const *list, int n, TypeList *out) {
    for (int i = 0; i < n; i++)
        vec_push(c->arena, out, declare_type_param(c, list[i], i, list[0]->pos)->type);
    const bool outer = c->env.in_tparams;
    c->env.in_tparams = true;
    Type *bound = NULL;
    for (int i = 0; i < n; i++) {
        if (i == 0 || list[i]->constraint != list[i - 1]->constraint) {
            bound = check_bound(c, list[i]->constraint);
            if (type_is_param(bound)) {
                check_error_at(c, list[i]->constraint, "cannot use a type parameter as constraint");
                bound = type_basic(TYPE_INVALID);
            }
        }
        out->v[i]->param.constraint = bound;
    }
    c->env.in_tparams = outer;
}

/* ---- functions
 * --------------------------------------------------------------------------------------------- */

typedef struct Recv {
    bool ptr;
    Expr *base;
} Recv;

static Recv unpack_recv(Expr *e) {
    Recv r = {.base = unparen(e)};
    if (r.base->kind == EXPR_STAR) {
        r.ptr = true;
        r.base = unparen(r.base->star);
    }
    return r;
}

static void later_recv(Checker *c, void *a, void *b) {
    const Expr *base = a;
    Type *recv = b, *shown = type_deref(recv, NULL), *t = type_unalias(shown);
    if (t->kind == TYPE_INVALID) return;
    if (t->kind == TYPE_NAMED) {
        if (t->named.obj->pkg != c->pkg) {
            check_error_at(c, base, "cannot define new methods on non-local type %s",
                           check_type_text(c, shown));
            return;
        }
        const char *why = NULL;
        switch (type_under(t)->kind) {
        case TYPE_UNSAFE_POINTER: why = "unsafe.Pointer"; break;
        case TYPE_POINTER:
        case TYPE_INTERFACE: why = "pointer or interface type"; break;
        default: break;
        }
        if (why) check_error_at(c, base, "invalid receiver type %s (%s)", check_type_text(c, shown), why);
    } else if (t->kind < TYPE_ARRAY) {
        check_error_at(c, base, "cannot define new methods on non-local type %s", check_type_text(c, shown));
    } else {
        check_error_at(c, base, "invalid receiver type %s", check_type_text(c, recv));
    }
}

static Type *unpointer(Type *t) { /* through literal pointer types, not through aliases of such */
    while (t && t->kind == TYPE_POINTER) t = t->elem;
    return t;
}

/* Methods on an alias of an instance would be methods of that instance alone. */
static bool alias_of_instance(Checker *c, Type *recv, const Expr *base) {
    for (Type *t = unpointer(recv), *next; t && t->kind == TYPE_ALIAS; t = next) {
        next = unpointer(t->alias.target);
        if (!next || !(next->kind == TYPE_NAMED ? next->named.targs.n
                                                : next->kind == TYPE_ALIAS && next->alias.targs.n))
            continue;
        check_error_at(c, base, "cannot define new methods on instantiated type %s",
                       check_type_text(c, next));
        return true;
    }
    return false;
}

/* Declares the receiver's own names for the type parameters of its base type, bound as those are. */
static Type *generic_recv_type(Checker *c, FuncNode *fn, Recv r) {
    Expr *base = r.base->index.x;
    const char *why = NULL;
    Type *generic = check_generic_type(c, base, &why);
    if (why) {
        check_error_at(c, base, "%s", why);
        generic = type_basic(TYPE_INVALID);
    } else if (generic->kind == TYPE_ALIAS) {
        check_error_at(c, base, "cannot define new methods on generic alias type %s",
                       check_type_text(c, generic));
        generic = type_basic(TYPE_INVALID);
    }
    TypeList tparams = {0};
    for (int i = 0; i < fn->recv_tparams.n; i++)
        vec_push(c->arena, &tparams, declare_type_param(c, fn->recv_tparams.v[i], i, fn->pos)->type);
    for (int i = 0; i < r.base->index.index.n && i < tparams.n; i++) {
        Expr *arg = r.base->index.index.v[i];
        arg->mode = MODE_TYPE;
        arg->type = tparams.v[i];
        if (arg->kind == EXPR_NAME) arg->name.obj = fn->recv_tparams.v[i]->obj;
    }
    if (generic->kind != TYPE_NAMED) return type_basic(TYPE_INVALID);
    const TypeList *declared = &generic->named.tparams;
    if (tparams.n != declared->n) {
        check_error_at(c, base, "receiver declares %d type parameter%s, but receiver base type declares %d",
                       tparams.n, tparams.n == 1 ? "" : "s", declared->n);
        return type_basic(TYPE_INVALID);
    }
    for (int i = 0; i < tparams.n; i++) {
        tparams.v[i]->param.constraint = type_subst(declared->v[i]->param.constraint, declared, &tparams);
        tparams.v[i]->param.canon = declared->v[i];
    }
    Type *t = type_instantiate(generic, &tparams);
    r.base->mode = MODE_TYPE;
    r.base->type = t;
    return r.ptr ? type_new_pointer(t) : t;
}

static Object *new_var(Checker *c, FuncNode *fn, VarRole role, const Field *f, Type *type) {
    Object *obj = object_new(OBJ_VAR, f->name ? f->name : "", f->pos, type, c->pkg);
    obj->role = role;
    obj->func = fn;
    obj->file = c->env.file;
    obj->used = true;
    return obj;
}

static void collect_recv(Checker *c, FuncNode *fn) {
    Recv r = unpack_recv(fn->recv->type);
    Type *t;
    if (r.base->kind == EXPR_INDEX) {
        t = generic_recv_type(c, fn, r);
        fn->recv->type->mode = MODE_TYPE;
        fn->recv->type->type = t;
    } else {
        t = check_var_type(c, fn->recv->type);
        if (alias_of_instance(c, t, r.base)) t = type_basic(TYPE_INVALID);
    }
    fn->recv_obj = new_var(c, fn, VAR_RECV, fn->recv, t);
    fn->recv->obj = fn->recv_obj;
    check_later(c, later_recv, r.base->kind == EXPR_INDEX ? r.base->index.x : r.base, t);
}

static void collect_params(Checker *c, FuncNode *fn, VarRole role, const FieldList *list, ObjectList *objs,
                           TypeList *types) {
    Type *type = NULL;
    for (int i = 0; i < list->n; i++) {
        Field *f = list->v[i];
        Expr *e = f->type;
        const bool dots = e->kind == EXPR_ELLIPSIS;
        if (i == 0 || e != list->v[i - 1]->type) {
            type = check_var_type(c, dots && e->ellipsis ? e->ellipsis : e);
            if (dots && (role != VAR_PARAM || i != list->n - 1))
                check_error_at(c, e, "invalid use of ...");
            else if (dots) {
                e->mode = MODE_TYPE;
                e->type = type = type_new_slice(type);
            }
        }
        f->obj = new_var(c, fn, role, f, type);
        f->obj->index = i;
        vec_push(c->arena, objs, f->obj);
        vec_push(c->arena, types, type);
    }
}

static void declare_params(Checker *c, const ObjectList *objs, Pos at) {
    for (int i = 0; i < objs->n; i++)
        if (*objs->v[i]->name) check_declare(c, c->env.scope, objs->v[i], at);
}

Type *check_func_type(Checker *c, FuncNode *fn) {
    fn->scope = check_open_scope(c);
    fn->param_objs = fn->result_objs = (ObjectList){0};
    Type *sig = fn->sig ? fn->sig : type_new_func((TypeList){0}, (TypeList){0}, fn->variadic);
    if (fn->recv) collect_recv(c, fn);
    if (fn->tparams.n) check_type_params(c, fn->tparams.v, fn->tparams.n, &sig->func.tparams);
    TypeList params = {0}, results = {0}; /* the signature may be looked at meanwhile */
    collect_params(c, fn, VAR_PARAM, &fn->params, &fn->param_objs, &params);
    collect_params(c, fn, VAR_RESULT, &fn->results, &fn->result_objs, &results);
    sig->func.params = params;
    sig->func.results = results;
    sig->func.param_objs = fn->param_objs;
    sig->func.result_objs = fn->result_objs;
    sig->func.variadic = fn->params.n && vec_last(&fn->params)->type->kind == EXPR_ELLIPSIS;
    if (fn->recv_obj && *fn->recv_obj->name) check_declare(c, c->env.scope, fn->recv_obj, 0);
    declare_params(c, &fn->param_objs, 0);
    declare_params(c, &fn->result_objs, 0);
    check_close_scope(c);
    return fn->sig = sig;
}
