/* The jobs of this room. */
#ifndef MAITRED_HOOKS_KINDS_H
#define MAITRED_HOOKS_KINDS_H

#include "work/work.h"

extern const struct job_kind hook_kinds[];

#endif
