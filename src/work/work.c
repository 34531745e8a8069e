#include "work/work.h"

#include "pg/direct.h"
#include "work/session.h"

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
