// UTF-8, and the character classes that Go's specification refers to.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UNICODE_REPLACEMENT = 0xFFFD, UNICODE_MAX = 0x10FFFF };

// The code point at s, of which n > 0 bytes may be read, and its width in bytes. Bytes that are not UTF-8
// (overlong forms, surrogates and what lies beyond U+10FFFF included) give UNICODE_REPLACEMENT and width 1.
uint32_t unicode_decode(const char *s, size_t n, int *width);

// Writes c in UTF-8, at most 4 bytes, and returns how many; what is no code point becomes U+FFFD.
int unicode_encode(uint32_t c, char *out);

bool unicode_is_letter(uint32_t c); // category L; '_' is not one
bool unicode_is_upper(uint32_t c);  // category Lu
bool unicode_is_digit(uint32_t c);  // category Nd
bool unicode_is_print(uint32_t c);  // as Go's unicode.IsPrint
