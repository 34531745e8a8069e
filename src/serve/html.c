#include "serve/html.h"

void html_text(struct buf *html, const char *text)
{
    for (const char *p = text; *p; p++) {
        switch (*p) {
        case '<':
            buf_text(html, "&lt;");
            break;
        case '>':
            buf_text(html, "&gt;");
            break;
        case '&':
            buf_text(html, "&amp;");
            break;
        case '"':
            buf_text(html, "&quot;");
            break;
        default:
            buf_char(html, *p);
        }
    }
}

void html_json(struct buf *html, struct str json)
{
    for (size_t i = 0; i < json.len; i++) {
        unsigned char c = (unsigned char)json.at[i];
        if (c == '<' || c == '>' || c == '&')
            buf_printf(html, "\\u%04x", c);
        else
            buf_char(html, (char)c);
    }
}
