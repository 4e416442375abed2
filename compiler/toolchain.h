/* toolchain.h: the commands that make objects of C and programs of objects.
 *
 * Floor 7.
 */
#ifndef TOOLCHAIN_H
#define TOOLCHAIN_H

#include "process.h"

typedef enum BuildMode {
    BUILD_QUICK, /* for run and test of a small program: -O1, in pieces */
    BUILD_HASTY, /* of a large one, whose author waits for the C compiler: -O0, in pieces */
    BUILD_FULL,  /* -O2, each package as a whole unless it is very large */
} BuildMode;

/* The C compiler with the flags of the mode: what all objects depend on. */
Words toolchain_flags(Arena *a, BuildMode mode);
/* Reads the C from its standard input: the name of a temporary file would be part of the object. */
Words toolchain_compile(Arena *a, const char *object, BuildMode mode);
Words toolchain_link(Arena *a, const Words *objects, const char *executable, BuildMode mode);

/* The command failed, with this status (as process_run has it) and these words on its standard error: says so
 * and ends the process. The message of a C compiler is none for a person who wrote no C; it is a bug of ours,
 * and of it we show the place, which #line makes one in the source. */
_Noreturn void toolchain_failed(const Words *command, int status, const char *errors);

#endif
