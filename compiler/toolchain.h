/* toolchain.h: the commands that make objects of C and programs of objects.
 *
 * Floor 7.
 */
#ifndef TOOLCHAIN_H
#define TOOLCHAIN_H

#include "process.h"

typedef enum BuildMode {
    BUILD_QUICK, /* for run and test: compiled in little time */
    BUILD_FULL,  /* -O2 */
} BuildMode;

/* The C compiler with the flags of the mode: what all objects depend on. */
Words toolchain_flags(Arena *a, BuildMode mode);
Words toolchain_compile(Arena *a, const char *c_file, const char *object, BuildMode mode);
Words toolchain_link(Arena *a, const Words *objects, const char *executable, BuildMode mode);

/* The command failed, with this status (as process_run has it) and these words on its standard error: says so
 * and ends the process. The message of a C compiler is none for a person who wrote no C; it is a bug of ours,
 * and of it we show the place, which #line makes one in the source. */
_Noreturn void toolchain_failed(const Words *command, int status, const char *errors);

#endif
