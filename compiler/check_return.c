/* check_return.c: whether a statement list ends in a terminating statement ("missing return").
 *
 * Floor 3. The rules are those of the section "Terminating statements" of the language specification. Calls
 * of panic are known by the call kind that the checker left in the tree, so this runs after the body was
 * checked; break statements are found by their label's text, since labels are checked separately.
 */
#include "check_expr.h"

static bool list_terminates(const StmtList *list);

static const Expr *without_parens(const Expr *e) {
    while (e && e->kind == EXPR_PAREN) e = e->paren;
    return e;
}

static bool is_panic(const Expr *e) {
    e = without_parens(e);
    return e && e->kind == EXPR_CALL && e->call.call_kind == CALL_BUILTIN && e->call.builtin == BUILTIN_PANIC;
}

static bool has_break(const Stmt *st, const char *label, bool implicit);

static bool list_has_break(const StmtList *list, const char *label, bool implicit) {
    for (int i = 0; i < list->n; i++)
        if (has_break(list->v[i], label, implicit)) return true;
    return false;
}

static bool block_has_break(const Block *b, const char *label, bool implicit) {
    return b && list_has_break(&b->stmts, label, implicit);
}

static bool clauses_have_break(CaseClause *const *clauses, int n, const char *label, bool implicit) {
    for (int i = 0; i < n; i++)
        if (block_has_break(clauses[i]->body, label, implicit)) return true;
    return false;
}

/* Whether st holds a break that leaves the statement labeled `label`, or, where `implicit`, an unlabeled one.
 */
static bool has_break(const Stmt *st, const char *label, bool implicit) {
    if (!st) return false;
    switch (st->kind) {
    case STMT_LABELED: return has_break(st->labeled.stmt, label, implicit);
    case STMT_BREAK: return st->branch.label ? st->branch.label == label : implicit;
    case STMT_BLOCK: return block_has_break(st->block, label, implicit);
    case STMT_IF:
        return block_has_break(st->if_.then, label, implicit) || has_break(st->if_.else_, label, implicit);
    case STMT_FOR: return label && block_has_break(st->for_.body, label, false);
    case STMT_RANGE: return label && block_has_break(st->range.body, label, false);
    case STMT_SWITCH:
        return label && clauses_have_break(st->switch_.clauses.v, st->switch_.clauses.n, label, false);
    case STMT_TYPESWITCH:
        return label && clauses_have_break(st->typeswitch.clauses.v, st->typeswitch.clauses.n, label, false);
    case STMT_SELECT:
        return label && clauses_have_break(st->select.clauses.v, st->select.clauses.n, label, false);
    default: return false;
    }
}

static bool clauses_terminate(CaseClause *const *clauses, int n, const char *label) {
    for (int i = 0; i < n; i++) {
        const Block *b = clauses[i]->body;
        bool ends = b && (list_terminates(&b->stmts) || clauses[i]->falls);
        if (!ends || block_has_break(b, label, true)) return false;
    }
    return true;
}

static bool has_default(CaseClause *const *clauses, int n) {
    for (int i = 0; i < n; i++)
        if (clauses[i]->is_default) return true;
    return false;
}

static bool terminates(const Stmt *st, const char *label) {
    if (!st) return false;
    switch (st->kind) {
    case STMT_LABELED: return terminates(st->labeled.stmt, st->labeled.label);
    case STMT_EXPR: return is_panic(st->expr);
    case STMT_RETURN:
    case STMT_GOTO:
    case STMT_FALLTHROUGH: return true;
    case STMT_BLOCK: return st->block && list_terminates(&st->block->stmts);
    case STMT_IF:
        return st->if_.else_ && st->if_.then && list_terminates(&st->if_.then->stmts) &&
               terminates(st->if_.else_, NULL);
    case STMT_FOR: return !st->for_.cond && !block_has_break(st->for_.body, label, true);
    case STMT_SWITCH:
        return has_default(st->switch_.clauses.v, st->switch_.clauses.n) &&
               clauses_terminate(st->switch_.clauses.v, st->switch_.clauses.n, label);
    case STMT_TYPESWITCH:
        return has_default(st->typeswitch.clauses.v, st->typeswitch.clauses.n) &&
               clauses_terminate(st->typeswitch.clauses.v, st->typeswitch.clauses.n, label);
    case STMT_SELECT: return clauses_terminate(st->select.clauses.v, st->select.clauses.n, label);
    default: return false;
    }
}

static bool list_terminates(const StmtList *list) {
    for (int i = list->n - 1; i >= 0; i--)
        if (list->v[i] && list->v[i]->kind != STMT_EMPTY) return terminates(list->v[i], NULL);
    return false;
}

bool check_terminates(const Block *body) { return list_terminates(&body->stmts); }
