#include "auth/password.h"

#include "base/encode.h"

#include <assert.h>
#include <crypt.h>
#include <ctype.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_ulong runs;

unsigned long auth_password_runs(void)
{
    return atomic_load(&runs);
}

/* crypt_r's state is 32 KB: on the heap, wiped before it goes back. False when crypt refuses the setting. */
static bool run_crypt(const char *password, const char *setting, char out[AUTH_HASH_BYTES])
{
    struct crypt_data *data = calloc(1, sizeof *data);
    if (!data)
        abort();
    atomic_fetch_add(&runs, 1);
    const char *hash = crypt_r(password, setting, data);
    bool good = hash && hash[0] == '$' && strlen(hash) < AUTH_HASH_BYTES;
    if (good)
        memcpy(out, hash, strlen(hash) + 1);
    explicit_bzero(data, sizeof *data);
    free(data);
    return good;
}

char *auth_password_hash_cost(struct arena *arena, const char *password, int cost)
{
    char salt[16];
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    char hash[AUTH_HASH_BYTES];
    random_bytes(salt, sizeof salt);
    const char *made = crypt_gensalt_rn("$2b$", (unsigned long)cost, salt, sizeof salt, setting, sizeof setting);
    assert(made);
    bool good = run_crypt(password, setting, hash);
    assert(good);
    return arena_strdup(arena, hash);
}

char *auth_password_hash(struct arena *arena, const char *password)
{
    return auth_password_hash_cost(arena, password, AUTH_BCRYPT_COST);
}

bool auth_password_matches(const char *password, const char *hash, int cost)
{
    char nobody[AUTH_HASH_BYTES];
    char made[AUTH_HASH_BYTES];
    bool known = hash && auth_password_cost(hash);
    /* A salt with a digest that bcrypt cannot give: its last character carries two bits only. */
    snprintf(nobody, sizeof nobody, "$2b$%02d$...............................................xxxxxx", cost);
    const char *setting = known ? hash : nobody;
    bool ran = run_crypt(password, setting, made);
    bool same = ran && equal_in_constant_time(str_of(made), str_of(setting));
    return same && known;
}

int auth_password_cost(const char *hash)
{
    bool bcrypt = strlen(hash) == 60 && hash[0] == '$' && hash[1] == '2' && strchr("abxy", hash[2]) && hash[3] == '$' &&
                  isdigit((unsigned char)hash[4]) && isdigit((unsigned char)hash[5]) && hash[6] == '$';
    return bcrypt ? (hash[4] - '0') * 10 + (hash[5] - '0') : 0;
}

/* What people choose when nobody stops them: the head of every list of breached passwords, without the variations that
 * reduce() folds together. */
static const char *const common[] = {
    "password",   "passwort",   "letmein",  "welcome",  "qwerty",     "qwertz",   "azerty",    "iloveyou", "monkey",
    "dragon",     "football",   "baseball", "superman", "batman",     "princess", "sunshine",  "shadow",   "master",
    "michael",    "jordan",     "login",    "admin",    "adminadmin", "root",     "test",      "testtest", "guest",
    "changeme",   "secret",     "trustno",  "hello",    "charlie",    "freedom",  "whatever",  "starwars", "computer",
    "internet",   "pokemon",    "google",   "samsung",  "abcabc",     "asdfgh",   "asdfghjkl", "zxcvbn",   "qazwsx",
    "qwertyuiop", "restaurant", "kitchen",  "manager",  "maitred",    "default",  "temp",      "access",   "killer",
    "hunter",     "ranger",     "summer",   "winter",   "spring",     "autumn",   "daniel",    "thomas",   "jessica",
};

/* Lower case, the usual digit-for-letter swaps undone, digits and signs at the end dropped: P4ssw0rd123! is password.
 */
static size_t reduce(const char *password, char *out, size_t size)
{
    size_t n = 0;
    for (const char *p = password; *p && n < size - 1; p++) {
        char c = (char)tolower((unsigned char)*p);
        out[n++] = c;
    }
    while (n && !isalpha((unsigned char)out[n - 1]) && (unsigned char)out[n - 1] < 0x80)
        n--;
    out[n] = '\0';
    for (size_t i = 0; i < n; i++) {
        static const char from[] = "0134578@$!";
        static const char to[] = "oleastbasi";
        const char *swap = strchr(from, out[i]);
        if (swap)
            out[i] = to[swap - from];
    }
    return n;
}

/* aaaaaaaa, 12345678, abcdefgh, 87654321: each step the same, at most one apart. */
static bool is_sequence(const char *password)
{
    size_t length = strlen(password);
    if (length < 3)
        return length > 0;
    int step = password[1] - password[0];
    if (step < -1 || step > 1)
        return false;
    for (size_t i = 2; i < length; i++) {
        bool wraps = password[i - 1] == '9' && password[i] == '0' && step == 1;
        if (password[i] - password[i - 1] != step && !wraps)
            return false;
    }
    return true;
}

/* One short piece again and again: abcabcabc, 121212. */
static bool is_repetition(const char *password)
{
    size_t length = strlen(password);
    for (size_t period = 1; period <= 4 && period * 2 <= length; period++) {
        size_t i = period;
        while (i < length && password[i] == password[i - period])
            i++;
        if (i == length)
            return true;
    }
    return false;
}

static bool is_common(const char *password, const char *email)
{
    char word[AUTH_PASSWORD_BYTES_MAX + 1];
    char name[AUTH_PASSWORD_BYTES_MAX + 1];
    if (is_sequence(password) || is_repetition(password))
        return true;
    size_t length = reduce(password, word, sizeof word);
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (text_eq(word, common[i]))
            return true;
    if (!email)
        return false;
    if (!strcasecmp(password, email))
        return true;
    const char *at = strchr(email, '@');
    char local[AUTH_PASSWORD_BYTES_MAX + 1] = "";
    size_t n = at ? (size_t)(at - email) : strlen(email);
    if (n >= sizeof local)
        return false;
    memcpy(local, email, n);
    size_t name_length = reduce(local, name, sizeof name);
    return name_length >= 3 && length == name_length && !memcmp(word, name, length);
}

/* Each class must occur: "abcdef:ABCDEF:0123456789". A colon itself is written as \: in a class. */
static bool has_required(const char *password, const char *required)
{
    while (*required) {
        bool found = false;
        for (; *required && *required != ':'; required++) {
            if (*required == '\\' && required[1])
                required++;
            found = found || strchr(password, *required);
        }
        if (!found)
            return false;
        if (*required == ':')
            required++;
    }
    return true;
}

unsigned auth_password_faults(const char *password, const struct password_rules *rules)
{
    unsigned faults = 0;
    size_t characters = 0;
    for (const char *p = password; *p; p++)
        characters += ((unsigned char)*p & 0xc0) != 0x80; /* UTF-8: what people count */
    if (characters < rules->length_min)
        faults |= PASSWORD_LENGTH;
    if (rules->required && !has_required(password, rules->required))
        faults |= PASSWORD_CHARACTERS;
    if (is_common(password, rules->email))
        faults |= PASSWORD_COMMON;
    return faults;
}
