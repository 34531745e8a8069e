#include "jobs/jobs.h"

#include "base/str.h"
#include "notify/mail.h"
#include "pg/direct.h"

/* Once a day for each tenant: what its modules tidy up (expired holds, tokens, old partitions). */
static enum err maintain_tenant(struct job *job, struct error *out)
{
    PGresult *r = NULL;
    enum err err = direct_query(job->arena, job->conn,
                                "select prokind from pg_proc where proname = 'maintain_tenant' and pronargs = 0"
                                " and pronamespace = 'app'::regnamespace",
                                0, NULL, &r, out);
    if (err != OK || PQntuples(r) == 0)
        return err;
    return direct_run(
        job->arena, job->conn,
        text_eq(direct_text(r, 0, 0), "p") ? "call app.maintain_tenant()" : "select app.maintain_tenant()", out);
}

static enum err send_mail(struct job *job, struct error *out)
{
    return notify_send_mail(job->arena, job->settings, job->payload, out);
}

static enum err send_sms(struct job *job, struct error *out)
{
    return notify_send_sms(job->arena, job->settings, job->payload, out);
}

/* To add a kind: name, handler, longest run in seconds. Payloads are written by app.enqueue and the schedules. */
const struct job_kind job_kinds[] = {
    {"maintain_tenant", maintain_tenant, 600},
    {"send_mail", send_mail, 60},
    {"send_sms", send_sms, 60},
    {NULL, NULL, 0},
};
