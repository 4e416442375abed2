// The IR: what lowering makes of a checked package and what the emitter spells as C.
//
// Floor 4. A structured tree, close to C, in which everything that Go leaves to the language is explicit:
//
//  - Expressions (IRX_) have no side effects, but a check within one may panic. What has an effect, or whose
//    order a program could see (IRX_CALL… , IRX_RTCALL of an entry that is not pure, IRX_NEW), stands only at
//    a root: the source of IRS_ASSIGN or IRS_DECL, or the expression of IRS_EXPR. Operands are evaluated in
//    any order and at most once, but for their checks, which the emitter keeps in the order of the text
//    (emit_order.c); where Go orders the rest, lowering made temporaries.
//  - IRX_AND, IRX_OR and IRX_COND evaluate lazily, as in C.
//  - Every expression has a Go type without type parameters, or one of the pseudo types below. Both sides of
//    an assignment have identical types up to representation (see IRX_BITCAST).
//  - Statements carry positions for #line; 0 means: as the statement before.
//  - A statement, an expression or a variable occurs once in the tree; variables are referred to by pointer.
//
// After escape.c has run, nothing is left to decide: see IrVar.heap, IRX_NEW and IRX_CLOSURE.
// ir_verify checks all of this, ir_dump prints it.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "constant.h"
#include "package.h"
#include "scope.h"
#include "type.h"

typedef struct IrModule IrModule;
typedef struct IrFunc IrFunc;
typedef struct IrVar IrVar;
typedef struct IrGlobal IrGlobal;
typedef struct IrExpr IrExpr;
typedef struct IrStmt IrStmt;
typedef struct IrLabel IrLabel;
typedef struct IrTypeDesc IrTypeDesc;
typedef struct IrItab IrItab;

typedef Vec(IrExpr *) IrExprList;
typedef Vec(IrStmt *) IrStmtList;
typedef Vec(IrVar *) IrVarList;
typedef Vec(IrItab *) IrItabList;

// Pseudo types: C types that no Go program can name. Compared by pointer.
extern Type ir_type_rtype; // const gol_type *
extern Type ir_type_itab;  // const gol_itab *
extern Type ir_type_code;  // void *: address of a function (type_basic(TYPE_UNSAFE_POINTER) is Ptr)
extern Type ir_type_void;  // of a call without result

// ---- variables -------------------------------------------------------------------------------------------

typedef enum IrVarKind {
    IRV_PARAM,   // the receiver comes first
    IRV_RESULT,  // named or not: in a function with a frame all results live in one C struct
    IRV_LOCAL,   // a Go variable
    IRV_TEMP,    // made by lowering: name NULL
    IRV_CAPTURE, // a field of the function's context: c->x, or (*c->x) when by_ref
} IrVarKind;

// C types beyond Go's that a temporary may have.
typedef enum IrShape {
    IRSHAPE_VALUE,   // type
    IRSHAPE_SCASES,  // gol_scase[count]
    IRSHAPE_MAPITER, // gol_mapiter
    IRSHAPE_CONTEXT, // the context struct of context_of: storage of a closure that does not escape
} IrShape;

struct IrVar {
    IrVarKind kind;
    IrShape shape;
    Type *type;
    const char *name; // Go's name, NULL for temporaries, "_" for blank parameters; not unique in the function
    int id;           // number within the function, unique
    Pos pos;
    int count;          // IRSHAPE_SCASES
    IrFunc *context_of; // IRSHAPE_CONTEXT
    IrFunc *func;       // owner

    bool addr_taken; // IRX_ADDR of it, or of a part, occurs (captures by reference included)
    bool reassigned; // assigned other than by its declaration
    bool by_ref;     // IRV_CAPTURE: the field is a pointer to the variable

    // Escape: lives in memory from gol_alloc. The emitter declares a pointer and spells (*x); IRX_ADDR of it
    // is the pointer. Allocated at IRS_DECL; for parameters and results at the function's entry, where the
    // argument is copied in (before IRS_FRAME_ENTER).
    bool heap;
    const char *heap_why; // for messages

    // Where C declares it: at its IRS_DECL if it has one, else at the top of the function, not initialised.
    bool has_decl;

    IrVar *outer;     // IRV_CAPTURE: the variable captured, in the enclosing function
    Object *obj;      // Go variable, or NULL
    void *esc, *emit; // scratch of those passes
};

// ---- expressions -----------------------------------------------------------------------------------------

typedef enum IrExprKind {
    // Leaves.
    IRX_CONST,    // val in a basic type (bool, numbers, complex, string)
    IRX_ZERO,     // the zero value of any type; nil
    IRX_VAR,      // L
    IRX_GLOBAL,   // L
    IRX_FUNCADDR, // code address of func; ir_type_code
    IRX_FUNCVAL,  // static func value: func takes a context (that it ignores) as its last argument; Go func
                  // type
    IRX_TYPEDESC, // &descriptor of of; ir_type_rtype
    IRX_ITAB,     // &itab of (iface, of); ir_type_itab
    IRX_SIZEOF,   // size of `of` in bytes: uintptr
    IRX_CONTEXT,  // the context that the function was called with: ir_type_code (rarely needed)

    // Operators. Integers wrap round; x and y have the expression's type unless said otherwise.
    IRX_UNARY,  // op OP_NEG, OP_COMPL, OP_NOT
    IRX_BINARY, // OP_ADD … OP_ANDNOT; no strings. Integer OP_DIV, OP_REM panic for a zero y unless no_check
                // (y > 0);
                // shifts: y is of any unsigned type, any count allowed (a signed count went through
                // gol_shift_count). Complex OP_MUL, OP_DIV as Go.
    IRX_COMPARE, // OP_EQ … OP_GE: bool. x, y of identical representation: numbers, strings, pointers, chans,
                 // bools, complex (EQ, NE); interfaces (EQ, NE; may panic); structs and arrays (EQ, NE; may
                 // panic if interfaces are within; both operands are then L). Maps, slices, funcs: only
                 // against IRX_ZERO.
    IRX_AND,
    IRX_OR,   // bool
    IRX_COND, // x ? y : z

    // Conversions.
    IRX_CONVERT, // between numeric types: truncation, extension, float to integer as Go on amd64, complex
    IRX_BITCAST, // same bits: between types of one underlying type, pointers, Ptr and uintptr, map/chan/func
                 // and
    // Ptr, bool as bool, ir_type_* and Ptr, a float and the unsigned integer of its size. A struct
    // or array operand is L.

    // Parts. A part of an L is an L.
    IRX_FIELD,      // x.field[index], x a struct
    IRX_ELEM,       // x[y], x an array; y an Int, see bounds
    IRX_DEREF,      // *x, L: x any pointer (Ptr included), the result has type `type`; panics for nil unless
                    // no_check
    IRX_AT,         // x[y], L: x a slice; y an Int, see bounds
    IRX_STRAT,      // x[y], a byte of a string; see bounds
    IRX_ADDR,       // &x, x an L; never checks (a nil check of DEREF within is kept): a Go pointer type
    IRX_LEN,        // of a string or slice: int
    IRX_CAP,        // of a slice
    IRX_DATA,       // pointer to the first element of a slice or byte of a string: pointer type or Ptr
    IRX_IFACE_TYPE, // x an interface: the dynamic type or NULL (goes through the itab): ir_type_rtype
    IRX_IFACE_TAB,  // the first word of a non-empty interface: ir_type_itab
    IRX_IFACE_DATA, // the data word: Ptr
    IRX_IFACE_CODE, // code of method index of x, a non-empty interface that is not nil: ir_type_code
    IRX_REAL,
    IRX_IMAG,
    IRX_TUPLE_GET, // result index of x, a variable of tuple type

    // Constructors.
    IRX_AGGREGATE, // struct: args by field, NULL for zero; array: elems of args at indices keys (keys empty:
                   // 0, 1, …)
    IRX_MKSTRING,  // args: ptr, len
    IRX_MKSLICE,   // args: ptr, len, cap
    IRX_MKIFACE, // args: first word (IRX_TYPEDESC/ir_type_rtype or IRX_ITAB/ir_type_itab by type), data word
    IRX_MKCOMPLEX, // args: real, imaginary
    IRX_CONCAT,    // strings, two or more; allocates, but has no effect that a program could see

    // Pointers of runtime structs. x is the variable.
    IRX_ITER_KEY,
    IRX_ITER_ELEM, // Ptr, of an IRSHAPE_MAPITER; NULL key: the end

    // With effects: roots only (IRX_RTCALL only when its entry is not pure).
    IRX_CALL, // func(args…): the declared function, receiver first. A func with a context of its own kind
              // (a literal that is called where it stands) gets x as its context.
    IRX_CALL_FUNC,  // x(args…), x a func value in a variable; nil panics
    IRX_CALL_IFACE, // x.m(args…), x a non-empty interface in a variable; index into the itab; nil panics
    IRX_RTCALL,     // runtime entry rt of rtcalls.def. For escape: `of` is the element type of a MAKESLICE
    IRX_NEW,        // a new zeroed `of`: pointer to it. After escape: always on the heap
    IRX_CLOSURE,    // a func value: func with captures args (in the order of func->captures: the value, or
                    // IRX_ADDR of the variable if by_ref). slot: see escape
} IrExprKind;

typedef enum IrBounds {
    IRB_NONE,     // known to be in range
    IRB_SIGNED,   // gol_index
    IRB_UNSIGNED, // gol_index_u: the index had an unsigned 64 bit type (it is still an Int, by IRX_CONVERT)
} IrBounds;

typedef enum IrEscape { IRESC_UNKNOWN, IRESC_STACK, IRESC_HEAP } IrEscape;

typedef enum IrRt { // runtime entries
    IRRT_NONE,
#define RT(name, symbol, result, params, flags) IRRT_##name,
#include "rtcalls.def"
#undef RT
    IRRT_COUNT
} IrRt;

enum {             // flags of a runtime entry
    IRRT_PURE = 1, // no effect beyond allocation and panics: allowed within expressions
    IRRT_NORETURN = 2,
    IRRT_INLINE = 4, // an inline function or macro that calls only what does not return: fine in a leaf
    IRRT_CONST = 8,  // as PURE, and does not read memory that Go code can change
    IRRT_KEEPS = 16, // pointer arguments may be kept: they escape
    IRRT_SAFE = 32,  // never panics
};
typedef struct IrRtInfo {
    const char *name;   // MAP_GET
    const char *symbol; // gol_map_get
    // One letter a value. v nothing, i Int, u Uint, b Bool, p Ptr, t descriptor, I itab, s String, S Slice,
    // m Map, c Chan, f Func, e Eface, F Iface, C code, x as the IrExpr's type says, d double, D Complex128, r
    // Int32, 4 Uint32, 2 Uint16, 1 Uint8
    const char *result, *params;
    int flags;
} IrRtInfo;
extern const IrRtInfo ir_rt_info[IRRT_COUNT];

struct IrExpr {
    IrExprKind kind;
    Op op;
    IrBounds bounds;
    bool no_check; // DEREF: the check is not needed; DIV, REM: y is known to be greater than zero
    bool proven;   // prove.c's: this check cannot fail
    IrEscape escapes;
    IrRt rt;
    int index; // FIELD, TUPLE_GET, CALL_IFACE
    Pos pos;   // 0: the statement's
    Type *type;
    IrExpr *x, *y, *z;
    union {
        const Const *val;
        IrVar *var;
        IrGlobal *global;
        IrFunc *func; // FUNCADDR, FUNCVAL, CALL, CLOSURE
        Type *of;     // TYPEDESC, ITAB, SIZEOF, NEW
    };
    Type *iface; // ITAB
    IrExprList args;
    IrItabList
        likely; // CALL_IFACE: devirt.c's: itabs that are asked for before the call goes through the itab
    Vec(int64_t) keys; // AGGREGATE of an array
    IrVar *slot;       // CLOSURE, after escape: storage on the stack (IRSHAPE_CONTEXT); NULL: heap
    const char *what;  // NEW, CLOSURE: as -m prints it: "&T{...}", "new(T)", "func literal"
    void *esc;
};

// ---- statements ------------------------------------------------------------------------------------------

typedef enum IrStmtKind {
    IRS_DECL,     // var comes into being with value src (NULL: zero). In a loop: a new one each time round
    IRS_ASSIGN,   // dst = src; dst an L
    IRS_EXPR,     // src for its effect: a call, or an expression whose checks matter
    IRS_BLOCK,    // body: a C scope; IRS_BREAK may leave it
    IRS_IF,       // src, body, other
    IRS_LOOP,     // for (; src; post) body: src NULL is for ever; post is one ASSIGN or EXPR or NULL
    IRS_SWITCH,   // src an integer; cases; IRS_BREAK leaves it, a case ends without falling through
    IRS_BREAK,    // leaves target: BLOCK, LOOP or SWITCH
    IRS_CONTINUE, // target: a LOOP; goes on with post
    IRS_GOTO,     // label
    IRS_LABEL,    // label
    IRS_RETURN,   // args: none, or one for each result; or for several results one of tuple type
    IRS_GO,       // src: IRX_CLOSURE of a func with IRCTX_GO
    IRS_DEFER, // src: IRX_CLOSURE of a func with IRCTX_DEFER: a record for the function's frame. The escape
               // result says whether the record is on the stack (slot) or the heap. dst: NULL, or the token
               // of the frame (gol_frame_token), when it is that of a function around this one
    IRS_FRAME_ENTER, // if (gol_frame_enter(&frame, &results)) { body }
    IRS_FRAME_LEAVE, // gol_frame_leave(&frame)
    IRS_SCASE,       // x: var of IRSHAPE_SCASES; cases[index] = {chan dst, elem pointer src or NULL, send}
    IRS_UNREACHABLE, // gol_unreachable()
} IrStmtKind;

typedef struct IrCase {
    Vec(int64_t) values; // bits of the constants, sign extended for signed types; empty: default
    IrStmtList body;
    bool falls; // goes on with the next case's body
} IrCase;

struct IrStmt {
    IrStmtKind kind;
    Pos pos;
    IrVar *var;  // DECL, SCASE
    IrExpr *dst; // ASSIGN, SCASE
    IrExpr *src;
    IrStmtList body, other;
    IrStmt *post;
    Vec(IrCase *) cases;
    IrStmt *target;
    IrLabel *label;
    IrExprList args;
    int index;                      // SCASE
    bool send;                      // SCASE
    bool branch;                    // IF: C shall not make arithmetic of it
    bool used_break, used_continue; // some IRS_BREAK, IRS_CONTINUE has this target
    int id;                         // BLOCK, LOOP, SWITCH: number in the function, for dumps and C labels
    void *emit;
};

struct IrLabel {
    const char *name; // Go's, or NULL
    int id;           // unique in the function
    bool used;        // some IRS_GOTO goes there; else there is no need to spell it
    void *emit;
};

// ---- functions -------------------------------------------------------------------------------------------

typedef enum IrFuncKind { // what the symbol's name is made from
    IRF_FUNC,             // pkg.name, instance: targs
    IRF_METHOD,  // recv is the receiver's type as declared: named or pointer to named (an instance included)
    IRF_LITERAL, // outer, number: f.func1
    IRF_FUNCVAL, // `target` with an ignored context argument
    IRF_METHOD_VALUE, // x.m: the receiver is captured; recv, name
    IRF_METHOD_EXPR,  // T.m as a func value: recv, name; ignored context
    IRF_WRAPPER,      // method `name` of recv's method set that no declaration makes: promoted, or *T for T's
    IRF_IFACE_ENTRY,  // method `name` of recv, called with an interface's data word (Ptr) as receiver
    IRF_RANGE,        // outer, number: the body of a range over a function
    IRF_GO,
    IRF_DEFER,     // outer, number: the code of a go or defer statement
    IRF_INIT,      // the package's initialisation: imports, variables, init functions
    IRF_VARINIT,   // initialisation of package variables, number
    IRF_INIT_DECL, // a func init(), number
} IrFuncKind;

typedef enum IrContext { // the C struct that the last parameter points to; captures follow the head
    IRCTX_NONE,          // no such parameter
    IRCTX_CLOSURE,       // { void *code; captures… }
    IRCTX_DEFER,         // { gol_defer d; captures… }: the only parameter
    IRCTX_GO,            // { captures… }: the only parameter
} IrContext;

struct IrFunc {
    IrFuncKind kind;
    Package *pkg; // whose name the symbol carries
    Type *recv;
    const char *name; // Go's, or NULL
    Package
        *name_pkg;  // package of an unexported method name (WRAPPER, IFACE_ENTRY, METHOD_VALUE, METHOD_EXPR)
    TypeList targs; // of an instance of a generic function or method (without the receiver's)
    IrFunc *outer;  // LITERAL, GO, DEFER: the function that it stands in
    IrFunc *target; // FUNCVAL
    int number;     // from 1
    const char *link;    // what //go:linkname says that it is: "runtime.GC"; or NULL
    const char *go_name; // for GOL_FUNCINFO: "main.(*T).M", "main.f.func1"; NULL: none (thunks)
    Pos pos;             // of func
    Type *sig;           // Go signature without receiver
    FuncNode *node;      // or NULL

    IrContext ctx;
    IrVarList captures;
    IrVarList params, results; // receiver first
    IrVarList vars;            // every other variable, in order of id
    IrStmtList body;
    Type *result; // ir_type_void, the one result's, or a TYPE_TUPLE

    bool external;    // defined elsewhere: no body here
    bool weak;        // instances and wrappers: any package may define the same
    bool copy;        // the body of another package's function, for C to inline
    bool called;      // a copy that some function calls (inline.c)
    bool small;       // C is told to inline it (inline.c)
    bool exported;    // other packages may refer to it: in the header; else static
    bool has_frame;   // defers: IRS_FRAME_ENTER
    bool recovers;    // mentions recover
    bool leaf;        // calls nothing that may grow the stack or block: no stack check (ir_mark_leaves)
    bool noinline;    // //go:noinline
    bool asks;        // may ask package runtime who called it, itself or by what it calls (expand.c)
    bool heap_defers; // a defer of it may run more than once: records on the heap
    Vec(const char *) pragmas;
    int next_id; // numbers of variables, labels and blocks
    int next_literal, next_thunk, next_range;
    void *esc, *emit, *lower;
};

// ---- globals, descriptors, modules -----------------------------------------------------------------------

typedef enum IrGlobalKind {
    IRG_VAR,    // package variable: pkg, name ("_" variables have none)
    IRG_STATIC, // data of composite literals: number in the module; C static
    IRG_FLAG,   // "initialised" flag of the package and the like: name
} IrGlobalKind;

struct IrGlobal {
    IrGlobalKind kind;
    Package *pkg;
    const char *name;
    int number;
    Pos pos;
    Type *type;
    // Constant initialiser or NULL (zero): CONST, ZERO, FUNCVAL, FUNCADDR, TYPEDESC, ITAB, AGGREGATE,
    // MKSTRING, MKSLICE, MKIFACE, MKCOMPLEX, BITCAST and ADDR of a global or a part of one with constant
    // indices.
    IrExpr *init;
    bool readonly; // never written: const in C
    bool external; // of another package
    bool exported;
    Object *obj;
    void *emit;
};

// A type whose descriptor is mentioned. The list of a module is closed: what a descriptor that is defined
// here mentions is in the list too.
typedef struct IrMethodEntry {
    const char *name;
    Package *pkg;  // of an unexported name, else NULL
    Type *sig;     // without receiver
    IrFunc *entry; // takes the data word (kind IRF_IFACE_ENTRY, or the method itself where its receiver is a
                   // pointer)
} IrMethodEntry;

struct IrTypeDesc {
    Type *type;    // canonical (type_canon)
    bool external; // defined in the named type's own package
    bool weak; // else: defined here, once in the program (named types of this package, and pointers to them)
    Vec(IrMethodEntry) methods; // sorted by name, then package; empty for interfaces
    void *emit;
};

struct IrItab { // weak
    Type *iface, *type;
    Vec(IrFunc *) entries; // in the order of the interface's methods (iface.all)
    void *emit;
};

struct IrModule {
    Arena *arena;
    Package *pkg;
    Vec(IrFunc *) funcs;     // to define, and external ones that are mentioned, in a stable order
    Vec(IrGlobal *) globals; // likewise
    Vec(IrTypeDesc *) types;
    IrItabList itabs;
    IrExprList dropped; // closures that need not be made (expand_clean.c): for -m
    IrFunc *init;       // runs imports' init and this package's, once
    IrFunc *main;       // main.main or NULL
};

// ---- makers (ir.c) ---------------------------------------------------------------------------------------

IrExpr *ir_expr(Arena *a, IrExprKind kind, Type *type);
IrExpr *ir_const(Arena *a, const Const *val, Type *type);
IrExpr *ir_int(Arena *a, int64_t v); // of type int
IrExpr *ir_bool(Arena *a, bool v);
IrExpr *ir_zero(Arena *a, Type *type);
IrExpr *ir_var(Arena *a, IrVar *var);
IrExpr *ir_global(Arena *a, IrGlobal *global);
IrExpr *ir_unary(Arena *a, IrExprKind kind, Type *type, IrExpr *x); // any kind with one operand
IrExpr *ir_binary(Arena *a, IrExprKind kind, Op op, Type *type, IrExpr *x, IrExpr *y);
IrExpr *ir_rtcall(Arena *a, IrRt rt, Type *type, int n, ...); // n IrExpr *
IrExpr *ir_copy(Arena *a, const IrExpr *e);                   // deep; of an expression without effects

IrStmt *ir_stmt(Arena *a, IrStmtKind kind, Pos pos);
IrVar *ir_new_var(Arena *a, IrFunc *f, IrVarKind kind, const char *name, Type *type, Pos pos);

bool ir_has_effect(const IrExpr *e); // must stand at a root
bool ir_is_lvalue(const IrExpr *e);  // marked L above, with L operands as far as needed
bool ir_is_check(const IrExpr *e);   // may panic itself, whatever is within
bool ir_may_panic(const IrExpr *e);  // some check within, or a call of the runtime
bool ir_has_check(const IrExpr *e);  // the same without runtime entries that never panic
bool ir_is_static(const IrExpr *e);  // allowed in IrGlobal.init
bool ir_same_word(Type *t);          // a direct type (type_is_direct) is held in C as a bare pointer

// Walks all expressions below e or s, operands first. The visitor may change a node in place.
void ir_each_expr(IrExpr *e, void (*visit)(IrExpr *, void *), void *arg);
void ir_each_stmt(IrStmtList *body, void (*visit)(IrStmt *, void *), void *arg); // pre-order, nested ones too
void ir_each_expr_in(IrStmtList *body, void (*visit)(IrExpr *, void *), void *arg);

void ir_mark_leaves(IrModule *m);  // sets IrFunc.leaf
int ir_cost(IrFunc *f);            // inline.c: its size, in nodes of the IR
void expand_module(IrModule *m);   // expand.c: bodies in the place of calls, where func values are known
void inline_choose(IrModule *m);   // inline.c: sets IrFunc.small, drops copies of no use
void prove_module(IrModule *m);    // prove.c: removes checks that cannot fail
void simplify_module(IrModule *m); // simplify.c: short branches become arithmetic
void devirt_module(IrModule *m);   // devirt.c: types that calls of interface methods ask for first

// ---- text and checks -------------------------------------------------------------------------------------

#include <stdio.h>
void ir_dump(FILE *out, const IrModule *m); // ir_dump.c
void ir_dump_func(FILE *out, const IrFunc *f);
const char *ir_expr_text(Arena *a, const IrExpr *e);       // one line
void ir_verify(const IrModule *m, const char *after_pass); // ir_verify.c; a fault is a compiler bug: bug_at

// escape.c: decides heap or stack and rewrites IRX_NEW and closures that stay. explain: print as `go build
// -m`.
typedef struct EscapeOptions {
    FILE *explain;   // NULL: silent
    FILE *summaries; // NULL, or where those of its functions go (summary.h)
    bool all_heap;   // GOLDEBUG-like testing mode: nothing that could escape stays on the stack
} EscapeOptions;
void escape_module(IrModule *m, const EscapeOptions *options);
