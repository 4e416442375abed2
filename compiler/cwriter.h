// Text of C being put together: a growing buffer with indentation and #line bookkeeping.
//
// Floor 6. A CBuf belongs to an arena. cbuf_begin begins a statement at a .gol position: it writes a #line
// directive only where C's own count of lines would be wrong, and rather joins short statements of one .gol
// line.
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "arena.h"
#include "source.h"

typedef struct CBuf {
    Arena *arena;
    char *v;
    size_t n, cap;
    int indent;
    bool lines;                      // write #line directives
    const char *(*path_of)(Pos pos); // what they call the file: source_path or source_full_path
    const char *file;                // what C believes the next line to be
    int line;
    int current;  // .gol line of the line being written, 0: none
    size_t start; // where that line starts
} CBuf;

void cbuf_put(CBuf *b, const char *s);
void cbuf_put_n(CBuf *b, const char *s, size_t n);
void cbuf_printf(CBuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void cbuf_newline(CBuf *b);
void cbuf_begin(CBuf *b, Pos pos);      // indentation of a new line; with pos, what follows is there
void cbuf_begin_head(CBuf *b, Pos pos); // the same for what opens a block: joins nothing
void cbuf_quoted(CBuf *b, const char *s, size_t n); // a C string literal of these bytes
void cbuf_forget_line(CBuf *b);                     // C's count is not that of a .gol file from here on
const char *cbuf_text(CBuf *b);                     // NUL-terminated
