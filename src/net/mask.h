/* Secrets out of texts that people read. */
#ifndef MAITRED_NET_MASK_H
#define MAITRED_NET_MASK_H

#include "base/arena.h"

/* The text with "***" wherever the secret stands, also percent-encoded. The text itself when it does not, or when the
 * secret is NULL or too short to be one. For what the other side says, too: it may repeat the address it was asked at.
 */
const char *net_mask(struct arena *arena, const char *text, const char *secret);

#endif
