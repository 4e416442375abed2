/* unit.h: packages before they are parsed: which files, which imports, in which folders.
 *
 * Floor 2. A unit is what is compiled by itself. Its imports are read from the head of each file; nothing
 * else is looked at, so finding all units of a program costs little more than reading them. Units of the
 * standard library stand for themselves: they are compiled already, and neither their files nor their imports
 * are looked at here.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>

#include "module.h"
#include "source.h"
#include "vec.h"

typedef struct Unit Unit;

typedef struct UnitImport {
    const char *path; /* as written, interned */
    Pos at;           /* of the first import declaration that names it */
    Unit *unit;       /* NULL: an error was reported for it, or it is unsafe */
} UnitImport;

typedef enum UnitTests {                     /* which _test files belong to it */
                         UNIT_PLAIN,         /* none */
                         UNIT_WITH_TESTS,    /* those of the package itself */
                         UNIT_TESTS_OUTSIDE, /* only those of package NAME_test; its path ends in _test, too
                                              */
} UnitTests;

struct Unit {
    const char *path;        /* in symbols: the import path, or "main" for a program; interned */
    const char *import_path; /* interned; of a program the one that its folder has */
    const char *name;        /* of the package clauses; NULL: could not be read */
    const char *dir;         /* absolute */
    const char *shown;       /* dir as the command line names it; NULL: by source_shown_path */
    Module *module;          /* NULL: in none */
    bool std;                /* of the standard library: files and imports are empty */
    UnitTests tests;
    Vec(SourceFile *) files;
    Vec(UnitImport) imports; /* each path once, sorted; "unsafe" included */
    bool failed;             /* an error of its files or imports was reported */
    int mark;                /* units_sorted's */
    struct Package *package; /* package.c's: once it is loaded */
    void *build;             /* the driver's */
};
typedef Vec(Unit *) UnitList;
typedef Vec(const char *) PathList;

/* Where the standard library lies: dirs joined with an import path, first hit wins. */
void unit_add_root(const char *dir);
/* Whether its folder is the standard library's. */
bool unit_in_std(const Unit *u);
/* The folder of a package of the standard library, or NULL. */
const char *unit_std_dir(const char *path);

/* The unit of a folder. Its files are the .go and .gol files there (where both NAME.go and NAME.gol exist,
 * the .gol one) that build constraints leave in. NULL: it holds no such file, which was reported unless
 * quiet. */
Unit *unit_of_dir(const char *dir, UnitTests tests, bool quiet);
/* A program, or package, of files that are named. */
Unit *unit_of_files(const char *const *files, int n);
/* The same of a text at hand, for a main function that is made. Imports are found as from dir. */
Unit *unit_of_text(const char *path, const char *dir, const char *file, const char *text, size_t size);
/* Compiles it as the package of this path. */
void unit_set_path(Unit *u, const char *path);
/* Fills in the files of a unit of the standard library, for its outline. */
void unit_read_std(Unit *u);
/* From now on an import of instead->import_path, from wherever, gives `instead`. */
void unit_replace(Unit *instead);

/* What `import "path"` in `from` denotes; NULL after an error at `at` was reported. */
Unit *unit_import(Unit *from, const char *path, Pos at);
/* The unit that a file belongs to, and the one of a path in symbols. NULL: none was made. */
Unit *unit_of_source(const SourceFile *file);
Unit *unit_of_path(const char *path);

/* The units that root needs, itself included and last, each behind what it imports, without those of the
 * standard library. Reports import cycles, programs that are imported and the like. */
UnitList units_sorted(Unit *root);

#endif
