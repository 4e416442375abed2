/* unit.c: the units of a program, from their folders and the heads of their files.
 *
 * Floor 2. See unit.h. What is wrong with an import is reported here and once; whoever asks for it again gets
 * NULL. The table of imports of a unit is complete before a unit that it imports is asked for anything.
 */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "constraint.h"
#include "diag.h"
#include "intern.h"
#include "scan.h"
#include "type.h"

typedef struct Owner { /* of a source file */
    Pos base;
    Unit *unit;
} Owner;

static PathList roots;
static UnitList units, replaced;
static Vec(Owner) owners; /* by base */

void unit_add_root(const char *dir) {
    vec_push(type_arena(), &roots, arena_strdup(type_arena(), dir, strlen(dir)));
}

/* ---- folders ----------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static const char *extension(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && (!strcmp(dot, ".go") || !strcmp(dot, ".gol")) ? dot : NULL;
}

static bool ends_with(const char *s, size_t n, const char *end) {
    const size_t m = strlen(end);
    return n >= m && !memcmp(s + n - m, end, m);
}

static bool is_test(const char *stem, size_t n) { return ends_with(stem, n, "_test"); }

typedef struct Seen { /* source files in a folder, whether they fit or not */
    int tests, others;
} Seen;

static bool is_wanted(const char *name, UnitTests tests, Seen *seen) {
    const char *dot = extension(name);
    if (!dot || *name == '.' || *name == '_') return false;
    size_t stem = (size_t)(dot - name);
    const bool test = is_test(name, stem);
    ++*(test ? &seen->tests : &seen->others);
    if (tests == UNIT_PLAIN ? test : tests == UNIT_TESTS_OUTSIDE && !test) return false;
    if (test) stem -= strlen("_test");
    return constraint_name_fits(name, stem);
}

static bool is_dir(const char *path) {
    struct stat st;
    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool is_folder(const char *dir, const struct dirent *e) {
    if (e->d_type == DT_REG) return false;
    return e->d_type == DT_DIR || is_dir(arena_printf(type_arena(), "%s/%s", dir, e->d_name));
}

/* The sorted names of the files in dir that may belong to the unit, by name alone. */
static PathList list_names(const char *dir, UnitTests tests, Seen *seen) {
    PathList names = {0};
    *seen = (Seen){0};
    DIR *d = opendir(dir);
    if (!d) return names;
    for (struct dirent *e; (e = readdir(d));)
        if (extension(e->d_name) && !is_folder(dir, e) && is_wanted(e->d_name, tests, seen))
            vec_push(type_arena(), &names, arena_strdup(type_arena(), e->d_name, strlen(e->d_name)));
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

const char *unit_std_dir(const char *path) {
    for (int i = 0; i < roots.n; i++) {
        const char *dir = arena_printf(type_arena(), "%s/%s", roots.v[i], path);
        Seen seen;
        if (is_dir(dir) && list_names(dir, UNIT_PLAIN, &seen).n) return dir;
    }
    return NULL;
}

/* ---- heads of files ---------------------------------------------------------------------------------- */

static const char *token_text(const Scanner *s, Token t) {
    const char *from = s->source->text + source_offset(s->source, t.pos);
    return arena_strdup(type_arena(), from, t.end - t.pos);
}

/* The value of a string literal that has no escapes, or NULL: such a path is wrong, or is looked for when its
 * declaration is checked. */
static const char *plain_string(const char *literal) {
    const size_t n = strlen(literal);
    if (n < 2 || literal[n - 1] != *literal || (*literal == '"' && strchr(literal, '\\'))) return NULL;
    return intern(literal + 1, n - 2);
}

static void note_import(Unit *u, const char *path, Pos at) {
    for (int i = 0; i < u->imports.n; i++)
        if (u->imports.v[i].path == path) return;
    vec_push(type_arena(), &u->imports, ((UnitImport){.path = path, .at = at}));
}

/* Behind `import`, or in its group: an optional name, and the path. */
static Token read_import(Unit *u, Scanner *s, Token t) {
    if (t.kind == TOKEN_NAME || t.kind == TOKEN_DOT) t = scan_next(s);
    if (t.kind != TOKEN_STRING) return t;
    const char *path = plain_string(token_text(s, t));
    if (path) note_import(u, path, t.pos);
    return scan_next(s);
}

static bool ends_line(Token t) { return t.kind == TOKEN_SEMICOLON || t.kind == TOKEN_NEWLINE; }

static void read_imports(Unit *u, Scanner *s) {
    for (Token t = scan_next(s); t.kind == TOKEN_IMPORT; t = scan_next(s)) {
        t = scan_next(s);
        if (t.kind != TOKEN_LPAREN) {
            t = read_import(u, s, t);
        } else {
            for (t = scan_next(s); t.kind != TOKEN_RPAREN; t = scan_next(s)) {
                t = read_import(u, s, t);
                if (!ends_line(t)) break;
            }
            if (t.kind == TOKEN_RPAREN) t = scan_next(s);
        }
        if (!ends_line(t)) return; /* a syntax error, which the parser reports */
    }
}

static const char *read_package_name(Scanner *s) {
    if (scan_next(s).kind != TOKEN_PACKAGE) return NULL;
    const Token name = scan_next(s);
    if (name.kind != TOKEN_NAME || !ends_line(scan_next(s))) return NULL;
    const char *text = token_text(s, name);
    return intern_z(text);
}

/* ---- files of a unit --------------------------------------------------------------------------------- */

static void add_file(Unit *u, SourceFile *source) {
    vec_push(type_arena(), &owners, ((Owner){source->base, u}));
    vec_push(type_arena(), &u->files, source);
}

Unit *unit_of_source(const SourceFile *file) {
    int low = 0, high = owners.n;
    while (file && low < high) {
        const int mid = (low + high) / 2;
        if (owners.v[mid].base == file->base) return owners.v[mid].unit;
        if (owners.v[mid].base < file->base)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static Unit *new_unit(const char *dir, Module *module) {
    Unit *u = ARENA_NEW(type_arena(), Unit);
    u->dir = dir;
    u->module = module;
    vec_push(type_arena(), &units, u);
    return u;
}

static int compare_imports(const void *a, const void *b) {
    return strcmp(((const UnitImport *)a)->path, ((const UnitImport *)b)->path);
}

static Unit *find_import(Unit *from, const char *path, Pos at);

static void resolve_imports(Unit *u) {
    if (u->imports.n) qsort(u->imports.v, (size_t)u->imports.n, sizeof *u->imports.v, compare_imports);
    for (int i = 0; i < u->imports.n; i++) {
        UnitImport *m = &u->imports.v[i];
        m->unit = find_import(u, m->path, m->at);
        u->failed |= !m->unit && strcmp(m->path, "unsafe");
    }
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool ends_in_test(const char *name) { return is_test(name, strlen(name)); }

/* Whether a file of this package name belongs to the unit: PACKAGE_test is the unit of its own that
 * UNIT_TESTS_OUTSIDE asks for. */
static bool name_belongs(const Unit *u, const SourceFile *f, const char *name) {
    const char *dot = extension(last_part(f->path));
    const char *stem = last_part(f->path);
    if (!dot || !is_test(stem, (size_t)(dot - stem))) return true;
    return ends_in_test(name) == (u->tests == UNIT_TESTS_OUTSIDE);
}

/* Reads the head. at: where a mixture of packages is reported; 0 with named files: it is the checker's. */
static void read_head(Unit *u, SourceFile *source, Pos at, bool named) {
    Scanner s;
    scan_init(&s, source);
    s.quiet = true; /* what is wrong is said when the file is parsed */
    const char *name = read_package_name(&s);
    if (name && !named && !name_belongs(u, source, name)) return;
    add_file(u, source);
    if (!name) return;
    if (!u->name) {
        u->name = name;
    } else if (u->name != name && !named) {
        diag_error(at, 0, "found packages %s (%s) and %s (%s) in %s", u->name, last_part(u->files.v[0]->path),
                   name, last_part(source->path), u->dir);
        u->failed = true;
    }
    read_imports(u, &s);
}

static bool is_for_this_system(Unit *u, SourceFile *source) {
    const char *bad = NULL;
    if (constraint_text_holds(source->text, &bad)) return true;
    if (!bad) return false;
    const uint32_t at = (uint32_t)(bad - source->text);
    const int n = (int)strcspn(bad, " \t\r\n");
    diag_error(source_pos(source, at), 0,
               n ? "parsing //go:build line: unexpected token %.*s"
                 : "parsing //go:build line: unexpected end of expression",
               n, bad);
    u->failed = true;
    return false;
}

static bool read_dir(Unit *u, Pos at, bool quiet) {
    Seen seen;
    const PathList names = list_names(u->dir, u->tests, &seen);
    const char *shown = u->shown ? u->shown : source_shown_path(u->dir);
    for (int i = 0; i < names.n && !u->failed; i++) {
        const char *path =
            strcmp(shown, ".") ? arena_printf(type_arena(), "%s/%s", shown, names.v[i]) : names.v[i];
        SourceFile *source = source_open(path);
        if (!source) {
            diag_error(at, 0, "%s: %s", path, strerror(errno));
            u->failed = true;
        } else if (is_for_this_system(u, source)) {
            read_head(u, source, at, false);
        }
    }
    if (u->files.n) return true;
    if (quiet) return false;
    if (!u->failed)
        diag_error(at, 0, "%s in %s",
                   seen.others  ? "build constraints exclude all Go files"
                   : seen.tests ? "no non-test Go files"
                                : "no Go files",
                   u->dir);
    u->failed = true;
    return false;
}

void unit_read_std(Unit *u) {
    if (u->files.n || !read_dir(u, 0, false)) return;
    resolve_imports(u);
}

/* ---- units that are named ---------------------------------------------------------------------------- */

static const char *real_dir(const char *dir) {
    char *full = realpath(dir, NULL);
    const char *copy = full ? arena_strdup(type_arena(), full, strlen(full)) : dir;
    free(full);
    return copy;
}

/* What the unit is called, once its package name is known. */
static void name_unit(Unit *u, const char *import_path) {
    u->import_path = intern_z(import_path);
    const bool program = u->name && !strcmp(u->name, "main");
    u->path = program || !strcmp(import_path, "command-line-arguments") ? intern_z("main") : u->import_path;
}

/* The path of a folder (absolute) of the standard library; NULL: it is none. */
static const char *std_path(const char *dir) {
    for (int i = 0; i < roots.n; i++) {
        const char *root = real_dir(roots.v[i]);
        const size_t n = strlen(root);
        if (!strncmp(dir, root, n) && dir[n] == '/') return dir + n + 1;
    }
    return NULL;
}

bool unit_in_std(const Unit *u) { return std_path(u->dir) != NULL; }

static const char *path_of_dir(const Module *m, const char *dir) {
    if (std_path(dir)) return std_path(dir);
    if (m) return module_import_path(m, dir);
    return arena_printf(type_arena(), "_%s", dir);
}

/* A folder as it is named on the command line, without what says nothing. */
static const char *plain_dir(const char *dir) {
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/') n--;
    while (n > 2 && !strncmp(dir, "./", 2)) dir += 2, n -= 2;
    return arena_strdup(type_arena(), dir, n);
}

Unit *unit_of_dir(const char *dir, UnitTests tests, bool quiet) {
    const char *shown = plain_dir(dir);
    dir = real_dir(dir);
    for (int i = 0; i < units.n; i++)
        if (!strcmp(units.v[i]->dir, dir) && units.v[i]->tests == tests && !units.v[i]->std)
            return units.v[i]->files.n ? units.v[i] : NULL;
    Unit *u = new_unit(dir, module_of_dir(dir));
    u->tests = tests;
    u->shown = shown;
    const char *path = path_of_dir(u->module, dir);
    name_unit(u, tests == UNIT_TESTS_OUTSIDE ? arena_printf(type_arena(), "%s_test", path) : path);
    if (!read_dir(u, 0, quiet)) return NULL;
    name_unit(u, u->import_path);
    resolve_imports(u);
    return u;
}

static const char *folder_of(const char *file) {
    const char *slash = strrchr(file, '/');
    return slash ? arena_strdup(type_arena(), file, (size_t)(slash - file)) : ".";
}

Unit *unit_of_files(const char *const *files, int n) {
    const char *dir = real_dir(folder_of(files[0]));
    Unit *u = new_unit(dir, module_of_dir(dir));
    for (int i = 0; i < n; i++) {
        SourceFile *source = source_open(files[i]);
        if (source) {
            read_head(u, source, 0, true);
        } else {
            diag_error(0, 0, "%s: %s", files[i], strerror(errno));
            u->failed = true;
        }
    }
    name_unit(u, "command-line-arguments");
    resolve_imports(u);
    return u;
}

Unit *unit_of_text(const char *path, const char *dir, const char *file, const char *text, size_t size) {
    dir = real_dir(dir);
    Unit *u = new_unit(dir, module_of_dir(dir));
    read_head(u, source_add(file, text, size), 0, true);
    u->path = u->import_path = intern_z(path);
    resolve_imports(u);
    return u;
}

void unit_set_path(Unit *u, const char *path) { u->path = u->import_path = intern_z(path); }

void unit_replace(Unit *instead) { vec_push(type_arena(), &replaced, instead); }

Unit *unit_of_path(const char *path) {
    path = intern_z(path);
    for (int i = 0; i < units.n; i++)
        if (units.v[i]->path == path) return units.v[i];
    return NULL;
}

/* ---- imports ----------------------------------------------------------------------------------------- */

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

static bool is_relative(const char *path) {
    return !strcmp(path, ".") || !strcmp(path, "..") || !strncmp(path, "./", 2) || !strncmp(path, "../", 3);
}

static bool path_is_right(const char *path, Pos at) {
    const char *bad = bad_path(path);
    if (bad)
        diag_error(at, 0, "invalid import path (%s)", bad);
    else if (*path == '/')
        diag_error(at, 0, "cannot import absolute path");
    else if (!is_relative(path) && strcmp(clean_path(path), path))
        diag_error(at, 0, "non-canonical import path \"%s\" (should be \"%s\")", path, clean_path(path));
    else
        return true;
    return false;
}

/* What stands before the last element "internal", without the slash; NULL: there is none. */
static const char *internal_parent(const char *path) {
    const char *found = NULL;
    for (const char *p = path; (p = strstr(p, "internal")); p += 8)
        if ((p == path || p[-1] == '/') && (!p[8] || p[8] == '/')) found = p;
    if (!found) return NULL;
    return found == path ? "" : arena_strdup(type_arena(), path, (size_t)(found - path - 1));
}

static bool is_at_or_below(const char *path, const char *prefix) {
    const size_t n = strlen(prefix);
    return !n || (!strncmp(path, prefix, n) && (!path[n] || path[n] == '/'));
}

static bool may_import(Unit *from, const Unit *u) {
    const char *parent = internal_parent(u->import_path);
    if (!parent) return true;
    if (from->std || std_path(from->dir)) return true;
    if (u->std) return false;
    const char *importer = from->import_path;
    if (from->module && !strcmp(importer, "command-line-arguments"))
        importer = module_import_path(from->module, from->dir);
    if (*importer == '_' || !strcmp(importer, "command-line-arguments")) /* in no module: by folders */
        return is_at_or_below(from->dir, internal_parent(u->dir) ? internal_parent(u->dir) : u->dir);
    return is_at_or_below(importer, parent);
}

static void report_missing(const Unit *from, const char *path, Pos at, const ModuleLink *required) {
    const size_t n = strcspn(path, "/");
    const bool dotted = memchr(path, '.', n) != NULL;
    if (required && required->to && !required->to_version)
        diag_error(at, 0, "module %s provides no package %s: there is none in the replacement %s",
                   required->path, path, required->to);
    else if (required)
        diag_error(
            at, 0,
            "package %s is not at hand: module %s %s is neither in vendor/ nor in the cache of downloaded "
            "modules, and gol does not download",
            path, required->path, required->version);
    else if (!dotted)
        diag_error(at, 0, "package %s is not in std (%s/%s)", path, roots.n ? roots.v[0] : "", path);
    else if (!from->module)
        diag_error(at, 0,
                   "no required module provides package %s: go.mod file not found in folder or any parent",
                   path);
    else if (is_at_or_below(path, from->module->path))
        diag_error(at, 0, "no required module provides package %s: %s has no such folder", path,
                   from->module->dir);
    else
        diag_error(at, 0, "no required module provides package %s", path);
}

static Unit *std_unit(const char *path, const char *dir) {
    Unit *u = new_unit(dir, NULL);
    u->path = u->import_path = intern_z(path);
    u->std = true;
    return u;
}

/* A unit below the program: its module is the program's, along whose lines imports are found. */
static Unit *user_unit(Unit *from, const char *dir, const char *import_path, Pos at) {
    dir = real_dir(dir);
    for (int i = 0; i < units.n; i++) {
        Unit *u = units.v[i];
        if (!strcmp(u->dir, dir) && u->tests == UNIT_PLAIN && !u->std &&
            strcmp(u->import_path, "command-line-arguments"))
            return u->files.n && u->name ? u : NULL;
    }
    Unit *u = new_unit(dir, from->module);
    name_unit(u, import_path);
    if (!read_dir(u, at, false)) return NULL;
    name_unit(u, import_path);
    resolve_imports(u);
    return u;
}

static Unit *find_unit(Unit *from, const char *path, Pos at) {
    if (is_relative(path)) {
        const char *dir = real_dir(arena_printf(type_arena(), "%s/%s", from->dir, path));
        if (is_dir(dir)) return user_unit(from, dir, path_of_dir(module_of_dir(dir), dir), at);
        diag_error(at, 0, "cannot find package \"%s\" in %s", path, dir);
        return NULL;
    }
    for (int i = 0; i < replaced.n; i++)
        if (replaced.v[i]->import_path == path) return replaced.v[i];
    for (int i = 0; i < units.n; i++)
        if (units.v[i]->std && units.v[i]->path == path) return units.v[i];
    const char *dir = unit_std_dir(path);
    if (dir) return std_unit(path, dir);
    if (from->std) {
        diag_error(at, 0, "package %s is not in std", path);
        return NULL;
    }
    const ModuleLink *required = NULL;
    dir = from->module ? module_find_package(from->module, path, &required) : NULL;
    if (dir) return user_unit(from, dir, path, at);
    report_missing(from, path, at, required);
    return NULL;
}

static bool is_program(const Unit *u) { return u->name && !strcmp(u->name, "main"); }

static Unit *find_import(Unit *from, const char *path, Pos at) {
    if (!path_is_right(path, at) || !strcmp(path, "unsafe")) return NULL;
    Unit *u = find_unit(from, path, at);
    if (!u) return NULL;
    if (!may_import(from, u)) {
        diag_error(at, 0, "use of internal package %s not allowed", u->import_path);
        return NULL;
    }
    if (is_program(u) && strcmp(from->dir, u->dir)) {
        diag_error(at, 0, "import \"%s\" is a program, not an importable package", path);
        return NULL;
    }
    return u;
}

Unit *unit_import(Unit *from, const char *path, Pos at) {
    path = intern_z(path);
    for (int i = 0; i < from->imports.n; i++)
        if (from->imports.v[i].path == path) return from->imports.v[i].unit; /* NULL: it was said why */
    return find_import(from, path, at);
}

/* ---- order ------------------------------------------------------------------------------------------- */

enum { UNSEEN, OPEN, DONE };

static const char *file_name_at(Pos at) { return last_part(source_path(at)); }

/* path: from the root to the unit whose import `closing` leads back into it. */
static void report_cycle(const UnitList *path, UnitImport *closing) {
    diag_error(closing->at, 0, "import cycle not allowed");
    diag_note(0, "package %s", path->v[0]->import_path);
    for (int i = 0; i < path->n; i++) {
        const Unit *next = i + 1 < path->n ? path->v[i + 1] : closing->unit;
        for (int j = 0; j < path->v[i]->imports.n; j++) {
            const UnitImport *m = &path->v[i]->imports.v[j];
            if (m->unit == next) diag_note(0, "\timports %s from %s", next->import_path, file_name_at(m->at));
        }
    }
    closing->unit = NULL;
}

static void visit(Unit *u, UnitList *path, UnitList *sorted) {
    if (u->std || u->mark == DONE) return;
    u->mark = OPEN;
    vec_push(type_arena(), path, u);
    for (int i = 0; i < u->imports.n; i++) {
        UnitImport *m = &u->imports.v[i];
        if (!m->unit) continue;
        if (m->unit->mark == OPEN) {
            u->failed = true;
            report_cycle(path, m);
        } else {
            visit(m->unit, path, sorted);
        }
    }
    path->n--;
    u->mark = DONE;
    vec_push(type_arena(), sorted, u);
}

UnitList units_sorted(Unit *root) {
    UnitList path = {0}, sorted = {0};
    for (int i = 0; i < units.n; i++) units.v[i]->mark = UNSEEN;
    visit(root, &path, &sorted);
    return sorted;
}
