/* Answers of the auth dialect: errors in its two shapes, sessions with a signed token, redirects with either in the
 * fragment. */
#ifndef MAITRED_AUTH_ANSWER_H
#define MAITRED_AUTH_ANSWER_H

#include "auth/internal.h"

#include <jansson.h>

/* Writes what a function of db/app/auth returned (answers.sql). */
void auth_answer(struct http_req *req, struct auth_service *service, json_t *result);

/* Signs claims with the tenant's key: ES256 where one is in use, else HS256. In the request's arena. */
char *auth_sign(struct http_req *req, const struct auth_service *service, const json_t *claims);

#endif
