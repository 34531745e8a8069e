/* The Storage dialect under /storage/v1: files in buckets, whose rows (db/tenant/storage) say who may. See README.md.
 */
#ifndef MAITRED_STORAGE_STORAGE_H
#define MAITRED_STORAGE_STORAGE_H

#include "base/error.h"
#include "base/metric.h"
#include "http/http.h"
#include "http/services.h"
#include "work/work.h"

#include <stdint.h>

/* Every door under /storage/v1/; ends with a row of zeros. */
extern const struct http_route storage_routes[];

extern const struct job_kind storage_kinds[];

/* Where files lie; made when it is not there. NULL: it cannot be. */
const char *storage_folder(struct arena *arena, const struct settings *settings);

/* One a worker; services->settings are set already and outlive it. NULL and `out`: the settings do not fit together. */
struct storage *storage_new(const struct services *services, struct error *out);

extern const struct service_key storage_key;

struct storage_stats {
    uint64_t uploads, downloads, bytes_in, refused, turned_away;
};
struct storage_stats storage_stats(const struct storage *storage);
extern const struct metric storage_metrics[];

#endif
