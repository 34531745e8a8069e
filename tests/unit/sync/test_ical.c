/* Calendars of other portals as nights. */
#include "../unit.h"

#include "base/str.h"
#include "sync/ical_events.h"

#define CALENDAR(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" events "END:VCALENDAR\r\n"
#define EVENT(lines)     "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"

static const struct {
    const char *what, *text, *json;
} cases[] = {
    {"days, end exclusive",
     CALENDAR(EVENT("UID:a@x\r\nDTSTART;VALUE=DATE:20260703\r\nDTEND;VALUE=DATE:20260705\r\nSUMMARY:Reserved\r\n")),
     "[{\"uid\":\"a@x\",\"start\":\"2026-07-03\",\"end\":\"2026-07-05\",\"summary\":\"Reserved\"}]"},
    {"hours of arrival and departure",
     CALENDAR(EVENT("UID:b\r\nDTSTART:20260703T150000Z\r\nDTEND:20260705T100000Z\r\n")),
     "[{\"uid\":\"b\",\"start\":\"2026-07-03\",\"end\":\"2026-07-05\",\"summary\":\"\"}]"},
    {"no end is one night, over the year's end too", CALENDAR(EVENT("UID:c\r\nDTSTART;VALUE=DATE:20261231\r\n")),
     "[{\"uid\":\"c\",\"start\":\"2026-12-31\",\"end\":\"2027-01-01\",\"summary\":\"\"}]"},
    {"without UID the first night names it",
     CALENDAR(EVENT("DTSTART;VALUE=DATE:20260703\r\nDTEND;VALUE=DATE:20260704\r\n")),
     "[{\"uid\":\"2026-07-03\",\"start\":\"2026-07-03\",\"end\":\"2026-07-04\",\"summary\":\"\"}]"},
    {"folded and escaped text",
     CALENDAR(
         EVENT("UID:d\r\nDTSTART;VALUE=DATE:20260703\r\nDTEND;VALUE=DATE:20260704\r\nSUMMARY:One\\, \r\n two\r\n")),
     "[{\"uid\":\"d\",\"start\":\"2026-07-03\",\"end\":\"2026-07-04\",\"summary\":\"One, two\"}]"},
    {"cancelled", CALENDAR(EVENT("UID:e\r\nDTSTART;VALUE=DATE:20260703\r\nSTATUS:CANCELLED\r\n")), "[]"},
    {"an event without a beginning", CALENDAR(EVENT("UID:f\r\nSUMMARY:When?\r\n")), "[]"},
    {"an empty calendar", CALENDAR(""), "[]"},
};

static void events_become_nights(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct error error;
        const char *json = NULL;
        size_t count = 99;
        if (ical_events_json(arena, cases[i].text, &json, &count, &error) != OK || !text_eq(json, cases[i].json))
            fail_msg("%s: %s", cases[i].what, json ? json : error.message);
        assert_int_equal(count, text_eq(cases[i].json, "[]") ? 0 : 1);
        arena_free(arena);
    }
}

static void what_is_no_whole_calendar_is_refused(void **state)
{
    (void)state;
    static const char *const torn[] = {"", "<html>404</html>",
                                       "BEGIN:VCALENDAR\r\n" EVENT("UID:a\r\nDTSTART;VALUE=DATE:20260703\r\n"),
                                       "END:VCALENDAR\r\n"};
    for (size_t i = 0; i < sizeof torn / sizeof *torn; i++) {
        struct arena *arena = arena_new();
        struct error error;
        const char *json = NULL;
        size_t count;
        assert_int_equal(ical_events_json(arena, torn[i], &json, &count, &error), ERR_BAD_INPUT);
        assert_null(json);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_become_nights),
        cmocka_unit_test(what_is_no_whole_calendar_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
