/* netpoll.h: waiting for descriptors to become ready.
 *
 * Floor 5.
 */
#ifndef RT_NETPOLL_H
#define RT_NETPOLL_H

#include "wait.h"

typedef struct RtPoll RtPoll; /* a registered descriptor; recycled, never freed */
typedef enum { RT_POLL_READ = 'r', RT_POLL_WRITE = 'w' } RtPollMode;
enum { RT_POLL_OK, RT_POLL_CLOSING, RT_POLL_TIMEOUT };

int rt_poll_open(int fd, RtPoll **out); /* 0 or an errno */
/* Nobody uses pd any more: rt_poll_unblock was called, and all have come back. The descriptor is still open.
 */
void rt_poll_close(RtPoll *pd);
int rt_poll_reset(RtPoll *pd, int mode); /* before an attempt: forgets readiness of before; RT_POLL_ */
int rt_poll_wait(RtPoll *pd, int mode);  /* parks until ready, closing or out of time; RT_POLL_. One a mode */
void rt_poll_unblock(RtPoll *pd);        /* the descriptor is about to be closed: wakes who waits */
void rt_poll_set_deadline(RtPoll *pd, int64_t when,
                          int mode); /* rt_nanotime; 0: none; < 0: passed; mode 'r', 'w', 'r'+'w' */

/* ---- netpoll_epoll.c ---- */
int rt_epoll_init(void);                /* these three: 0 or an errno */
int rt_epoll_add(int fd, uint64_t tag); /* which rt_poll_ready is given */
int rt_epoll_remove(int fd);
/* Waits; calls rt_poll_ready for what happened. */
void rt_epoll_wait(int64_t delay, GList *l);
void rt_epoll_break(void);
void rt_poll_ready(uint64_t tag, bool read, bool write, GList *l); /* netpoll.c */

#endif
