/* Signatures, by the vectors that their makers publish or that their own libraries give. */
#include "../unit.h"

#include "base/encode.h"
#include "net/sign.h"
#include "net/sigv4.h"

#include <string.h>

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

enum { STAMP = 1767225600 };

/* --- Incoming ----------------------------------------------------------------------------------------------------- */

static void stripe(void **state)
{
    static const char *const secret = "whsec_test_0123456789abcdef";
    const struct str body =
        STR("{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"payment_intent.succeeded\",\"data\":{"
            "\"object\":{\"id\":\"pi_1\",\"amount\":1099}}}");
    const struct str other = STR("{\"id\":\"evt_2\"}");
#define STRIPE_MAC "d27939a7bb7dda6dd97def9ad0fe2d7878966e5afd99380dec936330ea6e0e7c"
    assert_int_equal(body.len, 111);
    assert_string_equal(sign_stripe(*state, secret, STAMP, body), "t=1767225600,v1=" STRIPE_MAC);
    static const struct {
        const char *header;
        int64_t now_s;
        bool good;
    } cases[] = {
        {"t=1767225600,v1=" STRIPE_MAC, STAMP, true},
        {"t=1767225600,v1=" STRIPE_MAC, STAMP + 300, true},
        {"t=1767225600,v1=" STRIPE_MAC, STAMP - 300, true},
        {"t=1767225600,v1=" STRIPE_MAC, STAMP + 301, false}, /* replayed */
        {"t=1767225600,v1=" STRIPE_MAC, STAMP - 301, false}, /* from the future: Stripe's own library lets it pass */
        {"t=1767225600,v1=00,v1=" STRIPE_MAC ",v0=00", STAMP, true}, /* while the secret is turned */
        {"t=1767225600,v0=" STRIPE_MAC, STAMP, false},
        {"t=1767225600, v1=" STRIPE_MAC, STAMP, false},
        {"t=1767225601,v1=" STRIPE_MAC, STAMP, false},
        {"v1=" STRIPE_MAC, STAMP, false},
        {"t=1767225600", STAMP, false},
        {"t=1767225600,v1=", STAMP, false},
        {"t=-1,v1=" STRIPE_MAC, STAMP, false},
        {"t=1767225600,v1=D27939A7BB7DDA6DD97DEF9AD0FE2D7878966E5AFD99380DEC936330EA6E0E7C", STAMP, false},
        {"", STAMP, false},
        {",,=,t=", STAMP, false},
        {NULL, STAMP, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (sign_stripe_is_good(*state, secret, cases[i].header, body, cases[i].now_s) != cases[i].good)
            fail_msg("%s", cases[i].header);
    const char *header = cases[0].header;
    assert_false(sign_stripe_is_good(*state, secret, header, other, STAMP));
    assert_false(sign_stripe_is_good(*state, "whsec_other", header, body, STAMP));
    assert_true(sign_stripe_is_good(*state, "whsec_test_0123456789abcdef\n", header, body, STAMP)); /* a file's end */
    /* an empty secret would let everybody in who knows that it is empty */
    static const char *const empty[] = {"", " \n", NULL};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        assert_false(sign_stripe_is_good(*state, empty[i], sign_stripe(*state, "", STAMP, body), body, STAMP));
}

static void standard_webhooks(void **state)
{
    static const char *const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", *const id =
                                                                                    "msg_p5jXN8AQM9LWM0D4loKWxJek";
    static const char *const mark = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const struct str body = STR("{\"test\": 2432232314}");
    const int64_t at_s = 1614265330;
    assert_string_equal(sign_standard(*state, secret, id, at_s, body), mark);
    assert_string_equal(sign_standard(*state, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id, at_s, body), mark);
    assert_true(sign_standard_is_good(*state, secret, id, "1614265330", mark, body, at_s));
    const char *both = arena_printf(*state, "v1,AAAA v1a,BBBB %s", mark);
    assert_true(sign_standard_is_good(*state, secret, id, "1614265330", both, body, at_s + 300));
    assert_false(sign_standard_is_good(*state, secret, id, "1614265330", mark, body, at_s + 301));
    assert_false(sign_standard_is_good(*state, secret, id, "1614265331", mark, body, at_s));
    assert_false(sign_standard_is_good(*state, secret, "msg_other", "1614265330", mark, body, at_s));
    assert_false(sign_standard_is_good(*state, secret, id, "1614265330", mark + 3, body, at_s));
    assert_false(sign_standard_is_good(*state, secret, id, "1614265330", mark, STR("{\"test\":2432232314}"), at_s));
    assert_false(sign_standard_is_good(*state, secret, id, NULL, mark, body, at_s));
    assert_false(sign_standard_is_good(*state, secret, id, "1614265330", NULL, body, at_s));
    assert_false(sign_standard_is_good(*state, secret, NULL, "1614265330", mark, body, at_s));
    static const char *const broken[] = {"whsec_", "", "whsec_***", "whsec_abc", NULL};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        assert_null(sign_standard(*state, broken[i], id, at_s, body));
        assert_false(sign_standard_is_good(*state, broken[i], id, "1614265330", mark, body, at_s));
    }
}

/* The bytes as they came: the same JSON written otherwise is another body. */
static void meta(void **state)
{
    const struct str escaped =
        STR("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"messages\","
            "\"value\":{\"messages\":[{\"text\":{\"body\":\"\\u041f\\u0440\\u0438\\u0432\\u0435\\u0442\"}}]}}]}]}");
    const struct str rewritten =
        STR("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"messages\","
            "\"value\":{\"messages\":[{\"text\":{\"body\":\"Привет\"}}]}}]}]}");
    static const char *const mark = "sha256=eb769852f5ee77f3801e24b2c3e2bbfa8b5c642ae2a56dbd6c577b508d96c267";
    assert_string_equal(sign_meta(*state, "app_secret_123", escaped), mark);
    assert_true(sign_meta_is_good(*state, "app_secret_123", mark, escaped));
    assert_false(sign_meta_is_good(*state, "app_secret_123", mark, rewritten));
    assert_false(sign_meta_is_good(*state, "app_secret_124", mark, escaped));
    assert_false(sign_meta_is_good(*state, "app_secret_123", mark + 7, escaped));
    assert_false(sign_meta_is_good(*state, "app_secret_123", NULL, escaped));
    assert_false(sign_meta_is_good(*state, "", sign_meta(*state, "", escaped), escaped));
    assert_string_equal(sign_meta_proof(*state, "app_secret_123", "EAAtoken"),
                        "e2f4025c78aeb0a2ca0cdbe1b761e2343d7a8230003895dad6dc39c35c7a0161");
}

static void twilio(void **state)
{
    static const struct net_header form[] = {{"To", "+18005551212"},           {"Digits", "1234"},
                                             {"CallSid", "CA1234567890ABCDE"}, {"From", "+14158675310"},
                                             {"Caller", "+14158675310"},       {0}};
    static const char *const url = "https://example.com/myapp.php?foo=1&bar=2";
    static const char *const sha1 = "L/OH5YylLD5NRKLltdqwSvS0BnU=";
    static const char *const sha256 = "qMztBq0IANMH/q0K9sCfKQJLylezvRdRzRS647SAVow=";
    assert_string_equal(sign_twilio(*state, "12345", false, url, form), sha1);
    assert_string_equal(sign_twilio(*state, "12345", true, url, form), sha256);
    struct sign_twilio request = {.auth_token = "12345", .signature = sha1, .url = url, .form = form};
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_GOOD);
    request.url = "https://example.com:443/myapp.php?foo=1&bar=2";
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_GOOD);
    request.url = "https://example.com:8443/myapp.php?foo=1&bar=2"; /* a port that Twilio has left out */
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_GOOD);
    request.url = "http://example.com/myapp.php?foo=1&bar=2";
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_BAD);
    request.url = "https://example.com/";
    request.signature = sign_twilio(*state, "12345", false, "https://example.com:443/", form);
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_GOOD);
    /* a parameter that nobody knew yesterday is signed as well; each value of a name once */
    static const struct net_header more[] = {{"To", "+18005551212"}, {"B", "2"}, {"B", "1"}, {"B", "2"}, {0}};
    static const struct net_header once[] = {{"B", "1"}, {"B", "2"}, {"To", "+18005551212"}, {0}};
    assert_string_equal(sign_twilio(*state, "12345", false, url, more), sign_twilio(*state, "12345", false, url, once));
    request = (struct sign_twilio){.auth_token = "12345", .signature = sha1, .url = url, .form = more};
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_BAD);
    /* the shared key: its own secret, its own hash, no falling back to the other */
    request = (struct sign_twilio){.auth_token = "12345",
                                   .shared_secret = "12345",
                                   .settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
                                   .signature = sha256,
                                   .url = url,
                                   .form = form};
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_GOOD);
    request.signature = sha1;
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_BAD);
    request.settings = "key=webhooks_sharedkey_1,algorithm=HMAC_MD5";
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_BAD);
    request.settings = "algorithm=HMAC_SHA256";
    request.shared_secret = NULL;
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_NO_KEY);
    request = (struct sign_twilio){.auth_token = "12345", .url = url, .form = form};
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_BAD);
    request.signature = sign_twilio(*state, "", false, url, form);
    request.auth_token = "";
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_NO_KEY);
    /* JSON: its hash is in the URL, and the URL is what is signed */
    request = (struct sign_twilio){
        .auth_token = "12345",
        .body = STR("hello"),
        .url = "https://e.com/?bodySHA256=2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824&x=1"};
    request.signature = sign_twilio(*state, "12345", false, request.url, NULL);
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_GOOD);
    request.body = STR("hellO");
    assert_int_equal(sign_twilio_check(*state, &request), SIGN_BAD);
}

static void telegram(void **state)
{
    static const char *const token = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11";
    struct net_header app[] = {{"user", "{\"id\":42,\"first_name\":\"Анна\"}"},
                               {"hash", "d7be5a739706fd607ed527b0165534712cf6bfd14263b91c4edd54ecbcbadc85"},
                               {"query_id", "AAE1"},
                               {"auth_date", "1767225600"},
                               {0}};
    struct net_header login[] = {{"id", "42"},
                                 {"first_name", "Anna"},
                                 {"username", "anna"},
                                 {"auth_date", "1767225600"},
                                 {"hash", "a42ea286a98d8e23fa5638d3b904f72615e69a3387a547c4b510287d7b64d6c9"},
                                 {0}};
    assert_true(sign_telegram_app_is_good(*state, token, app, 3600, STAMP + 3600));
    assert_true(sign_telegram_login_is_good(*state, token, login, 3600, STAMP));
    assert_false(sign_telegram_app_is_good(*state, token, app, 3600, STAMP + 3601));
    assert_false(sign_telegram_app_is_good(*state, token, app, 3600, STAMP - 301));
    assert_false(sign_telegram_app_is_good(*state, token, login, 3600, STAMP));
    assert_false(sign_telegram_login_is_good(*state, "123456:other", login, 3600, STAMP));
    assert_false(sign_telegram_login_is_good(*state, "", login, 3600, STAMP));
    app[2].value = "AAE2";
    assert_false(sign_telegram_app_is_good(*state, token, app, 3600, STAMP));
    login[4].name = "Hash";
    assert_false(sign_telegram_login_is_good(*state, token, login, 3600, STAMP));
    assert_false(sign_telegram_login_is_good(*state, token, NULL, 3600, STAMP));
    /* the webhook's header is compared as it is */
    assert_true(sign_same("s3cret", "s3cret"));
    assert_true(sign_same("s3cret", "s3cret\n"));
    assert_false(sign_same("s3cret", "s3creT"));
    assert_false(sign_same("s3cre", "s3cret"));
    assert_false(sign_same("", ""));
    assert_false(sign_same(NULL, ""));
    assert_false(sign_same(NULL, NULL));
    assert_false(sign_same("x", NULL));
}

static void sendgrid(void **state)
{
    static const char *const key =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfqLwkd0Zd/dp6PbuF8BDmyt5VboMoLAvl6+X8WpfbDJzJevOGe"
        "LlRB2iFRCb+jnN5WIW+fNpuutr3OsTValm5Q==";
    static const char *const mark =
        "MEQCICBIH7KQKFRVSpsrCfNoyFnIxflf1rd1ILZqOm9GFpnGAiAj+yX++E3Yzwf9DhVcrHnBfxMp7ocmFtr81a"
        "ewiANEuA==";
    const struct str body = STR("[{\"email\":\"a@example.com\",\"event\":\"delivered\",\"sg_event_id\":\"e1\"}]\r\n");
    assert_true(sign_sendgrid_is_good(*state, key, "1767225600", mark, body, STAMP + 600));
    assert_false(sign_sendgrid_is_good(*state, key, "1767225600", mark, body, STAMP + 601));
    assert_false(sign_sendgrid_is_good(*state, key, "1767225601", mark, body, STAMP));
    assert_false(sign_sendgrid_is_good(*state, key, "1767225600", mark, str_n(body.at, body.len - 2), STAMP));
    assert_false(sign_sendgrid_is_good(*state, key, "1767225600", "AAAA", body, STAMP));
    assert_false(sign_sendgrid_is_good(*state, key, "1767225600", "", body, STAMP));
    assert_false(sign_sendgrid_is_good(*state, key, "1767225600", NULL, body, STAMP));
    assert_false(sign_sendgrid_is_good(*state, "AAAA", "1767225600", mark, body, STAMP));
    assert_false(sign_sendgrid_is_good(*state, "", "1767225600", mark, body, STAMP));
}

/* --- Object stores ------------------------------------------------------------------------------------------------ */

static const struct sigv4_key aws = {.access = "AKIAIOSFODNN7EXAMPLE",
                                     .secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                                     .region = "us-east-1",
                                     .service = "s3"};

static const char *value_of(const struct net_header *headers, const char *name)
{
    for (; headers->name; headers++)
        if (!strcmp(headers->name, name))
            return headers->value;
    return "";
}

static void ends_with(const char *text, const char *end)
{
    if (strlen(text) < strlen(end) || strcmp(text + strlen(text) - strlen(end), end) != 0)
        fail_msg("%s\ndoes not end with\n%s", text, end);
}

static void sigv4_in_headers(void **state)
{
    static const struct net_header range[] = {{"Range", "bytes=0-9"}, {0}};
    const struct sigv4_request get = {.method = "GET",
                                      .base = "https://examplebucket.s3.amazonaws.com",
                                      .path = "/test.txt",
                                      .headers = range,
                                      .at_s = 1369353600};
    const struct net_header *headers = sigv4_headers(*state, &aws, &get);
    assert_string_equal(value_of(headers, "Authorization"),
                        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    assert_string_equal(value_of(headers, "Range"), "bytes=0-9");
    assert_string_equal(value_of(headers, "x-amz-date"), "20130524T000000Z");
    /* any key, encoded once; a port that is not the scheme's own is part of the host */
    const struct sigv4_request put = {.method = "PUT",
                                      .base = "http://127.0.0.1:9000",
                                      .path = "/maitred/tenant-1/a b/Стол+1.parquet",
                                      .payload_sha256 =
                                          "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
                                      .at_s = STAMP};
    ends_with(value_of(sigv4_headers(*state, &aws, &put), "Authorization"),
              "c7093f6b4ed369d42eb8ddefd6d4b6e8b6b8774858457e0a7f76af016a88bb27");
    assert_string_equal(sigv4_url(*state, &put),
                        "http://127.0.0.1:9000/maitred/tenant-1/a%20b/%D0%A1%D1%82%D0%BE%D0%BB%2B1.parquet");
    /* AWS's suite, get-vanilla-query-order-key-case: another service hashes its payload without a header */
    static const struct net_header query[] = {{"Param2", "value2"}, {"Param1", "value1"}, {0}};
    const struct sigv4_key suite = {.access = "AKIDEXAMPLE",
                                    .secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                    .region = "us-east-1",
                                    .service = "service"};
    const struct sigv4_request vanilla = {
        .method = "GET", .base = "https://example.amazonaws.com", .path = "/", .query = query, .at_s = 1440938160};
    headers = sigv4_headers(*state, &suite, &vanilla);
    ends_with(value_of(headers, "Authorization"),
              "SignedHeaders=host;x-amz-date, "
              "Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    assert_string_equal(sigv4_url(*state, &vanilla), "https://example.amazonaws.com/?Param1=value1&Param2=value2");
    static const struct net_header uploads[] = {{"uploads", NULL}, {0}};
    const struct sigv4_request begin = {.method = "POST", .base = "https://s3", .path = "/b//k/../x", .query = uploads};
    assert_string_equal(sigv4_url(*state, &begin), "https://s3/b//k/../x?uploads=");
    /* a session's token is signed */
    struct sigv4_key session = aws;
    session.session_token = "tok/en==";
    headers = sigv4_headers(*state, &session, &get);
    assert_string_equal(value_of(headers, "x-amz-security-token"), "tok/en==");
    assert_non_null(strstr(value_of(headers, "Authorization"), "x-amz-date;x-amz-security-token,"));
}

static void sigv4_in_the_query(void **state)
{
    struct sigv4_request get = {
        .method = "GET", .base = "https://examplebucket.s3.amazonaws.com", .path = "/test.txt", .at_s = 1369353600};
    assert_string_equal(
        sigv4_presign(*state, &aws, &get, 86400),
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
        "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires="
        "86400"
        "&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    get.base = "https://examplebucket.s3.amazonaws.com:443"; /* no part of the host that is signed */
    ends_with(sigv4_presign(*state, &aws, &get, 86400),
              "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    assert_non_null(strstr(sigv4_presign(*state, &aws, &get, 0), "X-Amz-Expires=1&"));
    assert_non_null(strstr(sigv4_presign(*state, &aws, &get, 9999999), "X-Amz-Expires=604800&"));
    struct sigv4_key session = aws;
    session.session_token = "tok/en==";
    assert_non_null(strstr(sigv4_presign(*state, &session, &get, 60), "&X-Amz-Security-Token=tok%2Fen%3D%3D&"));
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(stripe),           EACH(standard_webhooks),  EACH(meta), EACH(twilio), EACH(telegram), EACH(sendgrid),
        EACH(sigv4_in_headers), EACH(sigv4_in_the_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
