/* netpoll_epoll.c: the network poller on Linux: epoll, edge triggered, and an eventfd to break the wait.
 *
 * Floor 5, on the system stack. One byte in the eventfd is enough however many ask for a break.
 */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "netpoll.h"

static int epoll_fd = -1, break_fd = -1;
static _Atomic(bool) breaking;

int rt_epoll_init(void) {
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

int rt_epoll_add(int fd, uint64_t tag) {
    struct epoll_event ev = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u64 = tag};
    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? errno : 0;
}

int rt_epoll_remove(int fd) {
    struct epoll_event ev;
    return epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, &ev) < 0 ? errno : 0;
}

void rt_epoll_break(void) {
    bool no = false;
    if (!rt_cas(&breaking, &no, true)) return;
    uint64_t one = 1;
    while (write(break_fd, &one, sizeof one) < 0 && errno == EINTR) {}
}

void rt_epoll_wait(int64_t delay, GList *l) {
    struct epoll_event ev[64];
    struct timespec ts = {delay / 1000000000, delay % 1000000000};
    int n = epoll_pwait2(epoll_fd, ev, 64, delay < 0 ? NULL : &ts, NULL);
    if (n < 0 && (errno == ENOSYS || errno == EPERM)) {
        int64_t ms = delay < 0 ? -1 : (delay + 999999) / 1000000;
        n = epoll_wait(epoll_fd, ev, 64, ms > 1000000000 ? 1000000000 : (int)ms);
    }
    for (int i = 0; i < n; i++) {
        if (ev[i].data.u64 == 0) {
            uint64_t buf;
            if (delay == 0) continue; /* meant for the one who blocks: leave it */
            if (read(break_fd, &buf, sizeof buf) < 0) continue;
            rt_store_seq(&breaking, false);
            continue;
        }
        uint32_t e = ev[i].events;
        rt_poll_ready(ev[i].data.u64, e & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR),
                      e & (EPOLLOUT | EPOLLHUP | EPOLLERR), l);
    }
}
