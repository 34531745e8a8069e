#include "realtime/presence.h"

#include "base/json.h"

#include <assert.h>
#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

/* What limits count for a member beside its texts. */
enum { MEMBER_BYTES = 200 };

struct tenant {
    UT_hash_handle hh;
    size_t topics, bytes;
    size_t name_length;
    char name[];
};

struct topic {
    UT_hash_handle hh;
    struct tenant *tenant;
    struct member *members; /* oldest first */
    struct member *left;    /* gone since the last taking: among `gone` */
    size_t count;
    bool changed;
    struct topic *next_changed, *prev_changed;
    struct str name; /* behind the tenant's in the key */
    size_t key_length;
    char key[]; /* tenant, zero, topic */
};

struct member {
    UT_hash_handle hh; /* by ref */
    struct topic *topic;
    struct presence_owner *owner;
    struct member *next, *prev;             /* of the topic */
    struct member *next_owned, *prev_owned; /* of the owner */
    bool told;                              /* a taken difference had it */
    bool marked;
    struct presence_entry entry;
    char texts[];
};

struct presence_owner {
    struct presence *presence;
    struct member *members;
    struct presence_owner *next, *prev;
};

struct presence {
    struct presence_limits limits;
    struct tenant *tenants;
    struct topic *topics;
    struct topic *changed;
    struct member *members; /* by ref */
    struct member *gone;    /* by ref; those that the next difference says have left */
    struct presence_owner *owners;
};

static void *zeroed(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        abort(); /* as the arena does */
    return memory;
}

/* --- tenants and topics ------------------------------------------------------------------------------------------- */

static struct tenant *find_tenant(struct presence *p, struct str name)
{
    struct tenant *tenant = NULL;
    HASH_FIND(hh, p->tenants, name.at, name.len, tenant);
    return tenant;
}

static struct topic *find_topic(const struct presence *p, struct str tenant, struct str name)
{
    struct buf key;
    struct topic *topic = NULL;
    buf_init(&key, SIZE_MAX);
    buf_str(&key, tenant);
    buf_char(&key, '\0');
    buf_str(&key, name);
    HASH_FIND(hh, p->topics, key.at, key.len, topic);
    buf_release(&key);
    return topic;
}

static struct topic *add_topic(struct presence *p, struct str tenant_name, struct str name)
{
    struct tenant *tenant = find_tenant(p, tenant_name);
    if (!tenant) {
        tenant = zeroed(sizeof *tenant + tenant_name.len);
        tenant->name_length = tenant_name.len;
        memcpy(tenant->name, tenant_name.at, tenant_name.len);
        HASH_ADD_KEYPTR(hh, p->tenants, tenant->name, tenant->name_length, tenant);
    }
    tenant->topics++;
    struct topic *topic = zeroed(sizeof *topic + tenant_name.len + 1 + name.len);
    topic->tenant = tenant;
    topic->key_length = tenant_name.len + 1 + name.len;
    memcpy(topic->key, tenant_name.at, tenant_name.len);
    memcpy(topic->key + tenant_name.len + 1, name.at, name.len);
    topic->name = str_n(topic->key + tenant_name.len + 1, name.len);
    HASH_ADD_KEYPTR(hh, p->topics, topic->key, topic->key_length, topic);
    return topic;
}

static void remove_topic(struct presence *p, struct topic *topic)
{
    struct tenant *tenant = topic->tenant;
    HASH_DEL(p->topics, topic);
    free(topic);
    if (--tenant->topics)
        return;
    HASH_DEL(p->tenants, tenant);
    free(tenant);
}

static void has_changed(struct presence *p, struct topic *topic)
{
    if (topic->changed)
        return;
    topic->changed = true;
    DL_APPEND2(p->changed, topic, prev_changed, next_changed);
}

/* --- members ------------------------------------------------------------------------------------------------------ */

static size_t weight(const struct presence_entry *entry)
{
    return MEMBER_BYTES + entry->key.len + entry->ref.len + entry->meta.len;
}

static struct member *find_member(const struct presence *p, struct str ref)
{
    struct member *member = NULL;
    HASH_FIND(hh, p->members, ref.at, ref.len, member);
    return member;
}

static struct str keep(char **at, struct str text)
{
    char *copy = *at;
    if (text.len)
        memcpy(copy, text.at, text.len);
    *at += text.len;
    return str_n(copy, text.len);
}

static struct member *new_member(const struct presence_entry *entry)
{
    struct member *member = zeroed(sizeof *member + entry->key.len + entry->ref.len + entry->meta.len);
    char *at = member->texts;
    member->entry.key = keep(&at, entry->key);
    member->entry.ref = keep(&at, entry->ref);
    member->entry.meta = keep(&at, entry->meta);
    return member;
}

static void leave(struct presence *p, struct member *member)
{
    struct topic *topic = member->topic;
    HASH_DEL(p->members, member);
    DL_DELETE(topic->members, member);
    DL_DELETE2(member->owner->members, member, prev_owned, next_owned);
    topic->count--;
    topic->tenant->bytes -= weight(&member->entry);
    has_changed(p, topic); /* also when nobody was told: the topic may be empty now */
    if (member->told) {
        DL_APPEND(topic->left, member);
        HASH_ADD_KEYPTR(hh, p->gone, member->entry.ref.at, member->entry.ref.len, member);
    } else {
        free(member);
    }
}

static void forget_left(struct presence *p, struct topic *topic, struct member *member)
{
    DL_DELETE(topic->left, member);
    HASH_DEL(p->gone, member);
    free(member);
}

/* It left and is here again before anybody was told: nothing has happened. The told ones stand in front. */
static bool came_back(struct presence *p, struct topic *topic, struct member *member)
{
    struct member *old = NULL;
    HASH_FIND(hh, p->gone, member->entry.ref.at, member->entry.ref.len, old);
    if (!old || old->topic != topic)
        return false;
    forget_left(p, topic, old);
    member->told = true;
    DL_PREPEND(topic->members, member);
    return true;
}

static bool is_full(struct presence *p, struct str tenant_name, const struct topic *topic,
                    const struct presence_entry *entry, const struct member *old)
{
    const struct tenant *tenant = topic ? topic->tenant : find_tenant(p, tenant_name);
    const struct presence_limits *most = &p->limits;
    size_t bytes = (tenant ? tenant->bytes : 0) + weight(entry) - (old ? weight(&old->entry) : 0);
    if (most->bytes_per_tenant && bytes > most->bytes_per_tenant)
        return true;
    if (!topic)
        return most->topics_per_tenant && tenant && tenant->topics >= most->topics_per_tenant;
    return most->members_per_topic && topic->count - (old ? 1 : 0) >= most->members_per_topic;
}

enum presence_outcome presence_join(struct presence_owner *owner, struct str tenant, struct str name,
                                    const struct presence_entry *entry, struct str replaced)
{
    struct presence *p = owner->presence;
    struct member *member = find_member(p, entry->ref);
    if (member) {
        DL_DELETE2(member->owner->members, member, prev_owned, next_owned);
        DL_APPEND2(owner->members, member, prev_owned, next_owned);
        member->owner = owner;
        member->marked = false;
        return PRESENCE_KNOWN;
    }
    struct topic *topic = find_topic(p, tenant, name);
    struct member *old = replaced.len ? find_member(p, replaced) : NULL;
    bool same_topic = old && old->topic == topic;
    if (is_full(p, tenant, topic, entry, same_topic ? old : NULL))
        return PRESENCE_FULL;
    if (!topic)
        topic = add_topic(p, tenant, name);
    if (old)
        leave(p, old);
    member = new_member(entry);
    member->topic = topic;
    member->owner = owner;
    HASH_ADD_KEYPTR(hh, p->members, member->entry.ref.at, member->entry.ref.len, member);
    if (!came_back(p, topic, member))
        DL_APPEND(topic->members, member);
    DL_APPEND2(owner->members, member, prev_owned, next_owned);
    topic->count++;
    topic->tenant->bytes += weight(entry);
    has_changed(p, topic);
    return PRESENCE_JOINED;
}

bool presence_leave(struct presence *p, struct str ref)
{
    struct member *member = find_member(p, ref);
    if (member)
        leave(p, member);
    return member != NULL;
}

/* --- owners ------------------------------------------------------------------------------------------------------- */

struct presence_owner *presence_owner_new(struct presence *p)
{
    struct presence_owner *owner = zeroed(sizeof *owner);
    owner->presence = p;
    DL_APPEND(p->owners, owner);
    return owner;
}

void presence_owner_free(struct presence_owner *owner)
{
    if (!owner)
        return;
    while (owner->members)
        leave(owner->presence, owner->members);
    DL_DELETE(owner->presence->owners, owner);
    free(owner);
}

void presence_mark(struct presence_owner *owner)
{
    for (struct member *m = owner->members; m; m = m->next_owned)
        m->marked = true;
}

void presence_sweep(struct presence_owner *owner)
{
    struct member *next;
    for (struct member *m = owner->members; m; m = next) {
        next = m->next_owned;
        if (m->marked)
            leave(owner->presence, m);
    }
}

void presence_each(const struct presence_owner *owner,
                   void (*fn)(void *data, struct str tenant, struct str topic, const struct presence_entry *entry),
                   void *data)
{
    for (struct member *m = owner->members; m; m = m->next_owned)
        fn(data, str_n(m->topic->tenant->name, m->topic->tenant->name_length), m->topic->name, &m->entry);
}

/* --- differences and lists ---------------------------------------------------------------------------------------- */

/* Those that nobody was told of stand at the end of the list. */
static struct member *first_untold(const struct topic *topic, size_t *count)
{
    struct member *first = NULL;
    *count = 0;
    for (struct member *m = topic->members ? topic->members->prev : NULL; m && !m->told; m = m->prev) {
        first = m;
        ++*count;
        if (m == topic->members)
            break;
    }
    return first;
}

static void tell(struct presence *p, struct topic *topic, presence_diff_fn *fn, void *data)
{
    size_t joined;
    size_t left = 0;
    struct member *m;
    struct member *untold = first_untold(topic, &joined);
    DL_FOREACH (topic->left, m)
        left++;
    if (!joined && !left)
        return;
    struct presence_entry *entries = zeroed((joined + left) * sizeof *entries);
    size_t n = 0;
    for (m = untold; m; m = m->next) {
        entries[n++] = m->entry;
        m->told = true;
    }
    DL_FOREACH (topic->left, m)
        entries[n++] = m->entry;
    if (fn)
        fn(data, str_n(topic->tenant->name, topic->tenant->name_length), topic->name, entries, joined, entries + joined,
           left);
    free(entries);
    while (topic->left)
        forget_left(p, topic, topic->left);
}

void presence_take(struct presence *p, presence_diff_fn *fn, void *data)
{
    while (p->changed) {
        struct topic *topic = p->changed;
        DL_DELETE2(p->changed, topic, prev_changed, next_changed);
        topic->changed = false;
        tell(p, topic, fn, data);
        if (!topic->members)
            remove_topic(p, topic);
    }
}

const struct presence_entry *presence_list(const struct presence *p, struct arena *arena, struct str tenant,
                                           struct str name, size_t *count)
{
    const struct topic *topic = find_topic(p, tenant, name);
    *count = topic ? topic->count : 0;
    struct presence_entry *entries = arena_array(arena, *count, sizeof *entries);
    size_t n = 0;
    struct member *m;
    if (topic)
        DL_FOREACH (topic->members, m)
            entries[n++] = m->entry;
    return entries;
}

size_t presence_count(const struct presence *p)
{
    return HASH_COUNT(p->members);
}

struct presence *presence_new(const struct presence_limits *limits)
{
    struct presence *p = zeroed(sizeof *p);
    p->limits = *limits;
    return p;
}

void presence_free(struct presence *p)
{
    if (!p)
        return;
    while (p->owners)
        presence_owner_free(p->owners);
    presence_take(p, NULL, NULL);
    assert(!p->topics && !p->tenants && !p->members);
    free(p);
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

/* By key; equal ones stay in the order of the array. */
static int by_key(const void *a, const void *b)
{
    const struct presence_entry *x = *(const struct presence_entry *const *)a;
    const struct presence_entry *y = *(const struct presence_entry *const *)b;
    size_t shorter = x->key.len < y->key.len ? x->key.len : y->key.len;
    int order = shorter ? memcmp(x->key.at, y->key.at, shorter) : 0;
    if (order)
        return order;
    if (x->key.len != y->key.len)
        return x->key.len < y->key.len ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* The ref comes last: whoever reads takes the last of two equal names, so that nobody can bring a ref of their own. */
static void write_meta(struct buf *out, const struct presence_entry *entry)
{
    struct str meta = entry->meta;
    while (meta.len && meta.at[meta.len - 1] != '}')
        meta.len--;
    size_t inner = meta.len ? meta.len - 1 : 0;
    while (inner && strchr(" \t\r\n", meta.at[inner - 1]))
        inner--;
    if (inner)
        buf_add(out, meta.at, inner);
    else
        buf_char(out, '{');
    if (inner && meta.at[inner - 1] != '{')
        buf_char(out, ',');
    buf_text(out, "\"phx_ref\":");
    json_quote(out, entry->ref);
    buf_char(out, '}');
}

void presence_write_json(struct buf *out, const struct presence_entry *entries, size_t count)
{
    const struct presence_entry **sorted = zeroed((count ? count : 1) * sizeof(void *));
    for (size_t i = 0; i < count; i++)
        sorted[i] = &entries[i];
    qsort(sorted, count, sizeof *sorted, by_key);
    buf_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        bool first = i == 0 || !str_eq(sorted[i - 1]->key, sorted[i]->key);
        if (first) {
            buf_text(out, i ? "]}," : "");
            json_quote(out, sorted[i]->key);
            buf_text(out, ":{\"metas\":[");
        } else {
            buf_char(out, ',');
        }
        write_meta(out, sorted[i]);
    }
    buf_text(out, count ? "]}}" : "}");
    free(sorted);
}
