import Hummingbird
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Connections that owe a whole request. Whoever opens many and sends none must not keep others out: each has a deadline, and
/// when there are too many the oldest goes, which a caller who means it has long left behind.
final class OwingConnections: Sendable {
    private struct State {
        var closings: [UInt64: @Sendable () -> Void] = [:]
        var last: UInt64 = 0
    }
    private let state = Mutex(State())
    private let countMax: Int
    private let onClosed: @Sendable () -> Void

    /// - Parameter onClosed: told of each connection that was closed with its request unfinished.
    init(countMax: Int, onClosed: @escaping @Sendable () -> Void = {}) {
        (self.countMax, self.onClosed) = (countMax, onClosed)
    }

    var count: Int { state.withLock { $0.closings.count } }

    /// - Returns: by what `leave` knows it.
    func enter(closing: @escaping @Sendable () -> Void) -> UInt64 {
        let (number, victim) = state.withLock { state -> (UInt64, (@Sendable () -> Void)?) in
            state.last += 1
            let number = state.last
            let oldest = state.closings.count >= countMax ? state.closings.keys.min() : nil
            let victim = oldest.flatMap { state.closings.removeValue(forKey: $0) }
            state.closings[number] = closing
            return (number, victim)
        }
        if let victim {
            onClosed()
            victim()
        }
        return number
    }

    /// False when it was closed already.
    @discardableResult
    func leave(_ number: UInt64) -> Bool { state.withLock { $0.closings.removeValue(forKey: number) != nil } }

    /// Its time is over.
    func expire(_ number: UInt64) {
        guard let closing = state.withLock({ $0.closings.removeValue(forKey: number) }) else { return }
        onClosed()
        closing()
    }
}

/// Stands in each connection and sees when a whole request has come. Owing begins with the connection, and again when an
/// answer has left; it ends with the last byte of a request.
final class ArrivalGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let owing: OwingConnections
    private let within: TimeAmount
    private var number: UInt64?
    private var deadline: Scheduled<Void>?
    /// Bytes of this request since its deadline was last moved.
    private var arrived = 0
    private var isUpload = false
    /// A file takes as long as it takes; this much of it has to come within the time of a request.
    private static let pieceBytes = 256 << 10

    init(_ owing: OwingConnections, within: Duration) {
        self.owing = owing
        self.within = TimeAmount(within)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isUpload = head.method == .post && ["/drop", "/compose"].contains(head.path ?? "")
            arrived = 0
        case .body(let bytes): if isUpload { note(bytes.readableBytes, context) }
        case .end: end()
        }
        context.fireChannelRead(data)
    }

    private func note(_ count: Int, _ context: ChannelHandlerContext) {
        arrived += count
        guard arrived >= Self.pieceBytes, let number else { return }
        arrived = 0
        deadline?.cancel()
        let owing = owing
        deadline = context.eventLoop.scheduleTask(in: within) { owing.expire(number) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { begin(context) }
        context.write(data, promise: promise)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard number == nil else { return }
        let channel = context.channel
        let owing = owing
        let entered = owing.enter { channel.close(promise: nil) }
        number = entered
        deadline = context.eventLoop.scheduleTask(in: within) { owing.expire(entered) }
    }

    private func end() {
        deadline?.cancel()
        deadline = nil
        if let number { owing.leave(number) }
        number = nil
    }
}
