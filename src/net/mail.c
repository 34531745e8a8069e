#include "net/mail.h"

#include "base/clock.h"
#include "net/guard.h"
#include "net/mail_token.h"
#include "net/mask.h"

#include <curl/curl.h>
#include <stdlib.h>

enum { NOBODY = -1, REPLY_BYTES_MAX = 200 };

/* One conversation with the server. */
struct delivery {
    struct arena *arena;
    struct mail_recipient *recipients;
    int count, asked; /* whose RCPT was sent last */
    bool replies;     /* the next reply is about that one */
};

/* --- Who was refused ---------------------------------------------------------------------------------------------- */

/* libcurl goes on when one of several is refused, but does not say which one: it is read from the conversation. */
static int listen_in(CURL *curl, curl_infotype type, char *text, size_t length, void *data)
{
    struct delivery *delivery = data;
    (void)curl;
    if (type == CURLINFO_HEADER_OUT) {
        delivery->replies = length > 8 && strncasecmp(text, "RCPT TO:", 8) == 0;
        delivery->asked += delivery->replies;
    } else if (type == CURLINFO_HEADER_IN && delivery->replies && delivery->asked < delivery->count && length > 3 &&
               text[3] != '-') {
        struct mail_recipient *recipient = &delivery->recipients[delivery->asked];
        size_t shown = length < REPLY_BYTES_MAX ? length : REPLY_BYTES_MAX;
        while (shown && (text[shown - 1] == '\r' || text[shown - 1] == '\n'))
            shown--;
        recipient->status = strtol(text, NULL, 10);
        recipient->reason = arena_strndup(delivery->arena, text, shown);
        delivery->replies = false;
    }
    return 0;
}

/* What a reply means for trying again (RFC 5321, 4.2). */
static enum net_verdict verdict_of(long status, bool of_recipient)
{
    switch (status) {
    case 530: /* sign in or encrypt first: about us */
    case 534:
    case 535:
    case 538:
        return NET_LATER;
    case 552: /* too many recipients at once, 4.5.3.1.10; of the whole it is the mail's size */
        return of_recipient ? NET_LATER : NET_NEVER;
    default:
        return status >= 500 && status < 600 ? NET_NEVER : NET_LATER;
    }
}

static void judge(struct arena *arena, CURL *curl, CURLcode code, const char *complaint,
                  struct mail_recipient *recipients, size_t count)
{
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    for (size_t i = 0; i < count; i++) {
        struct mail_recipient *recipient = &recipients[i];
        if (recipient->status >= 400) {
            recipient->verdict = verdict_of(recipient->status, true);
            recipient->reason = arena_printf(arena, "The recipient was refused: %s", recipient->reason);
            continue;
        }
        recipient->status = status;
        recipient->verdict = code == CURLE_OK ? NET_DONE : NET_LATER;
        recipient->reason = NULL;
        if (code != CURLE_OK && code != CURLE_LOGIN_DENIED && status >= 400)
            recipient->verdict = verdict_of(status, false);
        if (code != CURLE_OK)
            recipient->reason =
                arena_printf(arena,
                             recipient->verdict == NET_NEVER ? "The message was refused: %ld %s"
                                                             : "The message could not be handed over: %ld %s",
                             status, *complaint ? complaint : curl_easy_strerror(code));
    }
}

/* --- The mail ----------------------------------------------------------------------------------------------------- */

static curl_mimepart *add_part(curl_mime *mime)
{
    curl_mimepart *part = curl_mime_addpart(mime);
    if (!part)
        abort();
    return part;
}

static void add_text(struct arena *arena, curl_mime *mime, const char *type, const char *text)
{
    curl_mimepart *part = add_part(mime);
    const char *lines = message_lines(arena, text);
    if (curl_mime_data(part, lines, CURL_ZERO_TERMINATED) != CURLE_OK || curl_mime_type(part, type) != CURLE_OK ||
        curl_mime_encoder(part, "quoted-printable") != CURLE_OK)
        abort();
}

static void add_texts(struct arena *arena, curl_mime *mime, const struct message *message)
{
    add_text(arena, mime, "text/plain; charset=utf-8", message->text);
    if (message->html)
        add_text(arena, mime, "text/html; charset=utf-8", message->html);
}

static void add_file(curl_mime *mime, const struct message_file *file)
{
    curl_mimepart *part = add_part(mime);
    if (curl_mime_data(part, file->bytes.at ? file->bytes.at : "", file->bytes.len) != CURLE_OK ||
        curl_mime_type(part, file->type) != CURLE_OK || curl_mime_filename(part, file->name) != CURLE_OK ||
        curl_mime_encoder(part, "base64") != CURLE_OK)
        abort();
}

/* Text first, then HTML, as one choice; files beside it. */
static curl_mime *put_together(struct arena *arena, CURL *curl, const struct message *message)
{
    curl_mime *mime = curl_mime_init(curl);
    if (!mime)
        abort();
    if (message->files && message->html) {
        curl_mime *choice = curl_mime_init(curl);
        if (!choice)
            abort();
        add_texts(arena, choice, message);
        curl_mimepart *part = add_part(mime);
        if (curl_mime_subparts(part, choice) != CURLE_OK || curl_mime_type(part, "multipart/alternative") != CURLE_OK)
            abort();
    } else {
        add_texts(arena, mime, message);
    }
    for (const struct message_file *file = message->files; file && file->name; file++)
        add_file(mime, file);
    return mime;
}

static struct curl_slist *add_line(struct curl_slist *list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(list, line);
    if (!longer)
        abort();
    return longer;
}

static struct curl_slist *header_lines(struct arena *arena, const struct message *message)
{
    struct curl_slist *lines = NULL;
    for (const struct net_header *header = message_headers(arena, message); header->name; header++)
        lines = add_line(lines, arena_printf(arena, "%s: %s", header->name, header->value));
    /* folded: with the boundary that libcurl adds the line would be longer than 78 */
    lines = add_line(lines, message->html && !message->files ? "Content-Type: multipart/alternative;\r\n charset=utf-8"
                                                             : "Content-Type: multipart/mixed;\r\n charset=utf-8");
    return lines;
}

/* --- The server --------------------------------------------------------------------------------------------------- */

struct server {
    const char *url;  /* with the name that we greet with as its path */
    bool signs_in;    /* the URL names a user */
    bool is_loopback; /* nobody can listen on the way */
    const char *password;
};

static const char *part_of(struct arena *arena, CURLU *url, CURLUPart part)
{
    char *text = NULL;
    const char *copy = NULL;
    if (curl_url_get(url, part, &text, CURLU_URLDECODE) == CURLUE_OK)
        copy = arena_strdup(arena, text);
    curl_free(text);
    return copy;
}

/* Many servers refuse a greeting of "localhost": without a name in the URL we take our mails' domain. */
static struct server server_of(struct arena *arena, const struct settings *settings)
{
    struct server server = {.url = settings->smtp_url};
    const char *domain = strrchr(settings->mail_from, '@');
    char *whole = NULL;
    CURLU *url = curl_url();
    if (!url)
        abort();
    if (curl_url_set(url, CURLUPART_URL, settings->smtp_url, 0) == CURLUE_OK) {
        const char *path = part_of(arena, url, CURLUPART_PATH);
        const char *host = part_of(arena, url, CURLUPART_HOST);
        server.signs_in = part_of(arena, url, CURLUPART_USER) != NULL;
        server.password = part_of(arena, url, CURLUPART_PASSWORD);
        server.is_loopback = host && net_host_is_loopback(host);
        if ((!path || !path[0] || !path[1]) && domain && strchr(domain, '.') &&
            curl_url_set(url, CURLUPART_PATH, arena_printf(arena, "/%s", domain + 1), 0) == CURLUE_OK &&
            curl_url_get(url, CURLUPART_URL, &whole, 0) == CURLUE_OK)
            server.url = arena_strdup(arena, whole);
        curl_free(whole);
    }
    curl_url_cleanup(url);
    return server;
}

static void set_up(CURL *curl, const struct settings *settings, const struct server *server, const char *token)
{
    bool demands = settings->smtp_tls || (server->signs_in && !server->is_loopback);
    curl_easy_setopt(curl, CURLOPT_URL, server->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(demands ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (*settings->net_ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, settings->net_ca_file);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)NET_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)NET_CONNECT_TIMEOUT_S * 2);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    if (token) {
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, token);
        curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
    }
}

static void refuse_all(struct mail_recipient *recipients, size_t count, enum net_verdict verdict, const char *reason)
{
    for (size_t i = 0; i < count; i++) {
        recipients[i].verdict = verdict;
        recipients[i].status = 0;
        recipients[i].reason = reason;
    }
}

static bool is_too_large(const struct message *message)
{
    size_t bytes = strlen(message->text) + (message->html ? strlen(message->html) : 0);
    for (const struct message_file *file = message->files; file && file->name; file++)
        bytes += file->bytes.len;
    return bytes > MAIL_BYTES_MAX;
}

void net_mail(struct arena *arena, const struct settings *settings, const struct message *message,
              struct mail_recipient *recipients, size_t count)
{
    struct delivery delivery = {.arena = arena, .recipients = recipients, .count = (int)count, .asked = NOBODY};
    const struct server server = server_of(arena, settings);
    const char *token = NULL, *reason = NULL;
    int64_t later_at_s = 0;
    char complaint[CURL_ERROR_SIZE] = "";
    refuse_all(recipients, count, NET_NEVER, NULL);
    if (is_too_large(message)) {
        refuse_all(recipients, count, NET_NEVER,
                   arena_printf(arena, "The mail is larger than %d bytes.", MAIL_BYTES_MAX));
        return;
    }
    if (!mail_token(arena, settings, &token, &reason, &later_at_s)) {
        refuse_all(recipients, count, NET_LATER, reason);
        for (size_t i = 0; i < count; i++)
            recipients[i].later_at_s = later_at_s;
        return;
    }
    CURL *curl = curl_easy_init();
    struct curl_slist *to = NULL;
    if (!curl)
        abort();
    curl_mime *mime = put_together(arena, curl, message);
    struct curl_slist *headers = header_lines(arena, message);
    for (size_t i = 0; i < count; i++)
        to = add_line(to, arena_printf(arena, "<%s>", recipients[i].address));
    set_up(curl, settings, &server, token);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, complaint);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, listen_in);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, &delivery);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, arena_printf(arena, "<%s>", settings->mail_from));
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL); /* the goodbye of curl_easy_cleanup may fail as well */
    judge(arena, curl, code, complaint, recipients, count);
    if (code == CURLE_LOGIN_DENIED && token)
        mail_token_forget(); /* it was taken back before its time */
    for (size_t i = 0; i < count; i++)
        if (recipients[i].reason)
            recipients[i].reason = net_mask(arena, net_mask(arena, recipients[i].reason, server.password), token);
    curl_easy_cleanup(curl);
    curl_mime_free(mime);
    curl_slist_free_all(headers);
    curl_slist_free_all(to);
}
