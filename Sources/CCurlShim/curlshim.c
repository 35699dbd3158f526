#include "curlshim.h"

#include <dlfcn.h>

int curlshim_tls_pending(CURL *easy) {
    // Looked up instead of linked: OpenSSL comes with libcurl, its headers are no requirement of ours.
    static int (*pending)(const void *) = NULL;
    struct curl_tlssessioninfo *session = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || !session) return 0;
    if (session->backend != CURLSSLBACKEND_OPENSSL || !session->internals) return 0;
    if (!pending) pending = (int (*)(const void *))dlsym(NULL, "SSL_pending");
    return pending ? pending(session->internals) : 0;
}
