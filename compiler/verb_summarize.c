/* gol summarize: what functions of the standard library do with their arguments, for gol's own build.
 *
 * Each package is analysed in a process of its own, behind those that it imports, whose summaries it starts
 * with.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "config.h"
#include "diag.h"
#include "driver.h"
#include "output.h"
#include "summary.h"

static const char *out = "-";
static const CliFlag flags[] = {
    {.name = "o", .value = &out, .arg = "FILE", .help = "where the summaries go; - is standard output"},
    {0},
};

typedef struct Item {
    const char *path;
    Unit *unit;
    bool done;
} Item;

static Item *items;
static int count;

/* In the child. */
static int analyse(Unit *unit, int fd) {
    FILE *to = fdopen(fd, "w");
    Package *pkg = pipeline_check(unit);
    const PipelineOptions options = {.library = true, .summaries = to};
    if (pkg == NULL || pipeline_lower(pkg, &options) == NULL) {
        diag_flush(stderr);
        return EXIT_ERRORS;
    }
    return fclose(to) == 0 ? 0 : EXIT_ERRORS;
}

/* The text that a child makes of a package; NULL: there are errors in it. */
static char *summarize(Unit *unit) {
    const int fd = memfd_create("gol-summary", MFD_CLOEXEC);
    if (fd < 0) cli_fail("cannot make a memory file: %s", strerror(errno));
    fflush(NULL);
    const pid_t child = fork();
    if (child < 0) cli_fail("cannot start a process: %s", strerror(errno));
    if (child == 0) _exit(analyse(unit, fd));
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (status != 0) return NULL;
    const off_t size = lseek(fd, 0, SEEK_END);
    char *text = calloc(1, (size_t)size + 1);
    for (off_t at = 0; at < size;) {
        const ssize_t n = pread(fd, text + at, (size_t)(size - at), at);
        if (n <= 0) cli_fail("cannot read a memory file: %s", strerror(errno));
        at += n;
    }
    close(fd);
    return text;
}

static Item *find(const char *path) {
    for (int i = 0; i < count; i++)
        if (strcmp(items[i].path, path) == 0) return &items[i];
    return NULL;
}

static void visit(Item *item, FILE *to) {
    if (item == NULL || item->done) return;
    item->done = true;
    for (int i = 0; i < item->unit->imports.n; i++) visit(find(item->unit->imports.v[i].path), to);
    char *text = summarize(item->unit);
    if (text == NULL) cli_fail("cannot summarize %s", item->path);
    fputs(text, to);
    if (!summary_add(text)) cli_fail("internal error: the summary of %s is none", item->path);
    free(text);
}

static int run(int argc, char **argv) {
    const int n = cli_flags(&verb_summarize, argc, argv);
    driver_set_up();
    items = calloc((size_t)(argc - n + 1), sizeof *items);
    Arena *a = arena_new();
    for (int i = n; i < argc; i++) {
        const char *dir = arena_printf(a, "%s/%s", config()->std, argv[i]);
        items[count++] = (Item){.path = argv[i], .unit = unit_of_dir(dir, UNIT_PLAIN, false)};
        if (items[count - 1].unit == NULL) driver_give_up();
        unit_set_path(items[count - 1].unit, argv[i]);
    }
    Output *o = output_open(out);
    if (o == NULL) cli_fail("%s: %s", out, strerror(errno));
    for (int i = 0; i < count; i++) visit(&items[i], output_file(o));
    if (!output_commit(o)) cli_fail("%s: %s", out, strerror(errno));
    return 0;
}

const Verb verb_summarize = {
    .name = "summarize",
    .usage = "[-o FILE] PACKAGE…",
    .summary = "tell what library functions keep (for gol's own build)",
    .text =
        "Writes, for each function of packages of the standard library, which arguments it keeps. gol's own\n"
        "build makes share/gol/std.escapes with it, which lets programs hand pointers to variables on the\n"
        "stack to the library.",
    .flags = flags,
    .run = run,
};
