/* A view's rule as PostgreSQL keeps it (nodeToString): {NAME :field value …}, lists in parentheses, a backslash before
 * what is not meant as such a sign. The outermost query's field targetList has one TARGETENTRY a column; queries within
 * it (of expressions, of the from list) have lists of their own, which say nothing of the view's columns.
 */
#include "rest/catalogue.h"

#include "base/str.h"

#include <stdlib.h>

static const char *skip(const char *p)
{
    return *p == '\\' && p[1] ? p + 2 : p + 1;
}

/* The number behind a field, when it is this one. */
static bool field(const char *p, const char *name, long *value)
{
    size_t n = strlen(name);
    if (strncmp(p, name, n) || p[n] != ' ')
        return false;
    *value = strtol(p + n, NULL, 10);
    return true;
}

size_t view_targets(const char *action, struct view_target *targets, size_t room)
{
    enum { QUERY = 1, ENTRY = 2 };
    size_t count = 0;
    int depth = 0;
    bool in_list = false;
    long number = 0, base = 0, base_column = 0;
    for (const char *p = action; *p; p = skip(p)) {
        if (*p == '{') {
            if (++depth == ENTRY)
                number = base = base_column = 0;
        } else if (*p == '}') {
            if (depth-- == ENTRY && in_list && number > 0 && base > 0 && base_column > 0) {
                if (count < room)
                    targets[count] = (struct view_target){(int)number, (Oid)base, (int)base_column};
                count++;
            }
        } else if (*p == ':' && depth == QUERY) {
            if (in_list)
                break; /* the field behind it */
            in_list = !strncmp(p, ":targetList ", 12);
        } else if (*p == ':' && depth == ENTRY && in_list) {
            (void)(field(p, ":resno", &number) || field(p, ":resorigtbl", &base) ||
                   field(p, ":resorigcol", &base_column));
        }
    }
    return count;
}
