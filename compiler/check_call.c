/* check_call.c: calls, conversions written as calls, and the instantiation of generic functions.
 *
 * Floor 3. call.call_kind tells lowering what a call is. Type arguments, written or inferred, are recorded in
 * the name, selector or index expression that denotes the generic function.
 */
#include "check_expr.h"

/* ---- instances
 * ---------------------------------------------------------------------------------------------- */

/* Where lowering looks for the type arguments of e, and those of what e wraps. */
static void record_instance(Expr *e, const TypeList *targs) {
    for (;;) {
        if (e->kind == EXPR_PAREN) {
            e = e->paren;
        } else if (e->kind == EXPR_INDEX) {
            e->index.targs = *targs;
            e = e->index.x;
        } else {
            break;
        }
    }
    if (e->kind == EXPR_NAME) e->name.targs = *targs;
    if (e->kind == EXPR_SELECTOR) e->selector.targs = *targs;
}

/* Arguments to be verified once all declarations stand. */
typedef struct Verify {
    TypeList tparams, targs;
    const ExprList *xlist; /* written arguments, for positions; or NULL */
    Pos pos;
} Verify;

static void verify_instance(Checker *c, void *a, void *b) {
    const Verify *v = a;
    int at = 0;
    const char *why = NULL;
    if (check_verify_instance(c, &v->tparams, &v->targs, &at, &why)) {
        check_note_instance(c, v->pos, &v->tparams, &v->targs, v->xlist);
        return;
    }
    Pos pos = v->xlist && at < v->xlist->n ? v->xlist->v[at]->pos : v->pos;
    check_soft_error(c, pos, 0, "%s", why);
}

static Type *instantiate(Checker *c, Expr *at, Type *sig, const TypeList *targs, const ExprList *xlist) {
    Type *inst = check_instance(c, at->pos, sig, targs);
    if (!inst) return type_invalid();
    Verify *v = ARENA_NEW(c->arena, Verify);
    *v = (Verify){sig->func.tparams, *targs, xlist, at->pos};
    check_later(c, verify_instance, v, NULL);
    record_instance(at, targs);
    return inst;
}

/* sig without its type parameters. */
static Type *plain_signature(Type *sig) {
    Type *t = type_new_func(sig->func.params, sig->func.results, sig->func.variadic);
    t->func.param_objs = sig->func.param_objs;
    t->func.result_objs = sig->func.result_objs;
    return t;
}

/* x of a generic function type: gets the instance's type. inst: the index expression, if there is one, whose
 * operands are checked; x is it or the plain function. */
void check_func_inst(Checker *c, Expr *x, Expr *inst, Type *target) {
    Type *sig = type_under(x->type);
    TypeList targs = {0}, all = {0};
    const ExprList *xlist = inst ? &inst->index.index : NULL;
    const char *why = NULL;
    if (inst && !check_type_list(c, xlist, &targs)) {
        operand_invalidate(x);
        return;
    }
    int got = targs.n, want = sig->func.tparams.n;
    if (got > want) {
        check_error_at(c, xlist->v[want], "got %d type arguments but want %d", got, want);
        operand_invalidate(x);
        return;
    }
    all = targs;
    if (got < want) {
        Type *t = target ? type_core_why(target, &why) : NULL;
        TypeList fresh = {0}, params = {0};
        ExprList args = {0};
        check_rename_tparams(c, &sig->func.tparams, &fresh);
        if (t && t->kind == TYPE_FUNC) {
            vec_push(c->arena, &params, type_subst(plain_signature(sig), &sig->func.tparams, &fresh));
            vec_push(c->arena, &args,
                     operand_dummy(c, x, c->target_text ? c->target_text : "variable", MODE_VALUE, t));
        }
        if (!check_infer(c, x->pos, check_text(c, x), &fresh, &targs, &params, &args, true, &all)) {
            operand_invalidate(x);
            return;
        }
    }
    Type *t = instantiate(c, x, sig, &all, xlist);
    operand_set(x, type_is_valid(t) ? MODE_VALUE : MODE_INVALID, t);
}

/* ---- arguments
 * ------------------------------------------------------------------------------------------------ */

/* A generic function written with some of its type arguments, f[int], as an argument. */
static void check_partial_inst(Checker *c, Expr *e, bool *partial) {
    TypeList targs = {0};
    *partial = false;
    if (!check_type_list(c, &e->index.index, &targs)) {
        operand_invalidate(e);
        return;
    }
    Type *sig = type_under(e->type);
    if (targs.n >= sig->func.tparams.n) {
        check_func_inst(c, e, e, NULL);
        return;
    }
    e->index.targs = targs;
    *partial = true;
}

ExprList check_arg_list(Checker *c, const ExprList *args, bool generic) {
    ExprList out = {0};
    for (int i = 0; i < args->n; i++) {
        Expr *e = args->v[i];
        bool partial = false;
        if (generic && e->kind == EXPR_INDEX) {
            if (check_index_expr(c, e)) check_partial_inst(c, e, &partial);
            check_exclude(c, e, 1u << MODE_NOVALUE | 1u << MODE_BUILTIN | 1u << MODE_TYPE);
        } else if (generic && args->n > 1) {
            check_generic_expr(c, e);
        } else if (generic) {
            check_expr_use(c, e, NULL, NULL, true);
            check_exclude(c, e, 1u << MODE_NOVALUE | 1u << MODE_BUILTIN | 1u << MODE_TYPE);
        } else if (args->n > 1) {
            check_expr(c, e, NULL);
        } else {
            check_multi_expr(c, e);
        }
        if (args->n == 1 && e->mode == MODE_VALUE && e->type->kind == TYPE_TUPLE) {
            out = check_multi_values(c, e, false);
            for (int k = 0; generic && k < out.n; k++) out.v[k]->name.name = intern_z(check_text(c, e));
            return out;
        }
        vec_push(c->arena, &out, e);
    }
    return out;
}

static const char *summary_of(Checker *c, Type *t, bool variadic) {
    if (!t || !type_is_valid(t)) return "unknown type";
    if (type_is_untyped(t)) {
        if (type_is_numeric(t)) return "number";
        const char *s = check_type_text(c, t);
        return strncmp(s, "untyped ", 8) == 0 ? s + 8 : s;
    }
    if (variadic && t->kind == TYPE_SLICE) return check_type_text(c, t->elem);
    return check_type_text(c, t);
}

/* "(int, number, ...string)": types as the have and want lines of messages give them. */
const char *check_types_summary(Checker *c, const TypeList *types, bool variadic, bool dots) {
    const char *s = "(";
    for (int i = 0; i < types->n; i++) {
        bool last = i == types->n - 1;
        s = check_printf(c, "%s%s%s%s%s", s, i ? ", " : "", last && variadic ? "..." : "",
                         summary_of(c, types->v[i], last && variadic), last && dots ? "..." : "");
    }
    return check_printf(c, "%s)", s);
}

static void report_arg_count(Checker *c, Expr *call, Type *sig, const ExprList *args, int want) {
    TypeList have = {0};
    for (int i = 0; i < args->n; i++) vec_push(c->arena, &have, args->v[i]->type);
    bool many = args->n > want;
    const Expr *at = many ? args->v[want] : args->n ? args->v[args->n - 1] : NULL;
    if (!at) at = call;
    check_error(c, at->pos, at->end, "%s arguments in call to %s\n\thave %s\n\twant %s",
                many ? "too many" : "not enough", check_text(c, call->call.fn),
                check_types_summary(c, &have, false, call->call.spread),
                check_types_summary(c, &sig->func.params, sig->func.variadic, false));
}

/* The parameter types, one an argument; false after an error. */
static bool match_params(Checker *c, Expr *call, Type *sig, const ExprList *args, TypeList *params) {
    int npars = sig->func.params.n, nargs = args->n, want = npars;
    bool spread = call->call.spread;
    for (int i = 0; i < npars; i++) vec_push(c->arena, params, sig->func.params.v[i]);
    if (spread && !sig->func.variadic) {
        check_error_at(c, call->call.args.n ? call->call.args.v[call->call.args.n - 1] : call,
                       "cannot use ... in call to non-variadic %s", check_text(c, call->call.fn));
        return false;
    }
    if (spread && call->call.args.n == 1 && nargs > 1) {
        check_error_at(c, call, "cannot use ... with %d-valued %s", nargs,
                       check_text(c, call->call.args.v[0]));
        return false;
    }
    if (sig->func.variadic && !spread) {
        if (nargs >= npars - 1) {
            Type *last = type_under(sig->func.params.v[npars - 1]);
            Type *elem = last->kind == TYPE_SLICE ? last->elem : type_invalid();
            params->n = npars - 1;
            while (params->n < nargs) vec_push(c->arena, params, elem);
            want = nargs;
        } else {
            want = npars - 1;
        }
    }
    if (nargs == want) return true;
    report_arg_count(c, call, sig, args, want);
    return false;
}

/* Type parameters that take part in an inference: those of the callee, then those of each generic argument.
 */
typedef struct Unknowns {
    TypeList tparams, targs;
    Vec(int) args;    /* which arguments are generic functions */
    TypeList origins; /* and their declared types */
} Unknowns;

static void add_unknowns(Checker *c, Unknowns *u, const TypeList *fresh, const TypeList *known) {
    for (int i = 0; i < fresh->n; i++) {
        vec_push(c->arena, &u->tparams, fresh->v[i]);
        vec_push(c->arena, &u->targs, known && i < known->n ? known->v[i] : NULL);
    }
}

static bool is_generic_func(const Expr *x) {
    return operand_valid(x) && x->type && type_unalias(x->type)->kind == TYPE_FUNC &&
           type_unalias(x->type)->func.tparams.n;
}

static void add_generic_args(Checker *c, Unknowns *u, const ExprList *args) {
    for (int i = 0; i < args->n; i++) {
        Expr *x = args->v[i];
        if (!is_generic_func(x)) continue;
        Type *sig = type_unalias(x->type);
        TypeList fresh = {0};
        check_rename_tparams(c, &sig->func.tparams, &fresh);
        Type *t = type_subst(plain_signature(sig), &sig->func.tparams, &fresh);
        vec_push(c->arena, &u->origins, sig);
        x->type = t;
        add_unknowns(c, u, &fresh, x->kind == EXPR_INDEX ? &x->index.targs : NULL);
        vec_push(c->arena, &u->args, i);
    }
}

static void instantiate_args(Checker *c, const Unknowns *u, const TypeList *all, int first,
                             const ExprList *args) {
    for (int i = 0; i < u->args.n; i++) {
        Expr *x = args->v[u->args.v[i]];
        Type *sig = u->origins.v[i];
        TypeList mine = {0};
        for (int k = 0; k < sig->func.tparams.n; k++) vec_push(c->arena, &mine, all->v[first++]);
        Type *t = instantiate(c, x, sig, &mine, NULL);
        operand_set(x, type_is_valid(t) ? MODE_VALUE : MODE_INVALID, t);
    }
}

Type *check_arguments(Checker *c, Expr *call, Type *sig, const TypeList *targs, const ExprList *args,
                      TypeList *inst) {
    TypeList params = {0};
    if (!match_params(c, call, sig, args, &params)) return NULL;
    Unknowns u = {0};
    int n = sig->func.tparams.n;
    if (n) {
        TypeList fresh = {0}, renamed = {0};
        check_rename_tparams(c, &sig->func.tparams, &fresh);
        for (int i = 0; i < params.n; i++)
            vec_push(c->arena, &renamed, type_subst(params.v[i], &sig->func.tparams, &fresh));
        params = renamed;
        add_unknowns(c, &u, &fresh, targs);
    }
    add_generic_args(c, &u, args);
    if (u.tparams.n) {
        TypeList all = {0}, own = {0};
        if (!check_infer(c, call->pos, check_text(c, call->call.fn), &u.tparams, &u.targs, &params, args,
                         false, &all)) {
            for (int i = 0; i < u.args.n; i++) operand_invalidate(args->v[u.args.v[i]]);
            return NULL;
        }
        for (int i = 0; i < params.n; i++) params.v[i] = type_subst(params.v[i], &u.tparams, &all);
        if (n) {
            for (int i = 0; i < n; i++) vec_push(c->arena, &own, all.v[i]);
            *inst = own;
            sig = instantiate(c, call, sig, &own, NULL);
            if (!sig || !type_is_valid(sig)) return NULL;
        }
        instantiate_args(c, &u, &all, n, args);
    }
    const char *context = check_printf(c, "argument to %s", check_text(c, call->call.fn));
    for (int i = 0; i < args->n; i++) check_assignment(c, args->v[i], params.v[i], context);
    return sig;
}

/* ---- calls
 * ---------------------------------------------------------------------------------------------------- */

static Use check_conversion_call(Checker *c, Expr *e, Type *t) {
    ExprList *args = &e->call.args;
    e->call.call_kind = CALL_CONVERSION;
    operand_invalidate(e);
    if (!type_is_valid(t) || !check_complete(c, t)) {
        check_use_list(c, args);
        return USE_CONVERSION;
    }
    if (args->n == 0) {
        check_error_at(c, e, "missing argument in conversion to %s", check_type_text(c, t));
        return USE_CONVERSION;
    }
    if (args->n > 1) {
        check_use_list(c, args);
        check_error_at(c, args->v[args->n - 1], "too many arguments in conversion to %s",
                       check_type_text(c, t));
        return USE_CONVERSION;
    }
    Expr *x = args->v[0];
    check_expr_for(c, x, t, "conversion");
    if (!operand_valid(x)) return USE_CONVERSION;
    Type *u = type_under(t);
    if (!type_is_param(t) && u->kind == TYPE_INTERFACE && type_iface_is_constraint(u))
        check_error_at(
            c, e,
            "cannot use interface %s in conversion (contains specific type constraints or is comparable)",
            check_type_text(c, t));
    else if (e->call.spread)
        check_error_at(c, x, "invalid use of ... in conversion to %s", check_type_text(c, t));
    else
        check_conversion(c, e, x, t);
    return USE_CONVERSION;
}

static Use check_builtin_call(Checker *c, Expr *e) {
    Expr *fn = expr_unparen(e->call.fn);
    Object *obj = fn->kind == EXPR_NAME       ? fn->name.obj
                  : fn->kind == EXPR_SELECTOR ? fn->selector.sel.obj
                                              : NULL;
    operand_invalidate(e);
    if (!obj || obj->kind != OBJ_BUILTIN) return USE_STATEMENT;
    e->call.call_kind = CALL_BUILTIN;
    e->call.builtin = obj->builtin;
    if (!check_builtin(c, e, obj->builtin))
        operand_invalidate(e);
    else if (e->mode != MODE_CONST)
        c->env.has_call_or_recv = true;
    switch (builtin_info[obj->builtin].kind) {
    case BUILTIN_CONVERSION: return USE_CONVERSION;
    case BUILTIN_EXPRESSION: return USE_EXPRESSION;
    default: return USE_STATEMENT;
    }
}

/* The signature that fn's type stands for, or NULL with an error. */
static Type *called_signature(Checker *c, Expr *fn) {
    const char *why = NULL;
    TypeList set = check_typeset(fn->type);
    for (int i = 0; i < set.n && !why; i++)
        if (type_under(set.v[i])->kind != TYPE_FUNC)
            why = check_printf(c, "%s is not a function", check_type_text(c, set.v[i]));
    Type *sig = why || fn->mode == MODE_NIL ? NULL : type_core_why(fn->type, &why);
    if (sig && sig->kind == TYPE_FUNC) return sig;
    if (!type_is_valid(fn->type) || !type_is_valid(type_under(fn->type))) return NULL;
    if (!why) why = check_printf(c, "%s is not a function", check_type_text(c, fn->type));
    check_error_at(c, fn, "invalid operation: cannot call %s: %s", check_operand_text(c, fn), why);
    return NULL;
}

static void set_call_result(Checker *c, Expr *e, Type *sig) {
    c->env.has_call_or_recv = true;
    if (sig->func.results.n == 0)
        operand_set(e, MODE_NOVALUE, type_new_tuple(sig->func.results));
    else if (sig->func.results.n == 1)
        operand_set(e, check_complete(c, sig->func.results.v[0]) ? MODE_VALUE : MODE_INVALID,
                    sig->func.results.v[0]);
    else
        operand_set(e, MODE_VALUE, type_new_tuple(sig->func.results));
    if (e->mode == MODE_VALUE && sig->func.results.n == 1 && !type_is_valid(e->type)) operand_invalidate(e);
}

static bool mentions_own_params(Type *sig) {
    for (int i = 0; sig->func.tparams.n && i < sig->func.results.n; i++)
        if (type_has_params(sig->func.results.v[i])) return true;
    return false;
}

static Use check_func_call(Checker *c, Expr *e, bool inst) {
    Expr *fn = e->call.fn;
    TypeList targs = {0}, inferred = {0};
    operand_invalidate(e);
    Type *sig = called_signature(c, fn);
    bool generic = sig && sig->func.tparams.n;
    if (!sig) {
        check_use_list(c, &e->call.args);
        return USE_STATEMENT;
    }
    if (inst) {
        const ExprList *xlist = &fn->index.index;
        bool ok = check_type_list(c, xlist, &targs);
        if (ok && targs.n > sig->func.tparams.n) {
            check_error_at(c, xlist->v[sig->func.tparams.n], "got %d type arguments but want %d", targs.n,
                           sig->func.tparams.n);
            ok = false;
        }
        if (!ok) {
            check_use_list(c, &e->call.args);
            return USE_STATEMENT;
        }
        if (targs.n == sig->func.tparams.n) {
            sig = instantiate(c, fn, sig, &targs, xlist);
            if (!type_is_valid(sig)) return USE_STATEMENT;
            fn->type = sig;
        }
    }
    ExprList args = check_arg_list(c, &e->call.args, true);
    Type *called = check_arguments(c, e, sig, &targs, &args, &inferred);
    if (called && generic && inferred.n) {
        record_instance(fn, &inferred);
        for (Expr *f = fn; f; f = f->kind == EXPR_PAREN ? f->paren : NULL) f->type = called;
    }
    if (called) sig = called;
    e->call.call_kind = CALL_FUNC;
    if (!called && mentions_own_params(sig)) return USE_STATEMENT;
    set_call_result(c, e, sig);
    return USE_STATEMENT;
}

Use check_call(Checker *c, Expr *e) {
    Expr *fn = e->call.fn;
    bool inst = false;
    if (fn->kind == EXPR_INDEX)
        inst = check_index_expr(c, fn);
    else
        check_expr_or_type(c, fn, true);
    if (fn->mode == MODE_NOVALUE) check_exclude(c, fn, 1u << MODE_NOVALUE);
    switch (fn->mode) {
    case MODE_INVALID:
        check_use_list(c, &e->call.args);
        operand_invalidate(e);
        return USE_STATEMENT;
    case MODE_TYPE: check_non_generic(c, fn, NULL); return check_conversion_call(c, e, fn->type);
    case MODE_BUILTIN: return check_builtin_call(c, e);
    default: return check_func_call(c, e, inst);
    }
}
