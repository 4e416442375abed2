/* The system calls of package os. What may block hands its processor over meanwhile; errno is read before
 * that ends, since the goroutine may go on in another thread. A result of -1-errno is an error. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gol/netpoll.h>

Int os__sysRead(Int fd, Ptr p, Int n);
Int os__sysWrite(Int fd, Ptr p, Int n);
Int os__sysPread(Int fd, Ptr p, Int n, Int64 off);
Int os__sysPwrite(Int fd, Ptr p, Int n, Int64 off);
Int os__sysOpen(String path, Int flag, Uint32 perm);
Int os__sysClose(Int fd);
Bool os__sysNonblocking(Int fd);
Int64 os__sysSeek(Int fd, Int64 off, Int whence);
Int os__sysUnlink(String path);
Int os__sysRmdir(String path);
Int os__sysMkdir(String path, Uint32 perm);
Int os__sysRename(String from, String to);
Int os__sysStat(String path, Int fd, Ptr out, Bool follow);
Int os__sysChmod(String path, Uint32 mode);
Int os__sysFchmod(Int fd, Uint32 mode);
Int os__sysChown(String path, Int uid, Int gid, Bool follow);
Int os__sysFchown(Int fd, Int uid, Int gid);
Int os__sysFchdir(Int fd);
Int os__sysUtimes(String path, Int64 asec, Int64 ansec, Int64 msec, Int64 mnsec);
Int os__sysLink(String from, String to);
Int os__sysSymlink(String from, String to);
Int os__sysTruncatePath(String path, Int64 size);
Int os__sysGetdents(Int fd, Ptr p, Int n);
typedef struct {
    String target;
    Int r;
} Link;
Link os__sysReadlink(String path);
Ptr os__pollOpen(Int fd);
void os__pollClose(Ptr record);
Int os__pollReset(Ptr record, Int mode);
Int os__pollWait(Ptr record, Int mode);
void os__pollUnblock(Ptr record);
void os__pollDeadline(Ptr record, Int64 in, Int mode);
String os__sysGetwd(void);
Int os__sysChdir(String path);
Int os__sysTruncate(Int fd, Int64 size);
Int os__sysSync(Int fd);
Slice os__sysArgs(void);
Slice os__sysEnviron(void);
void os__sysExit(Int code);
Int os__sysGetpid(void);
String os__sysHostname(void);
String os__sysExecutable(void);
void os__brokenPipe(void);

/* Runs a system call that may block, again when a signal interrupted it. */
#define BLOCKING(call)                                                                                       \
    ({                                                                                                       \
        Int result_;                                                                                         \
        do {                                                                                                 \
            gol_entersyscall();                                                                              \
            result_ = (Int)(call);                                                                           \
            if (result_ < 0) result_ = -1 - errno;                                                           \
            gol_exitsyscall();                                                                               \
        } while (result_ == -1 - EINTR);                                                                     \
        result_;                                                                                             \
    })

/* A C string on the heap; NULL when s holds a zero byte. */
static char *c_string(String s) {
    if (memchr(s.ptr, 0, (size_t)s.len) != NULL) return NULL;
    char *c = gol_alloc((Uintptr)s.len + 1, 0);
    memcpy(c, s.ptr, (size_t)s.len);
    c[s.len] = 0;
    return c;
}

static String go_string(const char *c) {
    size_t n = strlen(c);
    Uint8 *p = gol_alloc(n ? n : 1, 0);
    memcpy(p, c, n);
    return (String){p, (Int)n};
}

#define WITH_PATH(c, s, call)                                                                                \
    const char *c = c_string(s);                                                                             \
    if (c == NULL) return -1 - EINVAL;                                                                       \
    return BLOCKING(call)

Int os__sysRead(Int fd, Ptr p, Int n) { return BLOCKING(read((int)fd, p, (size_t)n)); }
Int os__sysWrite(Int fd, Ptr p, Int n) { return BLOCKING(write((int)fd, p, (size_t)n)); }
Int os__sysPread(Int fd, Ptr p, Int n, Int64 off) { return BLOCKING(pread((int)fd, p, (size_t)n, off)); }
Int os__sysPwrite(Int fd, Ptr p, Int n, Int64 off) { return BLOCKING(pwrite((int)fd, p, (size_t)n, off)); }
Int os__sysOpen(String path, Int flag, Uint32 perm) {
    WITH_PATH(c, path, open(c, (int)flag | O_CLOEXEC, (mode_t)perm));
}
Bool os__sysNonblocking(Int fd) {
    long flags = syscall(SYS_fcntl, (int)fd, F_GETFL); /* libc's takes more stack */
    return flags >= 0 && (flags & O_NONBLOCK) != 0;
}
Int os__sysClose(Int fd) {
    Int r = close((int)fd) < 0 ? -1 - errno : 0; /* closed even when interrupted */
    return r == -1 - EINTR ? 0 : r;
}
Int64 os__sysSeek(Int fd, Int64 off, Int whence) {
    Int64 r = lseek((int)fd, off, (int)whence);
    return r < 0 ? -1 - errno : r;
}
Int os__sysUnlink(String path) { WITH_PATH(c, path, unlink(c)); }
Int os__sysRmdir(String path) { WITH_PATH(c, path, rmdir(c)); }
Int os__sysMkdir(String path, Uint32 perm) { WITH_PATH(c, path, mkdir(c, (mode_t)perm)); }
Int os__sysRename(String from, String to) {
    const char *f = c_string(from);
    if (f == NULL) return -1 - EINVAL;
    WITH_PATH(t, to, rename(f, t));
}
Int os__sysChdir(String path) { WITH_PATH(c, path, chdir(c)); }
Int os__sysTruncate(Int fd, Int64 size) { return BLOCKING(ftruncate((int)fd, size)); }
Int os__sysSync(Int fd) { return BLOCKING(fsync((int)fd)); }

Int os__sysChmod(String path, Uint32 mode) { WITH_PATH(c, path, chmod(c, (mode_t)mode)); }
Int os__sysFchmod(Int fd, Uint32 mode) { return BLOCKING(fchmod((int)fd, (mode_t)mode)); }
Int os__sysChown(String path, Int uid, Int gid, Bool follow) {
    WITH_PATH(c, path, follow ? chown(c, (uid_t)uid, (gid_t)gid) : lchown(c, (uid_t)uid, (gid_t)gid));
}
Int os__sysFchown(Int fd, Int uid, Int gid) { return BLOCKING(fchown((int)fd, (uid_t)uid, (gid_t)gid)); }
Int os__sysFchdir(Int fd) { return BLOCKING(fchdir((int)fd)); }
Int os__sysUtimes(String path, Int64 asec, Int64 ansec, Int64 msec, Int64 mnsec) {
    struct timespec *ts = gol_alloc(2 * sizeof *ts, 0);
    ts[0] = (struct timespec){asec, ansec};
    ts[1] = (struct timespec){msec, mnsec};
    WITH_PATH(c, path, utimensat(AT_FDCWD, c, ts, 0));
}
Int os__sysLink(String from, String to) {
    const char *f = c_string(from);
    if (f == NULL) return -1 - EINVAL;
    WITH_PATH(t, to, link(f, t));
}
Int os__sysSymlink(String from, String to) {
    const char *f = c_string(from);
    if (f == NULL) return -1 - EINVAL;
    WITH_PATH(t, to, symlink(f, t));
}
Int os__sysTruncatePath(String path, Int64 size) { WITH_PATH(c, path, truncate(c, size)); }
Int os__sysGetdents(Int fd, Ptr p, Int n) { return BLOCKING(syscall(SYS_getdents64, (int)fd, p, (size_t)n)); }

/* The result goes to the heap: a goroutine's stack may move while it is in a system call. */
Int os__sysStat(String path, Int fd, Ptr out, Bool follow) {
    struct stat *st = gol_alloc(sizeof *st, 0);
    Int r;
    if (fd >= 0) {
        r = BLOCKING(fstat((int)fd, st));
    } else {
        const char *c = c_string(path);
        if (c == NULL) return -1 - EINVAL;
        r = BLOCKING(follow ? stat(c, st) : lstat(c, st));
    }
    if (r >= 0) memcpy(out, st, sizeof *st); /* syscall.Stat_t */
    return r;
}

/* Buffers of a path's size do not belong on a goroutine's stack. */
#define PATH_ROOM 4096

/* libc's frames of these are more than a goroutine's reserve takes. */
typedef struct {
    char *room;
    bool ok;
} Asked;
static void ask_cwd(void *arg) {
    Asked *a = arg;
    a->ok = getcwd(a->room, PATH_ROOM) != NULL;
}
static void ask_hostname(void *arg) {
    Asked *a = arg;
    a->ok = gethostname(a->room, PATH_ROOM - 1) == 0;
}
static String answer(void (*ask)(void *)) {
    Asked a = {gol_alloc(PATH_ROOM, 0), false};
    gol_systemstack(ask, &a);
    return a.ok ? go_string(a.room) : (String){0};
}

String os__sysGetwd(void) { return answer(ask_cwd); }

String os__sysHostname(void) { return answer(ask_hostname); }

String os__sysExecutable(void) {
    char *room = gol_alloc(PATH_ROOM, 0);
    ssize_t n = readlink("/proc/self/exe", room, PATH_ROOM - 1);
    return n < 0 ? (String){0} : (String){(const Uint8 *)room, n};
}

Link os__sysReadlink(String path) {
    const char *c = c_string(path);
    if (c == NULL) return (Link){{0}, -1 - EINVAL};
    char *room = gol_alloc(PATH_ROOM, 0);
    Int n = BLOCKING(readlink(c, room, PATH_ROOM));
    return (Link){n < 0 ? (String){0} : (String){(const Uint8 *)room, n}, n < 0 ? n : 0};
}

/* ---- descriptors that do not block ------------------------------------------------------------------- */

Ptr os__pollOpen(Int fd) {
    RtPoll *pd;
    return rt_poll_open((int)fd, &pd) == 0 ? pd : NULL;
}
void os__pollClose(Ptr record) { rt_poll_close(record); }
Int os__pollReset(Ptr record, Int mode) { return rt_poll_reset(record, (int)mode); }
Int os__pollWait(Ptr record, Int mode) { return rt_poll_wait(record, (int)mode); }
void os__pollUnblock(Ptr record) { rt_poll_unblock(record); }
void os__pollDeadline(Ptr record, Int64 in, Int mode) {
    rt_poll_set_deadline(record, in > 0 ? rt_nanotime() + in : in, (int)mode);
}

static Slice strings(char **v) {
    Int n = 0;
    while (v[n] != NULL) n++;
    Slice s = gol_makeslice(&gol_type_string, n, n);
    for (Int i = 0; i < n; i++) GOL_AT(String, s, i) = go_string(v[i]);
    return s;
}

Slice os__sysArgs(void) { return strings(gol_argv); }
Slice os__sysEnviron(void) { return strings(environ); }
Int os__sysGetpid(void) { return getpid(); }

void os__sysExit(Int code) { gol_exit((int)code); }

static void break_pipe(void *arg GOL_UNUSED) {
    if (!rt_pipe_signal_is_ours()) return; /* the program asks for it, or ignores it */
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
    gol_exit(2); /* the signal is blocked */
}
void os__brokenPipe(void) { gol_systemstack(break_pipe, NULL); }
