#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>

#include "diag.h"

static SourceFile *add(const char *text) { return source_add("f.gol", text, strlen(text)); }

// What diag_flush prints.
static char *flushed(void) {
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    diag_flush(out);
    fclose(out);
    return text;
}

Test(diag, sorts_by_position) {
    SourceFile *f = add("a\nb\nc\n");
    diag_set_style(DIAG_ONE_LINE);
    diag_error(source_pos(f, 4), 0, "third");
    diag_error(source_pos(f, 0), 0, "first");
    diag_error(source_pos(f, 2), 0, "second %d", 2);
    cr_assert_str_eq(flushed(), "f.gol:1:1: first\nf.gol:2:1: second 2\nf.gol:3:1: third\n");
    cr_assert_eq(diag_error_count(), 3);
    cr_assert_str_eq(flushed(), "");
}

Test(diag, drops_duplicates_on_a_line) {
    SourceFile *f = add("abc\nd\n");
    diag_set_style(DIAG_ONE_LINE);
    diag_error(source_pos(f, 0), 0, "same");
    diag_error(source_pos(f, 1), 0, "same");
    diag_note(0, "of the dropped one");
    diag_error(source_pos(f, 4), 0, "same");
    diag_error(source_pos(f, 1), 0, "other");
    diag_error(source_pos(f, 1), 0, "syntax error: a");
    diag_error(source_pos(f, 2), 0, "syntax error: b");
    cr_assert_str_eq(flushed(),
                     "f.gol:1:1: same\nf.gol:1:2: other\nf.gol:1:2: syntax error: a\nf.gol:2:1: same\n");
    cr_assert_eq(diag_error_count(), 4);
}

Test(diag, underlines_the_range) {
    SourceFile *f = add("\tx := \"ä\" + y\n");
    diag_error(source_pos(f, 6), source_pos(f, 10), "range");
    diag_error(source_pos(f, 1), 0, "word");
    diag_error(source_pos(f, 13), 0, "behind ä");
    cr_assert_str_eq(flushed(), "f.gol:1:2: word\n    \tx := \"ä\" + y\n    \t^\n"
                                "f.gol:1:7: range\n    \tx := \"ä\" + y\n    \t     ^~~\n"
                                "f.gol:1:14: behind ä\n    \tx := \"ä\" + y\n    \t           ^\n");
}

Test(diag, notes_are_continuation_lines) {
    SourceFile *f = add("a\nb\n");
    diag_set_style(DIAG_ONE_LINE);
    diag_error(source_pos(f, 2), 0, "b redeclared");
    diag_note(source_pos(f, 0), "other declaration of b");
    diag_note(0, "have (int)");
    cr_assert_str_eq(flushed(),
                     "f.gol:2:1: b redeclared\n\tf.gol:1:1: other declaration of b\n\thave (int)\n");
}

Test(diag, stops_at_the_limit) {
    SourceFile *f = add("abcdefghijklmnop\n");
    diag_set_style(DIAG_ONE_LINE);
    diag_set_limit(2);
    for (uint32_t i = 0; i < 5; i++) diag_error(source_pos(f, i), 0, "e%u", i);
    cr_assert_str_eq(flushed(), "f.gol:1:1: e0\nf.gol:1:2: e1\ntoo many errors\n");
    cr_assert_eq(diag_error_count(), 5);
    diag_error(source_pos(f, 9), 0, "more");
    cr_assert_str_eq(flushed(), "");
}

Test(diag, writes_json) {
    SourceFile *f = add("a \"b\"\n");
    diag_set_style(DIAG_JSON);
    diag_error(source_pos(f, 2), source_pos(f, 5), "a \"quote\"\n\\");
    diag_note(source_pos(f, 0), "here");
    cr_assert_str_eq(
        flushed(),
        "{\"severity\":\"error\",\"file\":\"f.gol\",\"line\":1,\"col\":3,\"endLine\":1,\"endCol\":6,"
        "\"message\":\"a \\\"quote\\\"\\u000a\\\\\",\"notes\":[{\"file\":\"f.gol\",\"line\":1,"
        "\"col\":1,\"message\":\"here\"}]}\n");
}

Test(diag, errors_without_a_position_come_first) {
    SourceFile *f = add("a\n");
    diag_set_style(DIAG_ONE_LINE);
    diag_error(source_pos(f, 0), 0, "placed");
    diag_error(0, 0, "nowhere");
    cr_assert_str_eq(flushed(), "nowhere\nf.gol:1:1: placed\n");
}

Test(diag, a_bug_aborts, .signal = SIGABRT) { bug_at(source_pos(add("a\n"), 0), "impossible"); }
