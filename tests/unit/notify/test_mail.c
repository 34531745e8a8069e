/* What a mail server's refusal means: of this message, or of us. */
#include "../unit.h"

#include "notify/mail.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* A mail server for one visit, which says `refusal` to commands that begin with `refused`. */
struct server {
    int fd, port;
    const char *refused, *refusal;
    pthread_t thread;
};

static void say(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void *serve(void *data)
{
    struct server *s = data;
    char line[1024];
    int fd = accept(s->fd, NULL, NULL);
    FILE *in = fdopen(fd, "r");
    say(fd, "220 here\r\n");
    while (fgets(line, sizeof line, in)) {
        if (!strncmp(line, s->refused, strlen(s->refused)))
            say(fd, s->refusal);
        else if (!strncmp(line, "EHLO", 4))
            say(fd, "250-here\r\n250 AUTH PLAIN\r\n");
        else if (!strncmp(line, "QUIT", 4))
            say(fd, "221 bye\r\n");
        else if (!strncmp(line, "DATA", 4))
            say(fd, "354 go on\r\n");
        else if (!strncmp(line, "AUTH", 4))
            say(fd, "334 \r\n");
        else if (!strncmp(line, "AG1lAHNlY3JldA==", 16)) /* \0me\0secret */
            say(fd, "235 welcome\r\n");
        else if (!strncmp(line, "MAIL", 4) || !strncmp(line, "RCPT", 4) || !strcmp(line, ".\r\n"))
            say(fd, "250 fine\r\n");
    }
    fclose(in);
    return NULL;
}

static enum err send_to(const char *refused, const char *refusal)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct server s = {.fd = socket(AF_INET, SOCK_STREAM, 0), .refused = refused, .refusal = refusal};
    assert_int_equal(bind(s.fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(s.fd, 1), 0);
    getsockname(s.fd, (struct sockaddr *)&address, &length);
    assert_int_equal(pthread_create(&s.thread, NULL, serve, &s), 0);

    struct arena *arena = arena_new();
    struct error error;
    const struct settings settings = {.smtp_url =
                                          arena_printf(arena, "smtp://me:secret@127.0.0.1:%d", ntohs(address.sin_port)),
                                      .mail_from = "house@example.test",
                                      .smtp_oauth_url = "",
                                      .net_ca_file = ""};
    json_t *payload =
        json_pack("{s:s,s:s,s:s}", "to", "guest@example.test", "subject", "Your table", "text", "See you.\n");
    int64_t later_at_s = 0;
    enum err err = notify_send_mail(arena, &settings, "one", payload, &later_at_s, &error);
    if (err != OK)
        assert_null(strstr(error.message, "secret"));
    json_decref(payload);
    arena_free(arena);
    pthread_join(s.thread, NULL);
    close(s.fd);
    return err;
}

static void refusals_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(send_to("nothing", ""), OK);
    assert_int_equal(send_to("RCPT", "550 nobody of that name\r\n"), ERR_BAD_INPUT); /* it never will be */
    assert_int_equal(send_to("RCPT", "450 not now\r\n"), ERR_INTERNAL);
    assert_int_equal(send_to(".", "554 we think it is spam\r\n"), ERR_BAD_INPUT);
    /* Our password is wrong, or they want TLS: the mail is good, and goes once somebody has put it right. */
    assert_int_equal(send_to("AUTH", "535 who are you\r\n"), ERR_INTERNAL);
    assert_int_equal(send_to("MAIL", "530 encryption required\r\n"), ERR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(refusals_are_told_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
