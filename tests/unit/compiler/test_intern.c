#include <criterion/criterion.h>
#include <stdio.h>

#include "intern.h"

Test(intern, equal_names_are_equal_pointers) {
    char buffer[] = "name and more";
    cr_assert_eq(intern(buffer, 4), intern_z("name"));
    cr_assert_neq(intern_z("name"), intern_z("names"));
    cr_assert_str_eq(intern_z("name"), "name");
    cr_assert_eq(intern_length(intern_z("name")), 4);
    cr_assert_eq(intern_z(""), intern("x", 0));
}

Test(intern, survives_growth) {
    static const char *names[20000];
    char text[20];
    for (int i = 0; i < 20000; i++) {
        snprintf(text, sizeof text, "n%d", i);
        names[i] = intern_z(text);
    }
    for (int i = 0; i < 20000; i++) {
        snprintf(text, sizeof text, "n%d", i);
        cr_assert_eq(names[i], intern_z(text));
        cr_assert_eq(intern_length(names[i]), strlen(text));
    }
}

Test(intern, knows_keywords) {
    cr_assert(intern_is_keyword(intern_z("func")));
    cr_assert(intern_is_keyword(intern_z("fallthrough")));
    cr_assert_not(intern_is_keyword(intern_z("function")));
    cr_assert_not(intern_is_keyword(intern_z("int")));
}

Test(intern, knows_exported_names) {
    cr_assert(intern_is_exported(intern_z("Name")));
    cr_assert(intern_is_exported(intern_z("Äpfel")));
    cr_assert(intern_is_exported(intern_z("Σ")));
    cr_assert_not(intern_is_exported(intern_z("name")));
    cr_assert_not(intern_is_exported(intern_z("_Name")));
    cr_assert_not(intern_is_exported(intern_z("äpfel")));
    cr_assert_not(intern_is_exported(intern_z("本")));
    cr_assert_not(intern_is_exported(intern_z("ǅ"))); // title case, not upper
}
