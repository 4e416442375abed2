// Operands that may panic, in the order in which Go has them.
//
// C leaves open in which order a call evaluates its arguments, and gcc begins with the last: of two that
// panic the wrong one would. Where more than one may, all but the last go to variables first, in a statement
// expression, since the operands of && and ?: must not be evaluated in front of the statement. Both compilers
// take the operands of infix operators and initialisers from the left, but where gcc turns them round.
#include "emit_priv.h"

static bool is_call_in_c(const IrExpr *x) {
    switch (x->kind) {
    case IRX_CALL:
    case IRX_CALL_FUNC:
    case IRX_CALL_IFACE:
    case IRX_RTCALL:
    case IRX_CONCAT: return true;
    case IRX_BINARY:
        return x->op == OP_DIV || x->op == OP_REM || x->op == OP_SHL || x->op == OP_SHR ||
               type_is_complex(x->type) || x->x->kind == IRX_UNARY; // gcc makes y - x of -x + y
    case IRX_COMPARE: return !type_is_integer(x->x->type) && !type_is_float(x->x->type);
    default: return false;
    }
}

static int operand_count(const IrExpr *x) {
    return x->kind == IRX_BINARY || x->kind == IRX_COMPARE ? 2 : x->args.n;
}

static IrExpr **operand(IrExpr *x, int i) {
    if (x->kind == IRX_BINARY || x->kind == IRX_COMPARE) return i ? &x->y : &x->x;
    return &x->args.v[i];
}

static IrExpr *copy_of(Emit *e, const IrExpr *x) {
    IrExpr *copy = ARENA_NEW(e->arena, IrExpr);
    *copy = *x;
    memset(&copy->args, 0, sizeof copy->args);
    for (int i = 0; i < x->args.n; i++) vec_push(e->arena, &copy->args, x->args.v[i]);
    return copy;
}

static IrExpr *put_variable(Emit *e, CBuf *b, IrExpr *value) {
    IrVar *v = ARENA_NEW(e->arena, IrVar);
    v->kind = IRV_TEMP;
    v->type = value->type;
    v->func = e->f;
    emit_set_name(e, v, arena_printf(e->arena, "gol_arg%d", ++e->ordered));
    cbuf_printf(b, "%s = ", emit_declarator(e, emit_ctype(e, v->type), emit_var_record(e, v)->name));
    emit_expr(e, b, value, PREC_ANY);
    cbuf_put(b, "; ");
    e->temps += (type_size(v->type) + 7) & -8;
    return ir_var(e->arena, v);
}

IrExpr *emit_in_order(Emit *e, CBuf *b, IrExpr *x) {
    if (!e->f || !is_call_in_c(x)) return x;
    int n = operand_count(x), last = -1, panicking = 0;
    for (int i = 0; i < n; i++)
        if (ir_has_check(*operand(x, i))) {
            panicking++;
            last = i;
        }
    if (panicking < 2) return x;
    x = copy_of(e, x);
    cbuf_put(b, "({ ");
    for (int i = 0; i < last; i++)
        if (ir_has_check(*operand(x, i))) *operand(x, i) = put_variable(e, b, *operand(x, i));
    return x;
}
