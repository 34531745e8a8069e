/* Text and JSON inside of HTML. */
#ifndef MAITRED_SERVE_HTML_H
#define MAITRED_SERVE_HTML_H

#include "base/buf.h"

/* Between tags and in attributes with double quotes. */
void html_text(struct buf *html, const char *text);

/* In a <template> or a data block: what HTML would take for its own stands inside of JSON's strings only. */
void html_json(struct buf *html, struct str json);

#endif
