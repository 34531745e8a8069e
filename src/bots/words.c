#include "bots/words.h"

#include "base/str.h"
#include "bots/fold.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/ustring.h>

enum { WORDS_MAX = 40, NAME_BYTES = 128, HALF_DAY = 12 };

static const char *const languages[] = {"en", "de", "es", "ru", "ar"};
enum { LANGUAGES = sizeof languages / sizeof *languages };

static int language_of(const char *language)
{
    for (int i = 0; i < LANGUAGES; i++)
        if (language && !strncmp(language, languages[i], 2))
            return i;
    return 0;
}

/* --- Tables: words as fold_text leaves them, alternatives between bars ------------------------------------------- */

struct day_word {
    int days;
    const char *in[LANGUAGES];
};

static const struct day_word day_words[] = {
    {2,
     {"day after tomorrow|overmorrow", "übermorgen", "pasado mañana|pasado manana", "послезавтра", "بعد غد|بعد غدا"}},
    {0, {"today|tonight|now", "heute|jetzt", "hoy|esta noche|ahora", "сегодня|сейчас", "اليوم|الليلة|الان"}},
    {1, {"tomorrow|tmrw|tmr", "morgen", "mañana|manana", "завтра", "غدا|بكرة|غد"}},
};

static const char *const number_words[LANGUAGES] = {
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve",
    "eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf",
    "uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce",
    "один|два|три|четыре|пять|шесть|семь|восемь|девять|десять|одиннадцать|двенадцать",
    "واحد|اثنان|ثلاثة|اربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة|احد عشر|اثنا عشر",
};
static const char *const more_number_words[LANGUAGES] = {"", "zwo", "", "одна|двое|трое|четверо|пятеро|шестеро|семеро",
                                                         "واحدة|اثنين|ثلاث|اربع|خمس|ست|سبع|ثماني|تسع|عشر"};

static const char *const before_noon[LANGUAGES] = {"am|a.m.|a.m|morning", "früh|morgens|vormittags|vormittag",
                                                   "am|a.m.|de la mañana|de la manana", "утра|утром|ночи",
                                                   "صباحا|ص|صباح"};
static const char *const after_noon[LANGUAGES] = {
    "pm|p.m.|p.m|afternoon|evening|tonight|night", "abends|abend|nachmittags|nachmittag|mittags",
    "pm|p.m.|de la tarde|de la noche|tarde|noche", "вечера|вечером|дня|днем", "مساء|م|ليلا|عصرا|ظهرا|بعد الظهر"};
static const char *const noon[LANGUAGES] = {"noon|midday", "mittag", "mediodia|mediodía", "полдень|в полдень", "الظهر"};
static const char *const midnight[LANGUAGES] = {"midnight", "mitternacht", "medianoche", "полночь", "منتصف الليل"};
/* "half past 7" is 7:30, "halb 8", too */
static const char *const half_past[LANGUAGES] = {"half past|half", "", "y media", "", "والنصف|ونصف"};
static const char *const half_to[LANGUAGES] = {"", "halb", "", "", ""};
static const char *const quarter_past[LANGUAGES] = {"quarter past", "viertel nach", "y cuarto", "", "والربع|وربع"};
static const char *const quarter_to[LANGUAGES] = {"quarter to", "viertel vor", "menos cuarto", "без четверти",
                                                  "الا ربع"};
static const char *const in_days[LANGUAGES] = {"in # day", "in # tag", "en # dia|en # día|dentro de # dia", "через # д",
                                               "بعد # ا"};
static const char *const in_weeks[LANGUAGES] = {"in # week|in a week", "in # woche|in einer woche",
                                                "en # semana|en una semana", "через # недел|через неделю",
                                                "بعد # اسبوع|بعد اسبوع"};

/* --- Finding ------------------------------------------------------------------------------------------------------ */

static bool is_letter(char c)
{
    return ((unsigned char)c & 0x80) || isalpha((unsigned char)c);
}

/* Where `word` stands for itself, or NULL. A digit before it is no part of it: 8pm. */
static const char *find_word(const char *text, struct str word)
{
    const char *end = text + strlen(text);
    for (const char *at = text; word.len && (at = memmem(at, (size_t)(end - at), word.at, word.len)); at++)
        if ((at == text || !is_letter(at[-1])) && !is_letter(at[word.len]))
            return at;
    return NULL;
}

/* The next of some alternatives ("a|b"); false when there is none. */
static bool next_alternative(const char **rest, struct str *one)
{
    if (!**rest)
        return false;
    size_t length = strcspn(*rest, "|");
    *one = str_n(*rest, length);
    *rest += length + ((*rest)[length] == '|');
    return true;
}

static const char *find_any(const char *text, const char *alternatives)
{
    struct str word;
    while (next_alternative(&alternatives, &word)) {
        const char *found = find_word(text, word);
        if (found)
            return found;
    }
    return NULL;
}

/* In the language's words, or else in English. */
static const char *find_in(const char *text, const char *const table[LANGUAGES], int language)
{
    const char *found = find_any(text, table[language]);
    return found || !language ? found : find_any(text, table[0]);
}

static int word_number(const char *text, int language)
{
    const char *tables[] = {number_words[language], more_number_words[language]};
    for (int t = 0; t < 2; t++) {
        struct str word;
        const char *rest = tables[t];
        for (int n = 1; next_alternative(&rest, &word); n++) {
            if (!find_word(text, word))
                continue;
            if (t == 0)
                return n;
            static const int more[LANGUAGES][10] = {
                {0}, {2}, {0}, {1, 2, 3, 4, 5, 6, 7}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};
            return more[language][n - 1];
        }
    }
    return 0;
}

/* "in # day" with a number (digits) for #, the end of the pattern being the beginning of a word. */
static bool find_count(const char *text, const char *patterns, int *count)
{
    struct str one;
    while (next_alternative(&patterns, &one)) {
        const char *gap = memchr(one.at, '#', one.len);
        if (!gap) {
            if (find_word(text, one)) {
                *count = 1;
                return true;
            }
            continue;
        }
        size_t before = (size_t)(gap - one.at), after = one.len - before - 1;
        const char *at = memmem(text, strlen(text), one.at, before);
        if (!at || (at > text && is_letter(at[-1])))
            continue;
        char *end;
        long n = strtol(at + before, &end, 10);
        if (end > at + before && n >= 0 && n <= 1000 && !strncmp(end, gap + 1, after)) {
            *count = (int)n;
            return true;
        }
    }
    return false;
}

/* --- Days --------------------------------------------------------------------------------------------------------- */

/* Howard Hinnant, days_from_civil and civil_from_days (http://howardhinnant.github.io/date_algorithms.html). */
int day_number(struct day day)
{
    int y = day.month <= 2 ? day.year - 1 : day.year;
    int era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int doy = (153 * (day.month + (day.month > 2 ? -3 : 9)) + 2) / 5 + day.day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct day day_of_number(int number)
{
    number += 719468;
    int era = (number >= 0 ? number : number - 146096) / 146097, doe = number - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153, month = mp + (mp < 10 ? 3 : -9);
    return (struct day){yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1};
}

static bool is_day(struct day day)
{
    if (day.year < 1900 || day.year > 2200 || day.month < 1 || day.month > 12 || day.day < 1 || day.day > 31)
        return false;
    struct day same = day_of_number(day_number(day));
    return same.month == day.month && same.day == day.day;
}

bool day_read(const char *text, struct day *day)
{
    struct day read = {0};
    int length = 0;
    if (!text || sscanf(text, "%4d-%2d-%2d%n", &read.year, &read.month, &read.day, &length) != 3 || length != 10 ||
        text[10] || !is_day(read))
        return false;
    *day = read;
    return true;
}

const char *day_text(struct arena *arena, struct day day)
{
    return arena_printf(arena, "%04d-%02d-%02d", day.year, day.month, day.day);
}

/* The next day (today too) of this month and day; year 0: whichever. */
static bool complete(struct day wanted, struct day today, struct day *day)
{
    if (wanted.year) {
        if (wanted.year < 100)
            wanted.year += 2000;
        *day = wanted;
        return is_day(wanted);
    }
    for (int year = today.year; year <= today.year + 8; year++) {
        wanted.year = year;
        if (is_day(wanted) && day_number(wanted) >= day_number(today)) {
            *day = wanted;
            return true;
        }
    }
    return false;
}

/* --- Names of days and months ------------------------------------------------------------------------------------- */

static UDateFormat *names_of(const char *language)
{
    UErrorCode status = U_ZERO_ERROR;
    UDateFormat *names = udat_open(UDAT_PATTERN, UDAT_PATTERN, language, u"UTC", -1, u"y", -1, &status);
    return U_SUCCESS(status) ? names : NULL;
}

static const char *name_at(struct arena *arena, const UDateFormat *names, UDateFormatSymbolType kind, int index)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[NAME_BYTES];
    char name[NAME_BYTES * 3];
    int32_t length = udat_getSymbols(names, kind, index, wide, NAME_BYTES, &status);
    u_strToUTF8(name, sizeof name, NULL, wide, length, &status);
    if (U_FAILURE(status) || !length)
        return "";
    char *folded = arena_strdup(arena, fold_text(arena, name));
    size_t end = strlen(folded);
    if (end && folded[end - 1] == '.')
        folded[end - 1] = '\0';
    return folded;
}

/* The same word, or the same but for an ending ("пятницу", "пятница"): all but the last character, at least four. */
static bool is_form_of(const char *word, const char *name)
{
    if (text_eq(word, name))
        return true;
    size_t characters = text_characters(name);
    if (characters < 5)
        return false;
    size_t stem = strlen(name);
    while (stem && ((unsigned char)name[--stem] & 0xC0) == 0x80)
        ;
    size_t given = text_characters(word);
    return !strncmp(word, name, stem) && given + 1 >= characters && given <= characters + 1;
}

/* The number of the name among `kinds`, from `first`; -1: it is none. */
static int which_name(struct arena *arena, const UDateFormat *names, const UDateFormatSymbolType *kinds,
                      int kinds_count, int first, int last, const char *word)
{
    for (int k = 0; k < kinds_count; k++)
        for (int i = first; i <= last; i++) {
            const char *name = name_at(arena, names, kinds[k], i);
            if (*name && is_form_of(word, name))
                return i;
        }
    return -1;
}

struct words {
    const char *at[WORDS_MAX];
    int count;
};

static void split(struct arena *arena, const char *text, struct words *words)
{
    char *copy = arena_strdup(arena, text), *save = NULL;
    words->count = 0;
    for (char *at = strtok_r(copy, " ,.;:/()!?", &save); at && words->count < WORDS_MAX;
         at = strtok_r(NULL, " ,.;:/()!?", &save))
        words->at[words->count++] = at;
}

static int weekday_in(struct arena *arena, const UDateFormat *names, const struct words *words)
{
    static const UDateFormatSymbolType kinds[] = {UDAT_WEEKDAYS, UDAT_STANDALONE_WEEKDAYS};
    static const UDateFormatSymbolType short_kinds[] = {UDAT_SHORT_WEEKDAYS, UDAT_STANDALONE_SHORT_WEEKDAYS,
                                                        UDAT_SHORTER_WEEKDAYS};
    for (int i = 0; i < words->count; i++) {
        int found = which_name(arena, names, kinds, 2, UCAL_SUNDAY, UCAL_SATURDAY, words->at[i]);
        if (found < 0 && words->count <= 3 && text_characters(words->at[i]) > 1)
            found = which_name(arena, names, short_kinds, 3, UCAL_SUNDAY, UCAL_SATURDAY, words->at[i]);
        if (found >= 0)
            return found - UCAL_SUNDAY; /* 0: Sunday */
    }
    return -1;
}

/* "24 December 2026", "december 24th", "24 de diciembre": a month's name and a day's number. */
static bool day_of_month(struct arena *arena, const UDateFormat *names, const struct words *words, struct day *found)
{
    static const UDateFormatSymbolType kinds[] = {UDAT_MONTHS, UDAT_STANDALONE_MONTHS, UDAT_SHORT_MONTHS,
                                                  UDAT_STANDALONE_SHORT_MONTHS};
    int month = -1, day = 0, year = 0;
    for (int i = 0; i < words->count; i++) {
        int number = atoi(words->at[i]);
        if (number >= 1900)
            year = number;
        else if (number >= 1 && number <= 31 && !day)
            day = number;
        else if (month < 0)
            month = which_name(arena, names, kinds, 4, 0, 11, words->at[i]);
    }
    *found = (struct day){year, month + 1, day};
    return month >= 0 && day;
}

/* 24.12., 24/12/2026, 2026-12-24, 12/24 */
static bool numeric_day(const char *text, bool english, struct day *found)
{
    for (const char *at = text; (at = strpbrk(at, "0123456789")); at += strspn(at, "0123456789")) {
        int a, b, c = 0, length = 0;
        char first, second;
        if (sscanf(at, "%4d%1[./-]%2d%n", &a, (char[2]){0}, &b, &length) != 3 || !length)
            continue;
        first = at[strspn(at, "0123456789")];
        const char *rest = at + length;
        second = *rest;
        if (strchr("./-", second) && second && isdigit((unsigned char)rest[1]))
            c = atoi(rest + 1);
        if (a > 31)
            *found = (struct day){a, b, c};
        else if (english && first == '/' && a <= 12)
            *found = b > 12 || !c || a <= 12 ? (struct day){c, a, b} : (struct day){c, b, a};
        else
            *found = (struct day){c, b, a};
        if (first == '.' && !c && second != '.' && b >= 60)
            continue;
        return true;
    }
    return false;
}

static bool named_day(struct arena *arena, const char *language, const char *text, struct day today, struct day *day)
{
    struct words words;
    struct day wanted;
    UDateFormat *names = names_of(language);
    bool found = false;
    if (!names)
        return false;
    split(arena, text, &words);
    if (day_of_month(arena, names, &words, &wanted)) {
        found = complete(wanted, today, day);
    } else {
        int weekday = weekday_in(arena, names, &words);
        int now = (day_number(today) + 4) % 7; /* 1970-01-01 was a Thursday */
        found = weekday >= 0;
        if (found)
            *day = day_of_number(day_number(today) + (weekday - now + 7) % 7);
    }
    udat_close(names);
    return found;
}

bool words_day(struct arena *arena, const char *language, const char *text, struct day today, struct day *day)
{
    int tongue = language_of(language), count;
    struct day wanted;
    const char *folded = fold_text(arena, text);
    if (find_count(folded, in_days[tongue], &count)) {
        *day = day_of_number(day_number(today) + count);
        return true;
    }
    if (find_count(folded, in_weeks[tongue], &count)) {
        *day = day_of_number(day_number(today) + 7 * count);
        return count <= 60;
    }
    if (numeric_day(folded, tongue == 0, &wanted))
        return complete(wanted, today, day);
    for (size_t i = 0; i < sizeof day_words / sizeof *day_words; i++)
        if (find_in(folded, day_words[i].in, tongue)) {
            *day = day_of_number(day_number(today) + day_words[i].days);
            return true;
        }
    if (named_day(arena, languages[tongue], folded, today, day) ||
        (tongue && named_day(arena, "en", folded, today, day)))
        return true;
    char *end;
    long alone = strtol(folded, &end, 10);
    if (end == folded || strspn(end, ". ") != strlen(end) || alone < 1 || alone > 31)
        return false;
    for (int next = day_number(today), last = next + 62; next <= last; next++)
        if (day_of_number(next).day == (int)alone) {
            *day = day_of_number(next);
            return true;
        }
    return false;
}

const char *words_of_day(struct arena *arena, const char *language, struct day day)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar pattern[NAME_BYTES], wide[NAME_BYTES];
    char text[NAME_BYTES * 3];
    const char *locale = arena_printf(arena, "%s@numbers=latn", languages[language_of(language)]);
    if (!is_day(day))
        return "";
    UDateTimePatternGenerator *patterns = udatpg_open(locale, &status);
    int32_t length = udatpg_getBestPattern(patterns, u"EEEEdMMMM", -1, pattern, NAME_BYTES, &status);
    UDateFormat *format = udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, u"UTC", -1, pattern, length, &status);
    if (U_SUCCESS(status)) {
        length = udat_format(format, day_number(day) * 86400000.0, wide, NAME_BYTES, NULL, &status);
        u_strToUTF8(text, sizeof text, NULL, wide, length, &status);
    }
    udat_close(format);
    udatpg_close(patterns);
    return U_SUCCESS(status) ? arena_strdup(arena, text) : day_text(arena, day);
}

/* --- Times -------------------------------------------------------------------------------------------------------- */

/* The first number that can be an hour, with its minutes; `after` is where it ends. */
static bool numeric_time(const char *text, struct clock_time *time, bool *bare, const char **after)
{
    for (const char *at = text; (at = strpbrk(at, "0123456789"));) {
        size_t digits = strspn(at, "0123456789");
        const char *end = at + digits;
        int value = digits <= 4 ? atoi(at) : 9999;
        bool is_date = (*end == '.' || *end == '/' || *end == '-') && isdigit((unsigned char)end[1]);
        if (is_date && *end == '.' && digits <= 2 && strspn(end + 1, "0123456789") == 2 && end[3] != '.')
            is_date = false; /* 20.30 */
        if (is_date) {
            at = end + strspn(end, "0123456789./-");
            continue;
        }
        *bare = false;
        *after = end;
        if (digits >= 3) {
            *time = (struct clock_time){value / 100, value % 100};
        } else if ((*end == ':' || *end == '.' || *end == 'h') && isdigit((unsigned char)end[1])) {
            *time = (struct clock_time){value, atoi(end + 1)};
            *after = end + 1 + strspn(end + 1, "0123456789");
            if (*after - end != 3)
                return false;
            *bare = at[0] != '0' && value >= 1 && value < HALF_DAY;
        } else {
            *time = (struct clock_time){value, 0};
            *bare = at[0] != '0' && value >= 1 && value < HALF_DAY;
        }
        return true;
    }
    return false;
}

static int minutes_of(struct clock_time time)
{
    return time.hour * 60 + time.minute;
}

static bool is_within(struct clock_time time, struct clock_time from, struct clock_time to)
{
    int at = minutes_of(time), low = minutes_of(from), high = minutes_of(to);
    return low <= high ? at >= low && at <= high : at >= low || at <= high; /* past midnight */
}

/* Halves and quarters that are said beside the hour, in minutes. */
static int said_minutes(const char *text, int language)
{
    if (find_any(text, half_to[language]))
        return -30;
    if (find_any(text, quarter_to[language]))
        return -15;
    if (find_any(text, half_past[language]))
        return 30;
    return find_any(text, quarter_past[language]) ? 15 : 0;
}

/* The half of the day that is said: -1 before noon, 1 after it, 0 neither. */
static int said_half(const char *text, const char *after, int language)
{
    if (after) { /* 8pm, in any language */
        after += *after == ' ';
        if (!strncmp(after, "pm", 2) && !is_letter(after[2]))
            return 1;
        if (language != 1 && !strncmp(after, "am", 2) && !is_letter(after[2]))
            return -1;
    }
    if (find_any(text, after_noon[language]))
        return 1;
    return find_any(text, before_noon[language]) ? -1 : 0;
}

bool words_time(struct arena *arena, const char *language, const char *text, struct clock_time from,
                struct clock_time to, struct clock_time *time)
{
    int tongue = language_of(language);
    const char *folded = fold_text(arena, text), *after = NULL;
    struct clock_time found;
    bool bare = false;
    if (!numeric_time(folded, &found, &bare, &after)) {
        int hour = word_number(folded, tongue);
        if (!hour && (find_in(folded, noon, tongue) || find_in(folded, midnight, tongue))) {
            *time = (struct clock_time){find_in(folded, midnight, tongue) ? 0 : HALF_DAY, 0};
            return true;
        }
        if (!hour)
            return false;
        found = (struct clock_time){hour, 0};
        bare = hour < HALF_DAY;
    }
    if (found.hour > 23 || found.minute > 59)
        return false;
    int half = said_half(folded, after, tongue), shift = found.minute ? 0 : said_minutes(folded, tongue);
    if (half > 0 && found.hour < HALF_DAY)
        found.hour += HALF_DAY;
    else if (half < 0 && found.hour == HALF_DAY)
        found.hour = 0;
    int at = (minutes_of(found) + shift + 1440) % 1440;
    found = (struct clock_time){at / 60, at % 60};
    struct clock_time later = {(found.hour + HALF_DAY) % 24, found.minute};
    if (!half && bare && is_within(later, from, to) && !is_within(found, from, to))
        found = later;
    *time = found;
    return true;
}

/* --- Numbers ------------------------------------------------------------------------------------------------------ */

bool words_number(struct arena *arena, const char *language, const char *text, int *number)
{
    const char *folded = fold_text(arena, text);
    const char *at = strpbrk(folded, "0123456789");
    if (!at) {
        int said = word_number(folded, language_of(language));
        *number = said ? said : *number;
        return said > 0;
    }
    size_t digits = strspn(at, "0123456789");
    if (digits > 9 || (at > folded && at[-1] == '-') || strpbrk(at + digits, "0123456789"))
        return false;
    *number = atoi(at);
    return true;
}
