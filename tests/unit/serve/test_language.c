/* The language that a reader's page is in. */
#include "../unit.h"

#include "base/str.h"
#include "serve/language.h"

#include <stdlib.h>

static const struct {
    const char *what, *cookies, *accept, *language;
} cases[] = {
    {"nothing is asked for", NULL, NULL, NULL},
    {"the device's own", NULL, "de-AT,de;q=0.9,en;q=0.8", "de"},
    {"the weight decides, not the order", NULL, "en;q=0.5, ru;q=0.9", "ru"},
    {"one that is not wanted at all", NULL, "de;q=0, es;q=0.3", "es"},
    {"the first that there is", NULL, "ja, fr;q=0.9, ar-EG;q=0.8", "ar"},
    {"none of ours", NULL, "ja,fr;q=0.9", NULL},
    {"anything will do", NULL, "*", NULL},
    {"letters in capitals", NULL, "DE-de", "de"},
    {"three letters are another language", NULL, "deu-x,arc", "de"},
    {"what was chosen wins", "a=1; language=ar", "de", "ar"},
    {"a choice that is none", "language=xx", "de", "de"},
    {"a choice with a tail", "language=deutsch", "es", "es"},
    {"another cookie of that ending", "mylanguage=ru", "es", "es"},
    {"an empty choice", "language=; b=2", "es", "es"},
    {"not a header", NULL, ";;;q=,,\x01\xff", NULL},
};

static void readers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *language = language_of_reader(cases[i].cookies, cases[i].accept);
        if ((language != NULL) != (cases[i].language != NULL) || (language && !text_eq(language, cases[i].language)))
            fail_msg("%s: %s instead of %s", cases[i].what, language ? language : "none",
                     cases[i].language ? cases[i].language : "none");
    }
}

static void long_headers(void **state)
{
    (void)state;
    char *accept = malloc(100001);
    assert_non_null(accept);
    memset(accept, 'd', 100000);
    accept[100000] = 0;
    assert_null(language_of_reader(accept, accept));
    for (size_t i = 0; i + 3 < 500; i += 3)
        memcpy(accept + i, "xx,", 3);
    memcpy(accept + 498, "de", 3);
    assert_true(language_of_reader(NULL, accept) == NULL || text_eq(language_of_reader(NULL, accept), "de"));
    free(accept);
}

static void locales(void **state)
{
    (void)state;
    assert_string_equal(language_of_locale("de-AT"), "de");
    assert_string_equal(language_of_locale("ru"), "ru");
    assert_null(language_of_locale("fr"));
    assert_null(language_of_locale("deu"));
    assert_null(language_of_locale("d"));
    assert_null(language_of_locale(""));
    assert_null(language_of_locale(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(readers), cmocka_unit_test(long_headers),
                                       cmocka_unit_test(locales)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
