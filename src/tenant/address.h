/* Where a tenant is reached from outside: what links in mails are built from. Never what a request says of it. */
#ifndef MAITRED_TENANT_ADDRESS_H
#define MAITRED_TENANT_ADDRESS_H

#include "base/arena.h"
#include "config/settings.h"
#include "tenant/tenant.h"

/* The tenant's setting public_url, or the daemon's site_url with the tenant's domain for {domain}; without a slash at
 * the end. NULL: nobody said. */
const char *tenant_public_url(struct arena *arena, const struct settings *settings, const struct tenant *tenant);

/* The same; where nobody said, the tenant's domain (or `name`) with the port that the daemon listens on. `secure`: the
 * request came by HTTPS. */
const char *tenant_url(struct arena *arena, const struct settings *settings, const struct tenant *tenant, bool secure,
                       const char *name);

#endif
