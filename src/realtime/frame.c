#include "realtime/frame.h"

#include "base/encode.h"
#include "base/exact.h"
#include "base/json.h"

/* jansson calls itself for each level and takes some fifty bytes for a value of two: what a client may nest and count
 * is bounded before it begins. */
enum { DEPTH_MAX = 128, VALUES_MAX = 100 * 1000 };

enum binary_kind { KIND_CLIENT_CAST = 3, KIND_SERVER_CAST = 4 };
enum binary_encoding { ENCODING_BYTES, ENCODING_JSON };
enum { TEXT_MAX_BYTES = 255, CLIENT_HEAD_BYTES = 7 };

/* --- JSON from clients ---------------------------------------------------------------------------------------------
 */

/* Whether the text is no deeper and no fuller than allowed; it need not be JSON. */
static bool is_modest(struct str text)
{
    bool quoted = false;
    int depth = 0;
    int values = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (quoted) {
            quoted = c != '"';
            i += c == '\\';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            depth++;
            values++;
        } else if (c == ']' || c == '}') {
            depth--;
        } else if (c == ',') {
            values++;
        }
        if (depth > DEPTH_MAX || values > VALUES_MAX)
            return false;
    }
    return true;
}

static void let_go(void *json)
{
    json_decref(json);
}

/* A value that lives as long as the arena, or NULL and an error. */
static json_t *read_json(struct arena *arena, struct str text, size_t flags, const char *what, struct error *error)
{
    json_error_t reason;
    if (!is_modest(text)) {
        (void)error_set(error, arena, ERR_BAD_INPUT, "%s is nested too deeply or holds too many values.", what);
        return NULL;
    }
    json_t *value = exact_load(text, flags, &reason);
    if (!value) {
        /* jansson quotes what it was reading, and may cut it within a character */
        bool quotable = text_is_utf8(str_of(reason.text));
        (void)error_set(error, arena, ERR_BAD_INPUT, "%s is not JSON that can be read%s%s.", what, quotable ? ": " : "",
                        quotable ? reason.text : "");
        return NULL;
    }
    arena_on_release(arena, let_go, value);
    return value;
}

/* --- text messages -------------------------------------------------------------------------------------------------
 */

/* Clients send texts or null; a number is taken as its text. */
static enum err read_ref(struct arena *arena, json_t *value, const char *name, const char **out, struct error *error)
{
    double number;
    if (!value || json_is_null(value))
        *out = NULL;
    else if (json_is_string(value) && !exact_number(value, &number))
        *out = json_string_value(value);
    else if (json_is_integer(value))
        *out = arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        return error_set(error, arena, ERR_BAD_INPUT, "The %s of a message is a text or null.", name);
    return OK;
}

static enum err read_name(struct arena *arena, json_t *value, const char *name, const char **out, struct error *error)
{
    if (!json_is_string(value) || !json_string_length(value))
        return error_set(error, arena, ERR_BAD_INPUT, "A message needs its %s, a text.", name);
    *out = json_string_value(value);
    return OK;
}

static enum err read_text(struct arena *arena, enum frame_version version, struct str bytes, struct frame *out,
                          struct error *error)
{
    static const char *const names[] = {"join_ref", "ref", "topic", "event", "payload"}; /* in the order of version 2 */
    json_t *parts[5];
    struct frame f = {0};
    enum err err;
    json_t *message = read_json(arena, bytes, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, "The message", error);
    if (!message)
        return ERR_BAD_INPUT;
    if (version == FRAME_V1 ? !json_is_object(message) : json_array_size(message) != 5)
        return error_set(error, arena, ERR_BAD_INPUT, "A message of this version is %s.",
                         version == FRAME_V1 ? "an object with topic, event, payload, ref and join_ref"
                                             : "an array of join_ref, ref, topic, event and payload");
    for (size_t i = 0; i < 5; i++)
        parts[i] = version == FRAME_V1 ? json_object_get(message, names[i]) : json_array_get(message, i);
    err = read_ref(arena, parts[0], names[0], &f.join_ref, error);
    if (!err)
        err = read_ref(arena, parts[1], names[1], &f.ref, error);
    if (!err)
        err = read_name(arena, parts[2], names[2], &f.topic, error);
    if (!err)
        err = read_name(arena, parts[3], names[3], &f.event, error);
    if (err)
        return err;
    /* a zero character may pass in what is broadcast, which is only passed on; anywhere else it would end a text early
     */
    bool cast = text_eq(f.event, "broadcast");
    for (size_t i = 0; i < 5; i++)
        if (exact_holds_nul(i < 4 || !cast ? parts[i] : json_object_get(parts[i], "event")))
            return error_set(error, arena, ERR_BAD_INPUT, "A message holds \\u0000 where it cannot be.");
    f.payload = json_is_null(parts[4]) ? NULL : parts[4];
    *out = f;
    return OK;
}

/* --- binary messages -----------------------------------------------------------------------------------------------
 */

/* realtime-js writes the low byte of each UTF-16 unit (serializer.ts, setUint8): "é" comes as Latin-1. */
static const char *copy_text(struct arena *arena, struct str bytes)
{
    if (text_is_utf8(bytes))
        return arena_strndup(arena, bytes.at, bytes.len);
    char *text = arena_alloc(arena, 2 * bytes.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.at[i];
        if (c < 0x80) {
            text[n++] = (char)c;
        } else {
            text[n++] = (char)(0xC0 | c >> 6);
            text[n++] = (char)(0x80 | (c & 0x3F));
        }
    }
    text[n] = '\0';
    return text;
}

/* What is passed on must be readable for those who get it: their JSON.parse would throw. */
static enum err check_cast(struct arena *arena, const struct frame *f, struct error *error)
{
    const size_t any = JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL; /* nothing is looked at */
    if (!*f->topic || !*f->cast_event)
        return error_set(error, arena, ERR_BAD_INPUT, "A broadcast needs its topic and event.");
    if (f->cast_meta.len) {
        json_t *meta = read_json(arena, f->cast_meta, any, "The metadata of the broadcast", error);
        if (!meta)
            return ERR_BAD_INPUT;
        if (!json_is_object(meta))
            return error_set(error, arena, ERR_BAD_INPUT, "The metadata of a broadcast is an object.");
    }
    if (f->cast_is_json && !read_json(arena, f->cast_payload, any, "The payload of the broadcast", error))
        return ERR_BAD_INPUT;
    return OK;
}

static enum err read_binary(struct arena *arena, struct str bytes, struct frame *out, struct error *error)
{
    struct str parts[5]; /* join_ref, ref, topic, event, meta */
    const unsigned char *head = (const unsigned char *)bytes.at;
    if (bytes.len < CLIENT_HEAD_BYTES || head[0] != KIND_CLIENT_CAST)
        return error_set(error, arena, ERR_BAD_INPUT, "A binary message is a broadcast (kind 3).");
    if (head[6] != ENCODING_BYTES && head[6] != ENCODING_JSON)
        return error_set(error, arena, ERR_BAD_INPUT, "The payload of a broadcast is bytes (0) or JSON (1).");
    size_t at = CLIENT_HEAD_BYTES;
    for (int i = 0; i < 5; i++) {
        if (head[1 + i] > bytes.len - at)
            return error_set(error, arena, ERR_BAD_INPUT, "The message is shorter than it says.");
        parts[i] = str_n(bytes.at + at, head[1 + i]);
        if (memchr(parts[i].at, 0, parts[i].len))
            return error_set(error, arena, ERR_BAD_INPUT, "The texts of a message hold no zero.");
        at += head[1 + i];
    }
    struct frame f = {.join_ref = parts[0].len ? copy_text(arena, parts[0]) : NULL,
                      .ref = parts[1].len ? copy_text(arena, parts[1]) : NULL,
                      .topic = copy_text(arena, parts[2]),
                      .event = "broadcast",
                      .is_binary_cast = true,
                      .cast_event = copy_text(arena, parts[3]),
                      .cast_meta = str_of(copy_text(arena, parts[4])),
                      .cast_payload = str_n(arena_strndup(arena, bytes.at + at, bytes.len - at), bytes.len - at),
                      .cast_is_json = head[6] == ENCODING_JSON};
    enum err err = check_cast(arena, &f, error);
    if (!err)
        *out = f;
    return err;
}

enum err frame_read(struct arena *arena, enum frame_version version, bool binary, struct str bytes, struct frame *out,
                    struct error *error)
{
    if (!binary)
        return read_text(arena, version, bytes, out, error);
    if (version == FRAME_V1)
        return error_set(error, arena, ERR_BAD_INPUT, "Binary messages need vsn=2.0.0.");
    return read_binary(arena, bytes, out, error);
}

/* --- writing -------------------------------------------------------------------------------------------------------
 */

void frame_write(struct buf *out, enum frame_version version, const char *join_ref, const char *ref, const char *topic,
                 const char *event, struct str payload)
{
    struct json_writer w = json_writer(out);
    if (!payload.len)
        payload = STR("{}");
    if (version == FRAME_V2) {
        json_open(&w, '[');
        json_text(&w, join_ref);
        json_text(&w, ref);
        json_text(&w, topic);
        json_text(&w, event);
        json_raw(&w, payload);
        json_close(&w, ']');
        return;
    }
    json_open(&w, '{');
    json_key(&w, "topic");
    json_text(&w, topic);
    json_key(&w, "event");
    json_text(&w, event);
    json_key(&w, "payload");
    json_raw(&w, payload);
    json_key(&w, "ref");
    json_text(&w, ref);
    json_key(&w, "join_ref");
    json_text(&w, join_ref);
    json_close(&w, '}');
}

bool frame_write_cast(struct buf *out, const char *topic, const char *event, struct str meta, bool is_json,
                      struct str payload)
{
    size_t topic_length = strlen(topic);
    size_t event_length = strlen(event);
    if (topic_length > TEXT_MAX_BYTES || event_length > TEXT_MAX_BYTES || meta.len > TEXT_MAX_BYTES)
        return false;
    buf_char(out, KIND_SERVER_CAST);
    buf_char(out, (char)topic_length);
    buf_char(out, (char)event_length);
    buf_char(out, (char)meta.len);
    buf_char(out, is_json ? ENCODING_JSON : ENCODING_BYTES);
    buf_add(out, topic, topic_length);
    buf_add(out, event, event_length);
    buf_str(out, meta);
    buf_str(out, payload);
    return true;
}
