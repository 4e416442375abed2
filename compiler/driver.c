/* Finds the input, asks the cache, translates, and runs the C compiler.
 *
 * The cache holds executables by a hash of all that they are made from: the bytes of the sources, the
 * compiler and its libraries (config_build_id), the C compiler and its flags. A hit costs reading the sources
 * and no more. An entry is made beside its place and renamed, so that parallel runs never see half of one.
 */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>

#include "cli.h"
#include "config.h"
#include "diag.h"
#include "output.h"
#include "process.h"

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

static void must_be_readable(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0) cli_fail("%s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode)) cli_fail("%s: is a folder", path);
    if (access(path, R_OK) != 0) cli_fail("%s: %s", path, strerror(errno));
}

static Inputs files_of_folder(const char *path) {
    if (access(path, R_OK | X_OK) != 0) cli_fail("%s: %s", path, strerror(errno));
    PathList files = package_dir_files(path);
    if (files.n == 0) cli_fail("%s: no .gol files in this folder", path);
    return (Inputs){files.v, files.n};
}

Inputs driver_inputs(const char *verb, int argc, char **argv, int *used) {
    if (argc == 0) cli_usage("%s: no files given; see `gol help %s`", verb, verb);
    struct stat st;
    if (!is_source(argv[0]) && stat(argv[0], &st) == 0 && S_ISDIR(st.st_mode)) {
        *used = 1;
        return files_of_folder(argv[0]);
    }
    Words files = {0};
    for (int i = 0; i < argc && is_source(argv[i]); i++) {
        must_be_readable(argv[i]);
        vec_push(arena(), &files, argv[i]);
    }
    if (files.n == 0) {
        if (stat(argv[0], &st) != 0) cli_fail("%s: %s", argv[0], strerror(errno));
        cli_fail("%s: not a source file: its name ends neither in .gol nor in .go", argv[0]);
    }
    *used = files.n;
    return (Inputs){files.v, files.n};
}

void driver_set_up(void) { package_add_root(config()->std); }

void driver_env_flags(PipelineOptions *options) {
    const char *flags = getenv("GOLFLAGS");
    if (flags == NULL) return;
    Words words = {0};
    words_add_split(arena(), &words, flags);
    for (int i = 0; i < words.n; i++) {
        if (strcmp(words.v[i], "-escape=off") == 0)
            options->all_heap = true;
        else if (strcmp(words.v[i], "-m") == 0)
            options->explain = true;
        else
            cli_usage("GOLFLAGS: unknown flag %s; known are -escape=off and -m", words.v[i]);
    }
}

void driver_give_up(void) {
    diag_flush(stderr);
    cli_exit(EXIT_ERRORS);
}

/* ---- the C compiler ---------------------------------------------------------------------------------- */

static void add_words(Words *to, const char *const *words) {
    for (; *words != NULL; words++) vec_push(arena(), to, *words);
}

static Words compile_command(const char *c_file, const char *out, BuildMode mode, bool link) {
    const Config *cfg = config();
    Words w = {0};
    words_add_split(arena(), &w, cfg->cc);
    if (cfg->cflags != NULL)
        words_add_split(arena(), &w, cfg->cflags);
    else
        vec_push(arena(), &w, mode == BUILD_QUICK ? "-O1" : "-O2");
    add_words(&w, (const char *const[]){"-g1", "-w", "-pipe", NULL});
    vec_push(arena(), &w, arena_printf(arena(), "-I%s", cfg->include));
    if (!link) vec_push(arena(), &w, "-c");
    add_words(&w, (const char *const[]){"-o", out, "-x", "c", c_file, "-x", "none", NULL});
    if (!link) return w;
    vec_push(arena(), &w, arena_printf(arena(), "-L%s", cfg->lib));
    add_words(&w, (const char *const[]){"-Wl,-z,now", "-lgolstd", "-lgolrt", "-lgc", "-lunwind",
                                        "-lbacktrace", "-lpthread", "-lm", NULL});
    return w;
}

/* The C compiler's message is no message for a person who wrote no C: it is a bug of ours. Of it we show the
 * place, which #line makes one in the source. */
static _Noreturn void cc_failed(const Words *command, int status, const char *errors) {
    if (status < 0) {
        if (errno == ENOENT)
            cli_fail("no C compiler: cannot find %s; install gcc or clang, or name one with CC",
                     command->v[0]);
        cli_fail("cannot run the C compiler %s: %s", command->v[0], strerror(errno));
    }
    if (strstr(errors, "No space left on device") != NULL)
        cli_fail("no space left on device while compiling");
    if (status > 128) cli_fail("the C compiler %s was ended by signal %d", command->v[0], status - 128);
    const char *at = strstr(errors, "error:");
    if (at == NULL) at = strstr(errors, "undefined reference");
    const char *from = at != NULL ? at : errors;
    while (from > errors && from[-1] != '\n') from--;
    fprintf(stderr, "gol: internal error: the C compiler does not take what gol made of this program\n");
    fprintf(stderr, "gol: at %.*s\n", (int)strcspn(from, "\n"), from);
    fprintf(stderr, "gol: please report it, with the source; `gol translate` shows the C\n");
    if (getenv("GOLDEBUG_CC") != NULL) fputs(errors, stderr);
    cli_exit(EXIT_ERRORS);
}

static void compile(const char *c_file, const char *out, BuildMode mode, bool link) {
    Words command = compile_command(c_file, out, mode, link);
    char *errors = "";
    int status = process_run(arena(), &command, &errors);
    if (status != 0) cc_failed(&command, status, errors);
}

/* ---- the cache --------------------------------------------------------------------------------------- */

static void hash_text(XXH3_state_t *h, const char *s) {
    if (s == NULL) s = "\1";
    XXH3_128bits_update(h, s, strlen(s) + 1);
}

static void hash_file(XXH3_state_t *h, const char *path) {
    char room[16384];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) cli_fail("%s: %s", path, strerror(errno));
    for (ssize_t n; (n = read(fd, room, sizeof room)) != 0;) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) cli_fail("%s: %s", path, strerror(errno));
        XXH3_128bits_update(h, room, (size_t)n);
    }
    close(fd);
}

static const char *cache_key(Inputs inputs, BuildMode mode, const PipelineOptions *options) {
    const Config *cfg = config();
    XXH3_state_t *h = XXH3_createState();
    XXH3_128bits_reset(h);
    uint64_t facts[] = {config_build_id(), (uint64_t)mode, options->all_heap, (uint64_t)inputs.n};
    XXH3_128bits_update(h, facts, sizeof facts);
    hash_text(h, cfg->cc);
    hash_text(h, cfg->cflags);
    for (int i = 0; i < inputs.n; i++) {
        char *full = realpath(inputs.files[i], NULL); /* traces name it */
        hash_text(h, full);
        free(full);
        hash_file(h, inputs.files[i]);
    }
    XXH128_hash_t sum = XXH3_128bits_digest(h);
    XXH3_freeState(h);
    return arena_printf(arena(), "%016llx%016llx", (unsigned long long)sum.high64,
                        (unsigned long long)sum.low64);
}

/* Where the executable goes. Its own folder keeps the name that os.Args[0] and traces show. */
static const char *entry_path(Inputs inputs, const char *folder) {
    const char *name = strrchr(inputs.files[0], '/');
    name = name != NULL ? name + 1 : inputs.files[0];
    return arena_printf(arena(), "%s/%.*s", folder, (int)(strrchr(name, '.') - name), name);
}

static const char *temporary_folder(void) {
    const char *tmp = getenv("TMPDIR");
    char *folder = arena_printf(arena(), "%s/gol-XXXXXX", tmp != NULL && *tmp != 0 ? tmp : "/tmp");
    if (mkdtemp(folder) == NULL) cli_fail("%s: %s", folder, strerror(errno));
    return folder;
}

/* Makes the executable; false where the package is not main: then it is compiled, and that is all. */
static bool make(Inputs inputs, const char *exe, BuildMode mode, const PipelineOptions *options) {
    Output *c = output_open(arena_printf(arena(), "%s.c", exe)), *out = output_open(exe);
    if (c == NULL || out == NULL) cli_fail("%s: %s", exe, strerror(errno));
    driver_set_up();
    Package *pkg = pipeline_check("main", inputs.files, inputs.n);
    IrModule *m = pkg != NULL ? pipeline_lower(pkg, options) : NULL;
    if (m == NULL) driver_give_up();
    pipeline_emit(m, options, output_file(c));
    if (fflush(output_file(c)) != 0) cli_fail("%s: %s", output_path(c), strerror(errno));
    bool program = strcmp(pkg->name, "main") == 0;
    compile(output_path(c), output_path(out), mode, program);
    output_drop(c);
    if (!program) {
        output_drop(out);
        return false;
    }
    chmod(output_path(out), 0755);
    if (!output_commit(out)) cli_fail("%s: %s", exe, strerror(errno));
    return true;
}

const char *driver_executable(Inputs inputs, BuildMode mode, const PipelineOptions *options,
                              bool *temporary) {
    const char *cache = config()->cache, *folder = NULL;
    *temporary = false;
    if (cache != NULL) {
        const char *key = cache_key(inputs, mode, options);
        folder = arena_printf(arena(), "%s/exe/%.2s/%s", cache, key, key + 2);
        const char *exe = entry_path(inputs, folder);
        if (!options->explain && access(exe, X_OK) == 0) return exe;
        if (!output_make_folders(folder)) folder = NULL;
    }
    if (folder == NULL) {
        folder = temporary_folder();
        *temporary = true;
    }
    const char *exe = entry_path(inputs, folder);
    return make(inputs, exe, mode, options) ? exe : NULL;
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
