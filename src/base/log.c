#include "base/log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A text is cut where a line could not hold it any more, quoted as it may have to be (six bytes for one). */
enum { TEXT_MAX_BYTES = 2048, LINE_MAX_BYTES = 256 * 1024 };

static const char *const level_names[] = {"debug", "info", "warning", "error"};

static struct {
    enum log_level least;
    bool as_json;
    char process[32];
} setup = {.least = LOG_INFO, .process = "maitred"};

void log_setup(enum log_level least, bool as_json, const char *process)
{
    setup.least = least;
    setup.as_json = as_json;
    snprintf(setup.process, sizeof setup.process, "%s", process);
}

bool log_enabled(enum log_level level)
{
    return level >= setup.least;
}

/* logfmt: a value with blanks, quotes or control characters is quoted as JSON does it. */
static void add_value(struct buf *line, struct str text)
{
    bool plain = text.len > 0;
    for (size_t i = 0; plain && i < text.len; i++)
        plain = (unsigned char)text.at[i] > ' ' && text.at[i] != '"' && text.at[i] != '=' && text.at[i] != '\\';
    if (plain)
        buf_str(line, text);
    else
        json_quote(line, text);
}

/* At most TEXT_MAX_BYTES, in whole characters. */
static struct str cut(const char *text)
{
    size_t length = strnlen(text, TEXT_MAX_BYTES + 1);
    if (length > TEXT_MAX_BYTES)
        for (length = TEXT_MAX_BYTES; length && ((unsigned char)text[length] & 0xc0) == 0x80;)
            length--;
    return str_n(text, length);
}

static void add_field(struct buf *line, const char *name, const char *text, int64_t number)
{
    if (setup.as_json) {
        buf_char(line, line->len ? ',' : '{');
        json_quote(line, str_of(name));
        buf_char(line, ':');
        if (text)
            json_quote(line, cut(text));
    } else {
        if (line->len)
            buf_char(line, ' ');
        buf_text(line, name);
        buf_char(line, '=');
        if (text)
            add_value(line, cut(text));
    }
    if (!text)
        buf_int(line, number);
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    if (!log_enabled(level))
        return;
    struct buf line;
    char now[CLOCK_TEXT_BYTES];
    buf_init(&line, LINE_MAX_BYTES);
    clock_text(clock_now_us(), now);
    add_field(&line, "time", now, 0);
    add_field(&line, "level", level_names[level], 0);
    add_field(&line, "process", setup.process, 0);
    add_field(&line, "event", event, 0);
    for (; fields && fields->name; fields++)
        add_field(&line, fields->name, fields->text, fields->number);
    if (setup.as_json)
        buf_char(&line, '}');
    buf_char(&line, '\n');
    /* One write a line, so that lines of several processes do not mix; a lost log line stops nobody. */
    ssize_t written = write(STDERR_FILENO, line.at, line.len);
    (void)written;
    buf_release(&line);
}
