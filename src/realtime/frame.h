/* The messages of the Realtime dialect (Phoenix channels), in both serializer versions.
 *
 * vsn 1.0.0: text {"topic","event","payload","ref","join_ref"}
 * vsn 2.0.0: text [join_ref, ref, topic, event, payload], and binary
 *   client push 03 | u8 lengths of join_ref, ref, topic, event, meta | u8 encoding (0 binary, 1 JSON) | texts | payload
 *   server push 04 | u8 lengths of topic, event, meta | u8 encoding | texts | payload
 * (realtime-js, lib/serializer.ts.) A binary client push is always a broadcast; `cast_event` is the user's event.
 */
#ifndef MAITRED_REALTIME_FRAME_H
#define MAITRED_REALTIME_FRAME_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#include <jansson.h>
#include <stdbool.h>

enum frame_version { FRAME_V1, FRAME_V2 };

struct frame {
    const char *join_ref, *ref; /* NULL: none */
    const char *topic, *event;
    json_t *payload;     /* of a text message; attached to the arena; NULL when it had none */
    bool is_binary_cast; /* a binary broadcast: … */
    const char *cast_event;
    struct str cast_meta, cast_payload; /* JSON object or empty; the bytes */
    bool cast_is_json;                  /* the payload is JSON text */
};

/* ERR_BAD_INPUT with a message a client may see. Everything lives in the arena. What is passed on to others (metadata,
 * a payload that says it is JSON) has been read once: it is JSON. */
enum err frame_read(struct arena *arena, enum frame_version version, bool binary, struct str bytes, struct frame *out,
                    struct error *error) MUST_CHECK;

/* A text message; payload is JSON. join_ref and ref may be NULL. */
void frame_write(struct buf *out, enum frame_version version, const char *join_ref, const char *ref, const char *topic,
                 const char *event, struct str payload);

/* A broadcast to version 2 as binary. Returns false when a text is longer than 255 bytes (say it as text then). */
bool frame_write_cast(struct buf *out, const char *topic, const char *event, struct str meta, bool is_json,
                      struct str payload);

#endif
