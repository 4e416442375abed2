/* package.h: packages and how imports find them.
 *
 * Floor 2. A package is loaded once a compilation. Of an imported package that is compiled elsewhere (the
 * standard library) only declarations are checked; bodies of generic functions are checked when an instance
 * is needed (package_need_body).
 */
#ifndef PACKAGE_H
#define PACKAGE_H

#include "ast.h"
#include "unit.h"

typedef struct InitItem { /* one `lhs… = rhs` of package level, in initialisation order */
    ObjectList lhs;       /* may hold blanks */
    Expr *rhs;
    Decl *decl;
} InitItem;

struct Package {
    const char *path; /* import path: "main", "sync/atomic" */
    const char *name;
    const char *dir;
    Scope *scope;
    Vec(AstFile *) files;
    Vec(Package *) imports; /* direct, each once, in order of first import */
    bool fake;              /* stands for one that could not be imported: its names are not looked for */
    bool std;               /* of the standard library */
    bool bodies;            /* function bodies are checked and lowered here */
    uint8_t state;
    Vec(FuncNode *) funcs;    /* declared functions and methods, in source order */
    Vec(FuncNode *) inits;    /* func init()s, in order */
    Vec(InitItem) init_order; /* check: */
    Vec(Decl *) types;        /* package-level and local type declarations */
    struct Checker *checker;  /* check.c's; kept for bodies that are asked for later */
};

/* Parses a unit's files, whole or (bodies false) as outlines. NULL after errors were reported. */
Package *package_load(Unit *unit, bool bodies);
/* The unit's next load starts anew: it was loaded as an outline and is to be compiled now. */
void package_forget(Unit *unit);
/* Set by the pipeline: whether the bodies of an imported package are checked and lowered in this compilation.
 */
extern bool (*package_wants_bodies)(const char *path, const char *dir);
/* Whether outlines keep small bodies, for inlining (true). Without them imports are read faster, and a change
 * in a body concerns its own package only. */
extern bool package_inlines;
/* The path of a package of this name in the standard library, if it is well known; NULL: none. */
const char *package_path_for_name(const char *name);
/* What an import declaration at `at` denotes, parsed. NULL after an error was reported, now or with the unit.
 */
Package *package_import(const char *path, Pos at);
extern Package *package_unsafe;

/* Checks a package and, before it, what it imports. False when errors were reported. (check.c) */
bool check_package(Package *pkg);
/* Checks the body of a function of an imported package, for instantiation or inlining. */
bool package_need_body(FuncNode *fn);
/* Whether a function of another package is one that C may inline: its body is at hand and small. */
bool package_may_inline(const FuncNode *fn);

#endif
