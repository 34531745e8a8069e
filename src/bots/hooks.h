/* Platforms that call us, for serve/incoming.c. */
#ifndef MAITRED_BOTS_HOOKS_H
#define MAITRED_BOTS_HOOKS_H

#include "incoming/incoming.h"

extern const struct hook_provider bot_hooks[];

#endif
