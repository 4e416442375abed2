// Notes below syntax errors that point out what was probably meant: habits from other languages.
//
// A hint never changes what is reported or how the check goes on. Where in doubt there is none.
#include <string.h>

#include "diag.h"
#include "syntax_state.h"

static bool is_text(const Syntax *x, Pos from, Pos to, const char *text) {
    size_t n = strlen(text);
    return to - from == n && memcmp(x->source->text + source_offset(x->source, from), text, n) == 0;
}

static bool token_is(const Syntax *x, const char *text) {
    return is_text(x, x->token.pos, x->token.end, text);
}

// Whether the line begins with the word, and the error has to do with it: it is at the word, behind it, or at
// the brace of what looks like a header.
static bool line_begins(const Syntax *x, const char *word) {
    int length;
    const char *line = source_line_text(x->source, source_own_line(x->token.pos), &length);
    line += strspn(line, " \t");
    Pos pos = source_pos(x->source, (uint32_t)(line - x->source->text));
    size_t n = strlen(word);
    bool concerned = x->token.pos == pos || x->previous_pos == pos || x->token.kind == TOKEN_LBRACE;
    return concerned && strncmp(line, word, n) == 0 && strchr(" \t(", line[n]);
}

typedef struct {
    const char *word, *hint;
} Hint;

// Words that begin a declaration or statement elsewhere.
static const Hint first_words[] = {
    {"while", "Go's only loop is for: for condition { … }"},
    {"until", "Go's only loop is for: for !condition { … }"},
    {"loop", "Go's only loop is for: for { … }"},
    {"foreach", "elements are gone through with range: for i, x := range xs { … }"},
    {"elif", "write: else if"},
    {"elsif", "write: else if"},
    {"let", "variables are declared with var, or within functions with :="},
    {"val", "variables are declared with var, or within functions with :="},
    {"function", "functions are declared with func"},
    {"fun", "functions are declared with func"},
    {"fn", "functions are declared with func"},
    {"def", "functions are declared with func"},
    {"class", "types are declared with type: type Name struct { … }"},
    {"struct", "types are declared with type: type Name struct { … }"},
    {"interface", "types are declared with type: type Name interface { … }"},
    {"enum", "enumerations are constants: type Name int, and const ( A Name = iota … )"},
    {"public", "a name is exported if it begins with an upper-case letter"},
    {"private", "a name is exported if it begins with an upper-case letter"},
    {"try", "errors are values in Go: if err != nil { … }"},
    {"throw", "errors are values in Go; for what cannot go on there is panic"},
};

// The token itself.
static const Hint tokens[] = {
    {"and", "write: &&"},
    {"or", "write: ||"},
    {"not", "write: !"},
    {"then", "the body of an if stands in braces"},
    {"++", "x++ is a statement in Go, not an expression"},
    {"--", "x-- is a statement in Go, not an expression"},
};

static const char *look_up(const Hint *hints, size_t n, const Syntax *x,
                           bool (*matches)(const Syntax *, const char *)) {
    for (size_t i = 0; i < n; i++)
        if (matches(x, hints[i].word)) return hints[i].hint;
    return NULL;
}

#define LOOK_UP(hints, x, matches) look_up((hints), sizeof(hints) / sizeof *(hints), (x), (matches))

// `int x = 1`: a name behind a predeclared type.
static bool is_type_first(const Syntax *x) {
    static const char *const types[] = {"int",    "string", "bool", "float64", "float",
                                        "double", "byte",   "rune", "char",    "auto"};
    if (x->token.kind != TOKEN_NAME || x->previous != TOKEN_NAME) return false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (is_text(x, x->previous_pos, x->previous_pos + (Pos)strlen(types[i]), types[i]) &&
            line_begins(x, types[i]))
            return true;
    return false;
}

static bool is_arrow(const Syntax *x) {
    return x->token.kind == TOKEN_SUB && x->source->text[source_offset(x->source, x->token.end)] == '>';
}

// A brace on the line below a header.
static bool is_brace_below(const Syntax *x) {
    int open = syntax_innermost(x);
    bool at_newline = x->token.kind == TOKEN_NEWLINE && x->can_follow[TOKEN_LBRACE];
    bool at_brace = x->token.kind == TOKEN_LBRACE && x->previous == TOKEN_NEWLINE;
    return open > 0 && syntax_is_header(x, open) && !syntax_opened_by(x, open, TOKEN_CASE) &&
           (at_newline || at_brace);
}

// `x :=`
static bool is_definition(const Syntax *x) {
    const char *p = x->source->text + source_offset(x->source, x->token.end);
    return x->token.kind == TOKEN_NAME && strncmp(p + strspn(p, " \t"), ":=", 2) == 0;
}

static const char *hint(const Syntax *x) {
    bool at_top_level = x->can_follow[TOKEN_IMPORT] && x->can_follow[TOKEN_FUNC];
    if (is_type_first(x)) return "the type follows the name: var x int = 1, or x := 1";
    if (is_arrow(x)) return "a result's type follows the parameters: func f() int";
    if (is_brace_below(x)) return "the brace must stand on the header's line: a newline ends the statement";
    if (x->token.kind == TOKEN_ELSE) return "else must stand on the line of the brace before it: } else {";
    const char *found = LOOK_UP(tokens, x, token_is);
    if (!found) found = LOOK_UP(first_words, x, line_begins);
    if (!found && at_top_level && is_definition(x))
        found = "outside functions variables are declared with var";
    return found;
}

void syntax_hint(const Syntax *x) {
    const char *text = hint(x);
    if (text) diag_note(0, "%s", text);
}
