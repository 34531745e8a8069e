/* The least that libmicrohttpd can do: one thread, epoll, the same two words for everybody. What any answer of maitred
 * that needs no database is measured against.      cc -O2 -o hello hello.c -lmicrohttpd && ./hello PORT      Ends with
 * its standard input. */
#include <microhttpd.h>

#include <stdlib.h>
#include <unistd.h>

static struct MHD_Response *words;

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **context)
{
    (void)cls, (void)url, (void)method, (void)version, (void)upload, (void)upload_size;
    static int seen;
    if (!*context) { /* the headers are there; the answer may be queued with the next call */
        *context = &seen;
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, words);
}

int main(int argc, char **argv)
{
    words = MHD_create_response_from_buffer(11, "hello world", MHD_RESPMEM_PERSISTENT);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO;
    struct MHD_Daemon *daemon =
        argc == 2 ? MHD_start_daemon(flags, (uint16_t)atoi(argv[1]), NULL, NULL, on_request, NULL, MHD_OPTION_END)
                  : NULL;
    if (!daemon)
        return 1;
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    MHD_stop_daemon(daemon);
    MHD_destroy_response(words);
    return 0;
}
