#include "storage/intake.h"

#include "storage/dialect.h"
#include "storage/place.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIECE_BYTES = 256 * 1024, FORM_FIELD_BYTES_MAX = 1024 * 1024 };

struct intake_work {
    struct buf filling, writing; /* writing: the thread's, while `busy` */
    uint64_t received;           /* of this request: a file may have had bytes before */
    bool busy, paused, ended, whole, refused, last;
    bool failed; /* a thread could not write; errno in why */
    int why;
    EVP_MD_CTX *digest;
    struct http_form *form;
    bool has_file;
    struct buf fields[3];
};

/* The parts of a form that say something beside the file, in the order of intake's texts. */
static const char *const field_names[] = {"contentType", "cacheControl", "metadata"};

static void start_writing(struct intake *intake);

static void release_work(void *data)
{
    struct intake *intake = data;
    struct intake_work *work = intake->work;
    buf_release(&work->filling);
    buf_release(&work->writing);
    for (size_t i = 0; i < sizeof field_names / sizeof *field_names; i++)
        buf_release(&work->fields[i]);
    EVP_MD_CTX_free(work->digest);
}

void intake_drop(struct intake *intake)
{
    if (intake->fd >= 0)
        close(intake->fd);
    intake->fd = -1;
    if (!intake->resumes)
        (void)unlink(intake->path);
}

/* Refused in the middle: what comes still is dropped by http. */
static void give_up(struct intake *intake)
{
    intake->work->refused = true;
    if (!intake->work->busy)
        intake_drop(intake);
}

/* --- on a thread -------------------------------------------------------------------------------------------------- */

static bool write_all(int fd, const char *at, size_t left)
{
    while (left) {
        ssize_t n = write(fd, at, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n == 0 ? ENOSPC : errno;
            return false;
        }
        at += n;
        left -= (size_t)n;
    }
    return true;
}

static bool open_file(struct intake *intake)
{
    if (intake->fd >= 0)
        return true;
    if (!place_make_parents(intake->path))
        return false;
    intake->fd = open(intake->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    return intake->fd >= 0;
}

static void write_piece(void *data)
{
    struct intake *intake = data;
    struct intake_work *work = intake->work;
    if (!intake->resumes)
        EVP_DigestUpdate(work->digest, work->writing.at, work->writing.len);
    bool done = open_file(intake) && write_all(intake->fd, work->writing.at, work->writing.len);
    if (done && work->last)
        done = fsync(intake->fd) == 0;
    if (!done) {
        work->failed = true;
        work->why = errno;
    } else if (work->last && !intake->resumes) {
        EVP_DigestFinal_ex(work->digest, intake->digest, NULL);
    }
}

/* --- on the loop -------------------------------------------------------------------------------------------------- */

static void finish(struct intake *intake)
{
    struct intake_work *work = intake->work;
    const char **texts[] = {&intake->form_type, &intake->form_cache_control, &intake->form_metadata};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (work->fields[i].len)
            *texts[i] = arena_strdup(intake->req->arena, buf_cstr(&work->fields[i]));
    intake->whole = work->whole;
    storage_of(intake->req)->stats.bytes_in += work->received;
    intake->then(intake, intake->data);
    http_release(intake->req);
}

static void piece_written(void *data, bool done)
{
    struct intake *intake = data;
    struct intake_work *work = intake->work;
    work->busy = false;
    work->writing.len = 0;
    if (!done || work->failed || work->refused) {
        bool said = work->refused;
        give_up(intake);
        if (work->failed && !said) {
            struct error error;
            errno = work->why;
            (void)place_error(intake->req->arena, "A file cannot be written", &error);
            refuse_error(intake->req, &error);
        }
        http_release(intake->req);
        return;
    }
    if (work->last) {
        finish(intake);
        return;
    }
    if (work->ended || work->filling.len >= PIECE_BYTES)
        start_writing(intake);
    if (work->paused) {
        work->paused = false;
        http_body_more(intake->req);
    }
}

static void start_writing(struct intake *intake)
{
    struct intake_work *work = intake->work;
    struct buf swap = work->writing;
    work->writing = work->filling;
    work->filling = swap;
    work->busy = true;
    work->last = work->ended;
    if (!thread_run(intake->req, &storage_of(intake->req)->transfers, write_piece, piece_written, intake))
        piece_written(intake, false);
}

/* Some bytes of the file. False: refused. */
static bool take_bytes(struct intake *intake, struct str bytes)
{
    struct intake_work *work = intake->work;
    if (intake->size + bytes.len > intake->most) {
        refuse(intake->req, ENTITY_TOO_LARGE, NULL);
        return false;
    }
    size_t room = INTAKE_HEAD_BYTES - intake->head_length;
    size_t head = bytes.len < room ? bytes.len : room;
    memcpy(intake->head + intake->head_length, bytes.at, head);
    intake->head_length += head;
    intake->size += bytes.len;
    intake->work->received += bytes.len;
    buf_add(&work->filling, bytes.at, bytes.len);
    return true;
}

static bool take_part(void *data, const struct http_part *part, struct str bytes)
{
    struct intake *intake = data;
    struct intake_work *work = intake->work;
    for (size_t i = 0; !part->filename && i < sizeof field_names / sizeof *field_names; i++) {
        if (!text_eq(part->name, field_names[i]))
            continue;
        buf_add(&work->fields[i], bytes.at, bytes.len);
        if (!work->fields[i].overflow)
            return true;
        refuse_format(intake->req, ENTITY_TOO_LARGE, "The %s exceeded the maximum allowed size", field_names[i]);
        return false;
    }
    if (!part->filename && *part->name)
        return true; /* a field of somebody else's */
    if (part->at == 0) {
        if (work->has_file && intake->size && bytes.len) {
            refuse(intake->req, INVALID_REQUEST, "A form brings one file.");
            return false;
        }
        work->has_file = true;
        if (part->type && !work->fields[0].len)
            buf_text(&work->fields[0], part->type);
    }
    return take_bytes(intake, bytes);
}

static bool on_piece(struct http_req *req, struct str bytes, void *data)
{
    struct intake *intake = data;
    struct intake_work *work = intake->work;
    bool taken = work->form ? http_form_feed(work->form, bytes) : take_bytes(intake, bytes);
    if (!taken) {
        if (!http_answered(req))
            refuse(req, INVALID_REQUEST, "The form cannot be read.");
        bool busy = work->busy;
        give_up(intake);
        if (!busy)
            http_release(req);
        return true;
    }
    if (!work->busy && work->filling.len >= PIECE_BYTES)
        start_writing(intake);
    work->paused = work->busy && work->filling.len >= PIECE_BYTES;
    return !work->paused;
}

static void on_end(struct http_req *req, bool whole, void *data)
{
    struct intake *intake = data;
    struct intake_work *work = intake->work;
    bool form_whole = !work->form || (http_form_end(work->form) && work->has_file);
    work->ended = true;
    work->whole = whole;
    if (work->refused)
        return; /* the thread lets go */
    if (whole && !form_whole) {
        refuse(req, NO_CONTENT, NULL);
        bool busy = work->busy;
        give_up(intake);
        if (!busy)
            http_release(req);
    } else if (!work->busy) {
        start_writing(intake);
    }
}

void intake_begin(struct intake *intake)
{
    static const struct http_body_reader reader = {on_piece, on_end};
    struct intake_work *work = arena_zalloc(intake->req->arena, sizeof *work);
    intake->work = work;
    buf_init(&work->filling, SIZE_MAX);
    buf_init(&work->writing, SIZE_MAX);
    for (size_t i = 0; i < sizeof field_names / sizeof *field_names; i++)
        buf_init(&work->fields[i], FORM_FIELD_BYTES_MAX);
    work->digest = EVP_MD_CTX_new();
    EVP_DigestInit_ex(work->digest, EVP_sha256(), NULL);
    arena_on_release(intake->req->arena, release_work, intake);
    work->form = intake->resumes ? NULL : http_form_new(intake->req, take_part, intake);
    http_hold(intake->req);
    http_body_read(intake->req, &reader, intake);
}
