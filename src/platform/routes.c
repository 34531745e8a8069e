#include "platform/door.h"
#include "platform/platform.h"

/* To add a door, add its work (door.h) to a file of this room, and a row here. */
const struct http_route platform_routes[] = {
    {HTTP_POST, "/api/v1/sys/provision", platform_door, 0, &platform_provision},
    {HTTP_GET, "/api/v1/sys/tenants", platform_door, 0, &platform_list},
    {HTTP_GET, "/api/v1/sys/tenants/:tenant", platform_door, 0, &platform_show},
    {HTTP_PATCH, "/api/v1/sys/tenants/:tenant", platform_door, 0, &platform_change},
    {HTTP_DELETE, "/api/v1/sys/tenants/:tenant", platform_door, 0, &platform_drop},
    {HTTP_POST, "/api/v1/sys/tenants/:tenant/suspend", platform_door, 0, &platform_suspend},
    {HTTP_POST, "/api/v1/sys/tenants/:tenant/resume", platform_door, 0, &platform_resume},
    {HTTP_POST, "/api/v1/sys/tenants/:tenant/modules", platform_door, 0, &platform_modules},
    {HTTP_GET, "/api/v1/sys/migrations", platform_door, 0, &platform_migrations},
    {HTTP_POST, "/api/v1/sys/migrations", platform_door, 0, &platform_migrate},
    {HTTP_GET, "/api/v1/sys/jobs", platform_door, 0, &platform_jobs},
    {HTTP_POST, "/api/v1/sys/jobs/:job/retry", platform_door, 0, &platform_retry},
    {HTTP_POST, "/api/v1/sys/jobs/:job/cancel", platform_door, 0, &platform_cancel},
    {0},
};
