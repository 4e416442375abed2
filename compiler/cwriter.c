// Text of C being put together. See cwriter.h.
#include "cwriter.h"

#include <string.h>

void cbuf_put_n(CBuf *b, const char *s, size_t n) {
    if (b->n + n + 1 > b->cap) {
        size_t cap = b->cap ? b->cap : 256;
        while (cap < b->n + n + 1) cap *= 2;
        char *v = arena_alloc(b->arena, cap);
        if (b->n) memcpy(v, b->v, b->n);
        b->v = v;
        b->cap = cap;
    }
    memcpy(b->v + b->n, s, n);
    b->n += n;
    b->v[b->n] = 0;
}

void cbuf_put(CBuf *b, const char *s) { cbuf_put_n(b, s, strlen(s)); }

void cbuf_printf(CBuf *b, const char *fmt, ...) {
    char small[256];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    if ((size_t)n < sizeof small) {
        cbuf_put_n(b, small, (size_t)n);
        return;
    }
    va_start(args, fmt);
    cbuf_put(b, arena_vprintf(b->arena, fmt, args));
    va_end(args);
}

void cbuf_newline(CBuf *b) {
    cbuf_put_n(b, "\n", 1);
    b->line++;
}

void cbuf_forget_line(CBuf *b) { b->file = NULL; }

void cbuf_quoted(CBuf *b, const char *s, size_t n) {
    cbuf_put_n(b, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\' || c == '?') { // ? : no trigraphs
            char two[2] = {'\\', (char)c};
            cbuf_put_n(b, two, 2);
        } else if (c == '\n') {
            cbuf_put_n(b, "\\n", 2);
        } else if (c == '\t') {
            cbuf_put_n(b, "\\t", 2);
        } else if (c < ' ' || c > '~') {
            cbuf_printf(b, "\\%03o", c);
        } else {
            cbuf_put_n(b, &s[i], 1);
        }
    }
    cbuf_put_n(b, "\"", 1);
}

enum { JOIN_UP_TO = 70 }; // columns

// The line before is of the same .gol line, short, and ends a statement at the same depth.
static bool joins(CBuf *b, const char *file, int line) {
    size_t len = b->n - b->start, indent = (size_t)b->indent * 4;
    return b->current == line && b->file == file && b->line == line + 1 && len > indent + 2 &&
           len < JOIN_UP_TO && b->v[b->n - 1] == '\n' && b->v[b->n - 2] == ';' &&
           b->v[b->start + indent] != ' ';
}

void cbuf_begin(CBuf *b, Pos pos) {
    if (b->lines && pos && joins(b, b->path_of(pos), source_line(pos))) {
        b->v[b->n - 1] = ' ';
        b->line--;
    } else {
        cbuf_begin_head(b, pos);
    }
}

void cbuf_begin_head(CBuf *b, Pos pos) {
    b->current = 0;
    if (b->lines && pos) {
        const char *file = b->path_of(pos);
        int line = source_line(pos);
        if (b->file != file) {
            cbuf_printf(b, "#line %d ", line);
            cbuf_quoted(b, file, strlen(file));
            cbuf_put(b, "\n");
        } else if (b->line != line) {
            cbuf_printf(b, "#line %d\n", line);
        }
        b->file = file;
        b->line = b->current = line;
    }
    b->start = b->n;
    static const char spaces[] = "                                                                ";
    int n = b->indent * 4;
    cbuf_put_n(b, spaces, (size_t)(n < 64 ? n : 64));
}

const char *cbuf_text(CBuf *b) { return b->v ? b->v : ""; }
