/* gol: the command line. Finds the verb and runs it; each verb has a file of its own. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

const Verb *const cli_verbs[] = {&verb_run,       &verb_build,     &verb_test, &verb_check,
                                 &verb_translate, &verb_summarize, &verb_dump, &verb_env,
                                 &verb_clean,     &verb_version,   &verb_help, NULL};

static const Verb *find_verb(const char *name) {
    for (int i = 0; cli_verbs[i] != NULL; i++)
        if (strcmp(cli_verbs[i]->name, name) == 0) return cli_verbs[i];
    if (strcmp(name, "--version") == 0 || strcmp(name, "-version") == 0) return &verb_version;
    if (strcmp(name, "--help") == 0 || strcmp(name, "-help") == 0 || strcmp(name, "-h") == 0)
        return &verb_help;
    return NULL;
}

static _Noreturn void unknown_verb(const char *word) {
    const char *names[16];
    int n = 0;
    for (; cli_verbs[n] != NULL; n++) names[n] = cli_verbs[n]->name;
    const char *near = cli_nearest(word, names, n);
    size_t length = strlen(word);
    if (length > 4 && (strcmp(word + length - 4, ".gol") == 0 || strcmp(word + length - 3, ".go") == 0))
        cli_usage("unknown command %s; did you mean `gol run %s`?", word, word);
    if (near != NULL) cli_usage("unknown command %s; did you mean `gol %s`?", word, near);
    cli_usage("unknown command %s; see `gol help`", word);
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the write, reported by cli_exit */
    if (argc < 2) {
        verb_help.run(0, NULL);
        cli_exit(EXIT_USAGE);
    }
    const Verb *verb = find_verb(argv[1]);
    if (verb == NULL) unknown_verb(argv[1]);
    if (verb != &verb_help)
        for (int i = 2; i < argc && argv[i][0] == '-'; i++)
            if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-help") == 0)
                cli_exit(verb_help.run(1, argv + 1));
    cli_exit(verb->run(argc - 2, argv + 2));
}
