/* constraint.h: build constraints.
 *
 * Floor 2.
 */
#ifndef CONSTRAINT_H
#define CONSTRAINT_H

#include <stdbool.h>
#include <stddef.h>

enum { GO_MINOR = 27 }; /* of the language version */

/* The value of the //go:build line before the package clause, true where there is none. Where it is wrong,
 * false, and *bad is where. */
bool constraint_text_holds(const char *text, const char **bad);

/* False for a name like x_windows.go or x_linux_arm64.go that is for another system. stem: the name without
 * extension and without _test. */
bool constraint_name_fits(const char *stem, size_t n);

/* Tags that hold besides those of the system, commas or spaces between them: what -tags says. */
void constraint_set_tags(const char *list);

#endif
