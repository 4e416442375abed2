/* package.h: packages and how imports find them.
 *
 * Floor 2. A package is loaded once a compilation. Of an imported package that is compiled elsewhere (the
 * standard library) only declarations are checked; bodies of generic functions are checked when an instance
 * is needed (package_need_body).
 */
#ifndef PACKAGE_H
#define PACKAGE_H

#include "ast.h"

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
    bool bodies;            /* function bodies are checked and lowered here */
    uint8_t state;
    Vec(FuncNode *) funcs;    /* declared functions and methods, in source order */
    Vec(FuncNode *) inits;    /* func init()s, in order */
    Vec(InitItem) init_order; /* check: */
    Vec(Decl *) types;        /* package-level and local type declarations */
    struct Checker *checker;  /* check.c's; kept for bodies that are asked for later */
};

/* Where `import "path"` finds sources: dirs joined with the path, first hit wins. */
void package_add_root(const char *dir);
/* The source files of a folder that make its package on this system, in order of name. */
typedef Vec(const char *) PathList;
PathList package_dir_files(const char *dir);
Package *package_load_files(const char *path, const char *const *files, int n,
                            bool bodies); /* parsed, not checked */
Package *package_load_dir(const char *path, const char *dir,
                          bool bodies); /* the files that fit this system */
/* Set by the pipeline: whether the bodies of an imported package are checked and lowered in this compilation.
 */
extern bool (*package_wants_bodies)(const char *path, const char *dir);
/* The path of a package of this name right below a root, or of a few well-known ones deeper; NULL: none. */
const char *package_path_for_name(const char *name);
Package *package_import(const char *path, Pos at); /* NULL after an error was reported */
extern Package *package_unsafe;

/* Checks a package and, before it, what it imports. False when errors were reported. (check.c) */
bool check_package(Package *pkg);
/* Checks the body of a function of an imported package, for instantiation or inlining. */
bool package_need_body(FuncNode *fn);
/* Whether a function of another package is one that C may inline: its body is at hand and small. */
bool package_may_inline(const FuncNode *fn);

#endif
