// The wording of syntax errors, after Go's compiler.
//
// Go's compiler parses by recursive descent, and its messages tell which production was at work. Here that is
// found out from the parser's stack: which terminals could come next, which bracket or keyword is the
// innermost one still open, and what construct its closing bracket would complete.
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "syntax_state.h"

// ---- the stack, seen from its top

LrSymbol syntax_below(const Syntax *x, int depth) {
    int i = x->stack.n - 1 - depth;
    return i > 0 ? x->stack.symbols[i] : LR_NO_SYMBOL;
}

bool syntax_top_is(const Syntax *x, TokenKind k) { return syntax_below(x, 0) == syntax_symbol(k); }

static bool is_any(LrSymbol symbol, const TokenKind *kinds, int n) {
    for (int i = 0; i < n; i++)
        if (symbol == syntax_symbol(kinds[i])) return true;
    return false;
}

static bool is_opener(LrSymbol symbol) {
    static const TokenKind kinds[] = {TOKEN_LPAREN, TOKEN_LBRACK, TOKEN_LBRACE};
    return is_any(symbol, kinds, 3);
}

static bool is_closer(LrSymbol symbol) {
    static const TokenKind kinds[] = {TOKEN_RPAREN, TOKEN_RBRACK, TOKEN_RBRACE};
    return is_any(symbol, kinds, 3);
}

static bool is_header_keyword(LrSymbol symbol) {
    static const TokenKind kinds[] = {TOKEN_IF, TOKEN_FOR, TOKEN_SWITCH, TOKEN_CASE};
    return is_any(symbol, kinds, 4);
}

int syntax_innermost_from(const Syntax *x, int i, bool keywords) {
    int closed = 0;
    for (; i > 0; i--) {
        LrSymbol symbol = x->stack.symbols[i];
        if (is_closer(symbol))
            closed++;
        else if (is_opener(symbol) && closed-- == 0)
            return i;
        else if (keywords && closed == 0 && is_header_keyword(symbol))
            return i;
    }
    return 0;
}

// A header's keyword does not count once its body is there.
int syntax_innermost(const Syntax *x) {
    bool body = syntax_top_is(x, TOKEN_RBRACE) && !x->can_follow[TOKEN_LBRACE];
    return syntax_innermost_from(x, x->stack.n - 1, !body);
}

bool syntax_opened_by(const Syntax *x, int i, TokenKind k) {
    return i > 0 && x->stack.symbols[i] == syntax_symbol(k);
}

bool syntax_follows(const Syntax *x, int i, TokenKind k) {
    return i > 1 && x->stack.symbols[i - 1] == syntax_symbol(k);
}

bool syntax_has_semicolon(const Syntax *x, int from) {
    static const TokenKind semicolons[] = {TOKEN_SEMICOLON, TOKEN_NEWLINE};
    for (int i = from; i < x->stack.n; i++)
        if (is_any(x->stack.symbols[i], semicolons, 2) || strcmp(lr_name(x->stack.symbols[i]), "_semi") == 0)
            return true;
    return false;
}

bool syntax_is_header(const Syntax *x, int open) {
    return open > 0 && is_header_keyword(x->stack.symbols[open]);
}

// ---- reporting

static const char *semicolon_text(const Syntax *x, const Token *t) {
    if (t->kind == TOKEN_SEMICOLON) return "semicolon";
    return source_offset(x->source, t->pos) >= x->source->size ? "EOF" : "newline";
}

static void report_at(Syntax *x, Pos from, Pos to, const char *text) {
    x->errors++;
    diag_error(from, to, "syntax error: %s", text);
}

// A message that does not name the token.
void syntax_plain(Syntax *x, const char *text) { report_at(x, x->token.pos, x->token.end, text); }

// "unexpected TOKEN" and the rest, which begins with a comma or blank.
static void unexpected(Syntax *x, const char *rest) {
    const Token *t = &x->token;
    int length = (int)(t->end - t->pos);
    const char *text = x->source->text + source_offset(x->source, t->pos);
    const char *kind = token_is_keyword(t->kind)                         ? "keyword "
                       : t->kind == TOKEN_NAME                           ? "name "
                       : t->kind >= TOKEN_INT && t->kind <= TOKEN_STRING ? "literal "
                                                                         : "";
    if (t->kind == TOKEN_SEMICOLON || t->kind == TOKEN_NEWLINE)
        length = (int)strlen(text = semicolon_text(x, t));
    if (t->kind == TOKEN_EOF) length = (int)strlen(text = "EOF");
    if (t->kind == TOKEN_COMMA) length = (int)strlen(text = "comma");
    x->errors++;
    diag_error(t->pos, t->end, "syntax error: unexpected %s%.*s%s", kind, length, text, rest);
}

// ---- wording, by what could have come

static bool statement_expected(const Syntax *x) { return x->can_follow[TOKEN_RETURN]; }
static bool expression_expected(const Syntax *x) {
    return x->can_follow[TOKEN_INT] && x->can_follow[TOKEN_FUNC];
}
static bool type_expected(const Syntax *x) {
    return x->can_follow[TOKEN_STRUCT] && !x->can_follow[TOKEN_INT];
}
static bool semicolon_expected(const Syntax *x) {
    return x->can_follow[TOKEN_NEWLINE] || x->can_follow[TOKEN_SEMICOLON];
}

static void word_statement(Syntax *x) {
    bool after_label = syntax_top_is(x, TOKEN_COLON) && syntax_below(x, 1) == syntax_symbol(TOKEN_NAME);
    if (after_label)
        report_at(x, x->previous_pos, 0, "missing statement after label");
    else if (x->can_follow[TOKEN_CASE])
        unexpected(x, ", expected case or default or }");
    else
        unexpected(x, ", expected }");
}

static void word_top_level(Syntax *x) {
    if (x->token.kind == TOKEN_LBRACE && x->bodyless)
        syntax_plain(x, "unexpected semicolon or newline before {");
    else
        syntax_plain(x, "non-declaration statement outside function body");
}

// An expression cannot begin with the token.
static void word_expression(Syntax *x) {
    int open = syntax_innermost(x);
    bool at_start = open == x->stack.n - 1;
    if (at_start && syntax_opened_by(x, open, TOKEN_IF) && x->token.kind == TOKEN_LBRACE)
        syntax_plain(x, "missing condition in if statement");
    else if (syntax_opened_by(x, open, TOKEN_IF) && x->token.kind == TOKEN_LBRACE &&
             syntax_has_semicolon(x, open)) {
        bool written = x->semicolon_kind == TOKEN_SEMICOLON;
        report_at(x, x->semicolon, x->semicolon + 1,
                  written ? "missing condition in if statement"
                          : "unexpected newline, expected { after if clause");
    } else if (syntax_opened_by(x, open, TOKEN_FOR) && x->token.kind == TOKEN_LBRACE)
        unexpected(x, ", expected for loop condition");
    else if (at_start && syntax_opened_by(x, open, TOKEN_LBRACK) && x->token.kind == TOKEN_RBRACK)
        unexpected(x, syntax_below(x, 2) == syntax_symbol(TOKEN_NAME) ? ", expected type argument list"
                                                                      : ", expected operand");
    else
        unexpected(x, ", expected expression");
}

// func f[]() …: at the bracket that closes the empty list.
static bool lacks_type_params(const Syntax *x) {
    return x->token.kind == TOKEN_RBRACK && syntax_top_is(x, TOKEN_LBRACK) &&
           syntax_below(x, 1) == syntax_symbol(TOKEN_NAME);
}

// The list `[P, Q]` ends without saying what P and Q are.
static bool lacks_constraint(const Syntax *x) {
    bool in_names = x->can_follow[TOKEN_TILDE] || syntax_top_is(x, TOKEN_COMMA);
    return x->token.kind == TOKEN_RBRACK && in_names &&
           syntax_opened_by(x, syntax_innermost(x), TOKEN_LBRACK);
}

static void word_type(Syntax *x) {
    bool in_type_spec = (x->can_follow[TOKEN_ASSIGN] && !x->can_follow[TOKEN_COMMA]) ||
                        (syntax_top_is(x, TOKEN_ASSIGN) && !x->can_follow[TOKEN_INT]);
    if (syntax_top_is(x, TOKEN_CHAN) ||
        (syntax_top_is(x, TOKEN_ARROW) && syntax_below(x, 1) == syntax_symbol(TOKEN_CHAN)))
        syntax_plain(x, "missing channel element type");
    else if (lacks_constraint(x))
        syntax_plain(x, "missing type constraint");
    else if (syntax_top_is(x, TOKEN_DOTS))
        syntax_plain(x, "... is missing type");
    else if (x->can_follow[TOKEN_DOTS])
        unexpected(x, x->can_follow[TOKEN_COMMA] ? " in parameter list; possibly missing comma or )"
                                                 : ", expected )");
    else if (x->can_follow[TOKEN_TILDE])
        unexpected(x, ", expected ~ term or type");
    else if (in_type_spec && x->stack.n > 1)
        unexpected(x, " in type declaration");
    else
        unexpected(x, ", expected type");
}

static void word_name(Syntax *x) {
    if (x->can_follow[TOKEN_STRING])
        syntax_plain(x, "missing import path");
    else if (lacks_type_params(x))
        syntax_plain(x, "empty type parameter list");
    else if (lacks_constraint(x))
        syntax_plain(x, "missing type constraint");
    else if (x->can_follow[TOKEN_MUL])
        unexpected(x, ", expected field name or embedded type");
    else if (syntax_top_is(x, TOKEN_FUNC) || (syntax_top_is(x, TOKEN_DOT) && x->can_follow[TOKEN_LPAREN]))
        unexpected(x, ", expected name or (");
    else
        unexpected(x, ", expected name");
}

// Something is complete, and the token neither separates it from the next thing nor ends what it is in.
static void word_list(Syntax *x, int open) {
    x->in_list = true;
    const char *construct = lr_name(lr_completes(&x->stack, syntax_symbol(TOKEN_RPAREN)));
    if (syntax_opened_by(x, open, TOKEN_LPAREN)) {
        if (strcmp(construct, "arguments") == 0)
            unexpected(x, " in argument list; possibly missing comma or )");
        else if (x->can_follow[TOKEN_COMMA])
            unexpected(x, " in parameter list; possibly missing comma or )");
        else
            unexpected(x, ", expected )");
    } else if (syntax_opened_by(x, open, TOKEN_LBRACK)) {
        construct = lr_name(lr_completes(&x->stack, syntax_symbol(TOKEN_RBRACK)));
        if (strcmp(construct, "type_parameters") == 0)
            unexpected(x, " in parameter list; possibly missing comma or ]");
        else if (x->can_follow[TOKEN_COLON] && x->can_follow[TOKEN_COMMA])
            unexpected(x, ", expected comma, : or ]");
        else
            unexpected(x, ", expected ]");
    } else {
        unexpected(x, " in composite literal; possibly missing comma or }");
    }
}

// A semicolon could have come.
static void word_semicolon(Syntax *x, int open) {
    x->in_list = syntax_opened_by(x, open, TOKEN_LPAREN) || syntax_follows(x, open, TOKEN_STRUCT) ||
                 syntax_follows(x, open, TOKEN_INTERFACE);
    if (open == 0)
        unexpected(x, " after top level declaration");
    else if (syntax_opened_by(x, open, TOKEN_LPAREN))
        unexpected(x, " in grouped declaration; possibly missing semicolon or newline or )");
    else if (syntax_follows(x, open, TOKEN_STRUCT))
        unexpected(x, " in struct type; possibly missing semicolon or newline or }");
    else if (syntax_follows(x, open, TOKEN_INTERFACE))
        unexpected(x, " in interface type; possibly missing semicolon or newline or }");
    else
        unexpected(x, " at end of statement");
}

static void word_header(Syntax *x, int open) {
    bool second = syntax_has_semicolon(x, open);
    bool is_range = syntax_below(x, 1) == syntax_symbol(TOKEN_RANGE);
    if (syntax_opened_by(x, open, TOKEN_CASE))
        unexpected(x, ", expected :");
    else if (syntax_opened_by(x, open, TOKEN_SWITCH)) {
        if (second)
            syntax_plain(x, "missing { after switch clause");
        else
            unexpected(x, ", expected {");
    } else if (syntax_opened_by(x, open, TOKEN_IF))
        unexpected(x, second ? ", expected { after if clause" : ", expected {");
    else if (!second && !is_range)
        unexpected(x, ", expected {");
    else if (!x->can_follow[TOKEN_LBRACE])
        unexpected(x, ", expected semicolon or newline");
    else
        unexpected(x, ", expected { after for clause");
}

static void word_otherwise(Syntax *x) {
    if (x->can_follow[TOKEN_LPAREN] && x->can_follow[TOKEN_LBRACK]) { // behind a function's name
        unexpected(x, ", expected (");
        return;
    }
    TokenKind only = TOKEN_EOF;
    int n = 0;
    for (TokenKind k = 0; k < TOKEN_COUNT; k++)
        if (x->can_follow[k]) only = k, n++;
    if (n != 1) {
        unexpected(x, "");
        return;
    }
    char text[40];
    snprintf(text, sizeof text, ", expected %s%s", token_is_keyword(only) ? "keyword " : "",
             only == TOKEN_COMMA ? "comma" : token_name(only));
    unexpected(x, text);
}

// In a header, behind something that is complete.
static bool in_header(const Syntax *x, int open) {
    bool complete = x->can_follow[TOKEN_LBRACE] || x->can_follow[TOKEN_COLON] || semicolon_expected(x);
    return syntax_is_header(x, open) && complete;
}

// What is open could be gone on with after a comma: a type that could come as well is beside the point.
static bool ends_list(const Syntax *x) {
    return x->can_follow[TOKEN_COMMA] &&
           (x->can_follow[TOKEN_RPAREN] || x->can_follow[TOKEN_RBRACK] || x->can_follow[TOKEN_RBRACE]);
}

static void word(Syntax *x) {
    const bool *can = x->can_follow;
    int open = syntax_innermost(x);
    if (x->stack.n == 1)
        syntax_plain(x, "package statement must be first");
    else if (!x->declaration && !can[TOKEN_NAME])
        unexpected(x, ", expected semicolon or newline");
    else if (can[TOKEN_IMPORT] && can[TOKEN_FUNC])
        word_top_level(x);
    else if (syntax_top_is(x, TOKEN_IMPORT) || (syntax_top_is(x, TOKEN_DOT) && can[TOKEN_STRING]) ||
             syntax_below(x, 1) == syntax_symbol(TOKEN_IMPORT))
        syntax_plain(x, "missing import path");
    else if (x->token.kind == TOKEN_DEFINE && can[TOKEN_ASSIGN])
        unexpected(x, ", expected =");
    else if (syntax_top_is(x, TOKEN_ELSE))
        syntax_plain(x, "else must be followed by if or statement block");
    else if (statement_expected(x))
        word_statement(x);
    else if (can[TOKEN_CASE])
        unexpected(x, ", expected case or default or }");
    else if (expression_expected(x))
        word_expression(x);
    else if (in_header(x, open))
        word_header(x, open);
    else if (can[TOKEN_DEFINE] && can[TOKEN_ASSIGN] && can[TOKEN_COMMA] && !semicolon_expected(x))
        unexpected(x, ", expected := or = or comma");
    else if (semicolon_expected(x))
        word_semicolon(x, open);
    else if (type_expected(x) && !(open && ends_list(x)))
        word_type(x);
    else if (can[TOKEN_NAME] && !can[TOKEN_COMMA])
        word_name(x);
    else if (open && (can[TOKEN_RPAREN] || can[TOKEN_RBRACK] || can[TOKEN_RBRACE]))
        word_list(x, open);
    else
        word_otherwise(x);
}

void syntax_report(Syntax *x) {
    for (TokenKind k = 0; k < TOKEN_COUNT; k++) x->can_follow[k] = lr_viable(&x->stack, syntax_symbol(k));
    x->in_list = false;
    if (x->token.kind == TOKEN_EOF && x->errors + x->scanner.errors > 0)
        return; // what is missing at the end follows from an error before
    word(x);
    syntax_hint(x);
}
