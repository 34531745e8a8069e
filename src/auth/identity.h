/* Who asks: the verified bearer token, as the database will see it. */
#ifndef MAITRED_AUTH_IDENTITY_H
#define MAITRED_AUTH_IDENTITY_H

#include "base/error.h"
#include "http/http.h"
#include "pg/pg.h"
#include "tenant/tenant.h"

#include <stdbool.h>
#include <stdint.h>

struct auth_service;

/* How much of the house somebody may take at once: what is bounded by role is bounded by this. */
enum auth_level {
    LEVEL_VISITOR,  /* nobody has proved anything: no login, a throw-away one, a guest at a table */
    LEVEL_CUSTOMER, /* signed in */
    LEVEL_STAFF,    /* signed in, with a role in the house */
    LEVEL_SERVICE,
};

struct identity {
    const char *role;        /* database role: anon, authenticated or service_role */
    const char *claims_json; /* for request.jwt.claims */
    const char *user_id;     /* sub, or NULL */
    const char *session_id;  /* auth session, or NULL */
    const char *app_role;    /* or NULL */
    const char *aal;         /* "aal1", "aal2" or NULL */
    const char *person; /* who is behind the token, for longer than the token: user, table guest, session; or NULL */
    enum auth_level level;
    int64_t expires_at_s; /* 0: never (keys) */
    int64_t issued_at_s;  /* 0: the token does not say */
    bool is_key;          /* the token is an API key: no user session */
    bool anonymous;       /* the role is the one of who brings no token */
};

/* Reads Authorization and apikey of the request and fills req->who (in the arena, or shared from the cache of verified
 * tokens and held until the request ends). Without either, or with the anon key, the role is anon. A token that is
 * broken, expired, of another tenant or signed with another key gives ERR_BAD_TOKEN / ERR_BAD_CLAIMS. */
enum err auth_identify(struct http_req *req, struct error *out) MUST_CHECK;

/* The same for a token that did not come in a header (a WebSocket's). The identity lives as long as the arena. */
enum err auth_identify_token(struct auth_service *auth, const struct tenant *tenant, struct arena *arena,
                             struct str token, struct identity **who, struct error *out) MUST_CHECK;

/* Whether this auth session has ended, as far as this worker has heard. */
bool auth_session_ended(const struct auth_service *auth, const char *session_id);

/* Whether the token was issued before the tenant trusts any: it speaks of a tenant that is gone. */
bool auth_is_outlived(const struct tenant *tenant, const struct identity *who);

/* The session (role, claims, search_path, request.*) that a request's batch starts with. */
struct pg_session auth_session(struct http_req *req, bool read_only, int statement_timeout_ms);

#endif
