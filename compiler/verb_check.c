/* gol check: reports the errors of a package. */
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "build.h"
#include "diag.h"
#include "driver.h"

static bool one_line, json, all;
static const CliFlag flags[] = {
    {.name = "one-line", .on = &one_line, .help = "each error on one line, for editors"},
    {.name = "json", .on = &json, .help = "each error as a JSON object on a line"},
    {.name = "all",
     .on = &all,
     .help = "all errors, not only the first ten; the default where stderr is no terminal"},
    CLI_TAGS,
    {0},
};

static int check(int argc, char **argv) {
    int n = cli_flags(&verb_check, argc, argv);
    if (one_line || json) diag_set_style(json ? DIAG_JSON : DIAG_ONE_LINE);
    if (all || !isatty(STDERR_FILENO)) diag_set_limit(0);
    const UnitList units = driver_units("check", argc - n, argv + n);
    return build_check(&units) ? 0 : EXIT_ERRORS;
}

const Verb verb_check = {
    .name = "check",
    .usage = "[-one-line | -json] [-all] FILE.gol… | FOLDER…",
    .summary = "report the errors of packages",
    .text =
        "Parses and checks the package made of the files, or the packages of the folders (FOLDER/...: and of "
        "those below),\nand those of the module that they import, and makes nothing.",
    .flags = flags,
    .run = check,
};
