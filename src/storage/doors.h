/* The handlers of this room, for its table of routes; each stands in the file of its idea. */
#ifndef MAITRED_STORAGE_DOORS_H
#define MAITRED_STORAGE_DOORS_H

#include "http/http.h"

/* bucket.c */
http_handler_fn list_buckets, get_bucket, create_bucket, update_bucket, delete_bucket, empty_bucket;
/* upload.c */
http_handler_fn upload_object, update_object, upload_signed;
/* tus.c */
http_handler_fn create_upload, patch_upload, head_upload, delete_upload, options_upload;
/* download.c */
http_handler_fn download_object, download_public, download_signed, info_object, info_public;
/* list.c */
http_handler_fn list_objects, list_objects_v2;
/* sign.c */
http_handler_fn sign_object, sign_objects, sign_upload;
/* transfer.c */
http_handler_fn move_object, copy_object, remove_object, remove_objects, purge_cache;

#endif
