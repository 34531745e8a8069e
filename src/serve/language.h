/* Which of the pages' languages a reader gets. */
#ifndef MAITRED_SERVE_LANGUAGE_H
#define MAITRED_SERVE_LANGUAGE_H

/* The code ("de") of the language that the reader chose (cookie "language", set by the page), else of the first that
 * the device asks for (RFC 9110, 12.5.4), or NULL when it is none of ours. Either header may be NULL. */
const char *language_of_reader(const char *cookies, const char *accept_language);

/* The code of a locale like "de-AT", or NULL when it is none of ours (or NULL). */
const char *language_of_locale(const char *locale);

#endif
