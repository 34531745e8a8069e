/* A mail to the server that the operator named (`smtp_url`; RFC 5321). Blocks: for the job worker. */
#ifndef MAITRED_NET_MAIL_H
#define MAITRED_NET_MAIL_H

#include "config/settings.h"
#include "net/message.h"

enum { MAIL_BYTES_MAX = 10485760 };

/* One of those whom the mail goes to, and what became of that. */
struct mail_recipient {
    const char *address;      /* the caller's */
    enum net_verdict verdict; /* DONE: the server has taken it */
    long status;              /* SMTP's, of this recipient or of the whole; 0: none came */
    const char *reason;       /* NULL: DONE */
    int64_t later_at_s;       /* LATER: not before this instant (wall clock); 0: nobody said */
};

/* Hands the mail over, from settings->mail_from, and fills in what became of each recipient: one that is refused does
 * not keep it from the others. Addresses must be good (message_address_is_good).
 *
 * NEVER is what is about this mail or this recipient (5xx). What is about us is LATER, since somebody can put it right:
 * a refused sign-in, a server without TLS where it is demanded (`smtp_tls`; always when a password or token would go
 * over the network), an untrusted certificate. A server that falls silent after the last line may have taken it: give
 * the message an `id` of its own.
 *
 * With `smtp_oauth_url` the user of smtp_url signs in by XOAUTH2 with a token from there. */
void net_mail(struct arena *arena, const struct settings *settings, const struct message *message,
              struct mail_recipient *recipients, size_t count);

#endif
