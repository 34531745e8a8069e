/* One blocking HTTP request to somebody else's server, with everything bounded: time, size, redirects (none),
 * addresses. */
#ifndef MAITRED_AUTH_FETCH_H
#define MAITRED_AUTH_FETCH_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

enum { FETCH_BYTES_MAX = 1048576, FETCH_TIMEOUT_S = 10 };

struct fetch {
    const char *url;
    const char *form;            /* NULL: GET; else POST of this form */
    const char *bearer;          /* or NULL */
    const char *user, *password; /* basic authentication, or NULL */
    bool insecure;               /* plain HTTP and private addresses too */
};

/* The body of a 200 answer, terminated, in the arena. */
enum err fetch_text(struct arena *arena, const struct fetch *fetch, char **body, struct error *out) MUST_CHECK;

#endif
