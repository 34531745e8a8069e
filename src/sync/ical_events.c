#include "sync/ical_events.h"

#include "base/encode.h"
#include "base/str.h"
#include "sync/ical_zone.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* libical's own spans of recurring events are not used: all-day events come out a day too long, periods are skipped,
 * and a date that both RRULE and RDATE name comes twice. Only its iterator over a rule is. Everything is counted on the
 * wall clock of the event's own zone, in seconds from 1970 as if that were UTC, and carried to the place's clock last.
 */

enum {
    DAY_S = 86400,
    PAST_DAYS = 31,
    FUTURE_DAYS = 1100,
    MARGIN_DAYS = 400,    /* an instance may be moved into the window, and a long one reaches into it */
    STEPS_MAX = 50000,    /* daily for a hundred years; what repeats by the minute is nobody's stay */
    INSTANCES_MAX = 2500, /* more than the days that are looked at */
    LATE_HOUR = 22,
    UID_MAX_BYTES = 900,
};

struct moment {
    int64_t wall_s;
    bool is_date;
    struct ical_clock clock;
};

struct event {
    icalcomponent *component;
    const char *uid, *summary;
    uint64_t uid_hash;
    struct moment start, instead_of; /* instead_of: RECURRENCE-ID */
    int64_t length_s;
    int sequence;
    bool has_end, takes_nights, is_override, and_later, is_readable;
};

struct reading {
    struct arena *arena;
    icalcomponent *calendar;
    icaltimezone *place;
    int64_t from_s, to_s, steps;
    json_t *list;
    const char *problem, *warning;
};

/* The nights that this event has from an earlier reading stay as they are. */
static void note(struct reading *r, const struct event *event, const char *what)
{
    if (!r->problem)
        r->problem =
            arena_printf(r->arena, "%s (event %s %s): its nights are not all known.", what, event->uid, event->summary);
    if (*event->uid)
        json_array_append_new(r->list, json_pack("{s:s,s:b}", "uid", event->uid, "keep", 1));
}

static int64_t wall_seconds(icaltimetype time)
{
    time.zone = NULL;
    time.is_date = 0;
    return (int64_t)icaltime_as_timet(time);
}

static int64_t day_of(int64_t wall_s)
{
    return wall_s >= 0 ? wall_s / DAY_S : -((-wall_s + DAY_S - 1) / DAY_S);
}

/* false: there is no such day */
static bool moment_of(struct reading *r, icalproperty *property, icaltimetype time, struct moment *moment)
{
    if (icaltime_is_null_time(time) || time.month < 1 || time.month > 12 || time.day < 1 ||
        time.day > icaltime_days_in_month(time.month, time.year) || time.hour > 24)
        return false;
    moment->is_date = time.is_date;
    moment->wall_s = wall_seconds(time);
    moment->clock = (struct ical_clock){0};
    if (time.is_date)
        moment->wall_s = day_of(moment->wall_s) * DAY_S;
    else if (icaltime_is_utc(time))
        moment->clock.is_fixed = true;
    else if (!ical_clock_of(property, r->calendar, &moment->clock))
        r->warning = "A time zone of this calendar is unknown; its hours are taken as those of the house.";
    return true;
}

static int64_t instant_of(const struct reading *r, const struct moment *m)
{
    if (m->clock.is_fixed)
        return m->wall_s - m->clock.ahead_s;
    icaltimetype wall = icaltime_from_timet_with_zone((time_t)m->wall_s, 0, NULL);
    return (int64_t)icaltime_as_timet_with_zone(wall, m->clock.zone ? m->clock.zone : r->place);
}

/* What the clock at the place shows. */
static int64_t place_seconds(const struct reading *r, const struct moment *m)
{
    if (m->is_date || (!m->clock.is_fixed && !m->clock.zone))
        return m->wall_s;
    return wall_seconds(icaltime_from_timet_with_zone((time_t)instant_of(r, m), 0, r->place));
}

static bool is_one_clock(const struct ical_clock *a, const struct ical_clock *b)
{
    return a->zone == b->zone && a->is_fixed == b->is_fixed && a->ahead_s == b->ahead_s;
}

/* Whether an exception names this instance: by the day where one of the two has no hours, else by the instant. */
static bool is_same(const struct reading *r, const struct moment *instance, const struct moment *named)
{
    if (instance->is_date || named->is_date)
        return day_of(instance->wall_s) == day_of(named->wall_s) ||
               (instance->is_date && day_of(instance->wall_s) == day_of(place_seconds(r, named)));
    if (is_one_clock(&instance->clock, &named->clock))
        return instance->wall_s == named->wall_s;
    return instant_of(r, instance) == instant_of(r, named) ||
           (!named->clock.zone && !named->clock.is_fixed && instance->wall_s == named->wall_s);
}

static const char *day_text(struct arena *arena, int64_t day)
{
    icaltimetype t = icaltime_from_timet_with_zone((time_t)(day * DAY_S), 1, NULL);
    return arena_printf(arena, "%04d-%02d-%02d", t.year, t.month, t.day);
}

static void add_nights(struct reading *r, const struct event *event, const struct moment *start, int64_t length_s,
                       bool has_end)
{
    int64_t from, to;
    if (start->is_date) {
        from = day_of(start->wall_s);
        to = from + (length_s >= DAY_S ? length_s / DAY_S : 1);
    } else {
        struct moment end = *start;
        end.wall_s += length_s;
        int64_t start_s = place_seconds(r, start), end_s = place_seconds(r, &end);
        from = day_of(start_s);
        to = day_of(end_s);
        if (!has_end || length_s < 0)
            to = from + 1;
        else if (length_s > 0 && end_s - to * DAY_S >= LATE_HOUR * 3600)
            to++;
    }
    if (to <= from || to * DAY_S < r->from_s || from * DAY_S > r->to_s)
        return;
    const char *from_text = day_text(r->arena, from);
    json_array_append_new(r->list, json_pack("{s:s,s:s,s:s,s:s}", "uid", *event->uid ? event->uid : from_text, "start",
                                             from_text, "end", day_text(r->arena, to), "summary", event->summary));
}

struct instances {
    struct moment *at;
    int64_t *length_s;
    size_t count, room;
};

static void keep_instance(struct reading *r, struct instances *list, const struct moment *at, int64_t length_s)
{
    if (at->wall_s + (length_s > 0 ? length_s : 0) < r->from_s - (int64_t)MARGIN_DAYS * DAY_S ||
        at->wall_s > r->to_s + (int64_t)MARGIN_DAYS * DAY_S)
        return;
    for (size_t i = 0; i < list->count; i++)
        if (is_same(r, &list->at[i], at))
            return;
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 8;
        struct moment *moments = arena_array(r->arena, room, sizeof *moments);
        int64_t *lengths = arena_array(r->arena, room, sizeof *lengths);
        if (list->count) {
            memcpy(moments, list->at, list->count * sizeof *moments);
            memcpy(lengths, list->length_s, list->count * sizeof *lengths);
        }
        *list = (struct instances){moments, lengths, list->count, room};
    }
    list->at[list->count] = *at;
    list->length_s[list->count++] = length_s;
}

/* The rule is asked on the wall clock of the event, and its UNTIL is compared here: libical would compare hours of two
 * zones. */
static void follow_rule(struct reading *r, const struct event *event, struct icalrecurrencetype rule,
                        struct instances *list)
{
    icaltimetype until = rule.until;
    bool has_until = !icaltime_is_null_time(until);
    struct moment last = {.is_date = until.is_date};
    if (has_until) {
        last.wall_s = wall_seconds(until);
        if (!until.is_date && icaltime_is_utc(until)) {
            last.clock.is_fixed = true;
            if (event->start.is_date || !(event->start.clock.is_fixed || event->start.clock.zone))
                last.wall_s = place_seconds(r, &last);
            else if (event->start.clock.is_fixed)
                last.wall_s += event->start.clock.ahead_s;
            else
                last.wall_s =
                    wall_seconds(icaltime_from_timet_with_zone((time_t)last.wall_s, 0, event->start.clock.zone));
        }
        if (last.is_date || event->start.is_date)
            last.wall_s = day_of(last.wall_s) * DAY_S + DAY_S - 1;
    }
    rule.until = icaltime_null_time();
    icaltimetype first = icaltime_from_timet_with_zone((time_t)event->start.wall_s, event->start.is_date, NULL);
    icalrecur_iterator *iterator = icalrecur_iterator_new(rule, first);
    if (!iterator) {
        note(r, event, "A rule of repetition never comes true");
        return;
    }
    int64_t end_s = r->to_s + (int64_t)MARGIN_DAYS * DAY_S;
    for (;;) {
        icaltimetype next = icalrecur_iterator_next(iterator);
        if (icaltime_is_null_time(next))
            break;
        struct moment at = event->start;
        at.wall_s = wall_seconds(next);
        if (at.wall_s > end_s || (has_until && at.wall_s > last.wall_s))
            break;
        if (++r->steps > STEPS_MAX || list->count >= INSTANCES_MAX) {
            note(r, event, "An event repeats too often to be read");
            break;
        }
        keep_instance(r, list, &at, event->length_s);
    }
    icalrecur_iterator_free(iterator);
}

static void follow_dates(struct reading *r, const struct event *event, struct instances *list)
{
    for (icalproperty *p = icalcomponent_get_first_property(event->component, ICAL_RDATE_PROPERTY); p;
         p = icalcomponent_get_next_property(event->component, ICAL_RDATE_PROPERTY)) {
        struct icaldatetimeperiodtype given = icalproperty_get_rdate(p);
        bool is_period = !icalperiodtype_is_null_period(given.period);
        struct moment at, end;
        int64_t length_s = event->length_s;
        if (!moment_of(r, p, is_period ? given.period.start : given.time, &at)) {
            note(r, event, "A date of repetition cannot be read");
            continue;
        }
        if (is_period && !icaltime_is_null_time(given.period.end) && moment_of(r, p, given.period.end, &end))
            length_s = end.wall_s - at.wall_s;
        else if (is_period)
            length_s = icaldurationtype_as_int(given.period.duration);
        keep_instance(r, list, &at, length_s);
    }
}

static bool is_excepted(struct reading *r, icalcomponent *component, const struct moment *at)
{
    for (icalproperty *p = icalcomponent_get_first_property(component, ICAL_EXDATE_PROPERTY); p;
         p = icalcomponent_get_next_property(component, ICAL_EXDATE_PROPERTY)) {
        struct moment named;
        if (moment_of(r, p, icalproperty_get_exdate(p), &named) && is_same(r, at, &named))
            return true;
    }
    return false;
}

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

static bool is_one_uid(const struct event *a, const struct event *b)
{
    return *a->uid && a->uid_hash == b->uid_hash && text_eq(a->uid, b->uid);
}

static const struct event *override_of(struct reading *r, const struct event *events, size_t count,
                                       const struct event *series, const struct moment *at, bool and_later)
{
    const struct event *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct event *o = &events[i];
        if (!o->is_override || o->and_later != and_later || !is_one_uid(o, series))
            continue;
        if (and_later ? at->wall_s >= o->instead_of.wall_s && (!best || best->instead_of.wall_s < o->instead_of.wall_s)
                      : is_same(r, at, &o->instead_of) && (!best || best->sequence <= o->sequence))
            best = o;
    }
    return best;
}

static void add_series(struct reading *r, const struct event *events, size_t count, const struct event *event)
{
    struct instances list = {0}, without = {0};
    keep_instance(r, &list, &event->start, event->length_s);
    for (icalproperty *p = icalcomponent_get_first_property(event->component, ICAL_RRULE_PROPERTY); p;
         p = icalcomponent_get_next_property(event->component, ICAL_RRULE_PROPERTY))
        follow_rule(r, event, icalproperty_get_rrule(p), &list);
    for (icalproperty *p = icalcomponent_get_first_property(event->component, ICAL_EXRULE_PROPERTY); p;
         p = icalcomponent_get_next_property(event->component, ICAL_EXRULE_PROPERTY))
        follow_rule(r, event, icalproperty_get_exrule(p), &without);
    follow_dates(r, event, &list);
    for (size_t i = 0; i < list.count; i++) {
        struct moment at = list.at[i];
        int64_t length_s = list.length_s[i];
        bool has_end = event->has_end, takes = event->takes_nights, is_out = is_excepted(r, event->component, &at);
        for (size_t j = 0; j < without.count && !is_out; j++)
            is_out = is_same(r, &at, &without.at[j]);
        if (is_out || override_of(r, events, count, event, &at, false))
            continue;
        const struct event *later = override_of(r, events, count, event, &at, true);
        if (later) {
            at.wall_s += later->start.wall_s - later->instead_of.wall_s;
            length_s = later->length_s;
            has_end = later->has_end;
            takes = later->takes_nights;
        }
        if (takes)
            add_nights(r, event, &at, length_s, has_end);
    }
}

/* An exception that the series itself takes back later (a higher SEQUENCE with an EXDATE of that day) is gone. */
static bool is_taken_back(struct reading *r, const struct event *events, size_t count, const struct event *override)
{
    for (size_t i = 0; i < count; i++)
        if (!events[i].is_override && is_one_uid(&events[i], override) && events[i].sequence > override->sequence &&
            is_excepted(r, events[i].component, &override->instead_of))
            return true;
    return false;
}

static bool is_superseded(const struct event *events, size_t count, const struct event *event)
{
    for (size_t i = 0; i < count; i++)
        if (events[i].is_override == event->is_override && is_one_uid(&events[i], event) &&
            events[i].sequence > event->sequence &&
            (!event->is_override || events[i].instead_of.wall_s == event->instead_of.wall_s))
            return true;
    return false;
}

/* jansson takes UTF-8 only; a portal that writes Latin-1 must not lose its nights for a name. */
static const char *clean_text(struct arena *arena, const char *text, size_t most)
{
    char *copy = arena_strndup(arena, text ? text : "", text ? strnlen(text, most) : 0);
    if (!text_is_utf8(str_of(copy)))
        for (char *c = copy; *c; c++)
            if ((unsigned char)*c > 126)
                *c = '?';
    return copy;
}

static bool is_free(icalcomponent *component)
{
    icalproperty *p = icalcomponent_get_first_property(component, ICAL_TRANSP_PROPERTY);
    if (p && icalproperty_get_transp(p) == ICAL_TRANSP_TRANSPARENT)
        return true;
    for (p = icalcomponent_get_first_property(component, ICAL_X_PROPERTY); p;
         p = icalcomponent_get_next_property(component, ICAL_X_PROPERTY)) {
        const char *name = icalproperty_get_x_name(p), *value = icalproperty_get_x(p);
        if (name && value && strcasecmp(name, "X-MICROSOFT-CDO-BUSYSTATUS") == 0 && strcasecmp(value, "FREE") == 0)
            return true;
    }
    return false;
}

/* libical takes away what it cannot read and leaves a word about it. */
static bool has_unreadable_time(icalcomponent *component)
{
    static const char *const names[] = {"RRULE",         "RDATE",   "EXDATE", "EXRULE",
                                        "RECURRENCE-ID", "DTSTART", "DTEND",  "DURATION"};
    for (icalproperty *p = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY); p;
         p = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY)) {
        const char *words = icalproperty_get_xlicerror(p);
        for (size_t i = 0; words && i < sizeof names / sizeof *names; i++) {
            char name[32];
            snprintf(name, sizeof name, " %s property", names[i]);
            if (strstr(words, name))
                return true;
        }
    }
    return false;
}

static void read_event(struct reading *r, icalcomponent *component, bool all_cancelled, struct event *event)
{
    icalproperty *start = icalcomponent_get_first_property(component, ICAL_DTSTART_PROPERTY);
    icalproperty *end = icalcomponent_get_first_property(component, ICAL_DTEND_PROPERTY);
    icalproperty *duration = icalcomponent_get_first_property(component, ICAL_DURATION_PROPERTY);
    icalproperty *instead = icalcomponent_get_first_property(component, ICAL_RECURRENCEID_PROPERTY);
    icalproperty *sequence = icalcomponent_get_first_property(component, ICAL_SEQUENCE_PROPERTY);
    bool cancelled = all_cancelled || icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED;
    struct moment last;
    *event = (struct event){.component = component,
                            .uid = clean_text(r->arena, icalcomponent_get_uid(component), UID_MAX_BYTES),
                            .summary = clean_text(r->arena, icalcomponent_get_summary(component), 500),
                            .sequence = sequence ? icalproperty_get_sequence(sequence) : 0,
                            .takes_nights = !cancelled && !is_free(component)};
    event->uid_hash = hash_of(event->uid);
    if (event->takes_nights && has_unreadable_time(component))
        note(r, event, "A time or a rule of repetition cannot be read");
    if (instead) {
        event->is_override = moment_of(r, instead, icalproperty_get_recurrenceid(instead), &event->instead_of);
        icalparameter *range = icalproperty_get_first_parameter(instead, ICAL_RANGE_PARAMETER);
        event->and_later = range && icalparameter_get_range(range) == ICAL_RANGE_THISANDFUTURE;
    }
    if (!start)
        return; /* nothing to hold; libical's word about one that it could not read is noted above */
    if (!moment_of(r, start, icalproperty_get_dtstart(start), &event->start)) {
        if (event->takes_nights)
            note(r, event, "An event begins on a day that there is not");
        return;
    }
    event->is_readable = true;
    if (end && moment_of(r, end, icalproperty_get_dtend(end), &last)) {
        event->has_end = true;
        event->length_s = event->start.is_date || last.is_date
                              ? (day_of(place_seconds(r, &last)) - day_of(place_seconds(r, &event->start))) * DAY_S
                              : last.wall_s - event->start.wall_s;
        if (!event->start.is_date && !last.is_date && !is_one_clock(&last.clock, &event->start.clock))
            event->length_s = instant_of(r, &last) - instant_of(r, &event->start);
    } else if (duration) {
        event->has_end = true;
        event->length_s = icaldurationtype_as_int(icalproperty_get_duration(duration));
    }
}

static void read_calendar(struct reading *r, icalcomponent *calendar)
{
    size_t count = (size_t)icalcomponent_count_components(calendar, ICAL_VEVENT_COMPONENT), n = 0;
    struct event *events = arena_array(r->arena, count + 1, sizeof *events);
    bool all_cancelled = icalcomponent_get_method(calendar) == ICAL_METHOD_CANCEL;
    r->calendar = calendar;
    for (icalcomponent *c = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); c && n < count;
         c = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT))
        read_event(r, c, all_cancelled, &events[n++]);
    for (size_t i = 0; i < n; i++) {
        const struct event *event = &events[i];
        if (!event->is_readable || is_superseded(events, n, event))
            continue;
        if (!event->is_override)
            add_series(r, events, n, event);
        else if (event->takes_nights && !is_taken_back(r, events, n, event))
            add_nights(r, event, &event->start, event->length_s, event->has_end);
    }
}

/* libical takes what it can of a torn text; nights that the missing half held would be given back. */
static bool is_whole(const char *text)
{
    size_t begun = 0, ended = 0, inside = 0;
    for (const char *at = text; (at = strstr(at, "BEGIN:VCALENDAR")); at++)
        begun++;
    for (const char *at = text; (at = strstr(at, "END:VCALENDAR")); at++)
        ended++;
    for (const char *at = text; (at = strstr(at, "BEGIN:VEVENT")); at++)
        inside++;
    for (const char *at = text; (at = strstr(at, "END:VEVENT")); at++)
        inside--;
    return begun > 0 && begun == ended && inside == 0;
}

enum err ical_events_json(struct arena *arena, const char *text, const struct ical_place *place,
                          struct ical_nights *nights, struct error *out)
{
    struct reading r = {.arena = arena, .place = ical_zone_named(place->timezone)};
    icaltimetype today = icaltime_null_time();
    if (sscanf(place->today, "%d-%d-%d", &today.year, &today.month, &today.day) != 3)
        return error_set(out, arena, ERR_BAD_INPUT, "%s is no day.", place->today);
    if (!r.place)
        r.place = icaltimezone_get_utc_timezone();
    r.from_s = wall_seconds(today) - (int64_t)PAST_DAYS * DAY_S;
    r.to_s = wall_seconds(today) + (int64_t)FUTURE_DAYS * DAY_S;
    icalcomponent *calendar = is_whole(text) ? icalparser_parse_string(strstr(text, "BEGIN:VCALENDAR")) : NULL;
    if (!calendar || (icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT &&
                      icalcomponent_isa(calendar) != ICAL_XROOT_COMPONENT)) {
        if (calendar)
            icalcomponent_free(calendar);
        return error_set(out, arena, ERR_BAD_INPUT, "The answer is not a whole calendar.");
    }
    r.list = json_array();
    if (icalcomponent_isa(calendar) == ICAL_VCALENDAR_COMPONENT)
        read_calendar(&r, calendar);
    else
        for (icalcomponent *c = icalcomponent_get_first_component(calendar, ICAL_VCALENDAR_COMPONENT); c;
             c = icalcomponent_get_next_component(calendar, ICAL_VCALENDAR_COMPONENT))
            read_calendar(&r, c);
    size_t count = json_array_size(r.list);
    char *written = json_dumps(r.list, JSON_COMPACT);
    *nights =
        (struct ical_nights){arena_strdup(arena, written ? written : "[]"), count, r.problem ? r.problem : r.warning};
    free(written);
    json_decref(r.list);
    icalcomponent_free(calendar);
    if (count > ICAL_EVENTS_MAX)
        return error_set(out, arena, ERR_BAD_INPUT, "The calendar has more than %d events to come.", ICAL_EVENTS_MAX);
    return OK;
}
