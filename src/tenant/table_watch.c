#include "tenant/table_watch.h"

const struct service_key table_watcher_key = {"table watcher"};
