/* Mails as servers want them, and what their replies mean. */
#include "server.h"

#include "net/mail.h"
#include "net/net.h"

enum { REPLIES_MAX = 8 };

/* A mail server for one visit. It says `replies` to lines that begin so, else what is usual. */
struct post {
    int fd, port;
    const char *extensions; /* of EHLO */
    struct {
        const char *to, *say; /* say "" to hang up */
    } replies[REPLIES_MAX];
    pthread_t thread;
    char said[1 << 20]; /* by the client: commands and mail, as they came */
};

static struct post post;
static struct settings settings;
static struct arena *arena;

static const char *reply_to(const struct post *p, const char *line)
{
    for (size_t i = 0; i < REPLIES_MAX && p->replies[i].to; i++)
        if (!strncasecmp(line, p->replies[i].to, strlen(p->replies[i].to)))
            return p->replies[i].say;
    if (!strncmp(line, "EHLO", 4))
        return p->extensions ? p->extensions : "250-here\r\n250 8BITMIME\r\n";
    if (!strncmp(line, "DATA", 4))
        return "354 go on\r\n";
    if (!strncmp(line, "AUTH", 4))
        return "334 \r\n";
    if (!strncmp(line, "QUIT", 4))
        return "221 bye\r\n";
    if (!strncmp(line, "MAIL", 4) || !strncmp(line, "RCPT", 4) || !strcmp(line, ".\r\n"))
        return "250 fine\r\n";
    return "235 welcome\r\n"; /* the answer to 334 */
}

static void *serve(void *data)
{
    struct post *p = data;
    char line[8192];
    bool in_mail = false;
    size_t have = 0;
    int fd = accept(p->fd, NULL, NULL);
    FILE *in = fdopen(fd, "r");
    server_say(fd, "220 here\r\n");
    while (fgets(line, sizeof line, in)) {
        have += (size_t)snprintf(p->said + have, sizeof p->said - have, "%s", line);
        if (in_mail && strcmp(line, ".\r\n") != 0)
            continue;
        const char *reply = reply_to(p, line);
        if (!*reply || !server_say(fd, reply))
            break;
        in_mail = !strncmp(line, "DATA", 4) && !strncmp(reply, "354", 3);
    }
    fclose(in);
    return NULL;
}

static void post_opens(const char *login, const char *host)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    post.said[0] = '\0';
    post.fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(post.fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(post.fd, 1), 0);
    getsockname(post.fd, (struct sockaddr *)&address, &length);
    post.port = ntohs(address.sin_port);
    settings.smtp_url = arena_printf(arena, "smtp://%s%s:%d", login, host, post.port);
    assert_int_equal(pthread_create(&post.thread, NULL, serve, &post), 0);
}

static void post_closes(void)
{
    pthread_join(post.thread, NULL);
    close(post.fd);
}

static const struct message dull = {
    .from = "floor@bistro.example", .to = "a@b.test", .subject = "Your table", .text = "See you.\n", .id = "job-1"};

static struct mail_recipient hand_over(const struct message *message, const char *login)
{
    struct mail_recipient recipient = {.address = "a@b.test"};
    post_opens(login, "127.0.0.1");
    net_mail(arena, &settings, message, &recipient, 1);
    post_closes();
    return recipient;
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    memset(&post, 0, sizeof post);
    settings = (struct settings){.net_proxy = "",
                                 .net_ca_file = "",
                                 .mail_from = "floor@bistro.example",
                                 .smtp_oauth_url = "",
                                 .smtp_oauth_client = "us",
                                 .smtp_oauth_secret = "se-cret",
                                 .smtp_oauth_scope = "mail",
                                 .smtp_oauth_refresh_token = ""};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void has(const char *text)
{
    if (!strstr(post.said, text))
        fail_msg("%s\nis not in\n%s", text, post.said);
}

static void a_mail_as_servers_want_it(void **state)
{
    (void)state;
    char *line = arena_zalloc(arena, 5000);
    memset(line, 'x', 4999);
    const struct message_file files[] = {
        {.name = "rächnung.pdf", .type = "application/pdf", .bytes = {.at = "\0\1\2\n", .len = 4}}, {0}};
    struct message message = {
        .from = "floor@bistro.example",
        .to = "a@b.test",
        .subject = "Hello\r\nBcc: everybody@example.com",
        .text = arena_printf(arena, "Zoë = 1\nunix\r\ndos\rmac\n.dot\nFrom here\n%s\n", line),
        .id = "job-1",
        .unsubscribe = "https://bistro.example/u?t=a b&x=1",
    };
    assert_int_equal(hand_over(&message, "").verdict, NET_DONE);
    has("EHLO bistro.example\r\n");
    has("MAIL FROM:<floor@bistro.example>");
    has("RCPT TO:<a@b.test>");
    has("\r\nSubject: Hello  Bcc: everybody@example.com\r\n");
    has("\r\nMessage-ID: <job-1@bistro.example>\r\n");
    has("\r\nList-Unsubscribe: <https://bistro.example/u?t=a%20b&x=1>\r\n");
    has("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    has("\r\nAuto-Submitted: auto-generated\r\n");
    has("\r\nMime-Version: 1.0\r\n");
    has("\r\nZo=C3=AB =3D 1\r\nunix\r\ndos\r\nmac\r\n");
    has("\r\n..dot\r\n"); /* stuffed: a line that is a dot ends a mail */
    size_t column = 0;
    for (const char *p = post.said; *p; p++) {
        if (*p == '\n')
            assert_int_equal(p[-1], '\r');
        if (*p == '\r')
            assert_int_equal(p[1], '\n');
        assert_true((unsigned char)*p < 0x80);
        column = *p == '\n' ? 0 : column + 1;
        assert_true(column <= 79);
    }
    message.html = "<p>Zoë";
    assert_int_equal(hand_over(&message, "").verdict, NET_DONE);
    has("\r\nContent-Type: multipart/alternative;\r\n charset=utf-8; boundary=");
    assert_true(strstr(post.said, "text/plain") < strstr(post.said, "text/html")); /* the last one is the best */
    message.files = files;
    assert_int_equal(hand_over(&message, "").verdict, NET_DONE);
    has("\r\nContent-Type: multipart/mixed;\r\n charset=utf-8; boundary=");
    has("\r\nContent-Type: multipart/alternative; boundary=");
    has("\r\nContent-Type: application/pdf\r\n");
    has("\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECCg==\r\n");
}

static void each_recipient_for_itself(void **state)
{
    (void)state;
    struct mail_recipient all[] = {
        {.address = "a@b.test"}, {.address = "gone@b.test"}, {.address = "grey@b.test"}, {.address = "c@b.test"}};
    post.replies[0].to = "RCPT TO:<gone";
    post.replies[0].say = "550-5.1.1 nobody\r\n550 5.1.1 of that name\r\n";
    post.replies[1].to = "RCPT TO:<grey";
    post.replies[1].say = "451 4.7.1 come back later\r\n";
    post_opens("", "127.0.0.1");
    net_mail(arena, &settings, &dull, all, 4);
    post_closes();
    has("DATA\r\n");
    assert_int_equal(all[0].verdict, NET_DONE);
    assert_int_equal(all[1].verdict, NET_NEVER);
    assert_int_equal(all[1].status, 550);
    assert_non_null(strstr(all[1].reason, "of that name"));
    assert_int_equal(all[2].verdict, NET_LATER);
    assert_int_equal(all[2].status, 451);
    assert_int_equal(all[3].verdict, NET_DONE);
    assert_null(all[3].reason);
    /* nobody is left: no mail */
    post_opens("", "127.0.0.1");
    net_mail(arena, &settings, &dull, &all[1], 2);
    post_closes();
    assert_null(strstr(post.said, "DATA\r\n"));
    assert_int_equal(all[1].verdict, NET_NEVER);
    assert_int_equal(all[2].verdict, NET_LATER);
    /* and one who was taken shares what becomes of the mail */
    post.replies[2].to = ".\r\n";
    post.replies[2].say = "554 we think it is spam\r\n";
    post_opens("", "127.0.0.1");
    net_mail(arena, &settings, &dull, all, 4);
    post_closes();
    assert_int_equal(all[0].verdict, NET_NEVER);
    assert_int_equal(all[1].verdict, NET_NEVER);
    assert_int_equal(all[2].verdict, NET_LATER);
}

static void replies_mean_something(void **state)
{
    (void)state;
    static const struct {
        const char *to, *say;
        enum net_verdict verdict;
    } cases[] = {
        {"RCPT", "550 nobody of that name\r\n", NET_NEVER},
        {"RCPT", "450 not now\r\n", NET_LATER},
        {"RCPT", "552 too many recipients\r\n", NET_LATER},
        {"RCPT", "421 going down\r\n", NET_LATER},
        {"RCPT", "", NET_LATER}, /* hangs up */
        {"MAIL", "550 not from you\r\n", NET_NEVER},
        {"MAIL", "530 encryption required\r\n", NET_LATER},
        {"MAIL", "421 too many connections\r\n", NET_LATER},
        {"DATA", "451 disk is full\r\n", NET_LATER},
        {".\r\n", "552 5.3.4 too large\r\n", NET_NEVER},
        {".\r\n", "554 we think it is spam\r\n", NET_NEVER},
        {".\r\n", "452 out of space\r\n", NET_LATER},
        {".\r\n", "", NET_LATER}, /* it may have been taken */
        {"EHLO", "", NET_LATER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        post.replies[0].to = cases[i].to;
        post.replies[0].say = cases[i].say;
        struct mail_recipient recipient = hand_over(&dull, "");
        if (recipient.verdict != cases[i].verdict)
            fail_msg("%s %s: %s", cases[i].to, cases[i].say, recipient.reason);
        assert_non_null(recipient.reason);
    }
}

/* Whoever stands between us and the server takes STARTTLS out of its greeting. */
static void no_tls_no_mail(void **state)
{
    (void)state;
    settings.smtp_tls = true;
    struct mail_recipient recipient = hand_over(&dull, "");
    assert_int_equal(recipient.verdict, NET_LATER);
    assert_non_null(strstr(recipient.reason, "STARTTLS"));
    assert_null(strstr(post.said, "MAIL"));
    settings.smtp_tls = false;
    post.extensions = "250-here\r\n250 AUTH PLAIN LOGIN\r\n";
    /* not known to be this machine: no password without TLS */
    recipient = (struct mail_recipient){.address = "a@b.test"};
    post_opens("me:secret@", "0.0.0.0");
    net_mail(arena, &settings, &dull, &recipient, 1);
    post_closes();
    assert_int_equal(recipient.verdict, NET_LATER);
    assert_null(strstr(post.said, "AUTH"));
    assert_null(strstr(recipient.reason, "secret"));
    assert_int_equal(hand_over(&dull, "me:secret@").verdict, NET_DONE);
    has("AUTH PLAIN\r\nAG1lAHNlY3JldA==\r\n");
    /* a name to greet with that was given is kept */
    settings.smtp_url = NULL;
    post_opens("", "127.0.0.1");
    settings.smtp_url = arena_printf(arena, "%s/mx.example", settings.smtp_url);
    net_mail(arena, &settings, &dull, &recipient, 1);
    post_closes();
    has("EHLO mx.example\r\n");
}

static void sign_in_by_token(void **state)
{
    (void)state;
    static struct server tokens;
    server_start(&tokens);
    settings.smtp_oauth_url = arena_printf(arena, "http://127.0.0.1:%d/token", tokens.port);
    post.extensions = "250-here\r\n250 AUTH XOAUTH2 PLAIN\r\n";
    assert_int_equal(hand_over(&dull, "me@").verdict, NET_DONE);
    has("AUTH XOAUTH2\r\ndXNlcj1tZQFhdXRoPUJlYXJlciB0b2stMQEB\r\n"); /* user=me^Aauth=Bearer tok-1^A^A */
    assert_non_null(strstr(tokens.last, "grant_type=client_credentials&client_id=us&client_secret=se-cret&scope=mail"));
    assert_int_equal(hand_over(&dull, "me@").verdict, NET_DONE);
    assert_int_equal(atomic_load(&tokens.requests), 1);
    /* taken back before its time */
    post.replies[0].to = "dXNl";
    post.replies[0].say = "535 5.7.3 who are you\r\n";
    struct mail_recipient recipient = hand_over(&dull, "me@");
    assert_int_equal(recipient.verdict, NET_LATER);
    assert_null(strstr(recipient.reason, "tok-"));
    post.replies[0].to = NULL;
    settings.smtp_oauth_refresh_token = "re-fresh";
    assert_int_equal(hand_over(&dull, "me@").verdict, NET_DONE);
    assert_int_equal(atomic_load(&tokens.requests), 2);
    assert_non_null(strstr(tokens.last, "grant_type=refresh_token&"));
    assert_non_null(strstr(tokens.last, "&refresh_token=re-fresh"));
    /* no token, no mail: the server is not even asked */
    settings.smtp_oauth_url = arena_printf(arena, "http://127.0.0.1:%d/status/400", tokens.port);
    settings.smtp_url = "smtp://me@127.0.0.1:1";
    recipient = (struct mail_recipient){.address = "a@b.test"};
    net_mail(arena, &settings, &dull, &recipient, 1);
    assert_int_equal(recipient.verdict, NET_LATER);
    assert_non_null(strstr(recipient.reason, "answered 400"));
    net_thread_end();
    server_stop(&tokens);
}

static void too_large(void **state)
{
    (void)state;
    struct message message = dull;
    const struct message_file files[] = {
        {.name = "a", .type = "text/plain", .bytes = {.at = "", .len = MAIL_BYTES_MAX + 1}}, {0}};
    struct mail_recipient recipient = {.address = "a@b.test"};
    message.files = files;
    settings.smtp_url = "smtp://127.0.0.1:1";
    net_mail(arena, &settings, &message, &recipient, 1);
    assert_int_equal(recipient.verdict, NET_NEVER);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(a_mail_as_servers_want_it), EACH(each_recipient_for_itself),
        EACH(replies_mean_something),    EACH(no_tls_no_mail),
        EACH(sign_in_by_token),          EACH(too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
