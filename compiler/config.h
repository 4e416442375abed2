/* config.h: where gol finds what belongs to it, and which C compiler it runs.
 *
 * Floor 7. Everything lies under one root: $GOLROOT, or else the folder of the gol binary (a build tree), or
 * else the folder above that (an installation): ROOT/include/gol/gol.h   ROOT/lib/libgolrt.a, libgolstd.a
 *  ROOT/share/gol/std/PACKAGE/ (library sources)   ROOT/share/gol/std.escapes
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdint.h>

typedef struct Config {
    const char *root, *include, *lib, *std;
    const char *escapes; /* what the library's functions keep (summary.h); not there while gol is built */
    const char *cache;   /* folder of cached results, made when needed; NULL: none can be had */
    const char *cc;      /* $CC, may hold arguments; else gcc, clang or cc, whichever there is first */
    const char *cflags;  /* $CFLAGS; NULL: unset */
} Config;

const Config *
config(void); /* found out at first use; fails with a message where a root or library is not there */

/* A number that changes when the compiler, the runtime or the library does. */
uint64_t config_build_id(void);

#define GOL_VERSION    "0.1.0"
#define GOL_GO_VERSION "go1.27"

#endif
