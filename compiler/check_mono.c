/* check_mono.c: generic code that would need instances without end.
 *
 * Floor 3.
 */
#include "check.h"

void check_note_instance(Checker *c, Pos pos, const TypeList *tparams, const TypeList *targs) {
    (void)c, (void)pos, (void)tparams, (void)targs;
}

void check_instance_cycles(Checker *c) { (void)c; }
