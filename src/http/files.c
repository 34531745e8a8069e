#include "http/files.h"

#include "base/clock.h"
#include "http/internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *ending, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".mp3", "audio/mpeg"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
    {".pdf", "application/pdf"},
};

static const struct {
    const char *coding, *ending;
} codings[] = {{"br", ".br"}, {"gzip", ".gz"}, {NULL, ""}};

static const char *type_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (!strcasecmp(dot, types[i].ending))
            return types[i].type;
    return "application/octet-stream";
}

/* No segment is empty or begins with a dot: neither .. nor hidden files can be named. */
static bool is_plain_name(const char *name)
{
    for (const char *p = name;; p++) {
        if (*p == '.' || *p == '/' || !*p)
            return false;
        p += strcspn(p, "/");
        if (!*p)
            return true;
    }
}

static int open_regular(const char *path, struct stat *about)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && (fstat(fd, about) || !S_ISREG(about->st_mode))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* One range of bytes (RFC 9110, 14.2). Several ranges are answered whole, which the RFC allows. */
enum range { RANGE_NONE, RANGE_ONE, RANGE_IMPOSSIBLE };

/* strtoull alone would take signs and blanks. */
static bool read_number(const char *p, char **end, uint64_t *number)
{
    if (*p < '0' || *p > '9')
        return false;
    *number = strtoull(p, end, 10);
    return true;
}

static enum range read_range(const char *header, uint64_t size, uint64_t *from, uint64_t *length)
{
    if (!header || strncmp(header, "bytes=", 6) || strchr(header, ','))
        return RANGE_NONE;
    const char *p = header + 6;
    char *end = NULL;
    uint64_t first;
    uint64_t last = size ? size - 1 : 0;
    if (*p == '-') { /* the last n bytes */
        uint64_t n;
        if (!read_number(p + 1, &end, &n) || *end)
            return RANGE_NONE;
        if (n == 0)
            return RANGE_IMPOSSIBLE;
        first = n < size ? size - n : 0;
    } else {
        if (!read_number(p, &end, &first) || *end != '-')
            return RANGE_NONE;
        p = end + 1;
        if (*p) {
            uint64_t asked;
            if (!read_number(p, &end, &asked) || *end || asked < first)
                return RANGE_NONE;
            if (asked < last)
                last = asked;
        }
    }
    if (first >= size)
        return RANGE_IMPOSSIBLE;
    *from = first;
    *length = last - first + 1;
    return RANGE_ONE;
}

/* Whether the client has it already. If-Modified-Since counts without If-None-Match alone; only the very date that was
 * sent is compared, as caches send it back. */
static bool is_known(struct http_req *req, const struct http_file *file, const char *date)
{
    const char *since = http_header(req, "If-Modified-Since");
    if (http_header(req, "If-None-Match"))
        return http_is_known(req, file->etag);
    return since && date && text_eq(since, date);
}

void http_answer_file(struct http_req *req, const struct http_file *file)
{
    struct exchange *x = exchange_of(req);
    const char *range = req->method == HTTP_GET ? http_header(req, "Range") : NULL;
    const char *if_range = http_header(req, "If-Range");
    char stamp[CLOCK_HTTP_BYTES];
    const char *date = NULL;
    unsigned long long size = (unsigned long long)file->size;
    uint64_t from = 0;
    uint64_t length = file->size;
    int status = 200;
    if (x->state != DISPATCHED) { /* the client has left */
        close(file->fd);
        return;
    }
    if (file->modified_s) {
        clock_http_text(file->modified_s, stamp);
        date = stamp;
    }
    http_set_header(req, "ETag", file->etag);
    http_set_header(req, "Accept-Ranges", "bytes");
    if (date)
        http_set_header(req, "Last-Modified", date);
    if (is_known(req, file, date)) {
        close(file->fd);
        http_answer(req, 304, NULL, NULL);
        return;
    }
    if (if_range && !text_eq(if_range, file->etag) && !(date && text_eq(if_range, date)))
        range = NULL; /* parts of two versions do not fit together */
    switch (read_range(range, file->size, &from, &length)) {
    case RANGE_IMPOSSIBLE:
        close(file->fd);
        http_set_header(req, "Content-Range", arena_printf(req->arena, "bytes */%llu", size));
        if (file->out_of_range)
            file->out_of_range(req);
        else
            http_fail_with(req, ERR_RANGE, "The file has %llu bytes.", size);
        return;
    case RANGE_ONE:
        status = 206;
        http_set_header(req, "Content-Range",
                        arena_printf(req->arena, "bytes %llu-%llu/%llu", (unsigned long long)from,
                                     (unsigned long long)(from + length - 1), size));
        break;
    case RANGE_NONE:
        break;
    }
    struct MHD_Response *response = MHD_create_response_from_fd_at_offset64(length, file->fd, from); /* closes it */
    answer_with(x, status, file->type, response, (int64_t)length);
    x->state = ANSWERED;
    exchange_ready(x);
}

bool http_send_file(struct http_req *req, const char *root, const char *relative, const char *cache_control)
{
    if (!is_plain_name(relative))
        return false;
    const char *range = req->method == HTTP_GET ? http_header(req, "Range") : NULL;
    struct stat about;
    int fd = -1;
    size_t coding = 0;
    for (; coding < sizeof codings / sizeof *codings; coding++) {
        if (codings[coding].coding && (range || !http_accepts_coding(req, codings[coding].coding)))
            continue;
        fd = open_regular(arena_printf(req->arena, "%s/%s%s", root, relative, codings[coding].ending), &about);
        if (fd >= 0)
            break;
    }
    if (fd < 0)
        return false;

    const char *etag = arena_printf(req->arena, "\"%llx-%llx%s\"", (unsigned long long)about.st_size,
                                    (unsigned long long)about.st_mtim.tv_sec * 1000 +
                                        (unsigned long long)about.st_mtim.tv_nsec / 1000000,
                                    codings[coding].ending);
    http_set_header(req, "Vary", "Accept-Encoding");
    http_set_header(req, "Cache-Control", cache_control);
    if (codings[coding].coding && !http_is_known(req, etag))
        http_set_header(req, "Content-Encoding", codings[coding].coding);
    exchange_of(req)->is_file = true;
    http_answer_file(
        req, &(struct http_file){.fd = fd, .size = (uint64_t)about.st_size, .etag = etag, .type = type_of(relative)});
    return true;
}
