// Tokens of a source text, as Go's compiler scans it: newlines become semicolons where the language says so.
//
// Floor 1. The scanner reports what is wrong with a token itself (escapes, digits, encoding) and goes on.
#pragma once
#include <stdbool.h>

#include "source.h"
#include "tree.h"

// Keywords and operators are spelt as they stand in the grammar too.
#define TOKEN_KEYWORDS(X)                                                                                    \
    X(BREAK, "break")                                                                                        \
    X(CASE, "case")                                                                                          \
    X(CHAN, "chan")                                                                                          \
    X(CONST, "const")                                                                                        \
    X(CONTINUE, "continue")                                                                                  \
    X(DEFAULT, "default")                                                                                    \
    X(DEFER, "defer")                                                                                        \
    X(ELSE, "else")                                                                                          \
    X(FALLTHROUGH, "fallthrough")                                                                            \
    X(FOR, "for")                                                                                            \
    X(FUNC, "func")                                                                                          \
    X(GO, "go")                                                                                              \
    X(GOTO, "goto")                                                                                          \
    X(IF, "if")                                                                                              \
    X(IMPORT, "import")                                                                                      \
    X(INTERFACE, "interface")                                                                                \
    X(MAP, "map")                                                                                            \
    X(PACKAGE, "package")                                                                                    \
    X(RANGE, "range")                                                                                        \
    X(RETURN, "return")                                                                                      \
    X(SELECT, "select")                                                                                      \
    X(STRUCT, "struct")                                                                                      \
    X(SWITCH, "switch")                                                                                      \
    X(TYPE, "type")                                                                                          \
    X(VAR, "var")

#define TOKEN_OPERATORS(X)                                                                                   \
    X(LPAREN, "(")                                                                                           \
    X(RPAREN, ")")                                                                                           \
    X(LBRACK, "[")                                                                                           \
    X(RBRACK, "]")                                                                                           \
    X(LBRACE, "{")                                                                                           \
    X(RBRACE, "}")                                                                                           \
    X(COMMA, ",")                                                                                            \
    X(COLON, ":")                                                                                            \
    X(DEFINE, ":=")                                                                                          \
    X(DOT, ".")                                                                                              \
    X(DOTS, "...")                                                                                           \
    X(ASSIGN, "=")                                                                                           \
    X(EQ, "==")                                                                                              \
    X(NOT, "!")                                                                                              \
    X(NE, "!=")                                                                                              \
    X(TILDE, "~")                                                                                            \
    X(ADD, "+")                                                                                              \
    X(INC, "++")                                                                                             \
    X(ADD_ASSIGN, "+=")                                                                                      \
    X(SUB, "-")                                                                                              \
    X(DEC, "--")                                                                                             \
    X(SUB_ASSIGN, "-=")                                                                                      \
    X(MUL, "*")                                                                                              \
    X(MUL_ASSIGN, "*=")                                                                                      \
    X(DIV, "/")                                                                                              \
    X(DIV_ASSIGN, "/=")                                                                                      \
    X(REM, "%")                                                                                              \
    X(REM_ASSIGN, "%=")                                                                                      \
    X(AND, "&")                                                                                              \
    X(AND_ASSIGN, "&=")                                                                                      \
    X(LAND, "&&")                                                                                            \
    X(ANDNOT, "&^")                                                                                          \
    X(ANDNOT_ASSIGN, "&^=")                                                                                  \
    X(OR, "|")                                                                                               \
    X(OR_ASSIGN, "|=")                                                                                       \
    X(LOR, "||")                                                                                             \
    X(XOR, "^")                                                                                              \
    X(XOR_ASSIGN, "^=")                                                                                      \
    X(LT, "<")                                                                                               \
    X(LE, "<=")                                                                                              \
    X(ARROW, "<-")                                                                                           \
    X(SHL, "<<")                                                                                             \
    X(SHL_ASSIGN, "<<=")                                                                                     \
    X(GT, ">")                                                                                               \
    X(GE, ">=")                                                                                              \
    X(SHR, ">>")                                                                                             \
    X(SHR_ASSIGN, ">>=")

typedef enum {
    TOKEN_EOF,
    TOKEN_NAME,
    TOKEN_INT,
    TOKEN_FLOAT,
    TOKEN_IMAGINARY,
    TOKEN_RUNE,
    TOKEN_STRING,
    TOKEN_SEMICOLON, // written
    TOKEN_NEWLINE,   // a semicolon that a newline, or the end of the file, stands for
#define X(id, text) TOKEN_##id,
    TOKEN_KEYWORDS(X) TOKEN_OPERATORS(X)
#undef X
        TOKEN_COUNT
} TokenKind;

typedef struct Token {
    TokenKind kind;
    Pos pos, end;
} Token;

typedef struct Scanner {
    SourceFile *source;
    const char *text;  // of it, or a copy in its place
    const char *p;     // next byte
    const char *start; // of the current token
    const char *limit; // end of the text, where a NUL stands
    bool line_ends;    // a newline would be a semicolon here
    int errors;        // reported so far
    bool quiet;        // errors are counted only
    Tree *tree;        // gets the comments that are directives, if not NULL
} Scanner;

void scan_init(Scanner *s, SourceFile *source);
Token scan_next(Scanner *s); // TOKEN_EOF for ever at the end

// The spelling of keywords and operators, the grammar's name of the other kinds.
const char *token_name(TokenKind kind);
static inline bool token_is_keyword(TokenKind k) { return k >= TOKEN_BREAK && k <= TOKEN_VAR; }
