#include "base/suspect.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { REMEMBERED_MAX = 64, WHAT_MAX = 256 };

struct mark {
    bool set;
    uint64_t exact, address;
    char what[WHAT_MAX]; /* method, tenant, path: for the log */
};

struct suspect_board {
    int count; /* entries in use; the supervisor alone writes */
    struct {
        uint64_t exact, address;
        int64_t until_ms;
        int times;
    } remembered[REMEMBERED_MAX];
    struct mark marks[SUSPECT_SLOTS];
};

const struct suspect *suspect_now;
static struct suspect_board *board;
static struct mark *own;

static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { SIGNAL_COUNT = sizeof signals / sizeof *signals };
static struct sigaction before[SIGNAL_COUNT];

struct suspect_board *suspect_board_new(void)
{
    struct suspect_board *made = mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED)
        abort();
    return made;
}

/* FNV-1a, with a zero between the parts. The handler calls it: no library functions. */
static uint64_t add(uint64_t hash, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
    return hash * 0x100000001b3u;
}

static size_t length_of(const char *text)
{
    size_t n = 0;
    while (text[n])
        n++;
    return n;
}

static uint64_t address_of(const struct suspect *s)
{
    uint64_t hash = 0xcbf29ce484222325u;
    hash = add(hash, s->tenant, length_of(s->tenant));
    hash = add(hash, s->method, length_of(s->method));
    return add(hash, s->path, length_of(s->path));
}

static uint64_t exact_of(const struct suspect *s, uint64_t address)
{
    return add(add(address, s->query.at, s->query.len), s->body.at, s->body.len);
}

static size_t write_text(char *to, size_t at, const char *text)
{
    while (*text && at + 1 < WHAT_MAX)
        to[at++] = *text++;
    return at;
}

void suspect_mark(void)
{
    const struct suspect *s = suspect_now;
    if (!s || !own)
        return;
    suspect_now = NULL; /* should reading it be what ends the process, then without us */
    own->address = address_of(s);
    own->exact = exact_of(s, own->address);
    size_t n = write_text(own->what, 0, s->method);
    n = write_text(own->what, write_text(own->what, n, " "), s->tenant);
    n = write_text(own->what, write_text(own->what, n, " "), s->path);
    own->what[n] = '\0';
    own->set = true;
}

/* Then the signal does what it did before: it comes again by itself, unless somebody has sent it. */
static void on_signal(int signal, siginfo_t *info, void *context)
{
    (void)context;
    suspect_mark();
    for (int i = 0; i < SIGNAL_COUNT; i++)
        if (signals[i] == signal)
            sigaction(signal, &before[i], NULL);
    if (info->si_code <= 0)
        raise(signal);
}

void suspect_watch(struct suspect_board *shared, int slot)
{
    static char stack[64 * 1024]; /* the own one may be what has run out */
    const stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    board = shared;
    own = slot >= 0 && slot < SUSPECT_SLOTS ? &shared->marks[slot] : NULL;
    if (own)
        own->set = false;
    sigemptyset(&action.sa_mask);
    sigaltstack(&alternative, NULL);
    for (int i = 0; i < SIGNAL_COUNT; i++)
        sigaction(signals[i], &action, &before[i]);
}

const char *suspect_remember(struct suspect_board *shared, int slot, int64_t now_ms)
{
    struct mark *mark = slot >= 0 && slot < SUSPECT_SLOTS ? &shared->marks[slot] : NULL;
    int place = 0;
    if (!mark || !mark->set)
        return NULL;
    mark->set = false;
    while (place < shared->count && shared->remembered[place].exact != mark->exact)
        place++;
    bool known = place < shared->count;
    if (!known && shared->count == REMEMBERED_MAX) /* the one that ends first makes room */
        for (int i = place = 0; i < REMEMBERED_MAX; i++)
            if (shared->remembered[i].until_ms < shared->remembered[place].until_ms)
                place = i;
    int times = known ? shared->remembered[place].times + 1 : 1;
    int64_t for_ms = SUSPECT_FIRST_MS;
    for (int i = 1; i < times && for_ms < SUSPECT_LONGEST_MS; i++)
        for_ms *= 2;
    shared->remembered[place].exact = mark->exact;
    shared->remembered[place].address = mark->address;
    shared->remembered[place].times = times;
    shared->remembered[place].until_ms = now_ms + (for_ms < SUSPECT_LONGEST_MS ? for_ms : SUSPECT_LONGEST_MS);
    if (place == shared->count)
        __atomic_store_n(&shared->count, place + 1, __ATOMIC_RELEASE);
    return mark->what;
}

int suspect_refused(const struct suspect *suspect, int64_t now_ms)
{
    int count = board ? __atomic_load_n(&board->count, __ATOMIC_ACQUIRE) : 0;
    if (!count)
        return 0;
    uint64_t address = address_of(suspect), exact = exact_of(suspect, address);
    int64_t until_ms = 0, address_until_ms = 0;
    int of_address = 0;
    for (int i = 0; i < count; i++) {
        int64_t until = board->remembered[i].until_ms;
        if (board->remembered[i].address != address || until <= now_ms)
            continue;
        of_address++;
        address_until_ms = until > address_until_ms ? until : address_until_ms;
        if (board->remembered[i].exact == exact)
            until_ms = until;
    }
    if (of_address >= SUSPECT_ADDRESS_AFTER)
        until_ms = address_until_ms;
    return until_ms ? (int)((until_ms - now_ms + 999) / 1000) : 0;
}
