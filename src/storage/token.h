/* Signed addresses: a token (JWT, HS256) that opens one object, to read it or to put it there, until it expires. Its
 * key is made of the tenant's secret for this use alone, so that no session's token opens a file, and none of these
 * signs anybody in. The claim `scope` is held, too: who may read may not write. */
#ifndef MAITRED_STORAGE_TOKEN_H
#define MAITRED_STORAGE_TOKEN_H

#include "storage/dialect.h"

enum token_scope { TOKEN_DOWNLOAD, TOKEN_UPLOAD };

struct token {
    enum token_scope scope;
    const char *owner; /* TOKEN_UPLOAD: whose it will be, or NULL */
    bool upsert;
};

char *token_sign(struct http_req *req, const struct object_name *object, const struct token *token, int64_t seconds);

/* Whether `text` (NULL: none was sent) opens this object; else refused. */
bool token_opens(struct http_req *req, const char *text, enum token_scope scope, const struct object_name *object,
                 struct token *token);

#endif
