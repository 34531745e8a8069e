#include "http/websocket_reader.h"

#include <stdlib.h>
#include <wslay/wslay.h>

enum {
    MESSAGE_KEPT_BYTES = 64 * 1024, /* of room for a message that a reader keeps for the next */
    MASK_BYTES = 4,
    REASON_MAX_BYTES = 123,
};

struct websocket_reader {
    wslay_event_context_ptr wslay;
    void (*message)(void *data, bool binary, struct str bytes);
    void *data;
    struct str input; /* what wslay has not taken yet */
    struct buf body;  /* of the message that is under way */
    struct buf *answer;
    uint64_t fed, framed; /* bytes that came, bytes of whole frames: equal between two frames */
    uint64_t frame_bytes; /* of the frame that is under way, with its head */
    bool control;         /* it is a control frame */
    bool in_message;      /* the last data frame was not the last of its message */
    bool final;           /* the data frame that is under way is */
    int fault;            /* the code to close with, or 0 */
};

/* --- what wslay calls ----------------------------------------------------------------------------------------------
 */

static ssize_t give_bytes(wslay_event_context_ptr wslay, uint8_t *to, size_t room, int flags, void *data)
{
    struct websocket_reader *r = data;
    (void)flags;
    if (!r->input.len) {
        wslay_event_set_error(wslay, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    size_t n = r->input.len < room ? r->input.len : room;
    memcpy(to, r->input.at, n);
    r->input.at += n;
    r->input.len -= n;
    return (ssize_t)n;
}

static ssize_t take_answer(wslay_event_context_ptr wslay, const uint8_t *bytes, size_t length, int flags, void *data)
{
    struct websocket_reader *r = data;
    (void)wslay;
    (void)flags;
    buf_add(r->answer, bytes, length);
    return (ssize_t)length;
}

static void on_frame_start(wslay_event_context_ptr wslay, const struct wslay_event_on_frame_recv_start_arg *frame,
                           void *data)
{
    struct websocket_reader *r = data;
    uint64_t n = frame->payload_length;
    r->control = wslay_is_ctrl_frame(frame->opcode);
    r->frame_bytes = 2 + (n < 126 ? 0u : n <= UINT16_MAX ? 2u : 8u) + MASK_BYTES + n;
    if (r->control)
        return;
    r->in_message = true;
    r->final = frame->fin;
    /* The length is believed for refusing only: room is made as bytes come. */
    if (n > r->body.max - r->body.len) {
        r->fault = WSLAY_CODE_MESSAGE_TOO_BIG;
        wslay_event_shutdown_read(wslay);
    }
}

/* wslay would keep a block a frame, and a message of one-byte frames would cost a hundred times its length: it keeps
 * nothing, and pieces are put together here. */
static void on_frame_bytes(wslay_event_context_ptr wslay, const struct wslay_event_on_frame_recv_chunk_arg *piece,
                           void *data)
{
    struct websocket_reader *r = data;
    (void)wslay;
    if (!r->control && !r->fault)
        buf_add(&r->body, piece->data, piece->data_length);
}

static void on_frame_end(wslay_event_context_ptr wslay, void *data)
{
    struct websocket_reader *r = data;
    (void)wslay;
    r->framed += r->frame_bytes;
    if (!r->control && r->final)
        r->in_message = false;
}

static void on_message(wslay_event_context_ptr wslay, const struct wslay_event_on_msg_recv_arg *message, void *data)
{
    struct websocket_reader *r = data;
    (void)wslay;
    if (wslay_is_ctrl_frame(message->opcode) || r->fault)
        return;
    r->message(r->data, message->opcode == WSLAY_BINARY_FRAME, str_n(r->body.at ? r->body.at : "", r->body.len));
    r->body.len = 0;
}

/* --- life ----------------------------------------------------------------------------------------------------------
 */

struct websocket_reader *websocket_reader_new(void)
{
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = give_bytes,
        .send_callback = take_answer,
        .on_frame_recv_start_callback = on_frame_start,
        .on_frame_recv_chunk_callback = on_frame_bytes,
        .on_frame_recv_end_callback = on_frame_end,
        .on_msg_recv_callback = on_message,
    };
    struct websocket_reader *r = calloc(1, sizeof *r);
    if (!r || wslay_event_context_server_init(&r->wslay, &callbacks, r) != 0)
        abort();
    wslay_event_config_set_no_buffering(r->wslay, 1);
    wslay_event_config_set_max_recv_msg_length(r->wslay, INT64_MAX); /* on_frame_start knows better */
    buf_init(&r->body, 0);
    return r;
}

void websocket_reader_free(struct websocket_reader *reader)
{
    if (!reader)
        return;
    wslay_event_context_free(reader->wslay);
    buf_release(&reader->body);
    free(reader);
}

void websocket_reader_lend(struct websocket_reader *reader, size_t message_max_bytes,
                           void (*message)(void *data, bool binary, struct str bytes), void *data)
{
    reader->message = message;
    reader->data = data;
    reader->body.max = message_max_bytes;
}

enum reading websocket_reader_feed(struct websocket_reader *r, struct str bytes, struct buf *answer)
{
    r->input = bytes;
    r->answer = answer;
    r->fed += bytes.len;
    int failed = wslay_event_recv(r->wslay);
    if (failed && !r->fault)
        r->fault = WSLAY_CODE_PROTOCOL_ERROR; /* a head that no frame can have: wslay would close without a code */
    if (r->fault) {
        websocket_goodbye(answer, r->fault, NULL);
        return READING_OVER;
    }
    wslay_event_send(r->wslay);
    r->answer = NULL;
    if (!wslay_event_get_read_enabled(r->wslay))
        return READING_OVER;
    if (r->in_message || r->fed != r->framed)
        return READING_MESSAGE;
    r->fed = r->framed = 0;
    if (r->body.size > MESSAGE_KEPT_BYTES)
        buf_release(&r->body);
    return READING_NOTHING;
}

/* --- frames that go out --------------------------------------------------------------------------------------------
 */

size_t websocket_head(unsigned char out[static WEBSOCKET_HEAD_MAX_BYTES], enum websocket_opcode opcode, size_t length)
{
    size_t n = 0;
    int wide = length < 126 ? 0 : length <= UINT16_MAX ? 2 : 8;
    out[n++] = (unsigned char)(0x80 | opcode); /* whole in one frame */
    out[n++] = (unsigned char)(wide == 0 ? length : wide == 2 ? 126 : 127);
    for (int i = wide - 1; i >= 0; i--)
        out[n++] = (unsigned char)((uint64_t)length >> (8 * i));
    return n;
}

void websocket_goodbye(struct buf *out, int code, const char *reason)
{
    unsigned char head[WEBSOCKET_HEAD_MAX_BYTES];
    size_t length = reason ? strlen(reason) : 0;
    if (length > REASON_MAX_BYTES) {
        length = REASON_MAX_BYTES;
        while (length && ((unsigned char)reason[length] & 0xC0) == 0x80)
            length--;
    }
    buf_add(out, head, websocket_head(head, OPCODE_CLOSE, 2 + length));
    buf_char(out, (char)(code >> 8));
    buf_char(out, (char)(code & 0xFF));
    buf_add(out, reason ? reason : "", length);
}
