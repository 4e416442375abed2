/* cases.h: a stress program that runs one of its cases, by name: PROGRAM CASE [N]. */
#ifndef CASES_H
#define CASES_H

#include "emitted.h"

typedef struct {
    const char *name;
    void (*run)(void);
} Case;

static const Case *chosen;
static int64_t size; /* N of the case, 0: not given */
static int64_t sized(int64_t usual) { return size ? size : usual; }

FUNC void program(void) {
    GOL_STACK_CHECK();
    chosen->run();
    say("ok\n", 0, 0, 0, 0);
}

static int start_case(int argc, char **argv, const Case *cases, size_t n) {
    if (argc > 2) size = atol(argv[2]);
    for (chosen = cases; argc > 1 && chosen < cases + n; chosen++)
        if (strcmp(chosen->name, argv[1]) == 0) return gol_start(argc, argv, NULL, program);
    fprintf(stderr, "no such case\n");
    return 2;
}

#endif
