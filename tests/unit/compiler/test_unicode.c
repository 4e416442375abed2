#include <criterion/criterion.h>

#include "unicode.h"

static uint32_t decode(const char *s, int *width) { return unicode_decode(s, strlen(s), width); }

Test(unicode, decodes_what_it_encodes) {
    for (uint32_t c = 1; c <= UNICODE_MAX; c += c < 0x3000 ? 1 : 97) {
        if (c >= 0xD800 && c < 0xE000) continue;
        char text[5];
        int n = unicode_encode(c, text), width;
        text[n] = 0;
        cr_assert_eq(decode(text, &width), c);
        cr_assert_eq(width, n);
    }
}

Test(unicode, rejects_what_is_not_utf8) {
    static const char *const wrong[] = {"\x80",
                                        "\xC0\x80",
                                        "\xC3",
                                        "\xC3(",
                                        "\xE0\x80\x80",
                                        "\xED\xA0\x80",
                                        "\xF0\x80\x80\x80",
                                        "\xF4\x90\x80\x80",
                                        "\xF8\x88\x80\x80\x80",
                                        "\xFF",
                                        "\xE2\x82"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int width;
        cr_assert_eq(decode(wrong[i], &width), UNICODE_REPLACEMENT, "%zu", i);
        cr_assert_eq(width, 1);
    }
}

Test(unicode, encodes_what_is_no_code_point_as_the_replacement) {
    char text[4];
    cr_assert_eq(unicode_encode(0xD800, text), 3);
    cr_assert_arr_eq(text, "\xEF\xBF\xBD", 3);
    cr_assert_eq(unicode_encode(0x110000, text), 3);
}

Test(unicode, classes) {
    cr_assert(unicode_is_letter('a') && unicode_is_letter(0xE4) && unicode_is_letter(0x672C) &&
              unicode_is_letter(0x17F));
    cr_assert_not(unicode_is_letter('_') || unicode_is_letter('1') || unicode_is_letter(0x663));
    cr_assert(unicode_is_digit('7') && unicode_is_digit(0x663));
    cr_assert_not(unicode_is_digit(0xB2)); // superscript two: a number, not a digit
    cr_assert(unicode_is_upper('A') && unicode_is_upper(0xC4) && unicode_is_upper(0x1E00));
    cr_assert_not(unicode_is_upper(0x1E01) || unicode_is_upper(0x1C5));
    cr_assert(unicode_is_print(' ') && unicode_is_print(0xE4));
    cr_assert_not(unicode_is_print('\n') || unicode_is_print(0xA0) || unicode_is_print(0x200B));
}
