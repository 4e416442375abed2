/* Messages, flags and the end of the process for all verbs. */
#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(const char *fmt, va_list args) {
    fputs("gol: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
}

void cli_fail(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    say(fmt, args);
    va_end(args);
    exit(EXIT_ERRORS);
}

void cli_usage(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    say(fmt, args);
    va_end(args);
    exit(EXIT_USAGE);
}

void cli_exit(int status) {
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (errno != EPIPE) fprintf(stderr, "gol: standard output: %s\n", strerror(errno));
        if (status == 0) status = EXIT_ERRORS;
    }
    exit(status);
}

const char *cli_tags;

static int edit_distance(const char *a, const char *b) {
    enum { MOST = 32 };
    int n = (int)strlen(a), m = (int)strlen(b), row[MOST + 1];
    if (n > MOST || m > MOST) return MOST;
    for (int j = 0; j <= m; j++) row[j] = j;
    for (int i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[m];
}

const char *cli_nearest(const char *word, const char *const *candidates, int n) {
    const char *best = NULL;
    int least = (int)strlen(word) / 3 + 2;
    for (int i = 0; i < n; i++) {
        int d = edit_distance(word, candidates[i]);
        if (d < least) {
            least = d;
            best = candidates[i];
        }
    }
    return best;
}

_Noreturn static void unknown_flag(const Verb *verb, const char *word) {
    const char *names[32];
    int n = 0;
    for (const CliFlag *f = verb->flags; f != NULL && f->name != NULL && n < 32; f++) names[n++] = f->name;
    const char *near = cli_nearest(word + strspn(word, "-"), names, n);
    if (near != NULL) cli_usage("%s: unknown flag %s; did you mean -%s?", verb->name, word, near);
    cli_usage("%s: unknown flag %s; see `gol help %s`", verb->name, word, verb->name);
}

int cli_flags(const Verb *verb, int argc, char **argv) {
    int i = 0;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != 0; i++) {
        if (strcmp(argv[i], "--") == 0) return i + 1;
        const char *name = argv[i] + (argv[i][1] == '-' ? 2 : 1), *equal = strchr(name, '=');
        size_t length = equal != NULL ? (size_t)(equal - name) : strlen(name);
        const CliFlag *f = verb->flags;
        while (f != NULL && f->name != NULL && (strncmp(f->name, name, length) != 0 || f->name[length] != 0))
            f++;
        if (f == NULL || f->name == NULL) unknown_flag(verb, argv[i]);
        if (f->value == NULL) {
            if (equal != NULL) cli_usage("%s: flag -%s takes no value", verb->name, f->name);
            *f->on = true;
        } else if (equal != NULL) {
            *f->value = equal + 1;
        } else if (i + 1 < argc) {
            *f->value = argv[++i];
        } else {
            cli_usage("%s: flag -%s needs a value: %s", verb->name, f->name, f->arg);
        }
    }
    return i;
}
