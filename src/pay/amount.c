#include "pay/amount.h"

#include <ctype.h>
#include <string.h>

enum { DECIMALS_MAX = 4 };
static const int64_t LARGEST = (int64_t)1 << 53; /* what JSON readers count exactly */

bool amount_to_units(const char *text, int decimals, int64_t *units)
{
    int64_t sum = 0;
    int after = -1; /* digits after the point; -1: no point yet */
    if (!text || !isdigit((unsigned char)*text) || decimals < 0 || decimals > DECIMALS_MAX)
        return false;
    for (const char *at = text; *at; at++) {
        if (*at == '.' && after < 0) {
            after = 0;
            continue;
        }
        if (!isdigit((unsigned char)*at))
            return false;
        if (after >= decimals) { /* PostgreSQL writes 10.9900: zeros that say nothing */
            if (*at != '0')
                return false;
            continue;
        }
        sum = sum * 10 + (*at - '0');
        if (sum > LARGEST)
            return false;
        after += after >= 0;
    }
    for (int i = after < 0 ? 0 : after; i < decimals; i++)
        sum *= 10;
    if (sum > LARGEST)
        return false;
    *units = sum;
    return true;
}

const char *amount_of_units(struct arena *arena, int64_t units, int decimals)
{
    int64_t scale = 1;
    for (int i = 0; i < decimals; i++)
        scale *= 10;
    int64_t whole = units / scale, part = units % scale;
    if (!decimals)
        return arena_printf(arena, "%lld", (long long)units);
    return arena_printf(arena, "%s%lld.%0*lld", units < 0 && whole == 0 ? "-" : "", (long long)whole, decimals,
                        (long long)(part < 0 ? -part : part));
}
