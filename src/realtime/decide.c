/* Whether an asker sees a change.
 *
 * Where the rule of a table is proved to read nothing but columns of the row, claims and known tables
 * (app.realtime_table), the rule itself is asked about the values that the WAL holds, and the answer stands for all
 * changes with the same values, until one of the tables it reads changes, or for half a minute, because rules may call
 * stable functions that know what time it is. The WAL has all changes in one order, and decisions are dropped in that
 * order: a change that was committed behind a change of rights is never judged by what was decided before. A decision
 * is only kept when all tables it reads are watched already.
 *
 * Otherwise, and where the WAL has left values out, the row is asked for by its key, as the asker, each time.
 */
#include "base/clock.h"
#include "base/json.h"
#include "realtime/internal.h"

struct decision {
    struct str key;      /* the asker's id and the values */
    struct table *table; /* NULL: dropped, not to be kept */
    int64_t until_ms;
    struct verdict *waiting;
    bool asking, yes;
};

static void settle(struct verdict *verdict, bool yes)
{
    verdict->state = yes ? VERDICT_YES : VERDICT_NO;
    entry_settled(verdict->entry);
}

static void free_decision(struct decision *decision)
{
    free((char *)decision->key.at);
    free(decision);
}

static void forget(struct decision *decision)
{
    map_take(&decision->table->decisions, decision->key);
    decision->table = NULL;
    if (!decision->asking)
        free_decision(decision);
}

void decisions_drop(struct table *table)
{
    struct decision *decision;
    for (size_t at = 0; (decision = map_next(&table->decisions, &at));)
        forget(decision);
}

void decisions_drop_readers(struct realm *realm, const struct table *authority)
{
    struct table *table;
    for (size_t at = 0; (table = map_next(&realm->tables, &at));) {
        bool reads = false;
        for (int role = 0; table->info && role < ROLE_COUNT; role++)
            for (int i = 0; i < table->info->roles[role].reads_count; i++)
                reads = reads || table->info->roles[role].reads[i] == authority;
        if (reads)
            decisions_drop(table);
    }
}

/* --- by the values ------------------------------------------------------------------------------------------------ */

static void decided(void *data, const PGresult *row)
{
    struct decision *decision = data;
    struct verdict *waiting = decision->waiting;
    bool yes = row && *PQgetvalue(row, 0, 0) == 't';
    decision->asking = false;
    decision->yes = yes;
    decision->waiting = NULL;
    decision->until_ms = clock_monotonic_ms() + DECISION_MS;
    if (!decision->table)
        free_decision(decision);
    else if (!row)
        forget(decision);
    while (waiting) {
        struct verdict *next = waiting->next_waiting;
        settle(waiting, yes);
        waiting = next;
    }
}

static struct str decision_key(const struct asker *asker, const struct change_value *values, int count)
{
    size_t length = sizeof asker->id;
    for (int i = 0; i < count; i++)
        length += 1 + sizeof values[i].text.len + (values[i].state == VALUE_TEXT ? values[i].text.len : 0);
    char *key = allocate(length, 1), *to = key;
    memcpy(to, &asker->id, sizeof asker->id);
    to += sizeof asker->id;
    for (int i = 0; i < count; i++) {
        size_t bytes = values[i].state == VALUE_TEXT ? values[i].text.len : 0;
        *to++ = (char)values[i].state;
        memcpy(to, &bytes, sizeof bytes);
        to += sizeof bytes;
        if (bytes)
            memcpy(to, values[i].text.at, bytes);
        to += bytes;
    }
    return str_n(key, (size_t)(to - key));
}

static bool reads_are_watched(const struct role_info *role)
{
    for (int i = 0; i < role->reads_count; i++)
        if (!role->reads[i]->current)
            return false;
    return true;
}

static void decide_by_values(struct verdict *verdict, const struct role_info *role, const struct change_value *values)
{
    struct table *table = verdict->entry->table;
    struct str key = decision_key(verdict->asker, values, role->needs_count);
    struct decision *decision = map_get(&table->decisions, key);
    if (decision && !decision->asking && clock_monotonic_ms() >= decision->until_ms) {
        forget(decision);
        decision = NULL;
    }
    if (decision) {
        free((char *)key.at);
        table->realm->service->stats.check_hits++;
        if (!decision->asking) {
            settle(verdict, decision->yes);
            return;
        }
        verdict->next_waiting = decision->waiting;
        decision->waiting = verdict;
        return;
    }
    decision = allocate(1, sizeof *decision);
    *decision = (struct decision){.key = key, .asking = true, .waiting = verdict};
    if (reads_are_watched(role)) {
        if (table->decisions.count >= DECISIONS_MAX)
            decisions_drop(table);
        decision->table = table;
        map_put(&table->decisions, key, decision);
    }
    question_ask(verdict->asker, table->info, role->ask, values, role->needs_count, decided, decision);
}

/* --- by the row --------------------------------------------------------------------------------------------------- */

struct reading {
    struct verdict *verdict;
    int count;
    int columns[]; /* of the relation, read behind the first value */
};

static void row_read(void *data, const PGresult *row)
{
    struct reading *reading = data;
    struct verdict *verdict = reading->verdict;
    struct entry *entry = verdict->entry;
    if (row && reading->count) {
        size_t count = (size_t)entry->relation->relation.column_count;
        struct change_value *again = arena_array(entry->arena, count, sizeof *again);
        memcpy(again, entry->change.after, count * sizeof *again);
        for (int i = 0; i < reading->count; i++) {
            struct change_value *value = &again[reading->columns[i]];
            value->state = PQgetisnull(row, 0, i + 1) ? VALUE_NULL : VALUE_TEXT;
            value->text.len = (size_t)PQgetlength(row, 0, i + 1);
            value->text.at = arena_strndup(entry->arena, PQgetvalue(row, 0, i + 1), value->text.len);
            entry->bytes += value->text.len;
            entry->table->realm->service->queued_bytes += value->text.len;
        }
        verdict->again = again;
    }
    free(reading);
    settle(verdict, row != NULL);
}

static const char *row_statement(struct entry *entry, struct table_info *info, const struct reading *reading)
{
    struct buf sql;
    buf_init(&sql, 65536);
    buf_text(&sql, "select 1");
    for (int i = 0; i < reading->count; i++) {
        buf_text(&sql, ", \"");
        for (const char *c = entry->relation->relation.columns[reading->columns[i]].name; *c; c++) {
            buf_char(&sql, *c);
            if (*c == '"')
                buf_char(&sql, *c);
        }
        buf_char(&sql, '"');
    }
    buf_char(&sql, ' ');
    buf_text(&sql, info->row);
    struct row_statement *known = info->row_statements;
    while (known && !text_eq(known->text, buf_cstr(&sql)))
        known = known->next;
    if (!known) { /* few: one for each set of columns that were left out */
        known = arena_alloc(info->arena, sizeof *known);
        *known =
            (struct row_statement){.next = info->row_statements, .text = arena_strdup(info->arena, buf_cstr(&sql))};
        info->row_statements = known;
    }
    buf_release(&sql);
    return known->text;
}

static void decide_by_row(struct verdict *verdict, const int *places, const struct change_value *values)
{
    struct entry *entry = verdict->entry;
    struct table_info *info = entry->table->info;
    const struct role_info *role = &info->roles[verdict->asker->role];
    int columns = entry->relation->relation.column_count;
    struct change_value *key = arena_array(entry->arena, (size_t)info->key_count + 1, sizeof *key);
    struct reading *reading = allocate(1, sizeof *reading + (size_t)columns * sizeof(int));
    int found = 0;
    reading->verdict = verdict;
    for (int i = 0; i < columns; i++) {
        if (places[i] < 0)
            continue;
        for (int k = 0; k < info->key_count; k++) {
            if (info->key[k] == places[i] && values[i].state == VALUE_TEXT) {
                key[k] = values[i];
                found++;
            }
        }
        if (values[i].state == VALUE_UNCHANGED && column_in(&role->selects, places[i]))
            reading->columns[reading->count++] = i;
    }
    if (!info->row || found < info->key_count) { /* nothing to find it by */
        free(reading);
        settle(verdict, false);
        return;
    }
    question_ask(verdict->asker, info, row_statement(entry, info, reading), key, info->key_count, row_read, reading);
}

/* --- both --------------------------------------------------------------------------------------------------------- */

void decide(struct verdict *verdict)
{
    struct entry *entry = verdict->entry;
    const struct table_info *info = entry->table->info;
    const struct role_info *role = &info->roles[verdict->asker->role];
    const struct change_value *values = entry->change.after;
    const int *places = entry->relation->places;
    if (!role->any || !values) { /* a key that is gone, a table that is empty: who may select from it hears of it */
        settle(verdict, role->any);
        return;
    }
    struct change_value needs[COLUMNS_MAX];
    bool known = role->proved;
    int found = 0;
    for (int i = 0; i < entry->relation->relation.column_count; i++) {
        if (places[i] < 0)
            continue;
        if (values[i].state == VALUE_UNCHANGED && column_in(&role->selects, places[i]))
            known = false;
        for (int n = 0; n < role->needs_count; n++) {
            if (role->needs[n] == places[i] && (values[i].state == VALUE_TEXT || values[i].state == VALUE_NULL)) {
                needs[n] = values[i];
                found++;
            }
        }
    }
    if (known && found == role->needs_count)
        decide_by_values(verdict, role, needs);
    else
        decide_by_row(verdict, places, values);
}
