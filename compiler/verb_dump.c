/* gol dump: what a stage of the compiler made of a package. */
#include <stdio.h>
#include <string.h>

#include "ast_dump.h"
#include "check_dump.h"
#include "cli.h"
#include "cst.h"
#include "diag.h"
#include "driver.h"

static const char *stage = "ir";
static const CliFlag flags[] = {
    {.name = "stage", .value = &stage, .arg = "STAGE", .help = "cst, ast, types, ir or c (ir)"},
    {0},
};

static void dump_syntax(const Unit *unit, bool cst) {
    for (int i = 0; i < unit->files.n; i++) {
        AstFile *file;
        if (cst)
            cst_dump(unit->files.v[i], stdout);
        else if (cst_parse_file(unit->files.v[i], &file))
            ast_dump_file(stdout, file);
    }
    if (diag_error_count() > 0) driver_give_up();
}

static int dump(int argc, char **argv) {
    static const char *const stages[] = {"cst", "ast", "types", "ir", "c"};
    int n = cli_flags(&verb_dump, argc, argv), used, which = 0;
    while (which < 5 && strcmp(stages[which], stage) != 0) which++;
    if (which == 5) cli_usage("dump: no stage %s; there are cst, ast, types, ir and c", stage);
    Unit *unit = driver_unit("dump", argc - n, argv + n, &used);
    if (n + used < argc) cli_usage("dump: not a source file: %s", argv[n + used]);
    if (which < 2) {
        dump_syntax(unit, which == 0);
        return 0;
    }
    PipelineOptions options = {0};
    driver_env_flags(&options);
    Package *pkg = pipeline_check(unit);
    if (pkg == NULL) driver_give_up();
    if (which == 2) {
        check_dump_package(stdout, pkg);
        return 0;
    }
    IrModule *m = pipeline_lower(pkg, &options);
    if (m == NULL) driver_give_up();
    if (which == 3)
        ir_dump(stdout, m);
    else
        pipeline_emit(m, &options, stdout);
    return 0;
}

const Verb verb_dump = {
    .name = "dump",
    .usage = "[-stage=cst|ast|types|ir|c] FILE.gol… | FOLDER",
    .summary = "show what a stage of the compiler made",
    .text = "Prints the concrete syntax tree, the syntax tree, what the checker found of each expression, "
            "the intermediate form, "
            "or the C.",
    .flags = flags,
    .run = dump,
};
