/* The scenario engine: what a message does to a conversation. It reads the published graph, keeps no state of its own
 * and asks the house only through struct talk_house, so it is the same in the job worker and in a test.
 *
 *   app.chat_state ─▶ talk_begin ─▶ talk_hear / talk_wake ─▶ talk_told ─▶ app.keep_chat     (one transaction)
 *
 * A scenario walks by itself through steps that ask nothing (message, set, condition, action, scenario) until one asks
 * (input, choice, person) or it ends. Kinds of steps and their members: docs/bots.md.
 *
 * To add a kind of step: a row in steps.c, its check in app.scenario_faults (db/app/bots/scenarios.sql), docs/bots.md.
 */
#ifndef MAITRED_BOTS_TALK_H
#define MAITRED_BOTS_TALK_H

#include "base/arena.h"
#include "bots/template.h"
#include "bots/words.h"

#include <jansson.h>
#include <stdbool.h>

/* What a platform shows in one message; in characters and rows. */
struct talk_limits {
    size_t text, body;  /* of a text alone, and of one with choices */
    size_t label, hint; /* of a choice; hint 0: none is shown */
    int rows;           /* choices at once, those that turn pages included */
};

/* The house, as the engine knows it. false: it could not be asked (the database went away); the talk is given up and
 * the message is worked on again. Answers live in the arena. */
struct talk_house {
    void *self;
    /* app.bot_call: {"value"} or {"error": {"status", "message", "details"}} */
    bool (*call)(void *self, const char *function, const json_t *args, const json_t **answer);
    /* {"scenario_id", "scenario"} by name (its published version) or by id; NULL: there is none. */
    bool (*scenario)(void *self, const char *name, const char *id, const json_t **found);
    /* The number is the guest's own, or the code came by their link: who they are, as "guest" of app.chat_state; NULL:
     * it leads to nobody. One of both is NULL. */
    bool (*link)(void *self, const char *phone, const char *code, const json_t **guest);
};

struct talk {
    struct arena *arena;
    const struct talk_limits *limits;
    const struct talk_house *house;
    const json_t *state, *guest;
    const char *language;
    struct day today;

    /* where it stands; scenario NULL: nowhere */
    const json_t *scenario;
    const char *scenario_id, *step;
    json_t *data, *stack, *asked;
    int question;

    /* what comes of it */
    json_t *says;
    int wake_s; /* 0: not by itself */
    int walked; /* steps without an answer */
    bool moved, finished, with_person, stops, starts, unasks;
    bool lost; /* the house could not be asked */
};

/* `state` as app.chat_state wrote it; it and the house live as long as the talk. */
void talk_begin(struct talk *talk, struct arena *arena, const json_t *state, const struct talk_limits *limits,
                const struct talk_house *house);

/* `heard`: {"kind": text | press | contact | location | photo | other, "text", "press", "data", "message", "phone",
 * "own", "latitude", "longitude", "photo"}. False: give up and try again. */
bool talk_hear(struct talk *talk, const json_t *heard) __attribute__((warn_unused_result));

/* Its time has come: a reminder, the end of waiting, or a person who gave the chat back. */
bool talk_wake(struct talk *talk) __attribute__((warn_unused_result));

/* Something went wrong for good: says so, and the conversation is over. */
void talk_apologize(struct talk *talk);

/* For app.keep_chat. */
json_t *talk_told(struct talk *talk);

/* --- Between the engine's files ----------------------------------------------------------------------------------- */

struct talk_kind {
    const char *name;
    /* Does what the step does; the next step's name, or NULL when an answer is awaited or it is over. */
    const char *(*enter)(struct talk *talk, const json_t *step);
    bool waits; /* for an answer, which bots_answer takes */
};
extern const struct talk_kind talk_kinds[];

void talk_walk(struct talk *talk, const char *step);              /* enters steps until one waits */
void talk_say(struct talk *talk, const char *text, json_t *more); /* `more`: members of the content, or NULL; taken */
void talk_say_phrase(struct talk *talk, int phrase);
const json_t *talk_step(const struct talk *talk, const char *name);
struct scopes talk_scopes(const struct talk *talk, const json_t *own); /* own: {"item": …}, or NULL */
void talk_keep(struct talk *talk, const char *field, json_t *value);   /* takes the value */
bool talk_enter_scenario(struct talk *talk, const json_t *found);      /* {"scenario_id", "scenario"} */

/* question.c */
const char *bots_ask(struct talk *talk, const json_t *step);
void bots_ask_text(struct talk *talk, const json_t *step, const char *text, const char *edits);
void bots_arm(struct talk *talk, const json_t *step); /* when the bot speaks of itself */

/* answer.c */
void bots_answer(struct talk *talk, const json_t *step, const json_t *heard);

#endif
