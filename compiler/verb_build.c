/* gol build: makes an executable. A package that is not main is only checked and compiled. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "driver.h"

static const char *out;
static bool explain;
static const CliFlag flags[] = {
    {.name = "o", .value = &out, .arg = "FILE", .help = "where the executable goes"},
    {.name = "m", .on = &explain, .help = "say what escapes to the heap, and why"},
    {0},
};

static const char *default_name(Inputs inputs) {
    const char *name = strrchr(inputs.files[0], '/');
    name = name != NULL ? name + 1 : inputs.files[0];
    return strndup(name, (size_t)(strrchr(name, '.') - name));
}

static int build(int argc, char **argv) {
    int n = cli_flags(&verb_build, argc, argv), used;
    Inputs inputs = driver_inputs("build", argc - n, argv + n, &used);
    if (n + used < argc) cli_usage("build: not a source file: %s", argv[n + used]);
    PipelineOptions options = {0};
    driver_env_flags(&options);
    options.explain |= explain;
    bool temporary;
    const char *exe = driver_executable(inputs, BUILD_FULL, &options, &temporary);
    if (exe == NULL) return 0; /* not a program */
    driver_install(exe, out != NULL ? out : default_name(inputs));
    if (temporary) remove(exe);
    return 0;
}

const Verb verb_build = {
    .name = "build",
    .usage = "[-o FILE] [-m] FILE.gol… | FOLDER",
    .summary = "build an executable",
    .text = "Builds the program made of the files, or of the files of the folder, with the C compiler's "
            "optimiser\n"
            "(-O2, or $CFLAGS). The executable is named after the first file unless -o says otherwise; it "
            "replaces\n"
            "an older one only when it is whole. $CC names the C compiler.",
    .flags = flags,
    .run = build,
};
