/* The structured data is a data block (<script type="application/ld+json">): browsers run none of it, so the content
 * policy has nothing to say about it. */
#include "serve/page_head.h"

#include "base/json_kept.h"
#include "base/str.h"
#include "serve/html.h"

#include <jansson.h>
#include <stdlib.h>

enum { ORIGINS_MAX = 50, ADDRESS_MAX_BYTES = 16 * 1024 };

static void write_meta(struct buf *html, const char *attribute, const char *name, const char *content)
{
    if (!content || !*content)
        return;
    buf_printf(html, "<meta %s=\"%s\" content=\"", attribute, name);
    html_text(html, content);
    buf_text(html, "\" />\n    ");
}

static void write_graph(struct buf *html, const json_t *graph)
{
    if (!json_array_size(graph))
        return;
    char *json = json_dumps(graph, JSON_COMPACT);
    if (!json)
        abort();
    buf_text(html, "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@graph\":");
    html_json(html, str_of(json));
    buf_text(html, "}</script>\n    ");
    free(json);
}

void page_head_write(struct buf *html, const struct page_head *head)
{
    json_t *card = head->card ? json_loads(head->card, 0, NULL) : NULL;
    const char *title = card ? json_text_at(card, "title") : NULL;
    const char *image = card ? json_text_at(card, "image") : NULL;
    buf_text(html, "<title>");
    html_text(html, title ? title : head->house);
    buf_text(html, "</title>\n    ");
    if (card) {
        const char *description = json_text_at(card, "description");
        write_meta(html, "name", "description", description);
        write_meta(html, "property", "og:type", "website");
        write_meta(html, "property", "og:site_name", head->house);
        write_meta(html, "property", "og:title", title);
        write_meta(html, "property", "og:description", description);
        write_meta(html, "property", "og:image", image);
        write_meta(html, "property", "og:locale", head->language);
        write_meta(html, "name", "twitter:card", image ? "summary_large_image" : "summary");
        struct buf here;
        buf_init(&here, ADDRESS_MAX_BYTES);
        buf_text(&here, head->url);
        buf_text(&here, head->path);
        write_meta(html, "property", "og:url", buf_cstr(&here));
        buf_text(html, "<link rel=\"canonical\" href=\"");
        html_text(html, buf_cstr(&here));
        buf_text(html, "\" />\n    ");
        buf_release(&here);
        write_graph(html, json_object_get(card, "graph"));
    }
    json_decref(card);
}

/* The database keeps only origins there (app.widget_problem); this header would believe anything, so it is looked at
 * again. */
static bool is_source(const char *origin)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.-:/*";
    return (str_starts(str_of(origin), "https://") || str_starts(str_of(origin), "http://")) &&
           strspn(origin, allowed) == strlen(origin);
}

const char *page_head_ancestors(struct arena *arena, const char *card)
{
    json_t *read = card ? json_loads(card, 0, NULL) : NULL;
    const json_t *origins = json_object_get(read, "origins"), *origin;
    const char *sources = !read ? "'none'" : json_is_array(origins) ? "'self'" : "*";
    size_t i;
    json_array_foreach(origins, i, origin)
    {
        const char *text = json_string_value(origin);
        if (i < ORIGINS_MAX && text && is_source(text))
            sources = arena_printf(arena, "%s %s", sources, text);
    }
    json_decref(read);
    return sources;
}
