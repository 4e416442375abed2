/* testjson.h: what the program of tests prints, as a stream of JSON events: gol test -json.
 *
 * Floor 7. The events are those of `go tool test2json`, an object a line: start; run, pause, cont, pass,
 * fail, skip, bench, attr of tests; output with the test that it is taken to belong to; at last pass, fail or
 * skip of the package. Package testing, run with -test.v=test2json, puts a mark before each line of its own
 * and around messages of failures, so that a test which prints such a line is not mistaken.
 */
#ifndef TESTJSON_H
#define TESTJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct TestJson TestJson;

/* Events of a package go to `to`, which stays the caller's. Prints the event "start". */
TestJson *testjson_open(FILE *to, const char *package);
/* A part of the output, which may end anywhere. */
void testjson_write(TestJson *t, const char *text, size_t n);
/* The program has ended; failed_build: the package that could not be built, or NULL. Frees t. */
void testjson_close(TestJson *t, bool ok, const char *failed_build);

/* A package that could not be built: what was said about it. */
void testjson_build_failed(FILE *to, const char *package, const char *errors);

#endif
