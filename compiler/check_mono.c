/* check_mono.c: generic code that would need instances without end: func f[T any]() { f[*T]() }.
 *
 * Floor 3. A graph has a vertex for each type parameter, and an edge from P to Q where Q is instantiated with
 * a type that mentions P: of weight 0 if it is P itself, of weight 1 if it is larger. A cycle of positive
 * weight never ends. Types declared in generic functions are parameterised by all type parameters around
 * them. The search is Bellman and Ford's for the longest path.
 */
#include "check.h"

struct MonoVertex {
    int weight, pre, len; /* heaviest path found: its weight, last edge, number of edges */
    Object *obj;
};

struct MonoEdge {
    int dst, src, weight;
    Pos pos;
    Type *type;
};

static int add_vertex(Checker *c, Object *obj) {
    vec_push(c->arena, &c->mono_vertices, ((MonoVertex){.pre = -1, .obj = obj}));
    return c->mono_vertices.n;
}

static void add_edge(Checker *c, int dst, int src, int weight, Pos pos, Type *type) {
    vec_push(c->arena, &c->mono_edges, ((MonoEdge){dst - 1, src - 1, weight, pos, type}));
}

static int param_vertex(Checker *c, Type *p) {
    while (p->param.canon) p = p->param.canon;
    if (!p->param.vertex) p->param.vertex = add_vertex(c, p->param.obj);
    return p->param.vertex;
}

/* A local type takes part if a function around it is generic. 0: it does not. */
static int local_vertex(Checker *c, Type *t) {
    if (t->named.vertex) return t->named.vertex > 0 ? t->named.vertex : 0;
    t->named.vertex = -1;
    for (FuncNode *fn = t->named.local_in; fn; fn = fn->outer) {
        for (int k = 0; k < 2; k++)
            for (int i = 0; i < (k ? fn->recv_tparams.n : fn->tparams.n); i++) {
                Object *obj = k ? fn->recv_tparams.v[i]->obj : fn->tparams.v[i]->obj;
                if (t->named.vertex < 0) t->named.vertex = add_vertex(c, t->named.obj);
                add_edge(c, t->named.vertex, param_vertex(c, obj->type), 1, t->named.obj->pos, obj->type);
            }
    }
    return t->named.vertex > 0 ? t->named.vertex : 0;
}

typedef struct Flow {
    Checker *c;
    Type *tparam, *targ;
    Pos pos;
    int depth;
} Flow;

static void flow(Flow *f, int src, Type *t) {
    add_edge(f->c, param_vertex(f->c, f->tparam), src, t == f->targ ? 0 : 1, f->pos, f->targ);
}

static void walk(Flow *f, Type *t);

static void walk_list(Flow *f, const TypeList *list) {
    for (int i = 0; i < list->n; i++) walk(f, list->v[i]);
}

static void walk(Flow *f, Type *t) {
    t = type_unalias(t);
    if (++f->depth > 100) { /* through interfaces one could go round for ever */
        f->depth--;
        return;
    }
    switch (t->kind) {
    case TYPE_PARAM: flow(f, param_vertex(f->c, t), t); break;
    case TYPE_NAMED: {
        Type *origin = t->named.origin ? t->named.origin : t;
        const int src =
            origin->named.local_in && origin->named.obj->pkg == f->c->pkg ? local_vertex(f->c, origin) : 0;
        if (src) flow(f, src, t);
        walk_list(f, &t->named.targs);
        break;
    }
    case TYPE_ARRAY: walk(f, t->array.elem); break;
    case TYPE_SLICE:
    case TYPE_POINTER: walk(f, t->elem); break;
    case TYPE_CHAN: walk(f, t->chan.elem); break;
    case TYPE_MAP:
        walk(f, t->map.key);
        walk(f, t->map.elem);
        break;
    case TYPE_FUNC:
        walk_list(f, &t->func.params);
        walk_list(f, &t->func.results);
        break;
    case TYPE_STRUCT:
        for (int i = 0; i < t->struct_.fields.n; i++) walk(f, t->struct_.fields.v[i].type);
        break;
    case TYPE_INTERFACE:
        type_iface_complete(t);
        if (f->depth < 20)
            for (int i = 0; i < t->iface.all.n; i++) walk(f, t->iface.all.v[i].sig);
        break;
    default: break;
    }
    f->depth--;
}

void check_note_instance(Checker *c, Pos pos, const TypeList *tparams, const TypeList *targs,
                         const ExprList *written) {
    for (int i = 0; i < tparams->n && i < targs->n; i++) {
        Type *p = tparams->v[i];
        if (p->param.obj->pkg != c->pkg || targs->v[i]->kind < TYPE_ARRAY) continue;
        Flow f = {c, p, targs->v[i], written && i < written->n ? written->v[i]->pos : pos, 0};
        walk(&f, targs->v[i]);
    }
}

static void report_loop(Checker *c, int v) {
    Vec(int) stack = {0};
    bool *seen = ARENA_NEW_N(c->arena, bool, c->mono_vertices.n);
    while (!seen[v]) {
        vec_push(c->arena, &stack, v);
        seen[v] = true;
        v = c->mono_edges.v[c->mono_vertices.v[v].pre].src;
    }
    int first = 0;
    while (stack.v[first] != v) first++;
    check_error(c, c->mono_vertices.v[v].obj->pos, 0, "instantiation cycle:");
    for (int i = first; i < stack.n; i++) {
        const MonoEdge *e = &c->mono_edges.v[c->mono_vertices.v[stack.v[i]].pre];
        const Object *obj = c->mono_vertices.v[e->dst].obj;
        check_note(c, e->pos,
                   obj->type->kind == TYPE_PARAM ? "%s instantiated as %s"
                                                 : "%s implicitly parameterized by %s",
                   obj->name, check_type_text(c, e->type));
    }
}

void check_instance_cycles(Checker *c) {
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < c->mono_edges.n; i++) {
            const MonoEdge *e = &c->mono_edges.v[i];
            const MonoVertex *src = &c->mono_vertices.v[e->src];
            MonoVertex *dst = &c->mono_vertices.v[e->dst];
            const int w = src->weight + e->weight;
            if (w <= dst->weight) continue;
            dst->pre = i;
            dst->len = src->len + 1;
            if (dst->len == c->mono_vertices.n) {
                report_loop(c, e->dst);
                return;
            }
            dst->weight = w;
            again = true;
        }
    }
}
