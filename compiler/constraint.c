/* constraint.c: whether a file belongs to the build: //go:build lines and names like x_windows.go.
 *
 * Floor 2. The system is linux/amd64; gol is no gc and has no cgo, so the tags gc, gccgo and cgo do not hold.
 */
#include "constraint.h"

#include <stdlib.h>
#include <string.h>

static const char *chosen = ""; // -tags, commas or spaces between them

void constraint_set_tags(const char *list) { chosen = list; }

static bool is_chosen(const char *tag, size_t n) {
    for (const char *p = chosen; *p; p += strcspn(p, ", ")) {
        p += strspn(p, ", ");
        if (strcspn(p, ", ") == n && !memcmp(p, tag, n)) return true;
    }
    return false;
}

static bool tag_holds(const char *tag, size_t n) {
    static const char *const on[] = {
        "gol", "linux", "amd64", "unix", "goexperiment.regabiwrappers", "goexperiment.regabiargs"};
    for (size_t i = 0; i < sizeof on / sizeof *on; i++)
        if (strlen(on[i]) == n && !memcmp(on[i], tag, n)) return true;
    if (n > 4 && !memcmp(tag, "go1.", 4)) return atoi(tag + 4) <= GO_MINOR;
    return is_chosen(tag, n);
}

typedef struct Constraint {
    const char *p;
    bool bad;
    int depth;
} Constraint;

static void skip_space(Constraint *k) {
    while (*k->p == ' ' || *k->p == '\t') k->p++;
}

static bool eat(Constraint *k, const char *s) {
    skip_space(k);
    if (strncmp(k->p, s, strlen(s))) return false;
    k->p += strlen(s);
    return true;
}

static bool constraint_or(Constraint *k);

static bool constraint_not(Constraint *k) {
    if (k->bad || k->depth > 1000) {
        k->bad = true;
        return false;
    }
    k->depth++;
    bool v;
    if (eat(k, "!")) {
        v = !constraint_not(k);
    } else if (eat(k, "(")) {
        v = constraint_or(k);
        if (!eat(k, ")")) k->bad = true;
    } else {
        skip_space(k);
        const size_t n = strcspn(k->p, " \t()!&|\r\n");
        if (!n) k->bad = true;
        v = tag_holds(k->p, n);
        k->p += n;
    }
    k->depth--;
    return v;
}

static bool constraint_and(Constraint *k) {
    bool v = constraint_not(k);
    while (!k->bad && eat(k, "&&")) v &= constraint_not(k);
    return v;
}

static bool constraint_or(Constraint *k) {
    bool v = constraint_and(k);
    while (!k->bad && eat(k, "||")) v |= constraint_and(k);
    return v;
}

bool constraint_text_holds(const char *text, const char **bad) {
    bool in_comment = false;
    for (const char *line = text; *line; line += *line == '\n') {
        const size_t n = strcspn(line, "\n");
        const char *s = line + strspn(line, " \t\r");
        if (!in_comment && !strncmp(s, "//go:build", 10) && (s[10] == ' ' || s[10] == '\t')) {
            Constraint k = {.p = s + 11};
            const bool v = constraint_or(&k);
            skip_space(&k);
            if (!k.bad && !strchr("\r\n", *k.p)) k.bad = true;
            if (k.bad) *bad = k.p;
            return v && !k.bad;
        }
        if (in_comment) {
            const char *end = strstr(s, "*/");
            if (end && end < line + n) in_comment = false;
        } else if (!strncmp(s, "/*", 2)) {
            const char *end = strstr(s, "*/");
            in_comment = !end || end > line + n;
        } else if (strncmp(s, "//", 2) && s < line + n) {
            break;
        }
        line += n;
    }
    return true;
}

static bool among(const char *s, size_t n, const char *const *list) {
    for (; *list; list++)
        if (strlen(*list) == n && !memcmp(*list, s, n)) return true;
    return false;
}

bool constraint_name_fits(const char *stem, size_t n) {
    static const char *const systems[] = {
        "aix",  "android", "darwin",  "dragonfly", "freebsd", "hurd",   "illumos", "ios", "js", "linux",
        "nacl", "netbsd",  "openbsd", "plan9",     "solaris", "wasip1", "windows", "zos", NULL};
    static const char *const machines[] = {"386",    "amd64",    "arm",    "arm64",    "loong64", "mips",
                                           "mips64", "mips64le", "mipsle", "ppc64",    "ppc64le", "riscv64",
                                           "s390x",  "sparc64",  "wasm",   "amd64p32", "armbe",   "arm64be",
                                           "ppc",    "riscv",    "s390",   "sparc",    NULL};
    size_t cut = n;
    while (cut > 0 && stem[cut - 1] != '_') cut--;
    if (!cut) return true;
    const char *last = stem + cut;
    const size_t ln = n - cut;
    if (among(last, ln, systems)) return ln == 5 && !memcmp(last, "linux", 5);
    if (!among(last, ln, machines)) return true;
    if (ln != 5 || memcmp(last, "amd64", 5)) return false;
    size_t end = cut - 1, from = end;
    while (from > 0 && stem[from - 1] != '_') from--;
    if (!from || !among(stem + from, end - from, systems)) return true;
    return end - from == 5 && !memcmp(stem + from, "linux", 5);
}
