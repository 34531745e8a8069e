#include "sync/ical.h"

#include "base/str.h"
#include "net/net.h"
#include "pg/direct.h"
#include "sync/ical_events.h"

enum { AT_ONCE = 50, REDIRECTS = 3, TIMEOUT_S = 10 };

/* webcal is what calendars call https. */
static const char *address(struct arena *arena, const char *url)
{
    return strncmp(url, "webcal://", 9) == 0 ? arena_printf(arena, "https://%s", url + 9) : url;
}

/* Whom the import runs as: row security holds for it as for everybody. */
static const char *const sql_begin =
    "begin; set local role service_role; set local request.jwt.claims = '{\"role\":\"service_role\"}'";

static enum err import(struct arena *arena, PGconn *conn, const char *id, const struct ical_nights *nights,
                       const char *etag, struct error *out)
{
    struct error ignored;
    const char *const values[] = {id, nights->json, etag, nights->problem};
    enum err err = direct_run(arena, conn, sql_begin, out);
    if (err == OK)
        err = direct_query(arena, conn, "select api.import_ical_events($1::uuid, $2::jsonb, $3, $4)", 4, values, NULL,
                           out);
    if (err == OK)
        err = direct_run(arena, conn, "commit", out);
    if (err != OK)
        (void)!direct_run(arena, conn, "rollback", &ignored);
    return err;
}

static enum err sync_one(struct arena *arena, const struct settings *settings, PGconn *conn, const char *id,
                         const char *url, const char *etag, const struct ical_place *place, struct error *out)
{
    const struct net_header known[] = {{"If-None-Match", etag}, {0}};
    const struct net_request request = {.url = address(arena, url),
                                        .accept = "text/calendar",
                                        .headers = *etag ? known : NULL,
                                        .redirects = REDIRECTS,
                                        .plain_http = true,
                                        .timeout_s = TIMEOUT_S,
                                        .policy = settings->sync_private ? NET_ANYWHERE : NET_PUBLIC};
    struct net_answer answer;
    struct ical_nights nights = {0};
    net_perform(arena, settings, &request, &answer);
    if (answer.verdict != NET_DONE && answer.status < 400) /* cut off, too: a half-read one is not imported */
        return net_error(arena, &answer, out);
    if (answer.status == 304) {
        const char *const values[] = {id};
        return direct_query(arena, conn,
                            "update ical_imports set last_synced_at = now(), last_error = null,"
                            " next_sync_at = now() + make_interval(mins => sync_minutes) where id = $1",
                            1, values, NULL, out);
    }
    if (answer.status != 200)
        return error_set(out, arena, ERR_BAD_INPUT, "The portal answered %ld.", answer.status);
    enum err err = ical_events_json(arena, answer.body.at, place, &nights, out);
    return err == OK ? import(arena, conn, id, &nights, net_header_value(&answer, "ETag"), out) : err;
}

enum err sync_ical(struct arena *arena, const struct settings *settings, PGconn *conn, struct error *out)
{
    PGresult *due = NULL;
    const char *const most[] = {arena_printf(arena, "%d", AT_ONCE)};
    enum err err = direct_query(arena, conn, "select to_regclass('ical_imports') is not null", 0, NULL, &due, out);
    if (err != OK || !text_eq(direct_text(due, 0, 0), "t"))
        return err;
    err = direct_query(arena, conn,
                       "select i.id, i.url, coalesce(i.etag, ''), o.timezone, app.organization_today(o.id)"
                       " from ical_imports i join organizations o on o.id = i.organization_id"
                       " where i.is_active and i.next_sync_at <= now() order by i.next_sync_at limit $1::int",
                       1, most, &due, out);
    for (int i = 0; err == OK && i < PQntuples(due); i++) {
        struct error failure;
        const char *id = direct_text(due, i, 0);
        const struct ical_place place = {.timezone = direct_text(due, i, 3), .today = direct_text(due, i, 4)};
        if (sync_one(arena, settings, conn, id, direct_text(due, i, 1), direct_text(due, i, 2), &place, &failure) == OK)
            continue;
        const char *const values[] = {id, failure.message};
        err = direct_query(arena, conn, "select app.ical_import_failed($1::uuid, $2)", 2, values, NULL, out);
    }
    return err;
}
