// What the files of the emitter share. See emit.h.
//
// Floor 6.
//
// C types of pointers. A variable, field, parameter or result of type *T is declared `T *`, so that C reads
// p->x. Memory that a pointer points to, however, is read and written as `Ptr` where it holds a pointer, map,
// chan or func (emit_memtype): `T *` itself has no may_alias. So a C expression of a Go pointer type is
// either "exact" (`T *`) or a plain Ptr; C converts between them silently, and only -> and * need to know.
#pragma once
#include "emit.h"

typedef struct EmitFunc { // IrFunc.emit
    const char *name;     // C symbol
    const char *body; // the symbol that a trace shows: name, or that of the body behind a checking wrapper
    const char *plain_body; // the same without optimisation, where that differs
    const char *context;    // C struct of its context, once it is defined
    bool funcval;           // its static func value is defined
} EmitFunc;

typedef struct EmitType { // Type.backend of a canonical type
    int serial;
    const char *name; // C struct
    bool defined;
    const char *desc; // symbol of the descriptor, once it is declared
    IrTypeDesc *listed;
    const char *eq, *hash; // functions, once they are defined
} EmitType;

typedef struct EmitVar { // IrVar.emit
    const char *name;
    int uses;
} EmitVar;

typedef struct Emit {
    Arena *arena;
    IrModule *m;
    const EmitOptions *options;
    CBuf forward, types, decls, eqs, data, code;
    CBuf type_list;       // descriptors of types without a name, for GOL_TYPE_LIST
    TypeList extra_descs; // mentioned, but not in the module's list
    int serial; // of this emission, so that records left in shared objects by another are not believed

    // Of a part: functions and data that it defines, as they are mentioned.
    Vec(IrFunc *) todo;
    Vec(IrGlobal *) todo_data;
    Vec(const char *) itab_names; // declared
    int next_func, next_data, next_extra, statics;

    // Of the function being emitted.
    IrFunc *f;
    CBuf body;
    const char *frame_name, *results_name, *context_name;
    int ordered;             // variables that emit_in_order has made
    int64_t temps;           // bytes of aggregate temporaries that C may give a slot each
    IrStmt *nearest;         // what a C break leaves: LOOP or SWITCH
    IrStmt *nearest_loop;    // what a C continue goes on with
    Vec(const char *) names; // C names in the open scopes
    IrExprList deferred;     // records on the stack of the defer statements so far
    int deferred_runs;       // calls spelt out where the function returns
} Emit;

// How tightly an expression must bind where it stands.
typedef enum EmitPrec { PREC_ANY, PREC_BINARY, PREC_UNARY, PREC_POSTFIX } EmitPrec;

// ---- emit_type.c
EmitType *emit_type_record(Emit *e, Type *t);
const char *emit_ctype(Emit *e, Type *t);   // C spelling of a variable's type; defines what it needs
const char *emit_memtype(Emit *e, Type *t); // of memory that is reached through a pointer
const char *emit_ptr_to(Emit *e, Type *t);  // "T *" for a Go type T in memory
const char *emit_declarator(Emit *e, const char *ctype, const char *name); // "Int x", "T *x"
const char *emit_result_type(Emit *e, IrFunc *f);
const char *emit_tuple_type(Emit *e, const TypeList *types);
const char *emit_context_type(Emit *e, IrFunc *f); // C struct of a context; defines it
bool emit_is_pointerish(Type *t);        // pointer, map, chan, func, unsafe.Pointer and the pseudo types
bool emit_is_aggregate(Type *t);         // C struct, strings, slices and interfaces included
int64_t emit_context_ptrdata(IrFunc *f); // bytes of the context that can hold pointers

// ---- emit_data.c, emit_eq.c
const char *emit_desc(Emit *e, Type *t);              // "&gol_type_int"
const char *emit_itab(Emit *e, Type *iface, Type *t); // "&gol_I_…"
const char *emit_eq_func(Emit *e, Type *t); // Bool (*)(const void *, const void *), or NULL: not comparable
const char *emit_hash_func(Emit *e, Type *t);
bool emit_is_memeq(Type *t); // equality is equality of the bytes
void emit_declare_descs(Emit *e);
void emit_listed_descs(Emit *e);
bool emit_extra_descs(Emit *e); // those mentioned since the last call; false: there were none
void emit_type_list(Emit *e);
const char *emit_global_name(Emit *e, IrGlobal *g);
void emit_global(Emit *e, IrGlobal *g);
void emit_declare_global(Emit *e, IrGlobal *g, bool here); // here: defined in this file
void emit_define_global(Emit *e, IrGlobal *g);
const char *emit_funcval(Emit *e, IrFunc *f);      // C name of the static func value of f
const char *emit_go_type_string(Emit *e, Type *t); // as reflect.Type.String

// ---- emit_decl.c
EmitFunc *emit_func_record(Emit *e, IrFunc *f);
const char *emit_func_name(Emit *e, IrFunc *f);
const char *emit_func_head(Emit *e, IrFunc *f, const char *name, bool names); // "Int main__f(Int x)"
void emit_prototype(Emit *e, IrFunc *f);
bool emit_is_static(Emit *e, IrFunc *f);

// ---- emit_part.c
void emit_part(Emit *e);
void emit_part_func(Emit *e, IrFunc *f);                       // f is mentioned for the first time
void emit_part_global(Emit *e, IrGlobal *g);                   // likewise
bool emit_part_is_weak(const EmitPart *part, const IrFunc *f); // part NULL: no

// ---- emit_defer.c
void emit_defer(Emit *e, IrStmt *s);
void emit_frame_enter(Emit *e, IrStmt *s);
void emit_frame_leave(Emit *e, IrStmt *s);

// ---- emit_func.c
void emit_func(Emit *e, IrFunc *f);

// ---- emit_names.c
void emit_name_vars(Emit *e, IrFunc *f); // gives each variable a name that its C scopes leave free
EmitVar *emit_var_record(Emit *e, IrVar *v);
const char *emit_var_name(IrVar *v);
bool emit_is_named(IrVar *v); // in Go
void emit_set_name(Emit *e, IrVar *v, const char *name);
const char *emit_free_name(Emit *e, const char *wish); // not in use in the function's outermost scope
const char *emit_label_name(Emit *e, IrLabel *label);

// ---- emit_expr.c: writes to b
void emit_expr(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec);

// x, or where the order of its operands shows a copy with variables in their place, which have been declared
// in a statement expression that the caller is to close (emit_order.c).
IrExpr *emit_in_order(Emit *e, CBuf *b, IrExpr *x);
void emit_init(Emit *e, CBuf *b, IrExpr *x, bool is_static); // as an initialiser: braces for aggregates
void emit_var(Emit *e, CBuf *b, IrVar *v, EmitPrec prec);
void emit_context_init(Emit *e, CBuf *b, IrExpr *closure); // "{code, x, &y}"
bool emit_is_exact(IrExpr *x);                             // C gives it the type emit_ctype(x->type)

// ---- emit_op.c
void emit_unary(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec);
void emit_binary(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec);
void emit_compare(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec);
void emit_convert(Emit *e, CBuf *b, IrExpr *x, EmitPrec prec);
void emit_const(Emit *e, CBuf *b, const Const *val, Type *t, bool is_static);
void emit_int_const(CBuf *b, Type *t, int64_t bits); // bits as in IrCase

// ---- emit_stmt.c
void emit_stmts(Emit *e, IrStmtList *list);
void emit_return(Emit *e, IrStmt *s);
void emit_var_decl(Emit *e, IrVar *v, IrExpr *init, Pos pos); // where it comes into being
