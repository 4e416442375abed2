/* Plans and runs what makes the objects of a program.
 *
 * For each unit that the cache does not know a job translates it, and hands its pieces back through a memory
 * file: for each the key of its object, its length and its C. Pieces without an object become jobs of their
 * own, which go before more translating, so that no C waits in memory. When all objects of a unit are there
 * its list of pieces goes into the cache.
 *
 * In a full build a unit comes behind what it imports, whose escape summaries (summary.h) it starts with;
 * they belong to its key, and stand behind its list of pieces. In the other modes all units are translated at
 * once, and a change inside a function is no reason to look at importers.
 */
#include "build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cache.h"
#include "cli.h"
#include "config.h"
#include "diag.h"
#include "jobs.h"
#include "outline.h"
#include "output.h"
#include "summary.h"

typedef struct Plan { /* Unit.build */
    Unit *unit;
    const char *outline; /* key of what importers see */
    const char *key;
    Words pieces;          /* keys */
    int waiting;           /* pieces that are not compiled yet */
    const char *summaries; /* of its functions; NULL: it is not translated yet */
    bool begun;            /* its translation, if it needs any */
    int out;               /* memory file: what the translation says */
    const char *errors;    /* of the translation; NULL: none */
    bool failed;           /* it, or what it imports */
} Plan;

typedef struct Piece { /* Job.arg */
    Plan *plan;
    const char *key, *text;
    size_t length;
    Output *object;
} Piece;

static const BuildOptions *options;
static const char *folder;
static const UnitList *units_now; /* to be built */
static int total, finished;
static int64_t began, said; /* milliseconds */
static const char *current = "";

static Arena *arena(void) {
    static Arena *a;
    if (a == NULL) a = arena_new();
    return a;
}

/* ---- keys -------------------------------------------------------------------------------------------- */

static void hash_flags(CacheHash *h) {
    const Words w = toolchain_flags(arena(), options->mode);
    for (int i = 0; i < w.n; i++) cache_hash_text(h, w.v[i]);
}

static void hash_options(CacheHash *h) {
    cache_hash_number(h, (uint64_t)options->mode);
    cache_hash_number(h, options->pipeline.all_heap);
    cache_hash_number(h, options->pipeline.all_checks);
    hash_flags(h);
}

static void hash_sources(CacheHash *h, const Unit *u) {
    cache_hash_text(h, u->path);
    cache_hash_text(h, u->import_path);
    for (int i = 0; i < u->files.n; i++) {
        const SourceFile *f = u->files.v[i];
        cache_hash_text(h, source_full_path(f->base)); /* traces name it */
        cache_hash_number(h, f->size);
        cache_hash_bytes(h, f->text, f->size);
    }
}

const char *build_key(const UnitList *units, const BuildOptions *o, Arena *a) {
    options = o;
    package_inlines = o->mode == BUILD_FULL;
    CacheHash *h = cache_hash_new();
    hash_options(h);
    for (int i = 0; i < units->n; i++) hash_sources(h, units->v[i]);
    return cache_hash_key(h, a);
}

/* All but the bodies; of these how many lines there are, if a body behind them is seen. */
static void hash_outline(CacheHash *h, const SourceFile *f) {
    const Outline o = outline_of(f, package_inlines);
    cache_hash_number(h, o.kept);
    if (o.kept) cache_hash_text(h, source_full_path(f->base));
    uint32_t at = 0;
    for (int i = 0; i < o.blanked.n; i += 2) {
        const uint32_t from = o.blanked.v[i], to = o.blanked.v[i + 1];
        int lines = 0;
        for (uint32_t j = from; j < to && o.kept; j++) lines += o.text[j] == '\n';
        cache_hash_bytes(h, o.text + at, from - at);
        cache_hash_number(h, (uint64_t)lines);
        at = to;
    }
    cache_hash_text(h, o.text + at);
}

/* The key of what importers can see of a unit. Lines within bodies are of no interest to them, but where a
 * generic function, or one that may be inlined, stands is: it is compiled there, and traces name its lines.
 */
static const char *outline_key(const Unit *u) {
    CacheHash *h = cache_hash_new();
    cache_hash_text(h, u->path);
    cache_hash_text(h, u->name);
    for (int i = 0; i < u->files.n; i++) hash_outline(h, u->files.v[i]);
    return cache_hash_key(h, arena());
}

/* Whether importers wait for summaries. */
static bool summarizes(void) { return options->mode == BUILD_FULL && !options->pipeline.all_heap; }

/* Every unit above u in the order that it sees, once. */
static void hash_imports(CacheHash *h, const Unit *u, UnitList *seen) {
    for (int i = 0; i < u->imports.n; i++) {
        Unit *m = u->imports.v[i].unit;
        cache_hash_text(h, u->imports.v[i].path);
        if (m == NULL || m->std) continue;
        bool known = false;
        for (int j = 0; j < seen->n; j++) known |= seen->v[j] == m;
        if (known) continue;
        vec_push(arena(), seen, m);
        const Plan *p = m->build;
        cache_hash_text(h, p->outline);
        if (summarizes()) cache_hash_text(h, p->summaries);
        hash_imports(h, m, seen);
    }
}

static void new_plan(Unit *u) {
    Plan *p = ARENA_NEW(arena(), Plan);
    u->build = p;
    p->unit = u;
    p->out = -1;
    p->outline = outline_key(u);
}

static const char *unit_key(const Unit *u) {
    CacheHash *h = cache_hash_new();
    UnitList seen = {0};
    hash_options(h);
    hash_sources(h, u);
    hash_imports(h, u, &seen);
    return cache_hash_key(h, arena());
}

/* ---- progress ---------------------------------------------------------------------------------------- */

static int64_t clock_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void say_progress(void) {
    const int64_t now = clock_now();
    if (!options->progress || finished == total || now - began < 1000 || now - said < 1000) return;
    said = now;
    fprintf(stderr, "gol: %d of %d packages compiled%s%s\n", finished, total, *current ? ", now " : "",
            current);
}

static void show_command(const Words *w) {
    if (!options->commands) return;
    for (int i = 0; i < w->n; i++) fprintf(stderr, "%s%s", i ? " " : "", w->v[i]);
    fputc('\n', stderr);
}

/* ---- memory files ------------------------------------------------------------------------------------ */

static int memory_file(void) {
    const int fd = memfd_create("gol-c", MFD_CLOEXEC);
    if (fd < 0) cli_fail("cannot make a memory file: %s", strerror(errno));
    return fd;
}

static bool write_all(int fd, const char *p, size_t n) {
    while (n > 0) {
        const ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* ---- pieces ------------------------------------------------------------------------------------------ */

#define SUMMARIES "-" /* stands for the key where these follow */

static const char *object_path(const char *key) { return cache_place(arena(), folder, "obj", key, ".o"); }

static void write_list(const Plan *p) {
    const char *path = cache_place(arena(), folder, "unit", p->key, "");
    Output *o = path != NULL ? output_open(path) : NULL;
    if (o == NULL) return;
    for (int i = 0; i < p->pieces.n; i++) fprintf(output_file(o), "%s\n", p->pieces.v[i]);
    fprintf(output_file(o), SUMMARIES "\n%s", p->summaries);
    output_commit(o);
}

static void piece_is_done(Plan *p) {
    if (--p->waiting > 0) return;
    finished++;
    if (!options->dry) write_list(p);
}

static void prepare_piece(Job *job) {
    Piece *piece = job->arg;
    current = piece->plan->unit->import_path;
    const char *path = object_path(piece->key);
    piece->object = path != NULL ? output_open(path) : NULL;
    if (piece->object == NULL) cli_fail("%s: %s", folder, strerror(errno));
    job->in = memory_file();
    if (!write_all(job->in, piece->text, piece->length) || lseek(job->in, 0, SEEK_SET) != 0)
        cli_fail("cannot write to memory: %s", strerror(errno));
    job->command = toolchain_compile(arena(), output_path(piece->object), options->mode);
    show_command(&job->command);
}

static void end_piece(Job *job) {
    Piece *piece = job->arg;
    errno = job->error;
    if (job->status != 0) toolchain_failed(&job->command, job->status, job->errors);

    if (!output_commit(piece->object)) cli_fail("%s: %s", folder, strerror(errno));
    piece_is_done(piece->plan);
}

static void add_piece(Plan *p, const char *key, const char *text, size_t length) {
    Piece *piece = ARENA_NEW(arena(), Piece);
    *piece = (Piece){.plan = p, .key = key, .text = text, .length = length};
    if (options->dry) {
        const Words command = toolchain_compile(arena(), object_path(key), options->mode);
        show_command(&command);
        return;
    }
    Job *job = ARENA_NEW(arena(), Job);
    *job = (Job){.prepare = prepare_piece, .done = end_piece, .arg = piece};
    p->waiting++;
    jobs_add(job, true);
}

/* ---- units ------------------------------------------------------------------------------------------- */

static const char *piece_key(const char *text, size_t n) {
    CacheHash *h = cache_hash_new();
    hash_flags(h);
    cache_hash_bytes(h, text, n);
    return cache_hash_key(h, arena());
}

static void hand_over(void *arg, const char *text, size_t n) {
    const Plan *p = arg;
    const char *key = piece_key(text, n);
    const bool have = cache_use(object_path(key));
    const char *head = arena_printf(arena(), "%s %zu\n", key, have ? 0 : n);
    if (!write_all(p->out, head, strlen(head)) || (!have && !write_all(p->out, text, n))) _exit(EXIT_ERRORS);
}

static void hand_over_summaries(const Plan *p, const char *text, size_t n) {
    const char *head = arena_printf(arena(), SUMMARIES " %zu\n", n);
    if (!write_all(p->out, head, strlen(head)) || !write_all(p->out, text, n)) _exit(EXIT_ERRORS);
}

/* In the child. */
static int translate(void *arg) {
    Plan *p = arg;
    package_forget(p->unit);
    char *summaries = NULL;
    size_t summarized = 0;
    PipelineOptions o = options->pipeline;
    o.full_paths = true;
    o.small_pieces = options->mode != BUILD_FULL;
    if (summarizes()) o.summaries = open_memstream(&summaries, &summarized);
    Package *pkg = pipeline_check(p->unit);
    IrModule *m = pkg != NULL ? pipeline_lower(pkg, &o) : NULL;
    if (m != NULL && m->main == NULL && strcmp(pkg->path, "main") == 0 && strcmp(pkg->name, "main") == 0) {
        diag_error(0, 0, "function main is undeclared in the main package");
        m = NULL;
    }
    if (m == NULL) {
        diag_flush(stderr);
        return EXIT_ERRORS;
    }
    if (o.summaries != NULL && fclose(o.summaries) == 0) hand_over_summaries(p, summaries, summarized);
    pipeline_emit_pieces(m, &o, hand_over, p);
    return 0;
}

static void read_pieces(Plan *p) {
    const off_t size = lseek(p->out, 0, SEEK_END);
    char *text = size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, p->out, 0) : NULL;
    if (text == MAP_FAILED) cli_fail("cannot read a translation: %s", strerror(errno));
    p->waiting = 1;
    for (off_t at = 0; at < size;) {
        char key[33];
        size_t n;
        int head;
        if (sscanf(text + at, "%32s %zu%n", key, &n, &head) != 2) break;
        at += head + 1;
        if (strcmp(key, SUMMARIES) == 0) {
            p->summaries = arena_strdup(arena(), text + at, n);
        } else {
            vec_push(arena(), &p->pieces, arena_strdup(arena(), key, 32));
            if (n > 0) add_piece(p, vec_last(&p->pieces), text + at, n);
        }
        at += (off_t)n;
    }
    piece_is_done(p);
}

static void prepare_translation(Job *job) {
    const Plan *p = job->arg;
    current = p->unit->import_path;
    if (options->verbose || options->commands)
        fprintf(stderr, options->commands ? "# %s\n" : "%s\n", p->unit->import_path);
}

/* Processes that are started from now on know them, too. */
static void know_summaries(const Plan *p) {
    if (!summary_add(p->summaries)) cli_fail("internal error: the summary of %s is none", p->unit->path);
}

static void begin_units(void);

static void end_translation(Job *job) {
    Plan *p = job->arg;
    p->errors = job->errors;
    p->failed = job->status != 0;
    if (job->status < 0) cli_fail("cannot start a translation: %s", strerror(job->error));
    if (job->status > 128 && *job->errors == 0)
        cli_fail("internal error: translating %s was ended by signal %d", p->unit->import_path,
                 job->status - 128);
    p->summaries = "";
    if (!p->failed) read_pieces(p);
    know_summaries(p);
    begin_units();
}

/* The pieces of a unit that was translated before, if their objects are all there. */
static bool read_list(Plan *p) {
    const char *path = cache_place(arena(), folder, "unit", p->key, "");
    FILE *in = path != NULL ? fopen(path, "r") : NULL;
    if (in == NULL) return false;
    char key[64], *rest = NULL;
    size_t room = 0;
    bool whole = true;
    while (whole && fscanf(in, "%40s\n", key) == 1 && strcmp(key, SUMMARIES) != 0) {
        vec_push(arena(), &p->pieces, arena_strdup(arena(), key, strlen(key)));
        whole = strlen(key) == 32 && cache_use(object_path(vec_last(&p->pieces)));
    }
    if (whole) {
        const ssize_t n = getdelim(&rest, &room, 0, in);
        p->summaries = n > 0 ? arena_strdup(arena(), rest, (size_t)n) : "";
        cache_use(path);
    } else {
        p->pieces.n = 0;
    }
    free(rest);
    fclose(in);
    return whole;
}

/* What several units import is read here, once: their processes start with it. Errors in it are reported by
 * those of the units that they are in. */
static void read_imports(const Unit *u) {
    for (int i = 0; i < u->imports.n; i++)
        if (u->imports.v[i].unit != NULL) pipeline_read(u->imports.v[i].unit);
    diag_forget();
}

static bool imports_are_summarized(const Unit *u) {
    for (int i = 0; i < u->imports.n; i++) {
        const Unit *m = u->imports.v[i].unit;
        if (m != NULL && !m->std && ((Plan *)m->build)->summaries == NULL) return false;
    }
    return true;
}

/* Looks for the unit in the cache, or has it translated. */
static void begin_unit(Plan *p) {
    Unit *u = p->unit;
    p->begun = true;
    p->key = unit_key(u);
    const bool last = u == units_now->v[units_now->n - 1];
    if (!(last && options->pipeline.explain) && read_list(p)) {
        finished++;
        know_summaries(p);
        return;
    }
    read_imports(u);
    p->out = memory_file();
    Job *job = ARENA_NEW(arena(), Job);
    *job = (Job){.child = translate, .prepare = prepare_translation, .done = end_translation, .arg = p};
    jobs_add(job, false);
}

/* Begins all units that wait for no other; imports stand before importers. */
static void begin_units(void) {
    for (int i = 0; i < units_now->n; i++) {
        Plan *p = units_now->v[i]->build;
        if (!p->begun && (!summarizes() || imports_are_summarized(p->unit))) begin_unit(p);
    }
}

/* Shows what the translations said. What imports a package with errors is not to blame for its own. */
static bool show_errors(const UnitList *units) {
    bool ok = true;
    for (int i = 0; i < units->n; i++) {
        Unit *u = units->v[i];
        Plan *p = u->build;
        bool blamed = false;
        for (int j = 0; j < u->imports.n; j++) {
            const Unit *m = u->imports.v[j].unit;
            if (m != NULL && !m->std) blamed |= ((Plan *)m->build)->failed;
        }
        if (!blamed && p->errors != NULL) fputs(p->errors, stderr);
        p->failed |= blamed;
        ok &= !p->failed;
    }
    return ok;
}

bool build_objects(const UnitList *units, const BuildOptions *o, const char *cache, Words *objects) {
    options = o;
    folder = cache;
    package_inlines = o->mode == BUILD_FULL;
    total = units->n;
    finished = 0;
    began = clock_now();
    jobs_on_wait = say_progress;
    units_now = units;
    for (int i = 0; i < units->n; i++) new_plan(units->v[i]);
    begin_units();
    jobs_run();
    if (!show_errors(units)) return false;
    for (int i = 0; i < units->n; i++) {
        const Plan *p = units->v[i]->build;
        for (int j = 0; j < p->pieces.n; j++) vec_push(arena(), objects, object_path(p->pieces.v[j]));
    }
    return true;
}

/* All that is needed for several roots, each once. */
static UnitList all_units(const UnitList *roots) {
    UnitList all = {0};
    for (int i = 0; i < roots->n; i++) {
        const UnitList needed = units_sorted(roots->v[i]);
        for (int j = 0; j < needed.n; j++) {
            bool known = false;
            for (int k = 0; k < all.n; k++) known |= all.v[k] == needed.v[j];
            if (!known) vec_push(arena(), &all, needed.v[j]);
        }
    }
    return all;
}

static int check_unit(void *arg) {
    package_forget(((Plan *)arg)->unit);
    if (pipeline_check(((Plan *)arg)->unit) != NULL) return 0;
    diag_flush(stderr);
    return EXIT_ERRORS;
}

static void end_check(Job *job) {
    Plan *p = job->arg;
    p->errors = job->errors;
    p->failed = job->status != 0;
}

/* A single package is checked in this process, with what is known about its imports; of several, each apart.
 */
bool build_check(const UnitList *roots) {
    package_inlines = false;
    const UnitList units = all_units(roots);
    if (units.n == 1) {
        if (pipeline_check(units.v[0]) != NULL) return true;
        diag_flush(stderr);
        return false;
    }
    const bool ok = diag_error_count() == 0;
    diag_flush(stderr);
    diag_forget();
    for (int i = 0; i < units.n; i++) {
        read_imports(units.v[i]);
        Plan *p = ARENA_NEW(arena(), Plan);
        p->unit = units.v[i];
        units.v[i]->build = p;
        Job *job = ARENA_NEW(arena(), Job);
        *job = (Job){.child = check_unit, .done = end_check, .arg = p};
        jobs_add(job, false);
    }
    jobs_run();
    return show_errors(&units) && ok;
}

void build_link(const Words *objects, const char *executable, const BuildOptions *o) {
    options = o;
    if (o->dry) {
        const Words command = toolchain_link(arena(), objects, executable, o->mode);
        show_command(&command);
        return;
    }
    Output *out = output_open(executable);
    if (out == NULL) cli_fail("%s: %s", executable, strerror(errno));
    Words command = toolchain_link(arena(), objects, output_path(out), o->mode);
    show_command(&command);
    char *errors = "";
    const int status = process_run(arena(), &command, &errors);
    if (status != 0) toolchain_failed(&command, status, errors);
    chmod(output_path(out), 0777 & ~umask(0));
    if (!output_commit(out)) cli_fail("%s: %s", executable, strerror(errno));
}
