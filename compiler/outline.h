/* outline.h: the text of a file without the bodies of its functions.
 *
 * Floor 2.
 */
#ifndef OUTLINE_H
#define OUTLINE_H

#include "source.h"
#include "vec.h"

typedef struct Outline {
    const char *text;
    bool kept;             /* some body was kept */
    Vec(uint32_t) blanked; /* from and to of each body that is blank, braces left out: offsets */
} Outline;

/* A copy of the file's text in which the bodies of functions that are neither generic nor, if these are to be
 * kept, small are blank: braces, line ends and all positions stay. Of a package that is compiled elsewhere
 * nothing else is needed, and parsing is most of the work of an import. In the arena of types. The text must
 * be correct Go; what is not gives some text that is not either. */
Outline outline_of(const SourceFile *file, bool keep_small);
const char *outline_text(const SourceFile *file); /* the text alone, with small bodies */

/* Whether the body between these two (from behind the opening brace to the closing one) is small enough for
 * importers to inline, and holds nothing that forbids it: its text stays in the outline. */
bool outline_keeps(const char *from, const char *end);

#endif
