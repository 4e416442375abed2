// Syntax errors: a run of the LR parser over Go's own tokens, and the wording of what stops it.
//
// Go's compiler parses by recursive descent, and its messages tell which production was at work. Here that is
// found out from the parser's stack: which terminals could come next, which bracket or keyword is the
// innermost one still open, and what construct its closing bracket would complete.
//
// After an error the text is skipped up to a token that Go's parser would go on from, and the stack is cut
// back until that token fits.
#include "syntax.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "lr.h"
#include "scan.h"

typedef struct {
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

static LrSymbol symbol_of[TOKEN_COUNT];

static void map_symbols(void) {
    for (TokenKind k = 0; k < TOKEN_COUNT; k++) {
        // A rule that is one keyword is that keyword to tree-sitter, under the rule's name.
        symbol_of[k] = lr_symbol(k == TOKEN_FALLTHROUGH ? "fallthrough_statement" : token_name(k));
        if (symbol_of[k] == LR_NO_SYMBOL) bug_at(0, "the grammar has no token '%s'", token_name(k));
    }
}

static void next_token(Syntax *x) { x->token = scan_next(&x->scanner); }

// ---- the stack, seen from its top

// The symbol that lies `depth` entries below the top; LR_NO_SYMBOL below the bottom.
static LrSymbol below(const Syntax *x, int depth) {
    int i = x->stack.n - 1 - depth;
    return i > 0 ? x->stack.symbols[i] : LR_NO_SYMBOL;
}

static bool top_is(const Syntax *x, TokenKind k) { return below(x, 0) == symbol_of[k]; }

static bool is_any(LrSymbol symbol, const TokenKind *kinds, int n) {
    for (int i = 0; i < n; i++)
        if (symbol == symbol_of[kinds[i]]) return true;
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

// The index of the innermost bracket that is still open (or header keyword, where these count), from entry i
// down; 0 if there is none. What is complete but not yet reduced has its closing bracket on the stack too.
static int innermost_from(const Syntax *x, int i, bool keywords) {
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
static int innermost(const Syntax *x) {
    bool body = top_is(x, TOKEN_RBRACE) && !x->can_follow[TOKEN_LBRACE];
    return innermost_from(x, x->stack.n - 1, !body);
}

static bool opened_by(const Syntax *x, int i, TokenKind k) {
    return i > 0 && x->stack.symbols[i] == symbol_of[k];
}

static bool follows(const Syntax *x, int i, TokenKind k) {
    return i > 1 && x->stack.symbols[i - 1] == symbol_of[k];
}

// A block is open, and so statements can be gone on with.
static bool in_function(const Syntax *x) {
    for (int i = 2; i < x->stack.n; i++)
        if (opened_by(x, i, TOKEN_LBRACE) && !follows(x, i, TOKEN_STRUCT) && !follows(x, i, TOKEN_INTERFACE))
            return true;
    return false;
}

static bool has_semicolon(const Syntax *x, int from) {
    static const TokenKind semicolons[] = {TOKEN_SEMICOLON, TOKEN_NEWLINE};
    for (int i = from; i < x->stack.n; i++)
        if (is_any(x->stack.symbols[i], semicolons, 2) || strcmp(lr_name(x->stack.symbols[i]), "_semi") == 0)
            return true;
    return false;
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
static void plain(Syntax *x, const char *text) { report_at(x, x->token.pos, x->token.end, text); }

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
    bool after_label = top_is(x, TOKEN_COLON) && below(x, 1) == symbol_of[TOKEN_NAME];
    if (after_label)
        report_at(x, x->previous_pos, 0, "missing statement after label");
    else if (x->can_follow[TOKEN_CASE])
        unexpected(x, ", expected case or default or }");
    else
        unexpected(x, ", expected }");
}

static void word_top_level(Syntax *x) {
    if (x->token.kind == TOKEN_LBRACE && x->bodyless)
        plain(x, "unexpected semicolon or newline before {");
    else
        plain(x, "non-declaration statement outside function body");
}

// An expression cannot begin with the token.
static void word_expression(Syntax *x) {
    int open = innermost(x);
    bool at_start = open == x->stack.n - 1;
    if (at_start && opened_by(x, open, TOKEN_IF) && x->token.kind == TOKEN_LBRACE)
        plain(x, "missing condition in if statement");
    else if (opened_by(x, open, TOKEN_IF) && x->token.kind == TOKEN_LBRACE && has_semicolon(x, open)) {
        bool written = x->semicolon_kind == TOKEN_SEMICOLON;
        report_at(x, x->semicolon, x->semicolon + 1,
                  written ? "missing condition in if statement"
                          : "unexpected newline, expected { after if clause");
    } else if (opened_by(x, open, TOKEN_FOR) && x->token.kind == TOKEN_LBRACE)
        unexpected(x, ", expected for loop condition");
    else if (at_start && opened_by(x, open, TOKEN_LBRACK) && x->token.kind == TOKEN_RBRACK)
        unexpected(x, ", expected operand");
    else
        unexpected(x, ", expected expression");
}

// func f[]() …: at the bracket that closes the empty list.
static bool lacks_type_params(const Syntax *x) {
    return x->token.kind == TOKEN_RBRACK && top_is(x, TOKEN_LBRACK) && below(x, 1) == symbol_of[TOKEN_NAME];
}

// The list `[P, Q]` ends without saying what P and Q are.
static bool lacks_constraint(const Syntax *x) {
    bool in_names = x->can_follow[TOKEN_TILDE] || top_is(x, TOKEN_COMMA);
    return x->token.kind == TOKEN_RBRACK && in_names && opened_by(x, innermost(x), TOKEN_LBRACK);
}

static void word_type(Syntax *x) {
    bool in_type_spec = (x->can_follow[TOKEN_ASSIGN] && !x->can_follow[TOKEN_COMMA]) ||
                        (top_is(x, TOKEN_ASSIGN) && !x->can_follow[TOKEN_INT]);
    if (top_is(x, TOKEN_CHAN) || (top_is(x, TOKEN_ARROW) && below(x, 1) == symbol_of[TOKEN_CHAN]))
        plain(x, "missing channel element type");
    else if (lacks_constraint(x))
        plain(x, "missing type constraint");
    else if (top_is(x, TOKEN_DOTS))
        plain(x, "... is missing type");
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
        plain(x, "missing import path");
    else if (lacks_type_params(x))
        plain(x, "empty type parameter list");
    else if (lacks_constraint(x))
        plain(x, "missing type constraint");
    else if (x->can_follow[TOKEN_MUL])
        unexpected(x, ", expected field name or embedded type");
    else if (top_is(x, TOKEN_FUNC) || (top_is(x, TOKEN_DOT) && x->can_follow[TOKEN_LPAREN]))
        unexpected(x, ", expected name or (");
    else
        unexpected(x, ", expected name");
}

// Something is complete, and the token neither separates it from the next thing nor ends what it is in.
static void word_list(Syntax *x, int open) {
    x->in_list = true;
    const char *construct = lr_name(lr_completes(&x->stack, symbol_of[TOKEN_RPAREN]));
    if (opened_by(x, open, TOKEN_LPAREN)) {
        if (strcmp(construct, "arguments") == 0)
            unexpected(x, " in argument list; possibly missing comma or )");
        else if (x->can_follow[TOKEN_COMMA])
            unexpected(x, " in parameter list; possibly missing comma or )");
        else
            unexpected(x, ", expected )");
    } else if (opened_by(x, open, TOKEN_LBRACK)) {
        construct = lr_name(lr_completes(&x->stack, symbol_of[TOKEN_RBRACK]));
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
    x->in_list = opened_by(x, open, TOKEN_LPAREN) || follows(x, open, TOKEN_STRUCT) ||
                 follows(x, open, TOKEN_INTERFACE);
    if (open == 0)
        unexpected(x, " after top level declaration");
    else if (opened_by(x, open, TOKEN_LPAREN))
        unexpected(x, " in grouped declaration; possibly missing semicolon or newline or )");
    else if (follows(x, open, TOKEN_STRUCT))
        unexpected(x, " in struct type; possibly missing semicolon or newline or }");
    else if (follows(x, open, TOKEN_INTERFACE))
        unexpected(x, " in interface type; possibly missing semicolon or newline or }");
    else
        unexpected(x, " at end of statement");
}

static void word_header(Syntax *x, int open) {
    bool second = has_semicolon(x, open);
    bool is_range = below(x, 1) == symbol_of[TOKEN_RANGE];
    if (opened_by(x, open, TOKEN_CASE))
        unexpected(x, ", expected :");
    else if (opened_by(x, open, TOKEN_SWITCH)) {
        if (second)
            plain(x, "missing { after switch clause");
        else
            unexpected(x, ", expected {");
    } else if (opened_by(x, open, TOKEN_IF))
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

static bool is_header(const Syntax *x, int open) {
    return open > 0 && is_header_keyword(x->stack.symbols[open]);
}

// In a header, behind something that is complete.
static bool in_header(const Syntax *x, int open) {
    bool complete = x->can_follow[TOKEN_LBRACE] || x->can_follow[TOKEN_COLON] || semicolon_expected(x);
    return is_header(x, open) && complete;
}

// What is open could be gone on with after a comma: a type that could come as well is beside the point.
static bool ends_list(const Syntax *x) {
    return x->can_follow[TOKEN_COMMA] &&
           (x->can_follow[TOKEN_RPAREN] || x->can_follow[TOKEN_RBRACK] || x->can_follow[TOKEN_RBRACE]);
}

static void word(Syntax *x) {
    const bool *can = x->can_follow;
    int open = innermost(x);
    if (x->stack.n == 1)
        plain(x, "package statement must be first");
    else if (!x->declaration && !can[TOKEN_NAME])
        unexpected(x, ", expected semicolon or newline");
    else if (can[TOKEN_IMPORT] && can[TOKEN_FUNC])
        word_top_level(x);
    else if (top_is(x, TOKEN_ELSE))
        plain(x, "else must be followed by if or statement block");
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

static void report(Syntax *x) {
    for (TokenKind k = 0; k < TOKEN_COUNT; k++) x->can_follow[k] = lr_viable(&x->stack, symbol_of[k]);
    x->in_list = false;
    if (x->token.kind == TOKEN_EOF && x->errors + x->scanner.errors > 0)
        return; // what is missing at the end follows from an error before
    word(x);
}

// `for var i = 0; …`: a habit from other languages. Go's parser passes over the keyword, and so does this.
static bool pass_header_var(Syntax *x) {
    int open = x->stack.n - 1;
    if (x->token.kind != TOKEN_VAR || !is_header(x, open) || opened_by(x, open, TOKEN_CASE)) return false;
    char text[60];
    next_token(x);
    snprintf(text, sizeof text, "var declaration not allowed in %s initializer",
             lr_name(x->stack.symbols[open]));
    plain(x, text);
    return true;
}

// `if x == T{…} {`: between the keyword of a header and the brace of its body, a brace behind a type's name
// is that of the body. The grammar cannot say so where no body could follow, as in `for ; T{…}; {`.
static bool is_literal_in_header(const Syntax *x) {
    if (x->token.kind != TOKEN_LBRACE) return false;
    const char *type = lr_name(below(x, 1));
    bool named = below(x, 1) == symbol_of[TOKEN_NAME] || strcmp(type, "selector_expression") == 0 ||
                 strcmp(type, "index_expression") == 0;
    if (!named) return false;
    int open = innermost_from(x, x->stack.n - 2, true);
    if (!is_header(x, open) || opened_by(x, open, TOKEN_CASE)) return false;
    return lr_viable(&x->stack, symbol_of[TOKEN_INT]) && !lr_viable(&x->stack, symbol_of[TOKEN_RETURN]);
}

// ---- what is sound of a broken file

static int all_errors(const Syntax *x) { return x->errors + x->scanner.errors; }

// Puts blanks for what is broken from a position on, up to the token.
static void blank_out(Syntax *x, Pos from) {
    size_t size = x->source->size;
    if (!x->rest) x->rest = memcpy(calloc(1, size + 1), x->source->text, size);
    char *p = x->rest + source_offset(x->source, from),
         *end = x->rest + source_offset(x->source, x->token.pos);
    for (; p < end; p++)
        if (*p != '\n') *p = ' ';
}

// The next declaration at top level begins with the token.
static void next_declaration(Syntax *x) {
    if (x->declaration && all_errors(x) > x->errors_before) blank_out(x, x->declaration);
    x->declaration = x->token.pos;
    x->errors_before = all_errors(x);
}

static bool at_top_level(const Syntax *x) {
    enum { DEEPEST = 8 }; // a package clause, declarations so far, a declaration and its semicolon make less
    return x->stack.n <= DEEPEST && innermost_from(x, x->stack.n - 1, false) == 0;
}

// ---- going on

// Tokens that begin a statement or, at top level, a declaration: where Go's parser stops skipping.
static bool is_start(const Syntax *x, bool inside) {
    switch (x->token.kind) {
    case TOKEN_CONST:
    case TOKEN_TYPE:
    case TOKEN_VAR: return true;
    case TOKEN_IMPORT:
    case TOKEN_FUNC: return !inside;
    case TOKEN_BREAK:
    case TOKEN_CONTINUE:
    case TOKEN_DEFER:
    case TOKEN_FALLTHROUGH:
    case TOKEN_FOR:
    case TOKEN_GO:
    case TOKEN_GOTO:
    case TOKEN_IF:
    case TOKEN_RETURN:
    case TOKEN_SELECT:
    case TOKEN_SWITCH: return inside;
    default: return false;
    }
}

static bool is_end(const Syntax *x) {
    switch (x->token.kind) {
    case TOKEN_EOF:
    case TOKEN_RPAREN:
    case TOKEN_RBRACK:
    case TOKEN_RBRACE:
    case TOKEN_CASE:
    case TOKEN_DEFAULT: return true;
    case TOKEN_SEMICOLON:
    case TOKEN_NEWLINE: return !x->in_list;
    default: return false;
    }
}

// How far the stack may be cut back for the token: not beyond the bracket that it closes, or else the block,
// struct or group around the error. -1: a bracket that closes nothing.
static int cut_limit(const Syntax *x) {
    int open = innermost_from(x, x->stack.n - 1, false);
    if (x->token.kind == TOKEN_RPAREN) return opened_by(x, open, TOKEN_LPAREN) ? open : -1;
    if (x->token.kind == TOKEN_RBRACK) return opened_by(x, open, TOKEN_LBRACK) ? open : -1;
    while (open && !opened_by(x, open, TOKEN_LBRACE)) {
        int outer = innermost_from(x, open - 1, false);
        if (!outer && opened_by(x, open, TOKEN_LPAREN)) break;
        open = outer;
    }
    return open;
}

// Cuts the stack back to where the token fits. False, with the stack as it was, if it fits nowhere. A newline
// may take the place of a written semicolon then, which ends the empty statement too.
static bool cut_back(Syntax *x, bool top_level) {
    int n = x->stack.n, limit = cut_limit(x);
    if (limit < 0) return false;
    for (; x->stack.n > limit && x->stack.n > 1; x->stack.n--) {
        if (top_level && !lr_viable(&x->stack, symbol_of[TOKEN_IMPORT])) continue;
        if (lr_viable(&x->stack, symbol_of[x->token.kind])) return true;
        if (x->token.kind == TOKEN_NEWLINE && lr_viable(&x->stack, symbol_of[TOKEN_SEMICOLON])) {
            x->token.kind = TOKEN_SEMICOLON;
            return true;
        }
    }
    x->stack.n = n;
    return false;
}

// Where a name, type or expression is missing, one is made up, so that what it belongs to is complete.
static void insert_name(Syntax *x) {
    if (x->can_follow[TOKEN_NAME] && !statement_expected(x)) lr_step(&x->stack, symbol_of[TOKEN_NAME]);
}

static bool is_case(const Syntax *x) { return x->token.kind == TOKEN_CASE || x->token.kind == TOKEN_DEFAULT; }

// The header of an if, for or switch is broken: what it lacks is made up, to go on with the body behind it.
static bool recover_header(Syntax *x) {
    int open = innermost(x);
    bool is_switch = opened_by(x, open, TOKEN_SWITCH);
    if (!is_header(x, open) || opened_by(x, open, TOKEN_CASE)) return false;
    bool past_brace =
        is_switch && has_semicolon(x, open); // it is missed behind the second part: Go's parser skips it
    while (past_brace ? !is_case(x) : x->token.kind != TOKEN_LBRACE && !(is_switch && is_case(x))) {
        if (x->token.kind == TOKEN_RBRACE || x->token.kind == TOKEN_EOF || is_start(x, true)) return false;
        next_token(x);
    }
    for (int i = 0; i < 5 && !lr_viable(&x->stack, symbol_of[TOKEN_LBRACE]); i++) {
        bool operand = lr_viable(&x->stack, symbol_of[TOKEN_INT]);
        lr_step(&x->stack,
                symbol_of[operand ? TOKEN_INT : TOKEN_SEMICOLON]); // a name could be a literal's type
    }
    if (x->token.kind != TOKEN_LBRACE) lr_step(&x->stack, symbol_of[TOKEN_LBRACE]);
    return lr_viable(&x->stack, symbol_of[x->token.kind]);
}

// Skips to a token to go on from. That token may be the one in error if it was not the last error's too.
static bool recover(Syntax *x, Pos *last) {
    bool inside = in_function(x);
    if (x->token.pos == *last && x->token.kind != TOKEN_EOF) next_token(x);
    *last = x->token.pos;
    if (recover_header(x)) return true;
    if (x->token.kind == TOKEN_ELSE) { // on a line of its own: what follows it stands as a statement too
        next_token(x);
        if (lr_viable(&x->stack, symbol_of[x->token.kind])) return true;
    }
    insert_name(x);
    bool top_level =
        innermost_from(x, x->stack.n - 1, false) == 0; // only declarations are good to go on from
    for (;; next_token(x)) {
        if (x->token.kind == TOKEN_EOF) return false;
        if (((is_end(x) && !top_level) || is_start(x, inside)) && cut_back(x, top_level)) {
            if (top_level) next_declaration(x);
            return true;
        }
    }
}

// ---- the run

static bool is_semicolon(TokenKind k) { return k == TOKEN_SEMICOLON || k == TOKEN_NEWLINE; }

// Notes what the wording of later errors refers to.
static void note_shift(Syntax *x) {
    if (is_semicolon(x->token.kind)) {
        x->semicolon = x->token.pos;
        x->semicolon_kind = x->token.kind;
        const char *construct = lr_name(below(x, 1));
        bool function =
            strcmp(construct, "function_declaration") == 0 || strcmp(construct, "method_declaration") == 0;
        x->bodyless = function && x->previous != TOKEN_RBRACE;
    }
    x->previous = x->token.kind;
    x->previous_pos = x->token.pos;
}

static void run(Syntax *x) {
    Pos last_recovery = 0;
    for (next_token(x);;) {
        if (x->stack.n >= LR_DEPTH_LIMIT) {
            plain(x, "nested too deeply");
            return;
        }
        LrResult result = lr_step(&x->stack, symbol_of[x->token.kind]);
        if (result == LR_ACCEPTED) return;
        if (result == LR_SHIFTED && is_literal_in_header(x)) {
            lr_undo(&x->stack);
            plain(x, "composite literal of a named type must be parenthesized here");
            if (!recover(x, &last_recovery)) return;
            continue;
        }
        if (result == LR_SHIFTED) {
            bool ends = is_semicolon(x->token.kind) && at_top_level(x);
            note_shift(x);
            next_token(x);
            if (ends) next_declaration(x);
            continue;
        }
        lr_undo(&x->stack);
        if (pass_header_var(x)) continue;
        report(x);
        if (!x->declaration || !recover(x, &last_recovery)) return; // nothing is sound without a package clause
    }
}

bool syntax_check(SourceFile *source, char **rest) {
    if (!symbol_of[TOKEN_NAME]) map_symbols();
    Syntax x = {.source = source};
    scan_init(&x.scanner, source);
    lr_start(&x.stack);
    run(&x);
    lr_free(&x.stack);
    next_declaration(&x);
    bool is_sound = all_errors(&x) == 0, has_package = x.declaration != 0;
    if (!is_sound && !has_package) {
        free(x.rest);
        x.rest = NULL;
    }
    *rest = x.rest;
    return is_sound;
}
