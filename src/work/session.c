#include "work/session.h"

#include "pg/direct.h"

void work_session_release(struct work_session *session)
{
    PQfinish(session->conn);
    session->conn = NULL;
    session->lent = false;
}

PGconn *work_session_enter(struct work_session *session, struct job *job, struct error *out)
{
    if (session->lent && PQstatus(session->conn) == CONNECTION_OK)
        return session->conn;
    if (session->conn && PQstatus(session->conn) != CONNECTION_OK)
        work_session_release(session);
    if (!session->conn && direct_open(job->arena, session->conninfo, &session->conn, out) != OK)
        return NULL;
    const char *path = job->tenant ? direct_tenant_path(job->arena, job->tenant) : "maitred, api, app, public, pg_temp";
    const char *const values[] = {path, arena_printf(job->arena, "%ds", job->seconds),
                                  job->tenant ? "{\"role\":\"service_role\"}" : ""};
    if (direct_query(job->arena, session->conn,
                     "select set_config('search_path', $1, false), set_config('statement_timeout', $2, false),"
                     " set_config('request.jwt.claims', $3, false)",
                     3, values, NULL, out) != OK) {
        work_session_release(session);
        return NULL;
    }
    session->lent = true;
    return session->conn;
}

void work_session_leave(struct work_session *session, struct arena *arena)
{
    struct error ignored;
    if (!session->lent)
        return;
    session->lent = false;
    if (PQtransactionStatus(session->conn) != PQTRANS_IDLE) /* a run that failed in the middle of one */
        (void)!direct_run(arena, session->conn, "rollback", &ignored);
    if (PQtransactionStatus(session->conn) != PQTRANS_IDLE ||
        direct_run(arena, session->conn, "reset all; select pg_advisory_unlock_all()", &ignored) != OK)
        work_session_release(session);
}
