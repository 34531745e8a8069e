/* The jobs of this room. */
#ifndef MAITRED_BOTS_KINDS_H
#define MAITRED_BOTS_KINDS_H

#include "work/work.h"

extern const struct job_kind bot_kinds[];

#endif
