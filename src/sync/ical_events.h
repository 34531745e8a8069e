/* Calendars of other portals (RFC 5545) as nights that are taken. */
#ifndef MAITRED_SYNC_ICAL_EVENTS_H
#define MAITRED_SYNC_ICAL_EVENTS_H

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

/* [{"uid","start","end","summary"}] of the calendar's events, dates, end exclusive: what api.import_ical_events takes.
 * Cancelled events are left out; an event with times takes the nights between its days, at least one. ERR_BAD_INPUT
 * when the text is no whole calendar. */
enum err ical_events_json(struct arena *arena, const char *text, const char **json, size_t *count,
                          struct error *out) MUST_CHECK;

#endif
