#include "serve/kinds.h"

#include "bots/kinds.h"
#include "hooks/kinds.h"
#include "incoming/incoming.h"
#include "jobs/upkeep.h"
#include "notify/kinds.h"
#include "pay/kinds.h"
#include "print/kinds.h"
#include "storage/storage.h"
#include "sync/kinds.h"

const struct job_kind *const serve_kinds[] = {bot_kinds,   hook_kinds,    incoming_kinds, notify_kinds, pay_kinds,
                                              print_kinds, storage_kinds, sync_kinds,     upkeep_kinds, NULL};
