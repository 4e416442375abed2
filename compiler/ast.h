/* ast.h: the tree that the CST to AST pass builds and the checker annotates in place.
 *
 * Floor 1. Nodes live in the compilation's arena and are never freed singly. Names are interned (equal names
 * are equal pointers). What the checker fills in is marked "check:"; before checking those fields are zero.
 * After a check without errors every expression has a mode and, unless it is a statement-like call, a type.
 *
 * Types are expressions where the grammar cannot tell them apart: a conversion is an EXPR_CALL, an
 * instantiation an EXPR_INDEX, a pointer type an EXPR_STAR; the checker settles `mode`.
 */
#ifndef AST_H
#define AST_H

#include <stdbool.h>
#include <stdint.h>

#include "source.h"
#include "vec.h"

typedef struct Expr Expr;
typedef struct Stmt Stmt;
typedef struct Decl Decl;
typedef struct Block Block;
typedef struct Field Field;
typedef struct FuncNode FuncNode;
typedef struct CaseClause CaseClause;
typedef struct AstFile AstFile;

typedef struct Type Type;       /* type.h */
typedef struct Const Const;     /* constant.h */
typedef struct Object Object;   /* scope.h */
typedef struct Scope Scope;     /* scope.h */
typedef struct Package Package; /* package.h */

typedef Vec(Expr *) ExprList;
typedef Vec(Stmt *) StmtList;
typedef Vec(Decl *) DeclList;
typedef Vec(Field *) FieldList;
typedef Vec(Object *) ObjectList;
typedef Vec(Type *) TypeList;
typedef Vec(CaseClause *) ClauseList;
typedef Vec(const char *) StringList;

/* ---- expressions ------------------------------------------------------------------------------------- */

typedef enum ExprKind {
    EXPR_BAD,
    EXPR_NAME,
    EXPR_INT,
    EXPR_FLOAT,
    EXPR_IMAG,
    EXPR_RUNE,
    EXPR_STRING,    /* literals: val is set by the CST pass */
    EXPR_COMPOSITE, /* T{…}; type NULL where elided; check: an elided literal of pointer type is &T{…} */
    EXPR_KEYED,     /* key: value inside a composite literal */
    EXPR_FUNC,      /* function literal */
    EXPR_PAREN,
    EXPR_SELECTOR,
    EXPR_INDEX,  /* x[i], or x[T, …] instantiation */
    EXPR_SLICE,  /* x[lo:hi:max] */
    EXPR_ASSERT, /* x.(T); type NULL for x.(type) */
    EXPR_CALL,
    EXPR_STAR, /* *x: dereference or pointer type */
    EXPR_UNARY,
    EXPR_BINARY,
    EXPR_ELLIPSIS, /* ...T of a last parameter; [...]T is array.len = EXPR_ELLIPSIS without operand */
    EXPR_ARRAY_TYPE,
    EXPR_SLICE_TYPE,
    EXPR_STRUCT_TYPE,
    EXPR_FUNC_TYPE,
    EXPR_INTERFACE_TYPE,
    EXPR_MAP_TYPE,
    EXPR_CHAN_TYPE,
} ExprKind;

typedef enum Op {
    OP_NONE,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_REM,
    OP_AND,
    OP_OR,
    OP_XOR,
    OP_SHL,
    OP_SHR,
    OP_ANDNOT, /* binary; also op= */
    OP_LAND,
    OP_LOR,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_POS,
    OP_NEG,
    OP_NOT,
    OP_COMPL,
    OP_ADDR,
    OP_RECV,
    OP_TILDE, /* unary */
} Op;
const char *op_text(Op op); /* "+", "&^", "<-" … (ast.c) */

typedef enum ChanDir { CHAN_BOTH, CHAN_SEND, CHAN_RECV } ChanDir;

/* check: what an expression denotes. */
typedef enum Mode {
    MODE_INVALID, /* an error was reported */
    MODE_NOVALUE, /* call of a function without results */
    MODE_BUILTIN,
    MODE_TYPE,
    MODE_CONST,    /* val set */
    MODE_VAR,      /* addressable */
    MODE_MAPINDEX, /* assignable, not addressable */
    MODE_VALUE,
    MODE_NIL,
    MODE_COMMAOK, /* value that may also yield ok: receive, assertion (and MODE_MAPINDEX); `type` is the
                     value's alone, the statement's number of left-hand sides says whether ok is wanted */
    MODE_PACKAGE,
} Mode;

typedef enum CallKind { CALL_FUNC, CALL_CONVERSION, CALL_BUILTIN } CallKind;

typedef enum SelectKind {
    SEL_NONE,
    SEL_PACKAGE,      /* pkg.Name: obj is the object */
    SEL_FIELD,        /* x.f */
    SEL_METHOD,       /* x.m of a concrete type: method value or callee */
    SEL_IFACE_METHOD, /* x.m through an interface (or a type parameter's constraint) */
    SEL_METHOD_EXPR,  /* T.m */
} SelectKind;

typedef struct Selection {
    SelectKind kind;
    Object *obj;   /* field or method, or the package's object */
    Vec(int) path; /* field indices to follow from x; the last one is the field itself for SEL_FIELD; for
                      methods the embedded fields to the receiver. A pointer on the way is followed. */
    bool indirect; /* a pointer was followed on the path, or x is a pointer */
    Type *recv;    /* the type that x (or T) has */
} Selection;

struct Expr {
    ExprKind kind;
    Mode mode;      /* check: */
    Pos pos, end;   /* first byte; one past the last */
    Type *type;     /* check: final type; untyped operands get the type that they are converted to */
    Const *val;     /* literals; check: value of every constant expression, represented in `type` */
    bool shift_lhs; /* check_operand's own: untyped left operand of a non-constant shift */
    union {
        struct {
            const char *name;
            Object *obj;    /* check: */
            bool is_def;    /* check: declared here by := */
            TypeList targs; /* check: instance of a generic function, inferred or explicit */
        } name;
        struct {
            Expr *type;
            ExprList elems;
            Pos lbrace, rbrace;
        } composite;
        struct {
            Expr *key, *value;
        } keyed;
        FuncNode *func; /* EXPR_FUNC, EXPR_FUNC_TYPE */
        Expr *paren;
        struct {
            Expr *x;
            const char *name;
            Pos name_pos;
            Selection sel;  /* check: */
            TypeList targs; /* check: as for name */
        } selector;
        struct {
            Expr *x;
            ExprList index;
            TypeList targs; /* check: as for name */
        } index;
        struct {
            Expr *x, *lo, *hi, *max;
            bool three;
        } slice;
        struct {
            Expr *x, *type;
        } assert_;
        struct {
            Expr *fn;
            ExprList args;
            Pos lparen, rparen;
            bool spread; /* f(xs...) */
            CallKind call_kind;
            int builtin; /* check: enum Builtin of universe.h */
        } call;
        Expr *star;
        struct {
            Op op;
            Expr *x;
            Pos op_pos;
        } unary;
        struct {
            Op op;
            Expr *x, *y;
            Pos op_pos;
        } binary;
        Expr *ellipsis; /* element type; NULL for [...] */
        struct {
            Expr *len, *elem;
        } array; /* EXPR_SLICE_TYPE: len NULL */
        struct {
            FieldList fields;
        } struct_;
        struct {
            FieldList elems;
        } iface; /* see Field */
        struct {
            Expr *key, *elem;
        } map;
        struct {
            ChanDir dir;
            Expr *elem;
        } chan;
        const char *literal; /* source text of a basic literal */
    };
};

/* A parameter, result, struct field, or interface element. One Field a name: `a, b int` is two Fields that
 * share the type expression. */
struct Field {
    const char *name; /* NULL: unnamed parameter, embedded field or embedded element */
    Pos pos;
    Expr *type; /* interface method: EXPR_FUNC_TYPE; union: EXPR_BINARY OP_OR of (OP_TILDE) terms */
    bool embedded;
    Const *tag;  /* struct field tag or NULL */
    Object *obj; /* check: */
};

typedef struct TypeParam {
    const char *name;
    Pos pos;
    Expr *constraint; /* shared by the names of a group */
    Object *obj;      /* check: */
} TypeParam;

typedef Vec(TypeParam *) TypeParamList;

/* A function: declared, literal, or only a type (then without body). */
struct FuncNode {
    Pos pos;          /* of `func` */
    const char *name; /* NULL for literals and types */
    Pos name_pos;
    Field *recv; /* method declarations */
    TypeParamList tparams;
    TypeParamList recv_tparams; /* func (r *T[A, B]) m(): constraint NULL */
    FieldList params, results;
    bool variadic;
    Block *body;        /* NULL: declared elsewhere, or a type */
    StringList pragmas; /* "//go:noinline" … lines directly above, without the slashes */
    /* check: */
    Object *obj; /* the declared function or method; NULL for literals */
    Type *sig;
    Scope *scope;    /* of the type parameters, receiver, parameters and results */
    FuncNode *outer; /* enclosing function of a literal */
    Object *recv_obj;
    ObjectList param_objs, result_objs; /* an Object for unnamed (name "") and blank ones ("_") too */
    bool has_defer, has_recover;
    bool body_checked; /* package_need_body's */
    int local_types;   /* types declared within */
    ObjectList
        captured; /* literals: outer variables used here or in literals within, in order of first use */
    Vec(FuncNode *) literals; /* directly within, in order: main.f.func1, func2 … */
};

/* ---- statements -------------------------------------------------------------------------------------- */

typedef enum StmtKind {
    STMT_BAD,
    STMT_EMPTY,
    STMT_EXPR,
    STMT_SEND,
    STMT_INCDEC,
    STMT_ASSIGN,
    STMT_DEFINE,
    STMT_DECL,
    STMT_GO,
    STMT_DEFER,
    STMT_RETURN,
    STMT_BREAK,
    STMT_CONTINUE,
    STMT_GOTO,
    STMT_FALLTHROUGH,
    STMT_BLOCK,
    STMT_IF,
    STMT_FOR,
    STMT_RANGE,
    STMT_SWITCH,
    STMT_TYPESWITCH,
    STMT_SELECT,
    STMT_LABELED,
} StmtKind;

struct Block {
    Pos lbrace, rbrace;
    StmtList stmts;
};

struct CaseClause {
    Pos pos, colon;
    bool is_default;
    ExprList values; /* switch: expressions; type switch: types (nil is a name) */
    Stmt *comm;      /* select: STMT_SEND, STMT_EXPR (receive), STMT_ASSIGN or STMT_DEFINE from a receive */
    Block *body;     /* braces' positions are those of the clause */
    Object *obj;     /* check: type switch: the symbol's object in this clause, or NULL */
    bool falls;      /* check: ends in fallthrough */
};

struct Stmt {
    StmtKind kind;
    Pos pos, end;
    union {
        Expr *expr; /* EXPR, GO, DEFER (a call) */
        struct {
            Expr *chan, *value;
            Pos arrow;
        } send;
        struct {
            Expr *x;
            bool dec;
        } incdec;
        struct {
            ExprList lhs, rhs;
            Op op;
            Pos op_pos;
        } assign; /* ASSIGN (OP_NONE or op=), DEFINE */
        Decl *decl;
        struct {
            ExprList results;
            FuncNode *func; /* check: */
        } ret;
        struct {
            const char *label;
            Pos label_pos;
            Stmt *target; /* check: goto: the STMT_LABELED; break, continue:
the loop, switch or select itself, never its label; fallthrough: its switch */
        } branch;
        Block *block;
        struct {
            Stmt *init;
            Expr *cond;
            Block *then;
            Stmt *else_;
        } if_;
        struct {
            Stmt *init;
            Expr *cond;
            Stmt *post;
            Block *body;
            ObjectList vars; /* check: variables of init: a fresh copy each iteration */
        } for_;
        struct {
            Expr *key, *value, *x;
            Expr *extra; /* a third variable, which is one too many; or NULL */
            bool define, has_assign;
            Block *body;
            Pos range_pos;
            Object *key_obj, *value_obj; /* check: when define and not blank */
            bool has_call; /* check: a call or receive in x: evaluated though it may be an array's */
        } range;
        struct {
            Stmt *init;
            Expr *tag;
            ClauseList clauses;
            Pos lbrace, rbrace;
        } switch_;
        struct {
            Stmt *init;
            const char *name;
            Pos name_pos;
            Expr *x;
            ClauseList clauses;
            Pos lbrace, rbrace;
        } typeswitch;
        struct {
            ClauseList clauses;
            Pos lbrace, rbrace;
        } select;
        struct {
            const char *label;
            Pos label_pos;
            Stmt *stmt;
            bool used; /* check: */
        } labeled;
    };
};

/* ---- declarations ------------------------------------------------------------------------------------ */

typedef enum DeclKind { DECL_IMPORT, DECL_CONST, DECL_VAR, DECL_TYPE, DECL_FUNC } DeclKind;

struct Decl {
    DeclKind kind;
    Pos pos;
    int group; /* specs of one parenthesised group share a number > 0; 0: alone */
    union {
        struct {
            const char *name;
            Pos name_pos;
            const char *path;
            Pos path_pos; /* name ".", "_" or NULL */
        } import;
        struct {
            StringList names;
            Vec(Pos) name_pos;
            Expr *type;
            ExprList values;
            int iota;
            Decl *inherit;   /* const: the spec whose type and values an empty one repeats */
            ObjectList objs; /* check: */
        } value;             /* CONST, VAR */
        struct {
            const char *name;
            Pos name_pos;
            TypeParamList tparams;
            bool alias;
            int local_number; /* of a type defined in a function: within the file; else 0 */
            Expr *type;
            Object *obj; /* check: */
        } type;
        FuncNode *func;
    };
};

struct AstFile {
    SourceFile *source;
    const char *package_name;
    Pos package_pos;
    DeclList decls;               /* in source order, groups flattened */
    int local_types;              /* types that functions define */
    StringList build_constraints; /* "//go:build" lines */
    Scope *scope;                 /* check: the file's imports */
    Package *package;             /* check: */
};

#endif
