/* Keys and places of what is cached. */
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <xxhash.h>

#include "cli.h"
#include "config.h"
#include "output.h"
#include "vec.h"

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

bool cache_use(const char *path) {
    enum { NOTED = 3600 }; // a time of use is no more exact than this, so that it is seldom written
    struct stat st;
    if (stat(path, &st) != 0) return false;
    if (time(NULL) - st.st_mtime > NOTED) utimensat(AT_FDCWD, path, NULL, 0);
    return true;
}

enum { HOUR = 3600, KEPT = 5 * 24 * HOUR };
static const int64_t MOST = (int64_t)8 << 30; // bytes; beyond it the cache shrinks to half of that

typedef struct Entry { // a file
    char *path;
    time_t used;
    int64_t bytes;
} Entry;
static Vec(Entry) entries;
static Arena *trimmer;
static time_t oldest;

static int look_at(const char *path, const struct stat *st, int type, struct FTW *at) {
    // exe, unit, obj and the folders in them stay; of an entry's own folder the time is the one before this.
    if (at->level < 3) return 0;
    if (type == FTW_DP) {
        if (st->st_mtime < oldest) rmdir(path); // if it is empty
    } else if (st->st_mtime < oldest) {
        unlink(path);
    } else {
        vec_push(trimmer, &entries,
                 ((Entry){arena_strdup(trimmer, path, strlen(path)), st->st_mtime, st->st_size}));
    }
    return 0;
}

static int compare_use(const void *p, const void *q) {
    const Entry *a = p, *b = q;
    return (a->used > b->used) - (a->used < b->used);
}

static void remove_least_used(void) {
    int64_t bytes = 0;
    for (int i = 0; i < entries.n; i++) bytes += entries.v[i].bytes;
    if (bytes <= MOST) return;
    qsort(entries.v, (size_t)entries.n, sizeof *entries.v, compare_use);
    for (int i = 0; i < entries.n && bytes > MOST / 2; i++) {
        unlink(entries.v[i].path);
        bytes -= entries.v[i].bytes;
    }
}

void cache_trim(const char *folder) {
    char done[4096];
    struct stat st;
    const time_t now = time(NULL);
    if ((size_t)snprintf(done, sizeof done, "%s/trimmed", folder) >= sizeof done) return;
    if (stat(done, &st) == 0 && now - st.st_mtime < HOUR) return;
    const int fd = open(done, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) return;
    futimens(fd, NULL); // first: nobody else begins now
    close(fd);
    oldest = now - KEPT;
    trimmer = arena_new();
    nftw(folder, look_at, 16, FTW_DEPTH | FTW_PHYS);
    remove_least_used();
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st, (void)type, (void)at;
    remove(path);
    return 0;
}

void cache_remove(const char *folder) { nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS); }
