/* What a crawler asks a house: which of its pages there are, and which are nobody's business. */
#ifndef MAITRED_SERVE_SITE_H
#define MAITRED_SERVE_SITE_H

#include "http/http.h"

/* GET /robots.txt and /sitemap.xml (sitemaps.org 0.9) of the tenant that this host reaches. */
extern const struct http_route site_routes[];

#endif
