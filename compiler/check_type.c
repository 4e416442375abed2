/* check_type.c: names and type expressions, and instances of generic types.
 *
 * Floor 3. A type expression is an Expr like any other; check_type_expr sets its mode to MODE_TYPE and its
 * type. Questions that need complete types (is a map's key comparable?) are delayed until the declarations
 * that are being checked are done. Function, struct and interface types are in check_typelit.c.
 */
#include "check.h"
#include "check_typelit.h"

/* ---- names
 * ------------------------------------------------------------------------------------------------- */

/* A use of a local variable from within a function literal: every literal on the way holds it. */
static void note_capture(Checker *c, Object *obj) {
    if (!obj->func || obj->func == c->env.fn || !c->env.fn) return;
    obj->captured = true;
    for (FuncNode *fn = c->env.fn; fn && fn != obj->func; fn = fn->outer) {
        int i = 0;
        while (i < fn->captured.n && fn->captured.v[i] != obj) i++;
        if (i == fn->captured.n) vec_push(c->arena, &fn->captured, obj);
    }
}

/* A name found in the file's scope that is no package came through a dot-import. */
static void use_dot_import(Checker *c, const Object *obj) {
    for (int i = 0; i < c->imports.n; i++) {
        Object *imp = c->imports.v[i];
        if (imp->file == c->env.file && imp->imported == obj->pkg && !strcmp(imp->name, "."))
            imp->used = true;
    }
}

static void name_const(Checker *c, Expr *e, Object *obj) {
    check_depend(c, obj);
    if (!type_is_valid(obj->type)) return;
    if (obj == universe_iota) {
        if (!c->env.iota) {
            check_error_at(c, e, "cannot use iota outside constant declaration");
            return;
        }
        e->val = (Const *)c->env.iota;
    } else {
        e->val = obj->val;
    }
    e->mode = MODE_CONST;
}

static void name_undefined(Checker *c, Expr *e) {
    if (!strcmp(e->name.name, "_")) {
        check_error_at(c, e, "cannot use _ as value or type");
    } else {
        check_error_at(c, e, "undefined: %s", e->name.name);
        check_hint_name(c, e->name.name, c->selected == e);
    }
}

void check_name(Checker *c, Expr *e, bool want_type) {
    Scope *where = NULL;
    e->mode = MODE_INVALID;
    e->type = type_basic(TYPE_INVALID);
    e->val = NULL;
    Object *obj = scope_lookup(c->env.scope, e->name.name, 0, &where);
    if (!obj) {
        name_undefined(c, e);
        return;
    }
    e->name.obj = obj;
    const bool is_type = obj->kind == OBJ_TYPE;
    if (want_type && !is_type) {
        check_error_at(c, e, "%s (%s) is not a type", obj->name, check_object_kind(obj));
        obj->used = true;
        return;
    }
    if (!obj->type || (is_type && want_type && obj->pkg == c->pkg)) check_object(c, obj);
    if (!obj->type) obj->type = type_basic(TYPE_INVALID);
    if (c->env.file && where == c->env.file->scope && obj->kind != OBJ_PACKAGE) use_dot_import(c, obj);
    switch (obj->kind) {
    case OBJ_PACKAGE: check_error_at(c, e, "use of package %s not in selector", obj->name); return;
    case OBJ_CONST: name_const(c, e, obj); break;
    case OBJ_TYPE: e->mode = MODE_TYPE; break;
    case OBJ_VAR:
        obj->used = true;
        check_depend(c, obj);
        if (!type_is_valid(obj->type)) return;
        note_capture(c, obj);
        e->mode = MODE_VAR;
        break;
    case OBJ_FUNC:
        check_depend(c, obj);
        e->mode = MODE_VALUE;
        break;
    case OBJ_BUILTIN: e->mode = MODE_BUILTIN; break;
    case OBJ_NIL: e->mode = MODE_NIL; break;
    default: return;
    }
    if (e->mode != MODE_INVALID) e->type = obj->type;
}

/* ---- arrays
 * ------------------------------------------------------------------------------------------------ */

int64_t check_array_length(Checker *c, Expr *e) {
    if (e->kind == EXPR_NAME) { /* a type parameter list without constraint is taken for an array type */
        const Object *obj = scope_lookup(c->env.scope, e->name.name, 0, NULL);
        if (!obj) {
            check_error_at(c, e, "undefined array length %s or missing type constraint", e->name.name);
            return -1;
        }
        if (obj->kind != OBJ_CONST) {
            check_error_at(c, e, "invalid array length %s", e->name.name);
            return -1;
        }
    }
    check_expr(c, e, NULL);
    if (e->mode == MODE_INVALID) return -1;
    if (e->mode != MODE_CONST) {
        check_error_at(c, e, "array length %s must be constant", check_operand_text(c, e));
        return -1;
    }
    if (type_is_untyped(e->type) || type_is_integer(e->type)) {
        int64_t n;
        const Const *val = const_to_int(e->val);
        if (const_kind(val) == CONST_INT && const_to_int64(val, &n) && n >= 0) {
            if (type_is_untyped(e->type)) convert_untyped(c, e, type_basic(TYPE_INT));
            return n;
        }
    }
    check_error_at(c, e,
                   type_is_integer(e->type) ? "invalid array length %s" : "array length %s must be integer",
                   check_operand_text(c, e));
    return -1;
}

static Type *array_type(Checker *c, Expr *e) {
    int64_t len = -1;
    if (e->array.len->kind == EXPR_ELLIPSIS)
        check_error_at(c, e, "invalid use of [...] array (outside a composite literal)");
    else
        len = check_array_length(c, e->array.len);
    Type *elem = check_var_type(c, e->array.elem);
    if (len < 0) return type_basic(TYPE_INVALID);
    vec_push(c->arena, &c->arrays, e);
    return type_new_array(elem, len);
}

/* ---- type expressions
 * -------------------------------------------------------------------------------------- */

static void later_var_type(Checker *c, void *a, void *b) {
    const Expr *e = a;
    Type *t = b, *u = type_under(t);
    if (u->kind != TYPE_INTERFACE || !type_iface_is_constraint(u)) return;
    if (u->iface.comparable)
        check_soft_error(c, e->pos, e->end,
                         "cannot use type %s outside a type constraint: interface is (or embeds) comparable",
                         check_type_text(c, t));
    else
        check_soft_error(c, e->pos, e->end,
                         "cannot use type %s outside a type constraint: interface contains type constraints",
                         check_type_text(c, t));
}

static bool may_be_constraint(Type *t) {
    return t->kind == TYPE_NAMED || t->kind == TYPE_ALIAS || t->kind == TYPE_INTERFACE;
}

Type *check_var_type(Checker *c, Expr *e) {
    Type *t = check_type_expr(c, e);
    if (may_be_constraint(t) && t != type_any && t != type_error && !type_is_param(t))
        check_later(c, later_var_type, e, t);
    return t;
}

static void later_map_key(Checker *c, void *a, void *b) {
    const Expr *e = a;
    Type *key = b;
    if (type_comparable_p(key) || !type_is_valid(key)) return;
    check_error_at(c, e, "invalid map key type %s%s", check_type_text(c, key),
                   type_is_param(key) ? " (missing comparable constraint)" : "");
}

static Type *map_type(Checker *c, Expr *e) {
    Type *key = check_var_type(c, e->map.key), *elem = check_var_type(c, e->map.elem);
    if (key->kind >= TYPE_ARRAY) check_later(c, later_map_key, e->map.key, key);
    return type_new_map(key, elem);
}

/* A name or selector that has to be a type. */
static Type *named_type(Checker *c, Expr *e) {
    if (e->kind == EXPR_NAME)
        check_name(c, e, true);
    else
        check_selector(c, e, true);
    switch (e->mode) {
    case MODE_TYPE: return e->type;
    case MODE_INVALID: break;
    case MODE_NOVALUE: check_error_at(c, e, "%s used as type", check_operand_text(c, e)); break;
    default: check_error_at(c, e, "%s is not a type", check_operand_text(c, e));
    }
    return type_basic(TYPE_INVALID);
}

static Type *instantiated_type(Checker *c, Expr *e);

/* What an alias stands for is not known while its declaration is being checked: it is not held against it. */
static bool is_known_invalid(const Type *t) {
    while (t->kind == TYPE_ALIAS && t->alias.target) t = t->alias.target;
    return t->kind == TYPE_INVALID;
}

static Type *pointer_type(Checker *c, Expr *e) {
    Type *base = check_var_type(c, e->star);
    return is_known_invalid(base) ? type_basic(TYPE_INVALID) : type_new_pointer(base);
}

static Type *not_a_type(Checker *c, Expr *e) {
    check_error_at(c, e, "%s is not a type", expr_text(c->arena, e));
    check_use(c, e);
    return type_basic(TYPE_INVALID);
}

static Type *type_expr(Checker *c, Expr *e) {
    switch (e->kind) {
    case EXPR_BAD: return type_basic(TYPE_INVALID);
    case EXPR_NAME:
    case EXPR_SELECTOR: return named_type(c, e);
    case EXPR_INDEX: return instantiated_type(c, e);
    case EXPR_PAREN: return check_type_expr(c, e->paren);
    case EXPR_ARRAY_TYPE: return array_type(c, e);
    case EXPR_SLICE_TYPE: return type_new_slice(check_var_type(c, e->array.elem));
    case EXPR_STAR: return pointer_type(c, e);
    case EXPR_STRUCT_TYPE: return check_struct_type(c, e);
    case EXPR_FUNC_TYPE: return check_func_type(c, e->func);
    case EXPR_INTERFACE_TYPE: return check_interface_type(c, e);
    case EXPR_MAP_TYPE: return map_type(c, e);
    case EXPR_CHAN_TYPE: return type_new_chan(e->chan.dir, check_var_type(c, e->chan.elem));
    case EXPR_ELLIPSIS: check_error_at(c, e, "invalid use of ..."); return type_basic(TYPE_INVALID);
    default: return not_a_type(c, e);
    }
}

/* With any generic type as it is. */
static Type *checked_type(Checker *c, Expr *e) {
    Type *t = type_basic(TYPE_INVALID);
    if (check_enter(c, e->pos)) {
        t = type_expr(c, e);
        check_leave(c);
    }
    e->mode = type_is_valid(t) || t->kind == TYPE_ALIAS ? MODE_TYPE : MODE_INVALID;
    e->type = t;
    e->val = NULL;
    return t;
}

Type *check_type_expr(Checker *c, Expr *e) {
    Type *t = checked_type(c, e);
    if (!check_type_is_generic(t)) return t;
    check_error_at(c, e, "cannot use generic type %s without instantiation", check_type_text(c, t));
    e->mode = MODE_INVALID;
    return e->type = type_basic(TYPE_INVALID);
}

Type *check_generic_type(Checker *c, Expr *e, const char **why) {
    Type *t = checked_type(c, e);
    if (!type_is_valid(t)) return type_basic(TYPE_INVALID);
    if (check_type_is_generic(t)) return t;
    if (why) *why = check_printf(c, "%s is not a generic type", check_type_text(c, t));
    return type_basic(TYPE_INVALID);
}

bool check_type_is_generic(Type *t) {
    return t->kind == TYPE_FUNC ? t->func.tparams.n > 0 : type_is_generic(t);
}

bool check_type_list(Checker *c, const ExprList *xs, TypeList *out) {
    bool ok = true;
    for (int i = 0; i < xs->n; i++) {
        Type *t = check_var_type(c, xs->v[i]);
        ok &= type_is_valid(t);
        vec_push(c->arena, out, t);
    }
    return ok;
}

/* ---- instances
 * --------------------------------------------------------------------------------------------- */

Type *check_instance(Checker *c, Pos pos, Type *generic, const TypeList *targs) {
    if (generic->kind == TYPE_ALIAS &&
        !check_targ_count(c, pos, generic->alias.obj->name, generic->alias.tparams.n, targs->n))
        return type_basic(TYPE_INVALID);
    if (generic->kind == TYPE_FUNC &&
        !check_targ_count(c, pos, check_type_text(c, generic), generic->func.tparams.n, targs->n))
        return type_basic(TYPE_INVALID);
    Type *t = type_instantiate(generic, targs);
    if (t->kind == TYPE_NAMED && !t->named.pos) t->named.pos = pos;
    return t;
}

bool check_verify_instance(Checker *c, const TypeList *tparams, const TypeList *targs, int *index,
                           const char **why) {
    (void)c;
    for (int i = 0; i < tparams->n; i++) {
        Type *p = tparams->v[i];
        type_param_iface(p);
        if (!p->param.constraint) continue;
        Type *bound = type_subst(p->param.constraint, tparams, targs);
        if (type_under(bound)->kind != TYPE_INTERFACE) /* ~int and the like without `interface` */
            bound = type_subst(type_param_iface(p), tparams, targs);
        if (type_satisfies(targs->v[i], bound, why)) continue;
        if (index) *index = i;
        return false;
    }
    return true;
}

bool check_targ_count(Checker *c, Pos pos, const char *name, int want, int got) {
    if (got == want) return true;
    check_error(c, pos, 0, "%s type arguments for type %s: have %d, want %d",
                got < want ? "not enough" : "too many", name, got, want);
    return false;
}

static void later_verify(Checker *c, void *a, void *b) {
    const Expr *e = a;
    Type *inst = b;
    const bool alias = inst->kind == TYPE_ALIAS;
    const Type *origin = alias ? inst->alias.origin : inst->named.origin;
    const TypeList *tparams = alias ? &origin->alias.tparams : &origin->named.tparams;
    const TypeList *targs = alias ? &inst->alias.targs : &inst->named.targs;
    const Object *obj = alias ? inst->alias.obj : inst->named.obj;
    const Expr *x = e->index.x;
    int bad;
    const char *why;
    if (!check_targ_count(c, x->pos, obj->name, tparams->n, targs->n)) return;
    if (check_verify_instance(c, tparams, targs, &bad, &why)) {
        check_note_instance(c, x->pos, tparams, targs, &e->index.index);
        return;
    }
    const Expr *at = bad < e->index.index.n ? e->index.index.v[bad] : x;
    check_soft_error(c, at->pos, at->end, "%s", why);
}

static Type *instantiated_type(Checker *c, Expr *e) {
    const char *why = NULL;
    Expr *x = e->index.x;
    Type *generic = check_generic_type(c, x, &why);
    if (why) {
        const char *args = "";
        for (int i = 0; i < e->index.index.n; i++)
            args = check_printf(c, "%s%s%s", args, i ? ", " : "", expr_text(c->arena, e->index.index.v[i]));
        check_error_at(c, x, "invalid operation: %s[%s] (%s)", expr_text(c->arena, x), args, why);
    }
    if (!type_is_valid(generic) && generic->kind == TYPE_INVALID) {
        check_use_list(c, &e->index.index);
        return type_basic(TYPE_INVALID);
    }
    TypeList targs = {0};
    if (!check_type_list(c, &e->index.index, &targs) || !targs.n) return type_basic(TYPE_INVALID);
    Type *inst = check_instance(c, x->pos, generic, &targs);
    if (inst->kind == TYPE_INVALID) return inst;
    check_later(c, later_verify, e, inst);
    return inst;
}
