/* The jobs of this room. */
#ifndef MAITRED_PAY_KINDS_H
#define MAITRED_PAY_KINDS_H

#include "work/work.h"

extern const struct job_kind pay_kinds[];

#endif
