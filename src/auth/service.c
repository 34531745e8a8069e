#include "auth/internal.h"

#include "auth/foreign.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/log.h"
#include "seal/seal.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>

const struct service_key auth_service_key = {"auth"};

static void poll_start(struct auth_service *service);

struct auth_service *auth_service_of(const struct http_req *req)
{
    return auth_service_in(req->services);
}

struct auth_stats auth_service_stats(const struct auth_service *service)
{
    struct auth_stats stats = service->stats;
    stats.cached_tokens = token_cache_count(service->cache);
    stats.working = service->work.running;
    stats.turned_away = service->work.turned_away;
    return stats;
}

/* --- The poll: keys and revoked sessions -------------------------------------------------------------------------- */

/* Columns of app.auth_news(). */
enum { NEWS_KIND, NEWS_ID, NEWS_TENANT, NEWS_STATUS, NEWS_PUBLIC, NEWS_PRIVATE, NEWS_AT };

static const struct pg_session poll_session = {
    .role = "maitred_auth", .search_path = "app, public", .read_only = false};

static enum key_status status_of(const char *text)
{
    return text_eq(text, "standby")   ? KEY_STANDBY
           : text_eq(text, "in_use")  ? KEY_IN_USE
           : text_eq(text, "revoked") ? KEY_REVOKED
                                      : KEY_PREVIOUS;
}

/* The private part is only opened for the key that signs. */
static struct jwt_key *key_of_row(struct auth_service *service, const PGresult *rows, int i)
{
    const char *jwk_text = pg_value(rows, i, NEWS_PUBLIC);
    if (status_of(pg_value(rows, i, NEWS_STATUS)) == KEY_IN_USE)
        jwk_text = seal_open(seal_keys_of(service->services), service->poll_arena,
                             &(struct seal_place){pg_value(rows, i, NEWS_TENANT), "signing_keys.private_key",
                                                  pg_value(rows, i, NEWS_ID)},
                             pg_value(rows, i, NEWS_PRIVATE));
    json_error_t error;
    json_t *jwk = jwk_text ? json_loads(jwk_text, JSON_REJECT_DUPLICATES, &error) : NULL;
    struct jwt_key *key = jwk ? jwt_key_of_jwk(jwk) : NULL;
    json_decref(jwk);
    return key;
}

static void take_key(struct auth_service *service, const PGresult *rows, int i)
{
    const char *kid = pg_value(rows, i, NEWS_ID);
    const char *tenant = pg_value(rows, i, NEWS_TENANT);
    enum key_status status = status_of(pg_value(rows, i, NEWS_STATUS));
    int64_t since_s = strtoll(pg_value(rows, i, NEWS_AT), NULL, 10);
    const struct signing_key *known = keyring_key(service->ring, tenant, kid);
    if (known && known->status == status && known->since_s == since_s)
        return; /* the overlap of two polls */
    struct jwt_key *key = status == KEY_REVOKED ? NULL : key_of_row(service, rows, i);
    if (!key && status != KEY_REVOKED) {
        log_error("signing key cannot be read", LOG_STR("tenant", tenant), LOG_STR("kid", kid));
        return;
    }
    if (known && status == KEY_REVOKED)
        token_cache_clear(service->cache); /* its tokens may be in there */
    keyring_put_key(service->ring, kid, tenant, status, since_s, key);
}

/* Keys that went with their tenant are no news: their rows are gone. Here are more keys than there: all are read anew.
 */
static void compare_keys(struct auth_service *service, size_t there)
{
    if (keyring_count(service->ring) <= there)
        return;
    keyring_drop_keys(service->ring);
    token_cache_clear(service->cache);
    service->polled_until_s = 0;
    service->poll_again = true;
}

static void poll_take(struct auth_service *service, const PGresult *rows)
{
    size_t keys_there = SIZE_MAX;
    for (int i = 0; i < PQntuples(rows); i++) {
        const char *kind = pg_value(rows, i, NEWS_KIND);
        if (text_eq(kind, "now"))
            service->polled_until_s = strtoll(pg_value(rows, i, NEWS_AT), NULL, 10);
        else if (text_eq(kind, "session"))
            keyring_revoke_session(service->ring, pg_value(rows, i, NEWS_ID),
                                   strtoll(pg_value(rows, i, NEWS_AT), NULL, 10));
        else if (text_eq(kind, "key"))
            take_key(service, rows, i);
        else if (text_eq(kind, "keys"))
            keys_there = (size_t)strtoull(pg_value(rows, i, NEWS_AT), NULL, 10);
    }
    compare_keys(service, keys_there);
    keyring_forget(service->ring, clock_now_s());
}

static void poll_done(struct pg_batch *batch, void *data)
{
    struct auth_service *service = data;
    const struct error *error = pg_batch_error(batch);
    if (!error) {
        seal_service_learn(services_find(service->services, &seal_service_key),
                           pg_value(pg_batch_result(batch, 1), 0, 0));
        poll_take(service, pg_batch_result(batch, 0));
    }
    if (error && !service->poll_failed)
        log_warning("sign-in news cannot be read", LOG_STR("code", error->code), LOG_STR("reason", error->message));
    service->poll_failed = error != NULL;
    service->poll_batch = NULL;
    arena_free(service->poll_arena);
    service->poll_arena = NULL;
    if (service->poll_again) {
        service->poll_again = false;
        poll_start(service);
    }
}

/* A successor for a key that has signed for long, one a poll. */
static void offer_key(struct auth_service *service, struct pg_batch *batch)
{
    const struct seal_keys *seal = seal_keys_of(service->services);
    const char *tenant = seal ? keyring_due(service->ring, clock_now_s()) : NULL;
    if (!tenant)
        return;
    struct arena *arena = service->poll_arena;
    struct jwt_key *key = jwt_key_new();
    char *kid = arena_alloc(arena, UUID_TEXT_BYTES);
    const char **values = arena_array(arena, 4, sizeof *values);
    random_uuid(kid);
    values[0] = kid;
    values[1] = arena_strdup(arena, tenant);
    values[2] = jwt_key_jwk(arena, key, NULL, false);
    values[3] = seal_close(seal, arena, &(struct seal_place){values[1], "signing_keys.private_key", kid},
                           str_of(jwt_key_jwk(arena, key, NULL, true)));
    jwt_key_free(key);
    pg_batch_add(batch, &(struct pg_statement){
                            .sql = "select app.auth_key_rotate($1, $2, $3, $4)", .param_count = 4, .values = values});
}

static void poll_start(struct auth_service *service)
{
    if (service->poll_arena || service->closing)
        return;
    service->poll_arena = arena_new();
    const char **values = arena_array(service->poll_arena, 1, sizeof *values);
    int64_t since_s = service->polled_until_s ? service->polled_until_s - POLL_OVERLAP_S : 0;
    values[0] = arena_printf(service->poll_arena, "%lld", (long long)since_s);
    struct pg_batch *batch = pg_batch_new(service->services->fast, service->poll_arena, &poll_session);
    pg_batch_add(batch, &(struct pg_statement){.sql = "select kind, id, tenant, status, public_jwk, private_key, at_s "
                                                      "from app.auth_news($1::bigint)",
                                               .param_count = 1,
                                               .values = values,
                                               .prepare = true});
    pg_batch_add(batch, &(struct pg_statement){.sql = "select app.seal_keys()", .prepare = true});
    offer_key(service, batch);
    service->poll_batch = batch;
    pg_batch_submit(batch, AUTH_TIMEOUT_MS, poll_done, service);
}

static void on_timer(uv_timer_t *timer)
{
    poll_start(timer->data);
}

void auth_service_poll_soon(struct auth_service *service)
{
    int64_t next_ms = (int64_t)uv_timer_get_due_in(&service->timer);
    if (service->poll_arena)
        service->poll_again = next_ms < POLL_MS - 1000;
    else if (next_ms < POLL_MS - 1000)
        uv_timer_start(&service->timer, on_timer, 0, POLL_MS);
}

/* --- Life --------------------------------------------------------------------------------------------------------- */

struct auth_service *auth_service_new(const struct services *services, struct error *out)
{
    if (sodium_init() < 0) {
        *out = error_of(ERR_INTERNAL);
        return NULL;
    }
    struct foreign_issuer *issuer = NULL;
    if (*services->settings->schema && !(issuer = foreign_issuer_new(services->settings, out)))
        return NULL;
    struct auth_service *service = calloc(1, sizeof *service);
    if (!service)
        abort();
    service->services = services;
    service->work.at_once = WORK_MAX;
    service->issuer = issuer;
    service->ring = keyring_new();
    service->cache = token_cache_new(TOKENS_CACHED_MAX);
    uv_timer_init(services->loop, &service->timer);
    service->timer.data = service;
    if (!*services->settings->schema) /* a foreign database has no keys and sessions of ours */
        uv_timer_start(&service->timer, on_timer, 0, POLL_MS);
    uv_unref((uv_handle_t *)&service->timer);
    return service;
}

static void on_closed(uv_handle_t *handle)
{
    struct auth_service *service = handle->data;
    foreign_issuer_free(service->issuer);
    keyring_free(service->ring);
    token_cache_free(service->cache);
    free(service);
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

void auth_service_free(struct auth_service *service)
{
    if (!service)
        return;
    service->closing = true;
    uv_close((uv_handle_t *)&service->timer, on_closed);
    if (service->poll_batch)
        pg_batch_forget(service->poll_batch, free_arena, service->poll_arena);
}
