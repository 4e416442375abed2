/* output.h: files that are replaced only when the new one is whole, and temporary files that never stay.
 *
 * Floor 7. What is open here when the process ends, by exit or by a signal that ends it, is removed.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

typedef struct Output Output;

/* A new file beside path, to be written and then put in its place. "-" is standard output. NULL with errno
 * set if it cannot be made (EISDIR where path is a folder). */
Output *output_open(const char *path);
FILE *output_file(Output *o);
const char *output_path(const Output *o); /* of the new file, for others to write */
/* Writes everything out and puts the file in place. False with errno set, and nothing changed, if that fails.
 */
bool output_commit(Output *o);
void output_drop(Output *o); /* removes the new file */

bool output_make_folders(const char *path); /* the folder and all above it */

#endif
