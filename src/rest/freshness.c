#include "rest/freshness.h"

#include "tenant/table_watch.h"

#include <assert.h>
#include <stdlib.h>

/* The WAL tells of a commit a little before other transactions see it: an answer that was begun in between is older
 * than the change that was counted before it. */
enum { SETTLED_AFTER_MS = 1000 };

struct freshness {
    unsigned refs;
    const struct table_watcher *watcher;
    bool sure;
    size_t count;
    struct {
        struct table_watch *watch;
        uint64_t changes;
    } reads[];
};

struct freshness *freshness_begin(const struct services *services, struct tenant *tenant, const char *const *reads,
                                  int64_t now_ms)
{
    const struct table_watcher *watcher = table_watcher_in(services);
    size_t count = 0;
    if (!reads || !watcher)
        return NULL;
    while (reads[count])
        count++;
    struct freshness *f = calloc(1, sizeof *f + count * sizeof *f->reads);
    if (!f)
        abort();
    f->refs = 1;
    f->watcher = watcher;
    f->count = count;
    f->sure = true;
    for (size_t i = 0; i < count; i++) {
        struct table_watch *watch = watcher->watch(watcher->data, tenant, reads[i]);
        f->reads[i].watch = watch;
        f->reads[i].changes = watch->changes;
        f->sure &= watch->complete && (!watch->changes || now_ms - watch->changed_ms >= SETTLED_AFTER_MS);
    }
    return f;
}

struct freshness *freshness_ref(struct freshness *f)
{
    if (f)
        f->refs++;
    return f;
}

void freshness_unref(struct freshness *f)
{
    if (!f)
        return;
    assert(f->refs);
    if (--f->refs)
        return;
    for (size_t i = 0; i < f->count; i++)
        f->watcher->unwatch(f->watcher->data, f->reads[i].watch);
    free(f);
}

bool freshness_holds(const struct freshness *f)
{
    for (size_t i = 0; f && i < f->count; i++)
        if (f->reads[i].watch->changes != f->reads[i].changes)
            return false;
    return true;
}

bool freshness_is_sure(const struct freshness *f)
{
    return f && f->sure;
}
