/* net.h on a loop: for a web worker, which must not wait. libcurl's multi interface over uv_poll; one of these a loop.
 */
#ifndef MAITRED_NET_SUBMIT_H
#define MAITRED_NET_SUBMIT_H

#include "net/net.h"

#include <uv.h>

enum { NET_CALLS_MAX = 256, NET_CONNECTIONS_MAX = 128, NET_HOST_CONNECTIONS_MAX = 16 };

struct net_loop;
struct net_call;

/* Called once, on the loop, never from within net_submit. The answer is in the call's arena. */
typedef void net_then_fn(void *data, const struct net_answer *answer);

/* `settings` must live as long. Pair: net_loop_close. */
struct net_loop *net_loop_new(uv_loop_t *loop, const struct settings *settings);

/* Forgets what is under way without telling anybody. Frees itself once the loop has run its handles' ends. Not from
 * within a net_then_fn. */
void net_loop_close(struct net_loop *net);

/* Begins; the request and the arena must live until `then` or net_cancel. With NET_CALLS_MAX under way the answer is
 * NET_LATER. Beyond NET_HOST_CONNECTIONS_MAX to one host a call waits for its turn, within its own time. */
struct net_call *net_submit(struct net_loop *net, struct arena *arena, const struct net_request *request,
                            net_then_fn *then, void *data);

/* `then` is not called any more: whoever asked has gone. Only before it was. */
void net_cancel(struct net_call *call);

/* How many are under way, for metrics. */
size_t net_loop_calls(const struct net_loop *net);

#endif
