/* The work on passwords that several doors share. Runs on the thread pool. */
#ifndef MAITRED_AUTH_PASSWORDS_WORK_H
#define MAITRED_AUTH_PASSWORDS_WORK_H

#include "auth/flow.h"

/* begin.verify against flow->password: work.ok, and work.rehash when the hash was made with another cost. */
void passwords_verify(struct flow *flow);

/* A new password: work.hash; work.reused when it is in begin.history; work.ok for flow->current_password. Nothing is
 * done without a new password. */
void passwords_hash(struct flow *flow);

#endif
