/* The jobs of this room. */
#ifndef MAITRED_NOTIFY_KINDS_H
#define MAITRED_NOTIFY_KINDS_H

#include "work/work.h"

extern const struct job_kind notify_kinds[];

#endif
