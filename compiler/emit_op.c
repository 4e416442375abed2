// Operators, comparisons, conversions and constants in C.
//
// Floor 6. Signed arithmetic goes through gol.h's macros, which wrap round; unsigned types of 32 and 64 bits
// are C's own; narrower results are cut by a cast, since C computes in int.
#include "emit_priv.h"
#include "diag.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static TypeKind kind_of(Type *t) { return type_under(t)->kind; }

static int bits_of(Type *t) { return (int)type_size(t) * 8; }

static void open(CBuf *b, bool paren) {
    if (paren) cbuf_put(b, "(");
}

static void close(CBuf *b, bool paren) {
    if (paren) cbuf_put(b, ")");
}

static void put_call1(Emit *e, CBuf *b, const char *fn, IrExpr *x) {
    cbuf_printf(b, "%s(", fn);
    emit_expr(e, b, x, PREC_ANY);
    cbuf_put(b, ")");
}

static void put_call2(Emit *e, CBuf *b, const char *fn, IrExpr *x, IrExpr *y) {
    cbuf_printf(b, "%s(", fn);
    emit_expr(e, b, x, PREC_ANY);
    cbuf_put(b, ", ");
    emit_expr(e, b, y, PREC_ANY);
    cbuf_put(b, ")");
}

static const char *complex_prefix(Type *t) { return kind_of(t) == TYPE_COMPLEX64 ? "gol_c64" : "gol_c128"; }

// ---- constants -------------------------------------------------------------------------------------------

static void put_int64(CBuf *b, int64_t v) {
    if (v == INT64_MIN)
        cbuf_put(b, "INT64_MIN");
    else
        cbuf_printf(b, v < 0 ? "(%lld)" : "%lld", (long long)v);
}

void emit_int_const(CBuf *b, Type *t, int64_t v) {
    if (!type_is_unsigned(t))
        put_int64(b, v);
    else if (bits_of(t) == 64)
        cbuf_printf(b, v < 0 ? "%lluu" : "%llu", (unsigned long long)v);
    else
        cbuf_printf(b, bits_of(t) == 32 ? "%uu" : "%u", (unsigned)v);
}

static void put_double(CBuf *b, double v, bool single) {
    char s[64];
    for (int digits = single ? 6 : 15; digits <= 17; digits++) {
        snprintf(s, sizeof s, "%.*g", digits, v);
        if (single ? strtof(s, NULL) == (float)v : strtod(s, NULL) == v) break;
    }
    if (!strpbrk(s, ".en")) strcat(s, ".0");
    if (isinf(v)) strcpy(s, v < 0 ? "-__builtin_inf()" : "__builtin_inf()");
    cbuf_printf(b, v < 0 ? "(%s%s)" : "%s%s", s, single && !isinf(v) ? "f" : "");
}

void emit_const(Emit *e, CBuf *b, const Const *val, Type *t, bool is_static) {
    int64_t i;
    uint64_t u;
    switch (kind_of(t)) {
    case TYPE_BOOL: cbuf_put(b, const_bool_value(val) ? "true" : "false"); break;
    case TYPE_STRING: {
        int64_t len;
        const char *s = const_string_value(val, &len);
        cbuf_put(b, is_static ? "GOL_STR_INIT(" : "GOL_STR(");
        cbuf_quoted(b, s, (size_t)len);
        cbuf_put(b, ")");
        if (!is_static && e->f) e->temps += 16;
        break;
    }
    case TYPE_FLOAT32: put_double(b, const_to_float(val), true); break;
    case TYPE_FLOAT64: put_double(b, const_to_double(val), false); break;
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128: {
        bool single = kind_of(t) == TYPE_COMPLEX64;
        if (!is_static) cbuf_printf(b, "(%s)", emit_ctype(e, t));
        cbuf_put(b, "{");
        put_double(b, single ? const_to_float(const_real(val)) : const_to_double(const_real(val)), single);
        cbuf_put(b, ", ");
        put_double(b, single ? const_to_float(const_imag(val)) : const_to_double(const_imag(val)), single);
        cbuf_put(b, "}");
        break;
    }
    default:
        if (emit_is_pointerish(t)) cbuf_put(b, "(Ptr)");
        if (const_to_int64(val, &i))
            emit_int_const(b, t, i);
        else if (const_to_uint64(val, &u))
            emit_int_const(b, t, (int64_t)u);
        else
            bug_at(0, "a constant does not fit its type");
    }
}

// ---- unary -----------------------------------------------------------------------------------------------

void emit_unary(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    if (x->op == OP_NOT) {
        open(b, prec >= PREC_POSTFIX);
        cbuf_put(b, "!");
        emit_expr(e, b, x->x, PREC_UNARY);
        close(b, prec >= PREC_POSTFIX);
    } else if (x->op == OP_COMPL) {
        bool narrow = bits_of(x->type) < 32;
        open(b, prec >= PREC_POSTFIX);
        if (narrow) cbuf_printf(b, "(%s)", emit_ctype(e, x->type));
        cbuf_put(b, "~");
        emit_expr(e, b, x->x, PREC_UNARY);
        close(b, prec >= PREC_POSTFIX);
    } else if (type_is_complex(x->type)) {
        put_call1(e, b, arena_printf(e->arena, "%s_neg", complex_prefix(x->type)), x->x);
    } else if (type_is_float(x->type)) {
        cbuf_put(b, "(-");
        emit_expr(e, b, x->x, PREC_UNARY);
        cbuf_put(b, ")");
    } else {
        cbuf_printf(b, "GOL_NEG(%s, ", emit_ctype(e, x->type));
        emit_expr(e, b, x->x, PREC_ANY);
        cbuf_put(b, ")");
    }
}

// ---- binary ----------------------------------------------------------------------------------------------

static void put_infix(Emit *e, CBuf *b, IrExpr *x, const char *op, bool cut, EmitPrec prec) {
    bool paren = cut || prec > PREC_ANY;
    if (cut) {
        open(b, prec >= PREC_POSTFIX);
        cbuf_printf(b, "(%s)", emit_ctype(e, x->type));
    }
    open(b, paren);
    emit_expr(e, b, x->x, PREC_BINARY);
    cbuf_printf(b, " %s ", op);
    emit_expr(e, b, x->y, PREC_BINARY);
    close(b, paren);
    if (cut) close(b, prec >= PREC_POSTFIX);
}

static void put_macro(Emit *e, CBuf *b, const char *macro, IrExpr *x) {
    cbuf_printf(b, "%s(%s, ", macro, emit_ctype(e, x->type));
    emit_expr(e, b, x->x, PREC_ANY);
    cbuf_put(b, ", ");
    emit_expr(e, b, x->y, PREC_ANY);
    cbuf_put(b, ")");
}

// The value of a constant shift count that C allows for this type, or -1.
static int shift_count(IrExpr *x) {
    uint64_t n;
    if (x->y->kind != IRX_CONST || !const_to_uint64(x->y->val, &n) || n >= (uint64_t)bits_of(x->type))
        return -1;
    return (int)n;
}

static void put_shift(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    bool is_unsigned = type_is_unsigned(x->type);
    bool checked = ir_may_panic(x->x); // then it is evaluated whatever the count
    int n = shift_count(x);
    if (x->op == OP_SHR) {
        if (n >= 0)
            put_infix(e, b, x, ">>", false, prec);
        else if (is_unsigned)
            put_macro(e, b, checked ? "GOL_SHR_CHECKED" : "GOL_SHR_U", x);
        else
            put_macro(e, b, "GOL_SHR_S", x);
    } else if (n >= 0 && is_unsigned && bits_of(x->type) >= 32) {
        put_infix(e, b, x, "<<", false, prec);
    } else {
        put_macro(e, b, checked && n < 0 ? "GOL_SHL_CHECKED" : "GOL_SHL", x);
    }
}

static void put_division(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    int64_t by;
    bool is_unsigned = type_is_unsigned(x->type);
    bool plain = x->no_check;
    if (x->y->kind == IRX_CONST && const_to_int64(x->y->val, &by)) plain = by > 0;
    if (plain) {
        put_infix(e, b, x, x->op == OP_DIV ? "/" : "%", false, prec);
        return;
    }
    put_call2(e, b,
              arena_printf(e->arena, "gol_%s_%c%d", x->op == OP_DIV ? "div" : "rem", is_unsigned ? 'u' : 'i',
                           bits_of(x->type)),
              x->x, x->y);
}

static const char *complex_op(Op op) {
    return op == OP_ADD ? "add" : op == OP_SUB ? "sub" : op == OP_MUL ? "mul" : "div";
}

static void put_integer(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    bool is_unsigned = type_is_unsigned(x->type);
    int bits = bits_of(x->type);
    bool plain = is_unsigned && (bits >= 32 || x->op != OP_MUL);
    switch (x->op) {
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
        if (plain)
            put_infix(e, b, x, op_text(x->op), bits < 32, prec);
        else
            put_macro(e, b, x->op == OP_ADD ? "GOL_ADD" : x->op == OP_SUB ? "GOL_SUB" : "GOL_MUL", x);
        break;
    case OP_DIV:
    case OP_REM: put_division(e, b, x, prec); break;
    case OP_SHL:
    case OP_SHR: put_shift(e, b, x, prec); break;
    case OP_ANDNOT:
        open(b, prec > PREC_ANY);
        emit_expr(e, b, x->x, PREC_BINARY);
        cbuf_put(b, " & ~");
        emit_expr(e, b, x->y, PREC_UNARY);
        close(b, prec > PREC_ANY);
        break;
    default: put_infix(e, b, x, op_text(x->op), false, prec);
    }
}

// Whether there are too many operators in y for what stands before it to stay in a register meanwhile: clang
// gives each such value a slot of its own when it does not optimise.
static bool is_deep(const IrExpr *y) {
    int n = 0;
    for (; y && n < 6; y = y->y) n++;
    return n == 6;
}

void emit_binary(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    if (e->f && is_deep(x->y)) e->temps += 8;
    if (type_is_complex(x->type))
        put_call2(e, b, arena_printf(e->arena, "%s_%s", complex_prefix(x->type), complex_op(x->op)), x->x,
                  x->y);
    else if (type_is_integer(x->type))
        put_integer(e, b, x, prec);
    else
        put_infix(e, b, x, op_text(x->op), false, prec); // floats, bools
}

// ---- comparisons -----------------------------------------------------------------------------------------

static bool is_empty_string(IrExpr *x) {
    int64_t len = 1;
    if (x->kind == IRX_ZERO) return true;
    if (x->kind == IRX_CONST) const_string_value(x->val, &len);
    return len == 0;
}

static void put_string_compare(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    bool equality = x->op == OP_EQ || x->op == OP_NE;
    IrExpr *other = is_empty_string(x->y) ? x->x : is_empty_string(x->x) ? x->y : NULL;
    if (equality && !other) {
        cbuf_put(b, x->op == OP_NE ? "!" : "");
        if (x->x->kind == IRX_CONST && x->y->kind != IRX_CONST)
            put_call2(e, b, "gol_str_is", x->y, x->x);
        else
            put_call2(e, b, x->y->kind == IRX_CONST ? "gol_str_is" : "gol_str_eq", x->x, x->y);
        return;
    }
    open(b, prec > PREC_ANY);
    if (equality) {
        emit_expr(e, b, other, PREC_POSTFIX);
        cbuf_printf(b, ".len %s 0", op_text(x->op));
    } else {
        put_call2(e, b, "gol_str_cmp", x->x, x->y);
        cbuf_printf(b, " %s 0", op_text(x->op));
    }
    close(b, prec > PREC_ANY);
}

static void put_against_nil(Emit *e, CBuf *b, IrExpr *x, IrExpr *value, EmitPrec prec) {
    open(b, prec > PREC_ANY);
    emit_expr(e, b, value, PREC_POSTFIX);
    Type *u = type_under(value->type);
    if (emit_is_pointerish(value->type)) {
    } else if (u->kind == TYPE_SLICE)
        cbuf_put(b, ".ptr");
    else if (u->kind == TYPE_INTERFACE)
        cbuf_put(b, type_iface_complete(u)->iface.all.n ? ".itab" : ".type");
    cbuf_printf(b, " %s NULL", op_text(x->op));
    close(b, prec > PREC_ANY);
}

static void put_place(Emit *e, CBuf *b, IrExpr *x) {
    cbuf_put(b, "&");
    emit_expr(e, b, x, PREC_UNARY);
}

static void put_struct_compare(Emit *e, CBuf *b, IrExpr *x) {
    cbuf_put(b, x->op == OP_NE ? "!" : "");
    bool bytes = emit_is_memeq(x->x->type);
    cbuf_printf(b, "%s(", bytes ? "gol_memeq" : emit_eq_func(e, x->x->type));
    put_place(e, b, x->x);
    cbuf_put(b, ", ");
    put_place(e, b, x->y);
    if (bytes) cbuf_printf(b, ", sizeof(%s)", emit_ctype(e, x->x->type));
    cbuf_put(b, ")");
}

void emit_compare(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    Type *t = x->x->type;
    if (x->x->kind == IRX_ZERO) t = x->y->type;
    bool pseudo = t == &ir_type_rtype || t == &ir_type_itab || t == &ir_type_code;
    TypeKind k = pseudo ? TYPE_UNSAFE_POINTER : kind_of(t);
    bool nilable = k == TYPE_SLICE || k == TYPE_INTERFACE || k == TYPE_FUNC || k == TYPE_MAP;
    if (nilable && (x->x->kind == IRX_ZERO || x->y->kind == IRX_ZERO)) {
        put_against_nil(e, b, x, x->x->kind == IRX_ZERO ? x->y : x->x, prec);
        return;
    }
    switch (k) {
    case TYPE_STRING: put_string_compare(e, b, x, prec); break;
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128:
        cbuf_put(b, x->op == OP_NE ? "!" : "");
        put_call2(e, b, arena_printf(e->arena, "%s_eq", complex_prefix(t)), x->x, x->y);
        break;
    case TYPE_INTERFACE:
        cbuf_put(b, x->op == OP_NE ? "!" : "");
        put_call2(e, b, type_iface_complete(type_under(t))->iface.all.n ? "gol_iface_eq" : "gol_eface_eq",
                  x->x, x->y);
        break;
    case TYPE_STRUCT:
    case TYPE_ARRAY: put_struct_compare(e, b, x); break;
    default:
        open(b, prec > PREC_ANY);
        bool cast = emit_is_pointerish(t) && x->x->kind != IRX_ZERO && x->y->kind != IRX_ZERO &&
                    emit_is_exact(x->x) && emit_is_exact(x->y) &&
                    strcmp(emit_ctype(e, x->x->type), emit_ctype(e, x->y->type)) != 0;
        if (cast) cbuf_put(b, "(Ptr)");
        emit_expr(e, b, x->x, cast ? PREC_UNARY : PREC_BINARY);
        cbuf_printf(b, " %s ", op_text(x->op));
        emit_expr(e, b, x->y, PREC_BINARY);
        close(b, prec > PREC_ANY);
    }
}

// ---- conversions -----------------------------------------------------------------------------------------

static void put_cast(Emit *e, CBuf *b, IrExpr *x, const char *through, EmitPrec prec) {
    open(b, prec >= PREC_POSTFIX);
    cbuf_printf(b, "(%s)", emit_ctype(e, x->type));
    if (through)
        put_call1(e, b, through, x->x);
    else
        emit_expr(e, b, x->x, PREC_UNARY);
    close(b, prec >= PREC_POSTFIX);
}

void emit_convert(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec) {
    Type *from = x->x->type;
    if (kind_of(from) == kind_of(x->type)) {
        emit_expr(e, b, x->x, prec);
    } else if (type_is_complex(x->type)) {
        put_call1(e, b, kind_of(x->type) == TYPE_COMPLEX64 ? "gol_c64" : "gol_c128", x->x);
    } else if (type_is_float(from) && type_is_integer(x->type)) {
        bool wide = type_is_unsigned(x->type) && bits_of(x->type) == 64;
        put_cast(e, b, x, wide ? "gol_f64_u64" : "gol_f64_i64", prec);
    } else {
        put_cast(e, b, x, NULL, prec);
    }
}
