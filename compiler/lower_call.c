// Calls: what is called, its receiver and arguments.
//
// Floor 5. lower_call_parts evaluates the operands, lower_make_call makes the call of them: a go or defer
// statement does the first at once and the second in a function of its own.
#include "lower.h"

// ---- methods ---------------------------------------------------------------------------------------------

int lower_iface_index(Type *iface, const char *name, Package *pkg) {
    Type *u = type_iface_complete(type_under(iface));
    for (int i = 0; i < u->iface.all.n; i++) {
        const Method *m = &u->iface.all.v[i];
        if (m->name == name && (m->pkg == pkg || object_exported(name))) return i;
    }
    bug_at(0, "no method %s in %s", name, type_string(iface, NULL));
}

IrFunc *lower_method_func(Lower *l, const Lookup *found, const TypeList *margs) {
    Type *recv = type_unalias(found->recv);
    if (!margs || !margs->n) return lower_func_of(l, found->method.obj, &recv->named.targs);
    TypeList all = {0};
    for (int i = 0; i < recv->named.targs.n; i++) vec_push(l->a, &all, recv->named.targs.v[i]);
    for (int i = 0; i < margs->n; i++) vec_push(l->a, &all, margs->v[i]);
    return lower_func_of(l, found->method.obj, &all);
}

Expr *lower_method_selector(Fn *fn, Expr *e, TypeList *margs) {
    e = lower_unparen(e);
    const TypeList *targs = NULL;
    if (e->kind == EXPR_INDEX) {
        targs = &e->index.targs;
        e = lower_unparen(e->index.x);
    }
    if (e->kind != EXPR_SELECTOR) return NULL;
    SelectKind k = e->selector.sel.kind;
    if (k != SEL_METHOD && k != SEL_IFACE_METHOD && k != SEL_METHOD_EXPR) return NULL;
    if (!targs || !targs->n) targs = &e->selector.targs;
    for (int i = 0; i < targs->n; i++) vec_push(fn->a, margs, fn_type(fn, targs->v[i]));
    return e;
}

CallParts lower_found_method(Fn *fn, IrExpr *x, const Lookup *found, const TypeList *margs) {
    x = lower_field_path(fn, x, found->path.v, found->path.n);
    CallParts p = {0};
    if (found->kind == LOOKUP_IFACE_METHOD) {
        p.kind = CALLEE_IFACE;
        if (type_under(x->type)->kind == TYPE_POINTER) x = lower_deref(fn, x);
        p.fn = x;
        p.index = lower_iface_index(x->type, found->method.name, found->method.pkg);
        p.sig = type_under(x->type)->iface.all.v[p.index].sig;
        p.result = lower_result_type(p.sig);
        return p;
    }
    p.kind = CALLEE_STATIC;
    p.func = lower_method_func(fn->l, found, margs);
    p.sig = p.func->sig;
    p.result = p.func->result;
    bool want_pointer = type_under(p.func->recv)->kind == TYPE_POINTER;
    bool have_pointer = type_unalias(x->type)->kind == TYPE_POINTER;
    if (want_pointer && !have_pointer)
        x = lower_address(fn, x);
    else if (!want_pointer && have_pointer)
        x = lower_deref(fn, x);
    vec_push(fn->a, &p.args, x);
    return p;
}

static Package *name_package(Fn *fn, const Selection *sel) {
    return sel->obj && sel->obj->pkg ? sel->obj->pkg : fn->l->pkg;
}

static Lookup find_method(Fn *fn, Type *t, Expr *e) {
    Lookup found = type_lookup(t, e->selector.name, name_package(fn, &e->selector.sel), true);
    if (found.kind != LOOKUP_METHOD && found.kind != LOOKUP_IFACE_METHOD)
        bug_at(e->pos, "method %s of %s not found", e->selector.name, type_string(t, NULL));
    return found;
}

CallParts lower_method_parts(Fn *fn, Expr *e, const TypeList *margs) {
    IrExpr *x = lower_expr(fn, e->selector.x);
    Lookup found = find_method(fn, x->type, e);
    return lower_found_method(fn, x, &found, margs);
}

// T.m(x, …): as x.m(…).
static bool method_expr_parts(Fn *fn, Expr *call, Expr *callee, const TypeList *margs, CallParts *p) {
    Type *t = fn_type(fn, callee->selector.x->type);
    ExprList *args = &call->call.args;
    if (!args->n || args->v[0]->type->kind == TYPE_TUPLE) return false;
    IrExpr *x = lower_expr_to(fn, args->v[0], t);
    Lookup found = find_method(fn, t, callee);
    *p = lower_found_method(fn, x, &found, margs);
    return true;
}

// ---- arguments -------------------------------------------------------------------------------------------

static bool is_tuple_call(Fn *fn, ExprList *args) {
    return args->n == 1 && args->v[0]->type && fn_etype(fn, args->v[0])->kind == TYPE_TUPLE;
}

// f(g()): the results of g as the arguments.
static void spread_tuple(Fn *fn, Expr *arg, Type *sig, IrExprList *out) {
    Type *t = fn_etype(fn, arg);
    int n = t->tuple.types.n;
    IrExpr **values = ARENA_NEW_N(fn->a, IrExpr *, n);
    Type **types = ARENA_NEW_N(fn->a, Type *, n);
    lower_multi(fn, arg, n, values, types);
    int fixed = sig->func.params.n - (sig->func.variadic ? 1 : 0);
    for (int i = 0; i < fixed; i++)
        vec_push(fn->a, out, fn_root(fn, lower_convert(fn, values[i], sig->func.params.v[i], arg->pos)));
    if (!sig->func.variadic) return;
    Type *slice = sig->func.params.v[fixed];
    IrExprList rest = {0};
    for (int i = fixed; i < n; i++)
        vec_push(fn->a, &rest, fn_root(fn, lower_convert(fn, values[i], type_under(slice)->elem, arg->pos)));
    vec_push(fn->a, out,
             rest.n ? lower_slice_of(fn, slice, rest, "... argument", arg->pos) : ir_zero(fn->a, slice));
}

static void lower_arg_range(Fn *fn, Expr *call, int from, Type *sig, IrExprList *out) {
    ExprList *args = &call->call.args;
    int nparams = sig->func.params.n;
    int fixed = nparams - (sig->func.variadic && !call->call.spread ? 1 : 0);
    for (int i = 0; i < fixed; i++)
        vec_push(fn->a, out, lower_expr_to(fn, args->v[from + i], sig->func.params.v[i]));
    if (fixed == nparams) return;
    Type *slice = sig->func.params.v[fixed];
    IrExprList rest = {0};
    for (int i = from + fixed; i < args->n; i++)
        vec_push(fn->a, &rest, lower_expr_to(fn, args->v[i], type_under(slice)->elem));
    vec_push(fn->a, out,
             rest.n ? lower_slice_of(fn, slice, rest, "... argument", call->pos) : ir_zero(fn->a, slice));
}

void lower_args(Fn *fn, Expr *call, Type *sig, IrExprList *out) {
    if (is_tuple_call(fn, &call->call.args))
        spread_tuple(fn, call->call.args.v[0], sig, out);
    else
        lower_arg_range(fn, call, 0, sig, out);
}

// ---- calls -----------------------------------------------------------------------------------------------

CallParts lower_call_parts(Fn *fn, Expr *e) {
    Expr *callee = lower_unparen(e->call.fn);
    TypeList margs = {0};
    Expr *method = lower_method_selector(fn, callee, &margs);
    CallParts p = {0};
    IrFunc *f = lower_named_function(fn, callee);
    if (f) {
        p = (CallParts){.kind = CALLEE_STATIC, .func = f, .sig = f->sig, .result = f->result};
    } else if (method && method->selector.sel.kind != SEL_METHOD_EXPR) {
        p = lower_method_parts(fn, method, &margs);
    } else if (method && method_expr_parts(fn, e, method, &margs, &p)) {
        lower_arg_range(fn, e, 1, p.sig, &p.args);
        return p;
    } else {
        p.kind = CALLEE_FUNC;
        p.fn = lower_expr(fn, callee);
        p.sig = type_under(p.fn->type);
        p.result = lower_result_type(p.sig);
    }
    lower_args(fn, e, p.sig, &p.args);
    if (p.kind == CALLEE_FUNC) // that it is nil shows after what its arguments show
        for (int i = 0; i < p.args.n; i++)
            if (ir_may_panic(p.args.v[i])) p.args.v[i] = fn_save(fn, p.args.v[i]);
    return p;
}

IrExpr *lower_make_call(Fn *fn, CallParts *p, Pos pos) {
    static const IrExprKind kinds[] = {IRX_CALL, IRX_CALL_FUNC, IRX_CALL_IFACE};
    IrExpr *e = ir_expr(fn->a, kinds[p->kind], p->result);
    e->pos = pos;
    memcpy(&e->args, &p->args, sizeof e->args);
    if (p->kind == CALLEE_STATIC) {
        e->func = p->func;
    } else if (p->kind == CALLEE_FUNC && p->fn->kind == IRX_FUNCVAL && p->fn->func->kind == IRF_FUNCVAL) {
        e->kind = IRX_CALL;
        e->func = p->fn->func->target;
    } else {
        // In a variable: it is mentioned twice in C.
        e->x = p->fn->kind == IRX_VAR ? p->fn : ir_var(fn->a, fn_decl_temp(fn, p->fn));
        e->index = p->index;
    }
    return e;
}

IrExpr *lower_call(Fn *fn, Expr *e) {
    switch (e->call.call_kind) {
    case CALL_CONVERSION:
        return lower_convert(fn, lower_value(fn, e->call.args.v[0]), fn_etype(fn, e), e->pos);
    case CALL_BUILTIN: return lower_builtin(fn, e);
    default: {
        CallParts p = lower_call_parts(fn, e);
        IrExpr *in = lower_intrinsic(fn, &p);
        return in ? in : lower_make_call(fn, &p, e->call.lparen ? e->call.lparen : e->pos);
    }
    }
}

// a, b = x: the values, effects done.
void lower_multi(Fn *fn, Expr *rhs, int n, IrExpr **values, Type **types) {
    Expr *x = lower_unparen(rhs);
    if (x->kind != EXPR_CALL) {
        lower_commaok(fn, x, &values[0], &values[1]);
        types[0] = values[0]->type;
        types[1] = values[1]->type;
        return;
    }
    IrVar *t = fn_decl_temp(fn, lower_value(fn, x));
    for (int i = 0; i < n; i++) {
        types[i] = t->type->tuple.types.v[i];
        values[i] = ir_unary(fn->a, IRX_TUPLE_GET, types[i], ir_var(fn->a, t));
        values[i]->index = i;
    }
}
