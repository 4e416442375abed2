// Source files and positions.
//
// A position is a number, unique over all files of the compilation: each file takes the next free stretch,
// one number a byte and one more for its end. Files opened earlier have the smaller positions.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t Pos; // 0: no position

// A //line directive: from offset on, positions are shown as ones of another file.
typedef struct LineDirective {
    uint32_t offset;
    const char *path, *full;
    int line;
    int col;      // 0: not said, so that columns are unknown
    int own_line; // of the offset, in the file itself
} LineDirective;

typedef struct SourceFile {
    const char *path; // as messages show it
    const char *full; // absolute, once source_full_path was asked for it
    const char *text; // size bytes and a NUL behind them
    uint32_t size;
    Pos base;             // of the first byte; base + size is the end of the file
    uint32_t *line_start; // offsets of the lines' first bytes
    int line_count;
    LineDirective *directives; // by offset
    int directive_count, directive_cap;
} SourceFile;

// Reads a file. NULL with errno set if that fails; EFBIG if positions run out (files of 4 GiB together).
// The result lives as long as the process.
SourceFile *source_open(const char *path);

// As source_open for a text at hand, which is copied.
SourceFile *source_add(const char *path, const char *text, size_t size);

SourceFile *source_file(Pos pos); // NULL for 0
int source_line(Pos pos);         // from 1; 0 for no position
int source_col(Pos pos); // in bytes, from 1; 0 for no position, or if a //line directive leaves it open
const char *source_path(Pos pos); // "" for no position

// The scanner found a //line directive that counts from the offset on. An empty path stands for the current
// one if there is a column; a relative path is one from the file's directory. Repeating a directive is
// harmless.
void source_add_directive(SourceFile *file, uint32_t offset, const char *path, size_t path_length, int line,
                          int col);

// An absolute path as messages show it: relative if it is below the working directory.
const char *source_shown_path(const char *path);

// source_path as debuggers and traces want it: absolute, whatever folder the compiler is called in. The same
// pointer for the same file and directive.
const char *source_full_path(Pos pos);

// Line and column in the file itself, whatever directives say.
int source_own_line(Pos pos);
int source_own_col(Pos pos);

// The text of a line of the file itself (from 1) without its end, and its length.
const char *source_line_text(const SourceFile *file, int line, int *length);

static inline Pos source_pos(const SourceFile *file, uint32_t offset) { return file->base + offset; }
static inline uint32_t source_offset(const SourceFile *file, Pos pos) { return pos - file->base; }
