/* Each object is written over several lines, members in the order of the description, which is sorted: a change of the
 * database is a change of a few lines here. */
#include "command/typescript.h"

#include "base/json.h"
#include "base/json_kept.h"
#include "base/str.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* What the daemon speaks, to supabase-js: which of its newer calls it may offer. */
#define POSTGREST_VERSION "12.0.2"

struct writer {
    struct buf *out;
    const struct described_schema *schema;
    int depth;
};

static void write_shape(struct writer *w, const json_t *shape);

static bool member_true(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static void quote(struct writer *w, const char *text)
{
    json_quote(w->out, str_of(text));
}

static void line(struct writer *w)
{
    buf_char(w->out, '\n');
    for (int i = 0; i < w->depth; i++)
        buf_text(w->out, "  ");
}

static void open_object(struct writer *w)
{
    buf_char(w->out, '{');
    w->depth++;
}

static void close_object(struct writer *w)
{
    w->depth--;
    line(w);
    buf_char(w->out, '}');
}

static bool is_identifier(const char *name)
{
    if (!isalpha((unsigned char)*name) && *name != '_' && *name != '$')
        return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && *name != '_' && *name != '$')
            return false;
    return true;
}

/* A member's name on a line of its own: reserved words may stand there as they are, other signs are quoted. */
static void key(struct writer *w, const char *name, bool optional)
{
    line(w);
    if (is_identifier(name))
        buf_text(w->out, name);
    else
        quote(w, name);
    buf_text(w->out, optional ? "?: " : ": ");
}

/* --- Types ------------------------------------------------------------------------------------------------------- */

static void schema_member(struct writer *w, const char *part, const char *name)
{
    buf_text(w->out, "Database[");
    quote(w, w->schema->key);
    buf_printf(w->out, "][\"%s\"][", part);
    quote(w, name);
    buf_char(w->out, ']');
}

static const json_t *relation_of(const struct writer *w, const char *name)
{
    size_t i;
    const json_t *relation;
    json_array_foreach(json_object_get(w->schema->description, "relations"), i,
                       relation) if (text_eq(json_text_at(relation, "name"), name)) return relation;
    return NULL;
}

static void write_row(struct writer *w, const char *name)
{
    const json_t *relation = relation_of(w, name);
    if (!relation) {
        schema_member(w, "CompositeTypes", name);
        return;
    }
    schema_member(w, member_true(relation, "view") ? "Views" : "Tables", name);
    buf_text(w->out, "[\"Row\"]");
}

static const char *plain_word(struct str word)
{
    static const struct {
        const char *word, *type;
    } words[] = {{"text", "string"},    {"uuid", "string"},   {"instant", "string"}, {"date", "string"},
                 {"time", "string"},    {"number", "number"}, {"int", "number"},     {"boolean", "boolean"},
                 {"true", "true"},      {"false", "false"},   {"json", "Json"},      {"null", "null"},
                 {"none", "undefined"}, {"any", "unknown"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(word, str_of(words[i].word)))
            return words[i].type;
    return NULL;
}

/* table(column, column): these columns of its rows. */
static void write_picked(struct writer *w, struct str word, size_t open)
{
    buf_printf(w->out, "Pick<Database[\"%s\"][\"Tables\"][", w->schema->key);
    json_quote(w->out, (struct str){word.at, open});
    buf_text(w->out, "][\"Row\"], ");
    for (size_t at = open + 1; at < word.len - 1;) {
        size_t end = at;
        while (end < word.len - 1 && word.at[end] != ',')
            end++;
        json_quote(w->out, (struct str){word.at + at, end - at});
        at = end + 2; /* ", " */
        buf_text(w->out, at < word.len - 1 ? " | " : "");
    }
    buf_char(w->out, '>');
}

/* One word: a plain one, =text, table(columns), table.column, or the name of a shape. */
static void write_word(struct writer *w, struct str word)
{
    const char *plain = plain_word(word), *dot = memchr(word.at, '.', word.len), *open = memchr(word.at, '(', word.len);
    if (plain) {
        buf_text(w->out, plain);
    } else if (word.len && *word.at == '=') {
        json_quote(w->out, (struct str){word.at + 1, word.len - 1});
    } else if (open) {
        write_picked(w, word, (size_t)(open - word.at));
    } else if (dot) {
        buf_printf(w->out, "Database[\"%s\"][\"Tables\"][", w->schema->key);
        json_quote(w->out, (struct str){word.at, (size_t)(dot - word.at)});
        buf_text(w->out, "][\"Row\"][");
        json_quote(w->out, (struct str){dot + 1, word.len - (size_t)(dot + 1 - word.at)});
        buf_char(w->out, ']');
    } else {
        buf_text(w->out, "Shapes[");
        json_quote(w->out, word);
        buf_char(w->out, ']');
    }
}

/* "line[] | null" */
static void write_words(struct writer *w, const char *words)
{
    for (const char *at = words; at;) {
        const char *bar = strstr(at, " | ");
        struct str word = {at, bar ? (size_t)(bar - at) : strlen(at)};
        size_t lists = 0;
        while (word.len > 2 && !memcmp(word.at + word.len - 2, "[]", 2)) {
            word.len -= 2;
            lists++;
        }
        write_word(w, word);
        while (lists--)
            buf_text(w->out, "[]");
        at = bar ? bar + 3 : NULL;
        if (at)
            buf_text(w->out, " | ");
    }
}

static void write_texts(struct writer *w, const json_t *texts)
{
    size_t i;
    const json_t *text;
    json_array_foreach(texts, i, text)
    {
        buf_text(w->out, i ? " | " : "");
        quote(w, json_string_value(text));
    }
}

/* Whether it needs parentheses before [] or beside | null. */
static bool is_union(const json_t *shape)
{
    if (json_is_string(shape))
        return strstr(json_string_value(shape), " | ") != NULL;
    return json_object_get(shape, "=") || json_object_get(shape, "...");
}

static void write_list(struct writer *w, const json_t *shape)
{
    size_t i;
    const json_t *item;
    if (json_array_size(shape) != 1) {
        buf_char(w->out, '[');
        json_array_foreach(shape, i, item)
        {
            buf_text(w->out, i ? ", " : "");
            write_shape(w, item);
        }
        buf_char(w->out, ']');
        return;
    }
    item = json_array_get(shape, 0);
    bool parentheses = is_union(item);
    buf_text(w->out, parentheses ? "(" : "");
    write_shape(w, item);
    buf_text(w->out, parentheses ? ")[]" : "[]");
}

static bool is_special(const char *name)
{
    return text_eq(name, "...") || text_eq(name, "*");
}

/* {"...": "shape", "key": …, "key?": …, "*": …} */
static void write_members(struct writer *w, const json_t *shape)
{
    const char *name;
    json_t *member; /* jansson's loop wants one that may change */
    const json_t *more = json_object_get(shape, "..."), *others = json_object_get(shape, "*");
    size_t own = json_object_size(shape) - (more ? 1 : 0) - (others ? 1 : 0);
    if (more) {
        write_shape(w, more);
        if (own || others)
            buf_text(w->out, " & ");
    }
    if (others) {
        buf_text(w->out, "{ [key: string]: ");
        write_shape(w, others);
        buf_text(w->out, own ? " } & " : " }");
    }
    if (!own) {
        if (!more && !others)
            buf_text(w->out, "Record<string, never>");
        return;
    }
    open_object(w);
    json_object_foreach((json_t *)shape, name, member)
    {
        size_t length = strlen(name);
        bool optional = length > 1 && name[length - 1] == '?';
        if (is_special(name))
            continue;
        line(w);
        struct str bare = {name, length - (optional ? 1 : 0)};
        if (optional ? strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == bare.len : is_identifier(name))
            buf_str(w->out, bare);
        else
            json_quote(w->out, bare);
        buf_text(w->out, optional ? "?: " : ": ");
        write_shape(w, member);
    }
    close_object(w);
}

static void write_shape(struct writer *w, const json_t *shape)
{
    if (json_is_string(shape)) {
        write_words(w, json_string_value(shape));
    } else if (json_is_array(shape)) {
        write_list(w, shape);
    } else if (json_object_get(shape, "=")) {
        write_texts(w, json_object_get(shape, "="));
    } else if (json_object_get(shape, "enum")) {
        schema_member(w, "Enums", json_text_at(shape, "enum"));
    } else if (json_object_get(shape, "row")) {
        write_row(w, json_text_at(shape, "row"));
    } else {
        write_members(w, shape);
    }
}

static void write_nullable(struct writer *w, const json_t *shape, bool nullable)
{
    const char *word = json_string_value(shape);
    write_shape(w, shape);
    if (nullable && !(word && (text_eq(word, "any") || text_eq(word, "null"))))
        buf_text(w->out, " | null");
}

/* --- Tables and views -----------------------------------------------------------------------------------------------
 */

/* The one parameter of a function that takes a row of a relation, which is how a computed column is made; or NULL. */
static const char *computes_of(const json_t *function)
{
    const json_t *parameters = json_object_get(function, "parameters");
    return json_array_size(parameters) == 1
               ? json_text_at(json_object_get(json_array_get(parameters, 0), "type"), "row")
               : NULL;
}

static void write_answer(struct writer *w, const json_t *function);

static void write_row_columns(struct writer *w, const json_t *relation)
{
    size_t i;
    const json_t *column, *function;
    key(w, "Row", false);
    open_object(w);
    json_array_foreach(json_object_get(relation, "columns"), i, column)
    {
        if (!member_true(column, "read"))
            continue;
        key(w, json_text_at(column, "name"), false);
        write_nullable(w, json_object_get(column, "type"), member_true(column, "nullable"));
    }
    json_array_foreach(json_object_get(w->schema->description, "functions"), i, function)
    {
        const char *of = computes_of(function);
        if (!of || !text_eq(of, json_text_at(relation, "name")) || member_true(function, "set") ||
            json_is_string(json_object_get(function, "row")))
            continue;
        key(w, json_text_at(function, "name"), false);
        write_nullable(w, json_object_get(function, "answer"), true);
    }
    close_object(w);
}

static void write_written_columns(struct writer *w, const json_t *relation, bool insert)
{
    size_t i;
    const json_t *column;
    bool view = member_true(relation, "view");
    key(w, insert ? "Insert" : "Update", false);
    open_object(w);
    json_array_foreach(json_object_get(relation, "columns"), i, column)
    {
        bool written = member_true(column, "written") && member_true(column, insert ? "inserted" : "updated");
        if (!written && !member_true(column, "read"))
            continue;
        bool nullable = view || member_true(column, "nullable");
        key(w, json_text_at(column, "name"), !written || !insert || nullable || member_true(column, "default"));
        if (written)
            write_nullable(w, json_object_get(column, "type"), nullable);
        else
            buf_text(w->out, "never");
    }
    close_object(w);
}

static void write_names(struct writer *w, const char *name, const json_t *names)
{
    size_t i;
    const json_t *one;
    key(w, name, false);
    buf_char(w->out, '[');
    json_array_foreach(names, i, one)
    {
        buf_text(w->out, i ? ", " : "");
        quote(w, json_string_value(one));
    }
    buf_char(w->out, ']');
}

static void write_relationships(struct writer *w, const json_t *relation)
{
    size_t i;
    const json_t *list = json_object_get(relation, "relationships"), *one;
    key(w, "Relationships", false);
    buf_char(w->out, '[');
    w->depth++;
    json_array_foreach(list, i, one)
    {
        line(w);
        open_object(w);
        key(w, "foreignKeyName", false);
        quote(w, json_text_at(one, "key"));
        write_names(w, "columns", json_object_get(one, "columns"));
        key(w, "isOneToOne", false);
        buf_text(w->out, member_true(one, "one") ? "true" : "false");
        key(w, "referencedRelation", false);
        quote(w, json_text_at(one, "target"));
        write_names(w, "referencedColumns", json_object_get(one, "target_columns"));
        close_object(w);
        buf_char(w->out, ',');
    }
    w->depth--;
    if (json_array_size(list))
        line(w);
    buf_char(w->out, ']');
}

static void write_none(struct writer *w)
{
    line(w);
    buf_text(w->out, "[_ in never]: never");
}

static void write_relations(struct writer *w, bool views)
{
    size_t i, count = 0;
    const json_t *relation;
    key(w, views ? "Views" : "Tables", false);
    open_object(w);
    json_array_foreach(json_object_get(w->schema->description, "relations"), i, relation)
    {
        if (member_true(relation, "view") != views)
            continue;
        count++;
        key(w, json_text_at(relation, "name"), false);
        open_object(w);
        write_row_columns(w, relation);
        if (member_true(relation, "insertable"))
            write_written_columns(w, relation, true);
        if (member_true(relation, "updatable"))
            write_written_columns(w, relation, false);
        write_relationships(w, relation);
        close_object(w);
    }
    if (!count)
        write_none(w);
    close_object(w);
}

/* --- Functions ------------------------------------------------------------------------------------------------------
 */

/* Whether a request can call it: all parameters have names, or there is one that takes the whole body or a row. */
static bool can_be_called(const json_t *function)
{
    size_t i;
    const json_t *parameters = json_object_get(function, "parameters"), *one;
    json_array_foreach(parameters, i, one)
    {
        const json_t *type = json_object_get(one, "type");
        const char *word = json_string_value(type);
        if (!*json_text_at(one, "name") &&
            (json_array_size(parameters) > 1 ||
             !(json_object_get(type, "row") || (word && (text_eq(word, "json") || text_eq(word, "text"))))))
            return false;
    }
    return true;
}

static void write_arguments(struct writer *w, const json_t *function)
{
    size_t i;
    const json_t *parameters = json_object_get(function, "parameters"), *one;
    key(w, "Args", false);
    if (!json_array_size(parameters)) {
        buf_text(w->out, "never");
        return;
    }
    open_object(w);
    json_array_foreach(parameters, i, one)
    {
        key(w, json_text_at(one, "name"), member_true(one, "optional"));
        write_shape(w, json_object_get(one, "type"));
    }
    close_object(w);
}

/* One row of a function that answers columns; what its comment says of a column holds before the catalogue's word. */
static void write_columns(struct writer *w, const json_t *columns, const json_t *said)
{
    size_t i;
    const json_t *column;
    open_object(w);
    json_array_foreach(columns, i, column)
    {
        const char *name = json_text_at(column, "name");
        const json_t *type = json_object_get(said, name);
        key(w, name, false);
        write_shape(w, type ? type : json_object_get(column, "type"));
    }
    close_object(w);
}

static void write_answer(struct writer *w, const json_t *function)
{
    const json_t *columns = json_object_get(function, "columns"), *answer = json_object_get(function, "answer");
    const char *row = json_text_at(function, "row");
    key(w, "Returns", false);
    bool list = member_true(function, "set") && !(row && member_true(function, "single"));
    bool parentheses = list && !json_is_array(columns) && is_union(answer);
    buf_text(w->out, parentheses ? "(" : "");
    if (json_is_array(columns))
        write_columns(w, columns, answer);
    else
        write_shape(w, answer);
    buf_text(w->out, parentheses ? ")" : "");
    buf_text(w->out, list ? "[]" : "");
    if (!row)
        return;
    /* With it, supabase-js lets the rows be filtered, narrowed and joined. */
    const char *from = computes_of(function);
    key(w, "SetofOptions", false);
    open_object(w);
    key(w, "from", false);
    quote(w, from ? from : "*");
    key(w, "to", false);
    quote(w, row);
    key(w, "isOneToOne", false);
    buf_text(w->out, member_true(function, "set") && !member_true(function, "single") ? "false" : "true");
    key(w, "isSetofReturn", false);
    buf_text(w->out, member_true(function, "set") ? "true" : "false");
    close_object(w);
}

/* Functions of one name are one member: a call fits one of them. */
static void write_functions(struct writer *w)
{
    size_t i, count = 0;
    const json_t *function;
    const char *last = "";
    key(w, "Functions", false);
    open_object(w);
    json_array_foreach(json_object_get(w->schema->description, "functions"), i, function)
    {
        const char *name = json_text_at(function, "name");
        if (!can_be_called(function))
            continue;
        if (count++ && text_eq(name, last))
            buf_text(w->out, " | ");
        else
            key(w, name, false);
        last = name;
        open_object(w);
        write_arguments(w, function);
        write_answer(w, function);
        close_object(w);
    }
    if (!count)
        write_none(w);
    close_object(w);
}

/* --- The file
 * --------------------------------------------------------------------------------------------------------- */

static void write_enums(struct writer *w)
{
    size_t i;
    const json_t *list = json_object_get(w->schema->description, "enums"), *one;
    key(w, "Enums", false);
    open_object(w);
    json_array_foreach(list, i, one)
    {
        key(w, json_text_at(one, "name"), false);
        write_texts(w, json_object_get(one, "values"));
    }
    if (!json_array_size(list))
        write_none(w);
    close_object(w);
}

static void write_composites(struct writer *w)
{
    size_t i, j;
    const json_t *list = json_object_get(w->schema->description, "composites"), *one, *column;
    key(w, "CompositeTypes", false);
    open_object(w);
    json_array_foreach(list, i, one)
    {
        key(w, json_text_at(one, "name"), false);
        open_object(w);
        json_array_foreach(json_object_get(one, "columns"), j, column)
        {
            key(w, json_text_at(column, "name"), false);
            write_nullable(w, json_object_get(column, "type"), true);
        }
        close_object(w);
    }
    if (!json_array_size(list))
        write_none(w);
    close_object(w);
}

static void write_shapes(struct writer *w)
{
    size_t i;
    const json_t *list = json_object_get(w->schema->description, "shapes"), *one;
    if (!json_array_size(list))
        return;
    buf_text(w->out, "\n// Parts of what functions answer, by name.\nexport type Shapes = ");
    open_object(w);
    json_array_foreach(list, i, one)
    {
        key(w, json_text_at(one, "name"), false);
        write_shape(w, json_object_get(one, "shape"));
    }
    close_object(w);
    buf_char(w->out, '\n');
}

static void write_constants(struct writer *w, const struct described_schema *schemas, size_t count)
{
    size_t i;
    const json_t *one;
    buf_text(w->out, "\nexport const Constants = ");
    open_object(w);
    for (size_t s = 0; s < count; s++) {
        key(w, schemas[s].key, false);
        open_object(w);
        key(w, "Enums", false);
        open_object(w);
        json_array_foreach(json_object_get(schemas[s].description, "enums"), i, one)
        {
            write_names(w, json_text_at(one, "name"), json_object_get(one, "values"));
            buf_char(w->out, ',');
        }
        close_object(w);
        buf_char(w->out, ',');
        close_object(w);
        buf_char(w->out, ',');
    }
    close_object(w);
    buf_text(w->out, " as const\n");
}

/* The names under which programs know the parts of such a file: Tables<"orders">, Enums<"colour">,
 * Tables<{ schema: "shop" }, "orders">. */
static const char *const helpers =
    "\n"
    "type Schemas = Omit<Database, \"__InternalSupabase\">\n"
    "type Chosen = { schema: keyof Schemas }\n"
    "type SchemaOf<N> = N extends { schema: infer S extends keyof Schemas } ? Schemas[S] : DefaultSchema\n"
    "type Names<N, Part extends keyof DefaultSchema> = N extends Chosen ? keyof SchemaOf<N>[Part] : never\n"
    "type Member<T, N, M, Part extends string> = (N extends string ? N : M) extends infer K extends keyof T\n"
    "  ? T[K] extends { [P in Part]: infer R }\n"
    "    ? R\n"
    "    : never\n"
    "  : never\n"
    "\n"
    "export type Tables<\n"
    "  N extends keyof DefaultSchema[\"Tables\"] | keyof DefaultSchema[\"Views\"] | Chosen,\n"
    "  M extends Names<N, \"Tables\"> | Names<N, \"Views\"> = never,\n"
    "> = Member<SchemaOf<N>[\"Tables\"] & SchemaOf<N>[\"Views\"], N, M, \"Row\">\n"
    "export type TablesInsert<N extends keyof DefaultSchema[\"Tables\"] | Chosen, M extends Names<N, \"Tables\"> = "
    "never> = Member<\n"
    "  SchemaOf<N>[\"Tables\"], N, M, \"Insert\"\n"
    ">\n"
    "export type TablesUpdate<N extends keyof DefaultSchema[\"Tables\"] | Chosen, M extends Names<N, \"Tables\"> = "
    "never> = Member<\n"
    "  SchemaOf<N>[\"Tables\"], N, M, \"Update\"\n"
    ">\n"
    "export type Enums<N extends keyof DefaultSchema[\"Enums\"] | Chosen, M extends Names<N, \"Enums\"> = never> =\n"
    "  (N extends string ? N : M) extends infer K extends keyof SchemaOf<N>[\"Enums\"] ? SchemaOf<N>[\"Enums\"][K] : "
    "never\n"
    "export type CompositeTypes<\n"
    "  N extends keyof DefaultSchema[\"CompositeTypes\"] | Chosen,\n"
    "  M extends Names<N, \"CompositeTypes\"> = never,\n"
    "> = (N extends string ? N : M) extends infer K extends keyof SchemaOf<N>[\"CompositeTypes\"]\n"
    "  ? SchemaOf<N>[\"CompositeTypes\"][K]\n"
    "  : never\n";

void typescript_write(struct buf *out, const struct described_schema *schemas, size_t count)
{
    struct writer w = {.out = out, .schema = schemas};
    buf_text(out,
             "// Written by `maitred types`; to change it, change the database.\n\n"
             "export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]\n\n"
             "export type Database = ");
    open_object(&w);
    key(&w, "__InternalSupabase", false);
    open_object(&w);
    key(&w, "PostgrestVersion", false);
    quote(&w, POSTGREST_VERSION);
    close_object(&w);
    for (size_t i = 0; i < count; i++) {
        w.schema = &schemas[i];
        key(&w, w.schema->key, false);
        open_object(&w);
        write_relations(&w, false);
        write_relations(&w, true);
        write_functions(&w);
        write_enums(&w);
        write_composites(&w);
        close_object(&w);
    }
    close_object(&w);
    buf_char(out, '\n');
    for (size_t i = 0; i < count; i++) {
        w.schema = &schemas[i];
        write_shapes(&w);
    }
    buf_text(out, "\ntype DefaultSchema = Database[");
    quote(&w, schemas->key);
    buf_text(out, "]");
    buf_text(out, helpers);
    write_constants(&w, schemas, count);
}
