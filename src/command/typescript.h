/* A schema's description (app.describe_types, db/app/core) as TypeScript, in the form that supabase-js takes for its
 * Database type: `supabase gen types typescript` writes the same keys. What a function answers has a type there too,
 * because its comment says it. */
#ifndef MAITRED_COMMAND_TYPESCRIPT_H
#define MAITRED_COMMAND_TYPESCRIPT_H

#include "base/buf.h"

#include <jansson.h>
#include <stddef.h>

struct described_schema {
    const char *key;           /* its name in Database: "public" for a tenant's own */
    const json_t *description; /* borrowed */
};

/* The whole file. The same descriptions give the same bytes; the first schema is the default of the helper types. */
void typescript_write(struct buf *out, const struct described_schema *schemas, size_t count);

#endif
