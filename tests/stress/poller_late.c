/* poller_late.c: what comes too late for the poller: an event of a descriptor that was closed, a timer of a
 * deadline that was moved. Which such meetings there are is a matter of microseconds, so this file is made
 * with the poller's own source and brings them about. Prints "ok".
 */
#include "netpoll.c"

#include "emitted.h"
#include <fcntl.h>
#include <unistd.h>

#define HOUR     ((int64_t)3600000000000)
#define CHECK(c) ((c) ? (void)0 : fail("line %ld: " #c, __LINE__, 0))

static uint64_t tag_of(RtPoll *pd) { return rt_load_seq(&pd->use) | (uint64_t)(uintptr_t)pd; }
static bool is_ready(RtPoll *pd, Side *s) { return side_take_ready(pd, s); }

FUNC void late_events(int *fds) {
    GOL_STACK_CHECK();
    RtPoll *first, *second;
    GList woken = {0};
    CHECK(rt_poll_open(fds[0], &first) == 0);
    uint64_t before = tag_of(first);
    rt_poll_unblock(first);
    rt_poll_close(first);
    CHECK(rt_poll_open(fds[0], &second) == 0 && second == first);
    CHECK(tag_of(second) != before);
    rt_poll_ready(before, true, true, &woken);
    CHECK(!is_ready(second, &second->read) && !is_ready(second, &second->write));
    rt_poll_ready(tag_of(second), true, false, &woken);
    CHECK(is_ready(second, &second->read) && !is_ready(second, &second->write));
    CHECK(woken.head == NULL);
    rt_poll_close(second);
}

FUNC void late_timers(int *fds) {
    GOL_STACK_CHECK();
    RtPoll *pd;
    CHECK(rt_poll_open(fds[0], &pd) == 0);
    for (int i = 0; i < 2; i++) { /* due before, now later or never */
        rt_poll_set_deadline(pd, rt_nanotime() + HOUR, 'r');
        if (i) rt_poll_set_deadline(pd, 0, 'r');
        fire_read(&pd->read.timer, rt_nanotime());
        CHECK(rt_poll_reset(pd, RT_POLL_READ) == RT_POLL_OK);
    }
    rt_poll_set_deadline(pd, rt_nanotime(), 'w');
    CHECK(rt_poll_reset(pd, RT_POLL_WRITE) == RT_POLL_TIMEOUT &&
          rt_poll_reset(pd, RT_POLL_READ) == RT_POLL_OK);
    rt_poll_set_deadline(pd, rt_nanotime() + HOUR, 'r');
    rt_poll_unblock(pd);
    CHECK(rt_load_relaxed(&pd->read.timer.heap) == NULL);
    rt_poll_set_deadline(pd, rt_nanotime() + HOUR, 'r'); /* of no effect any more */
    CHECK(rt_poll_wait(pd, RT_POLL_READ) == RT_POLL_CLOSING && rt_load_relaxed(&pd->read.timer.heap) == NULL);
    rt_poll_close(pd);
    CHECK(rt_poll_open(fds[0], &pd) == 0);
    fire_read(&pd->read.timer, rt_nanotime()); /* of the last use */
    CHECK(rt_poll_reset(pd, RT_POLL_READ) == RT_POLL_OK);
    rt_poll_close(pd);
}

FUNC void program(void) {
    GOL_STACK_CHECK();
    int fds[2];
    CHECK(pipe2(fds, O_NONBLOCK | O_CLOEXEC) == 0);
    for (int i = 0; i < 100; i++) {
        late_events(fds);
        late_timers(fds);
    }
    say("ok\n", 0, 0, 0, 0);
}

int main(int argc, char **argv) { return gol_start(argc, argv, NULL, program); }
