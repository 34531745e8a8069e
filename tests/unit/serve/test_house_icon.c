/* A house's own icon. */
#include "../unit.h"

#include "base/str.h"
#include "serve/house_icon.h"

static const struct {
    const char *name, *initials;
} names[] = {
    {"Trattoria Vesuvio", "TV"},
    {"pizza", "P"},
    {"Zum goldenen Hirsch", "ZH"},
    {"O'Malley's", "O"},
    {"Ünal & Söhne", "ÜS"},
    {"Кафе Пушкин", "КП"},
    {"مطعم الشرق", "ما"},
    {"<script>&\"", "S"},
    {"7 Seas", "7S"},
    {"", ""},
    {"—", ""},
    {"\xff\xfe x", "X"},
    {"L’Osteria", "L"},
    {"寿司 太郎", "寿太"},
};

static void initials(void **state)
{
    (void)state;
    char out[16];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        house_initials(names[i].name, out, sizeof out);
        assert_string_equal(out, names[i].initials);
    }
}

static void colours(void **state)
{
    (void)state;
    char out[8];
    house_colour("{\"primary_color\": \"#1A7F64\"}", out);
    assert_string_equal(out, "#1a7f64");
    static const char *const none[] = {NULL,
                                       "",
                                       "{}",
                                       "{\"primary_color\": 7}",
                                       "{\"primary_color\": \"red\"}",
                                       "[1]",
                                       "{\"primary_color\": \"#12345\\\"\"}"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        house_colour(none[i], out);
        assert_string_equal(out, "#b3391f");
    }
}

static void icons(void **state)
{
    (void)state;
    struct buf svg;
    buf_init(&svg, 4096);
    house_icon(&svg, "Blue Bay", "{\"primary_color\": \"#ffe08a\"}", false);
    const char *text = buf_cstr(&svg);
    assert_non_null(strstr(text, "fill=\"#ffe08a\""));
    assert_non_null(strstr(text, ">BB</text>"));
    assert_non_null(strstr(text, "fill=\"#1c1b1a\"")); /* dark letters on a light colour */
    buf_release(&svg);
    buf_init(&svg, 4096);
    house_icon(&svg, "—", NULL, true);
    assert_null(strstr(buf_cstr(&svg), "<text"));
    buf_release(&svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(initials), cmocka_unit_test(colours), cmocka_unit_test(icons)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
