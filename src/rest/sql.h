/* Writing SQL so that nothing a client sent can become SQL: names are quoted, values are parameters, everything else is
 * a word of ours from a closed list.
 */
#ifndef MAITRED_REST_SQL_H
#define MAITRED_REST_SQL_H

#include "base/buf.h"
#include "rest/plan.h"

enum { SQL_TEXT_MAX = 1 << 20 };

/* A statement in the making. */
struct sql {
    struct arena *arena; /* of the plan: constants are copied there */
    const char *schema;
    struct buf text;
    struct plan_param *params;
    int param_count, param_room;
    bool to_json;     /* wrap what the renderer does not know into to_json(), at the outermost level */
    bool json;        /* domains are shown as they say themselves */
    bool strip_nulls; /* take nulls out of JSON values as well */
    int64_t rows_max; /* for embedded lists; 0: no limit */
};

void sql_init(struct sql *sql, struct arena *arena, const char *schema);

/* Moves text and parameters into `statement`. False when the text grew too long. */
bool sql_finish(struct sql *sql, struct plan_statement *statement) MUST_CHECK;

/* printf for our own words. %s must never get a client's text: those go through the functions below. */
void sql_add(struct sql *sql, const char *words);
void sql_int(struct sql *sql, int64_t number);

/* "name", with quotes doubled. */
void sql_name(struct sql *sql, const char *name);
/* "a"."b" */
void sql_names(struct sql *sql, const char *qualifier, const char *name);
/* 'text', for what PostgreSQL takes as a literal only or what is part of the statement's shape (JSON keys). */
void sql_literal(struct sql *sql, const char *text);
/* A type: one of PostgreSQL's names, or a quoted name. */
void sql_type(struct sql *sql, const char *type);
/* Whether the renderer writes values of this type by itself. */
bool sql_type_is_plain(const char *type);

/* $n */
void sql_constant(struct sql *sql, const char *value);
void sql_number(struct sql *sql, int64_t value); /* $n::bigint */
void sql_parameter(struct sql *sql, struct plan_param param);

/* "schema"."table" of the node's table */
void sql_table(struct sql *sql, const struct table *table);
/* The name by which a node's row is called: the table's own at the root, table_n below. */
const char *sql_alias(struct sql *sql, const struct node *node);

/* alias.column and its JSON path */
void sql_field(struct sql *sql, const char *alias, const struct field *field, const struct column *column);

/* select … from … where … order by … limit … of a node whose rows come from `from` ("schema"."table" when NULL).
 * `outermost`: column values are prepared for the renderer. */
enum sql_select_flags {
    SQL_OUTERMOST = 1 << 0,
    SQL_COUNT_ONLY = 1 << 1, /* select 1, without order and limit */
    SQL_FILTERED = 1 << 2,   /* conditions were applied already */
    SQL_LIMITED = 1 << 3,    /* order and limit too */
};
void sql_select(struct sql *sql, const struct node *node, const char *from, unsigned flags);

/* The parts, for statements that are put together differently. Each begins with a space, or writes nothing. */
void sql_items(struct sql *sql, const struct node *node, bool outermost);
void sql_joins(struct sql *sql, const struct node *node, bool needed_only);
/* `first`: " where ", later conditions " and "; returns whether something was written or had been. */
bool sql_where(struct sql *sql, const struct node *node, bool started);
void sql_order(struct sql *sql, const struct node *node);
void sql_limit(struct sql *sql, int64_t limit, int64_t offset);

#endif
