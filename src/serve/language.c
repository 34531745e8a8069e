/* What a header asks for is ICU's to read: weights, regions, the nearest language. */
#include "serve/language.h"

#include "base/str.h"

#include <ctype.h>
#include <unicode/uenum.h>
#include <unicode/uloc.h>

/* To add a language: a row here and in web/src/texts/languages.ts. The first is spoken where nothing else is known. */
static const char *const languages[] = {"en", "de", "es", "ru", "ar"};
enum { LANGUAGES = sizeof languages / sizeof *languages, CODE = 2, ACCEPT_MAX_BYTES = 512 };

static const char *known(const char *code)
{
    for (size_t i = 0; i < LANGUAGES; i++)
        if (strncmp(code, languages[i], CODE) == 0)
            return languages[i];
    return NULL;
}

const char *language_of_locale(const char *locale)
{
    if (!locale || strlen(locale) < CODE || isalpha((unsigned char)locale[CODE]))
        return NULL;
    return known(locale);
}

static const char *chosen(const char *cookies)
{
    static const char name[] = "language=";
    for (const char *at = cookies; at && *at; at = strchr(at, ';')) {
        at += strspn(at, "; ");
        if (strncmp(at, name, sizeof name - 1) != 0)
            continue;
        const char *value = at + sizeof name - 1;
        const char *end = value + strcspn(value, "; ");
        return end - value == CODE ? known(value) : NULL;
    }
    return NULL;
}

static const char *wanted(const char *accept_language)
{
    if (!accept_language || strlen(accept_language) > ACCEPT_MAX_BYTES)
        return NULL;
    char best[ULOC_FULLNAME_CAPACITY] = "";
    UAcceptResult how = ULOC_ACCEPT_FAILED;
    UErrorCode status = U_ZERO_ERROR;
    UEnumeration *ours = uenum_openCharStringsEnumeration(languages, LANGUAGES, &status);
    uloc_acceptLanguageFromHTTP(best, sizeof best, &how, accept_language, ours, &status);
    uenum_close(ours);
    return U_FAILURE(status) || how == ULOC_ACCEPT_FAILED ? NULL : language_of_locale(best);
}

const char *language_of_reader(const char *cookies, const char *accept_language)
{
    const char *language = chosen(cookies);
    return language ? language : wanted(accept_language);
}
