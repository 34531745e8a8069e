/* One blocking HTTP request to somebody else's server, with everything bounded: time, size, redirects (none unless
 * asked for), addresses. */
#ifndef MAITRED_AUTH_FETCH_H
#define MAITRED_AUTH_FETCH_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>

enum { FETCH_BYTES_MAX = 1048576, FETCH_TIMEOUT_S = 10 };

struct fetch {
    const char *url;
    const char *form;            /* NULL: GET; else POST of this form */
    const char *bearer;          /* or NULL */
    const char *user, *password; /* basic authentication, or NULL */
    const char *accept;          /* NULL: application/json */
    const char *known_etag;      /* or NULL; what has not changed answers 304 */
    int redirects;               /* followed at most, each under the same rules */
    bool plain_http;             /* http as well as https */
    bool insecure;               /* plain HTTP and private addresses too */
};

struct fetch_answer {
    long status;
    struct str body;  /* terminated */
    const char *etag; /* or NULL */
};

/* Whatever the other side answered, in the arena. Fails when it did not, or with more than FETCH_BYTES_MAX. */
enum err fetch_any(struct arena *arena, const struct fetch *fetch, struct fetch_answer *answer,
                   struct error *out) MUST_CHECK;

/* The body of a 200 answer, terminated, in the arena. */
enum err fetch_text(struct arena *arena, const struct fetch *fetch, char **body, struct error *out) MUST_CHECK;

struct sockaddr;

/* Whether this address is inside: reserved, private, mapped onto one that is, or this machine's own. */
bool fetch_is_private(const struct sockaddr *address);

#endif
