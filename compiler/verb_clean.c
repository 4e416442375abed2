/* gol clean: empties the cache. */
#include <stdio.h>

#include "cache.h"
#include "cli.h"
#include "config.h"

static bool whole_cache;
static const CliFlag flags[] = {
    {.name = "cache", .on = &whole_cache, .help = "remove all that was built"},
    {0},
};

static int clean(int argc, char **argv) {
    const int n = cli_flags(&verb_clean, argc, argv);
    if (n < argc) cli_usage("clean: takes no arguments");
    if (!whole_cache) cli_usage("clean: what is to be removed? -cache: all that was built");
    const char *folder = config()->cache;
    if (folder == NULL) return 0;
    static const char *const kinds[] = {"exe", "unit", "obj", "trimmed"};
    for (int i = 0; i < 4; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, kinds[i]);
        cache_remove(path);
    }
    return 0;
}

const Verb verb_clean = {
    .name = "clean",
    .usage = "-cache",
    .summary = "remove what was built",
    .text = "Empties the cache ($GOLCACHE, see `gol env`). What has not been used for five days is removed "
            "without "
            "being\n"
            "asked, and so is what was used least recently when the cache takes more than 8 GiB.",
    .flags = flags,
    .run = clean,
};
