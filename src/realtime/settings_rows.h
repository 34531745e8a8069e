/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_REALTIME_SETTINGS_ROWS_H
#define MAITRED_REALTIME_SETTINGS_ROWS_H

#define REALTIME_SETTINGS(X)                                                                                           \
    X(realtime, SWITCH, "on", 0, 0, "", "channels: changes, broadcast and presence under /realtime/v1")                \
    X(realtime_history_bytes, NUMBER, "16777216", 65536, 4294967295, "bytes",                                          \
      "changes kept for clients that come back, by size")                                                              \
    X(realtime_history_s, NUMBER, "300", 1, 86400, "s", "changes kept for clients that come back, by age")             \
    X(realtime_slot_idle_s, NUMBER, "3600", 60, 31536000, "s",                                                         \
      "a replication slot whose daemon is gone is dropped after this time")                                            \
    X(realtime_channels_max, NUMBER, "100", 1, 100000, "channels", "channels that one WebSocket may join")             \
    X(realtime_joins_per_s, NUMBER, "50", 1, 100000, "joins", "joins a second of one WebSocket")                       \
    X(realtime_messages_per_s, NUMBER, "100", 1, 1000000, "messages", "messages a second of one WebSocket")            \
    X(realtime_message_bytes, NUMBER, "1048576", 1024, 67108864, "bytes", "largest message of a WebSocket client")     \
    X(realtime_received_bytes_per_s, NUMBER, "1048576", 1024, 1073741824, "bytes",                                     \
      "bytes a second of one WebSocket, four times that at once")                                                      \
    X(realtime_spread_bytes_per_s, NUMBER, "4194304", 1024, 4294967296, "bytes",                                       \
      "broadcast by one WebSocket of a visitor or customer, times those who hear it")                                  \
    X(realtime_tenant_spread_bytes_per_s, NUMBER, "33554432", 1024, 4294967296, "bytes",                               \
      "the same by all of them in one tenant, in each worker")                                                         \
    X(realtime_pending_bytes, NUMBER, "4194304", 65536, 1073741824, "bytes", "who reads slower is dropped")            \
    X(realtime_public_channels, SWITCH, "on", 0, 0, "", "whether channels without private: true may be joined")

#endif
