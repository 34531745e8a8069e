/* Calendars that other portals read: /ical/<token>.ics. */
#ifndef MAITRED_SERVE_ICAL_H
#define MAITRED_SERVE_ICAL_H

#include "http/http.h"

extern const struct http_route ical_routes[];

#endif
