// Expressions of the IR as C expressions.
//
// Floor 6. Operators are in emit_op.c. Checks are one macro or inline function each. An operand that a check
// needs twice (a slice for its pointer and its length) is repeated only where it is a plain variable or a
// field of one.
#include "emit_priv.h"
#include "diag.h"
#include "mangle.h"

#include <string.h>

// ---- what a C expression is like -------------------------------------------------------------------------

bool emit_is_exact(IrExpr *x) {
    if (!emit_is_pointerish(x->type)) return true;
    switch (x->kind) {
    case IRX_VAR: return !x->var->heap && !(x->var->kind == IRV_CAPTURE && x->var->by_ref);
    case IRX_GLOBAL:
    case IRX_FIELD:
    case IRX_ELEM:
    case IRX_TUPLE_GET:
    case IRX_ADDR:
    case IRX_CALL: return true;
    default: return false;
    }
}

// Cheap to repeat, and the same each time.
static bool is_simple(IrExpr *x) {
    switch (x->kind) {
    case IRX_VAR:
    case IRX_GLOBAL: return true;
    case IRX_FIELD: return is_simple(x->x);
    case IRX_TUPLE_GET: return true;
    case IRX_DEREF: return x->no_check && is_simple(x->x);
    default: return false;
    }
}

// Aggregates that C may hold in slots of their own while the statement runs.
static void note_temp(Emit *e, Type *t) {
    if (e->f && emit_is_aggregate(t)) e->temps += t == &ir_type_void ? 0 : type_size(t);
}

static void note_tuple(Emit *e, Type *t) {
    if (t == &ir_type_void || !e->f) return;
    if (t->kind != TYPE_TUPLE) {
        note_temp(e, t);
        return;
    }
    for (int i = 0; i < t->tuple.types.n; i++) e->temps += (type_size(t->tuple.types.v[i]) + 7) & -8;
}

// ---- variables -------------------------------------------------------------------------------------------

void emit_var(Emit *e, CBuf *b, IrVar *v, EmitPrec prec) {
    bool pointer = v->heap || (v->kind == IRV_CAPTURE && v->by_ref);
    if (pointer) cbuf_put(b, prec >= PREC_UNARY ? "(*" : "*");
    if (v->kind == IRV_CAPTURE) cbuf_printf(b, "%s->", e->context_name);
    cbuf_put(b, emit_var_name(v));
    if (pointer && prec >= PREC_UNARY) cbuf_put(b, ")");
}

// ---- pointers --------------------------------------------------------------------------------------------

// A pointer expression ready for -> or *, with its check: of C type "T *".
static void put_pointer(Emit *e, CBuf *b, IrExpr *p, Type *to, bool check) {
    const char *type = emit_ptr_to(e, to);
    IrExpr *from = p;
    bool exact = emit_is_exact(p) && type_under(p->type)->kind == TYPE_POINTER &&
                 strcmp(emit_ptr_to(e, type_under(p->type)->elem), type) == 0;
    if (exact) {
        if (check) cbuf_put(b, "GOL_NIL(");
        emit_expr(e, b, p, check ? PREC_ANY : PREC_POSTFIX);
        if (check) cbuf_put(b, ")");
        return;
    }
    cbuf_printf(b, "((%s)", type);
    if (check) cbuf_put(b, "gol_nilcheck(");
    emit_expr(e, b, from, check ? PREC_ANY : PREC_UNARY);
    cbuf_put(b, check ? "))" : ")");
}

static void put_deref(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    const char *mem = emit_memtype(e, x->type); // C must know the struct
    (void)mem;
    if (prec >= PREC_POSTFIX) cbuf_put(b, "(");
    cbuf_put(b, "*");
    put_pointer(e, b, x->x, x->type, !x->no_check);
    if (prec >= PREC_POSTFIX) cbuf_put(b, ")");
}

// x as the left side of `.field`: a dereference becomes `->`.
static void put_base(Emit *e, CBuf *b, IrExpr *x) {
    emit_ctype(e, x->type);
    IrVar *v = x->kind == IRX_VAR ? x->var : NULL;
    if (x->kind == IRX_DEREF) {
        put_pointer(e, b, x->x, x->type, !x->no_check);
        cbuf_put(b, "->");
    } else if (v && (v->heap || (v->kind == IRV_CAPTURE && v->by_ref))) {
        if (v->kind == IRV_CAPTURE) cbuf_printf(b, "%s->", e->context_name);
        cbuf_printf(b, "%s->", emit_var_name(v));
    } else {
        emit_expr(e, b, x, PREC_POSTFIX);
        cbuf_put(b, ".");
    }
}

static bool in_readonly(IrExpr *x) {
    while (x->kind == IRX_FIELD || x->kind == IRX_ELEM) x = x->x;
    return x->kind == IRX_GLOBAL && x->global->readonly;
}

static void put_addr(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    IrExpr *of = x->x;
    if (of->kind == IRX_VAR && of->var->shape == IRSHAPE_SCASES) {
        cbuf_put(b, emit_var_name(of->var));
        return;
    }
    if (of->kind == IRX_VAR && (of->var->heap || (of->var->kind == IRV_CAPTURE && of->var->by_ref))) {
        if (of->var->kind == IRV_CAPTURE) cbuf_printf(b, "%s->", e->context_name);
        cbuf_put(b, emit_var_name(of->var));
        return;
    }
    if (of->kind == IRX_DEREF) { // &*p is p, checked
        put_pointer(e, b, of->x, of->type, !of->no_check);
        return;
    }
    if (prec >= PREC_POSTFIX) cbuf_put(b, "(");
    if (of->kind == IRX_GLOBAL && type_size(of->type) == 0) { // as new(T) of such a type
        cbuf_printf(b, "(%s)&gol_zerobase%s", emit_ptr_to(e, of->type), prec >= PREC_POSTFIX ? ")" : "");
        return;
    }
    bool readonly = in_readonly(of);
    bool shaped = of->kind == IRX_VAR && of->var->shape != IRSHAPE_VALUE;
    if (!shaped && (readonly || emit_is_pointerish(of->type)))
        cbuf_printf(b, "(%s)", emit_ptr_to(e, of->type));
    cbuf_put(b, "&");
    emit_expr(e, b, of, PREC_UNARY);
    if (prec >= PREC_POSTFIX) cbuf_put(b, ")");
}

// ---- elements --------------------------------------------------------------------------------------------

static void put_slice_elem(Emit *e, CBuf *b, IrExpr *x) {
    const char *mem = emit_memtype(e, x->type);
    bool repeat = x->bounds == IRB_NONE || is_simple(x->x);
    cbuf_printf(b, "%s(%s, ",
                repeat                      ? "GOL_AT"
                : x->bounds == IRB_UNSIGNED ? "GOL_INDEX_U"
                                            : "GOL_INDEX",
                mem);
    emit_expr(e, b, x->x, PREC_POSTFIX);
    cbuf_put(b, ", ");
    if (repeat && x->bounds != IRB_NONE) {
        cbuf_put(b, x->bounds == IRB_UNSIGNED ? "gol_index_u(" : "gol_index(");
        emit_expr(e, b, x->y, PREC_ANY);
        cbuf_put(b, ", ");
        emit_expr(e, b, x->x, PREC_POSTFIX);
        cbuf_put(b, ".len)");
    } else {
        emit_expr(e, b, x->y, PREC_ANY);
    }
    cbuf_put(b, ")");
}

static void put_string_byte(Emit *e, CBuf *b, IrExpr *x) {
    if (x->bounds == IRB_NONE || is_simple(x->x)) {
        emit_expr(e, b, x->x, PREC_POSTFIX);
        cbuf_put(b, ".ptr[");
        if (x->bounds != IRB_NONE) cbuf_put(b, x->bounds == IRB_UNSIGNED ? "gol_index_u(" : "gol_index(");
        emit_expr(e, b, x->y, PREC_ANY);
        if (x->bounds != IRB_NONE) {
            cbuf_put(b, ", ");
            emit_expr(e, b, x->x, PREC_POSTFIX);
            cbuf_put(b, ".len)");
        }
        cbuf_put(b, "]");
        return;
    }
    cbuf_put(b, x->bounds == IRB_UNSIGNED ? "gol_str_at_u(" : "gol_str_at(");
    emit_expr(e, b, x->x, PREC_ANY);
    cbuf_put(b, ", ");
    emit_expr(e, b, x->y, PREC_ANY);
    cbuf_put(b, ")");
}

static void put_array_elem(Emit *e, CBuf *b, IrExpr *x) {
    put_base(e, b, x->x);
    cbuf_put(b, "a[");
    if (x->bounds != IRB_NONE) cbuf_put(b, x->bounds == IRB_UNSIGNED ? "gol_index_u(" : "gol_index(");
    emit_expr(e, b, x->y, PREC_ANY);
    if (x->bounds != IRB_NONE) cbuf_printf(b, ", %lld)", (long long)type_under(x->x->type)->array.len);
    cbuf_put(b, "]");
}

// ---- calls -----------------------------------------------------------------------------------------------

static void put_args(Emit *e, CBuf *b, const IrExprList *args, bool first) {
    for (int i = 0; i < args->n; i++) {
        if (!first) cbuf_put(b, ", ");
        first = false;
        emit_expr(e, b, args->v[i], PREC_ANY);
    }
}

static void put_call(Emit *e, CBuf *b, IrExpr *x) {
    cbuf_printf(b, "%s(", emit_func_name(e, x->func));
    put_args(e, b, &x->args, true);
    if (x->func->ctx != IRCTX_NONE) {
        cbuf_put(b, x->args.n ? ", " : "");
        if (x->x)
            emit_expr(e, b, x->x, PREC_ANY);
        else
            cbuf_put(b, "NULL");
    }
    cbuf_put(b, ")");
}

// A cast to the C type of a function of signature sig with `first` before its parameters and `last` after
// them.
static void put_code_cast(Emit *e, CBuf *b, Type *sig, Type *result, const char *first, const char *last) {
    Type *u = type_under(sig);
    cbuf_printf(b, "((%s", emit_ctype(e, result));
    cbuf_put(b, b->v[b->n - 1] == '*' ? "(*)(" : " (*)(");
    const char *sep = "";
    if (first) {
        cbuf_put(b, first);
        sep = ", ";
    }
    for (int i = 0; i < u->func.params.n; i++) {
        cbuf_printf(b, "%s%s", sep, emit_ctype(e, u->func.params.v[i]));
        sep = ", ";
    }
    if (last) cbuf_printf(b, "%s%s", sep, last);
    cbuf_put(b, "))");
}

static void put_call_func(Emit *e, CBuf *b, IrExpr *x) {
    put_code_cast(e, b, x->x->type, x->type, NULL, "void *");
    cbuf_put(b, "gol_code(");
    emit_expr(e, b, x->x, PREC_ANY);
    cbuf_put(b, "))(");
    put_args(e, b, &x->args, true);
    if (x->args.n) cbuf_put(b, ", ");
    emit_expr(e, b, x->x, PREC_ANY);
    cbuf_put(b, ")");
}

// The call if the interface holds this type: its code is known.
static void put_likely_call(Emit *e, CBuf *b, IrExpr *x, IrItab *it) {
    emit_expr(e, b, x->x, PREC_POSTFIX);
    cbuf_printf(b, ".itab == %s ? %s(", emit_itab(e, it->iface, it->type),
                emit_func_name(e, it->entries.v[x->index]));
    emit_expr(e, b, x->x, PREC_POSTFIX);
    cbuf_put(b, ".data");
    put_args(e, b, &x->args, false);
    cbuf_put(b, ") : ");
}

static void put_call_iface(Emit *e, CBuf *b, IrExpr *x) {
    Type *u = type_iface_complete(type_under(x->x->type));
    if (x->likely.n) cbuf_put(b, "(");
    for (int i = 0; i < x->likely.n; i++) put_likely_call(e, b, x, x->likely.v[i]);
    put_code_cast(e, b, u->iface.all.v[x->index].sig, x->type, "Ptr", NULL);
    cbuf_put(b, "GOL_NIL(");
    emit_expr(e, b, x->x, PREC_POSTFIX);
    cbuf_printf(b, ".itab)->fun[%d])(", x->index);
    emit_expr(e, b, x->x, PREC_POSTFIX);
    cbuf_put(b, ".data");
    put_args(e, b, &x->args, false);
    cbuf_put(b, x->likely.n ? "))" : ")");
}

enum { APPEND_TEMPS = 10 * 24 };

static void put_rtcall(Emit *e, CBuf *b, IrExpr *x) {
    const IrRtInfo *rt = &ir_rt_info[x->rt];
    cbuf_printf(b, "%s(", rt->symbol);
    for (int i = 0; i < x->args.n; i++) {
        if (i) cbuf_put(b, ", ");
        // A pointer to a constant of the program is const in C.
        emit_expr(e, b, x->args.v[i], PREC_ANY);
    }
    cbuf_put(b, ")");
    // These are inline and hold slices of their own: a function with one is better not inlined itself, too.
    if (x->rt == IRRT_APPEND_SLICE || x->rt == IRRT_APPEND_STRING) e->temps += APPEND_TEMPS;
}

static void put_room(Emit *e, CBuf *b, IrExpr *room) {
    if (room)
        emit_expr(e, b, room, PREC_ANY);
    else
        cbuf_put(b, "NULL");
    cbuf_put(b, ", ");
}

static void put_concat(Emit *e, CBuf *b, IrExpr *x) {
    if (x->args.n <= 3) {
        cbuf_printf(b, "gol_str_concat%d(", x->args.n);
        put_room(e, b, x->x);
        put_args(e, b, &x->args, true);
        cbuf_put(b, ")");
        return;
    }
    cbuf_put(b, "gol_str_concat(");
    put_room(e, b, x->x);
    cbuf_put(b, "(String[]){");
    put_args(e, b, &x->args, true);
    cbuf_printf(b, "}, %d)", x->args.n);
    e->temps += 16 * x->args.n;
}

// ---- constructors ----------------------------------------------------------------------------------------

static void put_struct_members(Emit *e, CBuf *b, IrExpr *x, bool is_static) {
    const char *sep = "";
    for (int i = 0; i < x->args.n; i++) {
        if (!x->args.v[i] || x->args.v[i]->kind == IRX_ZERO) continue;
        cbuf_printf(b, "%s.%s = ", sep, mangle_field(e->arena, x->type, i));
        emit_init(e, b, x->args.v[i], is_static);
        sep = ", ";
    }
}

enum { PER_LINE = 16 }; // elements of a table

static void put_array_members(Emit *e, CBuf *b, IrExpr *x, bool is_static) {
    cbuf_put(b, "{");
    int64_t next = 0;
    const char *sep = "";
    for (int i = 0; i < x->args.n; i++) {
        int64_t key = x->keys.n ? x->keys.v[i] : i;
        IrExpr *arg = x->args.v[i];
        if (!arg) continue;
        cbuf_put(b, sep);
        if (is_static && *sep && i % PER_LINE == 0) cbuf_put(b, "\n    ");
        if (key != next) cbuf_printf(b, "[%lld] = ", (long long)key);
        emit_init(e, b, arg, is_static);
        next = key + 1;
        sep = ", ";
    }
    cbuf_put(b, "}");
}

// The members of an aggregate within braces.
static void put_braces(Emit *e, CBuf *b, IrExpr *x, bool is_static) {
    cbuf_put(b, "{");
    switch (x->kind) {
    case IRX_AGGREGATE:
        if (type_under(x->type)->kind == TYPE_STRUCT)
            put_struct_members(e, b, x, is_static);
        else if (x->args.n)
            put_array_members(e, b, x, is_static);
        break;
    case IRX_ZERO: break;
    default:
        for (int i = 0; i < x->args.n; i++) {
            if (i) cbuf_put(b, ", ");
            emit_init(e, b, x->args.v[i], is_static);
        }
    }
    cbuf_put(b, "}");
}

void emit_init(Emit *e, CBuf *b, IrExpr *x, bool is_static) {
    emit_ctype(e, x->type);
    switch (x->kind) {
    case IRX_AGGREGATE:
    case IRX_MKSTRING:
    case IRX_MKSLICE:
    case IRX_MKIFACE:
    case IRX_MKCOMPLEX: put_braces(e, b, x, is_static); break;
    case IRX_ZERO:
        if (emit_is_aggregate(x->type))
            cbuf_put(b, "{}");
        else
            emit_expr(e, b, x, PREC_ANY);
        break;
    case IRX_CONST: emit_const(e, b, x->val, x->type, true); break;
    default: emit_expr(e, b, x, PREC_ANY);
    }
}

// In parentheses where more follows: a macro would take the commas within braces for its own.
static void put_constructor(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    cbuf_printf(b, "%s(%s)", prec >= PREC_POSTFIX ? "(" : "", emit_ctype(e, x->type));
    put_braces(e, b, x, false);
    if (prec >= PREC_POSTFIX) cbuf_put(b, ")");
    note_temp(e, x->type);
}

static void put_zero(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    if (emit_is_aggregate(x->type))
        put_constructor(e, b, x, prec);
    else if (emit_is_pointerish(x->type))
        cbuf_put(b, "NULL");
    else
        cbuf_put(b, type_is_bool(x->type) ? "false" : "0");
}

void emit_context_init(Emit *e, CBuf *b, IrExpr *closure) {
    IrFunc *f = closure->func;
    emit_context_type(e, f);
    cbuf_put(b, "{");
    const char *sep = "";
    if (f->ctx == IRCTX_CLOSURE) {
        cbuf_put(b, emit_func_name(e, f));
        sep = ", ";
    }
    for (int i = 0; i < closure->args.n; i++) {
        cbuf_put(b, sep);
        if (f->ctx == IRCTX_DEFER) cbuf_printf(b, ".%s = ", emit_var_name(f->captures.v[i]));
        emit_expr(e, b, closure->args.v[i], PREC_ANY);
        sep = ", ";
    }
    cbuf_put(b, "}");
}

static void put_closure(Emit *e, CBuf *b, IrExpr *x) {
    if (x->func->captures.n == 0) {
        cbuf_printf(b, "(Func)&%s", emit_funcval(e, x->func));
        return;
    }
    const char *type = emit_context_type(e, x->func);
    if (x->slot) { // emit_stmt.c fills the slot first
        cbuf_printf(b, "(Func)&%s", emit_var_name(x->slot));
        return;
    }
    cbuf_printf(b, "gol_closure(&(%s)", type);
    emit_context_init(e, b, x);
    cbuf_printf(b, ", sizeof(%s), %lld)", type, (long long)emit_context_ptrdata(x->func));
    e->temps += 8 + 8 * x->func->captures.n;
}

// ---- bits ------------------------------------------------------------------------------------------------

static void put_bitcast(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    IrExpr *from = x->x;
    bool to_aggregate = emit_is_aggregate(x->type), from_aggregate = emit_is_aggregate(from->type);
    const char *to = emit_ctype(e, x->type);
    if (strcmp(to, emit_ctype(e, from->type)) == 0 && (to_aggregate || emit_is_exact(from))) {
        emit_expr(e, b, from, prec);
        return;
    }
    bool float_bits = type_is_float(x->type) != type_is_float(from->type);
    if (!to_aggregate && !from_aggregate && !float_bits) {
        const char *cast = emit_is_pointerish(x->type) ? "Ptr" : to;
        if (emit_is_pointerish(x->type) && emit_is_pointerish(from->type) && !emit_is_exact(from)) {
            emit_expr(e, b, from, prec);
            return;
        }
        if (prec >= PREC_POSTFIX) cbuf_put(b, "(");
        cbuf_printf(b, "(%s)", cast);
        emit_expr(e, b, from, PREC_UNARY);
        if (prec >= PREC_POSTFIX) cbuf_put(b, ")");
        return;
    }
    cbuf_put(b, prec >= PREC_POSTFIX ? "(" : "");
    cbuf_printf(b, "*(%s *)&", to_aggregate ? to : emit_memtype(e, x->type));
    if (ir_is_lvalue(from)) {
        emit_expr(e, b, from, PREC_UNARY);
    } else if (from_aggregate) {
        cbuf_printf(b, "(struct { %s v; }){", emit_ctype(e, from->type));
        emit_expr(e, b, from, PREC_ANY);
        cbuf_put(b, "}");
    } else {
        cbuf_printf(b, "(%s){", emit_memtype(e, from->type));
        emit_expr(e, b, from, PREC_ANY);
        cbuf_put(b, "}");
    }
    cbuf_put(b, prec >= PREC_POSTFIX ? ")" : "");
}

// ---- all -------------------------------------------------------------------------------------------------

static void put_member(Emit *e, CBuf *b, IrExpr *x, const char *member) {
    put_base(e, b, x);
    cbuf_put(b, member);
}

static void put_cond(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    if (prec > PREC_ANY) cbuf_put(b, "(");
    emit_expr(e, b, x->x, PREC_BINARY);
    cbuf_put(b, " ? ");
    emit_expr(e, b, x->y, PREC_BINARY);
    cbuf_put(b, " : ");
    emit_expr(e, b, x->z, PREC_BINARY);
    if (prec > PREC_ANY) cbuf_put(b, ")");
}

static void put_logic(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    bool same_x = x->x->kind == x->kind, same_y = x->y->kind == x->kind; // a && b && c needs no parentheses
    if (prec > PREC_ANY) cbuf_put(b, "(");
    emit_expr(e, b, x->x, same_x ? PREC_ANY : PREC_BINARY);
    cbuf_put(b, x->kind == IRX_AND ? " && " : " || ");
    emit_expr(e, b, x->y, same_y ? PREC_ANY : PREC_BINARY);
    if (prec > PREC_ANY) cbuf_put(b, ")");
}

static void put_cast_text(CBuf *b, EmitPrec prec, const char *text) {
    cbuf_printf(b, prec >= PREC_POSTFIX ? "(%s)" : "%s", text);
}

void emit_expr(Emit *e, CBuf *b, IrExpr *whole, EmitPrec prec) {
    IrExpr *x = emit_in_order(e, b, whole);
    switch (x->kind) {
    case IRX_CONST: emit_const(e, b, x->val, x->type, false); break;
    case IRX_ZERO: put_zero(e, b, x, prec); break;
    case IRX_VAR: emit_var(e, b, x->var, prec); break;
    case IRX_GLOBAL:
        emit_ctype(e, x->type);
        cbuf_put(b, emit_global_name(e, x->global));
        break;
    case IRX_FUNCADDR:
        put_cast_text(b, prec, arena_printf(e->arena, "(void *)%s", emit_func_name(e, x->func)));
        break;
    case IRX_FUNCVAL:
        put_cast_text(b, prec, arena_printf(e->arena, "(Func)&%s", emit_funcval(e, x->func)));
        break;
    case IRX_TYPEDESC: put_cast_text(b, prec, emit_desc(e, x->of)); break;
    case IRX_ITAB: put_cast_text(b, prec, emit_itab(e, x->iface, x->of)); break;
    case IRX_SIZEOF: cbuf_printf(b, "sizeof(%s)", emit_ctype(e, x->of)); break;
    case IRX_CONTEXT: put_cast_text(b, prec, arena_printf(e->arena, "(void *)%s", e->context_name)); break;
    case IRX_UNARY: emit_unary(e, b, x, prec); break;
    case IRX_BINARY: emit_binary(e, b, x, prec); break;
    case IRX_COMPARE: emit_compare(e, b, x, prec); break;
    case IRX_AND:
    case IRX_OR: put_logic(e, b, x, prec); break;
    case IRX_COND: put_cond(e, b, x, prec); break;
    case IRX_CONVERT: emit_convert(e, b, x, prec); break;
    case IRX_BITCAST: put_bitcast(e, b, x, prec); break;
    case IRX_FIELD: put_member(e, b, x->x, mangle_field(e->arena, x->x->type, x->index)); break;
    case IRX_ELEM: put_array_elem(e, b, x); break;
    case IRX_DEREF: put_deref(e, b, x, prec); break;
    case IRX_AT: put_slice_elem(e, b, x); break;
    case IRX_STRAT: put_string_byte(e, b, x); break;
    case IRX_ADDR: put_addr(e, b, x, prec); break;
    case IRX_LEN: put_member(e, b, x->x, "len"); break;
    case IRX_CAP: put_member(e, b, x->x, "cap"); break;
    case IRX_DATA:
        if (prec >= PREC_POSTFIX) cbuf_put(b, "(");
        if (type_is_string(x->x->type)) cbuf_put(b, "(Ptr)");
        put_member(e, b, x->x, "ptr");
        if (prec >= PREC_POSTFIX) cbuf_put(b, ")");
        break;
    case IRX_IFACE_TYPE:
        if (type_iface_complete(type_under(x->x->type))->iface.all.n == 0) {
            put_member(e, b, x->x, "type");
            break;
        }
        cbuf_put(b, "gol_iface_type(");
        emit_expr(e, b, x->x, PREC_ANY);
        cbuf_put(b, ")");
        break;
    case IRX_IFACE_TAB: put_member(e, b, x->x, "itab"); break;
    case IRX_IFACE_CODE:
        put_member(e, b, x->x, "itab");
        cbuf_printf(b, "->fun[%d]", x->index);
        break;
    case IRX_IFACE_DATA: put_member(e, b, x->x, "data"); break;
    case IRX_REAL: put_member(e, b, x->x, "re"); break;
    case IRX_IMAG: put_member(e, b, x->x, "im"); break;
    case IRX_TUPLE_GET:
        put_base(e, b, x->x);
        cbuf_printf(b, "r%d", x->index);
        break;
    case IRX_AGGREGATE:
    case IRX_MKSTRING:
    case IRX_MKSLICE:
    case IRX_MKIFACE:
    case IRX_MKCOMPLEX: put_constructor(e, b, x, prec); break;
    case IRX_CONCAT: put_concat(e, b, x); break;
    case IRX_ITER_KEY:
    case IRX_ITER_ELEM:
        emit_expr(e, b, x->x, PREC_POSTFIX);
        cbuf_put(b, x->kind == IRX_ITER_KEY ? ".key" : ".elem");
        break;
    case IRX_CALL:
        put_call(e, b, x);
        note_tuple(e, x->type);
        break;
    case IRX_CALL_FUNC:
        put_call_func(e, b, x);
        note_tuple(e, x->type);
        break;
    case IRX_CALL_IFACE:
        put_call_iface(e, b, x);
        note_tuple(e, x->type);
        break;
    case IRX_RTCALL:
        put_rtcall(e, b, x);
        note_tuple(e, x->type);
        break;
    case IRX_NEW: // no descriptor is needed: only the size counts
        if (type_size(x->of) == 0)
            cbuf_put(b, "(Ptr)&gol_zerobase");
        else
            cbuf_printf(b, "gol_alloc(sizeof(%s), %lld)", emit_memtype(e, x->of),
                        (long long)type_ptrdata(x->of));
        break;
    case IRX_CLOSURE: put_closure(e, b, x); break;
    }
    if (x != whole) cbuf_put(b, "; })");
}
