/* How long parsing, checking and translating packages takes, each from its source and once.
 *
 *     translate-speed ROOT LIST
 *
 * ROOT is the folder that the library lies in. LIST has a line a package, import path and files, in order of
 * dependency, so that each finds its imports loaded. Prints the packages that do not pass, with their errors;
 * then, in processor time, what each stage took. tests/bench/translate makes the list and puts Go's figures
 * beside these.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "diag.h"
#include "package.h"
#include "pipeline.h"
#include "type.h"
#include "unit.h"

static double parse_time, check_time, lower_time, emit_time;
static long lines, passed_lines;
static int packages, passed;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A later stage runs only where no error was reported: those of one package must not hold up the next. */
static void show_errors(const char *path, const char *stage) {
    printf("FAIL %s: not %s\n", path, stage);
    diag_flush(stdout);
    diag_reset();
    diag_set_style(DIAG_ONE_LINE);
    diag_set_limit(0);
}

static void translate(Package *p) {
    const PipelineOptions options = {0};
    char *text = NULL;
    size_t size;
    const double start = now();
    IrModule *m = pipeline_lower(p, &options);
    const double middle = now();
    lower_time += middle - start;
    if (m == NULL) {
        show_errors(p->path, "translated");
        return;
    }
    FILE *out = open_memstream(&text, &size);
    pipeline_emit(m, &options, out);
    fclose(out);
    free(text);
    emit_time += now() - middle;
}

/* files: separated by spaces; is cut up. */
static Package *load(const char *path, char *files) {
    Vec(const char *) names = {0};
    for (char *f = strtok(files, " \n"); f != NULL; f = strtok(NULL, " \n"))
        vec_push(type_arena(), &names, arena_strdup(type_arena(), f, strlen(f)));
    Unit *u = unit_of_files(names.v, names.n);
    unit_set_path(u, path);
    unit_replace(u);
    return package_load(u, true);
}

static void measure(const char *path, char *files) {
    const double start = now();
    Package *p = load(path, files);
    const double parsed = now();
    const bool good = p != NULL && check_package(p);
    check_time += now() - parsed;
    parse_time += parsed - start;
    packages++;
    long n = 0;
    for (int i = 0; p != NULL && i < p->files.n; i++) n += p->files.v[i]->source->line_count;
    lines += n;
    if (!good || diag_error_count() > 0) {
        show_errors(path, "checked");
        return;
    }
    passed++;
    passed_lines += n;
    fflush(stdout); /* what has been said so far, should a later stage abort */
    translate(p);
}

static void report(const char *stage, double seconds) {
    if (seconds > 0) printf("%-10s %8.3f s %10.0f lines/s\n", stage, seconds, (double)lines / seconds);
}

int main(int argc, char **argv) {
    FILE *list = argc == 3 ? fopen(argv[2], "r") : NULL;
    if (list == NULL) return 2;
    unit_add_root(argv[1]);
    diag_set_style(DIAG_ONE_LINE);
    diag_set_limit(0);
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, list) > 0) {
        char *files = strchr(line, ' ');
        if (files == NULL) continue;
        *files++ = 0;
        /* The library's own copies of other modules are imported without the folder that they lie in. */
        measure(strncmp(line, "vendor/", 7) == 0 ? line + 7 : line, files);
    }
    fclose(list);
    free(line);
    printf("%d of %d packages, %ld of %ld lines pass\n", passed, packages, passed_lines, lines);
    report("parse", parse_time);
    report("check", check_time);
    report("both", parse_time + check_time);
    report("lower", lower_time);
    report("emit", emit_time);
    report("all", parse_time + check_time + lower_time + emit_time);
    return passed == packages ? 0 : 1;
}
