/* Reading what the plugin pgoutput says of a transaction, protocol version 1 with messages (PostgreSQL 15, "Logical
 * Replication Message Formats"). A pure function over bytes: it keeps nothing and reads nothing beyond them.
 *
 * Strings of the message are copied nowhere: names point into it, where the server has put a zero behind them; values
 * carry their length and have none.
 */
#ifndef MAITRED_PG_PGOUTPUT_H
#define MAITRED_PG_PGOUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pgoutput_kind {
    PGOUTPUT_BEGIN = 'B',
    PGOUTPUT_COMMIT = 'C',
    PGOUTPUT_ORIGIN = 'O',
    PGOUTPUT_RELATION = 'R',
    PGOUTPUT_TYPE = 'Y',
    PGOUTPUT_INSERT = 'I',
    PGOUTPUT_UPDATE = 'U',
    PGOUTPUT_DELETE = 'D',
    PGOUTPUT_TRUNCATE = 'T',
    PGOUTPUT_MESSAGE = 'M',
};

enum pgoutput_value_kind { PGOUTPUT_NULL = 'n', PGOUTPUT_UNCHANGED = 'u', PGOUTPUT_TEXT = 't', PGOUTPUT_BINARY = 'b' };

struct pgoutput_value {
    enum pgoutput_value_kind kind;
    const char *at;
    size_t length;
};

struct pgoutput_tuple {
    int count;                     /* of columns */
    struct pgoutput_value *values; /* NULL: there is no such tuple */
};

/* What precedes the old tuple: its replica identity's columns only, or all of them (REPLICA IDENTITY FULL). */
enum pgoutput_old { PGOUTPUT_OLD_NONE = 0, PGOUTPUT_OLD_KEY = 'K', PGOUTPUT_OLD_ROW = 'O' };

struct pgoutput_column {
    bool key;
    const char *name;
    uint32_t type;
    int32_t modifier;
};

struct pgoutput_message {
    enum pgoutput_kind kind;
    union {
        struct {
            uint64_t commit_lsn; /* where the commit record begins: COMMIT says the same */
            int64_t committed_us;
            uint32_t xid;
        } begin;
        struct {
            uint64_t commit_lsn, end_lsn; /* end_lsn: behind the commit record */
            int64_t committed_us;         /* since 1970 */
        } commit;
        struct {
            uint64_t commit_lsn;
            const char *name;
        } origin;
        struct {
            uint32_t id;
            const char *schema, *table; /* schema "" is pg_catalog */
            char identity;              /* pg_class.relreplident: d, n, f, i */
            int count;
            struct pgoutput_column *columns;
        } relation;
        struct {
            uint32_t id;
            const char *schema, *name;
        } type;
        struct {
            uint32_t relation;
            enum pgoutput_old old_kind;
            struct pgoutput_tuple before, after;
        } change; /* INSERT, UPDATE, DELETE */
        struct {
            bool cascade, restart_identity;
            int count;
            uint32_t *relations;
        } truncate;
        struct {
            bool transactional;
            uint64_t lsn;
            const char *prefix;
            const char *content;
            size_t length;
        } message; /* pg_logical_emit_message() */
    };
};

/* Room for the columns of one message, used again by the next. Start with zeros. Pair: pgoutput_room_release. */
struct pgoutput_room {
    void *at[2];
    size_t bytes[2];
};
void pgoutput_room_release(struct pgoutput_room *room);

/* Reads one message. `out` points into `bytes` and into `room`. Returns false, and leaves `out` alone, when the bytes
 * are no such message or do not end where it ends; `reason` then says what was wrong. */
bool pgoutput_decode(const void *bytes, size_t length, struct pgoutput_room *room, struct pgoutput_message *out,
                     const char **reason) __attribute__((warn_unused_result));

#endif
