#include "rest/sql.h"

#include <ctype.h>
#include <string.h>

void sql_init(struct sql *sql, struct arena *arena, const char *schema)
{
    *sql = (struct sql){.arena = arena, .schema = schema};
    buf_init(&sql->text, SQL_TEXT_MAX);
}

bool sql_finish(struct sql *sql, struct plan_statement *statement)
{
    bool fits = !sql->text.overflow && sql->param_count <= PLAN_PARAMETERS_MAX;
    if (fits)
        *statement = (struct plan_statement){.sql = arena_strndup(sql->arena, sql->text.at, sql->text.len),
                                             .params = sql->params,
                                             .param_count = sql->param_count};
    buf_release(&sql->text);
    return fits;
}

void sql_add(struct sql *sql, const char *words)
{
    buf_text(&sql->text, words);
}

void sql_int(struct sql *sql, int64_t number)
{
    buf_int(&sql->text, number);
}

void sql_name(struct sql *sql, const char *name)
{
    buf_char(&sql->text, '"');
    for (const char *p = name; *p; p++) {
        if (*p == '"')
            buf_char(&sql->text, '"');
        buf_char(&sql->text, *p);
    }
    buf_char(&sql->text, '"');
}

void sql_names(struct sql *sql, const char *qualifier, const char *name)
{
    sql_name(sql, qualifier);
    buf_char(&sql->text, '.');
    sql_name(sql, name);
}

/* Right whatever standard_conforming_strings says: a backslash makes it an E'' string. */
void sql_literal(struct sql *sql, const char *text)
{
    if (strchr(text, '\\'))
        sql_add(sql, " E");
    buf_char(&sql->text, '\'');
    for (const char *p = text; *p; p++) {
        if (*p == '\'' || *p == '\\')
            buf_char(&sql->text, *p);
        buf_char(&sql->text, *p);
    }
    buf_char(&sql->text, '\'');
}

/* Names that are SQL's own and mean nothing when quoted, and whether the renderer knows the type. */
static const struct {
    const char *name, *sql;
    bool plain;
} types[] = {
    {"int", "int4", true},
    {"integer", "int4", true},
    {"int4", "int4", true},
    {"bigint", "int8", true},
    {"int8", "int8", true},
    {"smallint", "int2", true},
    {"int2", "int2", true},
    {"decimal", "numeric", true},
    {"numeric", "numeric", true},
    {"real", "float4", true},
    {"float4", "float4", true},
    {"float", "float8", true},
    {"float8", "float8", true},
    {"double precision", "float8", true},
    {"bool", "bool", true},
    {"boolean", "bool", true},
    {"text", "text", true},
    {"varchar", "varchar", true},
    {"character varying", "varchar", true},
    {"char", "bpchar", true},
    {"character", "bpchar", true},
    {"uuid", "uuid", true},
    {"date", "date", true},
    {"time", "time", true},
    {"time without time zone", "time", true},
    {"timetz", "timetz", true},
    {"time with time zone", "timetz", true},
    {"timestamp", "timestamp", true},
    {"timestamp without time zone", "timestamp", true},
    {"timestamptz", "timestamptz", true},
    {"timestamp with time zone", "timestamptz", true},
    {"interval", "interval", true},
    {"json", "json", true},
    {"jsonb", "jsonb", true},
    {"bytea", "bytea", true},
};

void sql_type(struct sql *sql, const char *type)
{
    size_t n = strlen(type);
    bool array = n > 2 && text_eq(type + n - 2, "[]");
    const char *name = array ? arena_strndup(sql->arena, type, n - 2) : type;
    const char *own = NULL;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strcasecmp(name, types[i].name))
            own = types[i].sql;
    if (own)
        sql_add(sql, own);
    else
        sql_name(sql, name);
    if (array)
        sql_add(sql, "[]");
}

bool sql_type_is_plain(const char *type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strcasecmp(type, types[i].name))
            return types[i].plain;
    return false;
}

void sql_parameter(struct sql *sql, struct plan_param param)
{
    if (sql->param_count == sql->param_room) {
        int room = sql->param_room ? sql->param_room * 2 : 8;
        struct plan_param *params = arena_array(sql->arena, (size_t)room, sizeof *params);
        if (sql->param_count)
            memcpy(params, sql->params, (size_t)sql->param_count * sizeof *params);
        sql->params = params;
        sql->param_room = room;
    }
    sql->params[sql->param_count++] = param;
    buf_char(&sql->text, '$');
    buf_int(&sql->text, sql->param_count);
}

void sql_constant(struct sql *sql, const char *value)
{
    sql_parameter(
        sql, (struct plan_param){.source = PARAM_CONSTANT, .constant = value ? arena_strdup(sql->arena, value) : NULL});
}

void sql_number(struct sql *sql, int64_t value)
{
    sql_parameter(sql, (struct plan_param){.source = PARAM_CONSTANT,
                                           .constant = arena_printf(sql->arena, "%lld", (long long)value)});
    sql_add(sql, "::bigint");
}

void sql_table(struct sql *sql, const struct table *table)
{
    sql_names(sql, sql->schema, table->name);
}

const char *sql_alias(struct sql *sql, const struct node *node)
{
    if (!node->number)
        return node->table->name;
    const struct node *root = node;
    while (root->parent)
        root = root->parent;
    const char *alias = arena_printf(sql->arena, "%s_%d", node->table->name, node->number);
    return root->table && text_eq(alias, root->table->name) ? arena_printf(sql->arena, "%s_", alias) : alias;
}

void sql_field(struct sql *sql, const char *alias, const struct field *field, const struct column *column)
{
    if (!field->path) {
        sql_names(sql, alias, field->name);
        return;
    }
    bool is_json = column && column->kind == VALUE_JSON;
    sql_add(sql, is_json ? "(" : "(to_jsonb(");
    sql_names(sql, alias, field->name);
    if (!is_json)
        sql_add(sql, ")");
    for (const struct json_step *step = field->path; step; step = step->next) {
        sql_add(sql, step->as_text ? "->>" : "->");
        if (step->key) {
            sql_literal(sql, step->key);
        } else {
            sql_add(sql, "(");
            sql_int(sql, step->index);
            sql_add(sql, ")");
        }
    }
    sql_add(sql, ")");
}
