// What the two halves of the syntax check share: syntax.c runs the parser and goes on after errors,
// syntax_word.c words them.
#pragma once
#include <stdbool.h>

#include "lr.h"
#include "scan.h"
#include "source.h"

typedef struct Syntax {
    SourceFile *source;
    Scanner scanner;
    LrStack stack;
    Token token;        // the one to be parsed
    TokenKind previous; // the latest one parsed
    Pos previous_pos;
    Pos semicolon; // where the latest semicolon stands that was parsed,
    TokenKind semicolon_kind;
    bool bodyless; // the latest declaration at top level is a function without a body
    bool in_list;  // the latest error is within brackets: their end is a better place to go on than a line's
    int errors;
    Pos declaration;              // where the declaration at top level begins that is being parsed,
    int errors_before;            // and what had been found wrong before it
    char *rest;                   // see syntax_check; NULL as long as nothing is wrong
    bool can_follow[TOKEN_COUNT]; // what could come instead of the token; set when an error is worded
} Syntax;

LrSymbol syntax_symbol(TokenKind k); // the grammar's terminal

// ---- the stack, seen from its top (syntax_word.c)

// The symbol that lies `depth` entries below the top; LR_NO_SYMBOL below the bottom.
LrSymbol syntax_below(const Syntax *x, int depth);
bool syntax_top_is(const Syntax *x, TokenKind k);

// The index of the innermost bracket that is still open (or header keyword, where these count), from entry i
// down; 0 if there is none. What is complete but not yet reduced has its closing bracket on the stack too.
int syntax_innermost_from(const Syntax *x, int i, bool keywords);
int syntax_innermost(const Syntax *x); // with keywords, but a header's does not count once its body is there

bool syntax_opened_by(const Syntax *x, int i, TokenKind k); // entry i is the terminal
bool syntax_follows(const Syntax *x, int i, TokenKind k);   // the entry below it is
bool syntax_is_header(const Syntax *x, int i);              // entry i is a keyword that has a header, or case
bool syntax_has_semicolon(const Syntax *x, int from);

// ---- errors (syntax_word.c)

// Words and reports that the token cannot come next; the stack is as it was before it.
void syntax_report(Syntax *x);

// Reports a message that does not name the token.
void syntax_plain(Syntax *x, const char *text);

// Adds a note to the error just reported, if it is clear what was meant (syntax_hint.c).
void syntax_hint(const Syntax *x);
