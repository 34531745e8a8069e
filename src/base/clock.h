/* Time: instants in microseconds or milliseconds since 1970 (wall), or since some fixed point (monotonic). */
#ifndef MAITRED_BASE_CLOCK_H
#define MAITRED_BASE_CLOCK_H

#include <stdint.h>

enum { CLOCK_TEXT_BYTES = 32, CLOCK_HTTP_BYTES = 32 };

int64_t clock_now_us(void);       /* wall clock */
int64_t clock_now_s(void);        /* wall clock */
int64_t clock_monotonic_ms(void); /* for timeouts and durations */
int64_t clock_monotonic_us(void);

/* 2026-11-21T07:30:00.123456Z */
void clock_text(int64_t wall_us, char text[CLOCK_TEXT_BYTES]);

/* RFC 9110 IMF-fixdate: Sat, 21 Nov 2026 07:30:00 GMT */
void clock_http_text(int64_t wall_s, char text[CLOCK_HTTP_BYTES]);

#endif
