#include "net/submit.h"

#include "net/exchange.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

enum { CONNECTIONS_KEPT = 32 };

struct net_call {
    struct exchange exchange; /* first: CURLOPT_PRIVATE points to it */
    struct net_loop *net;
    struct net_call *next, **self; /* of the loop's calls */
    net_then_fn *then;
    void *data;
    bool decided; /* nothing is performed: answered in the next turn */
    bool crowded;
};
static_assert(offsetof(struct net_call, exchange) == 0, "CURLOPT_PRIVATE is the exchange");

struct net_loop {
    uv_loop_t *loop;
    const struct settings *settings;
    CURLM *multi;
    uv_timer_t timer; /* libcurl's */
    uv_timer_t soon;  /* for calls that are decided */
    struct net_call *calls;
    size_t count;
    int open_handles;
};

/* A socket that libcurl wants to be told about. */
struct watch {
    uv_poll_t poll;
    struct net_loop *net;
    curl_socket_t fd;
};

/* --- Calls -------------------------------------------------------------------------------------------------------- */

static void forget(struct net_call *call)
{
    *call->self = call->next;
    if (call->next)
        call->next->self = call->self;
    call->net->count--;
    if (call->exchange.curl)
        curl_easy_cleanup(call->exchange.curl);
    free(call);
}

static void answer(struct net_call *call, CURLcode code)
{
    struct net_answer answer = {
        .verdict = NET_LATER, .headers = &(struct net_header){0}, .body = STR(""), .reason = "too many at once"};
    net_then_fn *then = call->then;
    void *data = call->data;
    if (!call->crowded)
        exchange_finish(&call->exchange, code, &answer);
    forget(call);
    then(data, &answer);
}

static void take_results(struct net_loop *net)
{
    int left = 0;
    for (CURLMsg *message; (message = curl_multi_info_read(net->multi, &left));) {
        struct net_call *call = NULL;
        const CURLcode code = message->data.result;
        CURL *curl = message->easy_handle;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&call);
        curl_multi_remove_handle(net->multi, curl);
        if (exchange_goes_on(&call->exchange, code))
            curl_multi_add_handle(net->multi, curl);
        else
            answer(call, code);
    }
}

static void answer_decided(uv_timer_t *timer)
{
    struct net_loop *net = timer->data;
    for (bool found = true; found;) { /* from the start each time: `then` may submit and cancel */
        found = false;
        for (struct net_call *call = net->calls; call && !found; call = call->next)
            if (call->decided) {
                found = true;
                answer(call, CURLE_OK);
                break;
            }
    }
}

/* --- The loop ----------------------------------------------------------------------------------------------------- */

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    struct net_loop *net = watch->net;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    int running = 0;
    if (events & UV_READABLE)
        flags |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        flags |= CURL_CSELECT_OUT;
    curl_multi_socket_action(net->multi, watch->fd, flags, &running);
    take_results(net);
}

static void free_watch(uv_handle_t *handle)
{
    free(handle->data);
}

static int watch_socket(CURL *curl, curl_socket_t fd, int what, void *data, void *socket_data)
{
    struct net_loop *net = data;
    struct watch *watch = socket_data;
    (void)curl;
    if (what == CURL_POLL_REMOVE) {
        if (watch) {
            uv_poll_stop(&watch->poll);
            uv_close((uv_handle_t *)&watch->poll, free_watch);
            curl_multi_assign(net->multi, fd, NULL);
        }
        return 0;
    }
    if (!watch) {
        watch = calloc(1, sizeof *watch);
        if (!watch)
            abort();
        watch->net = net;
        watch->fd = fd;
        if (uv_poll_init_socket(net->loop, &watch->poll, fd) != 0) {
            free(watch);
            return -1;
        }
        watch->poll.data = watch;
        curl_multi_assign(net->multi, fd, watch);
    }
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    return uv_poll_start(&watch->poll, events, on_socket) == 0 ? 0 : -1;
}

static void on_timer(uv_timer_t *timer)
{
    struct net_loop *net = timer->data;
    int running = 0;
    curl_multi_socket_action(net->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    take_results(net);
}

static int set_timer(CURLM *multi, long timeout_ms, void *data)
{
    struct net_loop *net = data;
    (void)multi;
    if (timeout_ms < 0)
        uv_timer_stop(&net->timer);
    else
        uv_timer_start(&net->timer, on_timer, (uint64_t)timeout_ms, 0);
    return 0;
}

/* --- From outside ------------------------------------------------------------------------------------------------- */

struct net_loop *net_loop_new(uv_loop_t *loop, const struct settings *settings)
{
    struct net_loop *net = calloc(1, sizeof *net);
    net_set_up();
    if (!net || !(net->multi = curl_multi_init()) || uv_timer_init(loop, &net->timer) != 0 ||
        uv_timer_init(loop, &net->soon) != 0)
        abort();
    net->loop = loop;
    net->settings = settings;
    net->timer.data = net->soon.data = net;
    net->open_handles = 2;
    curl_multi_setopt(net->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(net->multi, CURLMOPT_SOCKETDATA, net);
    curl_multi_setopt(net->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(net->multi, CURLMOPT_TIMERDATA, net);
    curl_multi_setopt(net->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
    curl_multi_setopt(net->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)NET_CONNECTIONS_MAX);
    curl_multi_setopt(net->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)NET_HOST_CONNECTIONS_MAX);
    return net;
}

static void free_loop(uv_handle_t *handle)
{
    struct net_loop *net = handle->data;
    if (--net->open_handles == 0)
        free(net);
}

void net_loop_close(struct net_loop *net)
{
    while (net->calls)
        net_cancel(net->calls);
    curl_multi_cleanup(net->multi);
    uv_close((uv_handle_t *)&net->timer, free_loop);
    uv_close((uv_handle_t *)&net->soon, free_loop);
}

struct net_call *net_submit(struct net_loop *net, struct arena *arena, const struct net_request *request,
                            net_then_fn *then, void *data)
{
    struct net_call *call = calloc(1, sizeof *call);
    if (!call)
        abort();
    call->net = net;
    call->then = then;
    call->data = data;
    call->crowded = net->count >= NET_CALLS_MAX;
    call->next = net->calls;
    call->self = &net->calls;
    if (call->next)
        call->next->self = &call->next;
    net->calls = call;
    net->count++;
    if (!call->crowded) {
        CURL *curl = curl_easy_init();
        if (!curl)
            abort();
        call->decided = !exchange_begin(&call->exchange, curl, arena, net->settings, request);
    }
    if (call->crowded || call->decided) {
        call->decided = true;
        uv_timer_start(&net->soon, answer_decided, 0, 0);
    } else if (curl_multi_add_handle(net->multi, call->exchange.curl) != CURLM_OK) {
        abort();
    }
    return call;
}

void net_cancel(struct net_call *call)
{
    if (!call->crowded) {
        if (!call->decided)
            curl_multi_remove_handle(call->net->multi, call->exchange.curl);
        exchange_drop(&call->exchange);
    }
    forget(call);
}

size_t net_loop_calls(const struct net_loop *net)
{
    return net->count;
}
