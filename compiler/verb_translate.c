/* gol translate: a package as C. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "diag.h"
#include "driver.h"
#include "jobs.h"
#include "mangle.h"
#include "output.h"

static const char *out = "-", *path;
static bool no_lines;
static const CliFlag flags[] = {
    {.name = "o",
     .value = &out,
     .arg = "FILE.c",
     .help = "where the C goes; - is standard output, as without -o; FOLDER/ for a file a package"},
    {.name = "no-line", .on = &no_lines, .help = "without #line"},
    {.name = "p", .value = &path, .arg = "PATH", .help = "the package's import path"},
    CLI_TAGS,
    {0},
};

static PipelineOptions options;

static void write_unit(Unit *unit, const char *file) {
    Output *o = output_open(file);
    if (o == NULL) cli_fail("%s: %s", file, strerror(errno));
    Package *pkg = diag_error_count() == 0 ? pipeline_check(unit) : NULL;
    IrModule *m = pkg != NULL ? pipeline_lower(pkg, &options) : NULL;
    if (m == NULL) {
        output_drop(o);
        driver_give_up();
    }
    pipeline_emit(m, &options, output_file(o));
    if (!output_commit(o))
        cli_fail("%s: %s", strcmp(file, "-") == 0 ? "standard output" : file, strerror(errno));
}

/* ---- a program in a folder --------------------------------------------------------------------------- */

static bool failed;

/* In a process of its own: what is compiled here is an outline to the others. */
static int write_apart(void *arg) {
    Unit *unit = arg;
    Arena *a = arena_new();
    write_unit(unit, arena_printf(a, "%s%s.c", out, mangle_path(a, unit->path)));
    return 0;
}

static void show(Job *job) {
    fputs(job->errors, stderr);
    failed |= job->status != 0;
}

static int write_all(Unit *unit) {
    const UnitList units = units_sorted(unit);
    if (diag_error_count() > 0) driver_give_up();
    if (!output_make_folders(out)) cli_fail("%s: %s", out, strerror(errno));
    Job *jobs = calloc((size_t)units.n, sizeof *jobs);
    for (int i = 0; i < units.n; i++) {
        jobs[i] = (Job){.child = write_apart, .done = show, .arg = units.v[i]};
        jobs_add(&jobs[i], false);
    }
    jobs_run();
    free(jobs);
    return failed ? EXIT_ERRORS : 0;
}

static int translate(int argc, char **argv) {
    int n = cli_flags(&verb_translate, argc, argv), used;
    /* The output may be named behind the files, too. */
    Unit *unit = driver_unit("translate", argc - n, argv + n, &used);
    n += used;
    n += cli_flags(&verb_translate, argc - n, argv + n);
    if (n < argc) cli_usage("translate: not a source file: %s", argv[n]);
    options.no_lines = no_lines;
    driver_env_flags(&options);
    if (path != NULL) unit_set_path(unit, path);
    if (out[strlen(out) - 1] == '/') return write_all(unit);
    write_unit(unit, out);
    return 0;
}

const Verb verb_translate = {
    .name = "translate",
    .usage = "[-o FILE.c | -o FOLDER/] [-no-line] FILE.gol… | FOLDER",
    .summary = "translate a package to C",
    .text = "Writes the C of the package made of the files. It compiles with a plain C compiler:\n"
            "    gcc -O2 x.c $(pkg-config --cflags --libs gol)\n"
            "With -o FOLDER/ the packages of the module that it imports are written, too, each to a file:\n"
            "    gcc -O2 FOLDER/*.c $(pkg-config --cflags --libs gol)",
    .flags = flags,
    .run = translate,
};
