/* Filters: `not.gte.5`, `like(any).{a*,b*}`, `in.(1,2)`, and the trees of and=(…), or=(…). */
#include "rest/scanner.h"

#include <ctype.h>

static const char expecting_operator[] = "\"not\" or operator (eq, gt, ...)";

static struct str take_word(struct scanner *s)
{
    const char *from = s->at;
    while (!scan_end(s) && isalpha((unsigned char)*s->at))
        s->at++;
    return str_n(from, (size_t)(s->at - from));
}

enum err scan_operator(struct scanner *s, struct condition *condition)
{
    bool negated = false;
    if (scan_take(s, "not.")) {
        negated = true;
        if (s->at + 4 <= s->end && !memcmp(s->at, "not.", 4))
            return scan_fail(s, "operator (eq, gt, ...)");
    }
    const char *from = s->at;
    const struct operator* op = operator_find(take_word(s));
    if (!op) {
        s->at = from;
        return scan_fail(s, negated ? "operator (eq, gt, ...)" : expecting_operator);
    }
    if (scan_peek(s) == '(' && op->operand == OPERAND_SEARCH) {
        s->at++;
        const char *language;
        enum err err = scan_name(s, "a text search configuration", &language);
        if (err)
            return err;
        if (!scan_take(s, ")"))
            return scan_fail(s, "\")\"");
        condition->language = language;
    } else if (scan_peek(s) == '(' && op->quantified) {
        s->at++;
        if (scan_take(s, "any)"))
            condition->quantifier = QUANTIFIER_ANY;
        else if (scan_take(s, "all)"))
            condition->quantifier = QUANTIFIER_ALL;
        else
            return scan_fail(s, "\"any\" or \"all\"");
    }
    if (!scan_take(s, "."))
        return scan_fail(s, "delimiter (.)");
    condition->op = op;
    condition->negated = negated;
    return OK;
}

bool scan_looks_like_filter(struct str text)
{
    const char *p = text.at;
    const char *end = text.at + text.len;
    if (text.len > 4 && !memcmp(p, "not.", 4))
        p += 4;
    const char *from = p;
    while (p < end && isalpha((unsigned char)*p))
        p++;
    return p < end && (*p == '.' || *p == '(') && operator_find(str_n(from, (size_t)(p - from)));
}

/* What can be wrong with a value before the database sees it. */
static enum err check_value(struct scanner *s, const struct condition *condition)
{
    struct str list;
    if (condition->op->operand == OPERAND_KEYWORD && !operator_keyword(condition->value))
        return scan_fail(s, "null or trilean value (unknown, true, false)");
    if (condition->op->operand == OPERAND_LIST && !operand_list(s->arena, condition->value, &list))
        return scan_fail(s, "\"(\" and a list of values");
    return OK;
}

enum err scan_filter(struct scanner *s, struct condition *condition)
{
    enum err err = scan_operator(s, condition);
    if (err)
        return err;
    condition->value = str_n(s->at, (size_t)(s->end - s->at));
    err = check_value(s, condition);
    s->at = s->end;
    return err;
}

/* Inside a tree a value ends at a comma or parenthesis, unless it is "quoted", {an array} or (a list). */
static enum err scan_tree_value(struct scanner *s, struct condition *condition)
{
    const char *from = s->at;
    if (scan_peek(s) == '"' && condition->op->operand != OPERAND_LIST) {
        struct str text;
        enum err err = scan_quoted(s, &text);
        if (err)
            return err;
        if (scan_end(s) || *s->at == ',' || *s->at == ')') {
            condition->value = text;
            return check_value(s, condition);
        }
        s->at = from; /* only the start was quoted: take it as it stands */
    }
    if (condition->op->operand == OPERAND_LIST || scan_peek(s) == '{') {
        char open = scan_peek(s), close = open == '{' ? '}' : ')';
        int depth = 0;
        bool quoted = false;
        for (; !scan_end(s); s->at++) {
            char c = *s->at;
            if (quoted) {
                if (c == '\\' && s->at + 1 < s->end)
                    s->at++;
                else
                    quoted = c != '"';
            } else if (c == '"') {
                quoted = true;
            } else if (c == open) {
                depth++;
            } else if (c == close && --depth <= 0) {
                s->at++;
                break;
            }
        }
        if (depth > 0 || quoted)
            return scan_fail(s, close == '}' ? "\"}\"" : "\")\"");
    } else {
        while (!scan_end(s) && *s->at != ',' && *s->at != ')')
            s->at++;
    }
    condition->value = str_of(arena_strndup(s->arena, from, (size_t)(s->at - from)));
    return check_value(s, condition);
}

static enum err scan_tree(struct scanner *s, struct condition *tree);

/* `and (`, up to the parenthesis. */
static bool take_junction(struct scanner *s, const char *word, enum condition_kind kind, struct condition *branch)
{
    const char *from = s->at;
    if (scan_take(s, word)) {
        while (scan_take(s, " "))
            ;
        if (scan_peek(s) == '(') {
            branch->kind = kind;
            return true;
        }
    }
    s->at = from;
    return false;
}

/* not.and(…), or(…), or field.operator.value */
static enum err scan_branch(struct scanner *s, struct condition *branch)
{
    const char *from = s->at;
    branch->pair = -1;
    bool negated = scan_take(s, "not.");
    if (take_junction(s, "and", CONDITION_AND, branch) || take_junction(s, "or", CONDITION_OR, branch)) {
        branch->negated = negated;
        return scan_tree(s, branch);
    }
    s->at = from;
    branch->kind = CONDITION_FILTER;
    enum err err = scan_name(s, "field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)",
                             &branch->field.name);
    if (!err)
        err = scan_json_path(s, &branch->field.path);
    if (err)
        return err;
    if (!scan_take(s, "."))
        return scan_fail(s, "\"->>\", \"->\" or delimiter (.)");
    err = scan_operator(s, branch);
    return err ? err : scan_tree_value(s, branch);
}

static enum err scan_tree(struct scanner *s, struct condition *tree)
{
    struct condition **last = &tree->children;
    if (!scan_take(s, "("))
        return scan_fail(s, "\"(\"");
    if (++s->depth > QUERY_NESTING_MAX)
        return scan_fail(s, "fewer parentheses");
    do {
        struct condition *branch = arena_zalloc(s->arena, sizeof *branch);
        while (scan_take(s, " "))
            ;
        enum err err = scan_branch(s, branch);
        if (err)
            return err;
        *last = branch;
        last = &branch->next;
        while (scan_take(s, " "))
            ;
    } while (scan_take(s, ","));
    if (!scan_take(s, ")"))
        return scan_fail(s, "\",\" or \")\"");
    s->depth--;
    return OK;
}

enum err scan_logic(struct scanner *s, struct condition *tree)
{
    enum err err = scan_tree(s, tree);
    scan_surplus(s);
    if (!err && !scan_end(s))
        err = scan_fail(s, "end of input");
    return err;
}
