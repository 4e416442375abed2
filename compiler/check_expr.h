/* check_expr.h: what the checker's files for expressions and statements share among themselves.
 *
 * Floor 3. The interface to the rest of the checker is check.h. An operand is an Expr whose mode, type and
 * val are set.
 */
#ifndef CHECK_EXPR_H
#define CHECK_EXPR_H

#include "check.h"

/* How an expression may be used as a statement. */
typedef enum Use { USE_CONVERSION, USE_EXPRESSION, USE_STATEMENT } Use;

/* Whether a constant fits its type. */
typedef enum Fit { FIT_OK, FIT_TRUNCATED, FIT_OVERFLOW, FIT_BAD } Fit;

/* ---- check_operand.c --------------------------------------------------------------------------------- */

const char *check_text(Checker *c, const Expr *e);
const char *check_list_text(Checker *c, const ExprList *list);
const char *check_composite_kind(Type *t); /* "array", "slice" …; "" for basic types */
Expr *expr_unparen(Expr *e);

Type *type_invalid(void);
bool operand_valid(const Expr *x);
void operand_invalidate(Expr *x);
void operand_set(Expr *x, Mode mode, Type *type); /* val becomes NULL */
/* A made-up expression in place of `at`, with a text of its own: the i-th result of a call and the like. */
Expr *operand_dummy(Checker *c, const Expr *at, const char *text, Mode mode, Type *type);

/* Type sets: those of a type parameter are its specific types; of any other type, the type itself. */
bool type_is_nonparam_interface(Type *t);
TypeList check_typeset(Type *t); /* empty for a type parameter without specific types */
bool all_boolean(Type *t), all_integer(Type *t), all_numeric(Type *t), all_string(Type *t),
    all_ordered(Type *t), all_numeric_or_string(Type *t); /* false for an empty set */
Type *check_array_deref(Type *t);                         /* the array behind a pointer to one, else t */

/* Untyped operands. */
void check_representable(Checker *c, Expr *x, Type *basic); /* as above, reports */
Type *check_implicit_type(Checker *c, const Expr *x, Type *target, Const **val, Fit *fit);
void check_update_type(Checker *c, Expr *e, Type *t);
void check_default(Checker *c, Expr *x); /* gives an untyped value its default type */
void check_match_types(Checker *c, Expr *x, Expr *y);

void check_exclude(Checker *c, Expr *x, unsigned modes); /* of MODE_NOVALUE, MODE_BUILTIN, MODE_TYPE */
void check_single_value(Checker *c, Expr *x);

/* ---- check_expr.c ------------------------------------------------------------------------------------ */

bool op_is_comparison(Op op), op_is_shift(Op op);
Use check_expr_use(Checker *c, Expr *e, Type *target, Type *hint,
                   bool allow_generic); /* check_raw_expr, and its use */
/* x op y of e, or of an op-assignment, then e is NULL. Both operands checked; the result goes to *res (which
 * may be x). */
void check_binary(Checker *c, Expr *res, Expr *e, Expr *x, Expr *y, Op op, Pos op_pos);
/* *res becomes an untyped boolean, or invalid. */
void check_comparison(Checker *c, Expr *res, Expr *x, Expr *y, Op op, bool switch_case);
void check_non_generic(Checker *c, Expr *x, Type *target);
void check_mark_address(Expr *e);            /* e's variable, if it is part of one: its address is taken */
Object *check_variable(Checker *c, Expr *e); /* the variable of this package that e names, or NULL */
bool check_use_one(Checker *c, Expr *e, bool lhs); /* false: it had errors */
void check_type_assertion(Checker *c, Expr *at, Expr *x, Type *t, bool type_switch);
Type *check_chan_elem(Checker *c, Pos from, Pos to, Expr *x, bool recv); /* NULL after an error */

/* ---- check_literal.c, check_index.c, check_convert.c -------------------------------------------------- */

void check_composite(Checker *c, Expr *e, Type *hint);
/* Refuses a function that needs a temporary of n elements, where that is more than a gigabyte. */
void check_frame(Checker *c, Type *elem, int64_t n);
void check_func_literal(Checker *c, Expr *e);
bool check_index_expr(Checker *c,
                      Expr *e); /* true: e.index.x is a generic function still to be instantiated */
void check_slice_expr(Checker *c, Expr *e);
/* An index: integer, not negative, below max where max >= 0. *val: its constant value or -1. */
bool check_index_value(Checker *c, Expr *index, int64_t max, int64_t *val);
bool check_valid_index(Checker *c, Expr *x, const char *what, bool allow_negative);
/* T(x): *res gets the result. x is checked. */
void check_conversion(Checker *c, Expr *res, Expr *x, Type *t);

/* ---- check_keys.c -----------------------------------------------------------------------------------------
 */

typedef struct KeyEntry {
    const char *text; /* NULL: free */
    Type *type;
    Expr *at;
} KeyEntry;

typedef struct KeySet { /* empty: zero */
    KeyEntry *slots;
    int used, size; /* size: a power of two or 0 */
} KeySet;

/* NULL: key was not there yet; else where the equal one, of an identical type, was written. */
Expr *key_set_insert(Checker *c, KeySet *set, const Const *key, Type *type, Expr *at);

/* ---- check_select.c ---------------------------------------------------------------------------------------
 */

/* Why t has no `name`: "type T has no field or method x, but does have field X" and the like. t is searched,
 * shown is named. literal: for a key of a struct literal. */
const char *check_lookup_error(Checker *c, Type *t, Type *shown, const char *name, bool literal);

/* ---- check_call.c, check_builtin.c -------------------------------------------------------------------- */

Use check_call(Checker *c, Expr *e);
bool check_builtin(Checker *c, Expr *e, int id); /* sets e; false after an error */
/* x, whose type is a generic function, instantiated with the arguments of inst (EXPR_INDEX, or NULL) and what
 * target tells. */
void check_func_inst(Checker *c, Expr *x, Expr *inst, Type *target);
/* The arguments checked, with the values of a single call spread out. generic: they may be generic functions.
 */
ExprList check_arg_list(Checker *c, const ExprList *args, bool generic);
/* Checks args against sig's parameters, inferring what targs leaves open; the signature that is called. */
Type *check_arguments(Checker *c, Expr *call, Type *sig, const TypeList *targs, const ExprList *args,
                      TypeList *inst);
const char *check_types_summary(Checker *c, const TypeList *types, bool variadic, bool dots);

/* ---- check_assign.c ------------------------------------------------------------------------------------ */

/* The value or values of e, which is checked: a call's results, the ok of a comma-ok expression. Made-up
 * operands stand for what has no expression of its own. */
ExprList check_multi_values(Checker *c, Expr *e, bool allow_comma_ok);
void check_assign_vars(Checker *c, const ExprList *lhs, const ExprList *rhs);
void check_assign_var(Checker *c, Expr *lhs, Expr *rhs, Expr *x,
                      const char *context); /* rhs, or x that is checked */
void check_short_var_decl(Checker *c, Stmt *s);
bool check_assignable_operand(Checker *c, Expr *lhs); /* lhs is checked; marks its variable */

/* ---- check_stmt.c and its parts -------------------------------------------------------------------------
 */

void check_stmt(Checker *c, Stmt *s);
void check_stmt_list(Checker *c, const StmtList *list);
void check_block(Checker *c, Block *b); /* in a scope of its own */
/* A scope of statements; closing it runs what was delayed inside and reports unused variables. */
typedef struct StmtScope {
    int delayed;
} StmtScope;
StmtScope stmt_scope_open(Checker *c);
void stmt_scope_close(Checker *c, StmtScope s);
void check_multiple_defaults(Checker *c, CaseClause *const *clauses, int n);

void check_range(Checker *c, Stmt *s);  /* check_range.c */
void check_switch(Checker *c, Stmt *s); /* check_switch.c */
void check_typeswitch(Checker *c, Stmt *s);
bool check_terminates(const Block *body); /* check_return.c */

#endif
