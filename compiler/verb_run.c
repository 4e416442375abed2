/* gol run: builds a program, if the cache has it not, and becomes it: exit status and signals are the
 * program's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "cache.h"
#include "cli.h"
#include "driver.h"

static bool explain;
static const CliFlag flags[] = {
    {.name = "m", .on = &explain, .help = "say what escapes to the heap, and why"},
    CLI_TAGS,
    {0},
};

/* Without a cache the executable must go when the program has ended: it runs as a child. */
static int run_and_remove(const char *exe, const char *folder, char **argv) {
    pid_t pid = fork();
    if (pid < 0) cli_fail("cannot start the program: %s", strerror(errno));
    if (pid == 0) {
        signal(SIGPIPE, SIG_DFL);
        execv(exe, argv);
        _exit(127);
    }
    signal(SIGINT, SIG_IGN); /* the terminal sends it to both: the program decides */
    signal(SIGQUIT, SIG_IGN);
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    cache_remove(folder);
    if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}

static int run(int argc, char **argv) {
    int n = cli_flags(&verb_run, argc, argv), used;
    Unit *unit = driver_unit("run", argc - n, argv + n, &used);
    if (unit->name != NULL && strcmp(unit->name, "main") != 0 && !unit->failed)
        cli_fail("%s: package is not main: there is nothing to run", argv[n]);
    BuildOptions options = {.mode = BUILD_QUICK};
    driver_env_flags(&options.pipeline);
    options.pipeline.explain |= explain;
    const char *temporary, *exe = driver_executable(unit, &options, &temporary);
    char **args = argv + n + used - 1; /* the program's name, then what follows */
    args[0] = (char *)exe;
    if (temporary != NULL) return run_and_remove(exe, temporary, args);
    signal(SIGPIPE, SIG_DFL);
    execv(exe, args);
    cli_fail("%s: %s", exe, strerror(errno));
}

const Verb verb_run = {
    .name = "run",
    .usage = "[-m] [-tags LIST] FILE.gol… | FOLDER [ARGUMENT…]",
    .summary = "build a program and run it",
    .text = "Builds the program made of the files, or of the files of the folder, and runs it with the "
            "arguments.\n"
            "Its exit status, and a signal that ends it, become gol's. What is built is kept in a cache, so "
            "that a\n"
            "second run starts at once.",
    .flags = flags,
    .run = run,
};
