/* build.h: from the units of a program to its objects, what the cache has left out.
 *
 * Floor 7. A unit is translated in a forked child, so several are at a time, and what one leaves in the
 * tables of the compiler disturbs no other; its C is compiled piece by piece. Both are kept by content
 * (cache.h): a unit by its sources and by what it can see of what it imports, which is the outlines of their
 * sources and, in a full build, what their functions do with their arguments; a piece by its C.
 */
#ifndef BUILD_H
#define BUILD_H

#include "pipeline.h"
#include "toolchain.h"
#include "unit.h"

typedef struct BuildOptions {
    BuildMode mode;
    PipelineOptions pipeline;
    bool verbose;  /* name each package that is compiled */
    bool commands; /* show commands */
    bool dry;      /* do not run them: nothing is compiled */
    bool progress; /* say what is being done when it takes longer than a second */
} BuildOptions;

/* The key of everything that a program is made from. units: as units_sorted gives them. */
const char *build_key(const UnitList *units, const BuildOptions *options, Arena *a);

/* Makes the objects of the units that are not in the cache yet, and lists all, in the order of the units.
 * Errors in the program are shown, and then the result is false. folder: the cache's. */
bool build_objects(const UnitList *units, const BuildOptions *options, const char *folder, Words *objects);

/* Checks the units and what they import, and shows errors; false where there are any. */
bool build_check(const UnitList *units);

/* Links; the executable is replaced when it is whole. */
void build_link(const Words *objects, const char *executable, const BuildOptions *options);

#endif
