/* gol version. */
#include <stdio.h>

#include "cli.h"
#include "config.h"

static int version(int argc, char **argv) {
    if (cli_flags(&verb_version, argc, argv) < argc) cli_usage("version: takes no arguments");
    printf("gol version %s %s linux/amd64\n", GOL_VERSION, GOL_GO_VERSION);
    return 0;
}

const Verb verb_version = {
    .name = "version",
    .usage = "",
    .summary = "print the version",
    .text = "Prints gol's version and the version of the language that it takes.",
    .run = version,
};
