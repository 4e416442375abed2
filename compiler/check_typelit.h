/* check_typelit.h: struct and interface types, for check_type.c.
 *
 * Floor 3.
 */
#ifndef CHECK_TYPELIT_H
#define CHECK_TYPELIT_H

#include "check.h"

Type *check_struct_type(Checker *c, Expr *e);
Type *check_interface_type(Checker *c, Expr *e);

#endif
