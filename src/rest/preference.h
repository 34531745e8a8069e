/* Request headers of the dialect: Prefer, Range, Accept. */
#ifndef MAITRED_REST_PREFERENCE_H
#define MAITRED_REST_PREFERENCE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum prefer_resolution { RESOLUTION_NONE, RESOLUTION_MERGE, RESOLUTION_IGNORE };
enum prefer_return { RETURN_DEFAULT, RETURN_MINIMAL, RETURN_HEADERS, RETURN_REPRESENTATION };
enum prefer_count { COUNT_NONE, COUNT_EXACT, COUNT_PLANNED, COUNT_ESTIMATED };
enum prefer_tx { TX_DEFAULT, TX_COMMIT, TX_ROLLBACK };

/* The setting tx_end. Sets how a request ends when it has no say, and whether it has one; false: it is none of them. */
bool tx_end_read(const char *setting, enum prefer_tx *otherwise, bool *override);

/* The first occurrence of each preference wins (RFC 7240). */
struct preference {
    enum prefer_resolution resolution;
    bool missing_default, missing_given;
    enum prefer_return returns;
    enum prefer_count count;
    enum prefer_tx tx;
    bool tx_given; /* and it counts */
    bool strict, handling_given;
    bool single_object;   /* a function gets everything as one json argument (PostgREST 12 and before) */
    const char *timezone; /* or NULL */
    int64_t max_affected; /* -1: none */
    const char *invalid;  /* comma-separated, or NULL */
    size_t invalid_count;
};

/* Never fails; what it does not know is listed in `invalid`. NULL header: nothing is preferred. */
void preference_parse(struct arena *arena, const char *header, struct preference *prefer);

/* handling=strict with something unknown. */
enum err preference_check(struct arena *arena, const struct preference *prefer, struct error *out) MUST_CHECK;

/* Which preferences a request of this kind has honoured, in the dialect's order; "" when none. */
enum preference_scope {
    PREFER_READ = 1 << 0,
    PREFER_INSERT = 1 << 1,
    PREFER_UPDATE = 1 << 2,
    PREFER_DELETE = 1 << 3,
    PREFER_CALL = 1 << 4,
};
const char *preference_applied(struct arena *arena, const struct preference *prefer, enum preference_scope scope);

/* Range: 0-9, 10-, items=0-9. False when there is none or it cannot be read; last -1 is open. A range that ends before
 * it begins is reported in `backwards`. */
bool range_parse(const char *header, int64_t *first, int64_t *last, bool *backwards);

enum format {
    FORMAT_JSON,
    FORMAT_OBJECT,
    FORMAT_CSV,
    FORMAT_GEOJSON,
    FORMAT_TEXT,   /* text/plain: scalars only */
    FORMAT_XML,    /* text/xml: scalars only */
    FORMAT_BINARY, /* application/octet-stream: scalars only */
    FORMAT_OPENAPI,
    FORMAT_PLAN,
    FORMAT_CUSTOM, /* as the database itself makes it, by a domain of the media type's name */
};

struct media {
    enum format format;
    bool strip_nulls;
    /* vnd.pgrst.plan */
    bool plan_json, analyze, verbose, settings, buffers, wal;
    enum format plan_for;
    const char *plan_type; /* its name, where it is FORMAT_CUSTOM */
    const char *type;      /* as asked for, lower case, without parameters; NULL: nothing was */
    bool bytes;            /* FORMAT_CUSTOM: of bytea */
};

/* All that the client accepts, the best first; what this room does not know is FORMAT_CUSTOM. Returns how many; at most
 * `room` are written. */
size_t media_choices(struct arena *arena, const char *accept, struct media *choices, size_t room);

/* Chooses the best of what the client accepts; NULL header: JSON. ERR_BAD_MEDIA when nothing fits. */
enum err media_parse(struct arena *arena, const char *accept, struct media *media, struct error *out) MUST_CHECK;

/* Content-Type of an answer in this format. */
const char *media_content_type(const struct media *media);

#endif
