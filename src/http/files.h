/* Static files: ETag, ranges, and the compressed twin (name.br, name.gz) where the build made one. */
#ifndef MAITRED_HTTP_FILES_H
#define MAITRED_HTTP_FILES_H

#include "http/http.h"

/* Answers with the file `relative` below `root` (no leading slash, decoded). Names with . or .. segments, hidden files
 * and anything that is not a regular file do not exist. Returns false, without answering, when there is no such file.
 */
bool http_send_file(struct http_req *req, const char *root, const char *relative, const char *cache_control)
    __attribute__((warn_unused_result));

#endif
