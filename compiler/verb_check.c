/* gol check: reports the errors of a package. */
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "diag.h"
#include "driver.h"

static bool one_line, json, all;
static const CliFlag flags[] = {
    {.name = "one-line", .on = &one_line, .help = "each error on one line, for editors"},
    {.name = "json", .on = &json, .help = "each error as a JSON object on a line"},
    {.name = "all",
     .on = &all,
     .help = "all errors, not only the first ten; the default where stderr is no terminal"},
    {0},
};

static int check(int argc, char **argv) {
    int n = cli_flags(&verb_check, argc, argv), used;
    Inputs inputs = driver_inputs("check", argc - n, argv + n, &used);
    if (n + used < argc) cli_usage("check: not a source file: %s", argv[n + used]);
    if (one_line || json) diag_set_style(json ? DIAG_JSON : DIAG_ONE_LINE);
    if (all || !isatty(STDERR_FILENO)) diag_set_limit(0);
    driver_set_up();
    if (pipeline_check("main", inputs.files, inputs.n) == NULL) driver_give_up();
    return 0;
}

const Verb verb_check = {
    .name = "check",
    .usage = "[-one-line | -json] [-all] FILE.gol… | FOLDER",
    .summary = "report the errors of a package",
    .text =
        "Parses and checks the package made of the files, or of the files of the folder, and makes nothing.",
    .flags = flags,
    .run = check,
};
