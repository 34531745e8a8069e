/* Bytes to a printer on the network: raw TCP, as port 9100 takes them. For threads of the job worker: it blocks.
 *
 * Nothing in this protocol says that paper came out. So the printer is asked before (DLE EOT n, in real time) whether
 * it can print, and after the last byte (GS r 1, answered in its turn) whether it got there; a printer that answers
 * neither is believed when it has taken everything and the connection ends in order. Epson's ESC/POS command reference;
 * a connection is closed by us last, since one that is reset cuts the paper in the middle.
 */
#ifndef MAITRED_PRINT_DELIVER_H
#define MAITRED_PRINT_DELIVER_H

#include "base/arena.h"
#include "base/str.h"
#include "config/settings.h"

/* What became of it, in the words of app.print_told(). */
struct deliver_answer {
    const char *outcome; /* printed: it is on paper. refused: not one byte of it was sent. unsure: nobody knows */
    const char *status;  /* of the printer: ready, paper_low, paper_out, cover_open, offline, error */
    const char *text;    /* for people, or NULL */
};

/* `address` is one of IPv4 or IPv6 in text, inside the networks of the setting print_networks; another one is refused
 * before anything is opened. Takes at most half a minute. The answer lives in the arena. */
void deliver(struct arena *arena, const struct settings *settings, const char *address, int port, struct str bytes,
             struct deliver_answer *answer);

#endif
