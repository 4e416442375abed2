/* netpoll_epoll.c: the network poller on Linux: epoll, edge triggered, and an eventfd to break the wait.
 *
 * Floor 5, on the system stack. One byte in the eventfd is enough however many ask for a break. The runtime's
 * own two descriptors are kept out of ThreadSanitizer's sight, which sees libc's calls but not what orders
 * them here.
 */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "netpoll.h"
#include "sanitize.h"

static int epoll_fd = -1, break_fd = -1;
static _Atomic(bool) breaking;

static int make_both(void) {
    struct epoll_event ev = {.events = EPOLLIN, .data.u64 = 0};
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0) return errno;
    break_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (break_fd >= 0 && epoll_ctl(epoll_fd, EPOLL_CTL_ADD, break_fd, &ev) == 0) return 0;
    int err = errno;
    if (break_fd >= 0) close(break_fd);
    close(epoll_fd);
    return err;
}

int rt_epoll_init(void) {
    rt_san_hide();
    int err = make_both();
    rt_san_show();
    return err;
}

int rt_epoll_add(int fd, uint64_t tag) {
    struct epoll_event ev = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u64 = tag};
    rt_san_hide();
    int err = epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? errno : 0;
    rt_san_show();
    return err;
}

int rt_epoll_remove(int fd) {
    struct epoll_event ev;
    rt_san_hide();
    int err = epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, &ev) < 0 ? errno : 0;
    rt_san_show();
    return err;
}

void rt_epoll_break(void) {
    bool no = false;
    if (!rt_cas(&breaking, &no, true)) return;
    uint64_t one = 1;
    rt_san_hide();
    while (write(break_fd, &one, sizeof one) < 0 && errno == EINTR) {}
    rt_san_show();
}

/* Up to `most` events: how many. delay in ns, negative: until there is one. */
static int wait_for(struct epoll_event *ev, int most, int64_t delay) {
    struct timespec ts = {delay / 1000000000, delay % 1000000000};
    int n = epoll_pwait2(epoll_fd, ev, most, delay < 0 ? NULL : &ts, NULL);
    if (n < 0 && (errno == ENOSYS || errno == EPERM)) {
        int64_t ms = delay < 0 ? -1 : (delay + 999999) / 1000000;
        n = epoll_wait(epoll_fd, ev, most, ms > 1000000000 ? 1000000000 : (int)ms);
    }
    return n;
}

static bool drain_break(void) {
    uint64_t buf;
    rt_san_hide();
    bool drained = read(break_fd, &buf, sizeof buf) >= 0;
    rt_san_show();
    return drained;
}

void rt_epoll_wait(int64_t delay, GList *l) {
    struct epoll_event ev[64];
    rt_san_hide();
    int n = wait_for(ev, 64, delay);
    rt_san_show();
    for (int i = 0; i < n; i++) {
        if (ev[i].data.u64 == 0) {
            if (delay == 0) continue; /* meant for the one who blocks: leave it */
            if (drain_break()) rt_store_seq(&breaking, false);
            continue;
        }
        uint32_t e = ev[i].events;
        rt_poll_ready(ev[i].data.u64, e & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR),
                      e & (EPOLLOUT | EPOLLHUP | EPOLLERR), l);
    }
}
