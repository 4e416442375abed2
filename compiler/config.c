/* Finds gol's own files and the C compiler. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>

#include "arena.h"
#include "cli.h"

static Arena *arena;

static bool exists(const char *path) { return access(path, F_OK) == 0; }

static const char *folder_of_gol(void) {
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n < 0) cli_fail("cannot find myself: /proc/self/exe: %s", strerror(errno));
    while (n > 1 && path[n - 1] != '/') n--;
    return arena_strdup(arena, path, (size_t)(n > 1 ? n - 1 : n));
}

static const char *find_root(void) {
    const char *given = getenv("GOLROOT");
    if (given != NULL && *given != 0) return given;
    const char *here = folder_of_gol(), *above = arena_printf(arena, "%s/..", here);
    return exists(arena_printf(arena, "%s/include/gol/gol.h", here)) ? here : above;
}

static const char *find_cache(void) {
    const char *given = getenv("GOLCACHE"), *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (given != NULL && *given != 0) return strcmp(given, "off") == 0 ? NULL : given;
    if (xdg != NULL && *xdg == '/') return arena_printf(arena, "%s/gol", xdg);
    if (home != NULL && *home == '/') return arena_printf(arena, "%s/.cache/gol", home);
    return NULL;
}

static bool on_path(const char *name) {
    const char *path = getenv("PATH");
    for (const char *p = path != NULL ? path : "/usr/bin:/bin"; *p != 0;) {
        size_t n = strcspn(p, ":");
        if (access(arena_printf(arena, "%.*s/%s", (int)n, p, name), X_OK) == 0) return true;
        p += n + (p[n] == ':');
    }
    return false;
}

static const char *find_cc(void) {
    const char *given = getenv("CC");
    if (given != NULL && *given != 0) return given;
    static const char *const known[] = {"gcc", "clang", "cc"};
    for (int i = 0; i < 3; i++)
        if (on_path(known[i])) return known[i];
    return known[0];
}

const Config *config(void) {
    static Config c;
    if (c.root != NULL) return &c;
    arena = arena_new();
    c.root = find_root();
    c.include = arena_printf(arena, "%s/include", c.root);
    c.lib = arena_printf(arena, "%s/lib", c.root);
    if (!exists(arena_printf(arena, "%s/libgolrt.a", c.lib)))
        c.lib = arena_printf(arena, "%s/" GOL_LIBDIR, c.root);
    c.std = arena_printf(arena, "%s/share/gol/std", c.root);
    if (!exists(c.std))
        cli_fail("the standard library is not at %s: set GOLROOT to where gol is installed", c.std);
    c.escapes = arena_printf(arena, "%s/share/gol/std.escapes", c.root);
    c.cache = find_cache();
    c.cc = find_cc();
    c.cflags = getenv("CFLAGS");
    return &c;
}

uint64_t config_build_id(void) {
    static uint64_t id;
    if (id != 0) return id;
    const Config *c = config();
    const char *files[] = {"/proc/self/exe", arena_printf(arena, "%s/libgolrt.a", c->lib),
                           arena_printf(arena, "%s/libgolstd.a", c->lib),
                           arena_printf(arena, "%s/gol/gol.h", c->include), c->escapes};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct stat st;
        if (stat(files[i], &st) != 0) memset(&st, 0, sizeof st);
        int64_t facts[] = {st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec, (int64_t)st.st_ino};
        id = XXH3_64bits_withSeed(facts, sizeof facts, id);
    }
    return id = id | 1;
}
