// What Swift cannot call by itself: libcurl's variadic functions, and the Linux calls that Glibc's module map leaves
// out. Wrappers only: nothing is decided here.
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
#error "libcurl 7.80 or newer is needed: older ones were never tried"
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

static inline curl_socket_t curlshim_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)context;
    (void)purpose;
    int type = address->socktype;
#ifdef SOCK_CLOEXEC
    // libcurl 7.88 leaves its sockets open in child processes.
    type |= SOCK_CLOEXEC;
#endif
    return socket(address->family, type, address->protocol);
}

/// Its sockets stay the process's own.
static inline CURLcode curlshim_keep_sockets_from_children(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, curlshim_open_socket);
}

static inline CURLcode curlshim_set_share(CURL *easy, CURLSH *share) {
    return curl_easy_setopt(easy, CURLOPT_SHARE, share);
}

/// TLS sessions that handles share, so that not each new connection pays a whole handshake. One thread only: no locks.
static inline CURLSH *curlshim_share_tls_sessions(void) {
    CURLSH *share = curl_share_init();
    if (!share) return NULL;
    if (curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK) return share;
    curl_share_cleanup(share);
    return NULL;
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

/// The socket of a connection that was only made; CURL_SOCKET_BAD when there is none.
static inline curl_socket_t curlshim_get_socket(CURL *easy) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    return curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK ? socket : CURL_SOCKET_BAD;
}

/// OpenSSL then takes what the socket has in one call of the system instead of two for each record. Whoever reads until
/// there is nothing more sees no difference. Does nothing where the library is another.
void curlshim_tls_read_ahead(CURL *easy);

// MARK: libcurl, many handles

static inline CURLMcode curlshim_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// Which sockets libcurl waits for, and until when.
static inline CURLMcode curlshim_multi_set_callbacks(
    CURLM *multi, curl_socket_callback socket_changed, curl_multi_timer_callback timer_changed, void *context) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket_changed);
    return code != CURLM_OK ? code : curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer_changed);
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
#include <sys/eventfd.h>

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

/// An event that any thread may raise with `curlshim_wake`, or -1.
static inline int curlshim_wake_create(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

static inline void curlshim_wake(int wake) {
    uint64_t one = 1;
    ssize_t written = write(wake, &one, sizeof one);
    (void)written;
}

/// What a descriptor is watched for, and what was seen of it.
enum { curlshim_in = 1, curlshim_out = 2, curlshim_hung_up = 4, curlshim_edges = 8 };

struct curlshim_event {
    uint64_t name;
    uint32_t seen;
};

/// Watches `descriptor` for `wanted` from now on, under a name that comes back with each event; nothing wanted: no more.
/// Zero when it is so.
static inline int curlshim_epoll_watch(int epoll, int descriptor, int wanted, uint64_t name) {
    struct epoll_event event = {.events = 0, .data = {.u64 = name}};
    if (wanted & curlshim_in) event.events |= EPOLLIN | EPOLLRDHUP;
    if (wanted & curlshim_out) event.events |= EPOLLOUT;
    if (wanted & curlshim_edges) event.events |= EPOLLET;
    if (!event.events) return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0) return 0;
    return errno == EEXIST ? epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) : -1;
}

/// How many events there were within the time (negative: wait for ever); 0 after a signal, -1 on an error.
static inline int curlshim_epoll_wait(int epoll, struct curlshim_event *events, int events_max, int milliseconds) {
    enum { batch = 256 };
    struct epoll_event found[batch];
    int count = epoll_wait(epoll, found, events_max < batch ? events_max : batch, milliseconds);
    if (count < 0) return errno == EINTR ? 0 : -1;
    for (int at = 0; at < count; at++) {
        uint32_t seen = 0;
        if (found[at].events & EPOLLIN) seen |= curlshim_in;
        if (found[at].events & EPOLLOUT) seen |= curlshim_out;
        if (found[at].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) seen |= curlshim_hung_up;
        events[at] = (struct curlshim_event){.name = found[at].data.u64, .seen = seen};
    }
    return count;
}
#endif
