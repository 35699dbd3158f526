// OpenSSL's libssl, which libcurl has in the process anyway: what a server needs of it, where Swift sees only macros. Bytes go
// through memory: the connection itself stays the network library's.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "OpenSSL 3 is needed: older ones were never tried"
#endif

/// A key that wants a password is refused: nobody sits at a daemon's terminal.
static inline int tlsshim_no_password(char *room, int size, int writing, void *context) {
    (void)room;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

/// TLS 1.2 and newer, no renegotiation, no sessions kept. NULL: out of memory.
static inline SSL_CTX *tlsshim_server(void) {
    SSL_CTX *made = SSL_CTX_new(TLS_server_method());
    if (made == NULL) { return NULL; }
    SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION);
    SSL_CTX_set_options(
        made, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_default_passwd_cb(made, tlsshim_no_password);
    return made;
}

/// 1: the key is the certificate's.
static inline int tlsshim_use_key(SSL_CTX *context, const void *pem, int count) {
    BIO *bytes = BIO_new_mem_buf(pem, count);
    if (bytes == NULL) { return 0; }
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bytes, NULL, tlsshim_no_password, NULL);
    BIO_free(bytes);
    if (key == NULL) { return 0; }
    int used = SSL_CTX_use_PrivateKey(context, key) == 1 && SSL_CTX_check_private_key(context) == 1;
    EVP_PKEY_free(key);
    return used;
}

/// 1: browsers that name this host, or address, take the certificate. The old common name is none to them.
static inline int tlsshim_is_for(SSL_CTX *context, const char *host) {
    X509 *leaf = SSL_CTX_get0_certificate(context);
    if (leaf == NULL) { return 0; }
    if (X509_check_ip_asc(leaf, host, 0) == 1) { return 1; }
    return X509_check_host(leaf, host, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1;
}

/// The oldest protocol that is spoken.
static inline long tlsshim_oldest(SSL_CTX *context) { return SSL_CTX_get_min_proto_version(context); }

/// The end of the certificate in seconds since 1970; 0: it cannot be told.
static inline long long tlsshim_end(SSL_CTX *context) {
    struct tm end;
    X509 *leaf = SSL_CTX_get0_certificate(context);
    if (leaf == NULL || ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &end) != 1) { return 0; }
    return (long long)timegm(&end);
}

/// One connection's half: what comes in is fed, what goes out is drained. NULL: out of memory.
static inline SSL *tlsshim_accept(SSL_CTX *context) {
    SSL *made = SSL_new(context);
    BIO *in = BIO_new(BIO_s_mem());
    BIO *out = BIO_new(BIO_s_mem());
    if (made == NULL || in == NULL || out == NULL) {
        SSL_free(made);
        BIO_free(in);
        BIO_free(out);
        return NULL;
    }
    SSL_set_bio(made, in, out);
    SSL_set_accept_state(made);
    return made;
}

/// How many were taken.
static inline int tlsshim_feed(SSL *half, const void *bytes, int count) {
    return BIO_write(SSL_get_rbio(half), bytes, count);
}

static inline int tlsshim_waiting(SSL *half) { return (int)BIO_ctrl_pending(SSL_get_wbio(half)); }

static inline int tlsshim_drain(SSL *half, void *room, int count) {
    return BIO_read(SSL_get_wbio(half), room, count);
}
