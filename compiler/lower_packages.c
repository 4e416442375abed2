// The order in which the packages of a program are initialised.
//
// Floor 5. Go's linker sorts the packages by import path and initialises, again and again, the first of them
// whose imports are all initialised. A package in which nothing has to run, here or in what it imports, is no
// part of that order and holds up nobody. Each package's own init runs those of what it imports before
// (lower.c), once, so the program's has to name the packages of its module only, in this order.
#include "lower.h"

#include <stdlib.h>
#include <string.h>

typedef struct Node {
    Package *pkg;
    bool runs; // something happens when it is initialised
    bool done;
} Node;
typedef Vec(Node) NodeList;

static bool is_map(Type *t) { return t && type_under(t)->kind == TYPE_MAP; }

static bool is_data(Expr *e);

static bool all_data(const ExprList *list) {
    for (int i = 0; i < list->n; i++)
        if (!is_data(list->v[i])) return false;
    return true;
}

// Whether Go's compiler makes data of an initialiser, as far as its form tells.
static bool is_data(Expr *e) {
    e = lower_unparen(e);
    if (!e || e->val) return true;
    switch (e->kind) {
    case EXPR_FUNC:
    case EXPR_NAME: return true;
    case EXPR_COMPOSITE: return !is_map(e->type) && all_data(&e->composite.elems);
    case EXPR_KEYED: return is_data(e->keyed.value);
    case EXPR_UNARY: return e->unary.op == OP_AND && is_data(e->unary.x);
    case EXPR_SELECTOR: return e->selector.sel.obj && e->selector.sel.obj->kind == OBJ_FUNC;
    case EXPR_CALL: return e->call.call_kind == CALL_CONVERSION && all_data(&e->call.args);
    default: return false;
    }
}

static bool has_work(const Package *p) {
    if (p->inits.n) return true;
    for (int i = 0; i < p->init_order.n; i++)
        if (!is_data(p->init_order.v[i].rhs)) return true;
    return false;
}

static int find(const NodeList *nodes, const Package *p) {
    for (int i = 0; i < nodes->n; i++)
        if (nodes->v[i].pkg == p) return i;
    return -1;
}

// Behind what it imports. Returns whether anything runs in it or there.
static bool visit(Arena *a, NodeList *nodes, Package *p) {
    const int known = find(nodes, p);
    if (known >= 0) return nodes->v[known].runs;
    bool runs = has_work(p);
    for (int i = 0; i < p->imports.n; i++)
        if (p->imports.v[i] != package_unsafe) runs |= visit(a, nodes, p->imports.v[i]);
    vec_push(a, nodes, ((Node){.pkg = p, .runs = runs}));
    return runs;
}

static int by_path(const void *x, const void *y) {
    return strcmp(((const Node *)x)->pkg->path, ((const Node *)y)->pkg->path);
}

static bool is_ready(const NodeList *nodes, const Package *p) {
    for (int i = 0; i < p->imports.n; i++) {
        const int at = find(nodes, p->imports.v[i]);
        if (at >= 0 && nodes->v[at].runs && !nodes->v[at].done) return false;
    }
    return true;
}

void lower_package_order(Arena *a, Package *root, PackageList *out) {
    NodeList nodes = {0};
    bool any = false;
    visit(a, &nodes, root);
    for (int i = 0; i < nodes.n; i++) any |= !nodes.v[i].pkg->std && nodes.v[i].pkg != root;
    if (!any) return;
    qsort(nodes.v, (size_t)nodes.n, sizeof *nodes.v, by_path);
    for (int i = 0; i < nodes.n; i++) {
        Node *n = &nodes.v[i];
        if (n->done || !n->runs || n->pkg == root || !is_ready(&nodes, n->pkg)) continue;
        n->done = true;
        if (!n->pkg->std) vec_push(a, out, n->pkg);
        i = -1; // from the first on again
    }
}
