#include "serve/incoming.h"

#include "bots/hooks.h"
#include "pay/hooks.h"

#include <stddef.h>

const struct hook_provider *const incoming_providers[] = {incoming_test, pay_hooks, bot_hooks, NULL};
