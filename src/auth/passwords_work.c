#include "auth/passwords_work.h"

#include "auth/password.h"

static const char *begun(const struct flow *flow, const char *name)
{
    return json_string_value(json_object_get(flow->begin, name));
}

void passwords_verify(struct flow *flow)
{
    const char *hash = begun(flow, "verify");
    bool ok = auth_password_matches(flow->password, hash, flow->bcrypt_cost);
    json_object_set_new(flow->work, "ok", json_boolean(ok));
    if (ok && auth_password_cost(hash) != flow->bcrypt_cost)
        json_object_set_new(flow->work, "rehash",
                            json_string(auth_password_hash_cost(flow->req->arena, flow->password, flow->bcrypt_cost)));
}

void passwords_hash(struct flow *flow)
{
    if (flow->current_password)
        json_object_set_new(
            flow->work, "ok",
            json_boolean(auth_password_matches(flow->current_password, begun(flow, "verify"), flow->bcrypt_cost)));
    if (!flow->password)
        return;
    size_t i;
    const json_t *former;
    bool reused = false;
    json_array_foreach(json_object_get(flow->begin, "history"), i, former)
    {
        const char *hash = json_string_value(former);
        reused = reused || (hash && auth_password_matches(flow->password, hash, flow->bcrypt_cost));
    }
    json_object_set_new(flow->work, "reused", json_boolean(reused));
    json_object_set_new(flow->work, "hash",
                        json_string(auth_password_hash_cost(flow->req->arena, flow->password, flow->bcrypt_cost)));
}
