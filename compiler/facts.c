// Difference constraints: see facts.h.
//
// Floor 4. Lists are short (MAX), so that all of this is plain search. Sums that overflow are no facts.
#include "facts.h"

#include <string.h>

enum {
    MAX = 120,  // facts in a list: the oldest give way
    ROUNDS = 8, // edges of a path, at most
};

void facts_init(FactBase *b, Arena *a) {
    *b = (FactBase){.arena = a};
    facts_new_term(b, 0, 0);
}

int facts_new_term(FactBase *b, int64_t lo, int64_t hi) {
    vec_push(b->arena, &b->bounds, ((TermBounds){lo, hi}));
    return b->bounds.n - 1;
}

// ---- searching -------------------------------------------------------------------------------------------

static void start_search(FactBase *b) {
    if (b->distance.cap < b->bounds.n) {
        b->distance.cap = b->bounds.n * 2;
        b->distance.v = arena_alloc(b->arena, sizeof *b->distance.v * (size_t)b->distance.cap);
        b->distance.known = arena_alloc(b->arena, sizeof *b->distance.known * (size_t)b->distance.cap);
    }
    memset(b->distance.known, 0, sizeof *b->distance.known * (size_t)b->bounds.n);
}

// to is at most `by` more than from, whose distance is known.
static bool relax(FactBase *b, int from, int to, int64_t by) {
    int64_t d;
    if (__builtin_add_overflow(b->distance.v[from], by, &d)) return false;
    if (b->distance.known[to] && b->distance.v[to] <= d) return false;
    b->distance.known[to] = true;
    b->distance.v[to] = d;
    return true;
}

static bool relax_bounds(FactBase *b, int t) {
    const TermBounds *r = &b->bounds.v[t];
    bool changed = false;
    if (b->distance.known[t] && r->hi < INT64_MAX) changed |= relax(b, t, 0, r->hi);
    if (b->distance.known[0] && r->lo > INT64_MIN) changed |= relax(b, 0, t, -r->lo);
    return changed;
}

bool facts_least(FactBase *b, const Facts *f, int u, int v, int64_t *c) {
    start_search(b);
    b->distance.known[u] = true;
    b->distance.v[u] = 0;
    for (int round = 0; round < ROUNDS; round++) {
        bool changed = relax_bounds(b, u) | relax_bounds(b, v);
        for (int i = 0; i < f->list.n; i++) {
            const Fact *k = &f->list.v[i];
            changed |= relax_bounds(b, k->u);
            if (b->distance.known[k->u]) changed |= relax(b, k->u, k->v, k->c);
            changed |= relax_bounds(b, k->v);
        }
        if (!changed) break;
    }
    if (!b->distance.known[v]) return false;
    *c = b->distance.v[v];
    return true;
}

bool facts_hold(FactBase *b, const Facts *f, int u, int v, int64_t c) {
    int64_t least;
    if (f->dead || (u == v && c >= 0)) return true;
    return facts_least(b, f, u, v, &least) && least <= c;
}

// ---- changing --------------------------------------------------------------------------------------------

void facts_add(FactBase *b, Facts *f, int u, int v, int64_t c) {
    if (u == v || f->dead) return;
    for (int i = 0; i < f->list.n; i++) {
        Fact *k = &f->list.v[i];
        if (k->u != u || k->v != v) continue;
        if (c < k->c) k->c = c;
        return;
    }
    if (f->list.n >= MAX) {
        memmove(f->list.v, f->list.v + 1, sizeof *f->list.v * (size_t)(f->list.n - 1));
        f->list.n--;
    }
    vec_push(b->arena, &f->list, ((Fact){u, v, c}));
}

void facts_equal(FactBase *b, Facts *f, int u, int v, int64_t c) {
    if (c == INT64_MIN) return;
    facts_add(b, f, u, v, c);
    facts_add(b, f, v, u, -c);
}

// What holds between others by way of u stays.
void facts_forget(FactBase *b, Facts *f, int u) {
    const int n = f->list.n;
    bool any = false;
    for (int i = 0; i < n; i++) any |= f->list.v[i].u == u || f->list.v[i].v == u;
    if (!any) return;
    Facts old = facts_copy(b, f);
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (f->list.v[i].u != u && f->list.v[i].v != u) f->list.v[kept++] = f->list.v[i];
    f->list.n = kept;
    for (int i = 0; i < n; i++) {
        const Fact *in = &old.list.v[i];
        if (in->v != u) continue;
        for (int j = 0; j < n; j++) {
            const Fact *out = &old.list.v[j];
            int64_t c;
            if (out->u == u && out->v != in->u && !__builtin_add_overflow(in->c, out->c, &c))
                facts_add(b, f, in->u, out->v, c);
        }
    }
}

void facts_shift(Facts *f, int u, int64_t c) {
    int kept = 0;
    for (int i = 0; i < f->list.n; i++) {
        Fact k = f->list.v[i];
        bool lost = false;
        if (k.u == u) lost = __builtin_add_overflow(k.c, c, &k.c);
        if (k.v == u) lost = __builtin_sub_overflow(k.c, c, &k.c);
        if (!lost) f->list.v[kept++] = k;
    }
    f->list.n = kept;
}

// ---- several
// -----------------------------------------------------------------------------------------------

Facts facts_copy(FactBase *b, const Facts *f) {
    Facts c = {.dead = f->dead};
    c.list.cap = c.list.n = f->list.n;
    if (!c.list.n) return c;
    c.list.v = arena_alloc(b->arena, sizeof *c.list.v * (size_t)c.list.n);
    memcpy(c.list.v, f->list.v, sizeof *c.list.v * (size_t)c.list.n);
    return c;
}

void facts_meet(FactBase *b, Facts *f, const Facts *other) {
    if (other->dead) return;
    if (f->dead) {
        *f = facts_copy(b, other);
        return;
    }
    Facts both = {0};
    for (int i = 0; i < f->list.n; i++) {
        Fact k = f->list.v[i];
        int64_t c;
        if (facts_least(b, other, k.u, k.v, &c)) facts_add(b, &both, k.u, k.v, c > k.c ? c : k.c);
    }
    for (int i = 0; i < other->list.n; i++) {
        Fact k = other->list.v[i];
        int64_t c;
        if (facts_least(b, f, k.u, k.v, &c)) facts_add(b, &both, k.u, k.v, c > k.c ? c : k.c);
    }
    *f = both;
}
