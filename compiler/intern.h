// Names as unique strings: two names are equal exactly if their pointers are.
//
// Interned strings are NUL-terminated, may hold any bytes but NUL, and live as long as the process.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

const char *intern(const char *s, size_t n);
const char *intern_z(const char *s);

// The functions below take interned strings only.
size_t intern_length(const char *name);
uint32_t intern_hash(const char *name);    // the same in every run
bool intern_is_keyword(const char *name);  // one of Go's 25
bool intern_is_exported(const char *name); // begins with an upper-case letter (Unicode class Lu)
