#include "jobs/upkeep.h"

#include "base/str.h"
#include "pg/direct.h"

/* Once a day for each tenant: what its modules tidy up (expired holds, tokens, old partitions). */
static enum work_result maintain_tenant(struct job *job, struct error *out)
{
    PGresult *r = NULL;
    PGconn *conn = work_database(job, out);
    if (!conn)
        return WORK_LATER;
    enum err err = direct_query(job->arena, conn,
                                "select prokind from pg_proc where proname = 'maintain_tenant' and pronargs = 0"
                                " and pronamespace = 'app'::regnamespace",
                                0, NULL, &r, out);
    if (err != OK || PQntuples(r) == 0)
        return work_result_of(err);
    return work_result_of(direct_run(
        job->arena, conn,
        text_eq(direct_text(r, 0, 0), "p") ? "call app.maintain_tenant()" : "select app.maintain_tenant()", out));
}

/* Every few minutes for each tenant: holds that ran out, and whatever else its modules do often. */
static enum work_result maintain_often(struct job *job, struct error *out)
{
    PGconn *conn = work_database(job, out);
    return conn ? work_result_of(direct_run(job->arena, conn, "select app.maintain_often()", out)) : WORK_LATER;
}

/* For whoever wants to see that jobs run, and how fast (bench/jobs.sh). */
static enum work_result ping(struct job *job, struct error *out)
{
    (void)job;
    (void)out;
    return WORK_DONE;
}

/* Name, run, longest seconds, most at once, in order. */
const struct job_kind upkeep_kinds[] = {
    {"maintain_often", maintain_often, 120, 0, false},
    {"maintain_tenant", maintain_tenant, 600, 2, false},
    {"ping", ping, 10, 0, false},
    {0},
};
