/* testmain.h: finding the tests of a package, and the main function that runs them.
 *
 * Floor 7.
 */
#ifndef TESTMAIN_H
#define TESTMAIN_H

#include "unit.h"

typedef struct TestMain {
    const char *text; /* the program, Go */
    size_t size;
    bool any; /* there are _test files */
} TestMain;

/* Looks through the _test files of a package and of the one beside it; either may be NULL. What has the name
 * of a test but is none is reported. */
TestMain testmain_make(const Unit *inside, const Unit *outside, const char *import_path);

#endif
