/* Lists of the settings that say whom we believe: addresses and networks of proxies, origins of pages. Read once, at
 * the start: what cannot be read would trust nobody, and nobody would know. */
#ifndef MAITRED_HTTP_PROXIES_H
#define MAITRED_HTTP_PROXIES_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

/* Addresses, and networks in CIDR form, with commas or blanks between: "127.0.0.1, 10.0.0.0/8, fd00::/7". */
struct proxies;
enum err proxies_read(struct arena *arena, const char *setting, const char *list, struct proxies **proxies,
                      struct error *out) MUST_CHECK;

/* `ip` is an address as text; anything else is in no list. */
bool proxies_hold(const struct proxies *proxies, const char *ip);

/* Whether each of the list is an origin as browsers send it, such as https://shop.example:8443, or all of it is *. */
enum err origins_check(struct arena *arena, const char *list, struct error *out) MUST_CHECK;

#endif
