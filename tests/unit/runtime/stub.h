/* stub.h: see stub.c. */
#ifndef STUB_H
#define STUB_H

#include <setjmp.h>
#include "gol.h"

extern jmp_buf stub_panic;
extern char stub_message[4096];   /* of the last panic or fatal error */
extern char stub_output[1 << 16]; /* what was printed */
extern size_t stub_output_n;

/* The message of the panic that the statement raises, "" for none. */
#define PANIC_OF(...)                                                                                        \
    (stub_message[0] = 0, setjmp(stub_panic) == 0 ? (void)({ __VA_ARGS__; }) : (void)0, stub_message)

#endif
