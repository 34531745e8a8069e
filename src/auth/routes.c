#include "auth/auth.h"

const struct http_route auth_routes[] = {
    {0},
};
