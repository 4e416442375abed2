/* package.c: loading packages: which files belong to one, and where imports find them.
 *
 * Floor 2. A directory's package is its .go and .gol files (where both NAME.go and NAME.gol are there, the
 * .gol one), without tests, without those that a file name's _GOOS or _GOARCH or a //go:build line leaves
 * out. Files named on the command line are taken as they are. A package is loaded once.
 */
#include "package.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cst.h"
#include "diag.h"
#include "intern.h"
#include "outline.h"
#include "type.h"
#include "universe.h"

static Vec(const char *) roots;
static Vec(Package *) packages;

void package_add_root(const char *dir) {
    vec_push(type_arena(), &roots, arena_strdup(type_arena(), dir, strlen(dir)));
}

/* ---- build constraints
 * ------------------------------------------------------------------------------------- */

enum { GO_MINOR = 27 };

static bool tag_holds(const char *tag, size_t n) {
    static const char *const on[] = {"gol",
                                     "gol_generics",
                                     "linux",
                                     "amd64",
                                     "unix",
                                     "goexperiment.regabiwrappers",
                                     "goexperiment.regabiargs"};
    for (size_t i = 0; i < sizeof on / sizeof *on; i++)
        if (strlen(on[i]) == n && !memcmp(on[i], tag, n)) return true;
    if (n > 4 && !memcmp(tag, "go1.", 4)) return atoi(tag + 4) <= GO_MINOR;
    return false;
}

typedef struct Constraint {
    const char *p;
    bool bad;
    int depth;
} Constraint;

static void skip_space(Constraint *k) {
    while (*k->p == ' ' || *k->p == '\t') k->p++;
}

static bool eat(Constraint *k, const char *s) {
    skip_space(k);
    if (strncmp(k->p, s, strlen(s))) return false;
    k->p += strlen(s);
    return true;
}

static bool constraint_or(Constraint *k);

static bool constraint_not(Constraint *k) {
    if (k->bad || k->depth > 1000) {
        k->bad = true;
        return false;
    }
    k->depth++;
    bool v;
    if (eat(k, "!")) {
        v = !constraint_not(k);
    } else if (eat(k, "(")) {
        v = constraint_or(k);
        if (!eat(k, ")")) k->bad = true;
    } else {
        skip_space(k);
        const size_t n = strcspn(k->p, " \t()!&|\r\n");
        if (!n) k->bad = true;
        v = tag_holds(k->p, n);
        k->p += n;
    }
    k->depth--;
    return v;
}

static bool constraint_and(Constraint *k) {
    bool v = constraint_not(k);
    while (!k->bad && eat(k, "&&")) v &= constraint_not(k);
    return v;
}

static bool constraint_or(Constraint *k) {
    bool v = constraint_and(k);
    while (!k->bad && eat(k, "||")) v |= constraint_and(k);
    return v;
}

/* The value of the //go:build line before the package clause, true where there is none. */
static bool constraints_hold(const char *text) {
    bool in_comment = false;
    for (const char *line = text; *line; line += *line == '\n') {
        const size_t n = strcspn(line, "\n");
        const char *s = line + strspn(line, " \t\r");
        if (!in_comment && !strncmp(s, "//go:build ", 11)) {
            Constraint k = {.p = s + 11};
            const bool v = constraint_or(&k);
            return k.bad || v;
        }
        if (in_comment) {
            const char *end = strstr(s, "*/");
            if (end && end < line + n) in_comment = false;
        } else if (!strncmp(s, "/*", 2)) {
            const char *end = strstr(s, "*/");
            in_comment = !end || end > line + n;
        } else if (strncmp(s, "//", 2) && s < line + n) {
            break;
        }
        line += n;
    }
    return true;
}

static bool among(const char *s, size_t n, const char *const *list) {
    for (; *list; list++)
        if (strlen(*list) == n && !memcmp(*list, s, n)) return true;
    return false;
}

/* Whether a name like x_windows.go or x_linux_arm64.go is for another system. stem: the name without
 * extension. */
static bool name_fits(const char *stem, size_t n) {
    static const char *const systems[] = {
        "aix",  "android", "darwin",  "dragonfly", "freebsd", "hurd",   "illumos", "ios", "js", "linux",
        "nacl", "netbsd",  "openbsd", "plan9",     "solaris", "wasip1", "windows", "zos", NULL};
    static const char *const machines[] = {"386",    "amd64",    "arm",    "arm64",    "loong64", "mips",
                                           "mips64", "mips64le", "mipsle", "ppc64",    "ppc64le", "riscv64",
                                           "s390x",  "sparc64",  "wasm",   "amd64p32", "armbe",   "arm64be",
                                           "ppc",    "riscv",    "s390",   "sparc",    NULL};
    size_t cut = n;
    while (cut > 0 && stem[cut - 1] != '_') cut--;
    if (!cut) return true;
    const char *last = stem + cut;
    const size_t ln = n - cut;
    if (among(last, ln, systems)) return ln == 5 && !memcmp(last, "linux", 5);
    if (!among(last, ln, machines)) return true;
    if (ln != 5 || memcmp(last, "amd64", 5)) return false;
    size_t end = cut - 1, from = end;
    while (from > 0 && stem[from - 1] != '_') from--;
    if (!from || !among(stem + from, end - from, systems)) return true;
    return end - from == 5 && !memcmp(stem + from, "linux", 5);
}

/* ---- directories
 * ------------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef Vec(const char *) Names;

static const char *extension(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && (!strcmp(dot, ".go") || !strcmp(dot, ".gol")) ? dot : NULL;
}

static bool ends_with(const char *s, size_t n, const char *end) {
    const size_t m = strlen(end);
    return n >= m && !memcmp(s + n - m, end, m);
}

/* The sorted names of the package's files in dir, by name alone. */
static Names list_sources(const char *dir) {
    Names names = {0};
    DIR *d = opendir(dir);
    if (!d) return names;
    for (struct dirent *e; (e = readdir(d));) {
        const char *dot = extension(e->d_name);
        if (!dot || e->d_name[0] == '.' || e->d_name[0] == '_') continue;
        const size_t stem = (size_t)(dot - e->d_name);
        if (ends_with(e->d_name, stem, "_test") || !name_fits(e->d_name, stem)) continue;
        vec_push(type_arena(), &names, arena_strdup(type_arena(), e->d_name, strlen(e->d_name)));
    }
    closedir(d);
    if (names.n) qsort(names.v, (size_t)names.n, sizeof *names.v, compare_names);
    int n = 0;
    for (int i = 0; i < names.n; i++) { /* x.go comes right before x.gol, if that is there */
        const size_t len = strlen(names.v[i]);
        if (i + 1 < names.n && strlen(names.v[i + 1]) == len + 1 && !memcmp(names.v[i], names.v[i + 1], len))
            continue;
        names.v[n++] = names.v[i];
    }
    names.n = n;
    return names;
}

static bool has_sources(const char *dir) {
    struct stat st;
    return !stat(dir, &st) && S_ISDIR(st.st_mode) && list_sources(dir).n > 0;
}

/* ---- loading
 * ----------------------------------------------------------------------------------------------- */

static Package *new_package(const char *path, const char *dir, bool bodies) {
    Package *p = ARENA_NEW(type_arena(), Package);
    p->path = intern_z(path);
    p->dir = dir;
    p->bodies = bodies;
    return p;
}

static bool add_file(Package *p, SourceFile *source) {
    AstFile *file;
    SourceFile outline = *source;
    if (!p->bodies) outline.text = outline_text(source);
    if (!cst_parse_file(p->bodies ? source : &outline, &file)) return false;
    file->source = source;
    file->package = p;
    if (!p->name) p->name = file->package_name;
    vec_push(type_arena(), &p->files, file);
    return true;
}

static const char *dir_of(const char *file) {
    const char *slash = strrchr(file, '/');
    return slash ? arena_strdup(type_arena(), file, (size_t)(slash - file)) : ".";
}

Package *package_load_files(const char *path, const char *const *files, int n, bool bodies) {
    Package *p = new_package(path, n ? dir_of(files[0]) : ".", bodies);
    bool ok = true;
    for (int i = 0; i < n; i++) {
        SourceFile *source = source_open(files[i]);
        if (!source) {
            diag_error(0, 0, "%s: %s", files[i], strerror(errno));
            ok = false;
            continue;
        }
        ok &= add_file(p, source);
    }
    return ok ? p : NULL;
}

PathList package_dir_files(const char *dir) {
    const Names names = list_sources(dir);
    PathList files = {0};
    for (int i = 0; i < names.n; i++) {
        const char *path =
            strcmp(dir, ".") ? arena_printf(type_arena(), "%s/%s", dir, names.v[i]) : names.v[i];
        SourceFile *source = source_open(path);
        if (source && constraints_hold(source->text)) vec_push(type_arena(), &files, path);
    }
    return files;
}

Package *package_load_dir(const char *path, const char *dir, bool bodies) {
    const Names names = list_sources(dir);
    Package *p = new_package(path, arena_strdup(type_arena(), dir, strlen(dir)), bodies);
    bool ok = true;
    for (int i = 0; i < names.n; i++) {
        SourceFile *source = source_open(arena_printf(type_arena(), "%s/%s", dir, names.v[i]));
        if (!source || !constraints_hold(source->text)) continue;
        ok &= add_file(p, source);
    }
    return ok && p->files.n ? p : NULL;
}

bool package_may_inline(const FuncNode *fn) {
    if (!strcmp(fn->obj->pkg->path, "runtime")) return false; /* its functions count frames */
    if (!fn->body || !fn->body->stmts.n || fn->tparams.n || fn->recv_tparams.n || fn->has_recover) return false;
    for (int i = 0; i < fn->pragmas.n; i++)
        if (strstr(fn->pragmas.v[i], "go:noinline") || strstr(fn->pragmas.v[i], "go:linkname")) return false;
    const SourceFile *file = source_file(fn->body->lbrace);
    return outline_keeps(file->text + source_offset(file, fn->body->lbrace) + 1,
                         file->text + source_offset(file, fn->body->rbrace));
}

static Package *known_package(const char *path) {
    for (int i = 0; i < packages.n; i++)
        if (packages.v[i]->path == path) return packages.v[i];
    return NULL;
}

static const char *find_dir(const char *path) {
    for (int i = 0; i < roots.n; i++) {
        const char *dir = arena_printf(type_arena(), "%s/%s", roots.v[i], path);
        if (has_sources(dir)) return dir;
    }
    return NULL;
}

static const char *bad_path(const char *path) {
    if (!*path) return "empty string";
    for (const char *p = path; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f || strchr("!\"#$%&'()*,:;<=>?[\\]^{|}`", *p))
            return arena_printf(type_arena(), "invalid character U+%04X '%c'", (unsigned char)*p, *p);
    return NULL;
}

/* Without empty and dot elements, as path.Clean has it. */
static const char *clean_path(const char *path) {
    char *out = arena_alloc(type_arena(), strlen(path) + 2);
    size_t n = 0;
    for (const char *p = path; *p;) {
        const size_t len = strcspn(p, "/");
        if (len && !(len == 1 && *p == '.')) {
            if (n) out[n++] = '/';
            memcpy(out + n, p, len);
            n += len;
        }
        p += len + (p[len] == '/');
    }
    return out;
}

Package *package_import(const char *path, Pos at) {
    const char *bad = bad_path(path);
    if (bad) {
        diag_error(at, 0, "invalid import path (%s)", bad);
        return NULL;
    }
    if (*path != '.' && *path != '/' && strcmp(clean_path(path), path)) {
        diag_error(at, 0, "non-canonical import path \"%s\" (should be \"%s\")", path, clean_path(path));
        return NULL;
    }
    path = intern_z(path);
    if (!strcmp(path, "unsafe")) return universe_unsafe();
    Package *p = known_package(path);
    if (p && p->state == 1) {
        diag_error(at, 0, "import cycle not allowed: import of %s", path);
        return NULL;
    }
    if (p) return p->fake ? NULL : p;
    const char *dir = find_dir(path);
    if (!dir) {
        diag_error(at, 0, "could not import %s (file not found)", path);
    } else {
        p = package_load_dir(path, dir, package_wants_bodies && package_wants_bodies(path, dir));
        if (!p && !diag_error_count())
            diag_error(at, 0, "could not import %s (no Go files fit this system in %s)", path, dir);
    }
    Package *result = p;
    if (!p) {
        p = new_package(path, dir, false);
        p->fake = true;
    }
    vec_push(type_arena(), &packages, p);
    return result;
}

const char *package_path_for_name(const char *name) {
    static const char *const deeper[] = {
        "math/rand",       "net/http",       "encoding/json",   "sync/atomic",   "path/filepath",
        "os/exec",         "os/signal",      "io/fs",           "unicode/utf8",  "math/bits",
        "math/big",        "container/heap", "container/list",  "text/template", "text/tabwriter",
        "encoding/binary", "encoding/hex",   "encoding/base64", "runtime/debug"};
    for (size_t i = 0; i < sizeof deeper / sizeof *deeper; i++)
        if (!strcmp(strrchr(deeper[i], '/') + 1, name) && find_dir(deeper[i])) return deeper[i];
    for (const char *p = name; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))) return NULL;
    return !strcmp(name, "unsafe") || find_dir(name) ? name : NULL;
}

bool (*package_wants_bodies)(const char *path, const char *dir);
