/* gctrace.c: GODEBUG=gctrace=1: a line for each collection, in Go's form.
 *
 * Floor 4. The three times of "ms clock" are: the stop of the world that makes a snapshot, its tracing while
 * the program runs, and the stop at the end; a collection without snapshot has only the last. The first heap
 * size is what was in use when it began, the second when it ended, the third what it found alive: known of
 * snapshots only, and otherwise the second, since sweeping comes later. Go's marking assists and idle marking
 * have no counterpart.
 */
#include "mark.h"
#include "pace.h"
#include "roots.h"
#include "scheduler.h"

static char *put_number(char *to, uint64_t v) {
    char digits[24];
    int n = 0;
    do digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    while (n) *to++ = digits[--n];
    return to;
}

/* Milliseconds with two digits that count, and none behind the point from 10 on. */
static char *put_ms(char *to, int64_t ns) {
    uint64_t us = ns > 0 ? (uint64_t)ns / 1000 : 0, cut = 1;
    if (us >= 10000 || us == 0) return put_number(to, us / 1000);
    while (us / cut >= 100) cut *= 10;
    us = us / cut * cut;
    to = put_number(to, us / 1000);
    *to++ = '.';
    for (uint64_t place = 100; place >= cut; place /= 10) *to++ = (char)('0' + us / place % 10);
    return to;
}

static char *put_text(char *to, const char *s) {
    while (*s) *to++ = *s++;
    return to;
}

void rt_gctrace(void) {
    static _Atomic(uint64_t) count;
    static int64_t busy;
    const RtSnapshotStats *s = &rt_snapshot_stats;
    bool snapshot = rt_snapshot_just_ended();
    int64_t now = rt_gc_pauses.last, end = now - rt_gc_pause_start;
    int64_t begin = snapshot ? s->begin_pause : 0, trace = snapshot ? s->trace_time : 0;
    int64_t start = snapshot ? s->start : rt_gc_start, since = start - rt_start_time;
    uint64_t mb = (uint64_t)1 << 20, used = rt_gc_used(), live = snapshot ? s->live : used;
    busy += begin * rt_procs + trace + end * rt_procs;
    char line[400], *p = line;
    p = put_number(put_text(p, "gc "), rt_add(&count, 1) + 1);
    p = put_number(put_text(p, " @"), (uint64_t)since / 1000000000);
    *p++ = '.';
    for (int64_t ms = since / 1000000 % 1000, d = 100; d; d /= 10) *p++ = (char)('0' + ms / d % 10);
    p = put_number(put_text(p, "s "), (uint64_t)(100 * busy / ((now - rt_start_time + 1) * rt_procs)));
    p = put_ms(put_text(p, "%: "), begin);
    p = put_ms(put_text(p, "+"), trace);
    p = put_ms(put_text(p, "+"), end);
    p = put_ms(put_text(p, " ms clock, "), begin * rt_procs);
    p = put_ms(put_text(p, "+0/"), trace);
    p = put_ms(put_text(p, "/0+"), end * rt_procs);
    p = put_number(put_text(p, " ms cpu, "), (snapshot ? s->used : rt_gc_used_before) / mb);
    p = put_number(put_text(p, "->"), used / mb);
    p = put_number(put_text(p, "->"), live / mb);
    p = put_number(put_text(p, " MB, "), rt_pace_goal() / mb);
    p = put_number(put_text(p, " MB goal, "), rt_stack_bytes() / mb);
    p = put_number(put_text(p, " MB stacks, "), rt_gc_static_bytes() / mb);
    p = put_number(put_text(p, " MB globals, "), (uint64_t)rt_procs);
    p = put_text(p, " P\n");
    rt_write_err(line, (size_t)(p - line));
}
