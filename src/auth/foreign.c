#include "auth/foreign.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"

#include <ctype.h>
#include <stdlib.h>

enum { LEEWAY_S = 30, STEPS_MAX = 16, KEYS_MAX = 32 };

/* A member of an object, or an element of an array. */
struct step {
    const char *key; /* NULL: the element at `index` */
    size_t index;
};

struct signer {
    struct jwt_key *key; /* or NULL: HS256 with `secret` */
    struct str secret;
    const char *kid; /* or NULL */
};

struct foreign_issuer {
    struct arena *arena;
    struct step steps[STEPS_MAX];
    size_t step_count;
    struct signer signers[KEYS_MAX];
    size_t signer_count;
    const char *audience;  /* or NULL */
    const char *anon_role; /* or NULL */
    struct identity anonymous;
};

/* --- Where the role stands ---------------------------------------------------------------------------------------- */

/* .name, ."any name", [0]. Returns what comes behind, or NULL. */
static const char *read_step(struct arena *arena, const char *at, struct step *step)
{
    if (*at == '[') {
        char *end;
        if (!isdigit((unsigned char)at[1]))
            return NULL;
        step->index = strtoul(at + 1, &end, 10);
        return *end == ']' ? end + 1 : NULL;
    }
    if (*at++ != '.')
        return NULL;
    bool quoted = *at == '"';
    at += quoted;
    size_t length = 0;
    while (at[length] && (quoted ? at[length] != '"'
                                 : isalnum((unsigned char)at[length]) || strchr("_-$@", at[length]) ||
                                       (unsigned char)at[length] >= 0x80))
        length++;
    if (!length || (quoted && at[length] != '"'))
        return NULL;
    step->key = arena_strndup(arena, at, length);
    return at + length + quoted;
}

static bool read_path(struct foreign_issuer *issuer, const char *path)
{
    if (*path == '$') /* as JSON paths begin */
        path++;
    while (*path) {
        if (issuer->step_count == STEPS_MAX)
            return false;
        path = read_step(issuer->arena, path, &issuer->steps[issuer->step_count]);
        if (!path)
            return false;
        issuer->step_count++;
    }
    return issuer->step_count > 0;
}

static const json_t *role_of(const struct foreign_issuer *issuer, const json_t *claims)
{
    for (size_t i = 0; i < issuer->step_count; i++) {
        const struct step *step = &issuer->steps[i];
        claims = step->key ? json_object_get(claims, step->key) : json_array_get(claims, step->index);
    }
    return claims;
}

/* --- Keys --------------------------------------------------------------------------------------------------------- */

static bool add_jwk(struct foreign_issuer *issuer, const json_t *jwk)
{
    const char *type = json_string_value(json_object_get(jwk, "kty"));
    const char *kid = json_string_value(json_object_get(jwk, "kid"));
    if (!type || issuer->signer_count == KEYS_MAX)
        return false;
    struct signer *signer = &issuer->signers[issuer->signer_count];
    *signer = (struct signer){.kid = kid ? arena_strdup(issuer->arena, kid) : NULL};
    if (text_eq(type, "oct")) {
        const json_t *k = json_object_get(jwk, "k");
        struct str bytes;
        if (!json_is_string(k) ||
            !decode_base64url(issuer->arena, str_n(json_string_value(k), json_string_length(k)), &bytes) || !bytes.len)
            return false;
        signer->secret = bytes;
    } else {
        signer->key = jwt_key_of_jwk(jwk);
        if (!signer->key)
            return false;
    }
    issuer->signer_count++;
    return true;
}

/* A set may hold keys of kinds that nobody here verifies; one that can be used is enough. */
static bool add_jwk_set(struct foreign_issuer *issuer, const json_t *keys)
{
    size_t i;
    const json_t *jwk;
    json_array_foreach(keys, i, jwk)
    {
        (void)add_jwk(issuer, jwk);
    }
    return issuer->signer_count > 0;
}

static bool read_keys(struct foreign_issuer *issuer, const char *text)
{
    if (*text != '{') {
        issuer->signers[issuer->signer_count++].secret = str_of(arena_strdup(issuer->arena, text));
        return true;
    }
    json_t *document = json_loads(text, 0, NULL);
    const json_t *keys = json_object_get(document, "keys");
    bool read = json_is_array(keys) ? add_jwk_set(issuer, keys) : add_jwk(issuer, document);
    json_decref(document);
    return read;
}

bool foreign_is_signed(const struct foreign_issuer *issuer, const struct jwt *jwt)
{
    for (size_t i = 0; i < issuer->signer_count; i++) {
        const struct signer *signer = &issuer->signers[i];
        if (jwt->kid && signer->kid && !text_eq(jwt->kid, signer->kid))
            continue;
        if (signer->key ? jwt_verify(jwt, signer->key) : jwt_verify_hs256(jwt, signer->secret))
            return true;
    }
    return false;
}

/* --- Life --------------------------------------------------------------------------------------------------------- */

static const char *claims_of_role(struct arena *arena, const char *role)
{
    struct buf text;
    buf_init(&text, 4096);
    struct json_writer w = json_writer(&text);
    json_open(&w, '{');
    json_key(&w, "role");
    json_text(&w, role);
    json_close(&w, '}');
    const char *claims = arena_strdup(arena, buf_cstr(&text));
    buf_release(&text);
    return claims;
}

static struct foreign_issuer *refuse(struct foreign_issuer *issuer, const char *message, struct error *out)
{
    foreign_issuer_free(issuer);
    *out = error_of(ERR_BAD_INPUT);
    out->message = message;
    return NULL;
}

struct foreign_issuer *foreign_issuer_new(const struct settings *settings, struct error *out)
{
    struct arena *arena = arena_new();
    struct foreign_issuer *issuer = arena_zalloc(arena, sizeof *issuer);
    issuer->arena = arena;
    if (!read_path(issuer, settings->role_claim_key))
        return refuse(issuer, "role_claim_key is a path such as .role or .\"my claims\".roles[0].", out);
    if (!read_keys(issuer, settings->jwt_secret))
        return refuse(issuer, "jwt_secret begins with a brace and is no JWK or JWK set that can be used.", out);
    issuer->audience = *settings->jwt_audience ? arena_strdup(arena, settings->jwt_audience) : NULL;
    issuer->anon_role = *settings->anon_role ? arena_strdup(arena, settings->anon_role) : NULL;
    if (issuer->anon_role)
        issuer->anonymous = (struct identity){
            .role = issuer->anon_role, .claims_json = claims_of_role(arena, issuer->anon_role), .anonymous = true};
    return issuer;
}

void foreign_issuer_free(struct foreign_issuer *issuer)
{
    if (!issuer)
        return;
    for (size_t i = 0; i < issuer->signer_count; i++)
        jwt_key_free(issuer->signers[i].key);
    arena_free(issuer->arena);
}

struct identity *foreign_anonymous(struct foreign_issuer *issuer)
{
    return issuer->anon_role ? &issuer->anonymous : NULL;
}

static enum auth_level level_of(const struct identity *who)
{
    if (text_eq(who->role, "service_role"))
        return LEVEL_SERVICE;
    return who->anonymous || !who->user_id ? LEVEL_VISITOR : LEVEL_CUSTOMER;
}

enum err foreign_identity(const struct foreign_issuer *issuer, struct arena *arena, const struct jwt *jwt,
                          struct identity *who, struct error *out)
{
    const json_t *aud = json_object_get(jwt->claims, "aud");
    bool says_whom = json_is_string(aud) || json_array_size(aud) > 0; /* a token for anybody is for us, too */
    const struct jwt_expect expect = {
        .audience = says_whom ? issuer->audience : NULL, .now_s = clock_now_s(), .leeway_s = LEEWAY_S};
    enum err err = jwt_check(jwt, &expect, arena, out);
    if (err)
        return err;
    const json_t *claim = role_of(issuer, jwt->claims);
    if (claim && !json_is_string(claim) && !json_is_null(claim))
        return error_set(out, arena, ERR_BAD_CLAIMS, "The claim role is a text.");
    const char *role = json_string_value(claim);
    if (!role || !*role)
        role = issuer->anon_role;
    if (!role) {
        *out = error_of(ERR_NO_ANON);
        return ERR_NO_ANON;
    }
    *who = (struct identity){.role = arena_strdup(arena, role),
                             .claims_json = jwt->claims_text.at,
                             .user_id = json_string_value(json_object_get(jwt->claims, "sub")),
                             .session_id = json_string_value(json_object_get(jwt->claims, "session_id")),
                             .expires_at_s = jwt_time_s(jwt, "exp"),
                             .issued_at_s = jwt_time_s(jwt, "iat"),
                             .anonymous = issuer->anon_role && text_eq(role, issuer->anon_role),
                             .is_key = !json_object_get(jwt->claims, "exp")};
    who->level = level_of(who);
    who->person = who->user_id ? who->user_id : who->session_id;
    return OK;
}
