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

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// What is known of a descriptor, one byte each: what the epoll set has it for, what libcurl waits for, and whether it
// is noted. For one that is not, the epoll set follows every word of libcurl's: it may be closed without one.
enum { set_in = 1, set_out = 2, want_in = 4, want_out = 8, is_noted = 16, set_any = 3, want_any = 12 };

void curlshim_loop_note(struct curlshim_loop *loop, curl_socket_t socket) {
    // Of one that is not remembered, for want of memory, nothing is known: it is watched the plain way.
    if (socket < loop->watches_count) loop->watches[socket] |= is_noted;
}

void curlshim_loop_forget(struct curlshim_loop *loop, curl_socket_t socket) {
    if (socket >= loop->watches_count) return;
    if (loop->watches[socket] & set_any) epoll_ctl(loop->epoll, EPOLL_CTL_DEL, socket, NULL);
    loop->watches[socket] = 0;
}

// Zero without memory.
static int loop_has_room(struct curlshim_loop *loop, curl_socket_t socket) {
    if (socket < loop->watches_count) return 1;
    int count = 64;
    while (count <= socket) count *= 2;
    unsigned char *more = realloc(loop->watches, (size_t)count);
    if (!more) return 0;
    memset(more + loop->watches_count, 0, (size_t)(count - loop->watches_count));
    loop->watches = more;
    loop->watches_count = count;
    return 1;
}

// An event brings along whose it is: the pool in the upper half, the descriptor in the lower.
static uint64_t event_name(uint32_t pool, int descriptor) { return (uint64_t)pool << 32 | (uint32_t)descriptor; }

// Zero when the set refuses the socket for want of memory. Its exchange then ends with its time: told of it, libcurl
// would give up the whole multi handle, and everything on the wire with it.
static int loop_watch(struct curlshim_pool *pool, curl_socket_t socket, int how, int set) {
    struct curlshim_loop *loop = pool->loop;
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.data.u64 = event_name((uint32_t)(pool - loop->pools), socket);
    if (set & set_in) event.events |= EPOLLIN;
    if (set & set_out) event.events |= EPOLLOUT;
    if (epoll_ctl(loop->epoll, how, socket, &event) == 0) return 1;
    if (how == EPOLL_CTL_MOD && errno == ENOENT) return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, socket, &event) == 0;
    if (how == EPOLL_CTL_ADD && errno == EEXIST) return epoll_ctl(loop->epoll, EPOLL_CTL_MOD, socket, &event) == 0;
    return 0;
}

static int loop_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *known) {
    (void)easy;
    (void)known;
    struct curlshim_pool *pool = (struct curlshim_pool *)context;
    struct curlshim_loop *loop = pool->loop;
    int wanted = (what & CURL_POLL_IN ? set_in : 0) | (what & CURL_POLL_OUT ? set_out : 0);
    if (what == CURL_POLL_REMOVE) wanted = 0;
    int knows = loop_has_room(loop, socket);
    if (!knows || !(loop->watches[socket] & is_noted)) {
        // A resolver's, or one that is connecting: perhaps closed already, and then it has left the set by itself.
        int isSet = loop_watch(pool, socket, wanted ? EPOLL_CTL_MOD : EPOLL_CTL_DEL, wanted) && wanted;
        if (knows) loop->watches[socket] = (unsigned char)(wanted << 2 | (isSet ? wanted : 0));
        return 0;
    }
    int set = loop->watches[socket] & set_any;
    loop->watches[socket] = (unsigned char)(is_noted | wanted << 2 | set);
    // A connection that has become idle stays in the set: the next request on it would have it there again, three
    // system calls later. Should it speak or end in between, that takes it out.
    if (wanted == set || (!wanted && set == set_in)) return 0;
    int how = !set ? EPOLL_CTL_ADD : wanted ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
    set = loop_watch(pool, socket, how, wanted) ? wanted : 0;
    loop->watches[socket] = (unsigned char)(is_noted | wanted << 2 | set);
    return 0;
}

static int loop_timer(CURLM *multi, long milliseconds, void *context) {
    (void)multi;
    struct curlshim_pool *pool = (struct curlshim_pool *)context;
    pool->deadline_ns = milliseconds < 0 ? -1 : curlshim_monotonic_ns() + (int64_t)milliseconds * 1000000;
    return 0;
}

int curlshim_loop_open(struct curlshim_loop *loop, struct curlshim_pool *pools, int count) {
    memset(loop, 0, sizeof *loop);
    loop->pools = pools;
    loop->pools_count = count;
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = EPOLLIN;
    event.data.u64 = event_name(0, loop->wake);
    if (loop->epoll < 0 || loop->wake < 0 || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake, &event) != 0) {
        curlshim_loop_close(loop);
        return -1;
    }
    for (struct curlshim_pool *pool = pools; pool < pools + count; pool += 1) {
        pool->loop = loop;
        pool->deadline_ns = -1;
        curl_multi_setopt(pool->multi, CURLMOPT_SOCKETFUNCTION, loop_socket);
        curl_multi_setopt(pool->multi, CURLMOPT_SOCKETDATA, pool);
        curl_multi_setopt(pool->multi, CURLMOPT_TIMERFUNCTION, loop_timer);
        curl_multi_setopt(pool->multi, CURLMOPT_TIMERDATA, pool);
    }
    return 0;
}

void curlshim_loop_close(struct curlshim_loop *loop) {
    if (loop->epoll >= 0) close(loop->epoll);
    if (loop->wake >= 0) close(loop->wake);
    loop->epoll = loop->wake = -1;
    free(loop->watches);
    loop->watches = NULL;
    loop->watches_count = 0;
}

void curlshim_loop_wake(struct curlshim_loop *loop) {
    uint64_t one = 1;
    // A full counter means that the thread is being woken already.
    ssize_t written = write(loop->wake, &one, sizeof one);
    (void)written;
}

static int64_t loop_wait(const struct curlshim_loop *loop, int64_t milliseconds_max) {
    int64_t now = curlshim_monotonic_ns();
    for (int index = 0; index < loop->pools_count; index += 1) {
        int64_t deadline = loop->pools[index].deadline_ns;
        if (deadline < 0) continue;
        // Rounded up: a wait that ends early would find nothing due and spin.
        int64_t milliseconds = deadline <= now ? 0 : (deadline - now + 999999) / 1000000;
        if (milliseconds < milliseconds_max) milliseconds_max = milliseconds;
    }
    return milliseconds_max;
}

// Nobody waits for it: what it says belongs to no request, and is found before the next one.
static int loop_is_idle(const struct curlshim_loop *loop, int socket) {
    if (socket >= loop->watches_count || !(loop->watches[socket] & is_noted)) return 0;
    return !(loop->watches[socket] & want_any);
}

static CURLMcode loop_tell(struct curlshim_loop *loop, const struct epoll_event *event) {
    int socket = (int)(uint32_t)event->data.u64;
    if (socket == loop->wake) {
        uint64_t counted;
        ssize_t got = read(loop->wake, &counted, sizeof counted);
        (void)got;
        return CURLM_OK;
    }
    if (loop_is_idle(loop, socket)) {
        epoll_ctl(loop->epoll, EPOLL_CTL_DEL, socket, NULL);
        loop->watches[socket] = is_noted;
        return CURLM_OK;
    }
    int mask = 0;
    int running = 0;
    if (event->events & EPOLLIN) mask |= CURL_CSELECT_IN;
    if (event->events & EPOLLOUT) mask |= CURL_CSELECT_OUT;
    if (event->events & (EPOLLERR | EPOLLHUP)) mask |= CURL_CSELECT_ERR;
    return curl_multi_socket_action(loop->pools[event->data.u64 >> 32].multi, socket, mask, &running);
}

CURLMcode curlshim_loop_turn(struct curlshim_loop *loop, int64_t milliseconds_max) {
    enum { events_max = 256 };
    struct epoll_event events[events_max];
    CURLMcode code = CURLM_OK;
    int count = epoll_wait(loop->epoll, events, events_max, (int)loop_wait(loop, milliseconds_max));
    loop->told = count < 0 ? 0 : count;
    if (count < 0) return errno == EINTR ? CURLM_OK : CURLM_INTERNAL_ERROR;
    for (int index = 0; index < count && code == CURLM_OK; index += 1) code = loop_tell(loop, &events[index]);
    int64_t now = curlshim_monotonic_ns();
    for (int index = 0; index < loop->pools_count && code == CURLM_OK; index += 1) {
        struct curlshim_pool *pool = &loop->pools[index];
        if (pool->deadline_ns < 0 || now < pool->deadline_ns) continue;
        int running = 0;
        pool->deadline_ns = -1;
        code = curl_multi_socket_action(pool->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    return code;
}
