/* Catalogues by shape: loaded when first asked for, loaded again on request, shared by everybody who is served
 * meanwhile.
 *
 *     empty ──shelf_get──▶ loading ──catalogue_arrives──▶ ready ──shelf_reload──▶ reloading ──▶ ready
 *                             └──load_failed──▶ empty (waiters get the error)      └──failed──▶ ready (the old one)
 */
#ifndef MAITRED_REST_SHELF_H
#define MAITRED_REST_SHELF_H

#include "http/services.h"
#include "rest/catalogue.h"

struct shelf;

struct shelf_key {
    const char *name;      /* shape, or schema where it has none */
    const char *schema;    /* an example of the shape */
    const char *functions; /* schemas whose functions are exposed, as an array literal */
    const char *search_path;
    const char *const *modules; /* the tenant's; NULL: functions belong to no modules */
};

/* catalogue NULL: `error` says why. The callee takes its own reference. */
typedef void shelf_fn(void *data, struct catalogue *catalogue, const struct error *error);

struct shelf *shelf_new(const struct services *services);
void shelf_free(struct shelf *shelf);

/* The catalogue when it is there, without a new reference; else NULL, and `fn` is called later. */
struct catalogue *shelf_get(struct shelf *shelf, const struct shelf_key *key, shelf_fn *fn, void *data);

/* Calls `fn` when a catalogue newer than `old` is there (which may be at once: then it is returned as by shelf_get).
 * NULL and no call when `old` is so young that it is not worth while. */
bool shelf_refresh(struct shelf *shelf, const struct shelf_key *key, const struct catalogue *old, shelf_fn *fn,
                   void *data);

/* For how many seconds this one is not read because reading it has ended a process; 0: it is, or was. */
int shelf_refused(struct shelf *shelf, const struct shelf_key *key);

/* Loads everything on the shelf again; what nobody has asked for lately goes. */
void shelf_reload(struct shelf *shelf);

struct shelf_stats {
    uint64_t loaded, failed;
    size_t count;
};
struct shelf_stats shelf_stats(const struct shelf *shelf);

#endif
