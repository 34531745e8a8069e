/* Passwords: bcrypt by libxcrypt, and the rules a new one must meet.
 *
 * Hashing takes tens of milliseconds on purpose: what blocks says so, and belongs on the thread pool, never on the
 * loop.
 */
#ifndef MAITRED_AUTH_PASSWORD_H
#define MAITRED_AUTH_PASSWORD_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    AUTH_BCRYPT_COST = 10,
    AUTH_PASSWORD_BYTES_MAX = 72, /* bcrypt reads no further: a longer one would be cut silently */
    AUTH_HASH_BYTES = 64,
};

/* Blocks. The bcrypt hash ($2b$) in the arena; cost 4 … 31 doubles the time with each step. */
char *auth_password_hash(struct arena *arena, const char *password);
char *auth_password_hash_cost(struct arena *arena, const char *password, int cost);

/* Blocks. Whether the password gives this hash. hash NULL (no such user, or one without a password): the same work is
 * done against a hash that nothing matches, so that the answer takes as long as for a known user. */
bool auth_password_matches(const char *password, const char *hash, int cost);

/* How often bcrypt ran in this process, and how often for nobody: shows in a test that an unknown user costs the same.
 */
unsigned long auth_password_runs(void);

/* The cost a hash was made with; 0 when it is no bcrypt hash. */
int auth_password_cost(const char *hash);

struct password_rules {
    size_t length_min;
    const char *required; /* character classes of which each must occur, separated by ':'; "" or NULL: none */
    const char *email;    /* or NULL: the password must not be made of it */
};

enum { PASSWORD_LENGTH = 1 << 0, PASSWORD_CHARACTERS = 1 << 1, PASSWORD_COMMON = 1 << 2 };

/* Which rules the password breaks: a set of the bits above, 0 when it is good. */
unsigned auth_password_faults(const char *password, const struct password_rules *rules);

#endif
