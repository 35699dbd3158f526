import CCurlShim
import Foundation

/// What one thread waits with: the sockets of its connections, those that libcurl is connecting, and an event that any
/// thread may raise. With hundreds of requests on the wire a wait touches only those that have something to say.
final class EpollSet {
    /// Whose socket it is. Comes back with each event.
    enum Whose: Equatable {
        case waker
        /// One that libcurl waits for, in that of its multi handles.
        case connector(pool: Int, socket: Int32)
        /// `life` tells apart the connections that a number stands for one after the other: an event may be older than
        /// the connection that it finds.
        case connection(number: Int, life: UInt32)

        private static let connectors: UInt64 = 1 << 63

        init(name: UInt64) {
            if name == 0 {
                self = .waker
            } else if name & Self.connectors != 0 {
                self = .connector(
                    pool: Int(name >> 32 & 0x7FFF_FFFF), socket: Int32(truncatingIfNeeded: name))
            } else {
                self = .connection(number: Int(name & 0xFFFF_FFFF), life: UInt32(name >> 32))
            }
        }

        var name: UInt64 {
            switch self {
            case .waker: 0
            case .connector(let pool, let socket): Self.connectors | UInt64(pool) << 32 | UInt64(UInt32(socket))
            // Lives begin at 1 and are cut to 31 bits.
            case .connection(let number, let life): UInt64(life & 0x7FFF_FFFF) << 32 | UInt64(number)
            }
        }
    }

    struct Sight: OptionSet {
        let rawValue: Int32
        static let input = Sight(rawValue: Int32(curlshim_in))
        static let output = Sight(rawValue: Int32(curlshim_out))
        static let hungUp = Sight(rawValue: Int32(curlshim_hung_up))
        /// Only what changes is told, once.
        static let edges = Sight(rawValue: Int32(curlshim_edges))
    }

    static let eventsMax = 256

    private let epoll: Int32
    private let waker: Int32
    private let events: UnsafeMutablePointer<curlshim_event>

    init?() {
        epoll = curlshim_epoll_create()
        waker = curlshim_wake_create()
        events = .allocate(capacity: Self.eventsMax)
        // Edges, so that nobody has to read what was raised.
        guard epoll >= 0, waker >= 0, watch(waker, as: .waker, for: [.input, .edges]) else { return nil }
    }

    deinit {
        for descriptor in [epoll, waker] where descriptor >= 0 { close(descriptor) }
        events.deallocate()
    }

    /// From any thread. Ends the wait that goes on, or the next one.
    func wake() { curlshim_wake(waker) }

    /// False when the set has no memory for it.
    @discardableResult
    func watch(_ socket: Int32, as whose: Whose, for wanted: Sight) -> Bool {
        curlshim_epoll_watch(epoll, socket, wanted.rawValue, whose.name) == 0
    }

    func forget(_ socket: Int32) { _ = curlshim_epoll_watch(epoll, socket, 0, 0) }

    /// - Returns: how many have something to say; nil on a failure of the set itself.
    func wait(milliseconds: Int) -> Int? {
        let count = curlshim_epoll_wait(
            epoll, events, Int32(Self.eventsMax), Int32(clamping: milliseconds))
        return count < 0 ? nil : Int(count)
    }

    /// Of the last wait.
    func event(_ index: Int) -> (whose: Whose, sight: Sight) {
        (Whose(name: events[index].name), Sight(rawValue: Int32(bitPattern: events[index].seen)))
    }
}
