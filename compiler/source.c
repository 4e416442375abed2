// Source files and positions: a sorted table of files, and in each a table of line starts.
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "vec.h"

static Arena *storage;
static Vec(SourceFile *) files; // by base
static Pos next_base = 1;

static void index_lines(SourceFile *f) {
    Vec(uint32_t) starts = {0};
    vec_push(storage, &starts, 0);
    const char *end = f->text + f->size;
    for (const char *p = f->text; (p = memchr(p, '\n', (size_t)(end - p)));)
        vec_push(storage, &starts, (uint32_t)(++p - f->text));
    f->line_start = starts.v;
    f->line_count = starts.n;
}

// Takes over the text, which comes from the storage arena.
static SourceFile *enter_file(const char *path, const char *text, size_t size) {
    if (size >= UINT32_MAX - next_base) {
        errno = EFBIG;
        return NULL;
    }
    SourceFile *f = ARENA_NEW(storage, SourceFile);
    f->path = arena_strdup(storage, path, strlen(path));
    f->text = text;
    f->size = (uint32_t)size;
    f->base = next_base;
    next_base += f->size + 1;
    index_lines(f);
    vec_push(storage, &files, f);
    return f;
}

SourceFile *source_add(const char *path, const char *text, size_t size) {
    if (!storage) storage = arena_new();
    return enter_file(path, arena_strdup(storage, text, size), size);
}

// Reads to the end rather than asking for the size first: a file may be a pipe.
static char *read_all(FILE *in, size_t *size) {
    Vec(char) text = {0};
    char chunk[1 << 14];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, in)) > 0) {
        while (text.cap - text.n <= (int)n) text.v = vec_grow(storage, text.v, 1, text.n, &text.cap);
        memcpy(text.v + text.n, chunk, n);
        text.n += (int)n;
        if (text.n > INT32_MAX / 2) {
            errno = EFBIG;
            return NULL;
        }
    }
    if (ferror(in)) return NULL;
    *size = (size_t)text.n;
    return text.v ? text.v : arena_alloc(storage, 1);
}

SourceFile *source_open(const char *path) {
    if (!storage) storage = arena_new();
    FILE *in = fopen(path, "rb");
    if (!in) return NULL;
    size_t size = 0;
    char *text = read_all(in, &size);
    int error = errno;
    fclose(in);
    errno = error;
    return text ? enter_file(path, text, size) : NULL;
}

SourceFile *source_file(Pos pos) {
    int low = 0, high = files.n; // the file sought is in [low, high)
    if (pos == 0 || high == 0 || pos < files.v[0]->base) return NULL;
    while (high - low > 1) {
        int mid = (low + high) / 2;
        if (files.v[mid]->base <= pos)
            low = mid;
        else
            high = mid;
    }
    return files.v[low];
}

static int line_of(const SourceFile *f, uint32_t offset) {
    int low = 0, high = f->line_count;
    while (high - low > 1) {
        int mid = (low + high) / 2;
        if (f->line_start[mid] <= offset)
            low = mid;
        else
            high = mid;
    }
    return low + 1;
}

int source_own_line(Pos pos) {
    const SourceFile *f = source_file(pos);
    return f ? line_of(f, source_offset(f, pos)) : 0;
}

int source_own_col(Pos pos) {
    const SourceFile *f = source_file(pos);
    if (!f) return 0;
    uint32_t offset = source_offset(f, pos);
    return (int)(offset - f->line_start[line_of(f, offset) - 1]) + 1;
}

// ---- line directives

// The directive that counts for an offset, NULL if none does.
static const LineDirective *directive_at(const SourceFile *f, uint32_t offset) {
    int low = 0, high = f->directive_count; // the first one beyond the offset is sought
    while (low < high) {
        int mid = (low + high) / 2;
        if (f->directives[mid].offset <= offset)
            low = mid + 1;
        else
            high = mid;
    }
    return low > 0 ? &f->directives[low - 1] : NULL;
}

static const char *relative_path(const SourceFile *f, const char *path, size_t n) {
    const char *slash = strrchr(f->path, '/');
    if (n == 0 || *path == '/' || !slash) return arena_strdup(storage, path, n);
    return arena_printf(storage, "%.*s/%.*s", (int)(slash - f->path), f->path, (int)n, path);
}

void source_add_directive(SourceFile *f, uint32_t offset, const char *path, size_t n, int line, int col) {
    int count = f->directive_count;
    if (count > 0 && f->directives[count - 1].offset >= offset) return;
    const LineDirective *current = count > 0 ? &f->directives[count - 1] : NULL;
    bool keeps_path = n == 0 && col > 0;
    LineDirective d = {
        .offset = offset,
        .path = !keeps_path ? relative_path(f, path, n)
                : current   ? current->path
                            : f->path,
        .line = line,
        .col = col,
        .own_line = line_of(f, offset),
    };
    if (count == f->directive_cap)
        f->directives = vec_grow(storage, f->directives, sizeof d, count, &f->directive_cap);
    f->directives[f->directive_count++] = d;
}

int source_line(Pos pos) {
    const SourceFile *f = source_file(pos);
    if (!f || f->directive_count == 0) return source_own_line(pos);
    const LineDirective *d = directive_at(f, source_offset(f, pos));
    return d ? d->line + source_own_line(pos) - d->own_line : source_own_line(pos);
}

int source_col(Pos pos) {
    const SourceFile *f = source_file(pos);
    if (!f || f->directive_count == 0) return source_own_col(pos);
    const LineDirective *d = directive_at(f, source_offset(f, pos));
    if (!d) return source_own_col(pos);
    if (d->col == 0) return 0;
    bool same_line = source_own_line(pos) == d->own_line;
    return same_line ? d->col + (int)(source_offset(f, pos) - d->offset) : source_own_col(pos);
}

const char *source_path(Pos pos) {
    const SourceFile *f = source_file(pos);
    if (!f) return "";
    const LineDirective *d = directive_at(f, source_offset(f, pos));
    return d ? d->path : f->path;
}

// ---- absolute paths

static const char *working_directory(void) {
    static const char *dir;
    if (dir) return dir;
    char *here = getcwd(NULL, 0);
    if (!storage) storage = arena_new();
    dir = here ? arena_strdup(storage, here, strlen(here)) : "";
    free(here);
    return dir;
}

const char *source_shown_path(const char *path) {
    const char *here = working_directory();
    const size_t n = strlen(here);
    if (n < 2 || strncmp(path, here, n)) return path;
    return path[n] == '/' ? path + n + 1 : path[n] ? path : ".";
}

static const char *absolute(const char *path) {
    if (*path == '/' || *path == '<' || !*path) return path;
    const char *here = working_directory();
    size_t n = strlen(here);
    for (;;) {
        if (!strncmp(path, "./", 2)) {
            path += 2;
        } else if (!strncmp(path, "../", 3)) {
            path += 3;
            while (n > 0 && here[--n] != '/') {}
        } else {
            return arena_printf(storage, "%.*s/%s", (int)n, here, path);
        }
    }
}

const char *source_full_path(Pos pos) {
    SourceFile *f = source_file(pos);
    if (!f) return "";
    LineDirective *d = (LineDirective *)directive_at(f, source_offset(f, pos));
    const char **full = d ? &d->full : &f->full;
    if (!*full) *full = absolute(d ? d->path : f->path);
    return *full;
}

const char *source_line_text(const SourceFile *f, int line, int *length) {
    uint32_t start = f->line_start[line - 1];
    uint32_t end = line < f->line_count ? f->line_start[line] - 1 : f->size;
    if (end > start && f->text[end - 1] == '\r') end--;
    *length = (int)(end - start);
    return f->text + start;
}
