#pragma once
#include <curl/curl.h>
#include <stdint.h>

// Swift cannot call variadic functions. The parentheses defeat the type-checking macros of curl/typecheck-gcc.h.

typedef size_t (*ccurl_write_callback)(char *_Nullable, size_t, size_t, void *_Nullable);
typedef int (*ccurl_progress_callback)(void *_Nullable, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

static inline CURLcode ccurl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

static inline CURLcode ccurl_set_long(CURL *_Nonnull handle, CURLoption option, long value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_set_offset(CURL *_Nonnull handle, CURLoption option, int64_t value) {
  return (curl_easy_setopt)(handle, option, (curl_off_t)value);
}
static inline CURLcode ccurl_set_string(CURL *_Nonnull handle, CURLoption option, const char *_Nullable value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *_Nonnull handle, CURLoption option, void *_Nullable value) {
  return (curl_easy_setopt)(handle, option, value);
}
/// Copies the bytes.
static inline CURLcode ccurl_set_blob(
    CURL *_Nonnull handle, CURLoption option, const char *_Nonnull bytes, size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return (curl_easy_setopt)(handle, option, &blob);
}
static inline CURLcode ccurl_set_list(CURL *_Nonnull handle, CURLoption option, struct curl_slist *_Nullable value) {
  return (curl_easy_setopt)(handle, option, value);
}
static inline CURLcode ccurl_set_write(CURL *_Nonnull handle, ccurl_write_callback _Nullable callback) {
  return (curl_easy_setopt)(handle, CURLOPT_WRITEFUNCTION, callback);
}
static inline CURLcode ccurl_set_header(CURL *_Nonnull handle, ccurl_write_callback _Nullable callback) {
  return (curl_easy_setopt)(handle, CURLOPT_HEADERFUNCTION, callback);
}
static inline CURLcode ccurl_set_progress(CURL *_Nonnull handle, ccurl_progress_callback _Nullable callback) {
  return (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, callback);
}
static inline int64_t ccurl_get_offset(CURL *_Nonnull handle, CURLINFO info) {
  curl_off_t value = 0;
  return (curl_easy_getinfo)(handle, info, &value) == CURLE_OK ? (int64_t)value : 0;
}

static inline CURLMcode ccurl_multi_set_long(CURLM *_Nonnull multi, CURLMoption option, long value) {
  return (curl_multi_setopt)(multi, option, value);
}

/// The result of a transfer that ended, with its easy handle; -1 where no further one has ended.
static inline int ccurl_next_finished(CURLM *_Nonnull multi, CURL *_Nullable *_Nonnull easy) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *easy = message->easy_handle;
    return (int)message->data.result;
  }
  return -1;
}
