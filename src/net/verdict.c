#include "net/verdict.h"

#include <ctype.h>
#include <curl/curl.h>

enum net_verdict net_verdict_of_status(long status, bool repeatable, bool *unknown)
{
    *unknown = false;
    if ((status >= 200 && status < 300) || status == 304)
        return NET_DONE;
    switch (status) {
    case 408: /* the request did not arrive whole */
    case 421: /* wrong connection */
    case 425: /* too early */
    case 429:
    case 503: /* not now: nothing was done */
        return NET_LATER;
    case 501:
    case 505:
        return NET_NEVER;
    default:
        break;
    }
    if (status < 500 || status > 599)
        return NET_NEVER;
    *unknown = !repeatable; /* it failed half-way, or a proxy gave up waiting */
    return repeatable ? NET_LATER : NET_NEVER;
}

int64_t net_retry_after_s(const char *value, int64_t now_s)
{
    if (!value)
        return 0;
    while (*value == ' ' || *value == '\t')
        value++;
    int64_t wait_s = 0;
    size_t digits = strspn(value, "0123456789");
    if (digits) {
        if (value[digits + strspn(value + digits, " \t")])
            return 0; /* 1.5, 10s: curl_getdate would find a year in it */
        for (size_t i = 0; i < digits && wait_s <= NET_RETRY_AFTER_MAX_S; i++)
            wait_s = wait_s * 10 + (value[i] - '0');
    } else {
        time_t at = isalpha((unsigned char)*value) && strchr(value, ':') ? curl_getdate(value, NULL) : -1;
        if (at < 0)
            return 0;
        wait_s = (int64_t)at - now_s;
    }
    if (wait_s > NET_RETRY_AFTER_MAX_S)
        wait_s = NET_RETRY_AFTER_MAX_S;
    return now_s + (wait_s > 0 ? wait_s : 0);
}
