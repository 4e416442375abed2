/* check.h: what the files of the checker share.
 *
 * Floor 3. The checker walks a package's declarations in the order in which they need each other: asking for
 * the type of a package-level object (check_object) checks its declaration first. Function bodies are delayed
 * until all declarations stand. What is found is written into the tree: Expr.mode, .type, .val and the fields
 * marked "check:" in ast.h.
 *
 * Who holds what:
 *   check.c       context, errors, delayed work, entry           check_expr.c     operands, operators,
 * constants check_decl.c  declarations, package and local                check_call.c     calls, selectors,
 * generic use check_type.c  type expressions, names, instantiation         check_builtin.c  built-in
 * functions infer.c       type inference                                 check_stmt.c     bodies and
 * statements, assignment initorder.c   order of package-level variables               check_return.c
 *
 * The state of an expression, as in go/types:
 *   - check_expr and its kin set mode, type, val of the Expr itself; MODE_INVALID means that an error was
 * reported and that the caller is silent about it.
 *   - An untyped operand keeps its TYPE_UNTYPED_… only until its context is known; convert_untyped then
 * records the final type all the way down (x + 1 in float64(x+1) …), and represents constants in it. Whoever
 * ends an expression's way (assignment, statement, argument, operand of a shift or comparison) must convert,
 * with check_assignment or convert_untyped(c, e, type_default(e->type)).
 *   - An expression may be checked more than once (a constant's expression repeated by an empty spec is
 * checked with each iota): check_expr starts from the syntax only.
 */
#ifndef CHECK_H
#define CHECK_H

#include "arena.h"
#include "ast.h"
#include "ast_text.h"
#include "constant.h"
#include "diag.h"
#include "intern.h"
#include "package.h"
#include "scope.h"
#include "type.h"
#include "universe.h"

/* What is known of a package-level object (or method) beyond its type: Object.dep. One for all the variables
 * of `var a, b = f()`. */
typedef struct DeclInfo {
    AstFile *file;
    Decl *decl;
    Expr *type, *init; /* const and var: what to check; of an inherited constant, its model's */
    ObjectList lhs;    /* several variables with one initialiser */
    bool inherited;    /* constant that repeats an earlier spec */
    FuncNode *func;
    ObjectList methods;    /* type: its methods, found while collecting */
    ObjectList deps;       /* package-level objects that the initialiser or body mentions */
    struct DeclInfo *seen; /* the DeclInfo that last added this one as a dependency: keeps deps short */
    int order;             /* of declaration in the package */
    int walk;              /* initorder's, and that of the search for cycles of names */
    int node;              /* initorder's: number of its node, 0: none */
    bool ptr_recv;         /* method: declared with a pointer receiver */
} DeclInfo;

/* What changes with the place that is being checked; saved and restored as a whole. */
typedef struct CheckEnv {
    AstFile *file;
    DeclInfo *decl;    /* the package-level declaration whose initialiser or body is checked; NULL: none */
    Scope *scope;      /* innermost, for lookups */
    const Const *iota; /* inside a constant declaration */
    Pos errpos;        /* constant with inherited expression: where to report instead */
    bool in_tparams;   /* inside a type parameter list */
    FuncNode *fn;      /* function whose body is being checked; NULL: package level */
    bool has_label;    /* fn uses labels */
    bool has_call_or_recv; /* an expression had a call or receive (for constant len and cap) */
} CheckEnv;

typedef struct MonoVertex MonoVertex; /* check_mono.c */
typedef struct MonoEdge MonoEdge;

typedef struct Checker Checker;
typedef void CheckAction(Checker *c, void *a, void *b);
typedef struct CheckDelayed {
    CheckAction *run;
    void *a, *b;
} CheckDelayed;

struct Checker {
    Arena *arena;
    Package *pkg;
    CheckEnv env;
    int errors; /* reported so far */
    int depth;  /* of recursion, see check_enter */
    bool too_deep;
    const Expr *selected;      /* the operand of the selector that is being checked, for hints */
    Vec(CheckDelayed) delayed; /* a statement runs what it has delayed before the next one starts */
    ObjectList path;           /* objects whose declarations are being checked, outermost first */
    ObjectList objects;        /* all package-level objects and methods, in source order */
    ObjectList imports;        /* OBJ_PACKAGE of all files */
    int order;
    int local_types; /* in the initialisers of package variables */
    Vec(MonoVertex) mono_vertices;
    Vec(MonoEdge) mono_edges;
    const char *target_text; /* what messages call the target of check_expr; NULL: "variable" */
    ExprList arrays;         /* array types written, for check_sizes */
    ExprList ifaces;         /* interface type literals, for check_interface_cycles */
};

/* ---- check.c: errors --------------------------------------------------------------------------------- */

/* An error at [from, to); to 0: the token at from. Dropped when it mentions an invalid type or operand, since
 * then it follows from an earlier one. Honours env.errpos. */
void check_error(Checker *c, Pos from, Pos to, const char *fmt, ...) DIAG_FORMAT(4, 5);
void check_error_at(Checker *c, const Expr *e, const char *fmt, ...) DIAG_FORMAT(3, 4); /* the range of e */
void check_soft_error(Checker *c, Pos from, Pos to, const char *fmt, ...)
    DIAG_FORMAT(4, 5); /* as check_error */
void check_note(Checker *c, Pos pos, const char *fmt, ...)
    DIAG_FORMAT(3, 4);                                  /* line under the last check_error */
void check_note_other(Checker *c, const Object *other); /* "\tother declaration of x" */
const char *check_type_text(Checker *c, Type *t); /* type_string as this package's messages qualify it */
const char *check_types_text(Checker *c, const TypeList *ts);                 /* "int, string" */
const char *check_printf(Checker *c, const char *fmt, ...) DIAG_FORMAT(2, 3); /* in the arena */
const char *check_object_kind(const Object *obj); /* "package name", "const", "type", "var", "func" … */

/* Position as messages quote it: "file.gol:3:5". */
const char *check_pos_text(Checker *c, Pos pos);

/* Guards recursion: false, with an error, when the nesting is too deep. Each true needs a check_leave. */
bool check_enter(Checker *c, Pos at);
void check_leave(Checker *c);

/* ---- check.c: context -------------------------------------------------------------------------------- */

Scope *check_open_scope(Checker *c); /* a child of env.scope becomes env.scope */
void check_close_scope(Checker *c);
/* Declares obj in scope unless it is blank; "x redeclared in this block". at: its Object.scope_pos (0: all of
 * it). */
void check_declare(Checker *c, Scope *scope, Object *obj, Pos at);
/* A new local variable (VAR_LOCAL), owned by env.fn. Not declared yet. */
Object *check_new_local(Checker *c, const char *name, Pos pos, Type *type);
/* Runs run(c, a, b) later: when check_process_delayed comes to it, at the latest at the end of the package. A
 * statement ends with check_process_delayed(c, its c->delayed.n at the start), so that literals are checked
 * before names that come later are declared. */
void check_later(Checker *c, CheckAction *run, void *a, void *b);
void check_process_delayed(Checker *c, int from); /* those from index `from` of c->delayed on */
/* Checks fn's body later, in the present environment with fn as its function. For a literal it sets outer and
 * appends to the outer's literals. fn->sig and fn->scope must be set (check_func_type). */
void check_later_body(Checker *c, FuncNode *fn);
/* Notes that the declaration being checked depends on obj (package-level variable, constant, function,
 * method). check_name does it for names; selectors must do it for methods. */
void check_depend(Checker *c, Object *obj);

/* ---- check_cycle.c ------------------------------------------------------------------------------------- */

/* Reports `obj refers to …` of a cycle of declarations that goes through c->path from `start` on. */
void check_cycle_error(Checker *c, Object *const *cycle, int n, int first);
bool check_valid_cycle(Checker *c,
                       Object *obj); /* obj is on c->path: may its type refer to itself this way? */
/* Whether t is declared in full. False after an error, inside of its own declaration: asked before a value
 * of the type is made, selected from or converted to. */
bool check_complete(Checker *c, Type *t);
/* Whether t's size is not known here: because of type parameters, or within t's own declaration (an error).
 */
bool check_variable_size(Checker *c, Type *t);
void check_direct_cycles(Checker *c);           /* type A B; type B A */
void check_interface_cycles(Checker *c);        /* interface{ m() interface{ … itself … } } */
void check_valid_type(Checker *c, Type *named); /* no type holds itself: "invalid recursive type" */

/* ---- check_hint.c -------------------------------------------------------------------------------------- */

/* Adds "did you mean …?" to the error just reported. selected: the name stands before a dot, so that it may
 * be a package that is not imported. */
void check_hint_name(Checker *c, const char *name, bool selected);
void check_hint_member(Checker *c, const Package *pkg, const char *name);
void check_hint_selected(Checker *c, Type *t,
                         const char *name); /* a field or method; case alone is in the message */

/* ---- check_pragma.c ------------------------------------------------------------------------------------ */

void check_directives(
    Checker *c); /* of a user's package: //go: lines that have no effect or are not for users */

/* ---- initorder.c --------------------------------------------------------------------------------------- */

void check_init_order(Checker *c); /* fills in pkg->init_order; "initialization cycle" */

/* ---- check_decl.c ------------------------------------------------------------------------------------ */

void check_collect(Checker *c); /* declares the package's names and imports */
void check_sizes(
    Checker *c); /* array types must fit the address space, package-level variables an object file */
void check_package_objects(Checker *c); /* checks all declarations; bodies are delayed */
void check_unused_imports(Checker *c);
void check_object(Checker *c, Object *obj); /* makes sure that obj->type is set; reports cycles */
void check_decl_stmt(Checker *c, Decl *d);  /* a local const, var or type declaration; declares the names */
/* "missing init expr for x", "extra init expr y" of a const or var declaration. */
void check_arity(Checker *c, Pos pos, const Decl *d, const ExprList *values, bool is_const, bool inherited);

/* ---- check_type.c ------------------------------------------------------------------------------------ */

Type *check_type_expr(Checker *c,
                      Expr *e); /* never NULL; type_basic(TYPE_INVALID) after an error; no generic type */
Type *check_var_type(Checker *c, Expr *e);                       /* as above, and no constraint interface */
Type *check_generic_type(Checker *c, Expr *e, const char **why); /* a generic type without its arguments */
/* Resolves EXPR_NAME e: sets mode, type, val, name.obj, marks it used, notes dependencies and captures.
 * The blank name, an undefined name, a package's name are errors. want_type: messages as for a type. */
void check_name(Checker *c, Expr *e, bool want_type);
/* fn->sig with scope, parameters and results declared in a new scope (fn->scope). recv and type parameters
 * too. */
Type *check_func_type(Checker *c, FuncNode *fn);
int64_t check_array_length(Checker *c, Expr *e);                     /* -1 after an error */
bool check_type_list(Checker *c, const ExprList *xs, TypeList *out); /* false: one was invalid */
/* Declares a type parameter list in env.scope; out gets the TYPE_PARAMs, before their constraints are
 * checked. */
void check_type_params(Checker *c, TypeParam *const *list, int n, TypeList *out);

/* The instance of a generic type (named, alias) or function type with exactly its number of arguments. The
 * arguments are not verified against the constraints. */
Type *check_instance(Checker *c, Pos pos, Type *generic, const TypeList *targs);
/* Whether targs satisfy tparams' constraints; *index is the first that does not and *why Go's reason. */
bool check_verify_instance(Checker *c, const TypeList *tparams, const TypeList *targs, int *index,
                           const char **why);
/* Remembers an instantiation within generic code, for check_instance_cycles. */
void check_note_instance(Checker *c, Pos pos, const TypeList *tparams, const TypeList *targs,
                         const ExprList *written);
void check_instance_cycles(Checker *c); /* "instantiation cycle" */
/* Go's messages "not enough/too many type arguments …" for got != want. */
bool check_targ_count(Checker *c, Pos pos, const char *name, int want, int got);
bool check_type_is_generic(Type *t); /* named, alias or func type that still wants type arguments */

/* ---- infer.c ----------------------------------------------------------------------------------------- */

/* Infers the type arguments of a call or assignment. targs: those known already (may be shorter than tparams,
 * and hold NULLs); params: parameter types, one an argument; args: checked arguments (MODE_INVALID ones are
 * skipped). reverse: messages for `var f func(int) = g`. On success *out is complete, but not verified; false
 * after an error. A failed inference is reported at pos as "in call to %s, cannot infer T" with name fn_text.
 */
bool check_infer(Checker *c, Pos pos, const char *fn_text, const TypeList *tparams, const TypeList *targs,
                 const TypeList *params, const ExprList *args, bool reverse, TypeList *out);
/* Fresh copies of tparams (constraints renamed too), so that a generic function can be an argument of its own
 * call; *map gets the new ones. */
void check_rename_tparams(Checker *c, const TypeList *tparams, TypeList *fresh);

/* ---- check_expr.c, check_call.c, check_builtin.c ------------------------------------------------------ */

void check_raw_expr(Checker *c, Expr *e, Type *hint, bool allow_generic); /* any operand; untyped stays */
void check_expr(Checker *c, Expr *e,
                Type *target); /* a single value; target: what a generic function is assigned to, or NULL */
void check_expr_for(Checker *c, Expr *e, Type *target,
                    const char *text); /* check_expr; messages call target `text` */
void check_expr_hint(Checker *c, Expr *e,
                     Type *hint);           /* a single value; hint: type of an elided composite literal */
void check_multi_expr(Checker *c, Expr *e); /* a value, or a call's tuple, or comma-ok */
void check_generic_expr(Checker *c,
                        Expr *e); /* a single value that may be an uninstantiated generic function */
void check_expr_or_type(Checker *c, Expr *e, bool allow_generic);
void check_selector(Checker *c, Expr *e, bool want_type);
void check_use(Checker *c, Expr *e); /* evaluates e for its uses alone; e may be a type; NULL allowed */
void check_use_list(Checker *c, const ExprList *list);
void convert_untyped(Checker *c, Expr *e,
                     Type *to); /* see the top of this file; error: mode becomes MODE_INVALID */
/* "cannot use x (variable of type T) as U value in CONTEXT: why". Ends e's way: e gets its final type. to
 * NULL or _ : the default type. On error e becomes MODE_INVALID. */
void check_assignment(Checker *c, Expr *e, Type *to, const char *context);
const char *check_operand_text(Checker *c, const Expr *e); /* `x (variable of type int)` */
/* Assignability and conversion of an operand: constants and untyped values included. *why may be set. */
bool check_assignable(Checker *c, Expr *e, Type *to, const char **why);

/* ---- check_stmt.c (and where check2 puts them) --------------------------------------------------------- */

void check_func_body(Checker *c, FuncNode *fn); /* called with env set: scope fn->scope, fn, file, decl */
/* The initialiser e (checked by check_expr) of one constant or variable: settles obj->type and obj->val. */
void check_init_const(Checker *c, Object *obj, Expr *e);
void check_init_var(Checker *c, Object *obj, Expr *e, const char *context);
/* lhs… = rhs… of a declaration or of a return statement (then ret is it); checks rhs itself. Reports
 * "assignment mismatch: …". */
void check_init_vars(Checker *c, const ObjectList *lhs, const ExprList *rhs, Stmt *ret);

#endif
