/* The jobs that belong to no room: what the modules of each tenant tidy up, and one that does nothing. */
#ifndef MAITRED_JOBS_UPKEEP_H
#define MAITRED_JOBS_UPKEEP_H

#include "work/work.h"

extern const struct job_kind upkeep_kinds[];

#endif
