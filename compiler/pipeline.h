/* pipeline.h: the passes in their order.
 *
 * Floor 7.
 */
#ifndef PIPELINE_H
#define PIPELINE_H

#include <stdbool.h>
#include <stdio.h>

#include "ir.h"
#include "package.h"

typedef struct PipelineOptions {
    bool explain;  /* print what escapes and why (-m), on standard error */
    bool all_heap; /* nothing stays on the stack that could be on the heap (-escape=off) */
    bool no_lines; /* C without #line */
} PipelineOptions;

/* Reads, parses and checks the files of one package. NULL after errors, which are collected in diag. */
Package *pipeline_check(const char *import_path, const char *const *files, int n);

/* From a checked package to its IR, ready for the emitter. NULL after errors ("not supported yet"). */
IrModule *pipeline_lower(Package *pkg, const PipelineOptions *options);

/* Writes the module's C. */
void pipeline_emit(IrModule *m, const PipelineOptions *options, FILE *out);

/* All of it: writes the package's C to out. False after errors. */
bool pipeline_translate(const char *import_path, const char *const *files, int n,
                        const PipelineOptions *options, FILE *out);

#endif
