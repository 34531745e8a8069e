/* Calendars that other portals read: /ical/<token>.ics. */
#ifndef MAITRED_SYNC_ROUTES_H
#define MAITRED_SYNC_ROUTES_H

#include "http/http.h"

extern const struct http_route sync_routes[];

#endif
