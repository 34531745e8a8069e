/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_TENANT_SETTINGS_ROWS_H
#define MAITRED_TENANT_SETTINGS_ROWS_H

#define TENANT_SETTINGS(X)                                                                                             \
    X(default_tenant, TEXT, "", 0, 63, "",                                                                             \
      "schema or domain of the tenant that answers unknown hosts; empty answers 404")                                  \
    X(migrate_parallel, NUMBER, "4", 1, 64, "tenants", "tenants migrated at once")                                     \
    X(site_url, TEXT, "", 0, 1000, "",                                                                                 \
      "public address, for links in mails, with {domain} for the tenant's; default domain and port of the daemon")

#endif
