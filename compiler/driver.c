/* Finds the units that are asked for, asks the cache for the program, builds what it has not.
 *
 * A program's key is that of all it is made from: the bytes of its sources, the compiler and its libraries
 * (config_build_id), the C compiler and its flags. A hit costs reading the sources and no more.
 */
#include "driver.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "cli.h"
#include "config.h"
#include "constraint.h"
#include "diag.h"
#include "output.h"

static Arena *arena(void) {
    static Arena *a;
    if (a == NULL) a = arena_new();
    return a;
}

/* ---- input ------------------------------------------------------------------------------------------- */

static bool ends_with(const char *s, const char *end) {
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

static bool is_source(const char *name) { return ends_with(name, ".gol") || ends_with(name, ".go"); }

static bool is_folder(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void must_be_readable(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0) cli_fail("%s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode)) cli_fail("%s: is a folder", path);
    if (access(path, R_OK) != 0) cli_fail("%s: %s", path, strerror(errno));
}

static Unit *unit_of_folder(const char *path) {
    if (access(path, R_OK | X_OK) != 0) cli_fail("%s: %s", path, strerror(errno));
    Unit *u = unit_of_dir(path, UNIT_PLAIN, true);
    if (u == NULL && diag_error_count() > 0) driver_give_up();
    if (u == NULL) cli_fail("%s: no .gol files in this folder", path);
    return u;
}

Unit *driver_unit(const char *verb, int argc, char **argv, int *used) {
    if (argc == 0) cli_usage("%s: no files given; see `gol help %s`", verb, verb);
    driver_set_up();
    if (!is_source(argv[0]) && is_folder(argv[0])) {
        *used = 1;
        return unit_of_folder(argv[0]);
    }
    Words files = {0};
    for (int i = 0; i < argc && is_source(argv[i]); i++) {
        must_be_readable(argv[i]);
        vec_push(arena(), &files, argv[i]);
    }
    if (files.n == 0) {
        struct stat st;
        if (stat(argv[0], &st) != 0) cli_fail("%s: %s", argv[0], strerror(errno));
        cli_fail("%s: not a source file: its name ends neither in .gol nor in .go", argv[0]);
    }
    *used = files.n;
    return unit_of_files(files.v, files.n);
}

/* ---- patterns ---------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_walked(const char *name) {
    return *name != '.' && *name != '_' && strcmp(name, "testdata") != 0 && strcmp(name, "vendor") != 0;
}

static bool begins_module(const char *dir) {
    return access(arena_printf(arena(), "%s/go.mod", dir), F_OK) == 0 ||
           access(arena_printf(arena(), "%s/gol.mod", dir), F_OK) == 0;
}

/* The folders that are looked through in dir and below it, in order of path. */
static void walk(const char *dir, PathList *out) {
    vec_push(arena(), out, dir);
    Words names = {0};
    DIR *d = opendir(dir);
    if (d == NULL) cli_fail("%s: %s", dir, strerror(errno));
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (is_walked(e->d_name))
            vec_push(arena(), &names, arena_strdup(arena(), e->d_name, strlen(e->d_name)));
    closedir(d);
    if (names.n > 0) qsort(names.v, (size_t)names.n, sizeof *names.v, compare_names);
    for (int i = 0; i < names.n; i++) {
        const char *below = arena_printf(arena(), "%s/%s", dir, names.v[i]);
        struct stat st;
        if (lstat(below, &st) == 0 && S_ISDIR(st.st_mode) && !begins_module(below)) walk(below, out);
    }
}

/* The folder at which a pattern DIR/... begins; NULL: it is none. */
static const char *pattern_folder(const char *arg) {
    const size_t n = strlen(arg);
    if (n < 3 || strcmp(arg + n - 3, "...") != 0 || (n > 3 && arg[n - 4] != '/')) return NULL;
    const char *dir = n == 3 ? "." : arena_strdup(arena(), arg, n > 4 ? n - 4 : 1);
    if (!is_folder(dir)) cli_fail("%s: no such folder", dir);
    return dir;
}

static bool has_sources(const char *dir) {
    DIR *d = opendir(dir);
    bool any = false;
    for (struct dirent *e; d != NULL && !any && (e = readdir(d)) != NULL;)
        any = is_source(e->d_name) && *e->d_name != '.' && *e->d_name != '_';
    if (d != NULL) closedir(d);
    return any;
}

PathList driver_folders(int argc, char **argv) {
    PathList folders = {0};
    driver_set_up();
    if (argc == 0) vec_push(arena(), &folders, ".");
    for (int i = 0; i < argc; i++) {
        const char *below = pattern_folder(argv[i]);
        if (below == NULL) {
            if (!is_folder(argv[i])) cli_fail("%s: no such folder", argv[i]);
            vec_push(arena(), &folders, argv[i]);
            continue;
        }
        PathList all = {0};
        const int before = folders.n;
        walk(below, &all);
        for (int j = 0; j < all.n; j++)
            if (has_sources(all.v[j])) vec_push(arena(), &folders, all.v[j]);
        if (folders.n == before) cli_fail("%s matches no packages", argv[i]);
    }
    return folders;
}

UnitList driver_units(const char *verb, int argc, char **argv) {
    UnitList units = {0};
    int used = 0;
    if (argc == 0 || is_source(argv[0])) {
        vec_push(arena(), &units, driver_unit(verb, argc, argv, &used));
        if (used < argc) cli_usage("%s: not a source file: %s", verb, argv[used]);
        return units;
    }
    driver_set_up();
    for (int i = 0; i < argc; i++) {
        const int before = units.n;
        const char *below = pattern_folder(argv[i]);
        if (below != NULL) {
            PathList all = {0};
            walk(below, &all);
            for (int j = 0; j < all.n; j++) {
                Unit *u = unit_of_dir(all.v[j], UNIT_PLAIN, true);
                if (u != NULL) vec_push(arena(), &units, u);
            }
            if (units.n == before && diag_error_count() == 0) cli_fail("%s matches no packages", argv[i]);
        } else if (is_folder(argv[i])) {
            vec_push(arena(), &units, unit_of_folder(argv[i]));
        } else {
            vec_push(arena(), &units, driver_unit(verb, argc - i, argv + i, &used));
            if (i + used < argc) cli_usage("%s: not a source file: %s", verb, argv[i + used]);
            break;
        }
    }
    return units;
}

static bool is_version(const char *s) {
    return s[0] == 'v' && s[1] != 0 && s[1 + strspn(s + 1, "0123456789")] == 0;
}

/* The last element of an import path that is no version. */
static const char *last_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) return path;
    return is_version(slash + 1) ? last_of(arena_strdup(arena(), path, (size_t)(slash - path))) : slash + 1;
}

const char *driver_name(const Unit *u) {
    if (strcmp(u->import_path, "command-line-arguments") != 0) {
        return last_of(u->import_path);
    }
    const char *file = u->files.v[0]->path, *slash = strrchr(file, '/');
    if (slash != NULL) file = slash + 1;
    return arena_strdup(arena(), file, (size_t)(strrchr(file, '.') - file));
}

void driver_set_up(void) {
    static bool done;
    if (!done) unit_add_root(config()->std);
    if (!done && cli_tags != NULL) constraint_set_tags(cli_tags);
    done = true;
}

void driver_env_flags(PipelineOptions *options) {
    const char *flags = getenv("GOLFLAGS");
    if (flags == NULL) return;
    Words words = {0};
    words_add_split(arena(), &words, flags);
    for (int i = 0; i < words.n; i++) {
        if (strcmp(words.v[i], "-escape=off") == 0)
            options->all_heap = true;
        else if (strcmp(words.v[i], "-prove=off") == 0)
            options->all_checks = true;
        else if (strcmp(words.v[i], "-m") == 0)
            options->explain = true;
        else
            cli_usage("GOLFLAGS: unknown flag %s; known are -escape=off, -prove=off and -m", words.v[i]);
    }
}

void driver_give_up(void) {
    diag_flush(stderr);
    cli_exit(EXIT_ERRORS);
}

/* ---- the program ------------------------------------------------------------------------------------- */

/* A program of more lines than this is a large one: its author waits for the C compiler more than for it. */
enum { LARGE = 4000 };

static int count_lines(const UnitList *units) {
    int lines = 0;
    for (int i = 0; i < units->n; i++)
        for (int j = 0; j < units->v[i]->files.n; j++) lines += units->v[i]->files.v[j]->line_count;
    return lines;
}

const char *driver_executable(Unit *unit, BuildOptions *options, const char **temporary) {
    const UnitList units = units_sorted(unit);
    if (options->mode == BUILD_QUICK && count_lines(&units) > LARGE) options->mode = BUILD_HASTY;
    if (diag_error_count() > 0) driver_give_up();
    bool gone;
    const char *folder = cache_folder(&gone), *key = build_key(&units, options, arena());
    *temporary = gone ? folder : NULL;
    const char *exe = NULL;
    if (strcmp(unit->name, "main") == 0) {
        const char *own = cache_place(arena(), folder, "exe", key, "");
        if (own == NULL || !output_make_folders(own)) cli_fail("%s: %s", folder, strerror(errno));
        cache_use(own); // before somebody trims the cache
        exe = arena_printf(arena(), "%s/%s", own, driver_name(unit));
        if (!options->pipeline.explain && cache_use(exe)) return exe;
    }
    Words objects = {0};
    if (!build_objects(&units, options, folder, &objects)) {
        if (gone) cache_remove(folder);
        cli_exit(EXIT_ERRORS);
    }
    if (exe != NULL) build_link(&objects, exe, options);
    if (!gone) cache_trim(folder);
    return exe;
}

void driver_install(const char *executable, const char *out) {
    Output *o = output_open(out);
    if (o == NULL) cli_fail("%s: %s", out, strerror(errno));
    int fd = open(executable, O_RDONLY | O_CLOEXEC);
    if (fd < 0) cli_fail("%s: %s", executable, strerror(errno));
    char room[65536];
    for (ssize_t n; (n = read(fd, room, sizeof room)) > 0;) fwrite(room, 1, (size_t)n, output_file(o));
    close(fd);
    fchmod(fileno(output_file(o)), 0777 & ~umask(0));
    if (!output_commit(o)) cli_fail("%s: %s", out, strerror(errno));
}
