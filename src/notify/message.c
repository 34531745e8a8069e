#include "notify/message.h"

#include "base/clock.h"
#include "base/encode.h"

#include <ctype.h>
#include <stdio.h>
#include <time.h>

enum { LINE_MAX_CHARACTERS = 76, WORD_BYTES = 45 };

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
    return true;
}

static void base64(const char *bytes, size_t length, struct buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        unsigned chunk = 0;
        for (size_t k = 0; k < 3; k++)
            chunk = chunk << 8 | (i + k < length ? (unsigned char)bytes[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_char(out, i + k <= length ? digits[chunk >> (18 - 6 * k) & 63] : '=');
    }
}

/* How many bytes of whole characters fit into one encoded word. */
static size_t word_length(const char *text)
{
    size_t length = strnlen(text, WORD_BYTES);
    while (length > 1 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

void message_header_text(struct arena *arena, const char *text, struct buf *out)
{
    char *line = arena_strdup(arena, text);
    for (char *p = line; *p; p++)
        if ((unsigned char)*p < ' ')
            *p = ' ';
    if (is_plain(line)) {
        buf_text(out, line);
        return;
    }
    while (*line) {
        size_t length = word_length(line);
        buf_text(out, "=?UTF-8?B?");
        base64(line, length, out);
        buf_text(out, "?=");
        line += length;
        if (*line)
            buf_text(out, "\r\n ");
    }
}

void message_quoted_printable(const char *text, struct buf *out)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t column = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '\n') {
            buf_text(out, "\r\n");
            column = 0;
            continue;
        }
        if (*p == '\r')
            continue;
        bool at_end = p[1] == '\n' || p[1] == '\r' || !p[1];
        bool escaped = *p > '~' || *p == '=' || (*p < ' ' && *p != '\t') || ((*p == ' ' || *p == '\t') && at_end) ||
                       (*p == '.' && column == 0);
        size_t width = escaped ? 3 : 1;
        if (column + width > LINE_MAX_CHARACTERS - 1) {
            buf_text(out, "=\r\n");
            column = 0;
        }
        if (escaped) {
            char code[3] = {'=', hex[*p >> 4], hex[*p & 0xf]};
            buf_add(out, code, sizeof code);
        } else {
            buf_char(out, (char)*p);
        }
        column += width;
    }
}

/* Line ends as mail has them. */
static void plain_body(const char *text, struct buf *out)
{
    for (const char *p = text; *p; p++) {
        if (*p == '\n')
            buf_text(out, "\r\n");
        else if (*p != '\r')
            buf_char(out, *p);
    }
}

static void part(const struct message *message, const char *type, const char *text, struct buf *out)
{
    buf_printf(out, "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n", type,
               message->readable ? "8bit" : "quoted-printable");
    if (message->readable)
        plain_body(text, out);
    else
        message_quoted_printable(text, out);
    buf_text(out, "\r\n");
}

static void header(struct arena *arena, const char *name, const char *text, struct buf *out)
{
    buf_printf(out, "%s: ", name);
    message_header_text(arena, text, out);
    buf_text(out, "\r\n");
}

void message_write(struct arena *arena, const struct message *message, struct buf *out)
{
    char id[UUID_TEXT_BYTES];
    char date[64];
    struct tm tm;
    time_t sent = (time_t)message->sent_s;
    const char *domain = strrchr(message->from, '@');
    random_uuid(id);
    gmtime_r(&sent, &tm);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    header(arena, "From", message->from, out);
    header(arena, "To", message->to, out);
    if (message->reply_to)
        header(arena, "Reply-To", message->reply_to, out);
    header(arena, "Subject", message->subject, out);
    header(arena, "Date", date, out);
    header(arena, "Message-ID", arena_printf(arena, "<%s%s>", id, domain ? domain : "@localhost"), out);
    buf_text(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
    if (!message->html) {
        part(message, "text/plain", message->text, out);
        return;
    }
    buf_printf(out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n--%s\r\n", id, id);
    part(message, "text/plain", message->text, out);
    buf_printf(out, "--%s\r\n", id);
    part(message, "text/html", message->html, out);
    buf_printf(out, "--%s--\r\n", id);
}
