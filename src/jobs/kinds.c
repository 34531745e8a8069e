#include "jobs/jobs.h"

#include "base/str.h"
#include "notify/mail.h"
#include "pg/direct.h"
#include "sync/ical.h"

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

/* Every few minutes for each tenant: holds that ran out, and whatever else its modules do often. */
static enum err maintain_often(struct job *job, struct error *out)
{
    return direct_run(job->arena, job->conn, "select app.maintain_often()", out);
}

/* Enqueued by app.often_stays() while calendars are due. */
static enum err sync_calendars(struct job *job, struct error *out)
{
    return sync_ical(job->arena, job->settings, job->conn, out);
}

static enum err send_mail(struct job *job, struct error *out)
{
    return notify_send_mail(job->arena, job->settings, job->id, job->payload, out);
}

static enum err send_sms(struct job *job, struct error *out)
{
    return notify_send_sms(job->arena, job->settings, job->payload, out);
}

/* Enqueued by erase_customer(): the messages on disk that name the person. */
static enum err erase_outbox(struct job *job, struct error *out)
{
    return notify_erase_outbox(job->arena, job->settings, job->payload, out);
}

/* What app.notify() asked for becomes one job a channel, so that a mail that went out is not sent again because the
 * text message failed. Chat channels are the bots' business. */
static enum err notify(struct job *job, struct error *out)
{
    static const char *const sql =
        "with told as (select $1::jsonb as p),"
        " whom as (select coalesce(u.email, c.email) as email, coalesce(u.phone, c.phone) as phone from told"
        "   left join users u on u.id = (p ->> 'user_id')::uuid and u.deleted_at is null"
        "   left join customers c on c.id = (p ->> 'customer_id')::uuid and c.deleted_at is null),"
        " text as (select concat_ws(E'\\n\\n', p ->> 'message', p ->> 'link') as body from told)"
        " insert into maitred.jobs (tenant, kind, payload)"
        " select current_schema(), 'send_mail', jsonb_build_object('to', email, 'subject', p ->> 'title', 'text', body)"
        " from told, whom, text where email is not null and p -> 'channels' ? 'email'"
        " union all"
        " select current_schema(), 'send_sms', jsonb_build_object('to', phone, 'text', concat_ws(': ', p ->> 'title', "
        "body))"
        " from told, whom, text where phone is not null and p -> 'channels' ? 'sms'";
    const char *const values[] = {job->payload_text};
    return direct_query(job->arena, job->conn, sql, 1, values, NULL, out);
}

/* To add a kind: name, handler, longest run in seconds. Payloads are written by app.enqueue and the schedules. */
const struct job_kind job_kinds[] = {
    {"erase_outbox", erase_outbox, 60},
    {"maintain_often", maintain_often, 120},
    {"maintain_tenant", maintain_tenant, 600},
    {"notify", notify, 30},
    {"send_mail", send_mail, 60},
    {"send_sms", send_sms, 60},
    {"sync_ical", sync_calendars, 600},
    {NULL, NULL, 0},
};
