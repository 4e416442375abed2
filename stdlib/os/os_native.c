/* The system calls of package os. What may block hands its processor over meanwhile; errno is read before
 * that ends, since the goroutine may go on in another thread. A result of -1-errno is an error. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gol/gol.h>

Int os__sysRead(Int fd, Ptr p, Int n);
Int os__sysWrite(Int fd, Ptr p, Int n);
Int os__sysPread(Int fd, Ptr p, Int n, Int64 off);
Int os__sysPwrite(Int fd, Ptr p, Int n, Int64 off);
Int os__sysOpen(String path, Int flag, Uint32 perm);
Int os__sysClose(Int fd);
Int64 os__sysSeek(Int fd, Int64 off, Int whence);
Int os__sysUnlink(String path);
Int os__sysRmdir(String path);
Int os__sysMkdir(String path, Uint32 perm);
Int os__sysRename(String from, String to);
Int os__sysStat(String path, Int fd, Ptr out, Bool follow);
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

Int os__sysStat(String path, Int fd, Ptr out, Bool follow) {
    struct stat st;
    Int r;
    if (fd >= 0) {
        r = BLOCKING(fstat((int)fd, &st));
    } else {
        const char *c = c_string(path);
        if (c == NULL) return -1 - EINVAL;
        r = BLOCKING(follow ? stat(c, &st) : lstat(c, &st));
    }
    if (r < 0) return r;
    Int64 *o = out;
    o[0] = st.st_mode;
    o[1] = st.st_size;
    o[2] = st.st_mtim.tv_sec;
    o[3] = st.st_mtim.tv_nsec;
    return 0;
}

/* Buffers of a path's size do not belong on a goroutine's stack. */
#define PATH_ROOM 4096

String os__sysGetwd(void) {
    char *room = gol_alloc(PATH_ROOM, 0);
    return getcwd(room, PATH_ROOM) ? go_string(room) : (String){0};
}

String os__sysHostname(void) {
    char *room = gol_alloc(PATH_ROOM, 0);
    return gethostname(room, PATH_ROOM - 1) == 0 ? go_string(room) : (String){0};
}

String os__sysExecutable(void) {
    char *room = gol_alloc(PATH_ROOM, 0);
    ssize_t n = readlink("/proc/self/exe", room, PATH_ROOM - 1);
    return n < 0 ? (String){0} : (String){(const Uint8 *)room, n};
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

void os__brokenPipe(void) {
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
    gol_exit(2); /* the signal is blocked */
}
