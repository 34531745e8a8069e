/* The description of a schema as OpenAPI 2.0, from the catalogue and its comments: what the role that asks may reach.
 */
#include "rest/internal.h"

#include "base/json.h"

#include <string.h>

/* What stands behind a comment's first line, without the empty lines between; NULL: nothing. */
static const char *rest_of(const char *comment)
{
    const char *rest = comment ? strchr(comment, '\n') : NULL;
    while (rest && *rest == '\n')
        rest++;
    return rest && *rest ? rest : NULL;
}

/* A comment's first line is the summary, the rest the description. */
static void summary(struct json_writer *w, struct arena *arena, const char *comment)
{
    if (!comment)
        return;
    json_member(w, "summary", arena_strndup(arena, comment, strcspn(comment, "\n")));
    if (rest_of(comment))
        json_member(w, "description", rest_of(comment));
}

/* A type without its length: "numeric(10,2)" is numeric. */
static const char *format_of(struct arena *arena, const char *type)
{
    const char *open = *type == '"' ? NULL : strchr(type, '('), *close = open ? strchr(open, ')') : NULL;
    if (!strncmp(type, "bpchar", 6))
        return arena_printf(arena, "character%s", type + 6);
    return close ? arena_printf(arena, "%.*s%s", (int)(open - type), type, close + 1) : type;
}

/* PostgreSQL's types as JSON's, by name; NULL: anything. */
static const char *json_type_of(const char *format)
{
    static const struct {
        const char *format, *type;
    } types[] = {{"boolean", "boolean"}, {"smallint", "integer"}, {"integer", "integer"},
                 {"bigint", "integer"},  {"numeric", "number"},   {"real", "number"},
                 {"json", NULL},         {"jsonb", NULL},         {"double precision", "number"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (text_eq(format, types[i].format))
            return types[i].type;
    return "string";
}

static bool is_array(const char *format)
{
    size_t n = strlen(format);
    return n > 2 && text_eq(format + n - 2, "[]");
}

/* The type of a value of this column, and of its elements. */
static void type_of(struct json_writer *w, struct arena *arena, const char *format, enum value_kind kind)
{
    if (!is_array(format)) {
        const char *type = kind == VALUE_COMPOSED ? "object" : json_type_of(format);
        if (type)
            json_member(w, "type", type);
        return;
    }
    const char *element = json_type_of(arena_strndup(arena, format, strlen(format) - 2));
    json_member(w, "type", "array");
    json_key(w, "items");
    json_open(w, '{');
    if (element)
        json_member(w, "type", element);
    json_close(w, '}');
}

/* 'it''s'::type is it's; anything else stays as it is. */
static const char *plain_text(struct arena *arena, const char *sql, const char *type)
{
    const char *cast = arena_printf(arena, "'::%s", type);
    size_t n = strlen(sql), m = strlen(cast);
    if (*sql != '\'' || n <= m || !text_eq(sql + n - m, cast))
        return sql;
    char *text = arena_strndup(arena, sql + 1, n - m - 1), *to = text;
    for (const char *p = text; *p; p++) {
        *to++ = *p;
        p += *p == '\'' && p[1] == '\'';
    }
    *to = '\0';
    return text;
}

/* 'text'::type, 42, false: what a default says when it is a plain value. */
static void default_value(struct json_writer *w, struct arena *arena, const struct column *column)
{
    const char *sql = column->default_sql;
    const char *type = json_type_of(format_of(arena, column->type));
    if (!sql || !type || column->kind == VALUE_COMPOSED)
        return;
    if (text_eq(type, "string")) {
        json_member(w, "default", plain_text(arena, sql, format_of(arena, column->type)));
    } else if (text_eq(type, "boolean") ? text_eq(sql, "true") || text_eq(sql, "false")
                                        : *sql && strspn(sql, "-0123456789.") == strlen(sql)) {
        json_key(w, "default");
        json_raw(w, str_of(sql));
    }
}

static void property(struct json_writer *w, struct arena *arena, const struct column *column, const char *note)
{
    const char *format = format_of(arena, column->type);
    json_open(w, '{');
    if (column->comment || *note)
        json_member(w, "description",
                    arena_printf(arena, "%s%s%s", column->comment ? column->comment : "",
                                 column->comment && *note ? "\n\n" : "", note));
    json_member(w, "format", format);
    type_of(w, arena, format, column->kind);
    if (column->max_length) {
        json_key(w, "maxLength");
        json_int(w, column->max_length);
    }
    if (column->enum_labels) {
        json_key(w, "enum");
        json_raw(w, str_of(column->enum_labels));
    }
    default_value(w, arena, column);
    json_close(w, '}');
}

/* "Note: this is a primary key", "a foreign key to clients.id" */
static const char *column_note(struct arena *arena, const struct table *table, const struct column *column)
{
    const char *note = column->primary ? "Note:\nThis is a Primary Key.<pk/>" : "";
    const struct relationship *key = NULL; /* to the table rather than to a view over it */
    for (size_t i = 0; i < table->relationship_count; i++) {
        const struct relationship *r = &table->relationships[i];
        if (r->kind == RELATIONSHIP_KEY && !r->inverse && r->column_count == 1 &&
            text_eq(r->from_columns[0], column->name) && (!key || (key->to_view && !r->to_view)))
            key = r;
    }
    if (!key)
        return note;
    return arena_printf(arena, "%sThis is a Foreign Key to `%s.%s`.<fk table='%s' column='%s'/>",
                        *note ? arena_printf(arena, "%s\n", note) : "Note:\n", key->to->name, key->to_columns[0],
                        key->to->name, key->to_columns[0]);
}

static bool may(const struct table *table, enum privilege privilege, uint32_t role)
{
    return !role || (table->privileges[privilege] & role);
}

static bool may_anything(const struct table *table, uint32_t role)
{
    if (table->partition)
        return false; /* it is described by the table that it is a part of */
    for (int p = 0; p < PRIVILEGE_COUNT; p++)
        if (may(table, (enum privilege)p, role))
            return true;
    return false;
}

static bool may_see(const struct column *column, uint32_t role)
{
    return !role || (column->readable & role);
}

static void definition(struct json_writer *w, struct arena *arena, const struct table *table, uint32_t role)
{
    json_key(w, table->name);
    json_open(w, '{');
    if (table->comment)
        json_member(w, "description", table->comment);
    bool any = false;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].not_null && may_see(&table->columns[i], role)) {
            if (!any) {
                json_key(w, "required");
                json_open(w, '[');
            }
            any = true;
            json_text(w, table->columns[i].name);
        }
    if (any)
        json_close(w, ']');
    json_key(w, "properties");
    json_open(w, '{');
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (!may_see(column, role))
            continue;
        json_key(w, column->name);
        property(w, arena, column, column_note(arena, table, column));
    }
    json_close(w, '}');
    json_member(w, "type", "object");
    json_close(w, '}');
}

static void reference(struct json_writer *w, const char *path)
{
    json_open(w, '{');
    json_member(w, "$ref", path);
    json_close(w, '}');
}

static void response(struct json_writer *w, const char *status, const char *description, const char *schema)
{
    json_key(w, status);
    json_open(w, '{');
    json_member(w, "description", description);
    if (schema) {
        json_key(w, "schema");
        json_open(w, '{');
        json_member(w, "type", "array");
        json_key(w, "items");
        reference(w, schema);
        json_close(w, '}');
    }
    json_close(w, '}');
}

/* The methods of a table, what each takes besides the columns, and what it answers. */
static const struct {
    const char *method;
    enum privilege privilege;
    bool filters, body;
    const char *parameters[8];
    const char *status, *description;
} operations[] = {
    {"get",
     PRIVILEGE_SELECT,
     true,
     false,
     {"select", "order", "range", "rangeUnit", "offset", "limit", "preferCount", NULL},
     "200",
     "OK"},
    {"post", PRIVILEGE_INSERT, false, true, {"select", "preferPost", NULL}, "201", "Created"},
    {"patch", PRIVILEGE_UPDATE, true, true, {"preferReturn", NULL}, "204", "No Content"},
    {"delete", PRIVILEGE_DELETE, true, false, {"preferReturn", NULL}, "204", "No Content"},
};

static void table_path(struct json_writer *w, struct arena *arena, const struct table *table, uint32_t role)
{
    json_key(w, arena_printf(arena, "/%s", table->name));
    json_open(w, '{');
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (!may(table, operations[i].privilege, role))
            continue;
        json_key(w, operations[i].method);
        json_open(w, '{');
        json_key(w, "tags");
        json_open(w, '[');
        json_text(w, table->name);
        json_close(w, ']');
        summary(w, arena, table->comment);
        json_key(w, "parameters");
        json_open(w, '[');
        for (size_t c = 0; operations[i].filters && c < table->column_count; c++)
            if (may_see(&table->columns[c], role))
                reference(w, arena_printf(arena, "#/parameters/rowFilter.%s.%s", table->name, table->columns[c].name));
        if (operations[i].body)
            reference(w, arena_printf(arena, "#/parameters/body.%s", table->name));
        for (size_t p = 0; operations[i].parameters[p]; p++)
            reference(w, arena_printf(arena, "#/parameters/%s", operations[i].parameters[p]));
        json_close(w, ']');
        json_key(w, "responses");
        json_open(w, '{');
        bool get = text_eq(operations[i].method, "get");
        response(w, operations[i].status, operations[i].description,
                 get ? arena_printf(arena, "#/definitions/%s", table->name) : NULL);
        if (get)
            response(w, "206", "Partial Content", NULL);
        json_close(w, '}');
        json_close(w, '}');
    }
    json_close(w, '}');
}

/* A parameter's type is told without the schema it lives in, unlike a column's. */
static const char *bare_type(const char *type)
{
    const char *dot = strchr(type, '"') ? NULL : strchr(type, '.');
    return dot ? dot + 1 : type;
}

static void query_parameter(struct json_writer *w, struct arena *arena, const struct parameter *p)
{
    const char *format = format_of(arena, bare_type(p->type));
    const char *type = is_array(format) ? "string" : json_type_of(format);
    json_open(w, '{');
    json_member(w, "in", "query");
    json_member(w, "name", p->name);
    json_key(w, "required");
    json_bool(w, p->required && !p->variadic);
    if (p->variadic && is_array(format)) { /* it may be repeated */
        const char *element = arena_strndup(arena, format, strlen(format) - 2);
        json_member(w, "type", "array");
        json_member(w, "collectionFormat", "multi");
        json_key(w, "items");
        json_open(w, '{');
        json_member(w, "format", element);
        json_member(w, "type", json_type_of(element) ? json_type_of(element) : "string");
        json_close(w, '}');
    } else {
        json_member(w, "format", format);
        json_member(w, "type", type ? type : "string");
    }
    json_close(w, '}');
}

static void function_path(struct json_writer *w, struct arena *arena, const struct function *f)
{
    json_key(w, arena_printf(arena, "/rpc/%s", f->name));
    json_open(w, '{');
    for (int get = f->volatility != 'v'; get >= 0; get--) {
        json_key(w, get ? "get" : "post");
        json_open(w, '{');
        json_key(w, "tags");
        json_open(w, '[');
        json_text(w, arena_printf(arena, "(rpc) %s", f->name));
        json_close(w, ']');
        summary(w, arena, f->comment);
        json_key(w, "parameters");
        json_open(w, '[');
        if (!get) {
            json_open(w, '{');
            json_member(w, "in", "body");
            json_member(w, "name", "args");
            json_key(w, "required");
            json_bool(w, true);
            json_key(w, "schema");
            json_open(w, '{');
            json_member(w, "type", "object");
            if (f->comment)
                json_member(w, "description", f->comment);
            bool any = false;
            for (size_t i = 0; i < f->parameter_count; i++)
                any |= f->parameters[i].required && !f->parameters[i].variadic;
            if (any) {
                json_key(w, "required");
                json_open(w, '[');
                for (size_t i = 0; i < f->parameter_count; i++)
                    if (f->parameters[i].required && !f->parameters[i].variadic)
                        json_text(w, f->parameters[i].name);
                json_close(w, ']');
            }
            json_key(w, "properties");
            json_open(w, '{');
        }
        for (size_t i = 0; i < f->parameter_count; i++) {
            const struct parameter *p = &f->parameters[i];
            const struct column like = {
                .name = p->name, .type = bare_type(p->type), .type_oid = p->type_oid, .kind = p->kind};
            if (!get) {
                json_key(w, p->name);
                property(w, arena, &like, "");
                continue;
            }
            query_parameter(w, arena, p);
        }
        if (!get) {
            json_close(w, '}');
            json_close(w, '}');
            json_close(w, '}');
        }
        json_close(w, ']');
        json_key(w, "responses");
        json_open(w, '{');
        response(w, "200", "OK", NULL);
        json_close(w, '}');
        json_close(w, '}');
    }
    json_close(w, '}');
}

static void parameter(struct json_writer *w, const char *key, const char *name, const char *in, const char *description)
{
    json_key(w, key);
    json_open(w, '{');
    json_member(w, "name", name);
    json_member(w, "in", in);
    json_key(w, "required");
    json_bool(w, false);
    if (description)
        json_member(w, "description", description);
    json_member(w, "type", "string");
    json_close(w, '}');
}

static void parameters(struct json_writer *w, struct arena *arena, const struct catalogue *catalogue, uint32_t role)
{
    static const struct {
        const char *key, *name, *in, *description;
    } common[] = {
        {"select", "select", "query", "Filtering Columns"},
        {"order", "order", "query", "Ordering"},
        {"offset", "offset", "query", "Limiting and Pagination"},
        {"limit", "limit", "query", "Limiting and Pagination"},
        {"range", "Range", "header", "Limiting and Pagination"},
        {"rangeUnit", "Range-Unit", "header", "Limiting and Pagination"},
        {"on_conflict", "on_conflict", "query", "On Conflict"},
        {"preferCount", "Prefer", "header", "count=exact, count=planned or count=estimated"},
        {"preferReturn", "Prefer", "header", "return=representation, return=minimal"},
        {"preferPost", "Prefer", "header", "return=representation, resolution=merge-duplicates, missing=default"},
    };
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        parameter(w, common[i].key, common[i].name, common[i].in, common[i].description);
    for (size_t t = 0; t < catalogue->table_count; t++) {
        const struct table *table = &catalogue->tables[t];
        if (!table->exposed || !may_anything(table, role))
            continue;
        json_key(w, arena_printf(arena, "body.%s", table->name));
        json_open(w, '{');
        json_member(w, "name", table->name);
        json_member(w, "in", "body");
        json_key(w, "required");
        json_bool(w, false);
        json_key(w, "schema");
        reference(w, arena_printf(arena, "#/definitions/%s", table->name));
        json_close(w, '}');
        for (size_t c = 0; c < table->column_count; c++)
            if (may_see(&table->columns[c], role))
                parameter(w, arena_printf(arena, "rowFilter.%s.%s", table->name, table->columns[c].name),
                          table->columns[c].name, "query", table->columns[c].comment);
    }
}

static void list(struct json_writer *w, const char *key, const char *const *texts)
{
    json_key(w, key);
    json_open(w, '[');
    for (; *texts; texts++)
        json_text(w, *texts);
    json_close(w, ']');
}

static void root_path(struct json_writer *w)
{
    json_key(w, "/");
    json_open(w, '{');
    json_key(w, "get");
    json_open(w, '{');
    json_key(w, "tags");
    json_open(w, '[');
    json_text(w, "Introspection");
    json_close(w, ']');
    json_member(w, "summary", "OpenAPI description (this document)");
    json_key(w, "responses");
    json_open(w, '{');
    response(w, "200", "OK", NULL);
    json_close(w, '}');
    json_close(w, '}');
    json_close(w, '}');
}

static void write_description(const struct errand *x, struct json_writer *w)
{
    static const char *const media[] = {"application/json", "application/vnd.pgrst.object+json;nulls=stripped",
                                        "application/vnd.pgrst.object+json", "text/csv", NULL};
    const struct http_req *req = x->req;
    const struct catalogue *catalogue = x->catalogue;
    struct arena *arena = req->arena;
    uint32_t role = catalogue_role_bit(catalogue, req->who->role);
    const char *comment = catalogue->schema_comment;
    json_open(w, '{');
    json_member(w, "swagger", "2.0");
    json_key(w, "info");
    json_open(w, '{');
    json_member(w, "title", comment ? arena_strndup(arena, comment, strcspn(comment, "\n")) : req->tenant->name);
    if (rest_of(comment))
        json_member(w, "description", rest_of(comment));
    json_member(w, "version", "1");
    json_close(w, '}');
    json_key(w, "externalDocs"); /* of the dialect */
    json_open(w, '{');
    json_member(w, "description", "PostgREST Documentation");
    json_member(w, "url", "https://postgrest.org/en/v12.0/api.html");
    json_close(w, '}');
    json_member(w, "host", req->host);
    json_member(w, "basePath", "/rest/v1");
    json_key(w, "schemes");
    json_open(w, '[');
    json_text(w, req->secure ? "https" : "http");
    json_close(w, ']');
    list(w, "consumes", media);
    list(w, "produces", media);
    json_key(w, "paths");
    json_open(w, '{');
    root_path(w);
    for (size_t i = 0; i < catalogue->table_count; i++)
        if (catalogue->tables[i].exposed && may_anything(&catalogue->tables[i], role))
            table_path(w, arena, &catalogue->tables[i], role);
    for (size_t i = 0; i < catalogue->function_count; i++) {
        const struct function *f = &catalogue->functions[i];
        bool overload = i && text_eq(f->name, f[-1].name); /* one path for all */
        if (!overload && (!role || (f->executable & role)))
            function_path(w, arena, f);
    }
    json_close(w, '}');
    json_key(w, "definitions");
    json_open(w, '{');
    for (size_t i = 0; i < catalogue->table_count; i++)
        if (catalogue->tables[i].exposed && may_anything(&catalogue->tables[i], role))
            definition(w, arena, &catalogue->tables[i], role);
    json_close(w, '}');
    json_key(w, "parameters");
    json_open(w, '{');
    parameters(w, arena, catalogue, role);
    json_close(w, '}');
    json_close(w, '}');
}

/* Whether a description, or JSON, is among what the client takes. */
static bool wants_description(struct errand *x)
{
    struct media choices[16];
    size_t count = media_choices(x->req->arena, x->accept, choices, sizeof choices / sizeof *choices);
    bool wanted = !x->accept || !*x->accept;
    for (size_t i = 0; i < count && !wanted; i++)
        wanted = choices[i].format == FORMAT_OPENAPI || choices[i].format == FORMAT_JSON;
    return wanted;
}

void openapi_answer(struct errand *x)
{
    struct buf body;
    struct error error;
    if (!wants_description(x)) {
        error_set(&error, x->req->arena, ERR_BAD_MEDIA, "None of these media types are available: %.200s", x->accept);
        errand_fail(x, &error);
        return;
    }
    buf_init(&body, (size_t)x->service->services->settings->answer_max_bytes);
    struct json_writer w = json_writer(&body);
    write_description(x, &w);
    bool plain = x->asked.format == FORMAT_JSON && x->accept && strstr(x->accept, "application/json");
    timing_header(x);
    http_answer(x->req, 200, plain ? "application/json; charset=utf-8" : "application/openapi+json; charset=utf-8",
                &body);
    errand_done(x);
}
