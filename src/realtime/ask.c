/* Questions to the database as somebody: many of one asker travel in one batch, one batch at a time; askers take turns.
 */
#include "base/clock.h"
#include "base/log.h"
#include "realtime/internal.h"

/* --- askers ------------------------------------------------------------------------------------------------------- */

static enum role role_of(const char *name)
{
    return text_eq(name, "service_role")    ? ROLE_SERVICE
           : text_eq(name, "authenticated") ? ROLE_AUTHENTICATED
                                            : ROLE_ANON;
}

struct asker *asker_of(struct realm *realm, const struct identity *who)
{
    size_t role_length = strlen(who->role), claims_length = strlen(who->claims_json);
    size_t length = role_length + 1 + claims_length;
    char *key = allocate(length + 1, 1);
    memcpy(key, who->role, role_length);
    memcpy(key + role_length + 1, who->claims_json, claims_length);
    struct asker *asker = map_get(&realm->askers, str_n(key, length));
    if (asker) {
        free(key);
        return asker_ref(asker);
    }
    asker = allocate(1, sizeof *asker);
    *asker = (struct asker){.id = ++realm->service->serial,
                            .refs = 1,
                            .realm = realm,
                            .key = str_n(key, length),
                            .role = role_of(who->role),
                            .level = who->level,
                            .role_name = key,
                            .claims = key + role_length + 1,
                            .user_id = copy_text(who->user_id),
                            .session_id = copy_text(who->session_id),
                            .expires_at_s = who->expires_at_s};
    asker->last = &asker->first;
    map_put(&realm->askers, asker->key, asker);
    return asker;
}

struct asker *asker_ref(struct asker *asker)
{
    asker->refs++;
    return asker;
}

void asker_unref(struct asker *asker)
{
    if (!asker || --asker->refs)
        return;
    map_take(&asker->realm->askers, asker->key);
    free((char *)asker->key.at);
    free(asker->user_id);
    free(asker->session_id);
    free(asker);
}

struct pg_session asker_session(const struct asker *asker, bool read_only)
{
    return (struct pg_session){.role = asker->role_name,
                               .search_path = asker->realm->tenant->search_path,
                               .claims = asker->claims,
                               .read_only = read_only,
                               .statement_timeout_ms = QUESTION_TIMEOUT_MS,
                               .affinity = asker->realm->tenant->affinity};
}

bool asker_is_over(const struct asker *asker, int64_t now_s, const char **why)
{
    if (asker->expires_at_s && now_s >= asker->expires_at_s)
        *why = "Access token has expired";
    else if (asker->session_id &&
             auth_session_ended(auth_service_in(asker->realm->service->services), asker->session_id))
        *why = "The session of this access token has ended";
    else
        return false;
    return true;
}

/* --- questions ---------------------------------------------------------------------------------------------------- */

struct asking {
    struct arena *arena;
    struct asker *asker;
    struct tenant *tenant; /* whose search_path the session points to */
    struct question *questions[QUESTIONS_A_BATCH];
    int count;
};

static void flush(struct asker *asker);
static void next_turns(struct realtime_service *service);

static void append(struct asker *asker, struct question *question)
{
    question->next = NULL;
    *asker->last = question;
    asker->last = &question->next;
}

static struct question *take_first(struct asker *asker)
{
    struct question *question = asker->first;
    asker->first = question->next;
    if (!asker->first)
        asker->last = &asker->first;
    return question;
}

static void answer(struct question *question, const PGresult *row)
{
    question->answered(question->data, row);
    table_info_unref(question->info);
    asker_unref(question->asker);
    free(question);
}

/* What says that the database is not there, or not just now. */
static bool is_passing(const struct error *error)
{
    if (text_eq(error->code, "57014") || error->err == ERR_TIMEOUT) /* it was asked, and took too long */
        return false;
    return error->status == 503 || error->status == 504 || !strncmp(error->code, "08", 2) ||
           !strncmp(error->code, "57", 2) || !strncmp(error->code, "53", 2) || !strncmp(error->code, "40", 2);
}

static void asked(struct pg_batch *batch, void *data)
{
    struct asking *asking = data;
    struct asker *asker = asking->asker;
    const struct error *error = pg_batch_error(batch);
    asker->under_way = false;
    asker->realm->service->batches--;
    if (error && is_passing(error)) {
        asker->retry_at_ms = clock_monotonic_ms() + RETRY_AFTER_MS;
        for (int i = 0; i < asking->count; i++)
            append(asker, asking->questions[i]);
    } else if (error && asking->count > 1) { /* one of them is refused: each for itself */
        for (int i = 0; i < asking->count; i++) {
            asking->questions[i]->alone = true;
            append(asker, asking->questions[i]);
        }
    } else {
        if (error && strcmp(error->code, "42501") != 0)
            log_warning("a question of realtime was refused", LOG_STR("tenant", asker->realm->key.at),
                        LOG_STR("code", error->code), LOG_STR("reason", error->message));
        for (int i = 0; i < asking->count; i++) {
            const PGresult *result = error ? NULL : pg_batch_result(batch, i);
            answer(asking->questions[i], result && PQntuples(result) == 1 ? result : NULL);
        }
    }
    struct realtime_service *service = asker->realm->service;
    if (asker->first && !asker->retry_at_ms)
        flush(asker);
    tenant_unref(asking->tenant);
    asker_unref(asker);
    arena_free(asking->arena);
    next_turns(service);
}

static void next_turns(struct realtime_service *service)
{
    while (service->turn && service->batches < BATCHES_AT_ONCE) {
        struct asker *asker = service->turn;
        service->turn = asker->next_turn;
        if (!service->turn)
            service->turn_last = &service->turn;
        asker->waiting = false;
        if (!asker->retry_at_ms)
            flush(asker);
        asker_unref(asker);
    }
}

static void wait_for_turn(struct asker *asker)
{
    struct realtime_service *service = asker->realm->service;
    if (asker->waiting)
        return;
    asker->waiting = true;
    asker->next_turn = NULL;
    *service->turn_last = asker_ref(asker);
    service->turn_last = &asker->next_turn;
}

static void flush(struct asker *asker)
{
    if (asker->under_way || !asker->first)
        return;
    if (asker->realm->service->batches >= BATCHES_AT_ONCE) {
        wait_for_turn(asker);
        return;
    }
    struct arena *arena = arena_new();
    struct asking *asking = arena_zalloc(arena, sizeof *asking);
    asking->arena = arena;
    asking->asker = asker_ref(asker);
    asking->tenant = tenant_ref(asker->realm->tenant);
    const struct pg_session session = asker_session(asker, true);
    struct pg_batch *batch = pg_batch_new(asker->realm->service->services->fast, arena, &session);
    while (asker->first && asking->count < QUESTIONS_A_BATCH && !(asking->count && asker->first->alone)) {
        struct question *question = take_first(asker);
        asking->questions[asking->count++] = question;
        pg_batch_add(batch, &(struct pg_statement){.sql = question->sql,
                                                   .param_count = question->count,
                                                   .values = question->values,
                                                   .prepare = true});
        if (question->alone)
            break;
    }
    asker->under_way = true;
    asker->realm->service->batches++;
    asker->realm->service->stats.checks += (uint64_t)asking->count;
    pg_batch_submit(batch, QUESTION_TIMEOUT_MS, asked, asking);
}

void question_ask(struct asker *asker, struct table_info *info, const char *sql, const struct change_value *values,
                  int count, void (*answered)(void *data, const PGresult *row), void *data)
{
    size_t bytes = sizeof(struct question) + (size_t)count * sizeof(char *);
    for (int i = 0; i < count; i++)
        bytes += values[i].state == VALUE_TEXT ? values[i].text.len + 1 : 0;
    struct question *question = allocate(1, bytes);
    question->asker = asker_ref(asker);
    question->info = info;
    if (info)
        info->refs++;
    question->sql = sql;
    question->count = count;
    question->values = (const char **)(question + 1);
    question->answered = answered;
    question->data = data;
    char *text = (char *)(question->values + count);
    for (int i = 0; i < count; i++) {
        if (values[i].state != VALUE_TEXT)
            continue;
        memcpy(text, values[i].text.at, values[i].text.len);
        question->values[i] = text;
        text += values[i].text.len + 1;
    }
    append(asker, question);
    if (!asker->retry_at_ms)
        flush(asker);
}

void askers_retry(struct realm *realm, int64_t now_ms)
{
    struct asker *asker;
    for (size_t at = 0; (asker = map_next(&realm->askers, &at));) {
        if (asker->retry_at_ms && now_ms >= asker->retry_at_ms) {
            asker->retry_at_ms = 0;
            flush(asker);
        }
    }
}

/* --- rights on private topics ------------------------------------------------------------------------------------- */

void rights_ask(struct asker *asker, const char *topic, void (*answered)(void *data, const PGresult *row), void *data)
{
    const struct change_value name = {.state = VALUE_TEXT, .text = str_of(topic)};
    question_ask(
        asker, NULL,
        "select reads_broadcast, writes_broadcast, reads_presence, writes_presence from app.realtime_rights($1)", &name,
        1, answered, data);
}

struct rights rights_read(const PGresult *row)
{
    if (!row)
        return (struct rights){0};
    return (struct rights){.reads_broadcast = *PQgetvalue(row, 0, 0) == 't',
                           .writes_broadcast = *PQgetvalue(row, 0, 1) == 't',
                           .reads_presence = *PQgetvalue(row, 0, 2) == 't',
                           .writes_presence = *PQgetvalue(row, 0, 3) == 't'};
}
