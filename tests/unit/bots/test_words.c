/* Days, times and numbers in people's words. Today is Wednesday, 2 December 2026. */
#include "unit.h"

#include "base/arena.h"
#include "base/str.h"
#include "bots/fold.h"
#include "bots/words.h"

static const struct day today = {2026, 12, 2};

struct said {
    const char *language, *text, *is; /* "" : not understood */
};

static void assert_said(const struct said *said, const char *is)
{
    if (!text_eq(is, said->is))
        fail_msg("%s \"%s\": %s, not %s", said->language, said->text, is, said->is);
}

static void days_are_read(void **state)
{
    static const struct said days[] = {
        {"en", "today", "2026-12-02"},
        {"en", "Tonight, please", "2026-12-02"},
        {"en", "tomorrow at 8pm", "2026-12-03"},
        {"en", "the day after tomorrow", "2026-12-04"},
        {"en", "in 3 days", "2026-12-05"},
        {"en", "in 2 weeks", "2026-12-16"},
        {"en", "Friday", "2026-12-04"},
        {"en", "on wednesday", "2026-12-02"},
        {"en", "fri", "2026-12-04"},
        {"en", "December 24th", "2026-12-24"},
        {"en", "24 Dec 2027", "2027-12-24"},
        {"en", "1 March", "2027-03-01"},
        {"en", "12/24", "2026-12-24"},
        {"en", "24/12", "2026-12-24"},
        {"en", "24.12.", "2026-12-24"},
        {"en", "2026-12-24", "2026-12-24"},
        {"en", "24", "2026-12-24"},
        {"en", "1.12.", "2027-12-01"}, /* yesterday's date is next year's */
        {"en", "29.2.", "2028-02-29"},
        {"en", "31.2.", ""},
        {"en", "2026-13-01", ""},
        {"en", "32", ""},
        {"en", "soon", ""},
        {"en", "", ""},
        {"de", "heute", "2026-12-02"},
        {"de", "Übermorgen", "2026-12-04"},
        {"de", "morgen früh", "2026-12-03"},
        {"de", "am Freitag", "2026-12-04"},
        {"de", "24. Dezember", "2026-12-24"},
        {"de", "in 2 Wochen", "2026-12-16"},
        {"de", "am 3.4.2027", "2027-04-03"},
        {"de", "tomorrow", "2026-12-03"},
        {"es", "mañana", "2026-12-03"},
        {"es", "pasado mañana", "2026-12-04"},
        {"es", "el sábado", "2026-12-05"},
        {"es", "24 de diciembre", "2026-12-24"},
        {"es", "5/12", "2026-12-05"},
        {"ru", "сегодня", "2026-12-02"},
        {"ru", "Послезавтра", "2026-12-04"},
        {"ru", "в пятницу", "2026-12-04"},
        {"ru", "24 декабря", "2026-12-24"},
        {"ru", "через 2 дня", "2026-12-04"},
        {"ru", "через неделю", "2026-12-09"},
        {"ar", "غداً", "2026-12-03"},
        {"ar", "بعد غد", "2026-12-04"},
        {"ar", "يوم الجمعة", "2026-12-04"},
        {"ar", "٢٤/١٢", "2026-12-24"},
        {"ar", "24 ديسمبر", "2026-12-24"},
        {"fr", "tomorrow", "2026-12-03"}, /* a language we have no words of */
    };
    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        struct arena *arena = arena_new();
        struct day day = {0};
        bool found = words_day(arena, days[i].language, days[i].text, today, &day);
        assert_said(&days[i], found ? day_text(arena, day) : "");
        arena_free(arena);
    }
}

static void times_are_read(void **state)
{
    static const struct said times[] = {
        {"en", "20:00", "20:00"},
        {"en", "8pm", "20:00"},
        {"en", "8 PM", "20:00"},
        {"en", "8", "20:00"}, /* between 11 and midnight */
        {"en", "11", "11:00"},
        {"en", "08:00", "08:00"},
        {"en", "8am", "08:00"},
        {"en", "12am", "00:00"},
        {"en", "12 pm", "12:00"},
        {"en", "noon", "12:00"},
        {"en", "midnight", "00:00"},
        {"en", "half past seven", "19:30"},
        {"en", "quarter to 8", "19:45"},
        {"en", "1930", "19:30"},
        {"en", "7.30", "19:30"},
        {"en", "24.12. at 20:00", "20:00"},
        {"en", "25:00", ""},
        {"en", "19:75", ""},
        {"en", "later", ""},
        {"en", "", ""},
        {"en", "99999999999999999999", ""},
        {"de", "20 Uhr", "20:00"},
        {"de", "20.30 Uhr", "20:30"},
        {"de", "halb acht", "19:30"},
        {"de", "acht Uhr abends", "20:00"},
        {"de", "8 Uhr morgens", "08:00"},
        {"de", "Viertel nach 7", "19:15"},
        {"es", "a las 8 de la tarde", "20:00"},
        {"es", "ocho y media", "20:30"},
        {"es", "mediodía", "12:00"},
        {"es", "9 de la mañana", "09:00"},
        {"ru", "8 вечера", "20:00"},
        {"ru", "9 утра", "09:00"},
        {"ru", "в 19:30", "19:30"},
        {"ru", "полночь", "00:00"},
        {"ar", "8 مساءً", "20:00"},
        {"ar", "٨:٣٠ مساء", "20:30"},
        {"ar", "9 صباحاً", "09:00"},
        {"ar", "8pm", "20:00"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct arena *arena = arena_new();
        struct clock_time time = {0};
        bool found = words_time(arena, times[i].language, times[i].text, (struct clock_time){11, 0},
                                (struct clock_time){23, 59}, &time);
        assert_said(&times[i], found ? arena_printf(arena, "%02d:%02d", time.hour, time.minute) : "");
        arena_free(arena);
    }
}

static void numbers_are_read(void **state)
{
    static const struct said numbers[] = {
        {"en", "4", "4"},
        {"en", "we are four", "4"},
        {"en", "4 people", "4"},
        {"en", "2 and 3", ""},
        {"en", "-3", ""},
        {"en", "2.5", ""},
        {"en", "many", ""},
        {"en", "99999999999", ""},
        {"de", "zu zweit, also zwei", "2"},
        {"es", "una mesa para 4", "4"},
        {"es", "somos seis", "6"},
        {"ru", "нас четверо", "4"},
        {"ru", "двенадцать", "12"},
        {"ar", "٤", "4"},
        {"ar", "خمسة", "5"},
        {"en", "someone", ""}, /* a word with a number in it is no number */
    };
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct arena *arena = arena_new();
        int number = 0;
        bool found = words_number(arena, numbers[i].language, numbers[i].text, &number);
        assert_said(&numbers[i], found ? arena_printf(arena, "%d", number) : "");
        arena_free(arena);
    }
}

static void days_are_written(void **state)
{
    static const struct said days[] = {
        {"en", "", "Thursday, December 24"},
        {"de", "", "Donnerstag, 24. Dezember"},
        {"es", "", "jueves, 24 de diciembre"},
        {"ru", "", "четверг, 24 декабря"},
    };
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        assert_said(&days[i], words_of_day(arena, days[i].language, (struct day){2026, 12, 24}));
    assert_non_null(strstr(words_of_day(arena, "ar", (struct day){2026, 12, 24}), "24 ديسمبر"));
    assert_string_equal(words_of_day(arena, "en", (struct day){2026, 2, 31}), "");
    arena_free(arena);
}

static void days_are_counted(void **state)
{
    (void)state;
    assert_int_equal(day_number((struct day){1970, 1, 1}), 0);
    assert_int_equal(day_number((struct day){2026, 12, 24}), 20811);
    for (int n = -100000; n < 200000; n += 37)
        assert_int_equal(day_number(day_of_number(n)), n);
}

static void texts_are_folded_and_cut(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    assert_string_equal(fold_text(arena, "  ÜBER\t\nMorgen\u200f "), "über morgen");
    assert_string_equal(fold_text(arena, "٢٠٢٦ Ёлка"), "2026 елка");
    assert_string_equal(fold_text(arena, "\xff\xfe ok"), "ok");
    assert_string_equal(text_cut(arena, "Привет", 4), "При…");
    assert_string_equal(text_cut(arena, "Hi", 4), "Hi");
    assert_string_equal(clean_answer(arena, " Ada\n  Lovelace\x07 ", 20), "Ada Lovelace");
    assert_null(clean_answer(arena, " \n\u200e ", 20));
    assert_null(clean_answer(arena, "longer than that", 5));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_read),    cmocka_unit_test(times_are_read),
        cmocka_unit_test(numbers_are_read), cmocka_unit_test(days_are_written),
        cmocka_unit_test(days_are_counted), cmocka_unit_test(texts_are_folded_and_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
