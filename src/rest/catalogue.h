/* What the database holds, as the planner needs it: tables, views, columns, keys, relationships, functions.
 *
 * One catalogue describes one exposed schema. It is immutable and reference counted: a reload makes a new one, requests
 * under way keep theirs. Tenants of one shape share a catalogue, so no text in it names a tenant's schema.
 */
#ifndef MAITRED_REST_CATALOGUE_H
#define MAITRED_REST_CATALOGUE_H

#include "base/arena.h"
#include "base/error.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CATALOGUE_ROLES_MAX = 32 };

/* How a value becomes JSON. */
enum value_kind {
    VALUE_PLAIN,    /* the renderer knows the type or quotes its text */
    VALUE_JSON,     /* json, jsonb: raw */
    VALUE_COMPOSED, /* arrays, row types, types with a cast to json: to_json() in SQL */
};

struct column {
    const char *name;
    int number;       /* its place in the relation */
    const char *type; /* as SQL writes it: "numeric(10,2)", "text[]" */
    Oid type_oid;     /* of the base type */
    enum value_kind kind;
    bool is_jsonb, is_tsvector;
    bool not_null, has_default, generated;
    const char *default_sql; /* or NULL */
    /* Functions by which a domain's casts say how it is read and written (PostgREST's data representations), as SQL
     * calls them, or NULL. */
    const char *to_json, *from_json, *from_text;
    const char *comment;     /* or NULL */
    const char *enum_labels; /* JSON array, or NULL */
    int max_length;          /* of char types; 0: none */
    uint32_t readable;       /* bit per role */
    bool primary;
};

struct table;

enum relationship_kind { RELATIONSHIP_KEY, RELATIONSHIP_JUNCTION, RELATIONSHIP_COMPUTED };

/* A way from one table to another. Columns pair up by position. */
struct relationship {
    enum relationship_kind kind;
    const struct table *from, *to;
    bool to_one, one_to_one;
    bool inverse; /* follows a foreign key from the referenced side */
    const char *constraint;
    const char *const *from_columns, *const *to_columns; /* key: from.x = to.y; junction: from.x = via.y below */
    size_t column_count;
    const struct table *via; /* junction */
    const char *via_constraint;
    const char *const *via_from_columns;    /* match from_columns */
    const char *const *via_to_columns;      /* match to_columns */
    size_t via_column_count;                /* of the second key */
    const char *function, *function_schema; /* computed; schema NULL: the tenant's own */
    bool through_view, to_view;             /* one side is a view over the constraint's table; the target is one */
};

enum privilege { PRIVILEGE_SELECT, PRIVILEGE_INSERT, PRIVILEGE_UPDATE, PRIVILEGE_DELETE, PRIVILEGE_COUNT };

struct table {
    const char *name;
    Oid oid, row_type;
    char relkind;       /* r, p, v, m, f; c is a row type without rows */
    bool exposed;       /* has an address of its own */
    bool partition;     /* reached by its name alone: it is not embedded, and stands in no list */
    bool hides_columns; /* some role may read a part of the columns */
    const char *comment;
    const struct column *columns;
    size_t column_count;
    const struct column *computed; /* functions of a row, called like columns */
    size_t computed_count;
    const char *const *key; /* primary key */
    size_t key_count;
    const struct relationship *relationships; /* from here, by name of the target */
    size_t relationship_count;
    uint32_t privileges[PRIVILEGE_COUNT]; /* bit per role */
    bool takes[PRIVILEGE_COUNT];          /* whether it can be done at all: a view may not be written */
    const char *const *public_reads;      /* all tables that anon's view of it hangs on, up to NULL; NULL: not known */
};

struct parameter {
    const char *name; /* "" when unnamed */
    const char *type;
    Oid type_oid;
    enum value_kind kind;
    bool required, variadic;
};

enum returns {
    RETURNS_VOID,
    RETURNS_SCALAR,
    RETURNS_ROW, /* one composite */
};

struct function {
    const char *name;
    const char *schema; /* NULL: the tenant's own */
    const char *comment;
    const struct parameter *parameters;
    size_t parameter_count;
    enum returns returns;
    bool returns_set;
    bool bare_record;                /* a record whose columns nobody knows before it is called: a value */
    char volatility;                 /* i, s, v */
    struct column result;            /* RETURNS_SCALAR: type and kind */
    const struct table *table;       /* RETURNS_ROW: columns; a table of the schema when the type is one */
    uint32_t executable;             /* bit per role */
    size_t text_bytes_max;           /* "Texts may have N bytes" in its comment; 0: it does not say */
    const char *const *public_reads; /* as a table's */
    const char *media;               /* the media type that its result's domain is named as, or NULL */
};

/* An aggregate whose result is a domain named as a media type: it makes that of rows. */
struct media_handler {
    const char *media;  /* lower case; a star on both sides takes any */
    const char *schema; /* NULL: the tenant's own */
    const char *name;
    Oid row_type; /* whose rows it takes; 0: any */
    bool bytes;   /* of bytea */
};

struct catalogue {
    struct arena *arena;
    unsigned refs;
    int64_t loaded_ms; /* monotonic */
    const char *roles[CATALOGUE_ROLES_MAX];
    int role_timeouts_ms[CATALOGUE_ROLES_MAX]; /* 0: none of its own */
    size_t role_count;
    const struct table *tables; /* by name */
    size_t table_count;
    const struct function *functions; /* by name; overloads stand together */
    size_t function_count;
    const struct media_handler *handlers; /* those of one table before those of any */
    size_t handler_count;
    const char *schema_comment;
    const char *postgis; /* the schema where its functions are, quoted; or NULL */
    bool has_idempotency_keys;
};

struct catalogue *catalogue_ref(struct catalogue *catalogue);
void catalogue_unref(struct catalogue *catalogue);

/* NULL when there is none (or it has no address). */
const struct table *catalogue_table(const struct catalogue *catalogue, const char *name);

/* The first of `count` overloads, or NULL. */
const struct function *catalogue_functions(const struct catalogue *catalogue, const char *name, size_t *count);

/* A column or computed column, or NULL. */
const struct column *table_column(const struct table *table, const char *name);

/* The role's bit in `readable`; 0 when the catalogue does not know the role. */
uint32_t catalogue_role_bit(const struct catalogue *catalogue, const char *role);

/* The role's own statement_timeout, or `otherwise`. */
int catalogue_role_timeout_ms(const struct catalogue *catalogue, const char *role, int otherwise);

/* "3s", "5min", "1500" as milliseconds; 0 when it cannot be read. */
int duration_ms(const char *text);

/* Likeness of two names, 0 … 1: one minus the edit distance over the longer length; swapped neighbours are one edit. */
double name_likeness(const char *a, const char *b);
#define LIKENESS_MIN 0.75

/* The name most like `name`, or NULL when none reaches LIKENESS_MIN. Only of what the role may use: a hint is no way to
 * learn what else there is. A role that the catalogue does not know is told of everything, as its own rights decide. */
const char *catalogue_similar_table(const struct catalogue *catalogue, const char *name, const char *role);
const char *catalogue_similar_function(const struct catalogue *catalogue, const char *name, const char *role);
bool function_is_for(const struct catalogue *catalogue, const struct function *function, const char *role);
bool table_is_for(const struct catalogue *catalogue, const struct table *table, const char *role);

/* --- Making one -------------------------------------------------------------------------------------------------- */

enum catalogue_query {
    CATALOGUE_ROLES,
    CATALOGUE_COLUMNS,
    CATALOGUE_TABLES,
    CATALOGUE_KEYS,
    CATALOGUE_FOREIGN_KEYS,
    CATALOGUE_VIEWS,
    CATALOGUE_FUNCTIONS,
    CATALOGUE_HANDLERS,
    CATALOGUE_FACTS,
    CATALOGUE_QUERY_COUNT
};

/* The statements, with $1 the schema and $2 an array of the schemas whose functions are exposed. They run as the owner,
 * who sees all names, with search_path on the schema, so that types come back without it. */
extern const char *const catalogue_queries[CATALOGUE_QUERY_COUNT];
extern const int catalogue_query_params[CATALOGUE_QUERY_COUNT];

/* What is asked besides of schemas that maitred has made. */
enum house_query {
    HOUSE_LEDGER, /* which module each function of schema api belongs to */
    HOUSE_READS,
    HOUSE_SHAPE, /* what public answers hang on (app.public_reads) */
    HOUSE_QUERY_COUNT
};
extern const char *const house_queries[HOUSE_QUERY_COUNT];

/* From the results of the statements. `schema` is the one they were asked for. `house` is NULL for a schema of another
 * make; with it, functions of modules that are not among `modules` (ends with NULL) are left out. Has one reference. */
struct catalogue *catalogue_build(const char *schema, const PGresult *const results[CATALOGUE_QUERY_COUNT],
                                  const PGresult *const house[HOUSE_QUERY_COUNT], const char *const *modules);

/* A foreign key, and which view shows which column: what relationships are made of. */
struct foreign_key {
    Oid from, to;
    const char *constraint;
    const char **from_columns, **to_columns;
    size_t count;
    bool unique; /* the referring columns are: one to one */
};
struct view_column {
    const struct table *view, *base; /* base is no view itself, as far as that could be followed */
    const char *column, *base_column;
};
struct unique_key {
    Oid table;
    const char **columns;
    size_t count;
};

/* A column of a view, by numbers, as its rule says it (view_targets.c). */
struct view_target {
    int column;
    Oid base;
    int base_column;
};
/* Reads the outermost target list of a rule's action (pg_rewrite.ev_action as text). Columns that are made of more than
 * one column, or of none, are left out. Returns how many were found; at most `room` are written. */
size_t view_targets(const char *action, struct view_target *targets, size_t room);

/* Fills the tables' relationships: keys both ways, views over them, junctions, computed ones. `views` is sorted by base
 * table, then by view. Of a schema that would have more than RELATIONSHIPS_MAX the rest is left out. */
enum { RELATIONSHIPS_MAX = 200000 };
void relationships_build(struct arena *arena, struct table *tables, size_t table_count, const struct foreign_key *keys,
                         size_t key_count, const struct view_column *views, size_t view_count,
                         const struct unique_key *uniques, size_t unique_count, const struct relationship *computed,
                         size_t computed_count);

#endif
