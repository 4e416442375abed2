/* scope.h: objects and lexical scopes.
 *
 * Floor 2 (declared on floor 1's terms). An Object is anything a name can denote.
 */
#ifndef SCOPE_H
#define SCOPE_H

#include "ast.h"

typedef enum ObjectKind {
    OBJ_BAD,
    OBJ_PACKAGE,
    OBJ_CONST,
    OBJ_TYPE,
    OBJ_VAR,
    OBJ_FUNC,
    OBJ_BUILTIN,
    OBJ_NIL,
    OBJ_LABEL,
} ObjectKind;

typedef enum VarRole { VAR_GLOBAL, VAR_LOCAL, VAR_PARAM, VAR_RESULT, VAR_RECV, VAR_FIELD } VarRole;

struct Object {
    ObjectKind kind;
    VarRole role;
    const char *name;
    Pos pos;
    Type *type;
    Package *pkg; /* declaring package; NULL: universe */
    Scope *parent;
    bool used;
    uint8_t state;     /* check_decl: 0 untouched, 1 in progress, 2 done */
    Decl *decl;        /* package level and local declarations */
    int index;         /* position in decl's names; field index */
    Const *val;        /* OBJ_CONST */
    Package *imported; /* OBJ_PACKAGE */
    int builtin;       /* OBJ_BUILTIN */
    FuncNode *func;    /* OBJ_FUNC: its declaration; OBJ_VAR (local, param): the function that owns it */
    bool captured;     /* variable used by a literal inside its function */
    bool reassigned;   /* assigned, or its address taken, after its declaration */
    bool addr_taken;
    AstFile *file;
    Pos scope_pos; /* a local name is visible from here on */
    void *ir;      /* lowering's own */
    void *dep;     /* initorder's own */
};

Scope *scope_new(Scope *parent);
Object *scope_insert(Scope *s, Object *obj);    /* returns the earlier object of that name, or NULL */
Object *scope_find(Scope *s, const char *name); /* this scope only */
Object *scope_lookup(Scope *s, const char *name, Pos at,
                     Scope **where); /* outwards; at 0: ignore scope_pos */
Scope *scope_parent(Scope *s);
void scope_each(Scope *s, void (*visit)(Object *, void *), void *arg); /* in order of insertion */
Object *object_new(ObjectKind kind, const char *name, Pos pos, Type *type, Package *pkg);
bool object_exported(const char *name);

#endif
