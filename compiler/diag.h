// Messages to the user: collected while checking goes on, shown in order of position.
//
// An error has a range [from, to) and may have notes, which are shown as continuation lines. Of equal errors
// at one place, and of several syntax errors on one line, only the first is kept.
#pragma once
#include <stdbool.h>
#include <stdio.h>

#include "source.h"

#define DIAG_FORMAT(string, first) __attribute__((format(printf, string, first)))

typedef enum {
    DIAG_FULL,     // the message, its notes, the source line with the range underlined
    DIAG_ONE_LINE, // the message and its notes, for editors
    DIAG_JSON,     // one JSON object a line
} DiagStyle;

// An error of the user's. to is where the range ends, exclusive; 0 for the token at from.
void diag_error(Pos from, Pos to, const char *fmt, ...) DIAG_FORMAT(3, 4);

// Adds a line to the latest error; pos may be 0. Without an effect if that error was dropped.
void diag_note(Pos pos, const char *fmt, ...) DIAG_FORMAT(2, 3);

int diag_error_count(void); // the errors kept so far, flushed ones included

// Prints what was collected since the last call, sorted. Past the limit a last line says "too many errors".
void diag_flush(FILE *out);

void diag_set_style(DiagStyle style);
void diag_set_limit(int errors); // shown in all, 10 at first; 0: no limit
void diag_forget(void);          // forgets what was collected and counted, but no settings
void diag_reset(void);           // forgets everything, settings included (for tests)

// A compiler bug: shows what was collected and the message, and aborts.
_Noreturn void bug_at(Pos pos, const char *fmt, ...) DIAG_FORMAT(2, 3);
