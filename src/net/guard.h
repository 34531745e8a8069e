/* Which addresses are inside: nobody's on the public Internet, or our own. */
#ifndef MAITRED_NET_GUARD_H
#define MAITRED_NET_GUARD_H

#include <stdbool.h>

struct sockaddr;

/* Whether this address is reserved, private, carries one that is (mapped, NAT64, 6to4, ISATAP), serves a cloud's
 * secrets, or is this machine's own. Families other than IPv4 and IPv6 are inside. */
bool net_address_is_inside(const struct sockaddr *address);

/* The same for an address in text; anything else is inside. */
bool net_text_is_inside(const char *address);

/* Whether a host, as a URL names it after parsing, is this machine itself: localhost, 127.…, ::1. Asks no resolver. */
bool net_host_is_loopback(const char *host);

#endif
