import CTLS
import HummingbirdCore
import Logging
import NIOCore

/// Encrypts one connection: bytes of the wire go through OpenSSL's half in memory, and the rest of the pipeline sees what was
/// meant. Whatever OpenSSL finds wrong ends the connection without a word more than its own alert.
final class TLSConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct Broken: Error {}
    private static let pieceBytes = 16 * 1024

    private let half: OpaquePointer
    /// The handshake is done.
    private var isOpen = false
    /// We have said our last word.
    private var isShut = false
    private var waiting: [(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)] = []

    init(_ identity: TLSIdentity) throws {
        guard let half = identity.accept() else { throw TLSIdentity.Fault.memory }
        self.half = half
    }

    deinit { SSL_free(half) }

    // MARK: - In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        let fed = bytes.withUnsafeReadableBytes { tlsshim_feed(half, $0.baseAddress, Int32($0.count)) }
        guard Int(fed) == bytes.readableBytes else { return fail(context) }
        if !isOpen, !shake(context) { return }
        read(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isShut = true
        refuseWaiting()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { refuseWaiting() }

    /// - Returns: whether the handshake is done.
    private func shake(_ context: ChannelHandlerContext) -> Bool {
        ERR_clear_error()
        let result = SSL_do_handshake(half)
        // Asked at once: what is flushed below may let others write on this half.
        let why = SSL_get_error(half, result)
        drain(context, nil)
        context.flush()
        guard result == 1 else {
            if why != SSL_ERROR_WANT_READ { fail(context) }
            return false
        }
        isOpen = true
        let written = waiting
        waiting = []
        for (bytes, promise) in written { encrypt(bytes, context, promise) }
        if !written.isEmpty { context.flush() }
        return true
    }

    private func read(_ context: ChannelHandlerContext) {
        while context.channel.isActive {
            var piece = context.channel.allocator.buffer(capacity: Self.pieceBytes)
            ERR_clear_error()
            var result: Int32 = 0
            piece.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceBytes) { room in
                result = SSL_read(half, room.baseAddress, Int32(room.count))
                return max(0, Int(result))
            }
            if result > 0 {
                context.fireChannelRead(wrapInboundOut(piece))
                continue
            }
            let why = SSL_get_error(half, result)
            // What a reading answers by itself: tickets, updates of keys.
            drain(context, nil)
            context.flush()
            switch why {
            case SSL_ERROR_WANT_READ: return
            case SSL_ERROR_ZERO_RETURN:
                // They have said their last word: nobody reads what would still be written.
                return context.close(promise: nil)
            default: return fail(context)
            }
        }
    }

    // MARK: - Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        guard !isShut else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        guard isOpen else {
            waiting.append((bytes, promise))
            return
        }
        encrypt(bytes, context, promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if isOpen, !isShut, mode != .input {
            isShut = true
            ERR_clear_error()
            SSL_shutdown(half)
            drain(context, nil)
            context.flush()
        }
        context.close(mode: mode, promise: promise)
    }

    private func encrypt(_ bytes: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        guard bytes.readableBytes > 0 else {
            context.write(wrapOutboundOut(bytes), promise: promise)
            return
        }
        ERR_clear_error()
        // Into memory, so that all of it is taken or none.
        let result = bytes.withUnsafeReadableBytes { SSL_write(half, $0.baseAddress, Int32($0.count)) }
        guard Int(result) == bytes.readableBytes else {
            promise?.fail(Broken())
            return fail(context)
        }
        drain(context, promise)
    }

    /// Hands on what OpenSSL has ready for the wire.
    private func drain(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        let count = Int(tlsshim_waiting(half))
        guard count > 0 else {
            promise?.succeed(())
            return
        }
        var bytes = context.channel.allocator.buffer(capacity: count)
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: count) {
            max(0, Int(tlsshim_drain(half, $0.baseAddress, Int32(count))))
        }
        context.write(wrapOutboundOut(bytes), promise: promise)
    }

    private func fail(_ context: ChannelHandlerContext) {
        ERR_clear_error()
        isShut = true
        drain(context, nil)
        context.flush()
        refuseWaiting()
        context.close(promise: nil)
    }

    private func refuseWaiting() {
        let refused = waiting
        waiting = []
        for (_, promise) in refused { promise?.fail(ChannelError.ioOnClosedChannel) }
    }
}

/// A connection as another kind of it, encrypted.
struct TLSChildChannel<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value
    let base: Base
    let identity: TLSIdentity

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(TLSConnection(identity))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
