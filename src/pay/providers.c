#include "pay/provider.h"

#include <string.h>

static const struct pay_provider *const providers[] = {&pay_stripe};

const struct pay_provider *pay_provider(const char *name)
{
    for (size_t i = 0; name && i < sizeof providers / sizeof *providers; i++)
        if (!strcmp(providers[i]->name, name))
            return providers[i];
    return NULL;
}
