// Lowering a package: its functions, variables and initialisation; what the other lower_ files build upon.
//
// Floor 5. See lower.h for the rules. Bodies are lowered from a work list, so that an instance that is asked
// for in the middle of a body does not disturb the Object.ir of the function being lowered.
#include "lower.h"

#include <string.h>

// ---- types -----------------------------------------------------------------------------------------------

Type *fn_type(Fn *fn, Type *t) { return fn->tparams.n ? type_subst(t, &fn->tparams, &fn->targs) : t; }

Type *fn_etype(Fn *fn, Expr *e) { return fn_type(fn, e->type); }

Type *lower_result_type(Type *sig) {
    const TypeList *r = &sig->func.results;
    if (r->n == 0) return &ir_type_void;
    return r->n == 1 ? r->v[0] : type_new_tuple(*r);
}

// ---- output ----------------------------------------------------------------------------------------------

IrStmt *fn_stmt(Fn *fn, IrStmtKind kind) { return ir_stmt(fn->a, kind, fn->pos); }

// Early nodes within e are evaluated by the statement that holds e: they need no temporary any more.
static void drop_early(IrExpr *e, void *p) {
    Fn *fn = p;
    for (int i = 0; i < fn->early.n; i++)
        if (fn->early.v[i].node == e) {
            memmove(&fn->early.v[i], &fn->early.v[i + 1],
                    sizeof *fn->early.v * (size_t)(fn->early.n - i - 1));
            fn->early.n--;
            return;
        }
}

static void each_expr_of(IrStmt *s, void (*visit)(IrExpr *, void *), void *arg) {
    ir_each_expr(s->src, visit, arg);
    ir_each_expr(s->dst, visit, arg);
    for (int i = 0; i < s->args.n; i++) ir_each_expr(s->args.v[i], visit, arg);
}

// Moves what e holds to a temporary declared at the end of out; e itself becomes that temporary.
static void fix_early(Fn *fn, IrExpr *e, IrStmtList *out) {
    IrExpr *moved = ARENA_NEW(fn->a, IrExpr);
    *moved = *e;
    IrVar *t = fn_temp(fn, e->type);
    t->has_decl = true;
    IrStmt *s = fn_stmt(fn, IRS_DECL);
    s->var = t;
    s->src = moved;
    vec_push(fn->a, out, s);
    *e = *ir_var(fn->a, t);
}

typedef struct Checks {
    const IrExpr *look_for; // among the nodes, if not NULL
    int n;
    bool found;
} Checks;

static void count_check(IrExpr *e, void *p) {
    Checks *c = p;
    c->n += ir_is_check(e);
    c->found |= e == c->look_for;
}

static bool holds(IrStmt *s, const IrExpr *node) {
    Checks c = {.look_for = node};
    each_expr_of(s, count_check, &c);
    return c.found;
}

// Whether an early node must be evaluated before s, which holds it: something else of s may panic, and could
// do so before what comes early in Go; or what comes later does so before s. all: the checks of s; gets less
// what is taken from it.
static bool must_precede(const IrExpr *early, const IrStmt *s, bool later, int *all) {
    Checks own = {0};
    ir_each_expr((IrExpr *)early, count_check, &own);
    const bool rest = own.n < *all && early != s->src;
    if (own.n == 0 || !(later || rest)) return false;
    *all -= own.n;
    return true;
}

// Before s, which is about to be appended: early nodes within s are evaluated by s itself, the others now, if
// s has an effect or a value depends on it.
static void settle_early(Fn *fn, IrStmt *s, bool others) {
    int kept = 0, last_other = -1;
    Checks all = {0};
    if (!fn->early.n) return;
    each_expr_of(s, count_check, &all);
    for (int i = 0; others && i < fn->early.n; i++)
        if (!holds(s, fn->early.v[i].node)) last_other = i;
    for (int i = 0; i < fn->early.n; i++) {
        EarlyNode early = fn->early.v[i];
        const bool within = holds(s, early.node);
        if (within ? must_precede(early.node, s, i < last_other, &all.n) : others)
            fix_early(fn, early.node, early.out);
        else if (!within)
            fn->early.v[kept++] = early;
    }
    fn->early.n = kept;
}

// A call's line, in traces, is that of its parenthesis, which may not be where the statement begins.
static void take_line_of_call(IrStmt *s) {
    const IrExpr *e = s->src ? s->src : s->args.n ? s->args.v[0] : NULL;
    if (!e || !e->pos) return;
    if (e->kind == IRX_CALL || e->kind == IRX_CALL_FUNC || e->kind == IRX_CALL_IFACE) s->pos = e->pos;
}

// ---- late stores ----

static void note_mention(IrExpr *e, void *p) {
    Fn *fn = p;
    if (e->kind != IRX_VAR) return;
    for (int i = 0; i < fn->late.n; i++) fn->late.v[i].due |= fn->late.v[i].p == e->var;
}

// What a store that is due mentions is due too; that was made before it.
static void note_mentions_of_due(Fn *fn) {
    for (int i = fn->late.n - 1; i >= 0; i--)
        if (fn->late.v[i].due) ir_each_expr(fn->late.v[i].store->src, note_mention, fn);
}

// Early nodes need not be fixed first: nothing else knows the memory that is written, save what mentions its
// place.
static void emit_due(Fn *fn) {
    int n = 0;
    for (int i = 0; i < fn->late.n; i++) {
        LateStore *l = &fn->late.v[i];
        if (l->due) {
            settle_early(fn, l->store, false);
            vec_push(fn->a, l->out, l->store);
        } else {
            fn->late.v[n++] = *l;
        }
    }
    fn->late.n = n;
}

static void emit_late(Fn *fn) {
    for (int i = 0; i < fn->late.n; i++) fn->late.v[i].due = true;
    emit_due(fn);
}

// Before s, which is about to be appended: all late stores, or those that it mentions if it is one of the
// statement's calls, or a value that is saved for it. (Early nodes may be fixed before s.)
static void emit_late_before(Fn *fn, const IrStmt *s) {
    if (!fn->late.n) return;
    const bool operand = s->kind == IRS_EXPR || (s->kind == IRS_DECL && s->var->kind == IRV_TEMP);
    if (!operand) {
        emit_late(fn);
        return;
    }
    ir_each_expr(s->src, note_mention, fn);
    for (int i = 0; i < fn->early.n; i++) ir_each_expr(fn->early.v[i].node, note_mention, fn);
    note_mentions_of_due(fn);
    emit_due(fn);
}

void fn_emit_late(Fn *fn, IrExpr *p, IrExpr *value) {
    IrStmt *store = fn_stmt(fn, IRS_ASSIGN);
    store->dst = lower_deref(fn, p);
    store->dst->no_check = true;
    store->src = value;
    vec_push(fn->a, &fn->late, ((LateStore){store, p->var, fn->out, false}));
}

// ---- statements ----

void fn_emit_quiet(Fn *fn, IrStmt *s) {
    emit_late_before(fn, s);
    settle_early(fn, s, false);
    vec_push(fn->a, fn->out, s);
}

void fn_emit(Fn *fn, IrStmt *s) {
    take_line_of_call(s);
    emit_late_before(fn, s);
    settle_early(fn, s, true);
    vec_push(fn->a, fn->out, s);
}

IrExpr *lower_early(Fn *fn, IrExpr *e) {
    for (int i = 0; i < fn->early.n; i++)
        if (fn->early.v[i].node == e) return e;
    vec_push(fn->a, &fn->early, ((EarlyNode){e, fn->out}));
    return e;
}

void lower_not_early(Fn *fn, IrExpr *e) { drop_early(e, fn); }

void fn_end_statement(Fn *fn) {
    emit_late(fn);
    fn->early.n = 0;
}

IrStmtList *fn_push(Fn *fn, IrStmtList *body) {
    emit_late(fn);
    IrStmtList *saved = fn->out;
    fn->out = body;
    return saved;
}

void fn_pop(Fn *fn, IrStmtList *saved) {
    emit_late(fn);
    int n = 0;
    for (int i = 0; i < fn->early.n; i++)
        if (fn->early.v[i].out != fn->out) fn->early.v[n++] = fn->early.v[i];
    fn->early.n = n;
    fn->out = saved;
}

// ---- temporaries and variables ---------------------------------------------------------------------------

IrVar *fn_temp(Fn *fn, Type *t) { return ir_new_var(fn->a, fn->f, IRV_TEMP, NULL, t, fn->pos); }

IrVar *fn_decl_temp(Fn *fn, IrExpr *value) {
    IrVar *t = fn_temp(fn, value->type);
    t->has_decl = true;
    IrStmt *s = fn_stmt(fn, IRS_DECL);
    s->var = t;
    s->src = value;
    if (ir_has_effect(value) || ir_has_check(value))
        fn_emit(fn, s);
    else
        fn_emit_quiet(fn, s);
    return t;
}

bool lower_is_simple(const IrExpr *e) {
    switch (e->kind) {
    case IRX_CONST:
    case IRX_ZERO:
    case IRX_FUNCVAL:
    case IRX_FUNCADDR:
    case IRX_TYPEDESC:
    case IRX_ITAB: return true;
    case IRX_VAR: {
        const IrVar *v = e->var;
        if (v->kind == IRV_TEMP) return true;
        return v->kind != IRV_RESULT && v->obj && !v->obj->reassigned && !v->obj->addr_taken;
    }
    case IRX_BITCAST:
    case IRX_ADDR: return lower_is_simple(e->x) || e->x->kind == IRX_GLOBAL || e->x->kind == IRX_VAR;
    default: return false;
    }
}

IrExpr *fn_save(Fn *fn, IrExpr *value) {
    return lower_is_simple(value) ? value : ir_var(fn->a, fn_decl_temp(fn, value));
}

IrExpr *fn_root(Fn *fn, IrExpr *value) {
    return ir_has_effect(value) ? ir_var(fn->a, fn_decl_temp(fn, value)) : value;
}

void fn_assign(Fn *fn, IrExpr *dst, IrExpr *src) {
    IrStmt *s = fn_stmt(fn, IRS_ASSIGN);
    s->dst = dst;
    s->src = src;
    fn_emit(fn, s);
}

void fn_effect(Fn *fn, IrExpr *e) {
    if (!ir_may_panic(e) && !ir_has_effect(e)) return;
    IrStmt *s = fn_stmt(fn, IRS_EXPR);
    s->src = e;
    fn_emit(fn, s);
}

static bool captured_by_reference(const Object *obj, Type *t) {
    return obj->reassigned || obj->addr_taken || obj->role == VAR_RESULT || type_size(t) > 128;
}

IrVar *fn_var(Fn *fn, Object *obj) {
    IrVar *v = obj->ir;
    if (v && v->func == fn->f) return v;
    for (int i = 0; i < fn->f->captures.n; i++)
        if (fn->f->captures.v[i]->obj == obj) return fn->f->captures.v[i];
    if (!fn->outer) bug_at(fn->pos, "variable %s has no place", obj->name);
    IrVar *outer = fn_var(fn->outer, obj);
    IrVar *c = ir_new_var(fn->a, fn->f, IRV_CAPTURE, outer->name, outer->type, obj->pos);
    c->outer = outer;
    c->obj = obj;
    c->by_ref = outer->kind == IRV_CAPTURE ? outer->by_ref : captured_by_reference(obj, outer->type);
    if (c->by_ref) outer->addr_taken = true;
    return c;
}

IrVar *fn_declare(Fn *fn, Object *obj, IrExpr *value) {
    IrVar *v = ir_new_var(fn->a, fn->f, IRV_LOCAL, obj->name, fn_type(fn, obj->type), obj->pos);
    v->obj = obj;
    v->has_decl = true;
    obj->ir = v;
    IrStmt *s = fn_stmt(fn, IRS_DECL);
    s->var = v;
    s->src = value;
    if (value && ir_has_effect(value))
        fn_emit(fn, s);
    else
        fn_emit_quiet(fn, s);
    return v;
}

IrLabel *fn_label(Fn *fn, const char *name) {
    for (int i = 0; name && i < fn->labels.n; i++)
        if (fn->label_names.v[i] == name) return fn->labels.v[i];
    IrLabel *l = ARENA_NEW(fn->a, IrLabel);
    l->name = name;
    l->id = ++fn->f->next_id;
    if (name) {
        vec_push(fn->a, &fn->label_names, name);
        vec_push(fn->a, &fn->labels, l);
    }
    return l;
}

IrExpr *fn_unsupported(Fn *fn, Pos from, Pos to, const char *what, Type *type) {
    diag_error(from ? from : fn->pos, to, "not supported yet: %s", what);
    fn->l->failed = true;
    return ir_zero(fn->a, type ? type : type_basic(TYPE_INT));
}

Expr *lower_unparen(Expr *e) {
    while (e && e->kind == EXPR_PAREN) e = e->paren;
    return e;
}

bool lower_is_blank(const Expr *e) {
    return e && e->kind == EXPR_NAME && e->name.name[0] == '_' && !e->name.name[1];
}

// ---- functions -------------------------------------------------------------------------------------------

IrFunc *lower_new_func(Lower *l, IrFuncKind kind, Type *sig, Pos pos) {
    IrFunc *f = ARENA_NEW(l->a, IrFunc);
    f->kind = kind;
    f->pkg = l->pkg;
    f->sig = sig;
    f->pos = pos;
    f->result = sig ? lower_result_type(sig) : &ir_type_void;
    vec_push(l->a, &l->m->funcs, f);
    return f;
}

static bool same_types(const TypeList *a, const TypeList *b) {
    if (a->n != b->n) return false;
    for (int i = 0; i < a->n; i++)
        if (!type_identical(a->v[i], b->v[i])) return false;
    return true;
}

// "T", "(*T)", with [...] for an instance.
static const char *receiver_name(Arena *a, Type *recv) {
    bool pointer;
    Type *t = type_deref(type_unalias(recv), &pointer);
    t = type_unalias(t);
    const char *dots = t->named.targs.n ? "[...]" : "";
    return arena_printf(a, pointer ? "(*%s%s)" : "%s%s", t->named.obj->name, dots);
}

static const char *go_name(Lower *l, const IrFunc *f) {
    const char *dots = f->targs.n ? "[...]" : "";
    if (f->recv)
        return arena_printf(l->a, "%s.%s.%s%s", f->pkg->path, receiver_name(l->a, f->recv), f->name, dots);
    return arena_printf(l->a, "%s.%s%s", f->pkg->path, f->name, dots);
}

// Parameters and results from the signature; lower_body gives them names.
void lower_make_params(Lower *l, IrFunc *f) {
    if (f->recv) ir_new_var(l->a, f, IRV_PARAM, NULL, f->recv, f->pos);
    for (int i = 0; i < f->sig->func.params.n; i++)
        ir_new_var(l->a, f, IRV_PARAM, NULL, f->sig->func.params.v[i], f->pos);
    for (int i = 0; i < f->sig->func.results.n; i++)
        ir_new_var(l->a, f, IRV_RESULT, NULL, f->sig->func.results.v[i], f->pos);
}

static void type_params_of(Lower *l, FuncNode *node, TypeList *out) {
    for (int i = 0; i < node->recv_tparams.n; i++) {
        Object *obj = node->recv_tparams.v[i]->obj;
        vec_push(l->a, out, obj ? obj->type : NULL);
    }
    for (int i = 0; i < node->tparams.n; i++) vec_push(l->a, out, node->tparams.v[i]->obj->type);
}

static bool has_pragma(const FuncNode *node, const char *text) {
    for (int i = 0; i < node->pragmas.n; i++)
        if (strcmp(node->pragmas.v[i], text) == 0) return true;
    return false;
}

// The path.name that //go:linkname gives to a function, or NULL. Methods have no such names here.
static const char *linkname_of(Lower *l, const FuncNode *node) {
    for (int i = 0; i < node->pragmas.n; i++) {
        const char *p = node->pragmas.v[i];
        if (strncmp(p, "go:linkname ", 12) || !(p = strchr(p + 12, ' '))) continue;
        p += strspn(p, " ");
        const char *slash = strrchr(p, '/'), *dot = strchr(slash ? slash : p, '.');
        if (dot && dot[1] && !strpbrk(dot + 1, ".()*[] ")) return p;
        fn_unsupported(&(Fn){.l = l, .a = l->a, .pos = node->pos}, node->pos, 0, "//go:linkname of a method",
                       NULL);
    }
    return NULL;
}

IrFunc *lower_func_of(Lower *l, Object *obj, const TypeList *targs) {
    IrFuncList *list = ptrmap_get(&l->funcs, obj);
    if (!list) ptrmap_put(l->a, &l->funcs, obj, list = ARENA_NEW(l->a, IrFuncList));
    static const TypeList none;
    if (!targs) targs = &none;
    for (int i = 0; i < list->n; i++)
        if (same_types(list->v[i]->lower, targs)) return list->v[i];

    FuncNode *node = obj->func;
    TypeList params = {0};
    type_params_of(l, node, &params);
    // A type parameter named _ has no object of its own: it stands for nothing.
    for (int i = 0; i < params.n; i++)
        if (!params.v[i]) params.v[i] = type_basic(TYPE_INVALID);
    Type *sig = params.n && targs->n ? type_subst(obj->type, &params, targs) : obj->type;
    IrFunc *f = lower_new_func(l, node->recv ? IRF_METHOD : IRF_FUNC, sig, node->pos);
    vec_push(l->a, list, f);
    f->pkg = obj->pkg;
    f->name = obj->name;
    f->name_pkg = obj->pkg;
    f->node = node;
    TypeList *all = f->lower = ARENA_NEW(l->a, TypeList);
    for (int i = 0; i < targs->n; i++) vec_push(l->a, all, targs->v[i]);
    for (int i = node->recv_tparams.n; i < targs->n; i++) vec_push(l->a, &f->targs, targs->v[i]);
    if (node->recv) {
        Type *recv = node->recv_obj->type;
        f->recv = targs->n ? type_subst(recv, &params, targs) : recv;
    }
    f->go_name = go_name(l, f);
    if (!obj->pkg->std) f->link = linkname_of(l, node);
    f->noinline = has_pragma(node, "go:noinline") || has_pragma(node, "//go:noinline");
    memcpy(&f->pragmas, &node->pragmas, sizeof f->pragmas);
    f->recovers = node->has_recover;
    lower_make_params(l, f);
    f->exported = true;
    if (!node->body) {
        f->external = true;
    } else if (targs->n) {
        f->weak = true;
        if (obj->pkg != l->pkg && !obj->pkg->bodies && !package_need_body(node)) {
            l->failed = true;
            f->external = true;
        } else {
            vec_push(l->a, &l->work, ((Work){f, node, params, *all}));
        }
    } else if (obj->pkg != l->pkg) {
        f->copy = !f->noinline && package_may_inline(node) && package_need_body(node);
        f->external = !f->copy;
        if (f->copy) vec_push(l->a, &l->work, ((Work){.f = f, .node = node}));
    } else {
        vec_push(l->a, &l->work, ((Work){.f = f, .node = node}));
    }
    return f;
}

IrVar *fn_recover_token(Fn *fn) {
    if (fn->range) return lower_range_token(fn);
    if (!fn->recover_taken) {
        fn->recover_taken = fn_temp(fn, type_basic(TYPE_BOOL));
        fn->f->recovers = true;
    }
    return fn->recover_taken;
}

static void bind_param(IrVar *v, Object *obj) {
    v->obj = obj;
    v->name = obj->name[0] ? obj->name : NULL;
    v->pos = obj->pos;
    obj->ir = v;
}

void lower_bind_params(Fn *fn) {
    FuncNode *node = fn->node;
    int i = 0;
    if (fn->f->recv && node->recv_obj) bind_param(fn->f->params.v[i++], node->recv_obj);
    for (int j = 0; j < node->param_objs.n; j++) bind_param(fn->f->params.v[i++], node->param_objs.v[j]);
    for (int j = 0; j < node->result_objs.n; j++) bind_param(fn->f->results.v[j], node->result_objs.v[j]);
}

static bool ends_in_jump(const IrStmtList *body) {
    if (!body->n) return false;
    const IrStmt *s = body->v[body->n - 1];
    switch (s->kind) {
    case IRS_RETURN:
    case IRS_GOTO:
    case IRS_UNREACHABLE: return true;
    case IRS_LOOP: return !s->src && !s->used_break;
    case IRS_BLOCK: return !s->used_break && ends_in_jump(&s->body);
    case IRS_IF: return s->other.n && ends_in_jump(&s->body) && ends_in_jump(&s->other);
    case IRS_EXPR: return s->src->kind == IRX_RTCALL && (ir_rt_info[s->src->rt].flags & IRRT_NORETURN);
    default: return false;
    }
}

// `return` at the end; results are variables.
static void end_body(Fn *fn) {
    if (ends_in_jump(fn->out)) return;
    if (fn->f->results.n) {
        fn_emit(fn, fn_stmt(fn, IRS_UNREACHABLE));
        return;
    }
    if (fn->f->has_frame) fn_emit(fn, fn_stmt(fn, IRS_FRAME_LEAVE));
}

static void push_result_vars(Fn *fn, IrStmt *ret) {
    for (int i = 0; i < fn->f->results.n; i++)
        vec_push(fn->a, &ret->args, ir_var(fn->a, fn->f->results.v[i]));
}

// Into fn->f->body: first what happens at the entry, then the function's own statements.
void lower_body(Lower *l, Fn *fn, IrStmtList *prologue) {
    FuncNode *node = fn->node;
    IrStmtList body = {0};
    if (prologue) body = *prologue;
    fn->pos = node->body->lbrace;
    fn->f->has_frame = node->has_defer;
    fn_push(fn, &body);
    lower_stmts(fn, &node->body->stmts);
    fn->pos = node->body->rbrace;
    end_body(fn);
    lower_place_defers(fn);

    IrStmtList entry = {0};
    fn->out = &entry;
    fn->pos = node->body->lbrace;
    if (fn->recover_taken) {
        IrExpr *self = ir_expr(l->a, IRX_FUNCADDR, &ir_type_code);
        self->func = fn->f;
        fn_assign(fn, ir_var(l->a, fn->recover_taken),
                  ir_rtcall(l->a, IRRT_RECOVER_TAKE, type_basic(TYPE_BOOL), 1, self));
    }
    if (fn->f->has_frame) {
        IrStmt *enter = fn_stmt(fn, IRS_FRAME_ENTER), *ret = fn_stmt(fn, IRS_RETURN);
        vec_push(l->a, &enter->body, fn_stmt(fn, IRS_FRAME_LEAVE));
        push_result_vars(fn, ret);
        vec_push(l->a, &enter->body, ret);
        fn_emit(fn, enter);
    }
    for (int i = 0; i < body.n; i++) vec_push(l->a, &entry, body.v[i]);
    fn->f->body = entry;
}

static void lower_work(Lower *l, Work *w) {
    Fn fn = {.l = l, .a = l->a, .f = w->f, .node = w->node, .tparams = w->tparams, .targs = w->targs};
    lower_mark_variables(w->node);
    lower_bind_params(&fn);
    lower_body(l, &fn, NULL);
}

// ---- globals ---------------------------------------------------------------------------------------------

static IrGlobal *new_global(Lower *l, IrGlobalKind kind, Type *type, Pos pos) {
    IrGlobal *g = ARENA_NEW(l->a, IrGlobal);
    g->kind = kind;
    g->pkg = l->pkg;
    g->type = type;
    g->pos = pos;
    vec_push(l->a, &l->m->globals, g);
    return g;
}

IrGlobal *lower_global(Lower *l, Object *obj) {
    IrGlobal *g = ptrmap_get(&l->globals, obj);
    if (g) return g;
    g = new_global(l, IRG_VAR, obj->type, obj->pos);
    g->obj = obj;
    g->name = obj->name;
    g->pkg = obj->pkg;
    g->external = obj->pkg != l->pkg;
    g->exported = true;
    ptrmap_put(l->a, &l->globals, obj, g);
    return g;
}

IrGlobal *lower_static(Lower *l, Type *type, IrExpr *init, bool readonly, Pos pos) {
    IrGlobal *g = new_global(l, IRG_STATIC, type, pos);
    g->number = ++l->statics;
    g->init = init;
    g->readonly = readonly;
    return g;
}

// ---- initialisation --------------------------------------------------------------------------------------

static Type *no_sig(void) { return type_new_func((TypeList){0}, (TypeList){0}, false); }

static void init_single(Fn *fn, Object *obj, Expr *rhs) {
    int before = fn->out->n;
    bool blank = obj->name[0] == '_' && !obj->name[1];
    IrExpr *value = lower_value_to(fn, rhs, obj->type);
    if (blank) {
        fn_effect(fn, value);
        return;
    }
    IrGlobal *g = lower_global(fn->l, obj);
    if (fn->out->n == before && ir_is_static(value)) {
        g->init = value->kind == IRX_ZERO ? NULL : value;
        return;
    }
    fn_assign(fn, ir_global(fn->a, g), value);
}

static void init_several(Fn *fn, InitItem *item) {
    int n = item->lhs.n;
    IrExpr **values = ARENA_NEW_N(fn->a, IrExpr *, n);
    Type **types = ARENA_NEW_N(fn->a, Type *, n);
    lower_multi(fn, item->rhs, n, values, types);
    for (int i = 0; i < n; i++) {
        Object *obj = item->lhs.v[i];
        if (obj->name[0] == '_' && !obj->name[1]) continue;
        IrExpr *v = lower_convert(fn, values[i], obj->type, item->rhs->pos);
        fn_assign(fn, ir_global(fn->a, lower_global(fn->l, obj)), v);
    }
}

static IrFunc *lower_var_init(Lower *l) {
    IrFunc *f = lower_new_func(l, IRF_VARINIT, no_sig(), 0);
    f->number = 1;
    f->name = intern_z("init");
    f->go_name = arena_printf(l->a, "%s.init", l->pkg->path);
    Fn fn = {.l = l, .a = l->a, .f = f, .is_init = true};
    fn.out = &f->body;
    for (int i = 0; i < l->pkg->init_order.n; i++) {
        InitItem *item = &l->pkg->init_order.v[i];
        fn.pos = item->rhs->pos;
        if (!f->pos) f->pos = fn.pos;
        if (item->lhs.n == 1)
            init_single(&fn, item->lhs.v[0], item->rhs);
        else
            init_several(&fn, item);
        fn_end_statement(&fn);
    }
    return f;
}

static void call_stmt(Fn *fn, IrFunc *callee) {
    IrExpr *call = ir_expr(fn->a, IRX_CALL, &ir_type_void);
    call->func = callee;
    fn_effect(fn, call);
}

static IrFunc *init_of(Lower *l, Package *pkg) {
    IrFunc *f = lower_new_func(l, IRF_INIT, no_sig(), 0);
    f->pkg = pkg;
    f->name = intern_z("init");
    f->external = pkg != l->pkg;
    f->exported = true;
    return f;
}

static void remove_func(IrModule *m, const IrFunc *f) {
    for (int i = 0; i < m->funcs.n; i++) {
        if (m->funcs.v[i] != f) continue;
        memmove(&m->funcs.v[i], &m->funcs.v[i + 1], sizeof *m->funcs.v * (size_t)(m->funcs.n - i - 1));
        m->funcs.n--;
        return;
    }
}

static void lower_init(Lower *l) {
    IrFunc *f = init_of(l, l->pkg);
    l->m->init = f;
    Fn fn = {.l = l, .a = l->a, .f = f, .out = &f->body};
    IrGlobal *flag = new_global(l, IRG_FLAG, type_basic(TYPE_BOOL), 0);
    flag->name = intern_z("init_done");
    IrStmt *done = fn_stmt(&fn, IRS_IF);
    done->src = ir_global(l->a, flag);
    vec_push(l->a, &done->body, fn_stmt(&fn, IRS_RETURN));
    fn_emit(&fn, done);
    fn_assign(&fn, ir_global(l->a, flag), ir_bool(l->a, true));
    PackageList first = {0};
    if (l->m->main) lower_package_order(l->a, l->pkg, &first);
    for (int i = 0; i < first.n; i++) call_stmt(&fn, init_of(l, first.v[i]));
    for (int i = 0; i < l->pkg->imports.n; i++) {
        Package *p = l->pkg->imports.v[i];
        if (p != package_unsafe && (p->std || !first.n)) call_stmt(&fn, init_of(l, p));
    }
    IrFunc *vars = lower_var_init(l);
    if (vars->body.n)
        call_stmt(&fn, vars);
    else if (!vars->next_literal)
        remove_func(l->m, vars);
    for (int i = 0; i < l->pkg->inits.n; i++) {
        FuncNode *node = l->pkg->inits.v[i];
        IrFunc *g = lower_new_func(l, IRF_INIT_DECL, no_sig(), node->pos);
        g->name = intern_z("init");
        g->number = i + 1;
        g->node = node;
        g->go_name = arena_printf(l->a, "%s.init.%d", l->pkg->path, i);
        g->recovers = node->has_recover;
        vec_push(l->a, &l->work, ((Work){.f = g, .node = node}));
        call_stmt(&fn, g);
    }
}

// ---- the package -----------------------------------------------------------------------------------------

static void list_globals(Lower *l) {
    for (int i = 0; i < l->pkg->files.n; i++) {
        AstFile *file = l->pkg->files.v[i];
        for (int j = 0; j < file->decls.n; j++) {
            Decl *d = file->decls.v[j];
            if (d->kind != DECL_VAR) continue;
            for (int k = 0; k < d->value.objs.n; k++)
                if (strcmp(d->value.objs.v[k]->name, "_") != 0) lower_global(l, d->value.objs.v[k]);
        }
    }
}

static void list_funcs(Lower *l) {
    for (int i = 0; i < l->pkg->funcs.n; i++) {
        FuncNode *node = l->pkg->funcs.v[i];
        if (!node->obj || node->tparams.n || node->recv_tparams.n) continue;
        if (strcmp(node->name, "_") == 0) continue;
        if (!node->recv && strcmp(node->name, "init") == 0) continue;
        IrFunc *f = lower_func_of(l, node->obj, NULL);
        if (!node->recv && l->pkg->path == intern_z("main") && strcmp(node->name, "main") == 0)
            l->m->main = f;
    }
}

IrModule *lower_package(Arena *a, Package *pkg) {
    Lower l = {.a = a, .pkg = pkg};
    l.m = ARENA_NEW(a, IrModule);
    l.m->arena = a;
    l.m->pkg = pkg;
    list_globals(&l);
    list_funcs(&l);
    lower_init(&l);
    int done = 0;
    for (;;) {
        for (; done < l.work.n; done++) {
            Work w = l.work.v[done];
            lower_work(&l, &w);
        }
        lower_close_types(&l);
        if (done == l.work.n) break;
    }
    return l.failed ? NULL : l.m;
}
