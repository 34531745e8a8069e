/* The platform's doors under /api/v1/sys: provision, tenants, migrations, jobs. They take the operator's bearer token
 * (platform_token). Everything here is a command of the CLI too. */
#ifndef MAITRED_PLATFORM_PLATFORM_H
#define MAITRED_PLATFORM_PLATFORM_H

#include "http/http.h"

/* Ends with a row of zeros. */
extern const struct http_route platform_routes[];

#endif
