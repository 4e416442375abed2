/* gol help. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

typedef struct Topic {
    const char *name, *summary, *text;
} Topic;

static const Topic topics[] = {
    {"environment", "variables that gol and its programs look at",
     "gol:\n"
     "  CC, CFLAGS        the C compiler and its flags\n"
     "  GOLCACHE          folder of the cache (off: none); else $XDG_CACHE_HOME/gol or ~/.cache/gol\n"
     "  GOLFLAGS          -escape=off (everything on the heap), -m\n"
     "  GOLROOT           where gol is installed\n"
     "programs:\n"
     "  GOMAXPROCS        how many goroutines run at a time\n"
     "  GOGC              growth of the heap between collections in percent (100), or off\n"
     "  GOTRACEBACK       none, single (the default), all, system, crash\n"
     "  GOLDEBUG          switches for tests, NAME=VALUE with commas between: stackmove=1 or 2 (move stacks "
     "at\n"
     "                    each check; 2: and unmap the old), gcstress=1 (collect at each allocation), "
     "schedseed=N"},
    {"language", "what gol takes",
     "A .gol file is a Go file of language version go1.27: renamed to .go it compiles under Go and prints "
     "the same.\n"
     "What is not supported yet is an error that says so, at its place."},
    {NULL, NULL, NULL},
};

static void overview(void) {
    printf("gol translates Go to C and runs it: goroutines and channels for everyone whose world is C.\n\n");
    printf("usage: gol COMMAND [ARGUMENT…]\n\n");
    for (int i = 0; cli_verbs[i] != NULL; i++)
        printf("  %-12s %s\n", cli_verbs[i]->name, cli_verbs[i]->summary);
    printf("\n`gol help COMMAND` says more; so does `gol help` of\n");
    for (const Topic *t = topics; t->name != NULL; t++) printf("  %-12s %s\n", t->name, t->summary);
}

static void about(const Verb *v) {
    printf("usage: gol %s%s%s\n\n%s\n", v->name, v->usage[0] ? " " : "", v->usage, v->text);
    if (v->flags == NULL) return;
    printf("\n");
    for (const CliFlag *f = v->flags; f->name != NULL; f++) {
        char left[64];
        snprintf(left, sizeof left, "-%s%s%s", f->name, f->arg ? " " : "", f->arg ? f->arg : "");
        printf("  %-18s %s\n", left, f->help);
    }
}

static int help(int argc, char **argv) {
    if (argc == 0) {
        overview();
        return 0;
    }
    for (int i = 0; cli_verbs[i] != NULL; i++)
        if (strcmp(cli_verbs[i]->name, argv[0]) == 0) {
            about(cli_verbs[i]);
            return 0;
        }
    for (const Topic *t = topics; t->name != NULL; t++)
        if (strcmp(t->name, argv[0]) == 0) {
            printf("%s\n", t->text);
            return 0;
        }
    if (argv[0][0] == '-') {
        overview();
        return 0;
    }
    cli_usage("no help on %s; see `gol help`", argv[0]);
}

const Verb verb_help = {
    .name = "help",
    .usage = "[COMMAND | TOPIC]",
    .summary = "say how to use gol",
    .text = "Prints what the commands and topics are, or one of them.",
    .run = help,
};
