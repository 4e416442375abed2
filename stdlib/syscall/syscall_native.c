/* The functions that package syscall declares without a body. */
#include <gol/gol.h>

String syscall__strerror(Int e);
String syscall__strsignal(Int s);

static String from_c(const char *s) { return s ? (String){(const Uint8 *)s, (Int)strlen(s)} : (String){0}; }

/* As Go writes them: in lower case, but for what is an abbreviation. */
#define ERRORS(X)                                                                                            \
    X(1, "operation not permitted")                                                                          \
    X(2, "no such file or directory") X(3, "no such process") X(4, "interrupted system call") X(             \
        5, "input/output error") X(6, "no such device or address") X(7, "argument list too long")            \
        X(8, "exec format error") X(9, "bad file descriptor") X(10, "no child processes") X(                 \
            11, "resource temporarily unavailable") X(12, "cannot allocate memory")                          \
            X(13, "permission denied") X(14, "bad address") X(15, "block device required") X(                \
                16, "device or resource busy") X(17, "file exists") X(18, "invalid cross-device link")       \
                X(19, "no such device") X(20, "not a directory") X(21, "is a directory") X(                  \
                    22, "invalid argument") X(23, "too many open files in system") X(24,                     \
                                                                                     "too many open files")  \
                    X(25, "inappropriate ioctl for device") X(26, "text file busy") X(                       \
                        27, "file too large") X(28, "no space left on device") X(29, "illegal seek")         \
                        X(30, "read-only file system") X(31, "too many links") X(32, "broken pipe") X(       \
                            33, "numerical argument out of domain") X(34, "numerical result out of range")   \
                            X(35, "resource deadlock avoided") X(36, "file name too long")                   \
                                X(37, "no locks available") X(38, "function not implemented") X(             \
                                    39, "directory not empty") X(40, "too many levels of symbolic links")    \
                                    X(88, "socket operation on non-socket") X(98, "address already in use")  \
                                        X(99, "cannot assign requested address") X(100, "network is down")   \
                                            X(101, "network is unreachable")                                 \
                                                X(103, "software caused connection abort")                   \
                                                    X(104, "connection reset by peer")                       \
                                                        X(105, "no buffer space available") X(               \
                                                            106, "transport endpoint is already connected")  \
                                                            X(107, "transport endpoint is not connected")    \
                                                                X(110, "connection timed out")               \
                                                                    X(111, "connection refused")             \
                                                                        X(113, "no route to host")

String syscall__strerror(Int e) {
#define CASE(n, text)                                                                                        \
    case n: return from_c(text);
    switch (e) { ERRORS(CASE) default : return (String){0}; }
}

#define SIGNALS(X)                                                                                           \
    X(1, "hangup")                                                                                           \
    X(2, "interrupt") X(3, "quit") X(4, "illegal instruction") X(5, "trace/breakpoint trap") X(6, "aborted") \
        X(7, "bus error") X(8, "floating point exception") X(9, "killed") X(10, "user defined signal 1")     \
            X(11, "segmentation fault") X(12, "user defined signal 2") X(13, "broken pipe")                  \
                X(14, "alarm clock") X(15, "terminated")

String syscall__strsignal(Int s) {
    switch (s) { SIGNALS(CASE) default : return (String){0}; }
}
