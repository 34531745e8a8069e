#include "sync/kinds.h"

#include "sync/ical.h"

/* Enqueued by app.often_stays() while calendars are due. */
static enum work_result sync_calendars(struct job *job, struct error *out)
{
    PGconn *conn = work_database(job, out);
    return conn ? work_result_of(sync_ical(job->arena, job->settings, conn, out)) : WORK_LATER;
}

/* Name, run, longest seconds, most at once (portals are slow: two threads wait for them, not all), in order. */
const struct job_kind sync_kinds[] = {
    {"sync_ical", sync_calendars, 600, 2, false},
    {0},
};
