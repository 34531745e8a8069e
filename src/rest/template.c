#include "rest/template.h"

#include "base/encode.h"
#include "rest/scanner.h"

#include <string.h>

/* The operators whose whole right side is one value that any other value may replace. (`is` has words, full-text search
 * has languages; those stay in the key.) */
static bool is_replaceable(const struct operator* op)
{
    return op && (op->operand == OPERAND_VALUE || op->operand == OPERAND_PATTERN || op->operand == OPERAND_LIST);
}

static const char *const reserved[] = {"select", "columns", "on_conflict", "order", "limit", "offset", "and", "or"};

/* Whether the last part of the name is one of ours: lines.order, not.or. */
static bool is_reserved(struct str name)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        size_t n = strlen(reserved[i]);
        if (name.len >= n && !memcmp(name.at + name.len - n, reserved[i], n) &&
            (name.len == n || name.at[name.len - n - 1] == '.'))
            return true;
    }
    return false;
}

/* Where the value begins behind `not.` and the operator, or 0 when this is no plain filter. */
static size_t operator_length(struct str value)
{
    size_t from = value.len > 4 && !memcmp(value.at, "not.", 4) ? 4 : 0;
    size_t n = from;
    while (n < value.len && value.at[n] >= 'a' && value.at[n] <= 'z')
        n++;
    if (n == value.len || !is_replaceable(operator_find(str_n(value.at + from, n - from))))
        return 0;
    if (value.at[n] == '(') {
        if (value.len - n >= 6 && (!memcmp(value.at + n, "(any).", 6) || !memcmp(value.at + n, "(all).", 6)))
            return n + 6;
        return 0;
    }
    return value.at[n] == '.' ? n + 1 : 0;
}

void template_add_query(struct buf *key, struct str query, bool call)
{
    struct query_pair pair;
    while (query_next_pair(&query, &pair)) {
        buf_char(key, '&');
        buf_str(key, pair.name);
        if (is_reserved(pair.name) || memchr(pair.name.at, '%', pair.name.len)) {
            buf_char(key, '=');
            buf_str(key, pair.value);
            continue;
        }
        size_t n = operator_length(pair.value);
        /* An encoded dot or parenthesis would be seen by the parser, but not by us. */
        bool plain = n || (call && !memchr(pair.value.at, '%', pair.value.len < 16 ? pair.value.len : 16) &&
                           !scan_looks_like_filter(pair.value) && !(pair.value.len && pair.value.at[0] == '{'));
        buf_char(key, plain ? '~' : '=');
        buf_str(key, plain ? str_n(pair.value.at, n) : pair.value);
    }
}

static bool nth_pair(struct str query, int number, struct query_pair *pair)
{
    while (query_next_pair(&query, pair))
        if (!number--)
            return true;
    return false;
}

static enum err bind_pair(struct arena *arena, const struct plan_param *param, const struct template_values *values,
                          const char **bound, struct error *out)
{
    struct query_pair pair;
    struct str value;
    if (!nth_pair(values->query, param->pair, &pair) || !query_decode(arena, pair.value, &value) ||
        !text_is_utf8(value))
        return error_set(out, arena, ERR_BAD_QUERY,
                         "The query string is not well-formed: percent-encoded UTF-8 is expected");
    if (param->source == PARAM_PAIR_WHOLE) {
        *bound = value.at;
        return OK;
    }
    struct condition condition = {0};
    struct scanner s = scanner_of(arena, value, "filter", out);
    enum err err = scan_operator(&s, &condition);
    if (err)
        return err;
    value = str_n(s.at, (size_t)(s.end - s.at));
    if (param->operand == OPERAND_PATTERN)
        value = operand_pattern(arena, value);
    else if (param->operand == OPERAND_LIST && !operand_list(arena, value, &value))
        return scan_fail(&s, "\"(\" and a list of values");
    *bound = value.at;
    return OK;
}

enum err template_bind(struct arena *arena, const struct plan_statement *statement,
                       const struct template_values *values, const char ***out_bound, struct error *out)
{
    const char **bound = arena_array(arena, (size_t)statement->param_count + 1, sizeof *bound);
    for (int i = 0; i < statement->param_count; i++) {
        const struct plan_param *param = &statement->params[i];
        enum err err;
        switch (param->source) {
        case PARAM_PAIR_FILTER:
        case PARAM_PAIR_WHOLE:
            err = bind_pair(arena, param, values, &bound[i], out);
            if (err)
                return err;
            break;
        case PARAM_BODY:
            bound[i] = values->body->text.at;
            break;
        case PARAM_KEY:
            bound[i] = values->key;
            break;
        case PARAM_KEY_METHOD:
            bound[i] = values->key_method;
            break;
        case PARAM_KEY_PATH:
            bound[i] = values->key_path;
            break;
        case PARAM_KEY_HASH:
            bound[i] = values->key_hash;
            break;
        case PARAM_CONSTANT:
        default:
            bound[i] = param->constant;
            break;
        }
    }
    *out_bound = bound;
    return OK;
}
