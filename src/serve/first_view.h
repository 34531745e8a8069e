/* The menu as a reader without scripts sees it, and everybody for the moment until the page's program runs. */
#ifndef MAITRED_SERVE_FIRST_VIEW_H
#define MAITRED_SERVE_FIRST_VIEW_H

#include "base/buf.h"

/* Writes what the answers of get_table, get_menu and get_restaurants hold as HTML: the house, the table, categories and
 * dishes with their prices. `json` is an object with members "table" and "menu", each of which may be missing. Texts
 * are escaped; prices are written as `language` ("de") does, as far as a few rules know. Writes nothing when there is
 * no menu. */
void first_view_menu(struct buf *html, const char *json, const char *language);

#endif
