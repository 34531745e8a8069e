#include "sync/ical_events.h"

#include "base/str.h"

#include <jansson.h>
#include <libical/ical.h>
#include <stdlib.h>

static const char *day_text(struct arena *arena, icaltimetype day)
{
    return arena_printf(arena, "%04d-%02d-%02d", day.year, day.month, day.day);
}

/* Nights run from the day one comes to the day one leaves, whatever the hours. */
static void add_event(struct arena *arena, icalcomponent *event, json_t *list)
{
    const char *uid = icalcomponent_get_uid(event);
    const char *summary = icalcomponent_get_summary(event);
    icaltimetype start = icalcomponent_get_dtstart(event);
    icaltimetype end = icalcomponent_get_dtend(event);
    if (icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED || icaltime_is_null_time(start) ||
        !icaltime_is_valid_time(start))
        return;
    start.is_date = 1;
    end.is_date = 1;
    if (icaltime_is_null_time(end) || icaltime_compare_date_only(end, start) <= 0) {
        end = start;
        icaltime_adjust(&end, 1, 0, 0, 0);
    }
    const char *from = day_text(arena, start);
    /* a portal that forgets the UID means one event a first night */
    json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "uid", uid && *uid ? uid : from, "start", from, "end",
                                          day_text(arena, end), "summary", summary ? summary : ""));
}

enum err ical_events_json(struct arena *arena, const char *text, const char **json, size_t *count, struct error *out)
{
    /* libical takes what it can of a torn text; nights that the missing half held would be given back */
    const char *first = strstr(text, "BEGIN:VCALENDAR");
    icalcomponent *calendar = first && strstr(first, "END:VCALENDAR") ? icalparser_parse_string(text) : NULL;
    if (!calendar || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT) {
        if (calendar)
            icalcomponent_free(calendar);
        return error_set(out, arena, ERR_BAD_INPUT, "The answer is not a whole calendar.");
    }
    json_t *list = json_array();
    for (icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT))
        add_event(arena, event, list);
    char *written = json_dumps(list, JSON_COMPACT);
    *count = json_array_size(list);
    *json = arena_strdup(arena, written ? written : "[]");
    free(written);
    json_decref(list);
    icalcomponent_free(calendar);
    return OK;
}
