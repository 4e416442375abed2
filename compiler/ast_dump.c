// The AST as S-expressions: (kind operand…), names and literals as they stand in the source.
#include "ast_dump.h"

typedef struct {
    FILE *out;
    int indent;
} Dump;

static void expr(Dump *d, const Expr *e);
static void block(Dump *d, const Block *b);
static void stmt(Dump *d, const Stmt *s);

static void put(Dump *d, const char *s) { fputs(s, d->out); }

static void newline(Dump *d) { fprintf(d->out, "\n%*s", 2 * d->indent, ""); }

// " operand"
static void operand(Dump *d, const Expr *e) {
    put(d, " ");
    expr(d, e);
}

static void operands(Dump *d, const ExprList *list) {
    for (int i = 0; i < list->n; i++) operand(d, list->v[i]);
}

// " (head operand…)", nothing for an empty list
static void list(Dump *d, const char *head, const ExprList *l) {
    if (l->n == 0) return;
    fprintf(d->out, " (%s", head);
    operands(d, l);
    put(d, ")");
}

// ---- functions and types

static void field(Dump *d, const Field *f) {
    put(d, " (");
    put(d, f->embedded ? "embedded" : f->name ? f->name : "_");
    operand(d, f->type);
    if (f->tag) put(d, " tagged");
    put(d, ")");
}

static void fields(Dump *d, const char *head, const FieldList *l) {
    fprintf(d->out, " (%s", head);
    for (int i = 0; i < l->n; i++) field(d, l->v[i]);
    put(d, ")");
}

static void type_params(Dump *d, const TypeParamList *l) {
    if (l->n == 0) return;
    put(d, " (tparams");
    for (int i = 0; i < l->n; i++) {
        fprintf(d->out, " (%s", l->v[i]->name);
        operand(d, l->v[i]->constraint);
        put(d, ")");
    }
    put(d, ")");
}

// What follows the head of a function, body included.
static void function(Dump *d, const FuncNode *f) {
    if (f->recv) {
        put(d, " (recv");
        field(d, f->recv);
        put(d, ")");
    }
    type_params(d, &f->tparams);
    fields(d, f->variadic ? "params..." : "params", &f->params);
    if (f->results.n) fields(d, "results", &f->results);
    if (f->body) block(d, f->body);
}

static const char *channel_head(ChanDir dir) {
    return dir == CHAN_SEND ? "chan<-" : dir == CHAN_RECV ? "<-chan" : "chan";
}

// Whether e is a type that only types can be; then it is printed.
static bool type(Dump *d, const Expr *e) {
    switch (e->kind) {
    case EXPR_ARRAY_TYPE:
        put(d, "(array");
        operand(d, e->array.len);
        operand(d, e->array.elem);
        break;
    case EXPR_SLICE_TYPE:
        put(d, "(slice-of");
        operand(d, e->array.elem);
        break;
    case EXPR_MAP_TYPE:
        put(d, "(map");
        operand(d, e->map.key);
        operand(d, e->map.elem);
        break;
    case EXPR_CHAN_TYPE:
        fprintf(d->out, "(%s", channel_head(e->chan.dir));
        operand(d, e->chan.elem);
        break;
    case EXPR_STRUCT_TYPE:
        put(d, "(struct");
        for (int i = 0; i < e->struct_.fields.n; i++) field(d, e->struct_.fields.v[i]);
        break;
    case EXPR_INTERFACE_TYPE:
        put(d, "(interface");
        for (int i = 0; i < e->iface.elems.n; i++) field(d, e->iface.elems.v[i]);
        break;
    case EXPR_FUNC:
    case EXPR_FUNC_TYPE:
        put(d, e->kind == EXPR_FUNC ? "(func" : "(func-type");
        function(d, e->func);
        break;
    default: return false;
    }
    put(d, ")");
    return true;
}

// ---- expressions

static void compound(Dump *d, const Expr *e) {
    switch (e->kind) {
    case EXPR_COMPOSITE:
        put(d, "(composite");
        operand(d, e->composite.type);
        operands(d, &e->composite.elems);
        break;
    case EXPR_KEYED:
        put(d, "(keyed");
        operand(d, e->keyed.key);
        operand(d, e->keyed.value);
        break;
    case EXPR_PAREN:
        put(d, "(paren");
        operand(d, e->paren);
        break;
    case EXPR_SELECTOR:
        put(d, "(.");
        operand(d, e->selector.x);
        fprintf(d->out, " %s", e->selector.name);
        break;
    case EXPR_INDEX:
        put(d, "(index");
        operand(d, e->index.x);
        operands(d, &e->index.index);
        break;
    case EXPR_SLICE:
        put(d, e->slice.three ? "(slice3" : "(slice");
        operand(d, e->slice.x);
        operand(d, e->slice.lo);
        operand(d, e->slice.hi);
        if (e->slice.three) operand(d, e->slice.max);
        break;
    case EXPR_ASSERT:
        put(d, "(assert");
        operand(d, e->assert_.x);
        operand(d, e->assert_.type);
        break;
    case EXPR_CALL:
        put(d, e->call.spread ? "(call..." : "(call");
        operand(d, e->call.fn);
        operands(d, &e->call.args);
        break;
    case EXPR_STAR:
        put(d, "(star");
        operand(d, e->star);
        break;
    case EXPR_UNARY:
        fprintf(d->out, "(%s", op_text(e->unary.op));
        operand(d, e->unary.x);
        break;
    case EXPR_BINARY:
        fprintf(d->out, "(%s", op_text(e->binary.op));
        operand(d, e->binary.x);
        operand(d, e->binary.y);
        break;
    default:
        put(d, "(...");
        if (e->ellipsis) operand(d, e->ellipsis);
    }
    put(d, ")");
}

static void expr(Dump *d, const Expr *e) {
    if (!e) {
        put(d, "nil");
        return;
    }
    switch (e->kind) {
    case EXPR_BAD: put(d, "(bad)"); break;
    case EXPR_NAME: put(d, e->name.name); break;
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_IMAG:
    case EXPR_RUNE:
    case EXPR_STRING: put(d, e->literal); break;
    default:
        if (!type(d, e)) compound(d, e);
    }
}

// ---- declarations

static void decl(Dump *d, const Decl *n) {
    switch (n->kind) {
    case DECL_IMPORT:
        fprintf(d->out, "(import %s \"%s\"", n->import.name ? n->import.name : "nil", n->import.path);
        break;
    case DECL_CONST:
    case DECL_VAR:
        put(d, n->kind == DECL_CONST ? "(const" : "(var");
        for (int i = 0; i < n->value.names.n; i++) fprintf(d->out, " %s", n->value.names.v[i]);
        if (n->value.type) {
            put(d, " (type");
            operand(d, n->value.type);
            put(d, ")");
        }
        list(d, "values", &n->value.values);
        if (n->kind == DECL_CONST)
            fprintf(d->out, " %siota=%d", n->value.inherit ? "inherits " : "", n->value.iota);
        break;
    case DECL_TYPE:
        fprintf(d->out, "(%s %s", n->type.alias ? "alias" : "type", n->type.name);
        type_params(d, &n->type.tparams);
        operand(d, n->type.type);
        break;
    case DECL_FUNC:
        fprintf(d->out, "(func %s", n->func->name);
        for (int i = 0; i < n->func->pragmas.n; i++) fprintf(d->out, " //%s", n->func->pragmas.v[i]);
        function(d, n->func);
    }
    put(d, ")");
}

// ---- statements

static void block(Dump *d, const Block *b) {
    d->indent++;
    newline(d);
    put(d, "(block");
    d->indent++;
    for (int i = 0; i < b->stmts.n; i++) {
        newline(d);
        stmt(d, b->stmts.v[i]);
    }
    d->indent -= 2;
    put(d, ")");
}

// A part of a statement on a line of its own; nothing if it is not there.
static void part(Dump *d, const char *head, const Stmt *s) {
    if (!s) return;
    fprintf(d->out, " (%s ", head);
    stmt(d, s);
    put(d, ")");
}

static void clauses(Dump *d, const ClauseList *l) {
    d->indent++;
    for (int i = 0; i < l->n; i++) {
        const CaseClause *clause = l->v[i];
        newline(d);
        put(d, clause->is_default ? "(default" : "(case");
        operands(d, &clause->values);
        part(d, "comm", clause->comm);
        block(d, clause->body);
        put(d, ")");
    }
    d->indent--;
}

static void assign(Dump *d, const Stmt *s) {
    fprintf(d->out, "(%s%s", s->kind == STMT_DEFINE ? ":" : op_text(s->assign.op), "=");
    list(d, "lhs", &s->assign.lhs);
    list(d, "rhs", &s->assign.rhs);
}

static void loop(Dump *d, const Stmt *s) {
    if (s->kind == STMT_RANGE) {
        fprintf(d->out, "(range%s", s->range.define ? ":=" : s->range.has_assign ? "=" : "");
        if (s->range.key) operand(d, s->range.key);
        if (s->range.value) operand(d, s->range.value);
        operand(d, s->range.x);
        block(d, s->range.body);
        return;
    }
    put(d, "(for");
    part(d, "init", s->for_.init);
    operand(d, s->for_.cond);
    part(d, "post", s->for_.post);
    block(d, s->for_.body);
}

static void branching(Dump *d, const Stmt *s) {
    switch (s->kind) {
    case STMT_IF:
        put(d, "(if");
        part(d, "init", s->if_.init);
        operand(d, s->if_.cond);
        block(d, s->if_.then);
        part(d, "else", s->if_.else_);
        break;
    case STMT_SWITCH:
        put(d, "(switch");
        part(d, "init", s->switch_.init);
        operand(d, s->switch_.tag);
        clauses(d, &s->switch_.clauses);
        break;
    case STMT_TYPESWITCH:
        fprintf(d->out, "(typeswitch %s", s->typeswitch.name ? s->typeswitch.name : "nil");
        part(d, "init", s->typeswitch.init);
        operand(d, s->typeswitch.x);
        clauses(d, &s->typeswitch.clauses);
        break;
    default: put(d, "(select"); clauses(d, &s->select.clauses);
    }
}

static void jump(Dump *d, const Stmt *s) {
    put(d, s->kind == STMT_BREAK ? "(break" : s->kind == STMT_CONTINUE ? "(continue" : "(goto");
    if (s->branch.label) fprintf(d->out, " %s", s->branch.label);
}

static void stmt(Dump *d, const Stmt *s) {
    switch (s->kind) {
    case STMT_DECL: decl(d, s->decl); return;
    case STMT_BAD: put(d, "(bad"); break;
    case STMT_EMPTY: put(d, "(empty"); break;
    case STMT_FALLTHROUGH: put(d, "(fallthrough"); break;
    case STMT_EXPR:
    case STMT_GO:
    case STMT_DEFER:
        put(d, s->kind == STMT_EXPR ? "(expr" : s->kind == STMT_GO ? "(go" : "(defer");
        operand(d, s->expr);
        break;
    case STMT_SEND:
        put(d, "(send");
        operand(d, s->send.chan);
        operand(d, s->send.value);
        break;
    case STMT_INCDEC:
        put(d, s->incdec.dec ? "(--" : "(++");
        operand(d, s->incdec.x);
        break;
    case STMT_ASSIGN:
    case STMT_DEFINE: assign(d, s); break;
    case STMT_RETURN:
        put(d, "(return");
        operands(d, &s->ret.results);
        break;
    case STMT_BREAK:
    case STMT_CONTINUE:
    case STMT_GOTO: jump(d, s); break;
    case STMT_BLOCK:
        put(d, "(scope");
        block(d, s->block);
        break;
    case STMT_FOR:
    case STMT_RANGE: loop(d, s); break;
    case STMT_LABELED:
        fprintf(d->out, "(label %s ", s->labeled.label);
        stmt(d, s->labeled.stmt);
        break;
    default: branching(d, s);
    }
    put(d, ")");
}

// ---- files

void ast_dump_expr(FILE *out, const Expr *e) { expr(&(Dump){.out = out}, e); }

void ast_dump_file(FILE *out, const AstFile *file) {
    Dump d = {.out = out, .indent = 1};
    fprintf(out, "(file %s", file->package_name);
    for (int i = 0; i < file->build_constraints.n; i++) {
        newline(&d);
        put(&d, file->build_constraints.v[i]);
    }
    for (int i = 0; i < file->decls.n; i++) {
        newline(&d);
        decl(&d, file->decls.v[i]);
    }
    put(&d, ")\n");
}
