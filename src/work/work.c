#include "work/work.h"

#include "base/json_kept.h"
#include "pg/direct.h"
#include "work/session.h"

#include <stdlib.h>

enum work_result work_result_of(enum err err)
{
    return err == OK ? WORK_DONE : err == ERR_BAD_INPUT ? WORK_NEVER : WORK_LATER;
}

PGconn *work_database(struct job *job, struct error *out)
{
    return work_session_enter(job->session, job, out);
}

enum work_result work_sql(struct job *job, const char *sql, struct error *out)
{
    const char *const values[] = {job->payload_text};
    PGconn *conn = work_database(job, out);
    return conn ? work_result_of(direct_query(job->arena, conn, sql, 1, values, NULL, out)) : WORK_LATER;
}

enum work_result work_ask(struct job *job, const char *sql, int count, const char *const *values, json_t **value,
                          struct error *out)
{
    PGconn *conn = work_database(job, out);
    PGresult *result = NULL;
    if (!conn || direct_query(job->arena, conn, sql, count, values, &result, out) != OK)
        return WORK_LATER;
    if (!value)
        return WORK_DONE;
    *value = NULL;
    if (PQntuples(result) && !PQgetisnull(result, 0, 0))
        *value = json_kept(job->arena, json_loads(direct_text(result, 0, 0), JSON_DECODE_ANY, NULL));
    return WORK_DONE;
}

const char *work_written(struct job *job, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *kept = arena_strdup(job->arena, text ? text : "null");
    free(text);
    return kept;
}
