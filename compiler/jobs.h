/* jobs.h: child processes, as many at a time as there are processors.
 *
 * Floor 7. A job is a command, or a function that runs in a forked child. What it writes on its standard
 * error is kept for whoever started it. When a job ends its `done` is called in the parent, and may add more.
 */
#ifndef JOBS_H
#define JOBS_H

#include <stdbool.h>

#include "process.h"

typedef struct Job Job;
struct Job {
    Words command;             /* what to run; or, if it has no words: */
    int (*child)(void *arg);   /* the exit status of the child */
    void (*prepare)(Job *job); /* just before it starts; may set the command; may be NULL */
    void (*done)(Job *job);
    void *arg;
    int in;             /* of a command: its standard input, closed when it has started; 0: ours */
    int status;         /* exit status, 128 + N for a signal, -1 with error set: it did not start */
    int error;          /* errno */
    const char *errors; /* its standard error */
    int pid, fd;        /* jobs.c's own */
};

/* The job waits in line until jobs_run, before or behind the others. */
void jobs_add(Job *job, bool first);
/* Runs all until none is left. */
void jobs_run(void);
/* Called whenever a job has ended; NULL: nothing. */
extern void (*jobs_on_wait)(void);

#endif
