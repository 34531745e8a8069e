#include "serve/wal.h"

#include "base/encode.h"
#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 40, PORT_BYTES = 6, RANDOM_BYTES = 12, BACKLOG = 512 };

enum err wal_listen(struct arena *arena, struct wal_socket *out, struct error *error)
{
    unsigned char bytes[RANDOM_BYTES];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    random_bytes(bytes, sizeof bytes);
    const char *name = arena_printf(arena, "maitred-hub-%s", encode_base64url(arena, bytes, sizeof bytes));
    size_t length = strlen(name);
    memcpy(address.sun_path + 1, name, length);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 ||
        bind(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length)) ||
        listen(fd, BACKLOG)) {
        error_set(error, arena, ERR_BAD_INPUT, "The realtime socket cannot be made: %s.", strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return ERR_BAD_INPUT;
    }
    *out = (struct wal_socket){.fd = fd, .address = name};
    return OK;
}

/* A private cluster has one daemon, wherever its data directory is mounted. On a server that database_url names, host
 * and port tell daemons apart; where hosts are called anew at each start, the slot of the last one is dropped after
 * realtime_slot_idle_s. */
enum err wal_daemon_name(struct arena *arena, const struct settings *settings, const char **out, struct error *error)
{
    char host[256] = "";
    if (*settings->daemon_name) {
        for (const char *p = settings->daemon_name; *p; p++)
            if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
                return error_set(error, arena, ERR_BAD_INPUT, "daemon_name takes a to z, 0 to 9 and _, not \"%s\".",
                                 settings->daemon_name);
        *out = settings->daemon_name;
        return OK;
    }
    if (!*settings->database_url) {
        *out = "local";
        return OK;
    }
    if (gethostname(host, sizeof host - 1))
        host[0] = '\0';
    host[NAME_MAX_BYTES - PORT_BYTES] = '\0';
    for (char *p = host; *p; p++)
        *p = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '_';
    *out = arena_printf(arena, "%s_%d", *host ? host : "host", (int)settings->port);
    return OK;
}
