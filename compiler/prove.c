// Removes checks that cannot fail: indices in range, dividers that are not zero.
//
// Floor 4, after escape analysis, which says what has its address taken. The walk goes through a function in
// order of execution and keeps facts (facts.h) about its variables, lengths and what paths lead to
// (prove_term.c): from assignments, conditions, and the checks that have been passed. Where control meets,
// what holds on all sides stays. Of a loop the facts at its start are tried: those that do not hold where it
// comes round again are dropped, until all that are left do.
//
// A check that is looked at several times on the way keeps the last answer, which is that of the facts that
// held. Operands of a statement are evaluated in any order, so what a check teaches counts from the next
// statement on, or behind && and ||.
#include "prove.h"

#include <string.h>

enum { MAX_ROUNDS = 6, MAX_LOOPS = 6 /* nested */ };

typedef struct Exit { // of a statement that break and continue may leave
    IrStmt *stmt;
    Facts at_break, at_continue;
} Exit;

static void walk(Prove *p, IrStmtList *list);

static Facts nowhere(void) { return (Facts){.dead = true}; }

// ---- checks ----------------------------------------------------------------------------------------------

static bool is_bounded(const IrExpr *e) {
    return (e->kind == IRX_AT || e->kind == IRX_STRAT || e->kind == IRX_ELEM) && e->bounds != IRB_NONE;
}

static bool is_division(const IrExpr *e) {
    return e->kind == IRX_BINARY && (e->op == OP_DIV || e->op == OP_REM) && type_is_integer(e->type);
}

static void judge(Prove *p, IrExpr *e) {
    Linear len;
    if (is_bounded(e)) {
        e->proven = !p->now.dead && prove_length(p, e->x, &len) && len.c > INT64_MIN &&
                    prove_ge(p, e->y, (Linear){0, 0}) && prove_le(p, e->y, (Linear){len.term, len.c - 1});
    } else if (is_division(e) && !e->no_check) {
        e->proven = !p->now.dead && prove_ge(p, e->y, (Linear){0, 1});
    }
}

// All checks within e, each with what holds where it is evaluated.
static void check(Prove *p, IrExpr *e) {
    if (!e) return;
    if (e->kind == IRX_AND || e->kind == IRX_OR || e->kind == IRX_COND) {
        check(p, e->x);
        Facts saved = facts_copy(&p->base, &p->now);
        prove_assume(p, e->x, e->kind != IRX_OR);
        check(p, e->y);
        if (e->z) {
            p->now = facts_copy(&p->base, &saved);
            prove_assume(p, e->x, false);
            check(p, e->z);
        }
        p->now = saved;
        return;
    }
    check(p, e->x);
    check(p, e->y);
    for (int i = 0; i < e->args.n; i++) check(p, e->args.v[i]);
    judge(p, e);
}

static void learn_at_most(Prove *p, const IrExpr *x, const IrExpr *y) { // 0 <= x <= y
    Linear a, b;
    int64_t c;
    if (!prove_linear(p, x, &a)) return;
    if (a.c > INT64_MIN) facts_add(&p->base, &p->now, 0, a.term, a.c);
    if (y && prove_linear(p, y, &b) && !__builtin_sub_overflow(b.c, a.c, &c))
        facts_add(&p->base, &p->now, a.term, b.term, c);
}

static void learn_slicing(Prove *p, const IrExpr *e) {
    switch (e->rt) {
    case IRRT_SUBSTR: learn_at_most(p, e->args.v[1], e->args.v[2]); break;
    case IRRT_SUBSLICE:
    case IRRT_SUBARRAY: learn_at_most(p, e->args.v[2], e->args.v[3]); break;
    default: break;
    }
    Linear a, len;
    int64_t c;
    const bool from = e->rt == IRRT_SUBSTR_FROM || e->rt == IRRT_SUBSLICE_FROM;
    const IrExpr *to = e->rt == IRRT_SUBSTR          ? e->args.v[2]
                       : e->rt == IRRT_SUBSTR_FROM   ? e->args.v[1]
                       : e->rt == IRRT_SUBSLICE_FROM ? e->args.v[2]
                       : e->rt == IRRT_SLICE_ARRAY   ? e->args.v[1]
                                                     : NULL;
    if (!to) return;
    if (from) learn_at_most(p, to, NULL);
    if (prove_linear(p, to, &a) && prove_length(p, e->args.v[0], &len) &&
        !__builtin_sub_overflow(len.c, a.c, &c))
        facts_add(&p->base, &p->now, a.term, len.term, c);
}

// What holds once e has been evaluated: its checks were passed.
static void learn(Prove *p, const IrExpr *e) {
    if (!e) return;
    learn(p, e->x);
    if (e->kind == IRX_AND || e->kind == IRX_OR || e->kind == IRX_COND) return;
    learn(p, e->y);
    for (int i = 0; i < e->args.n; i++) learn(p, e->args.v[i]);
    if (is_bounded(e)) {
        Linear i, len;
        int64_t c;
        if (!prove_linear(p, e->y, &i) || !prove_length(p, e->x, &len)) return;
        if (__builtin_sub_overflow(len.c, i.c, &c) || c == INT64_MIN || i.c == INT64_MIN) return;
        facts_add(&p->base, &p->now, 0, i.term, i.c);
        facts_add(&p->base, &p->now, i.term, len.term, c - 1);
    } else if (e->kind == IRX_RTCALL) {
        learn_slicing(p, e);
    }
}

// ---- effects ---------------------------------------------------------------------------------------------

static IrVar *variable_of(IrExpr *place) {
    while (place->kind == IRX_FIELD || place->kind == IRX_ELEM) place = place->x;
    return place->kind == IRX_VAR ? place->var : NULL;
}

// Runtime calls that store to nothing that the program can name, but what they are given the address of.
static bool stores_nothing(IrRt rt) {
    switch (rt) {
    case IRRT_MAKESLICE:
    case IRRT_MAKEMAP:
    case IRRT_MAKECHAN:
    case IRRT_EXTEND:
    case IRRT_GROWSLICE:
    case IRRT_APPEND_ROOM:
    case IRRT_STR_DECODE:
    case IRRT_NEW_ARRAY:
    case IRRT_BOX:
    case IRRT_ATOMIC_LOAD:
    case IRRT_MAP_ITER:
    case IRRT_MAP_NEXT: return true;
    default: return (ir_rt_info[rt].flags & (IRRT_PURE | IRRT_NORETURN)) != 0;
    }
}

static void forget_addressed(Prove *p, const IrExpr *e) {
    for (int i = 0; i < e->args.n; i++) {
        IrExpr *arg = e->args.v[i];
        while (arg->kind == IRX_BITCAST) arg = arg->x;
        if (arg->kind != IRX_ADDR) continue;
        prove_forget_place(p, arg->x);
        IrVar *v = variable_of(arg->x);
        if (v) prove_forget_var(p, v);
    }
}

// What an effect at the root of e may change.
static void effect(Prove *p, const IrExpr *e) {
    if (!e) return;
    switch (e->kind) {
    case IRX_CALL:
    case IRX_CALL_FUNC:
    case IRX_CALL_IFACE: prove_forget_memory(p); break;
    case IRX_RTCALL:
        if (!stores_nothing(e->rt)) prove_forget_memory(p);
        forget_addressed(p, e);
        break;
    default: break;
    }
}

static void evaluate(Prove *p, IrExpr *e) {
    if (!e) return;
    check(p, e);
    learn(p, e);
    effect(p, e);
}

// ---- assignments -----------------------------------------------------------------------------------------

typedef struct Relation { // of a value: value <= term + c, or term <= value + c
    int term;
    int64_t c;
    bool above;
} Relation;

typedef struct Relations {
    Relation v[24];
    int n;
} Relations;

static void relate(Relations *r, Relation k) {
    if (r->n < (int)(sizeof r->v / sizeof *r->v)) r->v[r->n++] = k;
}

static void relate_equal(Relations *r, Linear l) {
    if (l.c == INT64_MIN) return;
    relate(r, (Relation){l.term, l.c, true});
    relate(r, (Relation){l.term, -l.c, false});
}

// e is no linear form: whether it is close below or above b.
static void relate_near(Prove *p, const IrExpr *e, Linear b, Relations *r) {
    if (b.c <= INT64_MIN + 1 || b.c >= INT64_MAX - 1) return;
    for (int64_t d = -1; d <= 1; d++)
        if (prove_le(p, e, (Linear){b.term, b.c + d})) {
            relate(r, (Relation){b.term, b.c + d, true});
            break;
        }
    if (prove_ge(p, e, b)) relate(r, (Relation){b.term, -b.c, false});
}

static void relate_parts(Prove *p, const IrExpr *e, const IrExpr *part, Relations *r, int depth) {
    Linear b;
    part = prove_strip(part);
    if (prove_linear(p, part, &b)) {
        relate_near(p, e, b, r);
        return;
    }
    if (depth > 3) return;
    if (part->kind == IRX_BINARY || part->kind == IRX_CONVERT) {
        if (part->x) relate_parts(p, e, part->x, r, depth + 1);
        if (part->y) relate_parts(p, e, part->y, r, depth + 1);
    } else if (part->kind == IRX_COND) {
        relate_parts(p, e, part->y, r, depth + 1);
        relate_parts(p, e, part->z, r, depth + 1);
    }
}

static void relate_integer(Prove *p, const IrExpr *e, Relations *r) {
    Linear l;
    if (prove_linear(p, e, &l)) {
        relate_equal(r, l);
        return;
    }
    if (prove_ge(p, e, (Linear){0, 0})) relate(r, (Relation){0, 0, false});
    relate_parts(p, e, e, r, 0);
}

// Of x[lo:hi] with length hi - lo.
static void relate_slicing(Prove *p, const IrExpr *lo, const IrExpr *hi, Relations *r) {
    Linear a, b;
    if (!prove_linear(p, hi, &b)) return;
    if (prove_linear(p, lo, &a) && (a.term == 0 || a.term == b.term)) {
        Linear len = {a.term == b.term ? 0 : b.term, 0};
        if (!__builtin_sub_overflow(b.c, a.c, &len.c)) relate_equal(r, len);
        return;
    }
    relate(r, (Relation){b.term, b.c, true}); // lo is not negative: the check was passed
}

static void relate_rest(Prove *p, const IrExpr *x, const IrExpr *lo, Relations *r) { // of x[lo:]
    Linear a, len;
    if (!prove_length(p, x, &len)) return;
    if (prove_linear(p, lo, &a) && (a.term == 0 || a.term == len.term)) {
        Linear rest = {a.term == len.term ? 0 : len.term, 0};
        if (!__builtin_sub_overflow(len.c, a.c, &rest.c)) relate_equal(r, rest);
        return;
    }
    relate(r, (Relation){len.term, len.c, true});
}

// What is known of the length of e.
static void relate_length(Prove *p, const IrExpr *e, Relations *r) {
    Linear l, n;
    e = prove_strip(e);
    if (prove_length(p, e, &l)) {
        relate_equal(r, l);
        return;
    }
    if (e->kind != IRX_RTCALL) return;
    switch (e->rt) {
    case IRRT_SUBSTR: relate_slicing(p, e->args.v[1], e->args.v[2], r); break;
    case IRRT_SUBSLICE:
    case IRRT_SUBSLICE3:
    case IRRT_SUBARRAY:
    case IRRT_SUBARRAY3: relate_slicing(p, e->args.v[2], e->args.v[3], r); break;
    case IRRT_SUBSTR_FROM: relate_rest(p, e->args.v[0], e->args.v[1], r); break;
    case IRRT_SUBSLICE_FROM: relate_rest(p, e->args.v[0], e->args.v[2], r); break;
    case IRRT_MAKESLICE:
        if (prove_linear(p, e->args.v[1], &n)) relate_equal(r, n);
        break;
    case IRRT_STR_FROM_BYTES:
    case IRRT_STR_TO_BYTES:
    case IRRT_STR_FROM_BYTES_IN:
    case IRRT_STR_TO_BYTES_IN:
        if (prove_length(p, e->args.v[0], &l)) relate_equal(r, l);
        break;
    default: break;
    }
}

static bool has_length(Type *t) {
    TypeKind k = type_under(t)->kind;
    return k == TYPE_SLICE || k == TYPE_STRING;
}

// x = x + c: what related x to others relates x - c to them now.
static void assign_shifted(Prove *p, const IrExpr *dst, int term, int64_t c) {
    Facts moved = {0};
    for (int i = 0; i < p->now.list.n; i++) {
        Fact k = p->now.list.v[i];
        if (k.u == term || k.v == term) vec_push(p->a, &moved.list, k);
    }
    facts_shift(&moved, term, c);
    prove_forget_place(p, dst);
    for (int i = 0; i < moved.list.n; i++) {
        Fact k = moved.list.v[i];
        if (!prove_changes(p, dst, k.u == term ? k.v : k.u)) facts_add(&p->base, &p->now, k.u, k.v, k.c);
    }
}

static bool forgets_memory(const IrExpr *e) {
    if (e->kind == IRX_RTCALL) return !stores_nothing(e->rt);
    return e->kind == IRX_CALL || e->kind == IRX_CALL_FUNC || e->kind == IRX_CALL_IFACE;
}

// dst = src, whose operands have been checked; src NULL: the zero value.
static void assign(Prove *p, const IrExpr *dst, IrExpr *src) {
    dst = prove_strip(dst);
    const bool length = has_length(dst->type);
    const bool wanted = !p->now.dead && (length || type_is_integer(dst->type));
    const int term = wanted ? prove_term(p, length ? TERM_LEN : TERM_VALUE, dst) : -1;
    Linear l;
    if (term >= 0 && !length && src && prove_linear(p, src, &l) && l.term == term) {
        assign_shifted(p, dst, term, l.c);
        return;
    }
    Relations r = {.n = 0};
    if (term >= 0 && !src)
        relate_equal(&r, (Linear){0, 0});
    else if (term >= 0 && !forgets_memory(src))
        (length ? relate_length : relate_integer)(p, src, &r);
    effect(p, src);
    prove_forget_place(p, dst);
    for (int i = 0; i < r.n; i++) {
        const Relation *k = &r.v[i];
        if (k->term == term || prove_changes(p, dst, k->term)) continue;
        if (k->above)
            facts_add(&p->base, &p->now, term, k->term, k->c);
        else
            facts_add(&p->base, &p->now, k->term, term, k->c);
    }
}

// ---- statements ------------------------------------------------------------------------------------------

static void walk_stmt(Prove *p, IrStmt *s);

static void open_exit(Prove *p, IrStmt *s) { vec_push(p->a, &p->exits, ((Exit){s, nowhere(), nowhere()})); }

static Exit *exit_of(Prove *p, const IrStmt *s) {
    for (int i = p->exits.n; i-- > 0;)
        if (p->exits.v[i].stmt == s) return &p->exits.v[i];
    return NULL;
}

static void walk_if(Prove *p, IrStmt *s) {
    evaluate(p, s->src);
    Facts saved = facts_copy(&p->base, &p->now);
    prove_assume(p, s->src, true);
    walk(p, &s->body);
    Facts after = p->now;
    p->now = saved;
    prove_assume(p, s->src, false);
    walk(p, &s->other);
    facts_meet(&p->base, &p->now, &after);
}

// Once round, from what holds at the start; p->now is then what holds when it comes round again. Returns what
// holds behind the loop.
static Facts walk_round(Prove *p, IrStmt *s) {
    Facts left = nowhere();
    open_exit(p, s);
    if (s->src) {
        evaluate(p, s->src);
        Facts saved = facts_copy(&p->base, &p->now);
        prove_assume(p, s->src, false);
        left = p->now;
        p->now = saved;
        prove_assume(p, s->src, true);
    }
    walk(p, &s->body);
    Exit x = vec_pop(&p->exits);
    facts_meet(&p->base, &p->now, &x.at_continue);
    if (s->post) walk_stmt(p, s->post);
    facts_meet(&p->base, &left, &x.at_break);
    return left;
}

static bool drop_what_fails(Prove *p, Facts *start) {
    const int n = start->list.n;
    start->list.n = 0;
    for (int i = 0; i < n; i++) {
        Fact k = start->list.v[i];
        if (facts_hold(&p->base, &p->now, k.u, k.v, k.c)) start->list.v[start->list.n++] = k;
    }
    return start->list.n < n;
}

static void walk_loop(Prove *p, IrStmt *s) {
    if (p->now.dead) return;
    Facts start = p->now, after;
    if (p->loops >= MAX_LOOPS) start.list.n = 0;
    p->loops++;
    for (int round = 1;; round++) {
        p->now = facts_copy(&p->base, &start);
        after = walk_round(p, s);
        if (!drop_what_fails(p, &start)) break;
        if (round >= MAX_ROUNDS) start.list.n = 0;
    }
    p->loops--;
    p->now = after;
}

static void walk_switch(Prove *p, IrStmt *s) {
    evaluate(p, s->src);
    Facts before = facts_copy(&p->base, &p->now), after = nowhere(), falls = nowhere();
    bool has_default = false;
    open_exit(p, s);
    for (int i = 0; i < s->cases.n; i++) {
        IrCase *c = s->cases.v[i];
        Linear x;
        has_default |= c->values.n == 0;
        p->now = facts_copy(&p->base, &before);
        if (c->values.n == 1 && prove_linear(p, s->src, &x)) {
            int64_t v;
            if (!__builtin_sub_overflow(c->values.v[0], x.c, &v))
                facts_equal(&p->base, &p->now, x.term, 0, v);
        }
        facts_meet(&p->base, &p->now, &falls);
        falls = nowhere();
        walk(p, &c->body);
        facts_meet(&p->base, c->falls ? &falls : &after, &p->now);
    }
    facts_meet(&p->base, &after, &falls);
    if (!has_default) facts_meet(&p->base, &after, &before);
    Exit x = vec_pop(&p->exits);
    facts_meet(&p->base, &after, &x.at_break);
    p->now = after;
}

static void walk_block(Prove *p, IrStmt *s) {
    open_exit(p, s);
    walk(p, &s->body);
    Exit x = vec_pop(&p->exits);
    facts_meet(&p->base, &p->now, &x.at_break);
}

static void leave(Prove *p, Facts *to) {
    if (to) facts_meet(&p->base, to, &p->now);
    p->now = nowhere();
}

static void walk_label(Prove *p, const IrLabel *l) {
    if (!l->used) return;
    if (p->backward[l->id])
        p->now = (Facts){0};
    else
        facts_meet(&p->base, &p->now, &p->at_label[l->id]);
    p->at_label[l->id] = nowhere();
}

static void walk_effect(Prove *p, IrStmt *s) {
    evaluate(p, s->src);
    if (s->src->kind == IRX_RTCALL && (ir_rt_info[s->src->rt].flags & IRRT_NORETURN)) p->now = nowhere();
}

static void walk_assign(Prove *p, IrStmt *s) {
    IrExpr *dst = s->kind == IRS_DECL ? ir_var(p->a, s->var) : s->dst;
    if (s->src) check(p, s->src);
    check(p, dst);
    if (s->src) learn(p, s->src);
    learn(p, dst);
    assign(p, dst, s->src);
}

static void walk_others(Prove *p, IrStmt *s) {
    for (int i = 0; i < s->args.n; i++) evaluate(p, s->args.v[i]);
    if (s->dst) evaluate(p, s->dst);
    if (s->src) evaluate(p, s->src);
}

static void walk_stmt(Prove *p, IrStmt *s) {
    Exit *x;
    switch (s->kind) {
    case IRS_DECL:
    case IRS_ASSIGN: walk_assign(p, s); break;
    case IRS_EXPR: walk_effect(p, s); break;
    case IRS_BLOCK: walk_block(p, s); break;
    case IRS_IF: walk_if(p, s); break;
    case IRS_LOOP: walk_loop(p, s); break;
    case IRS_SWITCH: walk_switch(p, s); break;
    case IRS_BREAK:
        x = exit_of(p, s->target);
        leave(p, x ? &x->at_break : NULL);
        break;
    case IRS_CONTINUE:
        x = exit_of(p, s->target);
        leave(p, x ? &x->at_continue : NULL);
        break;
    case IRS_GOTO: leave(p, &p->at_label[s->label->id]); break;
    case IRS_LABEL: walk_label(p, s->label); break;
    case IRS_FRAME_ENTER: { // its body runs after a panic, whatever the function had done
        Facts saved = p->now;
        p->now = (Facts){0};
        walk(p, &s->body);
        p->now = saved;
        break;
    }
    case IRS_FRAME_LEAVE: prove_forget_memory(p); break;
    case IRS_UNREACHABLE: p->now = nowhere(); break;
    case IRS_RETURN:
        walk_others(p, s);
        p->now = nowhere();
        break;
    default: walk_others(p, s);
    }
}

static void walk(Prove *p, IrStmtList *list) {
    for (int i = 0; i < list->n; i++) walk_stmt(p, list->v[i]);
}

// ---- what a function shares
// --------------------------------------------------------------------------------

// The address is used during the call and no longer.
static bool borrows(IrRt rt) {
    switch (rt) {
    case IRRT_APPEND_ROOM:
    case IRRT_STR_DECODE:
    case IRRT_CHAN_SEND:
    case IRRT_CHAN_RECV:
    case IRRT_CHAN_RECV2:
    case IRRT_MAP_GET:
    case IRRT_MAP_PUT:
    case IRRT_MAP_DELETE:
    case IRRT_BOX: return true;
    default: return false;
    }
}

typedef struct Scan {
    Prove *p;
    int *addressed; // by IrVar.id
    bool *labelled; // by IrLabel.id
    int checks;
} Scan;

static void count_address(Scan *x, IrExpr *e, int by) {
    IrVar *v = variable_of(e->x);
    if (v && v->kind != IRV_CAPTURE) x->addressed[v->id] += by;
}

static void scan_expr(IrExpr *e, void *arg) {
    Scan *x = arg;
    if (is_bounded(e) || is_division(e)) x->checks++;
    if (e->kind == IRX_ADDR) count_address(x, e, 1);
    if (e->kind != IRX_RTCALL || !borrows(e->rt)) return;
    for (int i = 0; i < e->args.n; i++) {
        IrExpr *a = e->args.v[i];
        while (a->kind == IRX_BITCAST) a = a->x;
        if (a->kind == IRX_ADDR) count_address(x, a, -1);
    }
}

static void scan_stmt(IrStmt *s, void *arg) {
    Scan *x = arg;
    if (s->kind == IRS_LABEL) x->labelled[s->label->id] = true;
    if (s->kind == IRS_GOTO && x->labelled[s->label->id]) x->p->backward[s->label->id] = true;
}

static void settle(IrExpr *e, void *arg) {
    (void)arg;
    if (!e->proven) return;
    if (is_bounded(e)) e->bounds = IRB_NONE;
    if (is_division(e)) e->no_check = true;
}

static void prove_func(IrFunc *f) {
    Arena *a = arena_new();
    const int n = f->next_id + 1;
    Prove *p = ARENA_NEW(a, Prove);
    *p = (Prove){.a = a, .f = f};
    Scan x = {.p = p, .addressed = ARENA_NEW_N(a, int, n), .labelled = ARENA_NEW_N(a, bool, n)};
    p->shared = ARENA_NEW_N(a, bool, n);
    p->backward = ARENA_NEW_N(a, bool, n);
    p->at_label = ARENA_NEW_N(a, Facts, n);
    for (int i = 0; i < n; i++) p->at_label[i] = nowhere();
    ir_each_stmt(&f->body, scan_stmt, &x);
    ir_each_expr_in(&f->body, scan_expr, &x);
    for (int i = 0; i < n; i++) p->shared[i] = x.addressed[i] > 0;
    if (x.checks) {
        facts_init(&p->base, a);
        vec_push(a, &p->terms, ((Term){0}));
        walk(p, &f->body);
        ir_each_expr_in(&f->body, settle, NULL);
    }
    arena_free(a);
}

void prove_module(IrModule *m) {
    for (int i = 0; i < m->funcs.n; i++)
        if (!m->funcs.v[i]->external) prove_func(m->funcs.v[i]);
}
