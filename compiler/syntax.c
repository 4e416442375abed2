// The syntax check: a run of the LR parser over Go's own tokens, and what goes on after an error.
//
// After an error the text is skipped up to a token that Go's parser would go on from, and the stack is cut
// back until that token fits. What is missing in a header, or where a name or an expression must stand, is
// made up.
#include "syntax.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "syntax_state.h"

static LrSymbol symbol_of[TOKEN_COUNT];

static void map_symbols(void) {
    for (TokenKind k = 0; k < TOKEN_COUNT; k++) {
        // A rule that is one keyword is that keyword to tree-sitter, under the rule's name.
        symbol_of[k] = lr_symbol(k == TOKEN_FALLTHROUGH ? "fallthrough_statement" : token_name(k));
        if (symbol_of[k] == LR_NO_SYMBOL) bug_at(0, "the grammar has no token '%s'", token_name(k));
    }
}

LrSymbol syntax_symbol(TokenKind k) { return symbol_of[k]; }

static void next_token(Syntax *x) {
    x->token = scan_next(&x->scanner);
    x->stack.pos = x->token.pos;
    x->stack.end = x->token.end;
}

// A block is open, and so statements can be gone on with.
static bool in_function(const Syntax *x) {
    for (int i = 2; i < x->stack.n; i++)
        if (syntax_opened_by(x, i, TOKEN_LBRACE) && !syntax_follows(x, i, TOKEN_STRUCT) &&
            !syntax_follows(x, i, TOKEN_INTERFACE))
            return true;
    return false;
}

// `for var i = 0; …`: a habit from other languages. Go's parser passes over the keyword, and so does this.
static bool pass_header_var(Syntax *x) {
    int open = x->stack.n - 1;
    if (x->token.kind != TOKEN_VAR || !syntax_is_header(x, open) || syntax_opened_by(x, open, TOKEN_CASE))
        return false;
    char text[60];
    next_token(x);
    snprintf(text, sizeof text, "var declaration not allowed in %s initializer",
             lr_name(x->stack.symbols[open]));
    syntax_plain(x, text);
    return true;
}

// `var x int := 1` and the like: taken as if it were right.
static bool pass_define(Syntax *x) {
    if (x->token.kind != TOKEN_DEFINE || !lr_viable(&x->stack, syntax_symbol(TOKEN_ASSIGN))) return false;
    syntax_report(x);
    x->token.kind = TOKEN_ASSIGN;
    return true;
}

// `if x == T{…} {`: between the keyword of a header and the brace of its body, a brace behind a type's name
// is that of the body. The grammar cannot say so where no body could follow, as in `for ; T{…}; {`.
static bool is_literal_in_header(const Syntax *x) {
    if (x->token.kind != TOKEN_LBRACE) return false;
    const char *type = lr_name(syntax_below(x, 1));
    bool named = syntax_below(x, 1) == syntax_symbol(TOKEN_NAME) ||
                 strcmp(type, "selector_expression") == 0 || strcmp(type, "index_expression") == 0;
    if (!named) return false;
    int open = syntax_innermost_from(x, x->stack.n - 2, true);
    if (!syntax_is_header(x, open) || syntax_opened_by(x, open, TOKEN_CASE)) return false;
    return lr_viable(&x->stack, syntax_symbol(TOKEN_INT)) &&
           !lr_viable(&x->stack, syntax_symbol(TOKEN_RETURN));
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
    return x->stack.n <= DEEPEST && syntax_innermost_from(x, x->stack.n - 1, false) == 0;
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
    int open = syntax_innermost_from(x, x->stack.n - 1, false);
    if (x->token.kind == TOKEN_RPAREN) return syntax_opened_by(x, open, TOKEN_LPAREN) ? open : -1;
    if (x->token.kind == TOKEN_RBRACK) return syntax_opened_by(x, open, TOKEN_LBRACK) ? open : -1;
    while (open && !syntax_opened_by(x, open, TOKEN_LBRACE)) {
        int outer = syntax_innermost_from(x, open - 1, false);
        if (!outer && syntax_opened_by(x, open, TOKEN_LPAREN)) break;
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
        if (top_level && !lr_viable(&x->stack, syntax_symbol(TOKEN_IMPORT))) continue;
        if (lr_viable(&x->stack, syntax_symbol(x->token.kind))) return true;
        if (x->token.kind == TOKEN_NEWLINE && lr_viable(&x->stack, syntax_symbol(TOKEN_SEMICOLON))) {
            x->token.kind = TOKEN_SEMICOLON;
            return true;
        }
    }
    x->stack.n = n;
    return false;
}

// Where a name, type or expression is missing, one is made up, so that what it belongs to is complete.
static void insert_name(Syntax *x) {
    if (x->can_follow[TOKEN_NAME] && !x->can_follow[TOKEN_RETURN])
        lr_step(&x->stack, syntax_symbol(TOKEN_NAME));
}

static bool is_case(const Syntax *x) { return x->token.kind == TOKEN_CASE || x->token.kind == TOKEN_DEFAULT; }

// The header of an if, for or switch is broken: what it lacks is made up, to go on with the body behind it.
static bool recover_header(Syntax *x) {
    int open = syntax_innermost(x);
    bool is_switch = syntax_opened_by(x, open, TOKEN_SWITCH);
    if (!syntax_is_header(x, open) || syntax_opened_by(x, open, TOKEN_CASE)) return false;
    bool past_brace = is_switch && syntax_has_semicolon(
                                       x, open); // it is missed behind the second part: Go's parser skips it
    while (past_brace ? !is_case(x) : x->token.kind != TOKEN_LBRACE && !(is_switch && is_case(x))) {
        if (x->token.kind == TOKEN_RBRACE || x->token.kind == TOKEN_EOF || is_start(x, true)) return false;
        next_token(x);
    }
    for (int i = 0; i < 5 && !lr_viable(&x->stack, syntax_symbol(TOKEN_LBRACE)); i++) {
        bool operand = lr_viable(&x->stack, syntax_symbol(TOKEN_INT));
        lr_step(&x->stack,
                syntax_symbol(operand ? TOKEN_INT : TOKEN_SEMICOLON)); // a name could be a literal's type
    }
    if (x->token.kind != TOKEN_LBRACE) lr_step(&x->stack, syntax_symbol(TOKEN_LBRACE));
    return lr_viable(&x->stack, syntax_symbol(x->token.kind));
}

// `while x {`: a brace that ends up in a broken statement begins a block, so that its end is not taken for
// another's.
static bool open_block(Syntax *x) {
    if (x->token.kind != TOKEN_LBRACE || x->in_list) return false;
    int n = x->stack.n, limit = cut_limit(x);
    for (; x->stack.n > limit && x->stack.n > 1; x->stack.n--)
        if (lr_viable(&x->stack, syntax_symbol(TOKEN_RETURN))) return true;
    x->stack.n = n;
    return false;
}

// Skips to a token to go on from. That token may be the one in error if it was not the last error's too.
static bool recover(Syntax *x, Pos *last) {
    bool inside = in_function(x);
    if (x->token.pos == *last && x->token.kind != TOKEN_EOF) next_token(x);
    *last = x->token.pos;
    if (recover_header(x)) return true;
    if (x->token.kind == TOKEN_ELSE) { // on a line of its own: what follows it stands as a statement too
        next_token(x);
        if (lr_viable(&x->stack, syntax_symbol(x->token.kind))) return true;
    }
    insert_name(x);
    bool top_level =
        syntax_innermost_from(x, x->stack.n - 1, false) == 0; // only declarations are good to go on from
    for (;; next_token(x)) {
        if (x->token.kind == TOKEN_EOF) return false;
        if (inside && open_block(x)) return true;
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
        const char *construct = lr_name(syntax_below(x, 1));
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
            syntax_plain(x, "nested too deeply");
            return;
        }
        LrResult result = lr_step(&x->stack, syntax_symbol(x->token.kind));
        if (result == LR_ACCEPTED) return;
        if (result == LR_SHIFTED && is_literal_in_header(x)) {
            lr_undo(&x->stack);
            syntax_plain(x, "composite literal of a named type must be parenthesized here");
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
        if (pass_header_var(x) || pass_define(x)) continue;
        syntax_report(x);
        if (!x->declaration || !recover(x, &last_recovery))
            return; // nothing is sound without a package clause
    }
}

static void start(Syntax *x, SourceFile *source, Tree *tree) {
    if (!syntax_symbol(TOKEN_NAME)) map_symbols();
    *x = (Syntax){.source = source};
    scan_init(&x->scanner, source);
    x->scanner.tree = tree;
    lr_start(&x->stack, tree);
}

bool syntax_tree(SourceFile *source, const char *text, Tree *tree) {
    Syntax x;
    start(&x, source, tree);
    x.scanner.text = x.scanner.p = text;
    x.scanner.limit = text + source->size;
    x.scanner.quiet = true;
    LrResult result = LR_SHIFTED;
    while (result == LR_SHIFTED && x.stack.n < LR_DEPTH_LIMIT) {
        next_token(&x);
        result = lr_step(&x.stack, syntax_symbol(x.token.kind));
    }
    lr_free(&x.stack);
    return result == LR_ACCEPTED && x.scanner.errors == 0;
}

bool syntax_check(SourceFile *source, Tree *tree, char **rest) {
    Syntax x;
    start(&x, source, tree);
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
