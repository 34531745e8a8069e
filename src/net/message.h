/* A mail's headers (RFC 5322, 2047), which nobody can break out of, and its text as people read it. What goes to a
 * server is put together by libcurl (mail.c). */
#ifndef MAITRED_NET_MESSAGE_H
#define MAITRED_NET_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "net/net.h"

#include <stdbool.h>
#include <stdint.h>

/* What hangs on a mail. A list ends with name == NULL. */
struct message_file {
    const char *name, *type; /* "invoice.pdf", "application/pdf" */
    struct str bytes;
};

struct message {
    const char *from, *to, *subject, *text;
    const char *html, *reply_to; /* or NULL */
    const char *id;              /* the same for each attempt, so that a second copy is known as one; NULL: random */
    const char *unsubscribe;     /* https address that takes one click (RFC 8058), or NULL */
    const struct message_file *files; /* or NULL */
    int64_t sent_s;
};

/* name@domain without anything that could end a header or an SMTP command. */
bool message_address_is_good(const char *address);

/* From, To, Reply-To, Subject, Date, Message-ID, Auto-Submitted, List-Unsubscribe. Values may be folded (CRLF, space).
 */
const struct net_header *message_headers(struct arena *arena, const struct message *message);

/* For a file: headers and the texts as they are, CRLF line ends; of files the names. */
void message_write(struct arena *arena, const struct message *message, struct buf *out);

/* The text with CRLF at each line's end, whatever it had. */
char *message_lines(struct arena *arena, const char *text);

/* A header's text: as it is when plain ASCII and short, else as encoded words (RFC 2047). Line breaks become spaces. */
char *message_header_text(struct arena *arena, const char *text);

#endif
