/* Calendars of other portals as nights. */
#include "../unit.h"

#include "base/str.h"

#include "sync/ical_events.h"
#include <jansson.h>

#define CALENDAR(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" events "END:VCALENDAR\r\n"
#define EVENT(lines)     "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"

#define DAYS(from, to) "DTSTART;VALUE=DATE:" from "\r\nDTEND;VALUE=DATE:" to "\r\n"

/* The house is in Berlin and it is 1 December 2026. Nights are written from/to, one after the other. */
static const struct ical_place berlin = {.timezone = "Europe/Berlin", .today = "2026-12-01"};

static const struct {
    const char *what, *text, *nights;
} cases[] = {
    {"days, end exclusive", CALENDAR(EVENT("UID:a@x\r\n" DAYS("20270703", "20270705"))), "2027-07-03/2027-07-05"},
    {"hours of arrival and departure",
     CALENDAR(EVENT("UID:b\r\nDTSTART:20270703T130000Z\r\nDTEND:20270705T080000Z\r\n")), "2027-07-03/2027-07-05"},
    {"UTC midnight of another zone is the place's day",
     CALENDAR(EVENT("UID:b\r\nDTSTART:20270228T230000Z\r\nDTEND:20270304T230000Z\r\n")), "2027-03-01/2027-03-05"},
    {"hours with a zone of their own",
     CALENDAR(EVENT("UID:b\r\nDTSTART;TZID=America/Los_Angeles:20270301T170000\r\n"
                    "DTEND;TZID=America/Los_Angeles:20270303T100000\r\n")),
     "2027-03-02/2027-03-03"},
    {"hours without a zone are the place's",
     CALENDAR(EVENT("UID:b\r\nDTSTART:20270301T233000\r\nDTEND:20270302T090000\r\n")), "2027-03-01/2027-03-02"},
    {"a zone of the calendar's own, whatever its name",
     CALENDAR("BEGIN:VTIMEZONE\r\nTZID:GMT\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:-0800\r\n"
              "TZOFFSETTO:-0800\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" EVENT(
                  "UID:b\r\nDTSTART;TZID=GMT:20270301T170000\r\nDTEND;TZID=GMT:20270303T100000\r\n")),
     "2027-03-02/2027-03-03"}, /* 02:00 until 19:00 */
    {"Outlook's names of zones",
     CALENDAR(EVENT("UID:o1\r\nDTSTART;TZID=\"Pacific Standard Time\":20270301T200000\r\n"
                    "DTEND;TZID=Pacific Standard Time:20270303T200000\r\n")
                  EVENT("UID:o2\r\nDTSTART;TZID=Pacific Standard Time 1:20270401T200000\r\n"
                        "DTEND;TZID=Pacific Standard Time 1:20270403T200000\r\n")
                      EVENT("UID:o3\r\nDTSTART;TZID=\"(UTC-08:00) Pacific Time (US & Canada)\":20270501T200000\r\n"
                            "DTEND;TZID=\"(UTC-08:00) Pacific Time (US & Canada)\":20270503T200000\r\n")
                          EVENT("UID:o4\r\nDTSTART;TZID=GMT-0800:20270601T200000\r\n"
                                "DTEND;TZID=GMT-0800:20270603T200000\r\n")),
     "2027-03-02/2027-03-04 2027-04-02/2027-04-04 2027-05-02/2027-05-04 2027-06-02/2027-06-04"},
    {"no end is one night, over the year's end too", CALENDAR(EVENT("UID:c\r\nDTSTART;VALUE=DATE:20261231\r\n")),
     "2026-12-31/2027-01-01"},
    {"a duration", CALENDAR(EVENT("UID:c\r\nDTSTART;VALUE=DATE:20270501\r\nDURATION:P3D\r\n")),
     "2027-05-01/2027-05-04"},
    {"an end that is the beginning is one night", CALENDAR(EVENT("UID:c\r\n" DAYS("20270501", "20270501"))),
     "2027-05-01/2027-05-02"},
    {"folded, unfolded, Latin-1",
     CALENDAR(EVENT("UID:d\r\n" DAYS("20270703", "20270704") "SUMMARY:M\xfcller\\, \r\n x\r\n")),
     "2027-07-03/2027-07-04"},
    {"cancelled", CALENDAR(EVENT("UID:e\r\n" DAYS("20270703", "20270705") "STATUS:CANCELLED\r\n")), ""},
    {"a calendar of cancellations", CALENDAR("METHOD:CANCEL\r\n" EVENT("UID:e\r\n" DAYS("20270703", "20270705"))), ""},
    {"an event without a beginning", CALENDAR(EVENT("UID:f\r\nSUMMARY:When?\r\n")), ""},
    {"an empty calendar", CALENDAR(""), ""},
    {"marked free",
     CALENDAR(EVENT("UID:f\r\n" DAYS("20270703", "20270705") "TRANSP:TRANSPARENT\r\n")
                  EVENT("UID:g\r\n" DAYS("20270713", "20270715") "X-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n")
                      EVENT("UID:h\r\n" DAYS("20270723", "20270725") "TRANSP:OPAQUE\r\n")),
     "2027-07-23/2027-07-25"},
    {"the plumber from ten to eleven takes no night, a party until half past eleven does, a day written in hours too",
     CALENDAR(EVENT("UID:f\r\nDTSTART:20270703T080000Z\r\nDTEND:20270703T090000Z\r\n")
                  EVENT("UID:g\r\nDTSTART:20270713T180000\r\nDTEND:20270713T233000\r\n")
                      EVENT("UID:h\r\nDTSTART:20270723T000000\r\nDTEND:20270724T235900\r\n")
                          EVENT("UID:i\r\nDTSTART:20270730T100000\r\nDTEND:20270730T100000\r\n")),
     "2027-07-13/2027-07-14 2027-07-23/2027-07-25"},
    {"several events with one UID",
     CALENDAR(EVENT("UID:s\r\n" DAYS("20270110", "20270113")) EVENT("UID:s\r\n" DAYS("20270120", "20270123"))),
     "2027-01-10/2027-01-13 2027-01-20/2027-01-23"},
    {"but an older revision is not one",
     CALENDAR(EVENT("UID:s\r\n" DAYS("20270110", "20270113") "SEQUENCE:1\r\n")
                  EVENT("UID:s\r\n" DAYS("20270111", "20270114") "SEQUENCE:2\r\n")),
     "2027-01-11/2027-01-14"},
    {"every week, four times",
     CALENDAR(EVENT("UID:w\r\n" DAYS("20270205", "20270207") "RRULE:FREQ=WEEKLY;COUNT=4\r\n")),
     "2027-02-05/2027-02-07 2027-02-12/2027-02-14 2027-02-19/2027-02-21 2027-02-26/2027-02-28"},
    {"names have no case", CALENDAR(EVENT("uid:w\r\n" DAYS("20270205", "20270207") "rrule:freq=weekly;count=2\r\n")),
     "2027-02-05/2027-02-07 2027-02-12/2027-02-14"},
    {"begun long ago, ends with a day that is included",
     CALENDAR(EVENT("UID:w\r\n" DAYS("20190104", "20190106") "RRULE:FREQ=WEEKLY;UNTIL=20261211\r\n")),
     "2026-10-30/2026-11-01 2026-11-06/2026-11-08 2026-11-13/2026-11-15 2026-11-20/2026-11-22 2026-11-27/2026-11-29 "
     "2026-12-04/2026-12-06 "
     "2026-12-11/2026-12-13"},
    {"UNTIL in UTC is the event's own day",
     CALENDAR(EVENT("UID:w\r\nDTSTART;TZID=America/Los_Angeles:20270301T060000\r\n"
                    "DTEND;TZID=America/Los_Angeles:20270302T060000\r\nRRULE:FREQ=WEEKLY;UNTIL=20270308T140000Z\r\n")),
     "2027-03-01/2027-03-02 2027-03-08/2027-03-09"},
    {"hours stay the same when the clock changes",
     CALENDAR(
         EVENT("UID:w\r\nDTSTART;TZID=Europe/Berlin:20270326T233000\r\nDTEND;TZID=Europe/Berlin:20270328T003000\r\n"
               "RRULE:FREQ=WEEKLY;COUNT=2\r\n")),
     "2027-03-26/2027-03-28 2027-04-02/2027-04-04"},
    {"without some days, named in any form, the first too",
     CALENDAR(EVENT("UID:w\r\nDTSTART;TZID=\"W. Europe Standard Time\":20270205T150000\r\n"
                    "DTEND;TZID=\"W. Europe Standard Time\":20270206T100000\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\n"
                    "EXDATE;TZID=\"W. Europe Standard Time\":20270205T150000\r\nEXDATE:20270212T140000Z\r\n"
                    "EXDATE;VALUE=DATE:20270219\r\n")),
     "2027-02-26/2027-02-27 2027-03-05/2027-03-06"},
    {"days beside the rule, once each, and periods",
     CALENDAR(EVENT("UID:w\r\n" DAYS(
         "20270205",
         "20270206") "RRULE:FREQ=WEEKLY;COUNT=2\r\n"
                     "RDATE;VALUE=DATE:20270212,20270301\r\nRDATE;VALUE=PERIOD:20270401T120000Z/20270403T080000Z,"
                     "20270410T120000Z/P2D\r\n")),
     "2027-02-05/2027-02-06 2027-02-12/2027-02-13 2027-03-01/2027-03-02 2027-04-01/2027-04-03 2027-04-10/2027-04-12"},
    {"an instance moved, one cancelled, one set free",
     CALENDAR(
         EVENT("UID:m\r\n" DAYS("20270701", "20270703") "RRULE:FREQ=WEEKLY;COUNT=4\r\n")
             EVENT("UID:m\r\nRECURRENCE-ID;VALUE=DATE:20270708\r\n" DAYS("20270709", "20270711")) EVENT(
                 "UID:m\r\nRECURRENCE-ID;VALUE=DATE:20270715\r\n" DAYS("20270715", "20270717") "STATUS:CANCELLED\r\n")
                 EVENT("UID:m\r\nRECURRENCE-ID;VALUE=DATE:20270722\r\n" DAYS("20270722",
                                                                             "20270724") "TRANSP:TRANSPARENT\r\n")),
     "2027-07-01/2027-07-03 2027-07-09/2027-07-11"},
    {"all later ones moved",
     CALENDAR(EVENT("UID:m\r\n" DAYS("20270701", "20270702") "RRULE:FREQ=WEEKLY;COUNT=3\r\n") EVENT(
         "UID:m\r\nRECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270708\r\n" DAYS("20270709", "20270711"))),
     "2027-07-01/2027-07-02 2027-07-09/2027-07-11 2027-07-16/2027-07-18 2027-07-09/2027-07-11"},
    {"a moved instance that the series takes back",
     CALENDAR(EVENT("UID:m\r\n" DAYS("20270701", "20270702") "SEQUENCE:2\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n"
                                                             "EXDATE;VALUE=DATE:20270708\r\n")
                  EVENT("UID:m\r\nSEQUENCE:1\r\nRECURRENCE-ID;VALUE=DATE:20270708\r\n" DAYS("20270708", "20270711"))),
     "2027-07-01/2027-07-02"},
    {"an instance alone",
     CALENDAR(EVENT("UID:m\r\nRECURRENCE-ID;VALUE=DATE:20270708\r\n" DAYS("20270709", "20270711"))),
     "2027-07-09/2027-07-11"},
    {"two calendars in one answer",
     CALENDAR(EVENT("UID:a\r\n" DAYS("20270703", "20270705")))
         CALENDAR(EVENT("UID:b\r\n" DAYS("20270713", "20270715"))),
     "2027-07-03/2027-07-05 2027-07-13/2027-07-15"},
    {"what is long past is nobody's night", CALENDAR(EVENT("UID:a\r\n" DAYS("20250703", "20250705"))), ""},
};

static const char *written(struct arena *arena, const char *json)
{
    const char *text = "";
    json_t *list = json_loads(json, 0, NULL), *night;
    size_t i;
    json_array_foreach(list, i, night)
    {
        const char *from = json_string_value(json_object_get(night, "start"));
        if (from)
            text = arena_printf(arena, "%s%s%s/%s", text, *text ? " " : "", from,
                                json_string_value(json_object_get(night, "end")));
        else
            text = arena_printf(arena, "%s%skeep %s", text, *text ? " " : "",
                                json_string_value(json_object_get(night, "uid")));
    }
    json_decref(list);
    return text;
}

static void events_become_nights(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct error error;
        struct ical_nights nights = {0};
        enum err err = ical_events_json(arena, cases[i].text, &berlin, &nights, &error);
        if (err != OK || nights.problem || !text_eq(written(arena, nights.json), cases[i].nights))
            fail_msg("%s: %s", cases[i].what,
                     err != OK        ? error.message
                     : nights.problem ? nights.problem
                                      : written(arena, nights.json));
        arena_free(arena);
    }
}

/* What cannot be read is said, keeps what was known of it, and does not stop the rest. */
static void what_cannot_be_read_is_a_problem(void **state)
{
    (void)state;
    static const char *const lines[] = {
        DAYS("20270205", "20270207") "RRULE:FREQ=NONSENSE\r\n",
        DAYS("20270205", "20270207") "RRULE:FREQ=WEEKLY;INTERVAL=0\r\n",
        DAYS("20270205", "20270207") "RRULE:FREQ=WEEKLY;UNTIL=soon\r\n",
        DAYS("20270205", "20270207") "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n",
        "DTSTART:20270205T120000\r\nDTEND:20270205T130000\r\nRRULE:FREQ=SECONDLY\r\n",
        DAYS("20270205", "20270207") "RRULE:FREQ=WEEKLY;COUNT=2\r\nEXDATE:never\r\n",
        DAYS("20270205", "20270207") "RDATE;VALUE=DATE:20270301,soon\r\n",
        DAYS("20270205", "20270207") "RECURRENCE-ID:then\r\n",
        "DTSTART;VALUE=DATE:20270230\r\n",
        "DTSTART;VALUE=DATE:5 February\r\n",
        "DTSTART;VALUE=DATE:20270205\r\nDTEND;VALUE=DATE:soon\r\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct arena *arena = arena_new();
        struct error error;
        struct ical_nights nights = {0};
        const char *text = arena_printf(
            arena, CALENDAR(EVENT("UID:bad\r\nSUMMARY:Odd\r\n%s") EVENT("UID:z\r\n" DAYS("20270801", "20270802"))),
            lines[i]);
        assert_int_equal(ical_events_json(arena, text, &berlin, &nights, &error), OK);
        if (!nights.problem || !strstr(nights.problem, "Odd") || !strstr(written(arena, nights.json), "keep bad") ||
            !strstr(written(arena, nights.json), "2027-08-01/2027-08-02"))
            fail_msg("%s: %s", lines[i], nights.problem ? nights.problem : "no problem");
        arena_free(arena);
    }
    /* the hours of an unknown zone are the place's, and somebody hears of it */
    struct arena *arena = arena_new();
    struct error error;
    struct ical_nights nights = {0};
    assert_int_equal(ical_events_json(arena,
                                      CALENDAR(EVENT("UID:a\r\nDTSTART;TZID=Customized:20270205T150000\r\n"
                                                     "DTEND;TZID=Customized:20270207T100000\r\n")),
                                      &berlin, &nights, &error),
                     OK);
    assert_string_equal(written(arena, nights.json), "2027-02-05/2027-02-07");
    assert_non_null(strstr(nights.problem, "time zone"));
    arena_free(arena);
}

static void what_is_no_whole_calendar_is_refused(void **state)
{
    (void)state;
    static const char *const torn[] = {
        "", "<html>404</html>", "BEGIN:VCALENDAR\r\n" EVENT("UID:a\r\nDTSTART;VALUE=DATE:20260703\r\n"),
        "END:VCALENDAR\r\n", CALENDAR("BEGIN:VEVENT\r\nUID:a\r\n" DAYS("20270703", "20270705"))};
    for (size_t i = 0; i < sizeof torn / sizeof *torn; i++) {
        struct arena *arena = arena_new();
        struct error error;
        struct ical_nights nights = {0};
        assert_int_equal(ical_events_json(arena, torn[i], &berlin, &nights, &error), ERR_BAD_INPUT);
        assert_null(nights.json);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_become_nights),
        cmocka_unit_test(what_cannot_be_read_is_a_problem),
        cmocka_unit_test(what_is_no_whole_calendar_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
