/* Days and times in people's words, and the bot's own few sentences. Languages: en de es ru ar; another one is read and
 * written as English. Names of days and months are ICU's. Pure: what day it is today is said by the caller.
 *
 * To add a language: a column in the tables of words.c and phrases.c.
 */
#ifndef MAITRED_BOTS_WORDS_H
#define MAITRED_BOTS_WORDS_H

#include "base/arena.h"

#include <stdbool.h>

struct day {
    int year, month, day; /* month from 1 */
};

struct clock_time {
    int hour, minute;
};

/* "today", "mañana", "in 3 days", "Freitag", "в пятницу", "24.12.", "24 December", "2026-12-24", "٢٤/١٢". A weekday is
 * the next one that comes, today's own name today; a date without a year is the next such day. False: no day in it, or
 * one that is none (31.2.). English reads 12/24 as December and 24/12, too. */
bool words_day(struct arena *arena, const char *language, const char *text, struct day today, struct day *day);

/* "20:00", "8pm", "8 Uhr", "20h30", "half past seven", "a las 8 de la tarde", "noon". A bare hour from 1 to 11 that
 * says no half of the day is whichever lies in [from, to]; both or neither: as written on a 24-hour clock. */
bool words_time(struct arena *arena, const char *language, const char *text, struct clock_time from,
                struct clock_time to, struct clock_time *time);

/* The one number that the text holds, also as a word up to twelve. False: none, several, or more than a billion. */
bool words_number(struct arena *arena, const char *language, const char *text, int *number);

/* "Thursday, 24 December" in the language's own order; "" for a day that is none. */
const char *words_of_day(struct arena *arena, const char *language, struct day day);

/* YYYY-MM-DD and back. */
bool day_read(const char *text, struct day *day);
const char *day_text(struct arena *arena, struct day day);

/* Days since 1970, and back (proleptic Gregorian). */
int day_number(struct day day);
struct day day_of_number(int number);

#endif
