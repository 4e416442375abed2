/* cst_label.c: labels and the statements that jump: break, continue, goto, fallthrough.
 *
 * Floor 2. Runs over each function body once it is converted, so also where the rest of the file has syntax
 * errors; function literals inside are bodies of their own. Afterwards every valid branch has its target
 * (break and continue: the for, range, switch, type switch or select statement; goto: the labeled statement),
 * labeled.used is right and a clause that ends in fallthrough has `falls`.
 *
 * A goto may jump forwards only where no variable declaration of its block lies between, and never into a
 * block. Forward gotos are kept in a list until their label comes; what a block leaves over is handed to the
 * enclosing block, which takes care of both rules.
 */
#include "cst_node.h"

#include "ast_text.h"
#include "diag.h"

#include <string.h>

/* A block: the unit that labels belong to. Lives as long as the body is checked, since labels point to it. */
typedef struct LabelBlock {
    struct LabelBlock *parent;
    Pos start;
    Stmt *labeled; /* the labeled statement whose body this is, or NULL */
} LabelBlock;

typedef struct Label {
    const char *name;
    Stmt *stmt; /* STMT_LABELED */
    LabelBlock *block;
    bool used;
} Label;

/* What unlabeled branches refer to. clause: of the switch directly around, or -1. */
typedef struct Targets {
    Stmt *breaks, *continues;
    int clause;
} Targets;

typedef Vec(Stmt *) Gotos;

typedef struct Labels {
    Arena *arena;
    Cst *cst;
    Vec(Label *) all;
} Labels;

/* State of one statement list. */
typedef struct ListState {
    Labels *labels;
    LabelBlock *block;
    Targets targets;
    Gotos forward, bad; /* bad: those that would jump over the last variable declaration */
    Pos var_pos;
    const char *var_name;
} ListState;

static Gotos check_list(Labels *ls, LabelBlock *parent, Targets targets, Stmt *labeled, Pos start,
                        const StmtList *list);

static Label *find_label(Labels *ls, const char *name) {
    for (int i = 0; i < ls->all.n; i++)
        if (ls->all.v[i]->name == name) return ls->all.v[i];
    return NULL;
}

static const char *place(Arena *arena, Pos pos) {
    return arena_printf(arena, "%s:%d:%d", source_path(pos), source_line(pos), source_col(pos));
}

static const char *names_text(Arena *arena, const ExprList *list) {
    const char *text = "";
    for (int i = 0; i < list->n; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", expr_text(arena, list->v[i]));
    return text;
}

static void record_var(ListState *s, Pos pos, const char *name) {
    s->var_pos = pos;
    s->var_name = name;
    s->bad.n = 0;
    for (int i = 0; i < s->forward.n; i++) vec_push(s->labels->arena, &s->bad, s->forward.v[i]);
}

static bool jumps_over_var(const ListState *s, const Stmt *jump) {
    for (int i = 0; s->var_pos && i < s->bad.n; i++)
        if (s->bad.v[i] == jump) return true;
    return false;
}

static void resolve_forward(ListState *s, Label *label) {
    int kept = 0;
    for (int i = 0; i < s->forward.n; i++) {
        Stmt *jump = s->forward.v[i];
        if (jump->branch.label != label->name) {
            s->forward.v[kept++] = jump;
            continue;
        }
        jump->branch.target = label->stmt;
        label->used = true;
        if (jumps_over_var(s, jump))
            cst_error(s->labels->cst, jump->branch.label_pos, 0, "goto %s jumps over declaration of %s at %s",
                      label->name, s->var_name, place(s->labels->arena, s->var_pos));
    }
    s->forward.n = kept;
}

static void declare_label(ListState *s, Stmt *st) {
    Labels *ls = s->labels;
    Label *label = find_label(ls, st->labeled.label);
    if (label) {
        cst_error(s->labels->cst, st->labeled.label_pos, 0, "label %s already defined at %s", label->name,
                  place(ls->arena, label->stmt->labeled.label_pos));
    } else {
        label = ARENA_NEW(ls->arena, Label);
        *label = (Label){.name = st->labeled.label, .stmt = st, .block = s->block};
        vec_push(ls->arena, &ls->all, label);
    }
    resolve_forward(s, label);
}

static void check_fallthrough(ListState *s, Stmt *st, bool last) {
    Stmt *sw = s->targets.breaks;
    const char *msg = "fallthrough statement out of place";
    if (sw && sw->kind == STMT_TYPESWITCH) {
        msg = "cannot fallthrough in type switch";
    } else if (sw && sw->kind == STMT_SWITCH && s->targets.clause >= 0 && last) {
        if (s->targets.clause + 1 < sw->switch_.clauses.n) {
            sw->switch_.clauses.v[s->targets.clause]->falls = true;
            st->branch.target = sw;
            return;
        }
        msg = "cannot fallthrough final case in switch";
    }
    cst_error(s->labels->cst, st->pos, st->end, "%s", msg);
}

static void check_plain_branch(ListState *s, Stmt *st, bool last) {
    if (st->kind == STMT_FALLTHROUGH) {
        check_fallthrough(s, st, last);
    } else if (st->kind == STMT_BREAK) {
        st->branch.target = s->targets.breaks;
        if (!s->targets.breaks)
            cst_error(s->labels->cst, st->pos, st->end, "break is not in a loop, switch, or select");
    } else if (st->kind == STMT_CONTINUE) {
        st->branch.target = s->targets.continues;
        if (!s->targets.continues) cst_error(s->labels->cst, st->pos, st->end, "continue is not in a loop");
    }
}

static bool is_loop(const Stmt *st) { return st->kind == STMT_FOR || st->kind == STMT_RANGE; }

static bool is_breakable(const Stmt *st) {
    return is_loop(st) || st->kind == STMT_SWITCH || st->kind == STMT_TYPESWITCH || st->kind == STMT_SELECT;
}

/* break L, continue L: L must label an enclosing statement of the right kind. */
static void check_leaving(ListState *s, Stmt *st) {
    const char *verb = st->kind == STMT_BREAK ? "break" : "continue", *name = st->branch.label;
    Label *label = find_label(s->labels, name);
    if (!label) {
        cst_error(s->labels->cst, st->branch.label_pos, 0, "%s label not defined: %s", verb, name);
        return;
    }
    label->used = true; /* even where it is no valid target: one error is enough */
    for (LabelBlock *b = s->block; b; b = b->parent) {
        if (b->labeled != label->stmt) continue;
        Stmt *target = label->stmt->labeled.stmt;
        if (st->kind == STMT_BREAK ? is_breakable(target) : is_loop(target)) {
            st->branch.target = target;
            return;
        }
        break;
    }
    cst_error(s->labels->cst, st->branch.label_pos, 0, "invalid %s label %s", verb, name);
}

static void check_goto(ListState *s, Stmt *st) {
    Label *label = find_label(s->labels, st->branch.label);
    if (label) {
        label->used = true;
        for (LabelBlock *b = s->block; b; b = b->parent) {
            if (label->block != b) continue;
            st->branch.target = label->stmt;
            return;
        }
    }
    vec_push(s->labels->arena, &s->forward, st);
}

static void inner_list(ListState *s, Targets t, Stmt *labeled, Pos start, const StmtList *list) {
    Gotos left = check_list(s->labels, s->block, t, labeled, start, list);
    for (int i = 0; i < left.n; i++) vec_push(s->labels->arena, &s->forward, left.v[i]);
}

static void inner_block(ListState *s, Targets t, Stmt *labeled, const Block *b) {
    if (b) inner_list(s, t, labeled, b->lbrace, &b->stmts);
}

static void check_clauses(ListState *s, Stmt *st, Stmt *labeled, CaseClause *const *clauses, int n) {
    for (int i = 0; i < n; i++) {
        Targets t = {st, s->targets.continues, i};
        if (clauses[i] && clauses[i]->body)
            inner_list(s, t, labeled, clauses[i]->pos, &clauses[i]->body->stmts);
    }
}

static void check_stmt_branches(ListState *s, Stmt *st, bool last) {
    Stmt *labeled = NULL;
    for (; st && st->kind == STMT_LABELED; st = st->labeled.stmt) {
        if (st->labeled.label && strcmp(st->labeled.label, "_") != 0) {
            declare_label(s, st);
            labeled = st;
        }
    }
    if (!st) return;
    Targets plain = {s->targets.breaks, s->targets.continues, -1};
    switch (st->kind) {
    case STMT_DECL:
        if (st->decl && st->decl->kind == DECL_VAR && st->decl->value.names.n)
            record_var(s, st->decl->pos, st->decl->value.names.v[0]);
        break;
    case STMT_DEFINE:
        if (st->assign.lhs.n)
            record_var(s, st->assign.op_pos ? st->assign.op_pos : st->pos,
                       names_text(s->labels->arena, &st->assign.lhs));
        break;
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_FALLTHROUGH:
    case STMT_GOTO:
        if (!st->branch.label)
            check_plain_branch(s, st, last);
        else if (st->kind == STMT_GOTO)
            check_goto(s, st);
        else
            check_leaving(s, st);
        break;
    case STMT_BLOCK: inner_block(s, plain, labeled, st->block); break;
    case STMT_IF:
        inner_block(s, plain, labeled, st->if_.then);
        if (st->if_.else_) {
            StmtList one = {.v = &st->if_.else_, .n = 1, .cap = 1};
            inner_list(s, plain, labeled, st->if_.else_->pos, &one);
        }
        break;
    case STMT_FOR: inner_block(s, (Targets){st, st, -1}, labeled, st->for_.body); break;
    case STMT_RANGE: inner_block(s, (Targets){st, st, -1}, labeled, st->range.body); break;
    case STMT_SWITCH: check_clauses(s, st, labeled, st->switch_.clauses.v, st->switch_.clauses.n); break;
    case STMT_TYPESWITCH:
        check_clauses(s, st, labeled, st->typeswitch.clauses.v, st->typeswitch.clauses.n);
        break;
    case STMT_SELECT: check_clauses(s, st, labeled, st->select.clauses.v, st->select.clauses.n); break;
    default: break;
    }
}

/* Returns the gotos whose label was not found. */
static Gotos check_list(Labels *ls, LabelBlock *parent, Targets targets, Stmt *labeled, Pos start,
                        const StmtList *list) {
    LabelBlock *block = ARENA_NEW(ls->arena, LabelBlock);
    *block = (LabelBlock){parent, start, labeled};
    ListState s = {.labels = ls, .block = block, .targets = targets};
    int n = list->n;
    while (n && list->v[n - 1] && list->v[n - 1]->kind == STMT_EMPTY) n--; /* invisible to fallthrough */
    for (int i = 0; i < n; i++) check_stmt_branches(&s, list->v[i], i + 1 == n);
    return s.forward;
}

void cst_labels(Cst *c, Block *body) {
    Labels ls = {.arena = c->arena, .cst = c};
    Gotos left = check_list(&ls, NULL, (Targets){NULL, NULL, -1}, NULL, body->lbrace, &body->stmts);
    for (int i = 0; i < left.n; i++) {
        Stmt *jump = left.v[i];
        Label *label = find_label(&ls, jump->branch.label);
        if (label) {
            label->used = true;
            cst_error(c, jump->branch.label_pos, 0, "goto %s jumps into block starting at %s", label->name,
                      place(ls.arena, label->block->start));
        } else {
            cst_error(c, jump->branch.label_pos, 0, "label %s not defined", jump->branch.label);
        }
    }
    for (int i = 0; i < ls.all.n; i++) {
        Label *label = ls.all.v[i];
        label->stmt->labeled.used = label->used;
        if (!label->used)
            cst_error(c, label->stmt->labeled.label_pos, 0, "label %s defined and not used", label->name);
    }
}
