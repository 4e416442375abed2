/* Output by a temporary file and a rename. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct Output {
    FILE *file;
    char *path, *temp; /* temp NULL: standard output, or a device: written in place */
    int slot;
};

/* Temporary files that exist. A slot is set before its file is made and cleared after it is gone, so that the
 * signal handler, which only reads, finds each. */
enum { SLOTS = 256 };
static char *volatile slots[SLOTS];

static void remove_all(void) {
    for (int i = 0; i < SLOTS; i++)
        if (slots[i] != NULL) unlink(slots[i]);
}

static void on_signal(int sig) {
    remove_all();
    signal(sig, SIG_DFL);
    raise(sig);
}

static void prepare(void) {
    static bool done;
    if (done) return;
    done = true;
    atexit(remove_all);
    static const int fatal[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (int i = 0; i < 4; i++) {
        struct sigaction old, new = {.sa_handler = on_signal};
        if (sigaction(fatal[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(fatal[i], &new, NULL);
    }
}

static int take_slot(char *path) {
    for (int i = 0; i < SLOTS; i++)
        if (slots[i] == NULL) {
            slots[i] = path;
            return i;
        }
    return -1;
}

static void free_output(Output *o) {
    if (o->temp != NULL) slots[o->slot] = NULL;
    free(o->temp);
    free(o->path);
    free(o);
}

/* A file that is not regular (/dev/null, a pipe) is written in place. */
static bool in_place(const char *path, int *error) {
    struct stat st;
    *error = 0;
    if (stat(path, &st) != 0) return false;
    if (S_ISDIR(st.st_mode)) *error = EISDIR;
    return !S_ISREG(st.st_mode);
}

Output *output_open(const char *path) {
    prepare();
    Output *o = calloc(1, sizeof *o);
    int error = 0;
    if (strcmp(path, "-") == 0) {
        o->file = stdout;
        return o;
    }
    o->path = strdup(path);
    if (in_place(path, &error)) {
        o->file = error == 0 ? fopen(path, "w") : NULL;
        if (error == 0) error = errno;
    } else {
        o->temp = malloc(strlen(path) + 32);
        static int count;
        sprintf(o->temp, "%s.%d-%d.tmp", path, (int)getpid(), count++);
        o->slot = take_slot(o->temp);
        int fd = o->slot >= 0 ? open(o->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
        error = o->slot >= 0 ? errno : EMFILE;
        o->file = fd >= 0 ? fdopen(fd, "w") : NULL;
    }
    if (o->file != NULL) return o;
    if (o->temp != NULL && o->slot < 0) {
        free(o->temp);
        o->temp = NULL;
    }
    free_output(o);
    errno = error;
    return NULL;
}

FILE *output_file(Output *o) { return o->file; }
const char *output_path(const Output *o) { return o->temp != NULL ? o->temp : o->path; }

bool output_commit(Output *o) {
    bool ok = fflush(o->file) == 0 && !ferror(o->file);
    int error = errno;
    if (o->file != stdout && fclose(o->file) != 0 && ok) {
        ok = false;
        error = errno;
    }
    if (o->temp != NULL) {
        if (ok && rename(o->temp, o->path) != 0) {
            ok = false;
            error = errno;
        }
        if (!ok) unlink(o->temp);
    }
    free_output(o);
    errno = error;
    return ok;
}

void output_drop(Output *o) {
    if (o->file != stdout) fclose(o->file);
    if (o->temp != NULL) unlink(o->temp);
    free_output(o);
}

bool output_make_folders(const char *path) {
    char *copy = strdup(path);
    for (char *p = copy + 1; *p != 0; p++)
        if (*p == '/') {
            *p = 0;
            mkdir(copy, 0777);
            *p = '/';
        }
    bool ok = mkdir(copy, 0777) == 0 || errno == EEXIST;
    free(copy);
    return ok;
}
