// Function literals, and functions and methods as values.
//
// Floor 5. A func value's code takes its context as an extra last argument. Thunks give that shape to what
// has another: declared functions, methods. They are built directly, not from source.
#include "lower.h"

// ---- literals --------------------------------------------------------------------------------------------

static const char *literal_name(Fn *fn, IrFunc *outer, int number) {
    if (!outer->go_name) return arena_printf(fn->a, "%s.func%d", fn->l->pkg->path, number);
    return arena_printf(fn->a, outer->kind == IRF_LITERAL ? "%s.%d" : "%s.func%d", outer->go_name, number);
}

static Fn literal_fn(Fn *fn, FuncNode *node, IrContext ctx) {
    if (fn->is_init) lower_mark_variables(node);
    IrFunc *f = lower_new_func(fn->l, IRF_LITERAL, fn_type(fn, node->sig), node->pos);
    f->outer = fn->f;
    f->pkg = fn->f->pkg;
    f->number = ++fn->f->next_literal;
    f->go_name = literal_name(fn, fn->f, f->number);
    f->ctx = ctx;
    f->node = node;
    f->recovers = node->has_recover;
    return (Fn){.l = fn->l,
                .a = fn->a,
                .f = f,
                .outer = fn,
                .node = node,
                .tparams = fn->tparams,
                .targs = fn->targs};
}

// The literal of a go or defer statement: called once, its arguments are in the context.
static void params_from_context(Fn *lit, IrStmtList *prologue) {
    IrStmtList *saved = fn_push(lit, prologue);
    lit->pos = lit->node->body->lbrace;
    for (int i = 0; i < lit->node->param_objs.n; i++) {
        Object *obj = lit->node->param_objs.v[i];
        IrVar *c = ir_new_var(lit->a, lit->f, IRV_CAPTURE, obj->name, fn_type(lit, obj->type), obj->pos);
        fn_declare(lit, obj, ir_var(lit->a, c));
    }
    fn_pop(lit, saved);
    lit->f->sig = type_new_func((TypeList){0}, (TypeList){0}, false);
    lit->f->result = &ir_type_void;
}

IrFunc *lower_literal_body(Fn *fn, FuncNode *node, IrContext ctx) {
    Fn lit = literal_fn(fn, node, ctx);
    IrStmtList prologue = {0};
    if (ctx == IRCTX_CLOSURE) {
        lower_make_params(fn->l, lit.f);
        lower_bind_params(&lit);
    } else {
        params_from_context(&lit, &prologue);
    }
    lower_body(fn->l, &lit, &prologue);
    return lit.f;
}

IrExpr *lower_closure_of(Fn *fn, IrFunc *literal, Type *type, const char *what) {
    IrExpr *e = ir_expr(
        fn->a, literal->captures.n || literal->ctx != IRCTX_CLOSURE ? IRX_CLOSURE : IRX_FUNCVAL, type);
    e->func = literal;
    e->what = what;
    e->pos = literal->pos;
    for (int i = 0; i < literal->captures.n; i++) {
        IrVar *c = literal->captures.v[i];
        if (!c->outer) continue; // an argument, supplied by the caller
        IrExpr *v = ir_var(fn->a, c->outer);
        vec_push(fn->a, &e->args, c->by_ref ? lower_address(fn, v) : v);
    }
    return e;
}

IrExpr *lower_func_literal(Fn *fn, Expr *e) {
    IrFunc *f = lower_literal_body(fn, e->func, IRCTX_CLOSURE);
    return lower_closure_of(fn, f, fn_etype(fn, e), "func literal");
}

// ---- thunks ----------------------------------------------------------------------------------------------

bool lower_may_recover(const IrFunc *f) { return f->recovers || f->external; }

static IrExpr *func_address(Fn *fn, IrFunc *f) {
    IrExpr *e = ir_expr(fn->a, IRX_FUNCADDR, &ir_type_code);
    e->func = f;
    return e;
}

// Where the code of the callee is, or NULL if it cannot recover.
static IrExpr *callee_code(Fn *fn, CallParts *p) {
    if (fn->f->ctx == IRCTX_GO) return NULL; // nothing is deferred there
    if (p->kind == CALLEE_STATIC) return lower_may_recover(p->func) ? func_address(fn, p->func) : NULL;
    IrExpr *x = ir_copy(fn->a, p->fn);
    if (p->kind == CALLEE_FUNC) {
        IrExpr *word = ir_unary(fn->a, IRX_BITCAST, type_basic(TYPE_UNSAFE_POINTER), x);
        return ir_unary(fn->a, IRX_DEREF, &ir_type_code, word); // panics for a nil function
    }
    IrExpr *code = ir_unary(fn->a, IRX_IFACE_CODE, &ir_type_code, x);
    code->index = p->index;
    return code;
}

void lower_forward(Fn *fn, CallParts *p) {
    if (p->kind == CALLEE_FUNC) p->fn = fn_save(fn, p->fn);
    if (p->kind == CALLEE_IFACE) {
        p->fn = p->fn->kind == IRX_VAR ? p->fn : ir_var(fn->a, fn_decl_temp(fn, p->fn));
        IrExpr *tab = ir_unary(fn->a, IRX_IFACE_TAB, &ir_type_itab, ir_copy(fn->a, p->fn));
        lower_nilcheck(fn, tab);
    }
    IrExpr *code = callee_code(fn, p);
    if (code)
        fn_effect(fn, ir_rtcall(fn->a, IRRT_RECOVER_PASS, &ir_type_void, 2, func_address(fn, fn->f), code));
    IrExpr *call = lower_make_call(fn, p, 0);
    if (p->result == &ir_type_void || fn->f->result == &ir_type_void) {
        fn_effect(fn, call);
        return;
    }
    IrStmt *ret = fn_stmt(fn, IRS_RETURN);
    vec_push(fn->a, &ret->args, call);
    fn_emit(fn, ret);
}

static IrFuncList *thunks_of(Lower *l, PtrMap *map, const void *key) {
    IrFuncList *list = ptrmap_get(map, key);
    if (!list) ptrmap_put(l->a, map, key, list = ARENA_NEW(l->a, IrFuncList));
    return list;
}

static bool same_targs(const TypeList *a, const TypeList *b) {
    if (a->n != (b ? b->n : 0)) return false;
    for (int i = 0; i < a->n; i++)
        if (!type_identical(a->v[i], b->v[i])) return false;
    return true;
}

static IrFunc *find_thunk(IrFuncList *list, IrFuncKind kind, const char *name, Package *pkg,
                          const TypeList *margs) {
    for (int i = 0; i < list->n; i++)
        if (list->v[i]->kind == kind && list->v[i]->name == name && list->v[i]->name_pkg == pkg &&
            same_targs(&list->v[i]->targs, margs))
            return list->v[i];
    return NULL;
}

// Names decide: an exported method has the same thunk whatever package it comes from.
static Package *thunk_package(const char *name, Package *pkg) { return object_exported(name) ? NULL : pkg; }

static IrFunc *new_thunk(Lower *l, IrFuncKind kind, Type *recv, const char *name, Package *pkg, Type *sig) {
    IrFunc *f = lower_new_func(l, kind, sig, 0);
    f->recv = type_canon(type_unalias(recv));
    f->name = name;
    f->name_pkg = thunk_package(name, pkg);
    f->weak = true;
    vec_push(l->a, thunks_of(l, &l->wrappers, f->recv), f);
    return f;
}

static IrFunc *known_thunk(Lower *l, IrFuncKind kind, Type *recv, const char *name, Package *pkg,
                           const TypeList *margs) {
    Type *key = type_canon(type_unalias(recv));
    return find_thunk(thunks_of(l, &l->wrappers, key), kind, name, thunk_package(name, pkg), margs);
}

static void pass_params(Fn *fn, CallParts *p, int from) {
    for (int i = from; i < fn->f->params.n; i++) vec_push(fn->a, &p->args, ir_var(fn->a, fn->f->params.v[i]));
}

static void add_params(Fn *fn, Type *sig) {
    for (int i = 0; i < sig->func.params.n; i++)
        ir_new_var(fn->a, fn->f, IRV_PARAM, NULL, sig->func.params.v[i], 0);
    for (int i = 0; i < sig->func.results.n; i++)
        ir_new_var(fn->a, fn->f, IRV_RESULT, NULL, sig->func.results.v[i], 0);
}

IrExpr *lower_func_value(Lower *l, IrFunc *target, Type *type) {
    IrFunc *f = ptrmap_get(&l->funcvals, target);
    if (!f) {
        f = lower_new_func(l, IRF_FUNCVAL, target->sig, target->pos);
        f->target = target;
        f->pkg = target->pkg;
        f->name = target->name;
        f->ctx = IRCTX_CLOSURE;
        f->weak = true;
        ptrmap_put(l->a, &l->funcvals, target, f);
        Fn fn = {.l = l, .a = l->a, .f = f, .out = &f->body};
        add_params(&fn, f->sig);
        CallParts p = {.kind = CALLEE_STATIC, .func = target, .sig = target->sig, .result = target->result};
        pass_params(&fn, &p, 0);
        lower_forward(&fn, &p);
    }
    IrExpr *e = ir_expr(l->a, IRX_FUNCVAL, type);
    e->func = f;
    return e;
}

// ---- method values and expressions -----------------------------------------------------------------------

// The receiver is the one capture; the method is looked up again on its type.
static IrFunc *method_value_thunk(Fn *fn, Type *recv, const Lookup *found, const TypeList *margs, Type *sig) {
    const char *name = found->method.name;
    Package *pkg = found->method.pkg;
    IrFunc *f = known_thunk(fn->l, IRF_METHOD_VALUE, recv, name, pkg, margs);
    if (f) return f;
    f = new_thunk(fn->l, IRF_METHOD_VALUE, recv, name, pkg, sig);
    memcpy(&f->targs, margs, sizeof f->targs);
    f->ctx = IRCTX_CLOSURE;
    Fn thunk = {.l = fn->l, .a = fn->a, .f = f, .out = &f->body};
    IrVar *r = ir_new_var(fn->a, f, IRV_CAPTURE, intern_z("recv"), recv, 0);
    add_params(&thunk, f->sig);
    Lookup direct = type_lookup(recv, name, pkg, true);
    CallParts p = lower_found_method(&thunk, ir_var(fn->a, r), &direct, margs);
    pass_params(&thunk, &p, 0);
    lower_forward(&thunk, &p);
    return f;
}

IrExpr *lower_method_value(Fn *fn, Expr *e, Expr *selector, const TypeList *margs) {
    CallParts p = lower_method_parts(fn, selector, margs);
    IrExpr *recv = p.kind == CALLEE_IFACE ? p.fn : p.args.v[0];
    if (p.kind == CALLEE_IFACE) {
        recv = fn_save(fn, recv);
        lower_nilcheck(fn, ir_unary(fn->a, IRX_IFACE_TAB, &ir_type_itab, ir_copy(fn->a, recv)));
    }
    Package *pkg = p.func ? p.func->pkg : selector->selector.sel.obj->pkg;
    Lookup found = type_lookup(recv->type, selector->selector.name, pkg, true);
    if (found.kind != LOOKUP_METHOD && found.kind != LOOKUP_IFACE_METHOD)
        bug_at(e->pos, "method value of no method");
    IrExpr *c = ir_expr(fn->a, IRX_CLOSURE, fn_etype(fn, e));
    c->func = method_value_thunk(fn, recv->type, &found, margs, p.sig);
    c->what = arena_printf(fn->a, "%s method value", selector->selector.name);
    c->pos = e->pos;
    vec_push(fn->a, &c->args, recv);
    return c;
}

IrExpr *lower_method_expr(Fn *fn, Expr *e, Expr *selector, const TypeList *margs) {
    Type *t = fn_type(fn, selector->selector.x->type), *type = fn_etype(fn, e);
    Package *pkg = selector->selector.sel.obj ? selector->selector.sel.obj->pkg : fn->l->pkg;
    const char *name = selector->selector.name;
    Lookup found = type_lookup(t, name, pkg, true);
    IrFunc *f = known_thunk(fn->l, IRF_METHOD_EXPR, t, name, pkg, margs);
    if (!f) {
        f = new_thunk(fn->l, IRF_METHOD_EXPR, t, name, pkg, type_under(type));
        memcpy(&f->targs, margs, sizeof f->targs);
        f->ctx = IRCTX_CLOSURE;
        Fn thunk = {.l = fn->l, .a = fn->a, .f = f, .out = &f->body};
        add_params(&thunk, f->sig);
        CallParts p = lower_found_method(&thunk, ir_var(fn->a, f->params.v[0]), &found, margs);
        pass_params(&thunk, &p, 1);
        lower_forward(&thunk, &p);
    }
    IrExpr *v = ir_expr(fn->a, IRX_FUNCVAL, type);
    v->func = f;
    return v;
}

// ---- methods through interfaces --------------------------------------------------------------------------

// A value method reached through a nil *T: Go's own panic.
static void check_wrapped_pointer(Fn *fn, IrExpr *word, Type *t, const Lookup *found) {
    if (t->kind != TYPE_POINTER || found->path.n || found->kind != LOOKUP_METHOD || found->method.ptr_recv)
        return;
    Type *named = type_unalias(t->elem);
    IrStmt *s = fn_stmt(fn, IRS_IF);
    s->src = ir_binary(fn->a, IRX_COMPARE, OP_EQ, type_basic(TYPE_BOOL), ir_copy(fn->a, word),
                       ir_zero(fn->a, word->type));
    const char *texts[] = {named->named.obj->pkg ? named->named.obj->pkg->path : "", named->named.obj->name,
                           found->method.name};
    IrExpr *call = ir_rtcall(fn->a, IRRT_PANIC_WRAP, &ir_type_void, 0);
    for (int i = 0; i < 3; i++)
        vec_push(fn->a, &call->args,
                 ir_const(fn->a, const_string(texts[i], (int64_t)strlen(texts[i])), type_basic(TYPE_STRING)));
    IrStmtList *saved = fn_push(fn, &s->body);
    fn_effect(fn, call);
    fn_pop(fn, saved);
    fn_emit(fn, s);
}

IrFunc *lower_iface_entry(Lower *l, Type *t, const MethodSetEntry *m) {
    const Lookup *found = &m->lookup;
    t = type_unalias(t);
    if (t->kind == TYPE_POINTER && found->kind == LOOKUP_METHOD && !found->path.n && found->method.ptr_recv)
        return lower_method_func(l, found, NULL);
    IrFunc *f = known_thunk(l, IRF_IFACE_ENTRY, t, found->method.name, found->method.pkg, NULL);
    if (f) return f;
    f = new_thunk(l, IRF_IFACE_ENTRY, t, found->method.name, found->method.pkg, found->method.sig);
    Fn fn = {.l = l, .a = l->a, .f = f, .out = &f->body};
    IrVar *word = ir_new_var(l->a, f, IRV_PARAM, intern_z("word"), type_basic(TYPE_UNSAFE_POINTER), 0);
    add_params(&fn, f->sig);
    IrExpr *w = ir_var(l->a, word);
    check_wrapped_pointer(&fn, w, t, found);
    CallParts p = lower_found_method(&fn, lower_unbox(&fn, w, t), found, NULL);
    pass_params(&fn, &p, 1);
    lower_forward(&fn, &p);
    return f;
}
