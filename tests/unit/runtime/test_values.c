/* Strings, slices, interfaces: operations on values. */
#include <criterion/criterion.h>

#include "stub.h"
#include "val.h"

#define STR_IS(s, want)                                                                                      \
    cr_assert(gol_str_eq((s), GOL_STR(want)), "got %.*s", (int)(s).len, (const char *)(s).ptr)

Test(string, compare) {
    cr_assert_eq(gol_str_cmp(GOL_STR("abc"), GOL_STR("abd")), -1);
    cr_assert_eq(gol_str_cmp(GOL_STR("abc"), GOL_STR("ab")), 1);
    cr_assert_eq(gol_str_cmp(GOL_STR(""), (String){NULL, 0}), 0);
    cr_assert_eq(gol_str_cmp(GOL_STR("a\xff"), GOL_STR("a\x01")), 1); /* bytes are unsigned */
}

Test(string, concat) {
    String a = GOL_STR("foo");
    cr_assert_eq(gol_str_concat2(NULL, a, GOL_STR("")).ptr, a.ptr); /* no copy */
    STR_IS(gol_str_concat3(NULL, a, GOL_STR("/"), GOL_STR("bar")), "foo/bar");
    String parts[] = {GOL_STR(""), a, GOL_STR("")};
    cr_assert_eq(gol_str_concat(NULL, parts, 3).ptr, a.ptr);
}

Test(string, decode) {
    static const struct {
        const char *bytes;
        Int n;
        Int32 rune;
        Int width;
    } cases[] = {
        {"A", 1, 'A', 1},
        {"\xc3\xa9", 2, 0xe9, 2},
        {"\xe2\x82\xac", 3, 0x20ac, 3},
        {"\xf0\x9f\x98\x80", 4, 0x1f600, 4},
        {"\xc3", 1, 0xfffd, 1},
        {"\xc0\x80", 2, 0xfffd, 1},
        {"\xed\xa0\x80", 3, 0xfffd, 1}, /* overlong, surrogate */
        {"\xf4\x90\x80\x80", 4, 0xfffd, 1},
        {"\xe2\x82", 2, 0xfffd, 1},
        {"\x80", 1, 0xfffd, 1},
        {"\xff", 1, 0xfffd, 1},
        {"\xe0\x9f\xbf", 3, 0xfffd, 1},
        {"\xf0\x8f\xbf\xbf", 4, 0xfffd, 1},
        {"\xf4\x8f\xbf\xbf", 4, 0x10ffff, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Int32 r;
        Int next = gol_str_decode((String){(const Uint8 *)cases[i].bytes, cases[i].n}, 0, &r);
        cr_assert(next == cases[i].width && r == cases[i].rune, "case %zu: %ld %x", i, (long)next, r);
    }
}

Test(string, convert) {
    STR_IS(gol_str_from_rune('x'), "x");
    STR_IS(gol_str_from_rune(0x20ac), "\xe2\x82\xac");
    STR_IS(gol_str_from_rune(-1), "\xef\xbf\xbd");
    STR_IS(gol_str_from_rune(0xd800), "\xef\xbf\xbd");
    Slice r = gol_str_to_runes(GOL_STR("a\xc3\xa9\xff"));
    cr_assert(r.len == 3 && ((Int32 *)r.ptr)[1] == 0xe9 && ((Int32 *)r.ptr)[2] == 0xfffd);
    STR_IS(gol_str_from_runes(r), "a\xc3\xa9\xef\xbf\xbd");
    Slice b = gol_str_to_bytes(GOL_STR("hello"));
    cr_assert(b.len == 5 && b.cap == 8);
    STR_IS(gol_str_from_bytes(b), "hello");
}

/* What Go 1.27 prints for cap() after append. */
Test(slice, growth) {
    static const struct {
        Uintptr size, ptrdata;
        Int old, add, cap;
    } cases[] = {
        {1, 0, 0, 5, 8},      {8, 0, 0, 1, 1},       {8, 0, 1, 1, 2},     {8, 0, 2, 1, 4},
        {8, 0, 4, 1, 8},      {8, 0, 255, 1, 512},   {8, 0, 256, 1, 512}, {8, 0, 512, 1, 848},
        {8, 0, 848, 1, 1280}, {8, 0, 1280, 1, 1792}, {16, 8, 0, 5, 5},    {16, 8, 5, 1, 10},
        {24, 0, 0, 5, 5},     {24, 0, 5, 1, 10},     {4, 0, 5, 7, 12},    {1, 0, 1000, 1, 1536},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gol_type t = {.size = cases[i].size, .ptrdata = cases[i].ptrdata, .align = 1};
        Slice s = gol_growslice(&t, gol_makeslice(&t, cases[i].old, cases[i].old), cases[i].add);
        cr_assert(s.cap == cases[i].cap, "case %zu: %ld", i, (long)s.cap);
        cr_assert_eq(s.len, cases[i].old + cases[i].add);
    }
}

Test(slice, copies) {
    Slice s = gol_append_string((Slice){NULL, 0, 0}, GOL_STR("abc"));
    Slice t = gol_append_slice(&gol_type_uint8, s, s);
    STR_IS(gol_str_from_bytes(t), "abcabc");
    Slice part = {(char *)t.ptr + 1, 4, 4};
    cr_assert_eq(gol_copy(&gol_type_uint8, part, t), 4); /* overlapping */
    STR_IS(gol_str_from_bytes(t), "aabcac");
    cr_assert_str_eq(PANIC_OF(gol_makeslice(&gol_type_int, -1, 0)),
                     "runtime error: makeslice: len out of range");
    cr_assert_str_eq(PANIC_OF(gol_makeslice(&gol_type_int, 1, 1l << 61)),
                     "runtime error: makeslice: cap out of range");
    cr_assert_str_eq(PANIC_OF(gol_makeslice(&gol_type_int, 2, 1)),
                     "runtime error: makeslice: cap out of range");
}

static String t_error(Ptr p) { return *(String *)p; }
static const gol_method t_methods[] = {
    {GOL_STR_INIT("Error"), GOL_STR_INIT(""), &rt_type_func_string, (void *)t_error}};
static const gol_uncommon t_uncommon = {GOL_STR_INIT("T"), GOL_STR_INIT("main"), 1, t_methods};
static const gol_type t_type = {.size = 16,
                                .ptrdata = 8,
                                .align = 8,
                                .kind = GOL_STRING,
                                .flags = GOL_TYPE_NAMED,
                                .equal = gol_eq_str,
                                .hashof = gol_hash_str,
                                .str = GOL_STR_INIT("main.T"),
                                .uncommon = &t_uncommon};
static const gol_type slice_int = {.size = 24, .align = 8, .kind = GOL_SLICE, .str = GOL_STR_INIT("[]int")};

Test(iface, itabs) {
    const gol_itab *it = gol_itab_find(&gol_type_error, &t_type);
    cr_assert(it != NULL && it == gol_itab_find(&gol_type_error, &t_type));
    String s = GOL_STR("text");
    STR_IS(((String(*)(Ptr))it->fun[0])(&s), "text");
    cr_assert_null(gol_itab_find(&gol_type_error, &gol_type_int));
    cr_assert_null(gol_itab_find(&gol_type_error, NULL));
    cr_assert_null(gol_itab_find(&rt_type_stringer, &t_type));
    gol_type *many = calloc(5000, sizeof *many); /* the table grows */
    for (int i = 0; i < 5000; i++) {
        many[i] = i % 2 ? t_type : gol_type_int;
        cr_assert((gol_itab_find(&gol_type_error, &many[i]) != NULL) == (i % 2 == 1));
    }
    for (int i = 0; i < 5000; i++)
        cr_assert((gol_itab_find(&gol_type_error, &many[i]) != NULL) == (i % 2 == 1));
}

Test(iface, messages) {
    cr_assert_str_eq(PANIC_OF(gol_itab_assert(&gol_type_error, &gol_type_int)),
                     "interface conversion: int is not error: missing method Error");
    cr_assert_str_eq(PANIC_OF(gol_itab_assert(&gol_type_error, NULL)),
                     "interface conversion: interface is nil, not error");
    cr_assert_str_eq(PANIC_OF(gol_panic_assert(&gol_type_string, &gol_type_int, &gol_type_eface)),
                     "interface conversion: interface {} is string, not int");
    cr_assert_str_eq(PANIC_OF(gol_panic_assert(&t_type, &t_type, &gol_type_error)),
                     "interface conversion: error is main.T, not main.T (types from different scopes)");
}

Test(iface, equality) {
    Eface one = {&gol_type_int, gol_box64(1)}, big = {&gol_type_int, gol_box64(1000)},
          big2 = {&gol_type_int, gol_box64(1000)};
    Eface f = {&gol_type_float64, gol_box64(0x7ff8000000000000)}, list = {&slice_int, (Ptr)&slice_int},
          none = {NULL, NULL};
    cr_assert(gol_eface_eq(big, big2) && !gol_eface_eq(one, big) && gol_eface_eq(none, none) &&
              !gol_eface_eq(none, one));
    cr_assert(!gol_eface_eq(f, f));      /* NaN */
    cr_assert(!gol_eface_eq(list, one)); /* different types: no panic */
    cr_assert_str_eq(PANIC_OF(gol_eface_eq(list, list)), "runtime error: comparing uncomparable type []int");
    cr_assert_str_eq(PANIC_OF(gol_hash_eface(&list, 0)), "runtime error: hash of unhashable type []int");
    cr_assert_eq(gol_hash_eface(&big, 7), gol_hash_eface(&big2, 7));
    Float64 zero = 0, minus = -0.0;
    cr_assert_eq(gol_hash_f64(&zero, 3), gol_hash_f64(&minus, 3));
    gol_type t = {.kind = GOL_MAP, .key = &gol_type_eface, .elem = &gol_type_int};
    Map m = gol_makemap(&t, 0);
    cr_assert_str_eq(PANIC_OF(gol_map_get(&t, m, &list)), "hash of unhashable type: []int");
    cr_assert_str_eq(PANIC_OF(gol_map_get(&t, NULL, &list)), "hash of unhashable type: []int");
    cr_assert_str_eq(PANIC_OF(gol_map_put(&t, NULL, &one)), "assignment to entry in nil map");
}

Test(map, order_is_random) {
    gol_type t = {.kind = GOL_MAP, .key = &gol_type_int, .elem = &gol_type_int};
    Map m = gol_makemap(&t, 0);
    for (Uint64 i = 0; i < 8; i++) gol_map_put64(&t, m, i);
    unsigned firsts = 0;
    for (int i = 0; i < 200; i++) {
        gol_mapiter it;
        gol_map_iter(&t, m, &it);
        firsts |= 1u << *(Int *)it.key;
    }
    cr_assert_eq(firsts, 0xFF);
}

static const char *printed(void) {
    stub_output[stub_output_n] = 0;
    stub_output_n = 0;
    return stub_output;
}

#define PRINTS(call, want)                                                                                   \
    do {                                                                                                     \
        call;                                                                                                \
        cr_assert_str_eq(printed(), want);                                                                   \
    } while (0)

Test(print, forms) {
    PRINTS((gol_print_float(1.5)), "1.5");
    PRINTS((gol_print_float(1e21)), "1e+21");
    PRINTS((gol_print_float(123456789)), "1.23456789e+08");
    PRINTS((gol_print_float(100000)), "100000");
    PRINTS((gol_print_float(-0.0001)), "-0.0001");
    PRINTS((gol_print_float(1e-5)), "1e-05");
    PRINTS((gol_print_float(1 / 0.0)), "+Inf");
    PRINTS((gol_print_float32(0.1f)), "0.1");
    PRINTS((gol_print_complex(((Complex128){1, -2.5}))), "(1-2.5i)");
    PRINTS((gol_print_int(INT64_MIN)), "-9223372036854775808");
    PRINTS((gol_print_ptr(NULL)), "0x0");
    PRINTS((gol_print_slice((Slice){NULL, 0, 0})), "[0/0]0x0");
    gol_print_lock(); /* gathered in one write */
    gol_print_int(1), gol_print_sp(), gol_print_bool(true);
    cr_assert_str_eq(printed(), "");
    gol_print_unlock();
    cr_assert_str_eq(printed(), "1 true");
    String lines = GOL_STR("two\nlines"), named = GOL_STR("x");
    PRINTS((rt_print_panicval((Eface){&gol_type_string, &lines})), "two\n\tlines");
    PRINTS((rt_print_panicval((Eface){&t_type, &named})), "main.T(\"x\")");
    PRINTS((rt_print_panicval((Eface){&slice_int, (Ptr)0xc000})), "([]int) 0xc000");
}
