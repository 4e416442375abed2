// Collecting, sorting and printing of diagnostics.
#include "diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "unicode.h"
#include "vec.h"

typedef struct {
    Pos pos;
    const char *text;
} Note;

typedef struct {
    Pos from, to;
    int order; // of arrival; settles what comes first at one position
    const char *text;
    Vec(Note) notes;
} Error;

enum { DEFAULT_LIMIT = 10 };

static Arena *storage;
static Vec(Error *) pending;
static Error *latest; // gets the notes; NULL if the latest error was dropped
static int kept, shown, arrived;
static int limit = DEFAULT_LIMIT;
static bool said_too_many;
static DiagStyle style;

void diag_set_style(DiagStyle s) { style = s; }
void diag_set_limit(int errors) { limit = errors; }
int diag_error_count(void) { return kept; }

void diag_reset(void) {
    arena_free(storage);
    storage = NULL;
    memset(&pending, 0, sizeof pending);
    latest = NULL;
    kept = shown = arrived = 0;
    limit = DEFAULT_LIMIT;
    said_too_many = false;
    style = DIAG_FULL;
}

void diag_forget(void) {
    pending.n = kept = shown = 0;
    latest = NULL;
    said_too_many = false;
}

static bool is_syntax_error(const Error *e) { return strncmp(e->text, "syntax error", 12) == 0; }

static bool same_line(Pos a, Pos b) {
    return source_file(a) == source_file(b) && source_own_line(a) == source_own_line(b);
}

// Whether b adds nothing to a. A second syntax error on a line is mostly an echo of the first.
static bool covers(const Error *a, const Error *b) {
    if (is_syntax_error(a) && is_syntax_error(b)) return same_line(a->from, b->from);
    return strcmp(a->text, b->text) == 0 && same_line(a->from, b->from);
}

static bool is_duplicate(const Error *e) {
    for (int i = pending.n - 1; i >= 0; i--)
        if (covers(pending.v[i], e)) return true;
    return false;
}

void diag_error(Pos from, Pos to, const char *fmt, ...) {
    if (!storage) storage = arena_new();
    Error *e = ARENA_NEW(storage, Error);
    va_list args;
    va_start(args, fmt);
    e->text = arena_vprintf(storage, fmt, args);
    va_end(args);
    e->from = from;
    e->to = to;
    e->order = arrived++;
    latest = NULL;
    if (is_duplicate(e)) return;
    latest = e;
    kept++;
    vec_push(storage, &pending, e);
}

void diag_note(Pos pos, const char *fmt, ...) {
    if (!latest) return;
    va_list args;
    va_start(args, fmt);
    Note note = {pos, arena_vprintf(storage, fmt, args)};
    va_end(args);
    vec_push(storage, &latest->notes, note);
}

static int by_position(const void *a, const void *b) {
    const Error *x = *(Error *const *)a, *y = *(Error *const *)b;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return x->order - y->order;
}

static void print_place(FILE *out, Pos pos) {
    if (!pos) return;
    fprintf(out, "%s:%d:", source_path(pos), source_line(pos));
    if (source_col(pos)) fprintf(out, "%d:", source_col(pos));
    fputc(' ', out);
}

// ---- the source line and the range below it

static bool is_word(unsigned char c) {
    return c == '_' || c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// How much of the line the range takes, at least one byte: a word if the error names no end.
static int range_length(const Error *e, const char *line, int length, int start) {
    int end = start + 1;
    if (e->to > e->from)
        end = start + (int)(e->to - e->from);
    else
        while (start < length && is_word((unsigned char)line[start]) && end < length &&
               is_word((unsigned char)line[end]))
            end++;
    if (end > length) end = length;
    return end > start ? end - start : 1;
}

// Tabs are kept, so that the underline stays below the text whatever their width.
static void print_underline(FILE *out, const char *line, int length, int start, int count) {
    fputs("    ", out);
    for (int i = 0, width; i < start && i < length; i += width) {
        unicode_decode(line + i, (size_t)(length - i), &width);
        fputc(line[i] == '\t' ? '\t' : ' ', out);
    }
    fputc('^', out);
    for (int i = start, width; i < start + count && i < length; i += width) {
        unicode_decode(line + i, (size_t)(length - i), &width);
        if (i > start) fputc(line[i] == '\t' ? '\t' : '~', out);
    }
    fputc('\n', out);
}

static void print_source(FILE *out, const Error *e) {
    const SourceFile *f = source_file(e->from);
    if (!f) return;
    int length, start = source_own_col(e->from) - 1;
    const char *line = source_line_text(f, source_own_line(e->from), &length);
    if (length == 0 || length > 500) return; // nothing to see, or generated code
    fprintf(out, "    %.*s\n", length, line);
    print_underline(out, line, length, start, range_length(e, line, length, start));
}

// ---- styles

static void print_text(FILE *out, const Error *e) {
    print_place(out, e->from);
    fprintf(out, "%s\n", e->text);
    for (int i = 0; i < e->notes.n; i++) {
        fputc('\t', out);
        print_place(out, e->notes.v[i].pos);
        fprintf(out, "%s\n", e->notes.v[i].text);
    }
    if (style == DIAG_FULL) print_source(out, e);
}

static void print_json_string(FILE *out, const char *s) {
    fputc('"', out);
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void print_json_message(FILE *out, Pos from, Pos to, const char *text) {
    fputs("\"file\":", out);
    print_json_string(out, source_path(from));
    fprintf(out, ",\"line\":%d,\"col\":%d", source_line(from), source_col(from));
    if (to > from) fprintf(out, ",\"endLine\":%d,\"endCol\":%d", source_line(to), source_col(to));
    fputs(",\"message\":", out);
    print_json_string(out, text);
}

static void print_json(FILE *out, const Error *e) {
    fputs("{\"severity\":\"error\",", out);
    print_json_message(out, e->from, e->to, e->text);
    fputs(",\"notes\":[", out);
    for (int i = 0; i < e->notes.n; i++) {
        fputs(i ? ",{" : "{", out);
        print_json_message(out, e->notes.v[i].pos, 0, e->notes.v[i].text);
        fputc('}', out);
    }
    fputs("]}\n", out);
}

static void print_too_many(FILE *out) {
    if (said_too_many || style == DIAG_JSON) return;
    said_too_many = true;
    fputs("too many errors\n", out);
}

void diag_flush(FILE *out) {
    if (pending.n > 0) qsort(pending.v, (size_t)pending.n, sizeof *pending.v, by_position);
    for (int i = 0; i < pending.n; i++) {
        if (limit && shown >= limit) {
            print_too_many(out);
            break;
        }
        shown++;
        if (style == DIAG_JSON)
            print_json(out, pending.v[i]);
        else
            print_text(out, pending.v[i]);
    }
    pending.n = 0;
    latest = NULL;
}

_Noreturn void bug_at(Pos pos, const char *fmt, ...) {
    diag_flush(stderr);
    print_place(stderr, pos);
    fputs("internal error: ", stderr);
    va_list args;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputs("\nThis is a fault of gol, not of the program.\n", stderr);
    abort();
}
