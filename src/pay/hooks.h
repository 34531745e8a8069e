/* Payment providers that call us, for serve/incoming.c. */
#ifndef MAITRED_PAY_HOOKS_H
#define MAITRED_PAY_HOOKS_H

#include "incoming/incoming.h"

extern const struct hook_provider pay_hooks[];

#endif
