#include "http/http.h"

#define OF(member) METRIC_OF(http_stats, member)

/* To add one: base/metric.h. The time that answers took is a histogram, which serve/stats.c writes. */
const struct metric http_metrics[] = {
    {"http_connections", METRIC_GAUGE, NULL, "Client connections.", OF(connections)},
    {"http_in_flight", METRIC_GAUGE, NULL, "Requests being answered.", OF(in_flight)},
    {"http_sent_bytes_total", METRIC_COUNTER, NULL, "Bytes of answer bodies.", OF(bytes_out)},
    {"http_requests_total", METRIC_COUNTER, "class=\"1xx\"", "Answers by status class.", OF(by_class[1])},
    {"http_requests_total", METRIC_COUNTER, "class=\"2xx\"", NULL, OF(by_class[2])},
    {"http_requests_total", METRIC_COUNTER, "class=\"3xx\"", NULL, OF(by_class[3])},
    {"http_requests_total", METRIC_COUNTER, "class=\"4xx\"", NULL, OF(by_class[4])},
    {"http_requests_total", METRIC_COUNTER, "class=\"5xx\"", NULL, OF(by_class[5])},
    {0},
};
