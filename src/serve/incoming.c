#include "serve/incoming.h"

#include <stddef.h>

const struct hook_provider *const incoming_providers[] = {incoming_test, NULL};
