#include "notify/mail.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/jwt.h"
#include "base/str.h"
#include "config/paths.h"
#include "notify/message.h"

#include <ctype.h>
#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MESSAGE_BYTES_MAX = 1048576, TIMEOUT_S = 30 };

static const char *member(const json_t *payload, const char *name)
{
    return json_string_value(json_object_get(payload, name));
}

/* --- The outbox --------------------------------------------------------------------------------------------------- */

const char *notify_outbox(struct arena *arena, const struct settings *settings)
{
    const char *folder =
        *settings->outbox_dir ? settings->outbox_dir : arena_printf(arena, "%s/outbox", path_data_dir(arena, settings));
    return mkdir(folder, 0700) == 0 || errno == EEXIST ? folder : NULL;
}

/* A file that appears whole or not at all, newest last by name. */
static enum err put_into_outbox(struct arena *arena, const struct settings *settings, const char *suffix,
                                struct str text, struct error *out)
{
    const char *folder = notify_outbox(arena, settings);
    char id[UUID_TEXT_BYTES];
    random_uuid(id);
    if (!folder)
        return error_set(out, arena, ERR_INTERNAL, "The outbox cannot be made: %s", strerror(errno));
    const char *name = arena_printf(arena, "%s/%lld-%.8s.%s", folder, (long long)(clock_now_us() / 1000), id, suffix);
    const char *draft = arena_printf(arena, "%s.part", name);
    int file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return error_set(out, arena, ERR_INTERNAL, "%s: %s", draft, strerror(errno));
    ssize_t written = write(file, text.at, text.len);
    if (close(file) != 0 || written != (ssize_t)text.len || rename(draft, name) != 0) {
        unlink(draft);
        return error_set(out, arena, ERR_INTERNAL, "%s could not be written", name);
    }
    return OK;
}

/* Whether a hash of one of the text's words (what an address or a number is made of) is among those asked for. */
static bool names_somebody(const char *text, size_t length, const json_t *hashes)
{
    size_t start = 0;
    for (size_t i = 0; i <= length; i++) {
        const unsigned char c = i < length ? (unsigned char)text[i] : ' ';
        if (isalnum(c) || (c && strchr("@.+-_%!#$&'*/=?^`{|}~", c)))
            continue;
        size_t end = i, from = start;
        start = i + 1;
        while (end > from && strchr(".-'", text[end - 1])) /* the end of a sentence */
            end--;
        char word[256], hex[2 * 32 + 1];
        if (end - from < 4 || end - from >= sizeof word)
            continue;
        for (size_t k = from; k < end; k++)
            word[k - from] = (char)tolower((unsigned char)text[k]);
        unsigned char digest[32];
        digest_sha256(str_n(word, end - from), digest);
        for (size_t k = 0; k < sizeof digest; k++)
            snprintf(hex + 2 * k, 3, "%02x", digest[k]);
        size_t at;
        const json_t *hash;
        json_array_foreach(hashes, at, hash)
        {
            if (json_is_string(hash) && strcmp(json_string_value(hash), hex) == 0)
                return true;
        }
    }
    return false;
}

enum err notify_erase_outbox(struct arena *arena, const struct settings *settings, const json_t *payload,
                             struct error *out)
{
    const json_t *hashes = json_object_get(payload, "hashes");
    const char *folder = notify_outbox(arena, settings);
    DIR *dir = folder ? opendir(folder) : NULL;
    if (!dir)
        return error_set(out, arena, ERR_INTERNAL, "The outbox cannot be read: %s", strerror(errno));
    char *text = malloc(MESSAGE_BYTES_MAX + 1);
    if (!text)
        abort();
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[PATH_MAX];
        if (entry->d_name[0] == '.' || snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path)
            continue;
        int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (file < 0)
            continue;
        ssize_t length = read(file, text, MESSAGE_BYTES_MAX);
        close(file);
        if (length > 0 && names_somebody(text, (size_t)length, hashes) && unlink(path) != 0 && errno != ENOENT) {
            free(text);
            closedir(dir);
            return error_set(out, arena, ERR_INTERNAL, "%s: %s", path, strerror(errno));
        }
    }
    free(text);
    closedir(dir);
    return OK;
}

/* --- SMTP --------------------------------------------------------------------------------------------------------- */

struct upload {
    struct str text;
    size_t at;
};

static size_t give_body(char *to, size_t size, size_t count, void *data)
{
    struct upload *upload = data;
    size_t left = upload->text.len - upload->at;
    size_t length = size * count < left ? size * count : left;
    memcpy(to, upload->text.at + upload->at, length);
    upload->at += length;
    return length;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl says so */
static size_t drop_body(char *bytes, size_t size, size_t count, void *data)
{
    (void)bytes;
    (void)data;
    return size * count;
}

/* Performs the transfer, and says what the other side's answer means for trying again. */
static enum err hand_over(struct arena *arena, CURL *curl, long refused_from, struct error *out)
{
    long status = 0;
    char reason[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL); /* the goodbye of curl_easy_cleanup may fail as well */
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    /* 530 and a refused sign-in are about us, not about the message: it goes once somebody has put that right. */
    bool about_us = code == CURLE_LOGIN_DENIED || status == 530 || status == 429;
    if (status >= refused_from && status < refused_from + 100 && !about_us)
        return error_set(out, arena, ERR_BAD_INPUT, "The message was refused: %ld %s", status, reason);
    if (code != CURLE_OK)
        return error_set(out, arena, ERR_INTERNAL, "The message could not be handed over: %s",
                         *reason ? reason : curl_easy_strerror(code));
    return OK;
}

static enum err send_by_smtp(struct arena *arena, const struct settings *settings, const char *to, struct str text,
                             struct error *out)
{
    struct upload upload = {.text = text};
    CURL *curl = curl_easy_init();
    struct curl_slist *recipients = curl_slist_append(NULL, arena_printf(arena, "<%s>", to));
    if (!curl || !recipients)
        abort();
    curl_easy_setopt(curl, CURLOPT_URL, settings->smtp_url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, arena_printf(arena, "<%s>", settings->mail_from));
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
    enum err err = hand_over(arena, curl, 500, out);
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
    return err;
}

enum err notify_send_mail(struct arena *arena, const struct settings *settings, const json_t *payload,
                          struct error *out)
{
    const bool to_file = !*settings->smtp_url;
    const struct message message = {
        .from = settings->mail_from,
        .to = member(payload, "to"),
        .subject = member(payload, "subject"),
        .text = member(payload, "text"),
        .html = member(payload, "html"),
        .reply_to = member(payload, "reply_to"),
        .sent_s = clock_now_s(),
        .readable = to_file,
    };
    if (!message.to || !message_address_is_good(message.to) || !message.subject || !message.text ||
        (message.reply_to && !message_address_is_good(message.reply_to)))
        return error_set(out, arena, ERR_BAD_INPUT, "A mail has an address, a subject and a text.");
    struct buf text;
    buf_init(&text, MESSAGE_BYTES_MAX);
    message_write(arena, &message, &text);
    enum err err = OK;
    if (text.overflow)
        err = error_set(out, arena, ERR_BAD_INPUT, "The mail is larger than %d bytes.", MESSAGE_BYTES_MAX);
    else if (to_file)
        err = put_into_outbox(arena, settings, "eml", str_n(text.at, text.len), out);
    else
        err = send_by_smtp(arena, settings, message.to, str_n(text.at, text.len), out);
    buf_release(&text);
    return err;
}

/* --- Text messages ------------------------------------------------------------------------------------------------ */

enum err notify_send_sms(struct arena *arena, const struct settings *settings, const json_t *payload, struct error *out)
{
    const char *to = member(payload, "to");
    const char *text = member(payload, "text");
    if (!to || !text || strspn(to, "+0123456789") != strlen(to))
        return error_set(out, arena, ERR_BAD_INPUT, "A text message has a number and a text.");
    if (!*settings->sms_url)
        return put_into_outbox(arena, settings, "sms", str_of(arena_printf(arena, "To: %s\n\n%s\n", to, text)), out);

    json_t *body = json_pack("{s:s,s:s}", "to", to, "text", text);
    char *json = json_dumps(body, JSON_COMPACT);
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    if (!json || !curl || !headers)
        abort();
    curl_easy_setopt(curl, CURLOPT_URL, settings->sms_url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_body);
    enum err err = hand_over(arena, curl, 400, out);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    free(json);
    json_decref(body);
    return err;
}
