/* AWS Signature Version 4 for object stores (S3 and whatever speaks it): in a header, or in the query of an address
 * that anybody may open for a while. libcurl's own (7.88) forgets the payload's hash and does not sort the query. */
#ifndef MAITRED_NET_SIGV4_H
#define MAITRED_NET_SIGV4_H

#include "net/net.h"

enum { SIGV4_EXPIRES_MAX_S = 604800 };

struct sigv4_key {
    const char *access, *secret;
    const char *session_token;    /* or NULL */
    const char *region, *service; /* "us-east-1", "s3" */
};

struct sigv4_request {
    const char *method;
    const char *base;                         /* "https://host[:port]" */
    const char *path;                         /* from "/", as the key is called: encoded here, once */
    const struct net_header *query, *headers; /* names and values, unencoded, in any order; or NULL. All are signed */
    const char *payload_sha256;               /* hex; NULL: of nothing; SIGV4_UNSIGNED over TLS only */
    int64_t at_s;                             /* now; a store accepts fifteen minutes to either side */
};

#define SIGV4_UNSIGNED "UNSIGNED-PAYLOAD"

/* The address to send to: the very bytes that are signed. */
char *sigv4_url(struct arena *arena, const struct sigv4_request *request);

/* What to send: the request's headers, x-amz-date, x-amz-content-sha256 (s3), x-amz-security-token, Authorization. */
const struct net_header *sigv4_headers(struct arena *arena, const struct sigv4_key *key,
                                       const struct sigv4_request *request);

/* An address that does what the request does, without any header but the host, for expires_s (1 to
 * SIGV4_EXPIRES_MAX_S; others are cut to that). Its headers are signed too: who opens it has to send them. */
char *sigv4_presign(struct arena *arena, const struct sigv4_key *key, const struct sigv4_request *request,
                    int expires_s);

#endif
