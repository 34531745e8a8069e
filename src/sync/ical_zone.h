/* Which clock a calendar's time is on. */
#ifndef MAITRED_SYNC_ICAL_ZONE_H
#define MAITRED_SYNC_ICAL_ZONE_H

#include "base/arena.h"

#include <libical/ical.h>
#include <stdbool.h>

/* A zone with rules of its own, a fixed distance from UTC, or (neither) the clock of the place itself. */
struct ical_clock {
    icaltimezone *zone;
    int ahead_s;
    bool is_fixed;
};

/* The clock of a DTSTART, DTEND, RECURRENCE-ID, RDATE or EXDATE: its TZID by the calendar's own VTIMEZONE, by IANA's
 * name, by Windows' name (Outlook and Exchange, also those that number their copies: "GMT Standard Time 1"), or as a
 * distance in the name ("(UTC+01:00) …", "GMT+0100"). False when the name says nothing: then it is the place's clock.
 */
bool ical_clock_of(icalproperty *property, icalcomponent *calendar, struct ical_clock *clock);

/* The zone of the place; NULL when its name is unknown here. */
icaltimezone *ical_zone_named(const char *name);

#endif
