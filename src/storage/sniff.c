#include "storage/sniff.h"

#include <ctype.h>

/* To add a format, a row: where its bytes stand, and what it is called. Longer before shorter. */
static const struct {
    size_t at;
    struct str bytes;
    const char *type;
} signatures[] = {
    {0, STR("\x89PNG\r\n\x1a\n"), "image/png"},
    {0, STR("\xff\xd8\xff"), "image/jpeg"},
    {0, STR("GIF87a"), "image/gif"},
    {0, STR("GIF89a"), "image/gif"},
    {8, STR("WEBPVP8"), "image/webp"},
    {4, STR("ftypavif"), "image/avif"},
    {4, STR("ftypavis"), "image/avif"},
    {4, STR("ftypheic"), "image/heic"},
    {4, STR("ftypheix"), "image/heic"},
    {4, STR("ftypmif1"), "image/heif"},
    {0, STR("II*\0"), "image/tiff"},
    {0, STR("MM\0*"), "image/tiff"},
    {0, STR("BM"), "image/bmp"},
    {0, STR("\0\0\1\0"), "image/x-icon"},
    {0, STR("%PDF-"), "application/pdf"},
    {0, STR("PK\3\4"), "application/zip"},
    {0, STR("\x1f\x8b\x08"), "application/gzip"},
    {8, STR("WAVE"), "audio/wav"},
    {0, STR("ID3"), "audio/mpeg"},
    {0, STR("fLaC"), "audio/flac"},
    {0, STR("OggS\0"), "audio/ogg"},
    {4, STR("ftypqt"), "video/quicktime"},
    {4, STR("ftyp"), "video/mp4"},
    {0, STR("\x1a\x45\xdf\xa3"), "video/webm"},
    {0, STR("wOF2"), "font/woff2"},
    {0, STR("wOFF"), "font/woff"},
};

/* Names for the same format. */
static const char *const aliases[][2] = {
    {"image/jpg", "image/jpeg"},
    {"image/pjpeg", "image/jpeg"},
    {"image/vnd.microsoft.icon", "image/x-icon"},
    {"image/x-ms-bmp", "image/bmp"},
    {"audio/x-wav", "audio/wav"},
    {"audio/wave", "audio/wav"},
    {"audio/mp3", "audio/mpeg"},
    {"application/x-gzip", "application/gzip"},
    {"application/x-zip-compressed", "application/zip"},
};

/* Tags that a page may begin with; a space or > follows (MIME Sniffing, 7.1). */
static const char *const page_tags[] = {
    "<!doctype html", "<html",  "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a",
    "<style",         "<title", "<b",    "<body",   "<br",     "<p",  "<img", "<form", "<meta",  "<object"};

static const char *usual_name(const char *type)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (text_eq(type, aliases[i][0]))
            return aliases[i][1];
    return type;
}

static bool holds(struct str text, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= text.len; i++)
        if (!strncasecmp(text.at + i, word, length))
            return true;
    return false;
}

/* A document of tags, past white space, a byte order mark, comments. */
static const char *markup_type(struct str head)
{
    const char *at = head.at;
    size_t left = head.len;
    if (left >= 3 && !memcmp(at, "\xef\xbb\xbf", 3)) {
        at += 3;
        left -= 3;
    }
    for (;;) {
        while (left && isspace((unsigned char)*at)) {
            at++;
            left--;
        }
        if (left < 4 || memcmp(at, "<!--", 4) != 0)
            break;
        const char *end = memmem(at, left, "-->", 3);
        if (!end) /* a comment as long as what we look at: take the worst */
            return "text/html";
        left -= (size_t)(end + 3 - at);
        at = end + 3;
    }
    const struct str rest = str_n(at, left);
    bool is_xml = left >= 5 && !strncasecmp(at, "<?xml", 5);
    if (holds(rest, "<svg") && left && *at == '<')
        return "image/svg+xml";
    if (is_xml)
        return holds(rest, "<html") ? "text/html" : "text/xml";
    for (size_t i = 0; i < sizeof page_tags / sizeof *page_tags; i++) {
        size_t length = strlen(page_tags[i]);
        if (left > length && !strncasecmp(at, page_tags[i], length) &&
            (isspace((unsigned char)at[length]) || at[length] == '>' || at[length] == '/'))
            return "text/html";
    }
    return left >= 9 && !strncasecmp(at, "<!doctype", 9) ? "text/html" : NULL;
}

const char *sniff_type(struct str head)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        size_t at = signatures[i].at;
        struct str bytes = signatures[i].bytes;
        if (head.len >= at + bytes.len && !memcmp(head.at + at, bytes.at, bytes.len) &&
            (at != 8 || !memcmp(head.at, "RIFF", 4)))
            return signatures[i].type;
    }
    /* An MPEG frame: eleven bits set, then a layer. */
    if (head.len >= 2 && (unsigned char)head.at[0] == 0xff && ((unsigned char)head.at[1] & 0xe6) == 0xe2)
        return "audio/mpeg";
    return markup_type(head);
}

/* Lower case, without parameters; NULL where it is no type. */
static const char *media_type(struct arena *arena, const char *declared)
{
    size_t length = strcspn(declared, "; \t");
    char *type = arena_strndup(arena, declared, length);
    int slashes = 0;
    for (char *p = type; *p; p++) {
        *p = (char)tolower((unsigned char)*p);
        slashes += *p == '/';
        if (!isalnum((unsigned char)*p) && !strchr("/!#$&^_.+-", *p))
            return NULL;
    }
    return slashes == 1 && *type != '/' && type[length - 1] != '/' && length <= 127 ? type : NULL;
}

/* `type` with the charset that `declared` names, where it names one as a plain word: nothing else of what a client
 * wrote is ever kept or sent. */
static const char *with_charset(struct arena *arena, const char *type, const char *declared)
{
    static const char name[] = "charset=";
    const char *at = strchr(declared, ';');
    while (at) {
        at += strspn(at, "; \t");
        size_t length = strcspn(at, ";");
        if (!strncasecmp(at, name, sizeof name - 1)) {
            const char *value = at + sizeof name - 1;
            bool quoted = *value == '"';
            value += quoted;
            char *charset = arena_strndup(arena, value, strcspn(value, "\"; \t"));
            size_t bytes = 0;
            for (; isalnum((unsigned char)charset[bytes]) || (charset[bytes] && strchr("_.:-", charset[bytes]));
                 bytes++)
                charset[bytes] = (char)tolower((unsigned char)charset[bytes]);
            return bytes && bytes <= 40 && !charset[bytes] ? arena_printf(arena, "%s; charset=%s", type, charset)
                                                           : type;
        }
        at = at[length] ? at + length : NULL;
    }
    return type;
}

static bool begins(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

static bool is_vague(const char *type)
{
    return text_eq(type, "text/plain") || text_eq(type, "application/octet-stream") ||
           text_eq(type, "binary/octet-stream");
}

/* A type whose files we would know. */
static bool has_signature(const char *type)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
        if (text_eq(signatures[i].type, type) && !begins(type, "audio/") && !begins(type, "video/"))
            return true;
    return text_eq(type, "image/svg+xml");
}

static bool is_text(const char *type)
{
    return begins(type, "text/") || strstr(type, "xml") || strstr(type, "json") || strstr(type, "script");
}

/* Whether a file of what was found may be called so. */
static bool may_be_called(const char *found, const char *type)
{
    bool moving = begins(type, "audio/") || begins(type, "video/");
    if (text_eq(found, "application/zip")) /* documents of offices, books, programs are archives inside */
        return !begins(type, "image/") && !begins(type, "text/") && !moving;
    if (text_eq(found, "application/gzip"))
        return begins(type, "application/");
    if (is_text(found) || text_eq(found, "image/svg+xml"))
        return is_text(type) && !begins(type, "image/");
    if (begins(found, "audio/") || begins(found, "video/"))
        return moving;
    return false;
}

const char *sniff_agreed(struct arena *arena, const char *declared, struct str head, const char **found)
{
    const char *type = declared && *declared ? media_type(arena, declared) : "application/octet-stream";
    *found = sniff_type(head);
    if (!type)
        return NULL;
    const char *usual = usual_name(type);
    if (!*found) /* nothing to hold against it, unless it should have shown itself; what is empty shows nothing */
        return head.len && has_signature(usual)         ? NULL
               : declared && *declared && is_text(type) ? with_charset(arena, type, declared)
                                                        : type;
    if (text_eq(*found, usual))
        return usual;
    if (is_vague(usual))
        return is_text(*found) && text_eq(usual, "text/plain") ? with_charset(arena, type, declared) : *found;
    if (begins(*found, "image/") && begins(usual, "image/") && !text_eq(*found, "image/svg+xml") &&
        !text_eq(usual, "image/svg+xml"))
        return *found; /* a picture that says it is another one */
    return may_be_called(*found, usual) ? type : NULL;
}

/* Whether one of these words is in it. */
static bool says(const char *type, const char *const *words)
{
    for (; *words; words++)
        if (strstr(type, *words))
            return true;
    return false;
}

struct sniff_serving sniff_serving(struct arena *arena, const char *kept)
{
    static const char *const runs[] = {"html", "javascript", "ecmascript", "wasm", "shockwave", NULL};
    static const char *const draws[] = {"svg", "xml", "xsl", NULL};
    static const char *const plain_texts[] = {"text/plain",    "text/csv",   "text/tab-separated-values",
                                              "text/markdown", "text/vcard", "text/calendar"};
    const char *type = media_type(arena, kept);
    /* parts of it would be shown under types of their own */
    if (!type || begins(type, "multipart/") || begins(type, "message/"))
        return (struct sniff_serving){"application/octet-stream", true};
    const char *sent = with_charset(arena, type, kept);
    for (size_t i = 0; i < sizeof plain_texts / sizeof *plain_texts; i++)
        if (text_eq(type, plain_texts[i]))
            return (struct sniff_serving){sent, false};
    if (says(type, runs))
        return (struct sniff_serving){"text/plain; charset=utf-8", true};
    if (says(type, draws))
        return (struct sniff_serving){sent, true};
    if (begins(type, "text/")) /* scripts and styles have more names than anybody lists */
        return (struct sniff_serving){"text/plain; charset=utf-8", true};
    return (struct sniff_serving){sent, false};
}
