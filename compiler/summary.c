// Escape summaries as text, and a table of them: see summary.h.
//
// Floor 4.
#include "summary.h"

#include <stdlib.h>
#include <string.h>

#include "intern.h"
#include "ptrmap.h"

enum { MOST_PARAMS = 32, FAR = 9 }; // dereferences beyond FAR are as good as none

static PtrMap table; // interned name → Summary *

static Arena *storage(void) {
    static Arena *a;
    if (!a) a = arena_new();
    return a;
}

static bool number(const char **p, char end, int *out) {
    char *behind;
    const long v = strtol(*p, &behind, 10);
    if (behind == *p || *behind != end || v < -1 || v > FAR) return false;
    *p = behind + 1;
    *out = (int)v;
    return true;
}

// A line without its end.
static bool add_line(const char *line, size_t length) {
    Arena *a = storage();
    const char *text = arena_strdup(a, line, length);
    const bool asks = *text == '!';
    if (asks) text++;
    const size_t name = strcspn(text, " ");
    if (!name || (text[name] != ' ' && !asks)) return false;
    SummaryLeak leaks[MOST_PARAMS];
    int n = 0;
    for (const char *p = text + name + (text[name] == ' '); *p; n++) {
        // The last pair ends with the line.
        const char *space = strchr(p, ' ');
        char *pair = arena_strdup(a, p, space ? (size_t)(space - p) : strlen(p));
        const char *at = pair;
        if (n == MOST_PARAMS || !number(&at, ',', &leaks[n].heap) || !number(&at, 0, &leaks[n].result))
            return false;
        p = space ? space + 1 : p + strlen(p);
    }
    Summary *s = ARENA_NEW(a, Summary);
    s->n = n;
    s->leaks = ARENA_NEW_N(a, SummaryLeak, n + 1);
    memcpy(s->leaks, leaks, sizeof *leaks * (size_t)n);
    s->asks = asks;
    ptrmap_put(a, &table, intern(text, name), s);
    return true;
}

bool summary_add(const char *text) {
    while (*text) {
        const size_t n = strcspn(text, "\n");
        if (!add_line(text, n)) return false;
        text += n + (text[n] == '\n');
    }
    return true;
}

bool summary_read(const char *path) {
    FILE *in = fopen(path, "r");
    if (!in) return false;
    char *text = NULL;
    size_t size = 0;
    const bool any = getdelim(&text, &size, 0, in) >= 0;
    fclose(in);
    const bool ok = !any || summary_add(text);
    free(text);
    return ok;
}

const Summary *summary_find(const IrFunc *f) {
    if (!table.n || !f->go_name) return NULL;
    const Summary *s = ptrmap_get(&table, intern_z(f->go_name));
    return s && s->n == f->params.n ? s : NULL;
}

void summary_write(FILE *out, const IrFunc *f, const Summary *s) {
    if (s->n > MOST_PARAMS || !f->go_name) return;
    bool useful = s->asks;
    for (int i = 0; i < s->n; i++) useful |= type_ptrdata(f->params.v[i]->type) > 0 && s->leaks[i].heap != 0;
    if (!useful) return;
    fprintf(out, "%s%s", s->asks ? "!" : "", f->go_name);
    for (int i = 0; i < s->n; i++) {
        const SummaryLeak *l = &s->leaks[i];
        fprintf(out, " %d,%d", l->heap > FAR ? FAR : l->heap, l->result > FAR ? FAR : l->result);
    }
    fputc('\n', out);
}
