// Parses every .go and .gol file below the given directories, testdata aside, and says how many are rejected
// and how fast it went. Exits 1 if one was.
//
//     parse-all ~/.cache/gol-peers/go/src/
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cst.h"
#include "diag.h"
#include "syntax.h"

static long files, lines, bytes, unsound, rejected;
static double check_time, parse_time;

// Processor time: the machine may be busy.
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void parse(const char *path) {
    SourceFile *source = source_open(path);
    if (!source) {
        perror(path);
        return;
    }
    files++;
    lines += source->line_count;
    bytes += source->size;
    double start = now();
    char *rest;
    unsound += !syntax_check(source, NULL, &rest);
    free(rest);
    double middle = now();
    AstFile *file;
    if (!cst_parse_file(source, &file)) {
        rejected++;
        puts(path);
    }
    check_time += middle - start;
    parse_time += now() - middle;
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *place) {
    (void)st;
    const char *name = path + place->base, *dot = strrchr(name, '.');
    if (type == FTW_D && strcmp(name, "testdata") == 0) return FTW_SKIP_SUBTREE;
    if (type == FTW_F && dot && (strcmp(dot, ".go") == 0 || strcmp(dot, ".gol") == 0)) parse(path);
    return FTW_CONTINUE;
}

int main(int argc, char **argv) {
    diag_set_style(DIAG_ONE_LINE);
    for (int i = 1; i < argc; i++) nftw(argv[i], visit, 32, FTW_ACTIONRETVAL);
    diag_flush(stdout);
    double mb = (double)bytes / 1e6;
    printf("%ld files, %ld lines, %.1f MB: %ld rejected by the syntax check, %ld in all\n", files, lines, mb,
           unsound, rejected);
    if (files)
        printf("syntax check %.0f MB/s; source to AST %.1f MB/s, %.0f lines/s\n", mb / check_time,
               mb / parse_time, (double)lines / parse_time);
    return rejected != 0 || files == 0;
}
