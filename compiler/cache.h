/* cache.h: results by a hash of all that they are made from.
 *
 * Floor 7. Keys are 32 hexadecimal digits. What a key stands for never changes, so an entry is made beside
 * its place and renamed, and parallel runs need no lock. Below the cache's folder: exe/KK/KEY/NAME programs;
 * a folder each keeps the name that os.Args[0] and traces show unit/KK/KEY       what a package was
 * translated to: the keys of its pieces, one a line obj/KK/KEY.o      pieces of packages, compiled
 */
#ifndef CACHE_H
#define CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

typedef struct CacheHash CacheHash;

CacheHash *cache_hash_new(void); /* the compiler and its library are in it already */
void cache_hash_bytes(CacheHash *h, const void *p, size_t n);
void cache_hash_text(CacheHash *h, const char *s); /* with its end; NULL is a text of its own */
void cache_hash_number(CacheHash *h, uint64_t n);
const char *cache_hash_key(CacheHash *h, Arena *a); /* ends h */

/* The folder of the cache; where there is none, a temporary folder, and *temporary is set. */
const char *cache_folder(bool *temporary);
/* FOLDER/KIND/KK/REST SUFFIX; the folders above it are made. NULL with errno set if they cannot be. */
const char *cache_place(Arena *a, const char *folder, const char *kind, const char *key, const char *suffix);
/* Whether an entry is there; if so it counts as used now. */
bool cache_use(const char *path);
/* Once an hour: removes what has not been used for five days, and what was used least recently while all of
 * it takes more than 8 GiB. */
void cache_trim(const char *folder);
/* Removes a temporary folder and all in it. */
void cache_remove(const char *folder);

#endif
