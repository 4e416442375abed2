/* poller.c: one case of the network poller, or of what must not wait for it, a run. Prints "ok".
 *
 * Usage: poller CASE [N]. Cases: sockets (N sockets at once, 2000, each with a goroutine that waits), tcp (N
 * connections over the loopback interface, half-closed), timers (N at once, 100000: each fires once, none
 * early), deadlines (before, after and with readiness; moved and cleared while one waits), closing (waiters,
 * deadlines and closing at once: each waiter ends once), reuse (a descriptor's next owner hears nothing of
 * the last one's events), both (reading and writing wait at once), refused (descriptors that cannot be had,
 * or not polled), blocking (N goroutines in reads that block, 40, hold nobody up), idle (no CPU).
 */
#include "collect.h"
#include "cases.h"
#include "netpoll.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS       ((int64_t)1000000)
#define CHECK(c) ((c) ? (void)0 : fail("line %ld, errno %ld: " #c, __LINE__, errno))

typedef struct {
    int fd;
    RtPoll *pd;
} Sock;

static Group group;
static _Atomic(int64_t) done;

/* ---- descriptors ---- */

FUNC void sock_open(Sock *s, int fd) {
    GOL_STACK_CHECK();
    CHECK(fd >= 0);
    s->fd = fd;
    CHECK(rt_poll_open(fd, &s->pd) == 0);
}
FUNC void sock_pair(Sock *a, Sock *b) {
    GOL_STACK_CHECK();
    int fds[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    sock_open(a, fds[0]);
    sock_open(b, fds[1]);
}
FUNC void sock_close(Sock *s) {
    GOL_STACK_CHECK();
    rt_poll_close(s->pd);
    CHECK(close(s->fd) == 0);
}
/* The kernel must not write into a stack, which may move: static memory, one word a goroutine. */
FUNC int64_t sock_read(Sock *s, void *to, size_t n) {
    GOL_STACK_CHECK();
    CHECK(rt_poll_reset(s->pd, RT_POLL_READ) == RT_POLL_OK);
    for (;;) {
        int64_t r = read(s->fd, to, n);
        if (r >= 0) return r;
        CHECK(errno == EAGAIN);
        CHECK(rt_poll_wait(s->pd, RT_POLL_READ) == RT_POLL_OK);
    }
}
FUNC void sock_write(Sock *s, const void *from, size_t n) {
    GOL_STACK_CHECK();
    CHECK(rt_poll_reset(s->pd, RT_POLL_WRITE) == RT_POLL_OK);
    for (size_t at = 0; at < n;) {
        int64_t r = write(s->fd, (const char *)from + at, n - at);
        if (r >= 0) {
            at += (size_t)r;
            continue;
        }
        CHECK(errno == EAGAIN);
        CHECK(rt_poll_wait(s->pd, RT_POLL_WRITE) == RT_POLL_OK);
    }
}
/* For n descriptors beside the usual ones; fewer if there cannot be so many. */
static int64_t room_for(int64_t n) {
    struct rlimit l;
    getrlimit(RLIMIT_NOFILE, &l);
    l.rlim_cur = (rlim_t)n + 64 < l.rlim_max ? (rlim_t)n + 64 : l.rlim_max;
    setrlimit(RLIMIT_NOFILE, &l);
    return (int64_t)l.rlim_cur - 64;
}

/* ---- many sockets ---- */

enum { ROUNDS = 3, WORD = 8 };
static Sock *socks; /* pairs */
static uint64_t *words;

FUNC void echoes(void *context) {
    GOL_STACK_CHECK();
    int64_t i = *(int64_t *)context;
    while (sock_read(&socks[i], &words[i], WORD) == WORD) {
        words[i]++;
        sock_write(&socks[i], &words[i], WORD);
    }
    shutdown(socks[i].fd, SHUT_WR); /* the end for the other side too */
    rt_add(&done, 1);
    group_done(&group);
}
FUNC void sockets(void) {
    GOL_STACK_CHECK();
    int64_t n = room_for(sized(2000)) & -2;
    if (n < sized(2000)) fail("only %ld descriptors are allowed, %ld asked for", n, sized(2000));
    socks = calloc((size_t)n, sizeof *socks);
    words = calloc((size_t)n, sizeof *words);
    group.n = n / 2;
    for (int64_t i = 0; i < n; i += 2) {
        sock_pair(&socks[i], &socks[i + 1]);
        gol_go(echoes, &i, sizeof i);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int64_t i = 1; i < n; i += 2) {
            words[i] = (uint64_t)(i * 10 + round);
            sock_write(&socks[i], &words[i], WORD);
        }
        for (int64_t k = n - 1; k > 0; k -= 2) { /* not in their order */
            CHECK(sock_read(&socks[k], &words[k], WORD) == WORD);
            CHECK(words[k] == (uint64_t)(k * 10 + round + 1));
        }
    }
    CHECK(rt_load_seq(&done) == 0);
    for (int64_t i = 1; i < n; i += 2) CHECK(shutdown(socks[i].fd, SHUT_WR) == 0);
    group_wait(&group);
    CHECK(rt_load_seq(&done) == n / 2);
    for (int64_t i = 0; i < n; i++) sock_close(&socks[i]);
}

/* ---- over the loopback interface ---- */

static Sock listener;
static struct sockaddr_in address;

FUNC void accepts(void *context) {
    GOL_STACK_CHECK();
    int64_t n = *(int64_t *)context;
    for (int64_t i = 0; i < n;) {
        int fd = accept4(listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            CHECK(errno == EAGAIN);
            CHECK(rt_poll_wait(listener.pd, RT_POLL_READ) == RT_POLL_OK);
            continue;
        }
        sock_open(&socks[i], fd);
        gol_go(echoes, &i, sizeof i);
        i++;
    }
}
FUNC void connects(void *context) {
    GOL_STACK_CHECK();
    int64_t i = *(int64_t *)context;
    static _Atomic(int64_t) turn;
    Sock *s = &socks[i];
    sock_open(s, socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (connect(s->fd, (struct sockaddr *)&address, sizeof address) < 0) {
        CHECK(errno == EINPROGRESS);
        CHECK(rt_poll_wait(s->pd, RT_POLL_WRITE) == RT_POLL_OK);
    }
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t is = words[i] = (uint64_t)rt_add(&turn, 1);
        sock_write(s, &words[i], WORD);
        CHECK(sock_read(s, &words[i], WORD) == WORD && words[i] == is + 1);
    }
    CHECK(shutdown(s->fd, SHUT_WR) == 0); /* the other side's reader, who waits, is to see the end */
    CHECK(sock_read(s, &words[i], WORD) == 0);
    sock_close(s);
    group_done(&group);
}
FUNC void tcp(void) {
    GOL_STACK_CHECK();
    int64_t n = sized(100);
    if (room_for(2 * n) < 2 * n) fail("%ld descriptors are not allowed", 2 * n, 0);
    socks = calloc((size_t)(2 * n), sizeof *socks);
    words = calloc((size_t)(2 * n), sizeof *words);
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    sock_open(&listener, socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    CHECK(bind(listener.fd, (struct sockaddr *)&address, sizeof address) == 0);
    socklen_t len = sizeof address;
    CHECK(getsockname(listener.fd, (struct sockaddr *)&address, &len) == 0 && listen(listener.fd, 128) == 0);
    group.n = 2 * n;
    gol_go(accepts, &n, sizeof n);
    for (int64_t i = n; i < 2 * n; i++) gol_go(connects, &i, sizeof i);
    group_wait(&group);
    for (int64_t i = 0; i < n; i++) sock_close(&socks[i]);
    sock_close(&listener);
}

/* ---- timers ---- */

typedef struct {
    RtTimer t;
    int64_t due;
    _Atomic(int64_t) fired;
} Timed;

static void count_fired(RtTimer *t, int64_t now) {
    Timed *x = t->arg;
    if (now < __atomic_load_n(&x->due, __ATOMIC_SEQ_CST)) rt_add(&x->fired, 100); /* early */
    rt_add(&x->fired, 1);
    rt_add(&done, 1);
}
static int64_t armed_timers(void) {
    int64_t n = 0;
    for (int32_t i = 0; i < rt_nallps; i++) n += rt_timers_count(rt_allps[i]);
    return n;
}
FUNC void timers(void) {
    GOL_STACK_CHECK();
    int64_t n = sized(100000), left = 0;
    Timed **all = rt_gc_alloc_array(sizeof *all, (size_t)n, sizeof *all);
    for (int64_t i = 0; i < n; i++) {
        Timed *x = all[i] = rt_gc_alloc(sizeof *x, sizeof *x);
        x->t.fire = count_fired;
        x->t.arg = x;
        CHECK(!rt_timer_reset(&x->t, rt_nanotime() + 3600000 * MS, 0));
    }
    int64_t armed = armed_timers();
    if (armed < n) fail("%ld of %ld timers are armed", armed, n);
    for (int64_t i = 0; i < n; i++) { /* a third is stopped, a third comes late */
        Timed *x = all[(i * 7919) % n];
        int64_t when = rt_nanotime() + (i % 3 + 1) * (int64_t)(rt_rand() % (50 * MS));
        __atomic_store_n(&x->due, when, __ATOMIC_SEQ_CST);
        CHECK(i % 3 == 1 ? rt_timer_stop(&x->t) : rt_timer_reset(&x->t, when, 0));
        left += i % 3 != 1;
    }
    while (rt_load_seq(&done) < left) rt_sleep(MS);
    rt_sleep(20 * MS);
    CHECK(rt_load_seq(&done) == left);
    for (int64_t i = 0; i < n; i++) {
        int64_t fired = rt_load_seq(&all[i * 7919 % n]->fired);
        if (fired != (i % 3 != 1)) fail("timer %ld has fired %ld times (100: early)", i, fired);
        CHECK(!rt_timer_stop(&all[i]->t));
    }
}

/* ---- deadlines ---- */

typedef struct {
    Sock a, b; /* a waits, b gives */
    int64_t wait;
    int what;
} Pair;
static char byte_in, byte_out = 'x';

static void give(Pair *p) { CHECK(write(p->b.fd, &byte_out, 1) == 1); }

FUNC void gives_after(void *context) {
    GOL_STACK_CHECK();
    Pair *p = *(Pair **)context;
    if (p->wait) rt_sleep(p->wait);
    give(p);
    group_done(&group);
}
FUNC void start_giver(Pair *p, int64_t wait) {
    GOL_STACK_CHECK();
    p->wait = wait;
    group.n = 1;
    gol_go(gives_after, &p, sizeof p);
}
/* The byte is there, sooner or later, and once. */
FUNC void take(Pair *p) {
    GOL_STACK_CHECK();
    CHECK(sock_read(&p->a, &byte_in, 1) == 1 && byte_in == 'x');
    group_wait(&group);
    CHECK(read(p->a.fd, &byte_in, 1) == -1 && errno == EAGAIN);
}
/* Waits until a deadline passes. The event of a byte that was taken without waiting may come only now: as who
 * reads does, it then finds nothing and waits again. */
FUNC int wait_in_vain(Pair *p) {
    GOL_STACK_CHECK();
    int r;
    while ((r = rt_poll_wait(p->a.pd, RT_POLL_READ)) == RT_POLL_OK) {
        CHECK(read(p->a.fd, &byte_in, 1) == -1 && errno == EAGAIN);
        if ((r = rt_poll_reset(p->a.pd, RT_POLL_READ)) != RT_POLL_OK) break;
    }
    return r;
}
FUNC void before_and_after(Pair *p) {
    GOL_STACK_CHECK();
    for (int mode = 0; mode < 2; mode++) { /* nothing to read; passed at once, or while it waits */
        rt_poll_set_deadline(p->a.pd, mode ? rt_nanotime() + MS : -1, mode ? 'r' : 'r' + 'w');
        CHECK(wait_in_vain(p) == RT_POLL_TIMEOUT);
        CHECK(rt_poll_reset(p->a.pd, RT_POLL_READ) == RT_POLL_TIMEOUT);
        CHECK(rt_poll_reset(p->a.pd, RT_POLL_WRITE) == (mode ? RT_POLL_OK : RT_POLL_TIMEOUT));
        rt_poll_set_deadline(p->a.pd, 0, 'r' + 'w');
    }
    start_giver(p, 0);
    take(p);
    rt_poll_set_deadline(p->a.pd, rt_nanotime() + 3600000 * MS, 'r');
    start_giver(p, MS);
    take(p);
    rt_poll_set_deadline(p->a.pd, rt_nanotime() + MS, 'r'); /* passes while nobody waits */
    rt_sleep(2 * MS);
    /* It is on the timers of a P whose thread the system may not have run since. */
    for (int k = 0; k < 5000 && rt_poll_reset(p->a.pd, RT_POLL_READ) == RT_POLL_OK; k++) rt_sleep(MS);
    CHECK(rt_poll_reset(p->a.pd, RT_POLL_READ) == RT_POLL_TIMEOUT);
    rt_poll_set_deadline(p->a.pd, 0, 'r');
}
/* Whoever wins, the byte is not lost, and a deadline that was cleared is not heard of. */
FUNC void same_time(Pair *p, int64_t i) {
    GOL_STACK_CHECK();
    int64_t in = (int64_t)(rt_rand() % (MS / 5));
    rt_poll_set_deadline(p->a.pd, rt_nanotime() + in, 'r');
    if (i % 2 == 0) { /* cleared about when it fires, with nothing to read so far */
        for (int64_t until = rt_nanotime() + in; rt_nanotime() < until;) {}
        rt_poll_set_deadline(p->a.pd, 0, 'r');
        start_giver(p, MS / 10);
        take(p);
        return;
    }
    start_giver(p, in);
    int r;
    if ((r = rt_poll_reset(p->a.pd, RT_POLL_READ)) == RT_POLL_OK) r = rt_poll_wait(p->a.pd, RT_POLL_READ);
    CHECK(r == RT_POLL_OK || r == RT_POLL_TIMEOUT);
    rt_poll_set_deadline(p->a.pd, 0, 'r');
    take(p);
}
FUNC void moves(void *context) {
    GOL_STACK_CHECK();
    Pair *p = *(Pair **)context;
    for (int i = 0; i < 20; i++) { /* always later, long before it fires */
        rt_poll_set_deadline(p->a.pd, rt_nanotime() + (1000 + i) * 1000 * MS, 'r');
        rt_gosched();
    }
    if (p->what)
        rt_poll_set_deadline(p->a.pd, rt_nanotime() + (p->what > 1 ? MS / 10 : -1), 'r'); /* now earlier */
    else
        give(p);
    group_done(&group);
}
FUNC void moved(Pair *p) {
    GOL_STACK_CHECK();
    for (p->what = 0; p->what < 3; p->what++) {
        rt_poll_set_deadline(p->a.pd, rt_nanotime() + 1000 * MS, 'r');
        group.n = 1;
        gol_go(moves, &p, sizeof p);
        if (p->what == 0) {
            take(p);
            continue;
        }
        CHECK(wait_in_vain(p) == RT_POLL_TIMEOUT);
        group_wait(&group);
        rt_poll_set_deadline(p->a.pd, 0, 'r');
    }
}
FUNC void deadlines(void) {
    GOL_STACK_CHECK();
    static Pair pair;
    Pair *p = &pair;
    sock_pair(&p->a, &p->b);
    int64_t n = sized(300);
    for (int64_t i = 0; i < n; i++) {
        if (i % 30 == 0) before_and_after(p);
        if (i % 30 == 0) moved(p);
        same_time(p, i);
    }
    sock_close(&p->a);
    sock_close(&p->b);
}

/* ---- closing ---- */

typedef struct {
    Sock a, b;
    _Atomic(int64_t) ended;
    _Atomic(bool) go;
} Closed;
static Closed closed;

FUNC void waits_side(int mode) {
    GOL_STACK_CHECK();
    int r;
    while ((r = rt_poll_wait(closed.a.pd, mode)) == RT_POLL_OK) {}
    CHECK(r == RT_POLL_CLOSING || (r == RT_POLL_TIMEOUT && rt_poll_reset(closed.a.pd, mode) != RT_POLL_OK));
    while (rt_poll_reset(closed.a.pd, mode) != RT_POLL_CLOSING) rt_gosched();
    CHECK(rt_poll_wait(closed.a.pd, mode) == RT_POLL_CLOSING);
    rt_add(&closed.ended, 1);
    group_done(&group);
}
FUNC void waits_to_read(void *context GOL_UNUSED) {
    GOL_STACK_CHECK();
    waits_side(RT_POLL_READ);
}
FUNC void waits_to_write(void *context GOL_UNUSED) {
    GOL_STACK_CHECK();
    waits_side(RT_POLL_WRITE);
}
FUNC void sets_deadlines(void *context) {
    GOL_STACK_CHECK();
    bool far = *(bool *)context;
    while (!rt_load_seq(&closed.go)) rt_gosched();
    for (int i = 0; i < 4; i++)
        rt_poll_set_deadline(closed.a.pd, rt_nanotime() + (far ? 3600000 * MS : 1000), 'r' + 'w');
    group_done(&group);
}
FUNC void closing(void) {
    GOL_STACK_CHECK();
    static char fill[1 << 16];
    for (int64_t i = 0, n = sized(2000); i < n; i++) {
        sock_pair(&closed.a, &closed.b);
        while (write(closed.a.fd, fill, sizeof fill) > 0) {}
        CHECK(errno == EAGAIN && rt_poll_reset(closed.a.pd, RT_POLL_WRITE) == RT_POLL_OK);
        rt_store_seq(&closed.ended, 0);
        rt_store_seq(&closed.go, false);
        group.n = 3;
        bool far = i % 3 != 0;
        gol_go(waits_to_read, NULL, 0);
        gol_go(waits_to_write, NULL, 0);
        gol_go(sets_deadlines, &far, sizeof far);
        for (int64_t k = (int64_t)(rt_rand() % 4); k > 0; k--) rt_gosched();
        rt_store_seq(&closed.go, true);
        rt_poll_unblock(closed.a.pd);
        group_wait(&group);
        CHECK(rt_load_seq(&closed.ended) == 2);
        sock_close(&closed.a);
        sock_close(&closed.b);
    }
}

/* ---- descriptors used again ---- */

FUNC void reuse_one(void *context) {
    GOL_STACK_CHECK();
    int64_t n = *(int64_t *)context;
    for (int64_t i = 0; i < n; i++) {
        Sock a, b;
        sock_pair(&a, &b); /* with the numbers, and the records, of the last pair of somebody's */
        CHECK(rt_poll_reset(a.pd, RT_POLL_READ) == RT_POLL_OK);
        rt_poll_set_deadline(a.pd, rt_nanotime() + (i % 16 ? 20000 : MS), 'r');
        CHECK(rt_poll_wait(a.pd, RT_POLL_READ) == RT_POLL_TIMEOUT); /* nobody has written to this one */
        CHECK(write(b.fd, &byte_out, 1) == 1); /* an event that its owner does not take */
        if (i % 3 == 0) rt_gosched();
        rt_poll_unblock(a.pd);
        sock_close(&a);
        sock_close(&b);
    }
    group_done(&group);
}
FUNC void reuse(void) {
    GOL_STACK_CHECK();
    int64_t n = sized(2000);
    group.n = 6;
    for (int i = 0; i < 6; i++) gol_go(reuse_one, &n, sizeof n);
    group_wait(&group);
}

/* ---- reading and writing at once ---- */

static Sock duplex[2];
static uint64_t summed[2];
enum { CHUNK = 50000 };
static uint8_t outgoing[2][CHUNK], incoming[2][CHUNK];

FUNC void pours(void *context) {
    GOL_STACK_CHECK();
    int64_t i = *(int64_t *)context;
    for (int64_t k = 0, n = sized(60); k < n; k++) sock_write(&duplex[i], outgoing[i], CHUNK);
    CHECK(shutdown(duplex[i].fd, SHUT_WR) == 0);
    group_done(&group);
}
FUNC void drinks(void *context) {
    GOL_STACK_CHECK();
    int64_t i = *(int64_t *)context, n;
    while ((n = sock_read(&duplex[i], incoming[i], CHUNK)) > 0)
        for (int64_t k = 0; k < n; k++) summed[i] += incoming[i][k];
    group_done(&group);
}
FUNC void both(void) {
    GOL_STACK_CHECK();
    sock_pair(&duplex[0], &duplex[1]);
    memset(outgoing[0], 3, CHUNK);
    memset(outgoing[1], 5, CHUNK);
    group.n = 4;
    for (int64_t i = 0; i < 2; i++) {
        gol_go(pours, &i, sizeof i);
        gol_go(drinks, &i, sizeof i);
    }
    group_wait(&group);
    uint64_t all = (uint64_t)sized(60) * CHUNK;
    if (summed[0] != 5 * all || summed[1] != 3 * all) fail("%ld and %ld", (long)summed[0], (long)summed[1]);
    sock_close(&duplex[0]);
    sock_close(&duplex[1]);
}

/* ---- what cannot be had ---- */

static void limit_descriptors(rlim_t n) {
    struct rlimit l;
    getrlimit(RLIMIT_NOFILE, &l);
    l.rlim_cur = n;
    CHECK(setrlimit(RLIMIT_NOFILE, &l) == 0);
}
FUNC void refused(void) {
    GOL_STACK_CHECK();
    int fds[2], more[2], file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    RtPoll *first, *pd;
    static char from_limit[16];
    CHECK(file >= 0 && pipe2(fds, O_NONBLOCK | O_CLOEXEC) == 0);
    struct rlimit usual;
    getrlimit(RLIMIT_NOFILE, &usual);
    for (int room = 0; room < 2; room++) { /* none for the poller, then one of its two */
        limit_descriptors((rlim_t)fds[1] + 1 + (rlim_t)room);
        CHECK(rt_poll_open(fds[0], &pd) == EMFILE && pd == NULL);
        CHECK(pipe2(more, O_NONBLOCK) == -1 && errno == EMFILE);
    }
    limit_descriptors(usual.rlim_cur);
    CHECK(rt_poll_open(fds[0], &first) == 0);
    for (int i = 0; i < 3; i++) {
        CHECK(rt_poll_open(fds[0], &pd) == EEXIST && pd == NULL); /* and the first one is as it was */
        CHECK(rt_poll_open(file, &pd) == EPERM && pd == NULL);
        CHECK(rt_poll_open(-1, &pd) == EBADF && pd == NULL);
    }
    Sock s = {fds[0], first};
    Pair p = {.b = {fds[1], NULL}};
    Pair *at = memcpy(rt_gc_alloc(sizeof p, sizeof p), &p, sizeof p);
    start_giver(at, MS);
    CHECK(sock_read(&s, from_limit, 1) == 1);
    group_wait(&group);
    sock_close(&s);
    close(fds[1]);
    close(file);
}

/* ---- what blocks a thread ---- */

static int (*pipes)[2];
static char *letters;
static void read_byte(void *number) { /* not its address: a stack may move during a system call */
    int64_t i = (int64_t)number;
    while (read(pipes[i][0], &letters[i], 1) != 1) CHECK(errno == EINTR);
}
/* Half as a file is read, half as a resolver is called: for long, by its own account. */
FUNC void blocks(void *context) {
    GOL_STACK_CHECK();
    int64_t i = *(int64_t *)context;
    if (i % 2)
        rt_entersyscallblock();
    else
        rt_entersyscall();
    gol_systemstack(read_byte, (void *)i);
    rt_exitsyscall();
    rt_add(&done, 1);
    group_done(&group);
}
static Baton ring[10];
FUNC void passes(void *context) {
    GOL_STACK_CHECK();
    int64_t i = *(int64_t *)context;
    for (uintptr_t v; (v = baton_receive(&ring[i])) != 0;) baton_send(&ring[(i + 1) % 10], v + 1);
    if (i + 1 < 10) baton_send(&ring[i + 1], 0);
}
/* All are in their reads, and their bytes are written only when the others have done all that they have to.
 */
FUNC void blocking(void) {
    GOL_STACK_CHECK();
    int64_t n = sized(40);
    pipes = calloc((size_t)n, sizeof *pipes);
    letters = calloc((size_t)n, 1);
    group.n = n;
    for (int64_t i = 0; i < n; i++) {
        CHECK(pipe2(pipes[i], O_CLOEXEC) == 0);
        gol_go(blocks, &i, sizeof i);
    }
    for (int64_t i = 1; i < 10; i++) gol_go(passes, &i, sizeof i);
    for (uintptr_t v = 1; v < 2000;) {
        baton_send(&ring[1], v);
        CHECK(baton_receive(&ring[0]) == v + 9);
        v += 9;
        if (v % 20 == 0) rt_gc_collect();
    }
    baton_send(&ring[1], 0);
    CHECK(rt_load_seq(&done) == 0);
    for (int64_t i = n; i-- > 0;) CHECK(write(pipes[i][1], &byte_out, 1) == 1);
    group_wait(&group);
    for (int64_t i = 0; i < n; i++)
        CHECK(letters[i] == 'x' && close(pipes[i][0]) == 0 && close(pipes[i][1]) == 0);
}

/* ---- idle ---- */

static int64_t cpu_us(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}
FUNC void idle(void) {
    GOL_STACK_CHECK();
    int64_t n = room_for(sized(400)) & -2;
    socks = calloc((size_t)n, sizeof *socks);
    words = calloc((size_t)n, sizeof *words);
    group.n = n / 2;
    for (int64_t i = 0; i < n; i += 2) {
        sock_pair(&socks[i], &socks[i + 1]);
        rt_poll_set_deadline(socks[i].pd, rt_nanotime() + 3600000 * MS, 'r');
        gol_go(echoes, &i, sizeof i);
    }
    rt_sleep(300 * MS);
    int64_t before = cpu_us();
    rt_sleep(1000 * MS);
    int64_t used = cpu_us() - before;
    if (used > 10000) fail("%ld us of CPU in an idle second", used, 0);
    for (int64_t i = 1; i < n; i += 2) shutdown(socks[i].fd, SHUT_WR);
    group_wait(&group);
}

static const Case cases[] = {
    {"sockets", sockets},   {"tcp", tcp},     {"timers", timers}, {"deadlines", deadlines},
    {"closing", closing},   {"reuse", reuse}, {"both", both},     {"refused", refused},
    {"blocking", blocking}, {"idle", idle}};

int main(int argc, char **argv) { return start_case(argc, argv, cases, sizeof cases / sizeof cases[0]); }
