/* The doors of printers that ask for their jobs. */
#ifndef MAITRED_PRINT_POLLS_H
#define MAITRED_PRINT_POLLS_H

#include "http/http.h"

/* Ends with a row without a pattern. */
extern const struct http_route print_poll_routes[];

#endif
