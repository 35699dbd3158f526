#include "curlshim.h"

#include <dlfcn.h>

void curlshim_tls_read_ahead(CURL *easy) {
    // Looked up instead of linked: OpenSSL comes with libcurl, and where it is another library nothing is asked of it.
    static long (*control)(void *, int, long, void *) = NULL;
    enum { set_read_ahead = 41 };
    struct curl_tlssessioninfo *session = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || !session) return;
    if (session->backend != CURLSSLBACKEND_OPENSSL || !session->internals) return;
    if (!control) control = (long (*)(void *, int, long, void *))dlsym(NULL, "SSL_ctrl");
    if (control) control(session->internals, set_read_ahead, 1, NULL);
}
