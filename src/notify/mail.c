#include "notify/mail.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/jwt.h"
#include "base/str.h"
#include "config/paths.h"
#include "net/mail.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MESSAGE_BYTES_MAX = 1048576 };

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

/* --- Mails ----------------------------------------------------------------------------------------------------------
 */

static enum err put_mail_into_outbox(struct arena *arena, const struct settings *settings,
                                     const struct message *message, struct error *out)
{
    struct buf text;
    buf_init(&text, MESSAGE_BYTES_MAX);
    message_write(arena, message, &text);
    enum err err = text.overflow
                       ? error_set(out, arena, ERR_BAD_INPUT, "The mail is larger than %d bytes.", MESSAGE_BYTES_MAX)
                       : put_into_outbox(arena, settings, "eml", str_n(text.at, text.len), out);
    buf_release(&text);
    return err;
}

enum err notify_send_mail(struct arena *arena, const struct settings *settings, const char *id, const json_t *payload,
                          int64_t *later_at_s, struct error *out)
{
    const struct message message = {
        .from = settings->mail_from,
        .to = member(payload, "to"),
        .subject = member(payload, "subject"),
        .text = member(payload, "text"),
        .html = member(payload, "html"),
        .reply_to = member(payload, "reply_to"),
        .unsubscribe = member(payload, "unsubscribe"),
        .id = id,
        .sent_s = clock_now_s(),
    };
    if (!message.to || !message_address_is_good(message.to) || !message.subject || !message.text ||
        (message.reply_to && !message_address_is_good(message.reply_to)))
        return error_set(out, arena, ERR_BAD_INPUT, "A mail has an address, a subject and a text.");
    if (message.unsubscribe && strncmp(message.unsubscribe, "https://", 8) != 0)
        return error_set(out, arena, ERR_BAD_INPUT, "Who unsubscribes by one click does so over https.");
    if (!*settings->smtp_url)
        return put_mail_into_outbox(arena, settings, &message, out);
    struct mail_recipient recipient = {.address = message.to};
    net_mail(arena, settings, &message, &recipient, 1);
    if (recipient.later_at_s)
        *later_at_s = recipient.later_at_s;
    return net_error(arena, &(struct net_answer){.verdict = recipient.verdict, .reason = recipient.reason}, out);
}

/* --- Text messages ------------------------------------------------------------------------------------------------ */

enum err notify_send_sms(struct arena *arena, const struct settings *settings, const json_t *payload,
                         int64_t *later_at_s, struct error *out)
{
    const char *to = member(payload, "to");
    const char *text = member(payload, "text");
    if (!to || !text || strspn(to, "+0123456789") != strlen(to))
        return error_set(out, arena, ERR_BAD_INPUT, "A text message has a number and a text.");
    if (!*settings->sms_url)
        return put_into_outbox(arena, settings, "sms", str_of(arena_printf(arena, "To: %s\n\n%s\n", to, text)), out);

    json_t *body = json_pack("{s:s,s:s}", "to", to, "text", text);
    const struct net_request request = {
        .url = settings->sms_url,
        .json = body,
        .policy = NET_ANYWHERE, /* the operator named it */
        .repeatable = true,     /* twice is better than not at all */
    };
    struct net_answer answer;
    net_perform(arena, settings, &request, &answer);
    json_decref(body);
    if (answer.later_at_s)
        *later_at_s = answer.later_at_s;
    return net_error(arena, &answer, out);
}
