/* Writing JSON (RFC 8259) into a buf. Reading is jansson's business. */
#ifndef MAITRED_BASE_JSON_H
#define MAITRED_BASE_JSON_H

#include "base/buf.h"
#include "base/str.h"

/* A quoted, escaped string. Bytes are taken to be UTF-8. (Not json_string: that name is jansson's, as json_null is, and
 * a function of ours under the same name would be called by jansson itself.) */
void json_quote(struct buf *out, struct str text);

/* Structure by hand, with the commas taken care of:
 *
 *     struct json_writer w = json_writer(&buf);
 *     json_open(&w, '{');
 *     json_member(&w, "id", id);
 *     json_key(&w, "lines"); json_open(&w, '['); … json_close(&w, ']');
 *     json_close(&w, '}');
 */
struct json_writer {
    struct buf *out;
    bool comma; /* the next value needs one before it */
};

static inline struct json_writer json_writer(struct buf *out)
{
    return (struct json_writer){.out = out, .comma = false};
}

void json_open(struct json_writer *w, char bracket);
void json_close(struct json_writer *w, char bracket);
void json_key(struct json_writer *w, const char *key);
void json_text(struct json_writer *w, const char *text);                    /* NULL writes null */
void json_member(struct json_writer *w, const char *key, const char *text); /* a key and its text */
void json_str(struct json_writer *w, struct str text);
void json_int(struct json_writer *w, int64_t value);
void json_bool(struct json_writer *w, bool value);
void json_nothing(struct json_writer *w);              /* null */
void json_raw(struct json_writer *w, struct str json); /* already JSON */

#endif
