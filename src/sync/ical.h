/* Nights that are taken on other portals. */
#ifndef MAITRED_SYNC_ICAL_H
#define MAITRED_SYNC_ICAL_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"

#include <libpq-fe.h>

/* Fetches the calendars of the tenant in search_path that are due, and imports them. One that fails says so in its own
 * row and does not stop the others: an error means that the database failed. Blocks up to ten seconds a calendar.
 */
enum err sync_ical(struct arena *arena, const struct settings *settings, PGconn *conn, struct error *out) MUST_CHECK;

#endif
