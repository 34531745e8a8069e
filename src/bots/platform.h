/* A place where people chat with bots: what the house can do there. SQL decides what is said and to whom
 * (db/app/bots); a platform translates, and keeps no state. All run on a thread of the job worker and block.
 *
 * `account` is what app.bot_account wrote, with "secrets" (the owner's) and "door_secret" opened.
 *
 * To add a platform: a file, a row in platforms.c, a row in hooks.c, a row in app.bot_platforms().
 */
#ifndef MAITRED_BOTS_PLATFORM_H
#define MAITRED_BOTS_PLATFORM_H

#include "bots/talk.h"
#include "work/work.h"

/* What became of a message. */
enum said {
    SAID_SENT,        /* `ref`: its name there */
    SAID_REFUSED,     /* this one will never be taken; the next may */
    SAID_UNCLEAR,     /* it went out, and no answer came: most often it arrived, so it is not said twice */
    SAID_LATER,       /* the platform is not well */
    SAID_WAIT,        /* not before until_s (wall clock) */
    SAID_UNREACHABLE, /* the guest cannot be written to */
    SAID_BROKEN       /* the account does not work any more */
};

struct said_outcome {
    enum said said;
    const char *ref, *reason; /* for people, without secrets */
    int64_t until_s;
};

struct bot_platform {
    const char *name;
    struct talk_limits limits;

    /* One update in our words: {"chat", "kind", …} as talk_hear and app.take_chat read it; NULL: nothing to answer.
     * In the arena. */
    json_t *(*hear)(struct arena *arena, const json_t *update);

    /* Says one message of bot_messages.content. */
    void (*say)(struct job *job, const json_t *account, const char *chat, const json_t *content,
                struct said_outcome *outcome);

    /* Asks about the account and puts right what is wrong with its webhook. `address`: where the platform shall call;
     * NULL: we have no public address. `news` as app.bot_account_news reads it. WORK_LATER: nobody answered. */
    enum work_result (*check)(struct job *job, const json_t *account, const char *address, json_t **news,
                              struct error *out);

    /* What came since the update account.polled_to: [{"id", "body", "lane"}], and what to ask for next. NULL: it calls
     * us. */
    enum work_result (*poll)(struct job *job, const json_t *account, int wait_s, json_t **updates, int64_t *next,
                             struct error *out);

    /* A call that holds several: {"messages": [{"id", "body", "lane"}], "statuses": [{"ref", "status", "error"}]}.
     * NULL: each holds one. */
    json_t *(*take_apart)(struct arena *arena, const json_t *call, const json_t *account);
};

/* NULL: nobody of that name. */
const struct bot_platform *bot_platform(const char *name);

extern const struct bot_platform bot_telegram, bot_whatsapp;

/* The lane of a chat's messages: worked on one after the other. */
const char *chat_lane(struct arena *arena, const char *endpoint, const char *chat);

/* The chat that an update of Telegram belongs to, as text; "" for none. */
const char *telegram_chat(struct arena *arena, const json_t *update);

/* A message of ours as WhatsApp takes it, without whom it is for; NULL: there is nothing in it. */
json_t *whatsapp_body(struct arena *arena, const json_t *content);

#endif
