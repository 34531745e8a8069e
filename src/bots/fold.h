/* Texts as people mean them: without case, with European digits, without marks that only look different. */
#ifndef MAITRED_BOTS_FOLD_H
#define MAITRED_BOTS_FOLD_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Lower case by Unicode's folding, every script's digits as 0-9, ё as е, Arabic without tatweel and short vowels, one
 * space between words and none around, no control and no formatting signs. UTF-8 in and out; never NULL. */
const char *fold_text(struct arena *arena, const char *text);

/* What a person typed, for keeping: trimmed, without control signs; at most `most` characters, else NULL; NULL also
 * when nothing is left. */
const char *clean_answer(struct arena *arena, const char *text, size_t most);

/* Characters of a UTF-8 text, and the text cut to `most` of them, the last one "…" when something is missing. */
size_t text_characters(const char *text);
const char *text_cut(struct arena *arena, const char *text, size_t most);

#endif
