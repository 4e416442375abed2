/* The events of tests: lines are put together from what is written, those that testing prints make events. */
#include "testjson.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MARK_LINE = 0x16,
    MARK_FAILURE = 0x0f,
    MARK_FAILURE_END = 0x0e,
    MARK_ESCAPE = 0x1b,
    LONGEST = 4096 // a longer line is output, in parts
};

typedef struct Text {
    char *p;
    size_t n, room;
} Text;

typedef struct Event {
    const char *action;
    const char *test; // NULL: the current one
    double elapsed;   // < 0: none
    const char *output, *type, *failed_build, *key, *value;
    size_t output_n;
} Event;

typedef struct Report { // the result of a test: an event once its output is known to have ended
    const char *action;
    char *test;
    double elapsed;
} Report;

struct TestJson {
    FILE *to;
    char *package, *test;
    const char *result; // NULL: not known yet
    struct timespec from;
    Text line, out;
    Report *reports; // of the tests that end, subtests behind their parents
    int reports_n;
    bool marked;  // only marked lines are testing's: one has been seen
    bool framing; // what is written is a line of testing's
    bool failure, escaped;
    bool long_line; // the start of this line was written already
};

static void text_add(Text *t, const char *p, size_t n) {
    if (t->n + n + 1 > t->room) t->p = realloc(t->p, t->room = 2 * (t->n + n + 1));
    memcpy(t->p + t->n, p, n);
    t->p[t->n += n] = 0;
}

// ---- JSON ------------------------------------------------------------------------------------------------

// The length of the UTF-8 character at p; 0: it is none.
static int char_length(const unsigned char *p, size_t n) {
    const int len = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;
    if ((size_t)len > n) return 0;
    for (int i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) || (*p == 0xf0 && p[1] < 0x90) ||
        (*p == 0xf4 && p[1] > 0x8f))
        return 0;
    return len;
}

static void put_char(FILE *to, const unsigned char *p, int len) {
    static const char short_form[32] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    if (*p < 0x20 && short_form[*p])
        fprintf(to, "\\%c", short_form[*p]);
    else if (*p < 0x20 || *p == '<' || *p == '>' || *p == '&' || *p == 0x7f)
        fprintf(to, *p == 0x7f ? "\x7f" : "\\u%04x", *p);
    else if (*p == '"' || *p == '\\')
        fprintf(to, "\\%c", *p);
    else if (len == 3 && p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9))
        fprintf(to, "\\u202%x", p[2] & 0xf); // which ends a line in JavaScript
    else
        fwrite(p, 1, (size_t)len, to);
}

static void put_string(FILE *to, const char *name, const char *s, size_t n) {
    fprintf(to, ",\"%s\":\"", name);
    const unsigned char *p = (const unsigned char *)s, *end = p + n;
    while (p < end) {
        const int len = char_length(p, (size_t)(end - p));
        if (len)
            put_char(to, p, len);
        else
            fputs("\xef\xbf\xbd", to);
        p += len ? len : 1;
    }
    putc('"', to);
}

static void put_text(FILE *to, const char *name, const char *s) {
    if (s != NULL && *s != 0) put_string(to, name, s, strlen(s));
}

static void put_event(TestJson *t, const Event *e) {
    struct timespec now;
    struct tm tm;
    char date[32], zone[8];
    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &tm);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
    strftime(zone, sizeof zone, "%z", &tm);
    fprintf(t->to, "{\"Time\":\"%s.%09ld", date, now.tv_nsec);
    if (tm.tm_gmtoff == 0)
        fputs("Z\"", t->to);
    else
        fprintf(t->to, "%.3s:%s\"", zone, zone + 3);
    put_text(t->to, "Action", e->action);
    put_text(t->to, "Package", t->package);
    put_text(t->to, "Test", e->test != NULL ? e->test : t->test);
    if (e->elapsed >= 0) fprintf(t->to, ",\"Elapsed\":%.15g", e->elapsed);
    if (e->output != NULL) put_string(t->to, "Output", e->output, e->output_n);
    put_text(t->to, "OutputType", e->type);
    put_text(t->to, "FailedBuild", e->failed_build);
    put_text(t->to, "Key", e->key);
    put_text(t->to, "Value", e->value);
    fputs("}\n", t->to);
    fflush(t->to);
}

// ---- output ----------------------------------------------------------------------------------------------

// Ends what has gathered in t->out, and makes an event of it.
static void end_output(TestJson *t, const char *type) {
    if (t->out.n == 0) return;
    put_event(
        t,
        &(Event){.action = "output", .elapsed = -1, .output = t->out.p, .output_n = t->out.n, .type = type});
    t->out.n = 0;
}

static const char *output_type(const TestJson *t) {
    return t->framing ? "frame" : t->failure ? "error-continue" : NULL;
}

static void put_output(TestJson *t, const char *p, size_t n) {
    const char *type = output_type(t);
    for (size_t i = 0; i < n; i++) {
        const char c = p[i];
        if (t->escaped) {
            t->escaped = false;
            text_add(&t->out, &c, 1);
        } else if (c == MARK_ESCAPE) {
            t->escaped = true;
        } else if (c == MARK_FAILURE) {
            end_output(t, type);
            t->failure = true;
            type = "error";
        } else if (c == MARK_FAILURE_END) {
            if (i + 1 < n && p[i + 1] == '\n') text_add(&t->out, &p[++i], 1);
            end_output(t, type);
            t->failure = false;
            type = NULL;
        } else {
            text_add(&t->out, &c, 1);
        }
    }
    end_output(t, type);
}

static void put_framing(TestJson *t, const char *p, size_t n) {
    t->framing = true;
    put_output(t, p, n);
    t->framing = false;
}

// ---- lines -----------------------------------------------------------------------------------------------

static void set_test(TestJson *t, const char *name, size_t n) {
    free(t->test);
    t->test = strndup(name, n);
}

// The tests that end at this depth, or deeper, have ended.
static void end_reports(TestJson *t, int depth) {
    set_test(t, "", 0);
    while (t->reports_n > depth) {
        Report *r = &t->reports[--t->reports_n];
        put_event(t, &(Event){.action = r->action, .test = r->test, .elapsed = r->elapsed});
        free(r->test);
    }
}

static bool starts(const char *line, const char *with) { return !strncmp(line, with, strlen(with)); }

// "--- PASS: NAME (0.00s)", with four spaces for each test that it is in.
static bool report(TestJson *t, const char *line, size_t n, bool mark) {
    static const char *const heads[][2] = {
        {"--- PASS: ", "pass"}, {"--- FAIL: ", "fail"}, {"--- SKIP: ", "skip"}, {"--- BENCH: ", "bench"}};
    int depth = 0;
    const char *s = line;
    for (; starts(s, "    "); s += 4) depth++;
    size_t k = 0;
    while (k < 4 && !starts(s, heads[k][0])) k++;
    if (k == 4) {
        if (depth > 0 && depth <= t->reports_n)
            set_test(t, t->reports[depth - 1].test, strlen(t->reports[depth - 1].test));
        return false;
    }
    if (depth > t->reports_n) return false;
    const char *name = s + strlen(heads[k][0]), *end = strstr(name, " (");
    double elapsed = -1;
    if (end != NULL) elapsed = strtod(end + 2, NULL);
    if (end == NULL) end = name + strcspn(name, "\r\n");
    t->marked = mark;
    end_reports(t, depth);
    set_test(t, name, (size_t)(end - name));
    t->reports = realloc(t->reports, sizeof *t->reports * (size_t)(t->reports_n + 1));
    t->reports[t->reports_n++] = (Report){heads[k][1], strdup(t->test), elapsed};
    put_framing(t, line, n);
    return true;
}

// "=== RUN   NAME" and its like.
static bool update(TestJson *t, const char *line, size_t n, bool mark) {
    static const char *const heads[][2] = {
        {"=== RUN   ", "run"},  {"=== PAUSE ", "pause"}, {"=== CONT  ", "cont"}, {"=== NAME  ", "name"},
        {"=== PASS  ", "pass"}, {"=== FAIL  ", "fail"},  {"=== SKIP  ", "skip"}, {"=== ATTR  ", "attr"}};
    size_t k = 0;
    while (k < 8 && !starts(line, heads[k][0])) k++;
    if (k == 8) return false;
    Event e = {.action = heads[k][1], .elapsed = -1};
    char *name = strdup(line + strlen(heads[k][0]));
    name[strcspn(name, "\r\n")] = 0;
    if (k == 7) { // NAME KEY VALUE
        char *rest = strchr(name, ' ');
        if (rest != NULL) {
            *rest++ = 0;
            e.key = rest;
            char *value = strchr(rest, ' ');
            if (value != NULL) *value++ = 0;
            e.value = value;
        }
    }
    t->marked = mark;
    end_reports(t, 0);
    set_test(t, name, strlen(name));
    if (!strcmp(e.action, "pause")) put_framing(t, line, n);
    if (strcmp(e.action, "name") != 0) put_event(t, &e);
    if (strcmp(e.action, "pause") != 0 && strcmp(e.action, "name") != 0) put_framing(t, line, n);
    free(name);
    return true;
}

// PASS or FAIL of the program, and FAIL of the command.
static bool whole_result(TestJson *t, const char *line, size_t n, bool mark) {
    const size_t len = strcspn(line, "\r\n");
    const bool pass = len == 4 && starts(line, "PASS");
    if (!pass && !(len == 4 && starts(line, "FAIL")) && !starts(line, "FAIL\t")) return false;
    end_reports(t, 0);
    t->marked = mark;
    put_framing(t, line, n);
    t->result = pass ? "pass" : "fail";
    return true;
}

static void take_line(TestJson *t, const char *line, size_t n) {
    const bool mark = *line == MARK_LINE;
    if (mark) line++, n--;
    if (!mark && t->marked) {
        put_output(t, line, n);
        return;
    }
    if (whole_result(t, line, n, mark)) return;
    if (starts(line, "?   \t") && strstr(line, "\t[no test files]") != NULL && t->reports_n == 0)
        t->result = "skip";
    if (!update(t, line, n, mark) && !report(t, line, n, mark)) put_output(t, line, n);
}

// ---- the stream ------------------------------------------------------------------------------------------

TestJson *testjson_open(FILE *to, const char *package) {
    TestJson *t = calloc(1, sizeof *t);
    t->to = to;
    t->package = strdup(package);
    t->test = strdup("");
    clock_gettime(CLOCK_MONOTONIC, &t->from);
    put_event(t, &(Event){.action = "start", .elapsed = -1});
    return t;
}

void testjson_write(TestJson *t, const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        // A line of testing's may follow what a test printed without ending its line.
        if (text[i] == MARK_LINE && t->line.n > 0 && !t->escaped && t->line.p[t->line.n - 1] != MARK_ESCAPE) {
            put_output(t, t->line.p, t->line.n);
            t->line.n = 0;
            t->long_line = false;
        }
        text_add(&t->line, &text[i], 1);
        const bool ends = text[i] == '\n';
        if (!ends && t->line.n < LONGEST) continue;
        if (!ends || t->long_line)
            put_output(t, t->line.p, t->line.n);
        else
            take_line(t, t->line.p, t->line.n);
        t->long_line = !ends;
        t->line.n = 0;
    }
}

void testjson_close(TestJson *t, bool ok, const char *failed_build) {
    if (t->line.n > 0) put_output(t, t->line.p, t->line.n);
    if (!ok)
        t->result = "fail";
    else if (t->result == NULL || strcmp(t->result, "skip") != 0)
        t->result = "pass";
    end_reports(t, 0);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const double s = (double)(now.tv_sec - t->from.tv_sec) + (double)(now.tv_nsec - t->from.tv_nsec) / 1e9;
    put_event(t,
              &(Event){.action = t->result, .elapsed = round(s * 1000) / 1000, .failed_build = failed_build});
    free(t->line.p);
    free(t->out.p);
    free(t->reports);
    free(t->test);
    free(t->package);
    free(t);
}

void testjson_build_failed(FILE *to, const char *package, const char *errors) {
    while (*errors != 0) {
        const size_t n = strcspn(errors, "\n") + 1;
        const size_t len = n > strlen(errors) ? strlen(errors) : n;
        fputs("{\"ImportPath\":\"", to);
        fputs(package, to);
        fputs("\",\"Action\":\"build-output\"", to);
        put_string(to, "Output", errors, len);
        fputs("}\n", to);
        errors += len;
    }
    fprintf(to, "{\"ImportPath\":\"%s\",\"Action\":\"build-fail\"}\n", package);
}
