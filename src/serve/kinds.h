/* Every kind of job that this program does. */
#ifndef MAITRED_SERVE_KINDS_H
#define MAITRED_SERVE_KINDS_H

#include "work/work.h"

/* Ends with NULL. To add a room's table: one line in kinds.c. */
extern const struct job_kind *const serve_kinds[];

#endif
