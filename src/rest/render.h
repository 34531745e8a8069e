/* Rows as JSON or CSV, straight from PostgreSQL's text values, written once and in one pass.
 *
 * The result equals what PostgreSQL's own to_json() would print (DateStyle ISO, as the connections have it).
 */
#ifndef MAITRED_REST_RENDER_H
#define MAITRED_REST_RENDER_H

#include "base/arena.h"
#include "base/buf.h"

#include <libpq-fe.h>
#include <stdbool.h>

enum encoding {
    ENCODE_STRING,      /* quoted and escaped */
    ENCODE_PLAIN,       /* quoted; the type's text needs no escapes */
    ENCODE_RAW,         /* json, jsonb, whole numbers */
    ENCODE_NUMBER,      /* raw, but NaN and infinities are strings */
    ENCODE_BOOL,        /* t, f */
    ENCODE_TIMESTAMP,   /* T between date and time */
    ENCODE_TIMESTAMPTZ, /* and minutes in the offset */
};

struct render_column {
    const char *prefix; /* {"name": or ,"name": */
    unsigned prefix_length;
    enum encoding encoding;
    Oid type;
};

/* How the columns of a result are written; `from` columns are left out at the front. In the arena. */
struct render_column *render_columns(struct arena *arena, const PGresult *result, int from, int *count);

/* Whether columns that were made from an earlier result fit this one. */
bool render_fits(const struct render_column *columns, int count, const PGresult *result, int from);

/* One row as {"a":1,…}; strip: without its nulls. */
void render_row(struct buf *out, const struct render_column *columns, int count, const PGresult *result, int row,
                int from, bool strip);

/* One value, of a result, or as PostgreSQL has written it elsewhere. */
void render_text(struct buf *out, enum encoding encoding, struct str value);
void render_value(struct buf *out, enum encoding encoding, const PGresult *result, int row, int column);
enum encoding render_encoding(Oid type);

/* CSV (RFC 4180): names, then a line a row, each behind a line break. Nulls are empty, empty texts "". */
void render_csv_header(struct buf *out, const PGresult *result, int from);

/* `guarded`: a text that a spreadsheet would take for a formula gets an apostrophe in front. */
void render_csv_row(struct buf *out, const PGresult *result, int row, int from, bool guarded);

#endif
