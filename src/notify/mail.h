/* Messages to people: mail (net/mail.h) and text messages by a webhook. Without a server they become files in the
 * outbox, which is how development and tests read them. Everything here blocks: for the job worker.
 *
 * A refusal that will not change (a 5xx answer, an address that is none) is ERR_BAD_INPUT; anything else may be tried
 * again.
 */
#ifndef MAITRED_NOTIFY_MAIL_H
#define MAITRED_NOTIFY_MAIL_H

#include "base/arena.h"
#include "base/error.h"
#include "config/settings.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* *later_at_s below: when a busy server wants to be asked again (wall clock); untouched when it did not say. */

/* Payload: {"to", "subject", "text"} and perhaps "html", "reply_to", "unsubscribe" (https, one click). `id`: the same
 * for each attempt, so that a mail that was taken without our knowing is known as the same. */
enum err notify_send_mail(struct arena *arena, const struct settings *settings, const char *id, const json_t *payload,
                          int64_t *later_at_s, struct error *out) MUST_CHECK;

/* Payload: {"to", "text"}. Posted as JSON to settings->sms_url. */
enum err notify_send_sms(struct arena *arena, const struct settings *settings, const json_t *payload,
                         int64_t *later_at_s, struct error *out) MUST_CHECK;

/* Payload: {"hashes": [hex SHA-256 of an address or number in lower case, …]}. Deletes the messages in the outbox that
 * name one of them anywhere: somebody was erased. */
enum err notify_erase_outbox(struct arena *arena, const struct settings *settings, const json_t *payload,
                             struct error *out) MUST_CHECK;

/* The folder for messages that no server takes; made when it is absent. NULL when it cannot be made. */
const char *notify_outbox(struct arena *arena, const struct settings *settings);

#endif
