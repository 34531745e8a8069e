/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_BOTS_SETTINGS_ROWS_H
#define MAITRED_BOTS_SETTINGS_ROWS_H

#define BOTS_SETTINGS(X)                                                                                               \
    X(telegram_url, TEXT, "https://api.telegram.org", 8, 1000, "",                                                     \
      "where Telegram's Bot API is (tests, a server of one's own)")                                                    \
    X(whatsapp_url, TEXT, "https://graph.facebook.com/v26.0", 8, 1000, "",                                             \
      "where WhatsApp's Cloud API is, with its version (tests)")

#endif
