/* One request on one handle of libcurl, hop by hop: what perform.c and submit.c share. Only they include this. */
#ifndef MAITRED_NET_EXCHANGE_H
#define MAITRED_NET_EXCHANGE_H

#include "base/buf.h"
#include "net/net.h"

#include <curl/curl.h>

struct exchange {
    struct arena *arena;
    const struct settings *settings;
    const struct net_request *request;
    CURL *curl; /* the caller's, in any state */
    const char *url, *origin;
    bool foreign;        /* another origin than the request's: nothing of ours goes there */
    bool insecure;       /* this installation or request looks at no address */
    bool proxied;        /* the proxy's address is the operator's business */
    bool sent;           /* the request went out, or began to */
    bool refused_inside; /* an address was refused */
    bool flooded;        /* more came than is allowed */
    int hops;
    int64_t deadline_ms; /* monotonic */
    const char *refusal; /* why there is nothing to perform, or NULL */
    struct curl_slist *headers;
    curl_mime *mime;
    char *json;
    struct buf head, body;
    size_t head_bytes; /* of all responses, also those that were 1xx or redirects */
    char complaint[CURL_ERROR_SIZE];
};

/* Sets the handle up for the first hop. False: there is nothing to perform (exchange_finish says why). */
bool exchange_begin(struct exchange *x, CURL *curl, struct arena *arena, const struct settings *settings,
                    const struct net_request *request);

/* After a transfer: true when the handle was set up for another hop and has to be performed again. */
bool exchange_goes_on(struct exchange *x, CURLcode code);

/* Writes the answer and lets go of everything but the handle. */
void exchange_finish(struct exchange *x, CURLcode code, struct net_answer *answer);

/* libcurl itself, once a process. */
void net_set_up(void);

/* The same without an answer. */
void exchange_drop(struct exchange *x);

#endif
