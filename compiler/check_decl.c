/* check_decl.c: declarations.
 *
 * Floor 3. check_collect enters all names of a package before any is checked; check_object then checks a
 * declaration when its object's type is first wanted, so that the order of the source does not matter.
 * c->path holds the objects that are being checked; meeting one of them again is a cycle (check_cycle.c says
 * whether a valid one). Local declarations are checked in place, and their names declared behind them.
 */
#include "check.h"

enum { WHITE, GREY, BLACK }; /* Object.state */
enum {
    OBJECT_WEIGHT = 4
}; /* a declaration within a declaration takes the stack of so many expressions more */

static bool is_blank(const char *name) { return name[0] == '_' && !name[1]; }

/* ---- collecting
 * -------------------------------------------------------------------------------------------- */

typedef struct MethodDecl {
    Object *obj;
    const char *base;
    bool ptr;
} MethodDecl;

typedef struct Collector {
    Checker *c;
    AstFile *file;
    const char *init, *main;
    Vec(MethodDecl) methods;
} Collector;

static DeclInfo *new_info(Collector *k, Decl *d) {
    DeclInfo *info = ARENA_NEW(k->c->arena, DeclInfo);
    info->file = k->file;
    info->decl = d;
    return info;
}

static Object *new_object(Collector *k, ObjectKind kind, const char *name, Pos pos, Decl *d, DeclInfo *info) {
    Object *obj = object_new(kind, name, pos, NULL, k->c->pkg);
    obj->file = k->file;
    obj->decl = d;
    obj->dep = info;
    obj->parent = k->c->pkg->scope;
    info->order = ++k->c->order;
    vec_push(k->c->arena, &k->c->objects, obj);
    return obj;
}

/* Constants, variables and types; functions named init and main follow rules of their own. */
static void declare_global(Collector *k, Object *obj) {
    Checker *c = k->c;
    if (obj->name == k->init)
        check_error(c, obj->pos, 0, "cannot declare init - must be func");
    else if (obj->name == k->main && c->pkg->name == k->main)
        check_error(c, obj->pos, 0, "cannot declare main - must be func");
    else
        check_declare(c, c->pkg->scope, obj, 0);
}

void check_arity(Checker *c, Pos pos, const Decl *d, const ExprList *values, bool is_const, bool inherited) {
    const int l = d->value.names.n, r = values->n;
    if (l < r) {
        const Expr *n = values->v[l];
        if (inherited)
            check_error(c, pos, 0, "extra init expr at %s", check_pos_text(c, n->pos));
        else
            check_error_at(c, n, "extra init expr %s", expr_text(c->arena, n));
    } else if (l > r && (is_const || r != 1)) {
        check_error(c, d->value.name_pos.v[r], 0, "missing init expr for %s", d->value.names.v[r]);
    }
}

/* The spec whose type and values d stands for. */
static const Decl *const_model(const Decl *d) { return d->value.inherit ? d->value.inherit : d; }

static void collect_const(Collector *k, Decl *d) {
    const Decl *model = const_model(d);
    for (int i = 0; i < d->value.names.n; i++) {
        DeclInfo *info = new_info(k, d);
        info->type = model->value.type;
        info->init = i < model->value.values.n ? model->value.values.v[i] : NULL;
        info->inherited = model != d;
        Object *obj = new_object(k, OBJ_CONST, d->value.names.v[i], d->value.name_pos.v[i], d, info);
        obj->index = i;
        vec_push(k->c->arena, &d->value.objs, obj);
        declare_global(k, obj);
    }
    check_arity(k->c, d->value.names.n ? d->value.name_pos.v[0] : d->pos, d, &model->value.values, true,
                model != d);
}

static void collect_var(Collector *k, Decl *d) {
    DeclInfo *shared = d->value.values.n == 1 ? new_info(k, d) : NULL;
    for (int i = 0; i < d->value.names.n; i++) {
        DeclInfo *info = shared ? shared : new_info(k, d);
        info->type = d->value.type;
        info->init = shared ? d->value.values.v[0] : i < d->value.values.n ? d->value.values.v[i] : NULL;
        Object *obj = new_object(k, OBJ_VAR, d->value.names.v[i], d->value.name_pos.v[i], d, info);
        obj->role = VAR_GLOBAL;
        obj->index = i;
        if (shared) vec_push(k->c->arena, &shared->lhs, obj);
        vec_push(k->c->arena, &d->value.objs, obj);
        declare_global(k, obj);
    }
    if (shared) shared->order = ((DeclInfo *)shared->lhs.v[0]->dep)->order;
    if (!d->value.type || d->value.values.n) check_arity(k->c, d->pos, d, &d->value.values, false, false);
}

static void collect_type(Collector *k, Decl *d) {
    Object *obj = new_object(k, OBJ_TYPE, d->type.name, d->type.name_pos, d, new_info(k, d));
    d->type.obj = obj;
    vec_push(k->c->arena, &k->c->pkg->types, d);
    declare_global(k, obj);
}

static Expr *unparen(Expr *e) {
    while (e->kind == EXPR_PAREN) e = e->paren;
    return e;
}

static void collect_func(Collector *k, Decl *d) {
    Checker *c = k->c;
    FuncNode *fn = d->func;
    DeclInfo *info = new_info(k, d);
    Object *obj = new_object(k, OBJ_FUNC, fn->name, fn->name_pos, d, info);
    obj->func = fn;
    fn->obj = obj;
    info->func = fn;
    vec_push(c->arena, &c->pkg->funcs, fn);
    if (fn->recv) {
        obj->parent = NULL;
        Expr *base = unparen(fn->recv->type);
        const bool ptr = base->kind == EXPR_STAR;
        if (ptr) base = unparen(base->star);
        if (base->kind == EXPR_INDEX) base = base->index.x;
        info->ptr_recv = ptr;
        if (base->kind == EXPR_NAME && !is_blank(fn->name))
            vec_push(c->arena, &k->methods, ((MethodDecl){obj, base->name.name, ptr}));
        return;
    }
    const bool special = fn->name == k->init || (fn->name == k->main && c->pkg->name == k->main);
    if (special && fn->tparams.n)
        check_soft_error(c, fn->tparams.v[0]->pos, 0, "func %s must have no type parameters", fn->name);
    if (special && (fn->params.n || fn->results.n))
        check_soft_error(c, fn->name_pos, 0, "func %s must have no arguments and no return values", fn->name);
    if (fn->name != k->init) {
        check_declare(c, c->pkg->scope, obj, 0);
        return;
    }
    vec_push(c->arena, &c->pkg->inits, fn);
    if (!fn->body) check_soft_error(c, fn->name_pos, 0, "func init must have a body");
}

/* ---- imports
 * ----------------------------------------------------------------------------------------------- */

typedef struct DotImport {
    Collector *k;
    Pos pos;
} DotImport;

static void dot_import_name(Object *obj, void *arg) {
    DotImport *dot = arg;
    if (!object_exported(obj->name)) return;
    Object *other = scope_insert(dot->k->file->scope, obj);
    if (!other) return;
    check_error(dot->k->c, dot->pos, 0, "%s redeclared in this block", other->name);
    check_note_other(dot->k->c, other);
}

static Package *fake_package(Checker *c, const char *path) {
    Package *p = ARENA_NEW(c->arena, Package);
    const char *slash = strrchr(path, '/');
    p->path = path;
    p->name = intern_z(slash ? slash + 1 : path);
    p->scope = scope_new(universe_scope());
    p->fake = true;
    return p;
}

static void note_import(Package *into, Package *p, Arena *a) {
    for (int i = 0; i < into->imports.n; i++)
        if (into->imports.v[i] == p) return;
    vec_push(a, &into->imports, p);
}

static void collect_import(Collector *k, Decl *d) {
    Checker *c = k->c;
    Package *p = package_import(d->import.path, d->import.path_pos);
    if (p && p != package_unsafe) check_package(p);
    if (!p) p = fake_package(c, d->import.path);
    const char *name = d->import.name ? d->import.name : p->name;
    if (name == k->init) {
        check_error(c, d->pos, 0, "cannot import package as init - init must be a func");
        return;
    }
    if (!p->fake) note_import(c->pkg, p, c->arena);
    Object *obj = object_new(OBJ_PACKAGE, name, d->import.name ? d->import.name_pos : d->import.path_pos,
                             type_basic(TYPE_INVALID), c->pkg);
    obj->imported = p;
    obj->file = k->file;
    obj->decl = d;
    obj->used = p->fake;
    vec_push(c->arena, &c->imports, obj);
    if (name[0] == '.' && !name[1]) {
        DotImport dot = {k, d->import.name_pos};
        scope_each(p->scope, dot_import_name, &dot);
    } else {
        check_declare(c, k->file->scope, obj, 0);
    }
}

void check_unused_imports(Checker *c) {
    for (int i = 0; i < c->imports.n; i++) {
        const Object *obj = c->imports.v[i];
        if (obj->used || is_blank(obj->name)) continue;
        const char *path = obj->imported->path, *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
        const Pos pos = obj->decl->import.name ? obj->decl->import.name_pos : obj->decl->import.path_pos;
        if (!strcmp(obj->name, ".") || !strcmp(obj->name, last))
            check_soft_error(c, pos, 0, "\"%s\" imported and not used", path);
        else
            check_soft_error(c, pos, 0, "\"%s\" imported as %s and not used", path, obj->name);
    }
}

/* ---- a package's names
 * ------------------------------------------------------------------------------------- */

static void check_file_conflict(Object *obj, void *arg) {
    Checker *c = arg;
    Object *global = scope_find(c->pkg->scope, obj->name);
    if (!global) return;
    const Package *p = obj->kind == OBJ_PACKAGE ? obj->imported : obj->pkg;
    check_error(c, global->pos, 0, "%s already declared through %s of package %s (\"%s\")", obj->name,
                obj->kind == OBJ_PACKAGE ? "import" : "dot-import", p->name, p->path);
    check_note_other(c, obj);
}

/* Follows aliases to the type that a receiver's base name stands for, without checking anything yet. */
static Object *receiver_base(Checker *c, const char *name, bool *ptr) {
    for (int steps = 0; steps < 100; steps++) {
        Object *obj = scope_find(c->pkg->scope, name);
        if (!obj || obj->kind != OBJ_TYPE) return NULL;
        const Decl *d = obj->decl;
        if (!d->type.alias) return obj;
        if (d->type.tparams.n) return NULL;
        Expr *e = unparen(d->type.type);
        if (e->kind == EXPR_STAR) {
            if (*ptr) return NULL;
            *ptr = true;
            e = unparen(e->star);
        }
        if (e->kind != EXPR_NAME) return NULL;
        name = e->name.name;
    }
    return NULL;
}

static void collect_decl(Collector *k, Decl *d) {
    switch (d->kind) {
    case DECL_IMPORT: collect_import(k, d); break;
    case DECL_CONST: collect_const(k, d); break;
    case DECL_VAR: collect_var(k, d); break;
    case DECL_TYPE: collect_type(k, d); break;
    case DECL_FUNC: collect_func(k, d); break;
    }
}

void check_collect(Checker *c) {
    Collector k = {.c = c, .init = intern_z("init"), .main = intern_z("main")};
    for (int i = 0; i < c->pkg->files.n; i++) {
        k.file = c->pkg->files.v[i];
        for (int j = 0; j < k.file->decls.n; j++) collect_decl(&k, k.file->decls.v[j]);
    }
    for (int i = 0; i < c->pkg->files.n; i++) scope_each(c->pkg->files.v[i]->scope, check_file_conflict, c);
    for (int i = 0; i < k.methods.n; i++) {
        MethodDecl *m = &k.methods.v[i];
        Object *base = receiver_base(c, m->base, &m->ptr);
        if (!base) continue;
        ((DeclInfo *)m->obj->dep)->ptr_recv = m->ptr;
        vec_push(c->arena, &((DeclInfo *)base->dep)->methods, m->obj);
    }
}

enum { MAX_SYMBOL = 2000000000 }; /* bytes of a variable, as Go's linker has it */

#define MAX_BYTES (1LL << 50) /* the address space that Go assumes */

void check_sizes(Checker *c) {
    for (int i = 0; i < c->arrays.n; i++) {
        const Expr *e = c->arrays.v[i];
        if (e->type && !type_has_params(e->type) && type_size(e->type) >= MAX_BYTES)
            check_error_at(c, e, "type %s larger than address space", check_type_text(c, e->type));
    }
    if (c->errors) return;
    for (int i = 0; i < c->objects.n; i++) {
        const Object *obj = c->objects.v[i];
        if (obj->kind != OBJ_VAR || !obj->type || type_size(obj->type) <= MAX_SYMBOL) continue;
        check_error(c, obj->pos, 0, "%s.%s: symbol too large (%lld bytes > %d bytes)", c->pkg->path,
                    obj->name, (long long)type_size(obj->type), MAX_SYMBOL);
    }
}

void check_package_objects(Checker *c) {
    for (int pass = 0; pass < 3; pass++) /* types, then aliases, then the rest */
        for (int i = 0; i < c->objects.n; i++) {
            Object *obj = c->objects.v[i];
            const int its = obj->kind != OBJ_TYPE ? 2 : obj->decl->type.alias;
            if (its == pass) check_object(c, obj);
        }
}

/* ---- constants and variables
 * ------------------------------------------------------------------------------- */

static void check_const_decl(Checker *c, Object *obj, Expr *type, Expr *init, bool inherited) {
    const Const *iota = c->env.iota;
    const Pos errpos = c->env.errpos;
    c->env.iota = const_int64(obj->decl->value.iota);
    c->env.errpos = 0;
    obj->val = const_unknown();
    if (type) {
        Type *t = check_type_expr(c, type);
        if (!type_is_constant_kind(t)) {
            if (type_is_valid(type_under(t)))
                check_error_at(c, type, "invalid constant type %s", check_type_text(c, t));
            obj->type = type_basic(TYPE_INVALID);
            goto out;
        }
        obj->type = t;
    }
    if (init) {
        if (inherited) c->env.errpos = obj->pos;
        check_expr(c, init, NULL);
        check_init_const(c, obj, init);
    } else if (!obj->type) {
        obj->type = type_basic(TYPE_INVALID);
    }
out:
    c->env.iota = iota;
    c->env.errpos = errpos;
}

/* The type of `var a, b T` is evaluated once. */
static Type *declared_var_type(Checker *c, Object *obj, Expr *type) {
    if (obj->index > 0 && type->mode == MODE_TYPE && type->type) return type->type;
    return check_var_type(c, type);
}

static void check_var_decl(Checker *c, Object *obj, const ObjectList *lhs, Expr *type, Expr *init) {
    if (type) obj->type = declared_var_type(c, obj, type);
    if (!init) {
        if (!type) obj->type = type_basic(TYPE_INVALID);
        return;
    }
    if (lhs->n <= 1) {
        check_expr_for(c, init, obj->type, obj->name);
        check_init_var(c, obj, init, "variable declaration");
        return;
    }
    if (type)
        for (int i = 0; i < lhs->n; i++) lhs->v[i]->type = obj->type;
    ExprList rhs = {0};
    vec_push(c->arena, &rhs, init);
    check_init_vars(c, lhs, &rhs, NULL);
}

/* ---- types
 * ------------------------------------------------------------------------------------------------- */

static void later_valid_type(Checker *c, void *a, void *b) {
    (void)b;
    Object *obj = a;
    if (obj->type && obj->type->kind == TYPE_NAMED) check_valid_type(c, obj->type);
}

static void check_alias_decl(Checker *c, Object *obj, Decl *d) {
    Type *alias = ARENA_NEW(c->arena, Type);
    alias->kind = TYPE_ALIAS;
    alias->alias.obj = obj;
    obj->type = alias;
    if (d->type.tparams.n) {
        check_open_scope(c);
        check_type_params(c, d->type.tparams.v, d->type.tparams.n, &alias->alias.tparams);
    }
    Type *rhs = check_type_expr(c, d->type.type);
    if (obj->type != alias)
        alias->alias.target = type_basic(TYPE_INVALID); /* a cycle was reported */
    else if (!alias->alias.target)
        alias->alias.target = rhs;
    if (d->type.tparams.n) check_close_scope(c);
    for (int i = 0; i < alias->alias.tparams.n; i++)
        if (alias->alias.tparams.v[i] == rhs) {
            check_error_at(c, d->type.type, "cannot use type parameter declared in alias declaration as RHS");
            alias->alias.target = type_basic(TYPE_INVALID);
        }
}

/* The type parameters of the functions around a local type, outermost first. */
static void add_implicit_params(Checker *c, const FuncNode *fn, TypeList *out) {
    if (!fn) return;
    add_implicit_params(c, fn->outer, out);
    for (int i = 0; i < fn->recv_tparams.n; i++)
        if (fn->recv_tparams.v[i]->obj) vec_push(c->arena, out, fn->recv_tparams.v[i]->obj->type);
    for (int i = 0; i < fn->tparams.n; i++)
        if (fn->tparams.v[i]->obj) vec_push(c->arena, out, fn->tparams.v[i]->obj->type);
}

/* A local type's symbol names the declared function around it, literals left out, or the initialisers of the
 * package: within that its number tells it from others of its name. */
static int number_local_type(Checker *c) {
    FuncNode *fn = c->env.fn;
    while (fn->outer) fn = fn->outer;
    return fn->name ? ++fn->local_types : ++c->local_types;
}

static void check_named_decl(Checker *c, Object *obj, Decl *d) {
    Type *named = type_new_named(obj);
    if (d->type.tparams.n) {
        check_open_scope(c);
        check_type_params(c, d->type.tparams.v, d->type.tparams.n, &named->named.tparams);
    }
    if (c->env.fn) {
        named->named.local_in = c->env.fn;
        named->named.local_id = number_local_type(c);
        named->named.local_number = d->type.local_number;
        for (int i = 0; i < c->pkg->files.n && c->pkg->files.v[i] != c->env.file; i++)
            named->named.local_number += c->pkg->files.v[i]->local_types;
        add_implicit_params(c, c->env.fn, &named->named.implicit);
    }
    Type *rhs = check_type_expr(c, d->type.type);
    if (!named->named.rhs) named->named.rhs = rhs;
    if (type_is_param(rhs)) {
        check_error_at(c, d->type.type, "cannot use a type parameter as RHS in type declaration");
        named->named.rhs = type_basic(TYPE_INVALID);
    }
    if (d->type.tparams.n) check_close_scope(c);
}

static void check_type_decl(Checker *c, Object *obj, Decl *d) {
    check_later(c, later_valid_type, obj, NULL);
    if (d->type.alias)
        check_alias_decl(c, obj, d);
    else
        check_named_decl(c, obj, d);
}

static void later_field_uniqueness(Checker *c, void *a, void *b) {
    (void)b;
    Type *named = a, *u = type_under(named);
    if (u->kind != TYPE_STRUCT) return;
    Scope *methods = NULL;
    for (int i = 0; i < named->named.methods.n; i++) {
        Object *m = object_new(OBJ_FUNC, named->named.methods.v[i].name, named->named.methods.v[i].obj->pos,
                               NULL, NULL);
        if (!methods) methods = scope_new(NULL);
        scope_insert(methods, m);
    }
    for (int i = 0; methods && i < u->struct_.fields.n; i++) {
        const StructField *f = &u->struct_.fields.v[i];
        const Object *m = f->pkg == named->named.obj->pkg ? scope_find(methods, f->name) : NULL;
        if (!m || is_blank(f->name)) continue;
        check_error(c, m->pos, 0, "field and method with the same name %s", f->name);
        if (f->obj) check_note_other(c, f->obj);
    }
}

/* Attaches the methods that check_collect has found. Their signatures are filled in when they are asked for.
 */
static void collect_methods(Checker *c, Object *obj) {
    DeclInfo *info = obj->dep;
    if (!info->methods.n || !obj->type || obj->type->kind != TYPE_NAMED) return;
    Type *named = obj->type;
    Scope *seen = scope_new(NULL);
    check_later(c, later_field_uniqueness, named, NULL);
    for (int i = 0; i < info->methods.n; i++) {
        Object *m = info->methods.v[i];
        Object *other = scope_insert(seen, m);
        if (other) {
            check_error(c, m->pos, 0, "method %s.%s already declared at %s", obj->name, m->name,
                        check_pos_text(c, other->pos));
            continue;
        }
        const bool ptr = ((DeclInfo *)m->dep)->ptr_recv;
        vec_push(c->arena, &named->named.methods,
                 ((Method){.name = m->name, .pkg = c->pkg, .obj = m, .ptr_recv = ptr}));
    }
    info->methods.n = 0;
}

/* ---- functions
 * --------------------------------------------------------------------------------------------- */

static void check_func_decl(Checker *c, Object *obj) {
    FuncNode *fn = obj->func;
    obj->type = fn->sig =
        type_new_func((TypeList){0}, (TypeList){0}, false); /* there already when it is met again */
    check_func_type(c, fn);
    if (fn->tparams.n && !fn->body)
        check_soft_error(c, fn->pos, 0, "generic function is missing function body");
    c->env.decl = obj->dep; /* only what the body mentions matters for the order of initialisation */
    if (fn->body) check_later_body(c, fn);
}

/* ---- objects
 * ----------------------------------------------------------------------------------------------- */

static void check_cycle(Checker *c, Object *obj) {
    switch (obj->kind) {
    case OBJ_CONST:
    case OBJ_VAR:
        if (!check_valid_cycle(c, obj) || !obj->type) obj->type = type_basic(TYPE_INVALID);
        break;
    case OBJ_TYPE:
        if (!check_valid_cycle(c, obj)) obj->type = type_basic(TYPE_INVALID);
        break;
    default: check_valid_cycle(c, obj);
    }
}

void check_object(Checker *c, Object *obj) {
    if (obj->state == GREY) {
        check_cycle(c, obj);
        return;
    }
    DeclInfo *info = obj->dep;
    if (obj->type || !info) return;
    if (!check_enter(c, obj->pos)) {
        obj->type = type_basic(TYPE_INVALID);
        return;
    }
    c->depth += OBJECT_WEIGHT;
    obj->state = GREY;
    vec_push(c->arena, &c->path, obj);
    CheckEnv saved = c->env;
    c->env = (CheckEnv){.file = info->file, .scope = info->file->scope};
    switch (obj->kind) {
    case OBJ_CONST:
        c->env.decl = info;
        check_const_decl(c, obj, info->type, info->init, info->inherited);
        break;
    case OBJ_VAR:
        c->env.decl = info;
        check_var_decl(c, obj, &info->lhs, info->type, info->init);
        break;
    case OBJ_TYPE:
        check_type_decl(c, obj, info->decl);
        collect_methods(c, obj);
        break;
    default: check_func_decl(c, obj);
    }
    c->env = saved;
    c->path.n--;
    obj->state = BLACK;
    c->depth -= OBJECT_WEIGHT;
    check_leave(c);
}

/* ---- local declarations
 * ------------------------------------------------------------------------------------ */

static void declare_all(Checker *c, const ObjectList *objs, Pos at) {
    for (int i = 0; i < objs->n; i++) check_declare(c, c->env.scope, objs->v[i], at);
}

static Pos end_of_value_decl(const Decl *d) {
    const ExprList *values = &d->value.values;
    if (values->n) return values->v[values->n - 1]->end;
    if (d->value.type) return d->value.type->end;
    return d->value.name_pos.v[d->value.name_pos.n - 1] + 1;
}

static void local_const(Checker *c, Decl *d) {
    const Decl *model = const_model(d);
    const int top = c->delayed.n;
    for (int i = 0; i < d->value.names.n; i++) {
        Object *obj = object_new(OBJ_CONST, d->value.names.v[i], d->value.name_pos.v[i], NULL, c->pkg);
        obj->decl = d;
        obj->index = i;
        obj->file = c->env.file;
        vec_push(c->arena, &d->value.objs, obj);
        check_const_decl(c, obj, model->value.type,
                         i < model->value.values.n ? model->value.values.v[i] : NULL, model != d);
    }
    check_arity(c, d->value.names.n ? d->value.name_pos.v[0] : d->pos, d, &model->value.values, true,
                model != d);
    check_process_delayed(c, top);
    declare_all(c, &d->value.objs, end_of_value_decl(d));
}

static void local_var(Checker *c, Decl *d) {
    static const ObjectList none;
    const int top = c->delayed.n, l = d->value.names.n, r = d->value.values.n;
    for (int i = 0; i < l; i++) {
        Object *obj = check_new_local(c, d->value.names.v[i], d->value.name_pos.v[i], NULL);
        obj->decl = d;
        obj->index = i;
        vec_push(c->arena, &d->value.objs, obj);
    }
    for (int i = 0; i < l; i++) {
        Expr *init = r == 1 ? d->value.values.v[0] : i < r ? d->value.values.v[i] : NULL;
        check_var_decl(c, d->value.objs.v[i], r == 1 && l > 1 ? &d->value.objs : &none, d->value.type, init);
        if (r == 1) break; /* one value for all: they have their types now */
    }
    for (int i = 0; i < l; i++)
        if (!d->value.objs.v[i]->type) d->value.objs.v[i]->type = type_basic(TYPE_INVALID);
    if (!d->value.type || r) check_arity(c, d->pos, d, &d->value.values, false, false);
    for (int i = l; i < r; i++) check_use(c, d->value.values.v[i]);
    check_process_delayed(c, top);
    declare_all(c, &d->value.objs, end_of_value_decl(d));
}

static void local_type(Checker *c, Decl *d) {
    Object *obj = object_new(OBJ_TYPE, d->type.name, d->type.name_pos, NULL, c->pkg);
    obj->decl = d;
    obj->file = c->env.file;
    d->type.obj = obj;
    vec_push(c->arena, &c->pkg->types, d);
    check_declare(c, c->env.scope, obj, d->type.name_pos);
    obj->state = GREY;
    vec_push(c->arena, &c->path, obj);
    check_type_decl(c, obj, d);
    c->path.n--;
    obj->state = BLACK;
}

void check_decl_stmt(Checker *c, Decl *d) {
    switch (d->kind) {
    case DECL_CONST: local_const(c, d); break;
    case DECL_VAR: local_var(c, d); break;
    case DECL_TYPE: local_type(c, d); break;
    default: check_error(c, d->pos, 0, "declaration not allowed here");
    }
}
