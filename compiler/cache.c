/* Keys and places of what is cached. */
#include "cache.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "cli.h"
#include "config.h"
#include "output.h"

struct CacheHash {
    XXH3_state_t *state;
};

CacheHash *cache_hash_new(void) {
    CacheHash *h = malloc(sizeof *h);
    h->state = XXH3_createState();
    XXH3_128bits_reset(h->state);
    cache_hash_number(h, config_build_id());
    return h;
}

void cache_hash_bytes(CacheHash *h, const void *p, size_t n) { XXH3_128bits_update(h->state, p, n); }

void cache_hash_text(CacheHash *h, const char *s) {
    if (s == NULL) s = "\1";
    cache_hash_bytes(h, s, strlen(s) + 1);
}

void cache_hash_number(CacheHash *h, uint64_t n) { cache_hash_bytes(h, &n, sizeof n); }

const char *cache_hash_key(CacheHash *h, Arena *a) {
    const XXH128_hash_t sum = XXH3_128bits_digest(h->state);
    XXH3_freeState(h->state);
    free(h);
    return arena_printf(a, "%016llx%016llx", (unsigned long long)sum.high64, (unsigned long long)sum.low64);
}

const char *cache_folder(bool *temporary) {
    const char *cache = config()->cache;
    *temporary = cache == NULL || !output_make_folders(cache);
    if (!*temporary) return cache;
    const char *tmp = getenv("TMPDIR");
    static char folder[4096];
    snprintf(folder, sizeof folder, "%s/gol-XXXXXX", tmp != NULL && *tmp != 0 ? tmp : "/tmp");
    if (mkdtemp(folder) == NULL) cli_fail("%s: %s", folder, strerror(errno));
    return folder;
}

const char *cache_place(Arena *a, const char *folder, const char *kind, const char *key, const char *suffix) {
    const char *above = arena_printf(a, "%s/%s/%.2s", folder, kind, key);
    if (!output_make_folders(above)) return NULL;
    return arena_printf(a, "%s/%s%s", above, key + 2, suffix);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st, (void)type, (void)at;
    remove(path);
    return 0;
}

void cache_remove(const char *folder) { nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS); }
