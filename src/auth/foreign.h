/* Tokens of another issuer, for a database that maitred did not make (setting `schema`): which keys sign them, where
 * they name a role, and who asks without one. */
#ifndef MAITRED_AUTH_FOREIGN_H
#define MAITRED_AUTH_FOREIGN_H

#include "auth/identity.h"
#include "base/jwt.h"
#include "config/settings.h"

struct foreign_issuer;

/* From anon_role, role_claim_key, jwt_audience and jwt_secret (a secret, a JWK or a JWK set). NULL: `out` names the
 * setting that cannot be read. Pair: foreign_issuer_free. */
struct foreign_issuer *foreign_issuer_new(const struct settings *settings, struct error *out);
void foreign_issuer_free(struct foreign_issuer *issuer);

/* Whether one of the issuer's keys has signed this. */
bool foreign_is_signed(const struct foreign_issuer *issuer, const struct jwt *jwt) MUST_CHECK;

/* Checks the claims; any role may be named, and whatever else the issuer has written says nothing to us. The database
 * refuses a role that it does not know. */
enum err foreign_identity(const struct foreign_issuer *issuer, struct arena *arena, const struct jwt *jwt,
                          struct identity *who, struct error *out) MUST_CHECK;

/* Who asks without a token; NULL when nobody may. Lives as long as the issuer. */
struct identity *foreign_anonymous(struct foreign_issuer *issuer);

#endif
