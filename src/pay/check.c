#include "pay/check.h"

#include "base/json_kept.h"
#include "pay/provider.h"
#include "pg/direct.h"
#include "seal/seal.h"
#include "tenant/address.h"

#include <string.h>

static const char ACCOUNTS[] =
    "select json_build_object('account_id', a.id, 'organization', o.name, 'mode', a.mode, 'sealed', a.secrets,"
    " 'hook_path', '/hooks/v1/' || a.provider || '/' || a.endpoint_id,"
    " 'last_call', (select max(r.received_at) from received_hooks r where r.endpoint_id = a.endpoint_id))"
    " from payment_accounts a join organizations o on o.id = a.organization_id"
    " where a.provider = $1 and a.is_active order by o.name, a.id";

/* Whether all is well with the key; the reason where it is not. */
static const char *refusal(const json_t *checks)
{
    const json_t *one = json_array_get(checks, 0);
    return json_is_true(json_object_get(one, "works")) ? NULL : json_text_at(one, "said");
}

static enum err check_one(struct job *job, PGconn *conn, const struct seal_keys *keys,
                          const struct pay_provider *provider, json_t *account, struct error *out)
{
    struct arena *arena = job->arena;
    const char *id = json_text_at(account, "account_id");
    const struct seal_place place = {job->tenant, "payment_accounts.secrets", id};
    const char *secrets = seal_open(keys, arena, &place, json_text_at(account, "sealed"));
    json_t *checks = NULL;
    json_object_del(account, "sealed");
    if (!secrets) {
        json_object_set_new(account, "checks",
                            json_pack("[{s:s, s:b, s:s}]", "what", "key", "works", 0, "said",
                                      "It was sealed in another installation: store it again."));
        return OK;
    }
    json_t *asked = json_kept(arena, json_object());
    json_object_set_new(asked, "secrets", json_loads(secrets, JSON_REJECT_DUPLICATES, NULL));
    json_object_set(asked, "hook_url", json_object_get(account, "hook_url"));
    if (provider->check(job, asked, &checks, out) != WORK_DONE)
        return error_set(out, arena, ERR_BUSY, "%s", out->message);
    json_object_set(account, "checks", checks);
    const char *why = refusal(checks);
    return direct_query(arena, conn, "select app.payment_account_answered($1, $2, $3)", 3,
                        (const char *const[]){id, why ? "false" : "true", why}, NULL, out);
}

enum err pay_check(struct arena *arena, const struct settings *settings, PGconn *conn, const struct tenant *tenant,
                   const char *provider, json_t **accounts, struct error *out)
{
    const struct pay_provider *asked = pay_provider(provider);
    const struct seal_keys *keys = NULL;
    PGresult *rows = NULL;
    struct job job = {.arena = arena, .settings = settings, .tenant = tenant->schema};
    *accounts = json_kept(arena, json_array());
    if (!asked || !asked->check)
        return error_set(out, arena, ERR_NOT_FOUND, "No provider that can be asked is called %s.", provider);
    enum err err = seal_keys_load(arena, conn, &keys, out);
    if (err == OK)
        err = direct_query(arena, conn, ACCOUNTS, 1, &provider, &rows, out);
    for (int row = 0; err == OK && row < PQntuples(rows); row++) {
        json_t *account = json_loads(direct_text(rows, row, 0), 0, NULL);
        json_array_append_new(*accounts, account);
        json_object_set_new(
            account, "hook_url",
            json_string(arena_printf(arena, "%s%s", tenant_url(arena, settings, tenant, false, tenant->domain),
                                     json_text_at(account, "hook_path"))));
        err = check_one(&job, conn, keys, asked, account, out);
        json_object_del(account, "hook_path");
    }
    if (err == OK && json_array_size(*accounts) == 0)
        return error_set(out, arena, ERR_NOT_FOUND, "Nothing is stored for %s: set_payment_account does it.", provider);
    return err;
}
