// The table of names: open addressing over a power of two of slots, never more than half full.
//
// Length and hash stand in front of the characters, so that neither is computed twice. The keywords are
// entered first; an entry knows whether it is one.
#include "intern.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "unicode.h"

typedef struct {
    uint32_t hash;
    uint32_t length : 31;
    uint32_t keyword : 1;
    char text[];
} Entry;

static Arena *storage;
static Entry **slots;
static uint32_t slot_count, entry_count;

static const char *const keywords[] = {
    "break", "case",   "chan",   "const",  "continue", "default", "defer",     "else", "fallthrough",
    "for",   "func",   "go",     "goto",   "if",       "import",  "interface", "map",  "package",
    "range", "return", "select", "struct", "switch",   "type",    "var",
};

static Entry *entry_of(const char *name) { return (Entry *)(name - offsetof(Entry, text)); }

// FNV-1a: names are short, and the order of the table shows nowhere.
static uint32_t hash_bytes(const char *s, size_t n) {
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h;
}

// The slot that holds the name, or the free one where it belongs.
static Entry **find_slot(const char *s, size_t n, uint32_t hash) {
    for (uint32_t i = hash;; i++) {
        Entry **slot = &slots[i & (slot_count - 1)];
        Entry *e = *slot;
        if (!e || (e->hash == hash && e->length == n && memcmp(e->text, s, n) == 0)) return slot;
    }
}

static void grow(void) {
    Entry **old = slots;
    uint32_t old_count = slot_count;
    slot_count = old_count ? old_count * 2 : 4096;
    slots = arena_alloc(storage, slot_count * sizeof *slots);
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i]) *find_slot(old[i]->text, old[i]->length, old[i]->hash) = old[i];
}

static const char *enter(const char *s, size_t n, bool keyword) {
    if (2 * entry_count >= slot_count) grow();
    uint32_t hash = hash_bytes(s, n);
    Entry **slot = find_slot(s, n, hash);
    if (!*slot) {
        Entry *e = arena_alloc(storage, sizeof *e + n + 1);
        *e = (Entry){.hash = hash, .length = (uint32_t)n, .keyword = keyword};
        memcpy(e->text, s, n);
        *slot = e;
        entry_count++;
    }
    return (*slot)->text;
}

static void enter_keywords(void) {
    storage = arena_new();
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        enter(keywords[i], strlen(keywords[i]), true);
}

const char *intern(const char *s, size_t n) {
    if (!storage) enter_keywords();
    return enter(s, n, false);
}

const char *intern_z(const char *s) { return intern(s, strlen(s)); }

size_t intern_length(const char *name) { return entry_of(name)->length; }

uint32_t intern_hash(const char *name) { return entry_of(name)->hash; }

bool intern_is_keyword(const char *name) { return entry_of(name)->keyword; }

bool intern_is_exported(const char *name) {
    if ((unsigned char)*name < 0x80) return *name >= 'A' && *name <= 'Z';
    int width;
    return unicode_is_upper(unicode_decode(name, intern_length(name), &width));
}
