/* module.c: reading go.mod, and looking for packages along its lines.
 *
 * Floor 2. Of several modules that could hold a package the one with the longest path wins, as in Go. There
 * is no selection of versions: a go.mod of go1.17 or later lists every module that the build needs.
 */
#include "module.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "constraint.h"
#include "diag.h"
#include "source.h"
#include "type.h"

/* ---- the file ---------------------------------------------------------------------------------------- */

enum { MOST_WORDS = 8, OLDEST_MINOR = 22 };

typedef struct Line { /* the words of a line, without its comment */
    const char *words[MOST_WORDS];
    int n;
    int number;
    Pos pos;
} Line;

typedef struct Reader {
    SourceFile *source;
    Module *m;
    Line line;
    const char *block; /* the directive of the ( … ) that the line is in, or NULL */
} Reader;

static bool word_ends(const char *p) {
    return !*p || strchr(" \t\r\n()", *p) || (p[0] == '/' && p[1] == '/');
}

/* The word at *p, unquoted; *p goes behind it. */
static const char *take_word(const char **p) {
    const char *from = *p, *end;
    if (*from == '"' || *from == '`') {
        const char quote = *from++;
        end = from + strcspn(from, quote == '"' ? "\"\n" : "`\n");
        *p = *end == quote ? end + 1 : end;
        return arena_strdup(type_arena(), from, (size_t)(end - from));
    }
    end = from;
    if (*end == '(' || *end == ')')
        end++;
    else
        while (!word_ends(end)) end++;
    *p = end;
    return arena_strdup(type_arena(), from, (size_t)(end - from));
}

static void split_line(Reader *r, int number) {
    int length;
    const char *p = source_line_text(r->source, number, &length), *end = p + length;
    r->line = (Line){.number = number};
    while (p < end) {
        p += strspn(p, " \t\r");
        if (p >= end || (p[0] == '/' && p[1] == '/')) return;
        if (!r->line.n) r->line.pos = source_pos(r->source, (uint32_t)(p - r->source->text));
        const char *word = take_word(&p);
        if (r->line.n < MOST_WORDS) r->line.words[r->line.n++] = word;
    }
}

static void bad_line(Reader *r, const char *what) { diag_error(r->line.pos, 0, "%s", what); }

static void read_version(Reader *r, const char *const *words, int n) {
    int minor = 0;
    if (n != 1 || strncmp(words[0], "1.", 2) || (minor = atoi(words[0] + 2)) <= 0) {
        bad_line(r, "go directive expects exactly one argument, a version like 1.27");
    } else if (minor > GO_MINOR) {
        diag_error(r->line.pos, 0, "module requires go >= %s (gol has go1.%d)", words[0], GO_MINOR);
    } else if (minor < OLDEST_MINOR) {
        diag_error(
            r->line.pos, 0,
            "not supported yet: go %s, since loops made their variables once before go1.%d; gol has go1.%d",
            words[0], OLDEST_MINOR, GO_MINOR);
    }
}

static bool is_local(const char *path) {
    return *path == '/' || !strcmp(path, ".") || !strcmp(path, "..") || !strncmp(path, "./", 2) ||
           !strncmp(path, "../", 3);
}

static const char *join(const char *dir, const char *rest) {
    if (*rest == '/') return rest;
    return arena_printf(type_arena(), "%s/%s", dir, rest);
}

/* old [version] => new [version] */
static void read_replace(Reader *r, const char *const *words, int n) {
    ModuleLink link = {.path = n ? words[0] : "", .version = "", .line = r->line.number};
    int i = 1;
    if (i < n && strcmp(words[i], "=>")) link.version = words[i++];
    if (i + 1 >= n || strcmp(words[i], "=>") || i + 3 < n) {
        bad_line(r, "usage: replace module/path [v1.2.3] => other/module v1.4, or => ../local/directory");
        return;
    }
    link.to = words[i + 1];
    link.to_version = i + 2 < n ? words[i + 2] : NULL;
    if (is_local(link.to)) {
        char *full = realpath(join(r->m->dir, link.to), NULL);
        if (!full) {
            diag_error(r->line.pos, 0, "replacement directory %s: %s", link.to, strerror(errno));
            return;
        }
        link.to = arena_strdup(type_arena(), full, strlen(full));
        free(full);
    } else if (!link.to_version) {
        bad_line(
            r, "replacement module without version must be directory path (rooted or starting with . or ..)");
        return;
    }
    vec_push(type_arena(), &r->m->replaces, link);
}

static void read_directive(Reader *r, const char *verb, const char *const *words, int n) {
    static const char *const others[] = {"toolchain", "exclude", "retract", "godebug", "tool", "ignore"};
    if (!strcmp(verb, "module")) {
        if (n != 1)
            bad_line(r, "usage: module module/path");
        else if (r->m->path)
            bad_line(r, "repeated module statement");
        else
            r->m->path = words[0];
    } else if (!strcmp(verb, "go")) {
        read_version(r, words, n);
    } else if (!strcmp(verb, "require")) {
        if (n < 2)
            bad_line(r, "usage: require module/path v1.2.3");
        else
            vec_push(type_arena(), &r->m->requires,
                     ((ModuleLink){.path = words[0], .version = words[1], .line = r->line.number}));
    } else if (!strcmp(verb, "replace")) {
        read_replace(r, words, n);
    } else {
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            if (!strcmp(verb, others[i])) return;
        diag_error(r->line.pos, 0, "unknown directive: %s", verb);
    }
}

static void read_line(Reader *r) {
    const Line *l = &r->line;
    if (!l->n) return;
    if (r->block) {
        if (l->n == 1 && !strcmp(l->words[0], ")"))
            r->block = NULL;
        else
            read_directive(r, r->block, l->words, l->n);
    } else if (l->n == 2 && !strcmp(l->words[1], "(")) {
        r->block = l->words[0];
    } else {
        read_directive(r, l->words[0], l->words + 1, l->n - 1);
    }
}

static Module *read_module(const char *dir, const char *file) {
    Reader r = {.source = source_open(source_shown_path(file)), .m = ARENA_NEW(type_arena(), Module)};
    r.m->dir = arena_strdup(type_arena(), dir, strlen(dir));
    r.m->file = file;
    if (!r.source) {
        diag_error(0, 0, "%s: %s", file, strerror(errno));
        return r.m;
    }
    r.m->file = r.source->path;
    for (int i = 1; i <= r.source->line_count; i++) {
        split_line(&r, i);
        read_line(&r);
    }
    if (!r.m->path) {
        diag_error(source_pos(r.source, 0), 0, "no module declaration in %s", strrchr(file, '/') + 1);
        r.m->path = "main";
    }
    return r.m;
}

/* ---- modules by folder ------------------------------------------------------------------------------- */

typedef struct Known { /* a folder that was asked for */
    const char *dir;
    Module *m;
} Known;
static Vec(Known) known;

static Module *module_here(const char *dir) {
    static const char *const names[] = {"gol.mod", "go.mod"};
    for (int i = 0; i < 2; i++) {
        const char *file = arena_printf(type_arena(), "%s/%s", strcmp(dir, "/") ? dir : "", names[i]);
        if (!access(file, F_OK)) return read_module(dir, file);
    }
    return NULL;
}

Module *module_of_dir(const char *dir) {
    for (int i = 0; i < known.n; i++)
        if (!strcmp(known.v[i].dir, dir)) return known.v[i].m;
    Module *m = module_here(dir);
    const char *slash = strrchr(dir, '/');
    if (!m && slash && dir[1]) {
        const size_t n = slash == dir ? 1 : (size_t)(slash - dir);
        m = module_of_dir(arena_strdup(type_arena(), dir, n));
    }
    vec_push(type_arena(), &known, ((Known){arena_strdup(type_arena(), dir, strlen(dir)), m}));
    return m;
}

const char *module_import_path(const Module *m, const char *dir) {
    const size_t n = strlen(m->dir);
    const char *rest = strcmp(m->dir, "/") ? dir + n : dir;
    return *rest ? arena_printf(type_arena(), "%s%s", m->path, rest) : m->path;
}

/* ---- workspaces -------------------------------------------------------------------------------------- */

/* go.work, found at or above the current folder, or named by GOWORK: its modules see each other's packages.
 */
typedef struct Workspace {
    bool read;
    Module *file; /* NULL: there is none. Its replaces hold for all of its modules */
    Vec(Module *) modules;
} Workspace;
static Workspace workspace;

static const char *workspace_file(void) {
    const char *given = getenv("GOWORK");
    if (given && *given) return strcmp(given, "off") ? given : NULL;
    char *dir = getcwd(NULL, 0);
    const char *found = NULL;
    while (dir && !found) {
        const char *file = arena_printf(type_arena(), "%s/go.work", strcmp(dir, "/") ? dir : "");
        if (!access(file, F_OK)) found = file;
        char *slash = strrchr(dir, '/');
        if (!slash || !dir[1]) break;
        slash[slash == dir] = 0;
    }
    free(dir);
    return found;
}

static void read_use(Reader *r, const char *const *words, int n) {
    if (n != 1) {
        bad_line(r, "usage: use local/dir");
        return;
    }
    char *full = realpath(join(r->m->dir, words[0]), NULL);
    Module *m = full ? module_of_dir(full) : NULL;
    if (!m || strcmp(m->dir, full))
        diag_error(r->line.pos, 0, "cannot load module %s listed in go.work file: no go.mod there", words[0]);
    else
        vec_push(type_arena(), &workspace.modules, m);
    free(full);
}

static void read_workspace_line(Reader *r) {
    const Line *l = &r->line;
    if (!l->n) return;
    const char *verb = r->block ? r->block : l->words[0];
    const char *const *words = l->words + !r->block;
    const int n = l->n - !r->block;
    if (r->block && l->n == 1 && !strcmp(l->words[0], ")"))
        r->block = NULL;
    else if (!r->block && l->n == 2 && !strcmp(l->words[1], "("))
        r->block = l->words[0];
    else if (!strcmp(verb, "use"))
        read_use(r, words, n);
    else if (!strcmp(verb, "module") || !strcmp(verb, "require"))
        diag_error(r->line.pos, 0, "unknown directive: %s", verb);
    else
        read_directive(r, verb, words, n);
}

static void read_workspace(void) {
    if (workspace.read) return;
    workspace.read = true;
    const char *file = workspace_file();
    if (!file) return;
    char *full = realpath(file, NULL);
    Reader r = {.source = full ? source_open(source_shown_path(full)) : NULL,
                .m = ARENA_NEW(type_arena(), Module)};
    if (!r.source) {
        diag_error(0, 0, "%s: %s", file, strerror(errno));
        free(full);
        return;
    }
    r.m->dir = arena_strdup(type_arena(), full, (size_t)(strrchr(full, '/') - full));
    r.m->file = r.source->path;
    workspace.file = r.m;
    for (int i = 1; i <= r.source->line_count; i++) {
        split_line(&r, i);
        read_workspace_line(&r);
    }
    free(full);
}

/* Whether the module is one of the workspace's. */
static bool in_workspace(const Module *m) {
    read_workspace();
    for (int i = 0; i < workspace.modules.n; i++)
        if (workspace.modules.v[i] == m) return true;
    return false;
}

/* ---- packages ---------------------------------------------------------------------------------------- */

static bool is_dir(const char *path) {
    struct stat st;
    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* path without prefix and the slash between; NULL: it is not at or below it. */
static const char *below(const char *path, const char *prefix) {
    const size_t n = strlen(prefix);
    if (strncmp(path, prefix, n)) return NULL;
    return !path[n] ? path + n : path[n] == '/' ? path + n + 1 : NULL;
}

/* Upper-case letters are written !x in the cache of modules. */
static const char *escape_case(const char *path) {
    char *out = arena_alloc(type_arena(), strlen(path) * 2 + 1), *o = out;
    for (; *path; path++) {
        const bool upper = *path >= 'A' && *path <= 'Z';
        if (upper) *o++ = '!';
        *o++ = upper ? (char)(*path + 'a' - 'A') : *path;
    }
    return out;
}

static const char *cache_of_modules(void) {
    const char *own = getenv("GOMODCACHE"), *gopath = getenv("GOPATH"), *home = getenv("HOME");
    if (own && *own) return own;
    if (gopath && *gopath) return arena_printf(type_arena(), "%s/pkg/mod", gopath);
    return arena_printf(type_arena(), "%s/go/pkg/mod", home ? home : "");
}

static const char *downloaded(const char *path, const char *version) {
    return arena_printf(type_arena(), "%s/%s@%s", cache_of_modules(), escape_case(path),
                        escape_case(version));
}

/* The line for the longest module path at or above the package's. */
static const ModuleLink *best_link(Module *m, const char *path) {
    const ModuleLink *best = NULL;
    for (int i = 0; i < m->requires.n; i++) {
        const ModuleLink *l = &m->requires.v[i];
        if (below(path, l->path) && (!best || strlen(l->path) > strlen(best->path))) best = l;
    }
    for (int i = 0; i < m->replaces.n; i++) {
        const ModuleLink *l = &m->replaces.v[i];
        if (below(path, l->path) && (!best || strlen(l->path) >= strlen(best->path)) &&
            (!*l->version || !best || best->to || !strcmp(l->version, best->version)))
            best = l;
    }
    return best;
}

static const char *folder_of_link(Module *m, const ModuleLink *l) {
    if (l->to && !l->to_version) return l->to;
    const char *vendored = arena_printf(type_arena(), "%s/vendor/%s", m->dir, l->path);
    if (is_dir(vendored)) return vendored;
    return l->to ? downloaded(l->to, l->to_version) : downloaded(l->path, l->version);
}

/* The workspace's module with the longest path at or above the package's; main where there is no workspace.
 */
static Module *own_module(Module *main, const char *path) {
    Module *best = main;
    if (!in_workspace(main)) return main;
    for (int i = 0; i < workspace.modules.n; i++) {
        Module *m = workspace.modules.v[i];
        if (below(path, m->path) && (!below(path, best->path) || strlen(m->path) > strlen(best->path)))
            best = m;
    }
    return best;
}

/* The line of a module of the workspace, or of go.work itself, where the main one has none. */
static const ModuleLink *workspace_link(Module *main, const char *path, Module **of) {
    const ModuleLink *link = NULL;
    *of = main;
    if (!in_workspace(main)) return best_link(main, path);
    if ((link = best_link(workspace.file, path)) != NULL) return link;
    if ((link = best_link(main, path)) != NULL) return link;
    for (int i = 0; i < workspace.modules.n && !link; i++)
        if ((link = best_link(workspace.modules.v[i], path)) != NULL) *of = workspace.modules.v[i];
    return link;
}

const char *module_find_package(Module *root, const char *path, const ModuleLink **required) {
    Module *main = own_module(root, path), *of;
    const ModuleLink *link = workspace_link(root, path, &of);
    const char *own = below(path, main->path);
    *required = NULL;
    if (own && (!link || main != root || strlen(main->path) >= strlen(link->path))) {
        const char *dir = *own ? join(main->dir, own) : main->dir;
        return is_dir(dir) && module_of_dir(dir) == main ? dir : NULL;
    }
    *required = link;
    if (!link) return NULL;
    const char *base = folder_of_link(of, link), *rest = below(path, link->path);
    const char *dir = *rest ? join(base, rest) : base;
    return is_dir(dir) ? dir : NULL;
}
