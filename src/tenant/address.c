#include "tenant/address.h"

#include <jansson.h>
#include <string.h>

/* Without the slashes at its end, and with the tenant's domain where {domain} stands. */
static const char *filled_in(struct arena *arena, const char *url, const char *domain)
{
    static const char mark[] = "{domain}";
    size_t length = strlen(url);
    while (length && url[length - 1] == '/')
        length--;
    const char *text = arena_strndup(arena, url, length);
    const char *at = strstr(text, mark);
    return at ? arena_printf(arena, "%.*s%s%s", (int)(at - text), text, domain, at + sizeof mark - 1) : text;
}

static const char *own_url(struct arena *arena, const struct tenant *tenant)
{
    if (!tenant->settings_json || !strstr(tenant->settings_json, "\"public_url\""))
        return NULL;
    json_t *settings = json_loads(tenant->settings_json, 0, NULL);
    const char *said = json_string_value(json_object_get(settings, "public_url"));
    bool good =
        said && (!strncmp(said, "https://", 8) || !strncmp(said, "http://", 7)) && !strpbrk(said, " \t\r\n\"'<>\\?#@");
    const char *url = good ? filled_in(arena, said, tenant->domain) : NULL;
    json_decref(settings);
    return url;
}

const char *tenant_public_url(struct arena *arena, const struct settings *settings, const struct tenant *tenant)
{
    const char *own = own_url(arena, tenant);
    if (own || !*settings->site_url)
        return own;
    return filled_in(arena, settings->site_url, tenant->domain);
}

const char *tenant_url(struct arena *arena, const struct settings *settings, const struct tenant *tenant, bool secure,
                       const char *name)
{
    const char *site = tenant_public_url(arena, settings, tenant);
    if (site)
        return site;
    /* A proxy that speaks HTTPS for us does so on its own port. */
    bool ours = !secure || *settings->tls_certificate;
    bool usual = settings->port == (secure ? 443 : 80);
    return arena_printf(arena, "%s://%s%s", secure ? "https" : "http", name ? name : tenant->domain,
                        ours && !usual ? arena_printf(arena, ":%lld", (long long)settings->port) : "");
}
