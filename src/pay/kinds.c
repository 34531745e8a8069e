#include "pay/kinds.h"

/* Enqueued when a refund of an online payment is asked for. No provider is connected yet, so a person gives the money
 * back: the row says so, and stays owed until somebody confirms it (app.hand_over_refund). */
static enum work_result refund_payment(struct job *job, struct error *out)
{
    return work_sql(job, "select app.hand_over_refund($1::jsonb)", out);
}

/* Name, run, longest seconds, most at once, in order (what happens to one payment happens one after the other). */
const struct job_kind pay_kinds[] = {
    {"refund_payment", refund_payment, 60, 0, true},
    {0},
};
