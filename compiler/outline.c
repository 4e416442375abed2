/* outline.c: blanks function bodies that importers have no use for.
 *
 * Floor 2. A reader of tokens that knows comments, strings and brackets is enough: a declaration starts with
 * `func` outside of all brackets at the start of a line (others keep their bodies), its body is the first
 * brace outside of parentheses that does not follow `struct` or `interface`. A function is generic if its
 * name or its receiver is followed by a bracket.
 */
#include "outline.h"

#include <string.h>

#include "type.h"

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

/* Behind the comment, string or rune at p; p itself where there is none of these. */
static const char *skip_text(const char *p) {
    if (p[0] == '/' && p[1] == '/') return p + strcspn(p, "\n");
    if (p[0] == '/' && p[1] == '*') {
        const char *end = strstr(p + 2, "*/");
        return end ? end + 2 : p + strlen(p);
    }
    if (*p == '`') {
        const char *end = strchr(p + 1, '`');
        return end ? end + 1 : p + strlen(p);
    }
    if (*p != '"' && *p != '\'') return p;
    const char quote = *p++;
    while (*p && *p != quote && *p != '\n') p += *p == '\\' && p[1] ? 2 : 1;
    return *p == quote ? p + 1 : p;
}

/* Behind the bracket that closes the one at p. *brackets: whether a [ was among what was skipped. */
static const char *skip_group(const char *p, bool *brackets) {
    int depth = 0;
    while (*p) {
        const char *q = skip_text(p);
        if (q != p) {
            p = q;
            continue;
        }
        if (*p == '[' && brackets) *brackets = true;
        if (strchr("([{", *p))
            depth++;
        else if (strchr(")]}", *p) && --depth == 0)
            return p + 1;
        p++;
    }
    return p;
}

static const char *skip_space(const char *p) {
    for (;;) {
        p += strspn(p, " \t\r\n");
        if (p[0] != '/' || (p[1] != '/' && p[1] != '*')) return p;
        p = skip_text(p);
    }
}

static const char *skip_word(const char *p) {
    while (is_letter(*p)) p++;
    return p;
}

static bool word_is(const char *p, const char *end, const char *word) {
    return (size_t)(end - p) == strlen(word) && !memcmp(p, word, (size_t)(end - p));
}

enum { SMALL = 220 }; /* bytes of a body, without space and comments, that C is given to inline */

bool outline_keeps(const char *from, const char *end) {
    static const char *const never[] = {"go", "defer", "select", "recover", "func", "goto"};
    int size = 0;
    for (const char *p = from; p < end && size <= SMALL;) {
        const char *q = skip_text(p);
        const bool comment = q != p && *p == '/';
        if (q == p && is_letter(*p)) {
            q = skip_word(p);
            for (size_t i = 0; i < sizeof never / sizeof *never; i++)
                if (word_is(p, q, never[i])) return false;
        } else if (q == p) {
            q++;
        }
        if (!comment && !strchr(" \t\r\n", *p)) size += (int)(q - p);
        p = q;
    }
    return size > 0 && size <= SMALL;
}

/* p: behind `func` outside of all brackets. Returns the start of the body, or NULL where it has none or is to
 * be kept; *end is where to go on. A function without a body ends at its line. */
static const char *find_body(const char *p, const char **end, bool *kept) {
    bool generic = false, type_brace = false;
    p = skip_space(p);
    if (*p == '(') p = skip_space(skip_group(p, &generic));
    const char *name = p;
    p = skip_space(skip_word(p));
    *end = p;
    if (p == name || (*p != '(' && *p != '[')) return NULL; /* a literal or a type after all */
    if (*p == '[') {
        generic = true;
        p = skip_group(p, NULL);
    }
    while (*p && *p != '\n') {
        const char *q = skip_text(p);
        if (q != p) {
            p = q;
            continue;
        }
        if (*p == '{' && !type_brace) {
            *end = skip_group(p, NULL);
            *kept |= generic;
            return generic ? NULL : p;
        }
        if (strchr("([{", *p)) {
            p = skip_group(p, NULL);
            type_brace = false;
        } else if (is_letter(*p)) {
            q = skip_word(p);
            type_brace = word_is(p, q, "struct") || word_is(p, q, "interface");
            p = q;
        } else {
            p++;
        }
    }
    *end = p;
    return NULL;
}

const char *outline_text(const SourceFile *file) { return outline_of(file, true).text; }

/* The braces stay. */
static void blank_body(Outline *o, char *body, const char *end) {
    const uint32_t from = (uint32_t)(body + 1 - o->text), to = (uint32_t)(end - 1 - o->text);
    if (to <= from) return;
    vec_push(type_arena(), &o->blanked, from);
    vec_push(type_arena(), &o->blanked, to);
    for (char *b = body + 1; b < end - 1; b++)
        if (*b != '\n') *b = ' ';
}

Outline outline_of(const SourceFile *file, bool keep_small) {
    char *text = arena_strdup(type_arena(), file->text, file->size);
    Outline o = {.text = text};
    for (const char *p = text; *p;) {
        const char *q = skip_text(p);
        if (q != p) {
            p = q;
        } else if (strchr("([{", *p)) {
            p = skip_group(p, NULL);
        } else if (is_letter(*p)) {
            q = skip_word(p);
            const bool func = word_is(p, q, "func") && (p == text || p[-1] == '\n');
            p = q;
            if (!func) continue;
            const char *end = p, *body = find_body(p, &end, &o.kept);
            const bool small = body && keep_small && outline_keeps(body + 1, end - 1);
            o.kept |= small;
            if (body && !small) blank_body(&o, text + (body - text), end);
            p = end;
        } else {
            p++;
        }
    }
    return o;
}
