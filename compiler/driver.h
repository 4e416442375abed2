/* driver.h: from the files that a person names to a program, by way of the C compiler.
 *
 * Floor 7.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include <stdbool.h>

#include "pipeline.h"

typedef enum BuildMode {
    BUILD_QUICK, /* for run and test: compiled in little time */
    BUILD_FULL,  /* -O2 */
} BuildMode;

typedef struct Inputs { /* the files of a package, in order */
    const char *const *files;
    int n;
} Inputs;

/* The leading words of argv that name source files, or the files of the one folder that it names. Fails with
 * a message where there are none or where one cannot be read. *used: how many words. */
Inputs driver_inputs(const char *verb, int argc, char **argv, int *used);

/* The path of an up-to-date executable in the cache (or, without a cache, in a temporary folder; *temporary
 * is then set). Reports errors and ends the process where there are any. */
const char *driver_executable(Inputs inputs, BuildMode mode, const PipelineOptions *options, bool *temporary);

/* Copies an executable to its place, whole or not at all. */
void driver_install(const char *executable, const char *out);

/* Shows what is in diag and ends the process with EXIT_ERRORS. */
_Noreturn void driver_give_up(void);

/* Before anything is checked: where imports are found. */
void driver_set_up(void);

/* $GOLFLAGS: flags for each run, as words like -escape=off. Fails on one that is not known. */
void driver_env_flags(PipelineOptions *options);

#endif
