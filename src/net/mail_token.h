/* The token that signs us in at a mail server that takes no password (XOAUTH2): from `smtp_oauth_url` by the client's
 * credentials, or by a refresh token when there is one (RFC 6749). Kept until shortly before it runs out, by all
 * threads of a process. */
#ifndef MAITRED_NET_MAIL_TOKEN_H
#define MAITRED_NET_MAIL_TOKEN_H

#include "config/settings.h"
#include "net/net.h"

/* True with *token in the arena, or NULL where none is wanted. False: there is none now, *reason says why, and
 * *later_at_s not before when (0: they did not say). Blocks. */
bool mail_token(struct arena *arena, const struct settings *settings, const char **token, const char **reason,
                int64_t *later_at_s) MUST_CHECK;

/* The server would not have it: the next one is a fresh one. */
void mail_token_forget(void);

#endif
