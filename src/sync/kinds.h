/* The jobs of this room. */
#ifndef MAITRED_SYNC_KINDS_H
#define MAITRED_SYNC_KINDS_H

#include "work/work.h"

extern const struct job_kind sync_kinds[];

#endif
