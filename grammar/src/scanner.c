// Automatic semicolons, the only tokens of Go that the generated lexer cannot find by itself.
//
// The grammar asks for one only behind a token that ends a line with a semicolon in Go (a name, a literal, a
// closing bracket, return …), so no state is kept: the semicolon is there if only blanks and comments stand
// between here and a newline or the end of the file. It is empty or the newline itself; comments stay where
// they are, for the tree to show.
#include "tree_sitter/parser.h"

enum { AUTO_SEMICOLON, ERROR_SENTINEL };

void *tree_sitter_gol_external_scanner_create(void);
void tree_sitter_gol_external_scanner_destroy(void *payload);
unsigned tree_sitter_gol_external_scanner_serialize(void *payload, char *buffer);
void tree_sitter_gol_external_scanner_deserialize(void *payload, const char *buffer, unsigned length);
bool tree_sitter_gol_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid);

void *tree_sitter_gol_external_scanner_create(void) { return 0; }

void tree_sitter_gol_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_gol_external_scanner_serialize(void *payload, char *buffer) {
    (void)payload, (void)buffer;
    return 0;
}

void tree_sitter_gol_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
    (void)payload, (void)buffer, (void)length;
}

static bool at_blank(const TSLexer *lexer) {
    return lexer->lookahead == ' ' || lexer->lookahead == '\t' || lexer->lookahead == '\r';
}

// Passes the rest of a block comment. True if it holds a newline, and so counts as one.
static bool pass_block_comment(TSLexer *lexer) {
    bool star = false;
    while (!lexer->eof(lexer)) {
        int32_t c = lexer->lookahead;
        if (c == '\n') return true;
        lexer->advance(lexer, false);
        if (star && c == '/') return false;
        star = c == '*';
    }
    return false;
}

// Passes a comment. True if a newline follows from it.
static bool pass_comment(TSLexer *lexer, bool *is_comment) {
    lexer->advance(lexer, false);
    *is_comment = lexer->lookahead == '/' || lexer->lookahead == '*';
    if (lexer->lookahead == '/') return true;
    if (lexer->lookahead != '*') return false;
    lexer->advance(lexer, false);
    return pass_block_comment(lexer);
}

bool tree_sitter_gol_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
    (void)payload;
    if (valid[ERROR_SENTINEL] || !valid[AUTO_SEMICOLON]) return false; // never guess during error recovery
    lexer->result_symbol = AUTO_SEMICOLON;
    bool in_front = true; // no comment passed yet: the token may take the newline
    for (;;) {
        if (at_blank(lexer)) {
            lexer->advance(lexer, true);
        } else if (lexer->lookahead == '\n') {
            if (!in_front) return true;
            lexer->advance(lexer, false);
            lexer->mark_end(lexer);
            return true;
        } else if (lexer->lookahead == '/') {
            if (in_front) lexer->mark_end(lexer);
            in_front = false;
            bool is_comment;
            if (pass_comment(lexer, &is_comment)) return true;
            if (!is_comment) return false;
        } else if (lexer->eof(lexer)) {
            if (in_front) lexer->mark_end(lexer);
            return true;
        } else {
            return false;
        }
    }
}
