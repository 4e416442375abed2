// Terms and what is known of expressions, for prove.c.
//
// Floor 4. A path is an expression that names a place: a variable, or what fields, elements and pointers lead
// to from one. Two equal paths hold the same value as long as nothing that is read on the way is stored to.
// Go has no stores that change the type of memory (but by package unsafe), so a store of one kind leaves
// places of other kinds alone, and so does one to another field of the same struct.
#include "prove.h"

#include <string.h>

enum { MAX_TERMS = 1000, MAX_PATH = 6, MAX_DEPTH = 12 };

static const int64_t MAX_BYTES = (int64_t)1 << 48; // more than any object in memory has

static const Linear zero;

// ---- paths -----------------------------------------------------------------------------------------------

static bool same_representation(Type *a, Type *b) {
    return a == b || type_identical(type_under(a), type_under(b));
}

const IrExpr *prove_strip(const IrExpr *e) {
    while (e->kind == IRX_BITCAST && same_representation(e->type, e->x->type)) e = e->x;
    return e;
}

bool prove_is_shared(Prove *p, const IrVar *v) {
    if (v->kind == IRV_CAPTURE) return v->by_ref;
    return v->heap || v->shape != IRSHAPE_VALUE || p->shared[v->id];
}

static bool is_path(Prove *p, const IrExpr *e, bool *memory, int depth) {
    e = prove_strip(e);
    if (depth > MAX_PATH) return false;
    switch (e->kind) {
    case IRX_VAR:
        if (prove_is_shared(p, e->var)) *memory = true;
        return true;
    case IRX_GLOBAL:
        if (!e->global->readonly) *memory = true;
        return true;
    case IRX_FIELD:
    case IRX_TUPLE_GET: return is_path(p, e->x, memory, depth + 1);
    case IRX_DEREF: *memory = true; return is_path(p, e->x, memory, depth + 1);
    case IRX_AT:
    case IRX_ELEM: {
        if (e->kind == IRX_AT) *memory = true;
        const IrExpr *y = prove_strip(e->y);
        if (y->kind != IRX_CONST && (y->kind != IRX_VAR || prove_is_shared(p, y->var))) return false;
        return is_path(p, e->x, memory, depth + 1);
    }
    default: return false;
    }
}

bool prove_is_path(Prove *p, const IrExpr *e, bool *memory) {
    *memory = false;
    return is_path(p, e, memory, 0);
}

static bool same_path(const IrExpr *a, const IrExpr *b) {
    a = prove_strip(a);
    b = prove_strip(b);
    if (a->kind != b->kind) return false;
    int64_t m, n;
    switch (a->kind) {
    case IRX_CONST: return const_to_int64(a->val, &m) && const_to_int64(b->val, &n) && m == n;
    case IRX_VAR: return a->var == b->var;
    case IRX_GLOBAL: return a->global == b->global;
    case IRX_FIELD:
    case IRX_TUPLE_GET: return a->index == b->index && same_path(a->x, b->x);
    case IRX_DEREF: return same_representation(a->type, b->type) && same_path(a->x, b->x);
    case IRX_AT:
    case IRX_ELEM: return same_path(a->x, b->x) && same_path(a->y, b->y);
    default: return false;
    }
}

static uint32_t hash_path(const IrExpr *e) {
    e = prove_strip(e);
    uint32_t h = (uint32_t)e->kind * 31;
    switch (e->kind) {
    case IRX_VAR: return h + (uint32_t)e->var->id * 7919;
    case IRX_GLOBAL: return h + (uint32_t)((uintptr_t)e->global >> 4) * 7919;
    case IRX_CONST: return h;
    case IRX_AT:
    case IRX_ELEM: return (h + hash_path(e->x)) * 31 + hash_path(e->y);
    default: return (h + hash_path(e->x)) * 31 + (uint32_t)e->index;
    }
}

static bool mentions(const IrExpr *path, const IrVar *v) {
    path = prove_strip(path);
    if (path->kind == IRX_VAR) return path->var == v;
    if (path->x && mentions(path->x, v)) return true;
    return path->y && mentions(path->y, v);
}

// ---- terms -----------------------------------------------------------------------------------------------

// The values of an integer type, as far as an int64_t holds them: of a wide unsigned type lo is not known.
static void type_range(Type *t, int64_t *lo, int64_t *hi) {
    const int bits = (int)type_size(t) * 8;
    *lo = INT64_MIN;
    *hi = INT64_MAX;
    if (type_is_unsigned(t)) {
        if (bits < 64) *lo = 0, *hi = ((int64_t)1 << bits) - 1;
    } else if (bits < 64) {
        *lo = -((int64_t)1 << (bits - 1));
        *hi = ((int64_t)1 << (bits - 1)) - 1;
    }
}

// Whether values of the type are looked at as an int64_t: not those of 64 bits without sign.
static bool is_signed_word(Type *t) {
    return type_is_integer(t) && !(type_is_unsigned(t) && type_size(t) == 8);
}

static int64_t longest(Type *t) {
    Type *u = type_under(t);
    if (u->kind == TYPE_STRING) return MAX_BYTES;
    int64_t size = type_size(u->elem);
    return size ? MAX_BYTES / size : INT64_MAX;
}

int prove_term(Prove *p, TermKind kind, const IrExpr *path) {
    bool memory;
    path = prove_strip(path);
    if (!prove_is_path(p, path, &memory)) return -1;
    if (kind == TERM_VALUE && !is_signed_word(path->type)) return -1;
    uint32_t hash = hash_path(path) * 3 + (uint32_t)kind;
    int *bucket = &p->bucket[hash % PROVE_BUCKETS];
    for (int i = *bucket; i; i = p->terms.v[i].next) {
        Term *t = &p->terms.v[i];
        if (t->hash == hash && t->kind == kind && same_path(t->path, path)) return i;
    }
    if (p->terms.n >= MAX_TERMS) return -1;
    int64_t lo = 0, hi;
    if (kind == TERM_VALUE)
        type_range(path->type, &lo, &hi);
    else
        hi = longest(path->type);
    int n = facts_new_term(&p->base, lo, hi);
    vec_push(p->a, &p->terms, ((Term){kind, path, hash, memory, *bucket}));
    *bucket = n;
    return n;
}

// ---- what changes terms
// ------------------------------------------------------------------------------------

void prove_forget_var(Prove *p, const IrVar *v) {
    for (int i = 1; i < p->terms.n; i++)
        if (mentions(p->terms.v[i].path, v)) facts_forget(&p->base, &p->now, i);
}

void prove_forget_memory(Prove *p) {
    for (int i = 1; i < p->terms.n; i++)
        if (p->terms.v[i].memory) facts_forget(&p->base, &p->now, i);
}

static int kind_class(Type *t) {
    switch (type_under(t)->kind) {
    case TYPE_POINTER:
    case TYPE_UNSAFE_POINTER:
    case TYPE_MAP:
    case TYPE_CHAN:
    case TYPE_FUNC: return TYPE_POINTER;
    default: return type_under(t)->kind;
    }
}

static bool overlaps(const IrExpr *dst, const IrExpr *place) {
    if (kind_class(dst->type) != kind_class(place->type)) return false;
    return dst->kind != IRX_FIELD || place->kind != IRX_FIELD || dst->index == place->index ||
           !type_identical(dst->x->type, place->x->type);
}

// Whether a store to dst, of no aggregate type, may change what is read on the path.
static bool disturbs(Prove *p, const IrExpr *dst, const IrExpr *path) {
    path = prove_strip(path);
    const IrExpr *place = path;
    while (place->kind == IRX_FIELD || place->kind == IRX_ELEM) place = prove_strip(place->x);
    bool private =
        place->kind == IRX_TUPLE_GET || (place->kind == IRX_VAR && !prove_is_shared(p, place->var));
    if (!private && overlaps(dst, path)) return true;
    return (place->kind == IRX_DEREF || place->kind == IRX_AT) && disturbs(p, dst, place->x);
}

static bool is_cast_memory(const IrExpr *dst) {
    for (; dst; dst = dst->x) {
        if (dst->kind == IRX_BITCAST && prove_strip(dst) == dst) return true;
        if (dst->kind == IRX_RTCALL) return true;
    }
    return false;
}

bool prove_changes(Prove *p, const IrExpr *dst, int term) {
    const Term *t = &p->terms.v[term];
    if (term == 0) return false;
    const IrExpr *root = dst;
    while (root->kind == IRX_FIELD || root->kind == IRX_ELEM) root = root->x;
    if (root->kind == IRX_VAR && !prove_is_shared(p, root->var)) return mentions(t->path, root->var);
    if (!t->memory) return false;
    TypeKind k = type_under(dst->type)->kind;
    return k == TYPE_STRUCT || k == TYPE_ARRAY || is_cast_memory(dst) || disturbs(p, dst, t->path);
}

void prove_forget_place(Prove *p, const IrExpr *dst) {
    for (int i = 1; i < p->terms.n; i++)
        if (prove_changes(p, dst, i)) facts_forget(&p->base, &p->now, i);
}

// ---- linear forms ----------------------------------------------------------------------------------------

static bool known(Prove *p, Linear a, Linear b) { // a <= b
    int64_t c;
    return !__builtin_sub_overflow(b.c, a.c, &c) && facts_hold(&p->base, &p->now, a.term, b.term, c);
}

static bool constant(const IrExpr *e, int64_t *v) {
    e = prove_strip(e);
    if (e->kind == IRX_ZERO && type_is_integer(e->type)) {
        *v = 0;
        return true;
    }
    return e->kind == IRX_CONST && type_is_integer(e->type) && const_to_int64(e->val, v);
}

// a + c stays within type t.
static bool fits(Prove *p, Linear a, int64_t c, Type *t) {
    int64_t lo, hi, limit;
    type_range(t, &lo, &hi);
    if (c > 0) return !__builtin_sub_overflow(hi, c, &limit) && known(p, a, (Linear){0, limit});
    return !__builtin_sub_overflow(lo, c, &limit) && known(p, (Linear){0, limit}, a);
}

static bool linear_sum(Prove *p, const IrExpr *e, Linear *out) {
    int64_t c;
    Linear a;
    if (e->op == OP_ADD && constant(e->x, &c)) {
        if (!prove_linear(p, e->y, &a)) return false;
    } else if (constant(e->y, &c)) {
        if (c == INT64_MIN || !prove_linear(p, e->x, &a)) return false;
        if (e->op == OP_SUB) c = -c;
    } else {
        Linear b;
        if (e->op != OP_SUB || !prove_linear(p, e->x, &a) || !prove_linear(p, e->y, &b) || a.term != b.term)
            return false;
        int64_t lo, hi;
        type_range(e->type, &lo, &hi);
        *out = zero;
        return !__builtin_sub_overflow(a.c, b.c, &out->c) && lo <= out->c && out->c <= hi;
    }
    if (!fits(p, a, c, e->type)) return false;
    *out = (Linear){a.term, 0};
    return !__builtin_add_overflow(a.c, c, &out->c);
}

bool prove_length(Prove *p, const IrExpr *x, Linear *out) {
    x = prove_strip(x);
    Type *u = type_under(x->type);
    if (u->kind == TYPE_ARRAY) {
        *out = (Linear){0, u->array.len};
        return true;
    }
    if (x->kind == IRX_ZERO) {
        *out = zero;
        return true;
    }
    if (x->kind == IRX_CONST) {
        int64_t n;
        const_string_value(x->val, &n);
        *out = (Linear){0, n};
        return true;
    }
    if (x->kind == IRX_MKSLICE || x->kind == IRX_MKSTRING) return prove_linear(p, x->args.v[1], out);
    int t = prove_term(p, TERM_LEN, x);
    *out = (Linear){t, 0};
    return t >= 0;
}

// Conversion that keeps the value.
static bool keeps_value(Prove *p, const IrExpr *e) {
    int64_t lo, hi;
    if (!type_is_integer(e->x->type)) return false;
    type_range(e->type, &lo, &hi);
    if (type_is_unsigned(e->type)) lo = 0;
    if (lo > INT64_MIN && !prove_ge(p, e->x, (Linear){0, lo})) return false;
    if (!is_signed_word(e->x->type) && hi == INT64_MAX) return prove_le(p, e->x, (Linear){0, hi - 1});
    return hi == INT64_MAX || prove_le(p, e->x, (Linear){0, hi});
}

bool prove_linear(Prove *p, const IrExpr *e, Linear *out) {
    e = prove_strip(e);
    int64_t v;
    if (constant(e, &v)) {
        *out = (Linear){0, v};
        return true;
    }
    if (p->depth > MAX_DEPTH) return false;
    p->depth++;
    bool ok = false;
    switch (e->kind) {
    case IRX_VAR:
    case IRX_GLOBAL:
    case IRX_FIELD:
    case IRX_DEREF:
    case IRX_AT:
    case IRX_ELEM:
    case IRX_TUPLE_GET:
        *out = (Linear){prove_term(p, TERM_VALUE, e), 0};
        ok = out->term >= 0;
        break;
    case IRX_LEN: ok = prove_length(p, e->x, out); break;
    case IRX_CAP:
        *out = (Linear){prove_term(p, TERM_CAP, e->x), 0};
        ok = out->term >= 0;
        break;
    case IRX_BINARY:
        ok = (e->op == OP_ADD || e->op == OP_SUB) && is_signed_word(e->type) && linear_sum(p, e, out);
        break;
    case IRX_CONVERT: ok = type_is_integer(e->type) && keeps_value(p, e) && prove_linear(p, e->x, out); break;
    default: break;
    }
    p->depth--;
    return ok;
}

// ---- bounds of expressions
// ---------------------------------------------------------------------------------

static bool not_negative(Prove *p, const IrExpr *e) {
    return type_is_unsigned(e->type) || prove_ge(p, e, zero);
}

// The mean of two numbers, however it is written: (a + b) / 2, (a + b) >> 1, int(uint(a+b) >> 1),
// a + (b - a) / 2. As long as neither is negative nothing overflows, or only into the sign that the shift
// without sign repairs.
static bool is_half(const IrExpr *e, const IrExpr **of) {
    int64_t v;
    if (e->kind != IRX_BINARY || !constant(e->y, &v)) return false;
    if (!(e->op == OP_DIV && v == 2) && !(e->op == OP_SHR && v == 1)) return false;
    *of = prove_strip(e->x);
    return true;
}

static bool is_mean(Prove *p, const IrExpr *e, const IrExpr **a, const IrExpr **b) {
    const IrExpr *sum;
    bool unsign = false;
    e = prove_strip(e);
    if (e->kind == IRX_CONVERT && type_is_unsigned(e->x->type) && type_size(e->type) == 8 &&
        type_size(e->x->type) == 8) {
        e = prove_strip(e->x);
        unsign = true;
    }
    if (is_half(e, &sum)) {
        if (unsign && sum->kind == IRX_CONVERT && type_size(sum->x->type) == 8) sum = prove_strip(sum->x);
        if (sum->kind != IRX_BINARY || sum->op != OP_ADD) return false;
        *a = sum->x;
        *b = sum->y;
        if (!is_signed_word((*a)->type) || !prove_ge(p, *a, zero) || !prove_ge(p, *b, zero)) return false;
        const Linear half = {0, INT64_MAX / 2};
        return unsign || (type_size(sum->type) == 8 && prove_le(p, *a, half) && prove_le(p, *b, half));
    }
    if (e->kind != IRX_BINARY || e->op != OP_ADD || !is_half(prove_strip(e->y), &sum)) return false;
    if (sum->kind != IRX_BINARY || sum->op != OP_SUB || type_size(sum->type) != 8) return false;
    Linear from, base;
    *a = e->x;
    *b = sum->x;
    return prove_linear(p, sum->y, &from) && prove_linear(p, *a, &base) && from.term == base.term &&
           from.c == base.c && prove_ge(p, *a, zero) && prove_ge(p, *b, base);
}

// a <= b, by their linear forms; strict: a < b
static bool ordered(Prove *p, const IrExpr *a, const IrExpr *b, bool strict) {
    Linear x, y;
    if (!prove_linear(p, a, &x) || !prove_linear(p, b, &y) || x.c == INT64_MAX) return false;
    if (strict) x.c++;
    return known(p, x, y);
}

static bool mean_le(Prove *p, const IrExpr *e, Linear b) {
    const IrExpr *lo, *hi;
    if (!is_mean(p, e, &lo, &hi)) return false;
    if (!ordered(p, lo, hi, false)) return prove_le(p, lo, b) && prove_le(p, hi, b);
    if (b.c < INT64_MAX && ordered(p, lo, hi, true)) b.c++;
    return prove_le(p, hi, b);
}

static bool mean_ge(Prove *p, const IrExpr *e, Linear b) {
    const IrExpr *lo, *hi;
    return is_mean(p, e, &lo, &hi) && prove_ge(p, lo, b) && (ordered(p, lo, hi, false) || prove_ge(p, hi, b));
}

// The least and greatest value that an expression can have; false: unknown.
static bool least_value(Prove *p, const IrExpr *e, int64_t *v) {
    Linear l;
    int64_t c;
    if (!prove_linear(p, e, &l) || !facts_least(&p->base, &p->now, 0, l.term, &c)) return false;
    return !__builtin_sub_overflow(l.c, c, v);
}

static bool greatest_value(Prove *p, const IrExpr *e, int64_t *v) {
    Linear l;
    int64_t c;
    if (!prove_linear(p, e, &l) || !facts_least(&p->base, &p->now, l.term, 0, &c)) return false;
    return !__builtin_add_overflow(l.c, c, v);
}

static bool binary_le(Prove *p, const IrExpr *e, Linear b) {
    int64_t v, w;
    switch (e->op) {
    case OP_AND:
        if (not_negative(p, e->y) && prove_le(p, e->y, b)) return true;
        return not_negative(p, e->x) && prove_le(p, e->x, b);
    case OP_REM:
        if (not_negative(p, e->x) && prove_le(p, e->x, b)) return true;
        if (constant(e->y, &v))
            return v != 0 && v != INT64_MIN && known(p, (Linear){0, (v < 0 ? -v : v) - 1}, b);
        return b.c < INT64_MAX && not_negative(p, e->y) && prove_le(p, e->y, (Linear){b.term, b.c + 1});
    case OP_SHR:
        if (!not_negative(p, e->x)) return false;
        if (constant(e->y, &v) && v >= 0) {
            int64_t most, least;
            type_range(e->x->type, &least, &w);
            if (w < INT64_MAX) w = v < 64 ? w >> v : 0;
            if (v > 0 && !is_signed_word(e->x->type)) w = v < 64 ? (int64_t)(UINT64_MAX >> v) : 0;
            if (greatest_value(p, e->x, &most) && v < 64 && most >> v < w) w = most >> v;
            if (w < INT64_MAX && known(p, (Linear){0, w}, b)) return true;
        }
        return is_signed_word(e->type) && prove_le(p, e->x, b);
    case OP_DIV:
        if (!constant(e->y, &v) || v < 1 || !not_negative(p, e->x)) return false;
        if (greatest_value(p, e->x, &w) && known(p, (Linear){0, w / v}, b)) return true;
        return prove_le(p, e->x, b);
    case OP_ADD: { // without overflow, and one of the two is at most a constant
        int64_t x, y, sum, lo, hi;
        type_range(e->type, &lo, &hi);
        if (!is_signed_word(e->type) || !greatest_value(p, e->x, &x) || !greatest_value(p, e->y, &y))
            return false;
        if (__builtin_add_overflow(x, y, &sum) || sum > hi) return false;
        if (!least_value(p, e->x, &v) || !least_value(p, e->y, &w)) return false;
        if (__builtin_add_overflow(v, w, &v) || v < lo) return false;
        if (known(p, (Linear){0, sum}, b)) return true;
        Linear less = b;
        if (!__builtin_sub_overflow(b.c, y, &less.c) && prove_le(p, e->x, less)) return true;
        less = b;
        return !__builtin_sub_overflow(b.c, x, &less.c) && prove_le(p, e->y, less);
    }
    case OP_SUB: // of what is not negative, from what is not so either
        if (!is_signed_word(e->type) || !not_negative(p, e->x) || !least_value(p, e->y, &v) || v < 0)
            return false;
        return !__builtin_add_overflow(b.c, v, &b.c) && prove_le(p, e->x, b);
    default: return false;
    }
}

static bool binary_ge(Prove *p, const IrExpr *e, Linear b) {
    if (b.term != 0) return false;
    int64_t v, w, lo, hi;
    switch (e->op) {
    case OP_AND: return b.c <= 0 && (not_negative(p, e->x) || not_negative(p, e->y));
    case OP_REM:
        if (b.c <= 0 && not_negative(p, e->x)) return true;
        return constant(e->y, &v) && v != 0 && v != INT64_MIN && b.c <= -((v < 0 ? -v : v) - 1);
    case OP_SHR: return b.c <= 0 && not_negative(p, e->x);
    case OP_DIV: return b.c <= 0 && constant(e->y, &v) && v > 0 && not_negative(p, e->x);
    case OP_OR:
    case OP_XOR: return b.c <= 0 && not_negative(p, e->x) && not_negative(p, e->y);
    case OP_ADD:
    case OP_MUL: {
        type_range(e->type, &lo, &hi);
        if (!is_signed_word(e->type) || !greatest_value(p, e->x, &v) || !greatest_value(p, e->y, &w))
            return false;
        int64_t most, x, y;
        if (e->op == OP_ADD ? __builtin_add_overflow(v, w, &most) : __builtin_mul_overflow(v, w, &most))
            return false;
        if (most > hi || !least_value(p, e->x, &x) || !least_value(p, e->y, &y)) return false;
        if (e->op == OP_MUL) return x >= 0 && y >= 0 && b.c <= 0;
        return !__builtin_add_overflow(x, y, &x) && x >= lo && x >= b.c;
    }
    case OP_SUB: { // x - y where y <= x
        if (b.c > 0 || !is_signed_word(e->type) || !not_negative(p, e->y)) return false;
        return ordered(p, e->y, e->x, false);
    }
    default: return false;
    }
}

// Within each branch of a conditional its condition holds.
static bool both(Prove *p, const IrExpr *e, Linear b, bool (*prove)(Prove *, const IrExpr *, Linear)) {
    Facts saved = facts_copy(&p->base, &p->now);
    prove_assume(p, e->x, true);
    bool ok = prove(p, e->y, b);
    p->now = facts_copy(&p->base, &saved);
    if (ok) {
        prove_assume(p, e->x, false);
        ok = prove(p, e->z, b);
        p->now = saved;
    }
    return ok;
}

typedef bool Prover(Prove *, const IrExpr *, Linear);

static bool bounded(Prove *p, const IrExpr *e, Linear b, Prover *self, Prover *binary, Prover *mean) {
    e = prove_strip(e);
    if (p->depth > MAX_DEPTH) return false;
    Linear l;
    if (prove_linear(p, e, &l) && (self == prove_le ? known(p, l, b) : known(p, b, l))) return true;
    p->depth += 2;
    bool ok = false;
    switch (e->kind) {
    case IRX_BINARY: ok = mean(p, e, b) || (type_is_integer(e->type) && binary(p, e, b)); break;
    case IRX_CONVERT:
        if (!type_is_integer(e->type) || !type_is_integer(e->x->type)) break;
        ok = mean(p, e, b) || (keeps_value(p, e) && self(p, e->x, b));
        break;
    case IRX_COND: ok = both(p, e, b, self); break;
    default: break;
    }
    p->depth -= 2;
    if (ok || !type_is_integer(e->type)) return ok;
    int64_t lo, hi;
    type_range(e->type, &lo, &hi);
    return self == prove_le ? hi < INT64_MAX && known(p, (Linear){0, hi}, b)
                            : lo > INT64_MIN && known(p, b, (Linear){0, lo});
}

bool prove_le(Prove *p, const IrExpr *e, Linear b) { return bounded(p, e, b, prove_le, binary_le, mean_le); }

bool prove_ge(Prove *p, const IrExpr *e, Linear b) {
    if (b.term == 0 && b.c <= 0 && type_is_unsigned(e->type)) return true;
    return bounded(p, e, b, prove_ge, binary_ge, mean_ge);
}

// ---- conditions
// --------------------------------------------------------------------------------------------

static void assume_le(Prove *p, Linear a, Linear b, int64_t less) { // a + less <= b
    int64_t c;
    if (!__builtin_sub_overflow(b.c, a.c, &c) && !__builtin_sub_overflow(c, less, &c))
        facts_add(&p->base, &p->now, a.term, b.term, c);
}

static void assume_order(Prove *p, Op op, Linear a, Linear b) {
    switch (op) {
    case OP_LT: assume_le(p, a, b, 1); break;
    case OP_LE: assume_le(p, a, b, 0); break;
    case OP_GT: assume_le(p, b, a, 1); break;
    case OP_GE: assume_le(p, b, a, 0); break;
    case OP_EQ:
        assume_le(p, a, b, 0);
        assume_le(p, b, a, 0);
        break;
    case OP_NE:
        if (known(p, a, b))
            assume_le(p, a, b, 1);
        else if (known(p, b, a))
            assume_le(p, b, a, 1);
        break;
    default: break;
    }
}

static Op negated(Op op) {
    switch (op) {
    case OP_LT: return OP_GE;
    case OP_LE: return OP_GT;
    case OP_GT: return OP_LE;
    case OP_GE: return OP_LT;
    case OP_EQ: return OP_NE;
    default: return OP_EQ;
    }
}

// uint(a) < uint(b) where b is not negative says that a is neither.
static void assume_unsigned(Prove *p, Op op, const IrExpr *x, const IrExpr *y) {
    x = prove_strip(x);
    y = prove_strip(y);
    if (op == OP_GT || op == OP_GE) {
        const IrExpr *t = x;
        x = y;
        y = t;
        op = op == OP_GT ? OP_LT : OP_LE;
    }
    if ((op != OP_LT && op != OP_LE) || x->kind != IRX_CONVERT || !is_signed_word(x->x->type)) return;
    Linear a, b;
    int64_t v;
    if (constant(y, &v))
        b = (Linear){0, v};
    else if (y->kind != IRX_CONVERT || !prove_linear(p, y, &b))
        return;
    if (!prove_linear(p, x->x, &a)) return;
    assume_le(p, a, b, op == OP_LT);
    assume_le(p, zero, a, 0);
}

static void assume_strings(Prove *p, Op op, const IrExpr *x, const IrExpr *y) {
    Linear a, b;
    if (!prove_length(p, x, &a) || !prove_length(p, y, &b)) return;
    if (op == OP_EQ) assume_order(p, OP_EQ, a, b);
    if (op == OP_NE && b.term == 0 && b.c == 0) assume_le(p, b, a, 1);
}

static void assume_compare(Prove *p, const IrExpr *e, bool holds) {
    Op op = holds ? e->op : negated(e->op);
    Linear a, b;
    if (type_is_string(e->x->type)) {
        assume_strings(p, op, e->x, e->y);
    } else if (type_is_integer(e->x->type)) {
        if (!is_signed_word(e->x->type))
            assume_unsigned(p, op, e->x, e->y);
        else if (prove_linear(p, e->x, &a) && prove_linear(p, e->y, &b))
            assume_order(p, op, a, b);
    }
}

void prove_assume(Prove *p, const IrExpr *e, bool holds) {
    e = prove_strip(e);
    switch (e->kind) {
    case IRX_COMPARE: assume_compare(p, e, holds); break;
    case IRX_UNARY:
        if (e->op == OP_NOT) prove_assume(p, e->x, !holds);
        break;
    case IRX_AND:
    case IRX_OR:
        if (holds != (e->kind == IRX_AND)) break;
        prove_assume(p, e->x, holds);
        prove_assume(p, e->y, holds);
        break;
    default: break;
    }
}
