#include "jobs/queue.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/str.h"
#include "pg/direct.h"

#include <assert.h>
#include <stdlib.h>

enum {
    HOLD_MAX_S = 60, /* a worker that died loses its jobs within this time, however long their kind may run */
    HOLD_SPARE_S = 30,
    ARRAY_MAX_BYTES = 1 << 20,
    FINISHED_MAX_BYTES = 64 << 20,
    REASON_MAX_BYTES = 4000,
};

void kinds_gather(struct kinds *kinds, const struct job_kind *const *tables)
{
    kinds->count = 0;
    for (; *tables; tables++)
        for (const struct job_kind *kind = *tables; kind->name; kind++) {
            assert(kinds->count < KINDS_MAX);
            kinds->kind[kinds->count++] = kind;
        }
}

static size_t find_kind(const struct kinds *kinds, const char *name)
{
    size_t k = 0;
    while (k < kinds->count && !text_eq(kinds->kind[k]->name, name))
        k++;
    assert(k < kinds->count); /* we asked for these kinds alone */
    return k;
}

void piece_free(struct piece *list)
{
    for (struct piece *next; list; list = next) {
        next = list->next;
        arena_free(list->arena);
    }
}

int queue_hold_s(const struct job_kind *kind)
{
    return kind->seconds + HOLD_SPARE_S < HOLD_MAX_S ? kind->seconds + HOLD_SPARE_S : HOLD_MAX_S;
}

/* --- Values for PostgreSQL ---------------------------------------------------------------------------------------- */

/* Names are plain words and ids are plain hex: neither needs quotes in an array. */
static const char *array_end(struct arena *arena, struct buf *text)
{
    buf_char(text, '}');
    const char *copy = arena_strdup(arena, buf_cstr(text));
    buf_release(text);
    return copy;
}

static const char *names_array(struct arena *arena, const struct kinds *kinds, const int *room)
{
    struct buf text;
    buf_init(&text, ARRAY_MAX_BYTES);
    buf_char(&text, '{');
    for (size_t k = 0; k < kinds->count; k++)
        if (!room || room[k] > 0)
            buf_printf(&text, "%s%s", text.len > 1 ? "," : "", kinds->kind[k]->name);
    return array_end(arena, &text);
}

static const char *numbers_array(struct arena *arena, const struct kinds *kinds, const int *room, bool holds)
{
    struct buf text;
    buf_init(&text, ARRAY_MAX_BYTES);
    buf_char(&text, '{');
    for (size_t k = 0; k < kinds->count; k++)
        if (room[k] > 0)
            buf_printf(&text, "%s%d", text.len > 1 ? "," : "", holds ? queue_hold_s(kinds->kind[k]) : room[k]);
    return array_end(arena, &text);
}

static void add_id(struct buf *ids, const struct piece *piece)
{
    buf_printf(ids, "%s%s", ids->len > 1 ? "," : "", piece->job.id);
}

/* The reason as the row keeps it. It may repeat what somebody's server answered: one byte that is no text must not keep
 * the others of the batch from being finished. */
static const char *reason_of(struct arena *arena, const struct error *failure)
{
    if (!failure->message)
        return "no reason was given";
    char *reason = failure->details ? arena_printf(arena, "%s (%s)", failure->message, failure->details)
                                    : arena_strdup(arena, failure->message);
    if (!text_is_utf8(str_of(reason)))
        for (char *p = reason; *p; p++)
            if ((unsigned char)*p >= 0x80)
                *p = '?';
    return error_text_cut(arena, reason, REASON_MAX_BYTES);
}

/* What maitred.job_finish reads. The instant a run named becomes a span by the clock that named it, so that a worker
 * whose clock is wrong still waits for the right time. */
static const char *finished_json(struct arena *arena, const struct piece *finished)
{
    static const char *const words[] = {[WORK_DONE] = "done", [WORK_NEVER] = "never", [WORK_LATER] = "later"};
    struct buf text;
    buf_init(&text, FINISHED_MAX_BYTES);
    struct json_writer w = json_writer(&text);
    json_open(&w, '[');
    for (const struct piece *piece = finished; piece; piece = piece->next) {
        json_open(&w, '{');
        json_member(&w, "id", piece->job.id);
        json_key(&w, "attempt");
        json_int(&w, piece->job.attempt);
        json_member(&w, "result", words[piece->result]);
        if (piece->result != WORK_DONE) {
            json_member(&w, "reason", reason_of(arena, &piece->failure));
            json_key(&w, "in_s");
            json_int(&w, piece->job.later_at_s ? piece->job.later_at_s - clock_now_s() : 0);
        }
        json_close(&w, '}');
    }
    json_close(&w, ']');
    const char *copy = arena_strdup(arena, buf_cstr(&text));
    buf_release(&text);
    return copy;
}

/* --- Taking and finishing ----------------------------------------------------------------------------------------- */

static const char *copy_or_null(struct arena *arena, const PGresult *r, int row, int column)
{
    return PQgetisnull(r, row, column) ? NULL : arena_strdup(arena, PQgetvalue(r, row, column));
}

static struct piece *piece_of_row(const struct kinds *kinds, const PGresult *r, int row)
{
    enum { ID, KIND, TENANT, LANE, PAYLOAD, ATTEMPT, MAX_ATTEMPTS };
    struct arena *arena = arena_new();
    struct piece *piece = arena_zalloc(arena, sizeof *piece);
    piece->arena = arena;
    piece->kind = find_kind(kinds, PQgetvalue(r, row, KIND));
    piece->taken_ms = clock_monotonic_ms();
    piece->job = (struct job){.arena = arena,
                              .id = arena_strdup(arena, PQgetvalue(r, row, ID)),
                              .kind = kinds->kind[piece->kind]->name,
                              .tenant = copy_or_null(arena, r, row, TENANT),
                              .lane = copy_or_null(arena, r, row, LANE),
                              .payload_text = arena_strdup(arena, PQgetvalue(r, row, PAYLOAD)),
                              .attempt = (int)strtol(PQgetvalue(r, row, ATTEMPT), NULL, 10),
                              .max_attempts = (int)strtol(PQgetvalue(r, row, MAX_ATTEMPTS), NULL, 10),
                              .seconds = kinds->kind[piece->kind]->seconds};
    return piece;
}

enum err queue_turn(struct arena *arena, PGconn *conn, const char *runner, const struct kinds *kinds,
                    const struct piece *finished, const int *room, int most, struct piece **taken, struct error *out)
{
    const char *const values[] = {runner,
                                  finished ? finished_json(arena, finished) : NULL,
                                  names_array(arena, kinds, room),
                                  numbers_array(arena, kinds, room, true),
                                  numbers_array(arena, kinds, room, false),
                                  arena_printf(arena, "%d", most)};
    PGresult *r = NULL;
    enum err err =
        direct_query(arena, conn, "select * from maitred.job_turn($1, $2, $3, $4, $5, $6)", 6, values, &r, out);
    if (err != OK)
        return err;
    struct piece **end = taken;
    *taken = NULL;
    for (int i = 0; i < PQntuples(r); i++) {
        *end = piece_of_row(kinds, r, i);
        end = &(*end)->next;
    }
    return OK;
}

enum err queue_hold(struct arena *arena, PGconn *conn, const char *runner, const struct piece *const *pieces,
                    size_t count, struct error *out)
{
    struct buf ids;
    buf_init(&ids, ARRAY_MAX_BYTES);
    buf_char(&ids, '{');
    for (size_t i = 0; i < count; i++)
        add_id(&ids, pieces[i]);
    const char *const values[] = {runner, array_end(arena, &ids), arena_printf(arena, "%d", HOLD_MAX_S)};
    return direct_query(arena, conn, "select maitred.job_hold($1, $2, $3)", 3, values, NULL, out);
}

enum err queue_give_back(struct arena *arena, PGconn *conn, const char *runner, const struct piece *pieces,
                         struct error *out)
{
    struct buf ids;
    buf_init(&ids, ARRAY_MAX_BYTES);
    buf_char(&ids, '{');
    for (const struct piece *piece = pieces; piece; piece = piece->next)
        add_id(&ids, piece);
    const char *list = array_end(arena, &ids);
    const char *const values[] = {runner, pieces ? list : NULL};
    return direct_query(arena, conn, "select maitred.job_give_back($1, $2)", 2, values, NULL, out);
}

/* --- Looking after ------------------------------------------------------------------------------------------------ */

static enum err number_of(struct arena *arena, PGconn *conn, const char *sql, long *number, struct error *out)
{
    PGresult *r = NULL;
    enum err err = direct_query(arena, conn, sql, 0, NULL, &r, out);
    if (err == OK)
        *number = strtol(direct_text(r, 0, 0), NULL, 10);
    return err;
}

enum err queue_look_after(struct arena *arena, PGconn *conn, long *recovered, struct error *out)
{
    enum err err = direct_run(arena, conn, "select maitred.job_schedule()", out);
    return err == OK ? number_of(arena, conn, "select maitred.job_recover()", recovered, out) : err;
}

enum err queue_tidy(struct arena *arena, PGconn *conn, long *forgotten, struct error *out)
{
    return number_of(arena, conn, "select maitred.job_tidy()", forgotten, out);
}

enum err queue_next_due(struct arena *arena, PGconn *conn, const struct kinds *kinds, int most_ms, int *due_ms,
                        struct error *out)
{
    const char *const values[] = {names_array(arena, kinds, NULL), arena_printf(arena, "%d", most_ms)};
    PGresult *r = NULL;
    enum err err = direct_query(arena, conn, "select maitred.job_next_ms($1, $2)", 2, values, &r, out);
    if (err == OK)
        *due_ms = (int)strtol(direct_text(r, 0, 0), NULL, 10);
    return err;
}

enum err queue_unknown_kinds(struct arena *arena, PGconn *conn, const struct kinds *kinds, PGresult **rows,
                             struct error *out)
{
    const char *const values[] = {names_array(arena, kinds, NULL)};
    return direct_query(arena, conn, "select * from maitred.job_unknown($1)", 1, values, rows, out);
}
