#include "sync/ical_zone.h"

#include "base/str.h"

#include <ctype.h>
#include <stdio.h>
#include <unicode/ucal.h>

enum { NAME_MAX_BYTES = 128 };

icaltimezone *ical_zone_named(const char *name)
{
    return icaltimezone_get_builtin_timezone(name);
}

/* By CLDR's table, which ICU carries. Names are ASCII; others are none of Windows'. */
static icaltimezone *windows_zone(const char *name)
{
    UChar wide[NAME_MAX_BYTES], id[NAME_MAX_BYTES];
    char narrow[NAME_MAX_BYTES];
    size_t length = strlen(name);
    UErrorCode status = U_ZERO_ERROR;
    if (length >= NAME_MAX_BYTES)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)name[i] > 126)
            return NULL;
        wide[i] = (UChar)name[i];
    }
    int32_t found = ucal_getTimeZoneIDForWindowsID(wide, (int32_t)length, NULL, id, NAME_MAX_BYTES - 1, &status);
    if (U_FAILURE(status) || found <= 0 || found >= NAME_MAX_BYTES)
        return NULL;
    for (int32_t i = 0; i < found; i++)
        narrow[i] = (char)id[i];
    narrow[found] = '\0';
    return ical_zone_named(narrow);
}

/* "(UTC+01:00) Amsterdam, Berlin", "GMT-0330", "UTC+2", "(GMT+01.00) Sarajevo". */
static bool distance_in(const char *name, int *ahead_s)
{
    int hours, minutes = 0;
    char sign;
    const char *at = *name == '(' ? name + 1 : name;
    if (strncmp(at, "UTC", 3) != 0 && strncmp(at, "GMT", 3) != 0)
        return false;
    at += 3;
    if (*at == '\0' || *at == ')') {
        *ahead_s = 0;
        return true;
    }
    sign = *at++;
    if ((sign != '+' && sign != '-') || !isdigit((unsigned char)*at))
        return false;
    hours = *at++ - '0';
    if (isdigit((unsigned char)*at))
        hours = hours * 10 + *at++ - '0';
    if (*at == ':' || *at == '.')
        at++;
    if (isdigit((unsigned char)at[0]) && isdigit((unsigned char)at[1]))
        minutes = (at[0] - '0') * 10 + at[1] - '0';
    if (hours > 14 || minutes > 59)
        return false;
    *ahead_s = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

bool ical_clock_of(icalproperty *property, icalcomponent *calendar, struct ical_clock *clock)
{
    char name[NAME_MAX_BYTES];
    icalparameter *parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    const char *given = parameter ? icalparameter_get_tzid(parameter) : NULL;
    struct ical_clock found = {0};
    *clock = found;
    if (!given || !*given)
        return true;
    found.zone = icalcomponent_get_timezone(calendar, given);
    if (!found.zone)
        found.zone = icaltimezone_get_builtin_timezone_from_tzid(given);
    size_t length = strlen(given);
    if (!found.zone && length < sizeof name) {
        snprintf(name, sizeof name, "%s", *given == '/' ? given + 1 : given);
        found.zone = ical_zone_named(name);
        if (!found.zone)
            found.zone = windows_zone(name);
        if (!found.zone) { /* Exchange numbers zones that it has seen before */
            size_t end = strlen(name);
            while (end > 1 && isdigit((unsigned char)name[end - 1]))
                end--;
            if (end > 1 && name[end] && name[end - 1] == ' ') {
                name[end - 1] = '\0';
                found.zone = windows_zone(name);
            }
        }
        if (!found.zone && distance_in(name, &found.ahead_s))
            found.is_fixed = true;
    }
    *clock = found;
    return found.zone || found.is_fixed;
}
