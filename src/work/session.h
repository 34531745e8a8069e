/* A worker thread's session in the database: one connection, lent to one job after another. For src/jobs. */
#ifndef MAITRED_WORK_SESSION_H
#define MAITRED_WORK_SESSION_H

#include "work/work.h"

struct work_session {
    const char *conninfo; /* the owner's */
    PGconn *conn;         /* NULL: not opened yet, or lost */
    bool lent;            /* the job under way has it */
};

/* Opens it if need be and makes it the job's. See work_database. */
PGconn *work_session_enter(struct work_session *session, struct job *job, struct error *out);

/* The job is over: nothing of it is left in the session. A connection that cannot promise that is closed. */
void work_session_leave(struct work_session *session, struct arena *arena);

void work_session_release(struct work_session *session);

#endif
