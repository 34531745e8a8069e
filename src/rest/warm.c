/* The catalogues of the commonest shapes, before anybody asks: a worker that has just started would let its first
 * guests wait for them. */
#include "rest/internal.h"
#include "tenant/registry.h"

#include <stdlib.h>

enum { SHAPES_WARM = 4, SHAPES_SEEN = 64 };

struct warming {
    struct rest_service *service;
    int awaited;
    void (*then)(void *data);
    void *data;
};

struct census {
    struct {
        const struct tenant *example;
        size_t tenants;
    } shapes[SHAPES_SEEN];
    size_t count;
};

static void count_shape(void *data, const struct tenant *tenant)
{
    struct census *census = data;
    size_t i = 0;
    if (tenant->suspended || strstr(tenant->settings_json, "\"schemas\""))
        return;
    while (i < census->count && !text_eq(census->shapes[i].example->shape, tenant->shape))
        i++;
    if (i == SHAPES_SEEN)
        return;
    if (i == census->count) {
        census->shapes[i].example = tenant;
        census->count++;
    }
    census->shapes[i].tenants++;
}

/* The commonest that was not taken yet, or NULL. */
static const struct tenant *take_commonest(struct census *census)
{
    size_t best = 0;
    for (size_t i = 1; i < census->count; i++)
        if (census->shapes[i].tenants > census->shapes[best].tenants)
            best = i;
    if (!census->count || !census->shapes[best].tenants)
        return NULL;
    census->shapes[best].tenants = 0;
    return census->shapes[best].example;
}

static void one_less(struct warming *warming)
{
    if (--warming->awaited)
        return;
    warming->service->warming = NULL;
    warming->then(warming->data);
    free(warming);
}

static void catalogue_there(void *data, struct catalogue *catalogue, const struct error *error)
{
    (void)catalogue;
    (void)error; /* the shelf has told it; whoever asks next tries again */
    one_less(data);
}

static void begin(struct warming *warming)
{
    struct rest_service *service = warming->service;
    struct census census = {.count = 0};
    struct arena *arena = arena_new();
    const struct tenant *example;
    struct shelf_key key;
    warming->awaited = 1;
    tenant_registry_each(tenant_registry_in(service->services), count_shape, &census);
    for (int i = 0; i < SHAPES_WARM && (example = take_commonest(&census)); i++)
        if (tenant_shelf_key(arena, example, &key) && !shelf_refused(service->shelf, &key) &&
            !shelf_get(service->shelf, &key, catalogue_there, warming))
            warming->awaited++;
    arena_free(arena);
    one_less(warming);
}

void rest_warm(struct rest_service *service, void (*then)(void *data), void *data)
{
    struct warming *warming = calloc(1, sizeof *warming);
    if (!warming)
        abort();
    *warming = (struct warming){.service = service, .then = then, .data = data};
    service->warming = warming;
    if (service->listening)
        begin(warming);
}

/* What is read before would have to be read again. */
void warm_listening(struct rest_service *service)
{
    if (service->warming)
        begin(service->warming);
}
