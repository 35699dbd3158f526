// What Swift cannot call by itself: libcurl's variadic functions, and the Linux calls that Glibc's module map leaves
// out. Thin on purpose: the only thing decided here is which sockets the thread is woken by.
#pragma once

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#if LIBCURL_VERSION_NUM < 0x075000
#error "libcurl 7.80 or newer is needed: older ones cannot be kept from repeating a POST by themselves"
#endif

// MARK: libcurl, options

static inline CURLcode curlshim_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curlshim_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// `value` is copied by libcurl; NULL puts the option back to its default.
static inline CURLcode curlshim_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

/// `value` is not copied: it must stay where it is until the transfer has ended.
static inline CURLcode curlshim_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

/// `url` is not copied: it must stay as it is until the transfer has ended.
static inline CURLcode curlshim_set_url(CURL *easy, CURLU *url) { return curl_easy_setopt(easy, CURLOPT_CURLU, url); }

static inline CURLcode curlshim_set_headers(CURL *easy, struct curl_slist *headers) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
}

typedef size_t (*curlshim_bytes_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode curlshim_set_bytes_callback(CURL *easy, CURLoption option, curlshim_bytes_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

typedef int (*curlshim_before_request)(void *context, char *, char *, int, int);

static inline CURLcode curlshim_set_before_request(CURL *easy, curlshim_before_request callback, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
}

/// Opening a socket takes two answers: whether the exchange may, and which it became.
struct curlshim_door {
    /// Non-zero when it may.
    int (*may_connect)(void *context);
    void (*opened)(void *context, curl_socket_t socket);
    void *context;
};

static inline curl_socket_t curlshim_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)purpose;
    struct curlshim_door *door = (struct curlshim_door *)context;
    if (!door->may_connect(door->context)) return CURL_SOCKET_BAD;
    int type = address->socktype;
#ifdef SOCK_CLOEXEC
    // libcurl 7.88 leaves its sockets open in child processes.
    type |= SOCK_CLOEXEC;
#endif
    curl_socket_t opened = socket(address->family, type, address->protocol);
    if (opened != CURL_SOCKET_BAD) door->opened(door->context, opened);
    return opened;
}

/// `door` must stay where it is as long as the handle lives.
static inline CURLcode curlshim_set_door(CURL *easy, struct curlshim_door *door) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, curlshim_open_socket);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, door);
}

static inline CURLcode curlshim_set_closing(CURL *easy, curl_closesocket_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, context);
}

/// Only http and https, also after whatever could make libcurl change its mind.
static inline CURLcode curlshim_allow_http_only(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/// An exchange whose time is over does not wait for its name resolution, so one slow name server cannot hold up the
/// thread that carries all others. Older libraries wait; there is nothing to ask them.
static inline CURLcode curlshim_do_not_wait_for_resolver(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
    return CURLE_OK;
#endif
}

// MARK: libcurl, waiting

struct curlshim_loop;

/// A multi handle in a loop, and its own next moment.
struct curlshim_pool {
    CURLM *multi;
    struct curlshim_loop *loop;
    /// Monotonic nanoseconds; negative: libcurl waits for nothing but its sockets.
    int64_t deadline_ns;
};

/// What one thread waits with: an epoll set of the sockets that libcurl waits for and of idle connections, an event to
/// be woken by, and libcurl's own next moments. With hundreds of requests on the wire this touches only those that have
/// something to say; `curl_multi_perform` would walk over all of them each time.
struct curlshim_loop {
    int epoll;
    int wake;
    struct curlshim_pool *pools;
    int pools_count;
    /// How many descriptors had something to say in the last turn, the wake among them.
    int told;
    /// By descriptor; see curlshim.c.
    unsigned char *watches;
    int watches_count;
};

/// Zero when it could be made; libcurl's callbacks are then set. `loop` must stay where it is, and so must `pools`, of
/// which only `multi` is read: the multi handles stay the caller's.
int curlshim_loop_open(struct curlshim_loop *loop, struct curlshim_pool *pools, int count);
void curlshim_loop_close(struct curlshim_loop *loop);

/// The socket of a connection that has been made and may be used again: from now on it stays in the set while nobody
/// waits for it. `curlshim_loop_forget` must come before it is closed. A socket that never connected must not be noted:
/// libcurl closes it without a word.
void curlshim_loop_note(struct curlshim_loop *loop, curl_socket_t socket);
void curlshim_loop_forget(struct curlshim_loop *loop, curl_socket_t socket);

/// From any thread.
void curlshim_loop_wake(struct curlshim_loop *loop);
/// Waits for sockets, a wake, one of libcurl's moments or `milliseconds_max`, and lets libcurl do what is due.
CURLMcode curlshim_loop_turn(struct curlshim_loop *loop, int64_t milliseconds_max);

// MARK: libcurl, questions

static inline long curlshim_get_long(CURL *easy, CURLINFO question) {
    long value = 0;
    return curl_easy_getinfo(easy, question, &value) == CURLE_OK ? value : 0;
}

static inline curl_off_t curlshim_get_offset(CURL *easy, CURLINFO question) {
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, question, &value) == CURLE_OK ? value : 0;
}

static inline void *curlshim_get_private(CURL *easy) {
    char *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

/// How many bytes the TLS library has decrypted and nobody has read; 0 when it is not OpenSSL or cannot be asked.
/// Only while the handle has a connection.
int curlshim_tls_pending(CURL *easy);

// MARK: libcurl, many exchanges

static inline CURLMcode curlshim_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The next transfer that has ended, or NULL.
static inline CURL *curlshim_next_ended(CURLM *multi, CURLcode *code) {
    int left = 0;
    for (CURLMsg *message = curl_multi_info_read(multi, &left); message; message = curl_multi_info_read(multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        *code = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

/// Of the library found at run time, which may be another one than that of the build.
static inline const curl_version_info_data *curlshim_version(void) { return curl_version_info(CURLVERSION_NOW); }

static inline CURLcode curlshim_global_init(void) { return curl_global_init(CURL_GLOBAL_ALL); }

// MARK: the system

/// Writing to a connection that the other side has closed must not end the whole program. Blocked for this thread
/// only: the rest of the program keeps its own rule.
static inline void curlshim_block_sigpipe(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static inline int64_t curlshim_monotonic_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// Sockets stand here because several of their constants are enumerations and macros at once, and reach Swift or not
// depending on which module read the system's header first.

/// The local port of a connected TCP socket; 0 for any other.
static inline int curlshim_local_port(int socket) {
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);
    if (getsockname(socket, (struct sockaddr *)&address, &size) != 0) return 0;
    if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return 0;
}

/// Non-zero when a connection has bytes to read, has ended or has failed. Takes nothing off it.
static inline int curlshim_has_input(int socket) {
    char byte;
    ssize_t count = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return !(count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR));
}

/// Reads what is there: a count, 0 at the end, -1 when there is nothing yet, -2 when the connection has failed.
static inline ssize_t curlshim_receive(int socket, void *bytes, size_t count) {
    ssize_t got = recv(socket, bytes, count, MSG_DONTWAIT);
    if (got >= 0) return got;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? -1 : -2;
}

/// Without waiting and without a signal.
static inline ssize_t curlshim_send(int socket, const void *bytes, size_t count) {
    return send(socket, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
}

#ifdef __linux__
#include <sys/epoll.h>

/// A listening socket on 127.0.0.1 that does not block, or -1. `port` 0 lets the system choose; holds the choice
/// afterwards.
static inline int curlshim_listen_on_loopback(uint16_t *port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) return -1;
    int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(listener, 1024) == 0) {
        *port = (uint16_t)curlshim_local_port(listener);
        return listener;
    }
    close(listener);
    return -1;
}

/// The next waiting connection, or -1.
static inline int curlshim_accept(int listener) {
    int connection = accept(listener, NULL, NULL);
    int yes = 1;
    if (connection >= 0) setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    return connection;
}

static inline int curlshim_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int curlshim_epoll_watch(int epoll, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = descriptor}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

/// Fills `descriptors` with those that have something to read; 0 after a signal, -1 on an error.
static inline int curlshim_epoll_wait(int epoll, int *descriptors, int descriptors_max) {
    struct epoll_event events[64];
    int found = epoll_wait(epoll, events, descriptors_max < 64 ? descriptors_max : 64, -1);
    if (found < 0) return errno == EINTR ? 0 : -1;
    for (int at = 0; at < found; at++) descriptors[at] = events[at].data.fd;
    return found;
}
#endif
