#include "net/exchange.h"

#include <pthread.h>
#include <stdlib.h>

/* One handle a thread, with its connections. */
static _Thread_local CURL *kept;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void end_thread(void *data)
{
    curl_easy_cleanup(data);
    kept = NULL;
}

static void set_up_once(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || pthread_key_create(&key, end_thread) != 0)
        abort();
}

void net_set_up(void)
{
    (void)pthread_once(&once, set_up_once);
}

static CURL *handle_of_thread(void)
{
    if (kept)
        return kept;
    net_set_up();
    kept = curl_easy_init();
    if (!kept || pthread_setspecific(key, kept) != 0)
        abort();
    return kept;
}

void net_thread_end(void)
{
    if (!kept)
        return;
    (void)pthread_setspecific(key, NULL);
    end_thread(kept);
}

void net_perform(struct arena *arena, const struct settings *settings, const struct net_request *request,
                 struct net_answer *answer)
{
    struct exchange exchange;
    CURLcode code = CURLE_OK;
    CURL *curl = handle_of_thread();
    bool more = exchange_begin(&exchange, curl, arena, settings, request);
    while (more) {
        code = curl_easy_perform(curl);
        more = exchange_goes_on(&exchange, code);
    }
    exchange_finish(&exchange, code, answer);
}

const char *net_header_value(const struct net_answer *answer, const char *name)
{
    for (const struct net_header *header = answer->headers; header->name; header++)
        if (strcasecmp(header->name, name) == 0)
            return header->value;
    return NULL;
}

enum err net_error(struct arena *arena, const struct net_answer *answer, struct error *out)
{
    if (answer->verdict == NET_DONE)
        return OK;
    return error_set(out, arena, answer->verdict == NET_NEVER ? ERR_BAD_INPUT : ERR_INTERNAL, "%s", answer->reason);
}
