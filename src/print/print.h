/* What this room gives to those above: doors, kinds of jobs. See README.md. */
#ifndef MAITRED_PRINT_PRINT_H
#define MAITRED_PRINT_PRINT_H

#include "http/http.h"

/* Ends with a row without a pattern. */
extern const struct http_route print_routes[];

#endif
