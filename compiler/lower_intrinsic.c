// Library functions that are an instruction or two: calls of them become inline runtime entries.
//
// Floor 5. Only direct calls; as func values they remain the library's functions.
#include "lower.h"

typedef struct Intrinsic {
    const char *pkg, *name;
    IrRt rt; // IRRT_NONE: the operand's bits
} Intrinsic;

static const Intrinsic intrinsics[] = {
    {"math", "Sqrt", IRRT_SQRT},
    {"math", "Abs", IRRT_FABS},
    {"math", "Float64bits", IRRT_NONE},
    {"math", "Float64frombits", IRRT_NONE},
    {"math", "Float32bits", IRRT_NONE},
    {"math", "Float32frombits", IRRT_NONE},
    {"math/bits", "LeadingZeros64", IRRT_CLZ64},
    {"math/bits", "LeadingZeros32", IRRT_CLZ32},
    {"math/bits", "TrailingZeros64", IRRT_CTZ64},
    {"math/bits", "TrailingZeros32", IRRT_CTZ32},
    {"math/bits", "TrailingZeros", IRRT_CTZ64},
    {"math/bits", "LeadingZeros", IRRT_CLZ64},
    {"math/bits", "OnesCount64", IRRT_POPCOUNT64},
    {"math/bits", "OnesCount32", IRRT_POPCOUNT64},
    {"math/bits", "OnesCount", IRRT_POPCOUNT64},
    {"math/bits", "Len64", IRRT_LEN64},
    {"math/bits", "Len32", IRRT_LEN64},
    {"math/bits", "Len", IRRT_LEN64},
    {"math/bits", "mulHigh", IRRT_MUL_HIGH},
    {"math/bits", "ReverseBytes64", IRRT_BSWAP64},
    {"math/bits", "ReverseBytes32", IRRT_BSWAP32},
};

// The functions of sync/atomic are a verb and a type, the methods of its types a verb.
static const Intrinsic atomics[] = {
    {"sync/atomic", "Load", IRRT_ATOMIC_LOAD}, {"sync/atomic", "Store", IRRT_ATOMIC_STORE},
    {"sync/atomic", "Swap", IRRT_ATOMIC_SWAP}, {"sync/atomic", "CompareAndSwap", IRRT_ATOMIC_CAS},
    {"sync/atomic", "Add", IRRT_ATOMIC_ADD},
};

static bool is_atomic_type(const char *s) {
    static const char *const types[] = {"Int32", "Int64", "Uint32", "Uint64", "Uintptr", "Pointer"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(s, types[i]) == 0) return true;
    return false;
}

static const Intrinsic *find_atomic_method(const IrFunc *f) {
    const Type *t =
        type_under(f->recv)->kind == TYPE_POINTER ? type_unalias(type_under(f->recv)->elem) : NULL;
    if (!t || t->kind != TYPE_NAMED || strcmp(f->pkg->path, "sync/atomic") != 0) return NULL;
    if (!is_atomic_type(t->named.obj->name)) return NULL;
    for (size_t i = 0; i < sizeof atomics / sizeof *atomics; i++)
        if (strcmp(f->name, atomics[i].name) == 0) return &atomics[i];
    return NULL;
}

static const Intrinsic *find(const IrFunc *f) {
    const char *pkg = f->pkg->path;
    if (f->kind != IRF_FUNC || f->targs.n) return NULL;
    if (strcmp(pkg, "sync/atomic") == 0) {
        for (size_t i = 0; i < sizeof atomics / sizeof *atomics; i++) {
            size_t n = strlen(atomics[i].name);
            if (strncmp(f->name, atomics[i].name, n) == 0 && is_atomic_type(f->name + n)) return &atomics[i];
        }
        return NULL;
    }
    if (strncmp(pkg, "math", 4) != 0) return NULL;
    for (size_t i = 0; i < sizeof intrinsics / sizeof *intrinsics; i++)
        if (strcmp(pkg, intrinsics[i].pkg) == 0 && strcmp(f->name, intrinsics[i].name) == 0)
            return &intrinsics[i];
    return NULL;
}

static IrExpr *cast(Fn *fn, IrExpr *x, Type *t) {
    return type_identical(x->type, t) ? x : ir_unary(fn->a, IRX_BITCAST, t, x);
}

// x.Add(1) of an atomic.Int64: as atomic.AddInt64(&x.v, 1). Pointer[T] holds an unsafe.Pointer.
static IrExpr *atomic_method(Fn *fn, const CallParts *p, IrRt rt) {
    IrExpr *x = lower_deref(fn, p->args.v[0]);
    const Type *u = type_under(x->type);
    int v = u->struct_.fields.n - 1;
    Type *held = u->struct_.fields.v[v].type;
    bool result_held = rt == IRRT_ATOMIC_LOAD || rt == IRRT_ATOMIC_SWAP || rt == IRRT_ATOMIC_ADD;
    IrExpr *e = ir_rtcall(fn->a, rt, result_held ? held : p->result, 0);
    vec_push(fn->a, &e->args, lower_address(fn, lower_field(fn, x, v)));
    for (int i = 1; i < p->args.n; i++) vec_push(fn->a, &e->args, cast(fn, p->args.v[i], held));
    if (!result_held || type_identical(held, p->result)) return e;
    return cast(fn, ir_var(fn->a, fn_decl_temp(fn, e)), p->result); // an effect stands alone
}

IrExpr *lower_intrinsic(Fn *fn, const CallParts *p) {
    if (p->kind != CALLEE_STATIC) return NULL;
    if (p->func->recv) {
        const Intrinsic *method = find_atomic_method(p->func);
        return method ? atomic_method(fn, p, method->rt) : NULL;
    }
    const Intrinsic *in = find(p->func);
    if (!in) return NULL;
    if (p->args.v[0]->kind == IRX_ZERO) { // C's NULL has no type to operate on
        if (type_is_pointer(p->args.v[0]->type)) lower_nilcheck(fn, p->args.v[0]);
        return NULL;
    }
    if (in->rt == IRRT_NONE) return lower_early(fn, ir_unary(fn->a, IRX_BITCAST, p->result, p->args.v[0]));
    IrExpr *e = ir_rtcall(fn->a, in->rt, p->result, 0);
    memcpy(&e->args, &p->args, sizeof e->args);
    if (in->rt == IRRT_POPCOUNT64 || in->rt == IRRT_LEN64)
        e->args.v[0] = lower_int_as(fn, e->args.v[0], type_basic(TYPE_UINT64));
    return ir_rt_info[in->rt].flags & (IRRT_PURE | IRRT_CONST) ? lower_early(fn, e) : e;
}
