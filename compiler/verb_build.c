/* gol build: makes an executable. A package that is not main is only checked and compiled. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cache.h"
#include "cli.h"
#include "driver.h"

static const char *out;
static bool explain, verbose, commands, dry, quick;
static const CliFlag flags[] = {
    {.name = "o", .value = &out, .arg = "FILE", .help = "where the executable goes"},
    {.name = "quick", .on = &quick, .help = "compile as `gol run` does: in little time, less optimised"},
    {.name = "v", .on = &verbose, .help = "name the packages that are compiled"},
    {.name = "x", .on = &commands, .help = "show the commands that are run"},
    {.name = "n", .on = &dry, .help = "show the commands, and do not run them"},
    {.name = "m", .on = &explain, .help = "say what escapes to the heap, and why"},
    CLI_TAGS,
    {0},
};

static bool is_folder(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Where the executable of a unit goes; NULL: of several packages none is kept, unless -o names a folder. */
static const char *place(const Unit *u, bool several) {
    const char *name = driver_name(u);
    if (out == NULL) return several ? NULL : name;
    if (!several && !is_folder(out)) return out;
    char *path = malloc(strlen(out) + strlen(name) + 2);
    sprintf(path, "%s/%s", out, name);
    return path;
}

static int build(int argc, char **argv) {
    int n = cli_flags(&verb_build, argc, argv);
    const UnitList units = driver_units("build", argc - n, argv + n);
    BuildOptions options = {.mode = quick ? BUILD_QUICK : BUILD_FULL,
                            .verbose = verbose,
                            .commands = commands || dry,
                            .dry = dry,
                            .progress = true};
    driver_env_flags(&options.pipeline);
    options.pipeline.explain |= explain;
    if (units.n > 1 && out != NULL && !is_folder(out))
        cli_fail("-o %s must be a folder: there are several packages", out);
    for (int i = 0; i < units.n; i++) {
        BuildOptions own = options;
        const char *temporary, *exe = driver_executable(units.v[i], &own, &temporary);
        const char *to = exe != NULL && !dry ? place(units.v[i], units.n > 1) : NULL;
        if (to != NULL) driver_install(exe, to);
        if (temporary != NULL) cache_remove(temporary);
    }
    return 0;
}

const Verb verb_build = {
    .name = "build",
    .usage = "[-o FILE] [-quick] [-v] [-x] [-n] [-m] [-tags LIST] FILE.gol… | FOLDER…",
    .summary = "build an executable",
    .text = "Builds the program made of the files, or of the files of the folder, with the C compiler's "
            "optimiser\n"
            "(-O2, or $CFLAGS). The executable is named after the first file unless -o says otherwise; it "
            "replaces\n"
            "an older one only when it is whole. $CC names the C compiler.",
    .flags = flags,
    .run = build,
};
