/* check_dump.c: what the checker found, as text.
 *
 * Floor 3. Walks the tree of a package that was checked without errors. The lines are made to be compared
 * with what Go's own checker finds (tests/tools/types-diff).
 */
#include "check_dump.h"

#include "check.h"

typedef struct Dump {
    FILE *out;
    const Package *pkg;
} Dump;

static void expr(Dump *d, const Expr *e);
static void stmt(Dump *d, const Stmt *s);
static void function(Dump *d, const FuncNode *f);

static const char *text(const Dump *d, Type *t) { return type_string(t, (Package *)d->pkg); }

/* ---- one expression
 * ------------------------------------------------------------------------------------------ */

static const char *mode_text(Mode mode) {
    switch (mode) {
    case MODE_NOVALUE: return "novalue";
    case MODE_TYPE: return "type";
    case MODE_CONST: return "const";
    case MODE_VAR: return "var";
    case MODE_NIL: return "nil";
    default: return mode == MODE_INVALID ? "invalid" : "value";
    }
}

static bool is_shown(const Expr *e) {
    if (e->mode == MODE_BUILTIN || e->mode == MODE_PACKAGE) return false;
    if (e->kind == EXPR_NAME) return !e->name.is_def && strcmp(e->name.name, "_") != 0;
    return e->kind != EXPR_PAREN && e->kind != EXPR_KEYED && e->kind != EXPR_ELLIPSIS;
}

static void place(const Dump *d, Pos pos) {
    fprintf(d->out, "%s:%d:%d", source_path(pos), source_line(pos), source_col(pos));
}

static void targs(const Dump *d, Pos pos, const TypeList *list) {
    if (!list->n) return;
    place(d, pos);
    fputs(" targs", d->out);
    for (int i = 0; i < list->n; i++) fprintf(d->out, " %s;", text(d, list->v[i]));
    fputc('\n', d->out);
}

static void selection(const Dump *d, const Expr *e) {
    const Selection *s = &e->selector.sel;
    if (s->kind <= SEL_PACKAGE) return;
    place(d, e->selector.name_pos);
    fprintf(d->out, " select %s [",
            s->kind == SEL_FIELD         ? "field"
            : s->kind == SEL_METHOD_EXPR ? "methodexpr"
                                         : "method");
    for (int i = 0; i < s->path.n; i++) fprintf(d->out, "%s%d", i ? " " : "", s->path.v[i]);
    fprintf(d->out, "] %s %s\n", s->indirect ? "indirect" : "direct", text(d, s->recv));
}

static void captures(const Dump *d, const Expr *e) {
    const ObjectList *list = &e->func->captured;
    place(d, e->pos);
    fputs(" captures", d->out);
    for (int i = 0; i < list->n; i++) fprintf(d->out, " %s", list->v[i]->name);
    fputc('\n', d->out);
}

static void line(const Dump *d, const Expr *e) {
    place(d, e->pos);
    fprintf(d->out, "-%d:%d %s", source_line(e->end), source_col(e->end), mode_text(e->mode));
    if (e->mode != MODE_NOVALUE && e->type) fprintf(d->out, " %s", text(d, e->type));
    if (e->mode == MODE_CONST && e->val) fprintf(d->out, " %s", const_text(e->val));
    fputc('\n', d->out);
    if (e->kind == EXPR_NAME) targs(d, e->pos, &e->name.targs);
    if (e->kind == EXPR_FUNC) captures(d, e);
    if (e->kind != EXPR_SELECTOR) return;
    selection(d, e);
    targs(d, e->selector.name_pos, &e->selector.targs);
}

/* ---- the walk
 * -------------------------------------------------------------------------------------------------- */

static void exprs(Dump *d, const ExprList *list) {
    for (int i = 0; i < list->n; i++) expr(d, list->v[i]);
}

/* Names of a group share their type. */
static void fields(Dump *d, const FieldList *list) {
    for (int i = 0; i < list->n; i++)
        if (!i || list->v[i]->type != list->v[i - 1]->type) expr(d, list->v[i]->type);
}

static void type_params(Dump *d, const TypeParamList *list) {
    for (int i = 0; i < list->n; i++)
        if (!i || list->v[i]->constraint != list->v[i - 1]->constraint) expr(d, list->v[i]->constraint);
}

static void parts(Dump *d, const Expr *e) {
    switch (e->kind) {
    case EXPR_COMPOSITE:
        expr(d, e->composite.type);
        exprs(d, &e->composite.elems);
        break;
    case EXPR_KEYED:
        if (e->keyed.key->mode != MODE_INVALID) expr(d, e->keyed.key); /* not a field's name */
        expr(d, e->keyed.value);
        break;
    case EXPR_FUNC: function(d, e->func); break;
    case EXPR_FUNC_TYPE:
        fields(d, &e->func->params);
        fields(d, &e->func->results);
        break;
    case EXPR_PAREN: expr(d, e->paren); break;
    case EXPR_SELECTOR: expr(d, e->selector.x); break;
    case EXPR_INDEX:
        expr(d, e->index.x);
        exprs(d, &e->index.index);
        break;
    case EXPR_SLICE:
        expr(d, e->slice.x);
        expr(d, e->slice.lo);
        expr(d, e->slice.hi);
        expr(d, e->slice.max);
        break;
    case EXPR_ASSERT:
        expr(d, e->assert_.x);
        expr(d, e->assert_.type);
        break;
    case EXPR_CALL:
        expr(d, e->call.fn);
        exprs(d, &e->call.args);
        break;
    case EXPR_STAR: expr(d, e->star); break;
    case EXPR_UNARY: expr(d, e->unary.x); break;
    case EXPR_BINARY:
        expr(d, e->binary.x);
        expr(d, e->binary.y);
        break;
    case EXPR_ELLIPSIS: expr(d, e->ellipsis); break;
    case EXPR_ARRAY_TYPE:
    case EXPR_SLICE_TYPE:
        expr(d, e->array.len);
        expr(d, e->array.elem);
        break;
    case EXPR_STRUCT_TYPE: fields(d, &e->struct_.fields); break;
    case EXPR_INTERFACE_TYPE: fields(d, &e->iface.elems); break;
    case EXPR_MAP_TYPE:
        expr(d, e->map.key);
        expr(d, e->map.elem);
        break;
    case EXPR_CHAN_TYPE: expr(d, e->chan.elem); break;
    default: break;
    }
}

static void expr(Dump *d, const Expr *e) {
    if (!e) return;
    if (is_shown(e)) line(d, e);
    parts(d, e);
}

static void block(Dump *d, const Block *b) {
    for (int i = 0; b && i < b->stmts.n; i++) stmt(d, b->stmts.v[i]);
}

static void clauses(Dump *d, const ClauseList *list) {
    for (int i = 0; i < list->n; i++) {
        exprs(d, &list->v[i]->values);
        stmt(d, list->v[i]->comm);
        block(d, list->v[i]->body);
    }
}

static void function(Dump *d, const FuncNode *f) {
    if (f->recv) expr(d, f->recv->type);
    type_params(d, &f->tparams);
    fields(d, &f->params);
    fields(d, &f->results);
    block(d, f->body);
}

static void decl(Dump *d, const Decl *n) {
    switch (n->kind) {
    case DECL_CONST:
    case DECL_VAR:
        if (n->value.inherit) break; /* shares the expressions of an earlier one */
        expr(d, n->value.type);
        exprs(d, &n->value.values);
        break;
    case DECL_TYPE:
        type_params(d, &n->type.tparams);
        expr(d, n->type.type);
        break;
    case DECL_FUNC: function(d, n->func); break;
    case DECL_IMPORT: break;
    }
}

static void loop(Dump *d, const Stmt *s) {
    if (s->kind == STMT_FOR) {
        stmt(d, s->for_.init);
        expr(d, s->for_.cond);
        stmt(d, s->for_.post);
        block(d, s->for_.body);
    } else {
        expr(d, s->range.key);
        expr(d, s->range.value);
        expr(d, s->range.x);
        block(d, s->range.body);
    }
}

static void stmt(Dump *d, const Stmt *s) {
    if (!s) return;
    switch (s->kind) {
    case STMT_EXPR:
    case STMT_GO:
    case STMT_DEFER: expr(d, s->expr); break;
    case STMT_SEND:
        expr(d, s->send.chan);
        expr(d, s->send.value);
        break;
    case STMT_INCDEC: expr(d, s->incdec.x); break;
    case STMT_ASSIGN:
    case STMT_DEFINE:
        exprs(d, &s->assign.lhs);
        exprs(d, &s->assign.rhs);
        break;
    case STMT_DECL: decl(d, s->decl); break;
    case STMT_RETURN: exprs(d, &s->ret.results); break;
    case STMT_BLOCK: block(d, s->block); break;
    case STMT_IF:
        stmt(d, s->if_.init);
        expr(d, s->if_.cond);
        block(d, s->if_.then);
        stmt(d, s->if_.else_);
        break;
    case STMT_FOR:
    case STMT_RANGE: loop(d, s); break;
    case STMT_SWITCH:
        stmt(d, s->switch_.init);
        expr(d, s->switch_.tag);
        clauses(d, &s->switch_.clauses);
        break;
    case STMT_TYPESWITCH:
        stmt(d, s->typeswitch.init);
        expr(d, s->typeswitch.x);
        clauses(d, &s->typeswitch.clauses);
        break;
    case STMT_SELECT: clauses(d, &s->select.clauses); break;
    case STMT_LABELED: stmt(d, s->labeled.stmt); break;
    default: break;
    }
}

void check_dump_package(FILE *out, const Package *pkg) {
    Dump d = {.out = out, .pkg = pkg};
    for (int i = 0; i < pkg->files.n; i++)
        for (int k = 0; k < pkg->files.v[i]->decls.n; k++) decl(&d, pkg->files.v[i]->decls.v[k]);
}
