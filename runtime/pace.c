/* pace.c: when to collect: GOGC, GOMEMLIMIT.
 *
 * Floor 2. A small heap is left to libgc, which collects, with the world stopped, when what was allocated
 * exceeds its share of the heap (set_trigger): marking it takes some tens of milliseconds at most, and a
 * snapshot would cost more time than it saves. From SNAPSHOT_MIN on, if marking took longer than MARK_MAX,
 * libgc's own trigger is off, and a snapshot (snapshot.c) is asked for at a fraction of the goal, since the
 * program goes on allocating while it is traced. Who allocates beyond twice the goal is slowed down: by a
 * short sleep for each block, with its P, so that goroutines which do not allocate still get their turn.
 *
 * The memory limit counts what the last collection kept, what was allocated since, and the stacks: not what
 * is dead and waits to be swept. A collection begins a little before the limit, and who allocates beyond it
 * is slowed down; but at least a sixteenth of the heap is allocated between collections, so that a heap that
 * simply is larger does not spend all time collecting.
 */
#include "pace.h"
#include "collect.h"
#include "os.h"
#include "roots.h"
#include "stack.h"

#define MIN_ALLOCATE ((uint64_t)4 << 20)
#define LOOK_EVERY   ((uint64_t)1 << 20)
#define SNAPSHOT_MIN ((uint64_t)64 << 20)
#define PATIENCE     ((int64_t)100000)
#define MARK_MAX     ((int64_t)5000000)

_Atomic(uint64_t) rt_pace_next = LOOK_EVERY;
static int32_t percent = 100;
static int64_t limit = INT64_MAX;
static _Atomic(uint64_t) kept; /* by the last collection under a limit; 0: there was none */
static bool libgc_triggers = true;
static _Atomic(bool) own;                   /* snapshots are asked for here */
static _Atomic(uint64_t) goal = UINT64_MAX; /* own: bytes allocated between collections */
static RtLock lock;

/* libgc collects when what was allocated since the last time exceeds heap/divisor, but not below a minimum.
 * Small percentages are divisors, large ones a minimum. Stacks count as live memory, as in Go. */
static void set_trigger(void) {
    if (percent < 0) return;
    uint64_t divisor = percent == 0 ? 200 : (uint64_t)(200 / percent), least = MIN_ALLOCATE;
    uint64_t stacks = rt_stack_bytes(), share = rt_gc_heap() / 200 * (uint64_t)percent;
    if (stacks > least) least = stacks;
    if (percent > 200 && share > least) least = share;
    rt_gc_set_trigger(divisor > 0 ? divisor : 1, least);
}

static void let_libgc(bool on) {
    if (on != libgc_triggers) rt_gc_automatic(on);
    libgc_triggers = on;
}

static void set_goal(uint64_t live) {
    uint64_t g = percent < 0 ? UINT64_MAX : (live + rt_stack_bytes()) / 100 * (uint64_t)percent;
    rt_store_relaxed(&goal, g < MIN_ALLOCATE ? MIN_ALLOCATE : g);
}

/* Under the lock. */
static void apply(void) {
    if (rt_load_relaxed(&own) && rt_snapshot_stats.live < SNAPSHOT_MIN / 4 && !rt_debug.snapstress)
        rt_store_relaxed(&own, false);
    let_libgc(percent >= 0 && !rt_load_relaxed(&own));
    set_goal(rt_snapshot_stats.live);
    set_trigger();
    rt_store_relaxed(&rt_pace_next, rt_debug.snapstress ? 1 : LOOK_EVERY);
}

void rt_pace_event(void) {
    if (limit != INT64_MAX)
        rt_store_relaxed(&kept, rt_snapshot_just_ended() ? rt_snapshot_stats.live : rt_gc_count_kept());
    set_trigger();
    rt_store_relaxed(&rt_pace_next, rt_debug.snapstress ? 1 : LOOK_EVERY);
}

uint64_t rt_pace_goal(void) {
    if (percent < 0) return limit == INT64_MAX ? rt_gc_used() : (uint64_t)limit;
    if (rt_load_relaxed(&own)) return rt_snapshot_stats.live + rt_load_relaxed(&goal);
    uint64_t g = rt_gc_used() / 200 * (uint64_t)percent;
    return rt_gc_used() + (g < MIN_ALLOCATE ? MIN_ALLOCATE : g);
}

bool rt_pace_by_snapshot(void) { return rt_load_relaxed(&own) && rt_snapshot_request(); }

void rt_pace_collected(void) {
    rt_lock(&lock);
    apply();
    rt_unlock(&lock);
}

/* A heap of large objects without pointers is marked in no time, however large it is, while a snapshot lets
 * it grow as it is traced. What has become large since the last collection shows in the next. */
static bool is_slow_to_mark(void) { return rt_gc_heap() >= SNAPSHOT_MIN && rt_gc_mark_cpu >= MARK_MAX; }

/* The heap has become large: from now on there are snapshots. */
static void take_over(uint64_t since) {
    rt_lock(&lock);
    if (!rt_load_relaxed(&own)) {
        rt_store_relaxed(&own, true);
        rt_snapshot_stats.live = rt_gc_heap();
        let_libgc(false);
        set_goal(since + rt_gc_heap() / 4);
    }
    rt_unlock(&lock);
}

/* Bytes to be allocated between two collections so that the limit holds. */
static uint64_t room_below_limit(uint64_t since) {
    if (limit == INT64_MAX) return UINT64_MAX;
    uint64_t live = rt_load_relaxed(&kept), used = rt_gc_used();
    if (live == 0) live = used > since ? used - since : 0;
    live += rt_stack_bytes();
    uint64_t least = live / 16;
    return live + least < (uint64_t)limit ? (uint64_t)limit - live : least;
}

/* To be called for: by a snapshot, or else now. */
static void begin(uint64_t since, bool slow_down) {
    if (rt_debug.gcstress || !rt_snapshot_request()) {
        rt_snapshot_quiesce(true);
        if (rt_gc_since() >= since) rt_gc_collect_now();
        rt_snapshot_quiesce(false);
        rt_pace_collected();
    } else if (slow_down && rt_load_relaxed(&rt_snapshot_active)) {
        os_sleep(PATIENCE);
    }
}

void rt_pace_look(uint64_t since) {
    if (rt_debug.gcstress && limit == INT64_MAX) return; /* it collects often enough, where it may */
    bool owned = rt_load_relaxed(&own), on = percent >= 0 && !rt_debug.gcstress;
    if (!owned && on && (is_slow_to_mark() || rt_debug.snapstress)) take_over(since);
    uint64_t g = rt_load_relaxed(&goal), room = room_below_limit(since);
    bool slow_down = (owned && since / 2 > g) || since > room;
    bool due = owned && (since > g / 8 * 7 || (rt_debug.snapstress && on));
    if (due || since > room / 8 * 7) begin(since, slow_down);
    rt_store_relaxed(&rt_pace_next, rt_gc_since() + (rt_debug.snapstress || slow_down ? 4096 : LOOK_EVERY));
}

static void settle(void *arg) {
    (void)arg;
    rt_snapshot_settle();
}

static void apply_percent(void *p) {
    int32_t *now = p;
    rt_lock(&lock);
    int32_t old = percent;
    percent = *now;
    apply();
    rt_unlock(&lock);
    *now = old;
}

int32_t rt_gc_set_percent(int32_t p) {
    GOL_STACK_CHECK();
    int32_t old = p;
    gol_systemstack(apply_percent, &old); /* it calls libgc */
    if (p < 0 && old >= 0) {              /* off from now on: what has begun is over */
        rt_entersyscallblock();
        gol_systemstack(settle, NULL);
        rt_exitsyscall();
    }
    return old;
}

int64_t rt_gc_set_limit(int64_t l) {
    rt_lock(&lock);
    int64_t old = limit;
    if (l >= 0) limit = l;
    rt_unlock(&lock);
    return old;
}

/* A number of bytes with a unit, as in GOMEMLIMIT: B, KiB, MiB, GiB, TiB. -1: none, or off. */
static int64_t parse_bytes(const char *s) {
    static const char units[] = "KMGT";
    uint64_t n = 0;
    if (*s < '0' || *s > '9') return -1;
    for (; *s >= '0' && *s <= '9'; s++)
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, (uint64_t)(*s - '0'), &n))
            return -1;
    const char *unit = *s ? strchr(units, *s) : NULL;
    if (unit && s[1] == 'i' && s[2] == 'B' && !s[3]) {
        int shift = 10 * (int)(unit - units + 1);
        return n >> (63 - shift) ? -1 : (int64_t)(n << shift);
    }
    return (!*s || (*s == 'B' && !s[1])) && n <= INT64_MAX ? (int64_t)n : -1;
}

static int32_t parse_percent(const char *s) {
    if (strcmp(s, "off") == 0) return -1;
    int64_t n = parse_bytes(s);
    return n < 0 || n > INT32_MAX ? 100 : (int32_t)n;
}

void rt_pace_init(void) {
    const char *gogc = rt_getenv("GOGC"), *memlimit = rt_getenv("GOMEMLIMIT");
    if (gogc && *gogc) percent = parse_percent(gogc);
    if (memlimit && *memlimit && strcmp(memlimit, "off") != 0) {
        limit = parse_bytes(memlimit);
        if (limit < 0) rt_fatal("malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`");
    }
    apply();
}
