/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_NOTIFY_SETTINGS_ROWS_H
#define MAITRED_NOTIFY_SETTINGS_ROWS_H

#define NOTIFY_SETTINGS(X)                                                                                             \
    X(sms_url, SECRET, "", 0, 1000, "", "where text messages are posted as JSON; empty writes them to outbox_dir")     \
    X(outbox_dir, TEXT, "", 0, 4000, "", "where mails and messages go without a server; default outbox in data_dir")

#endif
