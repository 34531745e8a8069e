/* What the bot says of itself, whatever the scenario: in en de es ru ar. */
#ifndef MAITRED_BOTS_PHRASES_H
#define MAITRED_BOTS_PHRASES_H

/* To add a sentence: a row here, and its column of languages in phrases.c. */
enum phrase {
    PHRASE_NOT_UNDERSTOOD, /* pick one of these, please */
    PHRASE_NOT_A_DAY,
    PHRASE_NOT_A_TIME,
    PHRASE_NOT_A_NUMBER, /* %d least, %d most */
    PHRASE_NOT_A_PHONE,
    PHRASE_NOT_AN_EMAIL,
    PHRASE_NOT_A_TEXT,
    PHRASE_NOT_YOUR_CONTACT,
    PHRASE_WANT_CONTACT,
    PHRASE_WANT_LOCATION,
    PHRASE_WANT_PHOTO,
    PHRASE_DAY_IS_OVER,
    PHRASE_ANSWERED_BEFORE,
    PHRASE_MORE,
    PHRASE_BACK,
    PHRASE_CHOOSE, /* the button that opens a list */
    PHRASE_SHARE_CONTACT,
    PHRASE_SHARE_LOCATION,
    PHRASE_WENT_WRONG,
    PHRASE_STOPPED,
    PHRASE_LINKED,
    PHRASE_LINK_IS_OVER,
    PHRASE_NOTHING_HERE,
    PHRASE_PERSON_COMES,
    PHRASES
};

/* Never NULL. English for a language without. */
const char *phrase_in(const char *language, enum phrase phrase);

#endif
