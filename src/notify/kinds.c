#include "notify/kinds.h"

#include "notify/mail.h"

static enum work_result send_mail(struct job *job, struct error *out)
{
    return work_result_of(notify_send_mail(job->arena, job->settings, job->id, job->payload, &job->later_at_s, out));
}

static enum work_result send_sms(struct job *job, struct error *out)
{
    return work_result_of(notify_send_sms(job->arena, job->settings, job->payload, &job->later_at_s, out));
}

/* Enqueued by erase_customer(): the messages on disk that name the person. */
static enum work_result erase_outbox(struct job *job, struct error *out)
{
    return work_result_of(notify_erase_outbox(job->arena, job->settings, job->payload, out));
}

/* What app.notify() asked for becomes one job a channel. */
static enum work_result notify(struct job *job, struct error *out)
{
    return work_sql(job, "select app.send_notification($1::jsonb)", out);
}

/* Name, run, longest seconds, most at once, in order. */
const struct job_kind notify_kinds[] = {
    {"erase_outbox", erase_outbox, 60, 1, false},
    {"notify", notify, 30, 0, false},
    {"send_mail", send_mail, 60, 0, false},
    {"send_sms", send_sms, 60, 0, false},
    {0},
};
