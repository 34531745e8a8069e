/* A job of a printer, as app.print_take() tells it. */
#ifndef MAITRED_PRINT_TAKE_H
#define MAITRED_PRINT_TAKE_H

#include "print/escpos.h"

struct print_taken {
    const char *job_id;   /* NULL: there is none */
    const char *document; /* JSON (print/document.h) */
    struct escpos_printer printer;
    const char *address; /* of raw_tcp */
    int port;
};

/* `json` may be NULL. Everything lives in the arena. */
void print_taken_read(struct arena *arena, const char *json, struct print_taken *taken);

#endif
