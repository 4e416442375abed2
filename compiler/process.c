/* Runs the C compiler. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

void words_add_split(Arena *a, Words *words, const char *s) {
    while (*s != 0) {
        s += strspn(s, " \t\n");
        if (*s == 0) return;
        char *word = arena_alloc(a, strlen(s) + 1), *w = word, quote = 0;
        for (; *s != 0 && (quote != 0 || strchr(" \t\n", *s) == NULL); s++) {
            if (quote != 0 && *s == quote)
                quote = 0;
            else if (quote == 0 && (*s == '"' || *s == '\''))
                quote = *s;
            else if (*s == '\\' && quote != '\'' && s[1] != 0)
                *w++ = *++s;
            else
                *w++ = *s;
        }
        vec_push(a, words, word);
    }
}

/* Reads what the command says until it closes its end; what is past the room is dropped. */
static char *read_all(Arena *a, int fd) {
    enum { ROOM = 64 << 10 };
    char *text = arena_alloc(a, ROOM + 1), rest[4096];
    size_t n = 0;
    for (;;) {
        ssize_t r = n < ROOM ? read(fd, text + n, ROOM - n) : read(fd, rest, sizeof rest);
        if (r < 0 && errno == EINTR) continue;
        if (r <= 0) return text;
        if (n < ROOM) n += (size_t)r;
    }
}

int process_run(Arena *a, const Words *command, char **errors) {
    char **argv = arena_alloc(a, sizeof(char *) * (size_t)(command->n + 1));
    memcpy(argv, command->v, sizeof(char *) * (size_t)command->n);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    pid_t pid;
    int error = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        errno = error;
        return -1;
    }
    *errors = read_all(a, ends[0]);
    close(ends[0]);
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
