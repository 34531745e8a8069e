/* How much of what outsiders say is spread: bytes times those who hear it, for a connection and for a tenant in each
 * worker. One message of half a megabyte to four hundred sockets is two hundred megabytes that this process writes
 * while others wait.
 *
 * A budget may go into debt by one message, so that a large one is possible at all; then it waits until it is even.
 */
#include "base/clock.h"
#include "realtime/internal.h"

enum { DEBT_MAX_S = 30 };

bool bucket_spend(struct bucket *bucket, double rate, double burst, double cost)
{
    int64_t now_ms = clock_monotonic_ms();
    bucket->tokens += bucket->at_ms ? (double)(now_ms - bucket->at_ms) * rate / 1000 : burst;
    bucket->tokens = bucket->tokens > burst ? burst : bucket->tokens;
    bucket->at_ms = now_ms;
    if (bucket->tokens <= 0)
        return false;
    bucket->tokens -= cost;
    if (bucket->tokens < -rate * DEBT_MAX_S)
        bucket->tokens = -rate * DEBT_MAX_S;
    return true;
}

bool spread_is_affordable(struct realm *realm, struct bucket *own, const char *topic_key, size_t bytes)
{
    const struct settings *settings = realm->service->services->settings;
    const struct topic *topic = topic_find(realm, topic_key);
    double cost = (double)bytes;
    for (const struct channel *c = topic ? topic->channels : NULL; c; c = c->topic_next)
        cost += (double)bytes;
    double rate = (double)settings->realtime_spread_bytes_per_s;
    double of_tenant = (double)settings->realtime_tenant_spread_bytes_per_s;
    bool affordable = (!own || bucket_spend(own, rate, 2 * rate, cost)) &&
                      bucket_spend(&realm->spread, of_tenant, 2 * of_tenant, cost);
    realm->service->stats.refused += !affordable;
    return affordable;
}
