/* What an answer means for trying again. */
#ifndef MAITRED_NET_VERDICT_H
#define MAITRED_NET_VERDICT_H

#include "net/net.h"

/* By status (RFC 9110). `repeatable`: doing it twice is no harm; if not, `*unknown` says that the other side may have
 * acted. */
enum net_verdict net_verdict_of_status(long status, bool repeatable, bool *unknown);

/* Retry-After (RFC 9110, 10.2.3): seconds or a date, as an instant; never before now_s, at most NET_RETRY_AFTER_MAX_S
 * after it. 0 for NULL and for what is neither. */
int64_t net_retry_after_s(const char *value, int64_t now_s);

#endif
