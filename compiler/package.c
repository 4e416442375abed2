/* package.c: loading packages: parsing the files of a unit, whole or as outlines.
 *
 * Floor 2. A package is loaded once. Which files it has and where imports lead is known to its unit.
 */
#include "package.h"

#include <string.h>

#include "cst.h"
#include "intern.h"
#include "outline.h"
#include "type.h"
#include "universe.h"

static bool add_file(Package *p, SourceFile *source) {
    AstFile *file;
    SourceFile outline = *source;
    if (!p->bodies) outline.text = outline_of(source, package_inlines).text;
    if (!cst_parse_file(p->bodies ? source : &outline, &file)) return false;
    file->source = source;
    file->package = p;
    if (!p->name) p->name = file->package_name;
    vec_push(type_arena(), &p->files, file);
    return true;
}

Package *package_load(Unit *unit, bool bodies) {
    Package *p = ARENA_NEW(type_arena(), Package);
    unit->package = p;
    p->path = unit->path;
    p->dir = unit->dir;
    p->std = unit->std || unit_in_std(unit);
    p->bodies = bodies;
    if (unit->std) unit_read_std(unit);
    bool ok = !unit->std || unit->files.n > 0;
    for (int i = 0; i < unit->files.n; i++) ok &= add_file(p, unit->files.v[i]);
    p->fake = !ok;
    return ok ? p : NULL;
}

void package_forget(Unit *unit) { unit->package = NULL; }

bool package_may_inline(const FuncNode *fn) {
    if (!strcmp(fn->obj->pkg->path, "runtime")) return false; /* its functions count frames */
    if (!fn->body || !fn->body->stmts.n || fn->tparams.n || fn->recv_tparams.n || fn->has_recover)
        return false;
    for (int i = 0; i < fn->pragmas.n; i++)
        if (strstr(fn->pragmas.v[i], "go:noinline") || strstr(fn->pragmas.v[i], "go:linkname")) return false;
    const SourceFile *file = source_file(fn->body->lbrace);
    return outline_keeps(file->text + source_offset(file, fn->body->lbrace) + 1,
                         file->text + source_offset(file, fn->body->rbrace));
}

Package *package_import(const char *path, Pos at) {
    if (!strcmp(path, "unsafe")) return universe_unsafe();
    Unit *from = unit_of_source(source_file(at)), *u = from ? unit_import(from, path, at) : NULL;
    if (!u || u->failed) return NULL;
    Package *p = u->package;
    if (p) return p->fake ? NULL : p;
    return package_load(u, package_wants_bodies && package_wants_bodies(u->path, u->dir));
}

const char *package_path_for_name(const char *name) {
    static const char *const deeper[] = {
        "math/rand",       "net/http",       "encoding/json",   "sync/atomic",   "path/filepath",
        "os/exec",         "os/signal",      "io/fs",           "unicode/utf8",  "math/bits",
        "math/big",        "container/heap", "container/list",  "text/template", "text/tabwriter",
        "encoding/binary", "encoding/hex",   "encoding/base64", "runtime/debug"};
    for (size_t i = 0; i < sizeof deeper / sizeof *deeper; i++)
        if (!strcmp(strrchr(deeper[i], '/') + 1, name) && unit_std_dir(deeper[i])) return deeper[i];
    for (const char *p = name; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))) return NULL;
    return !strcmp(name, "unsafe") || unit_std_dir(name) ? name : NULL;
}

bool (*package_wants_bodies)(const char *path, const char *dir);
bool package_inlines = true;
