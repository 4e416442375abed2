/* check.c: the checker's context: errors, scopes, delayed work, and the order in which a package is checked.
 *
 * Floor 3. See check.h.
 */
#include "check.h"

#include <stdarg.h>

/* ---- errors
 * ------------------------------------------------------------------------------------------------ */

static bool error_dropped; /* the latest error was not reported: neither are its notes */

static bool follows_from_earlier(const char *msg) {
    const char *p = strstr(msg, "invalid operand"), *q = strstr(msg, "invalid type");
    return (p && p > msg) || (q && q > msg);
}

static void report(Checker *c, Pos from, Pos to, const char *msg) {
    error_dropped = diag_error_count() && follows_from_earlier(msg);
    if (error_dropped) return;
    if (c->env.errpos) from = c->env.errpos, to = 0;
    c->errors++;
    diag_error(from, to, "%s", msg);
}

void check_error(Checker *c, Pos from, Pos to, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    report(c, from, to, arena_vprintf(c->arena, fmt, args));
    va_end(args);
}

void check_soft_error(Checker *c, Pos from, Pos to, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    report(c, from, to, arena_vprintf(c->arena, fmt, args));
    va_end(args);
}

void check_error_at(Checker *c, const Expr *e, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    report(c, e->pos, e->end, arena_vprintf(c->arena, fmt, args));
    va_end(args);
}

void check_note(Checker *c, Pos pos, const char *fmt, ...) {
    if (error_dropped) return;
    va_list args;
    va_start(args, fmt);
    diag_note(pos, "%s", arena_vprintf(c->arena, fmt, args));
    va_end(args);
}

void check_note_other(Checker *c, const Object *other) {
    if (other->pos) check_note(c, other->pos, "other declaration of %s", other->name);
}

const char *check_printf(Checker *c, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const char *s = arena_vprintf(c->arena, fmt, args);
    va_end(args);
    return s;
}

const char *check_type_text(Checker *c, Type *t) { return type_string(t, c->pkg); }

const char *check_types_text(Checker *c, const TypeList *ts) {
    const char *s = "";
    for (int i = 0; i < ts->n; i++)
        s = check_printf(c, "%s%s%s", s, i ? ", " : "", check_type_text(c, ts->v[i]));
    return s;
}

const char *check_pos_text(Checker *c, Pos pos) {
    return check_printf(c, "%s:%d:%d", source_path(pos), source_line(pos), source_col(pos));
}

const char *check_object_kind(const Object *obj) {
    static const char *const roles[] = {
        [VAR_GLOBAL] = "package-level variable", [VAR_LOCAL] = "local variable", [VAR_PARAM] = "parameter",
        [VAR_RESULT] = "result variable",        [VAR_RECV] = "receiver",        [VAR_FIELD] = "struct field",
    };
    switch (obj->kind) {
    case OBJ_PACKAGE: return "package name";
    case OBJ_CONST: return "constant";
    case OBJ_TYPE:
        if (obj->type && obj->type->kind == TYPE_ALIAS) return "type alias";
        return obj->type && obj->type->kind == TYPE_PARAM ? "type parameter" : "defined type";
    case OBJ_VAR: return roles[obj->role];
    case OBJ_FUNC: return obj->func && obj->func->recv ? "method" : "function";
    case OBJ_BUILTIN: return "built-in function";
    case OBJ_NIL: return "untyped nil";
    case OBJ_LABEL: return "label";
    default: return "object";
    }
}

/* Enough for the deepest tree that the parser makes (10,000), within half of the usual stack of 8 MB. */
enum { MAX_DEPTH = 40000 };

bool check_enter(Checker *c, Pos at) {
    if (c->depth >= MAX_DEPTH) {
        if (!c->too_deep) check_error(c, at, 0, "expression nested too deeply");
        c->too_deep = true;
        return false;
    }
    c->depth++;
    return true;
}

void check_leave(Checker *c) { c->depth--; }

/* ---- scopes
 * ------------------------------------------------------------------------------------------------ */

Scope *check_open_scope(Checker *c) { return c->env.scope = scope_new(c->env.scope); }
void check_close_scope(Checker *c) { c->env.scope = scope_parent(c->env.scope); }

static bool is_blank(const char *name) { return name[0] == '_' && !name[1]; }

void check_declare(Checker *c, Scope *scope, Object *obj, Pos at) {
    if (is_blank(obj->name)) return;
    Object *other = scope_insert(scope, obj);
    if (other) {
        check_error(c, obj->pos, 0, "%s redeclared in this block", obj->name);
        check_note_other(c, other);
        return;
    }
    obj->scope_pos = at;
}

Object *check_new_local(Checker *c, const char *name, Pos pos, Type *type) {
    Object *obj = object_new(OBJ_VAR, name, pos, type, c->pkg);
    obj->role = VAR_LOCAL;
    obj->func = c->env.fn;
    obj->file = c->env.file;
    return obj;
}

void check_depend(Checker *c, Object *obj) {
    DeclInfo *from = c->env.decl, *to = obj->dep;
    if (!from || !to || obj->pkg != c->pkg || to->seen == from) return;
    to->seen = from;
    vec_push(c->arena, &from->deps, obj);
}

/* ---- delayed work
 * ------------------------------------------------------------------------------------------ */

void check_later(Checker *c, CheckAction *run, void *a, void *b) {
    vec_push(c->arena, &c->delayed, ((CheckDelayed){run, a, b}));
}

void check_process_delayed(Checker *c, int from) {
    for (int i = from; i < c->delayed.n; i++) {
        CheckDelayed d = c->delayed.v[i];
        d.run(c, d.a, d.b); /* may add more */
    }
    c->delayed.n = from;
}

static void run_body(Checker *c, void *a, void *b) {
    FuncNode *fn = a;
    CheckEnv saved = c->env, *env = b;
    c->env = *env;
    c->env.fn = fn;
    c->env.scope = fn->scope;
    c->env.has_label = c->env.has_call_or_recv = c->env.in_tparams = false;
    check_func_body(c, fn);
    c->env = saved;
}

void check_later_body(Checker *c, FuncNode *fn) {
    if (!c->pkg->bodies && !c->env.fn) return;
    if (!fn->obj) {
        fn->outer = c->env.fn;
        if (c->env.fn) vec_push(c->arena, &c->env.fn->literals, fn);
    }
    CheckEnv *env = ARENA_NEW(c->arena, CheckEnv);
    *env = c->env;
    check_later(c, run_body, fn, env);
}

/* ---- packages
 * ---------------------------------------------------------------------------------------------- */

static Checker *current;

static void resolve_object(Object *obj) {
    if (current && obj->pkg == current->pkg) check_object(current, obj);
}

static void check_package_names(Checker *c) {
    for (int i = 0; i < c->pkg->files.n; i++) {
        AstFile *f = c->pkg->files.v[i];
        f->package = c->pkg;
        f->scope = scope_new(c->pkg->scope);
        if (is_blank(f->package_name))
            check_error(c, f->package_pos, 0, "invalid package name _");
        else if (f->package_name != c->pkg->name)
            check_error(c, f->package_pos, 0, "package %s; expected package %s", f->package_name,
                        c->pkg->name);
    }
}

static void check_one_package(Checker *c) {
    check_package_names(c);
    check_collect(c);
    check_direct_cycles(c);
    check_package_objects(c);
    check_process_delayed(c, 0);
    check_init_order(c);
    if (!c->errors) check_sizes(c);
    if (!c->errors) check_interface_cycles(c);
    if (!c->errors && !diag_error_count()) check_instance_cycles(c);
    if (c->pkg->bodies) check_unused_imports(c);
    if (c->pkg->bodies && !c->pkg->std) check_directives(c);
}

enum { UNCHECKED, IN_PROGRESS, CHECKED, FAILED };

bool check_package(Package *pkg) {
    universe_scope();
    if (pkg->state >= CHECKED) return pkg->state == CHECKED;
    if (pkg->state == IN_PROGRESS) return false;
    pkg->state = IN_PROGRESS;
    if (!pkg->scope) pkg->scope = scope_new(universe_scope());
    Checker *c = ARENA_NEW(type_arena(), Checker), *outer = current;
    c->arena = type_arena();
    c->pkg = pkg;
    Package *outer_text = type_text_package;
    pkg->checker = c;
    current = c;
    type_text_package = pkg;
    type_resolve_object = resolve_object;
    check_one_package(c);
    current = outer;
    type_text_package = outer_text;
    pkg->state = c->errors ? FAILED : CHECKED;
    return !c->errors;
}

bool package_need_body(FuncNode *fn) {
    if (!fn->body || fn->body_checked) return fn->body;
    Package *pkg = fn->obj->pkg;
    Checker *c = pkg->checker, *outer = current;
    Package *outer_text = type_text_package;
    if (pkg->bodies || !c) return true;
    const int before = c->errors;
    fn->body_checked = true;
    current = c;
    type_text_package = pkg;
    DeclInfo *d = fn->obj->dep;
    CheckEnv env = {.file = d->file, .decl = d};
    run_body(c, fn, &env);
    check_process_delayed(c, 0);
    current = outer;
    type_text_package = outer_text;
    return c->errors == before;
}
