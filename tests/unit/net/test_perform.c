/* Going out: what is sent, what comes back, and what it means for trying again. */
#include "server.h"

#include "base/clock.h"
#include "net/mask.h"
#include "net/net.h"
#include "net/verdict.h"

static struct server server;
static const struct settings plain = {.net_proxy = "", .net_ca_file = ""};

static int set_up(void **state)
{
    *state = arena_new();
    server_start(&server);
    return 0;
}

static int tear_down(void **state)
{
    net_thread_end();
    server_stop(&server);
    arena_free(*state);
    return 0;
}

static const char *at(struct arena *arena, const char *path)
{
    return arena_printf(arena, "http://127.0.0.1:%d%s", server.port, path);
}

/* Asks our server, which is inside. */
static struct net_answer ask(struct arena *arena, struct net_request request)
{
    struct net_answer answer;
    request.policy = NET_ANYWHERE;
    net_perform(arena, &plain, &request, &answer);
    return answer;
}

static struct net_answer get(struct arena *arena, const char *path)
{
    return ask(arena, (struct net_request){.url = at(arena, path)});
}

static void has(const struct net_answer *answer, const char *text)
{
    if (!strstr(answer->body.at, text))
        fail_msg("%s\nis not in\n%s", text, answer->body.at);
}

static void has_not(const struct net_answer *answer, const char *text)
{
    if (strcasestr(answer->body.at, text))
        fail_msg("%s\nis in\n%s", text, answer->body.at);
}

/* --- What is sent ------------------------------------------------------------------------------------------------- */

static void a_request_as_it_was_meant(void **state)
{
    json_t *json = json_pack("{s:s}", "name", "Стол");
    json_t *form = json_pack("{s:i,s:{s:s,s:[{s:s},n]},s:b}", "amount", 1099, "metadata", "a b", "x&y", "items",
                             "price", "€", "on", true);
    const struct net_header headers[] = {{"X-One", "1"}, {"X-Empty", ""}, {0}};
    const struct net_part parts[] = {
        {.name = "chat_id", .bytes = STR("42")},
        {.name = "document", .filename = "a\"b.pdf", .type = "application/pdf", .bytes = {.at = "\0\1\2", .len = 3}},
        {0}};
    const char *url = at(*state, "/echo");
    struct net_answer answer = ask(*state, (struct net_request){.url = url, .headers = headers, .bearer = "abc"});
    has(&answer, "GET /echo HTTP/1.1\r\n");
    has(&answer, "Accept: application/json\r\n");
    has(&answer, "Authorization: Bearer abc\r\n");
    has(&answer, "X-One: 1\r\n");
    has(&answer, "X-Empty:\r\n");
    has_not(&answer, "Content-Type");
    answer = ask(*state, (struct net_request){.url = url, .json = json, .user = "me", .password = "s:ecret"});
    has(&answer, "POST /echo HTTP/1.1\r\n");
    has(&answer, "Content-Type: application/json\r\n");
    has(&answer, "Authorization: Basic bWU6czplY3JldA==\r\n");
    has(&answer, "\r\n\r\n{\"name\":\"Стол\"}");
    answer = ask(*state, (struct net_request){.url = url, .form = form});
    has(&answer, "Content-Type: application/x-www-form-urlencoded\r\n");
    has(&answer, "\r\n\r\namount=1099&metadata[a%20b]=");
    json_decref(json);
    json_decref(form);
    answer = ask(*state, (struct net_request){.url = url, .parts = parts});
    has(&answer, "Content-Type: multipart/form-data; boundary=");
    has(&answer, "name=\"chat_id\"\r\n\r\n42\r\n");
    has(&answer, "name=\"document\"; filename=\"a%22b.pdf\"\r\nContent-Type: application/pdf\r\n");
    answer =
        ask(*state, (struct net_request){.url = url, .method = "PUT", .body = STR("<a/>"), .body_type = "text/xml"});
    has(&answer, "PUT /echo HTTP/1.1\r\n");
    has(&answer, "Content-Type: text/xml\r\n");
    has(&answer, "\r\n\r\n<a/>");
    answer = ask(*state, (struct net_request){.url = url, .method = "POST"});
    has(&answer, "POST /echo HTTP/1.1\r\n");
    has(&answer, "Content-Length: 0\r\n");
    answer = ask(*state, (struct net_request){.url = url, .method = "DELETE"});
    has(&answer, "DELETE /echo HTTP/1.1\r\n");
    answer = ask(*state, (struct net_request){.url = url, .method = "HEAD"});
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.body.len, 0);
    /* a path goes out as it was signed */
    answer = get(*state, "/echo/a/../b//c?uploads=");
    has(&answer, "GET /echo/a/../b//c?uploads= HTTP/1.1\r\n");
}

static void forms_as_stripe_reads_them(void **state)
{
    json_t *form = json_pack("{s:i,s:{s:s,s:[{s:s},s]},s:b,s:n,s:f}", "amount", 1099, "m", "a b", "x&y=", "list", "p",
                             "€", "z", "on", 1, "unset", "rate", 0.5);
    assert_string_equal(net_form(*state, form),
                        "amount=1099&m[a%20b]=x%26y%3D&m[list][0][p]=%E2%82%AC&m[list][1]=z&on=true&unset=&rate=0.5");
    json_decref(form);
}

static void no_header_breaks_out(void **state)
{
    const struct net_header broken[] = {{"X-One", "1\r\nX-Two: 2"}, {0}}, named[] = {{"X-One:", "1"}, {0}},
                            tabbed[] = {{"X-One", "a\tb\r\nX-Two: 2"}, {0}};
    const struct net_request requests[] = {
        {.url = at(*state, "/echo"), .headers = broken},
        {.url = at(*state, "/echo"), .headers = named},
        {.url = at(*state, "/echo"), .headers = tabbed},
        {.url = at(*state, "/echo"), .bearer = "a\nX-Two: 2"},
        {.url = at(*state, "/echo"), .accept = "a\rX-Two: 2"},
        {.url = at(*state, "/echo HTTP/1.1\r\nX-Two: 2\r\n\r\n")},
        {.url = "nowhere"},
        {.url = ""},
        {.url = NULL},
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        assert_int_equal(ask(*state, requests[i]).verdict, NET_NEVER);
    assert_int_equal(atomic_load(&server.requests), 0);
}

/* --- What comes back ---------------------------------------------------------------------------------------------- */

static void answers_have_headers(void **state)
{
    struct net_answer answer = get(*state, "/plain");
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.verdict, NET_DONE);
    assert_null(answer.reason);
    assert_string_equal(answer.body.at, "fine");
    assert_string_equal(net_header_value(&answer, "x-kind"), "plain");
    assert_string_equal(net_header_value(&answer, "ETag"), "\"one\"");
    assert_null(net_header_value(&answer, "X-None"));
}

static void connections_are_kept(void **state)
{
    for (int i = 0; i < 5; i++)
        assert_int_equal(get(*state, "/plain").status, 200);
    assert_int_equal(atomic_load(&server.connections), 1);
    assert_int_equal(atomic_load(&server.requests), 5);
}

static void a_server_that_misbehaves(void **state)
{
    static const struct {
        const char *path;
        enum net_verdict get, post; /* a post that may not be done twice */
        bool unknown;               /* of the post */
        const char *reason;
    } cases[] = {
        {"/silent", NET_LATER, NET_NEVER, true, "timed out"},
        {"/slow", NET_LATER, NET_NEVER, true, "timed out"},
        {"/cut", NET_LATER, NET_NEVER, true, "transfer closed"},
        {"/chunks-cut", NET_LATER, NET_NEVER, true, "transfer closed"},
        {"/chunks-lie", NET_LATER, NET_NEVER, true, "chunk"},
        {"/garbage", NET_LATER, NET_NEVER, true, "HTTP/0.9"},
        {"/drop", NET_LATER, NET_NEVER, true, "Empty reply"},
        {"/endless", NET_NEVER, NET_NEVER, true, "larger than allowed"},
        {"/headers", NET_NEVER, NET_NEVER, true, "larger than allowed"},
        {"/continue", NET_NEVER, NET_NEVER, true, "larger than allowed"},
        {"/bomb", NET_NEVER, NET_NEVER, true, "larger than allowed"},
        {"/cut-429", NET_LATER, NET_LATER, false, "answered 429"},
        {"/longer", NET_DONE, NET_DONE, false, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_request request = {.url = at(*state, cases[i].path), .timeout_s = i < 2 ? 1 : 20};
        struct net_answer answer = ask(*state, request);
        print_message("# %s: %s\n", cases[i].path, answer.reason ? answer.reason : "done");
        assert_int_equal(answer.verdict, cases[i].get);
        assert_false(answer.unknown);
        assert_true(answer.body.len <= NET_BYTES_MAX);
        assert_true(!cases[i].reason == !answer.reason);
        if (cases[i].reason)
            assert_non_null(strstr(answer.reason, cases[i].reason));
        request.method = "POST";
        answer = ask(*state, request);
        assert_int_equal(answer.verdict, cases[i].post);
        assert_true(answer.unknown == cases[i].unknown);
        request.repeatable = true;
        assert_int_equal(ask(*state, request).verdict, cases[i].get);
    }
    assert_string_equal(get(*state, "/longer").body.at, "four");
    assert_int_equal(get(*state, "/plain").status, 200); /* and we are well */
}

/* Whoever stops does not wait for a slow server. */
static void given_up_while_it_waits(void **state)
{
    const atomic_bool given_up = true;
    struct net_request request = {.url = at(*state, "/slow"), .timeout_s = 600, .given_up = &given_up};
    struct net_answer answer = ask(*state, request);
    assert_int_equal(answer.verdict, NET_LATER);
    assert_non_null(strstr(answer.reason, "aborted"));
    request.method = "POST"; /* nobody knows what became of it */
    answer = ask(*state, request);
    assert_true(answer.verdict == NET_LATER || answer.unknown);
}

/* What could not even begin may begin later, a post too. */
static void nobody_there(void **state)
{
    int port = server.port;
    struct net_request request = {.method = "POST", .url = at(*state, "/plain")};
    server_stop(&server);
    struct net_answer answer = ask(*state, request);
    assert_int_equal(answer.verdict, NET_LATER);
    assert_false(answer.unknown);
    assert_int_equal(answer.status, 0);
    request.url = "http://no.such.name.invalid/";
    assert_int_equal(ask(*state, request).verdict, NET_LATER);
    request.url = arena_printf(*state, "https://127.0.0.1:%d/", port);
    assert_int_equal(ask(*state, request).verdict, NET_LATER);
    server_start(&server);
    request.url = arena_printf(*state, "https://127.0.0.1:%d/", server.port); /* speaks no TLS */
    answer = ask(*state, request);
    assert_int_equal(answer.verdict, NET_LATER);
    assert_false(answer.unknown);
}

/* Whom to believe is a setting; without that file nobody is believed. */
static void a_file_of_authorities(void **state)
{
    const struct settings other = {.net_proxy = "", .net_ca_file = "/no/such/file"};
    const struct net_request request = {.url = arena_printf(*state, "https://127.0.0.1:%d/", server.port),
                                        .policy = NET_ANYWHERE};
    struct net_answer answer;
    net_perform(*state, &other, &request, &answer);
    assert_int_equal(answer.verdict, NET_LATER);
    assert_non_null(strstr(answer.reason, "/no/such/file"));
}

/* libcurl asks again by itself when a kept connection dies under a request. For a post that would be twice. */
static void a_kept_connection_that_dies(void **state)
{
    struct net_request request = {.url = at(*state, "/once-a-connection")};
    assert_int_equal(ask(*state, request).status, 200);
    assert_int_equal(ask(*state, request).status, 200);
    assert_int_equal(atomic_load(&server.requests), 3); /* a GET was asked again */
    request.method = "POST";
    assert_int_equal(ask(*state, request).status, 200);
    assert_int_equal(ask(*state, request).status, 200);
    assert_int_equal(atomic_load(&server.requests), 5);
}

static void statuses_mean_something(void **state)
{
    static const struct {
        int status;
        enum net_verdict get, post;
        bool unknown;
    } cases[] = {
        {200, NET_DONE, NET_DONE, false},   {202, NET_DONE, NET_DONE, false},   {204, NET_DONE, NET_DONE, false},
        {302, NET_NEVER, NET_NEVER, false}, {304, NET_DONE, NET_DONE, false},   {400, NET_NEVER, NET_NEVER, false},
        {401, NET_NEVER, NET_NEVER, false}, {404, NET_NEVER, NET_NEVER, false}, {408, NET_LATER, NET_LATER, false},
        {409, NET_NEVER, NET_NEVER, false}, {410, NET_NEVER, NET_NEVER, false}, {425, NET_LATER, NET_LATER, false},
        {429, NET_LATER, NET_LATER, false}, {500, NET_LATER, NET_NEVER, true},  {501, NET_NEVER, NET_NEVER, false},
        {502, NET_LATER, NET_NEVER, true},  {503, NET_LATER, NET_LATER, false}, {504, NET_LATER, NET_NEVER, true},
        {529, NET_LATER, NET_NEVER, true},  {600, NET_NEVER, NET_NEVER, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool unknown = true;
        assert_int_equal(net_verdict_of_status(cases[i].status, true, &unknown), cases[i].get);
        assert_false(unknown);
        assert_int_equal(net_verdict_of_status(cases[i].status, false, &unknown), cases[i].post);
        assert_true(unknown == cases[i].unknown);
    }
    struct net_answer answer = get(*state, "/status/400");
    struct error error;
    assert_int_equal(net_error(*state, &answer, &error), ERR_BAD_INPUT);
    assert_string_equal(answer.body.at, "{\"said\":true}"); /* what they say about it is there to be read */
    answer = get(*state, "/status/503");
    assert_int_equal(net_error(*state, &answer, &error), ERR_INTERNAL);
    answer = get(*state, "/status/204");
    assert_int_equal(net_error(*state, &answer, &error), OK);
}

static void retry_after_is_kept(void **state)
{
    static const struct {
        const char *text;
        int64_t after_s; /* -1: nothing was said */
    } cases[] = {
        {"2", 2},
        {"  120 ", 120},
        {"0", 0},
        {"3601", NET_RETRY_AFTER_MAX_S},
        {"99999999999999999999999999", NET_RETRY_AFTER_MAX_S},
        {"Sun, 29 Nov 2026 12:00:30 GMT", 30},
        {"Sunday, 29-Nov-26 12:00:30 GMT", 30}, /* RFC 850 */
        {"Sun Nov 29 12:00:30 2026", 30},       /* asctime */
        {"Sun, 29 Nov 2026 11:00:00 GMT", 0},   /* gone */
        {"Mon, 29 Nov 2027 11:00:00 GMT", NET_RETRY_AFTER_MAX_S},
        {"", -1},
        {"soon", -1},
        {"-3", -1},
        {"+3", -1},
        {"1.5", -1},
        {"1000abc", -1},
        {"10s", -1},
        {"2, 3", -1},
        {"2026", 2026}, /* seconds, no year */
        {"Sun, 99 Foo 2026 12:00:30 GMT", -1},
    };
    const int64_t now_s = 1795953600; /* Sun, 29 Nov 2026 12:00:00 GMT */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t want = cases[i].after_s < 0 ? 0 : now_s + cases[i].after_s;
        if (net_retry_after_s(cases[i].text, now_s) != want)
            fail_msg("%s: %lld", cases[i].text, (long long)(net_retry_after_s(cases[i].text, now_s) - now_s));
    }
    assert_int_equal(net_retry_after_s(NULL, now_s), 0);

    int64_t before_s = clock_now_s();
    struct net_answer answer = get(*state, "/status/429/120");
    assert_int_equal(answer.verdict, NET_LATER);
    assert_in_range(answer.later_at_s, before_s + 120, clock_now_s() + 120);
    answer = get(*state, "/status/503/Fri,_31_Dec_2027_23:59:59_GMT");
    assert_in_range(answer.later_at_s, before_s + NET_RETRY_AFTER_MAX_S, clock_now_s() + NET_RETRY_AFTER_MAX_S);
    assert_int_equal(get(*state, "/status/429").later_at_s, 0);
    assert_int_equal(get(*state, "/status/400/60").later_at_s, 0); /* never is never */
}

/* --- Redirects ---------------------------------------------------------------------------------------------------- */

static void redirects_are_followed_by_who_asks(void **state)
{
    struct net_request request = {.url = at(*state, "/to/302/echo")};
    assert_int_equal(ask(*state, request).status, 302);
    request.redirects = 2;
    const char *const statuses[] = {"301", "302", "303", "307", "308"};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        request.url = at(*state, arena_printf(*state, "/to/%s//echo", statuses[i]));
        struct net_answer answer = ask(*state, request);
        assert_int_equal(answer.status, 200);
        has(&answer, "GET /echo HTTP/1.1\r\n");
    }
    request.url = at(*state, "/to/304//echo");
    assert_int_equal(ask(*state, request).status, 304);
    request.url = at(*state, "/to/302//to/302//to/302//echo");
    struct net_answer answer = ask(*state, request);
    assert_int_equal(answer.verdict, NET_NEVER);
    assert_non_null(strstr(answer.reason, "too many redirects"));
    /* a body goes where it was meant to go and nowhere else, whatever the status */
    json_t *json = json_pack("{s:s}", "card", "secret");
    request.json = json;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        int before = atomic_load(&server.requests);
        request.url = at(*state, arena_printf(*state, "/to/%s//echo", statuses[i]));
        assert_int_equal(ask(*state, request).verdict, NET_NEVER);
        assert_int_equal(atomic_load(&server.requests), before + 1);
    }
    json_decref(json);
}

/* Another origin gets nothing of ours: not the key, whatever header it is in, nor a name for us that it chose itself.
 */
static void nothing_goes_to_others(void **state)
{
    const struct net_header headers[] = {{"X-Api-Key", "k-e-y"}, {"Cookie", "c=1"}, {0}};
    struct net_request request = {.headers = headers, .bearer = "tok", .redirects = 3};
    const char *elsewhere = arena_printf(*state, "http://localhost:%d/echo", server.port);
    request.url = at(*state, "/to/302//echo");
    struct net_answer answer = ask(*state, request);
    has(&answer, "X-Api-Key: k-e-y\r\n");
    has(&answer, "Authorization: Bearer tok\r\n");
    request.url = at(*state, arena_printf(*state, "/to/302/%s", elsewhere));
    answer = ask(*state, request);
    has(&answer, "GET /echo HTTP/1.1\r\n");
    has_not(&answer, "Key");
    has_not(&answer, "Authorization");
    has_not(&answer, "Cookie");
    /* and back again: the one in the middle has chosen the address */
    request.url =
        at(*state, arena_printf(*state, "/to/302/http://localhost:%d/to/302/%s", server.port, at(*state, "/echo")));
    answer = ask(*state, request);
    has(&answer, "GET /echo HTTP/1.1\r\n");
    has_not(&answer, "Key");
    has_not(&answer, "Authorization");
    request.bearer = NULL;
    request.user = "me";
    request.password = "pass";
    request.url = at(*state, arena_printf(*state, "/to/302/%s", elsewhere));
    answer = ask(*state, request);
    has_not(&answer, "Authorization");
    request.url = at(*state, arena_printf(*state, "/to/302/http://you:there@localhost:%d/echo", server.port));
    assert_int_equal(ask(*state, request).verdict, NET_NEVER);
    request.url = at(*state, "/to/302/file:///etc/hostname");
    assert_int_equal(ask(*state, request).verdict, NET_NEVER);
    request.url = at(*state, "/to/302/gopher://127.0.0.1/");
    assert_int_equal(ask(*state, request).verdict, NET_NEVER);
}

/* --- Who may be reached ------------------------------------------------------------------------------------------- */

static void is_refused(const struct net_answer *answer)
{
    assert_int_equal(answer->verdict, NET_NEVER);
    assert_int_equal(answer->status, 0);
    assert_string_equal(answer->body.at, "");
    assert_non_null(strstr(answer->reason, "not a public address"));
}

static void nobody_is_led_inside(void **state)
{
    static const char *const hosts[] = {"127.0.0.1",          "localhost",       "2130706433", "0x7f000001",
                                        "0177.0.0.1",         "127.1",           "0",          "[::1]",
                                        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.0.0.1.", "%31%32%37.0.0.1"};
    struct net_answer answer;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        const struct net_request request = {.url = arena_printf(*state, "http://%s:%d/", hosts[i], server.port),
                                            .plain_http = true};
        net_perform(*state, &plain, &request, &answer);
        if (answer.verdict == NET_DONE)
            fail_msg("%s", hosts[i]);
        if (answer.verdict == NET_NEVER)
            continue; /* the name may also be none, which is no answer either */
        assert_int_equal(answer.status, 0);
    }
    const struct net_request request = {.url = at(*state, "/plain"), .plain_http = true};
    net_perform(*state, &plain, &request, &answer);
    is_refused(&answer);
    assert_int_equal(atomic_load(&server.connections), 0);
    /* nor over a connection that somebody has left open who may */
    assert_int_equal(get(*state, "/plain").status, 200);
    net_perform(*state, &plain, &request, &answer);
    is_refused(&answer);
    assert_int_equal(atomic_load(&server.requests), 1);
    /* an installation for development may say otherwise */
    const struct settings open = {.net_proxy = "", .net_ca_file = "", .net_private = true};
    net_perform(*state, &open, &request, &answer);
    assert_int_equal(answer.status, 200);
}

static void plain_http_is_asked_for(void **state)
{
    struct net_answer answer;
    const struct net_request request = {.url = "http://192.0.2.1/"};
    net_perform(*state, &plain, &request, &answer);
    assert_int_equal(answer.verdict, NET_NEVER);
    assert_non_null(strstr(answer.reason, "not supported"));
}

/* A proxy goes everywhere, so what stands in the URL is looked at here; and a redirect is looked at like a request. */
static void through_a_proxy(void **state)
{
    const struct settings proxied = {.net_ca_file = "",
                                     .net_proxy = arena_printf(*state, "http://127.0.0.1:%d", server.port)};
    struct net_request request = {.url = "http://guests.example.test/echo", .plain_http = true, .redirects = 3};
    struct net_answer answer;
    net_perform(*state, &proxied, &request, &answer);
    assert_int_equal(answer.status, 200);
    has(&answer, "GET http://guests.example.test/echo HTTP/1.1\r\n");
    static const char *const inside[] = {"http://10.0.0.1/", "http://[fd00:ec2::254]/", "http://169.254.169.254./",
                                         "http://0xa9fea9fe/", "http://[::ffff:10.0.0.1]/"};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        request.url = inside[i];
        net_perform(*state, &proxied, &request, &answer);
        is_refused(&answer);
        request.url = arena_printf(*state, "http://guests.example.test/to/302/%s", inside[i]);
        net_perform(*state, &proxied, &request, &answer);
        is_refused(&answer);
    }
    int before = atomic_load(&server.requests);
    request.url = arena_printf(*state, "http://guests.example.test/to/307/%s", at(*state, "/plain"));
    net_perform(*state, &proxied, &request, &answer);
    is_refused(&answer);
    assert_int_equal(atomic_load(&server.requests), before + 1);
    /* what the operator names on this machine needs no proxy */
    request = (struct net_request){.url = at(*state, "/echo"), .policy = NET_ANYWHERE};
    net_perform(*state, &proxied, &request, &answer);
    has(&answer, "GET /echo HTTP/1.1\r\n");
}

/* The environment has no say. */
static void proxies_of_the_environment(void **state)
{
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    assert_int_equal(get(*state, "/plain").status, 200);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

/* --- Secrets ------------------------------------------------------------------------------------------------------ */

static void secrets_are_not_told(void **state)
{
    static const char *const token = "123456:ABC-DEF1234ghIkl";
    static const char *const ends[] = {"/drop", "/status/404", "/endless"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct net_answer answer =
            ask(*state, (struct net_request){.url = at(*state, arena_printf(*state, "/bot%s%s", token, ends[i])),
                                             .secret = token,
                                             .bearer = "b-e-a-r"});
        if (answer.reason)
            assert_null(strstr(answer.reason, "ABC-DEF"));
    }
    struct net_answer answer = ask(
        *state, (struct net_request){.url = arena_printf(*state, "http://%s.invalid/", "s3cr3t"), .secret = "s3cr3t"});
    assert_null(strstr(answer.reason, "s3cr3t"));
    answer = ask(*state, (struct net_request){.url = "http://me:pass-word@no.such.name.invalid/?key=k3y"});
    assert_null(strstr(answer.reason, "pass-word"));
    assert_null(strstr(answer.reason, "k3y"));
    assert_string_equal(net_mask(*state, "at /bot1:AB/x and /bot1%3AAB/y", "1:AB"), "at /bot***/x and /bot***/y");
    assert_string_equal(net_mask(*state, "a text", "a"), "a text");
    assert_string_equal(net_mask(*state, "a text", NULL), "a text");
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(a_request_as_it_was_meant),
        EACH(forms_as_stripe_reads_them),
        EACH(no_header_breaks_out),
        EACH(answers_have_headers),
        EACH(connections_are_kept),
        EACH(a_server_that_misbehaves),
        EACH(given_up_while_it_waits),
        EACH(nobody_there),
        EACH(a_file_of_authorities),
        EACH(a_kept_connection_that_dies),
        EACH(statuses_mean_something),
        EACH(retry_after_is_kept),
        EACH(redirects_are_followed_by_who_asks),
        EACH(nothing_goes_to_others),
        EACH(nobody_is_led_inside),
        EACH(plain_http_is_asked_for),
        EACH(through_a_proxy),
        EACH(proxies_of_the_environment),
        EACH(secrets_are_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
