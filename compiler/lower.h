// Lowering: the typed AST of a package becomes IR. What its files share; lower_package is for everyone.
//
// Floor 5. What is true of the result is said in ir.h. How order of evaluation comes about:
//
//  - lower_expr gives an expression without effects. What has an effect on the way (calls, receives, …) has
//    been appended to fn->out, its result in a temporary. Loads of variables stay in the expression, so they
//    happen after the calls of the whole statement: this is what Go's compiler does, and programs can see it.
//  - Some values are fixed where they stand, before later calls (slicing, &&, type assertions, boxed ones):
//    lower_early notes such a node, and the next effect that is appended moves it to a temporary.
//  - The elements of a literal that is made in memory are loads too: fn_emit_late keeps the store of them
//  back
//    until its place is mentioned, so that calls that follow in the statement come first.
//  - lower_value is lower_expr that may leave one effect at the root of the result, for a context that takes
//  a
//    root (see ir.h).
//
// A function body is lowered once per list of type arguments: every type of the tree goes through fn_type,
// and Object.ir holds the IrVar of the function that is being lowered now.
#pragma once
#include "diag.h"
#include "intern.h"
#include "ir.h"
#include "ptrmap.h"
#include "universe.h"

typedef struct Lower Lower;
typedef struct Fn Fn;

// Lowers a checked package; NULL after an error was reported (what is not supported yet).
IrModule *lower_package(Arena *a, Package *pkg);

// Functions that share a key: instances by type arguments, wrappers by kind, name and package.
typedef Vec(IrFunc *) IrFuncList;

typedef struct Work { // a body still to be lowered
    IrFunc *f;
    FuncNode *node;
    TypeList tparams, targs;
} Work;

struct Lower {
    Arena *a;
    IrModule *m;
    Package *pkg;
    PtrMap funcs;    // Object * of a function or method → IrFuncList *
    PtrMap wrappers; // canonical Type * → IrFuncList *: method values, wrappers, interface entries
    PtrMap funcvals; // IrFunc * → the IRF_FUNCVAL of it
    PtrMap globals;  // Object * → IrGlobal *
    PtrMap types;    // canonical Type * → IrTypeDesc *
    PtrMap itabs;    // canonical Type * of the interface → Vec(IrItab *) *
    PtrMap inits;    // Package * → IrFunc *: its init
    Vec(Work) work;
    Vec(IrTypeDesc *) open_types; // components and methods not yet listed
    Vec(IrItab *) open_itabs;
    int next_type, next_itab; // first of those not yet done
    bool types_listed;
    int statics;
    bool failed;
};

typedef struct Target { // what break and continue of an AST statement mean
    Stmt *stmt, *labeled;
    IrStmt *brk, *cont;
    IrLabel *cont_label; // instead of cont: `continue` jumps here
} Target;

typedef struct EarlyNode {
    IrExpr *node;
    IrStmtList *out;
} EarlyNode;

typedef struct LateStore { // what a literal's memory is set to: *p = …, at the end of out
    IrStmt *store;
    IrVar *p;
    IrStmtList *out;
    bool due;
} LateStore;

typedef struct RangeBody { // the body of a range over a function, as the function that it becomes
    IrVar *state, *exit;   // of the function around it
    bool returns;          // a return statement leaves it
    StmtList exits;        // branches that leave it
    IrVar *frame; // token of the frame of the function around all such bodies; NULL: it defers nothing
} RangeBody;

struct Fn { // a function being lowered
    Lower *l;
    Arena *a;
    IrFunc *f;
    Fn *outer;
    FuncNode *node;
    TypeList tparams, targs; // what type parameters stand for
    IrStmtList *out;         // statements go here
    Pos pos;                 // of the statement being lowered
    Vec(EarlyNode) early;
    Vec(LateStore) late;
    Vec(Target) targets;
    struct {
        const char **v;
        int n, cap;
    } label_names;
    Vec(IrLabel *) labels; // by label_names
    IrVar *recover_taken;  // Bool: gol_recover_take at the entry
    Stmt *labeled;         // the label just before the statement being lowered
    IrLabel *next_case;    // where fallthrough goes
    IrCase *this_case;     // or the case that falls
    bool is_init;          // runs once: composite literals may be static data
    RangeBody *range;      // fn is such a body; else NULL
    int loop_depth;
    IrExprList defers; // the records of defer statements
};

// ---- lower.c: functions, variables, output ---------------------------------------------------------------

Type *fn_type(Fn *fn, Type *t);             // with type arguments put in
Type *fn_etype(Fn *fn, Expr *e);            // of an expression
void fn_emit(Fn *fn, IrStmt *s);            // appends; fixes early nodes first
void fn_emit_quiet(Fn *fn, IrStmt *s);      // appends a statement that no value depends on
IrVar *fn_temp(Fn *fn, Type *t);            // a temporary, declared by nobody yet
IrVar *fn_decl_temp(Fn *fn, IrExpr *value); // DECL temp = value
IrExpr *fn_save(Fn *fn, IrExpr *value);     // in a temporary, unless it is one or a constant
IrExpr *fn_root(Fn *fn, IrExpr *value);     // moves an effect at the root to a temporary
IrExpr *lower_early(Fn *fn, IrExpr *e);     // notes e as to be fixed here; returns e
void lower_not_early(Fn *fn, IrExpr *e);    // takes that back
void fn_assign(Fn *fn, IrExpr *dst, IrExpr *src);
void fn_effect(Fn *fn, IrExpr *e); // e for its effect or its checks
// *p = value, p new memory: appended when something mentions p, or the statement ends.
void fn_emit_late(Fn *fn, IrExpr *p, IrExpr *value);
void fn_end_statement(Fn *fn); // forgets early nodes
IrStmt *fn_stmt(Fn *fn, IrStmtKind kind);
IrStmtList *fn_push(Fn *fn, IrStmtList *body); // redirects output; returns what to give to fn_pop
void fn_pop(Fn *fn, IrStmtList *saved);
IrVar *fn_var(Fn *fn, Object *obj);                    // a local variable, captured if need be
IrVar *fn_declare(Fn *fn, Object *obj, IrExpr *value); // IRS_DECL of a Go variable; value NULL: zero
IrExpr *fn_unsupported(Fn *fn, Pos from, Pos to, const char *what, Type *type);
IrLabel *fn_label(Fn *fn, const char *name); // name NULL: a fresh one
IrVar *fn_recover_token(Fn *fn);

// lower_packages.c: the packages of the program's own module, root left out, in the order in which they are
// initialised; none where only the standard library is imported.
typedef Vec(Package *) PackageList;
void lower_package_order(Arena *a, Package *root, PackageList *out);

IrFunc *lower_func_of(Lower *l, Object *obj,
                      const TypeList *targs); // declared function, or method of recv's targs
IrGlobal *lower_global(Lower *l, Object *obj);
IrGlobal *lower_static(Lower *l, Type *type, IrExpr *init, bool readonly, Pos pos);
IrFunc *lower_new_func(Lower *l, IrFuncKind kind, Type *sig, Pos pos); // listed in the module
Type *lower_result_type(Type *sig);
void lower_body(Lower *l, Fn *fn, IrStmtList *prologue); // of fn->node into fn->f; prologue may be NULL
void lower_make_params(Lower *l, IrFunc *f);             // from recv and sig
void lower_bind_params(Fn *fn);                          // to the objects of fn->node
void lower_mark_variables(
    FuncNode *fn);                     // lower_vars.c: Object.reassigned, addr_taken, implicit uses included
bool lower_is_simple(const IrExpr *e); // a variable that nothing can change behind our back, or a constant
bool lower_is_blank(const Expr *e);
Expr *lower_unparen(Expr *e);

// ---- lower_expr.c ----------------------------------------------------------------------------------------

IrExpr *lower_expr(Fn *fn, Expr *e);
IrExpr *lower_value(Fn *fn, Expr *e);              // an effect may be left at the root
IrExpr *lower_value_to(Fn *fn, Expr *e, Type *to); // with the implicit conversion to `to`
IrExpr *lower_expr_to(Fn *fn, Expr *e, Type *to);
IrExpr *lower_cond(Fn *fn, Expr *e);               // bool, an effect may be left at the root
IrExpr *lower_field(Fn *fn, IrExpr *x, int index); // x a struct or a pointer to one
IrFunc *lower_named_function(Fn *fn,
                             Expr *e); // e names a declared function, maybe with type arguments; else NULL
IrExpr *lower_field_path(Fn *fn, IrExpr *x, const int *path, int n); // implicit dereferences included
IrExpr *lower_address(Fn *fn, IrExpr *lvalue);
IrExpr *lower_deref(Fn *fn, IrExpr *pointer);
IrExpr *lower_index_value(Fn *fn, Expr *e, IrBounds *bounds); // as an int
IrExpr *lower_compare(Fn *fn, Op op, IrExpr *x, IrExpr *y, Type *result);
IrExpr *lower_arith(Fn *fn, Op op, Type *t, IrExpr *x,
                    IrExpr *y); // binary operator, strings included; y of a shift any integer
IrExpr *lower_map_get(Fn *fn, Type *map, IrExpr *m, IrExpr *key);  // pointer to the element or NULL: Ptr
IrExpr *lower_map_put(Fn *fn, Type *map, IrExpr *m, IrExpr *key);  // an effect
IrExpr *lower_map_load(Fn *fn, Type *map, IrExpr *m, IrExpr *key); // the element or zero
void lower_commaok(Fn *fn, Expr *e, IrExpr **value, IrExpr **ok);  // v, ok = e; value may be NULL: not wanted
IrExpr *lower_int_as(Fn *fn, IrExpr *x, Type *to); // numeric conversion unless already of that kind
void lower_nilcheck(Fn *fn, IrExpr *pointer);

// ---- lower_literal.c -------------------------------------------------------------------------------------

IrExpr *lower_composite(Fn *fn, Expr *e);
IrExpr *lower_composite_address(Fn *fn, Expr *e, Type *pointer); // &T{…}
IrExpr *lower_new(Fn *fn, Type *t, const char *what, Pos pos);   // pointer in a temporary; zeroed
IrExpr *lower_slice_of(Fn *fn, Type *slice, IrExprList elems, const char *what,
                       Pos pos); // a new slice of these

// ---- lower_convert.c -------------------------------------------------------------------------------------

IrExpr *lower_convert(Fn *fn, IrExpr *x, Type *to,
                      Pos pos); // explicit or implicit; may leave an effect at the root
IrExpr *lower_typedesc(Lower *l, Type *t);
IrExpr *lower_itab(Lower *l, Type *iface, Type *t);
// string(b) for an operation that is done with it at once, or []byte(s) that nobody writes to: without a
// copy, and then *borrowed is set. Else x itself.
IrExpr *lower_borrow(Fn *fn, IrExpr *x, bool *borrowed);
IrExpr *lower_unbox(Fn *fn, IrExpr *data, Type *t); // the value in an interface's data word
IrExpr *lower_to_word(Fn *fn, IrExpr *x);           // a value of a direct type as Ptr
IrExpr *lower_to_eface(Fn *fn, IrExpr *x);          // an interface as interface {}
IrExpr *lower_assert(Fn *fn, IrExpr *x, Type *to, IrExpr **ok, bool want_value); // ok NULL: panics

// ---- lower_call.c, lower_builtin.c -----------------------------------------------------------------------

typedef enum CalleeKind { CALLEE_STATIC, CALLEE_FUNC, CALLEE_IFACE } CalleeKind;
typedef struct CallParts { // a call whose operands have been evaluated
    CalleeKind kind;
    IrFunc *func;
    IrExpr *fn; // func value or interface
    int index;  // CALLEE_IFACE
    Type *sig;
    Type *result;
    IrExprList args; // receiver first
} CallParts;

// The method that e, a selector of a method, denotes: its receiver, evaluated and adjusted, is args[0] or fn.
CallParts lower_method_parts(Fn *fn, Expr *e, const TypeList *margs);
// The selector that names a method, maybe with type arguments (to *margs); NULL: e is something else.
Expr *lower_method_selector(Fn *fn, Expr *e, TypeList *margs);
// The method `found` of a value x, found by a lookup on x's type.
CallParts lower_found_method(Fn *fn, IrExpr *x, const Lookup *found,
                             const TypeList *margs); // margs: NULL or of the method's own
int lower_iface_index(Type *iface, const char *name, Package *pkg);
void lower_args(Fn *fn, Expr *call, Type *sig, IrExprList *out);
IrExpr *lower_call(Fn *fn, Expr *e); // the call at the root
CallParts lower_call_parts(Fn *fn, Expr *e);
IrExpr *lower_intrinsic(Fn *fn, const CallParts *parts); // lower_intrinsic.c; NULL: a call like others
IrExpr *lower_make_call(Fn *fn, CallParts *parts, Pos pos);
IrExpr *lower_builtin(Fn *fn, Expr *e);
IrExprList lower_builtin_args(Fn *fn, Expr *e); // of one that may be a statement: evaluated and converted
IrExpr *lower_builtin_stmt(Fn *fn, int builtin,
                           IrExprList args); // close, copy, …; NULL: nothing is left to do
IrExpr *lower_append_values(Fn *fn, Type *slice, IrExpr *s, IrExprList values);

// ---- lower_closure.c, lower_defer.c, lower_method.c ------------------------------------------------------

IrExpr *lower_func_literal(Fn *fn, Expr *e);
IrFunc *lower_literal_body(Fn *fn, FuncNode *node, IrContext ctx);               // lowered; captures found
IrExpr *lower_closure_of(Fn *fn, IrFunc *literal, Type *type, const char *what); // CLOSURE or FUNCVAL
IrExpr *lower_func_value(Lower *l, IrFunc *f, Type *type); // static func value of a declared function
IrExpr *lower_method_value(Fn *fn, Expr *e, Expr *selector,
                           const TypeList *margs); // e: the selector, maybe indexed
IrExpr *lower_method_expr(Fn *fn, Expr *e, Expr *selector, const TypeList *margs);
void lower_go_or_defer(Fn *fn, Stmt *s);
void lower_place_defers(Fn *fn); // at the end of a body: records on the stack or the heap
IrFunc *lower_method_thunk(Fn *fn, CallParts *parts, IrFuncKind kind, Type *recv, const char *name,
                           Package *pkg);
void lower_forward(Fn *fn,
                   CallParts *parts); // body of a thunk: passes the right to recover on, calls, returns
IrFunc *lower_iface_entry(Lower *l, Type *t, const MethodSetEntry *m);
IrFunc *lower_method_func(Lower *l, const Lookup *found, const TypeList *margs); // the declared method
void lower_close_types(Lower *l); // lists what descriptors mention, makes their method entries
bool lower_may_recover(const IrFunc *f);

// ---- statements ------------------------------------------------------------------------------------------

void lower_stmt(Fn *fn, Stmt *s);
void lower_push_target(Fn *fn, Stmt *s, IrStmt *brk, IrStmt *cont, IrLabel *cont_label); // takes fn->labeled
void lower_pop_target(Fn *fn);
void lower_goto(Fn *fn, IrLabel *label);
void lower_label(Fn *fn, IrLabel *label);
IrStmt *lower_new_block(Fn *fn, IrStmtKind kind); // BLOCK, LOOP, SWITCH: with a number
void lower_break_unless(Fn *fn, IrExpr *cond, IrStmt *loop);
void lower_stmts(Fn *fn, StmtList *list);
void lower_block(Fn *fn, Block *b);
void lower_assign(Fn *fn, Stmt *s);
void lower_define(Fn *fn, Stmt *s);
void lower_incdec(Fn *fn, Stmt *s);
void lower_return(Fn *fn, Stmt *s);
void lower_for(Fn *fn, Stmt *s);
void lower_range(Fn *fn, Stmt *s);
void lower_range_func(Fn *fn, Stmt *s, Stmt *labeled); // lower_rangefunc.c
void lower_range_branch(Fn *body, Stmt *s,
                        bool own); // break or continue of the loop itself, or one that leaves it
void lower_range_return(Fn *body);
IrExpr *lower_range_frame(Fn *body); // the token of the frame for a defer statement
IrVar *lower_range_token(Fn *body);  // the right to recover of the function around it
void lower_branch(Fn *fn, Stmt *s);  // break, continue, goto
void lower_return_results(Fn *fn);   // the results are in their variables
void lower_switch(Fn *fn, Stmt *s);
void lower_typeswitch(Fn *fn, Stmt *s);
void lower_select(Fn *fn, Stmt *s);
void lower_store(Fn *fn, Expr *lhs, IrExpr *value,
                 Type *from); // lhs = value, converted; lhs's operands evaluated here
void lower_store_pair(Fn *fn, Expr *a, IrExpr *va, Expr *b, IrExpr *vb); // a, b = va, vb
void lower_var_decl(Fn *fn, Decl *d);
void lower_multi(Fn *fn, Expr *rhs, int n, IrExpr **values, Type **types); // a, b = f() or v, ok = x
