/* The one way out over HTTP: a request to somebody else's server with everything bounded (seconds, bytes, redirects,
 * addresses), and an answer that says whether trying again makes sense.
 *
 * net_perform blocks: for the job worker and the thread pool. submit.h is the same on a loop: for a web worker. A
 * thread keeps its connections for the next call (HTTP/2 where it is offered).
 *
 * Names are resolved by libcurl, and the address is looked at when the socket is opened and again before the request
 * goes over it, so a name that changes its mind is caught. A redirect is a new request under the same rules.
 */
#ifndef MAITRED_NET_NET_H
#define MAITRED_NET_NET_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "config/settings.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    NET_TIMEOUT_S = 30,
    NET_CONNECT_TIMEOUT_S = 5,
    NET_BYTES_MAX = 1048576,
    NET_HEADER_BYTES_MAX = 65536,
    NET_RETRY_AFTER_MAX_S = 3600
};

/* How far a request may reach. What strangers and tenants name goes to public addresses over HTTPS; `net_private` lifts
 * that for a whole installation (development, tests), NET_ANYWHERE for one request (what the operator names). */
enum net_policy { NET_PUBLIC, NET_ANYWHERE };

/* What becomes of it. A job is done, dead, or tried again. */
enum net_verdict { NET_DONE, NET_NEVER, NET_LATER };

struct net_header {
    const char *name, *value; /* a list ends with name == NULL */
};

/* A part of multipart/form-data. A list ends with name == NULL. */
struct net_part {
    const char *name;
    const char *filename, *type; /* or NULL */
    struct str bytes;
};

/* Everything it points to must live until the answer is there. At most one kind of body. */
struct net_request {
    const char *url;
    const char *method;               /* NULL: POST with a body, else GET */
    const struct net_header *headers; /* or NULL. No line breaks: such a request is refused */
    const char *accept;               /* NULL: application/json */

    struct str body;              /* .at == NULL: none */
    const char *body_type;        /* Content-Type of `body` */
    const json_t *json;           /* or NULL */
    const json_t *form;           /* an object, or NULL; see net_form */
    const struct net_part *parts; /* or NULL */

    const char *bearer;          /* or NULL */
    const char *user, *password; /* basic authentication, or NULL */
    const char *secret;          /* a piece of the URL that nobody may read in a log, such as a bot's token; or NULL */

    enum net_policy policy;
    bool plain_http;  /* NET_PUBLIC over http too */
    int timeout_s;    /* 0: NET_TIMEOUT_S; for all of it, redirects included */
    size_t bytes_max; /* of the decoded body; 0: NET_BYTES_MAX */
    int redirects;    /* followed at most, for GET and HEAD without a body. Another origin gets no header of ours */

    /* For POST and PATCH: doing it twice is no harm (an idempotency key, say). Without it an answer that was lost is
     * never asked for again, and no connection that may have died meanwhile is used. */
    bool repeatable;

    /* NULL, or: once this is true nobody waits for the answer any longer, and it is NET_LATER within a second. */
    const atomic_bool *given_up;
};

struct net_answer {
    enum net_verdict verdict;
    int64_t later_at_s; /* NET_LATER: not before this instant (wall clock); 0: the other side did not say */
    long status;        /* 0: none came */
    struct str body;    /* as much as came, terminated */
    const struct net_header *headers; /* of the last response; never NULL */
    const char *reason;               /* for people, names the host alone; NULL: NET_DONE */
    bool unknown; /* NET_NEVER: it went out, and nothing tells what became of it. Look before doing it again */
};

/* Everything in the answer lives in the arena. Blocks for up to the request's time. */
void net_perform(struct arena *arena, const struct settings *settings, const struct net_request *request,
                 struct net_answer *answer);

/* A header's value (any case), or NULL. */
const char *net_header_value(const struct net_answer *answer, const char *name);

/* The answer as jobs say it: OK, ERR_BAD_INPUT for never, ERR_INTERNAL for later, with the reason. */
enum err net_error(struct arena *arena, const struct net_answer *answer, struct error *out) MUST_CHECK;

/* application/x-www-form-urlencoded of an object. What is nested gets brackets, as Stripe reads them: {"a": {"b": [1]}}
 * is a[b][0]=1. null is the empty text, true and false are words. */
char *net_form(struct arena *arena, const json_t *object);

/* Closes what this thread keeps open. Happens by itself when the thread ends. */
void net_thread_end(void);

#endif
