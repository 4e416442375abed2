/* The order of the passes, from source files to C. Start reading the compiler here.
 *
 *   source ─ cst ─▶ AST ─ check ─▶ typed AST ─ lower ─▶ IR ─ expand, escape, prove ─▶ IR ─ emit ─▶ C
 *
 * No pass runs on a tree with errors. In debug builds the IR is verified after each pass that makes or
 * changes it.
 */
#include "pipeline.h"

#include <string.h>

#include "diag.h"
#include "emit.h"
#include "config.h"
#include "lower.h"
#include "summary.h"

static void verify(const IrModule *m, const char *pass) {
#ifndef NDEBUG
    ir_verify(m, pass);
#else
    (void)m, (void)pass;
#endif
}

void pipeline_read(Unit *unit) {
    Package *pkg = unit->package != NULL || unit->failed ? NULL : package_load(unit, false);
    if (pkg != NULL) check_package(pkg);
}

Package *pipeline_check(Unit *unit) {
    Package *pkg = package_load(unit, true);
    if (pkg == NULL) return NULL;
    return check_package(pkg) && diag_error_count() == 0 ? pkg : NULL;
}

/* Of the standard library, unless it is being summarized. None (gol is being built) is as good. */
static void read_summaries(const PipelineOptions *options) {
    static bool done;
    if (!done && !options->library) summary_read(config()->escapes);
    done = true;
}

IrModule *pipeline_lower(Package *pkg, const PipelineOptions *options) {
    read_summaries(options);
    IrModule *m = lower_package(arena_new(), pkg);
    if (m == NULL || diag_error_count() > 0) return NULL;
    verify(m, "lower");
    expand_module(m);
    verify(m, "expand");
    inline_choose(m);
    EscapeOptions escape = {.explain = options->explain ? stderr : NULL,
                            .all_heap = options->all_heap,
                            .summaries = options->summaries};
    escape_module(m, &escape);
    verify(m, "escape");
    if (!options->all_checks) {
        prove_module(m);
        verify(m, "prove");
    }
    simplify_module(m);
    verify(m, "simplify");
    ir_mark_leaves(m);
    devirt_module(m);
    return m;
}

static CBuf emit_text(IrModule *m, const PipelineOptions *options, const EmitPart *part) {
    const char *origin = m->pkg->files.n > 0 ? m->pkg->files.v[0]->source->path : "";
    const char *slash = strrchr(origin, '/');
    EmitOptions emit = {.lines = !options->no_lines,
                        .path_of = options->full_paths ? source_full_path : source_path,
                        .origin = part != NULL    ? m->pkg->path
                                  : slash != NULL ? slash + 1
                                                  : origin,
                        .part = part};
    CBuf text = {.arena = m->arena, .lines = emit.lines, .path_of = emit.path_of};
    emit_module(m, &emit, &text);
    return text;
}

void pipeline_emit(IrModule *m, const PipelineOptions *options, FILE *out) {
    const CBuf text = emit_text(m, options, NULL);
    fwrite(text.v, 1, text.n, out);
}

void pipeline_emit_pieces(IrModule *m, const PipelineOptions *options, PipelineTake *take, void *arg) {
    enum { QUICK = 16, FULL = 400 }; /* functions a piece, at least */
    const EmitPartList parts = emit_divide(m, options->small_pieces ? QUICK : FULL, options->small_pieces);
    if (!options->small_pieces && parts.n <= 2) { /* C sees the whole package */
        const CBuf text = emit_text(m, options, NULL);
        take(arg, text.v, text.n);
        return;
    }
    for (int i = 0; i < parts.n; i++) {
        const CBuf text = emit_text(m, options, &parts.v[i]);
        take(arg, text.v, text.n);
    }
}
