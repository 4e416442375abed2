/* gol env: what gol works with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "config.h"

static int env(int argc, char **argv) {
    int n = cli_flags(&verb_env, argc, argv);
    const Config *c = config();
    const char *flags = getenv("GOLFLAGS");
    const struct {
        const char *name, *value;
    } all[] = {
        {"CC", c->cc},        {"CFLAGS", c->cflags},      {"GOLCACHE", c->cache ? c->cache : "off"},
        {"GOLFLAGS", flags},  {"GOLINCLUDE", c->include}, {"GOLLIB", c->lib},
        {"GOLROOT", c->root}, {"GOLSTD", c->std},         {"GOLVERSION", GOL_VERSION},
        {"GOARCH", "amd64"},  {"GOOS", "linux"},          {"GOVERSION", GOL_GO_VERSION},
    };
    enum { COUNT = sizeof all / sizeof all[0] };
    for (int i = 0; n == argc && i < COUNT; i++)
        printf("%s='%s'\n", all[i].name, all[i].value ? all[i].value : "");
    for (; n < argc; n++) {
        int i = 0;
        while (i < COUNT && strcmp(all[i].name, argv[n]) != 0) i++;
        if (i == COUNT) cli_usage("env: no variable %s", argv[n]);
        printf("%s\n", all[i].value ? all[i].value : "");
    }
    return 0;
}

const Verb verb_env = {
    .name = "env",
    .usage = "[NAME…]",
    .summary = "print what gol works with",
    .text = "Prints the folders, compilers and flags in use as NAME='VALUE', or the values of the variables "
            "named.",
    .run = env,
};
