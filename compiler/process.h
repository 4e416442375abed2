/* process.h: running other programs.
 *
 * Floor 7.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>

#include "arena.h"
#include "vec.h"

typedef Vec(const char *) Words;

/* Appends the words of s: split at spaces, with quotes and backslashes as the shell has them. */
void words_add_split(Arena *a, Words *words, const char *s);

/* Runs a command found on PATH and waits. Its standard error goes to *errors (at most 64 KiB,
 * NUL-terminated), its standard output to ours. Returns its exit status, 128 + N for a signal, or -1 with
 * errno set if it did not start. */
int process_run(Arena *a, const Words *command, char **errors);

#endif
