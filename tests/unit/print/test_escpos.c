/* A document as letters of a printer's code page, and when it is dots instead. Vectors of letters: iconv of glibc, read
 * in Unicode's tables; of commands: Epson's ESC/POS command reference. */
#include "../unit.h"
#include "print/escpos.h"

static struct arena *arena;
static struct buf bytes;

/* What a printer of 32 columns gets. */
static const char *printed(const char *code_page, const char *elements, size_t *length)
{
    const struct escpos_printer printer = {.width_dots = 384, .code_page = code_page, .columns = 32, .cuts = true};
    struct document document;
    struct error error;
    const char *json = arena_printf(arena, "{\"elements\": [%s]}", elements);
    buf_release(&bytes);
    buf_init(&bytes, ESCPOS_BYTES_MAX);
    assert_int_equal(document_read(arena, json, &document, &error), OK);
    assert_int_equal(escpos_write(arena, &document, &printer, &bytes, &error), OK);
    *length = bytes.len;
    return bytes.at;
}

static bool holds(const char *at, size_t length, const void *piece, size_t size)
{
    return memmem(at, length, piece, size) != NULL;
}

#define HOLDS(code_page, elements, piece)                                                                              \
    do {                                                                                                               \
        size_t length;                                                                                                 \
        const char *at = printed(code_page, elements, &length);                                                        \
        assert_true(holds(at, length, piece, sizeof(piece) - 1));                                                      \
    } while (0)
#define LACKS(code_page, elements, piece)                                                                              \
    do {                                                                                                               \
        size_t length;                                                                                                 \
        const char *at = printed(code_page, elements, &length);                                                        \
        assert_false(holds(at, length, piece, sizeof(piece) - 1));                                                     \
    } while (0)

static void letters_of_a_page(void **state)
{
    (void)state;
    HOLDS("cp866", "{\"text\": \"Стол\"}", "\x1bt\x11\x1d!");
    HOLDS("cp866", "{\"text\": \"Стол\"}", "\x91\xe2\xae\xab\n");
    HOLDS("cp1251", "{\"text\": \"Стол\"}", "\xd1\xf2\xee\xeb\n");
    HOLDS("cp858", "{\"text\": \"€é\"}", "\xd5\x82\n");
    HOLDS("cp858", "{\"text\": \"e\\u0301\"}", "\x82\n");             /* a letter and its accent are one sign */
    HOLDS("cp858", "{\"text\": \"“It’s” – ok\"}", "\"It's\" - ok\n"); /* what no page has is spelt */
    HOLDS("cp858", "{\"row\": [\"Tea\", \"1\\u00a0€\"]}", "Tea                          1 \xd5\n");
}

static void a_sign_that_is_missing_makes_dots(void **state)
{
    static const char *const documents[] = {"{\"text\": \"Қазақ\"}", "{\"text\": \"سلام\"}", "{\"text\": \"日本\"}",
                                            "{\"text\": \"5 ₸\"}"};
    (void)state;
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        HOLDS("cp1251", documents[i], "\x1dv0");
        LACKS("cp1251", documents[i], "\x1bt");
    }
    HOLDS(NULL, "{\"text\": \"Tea\"}", "\x1dv0");
}

/* A name is a guest's: it opens no drawer and cuts no paper. */
static void texts_are_no_commands(void **state)
{
    (void)state;
    HOLDS("cp858", "{\"text\": \"Eve\\u001bp\"}", "Evep");
    LACKS("cp858", "{\"text\": \"Eve\\u001bp0\"}", "\x1bp");
    LACKS("cp858", "{\"row\": [\"Eve\\u001dV\\u0001\", \"\\u00101\"]}", "\x1dV\x01");
    LACKS("cp858", "{\"row\": [\"two\\nlines\", \"1\"]}", "two\n");
}

static void lines_break_at_words(void **state)
{
    (void)state;
    HOLDS("cp858", "{\"text\": \"one two three four five six seven\"}", "one two three four five six\nseven\n");
    HOLDS("cp858", "{\"text\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabb\"}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nbb\n");
    HOLDS("cp858", "{\"text\": \"Total\", \"align\": \"end\"}", "                           Total\n");
    HOLDS("cp858", "{\"row\": [\"A very long name of a dish indeed\", \"12.50\"]}",
          "A very long name of a dish 12.50\nindeed");
    /* twice as wide: half as many */
    HOLDS("cp858", "{\"row\": [\"2 x\", \"Soup\"], \"size\": \"huge\"}", "2 x         Soup\n");
}

static void a_code_is_told_its_length(void **state)
{
    (void)state;
    HOLDS("cp858", "{\"code\": \"https://a.test\"}", "\x1d(k\x11\x00\x31P0https://a.test\x1d(k\x03\x00\x31Q0");
    const char *text = arena_printf(arena, "{\"code\": \"%0300d\"}", 0);
    size_t length;
    const char *at = printed("cp858", text, &length);
    assert_true(holds(at, length, "\x1d(k\x2f\x01\x31P0", 8)); /* 303 = 0x012f */
}

static void dots_come_in_bands_of_255_rows(void **state)
{
    size_t length;
    (void)state;
    const char *at = printed(
        NULL, "{\"code\": \"x\"}, {\"text\": \"1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11\\n12\\n13\\n14\"}", &length);
    size_t rows = 0, bands = 0;
    assert_memory_equal(at, "\x1b@", 2);
    for (size_t i = 2; i < length;) {
        const unsigned char *b = (const unsigned char *)at + i;
        if (!memcmp(b, "\x1dv0", 4)) {
            size_t band = b[6] + 256u * b[7];
            assert_int_equal(b[4] + 256 * b[5], 48);
            assert_true(band <= 255);
            rows += band;
            bands++;
            i += 8 + 48 * band;
        } else if (b[0] == 0x1b && b[1] == 'J') {
            rows += b[2];
            i += 3;
        } else {
            assert_memory_equal(b, "\x1dVB", 4);
            assert_int_equal(i + 4, length);
            break;
        }
    }
    assert_true(bands >= 2 && rows > 500);
}

static void what_is_no_document_is_refused(void **state)
{
    static const char *const wrong[] = {"",
                                        "[]",
                                        "{}",
                                        "{\"elements\": []}",
                                        "{\"elements\": [7]}",
                                        "{\"elements\": [{}]}",
                                        "{\"elements\": [{\"gap\": 999}]}",
                                        "{\"elements\": [{\"row\": []}]}",
                                        "{\"elements\": [{\"row\": [\"a\", \"b\", \"c\"]}]}",
                                        "{\"elements\": [{\"row\": [\"a\", \"b\"], \"widths\": [90, 20]}]}",
                                        "{\"elements\": [{\"row\": [\"a\", 7]}]}",
                                        "{\"elements\": [{\"code\": \"\"}]}"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct document document;
        struct error error;
        assert_int_equal(document_read(arena, wrong[i], &document, &error), ERR_INTERNAL);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    buf_init(&bytes, ESCPOS_BYTES_MAX);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buf_release(&bytes);
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(letters_of_a_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sign_that_is_missing_makes_dots, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_no_commands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_break_at_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_code_is_told_its_length, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dots_come_in_bands_of_255_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_document_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
