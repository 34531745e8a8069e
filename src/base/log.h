/* The log: one line an event, logfmt or JSON, to standard error.
 *
 *     log_info("listening", LOG_STR("address", address), LOG_INT("port", port));
 *
 * Only programs log: the rooms below `serve` return errors and let their caller decide, except where nobody is left
 * to return to (a callback of the loop).
 */
#ifndef MAITRED_BASE_LOG_H
#define MAITRED_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log_field {
    const char *name; /* NULL ends the list */
    const char *text; /* NULL: the number counts */
    int64_t number;
};

/* NULL reads as the empty text. */
static inline struct log_field log_field_text(const char *name, const char *value)
{
    return (struct log_field){.name = name, .text = value ? value : ""};
}

#define LOG_STR(key, value) log_field_text((key), (value))
#define LOG_INT(key, value) ((struct log_field){.name = (key), .number = (int64_t)(value)})

/* Which events are written and how; `process` names the process ("web-0"). All are copied. */
void log_setup(enum log_level least, bool as_json, const char *process);
bool log_enabled(enum log_level level);

void log_write(enum log_level level, const char *event, const struct log_field *fields);

#define LOG_FIELDS(...)                                                                                                \
    (const struct log_field[])                                                                                         \
    {                                                                                                                  \
        __VA_ARGS__ __VA_OPT__(, )                                                                                     \
        {                                                                                                              \
            .name = (void *)0                                                                                          \
        }                                                                                                              \
    }
#define log_debug(event, ...)                                                                                          \
    do {                                                                                                               \
        if (log_enabled(LOG_DEBUG))                                                                                    \
            log_write(LOG_DEBUG, event, LOG_FIELDS(__VA_ARGS__));                                                      \
    } while (0)
#define log_info(event, ...)    log_write(LOG_INFO, event, LOG_FIELDS(__VA_ARGS__))
#define log_warning(event, ...) log_write(LOG_WARNING, event, LOG_FIELDS(__VA_ARGS__))
#define log_error(event, ...)   log_write(LOG_ERROR, event, LOG_FIELDS(__VA_ARGS__))

#endif
