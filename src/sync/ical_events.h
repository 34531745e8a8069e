/* Calendars of other portals (RFC 5545) as nights that are taken. */
#ifndef MAITRED_SYNC_ICAL_EVENTS_H
#define MAITRED_SYNC_ICAL_EVENTS_H

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

enum { ICAL_EVENTS_MAX = 5000 };

/* Where the nights are: the zone of the house, and its day of now (YYYY-MM-DD). */
struct ical_place {
    const char *timezone, *today;
};

/* [{"uid","start","end","summary"}], dates of the place, end exclusive: what api.import_ical_events takes.
 * {"uid","keep"} stands for an event that could not be read as a whole: what is known of it from earlier stays. */
struct ical_nights {
    const char *json;
    size_t count;
    const char *problem; /* NULL, or words for what could not be read */
};

/* The nights that a calendar's events take, from a month ago until three years ahead.
 *
 * Recurring events (RRULE, RDATE, EXDATE, EXRULE) are one entry an instance, moved and cancelled instances
 * (RECURRENCE-ID, also RANGE=THISANDFUTURE) are where they were moved to. Of events with one UID all count, except
 * older revisions (SEQUENCE). Cancelled events and those marked free (TRANSP, X-MICROSOFT-CDO-BUSYSTATUS) take no
 * night. An event with hours takes the nights from the day it begins to the day it ends; the last one too when it ends
 * after 22:00; so one within a day takes none unless it lasts into the night. Without an end it takes one night.
 *
 * ERR_BAD_INPUT when the text is no whole calendar, or has more than ICAL_EVENTS_MAX nights to say. */
enum err ical_events_json(struct arena *arena, const char *text, const struct ical_place *place,
                          struct ical_nights *nights, struct error *out) MUST_CHECK;

#endif
