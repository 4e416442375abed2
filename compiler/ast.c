// What every user of the tree needs: the operators' spelling.
//
// Floor 1.
#include "ast.h"

const char *op_text(Op op) {
    static const char *const text[] = {
        [OP_NONE] = "",   [OP_ADD] = "+",     [OP_SUB] = "-",   [OP_MUL] = "*",   [OP_DIV] = "/",
        [OP_REM] = "%",   [OP_AND] = "&",     [OP_OR] = "|",    [OP_XOR] = "^",   [OP_SHL] = "<<",
        [OP_SHR] = ">>",  [OP_ANDNOT] = "&^", [OP_LAND] = "&&", [OP_LOR] = "||",  [OP_EQ] = "==",
        [OP_NE] = "!=",   [OP_LT] = "<",      [OP_LE] = "<=",   [OP_GT] = ">",    [OP_GE] = ">=",
        [OP_POS] = "+",   [OP_NEG] = "-",     [OP_NOT] = "!",   [OP_COMPL] = "^", [OP_ADDR] = "&",
        [OP_RECV] = "<-", [OP_TILDE] = "~",
    };
    return text[op];
}
