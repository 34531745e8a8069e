#include "auth/first_admin.h"

#include "auth/password.h"
#include "base/encode.h"
#include "base/exact.h"

#include <stdlib.h>
#include <string.h>

enum { PASSWORD_MIN = 8, MADE_BYTES = 12, EMAIL_MAX = 255 };

static enum err bad(struct arena *arena, const char *field, const char *message, struct error *out)
{
    error_set(out, arena, ERR_BAD_INPUT, "%s", message);
    out->details = arena_printf(arena, "{\"field\":\"admin.%s\"}", field);
    return ERR_BAD_INPUT;
}

enum err auth_first_admin(struct arena *arena, const json_t *given, const char *domain, struct first_admin *admin,
                          struct error *out)
{
    struct first_admin made = {0};
    const json_t *password = json_object_get(given, "password");
    const char *sent = json_string_value(password);
    if (given && !json_is_null(given) && !json_is_string(json_object_get(given, "email")))
        return bad(arena, "email", "\"admin\" has an email, and may have a password.", out);
    if (json_is_object(given))
        made.email = arena_strdup(arena, json_string_value(json_object_get(given, "email")));
    else /* a name so long that no address fits behind "owner@" belongs to no mail server either */
        made.email = domain && strlen(domain) + sizeof "owner@" <= EMAIL_MAX ? arena_printf(arena, "owner@%s", domain)
                                                                             : "owner@localhost";
    if (!password || json_is_null(password)) {
        unsigned char bytes[MADE_BYTES];
        random_bytes(bytes, sizeof bytes);
        sent = made.password = encode_base64url(arena, bytes, sizeof bytes);
    }
    if (!sent || strlen(sent) < PASSWORD_MIN || strlen(sent) > AUTH_PASSWORD_BYTES_MAX)
        return bad(arena, "password",
                   arena_printf(arena, "The administrator's password has %d to %d characters.", PASSWORD_MIN,
                                AUTH_PASSWORD_BYTES_MAX),
                   out);
    json_t *json = json_is_object(given) ? json_copy((json_t *)(uintptr_t)given) : json_object();
    json_object_del(json, "password");
    json_object_set_new(json, "email", json_string(made.email));
    json_object_set_new(json, "hashed_password", json_string(auth_password_hash(arena, sent)));
    char *text = exact_dump(json, JSON_COMPACT);
    json_decref(json);
    if (!text)
        return bad(arena, "email", "The administrator's texts must be UTF-8.", out);
    made.json = arena_strdup(arena, text);
    free(text);
    *admin = made;
    return OK;
}
