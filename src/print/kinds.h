/* Kinds of jobs of this room: see work/work.h. */
#ifndef MAITRED_PRINT_KINDS_H
#define MAITRED_PRINT_KINDS_H

#include "work/work.h"

extern const struct job_kind print_kinds[];

#endif
