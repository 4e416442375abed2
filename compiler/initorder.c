/* initorder.c: the order in which a package's variables are initialised.
 *
 * Floor 3. Of the variables that are not initialised yet, and that need no such variable, directly or through
 * functions, the one declared first comes next. Functions are taken out of the graph of references first: a
 * variable that uses a function needs what the function uses. What is left when no variable is ready is a
 * cycle. Constants take part for the sake of their cycles; their values are known, so they come before
 * variables.
 */
#include <stdlib.h>

#include "check.h"

typedef struct Node {
    Object *obj; /* first variable of an initialiser */
    DeclInfo *info;
    Vec(int) before; /* nodes that need this one */
    int needs;       /* how many it waits for */
    bool done;
} Node;

typedef struct Order {
    Checker *c;
    Vec(Node) nodes; /* constants, then variables, each in order of declaration */
    int stamp;
    Vec(int) heap; /* of ready nodes: the smallest index first */
} Order;

/* ---- a heap of ints
 * ------------------------------------------------------------------------------------------ */

static void heap_push(Order *o, int x) {
    vec_push(o->c->arena, &o->heap, x);
    int i = o->heap.n - 1;
    for (; i > 0 && o->heap.v[(i - 1) / 2] > x; i = (i - 1) / 2) o->heap.v[i] = o->heap.v[(i - 1) / 2];
    o->heap.v[i] = x;
}

static int heap_pop(Order *o) {
    const int top = o->heap.v[0], last = o->heap.v[--o->heap.n];
    int i = 0;
    for (int child; (child = 2 * i + 1) < o->heap.n; i = child) {
        if (child + 1 < o->heap.n && o->heap.v[child + 1] < o->heap.v[child]) child++;
        if (o->heap.v[child] >= last) break;
        o->heap.v[i] = o->heap.v[child];
    }
    if (o->heap.n) o->heap.v[i] = last;
    return top;
}

/* ---- the graph
 * ----------------------------------------------------------------------------------------------- */

/* One node for the variables of one initialiser. */
static void add_nodes_of(Order *o, int kind) {
    for (int i = 0; i < o->c->objects.n; i++) {
        Object *obj = o->c->objects.v[i];
        DeclInfo *info = obj->dep;
        if ((int)obj->kind != kind || info->node) continue;
        vec_push(o->c->arena, &o->nodes, ((Node){.obj = obj, .info = info}));
        info->node = o->nodes.n;
    }
}

static void add_nodes(Order *o) {
    for (int i = 0; i < o->c->objects.n; i++) {
        Object *obj = o->c->objects.v[i];
        DeclInfo *info = obj->dep;
        info->walk = 0;
        info->node = 0;
    }
    add_nodes_of(o, OBJ_CONST);
    add_nodes_of(o, OBJ_VAR);
}

/* Every variable that `from` needs, directly or through functions, is connected once. */
static void connect(Order *o, int node) {
    ObjectList work = {0};
    const int stamp = ++o->stamp;
    Node *n = &o->nodes.v[node];
    DeclInfo *info = n->info;
    for (;;) {
        for (int i = 0; i < info->deps.n; i++) {
            Object *d = info->deps.v[i];
            DeclInfo *to = d->dep;
            if (to->walk == stamp) continue;
            to->walk = stamp;
            if (d->kind == OBJ_FUNC) {
                vec_push(o->c->arena, &work, d);
            } else if (to->node) {
                vec_push(o->c->arena, &o->nodes.v[to->node - 1].before, node);
                n->needs++;
            }
        }
        if (!work.n) break;
        info = vec_pop(&work)->dep;
    }
}

/* ---- cycles
 * -------------------------------------------------------------------------------------------------- */

static int by_order(const void *a, const void *b) {
    const DeclInfo *x = (*(Object *const *)a)->dep, *y = (*(Object *const *)b)->dep;
    return (x->order > y->order) - (x->order < y->order);
}

/* The way from `from` to `to`, in reverse, through references in order of declaration. */
static bool find_path(Order *o, DeclInfo *from, DeclInfo *to, int stamp, ObjectList *path) {
    if (from->walk == stamp || !check_enter(o->c, 0)) return false;
    from->walk = stamp;
    ObjectList deps = {0};
    for (int i = 0; i < from->deps.n; i++) vec_push(o->c->arena, &deps, from->deps.v[i]);
    if (deps.n) qsort(deps.v, (size_t)deps.n, sizeof *deps.v, by_order);
    bool found = false;
    for (int i = 0; i < deps.n && !found; i++) {
        found = deps.v[i]->dep == to || find_path(o, deps.v[i]->dep, to, stamp, path);
        if (found) vec_push(o->c->arena, path, deps.v[i]);
    }
    check_leave(o->c);
    return found;
}

static void report_cycle(Order *o, Node *n) {
    ObjectList cycle = {0};
    if (!find_path(o, n->info, n->info, ++o->stamp, &cycle)) return;
    const Object *obj = cycle.v[0];
    if (cycle.n == 1) {
        check_error(o->c, obj->pos, 0, "initialization cycle: %s refers to itself", obj->name);
        return;
    }
    check_error(o->c, obj->pos, 0, "initialization cycle for %s", obj->name);
    for (int i = cycle.n - 1; i >= 0; i--) {
        check_note(o->c, obj->pos, "%s refers to %s", obj->name, cycle.v[i]->name);
        obj = cycle.v[i];
    }
}

/* ---- order
 * --------------------------------------------------------------------------------------------------- */

static void emit(Order *o, int node) {
    Node *n = &o->nodes.v[node];
    n->done = true;
    for (int i = 0; i < n->before.n; i++) {
        Node *m = &o->nodes.v[n->before.v[i]];
        if (--m->needs == 0 && !m->done) heap_push(o, n->before.v[i]);
    }
    if (!n->info->init || n->obj->kind == OBJ_CONST) return;
    InitItem item = {.rhs = n->info->init, .decl = n->info->decl};
    if (n->info->lhs.n)
        item.lhs = n->info->lhs;
    else
        vec_push(o->c->arena, &item.lhs, n->obj);
    vec_push(o->c->arena, &o->c->pkg->init_order, item);
}

void check_init_order(Checker *c) {
    Order o = {.c = c};
    c->pkg->init_order.n = 0;
    add_nodes(&o);
    for (int i = 0; i < o.nodes.n; i++) connect(&o, i);
    for (int i = 0; i < o.nodes.n; i++)
        if (!o.nodes.v[i].needs) heap_push(&o, i);
    for (int left = o.nodes.n; left; left--) {
        int next = -1;
        if (o.heap.n) {
            next = heap_pop(&o);
        } else { /* the one that waits for fewest */
            for (int i = 0; i < o.nodes.n; i++)
                if (!o.nodes.v[i].done && (next < 0 || o.nodes.v[i].needs < o.nodes.v[next].needs)) next = i;
            report_cycle(&o, &o.nodes.v[next]);
        }
        emit(&o, next);
    }
}
