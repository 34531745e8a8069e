/* What a process is working on, so that a request which ends it is known and does not end the next one.
 *
 * A worker says at each step whose work it does (suspect_enter). When a signal ends it, a handler writes the mark of
 * that work into memory which the processes of a daemon share; the supervisor then remembers the mark for a while, and
 * workers refuse what bears it. Two marks: the request to the byte, and its address alone. After the third request of
 * one address that address is refused.
 */
#ifndef MAITRED_BASE_SUSPECT_H
#define MAITRED_BASE_SUSPECT_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* Who asks for what. The texts must live as long as the work. */
struct suspect {
    const char *tenant, *method, *path; /* not NULL */
    struct str query, body;
};

/* What is being worked on, or NULL. For suspect_enter and the handler alone. */
extern const struct suspect *suspect_now;

/* Begins work (NULL: nobody's); give what comes back to the next call when it is done. */
static inline const struct suspect *suspect_enter(const struct suspect *suspect)
{
    const struct suspect *before = suspect_now;
    suspect_now = suspect;
    return before;
}

struct suspect_board;

enum {
    SUSPECT_SLOTS = 512,
    SUSPECT_FIRST_MS = 300 * 1000,
    SUSPECT_LONGEST_MS = 3600 * 1000,
    SUSPECT_ADDRESS_AFTER = 3
};

/* Memory that children inherit. Before the first fork; never freed. */
struct suspect_board *suspect_board_new(void);

/* In a worker: from now on its death leaves a mark in the slot. */
void suspect_watch(struct suspect_board *board, int slot);

/* Writes the mark of what is being worked on, as the handler does. */
void suspect_mark(void);

/* In the supervisor, when the process of this slot has died. The text says what it was working on, or is NULL; it is
 * the board's. Each time again doubles how long it is remembered. */
const char *suspect_remember(struct suspect_board *board, int slot, int64_t now_ms);

/* For how many more seconds this is refused; 0: it is not. Costs nothing while nothing is remembered. */
int suspect_refused(const struct suspect *suspect, int64_t now_ms);

#endif
