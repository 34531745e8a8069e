/* The `data` of a change's message: the row as the REST dialect writes it, with the columns that the reader may see. */
#include "base/clock.h"
#include "base/json.h"
#include "realtime/internal.h"
#include "rest/render.h"

/* One element of an array's text: quoted, with \ before what is to be taken as it is, or up to the next comma. */
static const char *array_element(struct buf *out, const char *at, const char *end, enum encoding encoding)
{
    struct buf text;
    bool quoted = at < end && *at == '"';
    buf_init(&text, (size_t)(end - at) + 1);
    for (at += quoted; at < end && (quoted ? *at != '"' : *at != ',' && *at != '}'); at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        buf_char(&text, *at);
    }
    at += quoted && at < end;
    struct str value = str_n(text.len ? text.at : "", text.len);
    if (!quoted && str_is(value, "NULL"))
        buf_text(out, "null");
    else
        render_text(out, encoding, value);
    buf_release(&text);
    return at;
}

/* {1,2,{3,NULL}} as [1,2,[3,null]]; bounds ([0:1]={…}) are left out, as to_json() does. */
static void write_array(struct buf *out, struct str text, uint32_t element)
{
    enum encoding encoding = render_encoding(element);
    const char *at = memchr(text.at, '{', text.len), *end = text.at + text.len;
    if (text.len && text.at[0] != '[')
        at = text.at;
    if (!at || at == end || *at != '{') {
        json_quote(out, text);
        return;
    }
    while (at < end) {
        if (*at == '{') {
            buf_char(out, '[');
            at++;
            if (at < end && *at != '{' && *at != '}')
                at = array_element(out, at, end, encoding);
        } else if (*at == '}') {
            buf_char(out, ']');
            at++;
        } else { /* a comma */
            buf_char(out, ',');
            at++;
            if (at < end && *at != '{')
                at = array_element(out, at, end, encoding);
        }
    }
}

static void write_value(struct buf *out, const struct info_column *column, const struct change_value *value)
{
    if (value->state != VALUE_TEXT)
        buf_text(out, "null");
    else if (column->element)
        write_array(out, value->text, column->element);
    else
        render_text(out, render_encoding(column->base), value->text);
}

static void write_row(struct buf *out, const struct entry *entry, const struct change_value *values,
                      const struct change_value *other, const struct column_set *columns, bool key_only)
{
    const struct table_info *info = entry->table->info;
    const int *places = entry->relation->places;
    bool first = true;
    buf_char(out, '{');
    for (int i = 0; i < entry->relation->relation.column_count; i++) {
        int place = places[i];
        if (place < 0 || !column_in(columns, place) || (key_only && !info->columns[place].key))
            continue;
        const struct change_value *value = &values[i];
        if (other && value->state != VALUE_TEXT && value->state != VALUE_NULL)
            value = &other[i];
        if (value->state != VALUE_TEXT && value->state != VALUE_NULL)
            continue;
        if (!first)
            buf_char(out, ',');
        first = false;
        buf_text(out, info->columns[place].json);
        write_value(out, &info->columns[place], value);
    }
    for (int i = 0; entry->computed && !key_only && i < info->computed.gives_count; i++) {
        int place = info->computed.gives[i];
        if (!column_in(columns, place))
            continue;
        if (!first)
            buf_char(out, ',');
        first = false;
        buf_text(out, info->columns[place].json);
        write_value(out, &info->columns[place], &entry->computed[i]);
    }
    buf_char(out, '}');
}

static void write_columns(struct buf *out, const struct table_info *info, const struct column_set *columns)
{
    bool first = true;
    buf_char(out, '[');
    for (int i = 0; i < info->column_count; i++) {
        if (!column_in(columns, i))
            continue;
        if (!first)
            buf_char(out, ',');
        first = false;
        buf_text(out, "{\"name\":");
        json_quote(out, str_of(info->columns[i].name));
        buf_text(out, ",\"type\":");
        json_quote(out, str_of(info->columns[i].type));
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

void record_write(struct buf *out, struct entry *entry, const struct verdict *verdict, const struct column_set *columns)
{
    static const char *const kinds[] = {[CHANGE_INSERT] = "INSERT",
                                        [CHANGE_UPDATE] = "UPDATE",
                                        [CHANGE_DELETE] = "DELETE",
                                        [CHANGE_TRUNCATE] = "TRUNCATE"};
    const struct change *change = &entry->change;
    const struct change_value *after = verdict->again ? verdict->again : change->after;
    char time[CLOCK_TEXT_BYTES], cursor[CURSOR_TEXT_BYTES];
    clock_text(change->committed_us, time);
    cursor_write(cursor, change->cursor);
    buf_text(out, "{\"schema\":\"public\",\"table\":");
    json_quote(out, str_of(entry->table->name));
    buf_printf(out, ",\"commit_timestamp\":\"%s\",\"type\":\"%s\",\"cursor\":\"%s\",\"columns\":", time,
               kinds[change->kind], cursor);
    write_columns(out, entry->table->info, columns);
    if (after) {
        buf_text(out, ",\"record\":");
        write_row(out, entry, after, NULL, columns, false);
    }
    if (change->kind == CHANGE_UPDATE || change->kind == CHANGE_DELETE) {
        buf_text(out, ",\"old_record\":");
        if (change->before || after)
            write_row(out, entry, change->before ? change->before : after, after, columns, true);
        else
            buf_text(out, "{}");
    }
    buf_text(out, ",\"errors\":null}");
}
