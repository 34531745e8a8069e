/* A change of a row as it travels from the WAL to subscribers, and its place in the order of all changes.
 *
 * Places are the same on every daemon of one database: the WAL position of the transaction's commit and the number of
 * the change within it. Commit positions grow strictly, and logical decoding hands over whole transactions in that
 * order (PostgreSQL 15, "Logical Decoding Concepts").
 */
#ifndef MAITRED_REALTIME_CHANGE_H
#define MAITRED_REALTIME_CHANGE_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct cursor {
    uint64_t commit_lsn; /* 0: none */
    uint32_t index;      /* of the change in its transaction, from 1; UINT32_MAX: behind the whole transaction */
};

enum { CURSOR_TEXT_BYTES = 32 };

static inline int cursor_compare(struct cursor a, struct cursor b)
{
    if (a.commit_lsn != b.commit_lsn)
        return a.commit_lsn < b.commit_lsn ? -1 : 1;
    return a.index == b.index ? 0 : a.index < b.index ? -1 : 1;
}

/* What clients hold: "1a2b3c4d.3", hexadecimal and decimal. Clients take it as it is. */
void cursor_write(char out[static CURSOR_TEXT_BYTES], struct cursor cursor);
bool cursor_read(const char *text, struct cursor *out);

struct change_column {
    const char *name;
    uint32_t type;         /* pg_type.oid */
    const char *type_name; /* pg_type.typname, as the dialect says it: "int4", "timestamptz", "_text", "status" */
    bool key;              /* of the replica identity */
};

/* A table as it was when the change was made; a later ALTER TABLE makes a new relation with a higher version. */
struct relation {
    uint32_t id;      /* pg_class.oid */
    uint32_t version; /* grows whenever the WAL describes the table anew */
    const char *schema, *table;
    int column_count;
    struct change_column *columns;
};

enum change_kind { CHANGE_INSERT = 1, CHANGE_UPDATE, CHANGE_DELETE, CHANGE_TRUNCATE };

enum value_state { VALUE_NULL, VALUE_TEXT, VALUE_UNCHANGED /* toasted, and not part of the update */, VALUE_ABSENT };

struct change_value {
    enum value_state state;
    struct str text; /* PostgreSQL's own text output; no zero behind it */
};

struct change {
    struct cursor cursor;
    int64_t committed_us; /* since 1970 */
    enum change_kind kind;
    const struct relation *relation;
    struct change_value *after;  /* one a column; NULL for DELETE and TRUNCATE */
    struct change_value *before; /* the key's columns (all with REPLICA IDENTITY FULL), others VALUE_ABSENT; or NULL */
};

#endif
