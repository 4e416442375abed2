#include <criterion/criterion.h>
#include <errno.h>
#include <unistd.h>

#include "source.h"

static SourceFile *add(const char *text) { return source_add("f.gol", text, strlen(text)); }

Test(source, lines_and_columns_count_bytes) {
    SourceFile *f = add("ab\n\nä c\n");
    cr_assert_eq(f->line_count, 4);
    Pos b = source_pos(f, 1), newline = source_pos(f, 2), c = source_pos(f, 7), end = source_pos(f, f->size);
    cr_assert(source_line(b) == 1 && source_col(b) == 2);
    cr_assert(source_line(newline) == 1 && source_col(newline) == 3);
    cr_assert(source_line(c) == 3 && source_col(c) == 4);
    cr_assert(source_line(end) == 4 && source_col(end) == 1);
}

Test(source, positions_tell_files_apart) {
    SourceFile *a = add("a"), *empty = add(""), *b = add("b");
    cr_assert_eq(source_file(source_pos(a, 0)), a);
    cr_assert_eq(source_file(source_pos(a, 1)), a); // its end
    cr_assert_eq(source_file(source_pos(empty, 0)), empty);
    cr_assert_eq(source_file(source_pos(b, 0)), b);
    cr_assert_null(source_file(0));
    cr_assert_eq(source_line(0), 0);
    cr_assert_str_eq(source_path(0), "");
}

Test(source, line_text_has_no_end) {
    SourceFile *f = add("one\r\ntwo");
    int length;
    cr_assert(strncmp(source_line_text(f, 1, &length), "one", 3) == 0 && length == 3);
    cr_assert(strncmp(source_line_text(f, 2, &length), "two", 3) == 0 && length == 3);
}

Test(source, opens_files_of_any_size) {
    for (int size = 0; size < 200000; size = size * 3 + 1) {
        char path[] = "/tmp/test_source_XXXXXX";
        int fd = mkstemp(path);
        for (int i = 0; i < size; i++) cr_assert_eq(write(fd, i % 80 ? "x" : "\n", 1), 1);
        close(fd);
        SourceFile *f = source_open(path);
        unlink(path);
        cr_assert_not_null(f);
        cr_assert_eq(f->size, size);
        cr_assert_eq(f->text[size], 0);
        cr_assert_eq(f->line_count, 1 + (size + 79) / 80);
    }
}

Test(source, tells_why_a_file_cannot_be_opened) {
    cr_assert_null(source_open("/nonexistent/x.gol"));
    cr_assert_eq(errno, ENOENT);
    cr_assert_null(source_open("/tmp"));
    cr_assert_eq(errno, EISDIR);
}

Test(source, line_directives_move_positions) {
    SourceFile *f = source_add("dir/f.gol", "a\nbb\nc\nd\n", 9);
    source_add_directive(f, 2, "g.y", 3, 100, 0);
    source_add_directive(f, 5, "", 0, 7, 3);
    source_add_directive(f, 2, "again.y", 7, 1, 1); // as when a file is scanned twice
    Pos a = source_pos(f, 0), b = source_pos(f, 3), c = source_pos(f, 5), d = source_pos(f, 7);
    cr_assert_str_eq(source_path(a), "dir/f.gol");
    cr_assert(source_line(a) == 1 && source_col(a) == 1);
    cr_assert_str_eq(source_path(b), "dir/g.y");
    cr_assert(source_line(b) == 100 && source_col(b) == 0 && source_own_line(b) == 2 &&
              source_own_col(b) == 2);
    cr_assert_str_eq(source_path(c), "dir/g.y");
    cr_assert(source_line(c) == 7 && source_col(c) == 3);
    cr_assert(source_line(d) == 8 && source_col(d) == 1);
}
