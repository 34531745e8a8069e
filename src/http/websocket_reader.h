/* What a WebSocket's client sends, as whole messages (RFC 6455, 5), by wslay.
 *
 * wslay's context weighs nine kilobytes, and an idle socket may have eight. But between two messages a context knows
 * nothing of its client: so a reader is lent to a socket when bytes come, and taken back when the message is whole.
 * One reader serves thousands of sockets; only one whose message is under way keeps its own.
 */
#ifndef MAITRED_HTTP_WEBSOCKET_READER_H
#define MAITRED_HTTP_WEBSOCKET_READER_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>

struct websocket_reader;

struct websocket_reader *websocket_reader_new(void);
void websocket_reader_free(struct websocket_reader *reader); /* not from inside `message` */

/* Lends the reader to a client. */
void websocket_reader_lend(struct websocket_reader *reader, size_t message_max_bytes,
                           void (*message)(void *data, bool binary, struct str bytes), void *data);

enum reading {
    READING_NOTHING, /* between two messages: the reader may be lent to another client */
    READING_MESSAGE, /* within one */
    READING_OVER, /* the client said goodbye or broke the protocol; `answer` ends with our goodbye; free the reader */
};

/* Reads on. Whole messages are told at once; control frames that answer are added to `answer`. */
enum reading websocket_reader_feed(struct websocket_reader *reader, struct str bytes, struct buf *answer);

/* The frame that says goodbye. reason may be NULL; what is longer than 123 bytes is cut at a character. */
void websocket_goodbye(struct buf *out, int code, const char *reason);

/* The head of a frame that the server sends whole: opcode, length. Returns its length. */
enum { WEBSOCKET_HEAD_MAX_BYTES = 10 };
enum websocket_opcode { OPCODE_TEXT = 1, OPCODE_BINARY = 2, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };
size_t websocket_head(unsigned char out[static WEBSOCKET_HEAD_MAX_BYTES], enum websocket_opcode opcode, size_t length);

#endif
