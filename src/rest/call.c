/* Which of several functions of one name a request means, by the names of its arguments; errors PGRST202, PGRST203. */
#include "rest/plan.h"

#include <stdlib.h>
#include <string.h>

/* The names that the request gives, however it gives them. */
struct given {
    const char **names;
    size_t count;
};

static struct given given_names(struct plan_request *request)
{
    struct given given = {0};
    if (!request->get) {
        /* Of a list of objects the first is taken. */
        given.names = request->query.columns ? request->query.columns : request->body.keys;
        given.count = request->query.columns ? request->query.column_count : request->body.key_count;
        return given;
    }
    size_t n = 0;
    for (const struct query_argument *a = request->query.arguments; a; a = a->next)
        n++;
    given.names = arena_array(request->arena, n + 1, sizeof *given.names);
    for (const struct query_argument *a = request->query.arguments; a; a = a->next) {
        bool known = false;
        for (size_t i = 0; i < given.count; i++)
            known |= text_eq(given.names[i], a->name);
        if (!known)
            given.names[given.count++] = a->name;
    }
    return given;
}

static bool has_name(const struct given *given, const char *name)
{
    for (size_t i = 0; i < given->count; i++)
        if (text_eq(given->names[i], name))
            return true;
    return false;
}

static bool fits_by_name(const struct function *f, const struct given *given)
{
    size_t known = 0;
    for (size_t i = 0; i < f->parameter_count; i++) {
        const struct parameter *p = &f->parameters[i];
        bool is_given = has_name(given, p->name);
        if (!is_given && p->required && !p->variadic)
            return false;
        known += is_given;
    }
    return known == given->count;
}

static bool is_json(const struct parameter *p)
{
    return p->type_oid == 114 || p->type_oid == 3802;
}

static bool fits_by_body(const struct function *f, const struct plan_request *request)
{
    if (request->prefer.single_object)
        return f->parameter_count == 1 && is_json(&f->parameters[0]);
    if (request->get || f->parameter_count != 1 || *f->parameters[0].name)
        return false;
    /* {"": value}: what PostgREST's clients send to a parameter without a name. It gets the whole body. */
    if (request->body.is_object && request->body.key_count == 1 && !*request->body.keys[0])
        return true;
    Oid type = f->parameters[0].type_oid;
    switch (request->body.kind) {
    case BODY_JSON:
        return is_json(&f->parameters[0]) && !request->body.csv && !request->body.form;
    case BODY_TEXT:
        return type == 25;
    case BODY_BYTES:
        return type == 17;
    case BODY_XML:
        return type == 142;
    case BODY_NONE:
    default:
        return false;
    }
}

/* What a body of this kind could have gone to, whatever the function's parameters are called. */
static const char *only_parameter(const struct plan_request *request)
{
    if (request->prefer.single_object)
        return "json/jsonb";
    switch (request->body.kind) {
    case BODY_TEXT:
        return "unnamed text";
    case BODY_BYTES:
        return "unnamed bytea";
    case BODY_XML:
        return "unnamed xml";
    default:
        return NULL;
    }
}

static const char *qualified(struct plan_request *request, const struct function *f, const char *name)
{
    const char *schema = f && f->schema ? f->schema : request->schema;
    return arena_printf(request->arena, "%s.%s", request->shown_schema ? request->shown_schema : schema, name);
}

/* The parameters of the overload that is most like what was given: the only one in any case. */
static const char *likely_parameters(struct plan_request *request, const struct function *overloads, size_t count,
                                     const char *given)
{
    static const double alike = 0.33;
    struct arena *arena = request->arena;
    const char *best = NULL;
    double likeness = count > 1 ? alike : 0;
    for (size_t i = 0; i < count; i++) {
        const struct function *f = &overloads[i];
        if (!function_is_for(request->catalogue, f, request->role))
            continue;
        const char **names = arena_array(arena, f->parameter_count + 1, sizeof *names);
        for (size_t p = 0; p < f->parameter_count; p++)
            names[p] = f->parameters[p].name;
        const char *list = error_names(arena, names, f->parameter_count);
        double now = name_likeness(arena_printf(arena, "(%s)", list), arena_printf(arena, "(%s)", given));
        if (now >= likeness) {
            likeness = now;
            best = list;
        }
    }
    return best;
}

static enum err none_fits(struct plan_request *request, const struct given *given, const struct function *some,
                          size_t overloads, struct error *out)
{
    struct arena *arena = request->arena;
    const char *name = qualified(request, some, request->target);
    const char *list = error_names(arena, given->names, given->count);
    const char *only = only_parameter(request);
    if (only) {
        error_set(out, arena, ERR_NO_FUNCTION, "Could not find the function %s in the schema cache", name);
        out->details = arena_printf(
            arena,
            "Searched for the function %s with a single %s parameter, but no matches were found in the schema cache.",
            name, only);
        return ERR_NO_FUNCTION;
    }
    if (given->count)
        error_set(out, arena, ERR_NO_FUNCTION, "Could not find the function %s(%s) in the schema cache", name, list);
    else
        error_set(out, arena, ERR_NO_FUNCTION, "Could not find the function %s without parameters in the schema cache",
                  name);
    const char *with = !given->count ? "without parameters"
                                     : arena_printf(arena, "with parameter%s %s", given->count > 1 ? "s" : "", list);
    out->details = arena_printf(
        arena, "Searched for the function %s %s%s, but no matches were found in the schema cache.", name, with,
        request->get || request->body.csv || request->body.form ? ""
                                                                : " or with a single unnamed json/jsonb parameter");
    if (some) {
        const char *wanted = likely_parameters(request, some, overloads, list);
        if (wanted)
            out->hint = arena_printf(arena, "Perhaps you meant to call the function %s(%s)", name, wanted);
    } else {
        const char *similar = catalogue_similar_function(request->catalogue, request->target, request->role);
        size_t count;
        if (similar)
            out->hint =
                arena_printf(arena, "Perhaps you meant to call the function %s",
                             qualified(request, catalogue_functions(request->catalogue, similar, &count), similar));
    }
    return ERR_NO_FUNCTION;
}

/* In an order that does not hang on which was made first. */
static int by_signature(const void *a, const void *b)
{
    const struct function *f = *(const struct function *const *)a, *g = *(const struct function *const *)b;
    if (f->parameter_count != g->parameter_count)
        return f->parameter_count < g->parameter_count ? -1 : 1;
    for (size_t i = 0; i < f->parameter_count; i++) {
        int order = strcmp(f->parameters[i].type, g->parameters[i].type);
        if (order)
            return order;
    }
    return 0;
}

static enum err several_fit(struct plan_request *request, const struct function **fitting, size_t count,
                            struct error *out)
{
    qsort(fitting, count, sizeof *fitting, by_signature);
    struct arena *arena = request->arena;
    struct buf list;
    buf_init(&list, 1 << 16);
    for (size_t i = 0; i < count && i < ERROR_NAMES_MAX; i++) {
        const struct function *f = fitting[i];
        buf_printf(&list, "%s%s(", i ? ", " : "", qualified(request, f, f->name));
        for (size_t p = 0; p < f->parameter_count; p++)
            buf_printf(&list, "%s%s => %s", p ? ", " : "", f->parameters[p].name, f->parameters[p].type);
        buf_char(&list, ')');
    }
    error_set(out, arena, ERR_AMBIGUOUS_FUNCTION, "Could not choose the best candidate function between: %s",
              buf_cstr(&list));
    buf_release(&list);
    out->hint =
        "Try renaming the parameters or the function itself in the database so function overloading can be resolved";
    return ERR_AMBIGUOUS_FUNCTION;
}

enum err call_resolve(struct plan_request *request, const struct function **function, bool *raw_body, struct error *out)
{
    size_t count, fitting_count = 0;
    const struct function *overloads = catalogue_functions(request->catalogue, request->target, &count);
    struct given given = given_names(request);
    const struct function **fitting = arena_array(request->arena, count + 1, sizeof(void *));
    bool by_body = false;
    bool names = request->body.is_object || (request->body.is_array && request->body.key_count);
    if (!request->prefer.single_object && (request->body.kind == BODY_JSON ? names : request->body.kind == BODY_NONE))
        for (size_t i = 0; i < count; i++)
            if (fits_by_name(&overloads[i], &given) && !has_name(&given, ""))
                fitting[fitting_count++] = &overloads[i];
    if (!fitting_count)
        for (size_t i = 0; i < count; i++)
            if (fits_by_body(&overloads[i], request)) {
                fitting[fitting_count++] = &overloads[i];
                by_body = true;
            }
    if (!fitting_count)
        return none_fits(request, &given, overloads, count, out);
    if (fitting_count > 1)
        return several_fit(request, fitting, fitting_count, out);
    *function = fitting[0];
    *raw_body = by_body;
    return OK;
}
