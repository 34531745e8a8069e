#include "jobs/desk.h"

#include "base/encode.h"
#include "base/str.h"
#include "pg/direct.h"

static const char *value_or_null(const PGresult *r, int row, int column)
{
    return PQgetisnull(r, row, column) ? NULL : PQgetvalue(r, row, column);
}

/* The columns of maitred.job_list(). */
static void read_row(const PGresult *r, int i, struct job_row *row)
{
    *row = (struct job_row){.id = direct_text(r, i, 0),
                            .tenant = value_or_null(r, i, 1),
                            .kind = direct_text(r, i, 2),
                            .lane = value_or_null(r, i, 3),
                            .status = direct_text(r, i, 4),
                            .run_at = direct_text(r, i, 5),
                            .attempts = direct_text(r, i, 6),
                            .max_attempts = direct_text(r, i, 7),
                            .last_error = value_or_null(r, i, 8),
                            .created_at = direct_text(r, i, 9),
                            .payload = direct_text(r, i, 10)};
}

enum err jobs_list(struct arena *arena, PGconn *conn, const struct jobs_filter *filter, struct job_row **rows,
                   size_t *count, struct error *out)
{
    const char *const values[] = {filter->status, filter->kind, filter->tenant,
                                  arena_printf(arena, "%d", filter->limit > 0 ? filter->limit : 100)};
    PGresult *r = NULL;
    enum err err = direct_query(arena, conn, "select * from maitred.job_list($1, $2, $3, $4)", 4, values, &r, out);
    if (err != OK)
        return err;
    struct job_row *list = arena_array(arena, (size_t)PQntuples(r) + 1, sizeof *list);
    for (int i = 0; i < PQntuples(r); i++)
        read_row(r, i, &list[i]);
    *rows = list;
    *count = (size_t)PQntuples(r);
    return OK;
}

static enum err change(struct arena *arena, PGconn *conn, const char *sql, const char *id, const char *refusal,
                       struct job_row *row, struct error *out)
{
    const char *const values[] = {id};
    PGresult *done = NULL, *r = NULL;
    if (!text_is_uuid(str_of(id)))
        return error_set(out, arena, ERR_NOT_FOUND, "There is no job %s.", id);
    enum err err = direct_query(arena, conn, sql, 1, values, &done, out);
    if (err != OK && direct_is(out, "23505"))
        return error_set(out, arena, ERR_CONFLICT, "A newer job with the same key waits already.");
    if (err == OK)
        err = direct_query(arena, conn, "select * from maitred.job_list(null, null, null, 1, $1)", 1, values, &r, out);
    if (err != OK)
        return err;
    if (PQntuples(r) == 0)
        return error_set(out, arena, ERR_NOT_FOUND, "There is no job %s.", id);
    read_row(r, 0, row);
    return text_eq(direct_text(done, 0, 0), "t")
               ? OK
               : error_set(out, arena, ERR_CONFLICT, "A job that is %s %s.", row->status, refusal);
}

enum err jobs_retry(struct arena *arena, PGconn *conn, const char *id, struct job_row *row, struct error *out)
{
    return change(arena, conn, "select maitred.job_retry($1)", id, "cannot run again", row, out);
}

enum err jobs_cancel(struct arena *arena, PGconn *conn, const char *id, struct job_row *row, struct error *out)
{
    return change(arena, conn, "select maitred.job_cancel($1)", id, "cannot be taken back", row, out);
}

void jobs_write_json(struct json_writer *w, const struct job_row *row)
{
    json_open(w, '{');
    json_member(w, "id", row->id);
    json_member(w, "tenant", row->tenant);
    json_member(w, "kind", row->kind);
    json_member(w, "lane", row->lane);
    json_member(w, "status", row->status);
    json_member(w, "run_at", row->run_at);
    json_key(w, "attempts");
    json_raw(w, str_of(row->attempts));
    json_key(w, "max_attempts");
    json_raw(w, str_of(row->max_attempts));
    json_member(w, "last_error", row->last_error);
    json_member(w, "created_at", row->created_at);
    json_key(w, "payload");
    json_raw(w, str_of(row->payload));
    json_close(w, '}');
}
