/* Finalizers, cleanups and weak pointers, as packages runtime and weak declare them without a body. Part of
 * the runtime, floor 6; runtime/special.c does the work. */
#include <gol/panic.h>
#include <gol/rt.h>

void runtime__setFinalizer(Eface obj, Eface fin);
Ptr runtime__pointerIn(Eface x);
Ptr runtime__addCleanup(Ptr obj, Func fn);
Int runtime__cleanupHolds(Ptr obj, Ptr arg, Func cleanup);
void runtime__stopCleanup(Ptr cleanup);
Ptr weak__handle(Ptr obj);
Ptr weak__load(Ptr handle);

/* ---- finalizers -------------------------------------------------------------------------------------- */

typedef struct {
    Func f;
    const gol_type *type;  /* of the object: a pointer */
    const gol_type *iface; /* f takes an interface of this type */
    Uintptr result;        /* bytes that f returns through a pointer, as the C ABI has it for more than 16 */
} Finalizer;

/* An interface is two words whatever its methods: the first says how to read the second. */
static void call_with_interface(Finalizer *fin, void *obj, void *result) {
    const gol_itab *itab = fin->iface->nmembers ? gol_itab_find(fin->iface, fin->type) : NULL;
    Eface e = {itab ? (const void *)itab : fin->type, obj};
    if (result)
        ((void (*)(void *, Eface, void *))fin->f->code)(result, e, fin->f);
    else
        ((void (*)(Eface, void *))fin->f->code)(e, fin->f);
}

static void run_finalizer(void *obj, void *arg) {
    Finalizer *fin = arg;
    obj = rt_gc_object_start(obj);
    void *result = fin->result ? gol_alloc(fin->result, fin->result) : NULL;
    if (fin->iface)
        call_with_interface(fin, obj, result);
    else if (result)
        ((void (*)(void *, Ptr, void *))fin->f->code)(result, obj, fin->f);
    else
        ((void (*)(Ptr, void *))fin->f->code)(obj, fin->f);
}

static Uintptr result_size(const gol_type *f) {
    const gol_type *const *results = (const gol_type *const *)f->members + f->nmembers;
    Uintptr n = 0;
    for (Int i = 0; i < f->nresults; i++)
        n = (n + results[i]->align - 1) / results[i]->align * results[i]->align + results[i]->size;
    return n > 16 ? (n + 7) / 8 * 8 : 0;
}

static GOL_NORETURN void bad(String why) {
    char *text = rt_alloc_persistent((size_t)why.len + 32);
    strcpy(text, "runtime.SetFinalizer: ");
    memcpy(text + strlen(text), why.ptr, (size_t)why.len);
    rt_fatal(text);
}

static GOL_NORETURN void cannot_pass(const gol_type *obj, const gol_type *fin, const char *why) {
    bad(rt_str_cat(5, rt_str_c("cannot pass "), obj->str, rt_str_c(" to finalizer "), fin->str,
                   rt_str_c(why)));
}

/* Whether a pointer of type obj can be assigned to the finalizer's parameter. */
static bool accepts(const gol_type *param, const gol_type *obj) {
    if (param == obj) return true;
    if (param->kind == GOL_POINTER)
        return param->elem == obj->elem &&
               !((param->flags & GOL_TYPE_NAMED) && (obj->flags & GOL_TYPE_NAMED));
    return param->kind == GOL_INTERFACE && (param->nmembers == 0 || gol_itab_find(param, obj));
}

void runtime__setFinalizer(Eface obj, Eface fin) {
    GOL_STACK_CHECK();
    if (obj.type == NULL) bad(rt_str_c("first argument is nil"));
    if (obj.type->kind != GOL_POINTER)
        bad(rt_str_cat(3, rt_str_c("first argument is "), obj.type->str, rt_str_c(", not pointer")));
    void *base = rt_gc_base(obj.data);
    if (base == NULL && obj.data == NULL) bad(rt_str_c("pointer not in allocated block"));
    if (base && rt_gc_object_start(base) != obj.data)
        bad(rt_str_c("pointer not at beginning of allocated block"));
    if (fin.type == NULL) {
        if (base) rt_set_finalizer(base, NULL, NULL);
        return;
    }
    if (fin.type->kind != GOL_FUNC)
        bad(rt_str_cat(3, rt_str_c("second argument is "), fin.type->str, rt_str_c(", not a function")));
    if (fin.type->flags & GOL_TYPE_VARIADIC) cannot_pass(obj.type, fin.type, " because dotdotdot");
    if (fin.type->nmembers != 1) cannot_pass(obj.type, fin.type, "");
    const gol_type *param = ((const gol_type *const *)fin.type->members)[0];
    if (!accepts(param, obj.type)) cannot_pass(obj.type, fin.type, "");
    if (base == NULL) return; /* static data is never collected */
    Finalizer *f = gol_alloc(sizeof *f, sizeof *f);
    *f = (Finalizer){fin.data, obj.type, param->kind == GOL_INTERFACE ? param : NULL, result_size(fin.type)};
    if (!rt_set_finalizer(base, run_finalizer, f)) bad(rt_str_c("finalizer already set"));
}

/* ---- cleanups ---------------------------------------------------------------------------------------- */

Ptr runtime__pointerIn(Eface x) {
    if (x.type == NULL) return NULL;
    return x.type->kind == GOL_POINTER || x.type->kind == GOL_UNSAFEPOINTER ? x.data : NULL;
}

Ptr runtime__addCleanup(Ptr obj, Func fn) {
    GOL_STACK_CHECK();
    return rt_add_cleanup(obj, fn);
}

/* What would keep obj alive for ever: 1 its argument is obj, 2 its argument points into it, 3 a variable of
 * its closure does. */
Int runtime__cleanupHolds(Ptr obj, Ptr arg, Func cleanup) {
    GOL_STACK_CHECK();
    if (arg == obj) return 1;
    char *base = rt_gc_base(obj);
    if (base == NULL) return 0;
    size_t size = rt_gc_size(base);
    if ((Uintptr)((char *)arg - base) < size) return 2;
    void **closure = rt_gc_base((void *)cleanup);
    for (size_t i = 0; closure && i < rt_gc_size(closure) / sizeof *closure; i++)
        if ((Uintptr)((char *)closure[i] - base) < size) return 3;
    return 0;
}

void runtime__stopCleanup(Ptr cleanup) {
    GOL_STACK_CHECK();
    rt_cleanup_stop(cleanup);
}

/* ---- weak pointers ----------------------------------------------------------------------------------- */

Ptr weak__handle(Ptr obj) {
    GOL_STACK_CHECK();
    return rt_weak_handle(obj);
}
Ptr weak__load(Ptr handle) { return rt_weak_load(handle); }
