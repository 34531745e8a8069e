#include "print/kinds.h"

#include "base/json_kept.h"
#include "pg/direct.h"
#include "print/deliver.h"
#include "print/render.h"
#include "print/take.h"

enum { SECONDS = 300, AT_ONCE = 8 };

static enum work_result tell(struct job *job, const char *job_id, const struct deliver_answer *answer,
                             struct error *out)
{
    const char *const values[] = {job_id, answer->outcome, answer->status, answer->text};
    return work_ask(job, "select app.print_told($1::uuid, $2, $3, $4)", 4, values, NULL, out);
}

/* Draws one and sends it. Between the taking, which is committed, and the telling this process may be killed: the job
 * is taken again then, and says on its paper that it may have been printed before. */
static enum work_result print_one(struct job *job, const struct print_taken *taken, bool *go_on, struct error *out)
{
    struct buf bytes;
    struct deliver_answer answer = {.outcome = "failed", .status = NULL};
    int unknown_glyphs;
    struct error error;
    buf_init(&bytes, ESCPOS_BYTES_MAX);
    if (render_now(job->arena, RENDER_ESCPOS, taken->document, &taken->printer, &bytes, &unknown_glyphs, &error) != OK)
        answer.text = error.message;
    else
        deliver(job->arena, job->settings, taken->address ? taken->address : "", taken->port,
                str_n(bytes.at, bytes.len), &answer);
    buf_release(&bytes);
    *go_on = text_eq(answer.outcome, "printed") || text_eq(answer.outcome, "failed");
    return tell(job, taken->job_id, &answer, out);
}

/* {"printer_id"}: all that this printer has to print, one after the other, until it cannot. Who cannot is asked again
 * by another job (app.wake_printer). */
static enum work_result print_queue(struct job *job, struct error *out)
{
    PGconn *conn = work_database(job, out);
    const char *const values[] = {json_text_at(job->payload, "printer_id")};
    enum work_result result = conn ? WORK_DONE : WORK_LATER;
    for (bool go_on = true; result == WORK_DONE && go_on;) {
        PGresult *row = NULL;
        struct print_taken taken;
        if (direct_query(job->arena, conn, "select app.print_take($1::uuid)", 1, values, &row, out) != OK)
            return WORK_LATER;
        print_taken_read(job->arena, PQgetisnull(row, 0, 0) ? NULL : direct_text(row, 0, 0), &taken);
        if (!taken.job_id)
            return WORK_DONE;
        result = print_one(job, &taken, &go_on, out);
    }
    return result;
}

/* {"printer_id"}: what has waited for too long goes to another printer. */
static enum work_result print_watch(struct job *job, struct error *out)
{
    return work_sql(job, "select app.print_fall_over(($1::jsonb ->> 'printer_id')::uuid)", out);
}

/* Name, run, longest seconds, most at once, in order (a printer takes one connection at a time). */
const struct job_kind print_kinds[] = {
    {"print", print_queue, SECONDS, AT_ONCE, true},
    {"print_watch", print_watch, 30, 0, false},
    {0},
};
