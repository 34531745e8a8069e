#include "net/mail_token.h"

#include "base/clock.h"
#include "net/mask.h"

#include <pthread.h>
#include <stdlib.h>

enum { SPARE_S = 60, LIFETIME_S = 3600 };

static struct {
    char *token, *of; /* of: for whom, so that a reload of the settings asks anew */
    int64_t until_s;
} kept;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const char *identity(struct arena *arena, const struct settings *settings)
{
    return arena_printf(arena, "%s %s %s", settings->smtp_oauth_url, settings->smtp_oauth_client,
                        settings->smtp_oauth_scope);
}

static const char *kept_token(struct arena *arena, const char *of)
{
    const char *token = NULL;
    pthread_mutex_lock(&lock);
    if (kept.token && text_eq(kept.of, of) && clock_now_s() < kept.until_s)
        token = arena_strdup(arena, kept.token);
    pthread_mutex_unlock(&lock);
    return token;
}

static void keep(const char *token, const char *of, int64_t lifetime_s)
{
    pthread_mutex_lock(&lock);
    free(kept.token);
    free(kept.of);
    kept.token = strdup(token);
    kept.of = strdup(of);
    kept.until_s = clock_now_s() + lifetime_s - SPARE_S;
    if (!kept.token || !kept.of)
        abort();
    pthread_mutex_unlock(&lock);
}

void mail_token_forget(void)
{
    pthread_mutex_lock(&lock);
    kept.until_s = 0;
    pthread_mutex_unlock(&lock);
}

bool mail_token(struct arena *arena, const struct settings *settings, const char **token, const char **reason,
                int64_t *later_at_s)
{
    if (!*settings->smtp_oauth_url) {
        *token = NULL;
        return true;
    }
    const char *of = identity(arena, settings);
    *token = kept_token(arena, of);
    if (*token)
        return true;
    const bool refresh = *settings->smtp_oauth_refresh_token;
    json_t *form = json_pack("{s:s,s:s,s:s}", "grant_type", refresh ? "refresh_token" : "client_credentials",
                             "client_id", settings->smtp_oauth_client, "client_secret", settings->smtp_oauth_secret);
    if (*settings->smtp_oauth_scope)
        json_object_set_new(form, "scope", json_string(settings->smtp_oauth_scope));
    if (refresh)
        json_object_set_new(form, "refresh_token", json_string(settings->smtp_oauth_refresh_token));
    struct net_answer answer;
    net_perform(arena, settings,
                &(struct net_request){.url = settings->smtp_oauth_url,
                                      .form = form,
                                      .policy = NET_ANYWHERE, /* the operator named it */
                                      .secret = settings->smtp_oauth_secret,
                                      .repeatable = true},
                &answer);
    json_decref(form);
    json_t *read = json_loads(answer.body.at, 0, NULL);
    const char *fresh = json_string_value(json_object_get(read, "access_token"));
    const json_t *lifetime = json_object_get(read, "expires_in");
    if (answer.verdict == NET_DONE && fresh) {
        *token = arena_strdup(arena, fresh);
        keep(fresh, of, json_is_integer(lifetime) ? json_integer_value(lifetime) : LIFETIME_S);
    } else {
        const char *said = net_mask(arena, answer.body.at, settings->smtp_oauth_secret);
        *reason = arena_printf(arena, "No token to sign in at the mail server: %s: %.200s",
                               answer.reason ? answer.reason : "no access_token", said);
        *later_at_s = answer.later_at_s;
    }
    json_decref(read);
    return *token != NULL;
}
