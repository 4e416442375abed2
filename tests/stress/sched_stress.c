/* sched_stress.c: goroutines that call deep, yield, spawn, hand over, allocate trees and check them.
 *
 * Prints one line of sums that depend on nothing but the arguments: the same for every compiler, optimisation
 * level, GOMAXPROCS and GOLDEBUG. N=goroutines ROUNDS=rounds DEPTH=recursion in the environment.
 */
#include "emitted.h"

typedef struct Node {
    struct Node *left, *right;
    uint64_t value, sum;
} Node;

static const gol_type node_type = {.size = sizeof(Node), .ptrdata = 16, .align = 8};

typedef struct {
    int64_t a, b, c;
    double d;
} Big;

static long rounds, depth;
static _Atomic(uint64_t) total;
static Group group;

/* ---- the stack: locals, pointers to locals, struct arguments and results, doubles, across moves ---- */

FUNC Big add_big(Big x, const Big *y, long n) {
    GOL_STACK_CHECK();
    Big r = {x.a + y->a, x.b ^ y->b, x.c - y->c, x.d + y->d};
    if (n > 0) {
        Big t = add_big(r, &r, n - 1);
        r.a += t.a & 1;
        r.d += 0.5;
    }
    return r;
}

FUNC int64_t recurse(long n, int64_t *up, double x) {
    GOL_STACK_CHECK();
    int64_t own[4] = {n, n * 2, n * 3, 0};
    own[3] = own[0] + own[1];
    *up += own[3];
    if (n == 0) return (int64_t)x;
    int64_t r = recurse(n - 1, &own[2], x + 0.25);
    if (n % 64 == 0) rt_goyield();
    return r + own[2] - n * 3;
}

FUNC int64_t wide_frame(int64_t n) {
    GOL_STACK_CHECK();
    volatile int64_t table[64]; /* fits the reserve */
    for (int i = 0; i < 64; i++) table[i] = n + i;
    int64_t up = 0, r = recurse(3, &up, (double)n);
    for (int i = 0; i < 64; i++) r += table[i];
    return r + up;
}

FUNC GOL_NOINLINE int64_t huge_body(int64_t n) {
    int64_t table[2000];
    for (int64_t i = 0; i < 2000; i++) table[i] = n ^ i;
    int64_t up = 0, r = recurse(5, &up, 1);
    for (int64_t i = 0; i < 2000; i++) r += table[i];
    return r + up;
}
FUNC int64_t huge_frame(int64_t n) {
    GOL_STACK_CHECK_FRAME(16400);
    return huge_body(n);
}

/* ---- the heap ---- */

FUNC Node *tree_make(int d, uint64_t *seed) {
    GOL_STACK_CHECK();
    Node *l = NULL, *r = NULL;
    if (d > 0) {
        l = tree_make(d - 1, seed);
        if ((*seed >> 20) % 16 == 0) rt_goyield();
        r = tree_make(d - 1, seed);
    }
    Node *n = gol_new(&node_type);
    if (n->left || n->right || n->value || n->sum) fail("new memory is not zero at %ld", (long)n, 0);
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    n->left = l;
    n->right = r;
    n->value = *seed;
    n->sum = n->value + (l ? 3 * l->sum : 0) + (r ? 5 * r->sum : 0);
    return n;
}

FUNC void tree_check(const Node *n) {
    GOL_STACK_CHECK();
    if (!n) return;
    if (n->sum != n->value + (n->left ? 3 * n->left->sum : 0) + (n->right ? 5 * n->right->sum : 0))
        fail("tree is damaged at %ld", (long)n, 0);
    tree_check(n->left);
    tree_check(n->right);
}

FUNC uint64_t heap_round(uint64_t seed) {
    GOL_STACK_CHECK();
    Node *t = tree_make(4, &seed);
    size_t size = 16 + seed % 3000;
    uint64_t *flat = gol_alloc(size, 0), *inner = flat + size / 16;
    for (size_t i = 0; i < size / 8; i++) {
        if (flat[i]) fail("pointer-free memory is not zero", 0, 0);
        flat[i] = seed + i;
    }
    uint64_t index = size / 16;
    flat = NULL;
    __asm__ volatile("" : "+r"(flat), "+r"(inner)); /* an interior pointer alone is left */
    void **pointers = gol_alloc(8 * 40, 8 * (1 + seed % 9));
    pointers[0] = t;
    t = NULL;
    rt_goyield();
    if (*inner != seed + index) fail("interior %ld %ld", (long)*inner, (long)(seed + index));
    tree_check(pointers[0]);
    return ((Node *)pointers[0])->sum;
}

/* ---- goroutines ---- */

typedef struct {
    Baton *to;
    uint64_t value;
} Child;

FUNC void child(void *context) {
    GOL_STACK_CHECK();
    Child *c = context;
    int64_t up = 0;
    recurse(20, &up, 0);
    baton_send(c->to, c->value * 2 + (uint64_t)up % 3);
}

FUNC uint64_t spawn_round(uint64_t v) {
    GOL_STACK_CHECK();
    Baton *b = gol_alloc(sizeof *b, sizeof *b);
    Child c = {b, v};
    gol_go(child, &c, sizeof c);
    return baton_receive(b);
}

FUNC void worker(void *context) {
    GOL_STACK_CHECK();
    uint64_t id = *(uint64_t *)context, sum = 0, seed = id * 0x9E3779B97F4A7C15u + 1;
    for (long r = 0; r < rounds; r++) {
        int64_t up = 0;
        Big x = {(int64_t)id, r, 1, 0.5};
        Big y = add_big(x, &x, 10);
        sum = sum * 31 + (uint64_t)(y.a + y.b + y.c) + (uint64_t)(y.d * 4);
        sum = sum * 31 + (uint64_t)recurse((long)(id + (uint64_t)r * 7) % depth, &up, 0.5) + (uint64_t)up;
        sum = sum * 31 + (uint64_t)wide_frame(r) + (uint64_t)huge_frame(r);
        sum = sum * 31 + heap_round(seed + (uint64_t)r);
        sum = sum * 31 + spawn_round(sum % 1000);
    }
    rt_add(&total, sum);
    group_done(&group);
}

FUNC void program(void) {
    GOL_STACK_CHECK();
    long n = group.n;
    for (uint64_t i = 0; i < (uint64_t)n; i++) gol_go(worker, &i, sizeof i);
    group_wait(&group);
    say("goroutines %ld rounds %ld sum %lx\n", n, rounds, (long)rt_load_seq(&total), 0);
}

int main(int argc, char **argv) {
    group.n = option("N", 100);
    rounds = option("ROUNDS", 20);
    depth = option("DEPTH", 500);
    return gol_start(argc, argv, NULL, program);
}
