/* The way to the stream is a row of questions to one session: announce, survey, then whatever the survey finds missing
 * (publication, slot), and the survey again, until nothing is. Then the types, and START_REPLICATION.
 *
 * The publication comes before the slot: what was written before a publication was there cannot be decoded with it. A
 * slot that is older than the publication is therefore made anew.
 *
 * Places. Everything of a transaction counts, hidden tables and messages included, so that the number of a change is
 * the same whoever reads it, and whatever they hide. What was handed over once is skipped when it comes again. A
 * keepalive says that all transactions whose commit record ends at or before it were sent, and the next one may begin
 * right there: it moves the position to the byte before.
 *
 * What is confirmed is where the history begins, so that the next process reads it again; but never so far back that
 * PostgreSQL would have to keep more than TRAIL_BYTES of WAL for it.
 */
#include "realtime/feed.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "pg/direct.h"
#include "pg/replication.h"
#include "realtime/feed_sql.h"
#include "realtime/history.h"
#include "realtime/relations.h"
#include "realtime/upkeep.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CATCH_UP_TICK_MS = 100,
    TICK_MS = 1000,
    ABSENT_RETRY_MS = 20000,
    TRAIL_BYTES = 128 * 1024 * 1024,
    IDLE_S = 3600,
};

/* The question that is under way. */
enum step { STEP_ANNOUNCE, STEP_SURVEY, STEP_PUBLISH, STEP_DROP_SLOT, STEP_CREATE_SLOT, STEP_TYPES };

/* Columns of FEED_SQL_SURVEY. */
enum survey { WAL_LEVEL, STANDBY, PUBLISHED, SLOT_THERE, SLOT_OURS, SLOT_STATUS, SLOT_CONFIRMED, WAL_FLUSHED };

struct feed {
    struct arena *arena;
    struct feed_events events;
    const char *slot, *daemon;
    int64_t history_ms;
    struct replication *replication;
    struct upkeep *upkeep;
    uv_timer_t *timer;

    enum step step;
    bool types_known, slot_doubtful, restarted;
    bool live, absent;  /* absent: the end of the session was told, with a better reason */
    const char *reason; /* told last; NULL: nothing yet */

    struct relations *relations;
    struct history *history;
    struct cursor position;
    uint64_t catch_up_lsn;  /* live when all before it was read */
    uint64_t messages_from; /* older ones may have been told to a process before us */
    uint64_t message_lsn;   /* of the last one outside a transaction */

    bool in_transaction;
    uint64_t commit_lsn;
    int64_t committed_us;
    uint32_t index;
    struct pgoutput_room room;
    struct change_value *values;
    int value_room;

    struct feed_stats stats;
};

static struct cursor behind(uint64_t lsn)
{
    return (struct cursor){.commit_lsn = lsn, .index = UINT32_MAX};
}

/* Everything that ends at or before this was handed over. */
static uint64_t read_lsn(const struct feed *f)
{
    return f->position.index == UINT32_MAX ? f->position.commit_lsn + 1 : f->position.commit_lsn;
}

/* --- state ---------------------------------------------------------------------------------------------------------
 */

static void say_away(struct feed *f, const char *reason)
{
    bool news = f->live || !f->reason || !text_eq(f->reason, reason);
    f->live = false;
    f->reason = reason;
    if (news)
        f->events.state(f->events.data, false, false, reason);
}

static void say_live(struct feed *f)
{
    bool restarted = f->restarted;
    f->live = true;
    f->reason = "";
    f->restarted = false;
    log_info("realtime feed", LOG_STR("slot", f->slot), LOG_INT("history", history_count(f->history)),
             LOG_INT("anew", restarted));
    f->events.state(f->events.data, true, restarted, NULL);
}

static void look_whether_live(struct feed *f)
{
    if (!f->live && !f->in_transaction && read_lsn(f) >= f->catch_up_lsn)
        say_live(f);
}

/* --- history -------------------------------------------------------------------------------------------------------
 */

static void start_history(struct feed *f, uint64_t lsn, bool restarted)
{
    f->position = behind(lsn - 1);
    history_restart(f->history, f->position);
    f->restarted = f->restarted || restarted;
}

static void confirm(struct feed *f)
{
    struct cursor first;
    uint64_t read = read_lsn(f), keep = read;
    if (history_first(f->history, &first) && first.commit_lsn < keep)
        keep = first.commit_lsn;
    if (f->in_transaction && f->commit_lsn < keep)
        keep = f->commit_lsn;
    if (read > TRAIL_BYTES && keep < read - TRAIL_BYTES)
        keep = read - TRAIL_BYTES;
    replication_confirm(f->replication, read, keep);
}

struct cursor feed_position(const struct feed *f)
{
    return f->position;
}

struct cursor feed_oldest(const struct feed *f)
{
    return history_oldest(f->history);
}

bool feed_replay(struct feed *f, struct cursor since, bool (*wanted)(void *data, const struct relation *relation),
                 void (*tell)(void *data, const struct change *change), void *data)
{
    if (cursor_compare(since, history_oldest(f->history)) < 0 || cursor_compare(since, f->position) > 0)
        return false;
    history_tell(f->history, since, wanted, tell, data);
    return true;
}

/* --- the stream ----------------------------------------------------------------------------------------------------
 */

static void stream_broken(struct feed *f, const char *reason)
{
    log_error("what PostgreSQL sent cannot be read", LOG_STR("slot", f->slot), LOG_STR("reason", reason));
    replication_break(f->replication, reason, 0);
}

/* The next place in the transaction; false: it was handed over already. */
static bool advance(struct feed *f, struct cursor *out)
{
    *out = (struct cursor){.commit_lsn = f->commit_lsn, .index = ++f->index};
    if (cursor_compare(*out, f->position) <= 0)
        return false;
    f->position = *out;
    return true;
}

static void hand_over(struct feed *f, const struct change *change)
{
    f->stats.changes++;
    history_add(f->history, change, clock_monotonic_ms());
    f->events.change(f->events.data, change);
}

static void fill(struct change_value *to, const struct pgoutput_tuple *from, const struct relation *relation,
                 enum pgoutput_old old)
{
    for (int i = 0; i < from->count; i++) {
        const struct pgoutput_value *v = &from->values[i];
        to[i] = (struct change_value){.state = VALUE_NULL, .text = str_n(v->at, v->length)};
        if (old == PGOUTPUT_OLD_KEY && !relation->columns[i].key)
            to[i].state = VALUE_ABSENT;
        else if (v->kind == PGOUTPUT_TEXT)
            to[i].state = VALUE_TEXT;
        else if (v->kind == PGOUTPUT_UNCHANGED)
            to[i].state = VALUE_UNCHANGED;
    }
}

/* With the whole old row at hand, what was not part of the update is known. */
static void complete(struct change_value *after, const struct change_value *before, int count)
{
    for (int i = 0; i < count; i++)
        if (after[i].state == VALUE_UNCHANGED && before[i].state == VALUE_TEXT)
            after[i] = before[i];
}

static void take_change(struct feed *f, const struct pgoutput_message *m)
{
    const struct relation *relation = relations_find(f->relations, m->change.relation);
    const struct pgoutput_tuple *after = &m->change.after, *before = &m->change.before;
    struct change change = {.committed_us = f->committed_us, .relation = relation};
    if (!relation || (after->values && after->count != relation->column_count) ||
        (before->values && before->count != relation->column_count)) {
        stream_broken(f, "a change is not of the table that was described");
        return;
    }
    if (!advance(f, &change.cursor) || relation_is_hidden(relation))
        return;
    if (!f->values || f->value_room < relation->column_count) {
        free(f->values);
        f->value_room = relation->column_count;
        f->values = malloc(((size_t)f->value_room * 2 + 1) * sizeof *f->values);
        if (!f->values)
            abort();
    }
    if (after->values) {
        change.after = f->values;
        fill(change.after, after, relation, PGOUTPUT_OLD_NONE);
    }
    if (before->values) {
        change.before = f->values + relation->column_count;
        fill(change.before, before, relation, m->change.old_kind);
        if (change.after && m->change.old_kind == PGOUTPUT_OLD_ROW)
            complete(change.after, change.before, relation->column_count);
    }
    change.kind = m->kind == PGOUTPUT_INSERT   ? CHANGE_INSERT
                  : m->kind == PGOUTPUT_UPDATE ? CHANGE_UPDATE
                                               : CHANGE_DELETE;
    hand_over(f, &change);
}

static void take_truncate(struct feed *f, const struct pgoutput_message *m)
{
    for (int i = 0; i < m->truncate.count; i++) {
        const struct relation *relation = relations_find(f->relations, m->truncate.relations[i]);
        struct change change = {.committed_us = f->committed_us, .kind = CHANGE_TRUNCATE, .relation = relation};
        if (!relation) {
            stream_broken(f, "a table is truncated that was not described");
            return;
        }
        if (advance(f, &change.cursor) && !relation_is_hidden(relation))
            hand_over(f, &change);
    }
}

static void take_message(struct feed *f, const struct pgoutput_message *m)
{
    struct cursor cursor;
    bool news;
    if (m->message.transactional) {
        news = advance(f, &cursor) && f->commit_lsn >= f->messages_from;
    } else {
        news = m->message.lsn >= f->messages_from && m->message.lsn > f->message_lsn;
        f->message_lsn = news ? m->message.lsn : f->message_lsn;
    }
    if (news)
        f->events.message(f->events.data, m->message.prefix, str_n(m->message.content, m->message.length));
}

static void take_commit(struct feed *f, const struct pgoutput_message *m)
{
    f->in_transaction = false;
    if (cursor_compare(f->position, behind(f->commit_lsn)) < 0) {
        f->position = behind(f->commit_lsn);
        f->stats.transactions++;
        f->stats.lag_us = clock_now_us() - m->commit.committed_us;
    }
    confirm(f);
    look_whether_live(f);
}

static void on_message(void *data, const void *bytes, size_t length)
{
    struct feed *f = data;
    struct pgoutput_message m;
    const char *reason = NULL;
    f->stats.bytes += length;
    if (!pgoutput_decode(bytes, length, &f->room, &m, &reason)) {
        stream_broken(f, reason);
        return;
    }
    bool needs_transaction = m.kind != PGOUTPUT_BEGIN && m.kind != PGOUTPUT_RELATION && m.kind != PGOUTPUT_TYPE &&
                             (m.kind != PGOUTPUT_MESSAGE || m.message.transactional);
    if (needs_transaction != f->in_transaction && (needs_transaction || m.kind == PGOUTPUT_BEGIN)) {
        stream_broken(f, "a message stands at the wrong place");
        return;
    }
    switch (m.kind) {
    case PGOUTPUT_BEGIN:
        f->in_transaction = true;
        f->commit_lsn = m.begin.commit_lsn;
        f->committed_us = m.begin.committed_us;
        f->index = 0;
        break;
    case PGOUTPUT_COMMIT:
        take_commit(f, &m);
        break;
    case PGOUTPUT_RELATION:
        (void)relations_tell(f->relations, &m);
        break;
    case PGOUTPUT_TYPE:
        relations_name_type(f->relations, m.type.id, m.type.name);
        break;
    case PGOUTPUT_TRUNCATE:
        take_truncate(f, &m);
        break;
    case PGOUTPUT_MESSAGE:
        take_message(f, &m);
        break;
    case PGOUTPUT_ORIGIN:
        break;
    default:
        take_change(f, &m);
    }
}

static void on_keepalive(void *data, uint64_t wal_end)
{
    struct feed *f = data;
    if (f->in_transaction || !wal_end)
        return;
    if (cursor_compare(behind(wal_end - 1), f->position) > 0)
        f->position = behind(wal_end - 1);
    confirm(f);
    look_whether_live(f);
}

/* --- the way there -------------------------------------------------------------------------------------------------
 */

static void ask(struct feed *f, enum step step)
{
    struct arena *arena = arena_new();
    const char *slot = direct_identifier(arena, f->slot), *sql = FEED_SQL_PUBLISH;
    f->step = step;
    switch (step) {
    case STEP_ANNOUNCE:
        sql = arena_printf(arena, FEED_SQL_ANNOUNCE(direct_literal(arena, f->daemon)));
        break;
    case STEP_SURVEY:
        sql = arena_printf(arena, FEED_SQL_SURVEY, direct_literal(arena, f->slot));
        break;
    case STEP_PUBLISH:
        break;
    case STEP_DROP_SLOT:
        sql = arena_printf(arena, "DROP_REPLICATION_SLOT %s", slot);
        break;
    case STEP_CREATE_SLOT:
        sql = arena_printf(arena, "CREATE_REPLICATION_SLOT %s LOGICAL pgoutput (SNAPSHOT 'nothing')", slot);
        break;
    case STEP_TYPES:
        sql = FEED_SQL_TYPES;
        break;
    }
    replication_query(f->replication, sql);
    arena_free(arena);
}

static void absent(struct feed *f, const char *reason)
{
    say_away(f, reason);
    f->absent = true;
    replication_break(f->replication, reason, ABSENT_RETRY_MS);
}

static uint64_t lsn_of(const PGresult *result, int column)
{
    unsigned high = 0, low = 0;
    if (sscanf(PQgetvalue(result, 0, column), "%X/%X", &high, &low) != 2) /* NOLINT(cert-err34-c) */
        return 0;
    return (uint64_t)high << 32 | low;
}

/* Where to begin: behind what this process has read; or, when it has read nothing, or the slot is another, or its
 * server, where the slot stands. */
static void begin_reading(struct feed *f, uint64_t confirmed, uint64_t flushed)
{
    bool first = !f->position.commit_lsn;
    f->catch_up_lsn = flushed;
    if (first)
        f->messages_from = flushed;
    if (first || confirmed > read_lsn(f) || flushed < f->position.commit_lsn)
        start_history(f, confirmed, !first);
    f->stats.restarts += !first;
    if (f->types_known)
        replication_start(f->replication, f->slot, read_lsn(f), FEED_PUBLICATION);
    else
        ask(f, STEP_TYPES);
}

static void surveyed(struct feed *f, const PGresult *r)
{
    bool there = *PQgetvalue(r, 0, SLOT_THERE) == 't', published = *PQgetvalue(r, 0, PUBLISHED) == 't';
    bool lost = text_eq(PQgetvalue(r, 0, SLOT_STATUS), "lost");
    if (!text_eq(PQgetvalue(r, 0, WAL_LEVEL), "logical")) {
        absent(f, "Changes need wal_level = logical and a restart of PostgreSQL.");
    } else if (*PQgetvalue(r, 0, STANDBY) == 't') {
        absent(f, "PostgreSQL is a standby, from which changes cannot be read.");
    } else if (*PQgetvalue(r, 0, SLOT_OURS) != 't') {
        absent(f, "The replication slot of this daemon's name belongs to another database: set daemon_name.");
    } else if (there && (lost || !published || f->slot_doubtful)) {
        f->stats.slots_lost++;
        log_warning(
            "replication slot made anew", LOG_STR("slot", f->slot),
            LOG_STR("reason", lost ? "PostgreSQL has dropped WAL that it needs" : "its publication was dropped"));
        ask(f, STEP_DROP_SLOT);
    } else if (!published) {
        ask(f, STEP_PUBLISH);
    } else if (!there) {
        say_away(f, "The replication slot is being made; PostgreSQL waits for the transactions under way.");
        f->restarted = true;
        ask(f, STEP_CREATE_SLOT);
    } else {
        begin_reading(f, lsn_of(r, SLOT_CONFIRMED), lsn_of(r, WAL_FLUSHED));
    }
}

static void on_connected(void *data)
{
    ask(data, STEP_ANNOUNCE);
}

static void on_answered(void *data, const PGresult *result)
{
    struct feed *f = data;
    switch (f->step) {
    case STEP_SURVEY:
        surveyed(f, result);
        break;
    case STEP_TYPES:
        for (int i = 0; i < PQntuples(result); i++)
            relations_name_type(f->relations, (uint32_t)strtoul(PQgetvalue(result, i, 0), NULL, 10),
                                PQgetvalue(result, i, 1));
        f->types_known = true;
        replication_start(f->replication, f->slot, read_lsn(f), FEED_PUBLICATION);
        break;
    case STEP_DROP_SLOT:
        f->slot_doubtful = false;
        ask(f, STEP_SURVEY);
        break;
    default:
        ask(f, STEP_SURVEY);
    }
}

static void on_streaming(void *data)
{
    struct feed *f = data;
    confirm(f);
    replication_ask(f->replication);
}

/* What clients may know of why a session ended; the log knows all of it. */
static const char *reason_of(const char *reason, const char *sqlstate)
{
    if (strstr(reason, "replication role") || strstr(reason, "REPLICATION") || text_eq(sqlstate, "42501"))
        return "The daemon's role may not read changes: it needs the attribute REPLICATION.";
    if (text_eq(sqlstate, "55006"))
        return "The replication slot is in use: two daemons must not have the same daemon_name.";
    if (text_eq(sqlstate, "53400"))
        return "PostgreSQL has no replication slot left: raise max_replication_slots.";
    return "The connection to PostgreSQL was lost.";
}

static void on_lost(void *data, const char *reason, const char *sqlstate)
{
    struct feed *f = data;
    f->in_transaction = false;
    if (text_eq(sqlstate, "42704"))
        f->slot_doubtful = true; /* the publication is younger than what is to be decoded with it */
    if (!f->reason || f->live || f->absent)
        log_warning("realtime feed lost", LOG_STR("slot", f->slot), LOG_STR("reason", reason),
                    LOG_STR("code", sqlstate));
    if (!f->absent)
        say_away(f, reason_of(reason, sqlstate));
    f->absent = false;
}

static void on_tick(uv_timer_t *timer)
{
    struct feed *f = timer->data;
    history_expire(f->history, clock_monotonic_ms() - f->history_ms);
    confirm(f);
    if (!f->live && f->catch_up_lsn)
        replication_ask(f->replication);
    uv_timer_start(timer, on_tick, f->live ? TICK_MS : CATCH_UP_TICK_MS, 0);
}

/* --- life ----------------------------------------------------------------------------------------------------------
 */

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

struct feed *feed_new(uv_loop_t *loop, const struct feed_options *options, const struct feed_events *events)
{
    static const char prefix[] = "maitred_";
    struct arena *arena = arena_new();
    struct feed *f = arena_zalloc(arena, sizeof *f);
    f->arena = arena;
    f->events = *events;
    f->slot = arena_strdup(arena, options->slot);
    f->daemon = strncmp(f->slot, prefix, sizeof prefix - 1) == 0 ? f->slot + sizeof prefix - 1 : f->slot;
    f->history_ms = (int64_t)options->history_s * 1000;
    f->relations = relations_new();
    f->history = history_new(options->history_bytes, (struct cursor){0});
    f->replication = replication_new(loop, options->conninfo,
                                     &(struct replication_events){.connected = on_connected,
                                                                  .answered = on_answered,
                                                                  .streaming = on_streaming,
                                                                  .message = on_message,
                                                                  .keepalive = on_keepalive,
                                                                  .lost = on_lost,
                                                                  .data = f});
    f->upkeep =
        upkeep_new(loop, &(struct upkeep_options){.conninfo = options->conninfo,
                                                  .slot = f->slot,
                                                  .daemon = f->daemon,
                                                  .slot_idle_s = options->slot_idle_s ? options->slot_idle_s : IDLE_S});
    f->timer = calloc(1, sizeof *f->timer);
    if (!f->timer)
        abort();
    f->timer->data = f;
    uv_timer_init(loop, f->timer);
    uv_timer_start(f->timer, on_tick, CATCH_UP_TICK_MS, 0);
    return f;
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    uv_timer_stop(f->timer);
    uv_close((uv_handle_t *)f->timer, free_handle);
    replication_free(f->replication);
    upkeep_free(f->upkeep);
    history_free(f->history);
    relations_free(f->relations);
    pgoutput_room_release(&f->room);
    free(f->values);
    arena_free(f->arena);
}

struct feed_stats feed_stats(const struct feed *f)
{
    struct feed_stats stats = f->stats;
    stats.live = f->live;
    stats.history_entries = history_count(f->history);
    stats.history_bytes = history_bytes(f->history);
    stats.slot_retained_bytes = upkeep_retained_bytes(f->upkeep);
    stats.others = upkeep_others(f->upkeep);
    return stats;
}
