/* What search engines and messengers read of a page before anybody opens it (app.page_card): title, description, Open
 * Graph, schema.org; and whose pages may frame the widget. */
#ifndef MAITRED_SERVE_PAGE_HEAD_H
#define MAITRED_SERVE_PAGE_HEAD_H

#include "base/arena.h"
#include "base/buf.h"

struct page_head {
    const char *house;    /* the tenant's name: the title where there is no card */
    const char *card;     /* JSON of app.page_card, or NULL: a page for whoever holds its address says no more */
    const char *url;      /* where the house is reached */
    const char *path;     /* of the page, with its slash */
    const char *language; /* "de" */
};

/* Writes the elements in place of the built file's <title>. Everything that a house has written is escaped. */
void page_head_write(struct buf *html, const struct page_head *head);

/* The sources of frame-ancestors for a widget's card: those that the house allows and itself, or "*" where it names
 * none; "'none'" without a card, for then nobody knows. In the arena. */
const char *page_head_ancestors(struct arena *arena, const char *card);

#endif
