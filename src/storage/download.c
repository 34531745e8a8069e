#include "storage/download.h"

#include "base/encode.h"
#include "base/json_kept.h"
#include "storage/backend.h"
#include "storage/doors.h"
#include "storage/sniff.h"
#include "storage/token.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { INFO_BYTES_MAX = 2 * 1024 * 1024, FILE_NAME_BYTES_MAX = 300 };

/* --- Finding ------------------------------------------------------------------------------------------------------ */

struct finding {
    struct found found;
    enum finder finder;
    found_fn *then;
    int tries;
};

static void found_answered(struct ask *ask, void *data)
{
    struct finding *finding = data;
    struct found *found = &finding->found;
    const json_t *all = dialect_json(ask->req, ask_value(ask, 0));
    found->all = all;
    found->version = json_text_at(all, "version");
    found->etag = json_text_at(all, "etag");
    found->type = json_text_at(all, "content_type");
    found->cache_control = json_text_at(all, "cache_control");
    found->size = (uint64_t)json_integer_value(json_object_get(all, "size"));
    found->modified_s = json_integer_value(json_object_get(all, "modified_s"));
    if (!found->version || !found->etag || !found->type) {
        refuse(ask->req, INTERNAL, NULL);
        return;
    }
    finding->then(found);
}

static void look(struct finding *finding)
{
    const struct object_name *object = &finding->found.object;
    struct http_req *req = finding->found.req;
    struct ask *ask = finding->finder == FIND_CALLER ? ask_caller(req, true) : ask_service(req, true);
    ask_add(ask, "select app.storage_find($1, $2, $3::boolean)", object->bucket, object->name,
            finding->finder == FIND_PUBLIC ? "true" : "false");
    ask_submit(ask, found_answered, finding);
}

void download_find(struct http_req *req, const struct object_name *object, enum finder finder, found_fn *then)
{
    struct finding *finding = arena_zalloc(req->arena, sizeof *finding);
    finding->found.req = req;
    finding->found.object = *object;
    finding->found.finding = finding;
    finding->finder = finder;
    finding->then = then;
    look(finding);
}

/* --- Opening ------------------------------------------------------------------------------------------------------ */

struct opening {
    struct found *found;
    void (*then)(struct found *found, int fd);
    struct keeping keeping;
    const struct backend *backend;
    const char *version;
    struct error error;
    enum err err;
    int fd;
};

static void open_version(void *data)
{
    struct opening *opening = data;
    opening->err = opening->backend->open(&opening->keeping, opening->version, &opening->fd, &opening->error);
}

/* Its bytes are gone: somebody wrote over it, or took it away, between the look and now. What stands there is looked
 * up again; whoever reads gets the old file whole or the new one. */
static void not_opened(struct opening *opening)
{
    struct finding *finding = opening->found->finding;
    if (opening->err == ERR_NOT_FOUND && finding->tries++ < STORAGE_TRIES)
        look(finding);
    else
        refuse_error(opening->found->req, &opening->error);
}

static void opened(void *data, bool done)
{
    struct opening *opening = data;
    if (done && opening->err == OK)
        opening->then(opening->found, opening->fd);
    else if (done)
        not_opened(opening);
}

void download_open(struct found *found, void (*then)(struct found *found, int fd))
{
    struct http_req *req = found->req;
    struct storage *storage = storage_of(req);
    struct opening *opening = arena_zalloc(req->arena, sizeof *opening);
    *opening = (struct opening){.found = found, .then = then, .backend = storage->backend, .fd = -1};
    opening->keeping = storage_keeping(req);
    opening->version = arena_strdup(opening->keeping.arena, found->version);
    /* What lies on this machine is opened at once, as the pages' files are. */
    opening->err = backend_directory.open(&opening->keeping, opening->version, &opening->fd, &opening->error);
    if (opening->err == OK) {
        then(found, opening->fd);
    } else if (!storage->backend->distant) {
        not_opened(opening);
    } else if (!thread_run(req, &storage->distant, open_version, opened, opening)) {
        storage->stats.turned_away++;
        refuse(req, SLOW_DOWN, NULL);
    }
}

/* --- Sending ------------------------------------------------------------------------------------------------------ */

static const char *disposition_of(struct http_req *req, const char *name)
{
    const char *encoded = encode_percent(req->arena, str_of(error_text_cut(req->arena, name, FILE_NAME_BYTES_MAX)), "");
    return *name ? arena_printf(req->arena, "attachment; filename=\"%s\"; filename*=UTF-8''%s", encoded, encoded)
                 : "attachment";
}

const char *download_headers(const struct found *found, const char *type)
{
    struct http_req *req = found->req;
    const struct sniff_serving serving = sniff_serving(req->arena, type);
    const char *download = http_query_param(req, "download");
    http_set_header(req, "Cache-Control", found->cache_control ? found->cache_control : "no-cache");
    http_set_header(req, "X-Robots-Tag", "none");
    if (serving.sandboxed)
        http_set_header(req, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    if (download)
        http_set_header(req, "Content-Disposition", disposition_of(req, download));
    return serving.type;
}

static void out_of_range(struct http_req *req)
{
    refuse(req, INVALID_RANGE, NULL);
}

static void send_file(struct found *found, int fd)
{
    storage_of(found->req)->stats.downloads++;
    const struct http_file file = {.fd = fd,
                                   .size = found->size,
                                   .etag = found->etag,
                                   .type = download_headers(found, found->type),
                                   .modified_s = found->modified_s,
                                   .out_of_range = out_of_range};
    http_answer_file(found->req, &file);
}

static void send_found(struct found *found)
{
    download_open(found, send_file);
}

void download_object(struct http_req *req)
{
    struct object_name object;
    if (dialect_name(req, 0, &object) && dialect_identify(req))
        download_find(req, &object, FIND_CALLER, send_found);
}

/* Without a look at the token: who has a broken one sees what everybody sees. */
void download_public(struct http_req *req)
{
    struct object_name object;
    if (dialect_name(req, 0, &object))
        download_find(req, &object, FIND_PUBLIC, send_found);
}

void download_signed(struct http_req *req)
{
    struct object_name object;
    struct token token;
    if (dialect_name(req, 0, &object) &&
        token_opens(req, http_query_param(req, "token"), TOKEN_DOWNLOAD, &object, &token))
        download_find(req, &object, FIND_SIGNED, send_found);
}

/* --- Telling ------------------------------------------------------------------------------------------------------ */

static void tell_found(struct found *found)
{
    json_t *shown = json_copy((json_t *)(uintptr_t)found->all);
    json_object_del(shown, "modified_s");
    char *text = json_dumps(shown, JSON_COMPACT);
    dialect_answer(found->req, text ? text : "{}");
    free(text);
    json_decref(shown);
}

void info_object(struct http_req *req)
{
    struct object_name object;
    if (dialect_name(req, 0, &object) && dialect_identify(req))
        download_find(req, &object, FIND_CALLER, tell_found);
}

void info_public(struct http_req *req)
{
    struct object_name object;
    if (dialect_name(req, 0, &object))
        download_find(req, &object, FIND_PUBLIC, tell_found);
}
