/* module.h: go.mod files, and where the packages of modules lie.
 *
 * Floor 2. A folder belongs to the module whose go.mod (or gol.mod, which goes first) is found in it or
 * above.
 */
#ifndef MODULE_H
#define MODULE_H

#include <stdbool.h>

#include "vec.h"

typedef struct ModuleLink { /* where packages below a path come from, other than the module's own folder */
    const char *path, *version; /* version "": any */
    const char *to;             /* replace: a folder, absolute, or a module path; NULL: a require */
    const char *to_version;     /* of a replacement that is a module path, else NULL */
    int line;
} ModuleLink;

typedef struct Module {
    const char *path; /* as the module line has it */
    const char *dir;  /* absolute */
    const char *file; /* go.mod, as messages name it */
    Vec(ModuleLink) requires, replaces;
} Module;

/* The module that a folder (absolute path) is in; NULL where there is none. What is wrong with its file is
 * reported once. */
Module *module_of_dir(const char *dir);

/* The folder of the package, absolute: in the module itself, where a replace line says, in vendor/, or in the
 * cache of downloaded modules. NULL: in none of these; *required is then the require or replace line that
 * should have it, or NULL. */
const char *module_find_package(Module *main, const char *path, const ModuleLink **required);

/* The import path of a folder (absolute) of the module. */
const char *module_import_path(const Module *m, const char *dir);

#endif
