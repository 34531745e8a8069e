/* Whether the accounts of a tenant at a provider work, asked of the provider itself (`maitred integration test`). */
#ifndef MAITRED_PAY_CHECK_H
#define MAITRED_PAY_CHECK_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"
#include "tenant/tenant.h"

#include <jansson.h>
#include <libpq-fe.h>

/* `conn` is the owner's, with the search_path of `tenant`. *accounts: a list, kept by the arena, of
 *   {"organization", "mode", "last_call": time or null, "checks": [{"what", "works": true|false, "said"}, …]}
 * What the account is known to do is written down as a payment's answer is (app.payment_account_answered). Blocks.
 * ERR_NOT_FOUND: no such provider, or no account at it. ERR_BUSY: the provider cannot be asked just now. */
enum err pay_check(struct arena *arena, const struct settings *settings, PGconn *conn, const struct tenant *tenant,
                   const char *provider, json_t **accounts, struct error *out) MUST_CHECK;

#endif
