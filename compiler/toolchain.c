/* Commands for the C compiler, and what is said when one fails. */
#include "toolchain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "config.h"

static void add_words(Arena *a, Words *to, const char *const *words) {
    for (; *words != NULL; words++) vec_push(a, to, *words);
}

Words toolchain_flags(Arena *a, BuildMode mode) {
    const Config *cfg = config();
    Words w = {0};
    words_add_split(a, &w, cfg->cc);
    if (cfg->cflags != NULL)
        words_add_split(a, &w, cfg->cflags);
    else
        vec_push(a, &w, mode == BUILD_HASTY ? "-O0" : mode == BUILD_QUICK ? "-O1" : "-O2");
    add_words(a, &w, (const char *const[]){"-g1", "-w", "-pipe", NULL});
    return w;
}

Words toolchain_compile(Arena *a, const char *object, BuildMode mode) {
    Words w = toolchain_flags(a, mode);
    vec_push(a, &w, arena_printf(a, "-I%s", config()->include));
    add_words(a, &w, (const char *const[]){"-c", "-o", object, "-x", "c", "-", NULL});
    return w;
}

static bool mentions(const Words *flags, const char *part) {
    for (int i = 0; i < flags->n; i++)
        if (strstr(flags->v[i], part) != NULL) return true;
    return false;
}

Words toolchain_link(Arena *a, const Words *objects, const char *executable, BuildMode mode) {
    Words w = toolchain_flags(a, mode);
    // A program that is not moved needs no relocation of its data, nor memory for what that would have
    // changed.
    if (!mentions(&w, "pie")) vec_push(a, &w, "-no-pie");
    add_words(a, &w, (const char *const[]){"-o", executable, NULL});
    for (int i = 0; i < objects->n; i++) vec_push(a, &w, objects->v[i]);
    vec_push(a, &w, arena_printf(a, "-L%s", config()->lib));
    add_words(a, &w,
              (const char *const[]){"-Wl,-z,now", "-lgolstd", "-lgolrt", "-lgc", "-lunwind", "-lbacktrace",
                                    "-lpthread", "-lm", NULL});
    return w;
}

void toolchain_failed(const Words *command, int status, const char *errors) {
    if (status < 0) {
        /* A folder of PATH that may not be read gives EACCES, although the name is found in none. */
        if (errno == ENOENT || (errno == EACCES && strchr(command->v[0], '/') == NULL))
            cli_fail("no C compiler: cannot find %s; install gcc or clang, or name one with CC",
                     command->v[0]);
        cli_fail("cannot run the C compiler %s: %s", command->v[0], strerror(errno));
    }
    if (strstr(errors, "No space left on device") != NULL)
        cli_fail("no space left on device while compiling");
    if (status > 128) cli_fail("the C compiler %s was ended by signal %d", command->v[0], status - 128);
    const char *at = strstr(errors, "error:"), *missing = strstr(errors, "undefined reference to `");
    if (missing != NULL) {
        missing += strlen("undefined reference to `");
        cli_fail("undefined: %.*s: nothing defines this function, which is declared without a body; if none "
                 "is, it "
                 "is a fault of gol",
                 (int)strcspn(missing, "'"), missing);
    }
    const char *from = at != NULL ? at : errors;
    while (from > errors && from[-1] != '\n') from--;
    fprintf(stderr, "gol: internal error: the C compiler does not take what gol made of this program\n");
    fprintf(stderr, "gol: at %.*s\n", (int)strcspn(from, "\n"), from);
    fprintf(stderr, "gol: please report it, with the source; `gol translate` shows the C\n");
    cli_exit(EXIT_ERRORS);
}
