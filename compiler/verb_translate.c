/* gol translate: a package as C. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "diag.h"
#include "driver.h"
#include "output.h"

static const char *out = "-", *path;
static bool no_lines;
static const CliFlag flags[] = {
    {.name = "o",
     .value = &out,
     .arg = "FILE.c",
     .help = "where the C goes; - is standard output, as without -o"},
    {.name = "no-line", .on = &no_lines, .help = "without #line"},
    {.name = "p", .value = &path, .arg = "PATH", .help = "the package's import path"},
    {0},
};

static int translate(int argc, char **argv) {
    int n = cli_flags(&verb_translate, argc, argv), used;
    /* The output may be named behind the files, too. */
    Unit *unit = driver_unit("translate", argc - n, argv + n, &used);
    n += used;
    n += cli_flags(&verb_translate, argc - n, argv + n);
    if (n < argc) cli_usage("translate: not a source file: %s", argv[n]);
    PipelineOptions options = {.no_lines = no_lines};
    driver_env_flags(&options);
    Output *o = output_open(out);
    if (o == NULL) cli_fail("%s: %s", out, strerror(errno));
    if (path != NULL) unit_set_path(unit, path);
    Package *pkg = diag_error_count() == 0 ? pipeline_check(unit) : NULL;
    IrModule *m = pkg != NULL ? pipeline_lower(pkg, &options) : NULL;
    if (m == NULL) {
        output_drop(o);
        driver_give_up();
    }
    pipeline_emit(m, &options, output_file(o));
    if (!output_commit(o))
        cli_fail("%s: %s", strcmp(out, "-") == 0 ? "standard output" : out, strerror(errno));
    return 0;
}

const Verb verb_translate = {
    .name = "translate",
    .usage = "[-o FILE.c] [-no-line] FILE.gol… | FOLDER",
    .summary = "translate a package to C",
    .text = "Writes the C of the package made of the files. It compiles with a plain C compiler:\n"
            "    gcc -O2 x.c $(pkg-config --cflags --libs gol)",
    .flags = flags,
    .run = translate,
};
