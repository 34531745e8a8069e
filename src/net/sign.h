/* Signatures of webhooks: those of our partners, checked over the bytes as they came, and those of our own. Secrets may
 * have white space around them, as settings do; an empty one signs nothing and verifies nothing. Compares take constant
 * time. "Now" is the wall clock in seconds; a time stamp further away than SIGN_TOLERANCE_S, on either side, is
 * refused.
 */
#ifndef MAITRED_NET_SIGN_H
#define MAITRED_NET_SIGN_H

#include "net/net.h"

enum { SIGN_TOLERANCE_S = 300, SIGN_SENDGRID_TOLERANCE_S = 600 };

/* Whether two secrets are the same, such as X-Telegram-Bot-Api-Secret-Token; never when one is empty or NULL. */
bool sign_same(const char *given, const char *ours) MUST_CHECK;

/* Stripe-Signature: t=…,v1=…[,v1=…]. The key is the whole text whsec_…, undecoded. Other schemes do not count. */
char *sign_stripe(struct arena *arena, const char *secret, int64_t at_s, struct str body);
bool sign_stripe_is_good(struct arena *arena, const char *secret, const char *header, struct str body,
                         int64_t now_s) MUST_CHECK;

/* Standard Webhooks, also Svix': webhook-signature: v1,…[ v1,…]. The key is what whsec_… decodes to. NULL: the secret
 * is none. at_s is webhook-timestamp, of this attempt; the id stays. */
char *sign_standard(struct arena *arena, const char *secret, const char *id, int64_t at_s, struct str body);
bool sign_standard_is_good(struct arena *arena, const char *secret, const char *id, const char *timestamp,
                           const char *signatures, struct str body, int64_t now_s) MUST_CHECK;

/* Meta's X-Hub-Signature-256: sha256=…; and appsecret_proof, which goes along with a token. */
char *sign_meta(struct arena *arena, const char *app_secret, struct str body);
bool sign_meta_is_good(struct arena *arena, const char *app_secret, const char *header, struct str body) MUST_CHECK;
char *sign_meta_proof(struct arena *arena, const char *app_secret, const char *token);

/* Twilio's X-Twilio-Signature. */
struct sign_twilio {
    const char *auth_token;
    const char *shared_secret;     /* of the key that signs with SHA-256; or NULL */
    const char *settings;          /* X-Twilio-Webhooks-Signature-Settings, or NULL */
    const char *signature;         /* the header, or NULL */
    const char *url;               /* as Twilio called it: our public address, never the Host header */
    const struct net_header *form; /* every parameter of the POST, also those nobody knows; or NULL */
    struct str body;               /* where the URL says bodySHA256 */
};

/* SIGN_NO_KEY: it is signed by a shared key that we have no secret of, which is our fault, not theirs. */
enum sign_check { SIGN_GOOD, SIGN_BAD, SIGN_NO_KEY };
enum sign_check sign_twilio_check(struct arena *arena, const struct sign_twilio *request) MUST_CHECK;

/* The signature over URL and form; for tests and for servers that stand in. */
char *sign_twilio(struct arena *arena, const char *key, bool sha256, const char *url, const struct net_header *form);

/* What a Telegram mini-app (initData) or the login widget brings: all fields decoded, `hash` among them. auth_date may
 * be `age_s` old. */
bool sign_telegram_app_is_good(struct arena *arena, const char *bot_token, const struct net_header *fields, int age_s,
                               int64_t now_s) MUST_CHECK;
bool sign_telegram_login_is_good(struct arena *arena, const char *bot_token, const struct net_header *fields, int age_s,
                                 int64_t now_s) MUST_CHECK;

/* SendGrid's event webhook: ECDSA over time stamp and body, the key as its page shows it (base64 of DER). */
bool sign_sendgrid_is_good(struct arena *arena, const char *public_key, const char *timestamp, const char *signature,
                           struct str body, int64_t now_s) MUST_CHECK;

#endif
