/* How long a value may be before PostgreSQL sees it. What a type could never take is not sent: a mistyped number of
 * seven megabytes would be copied a dozen times, written into the error and into the log. Texts of functions are names,
 * notes and codes; a function that takes longer ones says so where people read it, too: "Texts may have 600000
 * bytes" in its comment. (A `set` of its own would need a superuser's rights where the database is somebody else's.) */
#include "base/json.h"
#include "rest/plan.h"

/* Types that have no long values, by their number in pg_type. */
static const Oid short_types[] = {
    16,   18,   20,   21,   23,   26,   700, 701, 790, 1700, /* bool, "char", integers, oid, floats, money, numeric */
    1082, 1083, 1114, 1184, 1186, 1266,                      /* dates, times, interval */
    650,  774,  829,  869,                                   /* networks */
    2950,                                                    /* uuid */
    3904, 3906, 3908, 3910, 3912, 3926,                      /* ranges */
};

enum { SHORT_BYTES_MAX = 1000 };

/* Bytes and XML, and types made of others: their size is the body's. */
static bool may_be_long(Oid type, enum value_kind kind)
{
    return kind != VALUE_PLAIN || type == 17 || type == 142;
}

size_t plan_value_bytes_max(Oid type, enum value_kind kind, size_t text_max)
{
    for (size_t i = 0; i < sizeof short_types / sizeof *short_types; i++)
        if (type == short_types[i])
            return SHORT_BYTES_MAX;
    return may_be_long(type, kind) ? 0 : text_max;
}

static enum err too_long(struct arena *arena, const char *field, size_t most, struct error *out)
{
    struct buf details;
    (void)error_set(out, arena, ERR_BAD_INPUT, "%s may have at most %zu bytes.",
                    field ? error_text_cut(arena, field, ERROR_NAME_BYTES_MAX) : "The body", most);
    buf_init(&details, 4096);
    struct json_writer w = json_writer(&details);
    json_open(&w, '{');
    if (field)
        json_member(&w, "field", error_text_cut(arena, field, ERROR_NAME_BYTES_MAX));
    json_key(&w, "max_bytes");
    json_int(&w, (int64_t)most);
    json_close(&w, '}');
    out->details = arena_strdup(arena, buf_cstr(&details));
    buf_release(&details);
    return ERR_BAD_INPUT;
}

enum err plan_check_lengths(const struct plan *plan, struct arena *arena, const struct body *body, struct error *out)
{
    if (plan->body_bytes_max && body->text.len > plan->body_bytes_max)
        return too_long(arena, NULL, plan->body_bytes_max, out);
    for (size_t i = 0; plan->key_bytes_max && i < body->key_count; i++)
        if (plan->key_bytes_max[i] && body->longest[i] > plan->key_bytes_max[i])
            return too_long(arena, body->keys[i], plan->key_bytes_max[i], out);
    return OK;
}
