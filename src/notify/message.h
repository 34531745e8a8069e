/* A mail as text (RFC 5322, MIME): headers that cannot be broken out of, a body that every server takes. */
#ifndef MAITRED_NOTIFY_MESSAGE_H
#define MAITRED_NOTIFY_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct message {
    const char *from, *to, *subject, *text;
    const char *html, *reply_to; /* or NULL */
    int64_t sent_s;
    bool readable; /* for a file: the body as it is instead of quoted-printable */
};

/* name@domain without anything that could end a header or an SMTP command. */
bool message_address_is_good(const char *address);

/* Writes the message with CRLF line ends. */
void message_write(struct arena *arena, const struct message *message, struct buf *out);

/* RFC 2045 quoted-printable, lines of at most 76 characters. */
void message_quoted_printable(const char *text, struct buf *out);

/* A header's text: as it is when plain ASCII, else as encoded words (RFC 2047). Line breaks become spaces. */
void message_header_text(struct arena *arena, const char *text, struct buf *out);

#endif
