#include "incoming/incoming.h"

/* An event of the provider test: there is nothing to do about it. */
static enum work_result hook_test(struct job *job, struct error *out)
{
    return work_sql(job, "select app.hook_handled(($1::jsonb ->> 'received_id')::uuid)", out);
}

/* Name, run, longest seconds, most at once, in order. Kinds of partners' events stand with the partners. */
const struct job_kind incoming_kinds[] = {
    {"hook_test", hook_test, 30, 0, false},
    {0},
};
