/* Random numbers for math/rand: a generator per thread, its state from the system. */
#include <sys/random.h>
#include <time.h>

#include <gol/gol.h>

Uint64 internal_fastrand__Uint64(void);

static __thread uint64_t state;

/* Fills the state; on the system stack, since it calls the C library. */
static void seed(void *p) {
    uint64_t *s = p;
    if (getrandom(s, sizeof *s, GRND_NONBLOCK) != sizeof *s) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        *s = (uint64_t)t.tv_sec * 1000000007u ^ (uint64_t)t.tv_nsec << 20;
    }
    *s |= 1;
}

/* Wang Yi's wyrand: a counter and one wide product. A goroutine that changes threads in the middle of seeding
 * only wastes a seed. */
Uint64 internal_fastrand__Uint64(void) {
    uint64_t s = state;
    if (GOL_UNLIKELY(s == 0)) gol_systemstack(seed, &s);
    s += 0xa0761d6478bd642full;
    state = s;
    unsigned __int128 m = (unsigned __int128)s * (s ^ 0xe7037ed1a0b428dbull);
    return (uint64_t)(m >> 64) ^ (uint64_t)m;
}
