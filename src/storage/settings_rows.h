/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_STORAGE_SETTINGS_ROWS_H
#define MAITRED_STORAGE_SETTINGS_ROWS_H

#define STORAGE_SETTINGS(X)                                                                                            \
    X(storage_directory, TEXT, "", 0, 4000, "", "where files lie, or are kept at hand; default storage in data_dir")   \
    X(storage_file_max_bytes, NUMBER, "52428800", 1024, 1099511627776, "bytes", "largest file; a bucket may say less") \
    X(storage_quota_bytes, NUMBER, "0", 0, 1125899906842624, "bytes",                                                  \
      "all files of a tenant together, unless its settings say storage.quota_bytes; 0 is without limit")               \
    X(storage_upload_expires_s, NUMBER, "86400", 60, 2592000, "s", "how long an upload may rest before it is forgotten")

#endif
