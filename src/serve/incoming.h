/* Who may call the daemon at /hooks/v1/: to add a room with providers of its own, add its table. */
#ifndef MAITRED_SERVE_INCOMING_H
#define MAITRED_SERVE_INCOMING_H

#include "incoming/incoming.h"

extern const struct hook_provider *const incoming_providers[];

#endif
