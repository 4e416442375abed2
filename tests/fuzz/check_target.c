/* What AFL++ runs: checks the program in the file named, and translates it when the checker takes it.
 *
 *     check-target STD FILE.gol
 *
 * tests/fuzz/coverage builds this and the compiler with afl-clang-fast and the sanitizers. The compiler keeps
 * its state in globals and never frees, so every input gets a process of its own: a copy of one that has
 * already set itself up and loaded the packages that inputs import most. Without AFL it checks the file once,
 * which is how a finding is looked at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "package.h"
#include "pipeline.h"
#include "unit.h"

static const char warm_up[] =
    "package main\n"
    "import (\"errors\"; \"fmt\"; \"os\"; \"runtime\"; \"strings\"; \"sync\"; \"time\"; \"unsafe\")\n"
    "type T[P any] struct { p P }\n"
    "func (t T[P]) m() (P, error) { return t.p, errors.New(\"\") }\n"
    "func main() { var mu sync.Mutex; mu.Lock(); x, err := T[int]{1}.m()\n"
    "fmt.Println(x, err, strings.ToUpper(\"a\"), time.Now(), unsafe.Sizeof(x), runtime.NumCPU(), os.Args) "
    "}\n";

static void translate(const char *path) {
    const PipelineOptions options = {.no_lines = true};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) abort();
    Package *pkg = pipeline_check(unit_of_files(&path, 1));
    IrModule *m = pkg != NULL ? pipeline_lower(pkg, &options) : NULL;
    if (m != NULL) pipeline_emit(m, &options, out);
    fclose(out);
    free(text);
}

static void set_up(void) {
    char name[] = "/tmp/check-target-XXXXXX";
    int fd = mkstemp(name);
    if (fd < 0 || write(fd, warm_up, sizeof warm_up - 1) != (ssize_t)(sizeof warm_up - 1)) abort();
    close(fd);
    translate(name);
    unlink(name);
    if (diag_error_count() > 0) {
        diag_flush(stderr);
        abort();
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    diag_set_limit(0);
    unit_add_root(argv[1]);
    set_up();
#ifdef __AFL_HAVE_MANUAL_CONTROL
    __AFL_INIT();
#endif
    translate(argv[2]);
    diag_flush(stdout);
    return 0;
}
