// What functions that are compiled elsewhere do with their arguments, and whether they ask who calls:
// summaries.
//
// Floor 4. A text with a line a function:  NAME HEAP,RESULT …  with a pair for each parameter, the receiver
// first: the fewest dereferences with which it reaches the heap and the results, -1 for never. NAME is
// IrFunc.go_name, with a ! before it of a function that asks (IrFunc.asks). A function that is not listed
// lets its arguments escape and does not ask. gol summarize makes the text of the standard library,
// and build.c hands on those of a program's own packages.
#pragma once
#include <stdbool.h>
#include <stdio.h>

#include "ir.h"

typedef struct SummaryLeak {
    int heap, result;
} SummaryLeak;

typedef struct Summary {
    int n;
    SummaryLeak *leaks;
    bool asks;
} Summary;

// Adds the lines of a text. False: some line is none, and was left out with all behind it.
bool summary_add(const char *text);
// The same of a file. False: it cannot be read.
bool summary_read(const char *path);

// NULL: not known.
const Summary *summary_find(const IrFunc *f);

// The line of a function that was analysed, where it says more than nothing.
void summary_write(FILE *out, const IrFunc *f, const Summary *s);
