/* What the doors of passkeys and of factors share. */
#ifndef MAITRED_AUTH_PASSKEYS_WORK_H
#define MAITRED_AUTH_PASSKEYS_WORK_H

#include "auth/flow.h"

/* Judges the credential by what begin said ({challenge, rp_id, origins}, and the key's public_key and algorithm when it
 * is known already) and puts {ok, reason | sign_count, credential_id, public_key, algorithm} into the work. */
void passkeys_judge(struct flow *flow, const json_t *credential);

#endif
