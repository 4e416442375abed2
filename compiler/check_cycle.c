/* check_cycle.c: declarations that refer to themselves.
 *
 * Floor 3. Three searches: names that stand for each other (type A B; type B A), before anything is checked;
 * objects that are met again while they are checked, for which a type's cycle is fine and a constant's is
 * not; and types that hold themselves by value, once all is known.
 */
#include "check.h"

static const char *name_of(Checker *c, const Object *obj) {
    if (obj->type && obj->type->kind == TYPE_NAMED && obj->type->named.origin)
        return check_type_text(c, obj->type);
    if (obj->pkg && obj->pkg != c->pkg) return check_printf(c, "%s.%s", obj->pkg->name, obj->name);
    return obj->name;
}

void check_cycle_error(Checker *c, Object *const *cycle, int n, int first) {
    const Object *obj = cycle[first];
    const bool is_type = obj->kind == OBJ_TYPE;
    if (is_type && obj->type && obj->type->kind == TYPE_ALIAS)
        obj->type->alias.target = type_basic(TYPE_INVALID);
    if (n == 1) {
        check_error(c, obj->pos, 0,
                    is_type ? "invalid recursive type: %s refers to itself"
                            : "invalid cycle in declaration: %s refers to itself",
                    name_of(c, obj));
        return;
    }
    check_error(c, obj->pos, 0, is_type ? "invalid recursive type %s" : "invalid cycle in declaration of %s",
                name_of(c, obj));
    for (int i = 0; i < n; i++) {
        const Object *next = cycle[(first + i + 1) % n];
        check_note(c, obj->pos, "%s refers to %s", name_of(c, obj), name_of(c, next));
        obj = next;
    }
}

static int first_in_source(Object *const *cycle, int n) {
    int first = 0;
    for (int i = 1; i < n; i++)
        if (cycle[i]->pos < cycle[first]->pos) first = i;
    return first;
}

bool check_valid_cycle(Checker *c, Object *obj) {
    int start = c->path.n - 1;
    while (start > 0 && c->path.v[start] != obj) start--;
    Object *const *cycle = &c->path.v[start];
    const int n = c->path.n - start;
    int values = 0, types = 0;
    for (int i = 0; i < n; i++) {
        const Object *o = cycle[i];
        if (o->kind == OBJ_CONST || o->kind == OBJ_VAR) values++;
        if (o->kind != OBJ_TYPE) continue;
        if (c->env.in_tparams && o->type && type_is_generic(o->type)) return true;
        if (!o->decl->type.alias) types++;
    }
    /* Values only: a matter of the order of initialisation. Through a type definition: checked by
     * check_valid_type. */
    if (values == n || (!values && types)) return true;
    check_cycle_error(c, cycle, n, first_in_source(cycle, n));
    return false;
}

/* Whether obj is being checked; reports that as a cycle. */
static bool in_progress(Checker *c, const Object *obj) {
    int start = c->path.n - 1;
    if (obj->state != 1 || start < 0) return false;
    while (start > 0 && c->path.v[start] != obj) start--;
    if (c->path.v[start] != obj) return false;
    Object *const *cycle = &c->path.v[start];
    check_cycle_error(c, cycle, c->path.n - start, first_in_source(cycle, c->path.n - start));
    return true;
}

static bool named_variable_size(Checker *c, Type *t) {
    Object *obj = t->named.obj;
    if (!t->named.origin && in_progress(c, obj)) return true;
    if (t->named.valid) return check_variable_size(c, t->named.rhs); /* holds itself nowhere */
    if (obj->state == 1 || !check_enter(c, obj->pos)) return false;
    const int state = obj->state;
    obj->state = 1; /* on the way: meeting it again is a cycle too */
    vec_push(c->arena, &c->path, obj);
    type_under(t);
    const bool variable = t->named.rhs && check_variable_size(c, t->named.rhs);
    c->path.n--;
    obj->state = (uint8_t)state;
    check_leave(c);
    return variable;
}

bool check_variable_size(Checker *c, Type *t) {
    t = type_unalias(t);
    switch (t->kind) {
    case TYPE_PARAM: return true;
    case TYPE_NAMED: return named_variable_size(c, t);
    case TYPE_ARRAY: return check_variable_size(c, t->array.elem);
    case TYPE_STRUCT:
        for (int i = 0; i < t->struct_.fields.n; i++)
            if (check_variable_size(c, t->struct_.fields.v[i].type)) return true;
        return false;
    default: return false;
    }
}

bool check_complete(Checker *c, Type *t) {
    for (int steps = 0; t && steps < 1000; steps++) {
        const Object *obj = t->kind == TYPE_ALIAS                       ? t->alias.obj
                            : t->kind == TYPE_NAMED && !t->named.origin ? t->named.obj
                                                                        : NULL;
        if (!obj) return true;
        if (in_progress(c, obj)) return false;
        t = t->kind == TYPE_ALIAS ? t->alias.target : t->named.rhs;
    }
    return true;
}

/* The declared type that a type declaration merely renames, or NULL. */
static Object *renamed(Checker *c, const Object *obj) {
    const Expr *e = obj->decl->type.type;
    if (e->kind != EXPR_NAME) return NULL;
    Object *next = scope_find(c->pkg->scope, e->name.name);
    return next && next->kind == OBJ_TYPE ? next : NULL;
}

void check_direct_cycles(Checker *c) {
    for (int i = 0; i < c->objects.n; i++) {
        ObjectList path = {0};
        for (Object *obj = c->objects.v[i]; obj && obj->kind == OBJ_TYPE; obj = renamed(c, obj)) {
            DeclInfo *info = obj->dep;
            if (info->walk < 0) break; /* walked in an earlier round */
            if (info->walk > 0) {
                const int start = info->walk - 1, n = path.n - start;
                obj->type = type_basic(TYPE_INVALID);
                check_cycle_error(c, path.v + start, n, first_in_source(path.v + start, n));
                break;
            }
            vec_push(c->arena, &path, obj);
            info->walk = path.n;
        }
        for (int j = 0; j < path.n; j++) ((DeclInfo *)path.v[j]->dep)->walk = -1;
    }
}

/* ---- anonymous interfaces that refer to themselves
 * ----------------------------------------------------------- */

/* Type.iface.walk: 0 new, 1 being walked, 2 done. Named types end the walk: they can be told by name. */
static bool has_cycle(Type *t);

static bool list_has_cycle(const TypeList *list) {
    for (int i = 0; i < list->n; i++)
        if (has_cycle(list->v[i])) return true;
    return false;
}

static bool interface_has_cycle(Type *t) {
    if (t->iface.walk) return t->iface.walk == 1;
    type_iface_complete(t);
    t->iface.walk = 1;
    bool cycle = false;
    for (int i = 0; i < t->iface.all.n && !cycle; i++)
        cycle = t->iface.all.v[i].sig && has_cycle(t->iface.all.v[i].sig);
    t->iface.walk = 2;
    return cycle;
}

static bool has_cycle(Type *t) {
    t = type_unalias(t);
    switch (t->kind) {
    case TYPE_ARRAY: return has_cycle(t->array.elem);
    case TYPE_SLICE:
    case TYPE_POINTER: return has_cycle(t->elem);
    case TYPE_CHAN: return has_cycle(t->chan.elem);
    case TYPE_MAP: return has_cycle(t->map.key) || has_cycle(t->map.elem);
    case TYPE_FUNC: return list_has_cycle(&t->func.params) || list_has_cycle(&t->func.results);
    case TYPE_STRUCT:
        for (int i = 0; i < t->struct_.fields.n; i++)
            if (has_cycle(t->struct_.fields.v[i].type)) return true;
        return false;
    case TYPE_INTERFACE: return interface_has_cycle(t);
    default: return false;
    }
}

void check_interface_cycles(Checker *c) {
    for (int i = 0; i < c->ifaces.n; i++) {
        const Expr *e = c->ifaces.v[i];
        if (e->type && e->type->kind == TYPE_INTERFACE && has_cycle(e->type))
            check_error(c, e->pos, 0,
                        "invalid recursive type: anonymous interface refers to itself (see "
                        "https://go.dev/issue/56103)");
    }
}

/* ---- types that hold themselves
 * ------------------------------------------------------------------------------ */

/* nest: the named types whose declarations enclose the present one, by value; path: all that were gone
 * through. */
typedef struct Walk {
    Checker *c;
    TypeList nest, path;
} Walk;

static bool valid(Walk *w, Type *t);

static bool report_holder(Walk *w, Type *t) {
    Type *origin = t->named.origin ? t->named.origin : t;
    origin->named.rhs = origin->named.underlying = t->named.underlying = type_basic(TYPE_INVALID);
    int start = 0;
    while (start < w->path.n - 1 && !type_identical(w->path.v[start], t)) start++;
    ObjectList cycle = {0};
    for (int i = start; i < w->path.n; i++) {
        Object *shown = w->path.v[i]->named.obj;
        if (w->path.v[i]->named.origin) { /* an instance shows its arguments */
            const Pos pos = w->path.v[i]->named.pos;
            shown = object_new(OBJ_TYPE, shown->name, pos ? pos : shown->pos, w->path.v[i], shown->pkg);
            shown->decl = w->path.v[i]->named.obj->decl;
        }
        vec_push(w->c->arena, &cycle, shown);
    }
    check_cycle_error(w->c, cycle.v, cycle.n, 0);
    return false;
}

static bool valid_named(Walk *w, Type *t) {
    if (t->named.valid) return true;
    for (int i = 0; i < w->nest.n; i++)
        if (type_identical(w->nest.v[i], t)) return report_holder(w, t);
    Type *origin = t->named.origin ? t->named.origin : t;
    if (!origin->named.rhs) return true;
    if (w->path.n > 500) return true; /* an instance that grows without end; check_instance limits those */
    vec_push(w->c->arena, &w->nest, t);
    vec_push(w->c->arena, &w->path, t);
    const bool ok = valid(w, origin->named.rhs);
    w->nest.n--;
    w->path.n--;
    if (ok && !t->named.origin && !t->named.tparams.n) t->named.valid = true;
    return ok;
}

/* A type parameter stands for the argument of the innermost instance, which was written outside of it. */
static bool valid_param(Walk *w, Type *t) {
    if (!w->nest.n) return true;
    Type *inst = w->nest.v[w->nest.n - 1];
    if (!inst->named.origin) return true;
    const TypeList *params = &inst->named.origin->named.tparams;
    for (int i = 0; i < params->n && i < inst->named.targs.n; i++) {
        if (params->v[i] != t) continue;
        w->nest.n--;
        const bool ok = valid(w, inst->named.targs.v[i]);
        w->nest.v[w->nest.n++] = inst;
        return ok;
    }
    return true;
}

static bool valid(Walk *w, Type *t) {
    if (!t) return true;
    t = type_unalias(t);
    switch (t->kind) {
    case TYPE_ARRAY: return valid(w, t->array.elem);
    case TYPE_STRUCT:
        for (int i = 0; i < t->struct_.fields.n; i++)
            if (!valid(w, t->struct_.fields.v[i].type)) return false;
        return true;
    case TYPE_UNION:
        for (int i = 0; i < t->union_.terms.n; i++)
            if (!valid(w, t->union_.terms.v[i].type)) return false;
        return true;
    case TYPE_INTERFACE:
        for (int i = 0; i < t->iface.embeds.n; i++)
            if (!valid(w, t->iface.embeds.v[i])) return false;
        return true;
    case TYPE_NAMED: return valid_named(w, t);
    case TYPE_PARAM: return valid_param(w, t);
    default: return true;
    }
}

void check_valid_type(Checker *c, Type *named) {
    Walk w = {.c = c};
    valid(&w, named);
}
