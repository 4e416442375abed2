// What descriptors and itabs mention: component types, method entries. Closes the lists of the module.
//
// Floor 5. A named type's descriptor is defined by the package that declares it (with the pointer to it), so
// that its methods' signatures do not pull in the descriptors of half the library everywhere.
#include "lower.h"

static void note(Lower *l, Type *t) {
    if (t) lower_typedesc(l, t);
}

static void note_list(Lower *l, const TypeList *list) {
    for (int i = 0; i < list->n; i++) note(l, list->v[i]);
}

static void note_components(Lower *l, Type *t) {
    Type *u = type_under(t);
    switch (u->kind) {
    case TYPE_ARRAY: note(l, u->array.elem); break;
    case TYPE_SLICE:
    case TYPE_POINTER: note(l, u->elem); break;
    case TYPE_MAP:
        note(l, u->map.key);
        note(l, u->map.elem);
        break;
    case TYPE_CHAN: note(l, u->chan.elem); break;
    case TYPE_FUNC:
        note_list(l, &u->func.params);
        note_list(l, &u->func.results);
        break;
    case TYPE_STRUCT:
        for (int i = 0; i < u->struct_.fields.n; i++) note(l, u->struct_.fields.v[i].type);
        break;
    case TYPE_INTERFACE:
        type_iface_complete(u);
        for (int i = 0; i < u->iface.all.n; i++) note(l, u->iface.all.v[i].sig);
        break;
    default: break;
    }
}

static bool may_have_methods(Type *t) {
    t = type_unalias(t);
    if (type_is_interface(t)) return false;
    if (t->kind == TYPE_POINTER) t = type_unalias(t->elem);
    return t->kind == TYPE_NAMED || t->kind == TYPE_STRUCT;
}

static void list_methods(Lower *l, IrTypeDesc *d) {
    if (!may_have_methods(d->type)) return;
    MethodSet set = type_method_set(d->type);
    for (int i = 0; i < set.n; i++) {
        const Lookup *found = &set.v[i].lookup;
        Object *obj = found->method.obj;
        if (obj && obj->func && obj->func->tparams.n) continue; // a generic method implements nothing
        IrMethodEntry e = {.name = set.v[i].name, .sig = found->method.sig};
        e.pkg = object_exported(e.name) ? NULL : found->method.pkg;
        e.entry = lower_iface_entry(l, d->type, &set.v[i]);
        note(l, e.sig);
        vec_push(l->a, &d->methods, e);
    }
}

// reflect goes from a type to the pointer to it, whose methods must be there then.
static void note_pointer(Lower *l, Type *t) {
    t = type_unalias(t);
    if (t->kind != TYPE_NAMED || type_is_interface(t)) return;
    Type *pointer = type_new_pointer(t);
    if (type_method_set(pointer).n) note(l, pointer);
}

static const MethodSetEntry *find_entry(const MethodSet *set, const Method *m) {
    for (int i = 0; i < set->n; i++) {
        const Method *c = &set->v[i].lookup.method;
        if (c->name == m->name && (object_exported(m->name) || c->pkg == m->pkg)) return &set->v[i];
    }
    return NULL;
}

static void fill_itab(Lower *l, IrItab *tab) {
    MethodSet set = type_method_set(tab->type);
    Type *u = type_iface_complete(type_under(tab->iface));
    for (int i = 0; i < u->iface.all.n; i++) {
        const MethodSetEntry *m = find_entry(&set, &u->iface.all.v[i]);
        if (!m) bug_at(0, "%s lacks method %s", type_string(tab->type, NULL), u->iface.all.v[i].name);
        vec_push(l->a, &tab->entries, lower_iface_entry(l, tab->type, m));
    }
}

// A library package defines the descriptors of all its named types.
static void list_own_types(Lower *l) {
    for (int i = 0; i < l->pkg->types.n; i++) {
        Object *obj = l->pkg->types.v[i]->type.obj;
        if (!obj || obj->name[0] == '_') continue;
        Type *t = obj->type;
        if (!t || t->kind != TYPE_NAMED || t->named.local_in || t->named.tparams.n) continue;
        if (type_is_interface(t) && type_iface_is_constraint(type_under(t))) continue;
        note(l, t);
        note(l, type_new_pointer(t));
    }
}

void lower_close_types(Lower *l) {
    if (!l->types_listed && l->pkg->path != intern_z("main")) list_own_types(l);
    l->types_listed = true;
    for (;;) {
        if (l->next_type < l->open_types.n) {
            IrTypeDesc *d = l->open_types.v[l->next_type++];
            if (d->external) continue;
            note_components(l, d->type);
            note_pointer(l, d->type);
            list_methods(l, d);
        } else if (l->next_itab < l->open_itabs.n) {
            fill_itab(l, l->open_itabs.v[l->next_itab++]);
        } else {
            return;
        }
    }
}
