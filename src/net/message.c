#include "net/message.h"

#include "base/clock.h"
#include "base/encode.h"

#include <stdio.h>
#include <time.h>

enum { WORD_BYTES = 45, PLAIN_BYTES_MAX = 200, HEADERS_MAX = 12, HEADER_BYTES_MAX = 65536 };

bool message_address_is_good(const char *address)
{
    const char *at = strrchr(address, '@');
    size_t length = strlen(address);
    if (!at || at == address || !at[1] || length > 254)
        return false;
    for (const unsigned char *p = (const unsigned char *)address; *p; p++)
        if (*p <= ' ' || *p == 0x7f || strchr("<>\"\\,;:()", *p))
            return false;
    return true;
}

static bool is_plain(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (*p < ' ' || *p > '~')
            return false;
    return strlen(text) <= PLAIN_BYTES_MAX;
}

/* How many bytes of whole characters fit into one encoded word. */
static size_t word_length(const char *text)
{
    size_t length = strnlen(text, WORD_BYTES);
    while (length > 1 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

char *message_header_text(struct arena *arena, const char *text)
{
    char *line = arena_strdup(arena, text);
    struct buf out;
    for (char *p = line; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    if (is_plain(line))
        return line;
    buf_init(&out, HEADER_BYTES_MAX);
    while (*line) {
        size_t length = word_length(line);
        buf_printf(&out, "=?UTF-8?B?%s?=", encode_base64(arena, line, length));
        line += length;
        if (*line)
            buf_text(&out, "\r\n ");
    }
    char *copy = arena_strdup(arena, buf_cstr(&out));
    buf_release(&out);
    return copy;
}

const struct net_header *message_headers(struct arena *arena, const struct message *message)
{
    struct net_header *headers = arena_array(arena, HEADERS_MAX, sizeof *headers);
    char id[UUID_TEXT_BYTES], date[64];
    struct tm tm;
    time_t sent = (time_t)message->sent_s;
    const char *domain = strrchr(message->from, '@');
    size_t n = 0;
    random_uuid(id);
    gmtime_r(&sent, &tm);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    headers[n++] = (struct net_header){"From", message_header_text(arena, message->from)};
    headers[n++] = (struct net_header){"To", message_header_text(arena, message->to)};
    if (message->reply_to)
        headers[n++] = (struct net_header){"Reply-To", message_header_text(arena, message->reply_to)};
    headers[n++] = (struct net_header){"Subject", message_header_text(arena, message->subject)};
    headers[n++] = (struct net_header){"Date", arena_strdup(arena, date)};
    headers[n++] = (struct net_header){
        "Message-ID", arena_printf(arena, "<%s%s>", message->id ? message->id : id, domain ? domain : "@localhost")};
    headers[n++] = (struct net_header){"Auto-Submitted", "auto-generated"};
    if (message->unsubscribe) {
        /* an encoded word is no address: one with other signs in it is percent-encoded first */
        const char *address = encode_percent(arena, str_of(message->unsubscribe), "!#$%&'()*+,/:;=?@[]");
        headers[n++] = (struct net_header){"List-Unsubscribe", arena_printf(arena, "<%s>", address)};
        headers[n++] = (struct net_header){"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"};
    }
    return headers;
}

char *message_lines(struct arena *arena, const char *text)
{
    char *lines = arena_alloc(arena, strlen(text) * 2 + 1), *to = lines;
    for (const char *p = text; *p; p++) {
        if (*p == '\n' || (*p == '\r' && p[1] != '\n')) { /* a lone CR is a line's end, too */
            *to++ = '\r';
            *to++ = '\n';
        } else if (*p != '\r') {
            *to++ = *p;
        }
    }
    *to = '\0';
    return lines;
}

static void part(struct arena *arena, const char *type, const char *text, struct buf *out)
{
    buf_printf(out, "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", type);
    buf_text(out, message_lines(arena, text));
    buf_text(out, "\r\n");
}

void message_write(struct arena *arena, const struct message *message, struct buf *out)
{
    char boundary[UUID_TEXT_BYTES];
    random_uuid(boundary);
    for (const struct net_header *header = message_headers(arena, message); header->name; header++)
        buf_printf(out, "%s: %s\r\n", header->name, header->value);
    for (const struct message_file *file = message->files; file && file->name; file++)
        buf_printf(out, "X-File: %s\r\n", message_header_text(arena, file->name));
    buf_text(out, "MIME-Version: 1.0\r\n");
    if (!message->html) {
        part(arena, "text/plain", message->text, out);
        return;
    }
    buf_printf(out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
    part(arena, "text/plain", message->text, out);
    buf_printf(out, "--%s\r\n", boundary);
    part(arena, "text/html", message->html, out);
    buf_printf(out, "--%s--\r\n", boundary);
}
