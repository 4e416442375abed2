/* universe.h: what is declared before any program: types, true, false, iota, nil, the built-in functions, and
 * package unsafe.
 *
 * Floor 1.
 */
#ifndef UNIVERSE_H
#define UNIVERSE_H

#include "scope.h"

/* Object.builtin of an OBJ_BUILTIN, Expr.call.builtin of a CALL_BUILTIN. */
typedef enum Builtin {
    BUILTIN_NONE,
    BUILTIN_APPEND,
    BUILTIN_CAP,
    BUILTIN_CLEAR,
    BUILTIN_CLOSE,
    BUILTIN_COMPLEX,
    BUILTIN_COPY,
    BUILTIN_DELETE,
    BUILTIN_IMAG,
    BUILTIN_LEN,
    BUILTIN_MAKE,
    BUILTIN_MAX,
    BUILTIN_MIN,
    BUILTIN_NEW,
    BUILTIN_PANIC,
    BUILTIN_PRINT,
    BUILTIN_PRINTLN,
    BUILTIN_REAL,
    BUILTIN_RECOVER,
    BUILTIN_UNSAFE_ADD,
    BUILTIN_UNSAFE_ALIGNOF,
    BUILTIN_UNSAFE_OFFSETOF,
    BUILTIN_UNSAFE_SIZEOF,
    BUILTIN_UNSAFE_SLICE,
    BUILTIN_UNSAFE_SLICEDATA,
    BUILTIN_UNSAFE_STRING,
    BUILTIN_UNSAFE_STRINGDATA,
} Builtin;

typedef struct BuiltinInfo {
    const char *name; /* as messages spell it; unsafe ones without "unsafe." */
    int nargs;        /* fewest arguments */
    bool variadic;
    enum {
        BUILTIN_EXPRESSION,
        BUILTIN_STATEMENT,
        BUILTIN_CONVERSION
    } kind; /* as go/types: may it stand alone */
} BuiltinInfo;
extern const BuiltinInfo builtin_info[];

Scope *universe_scope(void);    /* set up on the first call */
Package *universe_unsafe(void); /* package unsafe; the same as package_unsafe */
extern Object *universe_iota, *universe_nil, *universe_error_method; /* set up with the scope */

#endif
