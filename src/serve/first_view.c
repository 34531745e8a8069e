/* The classes are those of the style in web/index.html; the program replaces all of it (web/src/main.tsx). */
#include "serve/first_view.h"

#include "base/json_kept.h"
#include "base/str.h"
#include "serve/html.h"

#include <inttypes.h>
#include <jansson.h>

enum { DISHES_MAX = 300 };

static void write_element(struct buf *html, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    buf_printf(html, "<%s>", name);
    html_text(html, text);
    buf_printf(html, "</%s>", name);
}

static const struct {
    const char *code, *sign;
} signs[] = {{"EUR", "€"},   {"USD", "$"}, {"GBP", "£"}, {"JPY", "¥"},
             {"RUB", "₽"}, {"TRY", "₺"}, {"ILS", "₪"}, {"INR", "₹"}};

/* €8.90 in English, 8.90 € in Arabic, 8,90 € in the others: what Intl writes in the page (web/src/lib/format.ts). */
static void write_price(struct buf *html, json_int_t minor, int exponent, const char *currency, const char *language)
{
    bool english = text_eq(language, "en"), point = english || text_eq(language, "ar");
    const char *sign = NULL;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (text_eq(signs[i].code, currency))
            sign = signs[i].sign;
    int64_t unit = 1;
    for (int i = 0; i < exponent; i++)
        unit *= 10;
    if (english && sign)
        buf_text(html, sign);
    else if (english) {
        html_text(html, currency);
        buf_text(html, "\u00a0");
    }
    buf_printf(html, "%" PRId64, (int64_t)minor / unit);
    if (exponent > 0)
        buf_printf(html, "%c%0*" PRId64, point ? '.' : ',', exponent, (int64_t)minor % unit);
    if (!english) {
        buf_text(html, "\u00a0");
        html_text(html, sign ? sign : currency);
    }
}

static void write_dish(struct buf *html, const json_t *item, const json_t *place, const char *language)
{
    json_int_t price = json_integer_value(json_object_get(item, "price"));
    json_int_t exponent = json_integer_value(json_object_get(place, "currency_exponent"));
    const char *currency = json_text_at(place, "currency");
    buf_text(html, "<li><div>");
    write_element(html, "b", json_text_at(item, "name"));
    write_element(html, "p", json_text_at(item, "description"));
    buf_text(html, "<span>");
    if (price >= 0 && exponent >= 0 && exponent <= 4 && currency)
        write_price(html, price, (int)exponent, currency, language);
    buf_text(html, "</span></div></li>");
}

void first_view_menu(struct buf *html, const char *json, const char *language)
{
    json_t *first = json_loads(json, 0, NULL);
    const json_t *menu = json_object_get(first, "menu");
    const json_t *place = json_object_get(menu, "restaurant");
    const json_t *table = json_object_get(json_object_get(first, "table"), "table");
    const json_t *category, *item;
    size_t c, i, dishes = 0;
    if (place) {
        buf_text(html, "<div class=first><header>");
        write_element(html, "h1", json_text_at(place, "name"));
        if (table)
            write_element(html, "p", json_text_at(table, "name"));
        buf_text(html, "</header>");
        if (table)
            buf_text(html, "<div class=wait></div>");
        json_array_foreach(json_object_get(menu, "categories"), c, category)
        {
            const json_t *items = json_object_get(category, "items");
            if (!json_array_size(items) || dishes >= DISHES_MAX)
                continue;
            buf_text(html, "<section>");
            write_element(html, "h2", json_text_at(category, "name"));
            buf_text(html, "<ul>");
            json_array_foreach(items, i, item)
            {
                if (dishes++ < DISHES_MAX)
                    write_dish(html, item, place, language);
            }
            buf_text(html, "</ul></section>");
        }
        buf_text(html, "</div>");
    }
    json_decref(first);
}
