/* How often something was written, for all processes of a daemon: who keeps what was read remembers the epoch in which
 * the reading began, and lets it go when the epoch is another one.
 *
 * Keys share counters when they meet in the table: then one lets go without need, and never keeps too long.
 */
#ifndef MAITRED_BASE_EPOCH_H
#define MAITRED_BASE_EPOCH_H

#include <stdint.h>

/* From here on children share the counters. Before the first fork; without it they are the process's own. */
void epoch_share(void);

/* The key was written, and everybody may see it by now. */
void epoch_end(uint64_t key);

/* Read before the first look at what is to be kept. */
uint64_t epoch_of(uint64_t key);

#endif
