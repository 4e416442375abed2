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

typedef struct EmitPart {
    Vec(IrFunc *) roots; // declared functions
    bool rest;           // and all that belongs to no declared function
    bool share; // instances and thunks stand in the rest only, weak, since other packages have them too
} EmitPart;
typedef Vec(EmitPart) EmitPartList;

typedef struct EmitOptions {
    bool lines;                      // #line directives
    const char *(*path_of)(Pos pos); // how they name files: source_path or source_full_path
    const char *origin;              // named in the first comment: "hello.gol"
    const EmitPart *part;            // which one to emit; NULL: the whole module as one file
} EmitOptions;

// Parts of at least so many declared functions; what falls into which does not depend on the bodies.
EmitPartList emit_divide(IrModule *m, int least, bool share);
void emit_module(IrModule *m, const EmitOptions *options, CBuf *out);
