/* check_select.c: selectors: pkg.Name, x.field, x.method, T.method.
 *
 * Floor 3. What is found is recorded in selector.sel for lowering. A method called through an addressable
 * variable takes its address.
 */
#include "check_expr.h"

/* ---- names that were perhaps meant ------------------------------------------------------------------------
 */

typedef struct Similar {
    const char *name;
    Package *pkg;
    bool field;
} Similar;

static bool same_ignoring_case(const char *a, const char *b) { return strcasecmp(a, b) == 0; }

/* The first field or method of t, or of what it embeds, whose name is `name` but for case. Breadth first
 * would be exact; depth first within few levels is near enough for a hint. */
static bool find_similar(Type *t, const char *name, int depth, Similar *out) {
    if (!t || depth > 4) return false;
    Type *n = type_unalias(type_deref(t, NULL));
    if (n->kind == TYPE_NAMED && type_under(n)->kind == TYPE_POINTER) {
        n = type_under(type_under(n)->elem); /* fields only */
    } else if (n->kind == TYPE_NAMED) {
        Type *origin = n->named.origin ? n->named.origin : n;
        for (int i = 0; i < origin->named.methods.n; i++) {
            const Method *m = &origin->named.methods.v[i];
            if (!same_ignoring_case(m->name, name)) continue;
            *out = (Similar){m->name, m->pkg, false};
            return true;
        }
    }
    Type *u = type_under(n);
    if (u->kind == TYPE_INTERFACE) {
        type_iface_complete(u);
        for (int i = 0; i < u->iface.all.n; i++) {
            if (!same_ignoring_case(u->iface.all.v[i].name, name)) continue;
            *out = (Similar){u->iface.all.v[i].name, u->iface.all.v[i].pkg, false};
            return true;
        }
    }
    if (u->kind != TYPE_STRUCT) return false;
    for (int i = 0; i < u->struct_.fields.n; i++) {
        const StructField *f = &u->struct_.fields.v[i];
        if (!same_ignoring_case(f->name, name)) continue;
        *out = (Similar){f->name, f->pkg, true};
        return true;
    }
    for (int i = 0; i < u->struct_.fields.n; i++)
        if (u->struct_.fields.v[i].embedded &&
            find_similar(u->struct_.fields.v[i].type, name, depth + 1, out))
            return true;
    return false;
}

/* The name without its first character. */
static const char *tail(const char *s) {
    if (!*s) return s;
    s++;
    while ((*s & 0xC0) == 0x80) s++;
    return s;
}

typedef enum Miss { MISSING, MISSPELLED, UNEXPORTED, INACCESSIBLE } Miss;

static Miss judge_similar(Checker *c, const char *name, const Similar *alt) {
    if (alt->pkg == c->pkg) return alt->name == name ? MISSING : MISSPELLED;
    if (object_exported(name)) {
        if (object_exported(alt->name)) return MISSPELLED;
        return strcmp(tail(name), tail(alt->name)) == 0 ? UNEXPORTED : MISSING;
    }
    if (object_exported(alt->name)) return strcmp(tail(name), tail(alt->name)) == 0 ? MISSPELLED : MISSING;
    return name == alt->name ? INACCESSIBLE : MISSING;
}

const char *check_lookup_error(Checker *c, Type *t, Type *shown, const char *name, bool literal) {
    Similar alt = {0};
    Miss miss = find_similar(t, name, 0, &alt) ? judge_similar(c, name, &alt) : MISSING;
    const char *type = check_type_text(c, shown), *what = alt.field ? "field" : "method";
    if (literal) {
        const char *base = check_printf(c, "unknown field %s in struct literal of type %s", name, type);
        if (miss == MISSPELLED) return check_printf(c, "%s, but does have %s", base, alt.name);
        if (miss == UNEXPORTED) return check_printf(c, "%s, but does have unexported %s", base, alt.name);
        if (miss == INACCESSIBLE)
            return check_printf(c, "cannot refer to unexported field %s in struct literal of type %s",
                                alt.name, type);
        return base;
    }
    const char *base = check_printf(c, "type %s has no field or method %s", type, name);
    if (miss == MISSPELLED) return check_printf(c, "%s, but does have %s %s", base, what, alt.name);
    if (miss == UNEXPORTED)
        return check_printf(c, "%s, but does have unexported %s %s", base, what, alt.name);
    if (miss == INACCESSIBLE) return check_printf(c, "cannot refer to unexported %s %s", what, alt.name);
    return base;
}

/* ---- pkg.Name
 * ----------------------------------------------------------------------------------------------- */

typedef struct NameSearch {
    const char *name, *found;
} NameSearch;

static void match_exported(Object *obj, void *arg) {
    NameSearch *s = arg;
    if (!s->found && object_exported(obj->name) && same_ignoring_case(obj->name, s->name))
        s->found = obj->name;
}

static void check_package_member(Checker *c, Expr *e, Object *pkg_name) {
    Package *pkg = pkg_name->imported;
    const char *name = e->selector.name;
    pkg_name->used = true;
    e->selector.x->name.obj = pkg_name;
    operand_set(e->selector.x, MODE_PACKAGE, NULL);
    operand_invalidate(e);
    Object *obj = pkg && pkg->scope ? scope_find(pkg->scope, name) : NULL;
    if (!obj || obj->kind == OBJ_PACKAGE) {
        NameSearch s = {name, NULL};
        if (!pkg || pkg->fake || strcmp(name, "_") == 0) return; /* an error was reported */
        if (pkg->scope) scope_each(pkg->scope, match_exported, &s);
        check_error(c, e->selector.name_pos, e->end, "undefined: %s%s%s%s", check_text(c, e),
                    s.found ? " (but have " : "", s.found ? s.found : "", s.found ? ")" : "");
        if (!s.found) check_hint_member(c, pkg, name);
        return;
    }
    if (!object_exported(name) && pkg != c->pkg)
        check_error(c, e->selector.name_pos, e->end, "name %s not exported by package %s", name, pkg->name);
    check_object(c, obj);
    e->selector.sel = (Selection){.kind = SEL_PACKAGE, .obj = obj};
    switch (obj->kind) {
    case OBJ_CONST:
        if (!obj->type || !type_is_valid(obj->type) || !obj->val) return;
        operand_set(e, MODE_CONST, obj->type);
        e->val = obj->val;
        break;
    case OBJ_TYPE:
        if (obj->type && type_is_valid(obj->type)) operand_set(e, MODE_TYPE, obj->type);
        break;
    case OBJ_VAR:
        if (obj->type && type_is_valid(obj->type)) operand_set(e, MODE_VAR, obj->type);
        break;
    case OBJ_FUNC:
        if (obj->type && type_is_valid(obj->type)) operand_set(e, MODE_VALUE, obj->type);
        break;
    case OBJ_BUILTIN: operand_set(e, MODE_BUILTIN, type_invalid()); break;
    default: break;
    }
}

/* The package that x names, or NULL. */
static Object *package_named(Checker *c, Expr *x) {
    if (x->kind != EXPR_NAME) return NULL;
    Object *obj = scope_lookup(c->env.scope, x->name.name, x->pos, NULL);
    return obj && obj->kind == OBJ_PACKAGE ? obj : NULL;
}

/* ---- x.name
 * ------------------------------------------------------------------------------------------------- */

static bool is_interface_pointer(Type *t) {
    Type *u = type_under(t);
    return !type_is_param(t) && u->kind == TYPE_POINTER && type_under(u->elem)->kind == TYPE_INTERFACE;
}

static void report_missing(Checker *c, Expr *e, const Lookup *l) {
    Expr *x = e->selector.x;
    Pos at = e->selector.name_pos;
    const char *name = e->selector.name, *type = check_type_text(c, x->type), *why;
    if (!type_is_valid(type_under(x->type))) return;
    if (l->kind == LOOKUP_AMBIGUOUS) {
        check_error(c, at, e->end, "ambiguous selector %s.%s", check_text(c, x), name);
        return;
    }
    if (l->kind == LOOKUP_PTR_NEEDED) {
        if (x->mode == MODE_TYPE)
            check_error(c, at, e->end, "invalid method expression %s.%s (needs pointer receiver (*%s).%s)",
                        type, name, type, name);
        else
            check_error(c, at, e->end, "cannot call pointer method %s on %s", name, type);
        return;
    }
    if (is_interface_pointer(x->type))
        why = check_printf(c,
                           type_is_param(type_under(x->type)->elem)
                               ? "type %s is pointer to type parameter, not type parameter"
                               : "type %s is pointer to interface, not interface",
                           type);
    else
        why = check_lookup_error(c, x->type, x->type, name, false);
    check_error(c, at, e->end, "%s.%s undefined (%s)", check_text(c, x), name, why);
    if (!is_interface_pointer(x->type)) check_hint_selected(c, x->type, name);
}

static void set_selection(Expr *e, SelectKind kind, const Lookup *l, Object *obj) {
    Selection *s = &e->selector.sel;
    *s = (Selection){.kind = kind, .obj = obj, .indirect = l->indirect, .recv = e->selector.x->type};
    memcpy(&s->path, &l->path, sizeof s->path);
}

static void check_field(Checker *c, Expr *e, const Lookup *l) {
    Expr *x = e->selector.x;
    if (x->mode == MODE_TYPE) {
        check_error_at(c, x, "operand for field selector %s must be value of type %s", e->selector.name,
                       check_type_text(c, x->type));
        return;
    }
    set_selection(e, SEL_FIELD, l, l->field->obj);
    if (l->field->type && type_is_valid(l->field->type))
        operand_set(e, x->mode == MODE_VAR || l->indirect ? MODE_VAR : MODE_VALUE, l->field->type);
}

/* Names of a method expression's parameters, for messages: all are named, or none. */
static void name_params(Type *t, Type *recv, Type *sig, const Object *method) {
    const ObjectList *objs = &sig->func.param_objs;
    if (!objs->n || objs->n != sig->func.params.n || !objs->v[0]->name || !*objs->v[0]->name) return;
    const FuncNode *fn = method ? method->func : NULL;
    const char *name = fn && fn->recv && fn->recv->name ? fn->recv->name : intern_z("_");
    vec_push(type_arena(), &t->func.param_objs, object_new(OBJ_VAR, name, 0, recv, NULL));
    for (int i = 0; i < objs->n; i++) vec_push(type_arena(), &t->func.param_objs, objs->v[i]);
}

/* T.m as a function: the receiver becomes the first parameter. */
static Type *method_expr_type(Type *recv, Type *sig, const Object *method) {
    TypeList params = {0};
    vec_push(type_arena(), &params, recv);
    for (int i = 0; i < sig->func.params.n; i++) vec_push(type_arena(), &params, sig->func.params.v[i]);
    Type *t = type_new_func(params, sig->func.results, sig->func.variadic);
    t->func.tparams = sig->func.tparams;
    name_params(t, recv, sig, method);
    t->func.result_objs = sig->func.result_objs;
    return t;
}

static void check_method(Checker *c, Expr *e, Lookup *l) {
    Expr *x = e->selector.x;
    Object *obj = l->method.obj;
    if (obj) {
        check_object(c, obj);
        check_depend(c, obj);
        if (!l->method.sig) *l = type_lookup(x->type, e->selector.name, c->pkg, x->mode == MODE_VAR);
    }
    Type *sig = l->method.sig ? l->method.sig : obj ? obj->type : NULL;
    if (!sig || !type_is_valid(sig)) return;
    bool iface = l->kind == LOOKUP_IFACE_METHOD;
    if (x->mode == MODE_TYPE) {
        set_selection(e, SEL_METHOD_EXPR, l, obj);
        operand_set(e, MODE_VALUE, method_expr_type(x->type, sig, obj));
        return;
    }
    set_selection(e, iface ? SEL_IFACE_METHOD : SEL_METHOD, l, obj);
    if (!iface && l->method.ptr_recv && !l->indirect) check_mark_address(x);
    operand_set(e, MODE_VALUE, sig);
}

void check_selector(Checker *c, Expr *e, bool want_type) {
    Expr *x = e->selector.x;
    e->selector.sel = (Selection){0};
    Object *pkg = package_named(c, x);
    if (pkg) {
        check_package_member(c, e, pkg);
        return;
    }
    c->selected = x;
    check_expr_or_type(c, x, false);
    operand_invalidate(e);
    if (x->mode == MODE_BUILTIN) {
        check_error_at(c, e, "invalid use of %s in selector expression", check_operand_text(c, x));
        return;
    }
    if (!operand_valid(x) || !x->type || !type_is_valid(x->type) || !check_complete(c, x->type)) return;
    if (want_type) {
        check_error(c, e->selector.name_pos, e->end, "%s is not a type", check_text(c, e));
        return;
    }
    if (strcmp(e->selector.name, "_") == 0) {
        check_error(c, e->selector.name_pos, e->end, "cannot refer to blank field or method");
        return;
    }
    if (x->mode == MODE_CONST) check_default(c, x);
    if (!operand_valid(x)) return;
    Type *under = type_under(x->type);
    if (under->kind == TYPE_POINTER && !check_complete(c, under->elem)) return;
    Lookup l = type_lookup(x->type, e->selector.name, c->pkg, x->mode == MODE_VAR);
    switch (l.kind) {
    case LOOKUP_FIELD: check_field(c, e, &l); break;
    case LOOKUP_METHOD:
    case LOOKUP_IFACE_METHOD: check_method(c, e, &l); break;
    default: report_missing(c, e, &l);
    }
}
