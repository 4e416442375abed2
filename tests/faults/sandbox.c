/* sandbox.c: runs a program without some system calls, as an old kernel or a sandbox has it, for
 * tests/tools/faults.
 *
 * Usage: sandbox NUMBER[,NUMBER…] ERRNO PROGRAM [ARGUMENT…]. The calls fail with ERRNO, in all of the
 * program's threads and children. Exit status 124: the kernel has no filters.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { MOST = 64 };

int main(int argc, char **argv) {
    struct sock_filter f[2 * MOST + 2];
    unsigned short n = 0;
    if (argc < 4) return 125;
    unsigned error = (unsigned)atoi(argv[2]);
    f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (char *s = strtok(argv[1], ","); s != NULL && n < 2 * MOST; s = strtok(NULL, ",")) {
        f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)atoi(s), 0, 1);
        f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error);
    }
    f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {n, f};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return 124;
    execv(argv[3], argv + 3);
    fprintf(stderr, "sandbox: cannot execute %s\n", argv[3]);
    return 126;
}
