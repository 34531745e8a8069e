/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_NET_SETTINGS_ROWS_H
#define MAITRED_NET_SETTINGS_ROWS_H

#define NET_SETTINGS(X)                                                                                                \
    X(net_proxy, SECRET, "", 0, 1000, "",                                                                              \
      "proxy for what goes out over HTTP (http://host:port); it must guard private addresses itself")                  \
    X(net_ca_file, TEXT, "", 0, 4000, "",                                                                              \
      "PEM file of the authorities that servers outside are believed by; empty: the system's")                         \
    X(net_private, SWITCH, "off", 0, 0, "",                                                                            \
      "what goes out may go to private addresses and over plain HTTP (development)")                                   \
    X(smtp_url, SECRET, "", 0, 1000, "", "smtp://user:password@host:port; empty writes mails to outbox_dir")           \
    X(smtp_tls, SWITCH, "off", 0, 0, "",                                                                               \
      "mails over TLS or not at all; always so where a password would go over the network")                            \
    X(smtp_oauth_url, TEXT, "", 0, 1000, "",                                                                           \
      "token endpoint: the user of smtp_url signs in by XOAUTH2 instead of a password")                                \
    X(smtp_oauth_client, TEXT, "", 0, 500, "", "client id there")                                                      \
    X(smtp_oauth_secret, SECRET, "", 0, 2000, "", "client secret there")                                               \
    X(smtp_oauth_scope, TEXT, "", 0, 500, "", "scope, such as https://outlook.office365.com/.default")                 \
    X(smtp_oauth_refresh_token, SECRET, "", 0, 4000, "",                                                               \
      "where it takes a refresh token; empty: the client's own credentials")                                           \
    X(mail_from, TEXT, "maitred@localhost", 3, 320, "", "sender of mails")

#endif
