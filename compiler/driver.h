/* driver.h: from what a person names to a program, by way of the cache, translation and the C compiler.
 *
 * Floor 7.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include <stdbool.h>

#include "build.h"
#include "pipeline.h"
#include "unit.h"

/* The unit of the leading words of argv: source files, or one folder. Fails with a message where there are
 * none or where one cannot be read. *used: how many words. What is wrong with its imports is in diag. */
Unit *driver_unit(const char *verb, int argc, char **argv, int *used);

/* The same for verbs that take several packages: files, or folders and patterns (DIR/...). */
UnitList driver_units(const char *verb, int argc, char **argv);

/* The folders that arguments name, patterns expanded to those that hold source files, tests included; the
 * current one for none. */
PathList driver_folders(int argc, char **argv);

/* The path of an up-to-date executable of a program in the cache (or, without a cache, in a temporary folder;
 * *temporary is then that folder, else NULL). A large program in quick mode becomes one in hasty mode. NULL:
 * the unit is no program; it is compiled. Reports errors and ends the process where there are any. */
const char *driver_executable(Unit *unit, BuildOptions *options, const char **temporary);

/* What the executable is called unless a person says otherwise. */
const char *driver_name(const Unit *unit);

/* Copies an executable to its place, whole or not at all. */
void driver_install(const char *executable, const char *out);

/* Shows what is in diag and ends the process with EXIT_ERRORS. */
_Noreturn void driver_give_up(void);

/* Before anything is looked at: where the standard library is. driver_unit and driver_units do it. */
void driver_set_up(void);

/* $GOLFLAGS: flags for each run, as words like -escape=off. Fails on one that is not known. */
void driver_env_flags(PipelineOptions *options);

#endif
