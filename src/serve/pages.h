/* The web pages and what they need to know before they can ask anything else. */
#ifndef MAITRED_SERVE_PAGES_H
#define MAITRED_SERVE_PAGES_H

#include "http/http.h"

/* GET /app/config: name, theme, modules and anon key of the tenant that this host reaches. */
extern const struct http_route page_routes[];

struct pages;

/* `web_dir` NULL: there are no built pages, which is said to whoever asks for one. Copied. */
struct pages *pages_new(const char *web_dir);
void pages_free(struct pages *pages);

/* Answers a path that no route took: a built file, or the page that reads the path itself. */
void pages_serve(struct http_req *req);

#endif
