/* cli.h: what the verbs of the command line share.
 *
 * Floor 7. A message of the tool itself is one line, "gol: …", on standard error. Exit status: 1 for errors
 * in the user's program or files, 2 for wrong use of the command line.
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stddef.h>

enum { EXIT_ERRORS = 1, EXIT_USAGE = 2 };

_Noreturn void cli_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* status 1 */
_Noreturn void cli_usage(const char *fmt, ...)
    __attribute__((format(printf, 1, 2))); /* status 2, names `gol help` */

/* A flag of a verb: "-o VALUE", "-o=VALUE" or "-x". Two dashes are as good as one. */
typedef struct CliFlag {
    const char *name;   /* without dashes */
    const char **value; /* NULL: a switch */
    bool *on;           /* of a switch */
    const char *arg;    /* what the value is, for help */
    const char *help;
} CliFlag;

typedef struct Verb {
    const char *name;
    const char *usage; /* what follows the name */
    const char *summary;
    const char *text;                  /* `gol help NAME` */
    const CliFlag *flags;              /* ends with a NULL name; may be NULL */
    int (*run)(int argc, char **argv); /* what follows the verb */
} Verb;

/* -tags LIST, of verbs that read packages: a line of their flags. */
extern const char *cli_tags;
#define CLI_TAGS                                                                                             \
    { .name = "tags", .value = &cli_tags, .arg = "LIST", .help = "build tags that hold, commas between them" }

extern const Verb verb_run, verb_build, verb_test, verb_check, verb_translate, verb_summarize, verb_dump,
    verb_version, verb_env, verb_clean, verb_help;
extern const Verb *const cli_verbs[]; /* ends with NULL */

/* Takes the verb's flags off the front of argv; returns how many words that were. An unknown one is a usage
 * error. */
int cli_flags(const Verb *verb, int argc, char **argv);

/* The candidate most like word, for "did you mean"; NULL when none is near. */
const char *cli_nearest(const char *word, const char *const *candidates, int n);

/* Ends the process with status, after standard output was written out for certain. */
_Noreturn void cli_exit(int status);

#endif
