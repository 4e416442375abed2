/* gol test: builds the tests of packages and runs them.
 *
 * Each package is built in a child process: its tests make it another package than the one that other tests
 * import, and the tables of the compiler hold one of each. What is printed, and when, is as Go has it: with
 * folders named, the output of a package is shown when it has failed, or is asked for; without, all as it
 * comes.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cache.h"
#include "cli.h"
#include "diag.h"
#include "driver.h"
#include "testjson.h"
#include "testmain.h"
#include "type.h"

static const char *run_re, *bench_re, *skip_re, *list_re, *count, *timeout = "10m", *bench_time, *cpus,
                                                                  *parallel, *shuffle, *out_file, *packages;
static bool verbose, json, short_run, fail_fast, bench_mem, full_path, compile_only;
static const char *vet;

static const CliFlag flags[] = {
    {.name = "run", .value = &run_re, .arg = "RE", .help = "only tests and examples that match"},
    {.name = "skip", .value = &skip_re, .arg = "RE", .help = "not those that match"},
    {.name = "bench", .value = &bench_re, .arg = "RE", .help = "benchmarks that match, too"},
    {.name = "benchtime", .value = &bench_time, .arg = "D", .help = "how long a benchmark runs: 1s, or 100x"},
    {.name = "benchmem", .on = &bench_mem, .help = "show what benchmarks allocate"},
    {.name = "list", .value = &list_re, .arg = "RE", .help = "only name the tests that match"},
    {.name = "v", .on = &verbose, .help = "show all tests and what they log"},
    {.name = "json", .on = &json, .help = "print events in JSON, an object a line, as go test does"},
    {.name = "p", .value = &packages, .arg = "N", .help = "how many packages are tested at a time"},
    {.name = "count", .value = &count, .arg = "N", .help = "run all N times"},
    {.name = "cpu", .value = &cpus, .arg = "LIST", .help = "run all with each GOMAXPROCS of the list"},
    {.name = "parallel", .value = &parallel, .arg = "N", .help = "how many parallel tests run at a time"},
    {.name = "shuffle", .value = &shuffle, .arg = "SEED", .help = "in random order: on, off or a seed"},
    {.name = "timeout",
     .value = &timeout,
     .arg = "D",
     .help = "end a package's tests after D (10m); 0: never"},
    {.name = "short", .on = &short_run, .help = "tests that take long may do less"},
    {.name = "failfast", .on = &fail_fast, .help = "stop after the first test that fails"},
    {.name = "fullpath", .on = &full_path, .help = "whole file names in messages"},
    {.name = "c", .on = &compile_only, .help = "make the program, and do not run it"},
    {.name = "o", .value = &out_file, .arg = "FILE", .help = "where the program goes"},
    {.name = "vet", .value = &vet, .arg = "off", .help = "taken and ignored: there is no vet"},
    CLI_TAGS,
    {0},
};

static Arena *arena(void) { return type_arena(); }

/* ---- building ----------------------------------------------------------------------------------------- */

typedef struct Built {
    const char *import_path, *executable, *temporary; /* executable NULL: there are no tests */
    char *errors;                                     /* NULL: it was built */
} Built;

static const char *plain_path(const Unit *inside, const Unit *outside) {
    if (inside != NULL) return inside->import_path;
    const char *path = outside->import_path;
    return arena_strdup(arena(), path, strlen(path) - strlen("_test"));
}

/* In the child: prints the import path, then the executable and the temporary folder, each on a line. */
static _Noreturn void build_in_child(const char *dir, FILE *result) {
    Unit *inside = unit_of_dir(dir, UNIT_WITH_TESTS, true);
    if (inside != NULL) {
        unit_set_path(inside, inside->import_path); /* a program is tested as a package of its path */
        unit_replace(inside);
    }
    Unit *outside = unit_of_dir(dir, UNIT_TESTS_OUTSIDE, true);
    if (outside != NULL) unit_replace(outside);
    if (inside == NULL && outside == NULL && diag_error_count() == 0)
        cli_fail("%s: no .gol files in this folder", dir);
    const char *path = inside || outside ? plain_path(inside, outside) : dir;
    fprintf(result, "%s\n", path);
    fflush(result);
    if (diag_error_count() > 0) driver_give_up();
    const TestMain m = testmain_make(inside, outside, path);
    if (diag_error_count() > 0) driver_give_up();
    if (!m.any) exit(0);
    Unit *program = unit_of_text("main", dir, "_testmain.gol", m.text, m.size);
    BuildOptions options = {.mode = BUILD_QUICK};
    driver_env_flags(&options.pipeline);
    const char *temporary, *exe = driver_executable(program, &options, &temporary);
    fprintf(result, "%s\n%s\n", exe, temporary != NULL ? temporary : "");
    fflush(result);
    exit(0);
}

static char *read_line(FILE *f) {
    char *line = NULL;
    size_t room = 0;
    ssize_t n = getline(&line, &room, f);
    if (n <= 0) return NULL;
    line[n - 1] = 0;
    return line;
}

static char *read_all(FILE *f) {
    char *text = NULL;
    size_t n = 0;
    rewind(f);
    for (int c; (c = getc(f)) != EOF;) {
        if ((n & (n + 1)) == 0) text = realloc(text, 2 * n + 2);
        text[n++] = (char)c;
    }
    if (text == NULL) text = calloc(1, 1);
    text[n] = 0;
    return text;
}

static Built build(const char *dir) {
    FILE *result = tmpfile(), *errors = tmpfile();
    if (result == NULL || errors == NULL) cli_fail("cannot make a temporary file: %s", strerror(errno));
    fflush(stdout);
    const pid_t pid = fork();
    if (pid < 0) cli_fail("cannot start a process: %s", strerror(errno));
    if (pid == 0) {
        dup2(fileno(errors), STDERR_FILENO);
        build_in_child(dir, result);
    }
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    Built b = {0};
    rewind(result);
    b.import_path = read_line(result);
    b.executable = read_line(result);
    b.temporary = read_line(result);
    char *text = read_all(errors);
    if (status != 0) {
        b.errors = text;
        if (WIFSIGNALED(status))
            b.errors = arena_printf(arena(), "%sgol: ended by signal %d\n", text, WTERMSIG(status));
    } else {
        fputs(text, stderr);
    }
    if (b.import_path == NULL) b.import_path = dir;
    fclose(result);
    fclose(errors);
    return b;
}

/* ---- running ------------------------------------------------------------------------------------------ */

static void add_flag(Words *w, const char *name, const char *value) {
    if (value != NULL) vec_push(arena(), w, arena_printf(arena(), "-test.%s=%s", name, value));
}

static Words test_command(const char *executable, int argc, char **argv) {
    Words w = {0};
    vec_push(arena(), &w, executable);
    add_flag(&w, "run", run_re);
    add_flag(&w, "skip", skip_re);
    add_flag(&w, "bench", bench_re);
    add_flag(&w, "benchtime", bench_time);
    add_flag(&w, "list", list_re);
    add_flag(&w, "count", count);
    add_flag(&w, "cpu", cpus);
    add_flag(&w, "parallel", parallel);
    add_flag(&w, "shuffle", shuffle);
    add_flag(&w, "timeout", strcmp(timeout, "0") != 0 ? timeout : NULL);
    add_flag(&w, "paniconexit0", "true");
    if (verbose || json) add_flag(&w, "v", json ? "test2json" : "true");
    if (short_run) add_flag(&w, "short", "true");
    if (fail_fast) add_flag(&w, "failfast", "true");
    if (bench_mem) add_flag(&w, "benchmem", "true");
    if (full_path) add_flag(&w, "fullpath", "true");
    for (int i = 0; i < argc; i++) vec_push(arena(), &w, argv[i]);
    vec_push(arena(), &w, NULL);
    return w;
}

static pid_t start(const char *dir, const Words *command, int out) {
    fflush(stdout);
    const pid_t pid = fork();
    if (pid < 0) cli_fail("cannot start the tests: %s", strerror(errno));
    if (pid > 0) return pid;
    const int null = open("/dev/null", O_RDONLY);
    if (chdir(dir) != 0) _exit(127);
    dup2(null, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    signal(SIGPIPE, SIG_DFL);
    execv(command->v[0], (char *const *)command->v);
    _exit(127);
}

typedef struct Ended {
    int status; /* as waitpid has it */
    double seconds;
    char *output; /* all of it */
    size_t n;
} Ended;

/* stream: what it prints is shown as it comes; events: made events, as it comes. */
static Ended run_program(const char *dir, const Words *command, bool stream, TestJson *events) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) cli_fail("cannot make a pipe: %s", strerror(errno));
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    const pid_t pid = start(dir, command, ends[1]);
    close(ends[1]);
    Ended e = {0};
    size_t room = 0;
    for (;;) {
        if (room - e.n < 65536) e.output = realloc(e.output, room = 2 * room + 65536);
        const ssize_t n = read(ends[0], e.output + e.n, room - e.n);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        if (events != NULL) testjson_write(events, e.output + e.n, (size_t)n);
        if (stream) {
            fwrite(e.output + e.n, 1, (size_t)n, stdout);
            fflush(stdout);
        }
        e.n += (size_t)n;
    }
    close(ends[0]);
    while (waitpid(pid, &e.status, 0) < 0 && errno == EINTR) {}
    clock_gettime(CLOCK_MONOTONIC, &to);
    e.seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    return e;
}

static bool holds(const Ended *e, const char *line) {
    return e->n > 0 && memmem(e->output, e->n, line, strlen(line)) != NULL;
}

/* Says what became of the tests of a folder, as text and as events. */
static void put_line(TestJson *events, const char *line) {
    if (events != NULL)
        testjson_write(events, line, strlen(line));
    else
        fputs(line, stdout);
}

static void put_failed(TestJson *events, const Built *b, const char *why) {
    /* Package testing marks its lines then, and this one is like them. */
    put_line(events,
             arena_printf(arena(), "%sFAIL\t%s%s\n", events != NULL ? "\x16" : "", b->import_path, why));
}

static bool not_built(const Built *b) {
    const char *name = arena_printf(arena(), "%s [%s.test]", b->import_path, b->import_path);
    fflush(stdout);
    TestJson *events = NULL;
    if (json) {
        testjson_build_failed(stdout, name, arena_printf(arena(), "# %s\n%s", name, b->errors));
        events = testjson_open(stdout, b->import_path);
    } else {
        fprintf(stderr, "# %s\n%s", name, b->errors);
    }
    put_failed(events, b, " [build failed]");
    if (events != NULL) testjson_close(events, false, name);
    return false;
}

/* How the program has ended, after what it printed. listed: folders were named. */
static void put_result(TestJson *events, const Built *b, const Ended *e, bool listed) {
    if (WIFEXITED(e->status) && WEXITSTATUS(e->status) == 0) {
        const bool none = holds(e, "testing: warning: no tests to run\n") && bench_re == NULL;
        put_line(events, arena_printf(arena(), "ok  \t%s\t%.3fs%s\n", b->import_path, e->seconds,
                                      none ? " [no tests to run]" : ""));
        return;
    }
    if (!listed || e->n == 0) {
        if (WIFSIGNALED(e->status))
            put_line(events, arena_printf(arena(), "signal: %s\n", strsignal(WTERMSIG(e->status))));
        else
            put_line(events, arena_printf(arena(), "exit status %d\n", WEXITSTATUS(e->status)));
    } else if (e->output[e->n - 1] != '\n') {
        put_line(events, "\n");
    }
    put_failed(events, b, arena_printf(arena(), "\t%.3fs", e->seconds));
}

/* The tests of a folder; false where one has failed. listed: folders were named. several: of them. */
static bool test_folder(const char *dir, bool listed, bool several, int argc, char **argv) {
    const Built b = build(dir);
    if (b.errors != NULL) return not_built(&b);
    if (b.executable == NULL) {
        TestJson *events = json ? testjson_open(stdout, b.import_path) : NULL;
        put_line(events, arena_printf(arena(), "?   \t%s\t[no test files]\n", b.import_path));
        if (events != NULL) testjson_close(events, true, NULL);
        return true;
    }
    if (compile_only) {
        const char *slash = strrchr(b.import_path, '/'), *name = slash != NULL ? slash + 1 : b.import_path;
        driver_install(b.executable, out_file != NULL ? out_file : arena_printf(arena(), "%s.test", name));
        if (b.temporary[0] != 0) cache_remove(b.temporary);
        return true;
    }
    const bool show = verbose || bench_re != NULL || list_re != NULL;
    const bool stream = !json && (!listed || (show && !several));
    const Words command = test_command(b.executable, argc, argv);
    TestJson *events = json ? testjson_open(stdout, b.import_path) : NULL;
    const Ended e = run_program(dir, &command, stream, events);
    if (b.temporary[0] != 0) cache_remove(b.temporary);
    const bool ok = WIFEXITED(e.status) && WEXITSTATUS(e.status) == 0;
    if (!json && !stream && (show || !ok)) fwrite(e.output, 1, e.n, stdout);
    put_result(events, &b, &e, listed);
    if (events != NULL) testjson_close(events, ok, NULL);
    free(e.output);
    fflush(stdout);
    return ok;
}

/* ---- several packages --------------------------------------------------------------------------------- */

typedef struct Folder { /* a package whose tests run in a process of their own */
    pid_t pid;
    FILE *out, *err;
    int status;
    bool ended;
} Folder;

static void start_folder(Folder *f, const char *dir, int argc, char **argv) {
    f->out = tmpfile();
    f->err = tmpfile();
    if (f->out == NULL || f->err == NULL) cli_fail("cannot make a temporary file: %s", strerror(errno));
    fflush(stdout);
    f->pid = fork();
    if (f->pid < 0) cli_fail("cannot start a process: %s", strerror(errno));
    if (f->pid > 0) return;
    dup2(fileno(f->out), STDOUT_FILENO);
    dup2(fileno(f->err), STDERR_FILENO);
    const bool ok = test_folder(dir, true, true, argc, argv);
    exit(ok ? 0 : EXIT_ERRORS);
}

static void copy_all(FILE *from, FILE *to) {
    char part[65536];
    rewind(from);
    for (size_t n; (n = fread(part, 1, sizeof part, from)) > 0;) fwrite(part, 1, n, to);
    fclose(from);
    fflush(to);
}

static void wait_for_one(Folder *folders, int n) {
    int status;
    const pid_t pid = waitpid(-1, &status, 0);
    if (pid < 0 && errno != EINTR) cli_fail("cannot wait for the tests: %s", strerror(errno));
    for (int i = 0; i < n; i++)
        if (pid > 0 && folders[i].pid == pid) {
            folders[i].status = status;
            folders[i].ended = true;
        }
}

/* As many at a time as -p says; each package's output is shown as a whole, in the order of the packages. */
static bool test_folders(const PathList *paths, int at_a_time, int argc, char **argv) {
    Folder *folders = calloc((size_t)paths->n, sizeof *folders);
    bool ok = true;
    int started = 0, running = 0, shown = 0;
    while (shown < paths->n) {
        for (; started < paths->n && running < at_a_time; running++, started++)
            start_folder(&folders[started], paths->v[started], argc, argv);
        int before = 0, after = 0;
        for (int i = 0; i < started; i++) before += folders[i].ended;
        wait_for_one(folders, started);
        for (int i = 0; i < started; i++) after += folders[i].ended;
        running -= after - before;
        for (; shown < started && folders[shown].ended; shown++) {
            copy_all(folders[shown].err, stderr);
            copy_all(folders[shown].out, stdout);
            ok &= WIFEXITED(folders[shown].status) && WEXITSTATUS(folders[shown].status) == 0;
        }
    }
    free(folders);
    return ok;
}

static int packages_at_a_time(void) {
    if (packages == NULL) return (int)sysconf(_SC_NPROCESSORS_ONLN);
    char *end;
    const long n = strtol(packages, &end, 10);
    if (*end != 0 || n < 1 || n > 10000) cli_fail("-p must be a positive number: %s", packages);
    return (int)n;
}

static int test(int argc, char **argv) {
    Words words = {0};
    int i = cli_flags(&verb_test, argc, argv);
    while (i < argc && strcmp(argv[i], "-args") != 0 && strcmp(argv[i], "--args") != 0) {
        if (argv[i][0] == '-')
            i += cli_flags(&verb_test, argc - i, argv + i);
        else
            vec_push(arena(), &words, argv[i++]);
    }
    if (i < argc) i++; /* -args */
    const PathList folders = driver_folders(words.n, (char **)words.v);
    if (folders.n > 1 && out_file != NULL) cli_fail("-o names one file: there are several packages");
    const int at_a_time = packages_at_a_time();
    bool ok = true;
    if (folders.n > 1 && at_a_time > 1 && bench_re == NULL)
        ok = test_folders(&folders, at_a_time, argc - i, argv + i);
    else
        for (int k = 0; k < folders.n; k++)
            ok &= test_folder(folders.v[k], words.n > 0, folders.n > 1, argc - i, argv + i);
    if (!ok && words.n > 0 && !json) printf("FAIL\n");
    return ok ? 0 : EXIT_ERRORS;
}

const Verb verb_test = {
    .name = "test",
    .usage = "[FLAG…] [FOLDER | FOLDER/...]… [-args ARGUMENT…]",
    .summary = "run the tests of packages",
    .text = "Runs the tests, examples and fuzz tests' seeds in the _test.gol and _test.go files of the "
            "folders (of "
            "this one),\n"
            "and of package NAME_test there, with -bench benchmarks, too. Output and exit status are those "
            "of `go "
            "test`.",
    .flags = flags,
    .run = test,
};
