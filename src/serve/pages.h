/* The web pages and what they need to know before they can ask anything else. */
#ifndef MAITRED_SERVE_PAGES_H
#define MAITRED_SERVE_PAGES_H

#include "http/http.h"
#include "http/services.h"

/* GET /app/config: name, theme, modules and anon key of the tenant that this host reaches; and every path that no other
 * room takes: a built file, or the page that reads the path itself. */
extern const struct http_route page_routes[];

struct pages;
extern const struct service_key pages_key; /* under which the worker offers them */

/* `web_dir` NULL: there are no built pages, which is said to whoever asks for one. Copied. */
struct pages *pages_new(const char *web_dir);

#endif
