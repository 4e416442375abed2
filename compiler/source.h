// Source files and positions.
//
// A position is a number, unique over all files of the compilation: each file takes the next free stretch,
// one number a byte and one more for its end. Files opened earlier have the smaller positions.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t Pos; // 0: no position

typedef struct SourceFile {
    const char *path; // as messages show it
    const char *text; // size bytes and a NUL behind them
    uint32_t size;
    Pos base;             // of the first byte; base + size is the end of the file
    uint32_t *line_start; // offsets of the lines' first bytes
    int line_count;
} SourceFile;

// Reads a file. NULL with errno set if that fails; EFBIG if positions run out (files of 4 GiB together).
// The result lives as long as the process.
SourceFile *source_open(const char *path);

// As source_open for a text at hand, which is copied.
SourceFile *source_add(const char *path, const char *text, size_t size);

SourceFile *source_file(Pos pos); // NULL for 0
int source_line(Pos pos);         // from 1; 0 for no position
int source_col(Pos pos);          // in bytes, from 1; 0 for no position
const char *source_path(Pos pos); // "" for no position

// The text of a line (from 1) without its end, and its length.
const char *source_line_text(const SourceFile *file, int line, int *length);

static inline Pos source_pos(const SourceFile *file, uint32_t offset) { return file->base + offset; }
static inline uint32_t source_offset(const SourceFile *file, Pos pos) { return pos - file->base; }
