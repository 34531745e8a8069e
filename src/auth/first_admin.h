/* The first administrator of a tenant that is being made, whatever part of it was sent. */
#ifndef MAITRED_AUTH_FIRST_ADMIN_H
#define MAITRED_AUTH_FIRST_ADMIN_H

#include "base/arena.h"
#include "base/error.h"

#include <jansson.h>

struct first_admin {
    const char *json; /* what app.seed_tenant() takes: the password is a bcrypt hash */
    const char *email;
    const char *password; /* made up here, to be shown once; NULL when one was sent */
};

/* Blocks: it hashes. `given` (borrowed; NULL: nobody was named) may hold email, password, full_name, phone, currency,
 * timezone, locale. Nobody named: owner@<domain>. No password: one is made up. Texts live in the arena. */
enum err auth_first_admin(struct arena *arena, const json_t *given, const char *domain, struct first_admin *admin,
                          struct error *out) MUST_CHECK;

#endif
