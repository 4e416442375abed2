/* type.h: Go types.
 *
 * Floor 1. Types are made once by the makers below and never changed afterwards, apart from named types, type
 * parameters and interfaces, which are completed while their declarations are checked. Identity is
 * type_identical: composite types are not guaranteed to be shared. Predeclared types are single objects, but
 * byte and rune are objects of their own, of kind TYPE_UINT8 and TYPE_INT32, since messages tell them apart:
 * look at kinds. `any` is an alias. A type may be an alias wherever a type is held: ask type_unalias or
 * type_under before looking at its kind.
 */
#ifndef TYPE_H
#define TYPE_H

#include "ast.h"

typedef enum TypeKind {
    TYPE_INVALID,
    TYPE_BOOL,
    TYPE_INT,
    TYPE_INT8,
    TYPE_INT16,
    TYPE_INT32,
    TYPE_INT64,
    TYPE_UINT,
    TYPE_UINT8,
    TYPE_UINT16,
    TYPE_UINT32,
    TYPE_UINT64,
    TYPE_UINTPTR,
    TYPE_FLOAT32,
    TYPE_FLOAT64,
    TYPE_COMPLEX64,
    TYPE_COMPLEX128,
    TYPE_STRING,
    TYPE_UNSAFE_POINTER,
    TYPE_UNTYPED_BOOL,
    TYPE_UNTYPED_INT,
    TYPE_UNTYPED_RUNE,
    TYPE_UNTYPED_FLOAT,
    TYPE_UNTYPED_COMPLEX,
    TYPE_UNTYPED_STRING,
    TYPE_UNTYPED_NIL,
    TYPE_ARRAY,
    TYPE_SLICE,
    TYPE_STRUCT,
    TYPE_POINTER,
    TYPE_FUNC,
    TYPE_INTERFACE,
    TYPE_MAP,
    TYPE_CHAN,
    TYPE_NAMED, /* declared, or an instance of a generic declared type */
    TYPE_ALIAS, /* only for messages: every question about it is answered by its target (type_unalias) */
    TYPE_PARAM, /* type parameter */
    TYPE_TUPLE, /* results of a call */
    TYPE_UNION, /* of a constraint */
} TypeKind;

typedef struct StructField {
    const char *name;
    Type *type;
    bool embedded;
    const char *tag; /* NUL-terminated; NULL: none */
    int tag_len;
    Package *pkg; /* where an unexported name belongs */
    Object *obj;
} StructField;

typedef struct Method {
    const char *name;
    Package *pkg;
    Type *sig;     /* TYPE_FUNC without receiver */
    Object *obj;   /* OBJ_FUNC; its decl for concrete methods */
    bool ptr_recv; /* concrete: declared with a pointer receiver */
} Method;

typedef struct UnionTerm {
    bool tilde;
    Type *type;
} UnionTerm;

struct Type {
    TypeKind kind;
    union {
        struct {
            Type *elem;
            int64_t len;
        } array;    /* len < 0: being inferred ([...]) */
        Type *elem; /* SLICE, POINTER */
        struct {
            Vec(StructField) fields;
        } struct_;
        struct {
            TypeList params, results;
            bool variadic;                      /* last param is then a TYPE_SLICE */
            TypeList tparams;                   /* TYPE_PARAMs of a generic function */
            ObjectList param_objs, result_objs; /* names for messages; may be empty */
        } func;
        struct {
            Vec(Method) methods; /* explicit ones, as written */
            TypeList embeds;
            Vec(Pos) embed_pos;
            Vec(Method) all; /* complete: methods of embedded interfaces too, sorted by name, then pkg */
            bool complete, comparable; /* comparable: embeds comparable */
            Vec(UnionTerm) terms;
            bool has_terms; /* complete: the type set, where limited */
            bool completing;
            uint8_t walk;  /* check_interface_cycles's */
            bool implicit; /* wraps a constraint literal such as ~int */
        } iface;           /* type_iface_complete sets it up */
        struct {
            Type *key, *elem;
        } map;
        struct {
            ChanDir dir;
            Type *elem;
        } chan;
        struct {
            Object *obj;
            Type *underlying;      /* NULL until resolved: use type_under */
            Type *rhs;             /* as declared, before resolution: may be named or an alias */
            bool resolving, valid; /* valid: known not to hold itself */
            Vec(Method) methods;   /* declared, in source order */
            Type *origin;          /* generic type that this instantiates, or NULL */
            Pos pos;               /* an instance: where it was first written, or 0 */
            TypeList tparams;      /* of a generic type */
            TypeList targs;        /* of an instance */
            TypeList implicit; /* declared in a generic function: the type parameters around it. It is another
                                  type in each instance of the function: type_subst gives one with targs, the
                                  implicit ones first, and this type as origin */
            int vertex;        /* check_mono's */
            int local_id; /* types declared in functions: number within the function, 0 at package level */
            int local_number; /* the same, within the package: as names of instances show it */
            FuncNode *local_in;
        } named;
        struct {
            Object *obj;
            Type *target;
            Type *origin;
            TypeList tparams, targs;
        } alias;
        struct {
            Object *obj;
            Type *constraint;
            int index;
            Type *iface; /* the constraint as an interface: type_under */
            Type *canon;
            int vertex; /* check_mono's: what this is a copy of; number in its graph */
        } param;
        struct {
            TypeList types;
        } tuple;
        struct {
            Vec(UnionTerm) terms;
        } union_;
    };
    uint32_t hash; /* type_hash, 0: not computed */
    void *backend; /* the emitter's own record of this type */
};

/* Where types and constants are made: one arena a compilation. */
Arena *type_arena(void);

/* Predeclared types by kind: type_basic(TYPE_INT). */
Type *type_basic(TypeKind kind);
extern Type *type_error, *type_any, *type_comparable, *type_byte, *type_rune;

Type *type_new_array(Type *elem, int64_t len), *type_new_slice(Type *elem), *type_new_pointer(Type *elem),
    *type_new_map(Type *key, Type *elem), *type_new_chan(ChanDir dir, Type *elem),
    *type_new_tuple(TypeList types), *type_new_func(TypeList params, TypeList results, bool variadic),
    *type_new_named(Object *obj), *type_new_struct(void), *type_new_interface(void),
    *type_new_param(Object *obj, int index);

Type *type_unalias(Type *t);
Type *type_under(Type *t); /* underlying type; for a type parameter its constraint interface */
Type *type_core(Type *t);  /* what the underlying types of t's type set have in common; NULL: nothing */
Type *type_core_why(Type *t, const char **why); /* and Go's reason, where there is none */
Type *
type_deref(Type *t,
           bool *was_pointer); /* the base of an unnamed pointer type, else t; was_pointer may be NULL */
bool type_is_valid(Type *t);
bool type_identical(Type *a, Type *b);
uint32_t type_hash(Type *t);     /* equal for identical types; stable across runs */
Type *type_canon(Type *t);       /* one representative of all identical types (for tables by pointer) */
bool type_comparable_p(Type *t); /* == allowed (interfaces included) */
bool type_strictly_comparable(Type *t);
const char *
type_incomparable_why(Type *t); /* "struct containing []int cannot be compared"; "" where obvious */
/* *why (may be NULL): Go's "T does not implement I (missing method M)". Its types are spelt for
 * type_text_package. */
bool type_implements(Type *t, Type *iface, const char **why);
bool type_satisfies(Type *t, Type *constraint, const char **why); /* as type argument */
/* Whether t has iface's methods; *why: "(missing method M)". is_static false: t an interface may lack some.
 */
bool type_has_methods(Type *t, Type *iface, bool is_static, const char **why, bool *wrong_type);
extern Package *type_text_package;
Type *type_default(Type *t);   /* of an untyped type; others as they are */
bool type_has_params(Type *t); /* mentions a type parameter */
bool type_is_generic(Type *t); /* named or alias that wants type arguments */

/* Type sets. Whether f holds for each term's type and its underlying type; of a type parameter without
 * terms it is asked once with NULL, of other types once with the type itself. */
bool type_set_all(Type *t, bool (*f)(Type *t, Type *under, void *arg), void *arg);
bool type_all(Type *t,
              bool (*is)(Type *));      /* is(t) for all types of the set; false for a set without terms */
Type *type_iface_complete(Type *iface); /* fills in all, terms, comparable; reports duplicate methods once */
Type *type_param_iface(Type *param);
bool type_set_is_empty(Type *iface);
bool type_iface_is_constraint(Type *iface); /* has terms or is comparable: no type of variables */
Method *type_iface_method(Type *iface, const char *name, Package *pkg);
bool type_terms_disjoint(const UnionTerm *a, const UnionTerm *b);

/* Set by the checker: completes an object whose type is asked for before its declaration was checked. */
extern void (*type_resolve_object)(Object *obj);

bool type_is_bool(Type *), type_is_integer(Type *), type_is_unsigned(Type *), type_is_float(Type *),
    type_is_complex(Type *), type_is_numeric(Type *), type_is_string(Type *), type_is_untyped(Type *),
    type_is_interface(Type *), type_is_named(Type *), type_is_pointer(Type *), type_is_param(Type *),
    type_is_ordered(Type *), type_has_nil(Type *), type_is_typed(Type *), type_is_constant_kind(Type *);

/* As messages and reflect spell it. relative_to: package names are left out for that package (NULL: never).
 */
const char *type_string(Type *t, Package *relative_to);
const char *type_signature_string(Type *func,
                                  Package *relative_to); /* without "func", without parameter names */
const char *type_terms_string(Type *iface, Package *relative_to);

/* Size and alignment in C (gol.h's representation), in bytes. No type parameters within. */
int64_t type_size(Type *t), type_align(Type *t);
int64_t type_field_offset(Type *struct_type, int index);
int64_t type_ptrdata(Type *t); /* bytes of the prefix that can hold pointers */
bool type_is_direct(Type *t);  /* pointer-shaped: an interface's data word holds it */

/* Substitutes type arguments for type parameters; shares what does not change. Instances are interned: one
 * Type for identical (origin, targs). */
Type *type_subst(Type *t, const TypeList *params,
                 const TypeList *args); /* an argument may be NULL: unchanged */
Type *type_instantiate(Type *generic,
                       const TypeList *args); /* named type or func; arguments already checked */

/* Field or method `name` of t as a selector finds it, pkg for unexported names. */
typedef struct Lookup {
    enum {
        LOOKUP_NONE,
        LOOKUP_FIELD,
        LOOKUP_METHOD,
        LOOKUP_IFACE_METHOD,
        LOOKUP_AMBIGUOUS,
        LOOKUP_PTR_NEEDED
    } kind;
    Vec(int) path; /* as Selection.path */
    bool indirect;
    StructField *field;
    Method method; /* sig substituted for instances */
    Type *recv;    /* concrete method: the named type that declares it (an instance where generic) */
} Lookup;
Lookup type_lookup(Type *t, const char *name, Package *pkg, bool addressable);

/* The method set of t (pointer types included), sorted by name then package path, with paths: what itabs and
 * descriptors are made from. */
typedef struct MethodSetEntry {
    Lookup lookup;
    const char *name;
} MethodSetEntry;
typedef Vec(MethodSetEntry) MethodSet;
MethodSet type_method_set(Type *t);

#endif
