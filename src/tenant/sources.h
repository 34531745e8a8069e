/* The SQL files below db/: migrations of the platform and of the tenants, and the functions (db/README.md). */
#ifndef MAITRED_TENANT_SOURCES_H
#define MAITRED_TENANT_SOURCES_H

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

struct migration {
    const char *module; /* "platform" for those of db/platform */
    int version;        /* the NNNN of its name */
    const char *name;   /* the rest of its name */
    const char *file;   /* for messages: tenant/core/0001_create_x.sql */
    const char *up;     /* between -- up and -- down */
    const char *down;   /* behind -- down; NULL when there is none */
    int up_line, down_line;
    const char *checksum; /* SHA-256 of `up`, hex */
};

struct function_file {
    const char *kind;   /* "app" or "api": its schema */
    const char *module; /* its folder */
    const char *name;   /* its file name without .sql */
    const char *file;
    const char *text;
    const char *checksum;
};

struct sources {
    const char *dir;
    const struct migration *platform; /* by version */
    size_t platform_count;
    const struct migration *tenant; /* by module's name, then version */
    size_t tenant_count;
    const struct function_file *functions; /* app before api, then by module and name */
    size_t function_count;
};

/* Reads all of them into the arena. `dir` NULL: there is no such directory, which the error says. */
enum err sources_read(struct arena *arena, const char *dir, struct sources *sources, struct error *out) MUST_CHECK;

/* Migrations of one module: a run within sources->tenant. */
const struct migration *sources_module(const struct sources *sources, const char *module, size_t *count);

#endif
