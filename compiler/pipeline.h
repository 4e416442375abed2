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
    bool explain;      /* print what escapes and why (-m), on standard error */
    bool all_heap;     /* nothing stays on the stack that could be on the heap (-escape=off) */
    bool all_checks;   /* no check is removed, provable or not (-prove=off) */
    bool no_lines;     /* C without #line */
    bool small_pieces; /* for pipeline_emit_pieces: as small as makes an edit compile quickly */
    bool library;      /* it is the standard library, of which nothing is known yet */
    FILE *summaries;   /* NULL, or where the escape summaries of its functions go */
    bool full_paths;   /* the C names files by absolute paths */
} PipelineOptions;

/* Reads what importers see of a package, and all that it imports, unless that was done before. */
void pipeline_read(Unit *unit);

/* Parses and checks a package. NULL after errors, which are collected in diag. */
Package *pipeline_check(Unit *unit);

/* From a checked package to its IR, ready for the emitter. NULL after errors ("not supported yet"). */
IrModule *pipeline_lower(Package *pkg, const PipelineOptions *options);

/* Writes the module's C. */
void pipeline_emit(IrModule *m, const PipelineOptions *options, FILE *out);

/* The module's C in pieces that are compiled apart; take gets each in turn. */
typedef void PipelineTake(void *arg, const char *text, size_t n);
void pipeline_emit_pieces(IrModule *m, const PipelineOptions *options, PipelineTake *take, void *arg);

#endif
