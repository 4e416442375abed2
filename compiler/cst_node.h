// The walk over a concrete syntax tree: private to the cst*.c files.
//
// A function that converts a node is called with the cursor on it and leaves the cursor there.
#pragma once
#include "ast.h"
#include "cst.h"
#include "diag.h"
#include "tree.h"

// The named nodes of grammar.js.
#define CST_KINDS(X)                                                                                         \
    X(ARGUMENTS, "arguments")                                                                                \
    X(ARRAY_TYPE, "array_type")                                                                              \
    X(ASSIGNMENT, "assignment_statement")                                                                    \
    X(BINARY, "binary_expression")                                                                           \
    X(BLOCK, "block")                                                                                        \
    X(BREAK, "break_statement")                                                                              \
    X(CALL, "call_expression")                                                                               \
    X(CASE_CLAUSE, "case_clause")                                                                            \
    X(CHANNEL_TYPE, "channel_type")                                                                          \
    X(COMMUNICATION_CLAUSE, "communication_clause")                                                          \
    X(COMPOSITE, "composite_literal")                                                                        \
    X(CONST_DECLARATION, "const_declaration")                                                                \
    X(CONST_SPEC, "const_spec")                                                                              \
    X(CONTINUE, "continue_statement")                                                                        \
    X(DEFER, "defer_statement")                                                                              \
    X(DEFINE, "define_statement")                                                                            \
    X(EXPRESSION_LIST, "expression_list")                                                                    \
    X(FALLTHROUGH, "fallthrough_statement")                                                                  \
    X(FIELD_DECLARATION, "field_declaration")                                                                \
    X(FLOAT, "float_literal")                                                                                \
    X(FOR, "for_statement")                                                                                  \
    X(FOR_CLAUSE, "for_clause")                                                                              \
    X(FUNCTION_DECLARATION, "function_declaration")                                                          \
    X(FUNCTION_LITERAL, "function_literal")                                                                  \
    X(FUNCTION_TYPE, "function_type")                                                                        \
    X(GENERIC_TYPE, "generic_type")                                                                          \
    X(GO, "go_statement")                                                                                    \
    X(GOTO, "goto_statement")                                                                                \
    X(IDENTIFIER, "identifier")                                                                              \
    X(IF, "if_statement")                                                                                    \
    X(IMAGINARY, "imaginary_literal")                                                                        \
    X(IMPORT_DECLARATION, "import_declaration")                                                              \
    X(IMPORT_SPEC, "import_spec")                                                                            \
    X(INC_DEC, "inc_dec_statement")                                                                          \
    X(INDEX, "index_expression")                                                                             \
    X(INT, "int_literal")                                                                                    \
    X(INTERFACE_TYPE, "interface_type")                                                                      \
    X(KEYED, "keyed_element")                                                                                \
    X(LABELED, "labeled_statement")                                                                          \
    X(LITERAL_VALUE, "literal_value")                                                                        \
    X(MAP_TYPE, "map_type")                                                                                  \
    X(METHOD_DECLARATION, "method_declaration")                                                              \
    X(METHOD_SPEC, "method_spec")                                                                            \
    X(PACKAGE_CLAUSE, "package_clause")                                                                      \
    X(PARAMETER, "parameter")                                                                                \
    X(PARAMETERS, "parameters")                                                                              \
    X(PARENTHESIZED, "parenthesized_expression")                                                             \
    X(PARENTHESIZED_TYPE, "parenthesized_type")                                                              \
    X(POINTER_TYPE, "pointer_type")                                                                          \
    X(QUALIFIED_TYPE, "qualified_type")                                                                      \
    X(RANGE_CLAUSE, "range_clause")                                                                          \
    X(RECEIVE_CHANNEL_TYPE, "receive_channel_type")                                                          \
    X(RETURN, "return_statement")                                                                            \
    X(RUNE, "rune_literal")                                                                                  \
    X(SELECT, "select_statement")                                                                            \
    X(SELECTOR, "selector_expression")                                                                       \
    X(SEND, "send_statement")                                                                                \
    X(SLICE, "slice_expression")                                                                             \
    X(SLICE_TYPE, "slice_type")                                                                              \
    X(SOURCE_FILE, "source_file")                                                                            \
    X(STRING, "string_literal")                                                                              \
    X(STRUCT_TYPE, "struct_type")                                                                            \
    X(SWITCH, "switch_statement")                                                                            \
    X(TILDE_TYPE, "tilde_type")                                                                              \
    X(TYPE_ASSERTION, "type_assertion")                                                                      \
    X(TYPE_DECLARATION, "type_declaration")                                                                  \
    X(TYPE_PARAMETER, "type_parameter")                                                                      \
    X(TYPE_PARAMETERS, "type_parameters")                                                                    \
    X(TYPE_SPEC, "type_spec")                                                                                \
    X(UNARY, "unary_expression")                                                                             \
    X(UNION_TYPE, "union_type")                                                                              \
    X(VAR_DECLARATION, "var_declaration")                                                                    \
    X(VAR_SPEC, "var_spec")                                                                                  \
    X(VARIADIC_TYPE, "variadic_type")

#define CST_FIELDS(X)                                                                                        \
    X(ARGUMENT, "argument")                                                                                  \
    X(ARGUMENTS, "arguments")                                                                                \
    X(BODY, "body")                                                                                          \
    X(BOTH, "both")                                                                                          \
    X(CALL, "call")                                                                                          \
    X(CHANNEL, "channel")                                                                                    \
    X(COMMUNICATION, "communication")                                                                        \
    X(CONDITION, "condition")                                                                                \
    X(CONSTRAINT, "constraint")                                                                              \
    X(DIRECTION, "direction")                                                                                \
    X(ELEMENT, "element")                                                                                    \
    X(ELSE, "else")                                                                                          \
    X(EMBEDDED, "embedded")                                                                                  \
    X(FULL, "full")                                                                                          \
    X(FUNCTION, "function")                                                                                  \
    X(HIGH, "high")                                                                                          \
    X(INDEX, "index")                                                                                        \
    X(INIT, "init")                                                                                          \
    X(KEY, "key")                                                                                            \
    X(LABEL, "label")                                                                                        \
    X(LEFT, "left")                                                                                          \
    X(LENGTH, "length")                                                                                      \
    X(LOW, "low")                                                                                            \
    X(MAX, "max")                                                                                            \
    X(NAME, "name")                                                                                          \
    X(OPERAND, "operand")                                                                                    \
    X(OPERATOR, "operator")                                                                                  \
    X(PACKAGE, "package")                                                                                    \
    X(PARAMETERS, "parameters")                                                                              \
    X(PATH, "path")                                                                                          \
    X(POST, "post")                                                                                          \
    X(RECEIVER, "receiver")                                                                                  \
    X(RESULT, "result")                                                                                      \
    X(RESULTS, "results")                                                                                    \
    X(RIGHT, "right")                                                                                        \
    X(SPREAD, "spread")                                                                                      \
    X(STATEMENT, "statement")                                                                                \
    X(TAG, "tag")                                                                                            \
    X(THEN, "then")                                                                                          \
    X(TYPE, "type")                                                                                          \
    X(TYPE_PARAMETERS, "type_parameters")                                                                    \
    X(VALUE, "value")                                                                                        \
    X(VALUES, "values")

// The anonymous tokens that the conversion looks at by kind; the others are CST_TOKEN.
#define CST_TOKENS(X)                                                                                        \
    X(LPAREN, "(")                                                                                           \
    X(RPAREN, ")")                                                                                           \
    X(LBRACE, "{")                                                                                           \
    X(RBRACE, "}")                                                                                           \
    X(RBRACK, "]")                                                                                           \
    X(COMMA, ",")                                                                                            \
    X(COLON, ":")                                                                                            \
    X(DOT, ".")                                                                                              \
    X(ASSIGN, "=")                                                                                           \
    X(DEFINE_TOKEN, ":=")                                                                                    \
    X(ELLIPSIS, "...")                                                                                       \
    X(ARROW, "<-")                                                                                           \
    X(DECREMENT, "--")                                                                                       \
    X(DEFAULT, "default")                                                                                    \
    X(ELSE_KEYWORD, "else")                                                                                  \
    X(FUNC, "func")                                                                                          \
    X(RANGE, "range")                                                                                        \
    X(TYPE, "type")

typedef enum {
    CST_TOKEN,
#define X(id, name) CST_##id,
    CST_KINDS(X) CST_TOKENS(X)
#undef X
} CstKind;

typedef enum {
    CST_FIELD_NONE,
#define X(id, name) CST_FIELD_##id,
    CST_FIELDS(X)
#undef X
} CstField;

typedef struct {
    CstKind kind;
    CstField field; // in its parent
    Pos pos, end;
    uint16_t symbol; // the grammar's
} CstNode;

typedef struct {
    const Tree *tree;
    TreeIndex at; // the current node
    int pragma;   // the next of the tree's that was not looked at
    Pos passed;   // the end of the latest child of a node at depth 0
    SourceFile *source;
    Arena *arena; // of the AST
    AstFile *file;
    int depth;
    int errors;             // syntax errors reported for this file: it has no tree
    int reported;           // errors of any sort
    int in_body;            // function bodies around what is being converted
    int local_types;        // defined in functions so far
    bool too_deep;          // the depth limit was passed and reported
    StringList pragmas;     // gathered for the next function
    bool after_declaration; // the one before is none of imports
} Cst;

// ---- the walk (cst_node.c)

void cst_tables_init(void);
const char *cst_kind_name(CstKind kind);

CstNode cst_here(Cst *c);

// The children of the current node:
//     for (bool more = cst_first(c, &child); more; more = cst_next(c, &child)) …
// The cursor is on the child in the body and back on the node after the loop, which must not be left early.
bool cst_first(Cst *c, CstNode *child);
bool cst_next(Cst *c, CstNode *child);

Op cst_unary_op(uint16_t symbol);
Op cst_binary_op(uint16_t symbol); // of op= too

const char *cst_text(Cst *c, const CstNode *n); // where its source text begins
const char *cst_name(Cst *c, const CstNode *n); // interned

// An error that Go's parser words without naming a token. to may be 0. Only what is called a syntax error
// keeps the file from being checked, as in Go: after another error the tree must be sound.
void cst_error(Cst *c, Pos from, Pos to, const char *fmt, ...) DIAG_FORMAT(4, 5);

// Bounds recursion: false, after an error, at the depth limit. Each true wants a cst_ascend.
bool cst_descend(Cst *c, Pos pos);
static inline void cst_ascend(Cst *c) { c->depth--; }

// ---- conversions

Expr *cst_expr(Cst *c);                                      // expressions and types
void cst_expr_list(Cst *c, ExprList *list);                  // an expression or an expression_list
Expr *cst_new_expr(Cst *c, ExprKind kind, Pos pos, Pos end); // (cst_expr.c)
Expr *cst_name_expr(Cst *c, const CstNode *n);

Expr *cst_type(Cst *c, const CstNode *n); // of the kinds that are types only (cst_type.c)
bool cst_is_type_elem(const Expr *e);
Expr *cst_unparen(Expr *e);

void cst_signature_child(Cst *c, const CstNode *child, FuncNode *f); // (cst_func.c)
void cst_type_params(Cst *c, TypeParamList *list);                   // of a list of them
void cst_type_parameter(Cst *c, TypeParamList *list);                // of one group
int cst_receiver(Cst *c, FuncNode *f);                               // gives how many parameters the list has
Expr *cst_function(Cst *c, const CstNode *n);

void cst_declaration(Cst *c, const CstNode *n, DeclList *list); // (cst_decl.c)

Block *cst_block(Cst *c);             // (cst_stmt.c)
Block *cst_body(Cst *c);              // of a function: its labels are checked if nothing else is wrong in it
void cst_labels(Cst *c, Block *body); // (cst_label.c)
