// Names in the emitted C: what a Go name is called there, and how types are spelt in names.
//
// Floor 6. Symbols of a package are PATH__NAME: '/' of the path is '_', letters and digits stand for
// themselves, and every other byte (also a '_' that could be misread) is _Zhh, so names can be taken apart
// again. Go's names therefore never hold "__" otherwise, and all that begins with gol_ is ours.
//
//   main__f               function              main__f__func1   its first literal
//   main__T               type                  main__T__M       its method
//   sync_atomic__AddInt64 function of sync/atomic
//   main__Max__int        instance              main__Pair__string_int__First  method of one
//   main__T__M__i         T.M behind an interface's data word; __w promoted, __v method value, __x expression
//
// Types inside names are spelt in Go's order: slice_int, ptr_main__T, arr4_byte, map_string_int. What has no
// short unambiguous spelling ends in _h and a hash of its full spelling.
#pragma once
#include "ir.h"

const char *mangle_ident(Arena *a, const char *name);                // a part of a symbol
const char *mangle_path(Arena *a, const char *path);                 // of a package
const char *mangle_object(Arena *a, Package *pkg, const char *name); // PATH__NAME
const char *mangle_named(Arena *a, Type *named); // C name of a declared type, instances too
const char *mangle_type(Arena *a, Type *t);      // a type as part of a symbol: injective
const char *mangle_func(Arena *a, IrFunc *f);
const char *mangle_field(Arena *a, Type *struct_type, int index); // a member of the C struct

// The full, unambiguous spelling that hashes are made from.
const char *mangle_type_full(Arena *a, Type *t);

// Whether a local variable may not be called so in C: keywords, macros, names of gol.h and libc.
bool mangle_is_reserved(const char *name);
