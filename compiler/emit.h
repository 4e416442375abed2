// IR to C: one self-contained C file a package.
//
// Floor 6. Decides nothing about the language: what a node does stands in ir.h, and here it is spelt. The
// file holds, in this order: forward declarations and definitions of every C type it uses (structs after what
// they contain), prototypes and extern declarations, functions, main, and at the end the static data, type
// descriptors and itabs.
//
// Takes a module that ir_verify accepts after escape_module and ir_mark_leaves. The same module gives the
// same bytes.
#pragma once
#include "cwriter.h"
#include "ir.h"

typedef struct EmitOptions {
    bool lines;                      // #line directives
    const char *(*path_of)(Pos pos); // how they name files: source_path or source_full_path
    const char *origin;              // named in the first comment: "hello.gol"
} EmitOptions;

void emit_module(IrModule *m, const EmitOptions *options, CBuf *out);
